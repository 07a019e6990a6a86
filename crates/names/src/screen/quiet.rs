//! Remembers stretches of text letter by letter, with the few names that may
//! stand in them, so that prose which comes again is not joined again and
//! candidates that failed are not read again.
//!
//! What a stretch tells depends on its words, on how the text uses capitals and,
//! where a name is read in order, on the word before and the word behind. The
//! whole of that is the key, so two stretches are never taken for each other.

use std::collections::{HashMap, HashSet};

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
    known: HashMap<Box<[u8]>, Box<[Candidate]>>,
    /// Stretches without a name, with the words beside them.
    beside: HashSet<Box<[u8]>>,
    bytes: usize,
    key: Vec<u8>,
    /// The thresholds of score and evidence, as bits.
    least: (u32, u32),
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
    /// to before `end`; tells whether the stretch is known.
    pub(super) fn find(
        &mut self,
        block: Block<'_>,
        start: usize,
        end: usize,
        out: &mut Vec<Candidate>,
    ) -> bool {
        if !self.write(block, start, end, Known::Quiet) {
            return false;
        }
        let Some(candidates) = self.known.get(self.key.as_slice()) else { return false };
        out.clear();
        out.extend_from_slice(candidates);
        if !out.is_empty()
            && self.write(block, start, end, Known::Beside)
            && self.beside.contains(self.key.as_slice())
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
        candidates: &[Candidate],
        silent: bool,
    ) {
        let full = self.known.len() + self.beside.len() >= STRETCHES_MAX * 2 || self.bytes >= BYTES_MAX * 2;
        if full || candidates.len() > CANDIDATES_MAX {
            return;
        }
        if self.write(block, start, end, Known::Quiet) && !self.known.contains_key(self.key.as_slice()) {
            self.bytes += self.key.len() + size_of_val(candidates);
            self.known.insert(self.key.as_slice().into(), candidates.into());
        }
        if silent && !candidates.is_empty() && self.write(block, start, end, Known::Beside) {
            self.bytes += self.key.len();
            self.beside.insert(self.key.as_slice().into());
        }
    }

    /// Writes the key; tells whether it is short enough to be kept.
    fn write(&mut self, block: Block<'_>, start: usize, end: usize, known: Known) -> bool {
        self.key.clear();
        let casing = match block.casing {
            Casing::Usual => 0,
            Casing::Small => 1,
            Casing::Loud => 2,
        };
        // A key with neighbours tells on which side the text has none.
        let sides = match known {
            Known::Quiet => 0,
            Known::Beside => 1 + u8::from(start == 0) + 2 * u8::from(end >= block.words.len()),
        };
        self.key.push(casing | sides << 4);
        let beside = usize::from(known == Known::Beside);
        for word in block.words.iter().take(end + beside).skip(start.saturating_sub(beside)) {
            let letters = word.of(block.text);
            if self.key.len() + letters.len() > KEY_MAX {
                return false;
            }
            self.key.extend(word.marks.to_le_bytes());
            // No letter is the byte 0xff, so a key says where its words end.
            self.key.extend(letters.as_bytes());
            self.key.push(0xff);
        }
        true
    }
}
