//! The costs of swaps and drops, one table for each way two scripts write.

use crate::sound::Writing;
use crate::sound::codes::{self, COUNT, class, is_vowel};

/// How many tables there are.
pub(super) const TABLES: usize = 4;

/// Costs in 1/64.
pub(super) struct Costs {
    swap: [[u8; COUNT]; COUNT],
    /// Dropping a sound at the beginning, inside and at the end of a word.
    drop: [[u8; COUNT]; 3],
    /// The cheapest drop of all.
    pub(super) least_drop: u16,
}

impl Costs {
    /// Gives the costs of swapping `code` for every code.
    #[inline]
    pub(super) fn swaps(&self, code: u8) -> &[u8; COUNT] {
        let [first, ..] = &self.swap;
        self.swap.get(usize::from(code) % COUNT).unwrap_or(first)
    }

    /// Gives the cost of dropping `code`.
    #[inline]
    pub(super) fn drop_at(&self, code: u8, first: bool, last: bool) -> u16 {
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

/// Gives the table for two ways of writing. Two words of one script are compared
/// as alphabets are: what both leave out needs no allowance.
#[inline]
pub(super) fn costs(a: Writing, b: Writing) -> &'static Costs {
    let [alphabet, abjad, syllables, han] = &ALL;
    if a == b {
        return alphabet;
    }
    match a.max(b) {
        Writing::Alphabet => alphabet,
        Writing::Abjad => abjad,
        Writing::Syllables => syllables,
        Writing::Han => han,
    }
}

static ALL: [Costs; TABLES] = [seed(0), seed(1), seed(2), seed(3)];

/// Costs written by hand, from which training starts.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bound")]
const fn seed(writing: u8) -> Costs {
    let mut all = Costs { swap: [[64; COUNT]; COUNT], drop: [[56; COUNT]; 3], least_drop: 255 };
    let mut a = 1;
    while a < COUNT {
        let mut b = 1;
        while b < COUNT {
            all.swap[a][b] = seed_swap(a as u8, b as u8, writing);
            b += 1;
        }
        let drop = seed_drop(a as u8, writing);
        all.drop[0][a] = if drop > 200 { 255 } else { drop + drop / 4 };
        all.drop[1][a] = drop;
        all.drop[2][a] = drop - drop / 4;
        if (all.drop[2][a] as u16) < all.least_drop {
            all.least_drop = all.drop[2][a] as u16;
        }
        a += 1;
    }
    all
}

const fn seed_swap(a: u8, b: u8, writing: u8) -> u8 {
    if a == b {
        return 0;
    }
    let cheap = writing > 0;
    if codes::is_digit(a) || codes::is_digit(b) {
        return 128;
    }
    if is_vowel(a) && is_vowel(b) {
        return if cheap { 8 } else { 18 };
    }
    let glide = is_vowel(a) && b == codes::J || is_vowel(b) && a == codes::J;
    if glide || a == codes::ONE || b == codes::ONE {
        return 14;
    }
    if pair(a, b, codes::V, codes::W) || pair(a, b, codes::V, codes::WAW) || pair(a, b, codes::W, codes::WAW)
    {
        return 6;
    }
    if pair(a, b, codes::H, codes::KH) || pair(a, b, codes::G, codes::GE) || pair(a, b, codes::K, codes::Q) {
        return 6;
    }
    if pair(a, b, codes::H, codes::G) || pair(a, b, codes::H, codes::GH) || pair(a, b, codes::H, codes::HEH) {
        return 20;
    }
    if class(a) != 0 && class(a) == class(b) {
        return 18;
    }
    let soft = class(a) >= 8 && class(a) <= 9 && class(b) >= 8 && class(b) <= 9;
    let liquid = pair(a, b, codes::L, codes::R);
    let nasal = pair(a, b, codes::M, codes::N);
    if soft || liquid && cheap || nasal && cheap {
        return 26;
    }
    64
}

const fn seed_drop(code: u8, writing: u8) -> u8 {
    if codes::is_digit(code) {
        return 128;
    }
    if is_vowel(code) || code == codes::J || code == codes::AIN {
        return if writing > 0 { 6 } else { 24 };
    }
    if code == codes::H || code == codes::HEH {
        return 24;
    }
    52
}

const fn pair(a: u8, b: u8, x: u8, y: u8) -> bool {
    a == x && b == y || a == y && b == x
}
