//! Turns named fields into typed steps, and says at once what is wrong.
//!
//! Each step is one struct: its fields are the fields of the doctrine under the
//! doctrine's names (times are microseconds, so `expiry` is `expiry_us` in
//! Rust). A blank text or an empty list counts as missing, because a required
//! field that says nothing is the usual way around a required field; a list
//! that may be empty says so with [`Listed`].

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::refused::Faults;
use super::{Actor, Duty, Event, State};

/// Is a list that may be empty: empty says "none", absent says nobody looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Listed<T>(pub Vec<T>);

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// Tells whether a field says anything.
pub(super) trait Filled {
    fn filled(&self) -> bool;
}

impl Filled for String {
    fn filled(&self) -> bool {
        !self.trim().is_empty()
    }
}

impl<T: Filled> Filled for Option<T> {
    fn filled(&self) -> bool {
        self.as_ref().is_none_or(Filled::filled)
    }
}

impl<T: Filled> Filled for Vec<T> {
    fn filled(&self) -> bool {
        !self.is_empty() && self.iter().all(Filled::filled)
    }
}

impl<T: Filled> Filled for Listed<T> {
    fn filled(&self) -> bool {
        self.0.iter().all(Filled::filled)
    }
}

/// Declares types that always say something.
macro_rules! always_filled {
    ($($name:ty),+ $(,)?) => {$(
        impl $crate::duty::fields::Filled for $name {
            fn filled(&self) -> bool {
                true
            }
        }
    )+};
}

/// Declares structs that say something if the named fields do.
macro_rules! filled_if {
    ($($name:ident: $($field:ident),+;)+) => {$(
        impl $crate::duty::fields::Filled for $name {
            fn filled(&self) -> bool {
                $($crate::duty::fields::Filled::filled(&self.$field))&&+
            }
        }
    )+};
}

pub(super) use {always_filled, filled_if};

always_filled!(
    i64,
    u8,
    bool,
    crate::digest::Digest,
    crate::grade::SourceReliability,
    crate::grade::InfoCredibility,
    crate::grade::Grade,
    crate::grade::Likelihood,
    crate::grade::Confidence,
    super::Harm,
    super::Impending,
    super::VictimKind,
    super::Credible,
    super::Detail,
    super::Element,
    super::Ttl,
);

/// Holds what a step is checked against.
pub(super) struct At<'a> {
    pub(super) duty: &'a Duty,
    pub(super) actor: &'a Actor,
    pub(super) now_us: i64,
}

/// Says who takes a step, and when.
pub(super) struct By<'a> {
    pub(super) actor: &'a Actor,
    pub(super) now_us: i64,
}

impl At<'_> {
    /// Requires that the officer named is the human who acts: otherwise one
    /// person could enter another's decision and the four eyes would be two.
    pub(super) fn is_actor(&self, named: &str, faults: &mut Faults) {
        faults.guard(self.actor.human() == Some(named.trim()), "the officer named must be the one who acts");
    }

    /// Requires a time that has come; 5 minutes of clock difference are fine.
    pub(super) fn is_past(&self, field: &'static str, time_us: i64, faults: &mut Faults) {
        if time_us <= 0 || time_us > self.now_us.saturating_add(5 * super::limits::MINUTE_US) {
            faults.invalid(field, "must be a time that has come, in microseconds");
        }
    }

    /// Requires a time after now and at most `max_us` away.
    pub(super) fn is_ahead(&self, field: &'static str, time_us: i64, max_us: i64, faults: &mut Faults) {
        if time_us <= self.now_us || time_us > self.now_us.saturating_add(max_us) {
            faults.invalid(field, format!("must be ahead, by at most {} h", max_us / super::limits::HOUR_US));
        }
    }
}

/// Is the shape of a step: where it fits and how it is read.
pub(super) trait Shape: Sized {
    const EVENT: Event;
    const FROM: &'static [State];
    const TO: State;
    /// Reads the fields, noting every one that is missing or unreadable.
    fn parse(given: &Map<String, Value>, faults: &mut Faults) -> Option<Self>;
    /// Notes every field that is blank.
    fn blanks(&self, faults: &mut Faults);
}

/// Is a step: its guard and what it leaves in the duty.
pub(super) trait Step: Shape {
    /// Notes every condition that does not hold.
    fn check(&self, _at: &At<'_>, _faults: &mut Faults) {}
    /// Leaves in the duty what later steps need to know.
    fn record(self, _duty: &mut Duty, _by: &By<'_>) {}
}

/// Reads one field; an absent optional field reads as JSON `null` does.
pub(super) fn field<T: DeserializeOwned>(
    given: &Map<String, Value>,
    name: &'static str,
    faults: &mut Faults,
) -> Option<T> {
    let value = given.get(name).unwrap_or(&Value::Null);
    match T::deserialize(value) {
        Ok(read) => Some(read),
        Err(_) if value.is_null() => {
            faults.missing(name);
            None
        }
        Err(why) => {
            faults.invalid(name, why.to_string());
            None
        }
    }
}

/// Declares one step: `method(Struct): Event, [From, …] => To { fields }`.
macro_rules! step {
    ($(#[$meta:meta])* $method:ident($name:ident): $event:ident, [$($from:ident),+] => $to:ident {
        $($(#[$doc:meta])* $field:ident: $ty:ty = $json:literal),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$doc])* #[serde(rename = $json)] pub $field: $ty),+
        }

        impl $crate::duty::fields::Shape for $name {
            const EVENT: $crate::duty::Event = $crate::duty::Event::$event;
            const FROM: &'static [$crate::duty::State] = &[$($crate::duty::State::$from),+];
            const TO: $crate::duty::State = $crate::duty::State::$to;

            fn parse(
                given: &serde_json::Map<String, serde_json::Value>,
                faults: &mut $crate::duty::refused::Faults,
            ) -> Option<Self> {
                $(let $field = $crate::duty::fields::field::<$ty>(given, $json, faults);)+
                Some(Self { $($field: $field?),+ })
            }

            fn blanks(&self, faults: &mut $crate::duty::refused::Faults) {
                $(if !$crate::duty::fields::Filled::filled(&self.$field) {
                    faults.missing($json);
                })+
            }
        }

        impl $crate::duty::Duty {
            $(#[$meta])*
            ///
            /// # Errors
            ///
            /// [`Refused`](crate::duty::Refused) with the unchanged duty and every fault.
            pub fn $method(
                self,
                fields: $name,
                actor: &$crate::duty::Actor,
                now_us: i64,
            ) -> Result<Self, $crate::duty::Refused> {
                self.step(fields, actor, now_us)
            }
        }
    };
}
pub(super) use step;
