//! Says on the watch floor what the machine cannot get on with, and takes it off when it has.
//!
//! A delivery that fails is recorded by [`super::deliver`]. This is about the rest: a piece of work that fails
//! here time after time, such as a version whose frozen text the gate no longer gives, and a word for a partner's
//! node that does not arrive. It is tried on meanwhile; nothing is given up.
//!
//! Not a verb: the worker calls it in the transaction that puts the piece back.

use super::tasks;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::journal;
use crate::outbox::{Leased, Work};
use aldis_ledger::Entry;
use aldis_model::event::{Event, Kind};
use aldis_model::task::{Priority, Task};
use aldis_model::time::HOUR_US;
use aldis_model::{Label, Tlp};

/// Records that a piece of work failed; from the sixth attempt on it waits for a person.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn failed(tx: &mut Tx<'_>, ctx: &Ctx, piece: &Leased, why: &str) -> Result<()> {
    if piece.attempts < ATTEMPTS_ALONE {
        return Ok(());
    }
    let about = About::of(tx, piece)?;
    if !tx.rows(OPEN, &[about.thing.as_str().into()])?.is_empty() {
        return Ok(());
    }
    let why: String = why.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WHY_MAX).collect();
    let note = format!("{}: {why}", words(piece.work));
    let task = tasks::New {
        kind: Task::Stuck,
        priority: if piece.work == Work::Send { Priority::Critical } else { Priority::High },
        case: None,
        thing: &about.thing,
        note: &note,
        label: &about.label,
        due: ctx.now.plus(HOUR_US),
    };
    tasks::open(tx, ctx, &task)?;
    let event =
        Event::new(Kind::WorkStuck, about.label).with("thing", about.thing).with("work", words(piece.work));
    journal::append(tx, ctx, event.with("why", why).with("attempts", piece.attempts)).map(|_| ())
}

/// Records that a piece of work that failed before is done.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn through(tx: &mut Tx<'_>, ctx: &Ctx, piece: &Leased) -> Result<()> {
    if piece.attempts <= ATTEMPTS_ALONE {
        return Ok(());
    }
    let about = About::of(tx, piece)?;
    if tx.rows(OPEN, &[about.thing.as_str().into()])?.is_empty() {
        return Ok(());
    }
    tasks::close(tx, ctx, Task::Stuck, &about.thing)?;
    let event = Event::new(Kind::WorkBack, about.label).with("thing", about.thing);
    journal::append(tx, ctx, event.with("work", words(piece.work))).map(|_| ())
}

/// What a piece of work is about, for a reader.
struct About {
    thing: String,
    label: Label,
}

impl About {
    /// Finds the thing that an officer knows and its label. What is not found is for those who see everything.
    fn of(tx: &mut Tx<'_>, piece: &Leased) -> Result<Self> {
        let sql = match piece.work {
            Work::Screen | Work::Compare => REPORT,
            Work::Send => DELIVERY,
            Work::Share => RELEASE,
            Work::Opinion => OPINION,
            Work::Opened => INBOUND,
            Work::Answer => return Self::of_entry(tx, &piece.thing),
        };
        let row = tx.rows(sql, &[piece.thing.as_str().into()])?.into_iter().next();
        let label = row.map(|row| row.label(0)).transpose()?.unwrap_or(Label::plain(Tlp::Red));
        Ok(Self { thing: piece.thing.clone(), label })
    }

    /// As [`Self::of`] for what an entry of the ledger holds signed.
    fn of_entry(tx: &mut Tx<'_>, index: &str) -> Result<Self> {
        let index: i64 = index.parse().map_err(Error::broken)?;
        let Some(row) = tx.rows(ENTRY, &[index.into()])?.into_iter().next() else {
            return Ok(Self { thing: "the record".to_owned(), label: Label::plain(Tlp::Red) });
        };
        let entry = Entry::from_json(&row.text(1)?).map_err(Error::broken)?;
        let case = row.opt_text(2)?;
        let thing = entry.value("inbound").or(case.as_deref()).or(entry.value("consent"));
        Ok(Self { thing: thing.unwrap_or("the record").to_owned(), label: row.label(0)? })
    }
}

const fn words(work: Work) -> &'static str {
    match work {
        Work::Screen => "screen a report",
        Work::Compare => "compare a report",
        Work::Send => "carry a delivery",
        Work::Answer => "tell a partner what was said here",
        Work::Opened => "tell a partner that its warning was opened",
        Work::Share => "publish a version to its collection",
        Work::Opinion => "publish an opinion",
    }
}

/// How often a piece fails before somebody is told: about five minutes.
const ATTEMPTS_ALONE: i64 = 5;

const WHY_MAX: usize = 300;

const OPEN: &str = "-- desk::stuck::failed open
    SELECT id FROM task WHERE thing = $1 AND kind = 'stuck' AND done_at IS NULL";

const REPORT: &str = "-- desk::stuck::about report
    SELECT label FROM report WHERE id = $1";

const DELIVERY: &str = "-- desk::stuck::about delivery
    SELECT label FROM delivery WHERE id = $1";

const RELEASE: &str = "-- desk::stuck::about release
    SELECT label FROM release WHERE id = $1";

const OPINION: &str = "-- desk::stuck::about opinion
    SELECT label FROM opinion WHERE id = $1";

const INBOUND: &str = "-- desk::stuck::about inbound
    SELECT label FROM inbound WHERE id = $1";

const ENTRY: &str = "-- desk::stuck::about entry
    SELECT label, fields, case_id FROM entry WHERE idx = $1";
