//! Sounds in a block of bytes, as an index keeps them.

use super::{LEN_MAX, Sounds, Writing};

/// How many sounds are kept in a block.
pub(crate) const STORED_MAX: usize = 17;

impl Writing {
    /// Reads the number under which a block keeps it.
    pub(crate) fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Alphabet,
            1 => Self::Abjad,
            2 => Self::Syllables,
            3 => Self::Han,
            _ => Self::Indic,
        }
    }
}

impl Sounds {
    /// Gives the first [`STORED_MAX`] codes and, in one byte, length and writing.
    pub(crate) fn to_block(self) -> ([u8; STORED_MAX], u8) {
        let mut codes = [0; STORED_MAX];
        codes.iter_mut().zip(self.codes()).for_each(|(to, from)| *to = *from);
        let len = self.len.min(17);
        (codes, len | (self.writing as u8) << 5)
    }

    /// Reads what [`Sounds::to_block`] wrote; any bytes give some sounds.
    pub(crate) fn from_block(codes: &[u8], shape: u8) -> Self {
        let mut all = [0; LEN_MAX];
        all.iter_mut().zip(codes).take(STORED_MAX).for_each(|(to, from)| *to = *from % 64);
        Self { codes: all, len: (shape & 31).min(17), writing: Writing::from_code(shape >> 5), marks: 0 }
    }

    /// Gives what a block keeps of the word.
    pub(crate) fn kept(self) -> Self {
        let (codes, shape) = self.to_block();
        Self { marks: self.marks, ..Self::from_block(&codes, shape) }
    }
}
