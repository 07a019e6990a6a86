//! Cuts a name into words, without allocation.

use std::sync::OnceLock;

use crate::fold::is_invisible;
use crate::token::is_apostrophe;

/// A word and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut<'t> {
    pub(crate) text: &'t str,
    pub(crate) start: usize,
    /// How many letters it has.
    pub(super) letters: usize,
    /// One of them is small.
    pub(super) small: bool,
}

impl<'t> Cut<'t> {
    /// Gives a word that is cut already.
    pub(super) fn of(text: &'t str, start: usize) -> Self {
        let (letters, small) = text.chars().fold((0, false), |(letters, small), c| {
            (letters + usize::from(is_letter(c)), small || is_small(c))
        });
        Self { text, start, letters, small }
    }
}

/// Gives the words of a name. Letters, digits, marks and apostrophes between
/// letters belong to a word; a capital after a small letter begins a new one, so
/// that "JohnTaylor" is two. Behind a slash between spaces follows another name.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Cut<'_>> {
    let kinds = kinds();
    let (mut from, mut slashed) = (0, false);
    std::iter::from_fn(move || {
        let cut = next(text, from, kinds, &mut slashed)?;
        from = cut.start + cut.text.len();
        Some(cut)
    })
}

fn next<'t>(text: &'t str, from: usize, kinds: &[u8; TOLD], slashed: &mut bool) -> Option<Cut<'t>> {
    let bytes = text.as_bytes();
    let mut start = None;
    let (mut kind, mut letters, mut end, mut small) = (0, 0_usize, from, false);
    let mut apostrophe = false;
    let cut = |start: usize, end: usize, letters: usize, small: bool| {
        Some(Cut { text: text.get(start..end)?, start, letters, small })
    };
    let mut after = from;
    while let Some(byte) = bytes.get(after).copied() {
        let here = after;
        let before = kind;
        let this;
        (this, after) = kind_at(text, bytes, here, byte, kinds);
        if this & LETTER == 0 {
            let Some(first) = start else {
                // Only the first slash between spaces may part two names.
                if byte == b'/' && !*slashed && is_between_spaces(bytes, here) {
                    *slashed = true;
                    if text.get(..here - 1).is_some_and(|head| head.contains(' ')) {
                        return None;
                    }
                }
                continue;
            };
            if this & INVISIBLE != 0 {
                end = after;
            } else if this & APOSTROPHE != 0 && !apostrophe {
                apostrophe = true;
            } else {
                return cut(first, end, letters, small);
            }
            continue;
        }
        kind = this;
        apostrophe = false;
        let Some(first) = start else {
            start = Some(here);
            (letters, end, small) = (1, after, this & SMALL != 0);
            continue;
        };
        // "McDonald" and "DeRosa" stay whole.
        if before & SMALL != 0
            && this & LARGE != 0
            && letters >= 3
            && !matches!(text.get(first..here), Some("Mac" | "Fitz" | "Van" | "Von" | "Del"))
        {
            return cut(first, here, letters, small);
        }
        small |= this & SMALL != 0;
        letters += 1;
        end = after;
    }
    cut(start?, end, letters, small)
}

/// Gives the kind of the character that begins with `byte` at `here`, and where the next begins.
#[inline]
fn kind_at(text: &str, bytes: &[u8], here: usize, byte: u8, kinds: &[u8; TOLD]) -> (u8, usize) {
    let (at, after) = match byte {
        0..=0x7f => (usize::from(byte), here + 1),
        0x80..=0xdf => {
            let low = bytes.get(here + 1).copied().unwrap_or(0);
            (usize::from(byte & 0x1f) << 6 | usize::from(low & 0x3f), here + 2)
        }
        _ => return far(text, here),
    };
    (kinds.get(at).copied().unwrap_or(0), after)
}

#[cold]
fn far(text: &str, here: usize) -> (u8, usize) {
    let c = text.get(here..).and_then(|rest| rest.chars().next());
    c.map_or((0, text.len()), |c| (kind_of(c), here + c.len_utf8()))
}

/// Tells whether the slash at `at` stands between spaces.
fn is_between_spaces(bytes: &[u8], at: usize) -> bool {
    let around = at.checked_sub(1).and_then(|before| bytes.get(before..at + 2));
    around == Some(b" / ")
}

const LETTER: u8 = 1;
const SMALL: u8 = 2;
const LARGE: u8 = 4;
const INVISIBLE: u8 = 8;
const APOSTROPHE: u8 = 16;

/// The characters whose kind is kept in a table: all of two bytes.
const TOLD: usize = 0x800;

fn kinds() -> &'static [u8; TOLD] {
    static KINDS: OnceLock<[u8; TOLD]> = OnceLock::new();
    KINDS.get_or_init(|| {
        let mut kinds = [0; TOLD];
        for (slot, c) in kinds.iter_mut().zip('\0'..) {
            *slot = kind_of(c);
        }
        kinds
    })
}

fn kind_of(c: char) -> u8 {
    let letter = if c.is_ascii() { c.is_ascii_alphanumeric() } else { is_letter(c) };
    let told = [
        (letter, LETTER),
        (is_small(c), SMALL),
        (is_large(c), LARGE),
        (is_invisible(c), INVISIBLE),
        (is_apostrophe(c), APOSTROPHE),
    ];
    told.iter().fold(0, |kind, (is, mark)| if *is { kind | mark } else { kind })
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
        | 0x10d0..=0x10fa
        | 0x1e00..=0x1eff
        | 0x3041..=0x3096
        | 0x30a1..=0x30fa
        | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff
        | 0xac00..=0xd7a3 => true,
        0x300..=0x36f | 0x591..=0x5c7 | 0x610..=0x61a => true,
        0x964 | 0x965 | 0x2000..=0x206f | 0x3001..=0x3003 => false,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_of_letters_hold_letters_marks_and_digits() {
        for range in [
            '\u{5d0}'..='\u{5ea}',
            '\u{10d0}'..='\u{10fa}',
            '\u{1e00}'..='\u{1eff}',
            '\u{3041}'..='\u{3096}',
            '\u{30a1}'..='\u{30fa}',
            '\u{3400}'..='\u{4dbf}',
            '\u{4e00}'..='\u{9fff}',
            '\u{ac00}'..='\u{d7a3}',
        ] {
            assert!(range.clone().all(char::is_alphanumeric), "{range:?}");
        }
        assert!(!('\u{2000}'..='\u{206f}').chain('\u{3001}'..='\u{3003}').any(char::is_alphanumeric));
    }

    #[test]
    fn only_the_first_slash_between_spaces_parts_names() {
        let cut = |text: &'static str| words(text).map(|word| word.text).collect::<Vec<_>>();
        assert_eq!(cut("Anna Berg / Anna Hill"), ["Anna", "Berg"]);
        assert_eq!(cut("Anna / Berg / Hill"), ["Anna", "Berg", "Hill"]);
        assert_eq!(cut("Anna/Berg Hill/ Bo / Li"), ["Anna", "Berg", "Hill", "Bo"]);
        assert_eq!(cut("O’Neil JohnTaylor DeRosa 王"), ["O’Neil", "John", "Taylor", "DeRosa", "王"]);
    }
}
