//! Who may do what: roles and actions.
//!
//! The machine ([`Role::System`]) may carry and count; it may not assess, decide, release or close.
//! Author ≠ approver and reader ≠ second reader are rules about persons, not roles, and stand with
//! their verbs.

use std::fmt;

/// What somebody is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Watches the floor: receives, triages, answers the telephone.
    Duty,
    /// Screens, grades, assesses and drafts.
    Analyst,
    /// Decides on the duty to warn and approves releases.
    Senior,
    /// Keeps the register of people at risk.
    CaseOfficer,
    /// Speaks with partners and answers for this desk.
    Liaison,
    /// Reads the record and proves it.
    Auditor,
    /// Keeps the node running; sees no case.
    Admin,
    /// The program itself.
    System,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 8] = [
        Self::Duty,
        Self::Analyst,
        Self::Senior,
        Self::CaseOfficer,
        Self::Liaison,
        Self::Auditor,
        Self::Admin,
        Self::System,
    ];

    /// Returns the word used in storage and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duty => "duty",
            Self::Analyst => "analyst",
            Self::Senior => "senior",
            Self::CaseOfficer => "case-officer",
            Self::Liaison => "liaison",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
            Self::System => "system",
        }
    }

    /// Returns the word as it stands in a sentence, such as `an analyst`.
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Duty => "a duty officer",
            Self::Analyst => "an analyst",
            Self::Senior => "a senior officer",
            Self::CaseOfficer => "a case officer",
            Self::Liaison => "a liaison officer",
            Self::Auditor => "an auditor",
            Self::Admin => "an administrator",
            Self::System => "the program",
        }
    }

    /// Finds a role by its word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Says whether somebody in this role may do `action`.
    pub const fn may(self, action: Action) -> bool {
        use Action as A;
        match self {
            Self::System => matches!(action, A::Gather | A::Screen | A::Deliver | A::Escalate),
            Self::Admin => matches!(action, A::Administer),
            Self::Auditor => matches!(action, A::ReadDesk | A::ReadRecord | A::Oversee),
            Self::Duty => matches!(
                action,
                A::ReadDesk | A::ReadRecord | A::Gather | A::Triage | A::Draft | A::Answer | A::Deliver
            ),
            Self::Analyst => matches!(
                action,
                A::ReadDesk
                    | A::ReadRecord
                    | A::Gather
                    | A::Triage
                    | A::Screen
                    | A::Grade
                    | A::Assess
                    | A::Draft
                    | A::Answer
            ),
            Self::Senior => !matches!(action, A::Administer | A::Register | A::Oversee),
            Self::CaseOfficer => {
                matches!(action, A::ReadDesk | A::Gather | A::Draft | A::Register | A::Answer | A::Deliver)
            }
            Self::Liaison => matches!(
                action,
                A::ReadDesk | A::ReadRecord | A::Gather | A::Draft | A::Answer | A::Deliver | A::Partner
            ),
        }
    }
}

impl serde::Serialize for Role {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])+ $variant:ident = $word:literal,)+) => {
        /// Something a role may or may not do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$doc])+ $variant,)+ }

        impl Action {
            /// All actions.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the word used in refusals and in the reviewed access file.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

actions! {
    /// Reads reports, cases and warnings as far as the label allows.
    ReadDesk = "read the desk",
    /// Reads the record and takes proofs from it.
    ReadRecord = "read the record",
    /// Takes in a report.
    Gather = "gather",
    /// Reads a report as the first human and opens a case.
    Triage = "triage",
    /// Runs and decides matches against the register.
    Screen = "screen",
    /// Grades a report.
    Grade = "grade",
    /// Assesses the threshold of the duty to warn.
    Assess = "assess",
    /// Decides to warn or to waive; reviews dismissals; closes.
    Decide = "decide",
    /// Writes a warning and cuts versions.
    Draft = "draft",
    /// Approves a version somebody else wrote.
    Approve = "approve",
    /// Sends, retries and states a delivery in person.
    Deliver = "deliver",
    /// Records an answer, or answers a received warning.
    Answer = "answer",
    /// Moves an unanswered delivery up the ladder.
    Escalate = "escalate",
    /// Adds people, groups and places at risk.
    Register = "keep the register",
    /// Answers for what the register may hold: looks at lists that are offered.
    Oversee = "oversee the register",
    /// Adds partners and audiences.
    Partner = "keep partners",
    /// Adds officers and changes settings.
    Administer = "administer",
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_decides_nothing() {
        for action in [Action::Assess, Action::Decide, Action::Approve, Action::Grade, Action::Draft] {
            assert!(!Role::System.may(action), "{action}");
        }
    }

    #[test]
    fn the_administrator_reads_no_case() {
        assert!(!Role::Admin.may(Action::ReadDesk));
        assert!(!Role::Admin.may(Action::ReadRecord));
    }

    #[test]
    fn every_action_is_somebodys() {
        for action in Action::ALL {
            assert!(Role::ALL.iter().any(|role| role.may(*action)), "{action}");
        }
    }
}
