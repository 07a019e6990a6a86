//! Escalation chains: whom of our own people a silence or a dismissal calls, in which order and how fast.
//!
//! A chain has one to four steps. Each names an office, whoever is on duty there, or one officer. When the
//! steps are through it begins again, at most nine times, and then the record says that nobody answered.
//! It ends before that when as many people have taken it as are wanted. What a chain does not know: whether
//! the reason still stands, and who is on duty.
//!
//! Source: alarm philosophy of the console (first answer clock, our proposal); doctrine 1, state machine.

use crate::Time;
use crate::task::Priority;
use crate::time::{HOUR_US, MINUTE_US};
use std::fmt;

/// How long one step waits before the next is called: 5 minutes, 15 minutes, 8 hours.
#[must_use]
pub const fn step_us(priority: Priority) -> i64 {
    match priority {
        Priority::Critical => 5 * MINUTE_US,
        Priority::High => 15 * MINUTE_US,
        Priority::Routine => 8 * HOUR_US,
    }
}

/// How long an acknowledgement may stand without a record of what was done: 1, 4 and 24 hours.
#[must_use]
pub const fn action_us(priority: Priority) -> i64 {
    match priority {
        Priority::Critical => HOUR_US,
        Priority::High => 4 * HOUR_US,
        Priority::Routine => 24 * HOUR_US,
    }
}

/// Why people are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The recipient has not answered within the time.
    Silence,
    /// The recipient does not accept the warning.
    Dismissal,
}

impl Why {
    /// Returns the word used in storage and in the record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Silence => "silence",
            Self::Dismissal => "dismissal",
        }
    }

    /// Finds a reason by its word.
    pub fn find(word: &str) -> Option<Self> {
        [Self::Silence, Self::Dismissal].into_iter().find(|why| why.as_str() == word)
    }
}

/// An office somebody is on duty in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Office {
    /// The duty desk.
    Desk,
    /// The second officer.
    Second,
    /// The head of the desk.
    Head,
    /// Whoever speaks to the head of the other organisation.
    Other,
}

impl Office {
    /// All offices, in the order in which the chain that is built in calls them.
    pub const ALL: [Self; 4] = [Self::Desk, Self::Second, Self::Head, Self::Other];

    /// Returns the word used in storage and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Second => "second",
            Self::Head => "head",
            Self::Other => "other",
        }
    }

    /// Returns the words an officer reads.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Desk => "duty desk",
            Self::Second => "second officer",
            Self::Head => "head of desk",
            Self::Other => "head of the other organisation",
        }
    }

    /// Finds an office by its word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|office| office.as_str() == word)
    }
}

/// Who is called at one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Whoever is on duty in an office.
    Office(Office),
    /// One officer by name, on duty or not.
    Officer(String),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Office(office) => f.write_str(office.as_str()),
            Self::Officer(name) => write!(f, "officer:{name}"),
        }
    }
}

/// A chain as somebody set it, or as it was frozen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    priority: Priority,
    steps: Vec<Step>,
    quorum: i64,
    repeats: i64,
}

/// A chain that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotAChain(String);

impl Chain {
    /// Returns the chain that holds while nobody has set another: four offices, one answer, nine repeats.
    #[must_use]
    pub fn built_in(priority: Priority) -> Self {
        let steps = Office::ALL.into_iter().map(Step::Office).collect();
        Self { priority, steps, quorum: 1, repeats: REPEATS_MAX }
    }

    /// Reads a chain: steps such as `desk,second,officer:Mara`, how many must take it, how often it
    /// begins again.
    ///
    /// # Errors
    ///
    /// [`NotAChain`] without a step or with more than four, with an unknown office or a name that holds a
    /// comma, with a quorum of nobody or of more than [`QUORUM_MAX`], with more than nine repeats.
    pub fn read(priority: Priority, steps: &str, quorum: i64, repeats: i64) -> Result<Self, NotAChain> {
        let no = |says: String| Err(NotAChain(says));
        let mut read = Vec::new();
        for word in steps.split(',').map(str::trim) {
            let step = match word.strip_prefix("officer:").map(str::trim) {
                Some(name) if !name.is_empty() => Step::Officer(name.to_owned()),
                Some(_) => return no("officer: needs a name, as in officer:Mara".to_owned()),
                None => match Office::find(word) {
                    Some(office) => Step::Office(office),
                    None => {
                        return no(format!(
                            "{word:?} is no step: write desk, second, head, other or officer:NAME"
                        ));
                    }
                },
            };
            read.push(step);
        }
        if read.len() > STEPS_MAX {
            return no(format!("a chain has at most {STEPS_MAX} steps, this one has {}", read.len()));
        }
        if !(1..=QUORUM_MAX).contains(&quorum) {
            return no(format!("between 1 and {QUORUM_MAX} people must take it, not {quorum}"));
        }
        if !(0..=REPEATS_MAX).contains(&repeats) {
            return no(format!("a chain begins again at most {REPEATS_MAX} times, not {repeats}"));
        }
        Ok(Self { priority, steps: read, quorum, repeats })
    }

    /// Returns the priority.
    #[must_use]
    pub const fn priority(&self) -> Priority {
        self.priority
    }

    /// Returns the steps, at least one.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns how many people must take it.
    #[must_use]
    pub const fn quorum(&self) -> i64 {
        self.quorum
    }

    /// Returns how often it begins again.
    #[must_use]
    pub const fn repeats(&self) -> i64 {
        self.repeats
    }

    /// Returns the steps as [`Chain::read`] reads them.
    #[must_use]
    pub fn text(&self) -> String {
        self.steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }

    /// Returns how many calls there are before the record says that nobody answered.
    #[must_use]
    pub fn calls_max(&self) -> i64 {
        let steps = i64::try_from(self.steps.len()).unwrap_or(1);
        steps.saturating_mul(1 + self.repeats)
    }

    /// Returns who is called, for calls from 1; `None` when the chain is through.
    #[must_use]
    pub fn at(&self, call: i64) -> Option<&Step> {
        if call > self.calls_max() {
            return None;
        }
        let place = usize::try_from(call.checked_sub(1)?).ok()?;
        self.steps.get(place.checked_rem(self.steps.len())?)
    }

    /// Returns the place of a call within the steps, from 1.
    #[must_use]
    pub fn place(&self, call: i64) -> i64 {
        let steps = i64::try_from(self.steps.len()).unwrap_or(1).max(1);
        (call - 1).rem_euclid(steps) + 1
    }

    /// Returns when the step after a call of this moment is due.
    #[must_use]
    pub const fn next(&self, called: Time) -> Time {
        called.plus(step_us(self.priority))
    }

    /// Says whether as many different people have taken it as are wanted.
    #[must_use]
    pub const fn is_taken(&self, people: i64) -> bool {
        people >= self.quorum
    }
}

/// The most steps of a chain.
pub const STEPS_MAX: usize = 4;
/// The most people a chain may want.
pub const QUORUM_MAX: i64 = 4;
/// How often a chain begins again at most.
pub const REPEATS_MAX: i64 = 9;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..4_usize).prop_map(|at| Step::Office(Office::ALL[at])),
            "[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8})?".prop_map(Step::Officer),
        ]
    }

    fn chain() -> impl Strategy<Value = Chain> {
        let priority = prop_oneof![Just(Priority::Critical), Just(Priority::High), Just(Priority::Routine)];
        (priority, prop::collection::vec(step(), 1..=4), 1..=4_i64, 0..=9_i64)
            .prop_map(|(priority, steps, quorum, repeats)| Chain { priority, steps, quorum, repeats })
    }

    #[test]
    fn a_step_lasts_five_minutes_a_quarter_of_an_hour_or_eight_hours() {
        let lasts = |priority| step_us(priority) / MINUTE_US;
        assert_eq!([Priority::Critical, Priority::High, Priority::Routine].map(lasts), [5, 15, 480]);
    }

    #[test]
    fn a_chain_that_cannot_be_says_why() {
        let read = |steps, quorum, repeats| Chain::read(Priority::High, steps, quorum, repeats);
        assert!(read("desk,second,head,other", 2, 9).is_ok());
        for (steps, quorum, repeats, why) in [
            ("", 1, 1, "is no step"),
            ("desk,boss", 1, 1, "is no step"),
            ("officer:", 1, 1, "needs a name"),
            ("desk,desk,desk,desk,desk", 1, 1, "at most 4"),
            ("desk", 0, 1, "people must take it"),
            ("desk", 5, 1, "people must take it"),
            ("desk", 1, 10, "at most 9 times"),
            ("desk", 1, -1, "at most 9 times"),
        ] {
            let says = read(steps, quorum, repeats).unwrap_err().to_string();
            assert!(says.contains(why), "{says}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(chain in chain()) {
            let again = Chain::read(chain.priority, &chain.text(), chain.quorum, chain.repeats);
            prop_assert_eq!(again, Ok(chain));
        }

        #[test]
        fn every_call_reaches_somebody_until_the_chain_is_through(chain in chain(), call in 1..60_i64) {
            let through = call > chain.steps.len() as i64 * (1 + chain.repeats);
            prop_assert_eq!(chain.at(call).is_none(), through);
            prop_assert!(chain.calls_max() <= 40);
            prop_assert_eq!(chain.at(0), None);
            if let Some(step) = chain.at(call) {
                let place = usize::try_from(chain.place(call)).unwrap();
                prop_assert_eq!(step, &chain.steps[place - 1]);
            }
        }

        #[test]
        fn the_next_step_is_never_early_and_never_later_than_its_time(chain in chain(), at in 0..1_i64 << 50) {
            let called = Time::from_micros(at);
            prop_assert_eq!(chain.next(called).since(called), step_us(chain.priority));
        }

        #[test]
        fn fewer_people_than_wanted_end_nothing(chain in chain(), people in 0..8_i64) {
            prop_assert_eq!(chain.is_taken(people), people >= chain.quorum);
            prop_assert!(!chain.is_taken(0));
        }
    }
}
