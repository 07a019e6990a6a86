//! Competing explanations: which evidence speaks against which hypothesis, and what tells them apart.
//!
//! The hypothesis with the least against it stands best; what fits every hypothesis proves none. The
//! board counts what people rated and decides nothing.
//!
//! Source: R. Heuer, "Psychology of Intelligence Analysis" (CIA, 1999), chapter 8.

use crate::duty::words;

words! {
    /// Says how an item of evidence fits a hypothesis.
    Rating {
        /// Very consistent.
        VeryConsistent = "CC",
        /// Consistent.
        Consistent = "C",
        /// Neither.
        Neutral = "N",
        /// Inconsistent.
        Inconsistent = "I",
        /// Very inconsistent.
        VeryInconsistent = "II",
        /// Does not apply, or nobody can say.
        NotApplicable = "NA",
    }
}

impl Rating {
    /// Gives 2 to −2; `None` where it does not apply.
    #[must_use]
    pub const fn value(self) -> Option<i32> {
        match self {
            Self::VeryConsistent => Some(2),
            Self::Consistent => Some(1),
            Self::Neutral => Some(0),
            Self::Inconsistent => Some(-1),
            Self::VeryInconsistent => Some(-2),
            Self::NotApplicable => None,
        }
    }

    /// Gives what it counts against a hypothesis: 0, 1 or 2.
    #[must_use]
    pub const fn against(self) -> u32 {
        match self {
            Self::Inconsistent => 1,
            Self::VeryInconsistent => 2,
            _ => 0,
        }
    }
}

/// Adds up what one person's ratings count against one hypothesis; lower stands better.
pub fn inconsistency(ratings: impl IntoIterator<Item = Rating>) -> u32 {
    ratings.into_iter().map(Rating::against).sum()
}

/// Tells how far one item sets the hypotheses apart: 0 (fits all alike, says nothing) to 4.
///
/// Ratings that do not apply are left out; fewer than two that do say nothing.
pub fn diagnosticity(ratings: impl IntoIterator<Item = Rating>) -> u32 {
    let values: Vec<i32> = ratings.into_iter().filter_map(Rating::value).collect();
    match (values.iter().max(), values.iter().min()) {
        (Some(most), Some(least)) => most.abs_diff(*least),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_fits_everything_says_nothing() {
        assert_eq!(diagnosticity([Rating::Consistent; 3]), 0);
        assert_eq!(diagnosticity([Rating::VeryConsistent, Rating::VeryInconsistent]), 4);
        assert_eq!(diagnosticity([Rating::NotApplicable, Rating::VeryInconsistent]), 0);
        assert_eq!(diagnosticity([]), 0);
    }

    #[test]
    fn only_what_speaks_against_counts() {
        let ratings =
            [Rating::VeryConsistent, Rating::Inconsistent, Rating::VeryInconsistent, Rating::Neutral];
        assert_eq!(inconsistency(ratings), 3);
        assert_eq!(inconsistency([Rating::VeryConsistent; 9]), 0);
    }

    fn some_ratings() -> impl Strategy<Value = Vec<Rating>> {
        prop::collection::vec((0..6_usize).prop_map(|at| Rating::ALL[at]), 0..20)
    }

    proptest! {
        #[test]
        fn the_order_of_ratings_does_not_matter(ratings in some_ratings()) {
            let mut turned = ratings.clone();
            turned.reverse();
            prop_assert_eq!(inconsistency(ratings.clone()), inconsistency(turned.clone()));
            prop_assert_eq!(diagnosticity(ratings), diagnosticity(turned));
        }

        #[test]
        fn more_evidence_never_lowers_what_is_against(ratings in some_ratings(), more in 0..6_usize) {
            let mut longer = ratings.clone();
            longer.push(Rating::ALL[more]);
            prop_assert!(inconsistency(longer) >= inconsistency(ratings));
        }

        #[test]
        fn no_item_sets_hypotheses_further_apart_than_four(ratings in some_ratings()) {
            prop_assert!(diagnosticity(ratings) <= 4);
        }
    }
}
