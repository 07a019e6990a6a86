//! What the words of names are: fillers, legal forms, titles, words of bodies.
//!
//! The lists are data; they are read once, at the first question, into one table
//! by the hash of the letters, so that a question is one look. Words of bodies
//! are also known by their sounds, so that "zavod" and "завод" meet.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::listed::{Key, Listed};
use crate::sound::{Reading, read};
use crate::words::lines;

/// What kind of word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Word {
    /// A word that names.
    #[default]
    Name,
    /// Joins the parts of a personal name: al, bin, van.
    Particle,
    /// A legal form, or a word between others: Ltd, ООО, of.
    Filler,
    /// A title or rank.
    Title,
    /// A word of bodies: plant, institute, bank.
    Body,
}

/// How many meanings one word of bodies has at most.
pub(crate) const MEANINGS_MAX: usize = 4;

/// A word of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Entry {
    pub(crate) word: Word,
    /// The lines of the list of bodies it stands on, from 1; 0 for none.
    pub(crate) meanings: [u16; MEANINGS_MAX],
    /// It tells a body, and not only that something joins.
    pub(crate) legal: bool,
}

/// Looks a word up.
pub(crate) fn entry(word: &Reading, keys: &Keys) -> Entry {
    let list = list();
    let found = list.get(keys.letters);
    let found = found.or_else(|| if word.sounds.len() >= 4 { list.get(keys.sounds) } else { None });
    found.unwrap_or_default()
}

/// Under what a word may stand on a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    pub(crate) letters: Key,
    pub(crate) sounds: Key,
}

impl Keys {
    pub(crate) fn of(word: &Reading) -> Self {
        Self { letters: Key::new(word.letters), sounds: Key::new(by_sound(word)) }
    }
}

/// Gives a hash of the sounds of a word.
pub(crate) fn by_sound(word: &Reading) -> u64 {
    let (chunks, _) = word.sounds.padded().as_chunks::<8>();
    chunks.iter().fold(0x2545_f491_4f6c_dd1d_u64, |hash, chunk| {
        let mixed = (hash ^ u64::from_le_bytes(*chunk)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed ^ mixed >> 32
    })
}

type Table = HashMap<u64, Entry>;

/// Asks the memory for the place where [`entry`] looks first.
#[inline]
pub(crate) fn ask(letters: u64) {
    list().ask(letters);
}

fn list() -> &'static Listed<Entry> {
    static LIST: OnceLock<Listed<Entry>> = OnceLock::new();
    LIST.get_or_init(|| {
        let mut table = Table::default();
        bodies(&mut table);
        for line in lines(include_str!("data/forms.txt")) {
            let Some((kind, words)) = line.split_once(':') else { continue };
            let (word, legal) = match kind {
                "particle" => (Word::Particle, false),
                "title" | "vessel" => (Word::Title, false),
                "legal" => (Word::Filler, true),
                _ => (Word::Filler, false),
            };
            for text in words.split_whitespace() {
                table.insert(read(text).letters, Entry { word, legal, ..Entry::default() });
            }
        }
        Listed::new(table.into_iter())
    })
}

fn bodies(table: &mut Table) {
    for (line, meaning) in lines(include_str!("data/bodies.txt")).zip(1_u16..) {
        let (words, acronyms) = line.split_once('=').unwrap_or((line, ""));
        for word in words.split_whitespace() {
            match word.strip_suffix('*') {
                Some(stem) => ENDINGS.iter().for_each(|end| mean(table, &format!("{stem}{end}"), meaning)),
                None => mean(table, word, meaning),
            }
        }
        for word in acronyms.split_whitespace() {
            mean(table, word, meaning);
        }
    }
}

fn mean(table: &mut Table, text: &str, meaning: u16) {
    let word = read(text);
    let sounds = (word.sounds.len() >= 4).then(|| by_sound(&word));
    for key in [Some(word.letters), sounds].into_iter().flatten() {
        let entry = table.entry(key).or_default();
        entry.word = Word::Body;
        if !entry.meanings.contains(&meaning)
            && let Some(slot) = entry.meanings.iter_mut().find(|m| **m == 0)
        {
            *slot = meaning;
        }
    }
}

/// Endings of Russian and Ukrainian adjectives and nouns, and of their Latin
/// spellings.
const ENDINGS: &[&str] = &[
    "",
    "о",
    "а",
    "ы",
    "и",
    "я",
    "е",
    "й",
    "ый",
    "ий",
    "ая",
    "яя",
    "ое",
    "ее",
    "ые",
    "ие",
    "ия",
    "ой",
    "ого",
    "его",
    "ому",
    "ых",
    "их",
    "ой",
    "ом",
    "ем",
    "ов",
    "ей",
    "ии",
    "ию",
    "ень",
    "ь",
    "ный",
    "ная",
    "ное",
    "ного",
    "ной",
    "ні",
    "на",
    "не",
    "ский",
    "ская",
    "ское",
    "ского",
    "енный",
    "енная",
    "енное",
    "енно",
    "нный",
    "нная",
    "нное",
    "ические",
    "ический",
    "ическая",
    "ическое",
    "ние",
    "ния",
    "ика",
    "ики",
    "у",
    "iy",
    "y",
    "yy",
    "iya",
    "ii",
    "oe",
    "oye",
    "aya",
    "nyy",
    "ny",
    "naya",
    "noe",
    "noye",
    "nogo",
    "ogo",
    "skiy",
    "sky",
    "skii",
    "skaya",
    "skoe",
    "skoye",
    "skogo",
    "o",
    "e",
    "enie",
    "eniye",
    "eniya",
    "ovy",
    "ovyy",
    "venny",
    "vennyy",
    "vennoe",
    "vennoye",
    "venno",
    "ie",
    "ye",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn looked_up(text: &str) -> Entry {
        let word = read(text);
        entry(&word, &Keys::of(&word))
    }

    #[test]
    fn words_of_bodies_share_a_meaning_across_languages() {
        for (a, b) in
            [("plant", "завод"), ("zavod", "factory"), ("НИИ", "institute"), ("научно", "scientific")]
        {
            let (x, y) = (looked_up(a), looked_up(b));
            assert!(x.meanings.iter().any(|m| *m > 0 && y.meanings.contains(m)), "{a} {x:?} / {b} {y:?}");
        }
        assert_eq!(looked_up("Skripal").word, Word::Name);
        assert_eq!(looked_up("ООО").word, Word::Filler);
    }
}
