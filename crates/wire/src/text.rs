//! Decodes bytes into text, and cleans text that came out of markup.
//!
//! Plain text is never cleaned: it passes byte for byte. Markup has no
//! meaningful white space, so its text is squeezed; a no-break space stays,
//! because names and numbers are held together by it.
//!
//! Source: Encoding Living Standard (labels), through `encoding_rs`.

use crate::{Error, Result};

/// Decodes UTF-8 exactly; a byte order mark is dropped.
///
/// # Errors
///
/// [`Error::NotText`] with the offset of the first wrong byte.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Error::NotText { encoding: "UTF-8".into(), at: error.valid_up_to() })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Decodes bytes by a byte order mark, else as UTF-8, else by `label`.
///
/// A label cannot override valid UTF-8: wrong labels are common, and text in
/// another encoding is hardly ever valid UTF-8 by chance.
///
/// # Errors
///
/// [`Error::NotText`] when no encoding fits without loss.
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> Result<String> {
    let marked = encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    if marked.is_none_or(|encoding| encoding == encoding_rs::UTF_8) {
        let refused = match utf8(bytes) {
            Ok(text) => return Ok(text.to_owned()),
            Err(refused) => refused,
        };
        let named = label.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
        let Some(encoding) = named.filter(|encoding| *encoding != encoding_rs::UTF_8) else {
            return Err(refused);
        };
        return whole(bytes, encoding);
    }
    whole(bytes, marked.unwrap_or(encoding_rs::UTF_8))
}

fn whole(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> Result<String> {
    let (text, _, damaged) = encoding.decode(bytes);
    if damaged {
        return Err(Error::NotText { encoding: encoding.name().into(), at: 0 });
    }
    Ok(text.into_owned())
}

/// Squeezes the white space of marked-up text: single spaces inside a line,
/// at most one empty line between paragraphs, nothing at the ends.
pub(crate) fn tidy(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut gap = false;
    for line in raw.lines() {
        let start = out.len();
        for word in line.split([' ', '\t', '\r', '\u{c}']).filter(|word| !word.is_empty()) {
            if out.len() > start {
                out.push(' ');
            } else if start > 0 {
                out.push_str(if gap { "\n\n" } else { "\n" });
            }
            out.push_str(word);
        }
        gap = out.len() == start;
    }
    out
}

/// Makes one clean line of a title or a name; `None` when nothing is left.
pub(crate) fn line(raw: &str) -> Option<String> {
    let words: Vec<&str> = raw
        .split(|c: char| (c.is_whitespace() && c != '\u{a0}') || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line: String = words.join(" ").chars().take(LONGEST_LINE).collect();
    Some(line).filter(|line| !line.trim().is_empty())
}

/// Longest title or name kept, in characters.
const LONGEST_LINE: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_byte_is_named_by_its_offset() {
        assert_eq!(utf8(b"ab\xffcd"), Err(Error::NotText { encoding: "UTF-8".into(), at: 2 }));
        assert_eq!(utf8("\u{feff}a\u{a0}b".as_bytes()), Ok("a\u{a0}b"));
    }

    #[test]
    fn a_declared_encoding_is_used_only_when_utf8_fails() {
        assert_eq!(decode(b"\xcf\xf0\xe8\xe2\xe5\xf2", Some("windows-1251")).as_deref(), Ok("Привет"));
        assert_eq!(decode("Привет".as_bytes(), Some("windows-1251")).as_deref(), Ok("Привет"));
        assert!(decode(b"\xcf\xf0", None).is_err());
    }

    #[test]
    fn paragraphs_survive_tidying() {
        assert_eq!(tidy("  a  b\n\n\n\n c\td \ne\n"), "a b\n\nc d\ne");
        assert_eq!(line(" a\n b\u{7}c ").as_deref(), Some("a b c"));
    }
}
