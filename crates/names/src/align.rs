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
mod lanes;
mod many;
mod one;
mod trace;

use crate::sound::codes::COUNT;
use crate::sound::{LEN_MAX, Sounds, Writing};
use costs::costs;

pub use costs::{Costs, TABLE_BYTES, TABLES, table_of};
pub(crate) use many::Many;
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
    if let Some(limit) = u8::try_from(limit).ok().filter(|limit| *limit < u8::MAX)
        && !a.is_empty()
        && a.len() <= one::OWN_MAX
    {
        return one::cost(table, a.codes(), b.codes(), limit);
    }
    by_rows(table, a, b, limit)
}

/// Reckons the cost cell by cell, for words of any length.
fn by_rows(table: &Costs, a: &Sounds, b: &Sounds, limit: u16) -> Option<u16> {
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
    slip_of(a.len(), b.len())
}

/// Gives the same, by the lengths alone.
pub(crate) fn slip_of(a: usize, b: usize) -> u16 {
    match a.min(b) {
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
