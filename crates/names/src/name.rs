//! A name analysed once: its parts, ready to be compared many times.
//!
//! A [`Name`] has a fixed size and needs no allocation. At most [`PARTS_MAX`]
//! parts are kept and [`WORDS_MAX`] words looked at; legal forms and words such
//! as "of" are not kept unless nothing else is there. A Han or Hangul name in
//! one piece is cut into surname and given name.

mod cut;

use crate::align;
use crate::equal::{self, Classes};
use crate::lexicon::{self, MEANINGS_MAX, Word};
use crate::sound::codes::{self, CH, CHL, CS, I, SH, Y};
use crate::sound::{Reading, Sounds, Writing};

use cut::{Cut, words};

/// How many parts of a name count.
pub const PARTS_MAX: usize = 12;
/// How many words of a name are looked at.
pub const WORDS_MAX: usize = 64;

/// What a part of a name does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It names: a given name, a surname, the own word of a body.
    #[default]
    Name,
    /// A name after the father, as in Nikolayevich.
    Patronymic,
    /// One letter for a name.
    Initial,
    /// Digits.
    Number,
    /// A word of bodies, such as bank or institute.
    Body,
    /// It joins: al, bin, van.
    Particle,
    /// A title or rank, or a filler where nothing else was there.
    Title,
}

/// One part of a name.
#[derive(Debug, Clone, Copy, Default)]
pub struct Part {
    pub(crate) sounds: Sounds,
    pub(crate) letters: u64,
    pub(crate) writing: Writing,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) role: Role,
    /// A short word in capitals, or in a script without them.
    pub(crate) short: bool,
    pub(crate) meanings: [u16; MEANINGS_MAX],
    pub(crate) classes: Classes,
    /// The weight of the sounds in 1/64, at least 1.
    pub(crate) heft: u16,
    /// How much the part says, in 1/8 bit.
    pub(crate) bits: u8,
    /// The same if it were a name.
    often: u8,
    /// The classes of its consonants, one bit each.
    pub(crate) consonants: u16,
}

/// A name, analysed.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    parts: [Part; PARTS_MAX],
    len: u8,
    /// A legal form was seen.
    pub(crate) legal: bool,
    /// A hash of all letters, part by part.
    pub(crate) letters: u64,
}

/// What every part of a name is before it is read.
const BLANK: Part = Part {
    sounds: Sounds::NONE,
    letters: 0,
    writing: Writing::Alphabet,
    start: 0,
    end: 0,
    role: Role::Name,
    short: false,
    meanings: [0; MEANINGS_MAX],
    classes: Classes::NONE,
    heft: 0,
    bits: 0,
    often: 0,
    consonants: 0,
};

impl Default for Name {
    fn default() -> Self {
        Self { parts: [BLANK; PARTS_MAX], len: 0, legal: false, letters: 0 }
    }
}

impl Name {
    /// Analyses a name; one without letters or digits has no parts.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut name = Self::default();
        name.read(text);
        name
    }

    fn read(&mut self, text: &str) {
        self.take(text, false);
        let tells = |p: &Part| matches!(p.role, Role::Name | Role::Patronymic | Role::Number | Role::Body);
        if !self.parts().iter().any(tells) {
            *self = Self::default();
            self.take(text, true);
        }
        self.settle_patronymics();
    }

    /// Tells whether there is nothing to compare.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn parts(&self) -> &[Part] {
        self.parts.get(..usize::from(self.len)).unwrap_or(&[])
    }

    fn take(&mut self, text: &str, everything: bool) {
        let mut words = words(text).take(WORDS_MAX).peekable();
        if let Some(first) = words.next() {
            match cut::surname(first.text).filter(|_| words.peek().is_none()) {
                Some((head, tail)) => {
                    self.add(&Cut::of(head, first.start), everything);
                    self.add(&Cut::of(tail, first.start + head.len()), everything);
                    self.read_as_pinyin();
                }
                None => self.add(&first, everything),
            }
        }
        for word in words {
            if usize::from(self.len) == PARTS_MAX {
                break;
            }
            self.add(&word, everything);
        }
    }

    /// A Han name in one piece is most often Chinese, and its Latin form pinyin,
    /// to be met letter by letter; names of other languages have a dot inside.
    fn read_as_pinyin(&mut self) {
        for part in self.parts.iter_mut().filter(|p| p.sounds.writing() == Writing::Han) {
            part.sounds = part.sounds.written(Writing::Alphabet);
        }
    }

    fn add(&mut self, word: &Cut<'_>, everything: bool) {
        let text = word.text;
        // The lists are far away in memory: they are asked for before they are needed.
        let reading = crate::sound::read_telling(text, |letters| {
            equal::ask(letters);
            lexicon::ask(letters);
        });
        if reading.sounds.is_empty() {
            return;
        }
        let often = crate::often::bits(&reading.sounds);
        let keys = lexicon::Keys::of(&reading);
        let mut entry = lexicon::entry(&reading, &keys);
        if matches!(entry.word, Word::Filler | Word::Particle | Word::Title) && is_short_name(text) {
            entry = lexicon::Entry::default();
        }
        self.legal |= entry.legal;
        if entry.word == Word::Filler && !everything {
            return;
        }
        let Some(slot) = self.parts.get_mut(usize::from(self.len)) else { return };
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let letters = if text.is_ascii() { text.len() } else { word.letters.min(40) };
        slot.sounds = reading.sounds;
        slot.letters = reading.letters;
        slot.writing = reading.sounds.writing();
        slot.start = offset(word.start);
        slot.end = offset(word.start + text.len());
        slot.role = role(&reading, entry.word, letters, everything);
        slot.short = letters <= 6 && !word.small;
        slot.meanings = entry.meanings;
        slot.heft = align::weight(&reading.sounds).max(1);
        slot.often = often;
        slot.consonants = reading.sounds.consonants();
        if matches!(slot.role, Role::Name | Role::Patronymic) {
            slot.classes = equal::of(&reading, &keys);
        }
        slot.bits = bits(slot);
        self.letters = self.letters.rotate_left(7) ^ reading.letters;
        self.len += 1;
    }

    /// There is one patronymic at most, and never without two other parts: in
    /// "Sergey Stankevich" the word that ends so is the surname.
    fn settle_patronymics(&mut self) {
        let Some(parts) = self.parts.get_mut(..usize::from(self.len)) else { return };
        let count = |role: Role| parts.iter().filter(|p| p.role == role).count();
        let (like, others) = (count(Role::Patronymic), count(Role::Name) + count(Role::Initial));
        if like == 0 || like == 1 && others >= 2 {
            return;
        }
        let mut seen = 0;
        for part in parts.iter_mut().filter(|p| p.role == Role::Patronymic) {
            seen += 1;
            // With two, the first is the patronymic unless it opens the name.
            if like < 2 || seen > 1 || others < 1 {
                part.role = Role::Name;
                part.bits = bits(part);
            }
        }
    }
}

/// Tells whether a word of two letters is written as a name is: "Sá" and "An",
/// but not "SA", "an" or the usual particles.
fn is_short_name(text: &str) -> bool {
    let mut chars = text.chars().filter(|c| !crate::fold::is_invisible(*c));
    let (Some(first), Some(second), None) = (chars.next(), chars.next(), chars.next()) else { return false };
    first.is_uppercase()
        && second.is_lowercase()
        && !matches!(
            (first, second),
            ('A' | 'E', 'l')
                | ('D', 'e' | 'i' | 'a' | 'u' | 'r')
                | ('L', 'a' | 'e' | 'o' | 't')
                | ('M', 'r' | 's' | 't')
                | ('S', 't' | 'r')
                | ('H' | 'J' | 'F', 'r')
                | ('C', 'o')
                | ('O', 'f')
                | ('B', 'a')
        )
}

fn role(word: &Reading, listed: Word, letters: usize, everything: bool) -> Role {
    let sounds = &word.sounds;
    if sounds.is_number() {
        return Role::Number;
    }
    match listed {
        Word::Particle => Role::Particle,
        Word::Title => Role::Title,
        Word::Filler if !everything => Role::Title,
        Word::Body => Role::Body,
        Word::Name | Word::Filler => {
            let alphabetic = matches!(sounds.writing(), Writing::Alphabet | Writing::Abjad);
            if letters == 1 && alphabetic {
                Role::Initial
            } else if is_patronymic(sounds.codes()) {
                Role::Patronymic
            } else {
                Role::Name
            }
        }
    }
}

/// Tells by the sounds whether a word ends like a patronymic; the same rule
/// serves Cyrillic and its Latin spellings.
fn is_patronymic(codes: &[u8]) -> bool {
    patronymic_end(codes).is_some()
}

/// Gives how many sounds of a word are the ending of a patronymic.
pub(crate) fn patronymic_end(codes: &[u8]) -> Option<usize> {
    use codes::{A, E, N, O, U, V, W};
    let vowel = |code: &u8| matches!(*code, O | E | A | I | Y);
    let length = match codes {
        [.., o, V | W, I | Y | E, CH | CHL | SH | CS] if vowel(o) => 4,
        [.., o, V | W | U, N, A] if vowel(o) => 4,
        [.., N | codes::M | codes::T | codes::S | codes::K | codes::Z, I | Y, CH | CHL]
            if codes.len() >= 5 =>
        {
            2
        }
        [.., I, CH | CHL, N, A] => 4,
        _ => return None,
    };
    (codes.len() >= length + 2).then_some(length)
}

/// Gives how much a part says, in 1/8 bit.
fn bits(part: &Part) -> u8 {
    match part.role {
        Role::Name => part.often,
        Role::Patronymic => part.often / 2,
        Role::Initial | Role::Body => 14,
        Role::Number => 48,
        Role::Particle | Role::Title => 4,
    }
}

#[cfg(test)]
mod tests;
