//! Aligns one word with a sorted list of others.
//!
//! The cells of a column, one for each beginning of the own word, are reckoned
//! at once. Columns are kept, so that words which begin alike share them, and a
//! beginning that costs too much ends the work for all words that share it. The
//! costs are those of [`super::cost_by`].

use super::Costs;
use super::costs::costs;
use super::lanes::{LANES, Lanes};
use crate::sound::codes::COUNT;
use crate::sound::{STORED_MAX, Sounds, Writing};

/// The longest word that fits: its beginnings, the empty one among them, fill the lanes.
const OWN_MAX: usize = LANES - 1;

/// A word, ready to be aligned with words that write sounds in one way.
#[derive(Debug, Clone)]
pub(crate) struct Many {
    table: &'static Costs,
    /// For each code what swapping it for each own sound costs.
    swaps: [Lanes; COUNT],
    /// What dropping the last 1, 2, 4 and 8 sounds of each own beginning costs.
    drops: [Lanes; 4],
    /// How many of these a cost within the limit can need.
    runs: usize,
    limit: u8,
    /// The column after each sound of the word aligned last.
    columns: [Lanes; STORED_MAX + 1],
    /// How many columns behind the first hold.
    known: usize,
    /// The least number of sounds that cost too much, whatever follows.
    dead: usize,
}

impl Many {
    /// Gives nothing if the word is too long, or the limit is not below 255.
    pub(crate) fn new(word: &Sounds, writing: Writing, limit: u16) -> Option<Self> {
        let limit = u8::try_from(limit).ok().filter(|limit| *limit < u8::MAX)?;
        let own = word.codes();
        if own.is_empty() || own.len() > OWN_MAX {
            return None;
        }
        let table = costs(word.writing(), writing);
        // The whole word is the last lane; lanes that no beginning needs cost too much.
        let lowest = OWN_MAX - own.len();
        let mut swaps = [[u8::MAX; LANES]; COUNT];
        for (lane, code) in (lowest + 1..).zip(own) {
            for (costs, swap) in swaps.iter_mut().zip(table.swaps(*code)) {
                costs.iter_mut().skip(lane).take(1).for_each(|cost| *cost = *swap);
            }
        }
        let mut sums = [u16::MAX; LANES];
        let (mut sum, last) = (0, own.len() - 1);
        let dropped = own.iter().enumerate().map(|(at, code)| table.drop_at(*code, at == 0, at == last));
        for (slot, drop) in sums.iter_mut().skip(lowest).zip(std::iter::once(0).chain(dropped)) {
            sum += drop;
            *slot = sum;
        }
        let mut runs = 0;
        let drops = [1, 2, 4, 8].map(|by| {
            let mut run = [u8::MAX; LANES];
            let from = sums.iter().copied().chain(std::iter::repeat(u16::MAX));
            for (slot, (sum, before)) in run.iter_mut().skip(by).zip(sums.iter().skip(by).zip(from)) {
                *slot = sum.checked_sub(before).map_or(u8::MAX, byte);
            }
            runs += usize::from(run.iter().any(|cost| *cost <= limit));
            Lanes::new(run)
        });
        Some(Self {
            table,
            swaps: swaps.map(Lanes::new),
            drops,
            runs,
            limit,
            columns: [Lanes::new(sums.map(byte)); STORED_MAX + 1],
            known: 0,
            dead: usize::MAX,
        })
    }

    /// Begins another list: no column is shared with what was aligned before.
    pub(crate) fn begin(&mut self) {
        (self.known, self.dead) = (0, usize::MAX);
    }

    /// Tells whether a word costs too much because it shares so many sounds with
    /// the one before.
    #[inline]
    pub(crate) fn is_dead(&self, shared: usize) -> bool {
        shared >= self.dead
    }

    /// Gives the cost of turning the own word into another of `len` sounds, or
    /// nothing if it is above the limit. `shared` is how many sounds it has in
    /// common, from the first on, with the word asked for before.
    #[inline]
    pub(crate) fn cost(&mut self, other: &[u8; STORED_MAX], len: usize, shared: usize) -> Option<u16> {
        if self.is_dead(shared) {
            return None;
        }
        self.dead = usize::MAX;
        let last = len.checked_sub(1)?;
        let from = self.known.min(shared).min(last);
        let mut column = *self.columns.get(from)?;
        let limit = Lanes::all(self.limit);
        let mut at = from;
        for (&code, slot) in other.iter().zip(self.columns.iter_mut().skip(1)).take(last).skip(from) {
            let drop = self.table.drop_at(code, at == 0, false);
            column = next(&self.swaps, &self.drops, self.runs, column, code, drop);
            *slot = column;
            at += 1;
            if column.exceed(limit) {
                (self.known, self.dead) = (at, at);
                return None;
            }
        }
        self.known = last;
        let code = *other.get(last)?;
        let drop = self.table.drop_at(code, last == 0, true);
        let whole = next(&self.swaps, &self.drops, self.runs, column, code, drop);
        let cost = whole.last();
        (cost <= self.limit).then_some(u16::from(cost))
    }
}

/// Gives the column behind one more sound of the other word.
#[inline]
fn next(
    swaps: &[Lanes; COUNT],
    drops: &[Lanes; 4],
    runs: usize,
    column: Lanes,
    code: u8,
    drop: u16,
) -> Lanes {
    let [first, ..] = swaps;
    let swapped = *swaps.get(usize::from(code) % COUNT).unwrap_or(first);
    let [one, two, four, eight] = *drops;
    let mut next = column.plus(Lanes::all(byte(drop))).least(column.up::<1>().plus(swapped));
    next = next.least(next.up::<1>().plus(one));
    next = next.least(next.up::<2>().plus(two));
    if runs > 2 {
        next = next.least(next.up::<4>().plus(four));
        if runs > 3 {
            next = next.least(next.up::<8>().plus(eight));
        }
    }
    next
}

fn byte(cost: u16) -> u8 {
    u8::try_from(cost).unwrap_or(u8::MAX)
}
