//! Compares two names and says why.
//!
//! The parts of both names are paired, the most alike first; two parts written
//! as one and acronyms are paired after that. What was paired and what was left
//! over gives the features of [`features`], and a trained model turns them into a
//! score. The score is symmetric and means: the share of pairs of names with
//! such a score that were one person or body, in the training set.
//!
//! Absent: facts other than the name. Two people of one name score 1.

mod assign;
mod explain;
mod features;
mod model;

pub use assign::{Pairing, Rule};
pub use explain::{Comparison, Reason};
pub use features::{FEATURES, NAMES as FEATURE_NAMES, features};
pub use model::MATCH_SCORE;

use crate::name::Name;

/// Compares two names.
#[must_use]
pub fn compare(a: &str, b: &str) -> Comparison {
    explain::explain(a, b, &Name::new(a), &Name::new(b))
}

/// Gives the score of two names, from 0.0 to 1.0; nothing is like an empty name.
#[must_use]
pub fn score(a: &Name, b: &Name) -> f32 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    if a.letters == b.letters
        && a.parts().len() == b.parts().len()
        && a.parts().iter().zip(b.parts()).all(|(x, y)| x.letters == y.letters)
    {
        return 1.0;
    }
    model::score(&features(a, b))
}

#[cfg(test)]
mod tests;
