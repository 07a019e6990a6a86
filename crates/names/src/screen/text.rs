//! Cuts a text into words with what stands between them, in one pass.
//!
//! A word runs over letters, digits, marks, invisible characters and inner
//! apostrophes; a possessive 's is left off. Each sign of Han is a word.

use crate::fold::is_invisible;
use crate::token::is_apostrophe;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) marks: u16,
}

/// Begins with a capital.
pub(super) const CAPITAL: u16 = 1;
/// Two letters or more, all capitals.
pub(super) const SHOUTS: u16 = 2;
/// Belongs to a script without capitals.
pub(super) const CASELESS: u16 = 4;
/// One sign of Han.
pub(super) const SIGN: u16 = 8;
/// Begins with a digit.
pub(super) const DIGIT: u16 = 16;
/// No name runs from the word before into this one.
pub(super) const BREAKS: u16 = 32;
/// Begins a sentence, or may.
pub(super) const OPENS: u16 = 64;
/// A hyphen ties it to the word before.
pub(super) const TIED: u16 = 128;
/// A comma stands before it.
pub(super) const COMMA: u16 = 256;
/// One letter.
pub(super) const SINGLE: u16 = 512;
/// A dot follows.
pub(super) const DOT: u16 = 1024;

impl Word {
    pub(super) fn has(self, mark: u16) -> bool {
        self.marks & mark != 0
    }

    pub(super) fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// Appends the words of `text`, which has at most 4 GB.
pub(super) fn words(text: &str, out: &mut Vec<Word>) {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, line: 0 };
    let mut gap = BREAKS | OPENS;
    while let Some(byte) = reader.bytes.get(reader.at) {
        let (sign, step) = match byte {
            b' ' => {
                gap = widen(gap, ' ', 0);
                reader.at += 1;
                continue;
            }
            b'a'..=b'z' | b'A'..=b'Z' | 0xd0 | 0xd1 => (None, 0),
            _ => match reader.kind() {
                (Kind::Letter { .. }, _) => (None, 0),
                (Kind::Gap(sign), step) => (Some(sign), step),
            },
        };
        let Some(sign) = sign else {
            if let Some(mut word) = reader.word() {
                if gap & BREAKS != 0 && gap & NEEDS_INITIAL != 0 && after_initial(out.last()) {
                    gap &= !(BREAKS | OPENS);
                }
                word.marks |= gap & (BREAKS | OPENS | TIED | COMMA);
                out.push(word);
            }
            gap = 0;
            continue;
        };
        gap = widen(gap, sign, reader.at - reader.line);
        if sign == '\n' {
            reader.line = reader.at + step;
        }
        if sign == '.'
            && gap & SPACED == 0
            && let Some(last) = out.last_mut().filter(|last| last.end as usize == reader.at)
        {
            last.marks |= DOT;
        }
        reader.at += step;
    }
}

/// Marks of a gap that no word keeps.
const SPACED: u16 = 1 << 13;
const NEEDS_INITIAL: u16 = 1 << 14;
const NEWLINE: u16 = 1 << 15;

/// A line this long was wrapped, so a name may run on after it.
const WRAPPED: usize = 50;

fn after_initial(last: Option<&Word>) -> bool {
    last.is_some_and(|last| last.has(SINGLE) && last.has(CAPITAL | CASELESS))
}

fn widen(gap: u16, sign: char, column: usize) -> u16 {
    match sign {
        ' ' | '\t' | '\r' | '\u{a0}' | '\u{3000}' => {
            if gap & TIED != 0 {
                (gap & !TIED) | BREAKS
            } else {
                gap | SPACED
            }
        }
        '\n' if gap & NEWLINE != 0 || column < WRAPPED => gap | BREAKS | OPENS,
        '\n' => gap | NEWLINE | SPACED,
        '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '·' | '・' | '•' | '\u{200c}' => {
            if gap & SPACED != 0 { gap | BREAKS } else { gap | TIED }
        }
        ',' | '،' | '，' | '、' => gap | if gap & COMMA != 0 { BREAKS } else { COMMA },
        '.' | '\u{6d4}' if gap & BREAKS == 0 => gap | BREAKS | OPENS | NEEDS_INITIAL,
        '!' | '?' | '"' | '“' | '”' | '„' | ':' | '。' | '؟' | '…' => {
            (gap | BREAKS | OPENS) & !NEEDS_INITIAL
        }
        _ => (gap | BREAKS) & !NEEDS_INITIAL,
    }
}

enum Kind {
    Letter { upper: bool, lower: bool, digit: bool, sign: bool, mark: bool },
    Gap(char),
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    line: usize,
}

impl Reader<'_> {
    fn kind(&self) -> (Kind, usize) {
        let Some(&byte) = self.bytes.get(self.at) else { return (Kind::Gap(' '), 1) };
        let plain = |upper, lower, digit| Kind::Letter { upper, lower, digit, sign: false, mark: false };
        match byte {
            b'a'..=b'z' => return (plain(false, true, false), 1),
            b'A'..=b'Z' => return (plain(true, false, false), 1),
            b'0'..=b'9' => return (plain(false, false, true), 1),
            0..=0x7f => return (Kind::Gap(char::from(byte)), 1),
            0xd0 | 0xd1 => {
                let next = self.bytes.get(self.at + 1).copied().unwrap_or(0);
                let code = u16::from(byte & 0x1f) << 6 | u16::from(next & 0x3f);
                let upper = code < 0x430;
                return (plain(upper, !upper, false), 2);
            }
            _ => {}
        }
        let Some(c) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) else {
            return (Kind::Gap(' '), 1);
        };
        (other(c), c.len_utf8())
    }

    /// Passes over small Latin and Cyrillic letters, of which most words are
    /// made, and counts them.
    fn smalls(&mut self) -> u32 {
        let mut letters = 0;
        while let Some(chunk) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            let chunk = u64::from_le_bytes(*chunk);
            let cyrillic = small_pairs(chunk);
            if cyrillic > 0 {
                letters += cyrillic;
                self.at += 2 * cyrillic as usize;
                if cyrillic == 4 {
                    continue;
                }
                return letters;
            }
            let latin = small_bytes(chunk);
            letters += latin;
            self.at += latin as usize;
            if latin < 8 {
                return letters;
            }
        }
        while let Some(step) = self.small() {
            letters += 1;
            self.at += step;
        }
        letters
    }

    /// The length of a Latin or Cyrillic capital.
    fn capital(&self) -> Option<usize> {
        match self.bytes.get(self.at)? {
            b'A'..=b'Z' => Some(1),
            0xd0 => (self.bytes.get(self.at + 1)? < &0xb0).then_some(2),
            _ => None,
        }
    }

    /// The length of a small Latin or Cyrillic letter.
    fn small(&self) -> Option<usize> {
        match self.bytes.get(self.at)? {
            b'a'..=b'z' => Some(1),
            0xd1 => Some(2),
            0xd0 => (self.bytes.get(self.at + 1)? >= &0xb0).then_some(2),
            _ => None,
        }
    }

    fn word(&mut self) -> Option<Word> {
        let start = self.at;
        let (mut marks, mut letters, mut uppers, mut cased) = (0_u16, 0_u32, 0_u32, false);
        // Most words begin with a letter of one of two alphabets, and most capitals do.
        if let Some(step) = self.capital() {
            (marks, letters, uppers, cased) = (CAPITAL, 1, 1, true);
            self.at += step;
        }
        let mut end = self.at;
        while self.at < self.bytes.len() {
            let smalls = self.smalls();
            if smalls > 0 {
                letters += smalls;
                cased = true;
                end = self.at;
                continue;
            }
            if matches!(self.bytes.get(self.at), Some(b' ' | b'.' | b',')) {
                break;
            }
            match self.kind() {
                (Kind::Letter { upper, lower, digit, sign, mark }, step) => {
                    if sign && letters > 0 {
                        break;
                    }
                    if letters == 0 && !mark {
                        marks |= if upper { CAPITAL } else { 0 } | if digit { DIGIT } else { 0 };
                    }
                    letters += u32::from(!mark);
                    uppers += u32::from(upper);
                    cased |= upper || lower;
                    self.at += step;
                    end = self.at;
                    if sign {
                        marks |= SIGN | CASELESS;
                        break;
                    }
                }
                (Kind::Gap(sign), step) => {
                    if !is_apostrophe(sign) || !self.letter_at(self.at + step) {
                        break;
                    }
                    let possessive = matches!(self.bytes.get(self.at + step), Some(b's' | b'S'))
                        && !self.letter_at(self.at + step + 1);
                    if possessive {
                        self.at += step + 1;
                        break;
                    }
                    self.at += step;
                }
            }
        }
        if letters == 0 {
            return None;
        }
        if letters >= 2 && uppers == letters {
            marks |= SHOUTS;
        }
        if letters == 1 {
            marks |= SINGLE;
        }
        if !cased && marks & DIGIT == 0 {
            marks |= CASELESS;
        }
        Some(Word { start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()?, marks })
    }

    fn letter_at(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or("");
        rest.chars().next().is_some_and(char::is_alphabetic)
    }
}

/// Counts the small Cyrillic letters at the beginning of eight bytes, two bytes
/// each: first 0xd1, or first 0xd0 and second from 0xb0 on.
fn small_pairs(chunk: u64) -> u32 {
    const ONES: u64 = 0x0001_0001_0001_0001;
    let other_first = (((chunk ^ (ONES * 0xd0)) & (ONES * 0xfe)) + ONES * 0xff) >> 8;
    let high_second = (chunk >> 12) & (chunk >> 13);
    let small = (chunk | high_second) & !other_first & ONES;
    (small ^ ONES).trailing_zeros().min(64) / 16
}

/// Counts the small Latin letters at the beginning of eight bytes.
fn small_bytes(chunk: u64) -> u32 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let low = chunk & (ONES * 0x7f);
    let from_a = low + ONES * (0x80 - b'a' as u64);
    let after_z = low + ONES * (0x7f - b'z' as u64);
    let small = from_a & !after_z & !chunk & (ONES * 0x80);
    (small ^ (ONES * 0x80)).trailing_zeros().min(64) / 8
}

fn other(c: char) -> Kind {
    let mark = is_invisible(c) || is_mark(c);
    // A non-joiner parts the halves of a Persian word, which is one word all the same.
    if c.is_alphanumeric() || mark {
        return Kind::Letter {
            upper: c.is_uppercase(),
            lower: c.is_lowercase(),
            digit: c.is_numeric() && !c.is_alphabetic(),
            sign: super::name::is_sign(c),
            mark,
        };
    }
    Kind::Gap(c)
}

fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x483..=0x487 | 0x591..=0x5c7 | 0x610..=0x61a | 0x64b..=0x65f | 0x670 | 0x6d6..=0x6ed | 0x900..=0x903 | 0x93a..=0x94f | 0x951..=0x957 | 0x962..=0x963)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn small_letters_are_counted_as_one_by_one(text in "[a-zA-Z{`Ѐ-ӿ0 ]{0,12}") {
            let mut reader = Reader { text: &text, bytes: text.as_bytes(), at: 0, line: 0 };
            let mut alone = Reader { ..reader };
            let mut letters = 0;
            while let Some(step) = alone.small() {
                (alone.at, letters) = (alone.at + step, letters + 1);
            }
            let mut counted = 0;
            loop {
                let more = reader.smalls();
                counted += more;
                if more == 0 {
                    break;
                }
            }
            prop_assert_eq!((counted, reader.at), (letters, alone.at));
        }
    }
}
