//! Remembers stretches of text letter by letter, with the few names that may
//! stand in them and the hits that do, so that prose which comes again is not
//! joined again and candidates are not read again.
//!
//! What a stretch tells depends on its bytes, on the marks of its first and last
//! word, which say what stands before and behind, and on how the text uses
//! capitals; where a name is read in order, on the word before and the word
//! behind as well. The whole of that is the key, so two stretches are never taken
//! for each other.

use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::engine::{Block, Found};
use super::join::Candidate;
use super::region::Casing;
use super::types::Hit;

/// On what depends what became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// On the stretch alone; it is no name.
    Quiet,
    /// On the stretch and the word on each side.
    Beside,
    /// On more of the text.
    Open,
}

/// What is known of a stretch.
pub(super) enum Seen<'q> {
    Nothing,
    /// The candidates that are worth reading.
    Worth(&'q [Candidate]),
    /// All hits, to be put at this byte and this word of the block.
    Hits(&'q [Told], usize, usize),
}

/// A hit as it is remembered: places are counted from the first word of the key.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) name: u32,
    hit: Hit,
    first: usize,
    last: usize,
}

impl Told {
    /// Gives the hit at a place of a block.
    pub(super) fn found(&self, byte: usize, word: usize) -> Found {
        let mut hit = self.hit.clone();
        hit.span.start += byte;
        hit.span.end += byte;
        Found { hit, first: self.first + word, last: self.last + word }
    }
}

/// Stretches and what stands in them, for one store and one pair of thresholds.
/// What belongs to all stretches lies together, in the order of the texts.
#[derive(Debug, Default)]
pub(super) struct Quiets {
    known: HashTable<Stretch>,
    beside: HashTable<Stretch>,
    texts: Vec<u8>,
    /// For each word its number in the memo.
    entries: Vec<u32>,
    candidates: Vec<Candidate>,
    hits: Vec<Told>,
    hasher: DefaultHashBuilder,
    /// The thresholds of score and evidence, as bits.
    least: (u32, u32),
}

/// The places of what belongs to a stretch; first the hash and the marks of its key.
#[derive(Debug)]
struct Stretch {
    hash: u64,
    marks: u64,
    text: Places,
    entries: Places,
    /// Candidates, or hits where the words beside belong to the key.
    rest: Places,
}

type Places = (u32, u32);

/// A stretch as it stands in a text.
struct Key<'t> {
    hash: u64,
    /// How the text uses capitals, where it ends, and what is told of the words
    /// at both ends and beside them.
    marks: u64,
    text: &'t [u8],
    /// The first word.
    word: usize,
    byte: usize,
}

/// A longer stretch is read each time.
const KEY_MAX: usize = 512;
/// More candidates are gone through each time.
const CANDIDATES_MAX: usize = 128;
const STRETCHES_MAX: usize = 1 << 16;
const BYTES_MAX: usize = 1 << 22;
const HITS_MAX: usize = 1 << 13;

impl Quiets {
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.beside.clear();
        self.texts.clear();
        self.entries.clear();
        self.candidates.clear();
        self.hits.clear();
    }

    /// Forgets everything if it is full, or if other thresholds are asked for.
    pub(super) fn make_room(&mut self, least: (u32, u32)) {
        if self.least != least || self.is_full(1) {
            self.clear();
        }
        self.least = least;
    }

    /// Tells whether there is so many times as much as wished.
    fn is_full(&self, times: usize) -> bool {
        self.known.len() + self.beside.len() >= STRETCHES_MAX * times
            || self.texts.len() + size_of_val(self.candidates.as_slice()) >= BYTES_MAX * times
            || self.hits.len() >= HITS_MAX * times
    }

    /// Looks the words from `start` to before `end` up, and fills `entries` with
    /// their numbers in the memo if they are known.
    pub(super) fn find(&self, block: Block<'_>, start: usize, end: usize, entries: &mut [u32]) -> Seen<'_> {
        let Some(key) = self.key(block, start, end, false) else { return Seen::Nothing };
        let Some(stretch) = self.known.find(key.hash, |stretch| self.is(&key, stretch)) else {
            return Seen::Nothing;
        };
        let numbers = part(&self.entries, stretch.entries);
        entries.iter_mut().zip(numbers).for_each(|(to, entry)| *to = *entry);
        let candidates = part(&self.candidates, stretch.rest);
        if candidates.is_empty() {
            return Seen::Hits(&[], 0, 0);
        }
        if let Some(key) = self.key(block, start, end, true)
            && let Some(stretch) = self.beside.find(key.hash, |stretch| self.is(&key, stretch))
        {
            return Seen::Hits(part(&self.hits, stretch.rest), key.byte, key.word);
        }
        Seen::Worth(candidates)
    }

    /// Remembers the candidates worth reading in these words, and their hits,
    /// each with the number of its name, if nothing else can come of them beside
    /// these neighbours.
    pub(super) fn add<'f>(
        &mut self,
        block: Block<'_>,
        (start, end): (usize, usize),
        entries: &[u32],
        candidates: &[Candidate],
        hits: Option<impl Iterator<Item = (u32, &'f Found)>>,
    ) {
        if self.is_full(2) || candidates.len() > CANDIDATES_MAX {
            return;
        }
        if let Some(key) = self.key(block, start, end, false)
            && self.known.find(key.hash, |stretch| self.is(&key, stretch)).is_none()
        {
            let (hash, marks) = (key.hash, key.marks);
            let (text, entries) = (push(&mut self.texts, key.text), push(&mut self.entries, entries));
            let rest = push(&mut self.candidates, candidates);
            self.known.insert_unique(hash, Stretch { hash, marks, text, entries, rest }, |other| other.hash);
        }
        if !candidates.is_empty()
            && let Some(hits) = hits
            && let Some(key) = self.key(block, start, end, true)
            && self.beside.find(key.hash, |stretch| self.is(&key, stretch)).is_none()
        {
            let (hash, marks) = (key.hash, key.marks);
            let told: Vec<Told> = hits.map(|(name, found)| key.told(name, found)).collect();
            let (text, rest) = (push(&mut self.texts, key.text), push(&mut self.hits, &told));
            self.beside.insert_unique(hash, Stretch { hash, marks, text, entries: (0, 0), rest }, |other| {
                other.hash
            });
        }
    }

    fn is(&self, key: &Key<'_>, stretch: &Stretch) -> bool {
        key.hash == stretch.hash && key.marks == stretch.marks && key.text == part(&self.texts, stretch.text)
    }

    /// Gives the key, with the words beside or without; nothing if it is too long.
    fn key<'t>(&self, block: Block<'t>, start: usize, end: usize, beside: bool) -> Option<Key<'t>> {
        let casing = match block.casing {
            Casing::Usual => 0,
            Casing::Small => 1,
            Casing::Loud => 2,
        };
        let (first, last) = (block.words.get(start)?, block.words.get(end.checked_sub(1)?)?);
        let before = start.checked_sub(1).filter(|_| beside).and_then(|before| block.words.get(before));
        let behind = Some(end).filter(|_| beside).and_then(|behind| block.words.get(behind));
        let (from, to) = (before.unwrap_or(first).start as usize, behind.unwrap_or(last).end as usize);
        let text = block.text.as_bytes().get(from..to).filter(|text| text.len() <= KEY_MAX)?;
        // A word has eleven marks; the lowest bit tells that there is a word.
        let ends =
            [before, Some(first), Some(last), behind].map(|word| word.map_or(0, |word| word.marks << 1 | 1));
        let marks =
            ends.iter().fold(casing, |marks, end| marks << 12 | u64::from(*end)) << 1 | u64::from(beside);
        let hash = self.hasher.hash_one((marks, text));
        Some(Key { hash, marks, text, word: start - usize::from(before.is_some()), byte: from })
    }
}

impl Key<'_> {
    fn told(&self, name: u32, found: &Found) -> Told {
        let mut hit = found.hit.clone();
        hit.span.start = hit.span.start.saturating_sub(self.byte);
        hit.span.end = hit.span.end.saturating_sub(self.byte);
        let place = |word: usize| word.saturating_sub(self.word);
        Told { name, hit, first: place(found.first), last: place(found.last) }
    }
}

fn part<T>(all: &[T], (from, to): Places) -> &[T] {
    all.get(from as usize..to as usize).unwrap_or(&[])
}

fn push<T: Clone>(all: &mut Vec<T>, more: &[T]) -> Places {
    let from = all.len();
    all.extend_from_slice(more);
    (u32::try_from(from).unwrap_or(u32::MAX), u32::try_from(all.len()).unwrap_or(u32::MAX))
}
