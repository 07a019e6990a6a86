//! Remembers stretches of text letter by letter, with the few names that may
//! stand in them, so that prose which comes again is not joined again and
//! candidates that failed are not read again.
//!
//! What a stretch tells depends on its bytes, on the marks of its first and last
//! word, which say what stands before and behind, and on how the text uses
//! capitals; where a name is read in order, on the word before and the word
//! behind as well. The whole of that is the key, so two stretches are never taken
//! for each other.

use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::engine::Block;
use super::join::Candidate;
use super::region::Casing;

/// On what depends that something is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// On the stretch alone.
    Quiet,
    /// On the stretch and the word on each side.
    Beside,
}

/// Stretches and the names that may stand in them, for one store and one pair of thresholds.
#[derive(Debug, Default)]
pub(super) struct Quiets {
    /// The candidates worth reading; none if no name stands there whatever is around it.
    known: HashTable<Stretch>,
    /// Stretches without a name, with the words beside them.
    beside: HashTable<Stretch>,
    hasher: DefaultHashBuilder,
    bytes: usize,
    /// The thresholds of score and evidence, as bits.
    least: (u32, u32),
}

#[derive(Debug)]
struct Stretch {
    hash: u64,
    marks: Marks,
    text: Box<[u8]>,
    /// For each word its number in the memo.
    entries: Box<[u32]>,
    candidates: Box<[Candidate]>,
}

/// How the text uses capitals, where it ends, and what is told of the words at
/// both ends and beside them.
type Marks = (u8, [u16; 4]);

/// A stretch as it stands in a text.
struct Key<'t> {
    hash: u64,
    marks: Marks,
    text: &'t [u8],
}

impl Key<'_> {
    fn is(&self, stretch: &Stretch) -> bool {
        self.hash == stretch.hash && self.marks == stretch.marks && *self.text == *stretch.text
    }

    fn with(&self, entries: &[u32], candidates: &[Candidate]) -> Stretch {
        let (entries, candidates) = (entries.into(), candidates.into());
        Stretch { hash: self.hash, marks: self.marks, text: self.text.into(), entries, candidates }
    }
}

/// A longer stretch is read each time.
const KEY_MAX: usize = 512;
/// More candidates are gone through each time.
const CANDIDATES_MAX: usize = 128;
const STRETCHES_MAX: usize = 1 << 16;
const BYTES_MAX: usize = 1 << 22;

impl Quiets {
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.beside.clear();
        self.bytes = 0;
    }

    /// Forgets everything if it is full, or if other thresholds are asked for.
    pub(super) fn make_room(&mut self, least: (u32, u32)) {
        let other = self.least != least;
        if other || self.known.len() + self.beside.len() >= STRETCHES_MAX || self.bytes >= BYTES_MAX {
            self.clear();
        }
        self.least = least;
    }

    /// Fills `out` with the candidates worth reading in the words from `start`
    /// to before `end`, and `entries` with the numbers of these words in the
    /// memo; tells whether the stretch is known.
    pub(super) fn find(
        &self,
        block: Block<'_>,
        start: usize,
        end: usize,
        entries: &mut [u32],
        out: &mut Vec<Candidate>,
    ) -> bool {
        let Some(key) = self.key(block, start, end, Known::Quiet) else { return false };
        let Some(stretch) = self.known.find(key.hash, |stretch| key.is(stretch)) else { return false };
        entries.iter_mut().zip(&stretch.entries).for_each(|(to, entry)| *to = *entry);
        out.clear();
        out.extend_from_slice(&stretch.candidates);
        if !out.is_empty()
            && let Some(key) = self.key(block, start, end, Known::Beside)
            && self.beside.find(key.hash, |stretch| key.is(stretch)).is_some()
        {
            out.clear();
        }
        true
    }

    /// Remembers the candidates worth reading in these words, and whether none
    /// of them is a name beside these neighbours.
    pub(super) fn add(
        &mut self,
        block: Block<'_>,
        start: usize,
        end: usize,
        entries: &[u32],
        candidates: &[Candidate],
        silent: bool,
    ) {
        let full = self.known.len() + self.beside.len() >= STRETCHES_MAX * 2 || self.bytes >= BYTES_MAX * 2;
        if full || candidates.len() > CANDIDATES_MAX {
            return;
        }
        if let Some(key) = self.key(block, start, end, Known::Quiet)
            && self.known.find(key.hash, |stretch| key.is(stretch)).is_none()
        {
            self.bytes += key.text.len() + size_of_val(entries) + size_of_val(candidates);
            self.known.insert_unique(key.hash, key.with(entries, candidates), |stretch| stretch.hash);
        }
        if silent
            && !candidates.is_empty()
            && let Some(key) = self.key(block, start, end, Known::Beside)
            && self.beside.find(key.hash, |stretch| key.is(stretch)).is_none()
        {
            self.bytes += key.text.len();
            self.beside.insert_unique(key.hash, key.with(&[], &[]), |stretch| stretch.hash);
        }
    }

    /// Gives the key; nothing if it is too long to be kept.
    fn key<'t>(&self, block: Block<'t>, start: usize, end: usize, known: Known) -> Option<Key<'t>> {
        let casing = match block.casing {
            Casing::Usual => 0,
            Casing::Small => 1,
            Casing::Loud => 2,
        };
        let (first, last) = (block.words.get(start)?, block.words.get(end.checked_sub(1)?)?);
        // A key with neighbours tells on which side the text has none.
        let (before, behind, sides) = match known {
            Known::Quiet => (None, None, 0),
            Known::Beside => {
                let before = start.checked_sub(1).and_then(|before| block.words.get(before));
                let behind = block.words.get(end);
                (before, behind, 1 + u8::from(before.is_none()) + 2 * u8::from(behind.is_none()))
            }
        };
        let (from, to) = (before.unwrap_or(first).start as usize, behind.unwrap_or(last).end as usize);
        let text = block.text.as_bytes().get(from..to).filter(|text| text.len() <= KEY_MAX)?;
        let marks = [before, Some(first), Some(last), behind].map(|word| word.map_or(0, |word| word.marks));
        let marks = (casing | sides << 4, marks);
        Some(Key { hash: self.hasher.hash_one((marks, text)), marks, text })
    }
}
