//! Trains a small forest of boosted trees on features of a byte each.
//!
//! All arithmetic is of the four basic kinds, in a fixed order, so that a run
//! repeats to the byte on any machine.
//!
//! Source: Friedman, "Greedy function approximation: a gradient boosting
//! machine", 2001; Newton leaves and monotone bounds as in XGBoost.

/// Levels of a tree.
pub const DEPTH: usize = 4;
/// Leaves of a tree.
pub const LEAVES: usize = 1 << DEPTH;
/// Inner nodes of a tree.
pub const NODES: usize = LEAVES - 1;

/// One row: features, the label and how much the row counts.
pub struct Row<const F: usize> {
    /// The features.
    pub features: [u8; F],
    /// One of the same, or not.
    pub same: bool,
    /// The weight.
    pub weight: f64,
}

/// A tree: at each node the feature and the value above which it goes right.
#[derive(Clone)]
pub struct Tree {
    nodes: [(u8, u8); NODES],
    leaves: [f64; LEAVES],
}

/// How to train.
pub struct Plan<'p> {
    /// How many trees.
    pub trees: usize,
    /// The share of each step that is taken.
    pub rate: f64,
    /// The least weight of a leaf.
    pub leaf_min: f64,
    /// For each feature 1 if the score may only rise with it, -1 if only fall.
    pub monotone: &'p [i8],
}

/// A forest.
pub struct Forest {
    /// The score before the first tree.
    pub base: f64,
    /// The trees.
    pub trees: Vec<Tree>,
}

impl Tree {
    fn leaf(&self, features: &[u8]) -> usize {
        let mut node = 0;
        for _ in 0..DEPTH {
            let (feature, above) = self.nodes.get(node).copied().unwrap_or((0, 255));
            let right = features.get(usize::from(feature)).is_some_and(|value| *value > above);
            node = 2 * node + 1 + usize::from(right);
        }
        node - NODES
    }

    fn value(&self, features: &[u8]) -> f64 {
        self.leaves.get(self.leaf(features)).copied().unwrap_or(0.0)
    }
}

impl Forest {
    /// Gives the log of the odds.
    #[must_use]
    pub fn odds(&self, features: &[u8]) -> f64 {
        self.base + self.trees.iter().map(|tree| tree.value(features)).sum::<f64>()
    }

    /// Writes the model: the base and the leaves in 1/1024, then for each tree
    /// its nodes (feature, value) and its leaves, small end first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let fixed = |value: f64| ((value * 1024.0).round().clamp(-32000.0, 32000.0) as i16).to_le_bytes();
        let mut out = fixed(self.base).to_vec();
        for tree in &self.trees {
            out.extend(tree.nodes.iter().flat_map(|(feature, above)| [*feature, *above]));
            out.extend(tree.leaves.iter().flat_map(|leaf| fixed(*leaf)));
        }
        out
    }
}

/// Trains a forest.
#[must_use]
pub fn train<const F: usize>(rows: &[Row<F>], plan: &Plan<'_>) -> Forest {
    let total: f64 = rows.iter().map(|r| r.weight).sum();
    let same: f64 = rows.iter().filter(|r| r.same).map(|r| r.weight).sum();
    let base = ln(same / (total - same).max(1.0));
    let mut odds = vec![base; rows.len()];
    let mut forest = Forest { base, trees: Vec::new() };
    for _ in 0..plan.trees {
        let slopes: Vec<(f64, f64)> = rows
            .iter()
            .zip(&odds)
            .map(|(row, odds)| {
                let p = sigmoid(*odds);
                let label = if row.same { 1.0 } else { 0.0 };
                ((p - label) * row.weight, (p * (1.0 - p)).max(1e-6) * row.weight)
            })
            .collect();
        let mut tree = Tree { nodes: [(0, 255); NODES], leaves: [0.0; LEAVES] };
        let all: Vec<u32> = (0..rows.len() as u32).collect();
        grow(rows, &slopes, plan, &mut tree, 0, all, (f64::NEG_INFINITY, f64::INFINITY));
        for (row, odds) in rows.iter().zip(&mut odds) {
            *odds += tree.value(&row.features);
        }
        forest.trees.push(tree);
    }
    forest
}

const LAMBDA: f64 = 4.0;

fn grow<const F: usize>(
    rows: &[Row<F>],
    slopes: &[(f64, f64)],
    plan: &Plan<'_>,
    tree: &mut Tree,
    node: usize,
    members: Vec<u32>,
    bounds: (f64, f64),
) {
    let sum = |members: &[u32]| {
        members.iter().filter_map(|m| slopes.get(*m as usize)).fold((0.0, 0.0), |s, x| (s.0 + x.0, s.1 + x.1))
    };
    if node >= NODES {
        let (slope, curve) = sum(&members);
        let value = (-slope / (curve + LAMBDA)).clamp(bounds.0, bounds.1) * plan.rate;
        if let Some(leaf) = tree.leaves.get_mut(node - NODES) {
            *leaf = value;
        }
        return;
    }
    let best = split(rows, slopes, plan, &members, bounds);
    let (feature, above, middle) = best.unwrap_or((0, 255, None));
    if let Some(slot) = tree.nodes.get_mut(node) {
        *slot = (feature, above);
    }
    let goes_left = |m: &u32| {
        rows.get(*m as usize)
            .and_then(|r| r.features.get(usize::from(feature)))
            .is_none_or(|value| *value <= above)
    };
    let (left, right): (Vec<u32>, Vec<u32>) = members.into_iter().partition(goes_left);
    let (mut left_bounds, mut right_bounds) = (bounds, bounds);
    match (plan.monotone.get(usize::from(feature)), middle) {
        (Some(1), Some(middle)) => {
            left_bounds.1 = middle;
            right_bounds.0 = middle;
        }
        (Some(-1), Some(middle)) => {
            left_bounds.0 = middle;
            right_bounds.1 = middle;
        }
        _ => {}
    }
    grow(rows, slopes, plan, tree, 2 * node + 1, left, left_bounds);
    grow(rows, slopes, plan, tree, 2 * node + 2, right, right_bounds);
}

/// Finds the split that gains most; of equal ones the first.
fn split<const F: usize>(
    rows: &[Row<F>],
    slopes: &[(f64, f64)],
    plan: &Plan<'_>,
    members: &[u32],
    bounds: (f64, f64),
) -> Option<(u8, u8, Option<f64>)> {
    let mut sums = vec![[(0.0_f64, 0.0_f64); 256]; F];
    let mut total = (0.0, 0.0);
    for m in members {
        let (Some(row), Some(slope)) = (rows.get(*m as usize), slopes.get(*m as usize)) else { continue };
        total = (total.0 + slope.0, total.1 + slope.1);
        for (bins, value) in sums.iter_mut().zip(&row.features) {
            if let Some(bin) = bins.get_mut(usize::from(*value)) {
                *bin = (bin.0 + slope.0, bin.1 + slope.1);
            }
        }
    }
    let value = |s: (f64, f64)| (-s.0 / (s.1 + LAMBDA)).clamp(bounds.0, bounds.1);
    let worth = |s: (f64, f64)| {
        let v = value(s);
        -(s.0 * v + 0.5 * (s.1 + LAMBDA) * v * v)
    };
    let (mut best, mut found) = (1e-3, None);
    for (feature, bins) in sums.iter().enumerate() {
        let mut left = (0.0, 0.0);
        for (above, bin) in bins.iter().enumerate().take(255) {
            left = (left.0 + bin.0, left.1 + bin.1);
            let right = (total.0 - left.0, total.1 - left.1);
            if bin.1 <= 0.0 || left.1 < plan.leaf_min || right.1 < plan.leaf_min {
                continue;
            }
            let (low, high) = (value(left), value(right));
            match plan.monotone.get(feature) {
                Some(1) if low > high => continue,
                Some(-1) if low < high => continue,
                _ => {}
            }
            let gain = worth(left) + worth(right) - worth(total);
            if gain > best {
                best = gain;
                found = Some((feature as u8, above as u8, Some((low + high) / 2.0)));
            }
        }
    }
    found
}

/// The logistic function from basic arithmetic alone.
#[must_use]
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

fn exp(x: f64) -> f64 {
    let mut power = 1.0 + x.clamp(-30.0, 30.0) / 65536.0;
    for _ in 0..16 {
        power *= power;
    }
    power
}

fn ln(x: f64) -> f64 {
    // Newton's method on exp; five rounds are exact to the last digits used.
    let mut y = 0.0;
    for _ in 0..40 {
        let e = exp(y);
        y += 2.0 * (x - e) / (x + e);
    }
    y
}
