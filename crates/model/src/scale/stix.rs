//! STIX confidence in the words of five scales, both ways.
//!
//! The confidence of an incoming object is its creator's trust in the data. It is shown and never
//! becomes a credibility here.
//!
//! Source: STIX 2.1, appendix A (the mappings must be used where one of these scales is shown).

use crate::duty::words;

words! {
    /// Names a scale of STIX 2.1 appendix A.
    Scale {
        /// None, Low, Med, High.
        NoneLowMedHigh = "none-low-med-high",
        /// 0 to 10.
        ZeroTen = "0-10",
        /// Admiralty credibility.
        Admiralty = "admiralty",
        /// Words of estimative probability.
        Wep = "wep",
        /// DNI scale.
        Dni = "dni",
    }
}

impl Scale {
    /// Gives the word for a confidence of 0 to 100; `None` above.
    #[must_use]
    pub fn word(self, confidence: u8) -> Option<&'static str> {
        let row = self.rows().iter().find(|row| (row.2..=row.3).contains(&confidence));
        row.map(|row| row.0)
    }

    /// Gives the confidence for a word, in any case; `None` if the word is none of the scale.
    #[must_use]
    pub fn value(self, word: &str) -> Option<u8> {
        let word = word.trim();
        let row = self.rows().iter().find(|row| row.0.eq_ignore_ascii_case(word));
        row.map(|row| row.1)
    }

    /// Lists the rows: word, value, lowest and highest confidence.
    const fn rows(self) -> &'static [(&'static str, u8, u8, u8)] {
        match self {
            Self::NoneLowMedHigh => &NONE_LOW_MED_HIGH,
            Self::ZeroTen => &ZERO_TEN,
            Self::Admiralty => &ADMIRALTY,
            Self::Wep => &WEP,
            Self::Dni => &DNI,
        }
    }
}

const NONE_LOW_MED_HIGH: [(&str, u8, u8, u8); 4] =
    [("None", 0, 0, 0), ("Low", 15, 1, 29), ("Med", 50, 30, 69), ("High", 85, 70, 100)];

const ZERO_TEN: [(&str, u8, u8, u8); 11] = [
    ("0", 0, 0, 4),
    ("1", 10, 5, 14),
    ("2", 20, 15, 24),
    ("3", 30, 25, 34),
    ("4", 40, 35, 44),
    ("5", 50, 45, 54),
    ("6", 60, 55, 64),
    ("7", 70, 65, 74),
    ("8", 80, 75, 84),
    ("9", 90, 85, 94),
    ("10", 100, 95, 100),
];

const ADMIRALTY: [(&str, u8, u8, u8); 5] = [
    ("1 - Confirmed by other sources", 90, 80, 100),
    ("2 - Probably True", 70, 60, 79),
    ("3 - Possibly True", 50, 40, 59),
    ("4 - Doubtful", 30, 20, 39),
    ("5 - Improbable", 10, 0, 19),
];

const WEP: [(&str, u8, u8, u8); 7] = [
    ("Impossible", 0, 0, 0),
    ("Highly Unlikely/Almost Certainly Not", 10, 1, 19),
    ("Unlikely/Probably Not", 30, 20, 39),
    ("Even Chance", 50, 40, 59),
    ("Likely/Probable", 70, 60, 79),
    ("Highly likely/Almost Certain", 90, 80, 99),
    ("Certain", 100, 100, 100),
];

const DNI: [(&str, u8, u8, u8); 7] = [
    ("Almost No Chance / Remote", 5, 0, 9),
    ("Very Unlikely / Highly Improbable", 15, 10, 19),
    ("Unlikely / Improbable", 30, 20, 39),
    ("Roughly Even Chance / Roughly Even Odds", 50, 40, 59),
    ("Likely / Probable", 70, 60, 79),
    ("Very Likely / Highly Probable", 85, 80, 89),
    ("Almost Certain / Nearly Certain", 95, 90, 100),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_confidence_has_one_word_on_every_scale() {
        for scale in Scale::ALL {
            for confidence in 0..=100 {
                let fits = scale.rows().iter().filter(|row| (row.2..=row.3).contains(&confidence)).count();
                assert_eq!(fits, 1, "{scale} {confidence}");
            }
            assert_eq!(scale.word(101), None);
        }
    }

    #[test]
    fn a_word_and_its_value_agree() {
        for scale in Scale::ALL {
            for row in scale.rows() {
                assert_eq!(scale.value(row.0), Some(row.1));
                assert_eq!(scale.word(row.1), Some(row.0));
            }
        }
        // The published Python reader says 20 in a comment; the specification says 30.
        assert_eq!(Scale::Wep.value("unlikely/probably not"), Some(30));
        assert_eq!(Scale::Dni.value("possible"), None);
    }
}
