//! What waits for whom after a step: tasks, and the clock of the state.

use super::Seen;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::tasks;
use crate::desk::timers::{self, Timer};
use crate::error::Result;
use aldis_model::Time;
use aldis_model::duty::{Duty, State, Ttl};
use aldis_model::task::{Priority, Task};

/// Closes what the old state waited for and opens what the new one waits for.
pub(in crate::desk) fn wait_for_next(tx: &mut Tx<'_>, ctx: &Ctx, before: &Seen, after: &Duty) -> Result<()> {
    let thing = before.id.as_str();
    for kind in OF_STATES {
        tasks::close(tx, ctx, kind, thing)?;
    }
    timers::stop(tx, ctx, Timer::Waiver, thing)?;
    timers::stop(tx, ctx, Timer::Limit, thing)?;
    let due = after.due_us().map(Time::from_micros);
    let kind = match after.state() {
        State::Received | State::Triaged | State::AssessedMet | State::VictimUnresolved | State::Reopened => {
            Task::Assess
        }
        State::NeedsInfo => Task::NeedsInfo,
        State::SeniorReview | State::Disputed => Task::Decide,
        State::WarnApproved => Task::Write,
        State::VictimRefused => Task::Reoffer,
        State::Waived => {
            return timers::set(tx, ctx, Timer::Waiver, thing, 1, due.unwrap_or(ctx.now));
        }
        _ => return Ok(()),
    };
    if let Some(due) = due {
        timers::set(tx, ctx, Timer::Limit, thing, 1, due)?;
    }
    if after.state() == State::Disputed {
        // The clock runs on, and whoever protects the victim is told meanwhile.
        open(tx, ctx, before, after, Task::Interim, ctx.now.plus(INTERIM_US))?;
    }
    open(tx, ctx, before, after, kind, due.unwrap_or(ctx.now))
}

fn open(tx: &mut Tx<'_>, ctx: &Ctx, before: &Seen, after: &Duty, kind: Task, due: Time) -> Result<()> {
    let priority = if after.ttl() == Ttl::Critical { Priority::Critical } else { Priority::High };
    let new = tasks::New {
        kind,
        priority,
        case: Some(&before.case),
        thing: before.id.as_str(),
        note: &before.victim,
        label: &before.label,
        due,
    };
    tasks::open(tx, ctx, &new)
}

const OF_STATES: [Task; 9] = [
    Task::Assess,
    Task::NeedsInfo,
    Task::Decide,
    Task::Write,
    Task::WaiverExpired,
    Task::Reoffer,
    Task::Interim,
    Task::SecondRead,
    Task::Reopen,
];

/// How long the protector may wait while others dispute.
const INTERIM_US: i64 = aldis_model::duty::HOUR_US;
