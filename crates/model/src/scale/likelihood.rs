//! The PHIA yardstick, and words for numbers where the bands allow one.

use crate::duty::words;
use crate::grade::Likelihood;

words! {
    /// Words how likely an event is, on the yardstick of the British assessment staff.
    Phia {
        /// 0 to 5 %.
        RemoteChance = "remote chance",
        /// 10 to 20 %.
        HighlyUnlikely = "highly unlikely",
        /// 25 to 35 %.
        Unlikely = "unlikely",
        /// 40 % to below 50 %.
        RealisticPossibility = "realistic possibility",
        /// 55 to 75 %.
        Likely = "likely",
        /// 80 to 90 %.
        HighlyLikely = "highly likely",
        /// 95 % to below 100 %.
        AlmostCertain = "almost certain",
    }
}

impl Phia {
    /// Gives the band in percent. Between two bands is a gap of 5.
    #[must_use]
    pub const fn band_pct(self) -> (u8, u8) {
        match self {
            Self::RemoteChance => (0, 5),
            Self::HighlyUnlikely => (10, 20),
            Self::Unlikely => (25, 35),
            Self::RealisticPossibility => (40, 49),
            Self::Likely => (55, 75),
            Self::HighlyLikely => (80, 90),
            Self::AlmostCertain => (95, 99),
        }
    }

    /// Reads a word; "probable" is the other word for "likely".
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        match text.as_str() {
            "probable" | "likely or probable" | "likely / probable" => Some(Self::Likely),
            other => other.parse().ok(),
        }
    }
}

/// Gives the PHIA word for a number; `None` in a gap and for certainty.
#[must_use]
pub fn phia_word(pct: u8) -> Option<Phia> {
    Phia::ALL.iter().copied().find(|word| (word.band_pct().0..=word.band_pct().1).contains(&pct))
}

/// Gives the ICD 203 word for a number; `None` where two bands touch, below 1 and above 99.
#[must_use]
pub fn icd_word(pct: u8) -> Option<Likelihood> {
    let fits = |word: &&Likelihood| (word.band_pct().0..=word.band_pct().1).contains(&pct);
    let mut fitting = Likelihood::ALL.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Some(*one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_in_a_gap_has_no_word() {
        for gap in [6, 9, 21, 24, 36, 39, 50, 54, 76, 79, 91, 94, 100, 101, 255] {
            assert_eq!(phia_word(gap), None, "{gap}");
        }
        assert_eq!(phia_word(5), Some(Phia::RemoteChance));
        assert_eq!(phia_word(49), Some(Phia::RealisticPossibility));
        assert_eq!(phia_word(99), Some(Phia::AlmostCertain));
    }

    #[test]
    fn a_number_on_the_edge_of_two_icd_bands_has_no_word() {
        for edge in [0, 5, 20, 45, 55, 80, 95, 100] {
            assert_eq!(icd_word(edge), None, "{edge}");
        }
        assert_eq!(icd_word(70), Some(Likelihood::Likely));
        assert_eq!(icd_word(1), Some(Likelihood::AlmostNoChance));
    }

    #[test]
    fn both_words_of_a_step_are_read() {
        assert_eq!(Phia::read("Probable"), Some(Phia::Likely));
        for word in Phia::ALL {
            assert_eq!(Phia::read(word.as_str()), Some(*word));
        }
        assert_eq!(Phia::read("possible"), None);
    }

    proptest! {
        #[test]
        fn a_word_given_for_a_number_holds_it(pct: u8) {
            if let Some(word) = phia_word(pct) {
                prop_assert!(word.band_pct().0 <= pct && pct <= word.band_pct().1);
            }
            if let Some(word) = icd_word(pct) {
                prop_assert!(word.band_pct().0 < pct || pct == 1);
                prop_assert!(pct < word.band_pct().1 || pct == 99);
            }
        }
    }
}
