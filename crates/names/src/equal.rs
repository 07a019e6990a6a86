//! Names that mean the same without sounding alike: Alexander and Alejandro,
//! a native spelling and its usual Latin one.
//!
//! A [`Class`] is a small number; two words are equal when they share one. Most
//! words have no class, a few have several. The classes come from a list of
//! given names and from a trained dictionary; see `docs/explanation/names.md`.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::lexicon::{Keys, by_sound};
use crate::listed::Listed;
use crate::sound::{Reading, read};
use crate::words::lines;

/// One meaning of a word; comparing them is all there is to do with them. Zero
/// is none.
pub type Class = u32;

/// How many classes a word has at most.
pub const CLASSES_MAX: usize = 4;

/// The classes of a word, padded with zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Classes([Class; CLASSES_MAX]);

impl Classes {
    /// No class.
    pub(crate) const NONE: Self = Self([0; CLASSES_MAX]);

    /// Gives the classes; empty for most words.
    #[must_use]
    pub fn as_slice(&self) -> &[Class] {
        let count = self.0.iter().take_while(|class| **class != 0).count();
        self.0.get(..count).unwrap_or(&[])
    }

    /// Tells whether the two share a class.
    #[inline]
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        let [first, ..] = self.0;
        first != 0 && self.0.iter().any(|class| *class != 0 && other.0.contains(class))
    }

    fn push(&mut self, class: Class) {
        if !self.0.contains(&class)
            && let Some(slot) = self.0.iter_mut().find(|slot| **slot == 0)
        {
            *slot = class;
        }
    }
}

/// Gives the classes of a word.
#[must_use]
pub fn classes(word: &str) -> Classes {
    let word = read(word);
    of(&word, &Keys::of(&word))
}

/// Gives the classes of a word that has been read.
pub(crate) fn of(word: &Reading, keys: &Keys) -> Classes {
    let given = given();
    let mut all = given.get(keys.letters).or_else(|| given.get(keys.sounds)).unwrap_or_default();
    for class in trained(word.letters) {
        all.push(class);
    }
    all
}

/// Where the classes of the dictionary begin; below are those of the list.
pub const TRAINED_FROM: Class = 1 << 16;

/// Gives the classes of the dictionary: places of six bytes, three of a tag and
/// three of a class, sought from [`slot_of`] on to the first empty one.
fn trained(letters: u64) -> impl Iterator<Item = Class> {
    let (places, _) = MODEL.as_chunks::<6>();
    let tag = u64::from(tag_of(letters));
    let at = slot_of(letters, places.len());
    let (before, from) = places.split_at_checked(at).unwrap_or((&[], places));
    from.iter()
        .chain(before)
        .map(|&[a, b, c, x, y, z]| u64::from_le_bytes([a, b, c, x, y, z, 0, 0]))
        .take_while(|place| place >> 24 != 0)
        .filter(move |place| place & 0xff_ffff == tag)
        .map(|place| TRAINED_FROM + Class::try_from(place >> 24).unwrap_or(0))
}

/// Asks the memory for the place where [`of`] will look for a word.
#[inline]
pub(crate) fn ask(letters: u64) {
    let (places, _) = MODEL.as_chunks::<6>();
    #[cfg(target_arch = "x86_64")]
    if let Some(place) = places.get(slot_of(letters, places.len())) {
        safe_arch::prefetch_t0(place);
    }
}

/// Gives where the search for a word begins among so many places.
#[must_use]
pub fn slot_of(letters: u64, places: usize) -> usize {
    usize::try_from((u128::from(letters) * places as u128) >> 64).unwrap_or(0)
}

/// Gives the tag of a word, below 2^24.
#[must_use]
pub fn tag_of(letters: u64) -> u32 {
    u32::try_from(letters & 0xff_ffff).unwrap_or(0)
}

const MODEL: &[u8] = include_bytes!("../models/equal.bin");

fn given() -> &'static Listed<Classes> {
    static GIVEN: OnceLock<Listed<Classes>> = OnceLock::new();
    GIVEN.get_or_init(|| {
        let mut given: HashMap<u64, Classes> = HashMap::new();
        for (line, class) in lines(include_str!("data/given.txt")).zip(1..) {
            for word in line.split_whitespace() {
                let word = read(word);
                given.entry(word.letters).or_default().push(class);
                // Short names sound like too much else: they need the letters.
                if word.sounds.len() > 4 {
                    given.entry(by_sound(&word)).or_default().push(class);
                }
            }
        }
        Listed::new(given.into_iter())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_equal(a: &str, b: &str) -> bool {
        classes(a).meets(&classes(b))
    }

    #[test]
    fn spellings_of_a_given_name_share_a_class() {
        assert!(are_equal("Alexander", "Олександр") && are_equal("Alejandro", "Aleksandr"));
        assert!(!are_equal("Sergei", "Yulia") && !are_equal("Skripal", "Skripal"));
    }
}
