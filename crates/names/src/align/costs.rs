//! The costs of swaps and drops, one table for each way two scripts write.

use crate::sound::Writing;
use crate::sound::codes::COUNT;

/// How many tables there are: alphabets, abjads, syllables, Han, Indic.
pub const TABLES: usize = 5;
/// How many bytes one table takes in the model file: the swaps row by row, then
/// the drops at the beginning, inside and at the end of a word.
pub const TABLE_BYTES: usize = COUNT * COUNT + 3 * COUNT;

/// Costs in 1/64 of an unlike consonant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Costs {
    swap: [[u8; COUNT]; COUNT],
    drop: [[u8; COUNT]; 3],
    /// The cheapest drop of all.
    pub(super) least_drop: u16,
}

impl Costs {
    /// Reads the table that begins at byte `from` of a model.
    ///
    /// # Panics
    ///
    /// If the model is too short; the shipped one is read by the compiler.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "the shipped model is read by the compiler, which checks the bound"
    )]
    pub const fn read(model: &[u8], from: usize) -> Self {
        let mut all = Self { swap: [[0; COUNT]; COUNT], drop: [[0; COUNT]; 3], least_drop: u16::MAX };
        let mut at = 0;
        while at < COUNT * COUNT {
            all.swap[at / COUNT][at % COUNT] = model[from + at];
            at += 1;
        }
        while at < TABLE_BYTES {
            let place = at - COUNT * COUNT;
            let cost = model[from + at];
            all.drop[place / COUNT][place % COUNT] = cost;
            if !place.is_multiple_of(COUNT) && (cost as u16) < all.least_drop {
                all.least_drop = cost as u16;
            }
            at += 1;
        }
        all
    }

    /// Gives the costs of swapping `code` for every code.
    #[inline]
    #[must_use]
    pub fn swaps(&self, code: u8) -> &[u8; COUNT] {
        let [first, ..] = &self.swap;
        self.swap.get(usize::from(code) % COUNT).unwrap_or(first)
    }

    /// Gives the cost of dropping `code`.
    #[inline]
    #[must_use]
    pub fn drop_at(&self, code: u8, first: bool, last: bool) -> u16 {
        let [head, inner, tail] = &self.drop;
        let row = if first {
            head
        } else if last {
            tail
        } else {
            inner
        };
        row.get(usize::from(code) % COUNT).copied().map_or(64, u16::from)
    }
}

/// Gives which table compares two ways of writing. Two words of one script are
/// compared as alphabets are: what both leave out needs no allowance.
#[inline]
#[must_use]
pub fn table_of(a: Writing, b: Writing) -> usize {
    if a == b { 0 } else { a.max(b) as usize }
}

/// Gives the shipped table for two ways of writing.
#[inline]
pub(super) fn costs(a: Writing, b: Writing) -> &'static Costs {
    let [alphabet, abjad, syllables, han, indic] = &ALL;
    match table_of(a, b) {
        0 => alphabet,
        1 => abjad,
        2 => syllables,
        3 => han,
        _ => indic,
    }
}

static ALL: [Costs; TABLES] = [
    Costs::read(MODEL, 0),
    Costs::read(MODEL, TABLE_BYTES),
    Costs::read(MODEL, 2 * TABLE_BYTES),
    Costs::read(MODEL, 3 * TABLE_BYTES),
    Costs::read(MODEL, 4 * TABLE_BYTES),
];

const MODEL: &[u8; TABLES * TABLE_BYTES] = include_bytes!("../../models/costs.bin");
