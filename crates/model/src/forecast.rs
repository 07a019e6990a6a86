//! Forecasts of several people side by side, and how they are scored when the outcome is known.
//!
//! A forecast is a word and stays one. Its number is the middle of the word's band, for the score only.
//! Unknown is not false; a threat that was warned of and prevented says nothing about the forecast.
//!
//! Source: doctrine 3, "Source track record" (Brier score on the middle of the band); Brier (1950).

use crate::duty::words;
use crate::grade::Likelihood;
use crate::scale::Phia;

words! {
    /// Says what became of what was forecast.
    Outcome {
        /// It happened as described.
        Happened = "happened",
        /// Part of it happened.
        Partly = "partly",
        /// It did not happen.
        Not = "not",
        /// Nobody can say; excluded from the score.
        Unknown = "unknown",
        /// It was warned of and prevented; excluded from the score.
        Prevented = "warned-and-prevented",
    }
}

impl Outcome {
    /// Gives 1, ½ or 0; `None` where nothing can be scored.
    #[must_use]
    pub const fn share(self) -> Option<f64> {
        match self {
            Self::Happened => Some(1.0),
            Self::Partly => Some(0.5),
            Self::Not => Some(0.0),
            Self::Unknown | Self::Prevented => None,
        }
    }
}

words! {
    /// Names the list a word of likelihood stands on.
    Yardstick {
        /// ICD 203, either row.
        Icd203 = "icd203",
        /// The PHIA yardstick.
        Phia = "phia",
    }
}

impl Yardstick {
    /// Reads a word of this yardstick and gives it as it is stored; `None` if it is none.
    #[must_use]
    pub fn word(self, text: &str) -> Option<&'static str> {
        match self {
            Self::Icd203 => text.parse::<Likelihood>().ok().map(Likelihood::as_str),
            Self::Phia => Phia::read(text).map(Phia::as_str),
        }
    }

    /// Lists the words from least to most likely.
    #[must_use]
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Self::Icd203 => Likelihood::ALL.iter().map(|word| word.as_str()).collect(),
            Self::Phia => Phia::ALL.iter().map(|word| word.as_str()).collect(),
        }
    }

    /// Gives the band of a word in percent.
    #[must_use]
    pub fn band_pct(self, word: &str) -> Option<(u8, u8)> {
        match self {
            Self::Icd203 => word.parse::<Likelihood>().ok().map(Likelihood::band_pct),
            Self::Phia => Phia::read(word).map(Phia::band_pct),
        }
    }
}

/// Gives the middle of a band in percent, as 0 to 1.
#[must_use]
pub fn midpoint((low, high): (u8, u8)) -> f64 {
    (f64::from(low) + f64::from(high)) / 200.0
}

/// Is how well somebody's forecasts held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Forecasts that count.
    pub scored: usize,
    /// Forecasts that do not: unknown, or warned and prevented.
    pub excluded: usize,
    /// Mean of the squared distances, 0 (best) to 1; absent for fewer than [`SCORE_OF`].
    pub brier: Option<f64>,
}

/// Fewer scored forecasts than this show their count only.
pub const SCORE_OF: usize = 10;

/// Scores forecasts, each with the band of its word and its outcome.
#[must_use]
pub fn score(resolved: &[((u8, u8), Outcome)]) -> Score {
    let distance = |(band, outcome): &((u8, u8), Outcome)| {
        outcome.share().map(|share| (midpoint(*band) - share).powi(2))
    };
    let distances: Vec<f64> = resolved.iter().filter_map(distance).collect();
    let scored = distances.len();
    // A count of forecasts is far below 2^32, so the conversion is exact.
    let brier = u32::try_from(scored)
        .ok()
        .filter(|_| scored >= SCORE_OF)
        .map(|count| distances.iter().sum::<f64>() / f64::from(count));
    Score { scored, excluded: resolved.len() - scored, brier }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_middle_of_likely_is_67_and_a_half() {
        assert!((midpoint(Likelihood::Likely.band_pct()) - 0.675).abs() < 1e-12);
        assert!((midpoint(Likelihood::AlmostNoChance.band_pct()) - 0.03).abs() < 1e-12);
    }

    #[test]
    fn a_word_is_of_its_own_yardstick() {
        assert_eq!(Yardstick::Icd203.word("Probably"), Some("likely"));
        assert_eq!(Yardstick::Icd203.word("realistic possibility"), None);
        assert_eq!(Yardstick::Phia.word("Probable"), Some("likely"));
        assert_eq!(Yardstick::Phia.band_pct("likely"), Some((55, 75)));
        assert_eq!(Yardstick::Icd203.band_pct("likely"), Some((55, 80)));
        assert_eq!(Yardstick::Phia.word("70"), None, "a number is no word");
        for yardstick in Yardstick::ALL {
            assert!(yardstick.words().iter().all(|word| yardstick.word(word) == Some(*word)));
        }
    }

    #[test]
    fn nine_forecasts_have_a_count_and_ten_a_score() {
        let nine = [(Likelihood::Likely.band_pct(), Outcome::Happened); 9];
        assert_eq!(score(&nine), Score { scored: 9, excluded: 0, brier: None });
        let ten = [(Likelihood::Likely.band_pct(), Outcome::Happened); 10];
        assert!((score(&ten).brier.unwrap() - 0.325_f64.powi(2)).abs() < 1e-12);
    }

    #[test]
    fn unknown_and_prevented_are_listed_and_not_scored() {
        let mut resolved = vec![(Likelihood::Likely.band_pct(), Outcome::Happened); 10];
        let before = score(&resolved).brier;
        resolved.push((Likelihood::AlmostCertain.band_pct(), Outcome::Unknown));
        resolved.push((Likelihood::AlmostCertain.band_pct(), Outcome::Prevented));
        let after = score(&resolved);
        assert_eq!((after.brier, after.scored, after.excluded), (before, 10, 2));
    }

    proptest! {
        #[test]
        fn a_score_lies_between_0_and_1_and_a_bolder_right_word_never_scores_worse(
            picks in prop::collection::vec((0..7_usize, 0..5_usize), 10..40), at in 0..6_usize,
        ) {
            let resolved: Vec<_> =
                picks.iter().map(|(word, outcome)| (Likelihood::ALL[*word].band_pct(), Outcome::ALL[*outcome])).collect();
            if let Some(brier) = score(&resolved).brier {
                prop_assert!((0.0..=1.0).contains(&brier));
            }
            let ten = |word: Likelihood| score(&[(word.band_pct(), Outcome::Happened); 10]).brier.unwrap();
            prop_assert!(ten(Likelihood::ALL[at + 1]) <= ten(Likelihood::ALL[at]));
        }
    }
}
