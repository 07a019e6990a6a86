//! Weighs the difference of two words by aligning their sounds.
//!
//! [`cost`] is the least sum of swaps and drops that turns one word into the
//! other, in units of 1/64: 64 is one unlike consonant, 0 the same sounds. It is
//! symmetric. What a swap or a drop costs depends on how the two scripts write:
//! a vowel is nearly free beside Arabic, an extra vowel cheap beside Hangul.
//! [`likeness`] is the cost seen against the weight of the words, 0.0 to 1.0.
//!
//! Absent: swapped neighbours as one step; a whole word that means the same
//! (see [`crate::equal`]).

mod costs;
mod trace;

use crate::sound::codes::COUNT;
use crate::sound::{LEN_MAX, Sounds, Writing};
use costs::costs;

pub use costs::{Costs, TABLE_BYTES, TABLES, table_of};
pub use trace::{Step, trace};

/// One unlike consonant.
pub const UNIT: u16 = 64;

/// Gives the cost of turning `a` into `b`, or nothing if it is above `limit`.
///
/// An empty word costs the whole weight of the other.
#[must_use]
pub fn cost(a: &Sounds, b: &Sounds, limit: u16) -> Option<u16> {
    cost_by(costs(a.writing(), b.writing()), a, b, limit)
}

/// Gives the cost as [`cost`] does, by a table of one's own.
#[must_use]
pub fn cost_by(table: &Costs, a: &Sounds, b: &Sounds, limit: u16) -> Option<u16> {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // The longer word needs at least as many drops as it is longer.
    let longer = u16::try_from(b.len() - a.len()).unwrap_or(u16::MAX);
    if longer.saturating_mul(table.least_drop) > limit {
        return None;
    }
    if a.codes() == b.codes() {
        return Some(0);
    }
    let mut drops = [0_u16; LEN_MAX];
    let last = b.len().saturating_sub(1);
    for (at, (slot, &code)) in drops.iter_mut().zip(b.codes()).enumerate() {
        *slot = table.drop_at(code, at == 0, at == last);
    }
    let mut row = [0_u16; LEN_MAX + 1];
    let mut sum = 0_u16;
    for (cell, drop) in row.iter_mut().skip(1).zip(drops) {
        sum += drop;
        *cell = sum;
    }
    let last = a.len().saturating_sub(1);
    let width = b.len();
    for (at, &code) in a.codes().iter().enumerate() {
        let dropped = table.drop_at(code, at == 0, at == last);
        let swaps = table.swaps(code);
        let (first, cells) = row.split_first_mut()?;
        let mut diagonal = *first;
        *first += dropped;
        let (mut left, mut least) = (*first, *first);
        for ((cell, &other), &insert) in cells.iter_mut().zip(b.padded()).zip(&drops).take(width) {
            let up = *cell;
            let swap = diagonal + swap_of(swaps, other);
            left = (left + insert).min(up + dropped).min(swap);
            diagonal = up;
            *cell = left;
            least = least.min(left);
        }
        if least > limit {
            return None;
        }
    }
    let total = row.get(width).copied()?;
    (total <= limit).then_some(total)
}

/// What bounds the cost of turning one word into any other that writes sounds
/// in one way, from below, without aligning them.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    /// The least that a code of the other word costs: swapped or dropped.
    other: [u8; COUNT],
    /// For each code of this word the codes that it may be swapped for at less
    /// than a drop, what it costs otherwise, and the least it costs at all.
    own: [(u64, u8, u8); LEN_MAX],
    len: usize,
}

impl Bound {
    pub(crate) fn new(word: &Sounds, writing: Writing) -> Self {
        let table = costs(word.writing(), writing);
        let drop = |code: u8| {
            let ends = table.drop_at(code, true, false).min(table.drop_at(code, false, true));
            u8::try_from(ends.min(table.drop_at(code, false, false))).unwrap_or(u8::MAX)
        };
        let mut bound = Self { other: [0; COUNT], own: [(0, 0, 0); LEN_MAX], len: word.len() };
        for (code, least) in (0_u8..).zip(&mut bound.other) {
            *least = word
                .codes()
                .iter()
                .map(|own| byte(swap_of(table.swaps(*own), code)))
                .fold(drop(code), u8::min);
        }
        for (own, code) in bound.own.iter_mut().zip(word.codes()) {
            let (dropped, mut near, mut least) = (drop(*code), 0_u64, u8::MAX);
            for (other, swap) in table.swaps(*code).iter().enumerate().skip(1) {
                if *swap < dropped {
                    near |= 1 << other;
                    least = least.min(*swap);
                }
            }
            *own = (near, dropped, least.min(dropped));
        }
        bound
    }

    /// Tells whether the cost is surely above `limit`; `codes` are those of the other word.
    pub(crate) fn exceeds(&self, codes: &[u8], limit: u16) -> bool {
        let (mut sum, mut set) = (0_u16, 0_u64);
        for code in codes {
            let code = usize::from(*code) % COUNT;
            sum += self.other.get(code).copied().map_or(0, u16::from);
            set |= 1 << code;
        }
        if sum > limit {
            return true;
        }
        let own = self.own.iter().take(self.len);
        own.map(|(near, dropped, least)| u16::from(if near & set == 0 { *dropped } else { *least }))
            .sum::<u16>()
            > limit
    }
}

fn byte(cost: u16) -> u8 {
    u8::try_from(cost).unwrap_or(u8::MAX)
}

/// Gives the weight of a word: the cost of dropping all its sounds.
#[must_use]
pub fn weight(word: &Sounds) -> u16 {
    let table = costs(word.writing(), word.writing());
    word.codes().iter().map(|code| table.drop_at(*code, false, false)).sum()
}

/// Gives the likeness of two words from 0.0 to 1.0; 0.0 also when they differ
/// by more than a slip for their length, and when one has no sounds.
#[must_use]
pub fn likeness(a: &Sounds, b: &Sounds) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let Some(cost) = cost(a, b, slip(a, b)) else { return 0.0 };
    let heavy = weight(a).max(weight(b)).max(1);
    (1.0 - f32::from(cost) / f32::from(heavy)).max(0.0)
}

/// Gives the cost up to which two words of these lengths may be one.
#[must_use]
pub fn slip(a: &Sounds, b: &Sounds) -> u16 {
    match a.len().min(b.len()) {
        0..=2 => 16,
        3 => 32,
        4 => 44,
        5 => 56,
        6..=8 => 76,
        _ => 104,
    }
}

/// Gives what swapping two codes costs between two ways of writing.
#[must_use]
pub fn swap(a: Writing, b: Writing, x: u8, y: u8) -> u16 {
    swap_of(costs(a, b).swaps(x), y)
}

fn swap_of(swaps: &[u8; COUNT], code: u8) -> u16 {
    swaps.get(usize::from(code) % COUNT).copied().map_or(UNIT, u16::from)
}

#[cfg(test)]
mod tests;
