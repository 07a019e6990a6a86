//! How far the feeds of other servers were followed, and whether they can be read.
//!
//! A mark moves in the transaction that stores what came before it, so that a node that is killed at any
//! moment loses nothing. Each poll has a turn: two programs on one database do not both keep what they
//! read. A feed that cannot be read is a task on the watch floor until it can.
//!
//! Deliberately absent: asking the server, which is [`crate::exchange::feeds`], and counts of what came,
//! which only those may read who may see all of it: they stand in the record.

use super::tasks;
use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::MINUTE_US;
use aldis_model::{Label, Time, Tlp};
use aldis_wire::poll::Mark;
use serde::Serialize;

/// The turn of one poll.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The feed.
    pub feed: String,
    /// How far it was followed.
    pub mark: Mark,
    number: i64,
}

/// What came of the objects that a poll brought; all counts are of things, not of objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// New reports.
    pub taken: usize,
    /// Those that were taken in before, in this version or a later one.
    pub known: usize,
    /// Those that were left out: lists of people, our own, what cannot be read.
    pub left_out: usize,
    /// Why the first of them was; empty if none was.
    pub why: String,
}

/// How a feed is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// Its name.
    pub name: String,
    /// When it was last read without a failure.
    pub polled_at: Option<Time>,
    /// Since when it cannot be read; none if it can.
    pub failing_at: Option<Time>,
    /// What went wrong last; empty if nothing.
    pub failure: String,
    /// When it is read next.
    pub next_at: Time,
}

/// Begins a poll, if it is the feed's time. The mark of another place under the same name is forgotten.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn begin(tx: &mut Tx<'_>, ctx: &Ctx, feed: &str, place: &str) -> Result<Option<Turn>> {
    ctx.may(Action::Gather)?;
    tx.exec(ADD, &[feed.into(), place.into()])?;
    let row = tx.row(FIND, &[feed.into()])?;
    let is_same = row.text(0)? == place;
    if is_same && row.time(3)? > ctx.now {
        return Ok(None);
    }
    let mark = if is_same { row.text(1)? } else { "{}".to_owned() };
    let mut turn = Turn {
        feed: feed.to_owned(),
        mark: serde_json::from_str(&mark).map_err(Error::broken)?,
        number: row.int(2)?,
    };
    let values = [feed.into(), turn.number.into(), place.into(), mark.into(), ctx.now.plus(LEASE_US).into()];
    if tx.exec(BEGIN, &values)? == 0 {
        return Ok(None);
    }
    turn.number += 1;
    Ok(Some(turn))
}

/// Moves the mark behind what was taken in by the same transaction.
///
/// `label` is that of all that came: the record of it is for those who may see everything.
///
/// # Errors
///
/// [`Error::Conflict`] if another poll of the feed began meanwhile: nothing of this one is kept then.
pub fn keep(tx: &mut Tx<'_>, ctx: &Ctx, turn: &Turn, mark: &Mark, came: &Came, label: &Label) -> Result<()> {
    ctx.may(Action::Gather)?;
    let text = serde_json::to_string(mark).map_err(Error::broken)?;
    own(tx.exec(KEEP, &[turn.feed.as_str().into(), turn.number.into(), text.into()])?)?;
    if came.taken + came.left_out == 0 {
        return Ok(());
    }
    let event = Event::new(Kind::FeedRead, label.clone())
        .with("feed", &turn.feed)
        .with("taken", came.taken)
        .with("known", came.known)
        .with("left_out", came.left_out)
        .with("why", &came.why);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Ends a poll that went as it should, and closes the task about those that did not.
///
/// # Errors
///
/// [`Error::Conflict`] as in [`keep`].
pub fn done(tx: &mut Tx<'_>, ctx: &Ctx, turn: &Turn, next: Time) -> Result<()> {
    ctx.may(Action::Gather)?;
    let failing = tx.row(FIND, &[turn.feed.as_str().into()])?.opt_time(4)?;
    own(tx.exec(DONE, &[turn.feed.as_str().into(), turn.number.into(), ctx.now.into(), next.into()])?)?;
    let Some(since) = failing else { return Ok(()) };
    tasks::close(tx, ctx, Task::Feed, &turn.feed)?;
    let event = Event::new(Kind::FeedBack, OURS).with("feed", &turn.feed).with("since", since);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Ends a poll that failed, and says so on the watch floor with the first of several failures.
///
/// The next one comes after `every_us`, and after twice as long with each failure in a row, up to four
/// hours. Returns when.
///
/// # Errors
///
/// [`Error::Conflict`] as in [`keep`].
pub fn failed(tx: &mut Tx<'_>, ctx: &Ctx, turn: &Turn, why: &str, every_us: i64) -> Result<Time> {
    ctx.may(Action::Gather)?;
    let why: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WHY_MAX).collect();
    let row = tx.row(FIND, &[turn.feed.as_str().into()])?;
    let (failing, failures) = (row.opt_time(4)?, row.int(5)?);
    let wait = every_us.saturating_mul(1 << failures.clamp(0, 16)).min(every_us.max(WAIT_MAX_US));
    let next = ctx.now.plus(wait);
    let values =
        [turn.feed.as_str().into(), turn.number.into(), ctx.now.into(), next.into(), why.as_str().into()];
    own(tx.exec(FAILED, &values)?)?;
    if failing.is_none() {
        let new = tasks::New {
            kind: Task::Feed,
            priority: Priority::High,
            case: None,
            thing: &turn.feed,
            note: &why,
            label: &OURS,
            due: ctx.now.plus(WAIT_MAX_US),
        };
        tasks::open(tx, ctx, &new)?;
        let event = Event::new(Kind::FeedFailed, OURS).with("feed", &turn.feed).with("why", &why);
        journal::append(tx, ctx, event)?;
    }
    Ok(next)
}

/// Says how feeds are doing, those that are no longer set too; one that was never begun is not there.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn all(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<State>> {
    ctx.may(Action::ReadDesk)?;
    states(tx)
}

/// As [`all`], for whoever keeps the machine.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn states(tx: &mut Tx<'_>) -> Result<Vec<State>> {
    let rows = tx.rows(STATES, &[])?;
    let state = |row: &Row| {
        Ok(State {
            name: row.text(0)?,
            polled_at: row.opt_time(1)?,
            failing_at: row.opt_time(2)?,
            failure: row.text(3)?,
            next_at: row.time(4)?,
        })
    };
    rows.iter().map(state).collect()
}

fn own(changed: u64) -> Result<()> {
    if changed == 1 {
        return Ok(());
    }
    Err(Error::Conflict("another poll of this feed began meanwhile".to_owned()))
}

/// Who here may know which servers are read, and which of them fail.
const OURS: Label = Label::plain(Tlp::Green);

/// How long nobody else begins a poll; whoever is slower loses his turn only if somebody does.
const LEASE_US: i64 = 5 * MINUTE_US;
const WAIT_MAX_US: i64 = 240 * MINUTE_US;
const WHY_MAX: usize = 300;

const ADD: &str = "-- desk::feeds::begin add
    INSERT INTO feed (name, place, mark, turn, next_at, failures, failure)
    VALUES ($1, $2, '{}', 0, 0, 0, '') ON CONFLICT (name) DO NOTHING";

const FIND: &str = "-- desk::feeds::find
    SELECT place, mark, turn, next_at, failing_at, failures FROM feed WHERE name = $1";

const BEGIN: &str = "-- desk::feeds::begin
    UPDATE feed SET turn = turn + 1, place = $3, mark = $4, next_at = $5 WHERE name = $1 AND turn = $2";

const KEEP: &str = "-- desk::feeds::keep
    UPDATE feed SET mark = $3 WHERE name = $1 AND turn = $2";

const DONE: &str = "-- desk::feeds::done
    UPDATE feed SET polled_at = $3, next_at = $4, failing_at = NULL, failures = 0, failure = ''
     WHERE name = $1 AND turn = $2";

const FAILED: &str = "-- desk::feeds::failed
    UPDATE feed SET failing_at = coalesce(failing_at, $3), next_at = $4, failures = failures + 1, failure = $5
     WHERE name = $1 AND turn = $2";

const STATES: &str = "-- desk::feeds::states
    SELECT name, polled_at, failing_at, failure, next_at FROM feed ORDER BY name";
