//! Which alerts may stand in a feed that anybody reads.
//!
//! Source: CAP 1.2 sections 3.2.1 (`status`, `scope`) and TLP 2.0 (FIRST, 2022): only TLP:CLEAR
//! has no limit of disclosure.

use super::{Alert, Problem, Scope, Status};

/// A feed that anybody may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// People act on what stands in it.
    Live,
    /// For technical tests and exercises.
    Test,
}

impl Alert {
    /// Checks that the alert may stand in a public feed.
    ///
    /// # Errors
    ///
    /// Every [`Problem`]: a scope other than Public, a label above TLP:CLEAR among the codes, a
    /// status that does not belong in this feed.
    pub fn fits(&self, feed: Feed) -> Result<(), Vec<Problem>> {
        let real = self.status == Status::Actual;
        let labelled = self.codes.iter().any(|code| code.starts_with("TLP:") && code != "TLP:CLEAR");
        let rules = [
            ("alert/scope", self.scope == Scope::Public, "only scope Public stands in a feed"),
            ("alert/code", !labelled, "only TLP:CLEAR stands in a feed"),
            ("alert/status", self.status != Status::Draft, "a draft does not leave the house"),
            ("alert/status", real || feed == Feed::Test, "only status Actual stands in the live feed"),
            ("alert/status", !real || feed == Feed::Live, "status Actual does not stand in the test feed"),
        ];
        let broken = rules.into_iter().filter(|(_, kept, _)| !kept);
        let problems: Vec<Problem> =
            broken.map(|(path, _, rule)| Problem { path: path.to_owned(), rule }).collect();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cap::Time;

    fn alert() -> Alert {
        Alert::new("a-1", "desk@example.org", Time::utc(0).unwrap())
    }

    #[test]
    fn the_live_feed_takes_public_actual_clear_alerts_only() {
        assert_eq!(alert().fits(Feed::Live), Ok(()));
        assert_eq!(Alert { codes: vec!["TLP:CLEAR".into()], ..alert() }.fits(Feed::Live), Ok(()));
        for wrong in [
            Alert { status: Status::Test, ..alert() },
            Alert { status: Status::Exercise, ..alert() },
            Alert { status: Status::Draft, ..alert() },
            Alert { scope: Scope::Private, ..alert() },
            Alert { scope: Scope::Restricted, ..alert() },
            Alert { codes: vec!["TLP:AMBER".into()], ..alert() },
            Alert { codes: vec!["TLP:WHITE".into()], ..alert() },
        ] {
            assert_eq!(
                wrong.fits(Feed::Live).unwrap_err().len(),
                if wrong.status == Status::Draft { 2 } else { 1 }
            );
        }
    }

    #[test]
    fn the_test_feed_takes_tests_and_nothing_real() {
        assert_eq!(Alert { status: Status::Test, ..alert() }.fits(Feed::Test), Ok(()));
        assert!(alert().fits(Feed::Test).is_err());
        assert!(Alert { status: Status::Draft, ..alert() }.fits(Feed::Test).is_err());
    }
}
