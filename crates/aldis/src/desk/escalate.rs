//! Does what time alone demands: moves silence up the ladder, asks before a window ends, returns
//! waivers to the senior officer.
//!
//! Rule: `model::duty` for the limits. The machine opens tasks and writes entries; it closes nothing
//! that a person must decide. A window that ends without a decision leaves the case open and red.

use super::timers::{self, Due, Timer};
use super::{chain, danger, deliver, determine, limits, release, shelves, tasks};
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::chain::Why;
use aldis_model::duty::ack_limit_us;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::MINUTE_US;
use aldis_model::{Id, Label, Time};
use serde_json::json;

/// Fires the timer that has been due longest; `false` if none is due.
///
/// # Errors
///
/// [`crate::error::Error::Broken`] if the store fails.
pub fn tick(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<bool> {
    ctx.may(Action::Escalate)?;
    let Some(due) = timers::next_due(tx, ctx.now)? else { return Ok(false) };
    timers::fire(tx, ctx, &due)?;
    match due.kind {
        Timer::Ack => unanswered(tx, ctx, &due)?,
        Timer::Waiver => waiver_expired(tx, ctx, &due)?,
        Timer::Limit => limits::missed(tx, ctx, &due)?,
        Timer::Ratify => limits::unratified(tx, ctx, &due)?,
        Timer::Lapse => ask_before_lapse(tx, ctx, &due)?,
        Timer::Window => window_ended(tx, ctx, &due)?,
        Timer::Review => danger::ask_for_review(tx, ctx, &due)?,
        Timer::Call | Timer::Taken => chain::due(tx, ctx, &due)?,
        Timer::Action => no_action(tx, ctx, &due)?,
        Timer::Shelf => shelves::over(tx, ctx, &due)?,
    }
    Ok(true)
}

/// Fires up to `most` timers that are due, in one transaction, and returns how many.
///
/// # Errors
///
/// As [`tick`], and then none of them fired.
pub fn tick_some(tx: &mut Tx<'_>, ctx: &Ctx, most: usize) -> Result<usize> {
    let mut fired = 0;
    while fired < most && tick(tx, ctx)? {
        fired += 1;
    }
    Ok(fired)
}

fn unanswered(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due) -> Result<()> {
    let delivery: Id = due.thing.parse()?;
    let found = deliver::read(tx, &delivery)?;
    let carried = release::find_for_delivery(tx, &found.release)?;
    let (duty, ttl) = deliver::duty_of(tx, &found.release)?;
    let whom = called(due.step);
    let limit = ack_limit_us(deliver::ttl(&ttl));
    // Counted from now if the node was down: people must have the time between two steps.
    let next = due.at.max(ctx.now).plus(limit * if due.step < 3 { 1 << (due.step - 1) } else { 4 });
    tx.update(Table::Delivery, STEP, &[(&delivery).into(), due.step.into()])?;
    let new = tasks::New {
        kind: Task::Unanswered,
        priority: if due.step > 1 { Priority::Critical } else { Priority::High },
        case: Some(&found.case),
        thing: delivery.as_str(),
        note: &found.title,
        label: &found.label,
        due: next,
    };
    tasks::open(tx, ctx, &new)?;
    tasks::move_up(tx, Task::Unanswered, delivery.as_str(), due.step, next)?;
    if due.step < STEPS_MAX {
        timers::set(tx, ctx, Timer::Ack, delivery.as_str(), due.step + 1, next)?;
    }
    let kind = if due.step == 1 { Kind::AckTimeout } else { Kind::EscalationStep };
    let event = Event::new(kind, found.label.clone())
        .case(Some(&found.case))
        .with("delivery", &delivery)
        .with("audience", &carried.audience)
        .with("step", due.step)
        .with("notified", whom)
        .with("outcome", if due.step == STEPS_MAX { "nobody answered" } else { "waiting" });
    journal::append(tx, ctx, event)?;
    let step = due.step.min(3);
    let fields = json!({ "step": step, "notified": [whom] });
    let leg = determine::Leg::of(&carried);
    match determine::follow_leg_from(tx, ctx, &duty, leg, "DELIVERED", "timeout", fields) {
        // The machine may be at another step by another way; the delivery's own ladder goes on.
        Ok(_) | Err(Error::Refused(_)) => {}
        Err(error) => return Err(error),
    }
    chain::start(tx, ctx, &delivery, &carried, deliver::ttl(&ttl), Why::Silence)
}

/// Asks what was done, where somebody acknowledged and nobody has said it.
fn no_action(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due) -> Result<()> {
    let delivery: Id = due.thing.parse()?;
    let found = deliver::read(tx, &delivery)?;
    let carried = release::find_for_delivery(tx, &found.release)?;
    let closed = tx.row(CASE_CLOSED, &[(&found.case).into()])?.opt_time(0)?.is_some();
    if found.acted_at.is_none() && !closed {
        let (_, ttl) = deliver::duty_of(tx, &found.release)?;
        let priority = chain::priority_of(deliver::ttl(&ttl));
        let new = tasks::New {
            kind: Task::NoAction,
            priority,
            case: Some(&found.case),
            thing: delivery.as_str(),
            note: &found.title,
            label: &found.label,
            due: ctx.now.plus(aldis_model::chain::step_us(priority)),
        };
        tasks::open(tx, ctx, &new)?;
    }
    let event = Event::new(Kind::ActionMissing, found.label.clone())
        .case(Some(&found.case))
        .with("delivery", &delivery)
        .with("audience", &carried.audience)
        .with("outcome", if closed { "the case is closed" } else { "asked" });
    journal::append(tx, ctx, event).map(|_| ())
}

fn waiver_expired(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due) -> Result<()> {
    let row = tx.row(DUTY, &[due.thing.as_str().into()])?;
    let (case, victim, label) = (row.id(0)?, row.text(1)?, row.label(2)?);
    open_for(tx, ctx, Task::WaiverExpired, &case, &due.thing, &victim, &label, due.at)?;
    let event = Event::new(Kind::WaiverExpired, label).case(Some(&case)).with("duty", &due.thing);
    journal::append(tx, ctx, event.with("victim", victim)).map(|_| ())
}

fn ask_before_lapse(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due) -> Result<()> {
    let row = tx.row(WARNING, &[due.thing.as_str().into()])?;
    let (case, subject, label, ends) = (row.id(0)?, row.text(1)?, row.label(2)?, row.time(3)?);
    open_for(tx, ctx, Task::Lapse, &case, &due.thing, &subject, &label, ends)?;
    let event = Event::new(Kind::LapsePrompted, label).case(Some(&case)).with("warning", &due.thing);
    journal::append(tx, ctx, event.with("ends_at", ends)).map(|_| ())
}

fn window_ended(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due) -> Result<()> {
    let row = tx.row(WARNING, &[due.thing.as_str().into()])?;
    let (case, subject, label) = (row.id(0)?, row.text(1)?, row.label(2)?);
    let decided = !tx.rows(LAPSE_DECIDED, &[due.thing.as_str().into()])?.is_empty();
    if !decided {
        tx.update(Table::Warning, LAPSED, &[due.thing.as_str().into(), ctx.now.into()])?;
        open_for(tx, ctx, Task::Lapse, &case, &due.thing, &subject, &label, due.at)?;
    }
    let event = Event::new(Kind::WindowLapsed, label).case(Some(&case)).with("warning", &due.thing);
    journal::append(tx, ctx, event.with("decided", if decided { "yes" } else { "no" })).map(|_| ())
}

#[expect(clippy::too_many_arguments, reason = "one row of the task table")]
fn open_for(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: Task,
    case: &Id,
    thing: &str,
    note: &str,
    label: &Label,
    due: Time,
) -> Result<()> {
    let new = tasks::New { kind, priority: Priority::Critical, case: Some(case), thing, note, label, due };
    tasks::open(tx, ctx, &new)
}

/// Puts a timer that failed off for a minute if what failed may be whole again then, else aside; and says so
/// in the record: the next one must not wait behind it for ever.
///
/// # Errors
///
/// [`crate::error::Error::Broken`] if the store fails, and then it is as due as before.
pub fn failed(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due, error: &Error) -> Result<()> {
    let passing = matches!(error, Error::Broken(_) | Error::Conflict(_));
    let again = ctx.now.plus(MINUTE_US);
    let moved = if passing { timers::put_off(tx, &due.id, again) } else { timers::fire(tx, ctx, due) };
    match moved {
        // Another process fired it meanwhile.
        Err(Error::Conflict(_)) => return Ok(()),
        other => other?,
    }
    let why = if passing { "it will be tried again" } else { "the machine could not take this step" };
    let event = Event::new(Kind::EscalationStep, Label::plain(aldis_model::Tlp::Red))
        .with("thing", &due.thing)
        .with("step", due.step)
        .with("outcome", format!("{why}: {error}"));
    journal::append(tx, ctx, event).map(|_| ())
}

/// Records what a person decided about a window that ends.
///
/// # Errors
///
/// [`crate::error::Error::NotFound`]; [`crate::error::Error::Refused`] without a reason.
pub fn decide_lapse(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Id, decision: &str, reason: &str) -> Result<()> {
    ctx.may(Action::Decide)?;
    if !["renew", "let-lapse", "cancel"].contains(&decision) || reason.trim().is_empty() {
        let says = "decide renew, let-lapse or cancel, and say why";
        return Err(Error::refused(says));
    }
    let found = super::compose::find(tx, ctx, warning)?.into_inner();
    // To renew or to cancel is an intention: the task stays until the new release is sent.
    if decision == "let-lapse" {
        tasks::close(tx, ctx, Task::Lapse, warning.as_str())?;
    }
    let event = Event::new(Kind::LapseDecided, found.label).case(Some(&found.case)).with("warning", warning);
    let event = event.with("decision", decision).with("reason", reason).with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Records why the public is not told, or told later.
///
/// # Errors
///
/// [`crate::error::Error::NotFound`]; [`crate::error::Error::Refused`] without a reason.
pub fn decide_public(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Id, decision: &str, reason: &str) -> Result<()> {
    ctx.may(Action::Decide)?;
    if !["publish", "refuse", "delay"].contains(&decision) || reason.trim().is_empty() {
        return Err(Error::refused("decide publish, refuse or delay, and say why"));
    }
    let found = super::compose::find(tx, ctx, warning)?.into_inner();
    // "Publish" is kept open until it is published: an intention is not a publication.
    if decision == "refuse" {
        tasks::close(tx, ctx, Task::PublicEquivalence, warning.as_str())?;
    }
    let kind = if decision == "delay" { Kind::PublicationDelayed } else { Kind::NdsDecision };
    let event = Event::new(kind, found.label).case(Some(&found.case)).with("warning", warning);
    let event = event.with("decision", decision).with("reason", reason).with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Says who is called at a step of the ladder, from 1.
pub(super) fn called(step: i64) -> &'static str {
    let at = usize::try_from(step - 1).unwrap_or(0);
    LADDER.get(at).copied().unwrap_or("everybody again")
}

/// Who is called at each step.
const LADDER: [&str; 4] = ["duty desk", "second officer", "head of desk", "head of the other organisation"];

/// After this many steps the record says that nobody answered.
const STEPS_MAX: i64 = 9;

const STEP: &str = "-- desk::escalate::unanswered
    UPDATE delivery SET ladder_step = $2 WHERE id = $1";

const CASE_CLOSED: &str = "-- desk::escalate::no_action
    SELECT closed_at FROM case_file WHERE id = $1";

const DUTY: &str = "-- desk::escalate::waiver_expired
    SELECT case_id, victim, label FROM duty WHERE id = $1";

const WARNING: &str = "-- desk::escalate::warning
    SELECT case_id, subject, label, ends_at FROM warning WHERE id = $1";

const LAPSED: &str = "-- desk::escalate::window_ended
    UPDATE warning SET lapsed_at = $2 WHERE id = $1 AND lapsed_at IS NULL";

const LAPSE_DECIDED: &str = "-- desk::escalate::window_ended decided
    SELECT id FROM task WHERE thing = $1 AND kind = 'lapse' AND done_at IS NOT NULL";
