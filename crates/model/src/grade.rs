//! Grades sources and information, and words likelihood and confidence.
//!
//! Letter and digit are judged apart and stored as written (`B2`). `F` and `6`
//! mean "cannot be judged", which is neither good nor bad: they have no number
//! and the types here have no order, so nothing can rank by them. Likelihood is
//! stored as a word and numbers are derived, never the other way round, because
//! the STIX ranges and the ICD 203 bands differ.
//!
//! Deliberately absent: rules about prose (mixing the two rows of terms, a
//! likelihood and a confidence in one sentence).
//!
//! Source: doctrine 3; NATO/Admiralty after FM 2-22.3; ICD 203 D.6.e(2);
//! STIX 2.1 appendix A (confidence scales).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Says why a grade or a word was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GradeError {
    /// The text is not on the list.
    #[error("{text:?} is not a {list}")]
    Unknown {
        /// What was expected.
        list: &'static str,
        /// What was given.
        text: String,
    },
    /// Information 1 was claimed with fewer than two independent origins.
    #[error("information 1 (confirmed) needs two independent origins, has {origins}")]
    NotConfirmed {
        /// How many independent origins were given.
        origins: usize,
    },
}

/// Grades a source by letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SourceReliability {
    /// No doubt of authenticity, trustworthiness or competency.
    A,
    /// Minor doubt; valid information most of the time.
    B,
    /// Doubt; has provided valid information in the past.
    C,
    /// Significant doubt; has provided valid information in the past.
    D,
    /// Lacks authenticity, trustworthiness, competency.
    E,
    /// No basis for evaluation: not a bad grade.
    F,
}

impl SourceReliability {
    /// Lists the letters A to F.
    pub const ALL: &'static [Self] = &[Self::A, Self::B, Self::C, Self::D, Self::E, Self::F];

    /// Gives the letter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
            Self::F => "F",
        }
    }

    /// Gives the wording shown to readers.
    #[must_use]
    pub const fn wording(self) -> &'static str {
        match self {
            Self::A => "Completely reliable",
            Self::B => "Usually reliable",
            Self::C => "Fairly reliable",
            Self::D => "Not usually reliable",
            Self::E => "Unreliable",
            Self::F => "Reliability cannot be judged",
        }
    }
}

/// Grades a piece of information by digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InfoCredibility {
    /// Confirmed by other independent sources.
    #[serde(rename = "1")]
    Confirmed,
    /// Not confirmed; logical; consistent with other information.
    #[serde(rename = "2")]
    ProbablyTrue,
    /// Not confirmed; reasonably logical; agrees with some other information.
    #[serde(rename = "3")]
    PossiblyTrue,
    /// Not confirmed; possible but not logical; no other information.
    #[serde(rename = "4")]
    Doubtful,
    /// Not confirmed; not logical; contradicted.
    #[serde(rename = "5")]
    Improbable,
    /// No basis for evaluation: not a bad grade.
    #[serde(rename = "6")]
    CannotBeJudged,
}

impl InfoCredibility {
    /// Lists the digits 1 to 6.
    pub const ALL: &'static [Self] = &[
        Self::Confirmed,
        Self::ProbablyTrue,
        Self::PossiblyTrue,
        Self::Doubtful,
        Self::Improbable,
        Self::CannotBeJudged,
    ];

    /// Gives the digit.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "1",
            Self::ProbablyTrue => "2",
            Self::PossiblyTrue => "3",
            Self::Doubtful => "4",
            Self::Improbable => "5",
            Self::CannotBeJudged => "6",
        }
    }

    /// Gives the wording shown to readers.
    #[must_use]
    pub const fn wording(self) -> &'static str {
        match self {
            Self::Confirmed => "Confirmed by other sources",
            Self::ProbablyTrue => "Probably true",
            Self::PossiblyTrue => "Possibly true",
            Self::Doubtful => "Doubtful",
            Self::Improbable => "Improbable",
            Self::CannotBeJudged => "Truth cannot be judged",
        }
    }

    /// Tells whether the digit is 1, 2 or 3; 6 does not count, being unknown.
    #[must_use]
    pub const fn reaches_3(self) -> bool {
        matches!(self, Self::Confirmed | Self::ProbablyTrue | Self::PossiblyTrue)
    }

    /// Gives the STIX confidence, 0 to 100; `6` has none and the property is
    /// then left out.
    #[must_use]
    pub const fn stix_confidence(self) -> Option<u8> {
        match self {
            Self::Confirmed => Some(90),
            Self::ProbablyTrue => Some(70),
            Self::PossiblyTrue => Some(50),
            Self::Doubtful => Some(30),
            Self::Improbable => Some(10),
            Self::CannotBeJudged => None,
        }
    }

    /// Reads a STIX confidence; absent is `6`, above 100 is `None`.
    #[must_use]
    pub const fn from_stix_confidence(confidence: Option<u8>) -> Option<Self> {
        match confidence {
            None => Some(Self::CannotBeJudged),
            Some(80..=100) => Some(Self::Confirmed),
            Some(60..=79) => Some(Self::ProbablyTrue),
            Some(40..=59) => Some(Self::PossiblyTrue),
            Some(20..=39) => Some(Self::Doubtful),
            Some(0..=19) => Some(Self::Improbable),
            Some(_) => None,
        }
    }
}

/// Joins the letter of the source and the digit of the information: `B2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Grade {
    /// How reliable the source is.
    pub source: SourceReliability,
    /// How credible this information is.
    pub info: InfoCredibility,
}

impl Grade {
    /// Tells whether the grade is C3 or better: source A to C and information
    /// 1 to 3.
    #[must_use]
    pub const fn reaches_c3(self) -> bool {
        matches!(self.source, SourceReliability::A | SourceReliability::B | SourceReliability::C)
            && self.info.reaches_3()
    }
}

/// Words how likely an event is; seven steps, each with its band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Likelihood {
    /// 1 to 5 %.
    AlmostNoChance,
    /// 5 to 20 %.
    VeryUnlikely,
    /// 20 to 45 %.
    Unlikely,
    /// 45 to 55 %.
    RoughlyEvenChance,
    /// 55 to 80 %.
    Likely,
    /// 80 to 95 %.
    VeryLikely,
    /// 95 to 99 %.
    AlmostCertain,
}

impl Likelihood {
    /// Lists the seven steps from least to most likely.
    pub const ALL: &'static [Self] = &[
        Self::AlmostNoChance,
        Self::VeryUnlikely,
        Self::Unlikely,
        Self::RoughlyEvenChance,
        Self::Likely,
        Self::VeryLikely,
        Self::AlmostCertain,
    ];

    /// Gives the canonical term, which is the first row of ICD 203.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.terms().0
    }

    /// Gives the terms of the two rows of ICD 203.
    #[must_use]
    pub const fn terms(self) -> (&'static str, &'static str) {
        match self {
            Self::AlmostNoChance => ("almost no chance", "remote"),
            Self::VeryUnlikely => ("very unlikely", "highly improbable"),
            Self::Unlikely => ("unlikely", "improbable"),
            Self::RoughlyEvenChance => ("roughly even chance", "roughly even odds"),
            Self::Likely => ("likely", "probable"),
            Self::VeryLikely => ("very likely", "highly probable"),
            Self::AlmostCertain => ("almost certain", "nearly certain"),
        }
    }

    /// Gives the ICD 203 band in percent, both ends included; bands touch.
    #[must_use]
    pub const fn band_pct(self) -> (u8, u8) {
        match self {
            Self::AlmostNoChance => (1, 5),
            Self::VeryUnlikely => (5, 20),
            Self::Unlikely => (20, 45),
            Self::RoughlyEvenChance => (45, 55),
            Self::Likely => (55, 80),
            Self::VeryLikely => (80, 95),
            Self::AlmostCertain => (95, 99),
        }
    }

    /// Gives the value of the STIX DNI scale, for display beside the word only.
    #[must_use]
    pub const fn stix_dni(self) -> u8 {
        match self {
            Self::AlmostNoChance => 5,
            Self::VeryUnlikely => 15,
            Self::Unlikely => 30,
            Self::RoughlyEvenChance => 50,
            Self::Likely => 70,
            Self::VeryLikely => 85,
            Self::AlmostCertain => 95,
        }
    }
}

/// Words how good the basis of a judgement is; says nothing about the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Uncorroborated; many assumptions; weak inference; glaring gaps.
    Low,
    /// Partly corroborated; several assumptions; mixed inference.
    Moderate,
    /// Well corroborated from proven sources; minimal assumptions.
    High,
}

impl Confidence {
    /// Lists the levels from low to high.
    pub const ALL: &'static [Self] = &[Self::Low, Self::Moderate, Self::High];

    /// Gives the word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }
}

/// Writes and reads a type that has `ALL` and `as_str`.
macro_rules! plain_text {
    ($($name:ident: $list:literal),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = GradeError;

            fn from_str(text: &str) -> Result<Self, GradeError> {
                let known = Self::ALL.iter().find(|each| each.as_str() == text);
                known.copied().ok_or_else(|| unknown($list, text))
            }
        }
    )+};
}

plain_text!(
    SourceReliability: "source letter A to F",
    InfoCredibility: "information digit 1 to 6",
    Confidence: "confidence: low, moderate or high"
);

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.source, self.info)
    }
}

impl FromStr for Grade {
    type Err = GradeError;

    fn from_str(text: &str) -> Result<Self, GradeError> {
        match (text.get(..1), text.get(1..)) {
            (Some(source), Some(info)) => Ok(Self { source: source.parse()?, info: info.parse()? }),
            _ => Err(unknown("grade such as B2", text)),
        }
    }
}

impl fmt::Display for Likelihood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Likelihood {
    type Err = GradeError;

    /// Accepts both rows and the adverbs (`probably`), in any case; `-` and
    /// `_` count as blanks.
    fn from_str(text: &str) -> Result<Self, GradeError> {
        let words = text.to_lowercase().replace(['-', '_'], " ");
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let term = match words.as_str() {
            "almost certainly" => "almost certain",
            "improbably" => "improbable",
            "probably" => "probable",
            other => other,
        };
        let known = Self::ALL.iter().find(|each| each.terms().0 == term || each.terms().1 == term);
        known.copied().ok_or_else(|| unknown("likelihood word of ICD 203", text))
    }
}

/// Makes serde use the text forms above.
macro_rules! serde_as_text {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = GradeError;

            fn try_from(text: String) -> Result<Self, GradeError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )+};
}

serde_as_text!(Grade, Likelihood);

fn unknown(list: &'static str, text: &str) -> GradeError {
    GradeError::Unknown { list, text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grade_reads_back_and_serde_is_the_plain_text() {
        for source in SourceReliability::ALL {
            for info in InfoCredibility::ALL {
                let grade = Grade { source: *source, info: *info };
                assert_eq!(grade.to_string().parse(), Ok(grade));
                assert_eq!(serde_json::to_value(grade).unwrap(), grade.to_string());
                assert_eq!(serde_json::from_value::<Grade>(grade.to_string().into()).unwrap(), grade);
                assert_eq!(serde_json::to_value(info).unwrap(), info.as_str());
            }
        }
        for wrong in ["", "B", "2B", "b2", "B22", "G1", "A0", "é2", "B 2"] {
            assert!(wrong.parse::<Grade>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn six_has_no_number_and_the_others_have_those_of_stix() {
        let numbers: Vec<_> = InfoCredibility::ALL.iter().map(|info| info.stix_confidence()).collect();
        assert_eq!(numbers, [Some(90), Some(70), Some(50), Some(30), Some(10), None]);
        for info in InfoCredibility::ALL {
            assert_eq!(InfoCredibility::from_stix_confidence(info.stix_confidence()), Some(*info));
        }
        assert_eq!(InfoCredibility::from_stix_confidence(Some(101)), None);
    }

    #[test]
    fn both_rows_of_likelihood_are_read_and_the_first_is_stored() {
        for likelihood in Likelihood::ALL {
            let (first, second) = likelihood.terms();
            assert_eq!(first.parse(), Ok(*likelihood));
            assert_eq!(second.parse(), Ok(*likelihood));
            assert_eq!(serde_json::to_value(likelihood).unwrap(), first);
        }
        assert_eq!("Probably".parse(), Ok(Likelihood::Likely));
        assert_eq!("almost  certainly".parse(), Ok(Likelihood::AlmostCertain));
        assert_eq!("roughly-even odds".parse(), Ok(Likelihood::RoughlyEvenChance));
        assert!("possible".parse::<Likelihood>().is_err(), "says nothing, so it is no word of ICD 203");
    }

    #[test]
    fn the_bands_touch_and_cover_1_to_99() {
        let bands: Vec<_> = Likelihood::ALL.iter().map(|likelihood| likelihood.band_pct()).collect();
        assert_eq!((bands[0].0, bands[6].1), (1, 99));
        assert!(bands.windows(2).all(|pair| pair[0].1 == pair[1].0));
    }

    #[test]
    fn confidence_is_low_moderate_or_high() {
        for confidence in Confidence::ALL {
            assert_eq!(confidence.as_str().parse(), Ok(*confidence));
            assert_eq!(serde_json::to_value(confidence).unwrap(), confidence.as_str());
        }
        assert!("medium".parse::<Confidence>().is_err());
    }
}
