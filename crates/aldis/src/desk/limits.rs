//! What happens when a duty stays in a state longer than it may.
//!
//! Not a verb: [`super::escalate`] calls this when the timer is due. The machine says so in the record,
//! moves the task up the ladder and calls the next person; what must be decided stays open.
//!
//! Rule: `model::duty::limit_us`, which the threat-to-life grade drives.

use super::determine::{self, Seen};
use super::timers::{self, Due, Timer};
use super::{escalate, tasks};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::Result;
use crate::journal;
use aldis_model::Time;
use aldis_model::duty::{HOUR_US, State, Ttl, limit_us};
use aldis_model::event::{Event, Kind};
use aldis_model::task::{Priority, Task};

/// Records a missed limit and sets the next step: after once, twice and four times the limit.
pub(super) fn missed(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due) -> Result<()> {
    let duty = determine::seen_by_machine(tx, &due.thing)?;
    let Some(due_at) = duty.due_at.filter(|due_at| *due_at <= ctx.now) else { return Ok(()) };
    let limit = match duty.state {
        // The answer's own date has passed: a decision is forced, and asked for every hour.
        State::NeedsInfo => HOUR_US,
        state => limit_us(state, duty.ttl.parse().unwrap_or(Ttl::Critical)).unwrap_or(HOUR_US),
    };
    let next = ctx.now.plus(limit.saturating_mul(1 << (due.step - 1).clamp(0, 2)));
    for kind in Task::ALL {
        tasks::move_up(tx, *kind, &due.thing, due.step, next)?;
    }
    if duty.state == State::NeedsInfo && due.step == 1 {
        force_decision(tx, ctx, &duty, next)?;
    }
    if due.step < STEPS_MAX {
        timers::set(tx, ctx, Timer::Limit, &due.thing, due.step + 1, next)?;
    }
    let event = Event::new(Kind::LimitMissed, duty.label.clone())
        .case(Some(&duty.case))
        .with("duty", &duty.id)
        .with("victim", &duty.victim)
        .with("state", duty.state)
        .with("ttl", &duty.ttl)
        .with("due_at", due_at)
        .with("step", due.step)
        .with("notified", escalate::called(due.step));
    journal::append(tx, ctx, event).map(|_| ())
}

/// Opens what an answer that did not come leaves behind: doubt is resolved in favour of warning.
fn force_decision(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Seen, due: Time) -> Result<()> {
    let new = tasks::New {
        kind: Task::Assess,
        priority: Priority::Critical,
        case: Some(&duty.case),
        thing: duty.id.as_str(),
        note: &duty.victim,
        label: &duty.label,
        due,
    };
    tasks::open(tx, ctx, &new)
}

/// Records that nobody has reviewed an expedited warning within the hour.
pub(super) fn unratified(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due) -> Result<()> {
    let duty = determine::seen_by_machine(tx, &due.thing)?;
    let next = ctx.now.plus(RATIFY_AGAIN_US);
    tasks::move_up(tx, Task::Ratify, &due.thing, due.step, next)?;
    if due.step < STEPS_MAX {
        timers::set(tx, ctx, Timer::Ratify, &due.thing, due.step + 1, next)?;
    }
    let event = Event::new(Kind::LimitMissed, duty.label.clone())
        .case(Some(&duty.case))
        .with("duty", &duty.id)
        .with("victim", &duty.victim)
        .with("state", "expedited and not reviewed")
        .with("due_at", due.at)
        .with("step", due.step)
        .with("notified", escalate::called(due.step));
    journal::append(tx, ctx, event).map(|_| ())
}

/// After this many steps the record has said it often enough; the task stays.
const STEPS_MAX: i64 = 9;

/// Between two calls for a review that is late.
const RATIFY_AGAIN_US: i64 = HOUR_US / 4;
