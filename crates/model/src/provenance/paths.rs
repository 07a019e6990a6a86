//! Follows the ties between reports to the origins at which they end.

use std::collections::{BTreeMap, BTreeSet};

/// Holds reports with their origins, and which rests on which.
///
/// A report that is tied to something unknown, such as a newspaper nobody took in, ends there: its name
/// is then an origin.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    origins: BTreeMap<String, String>,
    ups: BTreeMap<String, BTreeSet<String>>,
}

impl Paths {
    /// Puts reports `(id, origin)` and ties `(report, what it rests on)` together.
    ///
    /// Origins are compared without regard to case and outer blanks. A blank origin is unknown: it can
    /// be shown to be independent of nothing.
    pub fn new(
        reports: impl IntoIterator<Item = (String, String)>,
        ties: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let mut ups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in ties {
            ups.entry(from).or_default().insert(to);
        }
        let origins = reports.into_iter().map(|(id, origin)| (id, key(&origin))).collect();
        Self { origins, ups }
    }

    /// Lists every origin met on any way from `report`, its own included: what it may depend on.
    #[must_use]
    pub fn reach(&self, report: &str) -> BTreeSet<String> {
        self.walk(report).into_iter().map(|each| self.origin(each)).filter(|each| !each.is_empty()).collect()
    }

    /// Lists the origins at which the ways from `report` end. Reports that rest on each other in a
    /// circle end at the first of them.
    #[must_use]
    pub fn roots(&self, report: &str) -> BTreeSet<String> {
        let seen = self.walk(report);
        let ends = |each: &&&str| self.ups.get(**each).is_none_or(BTreeSet::is_empty);
        let mut ends: Vec<&str> = seen.iter().filter(ends).copied().collect();
        if ends.is_empty() {
            ends.extend(seen.iter().next().copied());
        }
        ends.into_iter().map(|each| self.origin(each)).filter(|each| !each.is_empty()).collect()
    }

    /// Counts the independent origins among `reports`: those that share no origin on any way.
    ///
    /// Exact for 0, 1 and "2 or more", as [`disjoint_count`].
    pub fn independent<'a>(&self, reports: impl IntoIterator<Item = &'a str>) -> usize {
        disjoint_count(reports.into_iter().map(|report| self.reach(report)).collect())
    }

    /// Tells whether one of `others` confirms `report`: no way from the one meets a way from the other.
    pub fn is_confirmed<'a>(&self, report: &str, others: impl IntoIterator<Item = &'a str>) -> bool {
        let own = self.reach(report);
        let confirms = |other: &str| {
            let reach = self.reach(other);
            !reach.is_empty() && reach.is_disjoint(&own)
        };
        !own.is_empty() && others.into_iter().any(confirms)
    }

    fn walk<'a>(&'a self, report: &'a str) -> BTreeSet<&'a str> {
        let (mut seen, mut open) = (BTreeSet::from([report]), vec![report]);
        while let Some(each) = open.pop() {
            for up in self.ups.get(each).into_iter().flatten() {
                if seen.insert(up.as_str()) {
                    open.push(up);
                }
            }
        }
        seen
    }

    fn origin(&self, report: &str) -> String {
        self.origins.get(report).cloned().unwrap_or_else(|| key(report))
    }
}

/// Counts sets that share nothing with each other.
///
/// The result is exact for 0, 1 and "2 or more", which is all that any rule asks; beyond that it may be
/// low. Empty sets are unknown: alone they count once, beside known ones not at all.
#[must_use]
pub fn disjoint_count(sets: Vec<BTreeSet<String>>) -> usize {
    let disjoint_from = |seed: &BTreeSet<String>| {
        let mut seen = seed.clone();
        let mut count = 1;
        for other in &sets {
            if !other.is_empty() && other.is_disjoint(&seen) {
                seen.extend(other.iter().cloned());
                count += 1;
            }
        }
        count
    };
    let known = sets.iter().filter(|each| !each.is_empty());
    known.map(disjoint_from).max().unwrap_or(usize::from(!sets.is_empty()))
}

fn key(origin: &str) -> String {
    origin.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paths(reports: &[(&str, &str)], ties: &[(&str, &str)]) -> Paths {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        Paths::new(owned(reports), owned(ties))
    }

    #[test]
    fn four_reports_of_one_blog_are_one_origin() {
        let reports = [("R1", "blog"), ("R2", "paper"), ("R3", "P1"), ("R4", "P2")];
        let four = paths(&reports, &[("R2", "R1"), ("R3", "R2"), ("R4", "R3")]);
        assert_eq!(four.independent(["R1", "R2", "R3", "R4"]), 1);
        assert_eq!(four.roots("R4"), BTreeSet::from(["blog".to_owned()]));
        assert!(!four.is_confirmed("R1", ["R2", "R3", "R4"]));
        let untied = paths(&reports, &[]);
        assert_eq!(untied.independent(["R1", "R2", "R3", "R4"]), 4);
        assert!(untied.is_confirmed("R1", ["R2"]));
    }

    #[test]
    fn an_upstream_nobody_took_in_is_an_origin() {
        let two = paths(&[("R1", "paper"), ("R2", "radio")], &[("R1", "The Agency"), ("R2", "the agency")]);
        assert_eq!(two.independent(["R1", "R2"]), 1);
        assert_eq!(two.roots("R1"), BTreeSet::from(["the agency".to_owned()]));
    }

    #[test]
    fn reports_that_rest_on_each_other_end_somewhere() {
        let circle = paths(&[("R1", "a"), ("R2", "b")], &[("R1", "R2"), ("R2", "R1")]);
        assert_eq!(circle.roots("R2"), BTreeSet::from(["a".to_owned()]));
        assert_eq!(circle.independent(["R1", "R2"]), 1);
    }

    #[test]
    fn an_unknown_origin_confirms_nothing() {
        let unknown = paths(&[("R1", "a"), ("R2", " ")], &[]);
        assert!(!unknown.is_confirmed("R1", ["R2"]));
        assert!(!unknown.is_confirmed("R2", ["R1"]));
    }

    const NAMES: [&str; 6] = ["R0", "R1", "R2", "R3", "R4", "R5"];

    fn some_ties() -> impl Strategy<Value = Vec<(usize, usize)>> {
        prop::collection::vec((0..6_usize, 0..6_usize), 0..12)
    }

    fn build(origins: &[u8], ties: &[(usize, usize)]) -> Paths {
        let reports = NAMES.iter().zip(origins).map(|(name, o)| ((*name).to_owned(), format!("o{o}")));
        let ties = ties.iter().map(|(a, b)| (NAMES[*a].to_owned(), NAMES[*b].to_owned()));
        Paths::new(reports, ties)
    }

    proptest! {
        #[test]
        fn while_all_ways_meet_one_origin_nothing_is_confirmed(
            origins in prop::collection::vec(0..4_u8, 6), ties in some_ties(), root in 0..6_usize,
        ) {
            let mut ties = ties;
            ties.extend((0..6).filter(|each| *each != root).map(|each| (each, root)));
            let paths = build(&origins, &ties);
            for report in NAMES {
                prop_assert!(!paths.is_confirmed(report, NAMES));
            }
            prop_assert_eq!(paths.independent(NAMES), 1);
        }

        #[test]
        fn one_more_tie_never_makes_more_independent(
            origins in prop::collection::vec(0..4_u8, 6), ties in some_ties(), more in (0..6_usize, 0..6_usize),
        ) {
            let before = build(&origins, &ties);
            let mut ties = ties;
            ties.push(more);
            let after = build(&origins, &ties);
            prop_assert!(after.independent(NAMES).min(2) <= before.independent(NAMES).min(2));
            for report in NAMES {
                prop_assert!(!after.is_confirmed(report, NAMES) || before.is_confirmed(report, NAMES));
            }
        }

        #[test]
        fn confirmed_needs_two_that_share_no_origin(
            origins in prop::collection::vec(0..4_u8, 6), ties in some_ties(),
        ) {
            let paths = build(&origins, &ties);
            let confirmed = NAMES.iter().any(|report| paths.is_confirmed(report, NAMES));
            prop_assert_eq!(confirmed, paths.independent(NAMES) >= 2);
        }

        #[test]
        fn every_root_is_reached(origins in prop::collection::vec(0..4_u8, 6), ties in some_ties()) {
            let paths = build(&origins, &ties);
            for report in NAMES {
                prop_assert!(!paths.roots(report).is_empty());
                prop_assert!(paths.roots(report).is_subset(&paths.reach(report)));
            }
        }
    }
}
