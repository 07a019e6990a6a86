//! What the base and the changing part of an index have in common: words by
//! skeleton, names by pairs of words, entries by name.

use super::name::{Role, Spelling};
use super::sounds::Stored;
use crate::NameKind;

/// A pair of words leads to a name: second word and name, three bytes each.
pub(super) type Posting = [u8; 6];

/// The second word of a posting of a name that has one telling word.
pub(super) const LONE: u32 = 0xff_ffff;
/// The second word of a posting of a name that is read in order from its first word.
pub(super) const PHRASE: u32 = 0xff_fffe;
/// Words and names are counted in three bytes.
pub(super) const COUNT_MAX: u32 = 0xff_fff0;

pub(super) trait Store {
    /// The forms of words with this skeleton.
    fn forms(&self, skeleton: u64) -> &[Stored];
    /// The names that this word leads to, in the order of the second word.
    fn postings(&self, word: u32) -> &[Posting];
    /// A name; nothing if there is none with this number.
    fn name(&self, name: u32) -> Option<NameRef<'_>>;
    /// A word as it is written in the register.
    fn word(&self, word: u32) -> &str;
    /// The identifier of an entry.
    fn id(&self, entry: u32) -> &str;
    /// What is known of an entry, as JSON; empty if nothing is.
    fn facts(&self, entry: u32) -> &[u8];
    /// Counts the names as registered.
    fn size(&self) -> usize;
    /// Tells whether the entry was removed.
    fn is_removed(&self, entry: u32) -> bool;
}

pub(super) fn posting(second: u32, name: u32) -> Posting {
    let ([a, b, c, _], [d, e, f, _]) = (second.to_le_bytes(), name.to_le_bytes());
    [a, b, c, d, e, f]
}

pub(super) fn second(posting: &Posting) -> u32 {
    u32::from_le_bytes([posting[0], posting[1], posting[2], 0])
}

pub(super) fn named(posting: &Posting) -> u32 {
    u32::from_le_bytes([posting[3], posting[4], posting[5], 0])
}

/// A stored name: entry (3 bytes), kind and flags (1), then word (3) and role (1) of each part.
#[derive(Debug, Clone, Copy)]
pub(super) struct NameRef<'s> {
    bytes: &'s [u8],
}

impl<'s> NameRef<'s> {
    pub(super) fn new(bytes: &'s [u8]) -> Option<Self> {
        (bytes.len() >= 4).then_some(Self { bytes })
    }

    pub(super) fn entry(&self) -> u32 {
        three(self.bytes)
    }

    pub(super) fn kind(&self) -> NameKind {
        match self.bytes.get(3).map_or(0, |b| b & 0x03) {
            0 => NameKind::Person,
            1 => NameKind::Group,
            2 => NameKind::Organisation,
            _ => NameKind::Place,
        }
    }

    /// Whether its only word may alarm although it is an ordinary one.
    pub(super) fn allowed(&self) -> bool {
        self.bytes.get(3).is_some_and(|b| b & ALLOWED != 0)
    }

    pub(super) fn parts(&self) -> impl ExactSizeIterator<Item = (u32, Role)> + use<'s> {
        let body = self.bytes.get(4..).unwrap_or(&[]);
        body.as_chunks::<4>().0.iter().map(|part| (three(part), Role::from_code(part[3])))
    }
}

fn three(bytes: &[u8]) -> u32 {
    match bytes {
        [a, b, c, ..] => u32::from_le_bytes([*a, *b, *c, 0]),
        _ => 0,
    }
}

const ALLOWED: u8 = 0x80;

/// Writes a name as [`NameRef`] reads it.
pub(super) fn name_bytes(entry: u32, kind: NameKind, allowed: bool, parts: &[(u32, Role)]) -> Vec<u8> {
    let [a, b, c, _] = entry.to_le_bytes();
    let kind = match kind {
        NameKind::Person => 0,
        NameKind::Group => 1,
        NameKind::Organisation => 2,
        NameKind::Place => 3,
    };
    let mut out = vec![a, b, c, kind | if allowed { ALLOWED } else { 0 }];
    for (word, role) in parts {
        let [a, b, c, _] = word.to_le_bytes();
        out.extend([a, b, c, role.code()]);
    }
    out
}

/// The postings of a name: first word, second word.
pub(super) fn leads(spelling: &Spelling, words: &[u32]) -> Vec<(u32, u32)> {
    let word = |place: usize| words.get(place).copied().unwrap_or(0);
    if let Some(lone) = spelling.lone {
        return vec![(word(lone), LONE)];
    }
    if let Some(phrase) = spelling.phrase {
        return vec![(word(phrase), PHRASE)];
    }
    spelling.pairs.iter().map(|(x, y)| (word(*x), word(*y))).collect()
}
