//! Hashes leaves into one root, and proves what is below it.
//!
//! A proof made here from any complete set of subtree hashes verifies here and
//! in every other RFC 6962 implementation. The makers trust their hashes; the
//! verifiers trust nothing but the root. Sizes and indexes fit a `u64`.
//!
//! Source: RFC 6962 section 2.1; RFC 9162 sections 2.1.3.2 and 2.1.4.2.

mod verify;

pub use verify::{verify_consistency, verify_inclusion};

use crate::{Error, Hash, Result, malformed};
use sha2::{Digest, Sha256};

/// Hashes of complete subtrees, by level and index within the level.
///
/// Level 0 holds the leaf hashes; the hash `index` of level `level` covers the
/// leaves from `index << level` up to `(index + 1) << level`.
pub trait Hashes {
    /// Finds one hash, or nothing if it is not stored or not yet complete.
    fn get(&self, level: u8, index: u64) -> Option<Hash>;
}

/// The right edge of a tree: enough to append and to tell the root.
///
/// It holds one hash per set bit of the size, at most 64, so that a log of any
/// length starts again without reading its leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// The complete subtrees from left to right, hence from large to small.
    edge: Vec<Hash>,
}

impl Frontier {
    /// Starts an empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells the number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends the hash of one leaf.
    pub fn push(&mut self, leaf_hash: Hash) {
        self.push_with(leaf_hash, |_, _, _| {});
    }

    /// Appends the hash of one leaf and reports each subtree hash it completes.
    ///
    /// `complete` receives level, index and hash, the leaf hash first.
    pub fn push_with(&mut self, leaf_hash: Hash, mut complete: impl FnMut(u8, u64, Hash)) {
        let (mut hash, mut level, mut index) = (leaf_hash, 0, self.size);
        complete(level, index, hash);
        // The edge has a hash for each set bit, so a set low bit has its left sibling at the end.
        while index & 1 == 1 {
            let Some(left) = self.edge.pop() else { break };
            hash = node_hash(&left, &hash);
            level += 1;
            index >>= 1;
            complete(level, index, hash);
        }
        self.edge.push(hash);
        self.size += 1;
    }

    /// Computes the root; of an empty tree it is the hash of no bytes.
    pub fn root(&self) -> Hash {
        let mut edge = self.edge.iter().rev();
        match edge.next() {
            None => empty_root(),
            Some(last) => edge.fold(*last, |right, left| node_hash(left, &right)),
        }
    }

    /// Writes the size (8 bytes, most significant first) and the edge from left to right.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend_from_slice(self.edge.as_flattened());
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the length does not fit the size, or if the size
    /// exceeds a signed 64-bit number, which no database here could store.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (size, edge) = bytes.split_first_chunk().ok_or(malformed("frontier", "shorter than a size"))?;
        let size = u64::from_be_bytes(*size);
        let (edge, rest) = edge.as_chunks::<32>();
        if i64::try_from(size).is_err() {
            return Err(malformed("frontier", "size above a signed 64-bit number"));
        }
        if !rest.is_empty() || edge.len() != size.count_ones() as usize {
            return Err(malformed("frontier", "length does not fit the size"));
        }
        Ok(Self { size, edge: edge.to_vec() })
    }
}

/// A whole tree in memory, for tests, exercises and audits.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    frontier: Frontier,
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// Starts an empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells the number of leaves.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Appends the hash of one leaf.
    pub fn push(&mut self, leaf_hash: Hash) {
        let levels = &mut self.levels;
        self.frontier.push_with(leaf_hash, |level, _, hash| match levels.get_mut(usize::from(level)) {
            Some(row) => row.push(hash),
            None => levels.push(vec![hash]),
        });
    }

    /// Computes the root of the whole tree.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Computes the root that the tree had when it held `size` leaves.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] if the tree has never been that large.
    pub fn root_at(&self, size: u64) -> Result<Hash> {
        if size > self.size() {
            return Err(Error::OutOfRange { index: size, size: self.size() });
        }
        root_at(self, size)
    }
}

impl Hashes for Tree {
    fn get(&self, level: u8, index: u64) -> Option<Hash> {
        let index = usize::try_from(index).ok()?;
        self.levels.get(usize::from(level))?.get(index).copied()
    }
}

impl FromIterator<Hash> for Tree {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaf_hashes: I) -> Self {
        let mut tree = Self::new();
        leaf_hashes.into_iter().for_each(|hash| tree.push(hash));
        tree
    }
}

/// Hashes a leaf.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Sha256::new().chain_update([0x00]).chain_update(leaf).finalize().into()
}

/// Hashes two neighbouring subtrees into their parent.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([0x01]).chain_update(left).chain_update(right).finalize().into()
}

/// Computes the root of the empty tree.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Computes the root of the first `size` leaves.
///
/// # Errors
///
/// [`Error::Missing`] if `hashes` lacks a subtree.
pub fn root_at<H: Hashes + ?Sized>(hashes: &H, size: u64) -> Result<Hash> {
    match size {
        0 => Ok(empty_root()),
        _ => range_root(hashes, 0, size),
    }
}

/// Proves that the leaf `index` is among the first `size` leaves.
///
/// The hashes run from the leaf's sibling up to the root's child; a tree of one
/// leaf needs none.
///
/// # Errors
///
/// [`Error::OutOfRange`] if `index` is not below `size`; [`Error::Missing`] if
/// `hashes` lacks a subtree.
///
/// Source: RFC 6962 section 2.1.1.
pub fn inclusion_proof<H: Hashes + ?Sized>(hashes: &H, index: u64, size: u64) -> Result<Vec<Hash>> {
    if index >= size {
        return Err(Error::OutOfRange { index, size });
    }
    let (mut start, mut len) = (0, size);
    let mut proof = Vec::new();
    while len > 1 {
        let left = split(len);
        if index - start < left {
            proof.push(range_root(hashes, start + left, len - left)?);
            len = left;
        } else {
            proof.push(range_root(hashes, start, left)?);
            start += left;
            len -= left;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// Proves that the first `old` of `new` leaves have not changed since.
///
/// Empty if `old` is 0 or equals `new`.
///
/// # Errors
///
/// [`Error::OutOfRange`] if `old` is above `new`; [`Error::Missing`] if
/// `hashes` lacks a subtree.
///
/// Source: RFC 6962 section 2.1.2.
pub fn consistency_proof<H: Hashes + ?Sized>(hashes: &H, old: u64, new: u64) -> Result<Vec<Hash>> {
    if old > new {
        return Err(Error::OutOfRange { index: old, size: new });
    }
    let (mut start, mut len, mut rest) = (0, new, old);
    let mut proof = Vec::new();
    while rest != 0 && rest != len {
        let left = split(len);
        if rest <= left {
            proof.push(range_root(hashes, start + left, len - left)?);
            len = left;
        } else {
            proof.push(range_root(hashes, start, left)?);
            start += left;
            len -= left;
            rest -= left;
        }
    }
    // A walk that never went right ends at the old root, which the verifier has.
    if start != 0 {
        proof.push(range_root(hashes, start, len)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Hashes the `len` leaves from `start` on; `len` is above 0 and `start` a multiple of its split.
fn range_root<H: Hashes + ?Sized>(hashes: &H, start: u64, len: u64) -> Result<Hash> {
    if len.is_power_of_two() {
        let level = len.trailing_zeros() as u8;
        let index = start >> level;
        return hashes.get(level, index).ok_or(Error::Missing { level, index });
    }
    let left = split(len);
    let right = range_root(hashes, start + left, len - left)?;
    Ok(node_hash(&range_root(hashes, start, left)?, &right))
}

/// Finds the largest power of two below `len`, which is at least 2.
fn split(len: u64) -> u64 {
    1 << (63 - (len - 1).leading_zeros())
}

#[cfg(test)]
mod tests;
