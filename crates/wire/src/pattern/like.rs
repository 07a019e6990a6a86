//! `LIKE`: `%` stands for any text, `_` for any one character, the whole value is compared.
//!
//! Both sides are normalised to NFC. There is no escape for `%` and `_`.
//!
//! Source: STIX 2.1, section 9.6; UAX #15.

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A prepared operand of `LIKE`.
#[derive(Debug)]
pub(super) struct Like {
    /// What stands between the `%`; one part means that there is none.
    parts: Vec<Part>,
    /// Whether every character is at most U+00FF, so that bytes can be compared.
    latin: bool,
}

#[derive(Debug)]
struct Part {
    text: String,
    /// Whether there is a `_` in it.
    loose: bool,
}

impl Like {
    pub(super) fn new(operand: &str) -> Self {
        let operand = nfc(operand);
        let part = |text: &str| Part { text: text.to_owned(), loose: text.contains('_') };
        let latin = operand.chars().all(|c| u32::from(c) < 256);
        Self { parts: operand.split('%').map(part).collect(), latin }
    }

    /// Says whether the whole `text` is like the operand.
    pub(super) fn in_text(&self, text: &str) -> bool {
        let text = nfc(text);
        let mut rest: &str = &text;
        let last = self.parts.len().saturating_sub(1);
        for (at, part) in self.parts.iter().enumerate() {
            rest = match (at == 0, at == last) {
                (true, true) => return part.at_start(rest) == Some(rest.len()),
                (true, false) => match part.at_start(rest) {
                    Some(length) => rest.get(length..).unwrap_or(""),
                    None => return false,
                },
                (false, true) => return part.at_end(rest),
                (false, false) => match part.find(rest) {
                    Some(after) => rest.get(after..).unwrap_or(""),
                    None => return false,
                },
            };
        }
        true
    }

    /// Says whether the bytes, read as UTF-8, are like the operand.
    pub(super) fn in_bytes(&self, bytes: &[u8]) -> bool {
        self.latin && std::str::from_utf8(bytes).is_ok_and(|text| self.in_text(text))
    }

    /// Returns the longest text that each value like this holds; empty if there is none.
    pub(super) fn needed(&self) -> &str {
        let plain = self.parts.iter().flat_map(|part| part.text.split('_'));
        plain.max_by_key(|text| text.len()).unwrap_or("")
    }
}

impl Part {
    /// Returns the length of this part at the start of `text`, if it stands there.
    fn at_start(&self, text: &str) -> Option<usize> {
        if !self.loose {
            return text.starts_with(&self.text).then_some(self.text.len());
        }
        let mut chars = text.chars();
        for wanted in self.text.chars() {
            let found = chars.next()?;
            if wanted != '_' && wanted != found {
                return None;
            }
        }
        Some(text.len() - chars.as_str().len())
    }

    fn at_end(&self, text: &str) -> bool {
        if !self.loose {
            return text.ends_with(&self.text);
        }
        let length = self.text.chars().count();
        let start = text.char_indices().rev().nth(length.saturating_sub(1)).map(|(at, _)| at);
        start.and_then(|at| text.get(at..)).is_some_and(|end| self.at_start(end) == Some(end.len()))
    }

    /// Returns where the first place of this part in `text` ends.
    fn find(&self, text: &str) -> Option<usize> {
        if !self.loose {
            return text.find(&self.text).map(|at| at + self.text.len());
        }
        let starts = text.char_indices().map(|(at, _)| at);
        starts.into_iter().find_map(|at| Some(at + self.at_start(text.get(at..)?)?))
    }
}

/// Returns the text in NFC; most texts already are.
pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_value_is_compared() {
        for (operand, text, expected) in [
            ("hello", "hello", true),
            ("he__o", "hello", true),
            ("he__o", "helo", false),
            ("h%o", "hello", true),
            ("h%", "hello", true),
            ("%l", "hello", false),
            ("%l%o", "hello", true),
            ("%_l_%", "hello", true),
            ("%ab%ab%", "ab", false),
            ("a%a", "a", false),
            ("%", "", true),
            ("_", "ä", true),
            ("%_b", "aab", true),
            ("a.c", "abc", false),
            ("%", "two\nlines", true),
        ] {
            assert_eq!(Like::new(operand).in_text(text), expected, "{operand} and {text:?}");
        }
    }

    #[test]
    fn both_sides_are_normalised() {
        assert!(Like::new("d\u{323}\u{307}").in_text("\u{1e0b}\u{323}"));
    }
}
