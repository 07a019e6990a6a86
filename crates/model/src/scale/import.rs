//! Reads grades of other scales: 3x5x2, 5x5x5 and the Admiralty code with the letter g.
//!
//! The original code is kept. A mapped grade helps a reader; it cannot by itself make a threat credible,
//! because no two scales ask the same questions.
//!
//! Source: doctrine 2, "UK police 3x5x2", "5x5x5 legacy" and crosswalk (our proposal); doctrine 3 for g
//! (MISP admiralty-scale v5). The letters and digits of 5x5x5 are mapped by the same reasoning.

use crate::duty::words;
use crate::grade::{Grade, GradeError, InfoCredibility, SourceReliability};

words! {
    /// Names the scale of a foreign code.
    Code {
        /// Source 1 to 3, intelligence A to E, handling P or C.
        Police352 = "3x5x2",
        /// Source A to E, intelligence 1 to 5, handling 1 to 5.
        Police555 = "5x5x5",
        /// Admiralty with g, "deliberately deceptive".
        Admiralty = "admiralty",
    }
}

/// Is a grade that was given elsewhere, with what it says here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The scale of the original.
    pub code: Code,
    /// The original, as written, upper case without blanks.
    pub original: String,
    /// What it says on our scale.
    pub grade: Grade,
    /// Whether the source was called deliberately deceptive.
    pub is_deceptive: bool,
}

impl Code {
    /// Reads a code such as `2CP`, `B24` or `g3`.
    ///
    /// # Errors
    ///
    /// [`GradeError::Unknown`] naming the form.
    pub fn read(self, text: &str) -> Result<Imported, GradeError> {
        let original: String =
            text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase();
        let (list, letters) = match self {
            Self::Police352 => ("3x5x2 code such as 2CP", 3),
            Self::Police555 => ("5x5x5 code such as B24", 3),
            Self::Admiralty => ("Admiralty code such as B2 or g3", 2),
        };
        let unknown = || GradeError::Unknown { list, text: text.to_owned() };
        let signs: Vec<char> = original.chars().collect();
        let at = |index: usize| signs.get(index).copied();
        if signs.len() != letters && signs.len() != 2 {
            return Err(unknown());
        }
        let handling = at(2);
        let (source, info) = (at(0).unwrap_or(' '), at(1).unwrap_or(' '));
        let (source, info) = match self {
            Self::Police352 if handling.is_none_or(|sign| "PC".contains(sign)) => {
                (of_352(source), of_a_e(info))
            }
            Self::Police555 if handling.is_none_or(|sign| ('1'..='5').contains(&sign)) => {
                (of_555(source), of_1_5(info))
            }
            Self::Admiralty => (of_admiralty(source), info.to_string().parse().ok()),
            _ => (None, None),
        };
        let grade = Grade { source: source.ok_or_else(unknown)?, info: info.ok_or_else(unknown)? };
        let is_deceptive = self == Self::Admiralty && at(0) == Some('G');
        Ok(Imported { code: self, original, grade, is_deceptive })
    }
}

const fn of_352(sign: char) -> Option<SourceReliability> {
    match sign {
        // Not A: 3x5x2 does not distinguish.
        '1' => Some(SourceReliability::B),
        '2' => Some(SourceReliability::F),
        '3' => Some(SourceReliability::E),
        _ => None,
    }
}

const fn of_a_e(sign: char) -> Option<InfoCredibility> {
    match sign {
        // B says "corroborated", which is 1 only if the corroboration is shown to be independent.
        'A' | 'B' => Some(InfoCredibility::ProbablyTrue),
        'C' => Some(InfoCredibility::PossiblyTrue),
        'D' => Some(InfoCredibility::CannotBeJudged),
        'E' => Some(InfoCredibility::Improbable),
        _ => None,
    }
}

const fn of_555(sign: char) -> Option<SourceReliability> {
    match sign {
        'A' => Some(SourceReliability::A),
        'B' => Some(SourceReliability::B),
        'C' => Some(SourceReliability::C),
        'D' => Some(SourceReliability::E),
        'E' => Some(SourceReliability::F),
        _ => None,
    }
}

const fn of_1_5(sign: char) -> Option<InfoCredibility> {
    match sign {
        '1' | '2' => Some(InfoCredibility::ProbablyTrue),
        '3' => Some(InfoCredibility::PossiblyTrue),
        '4' => Some(InfoCredibility::CannotBeJudged),
        '5' => Some(InfoCredibility::Improbable),
        _ => None,
    }
}

fn of_admiralty(sign: char) -> Option<SourceReliability> {
    if sign == 'G' { Some(SourceReliability::E) } else { sign.to_string().parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_original_is_kept_beside_what_it_says_here() {
        let read = |code: Code, text: &str| {
            let read = code.read(text).unwrap();
            (read.original, read.grade.to_string(), read.is_deceptive)
        };
        assert_eq!(read(Code::Police352, "1 a p"), ("1AP".into(), "B2".into(), false));
        assert_eq!(read(Code::Police352, "2-D-C"), ("2DC".into(), "F6".into(), false));
        assert_eq!(read(Code::Police555, "E41"), ("E41".into(), "F6".into(), false));
        assert_eq!(read(Code::Police555, "d5"), ("D5".into(), "E5".into(), false));
        assert_eq!(read(Code::Admiralty, "g3"), ("G3".into(), "E3".into(), true));
        assert_eq!(read(Code::Admiralty, "B2"), ("B2".into(), "B2".into(), false));
    }

    #[test]
    fn no_foreign_code_says_confirmed() {
        let codes = [Code::Police352, Code::Police555];
        for (source, info) in "12345ABCDE".chars().flat_map(|a| "12345ABCDE".chars().map(move |b| (a, b))) {
            for code in codes {
                if let Ok(read) = code.read(&format!("{source}{info}")) {
                    assert_ne!(read.grade.info, InfoCredibility::Confirmed);
                }
            }
        }
    }

    #[test]
    fn what_is_not_a_code_is_refused() {
        for text in ["", "4A", "1F", "1AX", "A11P", "é1"] {
            assert!(Code::Police352.read(text).is_err(), "{text}");
        }
        assert!(Code::Police555.read("B26").is_err());
        assert!(Code::Admiralty.read("G7").is_err());
        assert!(Code::Admiralty.read("B2P").is_err());
    }
}
