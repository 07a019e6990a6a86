//! Trains the model that turns features of two names into a score.

use aldis_names::name::Name;
use aldis_names::pair::{FEATURES, features};

use super::forest::{Forest, Plan, Row, train};
use super::labelled::Labelled;

/// How much a made pair counts against a labelled one, in percent.
pub const MADE_WEIGHT_PCT: u32 = 10;
/// How many pairs are drawn; fewer come out.
pub const MADE: usize = 20_000;

/// Trains on the labelled rows that may be used and on made ones.
#[must_use]
pub fn learn(labelled: &[Labelled], made: &[Labelled]) -> Forest {
    let row = |pair: &Labelled, weight: f64| Row {
        features: features(&Name::new(&pair.a), &Name::new(&pair.b)),
        same: pair.same,
        weight,
    };
    let share = f64::from(MADE_WEIGHT_PCT) / 100.0;
    let rows: Vec<Row<FEATURES>> = labelled
        .iter()
        .filter(|pair| pair.trains())
        .map(|pair| row(pair, 1.0))
        .chain(made.iter().map(|pair| row(pair, share)))
        .collect();
    train(&rows, &Plan { trees: 100, rate: 0.1, leaf_min: 8.0, monotone: &MONOTONE })
}

/// More agreement never lowers the score, and more conflict never raises it.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bound")]
const MONOTONE: [i8; FEATURES] = {
    let mut all = [0; FEATURES];
    let (rises, falls) = ([0, 1, 2, 5, 6, 7, 8, 23], [3, 27, 28]);
    let mut at = 0;
    while at < rises.len() {
        all[rises[at]] = 1;
        at += 1;
    }
    at = 0;
    while at < falls.len() {
        all[falls[at]] = -1;
        at += 1;
    }
    all
};
