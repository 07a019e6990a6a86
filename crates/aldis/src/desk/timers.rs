//! Timers that survive a restart: a row each, fired once.
//!
//! Not a verb: verbs set and stop timers inside their transaction; [`super::escalate`] fires them.

use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use aldis_model::Time;

/// What a timer does when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// A delivery has waited for its answer up to a step of the ladder.
    Ack,
    /// A waiver runs out.
    Waiver,
    /// A state of a duty has lasted as long as it may.
    Limit,
    /// An expedited warning has not been reviewed.
    Ratify,
    /// A warning window is about to end.
    Lapse,
    /// A warning window ends.
    Window,
    /// The time of a tier is nearly over.
    Review,
    /// The next of our own people is called.
    Call,
    /// Somebody took a call, and what it was about may still stand.
    Taken,
    /// Somebody acknowledged and has not said what was done.
    Action,
    /// A task comes back from the shelf.
    Shelf,
}

impl Timer {
    const ALL: [Self; 11] = [
        Self::Ack,
        Self::Waiver,
        Self::Limit,
        Self::Ratify,
        Self::Lapse,
        Self::Window,
        Self::Review,
        Self::Call,
        Self::Taken,
        Self::Action,
        Self::Shelf,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Ack => "ack",
            Self::Waiver => "waiver",
            Self::Limit => "limit",
            Self::Ratify => "ratify",
            Self::Lapse => "lapse",
            Self::Window => "window",
            Self::Review => "review",
            Self::Call => "call",
            Self::Taken => "taken",
            Self::Action => "action",
            Self::Shelf => "shelf",
        }
    }
}

/// A timer that is due.
pub struct Due {
    /// Its id.
    pub id: String,
    /// What it does.
    pub kind: Timer,
    /// About what.
    pub thing: String,
    /// Which step, from 1.
    pub step: i64,
    /// When it was due.
    pub at: Time,
}

/// Sets a timer.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn set(tx: &mut Tx<'_>, ctx: &Ctx, kind: Timer, thing: &str, step: i64, due: Time) -> Result<()> {
    let values = [(&ctx.id("TI")).into(), kind.as_str().into(), thing.into(), step.into(), due.into()];
    tx.insert(Table::Timer, SET, &values)
}

/// Sees to it that one timer of a kind runs about a thing, its first step due at `due`: the one that runs if
/// it is that one, else a new one in place of whatever runs.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn keep(tx: &mut Tx<'_>, ctx: &Ctx, kind: Timer, thing: &str, due: Time) -> Result<()> {
    let running = tx.rows(RUNNING, &[kind.as_str().into(), thing.into()])?;
    if let [one] = running.as_slice()
        && (one.int(1)?, one.time(2)?) == (1, due)
    {
        return Ok(());
    }
    stop(tx, ctx, kind, thing)?;
    set(tx, ctx, kind, thing, 1, due)
}

/// Stops the timers of a kind about a thing; none is fine.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn stop(tx: &mut Tx<'_>, ctx: &Ctx, kind: Timer, thing: &str) -> Result<()> {
    for row in tx.rows(RUNNING, &[kind.as_str().into(), thing.into()])? {
        let id = row.text(0)?;
        tx.update(Table::Timer, FIRE, &[id.into(), ctx.now.into()])?;
    }
    Ok(())
}

/// Marks a timer as fired; a timer fires once.
///
/// # Errors
///
/// [`Error::Conflict`] if it fired before.
pub fn fire(tx: &mut Tx<'_>, ctx: &Ctx, timer: &Due) -> Result<()> {
    tx.update(Table::Timer, FIRE, &[timer.id.as_str().into(), ctx.now.into()])
}

/// Puts a timer off until a time.
///
/// # Errors
///
/// [`Error::Conflict`] if it fired before.
pub fn put_off(tx: &mut Tx<'_>, id: &str, until: Time) -> Result<()> {
    tx.update(Table::Timer, PUT_OFF, &[id.into(), until.into()])
}

/// Finds the timer that has been due longest, if one is due.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn next_due(tx: &mut Tx<'_>, now: Time) -> Result<Option<Due>> {
    let rows = tx.rows(DUE, &[now.into()])?;
    rows.first()
        .map(|row| {
            let word = row.text(1)?;
            let kind = Timer::ALL.into_iter().find(|kind| kind.as_str() == word);
            let kind = kind.ok_or_else(|| Error::broken("a timer of an unknown kind"))?;
            Ok(Due { id: row.text(0)?, kind, thing: row.text(2)?, step: row.int(3)?, at: row.time(4)? })
        })
        .transpose()
}

/// Says when the next timer is due, if any is set.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn next_at(tx: &mut Tx<'_>) -> Result<Option<Time>> {
    let rows = tx.rows(NEXT_AT, &[])?;
    rows.first().map(|row| row.time(0)).transpose()
}

const SET: &str = "-- desk::timers::set
    INSERT INTO timer (id, kind, thing, step, due_at) VALUES ($1, $2, $3, $4, $5)";

const RUNNING: &str = "-- desk::timers::stop
    SELECT id, step, due_at FROM timer WHERE kind = $1 AND thing = $2 AND fired_at IS NULL ORDER BY id";

const FIRE: &str = "-- desk::timers::fire
    UPDATE timer SET fired_at = $2 WHERE id = $1 AND fired_at IS NULL";

const PUT_OFF: &str = "-- desk::timers::put_off
    UPDATE timer SET due_at = $2 WHERE id = $1 AND fired_at IS NULL";

const DUE: &str = "-- desk::timers::next_due
    SELECT id, kind, thing, step, due_at FROM timer
     WHERE fired_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT 1";

const NEXT_AT: &str = "-- desk::timers::next_at
    SELECT due_at FROM timer WHERE fired_at IS NULL ORDER BY due_at LIMIT 1";
