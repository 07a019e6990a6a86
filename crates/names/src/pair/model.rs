//! The trained model: features to a score.
//!
//! A forest of small trees, each with nodes of a feature and a value above which
//! it goes right, and leaves that add to the log of the odds, in 1/1024.

use super::FEATURES;

/// The score from which two names are shown as one.
pub const MATCH_SCORE: f32 = 0.6;

/// Gives the score, from 0.0 to 1.0.
pub(super) fn score(features: &[u8; FEATURES]) -> f32 {
    let mut padded = [0_u8; 32];
    for (slot, value) in padded.iter_mut().zip(features) {
        *slot = *value;
    }
    let odds: i32 = BASE + TREES.iter().map(|tree| i32::from(tree.leaf(&padded))).sum::<i32>();
    #[expect(clippy::cast_precision_loss, reason = "the sum of the leaves is far below 2^24")]
    let odds = odds as f32 / 1024.0;
    1.0 / (1.0 + (-odds).exp())
}

/// The arrays have a place more than there are nodes, so that an index is a mask.
#[derive(Clone, Copy)]
struct Tree {
    feature: [u8; 16],
    above: [u8; 16],
    leaves: [i16; 16],
}

impl Tree {
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "every index is masked to the length of its array")]
    fn leaf(&self, features: &[u8; 32]) -> i16 {
        let mut node = 0_usize;
        for _ in 0..DEPTH {
            let right = features[usize::from(self.feature[node & 15] & 31)] > self.above[node & 15];
            node = 2 * node + 1 + usize::from(right);
        }
        self.leaves[(node - NODES) & 15]
    }
}

const DEPTH: usize = 4;
const NODES: usize = (1 << DEPTH) - 1;
/// Bytes of a tree: two for a node and two for a leaf.
const TREE: usize = 2 * NODES + 2 * (NODES + 1);
const COUNT: usize = (MODEL.len() - 2) / TREE;

static TREES: [Tree; COUNT] = trees();
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bound")]
const BASE: i32 = i16::from_le_bytes([MODEL[0], MODEL[1]]) as i32;

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bound")]
const fn trees() -> [Tree; COUNT] {
    let mut all = [Tree { feature: [0; 16], above: [255; 16], leaves: [0; 16] }; COUNT];
    let mut tree = 0;
    while tree < COUNT {
        let from = 2 + tree * TREE;
        let mut at = 0;
        while at < NODES {
            all[tree].feature[at] = MODEL[from + 2 * at];
            all[tree].above[at] = MODEL[from + 2 * at + 1];
            at += 1;
        }
        at = 0;
        while at <= NODES {
            let leaf = from + 2 * NODES + 2 * at;
            all[tree].leaves[at] = i16::from_le_bytes([MODEL[leaf], MODEL[leaf + 1]]);
            at += 1;
        }
        tree += 1;
    }
    all
}

const MODEL: &[u8] = include_bytes!("../../models/pairs.bin");
