//! Takes a step by its name, for the command line and the exercises.

use serde_json::{Map, Value};

use super::fields::{At, Shape, Step};
use super::refused::{Fault, Faults};
use super::transition::{Transition, permitted};
use super::{Actor, Duty, Event, Refused, State};

/// Calls `$call!` with the structs of all steps.
macro_rules! each_step {
    ($call:ident) => {
        $call!(
            Triage,
            Retriage,
            Assessment,
            NotMet,
            Query,
            AnsweredMet,
            AnsweredNotMet,
            ResolveVictim,
            RouteToProtector,
            Submit,
            Expedite,
            WarnDecision,
            WaiverDecision,
            Objection,
            ArbitrateWarn,
            ArbitrateWaive,
            ExpireOrNewInfo,
            Release,
            Sending,
            Receipt,
            Failure,
            RetryAlternate,
            Exhausted,
            Ack,
            Timeout,
            LateAck,
            AlternateRoute,
            ReportAction,
            Dismiss,
            Refusal,
            ReviewDismissal,
            StandDown,
            StandDownWaived,
            Reoffer,
            CloseNotMet,
            Close,
            NewInfo
        )
    };
}
#[cfg(test)]
pub(super) use each_step;

impl Duty {
    /// Takes the step `event` with fields under the names of the table.
    ///
    /// `assess` means "not met" when `second_reader` or `missing_elements` is
    /// given; `arbitrate` follows its `ruling`, or an `expiry` without one.
    ///
    /// # Errors
    ///
    /// [`Refused`] with the unchanged duty; it names all missing, unknown and
    /// unreadable fields at once, and the guards once the fields are readable.
    pub fn apply(
        self,
        event: &str,
        given: &Map<String, Value>,
        actor: &Actor,
        now_us: i64,
    ) -> Result<Self, Refused> {
        let Ok(known) = event.parse::<Event>() else {
            return Err(self.refuse(event, vec![Fault::UnknownEvent]));
        };
        let Some(row) = choose(self.state, known, given) else {
            return Err(self.refuse(event, vec![Fault::NotPermitted]));
        };
        macro_rules! dispatch {
            ($($name:ident),+) => {
                $(if fits::<super::$name>(row) {
                    return self.parsed::<super::$name>(row, given, actor, now_us);
                })+
            };
        }
        each_step!(dispatch);
        Err(self.refuse(event, vec![Fault::NotPermitted]))
    }

    fn parsed<F: Step>(
        self,
        row: &Transition,
        given: &Map<String, Value>,
        actor: &Actor,
        now_us: i64,
    ) -> Result<Self, Refused> {
        let mut faults = Faults::default();
        let is_given = |name: &str| given.get(name).is_some_and(|value| !value.is_null());
        for field in row.required.iter().chain(row.also).filter(|field| !field.ends_with('?')) {
            if !field.split('|').any(is_given) {
                faults.missing(field);
            }
        }
        let read = F::parse(given, &mut faults);
        for name in given.keys().filter(|name| row.field_names().all(|known| known != name.as_str())) {
            faults.push(Fault::Unknown(name.clone()));
        }
        match read {
            Some(fields) if faults.is_empty() => self.step(fields, actor, now_us),
            Some(fields) => {
                fields.blanks(&mut faults);
                fields.check(&At { duty: &self, actor, now_us }, &mut faults);
                Err(self.refuse_with(row, actor, faults))
            }
            None => Err(self.refuse_with(row, actor, faults)),
        }
    }

    fn refuse_with(self, row: &Transition, actor: &Actor, mut faults: Faults) -> Refused {
        self.check_actor(row, actor, &mut faults);
        self.refuse(row.event.as_str(), faults.into_vec())
    }
}

/// Chooses between the two outcomes of `assess` and `arbitrate`.
fn choose(from: State, event: Event, given: &Map<String, Value>) -> Option<&'static Transition> {
    let to = match event {
        Event::Assess if given.contains_key("second_reader") || given.contains_key("missing_elements") => {
            Some(State::AssessedNotMet)
        }
        Event::Arbitrate => match given.get("ruling").and_then(Value::as_str) {
            Some("waive") => Some(State::Waived),
            None if given.contains_key("expiry") => Some(State::Waived),
            _ => None,
        },
        _ => None,
    };
    permitted(from, event).find(|row| to.is_none_or(|to| row.to == to))
}

fn fits<F: Shape>(row: &Transition) -> bool {
    F::EVENT == row.event && F::TO == row.to && F::FROM.contains(&row.from)
}
