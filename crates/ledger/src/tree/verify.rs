//! Checks proofs against roots.
//!
//! Nothing here sees the tree: a proof stands or falls with the sizes and roots
//! that a signed checkpoint states. Both checks climb the same way, from a node
//! at the bottom to the root, taking one sibling per step.
//!
//! Source: RFC 9162 sections 2.1.3.2 and 2.1.4.2.

use super::{empty_root, node_hash};
use crate::{Error, Hash, Result};

/// Checks that `leaf_hash` is the leaf `index` of the tree with this size and root.
///
/// # Errors
///
/// [`Error::OutOfRange`] if `index` is not below `size`; [`Error::NotProven`]
/// if the proof does not lead to `root`.
///
/// Source: RFC 9162 section 2.1.3.2.
pub fn verify_inclusion(leaf_hash: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<()> {
    if index >= size {
        return Err(Error::OutOfRange { index, size });
    }
    let mut walk = Walk { node: index, last: size - 1 };
    let mut hash = *leaf_hash;
    for sibling in proof {
        match walk.step().ok_or(Error::NotProven(INCLUSION))? {
            Side::Left => hash = node_hash(sibling, &hash),
            Side::Right => hash = node_hash(&hash, sibling),
        }
    }
    if walk.last == 0 && hash == *root { Ok(()) } else { Err(Error::NotProven(INCLUSION)) }
}

/// Checks that the tree with the new size and root begins with the old one.
///
/// Every tree begins with the empty one; the proof is then empty too.
///
/// # Errors
///
/// [`Error::OutOfRange`] if `old_size` is above `new_size`; [`Error::NotProven`]
/// if the proof does not lead to both roots.
///
/// Source: RFC 9162 section 2.1.4.2; the case of size 0 from C2SP tlog-witness.
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<()> {
    if old_size > new_size {
        return Err(Error::OutOfRange { index: old_size, size: new_size });
    }
    let holds = if old_size == new_size {
        proof.is_empty() && old_root == new_root && (old_size > 0 || *old_root == empty_root())
    } else if old_size == 0 {
        proof.is_empty() && *old_root == empty_root()
    } else {
        leads_to_both(old_size, old_root, new_size, new_root, proof)
    };
    if holds { Ok(()) } else { Err(Error::NotProven("consistency proof")) }
}

fn leads_to_both(old_size: u64, old_root: &Hash, new_size: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    // An old tree that is one complete subtree is itself the first hash of the path.
    let (first, rest) = match proof.split_first() {
        _ if old_size.is_power_of_two() => (old_root, proof),
        Some(parts) => parts,
        None => return false,
    };
    let mut walk = Walk { node: old_size - 1, last: new_size - 1 };
    walk.skip(1);
    let (mut old, mut new) = (*first, *first);
    for sibling in rest {
        match walk.step() {
            None => return false,
            Some(Side::Left) => {
                old = node_hash(sibling, &old);
                new = node_hash(sibling, &new);
            }
            Some(Side::Right) => new = node_hash(&new, sibling),
        }
    }
    walk.last == 0 && old == *old_root && new == *new_root
}

/// Where the sibling stands.
enum Side {
    Left,
    Right,
}

/// The climb from a node to the root: `fn` and `sn` of RFC 9162.
struct Walk {
    node: u64,
    last: u64,
}

impl Walk {
    /// Climbs past one sibling; nothing if the root was already reached.
    fn step(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.node & 1 == 1 || self.node == self.last {
            self.skip(0);
            Side::Left
        } else {
            Side::Right
        };
        self.node >>= 1;
        self.last >>= 1;
        Some(side)
    }

    /// Climbs the levels at which the node's lowest bit is `bit`; there it has no sibling to add.
    fn skip(&mut self, bit: u64) {
        while self.node & 1 == bit && self.node != 0 {
            self.node >>= 1;
            self.last >>= 1;
        }
    }
}

const INCLUSION: &str = "inclusion proof";
