//! Work that follows a commit: it is put into the transaction that makes it due, and done after.
//!
//! A worker leases a row, does the work and marks it done; if the worker dies, the lease runs out
//! and another takes over. So work is done at least once, and what it does must bear a repetition.

use crate::ctx::Ctx;
use crate::db::{Row, Tx, Value};
use crate::error::{Error, Result};
use aldis_model::Time;
use aldis_model::time::SECOND_US;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Screen a report against the register.
    Screen,
    /// Look for what a report rests on.
    Compare,
    /// Carry a delivery.
    Send,
    /// Carry to a partner what an entry of the ledger holds signed: an answer, a question, a word.
    Answer,
    /// Tell a partner that a person here opened its warning.
    Opened,
    /// Publish a version to the collections of its partner.
    Share,
    /// Publish an opinion, or that it was withdrawn.
    Opinion,
}

impl Work {
    const ALL: [Self; 7] =
        [Self::Screen, Self::Compare, Self::Send, Self::Answer, Self::Opened, Self::Share, Self::Opinion];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Compare => "compare",
            Self::Send => "send",
            Self::Answer => "answer",
            Self::Opened => "opened",
            Self::Share => "share",
            Self::Opinion => "opinion",
        }
    }
}

/// How much a worker may lease, and of what.
pub trait Room {
    /// How many pieces more.
    fn left(&self) -> usize;

    /// The lanes of which none.
    fn full(&self) -> Vec<&str>;

    /// Takes room for a piece of a lane; false if there is none.
    fn take(&mut self, lane: &str) -> bool;
}

/// One leased piece of work.
#[derive(Clone, Debug)]
pub struct Leased {
    /// Its id.
    pub id: String,
    /// What.
    pub work: Work,
    /// About what.
    pub thing: String,
    /// How often it was tried before.
    pub attempts: i64,
    /// Whom it waits for; empty if nobody outside.
    pub lane: String,
}

/// Puts work into the outbox that is done in the house.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn put(tx: &mut Tx<'_>, ctx: &Ctx, work: Work, thing: &str, due: Time) -> Result<()> {
    put_in(tx, ctx, "", work, thing, due)
}

/// Puts work into the outbox that waits for somebody outside, who is named by `lane`.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn put_in(tx: &mut Tx<'_>, ctx: &Ctx, lane: &str, work: Work, thing: &str, due: Time) -> Result<()> {
    let id = ctx.id("O");
    let values: [Value; 5] = [(&id).into(), work.as_str().into(), thing.into(), due.into(), lane.into()];
    tx.exec(PUT, &values).map(|_| ())
}

/// Leases the piece of work that has been due longest.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn lease(tx: &mut Tx<'_>, now: Time) -> Result<Option<Leased>> {
    let next = format!("{NEXT} {FIRST}");
    let Some(row) = tx.rows(&next, &[now.into(), 1.into()])?.into_iter().next() else { return Ok(None) };
    take(tx, now, &row).map(Some)
}

/// Leases what has been due longest, as far as there is room for it.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn lease_some(tx: &mut Tx<'_>, now: Time, room: &mut dyn Room) -> Result<Vec<Leased>> {
    let mut leased = Vec::new();
    while room.left() > 0 {
        let most = i64::try_from(room.left()).map_err(Error::broken)?;
        let mut values = vec![now.into(), most.into()];
        values.extend(room.full().into_iter().map(Value::from));
        let full: Vec<String> = (3..=values.len()).map(|at| format!("${at}")).collect();
        let but =
            if full.is_empty() { String::new() } else { format!("AND lane NOT IN ({})", full.join(", ")) };
        let rows = tx.rows(&format!("{NEXT} {but} {FIRST}"), &values)?;
        let mut passed = false;
        for row in &rows {
            if room.take(&row.text(4)?) {
                leased.push(take(tx, now, row)?);
            } else {
                passed = true;
            }
        }
        // What was passed over because its lane is full now may hide what is due behind it.
        if !passed {
            break;
        }
    }
    Ok(leased)
}

fn take(tx: &mut Tx<'_>, now: Time, row: &Row) -> Result<Leased> {
    let (id, word) = (row.text(0)?, row.text(1)?);
    tx.exec(LEASE, &[id.as_str().into(), now.plus(LEASE_US).into()])?;
    let work = Work::ALL.into_iter().find(|work| work.as_str() == word);
    let work = work.ok_or_else(|| Error::broken("work of an unknown kind in the outbox"))?;
    Ok(Leased { id, work, thing: row.text(2)?, attempts: row.int(3)?, lane: row.text(4)? })
}

/// Marks work as done.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn done(tx: &mut Tx<'_>, id: &str, now: Time) -> Result<()> {
    tx.exec(DONE, &[id.into(), now.into()]).map(|_| ())
}

/// Puts work back to be tried again at `due`.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn again(tx: &mut Tx<'_>, id: &str, due: Time) -> Result<()> {
    tx.exec(AGAIN, &[id.into(), due.into()]).map(|_| ())
}

/// Puts work back to be tried at `due` by another way.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn again_in(tx: &mut Tx<'_>, id: &str, lane: &str, due: Time) -> Result<()> {
    tx.exec(ANOTHER, &[id.into(), due.into(), lane.into()]).map(|_| ())
}

/// Says when the next piece of work is due, if any is waiting.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn next_at(tx: &mut Tx<'_>) -> Result<Option<Time>> {
    tx.rows(NEXT_AT, &[])?.first().map(|row| row.time(0)).transpose()
}

/// How long a worker may take before another one takes over.
const LEASE_US: i64 = 120 * SECOND_US;

const PUT: &str = "-- outbox::put
    INSERT INTO outbox (id, kind, thing, due_at, attempts, leased_until, lane)
    VALUES ($1, $2, $3, $4, 0, 0, $5)";

const NEXT: &str = "-- outbox::lease next
    SELECT id, kind, thing, attempts, lane FROM outbox
     WHERE done_at IS NULL AND due_at <= $1 AND leased_until <= $1";

const FIRST: &str = "ORDER BY due_at, id LIMIT $2";

const LEASE: &str = "-- outbox::lease
    UPDATE outbox SET leased_until = $2, attempts = attempts + 1 WHERE id = $1";

const DONE: &str = "-- outbox::done
    UPDATE outbox SET done_at = $2 WHERE id = $1";

const AGAIN: &str = "-- outbox::again
    UPDATE outbox SET due_at = $2, leased_until = 0 WHERE id = $1 AND done_at IS NULL";

const ANOTHER: &str = "-- outbox::again_in
    UPDATE outbox SET due_at = $2, leased_until = 0, lane = $3 WHERE id = $1 AND done_at IS NULL";

const NEXT_AT: &str = "-- outbox::next_at
    SELECT due_at FROM outbox WHERE done_at IS NULL ORDER BY due_at LIMIT 1";
