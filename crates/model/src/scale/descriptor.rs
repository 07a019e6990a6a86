//! Says what is known about a source, and what a product rests on as a whole.
//!
//! A descriptor never says who the source is. The summary may stay in a tear-line: it counts and grades
//! and names nobody.
//!
//! Source: ICD 206, source descriptors and source summary statement.

use crate::duty::words;
use crate::grade::Grade;

words! {
    /// Names what bears on the quality of a source.
    Factor {
        /// How the source can know it.
        Access = "access",
        /// Whether what it said before held.
        Validity = "validity",
        /// Why it says so.
        Motivation = "motivation",
        /// How old the information is.
        Currency = "currency",
        /// What it cannot know.
        Completeness = "completeness",
        /// Signs of denial or deception.
        Deception = "deception",
    }
}

/// Is what one person says about the source of a report, factor by factor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Descriptor {
    /// Each factor that was judged, once, in the order of the list.
    pub factors: Vec<(Factor, String)>,
}

impl Descriptor {
    /// Puts a descriptor together; a blank text says nothing and a later one replaces an earlier.
    pub fn of(given: impl IntoIterator<Item = (Factor, String)>) -> Self {
        let mut factors: std::collections::BTreeMap<Factor, String> = given.into_iter().collect();
        factors.retain(|_, says| !says.trim().is_empty());
        Self { factors: factors.into_iter().collect() }
    }

    /// Writes it in one line.
    #[must_use]
    pub fn line(&self) -> String {
        let part = |(factor, says): &(Factor, String)| format!("{factor}: {}", says.trim());
        self.factors.iter().map(part).collect::<Vec<_>>().join("; ")
    }
}

/// Is one report a product rests on, as its summary sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// Its last grade.
    pub grade: Option<Grade>,
    /// Whether that grade was mapped from another scale.
    pub is_mapped: bool,
}

/// Writes the source summary statement of a product.
///
/// `independent` counts the independent origins among all reports. Names nobody.
#[must_use]
pub fn summary(cited: &[Cited], independent: usize) -> String {
    if cited.is_empty() {
        return "It rests on no report.".to_owned();
    }
    let number = |count: usize, one: &str, more: &str| {
        if count == 1 { format!("one {one}") } else { format!("{count} {more}") }
    };
    let mut parts = vec![format!(
        "It rests on {} of {}.",
        number(cited.len(), "report", "reports"),
        number(independent, "independent origin", "independent origins")
    )];
    let strong =
        cited.iter().filter(|each| !each.is_mapped && each.grade.is_some_and(Grade::reaches_c3)).count();
    let open = cited.iter().filter(|each| each.grade.is_none()).count();
    let mapped = cited.iter().filter(|each| each.is_mapped).count();
    parts.push(match strong {
        0 => "Weak: no report is graded C3 or better.".to_owned(),
        _ => format!("Strong: {} graded C3 or better.", number(strong, "report is", "reports are")),
    });
    if independent < 2 {
        parts.push("Weak: nothing independent confirms it.".to_owned());
    }
    if open > 0 {
        parts.push(format!("Not graded: {}.", number(open, "report", "reports")));
    }
    if mapped > 0 {
        parts.push(format!("Graded on another scale only: {}.", number(mapped, "report", "reports")));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cited(grade: Option<&str>, is_mapped: bool) -> Cited {
        Cited { grade: grade.map(|grade| grade.parse().unwrap()), is_mapped }
    }

    #[test]
    fn a_descriptor_keeps_what_says_something_once() {
        let given = [
            (Factor::Currency, "two days old".to_owned()),
            (Factor::Access, "at the table".to_owned()),
            (Factor::Motivation, " ".to_owned()),
        ];
        assert_eq!(Descriptor::of(given).line(), "access: at the table; currency: two days old");
    }

    #[test]
    fn the_summary_counts_origins_and_says_what_is_weak() {
        let echo = summary(&[cited(Some("F6"), false), cited(None, false)], 1);
        assert!(echo.contains("2 reports of one independent origin"), "{echo}");
        assert!(echo.contains("no report is graded C3") && echo.contains("nothing independent"), "{echo}");
        let mapped = summary(&[cited(Some("B2"), true)], 1);
        assert!(mapped.contains("no report is graded C3") && mapped.contains("another scale"), "{mapped}");
        let good = summary(&[cited(Some("B2"), false), cited(Some("C3"), false)], 2);
        assert!(good.contains("Strong: 2 reports are") && !good.contains("Weak"), "{good}");
        assert_eq!(summary(&[], 0), "It rests on no report.");
    }
}
