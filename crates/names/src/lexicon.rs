//! What the words of names are: fillers, legal forms, titles, words of bodies.
//!
//! The lists are data; they are read once, at the first question, into one table
//! by the hash of the letters, so that a question is one look. Words of bodies
//! are also known by their sounds, so that "zavod" and "завод" meet.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

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
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Entry {
    pub(crate) word: Word,
    /// The lines of the list of bodies it stands on, from 1; 0 for none.
    pub(crate) meanings: [u16; MEANINGS_MAX],
    /// It tells a body, and not only that something joins.
    pub(crate) legal: bool,
}

/// Looks a word up.
pub(crate) fn entry(word: &Reading) -> Entry {
    let (table, filter) = table();
    if !filter.may_hold(word) {
        return Entry::default();
    }
    let by_letters = table.get(&word.letters);
    let found = by_letters.or_else(|| if word.sounds.len() >= 4 { table.get(&by_sound(word)) } else { None });
    found.copied().unwrap_or_default()
}

/// Gives a hash of the sounds of a word.
pub(crate) fn by_sound(word: &Reading) -> u64 {
    let (chunks, _) = word.sounds.padded().as_chunks::<8>();
    chunks.iter().fold(0x2545_f491_4f6c_dd1d_u64, |hash, chunk| {
        let mixed = (hash ^ u64::from_le_bytes(*chunk)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed ^ mixed >> 32
    })
}

type Table = HashMap<u64, Entry, BuildHasherDefault<Ready>>;

/// The keys are hashes already.
#[derive(Default)]
pub(crate) struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// Says of most words at once that they are not in a table: two bits of a key
/// are looked up in a field small enough to stay in the nearest cache.
pub(crate) struct Filter([u64; 2048]);

impl Filter {
    pub(crate) fn of(keys: impl Iterator<Item = u64>) -> Self {
        let mut filter = Self([0; 2048]);
        for key in keys {
            for (room, bit) in Self::bits(key) {
                if let Some(slot) = filter.0.get_mut(room) {
                    *slot |= bit;
                }
            }
        }
        filter
    }

    pub(crate) fn may_hold(&self, word: &Reading) -> bool {
        self.has(word.letters) || self.has(by_sound(word))
    }

    fn has(&self, key: u64) -> bool {
        Self::bits(key).iter().all(|(room, bit)| self.0.get(*room).is_some_and(|slot| slot & bit != 0))
    }

    fn bits(key: u64) -> [(usize, u64); 2] {
        [key, key >> 17].map(|part| ((part >> 6) as usize % 2048, 1 << (part & 63)))
    }
}

fn table() -> &'static (Table, Filter) {
    static TABLE: OnceLock<(Table, Filter)> = OnceLock::new();
    TABLE.get_or_init(|| {
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
        let filter = Filter::of(table.keys().copied());
        (table, filter)
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

    #[test]
    fn words_of_bodies_share_a_meaning_across_languages() {
        for (a, b) in
            [("plant", "завод"), ("zavod", "factory"), ("НИИ", "institute"), ("научно", "scientific")]
        {
            let (x, y) = (entry(&read(a)), entry(&read(b)));
            assert!(x.meanings.iter().any(|m| *m > 0 && y.meanings.contains(m)), "{a} {x:?} / {b} {y:?}");
        }
        assert_eq!(entry(&read("Skripal")).word, Word::Name);
        assert_eq!(entry(&read("ООО")).word, Word::Filler);
    }
}
