//! The trained model: features to a score.
//!
//! A forest of small trees, each with nodes of a feature and a value above which
//! it goes right, and leaves that add to the log of the odds, in 1/1024.
//!
//! No tree is walked. For each feature and each range of its values between two
//! nodes a row says which leaves of all trees can still be reached; what all rows
//! have in common leaves one leaf of each tree, the lowest of them.

use std::sync::LazyLock;

use super::FEATURES;

/// The score from which two names are shown as one.
pub const MATCH_SCORE: f32 = 0.6;

/// Gives the score, from 0.0 to 1.0.
pub(super) fn score(features: &[u8; FEATURES]) -> f32 {
    let odds = BASE + FOREST.sum(features);
    #[expect(clippy::cast_precision_loss, reason = "the sum of the leaves is far below 2^24")]
    let odds = odds as f32 / 1024.0;
    1.0 / (1.0 + (-odds).exp())
}

/// Sixteen bytes, in a register where there is one.
#[cfg(target_arch = "x86_64")]
type Wide = safe_arch::m128i;
#[cfg(not(target_arch = "x86_64"))]
type Wide = u128;

/// The leaves of all trees that can be reached, a bit each, the leftmost of a tree
/// lowest: eight trees in a number.
type Row = [Wide; ROW];

const ROW: usize = COUNT.div_ceil(TOGETHER);
/// How many trees share a number.
const TOGETHER: usize = 128 / LEAVES;

struct Forest {
    /// For each feature and value the number of its row.
    places: [[u16; 256]; FEATURES],
    rows: Vec<Row>,
    /// What each leaf adds, tree by tree.
    leaves: [[i16; LEAVES]; COUNT.div_ceil(TOGETHER) * TOGETHER],
}

static FOREST: LazyLock<Forest> = LazyLock::new(Forest::read);

impl Forest {
    #[allow(clippy::assign_op_pattern, reason = "the register has no such operator")]
    fn sum(&self, features: &[u8; FEATURES]) -> i32 {
        let every = [Wide::from(u128::MAX); ROW];
        let mut left = every;
        for (places, value) in self.places.iter().zip(features) {
            let place = places.get(usize::from(*value)).copied().unwrap_or(0);
            let row = self.rows.get(usize::from(place)).unwrap_or(&every);
            for (left, row) in left.iter_mut().zip(row) {
                *left = *left & *row;
            }
        }
        let mut sum = 0;
        for (eight, leaves) in left.into_iter().zip(self.leaves.as_chunks::<TOGETHER>().0) {
            let eight = u128::from(eight).to_le_bytes();
            for (left, leaves) in eight.as_chunks::<2>().0.iter().zip(leaves) {
                let leaf = u16::from_le_bytes(*left).trailing_zeros() as usize % LEAVES;
                sum += leaves.get(leaf).copied().map_or(0, i32::from);
            }
        }
        sum
    }

    /// Reads the model: two bytes of the sum to begin with, then each tree.
    fn read() -> Self {
        let mut forest = Self {
            places: [[0; 256]; FEATURES],
            rows: Vec::new(),
            leaves: [[0; LEAVES]; COUNT.div_ceil(TOGETHER) * TOGETHER],
        };
        let trees = || MODEL.get(2..).unwrap_or(&[]).as_chunks::<TREE>().0.iter().enumerate();
        // Feature and value of a node, its tree, and the leaves to its left.
        let mut nodes: Vec<(u8, u8, usize, u16)> = Vec::new();
        for (tree, bytes) in trees() {
            let (pairs, leaves) = bytes.split_at(2 * NODES);
            for (node, [feature, above]) in (1_u32..).zip(pairs.as_chunks::<2>().0) {
                let depth = node.ilog2();
                let below = DEPTH as u32 - depth;
                let first = (node - (1 << depth)) << below;
                let left = ((1_u32 << (1 << (below - 1))) - 1) << first;
                nodes.push((*feature, *above, tree, u16::try_from(left).unwrap_or(0)));
            }
            let leaves = leaves.as_chunks::<2>().0.iter().map(|leaf| i16::from_le_bytes(*leaf));
            forest
                .leaves
                .iter_mut()
                .skip(tree)
                .take(1)
                .flatten()
                .zip(leaves)
                .for_each(|(to, from)| *to = from);
        }
        for (feature, places) in (0_u8..).zip(&mut forest.places) {
            let mut known: Vec<[u128; ROW]> = Vec::new();
            let own: Vec<_> = nodes.iter().filter(|node| node.0 == feature).collect();
            for (value, place) in (0_u8..=u8::MAX).zip(places) {
                let mut row = [u128::MAX; ROW];
                for (_, _, tree, left) in own.iter().filter(|node| value > node.1) {
                    let number = row.get_mut(tree / TOGETHER);
                    number.into_iter().for_each(|n| *n &= !(u128::from(*left) << (tree % TOGETHER * LEAVES)));
                }
                if known.last() != Some(&row) {
                    known.push(row);
                    forest.rows.push(row.map(Wide::from));
                }
                *place = u16::try_from(forest.rows.len() - 1).unwrap_or(0);
            }
        }
        forest
    }
}

const DEPTH: usize = 4;
const NODES: usize = (1 << DEPTH) - 1;
const LEAVES: usize = 1 << DEPTH;
/// Bytes of a tree: two for a node and two for a leaf.
const TREE: usize = 2 * NODES + 2 * LEAVES;
const COUNT: usize = (MODEL.len() - 2) / TREE;

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bound")]
const BASE: i32 = i16::from_le_bytes([MODEL[0], MODEL[1]]) as i32;

const MODEL: &[u8] = include_bytes!("../../models/pairs.bin");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Walks every tree from its root.
    fn walked(features: &[u8; FEATURES]) -> i32 {
        let trees = MODEL[2..].as_chunks::<TREE>().0;
        let leaf = |tree: &[u8; TREE]| {
            let mut node = 0;
            for _ in 0..DEPTH {
                let right = features[usize::from(tree[2 * node])] > tree[2 * node + 1];
                node = 2 * node + 1 + usize::from(right);
            }
            let at = 2 * NODES + 2 * (node - NODES);
            i32::from(i16::from_le_bytes([tree[at], tree[at + 1]]))
        };
        trees.iter().map(leaf).sum()
    }

    proptest! {
        #[test]
        fn the_rows_lead_to_the_leaves_that_walking_leads_to(features: [u8; FEATURES]) {
            prop_assert_eq!(FOREST.sum(&features), walked(&features));
        }

        #[test]
        fn small_values_lead_to_them_too(features in proptest::array::uniform30(0_u8..6)) {
            prop_assert_eq!(FOREST.sum(&features), walked(&features));
        }
    }
}
