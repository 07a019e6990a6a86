//! Tells an analyst when letter and digit always go together.
//!
//! A1, B2, C3 … on and on says that one of the two is not judged by itself.
//!
//! Source: doctrine 3, "letter and digit are judged independently".

use crate::grade::{Grade, InfoCredibility, SourceReliability};

/// Above this share the analyst is told.
pub const DIAGONAL_NOTICE_PCT: u8 = 80;

/// Fewer grades than this say nothing.
pub const DIAGONAL_OF: usize = 10;

/// Gives the share of grades on the diagonal in percent; `None` for fewer than 10 grades.
#[must_use]
pub fn diagonal_pct(grades: &[Grade]) -> Option<u8> {
    if grades.len() < DIAGONAL_OF {
        return None;
    }
    let on = grades.iter().filter(|grade| is_diagonal(**grade)).count();
    (on * 100).checked_div(grades.len()).and_then(|pct| u8::try_from(pct).ok())
}

fn is_diagonal(grade: Grade) -> bool {
    let source = SourceReliability::ALL.iter().position(|each| *each == grade.source);
    let info = InfoCredibility::ALL.iter().position(|each| *each == grade.info);
    source == info
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_of_ten_on_the_diagonal_are_noticed_and_nine_grades_say_nothing() {
        let b2: Grade = "B2".parse().unwrap();
        let b3: Grade = "B3".parse().unwrap();
        assert_eq!(diagonal_pct(&[b2; 9]), None);
        let mut grades = vec![b2; 9];
        grades.push(b3);
        assert_eq!(diagonal_pct(&grades), Some(90));
        assert!(diagonal_pct(&grades).unwrap() > DIAGONAL_NOTICE_PCT);
        assert_eq!(diagonal_pct(&[b3; 10]), Some(0));
        assert_eq!(diagonal_pct(&["F6".parse().unwrap(); 10]), Some(100));
    }
}
