//! Says why a step was refused, and hands the duty back unchanged.

use std::fmt;

use super::{Duty, State};

/// Refuses a step; nothing has changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{state} refuses {event}: {}", list(.faults))]
pub struct Refused {
    /// The duty as it was.
    pub duty: Box<Duty>,
    /// The state it is in.
    pub state: State,
    /// The event as it was named.
    pub event: String,
    /// Everything that is wrong, all at once; never empty.
    pub faults: Vec<Fault>,
}

impl Refused {
    /// Lists the missing fields in the order of the table.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let name = |fault: &Fault| match fault {
            Fault::Missing(field) => Some(*field),
            _ => None,
        };
        self.faults.iter().filter_map(name).collect()
    }
}

/// Names one thing that is wrong with a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No such event exists.
    UnknownEvent,
    /// The table has no such step from this state.
    NotPermitted,
    /// The field is absent or blank.
    Missing(&'static str),
    /// The field is not part of this step.
    Unknown(String),
    /// The field holds something that it cannot hold.
    Invalid {
        /// Name of the field.
        field: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The condition does not hold.
    Guard(&'static str),
    /// Only a named human may do this.
    HumanOnly,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownEvent => f.write_str("no such event"),
            Self::NotPermitted => f.write_str("not a permitted step from this state"),
            Self::Missing(field) => write!(f, "missing {field}"),
            Self::Unknown(field) => write!(f, "unknown field {field}"),
            Self::Invalid { field, why } => write!(f, "{field}: {why}"),
            Self::Guard(guard) => f.write_str(guard),
            Self::HumanOnly => f.write_str("only a named human may do this"),
        }
    }
}

/// Collects what is wrong with a step.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault once: a blank field may be noticed twice.
    pub(super) fn push(&mut self, fault: Fault) {
        if !self.0.contains(&fault) {
            self.0.push(fault);
        }
    }

    pub(super) fn missing(&mut self, field: &'static str) {
        self.push(Fault::Missing(field));
    }

    pub(super) fn invalid(&mut self, field: &'static str, why: impl Into<String>) {
        self.push(Fault::Invalid { field, why: why.into() });
    }

    /// Adds the guard as a fault unless it `holds`.
    pub(super) fn guard(&mut self, holds: bool, guard: &'static str) {
        if !holds {
            self.push(Fault::Guard(guard));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn into_vec(self) -> Vec<Fault> {
        self.0
    }
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ")
}
