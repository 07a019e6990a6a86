//! Finds the names of which two words stand in one stretch of a text.
//!
//! From each word the names that it leads to are gone through once, and kept if
//! the second word they ask for is near. Pairs of words that lead to nothing are
//! remembered. Work is bounded for each word, whatever the register.

use super::memo::{LONE_MIN, Match, Memo, PHRASE_MIN};
use super::region::{Doing, Item, NO_ENTRY};
use super::store::{LONE, PHRASE, Posting, Store, named, second};

/// A name that may stand around an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    pub(super) name: u32,
    pub(super) item: usize,
    /// The word of the register that the item stands for.
    pub(super) word: u32,
    /// How alike the words are together; only to choose among too many.
    likeness: u16,
    pub(super) lone: bool,
}

/// A set of words of the register.
#[derive(Debug, Default)]
pub(super) struct Marks {
    bits: Vec<u64>,
    /// One bit for all words that share the lowest ten: few enough to stay near.
    near: [u64; 16],
    set: Vec<u32>,
}

impl Marks {
    pub(super) fn set(&mut self, word: u32) {
        let at = word as usize / 64;
        if at >= self.bits.len() {
            self.bits.resize(at + 1, 0);
        }
        if let Some(bits) = self.bits.get_mut(at) {
            *bits |= 1 << (word % 64);
            self.set.push(word);
            self.near.iter_mut().skip(at % 16).take(1).for_each(|near| *near |= 1 << (word % 64));
        }
    }

    pub(super) fn has(&self, word: u32) -> bool {
        let at = word as usize / 64;
        let may = self.near.get(at % 16).is_some_and(|near| near >> (word % 64) & 1 != 0);
        may && self.bits.get(at).is_some_and(|bits| bits >> (word % 64) & 1 != 0)
    }

    pub(super) fn clear(&mut self) {
        for word in self.set.drain(..) {
            if let Some(bits) = self.bits.get_mut(word as usize / 64) {
                *bits = 0;
            }
        }
        self.near = [0; 16];
    }
}

/// How far apart two words of a name may stand, in items.
const REACH: usize = 5;
/// The same where nothing tells names from other words.
const REACH_CASELESS: usize = 2;
/// Names looked at in full for one stretch.
const CANDIDATES_MAX: usize = 16_384;
/// Names kept for one word of a text.
const TAKEN_MAX: usize = 1_024;
/// Postings gone through one by one; longer lists are searched.
const SCAN_MAX: usize = 256;

pub(super) fn reach(item: &Item) -> usize {
    if item.caseless { REACH_CASELESS } else { REACH }
}

/// Collects the candidates of a stretch, each name once for each item.
pub(super) fn candidates<S: Store>(
    store: &S,
    memo: &mut Memo,
    items: &[Item],
    marks: &mut Marks,
    out: &mut Vec<Candidate>,
) {
    out.clear();
    lone(store, memo, items, out);
    let useful = |item: &Item| item.entry != NO_ENTRY && item.doing == Doing::Name;
    let mut marked = false;
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if !useful(item) || memo.matches(item.entry).is_empty() {
            continue;
        }
        pairs.clear();
        for (other_at, other) in around(items, at) {
            let apart = other.first > item.last || other.last < item.first;
            if useful(other) && apart && !memo.is_barren(item.entry, other.entry) {
                if memo.matches(other.entry).is_empty() {
                    memo.set_barren(item.entry, other.entry);
                } else {
                    pairs.push((other_at, out.len()));
                }
            }
        }
        if pairs.is_empty() {
            continue;
        }
        if !marked {
            for item in items.iter().filter(|item| useful(item)) {
                memo.matches(item.entry).iter().for_each(|found| marks.set(found.word));
            }
            marked = true;
        }
        let mut fruitful = [false; 2 * REACH + 4];
        scan(store, memo, items, at, &pairs, marks, &mut fruitful, out);
        if out.len() > CANDIDATES_MAX * 2 {
            fewer(out);
        }
        for ((other_at, _), fruitful) in pairs.iter().zip(fruitful) {
            if let (false, Some(other)) = (fruitful, items.get(*other_at)) {
                memo.set_barren(item.entry, other.entry);
            }
        }
    }
    marks.clear();
    if out.len() > CANDIDATES_MAX {
        fewer(out);
    }
    out.sort_unstable();
    out.dedup_by_key(|candidate| (candidate.name, candidate.item, candidate.word));
}

/// Keeps the most alike.
fn fewer(out: &mut Vec<Candidate>) {
    out.sort_by(|a, b| b.likeness.cmp(&a.likeness).then(a.cmp(b)));
    out.dedup();
    out.truncate(CANDIDATES_MAX);
}

fn around(items: &[Item], at: usize) -> impl Iterator<Item = (usize, &Item)> {
    let reach = items.get(at).map_or(REACH, reach);
    let from = at.saturating_sub(reach);
    items.iter().enumerate().skip(from).take(at + reach + 1 - from).filter(move |(other, _)| *other != at)
}

#[expect(clippy::too_many_arguments, reason = "the inner loop of the join, cut out to be read")]
fn scan<S: Store>(
    store: &S,
    memo: &Memo,
    items: &[Item],
    at: usize,
    pairs: &[(usize, usize)],
    marks: &Marks,
    fruitful: &mut [bool],
    out: &mut Vec<Candidate>,
) {
    let Some(item) = items.get(at) else { return };
    let before = out.len();
    let mut take = |first: &Match, posting: &Posting| {
        if out.len() - before >= TAKEN_MAX {
            return;
        }
        let wanted = second(posting);
        for (n, (other_at, _)) in pairs.iter().enumerate() {
            let Some(other) = items.get(*other_at) else { continue };
            if let Some(likeness) = memo.likeness(other.entry, wanted) {
                fruitful.iter_mut().skip(n).take(1).for_each(|slot| *slot = true);
                out.push(Candidate {
                    name: named(posting),
                    item: at,
                    word: first.word,
                    likeness: u16::from(first.likeness) + u16::from(likeness),
                    lone: false,
                });
            }
        }
    };
    for first in memo.matches(item.entry) {
        let postings = store.postings(first.word);
        if postings.len() <= SCAN_MAX {
            postings
                .iter()
                .filter(|posting| marks.has(second(posting)))
                .for_each(|posting| take(first, posting));
            continue;
        }
        for (other_at, _) in pairs {
            let Some(other) = items.get(*other_at) else { continue };
            for wanted in memo.matches(other.entry) {
                let from = postings.partition_point(|posting| second(posting) < wanted.word);
                let same = postings.iter().skip(from).take_while(|posting| second(posting) == wanted.word);
                same.take(SCAN_MAX).for_each(|posting| take(first, posting));
            }
        }
    }
}

/// Collects the names of one telling word, and those read in order from a word.
fn lone<S: Store>(store: &S, memo: &Memo, items: &[Item], out: &mut Vec<Candidate>) {
    for (at, item) in items.iter().enumerate().filter(|(_, item)| item.entry != NO_ENTRY) {
        if !memo.is_lone(item.entry) {
            continue;
        }
        for found in memo.matches(item.entry).iter().filter(|found| found.likeness >= PHRASE_MIN) {
            let postings = store.postings(found.word);
            for posting in
                postings.iter().rev().take(SCAN_MAX).take_while(|posting| second(posting) >= PHRASE)
            {
                let lone = second(posting) == LONE;
                if !lone || found.likeness >= LONE_MIN {
                    let likeness = u16::from(found.likeness) * 2;
                    out.push(Candidate { name: named(posting), item: at, word: found.word, likeness, lone });
                }
            }
        }
    }
}
