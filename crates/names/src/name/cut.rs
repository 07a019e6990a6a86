//! Cuts a name into words, without allocation.

use crate::fold::is_invisible;
use crate::token::is_apostrophe;

/// A word and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut<'t> {
    pub(crate) text: &'t str,
    pub(crate) start: usize,
}

/// Gives the words of a name. Letters, digits, marks and apostrophes between
/// letters belong to a word; a capital after a small letter begins a new one, so
/// that "JohnTaylor" is two. Behind a slash between spaces follows another name.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Cut<'_>> {
    let slash = text.as_bytes().contains(&b'/');
    let end = slash
        .then(|| text.find(" / "))
        .flatten()
        .filter(|at| text.get(..*at).is_some_and(|head| head.contains(' ')));
    let text = end.and_then(|at| text.get(..at)).unwrap_or(text);
    let mut from = 0;
    std::iter::from_fn(move || {
        let (start, end) = next(text, from)?;
        from = end;
        Some(Cut { text: text.get(start..end)?, start })
    })
}

fn next(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let mut start = None;
    let (mut small, mut length, mut end) = (false, 0_usize, from);
    let mut apostrophe = None;
    for (at, c) in rest.char_indices() {
        let here = from + at;
        let letter = if c.is_ascii() { c.is_ascii_alphanumeric() } else { is_letter(c) };
        if !letter {
            if is_invisible(c) && start.is_some() {
                end = here + c.len_utf8();
                continue;
            }
            match start {
                None => continue,
                Some(_) if is_apostrophe(c) && apostrophe.is_none() => {
                    apostrophe = Some(here);
                    continue;
                }
                Some(start) => return Some((start, end)),
            }
        }
        let Some(first) = start else {
            start = Some(here);
            (small, length, end) = (is_small(c), 1, here + c.len_utf8());
            continue;
        };
        // "McDonald" and "DeRosa" stay whole.
        if small
            && length >= 3
            && is_large(c)
            && !matches!(text.get(first..here), Some("Mac" | "Fitz" | "Van" | "Von" | "Del"))
        {
            return Some((first, here));
        }
        small = is_small(c);
        apostrophe = None;
        length += 1;
        end = here + c.len_utf8();
    }
    start.map(|start| (start, end))
}

/// Tells whether `c` belongs to a word. The ranges that names are written in are
/// told without asking the tables of Unicode.
pub(super) fn is_letter(c: char) -> bool {
    match u32::from(c) {
        0xd7 | 0xf7 | 0x37e | 0x387 | 0x482..=0x489 => false,
        0xc0..=0x24f
        | 0x386..=0x52f
        | 0x5d0..=0x5ea
        | 0x620..=0x65f
        | 0x670..=0x6d3
        | 0x4e00..=0x9fff
        | 0xac00..=0xd7a3 => true,
        0x300..=0x36f | 0x591..=0x5c7 | 0x610..=0x61a => true,
        0x964 | 0x965 => false,
        0x900..=0xdff => true,
        _ => c.is_alphanumeric(),
    }
}

pub(super) fn is_small(c: char) -> bool {
    match u32::from(c) {
        0x61..=0x7a | 0x430..=0x45f => true,
        0..=0x60 | 0x400..=0x42f | 0x590..=0x109f | 0x3000..=0xd7ff => false,
        _ => c.is_lowercase(),
    }
}

fn is_large(c: char) -> bool {
    match u32::from(c) {
        0x41..=0x5a | 0x400..=0x42f => true,
        0..=0x7f | 0x430..=0x45f | 0x590..=0x109f | 0x3000..=0xd7ff => false,
        _ => c.is_uppercase(),
    }
}

/// Cuts a Han name of two to four signs, or a Hangul one of two to four
/// syllables, into surname and given name.
pub(crate) fn surname(text: &str) -> Option<(&str, &str)> {
    let mut count = 0;
    for c in text.chars() {
        count += 1;
        if count > 4 || !matches!(u32::from(c), 0x3400..=0x9fff | 0xac00..=0xd7a3) {
            return None;
        }
    }
    if count < 2 {
        return None;
    }
    let double = count > 2 && DOUBLE.iter().any(|name| text.starts_with(name));
    let signs = if double || count == 4 { 2 } else { 1 };
    let at = text.char_indices().nth(signs).map(|(at, _)| at)?;
    text.split_at_checked(at)
}

/// Surnames of two signs.
const DOUBLE: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "诸葛", "諸葛", "上官", "司徒", "夏侯", "皇甫", "尉迟", "公孙", "慕容",
    "令狐", "端木", "남궁", "황보", "제갈", "선우", "독고",
];
