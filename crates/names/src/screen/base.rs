//! The immutable part of an index: one block of bytes, in memory or mapped from
//! a file. Every read is checked against the block, so that a file whose
//! checksum was forged gives wrong hits at worst.
//!
//! Layout, little-endian: magic (8), version (4), sections (4), length (8),
//! checksum (8), then for each section its start and length (8 + 8), then the
//! sections, each beginning at a multiple of 8.

use std::fs::File;
use std::path::Path;

use super::mapped::{Mapped, map};
use super::sounds::{STORED, Stored};
use super::store::{NameRef, Posting, Store};
use super::types::Refused;

/// The sections in their order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Section {
    /// Skeleton (8), first form (4), number of forms (4): an open hash table.
    Groups,
    /// Forms in the order of their skeleton.
    Forms,
    /// For each word and one more, where its postings begin.
    PostingStarts,
    Postings,
    /// For each name and one more, where its bytes begin.
    NameStarts,
    Names,
    /// For each word and one more, where its letters begin.
    WordStarts,
    Words,
    /// For each entry and one more, where its identifier begins; identifiers are sorted.
    IdStarts,
    Ids,
    /// Entry (4) and start of its facts (4), by entry.
    FactStarts,
    Facts,
    /// Number of spellings as registered (8).
    Counts,
}

pub(super) const SECTIONS: usize = 13;
pub(super) const MAGIC: &[u8; 8] = b"ALDISNAM";
pub(super) const VERSION: u32 = 2;
pub(super) const HEADER: usize = 32 + SECTIONS * 16;

/// The base.
#[derive(Debug)]
pub(super) struct Base {
    bytes: Bytes,
    starts: [(usize, usize); SECTIONS],
    removed: Vec<u64>,
    removed_count: usize,
}

#[derive(Debug)]
enum Bytes {
    Owned(Vec<u8>),
    Mapped(Mapped),
}

impl Bytes {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Mapped(bytes) => bytes.as_slice(),
        }
    }
}

impl Base {
    /// Takes bytes that [`super::build`] made.
    pub(super) fn from_bytes(bytes: Vec<u8>) -> Result<Self, Refused> {
        Self::new(Bytes::Owned(bytes))
    }

    pub(super) fn open(path: &Path) -> Result<Self, Refused> {
        let file = File::open(path).map_err(Refused::Io)?;
        if file.metadata().map_err(Refused::Io)?.len() < HEADER as u64 {
            return Err(Refused::File("it is too short to be an index".to_owned()));
        }
        Self::new(Bytes::Mapped(map(&file).map_err(Refused::Io)?))
    }

    fn new(bytes: Bytes) -> Result<Self, Refused> {
        let starts = check(bytes.as_slice())?;
        let mut base = Self { bytes, starts, removed: Vec::new(), removed_count: 0 };
        base.removed = vec![0; base.entries().div_ceil(64)];
        Ok(base)
    }

    fn section(&self, section: Section) -> &[u8] {
        let (start, end) = self.starts.get(section as usize).copied().unwrap_or((0, 0));
        self.bytes.as_slice().get(start..end).unwrap_or(&[])
    }

    pub(super) fn size(&self) -> usize {
        self.bytes.as_slice().len()
    }

    /// The checksum that the file carries; it tells one build from another.
    pub(super) fn sum(&self) -> u64 {
        let sum = self.bytes.as_slice().get(24..32).and_then(|sum| sum.try_into().ok());
        sum.map_or(0, u64::from_le_bytes)
    }

    pub(super) fn entries(&self) -> usize {
        (self.section(Section::IdStarts).len() / 4).saturating_sub(1)
    }

    pub(super) fn words(&self) -> usize {
        (self.section(Section::WordStarts).len() / 4).saturating_sub(1)
    }

    pub(super) fn names(&self) -> usize {
        self.section(Section::Counts).as_chunks::<8>().0.first().map_or(0, |b| size(u64::from_le_bytes(*b)))
    }

    pub(super) fn removed_count(&self) -> usize {
        self.removed_count
    }

    /// Finds an entry by its identifier.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        let (mut low, mut high) = (0, u32::try_from(self.entries()).unwrap_or(0));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(middle).cmp(id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Hides an entry; tells whether it was there.
    pub(super) fn remove(&mut self, id: &str) -> bool {
        let Some(entry) = self.find(id) else { return false };
        let (at, bit) = (entry as usize / 64, 1_u64 << (entry % 64));
        let Some(bits) = self.removed.get_mut(at) else { return false };
        let fresh = *bits & bit == 0;
        *bits |= bit;
        self.removed_count += usize::from(fresh);
        fresh
    }

    fn slice_of(&self, starts: Section, body: Section, at: u32) -> &[u8] {
        let starts = self.section(starts).as_chunks::<4>().0;
        let at = at as usize;
        let (Some(start), Some(end)) = (starts.get(at), starts.get(at + 1)) else { return &[] };
        let range = u32::from_le_bytes(*start) as usize..u32::from_le_bytes(*end) as usize;
        self.section(body).get(range).unwrap_or(&[])
    }
}

impl Store for Base {
    fn forms(&self, skeleton: u64) -> &[Stored] {
        let table = self.section(Section::Groups).as_chunks::<16>().0;
        let mask = table.len().wrapping_sub(1);
        let mut at = slot(skeleton) & mask;
        for _ in 0..table.len().min(PROBES_MAX) {
            let Some([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]) = table.get(at) else { return &[] };
            let key = u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
            let count = u32::from_le_bytes([*m, *n, *o, *p]) as usize;
            if count == 0 {
                return &[];
            }
            if key == skeleton {
                let first = u32::from_le_bytes([*i, *j, *k, *l]) as usize;
                let forms = self.section(Section::Forms).as_chunks::<STORED>().0;
                return forms.get(first..first + count).unwrap_or(&[]);
            }
            at = (at + 1) & mask;
        }
        &[]
    }

    fn postings(&self, word: u32) -> &[Posting] {
        self.slice_of(Section::PostingStarts, Section::Postings, word).as_chunks::<6>().0
    }

    fn name(&self, name: u32) -> Option<NameRef<'_>> {
        NameRef::new(self.slice_of(Section::NameStarts, Section::Names, name))
    }

    fn word(&self, word: u32) -> &str {
        str::from_utf8(self.slice_of(Section::WordStarts, Section::Words, word)).unwrap_or("")
    }

    fn id(&self, entry: u32) -> &str {
        str::from_utf8(self.slice_of(Section::IdStarts, Section::Ids, entry)).unwrap_or("")
    }

    fn facts(&self, entry: u32) -> &[u8] {
        let starts = self.section(Section::FactStarts).as_chunks::<8>().0;
        let read = |[a, b, c, d, e, f, g, h]: &[u8; 8]| {
            (u32::from_le_bytes([*a, *b, *c, *d]), u32::from_le_bytes([*e, *f, *g, *h]) as usize)
        };
        let Ok(at) = starts.binary_search_by_key(&entry, |pair| read(pair).0) else { return &[] };
        let body = self.section(Section::Facts);
        let start = starts.get(at).map_or(0, |pair| read(pair).1);
        let end = starts.get(at + 1).map_or(body.len(), |pair| read(pair).1);
        body.get(start..end).unwrap_or(&[])
    }

    fn size(&self) -> usize {
        self.names()
    }

    fn is_removed(&self, entry: u32) -> bool {
        self.removed.get(entry as usize / 64).is_some_and(|bits| bits & (1 << (entry % 64)) != 0)
    }
}

/// Where a skeleton belongs in the table of groups.
pub(super) fn slot(skeleton: u64) -> usize {
    size(skeleton.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20)
}

/// The builder keeps the table half empty, so runs are short.
const PROBES_MAX: usize = 512;

fn size(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// Checks the header and gives the start and end of each section.
fn check(bytes: &[u8]) -> Result<[(usize, usize); SECTIONS], Refused> {
    let refused = |why: &str| Refused::File(why.to_owned());
    let word = |at: usize| {
        let eight: Option<[u8; 8]> = bytes.get(at..at + 8).and_then(|b| b.try_into().ok());
        eight.map(u64::from_le_bytes).ok_or_else(|| refused("it is too short to be an index"))
    };
    if bytes.get(..8) != Some(MAGIC.as_slice()) {
        return Err(refused("it is not an index of names"));
    }
    let version = word(8)?;
    if version != u64::from(VERSION) | (SECTIONS as u64) << 32 {
        return Err(refused("it was made by another version"));
    }
    if size(word(16)?) != bytes.len() {
        return Err(refused("it is cut short"));
    }
    if word(24)? != checksum(bytes.get(32..).unwrap_or(&[])) {
        return Err(refused("it is damaged: the checksum differs"));
    }
    let mut starts = [(0, 0); SECTIONS];
    for (i, section) in starts.iter_mut().enumerate() {
        let (start, length) = (size(word(32 + i * 16)?), size(word(40 + i * 16)?));
        let end = start.checked_add(length).filter(|end| *end <= bytes.len());
        *section = (start, end.ok_or_else(|| refused("a section lies outside"))?);
    }
    Ok(starts)
}

/// A sum that any flipped bit changes; it finds damage, not forgery.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut lanes = [1_u64, 2, 3, 4];
    let (blocks, rest) = bytes.as_chunks::<32>();
    for block in blocks {
        for (lane, part) in lanes.iter_mut().zip(block.as_chunks::<8>().0) {
            *lane = (*lane ^ u64::from_le_bytes(*part)).wrapping_mul(PRIME).rotate_left(29);
        }
    }
    let mut sum = bytes.len() as u64;
    for lane in lanes {
        sum = (sum ^ lane).wrapping_mul(PRIME).rotate_left(31);
    }
    for byte in rest {
        sum = (sum ^ u64::from(*byte)).wrapping_mul(PRIME).rotate_left(27);
    }
    sum
}
