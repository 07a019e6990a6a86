//! How much a name says: the rarer it is, the more.
//!
//! Names are counted by their consonants, so all spellings and scripts share one
//! figure. The table was counted from token frequencies; see
//! `docs/explanation/names.md`.

use crate::sound::Sounds;

/// How many figures the table holds.
pub const ROOMS: usize = 1 << 17;

/// Gives how much a word says, in 1/8 bit.
#[must_use]
pub fn bits(word: &Sounds) -> u8 {
    MODEL.get(room(word)).copied().unwrap_or(u8::MAX)
}

/// Gives the place of a word in the table.
#[must_use]
pub fn room(word: &Sounds) -> usize {
    let skeleton = match word.skeleton() {
        0 => u64::from(word.codes().first().copied().unwrap_or(0)) << 40,
        some => some,
    };
    let mixed = skeleton.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 47).unwrap_or(0) % ROOMS
}

const MODEL: &[u8; ROOMS] = include_bytes!("../models/often.bin");
