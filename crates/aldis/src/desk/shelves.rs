//! Puts a task out of sight until a time, with a reason; it comes back by itself.
//!
//! A shelf hides a row of the watch floor and nothing else: no clock stops, no chain is held, no timer is
//! moved. How much is shelved, until when and why is always shown to whoever may see the tasks: as they are
//! labelled now, not as they were when they were shelved.
//!
//! Source: ANSI/ISA-18.2-2016, shelving: time-limited, recorded, visible (the model, not the text).

use super::timers::{self, Due, Timer};
use super::visible::{Visible, shown};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::Task;
use aldis_model::time::HOUR_US;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// Shelves an open task until a time.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a reason, or if the time is past or more than 12 hours
/// away; [`Error::Conflict`] if it is shelved or done.
pub fn put(tx: &mut Tx<'_>, ctx: &Ctx, task: &Id, until: Time, reason: &str) -> Result<()> {
    ctx.may(Action::Answer)?;
    let (case, label, thing) = find(tx, ctx, task)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > REASON_MAX {
        return Err(Error::refused("say why it can wait, in at most 500 letters"));
    }
    let ahead = until.since(ctx.now);
    if ahead <= 0 || ahead > AHEAD_MAX_US {
        return Err(Error::refused("choose a time within the next 12 hours: then it comes back"));
    }
    if !tx.rows(SHELVED, &[task.into()])?.is_empty() {
        return Err(Error::Conflict("it is shelved already".to_owned()));
    }
    let id = ctx.id("SF");
    let stored = tx.label(&label)?;
    let values = [
        (&id).into(),
        task.into(),
        until.into(),
        reason.into(),
        stored,
        ctx.actor.id.as_str().into(),
        ctx.now.into(),
    ];
    tx.insert(Table::Shelf, PUT, &values)?;
    timers::set(tx, ctx, Timer::Shelf, id.as_str(), 1, until)?;
    let event = Event::new(Kind::TaskShelved, label)
        .case(case.as_ref())
        .with("task", task)
        .with("thing", thing)
        .with("until", until)
        .with("reason", reason)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Brings a task back before its time.
///
/// # Errors
///
/// [`Error::NotFound`] if it may not be seen or is not shelved.
pub fn bring_back(tx: &mut Tx<'_>, ctx: &Ctx, task: &Id) -> Result<()> {
    ctx.may(Action::Answer)?;
    find(tx, ctx, task)?;
    let rows = tx.rows(SHELVED, &[task.into()])?;
    let shelf = rows.first().ok_or(Error::NotFound)?.id(0)?;
    timers::stop(tx, ctx, Timer::Shelf, shelf.as_str())?;
    ends(tx, ctx, &shelf, &ctx.actor.name)
}

/// Brings a task back when its time has come.
pub(super) fn over(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due) -> Result<()> {
    ends(tx, ctx, &due.thing.parse()?, "its time")
}

fn ends(tx: &mut Tx<'_>, ctx: &Ctx, shelf: &Id, by: &str) -> Result<()> {
    let row = tx.row(ONE, &[shelf.into()])?;
    let case = row.opt_text(2)?.map(|case| case.parse::<Id>()).transpose()?;
    tx.update(Table::Shelf, END, &[shelf.into(), ctx.now.into(), by.into()])?;
    let event = Event::new(Kind::TaskReturned, row.label(1)?).case(case.as_ref()).with("task", row.text(0)?);
    journal::append(tx, ctx, event.with("by", by)).map(|_| ())
}

fn find(tx: &mut Tx<'_>, ctx: &Ctx, task: &Id) -> Result<(Option<Id>, Label, String)> {
    let row = tx.row(TASK, &[task.into()])?;
    let case = row.opt_text(0)?.map(|case| case.parse::<Id>()).transpose()?;
    let label = row.label(1)?;
    let found = ctx.show(Labelled::new((case, label.clone(), row.text(2)?), label))?;
    Ok(found.into_inner())
}

/// A task on the shelf.
#[derive(Clone, Debug, Serialize)]
pub struct Shelved {
    /// The task's id.
    pub task: Id,
    /// The line an officer reads.
    pub title: String,
    /// About what.
    pub thing: String,
    /// A few words.
    pub note: String,
    /// When it comes back.
    pub until: Time,
    /// Why it can wait.
    pub reason: String,
    /// Who shelved it.
    pub by: String,
}

/// Lists what is shelved, by when it comes back.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Vec<Shelved>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!("{LIST} AND {} ORDER BY s.until, s.id LIMIT 200", visible.condition("t.label", 1));
    let rows = tx.rows(&sql, &visible.with(&[ctx.now.into()]))?;
    let labelled = |row: &Row| {
        let shelved = Shelved {
            task: row.id(0)?,
            title: Task::find(&row.text(1)?).map_or("", Task::title).to_owned(),
            thing: row.text(2)?,
            note: row.text(3)?,
            until: row.time(4)?,
            reason: row.text(5)?,
            by: row.text(6)?,
        };
        Ok(Labelled::new(shelved, row.label(7)?))
    };
    shown(ctx, rows.iter().map(labelled))
}

const REASON_MAX: usize = 500;
const AHEAD_MAX_US: i64 = 12 * HOUR_US;

const TASK: &str = "-- desk::shelves::find
    SELECT case_id, label, thing FROM task WHERE id = $1 AND done_at IS NULL";

const SHELVED: &str = "-- desk::shelves::put before
    SELECT id FROM shelf WHERE task_id = $1 AND ended_at IS NULL";

const PUT: &str = "-- desk::shelves::put
    INSERT INTO shelf (id, task_id, until, reason, label, shelved_by, shelved_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const ONE: &str = "-- desk::shelves::ends
    SELECT s.task_id, t.label, t.case_id FROM shelf s JOIN task t ON t.id = s.task_id WHERE s.id = $1";

const END: &str = "-- desk::shelves::ends update
    UPDATE shelf SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at IS NULL";

const LIST: &str = "-- desk::shelves::list
    SELECT s.task_id, t.kind, t.thing, t.note, s.until, s.reason, coalesce(o.name, s.shelved_by), t.label
      FROM shelf s JOIN task t ON t.id = s.task_id LEFT JOIN officer o ON o.id = s.shelved_by
     WHERE s.ended_at IS NULL AND s.until > $1 AND t.done_at IS NULL";
