//! Turns a word of any script into sounds: a small value without allocation.
//!
//! [`of`] never fails. Capitals, marks, invisible characters, doubled letters
//! and look-alike letters of a second alphabet make no difference; digits inside
//! a word are read as the letters they imitate. What is longer than [`LEN_MAX`]
//! sounds is cut. [`forms`] adds what a word of a text may also be: a nominative
//! for a Slavic case, the word without an Arabic or Hebrew clitic.
//!
//! Absent: readings of Han other than Mandarin.
//!
//! Source: the tables in `letters`; `any_ascii` (ISC) for all other scripts,
//! among them Han by the Mandarin readings of Unihan.

pub mod codes;
mod forms;
mod latin;
mod letters;
mod read;
mod stored;

pub(crate) use forms::glided;
pub use forms::{FORMS_MAX, Forms, forms};
pub(crate) use read::read_telling;
pub use read::{Reading, of, of_bytes, read};
pub(crate) use stored::STORED_MAX;

use codes::{COUNT, class};

/// How many sounds of a word are kept.
pub const LEN_MAX: usize = 24;

/// How a script writes sounds; it decides which costs compare two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum Writing {
    /// Vowels are written: Latin, Cyrillic, Greek, Georgian, Armenian and others.
    #[default]
    Alphabet = 0,
    /// Short vowels are left out: Arabic and Hebrew.
    Abjad = 1,
    /// A sign is a syllable: Hangul and kana.
    Syllables = 2,
    /// Han, read in Mandarin.
    Han = 3,
    /// The scripts of India and of South-East Asia, read without the vowel that
    /// goes without saying.
    Indic = 4,
}

/// The sounds of one word, in 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Sounds {
    codes: [u8; LEN_MAX],
    len: u8,
    writing: Writing,
    marks: u8,
}

impl Sounds {
    /// No sound at all.
    pub(crate) const NONE: Self =
        Self { codes: [codes::NONE; LEN_MAX], len: 0, writing: Writing::Alphabet, marks: 0 };

    /// Gives the codes, each from 1 and below [`COUNT`].
    #[must_use]
    pub fn codes(&self) -> &[u8] {
        self.codes.get(..usize::from(self.len)).unwrap_or(&[])
    }

    /// Gives the codes, padded with zeros.
    #[must_use]
    pub fn padded(&self) -> &[u8; LEN_MAX] {
        &self.codes
    }

    /// Counts the sounds, from 0 to [`LEN_MAX`].
    #[must_use]
    pub fn len(&self) -> usize {
        usize::from(self.len)
    }

    /// Tells whether the word has no sound: it was empty or all signs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Tells how the script writes sounds.
    #[must_use]
    pub fn writing(&self) -> Writing {
        self.writing
    }

    /// Tells whether the script has no capitals.
    #[must_use]
    pub fn is_caseless(&self) -> bool {
        self.marks & CASELESS != 0
    }

    /// Tells whether letters of two alphabets were mixed, as in a homoglyph attack.
    #[must_use]
    pub fn is_mixed(&self) -> bool {
        self.marks & MIXED != 0
    }

    /// Tells whether the word is only digits.
    #[must_use]
    pub fn is_number(&self) -> bool {
        !self.is_empty() && self.codes().iter().all(|code| codes::is_digit(*code))
    }

    /// Gives the classes of the consonants, four bits each, the first in the
    /// lowest bits, at most 16; a word without consonants gives 0.
    #[must_use]
    pub fn skeleton(&self) -> u64 {
        self.skeleton_by(class)
    }

    /// Gives the classes of the consonants as bits, without order.
    #[must_use]
    pub fn consonants(&self) -> u16 {
        self.codes().iter().fold(0, |all, code| all | 1 << class(*code)) & !1
    }

    /// Gives the skeletons a word may have, without repetition: the first reads
    /// ambiguous letters as [`codes::class`] does, the others as the second
    /// sound they may have (ch as k, c and j as s or h, waw as v).
    #[must_use]
    pub fn skeletons(&self) -> ([u64; 4], usize) {
        let mut all = [0_u64; 4];
        let mut count = 0;
        let readings: [fn(u8) -> u8; 4] = [class, class_hard, class_soft, class_voiced];
        for reading in readings {
            let one = self.skeleton_by(reading);
            if !all.iter().take(count).any(|other| *other == one)
                && let Some(slot) = all.get_mut(count)
            {
                *slot = one;
                count += 1;
            }
        }
        (all, count)
    }

    fn skeleton_by(&self, class: impl Fn(u8) -> u8) -> u64 {
        let (mut out, mut shift, mut last) = (0_u64, 0_u32, 0_u8);
        for &code in self.codes() {
            let class = class(code);
            let counts = class != 0 && class != last && shift < 64;
            out |= (u64::from(class) * u64::from(counts)) << (shift & 63);
            shift += 4 * u32::from(counts);
            last = if class == 0 { last } else { class };
        }
        out
    }

    /// Appends the sounds of another word; what does not fit is dropped.
    pub(crate) fn append(&mut self, other: &Self) {
        for &code in other.codes() {
            if code != self.last() || codes::is_digit(code) {
                self.push(code);
            }
        }
        self.writing = self.writing.max(other.writing);
        self.marks |= other.marks;
    }

    /// Gives the same sounds as if they had been written in another way.
    pub(crate) fn written(&self, writing: Writing) -> Self {
        Self { writing, ..*self }
    }

    /// Gives a word of other sounds, written in the same way; what does not fit is dropped.
    fn spelled(&self, parts: &[&[u8]]) -> Self {
        let mut out = Self { codes: [codes::NONE; LEN_MAX], len: 0, ..*self };
        parts.iter().copied().flatten().for_each(|code| out.push(*code));
        out
    }

    /// Gives the word without its last sounds.
    pub(crate) fn cut(&self, sounds: usize) -> Self {
        let mut cut = *self;
        for _ in 0..sounds {
            cut.pop();
        }
        cut
    }

    /// Appends a code; what does not fit is dropped.
    fn push(&mut self, code: u8) {
        debug_assert!(usize::from(code) < COUNT);
        if let Some(slot) = self.codes.get_mut(usize::from(self.len)) {
            *slot = code;
            self.len += 1;
        }
    }

    fn last(&self) -> u8 {
        self.codes().last().copied().unwrap_or(codes::NONE)
    }

    /// Removes the last code.
    fn pop(&mut self) {
        if let Some(at) = self.len.checked_sub(1) {
            self.len = at;
            if let Some(slot) = self.codes.get_mut(usize::from(at)) {
                *slot = codes::NONE;
            }
        }
    }
}

impl std::fmt::Debug for Sounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sounds(")?;
        for &code in self.codes() {
            f.write_str(NAMES.get(usize::from(code)).copied().unwrap_or("?"))?;
        }
        f.write_str(")")
    }
}

pub(crate) const CASELESS: u8 = 1;
pub(crate) const MIXED: u8 = 2;

fn class_hard(code: u8) -> u8 {
    match code {
        codes::CHL | codes::CS => class(codes::K),
        codes::JJ => class(codes::G),
        codes::X => class(codes::SH),
        _ => class(code),
    }
}

fn class_soft(code: u8) -> u8 {
    match code {
        codes::GE | codes::CS | codes::G => class(codes::JJ),
        codes::JJ => 0,
        codes::TH | codes::SHIN | codes::CHL => class(codes::S),
        _ => class(code),
    }
}

fn class_voiced(code: u8) -> u8 {
    match code {
        codes::W | codes::WAW => class(codes::V),
        codes::H => class(codes::KH),
        _ => class(code),
    }
}

/// How each code is shown; capitals are sounds of their own.
const NAMES: [&str; COUNT] = [
    "", "a", "e", "i", "o", "u", "y", "ə", "ö", "ü", "ë", "ʾ", "w̆", "y̆", "ʿ", "h̆", "j", "p", "b", "t", "d",
    "k", "g", "f", "v", "s", "z", "m", "n", "l", "r", "h", "x", "š", "ž", "č", "ţ", "ks", "ǰ", "q", "w", "þ",
    "ð", "ɣ", "šč", "ch", "c", "p̄", "b̄", "k̄", "š̂", "1", "ġ", "0", "1", "2", "3", "4", "5", "6", "7", "8",
    "9", "?",
];

#[cfg(test)]
mod tests;
