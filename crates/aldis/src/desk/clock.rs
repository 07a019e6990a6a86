//! A clock that was moved: what is recorded, whom it asks, and what a person says.
//!
//! The node's own time does not follow a jump of the machine's clock; see [`crate::steady`]. The machine
//! records it and asks. A person says that the node's time stands, or that the clock is right; then the
//! node's time is set, and timers that measure how long something lasts move with it, so that none fires
//! early or late. Timers that stand for a date, as the end of a window or of a waiver, stay at their date.
//!
//! Rule: `model::clock`.

use super::tasks;
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::{MINUTE_US, SECOND_US};
use aldis_model::{Id, Label, Tlp};

/// Records that a machine's clock was moved, and asks which time is right.
///
/// `ahead_us` is how far the clock is ahead of the node, negative if behind.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn jumped(tx: &mut Tx<'_>, ctx: &Ctx, machine: &str, ahead_us: i64) -> Result<()> {
    ctx.may(Action::Escalate)?;
    let wall = ctx.now.plus(ahead_us);
    let note = format!("the node's time is {}, the machine's clock says {wall}", ctx.now);
    // A second jump asks about the sum of both.
    tasks::close(tx, ctx, Task::Clock, machine)?;
    let new = tasks::New {
        kind: Task::Clock,
        priority: Priority::Critical,
        case: None,
        thing: machine,
        note: &note,
        label: &OPEN_TO_ALL,
        due: ctx.now.plus(5 * MINUTE_US),
    };
    tasks::open(tx, ctx, &new)?;
    let event = Event::new(Kind::ClockJump, OPEN_TO_ALL)
        .with("machine", machine)
        .with("node_time", ctx.now)
        .with("machine_time", wall)
        .with("ahead_s", ahead_us / SECOND_US);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Says that the node's time stands: the machine's clock is wrong.
///
/// # Errors
///
/// [`Error::Forbidden`] unless a senior officer or an administrator acts; [`Error::Refused`] without a
/// reason.
pub fn keep(tx: &mut Tx<'_>, ctx: &Ctx, machine: &str, reason: &str) -> Result<()> {
    may_decide(ctx, reason)?;
    tasks::close(tx, ctx, Task::Clock, machine)?;
    decided(tx, ctx, machine, "the node's time stands", 0, reason)
}

/// Says that the machine's clock is right, which the caller has set the node's time to; moves the timers
/// that measure how long something lasts by as much, and returns how many.
///
/// # Errors
///
/// As [`keep`].
pub fn follow(tx: &mut Tx<'_>, ctx: &Ctx, machine: &str, moved_us: i64, reason: &str) -> Result<usize> {
    may_decide(ctx, reason)?;
    tasks::close(tx, ctx, Task::Clock, machine)?;
    let running = tx.rows(LASTING, &[])?;
    for some in running.chunks(ROWS_AN_ENTRY) {
        for row in some {
            tx.update(Table::Timer, MOVE, &[row.text(0)?.into(), moved_us.into()])?;
        }
        let event = Event::new(Kind::ClockDecided, OPEN_TO_ALL)
            .with("machine", machine)
            .with("timers_moved", some.len())
            .with("moved_s", moved_us / SECOND_US);
        journal::append(tx, ctx, event)?;
    }
    decided(tx, ctx, machine, "the machine's clock is right", moved_us, reason)?;
    Ok(running.len())
}

fn may_decide(ctx: &Ctx, reason: &str) -> Result<()> {
    ctx.may(Action::Administer).or_else(|_| ctx.may(Action::Decide))?;
    if reason.trim().is_empty() || reason.len() > REASON_MAX {
        return Err(Error::refused("say how you know which time is right, in at most 500 letters"));
    }
    Ok(())
}

fn decided(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    machine: &str,
    decision: &str,
    moved_us: i64,
    reason: &str,
) -> Result<()> {
    let event = Event::new(Kind::ClockDecided, OPEN_TO_ALL)
        .with("machine", machine)
        .with("decision", decision)
        .with("moved_s", moved_us / SECOND_US)
        .with("reason", reason.trim())
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Names the thing of the task that asks about the clock.
pub fn machine_of(text: &str) -> String {
    Id::from_random("MA", first_bytes(aldis_model::Digest::of(text.as_bytes()).bytes())).to_string()
}

fn first_bytes<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut first = [0; N];
    for (to, from) in first.iter_mut().zip(bytes) {
        *to = *from;
    }
    first
}

const OPEN_TO_ALL: Label = Label::plain(Tlp::Green);
const ROWS_AN_ENTRY: usize = 500;
const REASON_MAX: usize = 500;

const LASTING: &str = "-- desk::clock::follow
    SELECT id FROM timer WHERE fired_at IS NULL
       AND kind IN ('ack', 'call', 'taken', 'action', 'limit', 'ratify', 'shelf') ORDER BY id";

const MOVE: &str = "-- desk::clock::follow move
    UPDATE timer SET due_at = due_at + $2 WHERE id = $1 AND fired_at IS NULL";
