//! Opens and closes what waits for a person.
//!
//! Not a verb: verbs call this inside their transaction, so that a task never outlives its reason.

use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::Result;
use aldis_model::task::{Priority, Task};
use aldis_model::{Id, Label, Time};

/// What is to be opened.
pub struct New<'a> {
    /// What kind.
    pub kind: Task,
    /// How urgent.
    pub priority: Priority,
    /// In which case.
    pub case: Option<&'a Id>,
    /// About what: a report, duty, release, delivery or inbound warning.
    pub thing: &'a str,
    /// A few words for the row; never a registered name.
    pub note: &'a str,
    /// Who may see it.
    pub label: &'a Label,
    /// By when.
    pub due: Time,
}

/// Opens a task, unless one of the same kind is open about the same thing that everybody sees who would see
/// this one: a task above a reader must not take away one that is for him.
///
/// # Errors
///
/// [`crate::error::Error::Broken`] if the store fails.
pub fn open(tx: &mut Tx<'_>, ctx: &Ctx, new: &New<'_>) -> Result<()> {
    for row in tx.rows(IS_OPEN, &[new.thing.into(), new.kind.as_str().into()])? {
        if new.label.covers(&row.label(1)?) {
            return Ok(());
        }
    }
    let label = tx.label(new.label)?;
    tx.insert(
        Table::Task,
        OPEN,
        &[
            (&ctx.id("T")).into(),
            new.kind.as_str().into(),
            new.priority.number().into(),
            new.case.map(Id::as_str).into(),
            new.thing.into(),
            new.note.into(),
            label,
            ctx.now.into(),
            new.due.into(),
        ],
    )
}

/// Closes the open tasks of a kind about a thing; none is fine.
///
/// # Errors
///
/// [`crate::error::Error::Broken`] if the store fails.
pub fn close(tx: &mut Tx<'_>, ctx: &Ctx, kind: Task, thing: &str) -> Result<()> {
    for row in tx.rows(IS_OPEN, &[thing.into(), kind.as_str().into()])? {
        let id = row.text(0)?;
        tx.update(Table::Task, CLOSE, &[id.into(), ctx.now.into(), ctx.actor.id.as_str().into()])?;
    }
    Ok(())
}

/// As [`close`], and only those whose readers may all know of what closes them, which has this label.
///
/// # Errors
///
/// [`crate::error::Error::Broken`] if the store fails.
pub fn close_within(tx: &mut Tx<'_>, ctx: &Ctx, kind: Task, thing: &str, label: &Label) -> Result<()> {
    for row in tx.rows(IS_OPEN, &[thing.into(), kind.as_str().into()])? {
        if row.label(1)?.covers(label) {
            let id = row.text(0)?;
            tx.update(Table::Task, CLOSE, &[id.into(), ctx.now.into(), ctx.actor.id.as_str().into()])?;
        }
    }
    Ok(())
}

/// Moves an open task to a step of the ladder with a new due time; opens nothing.
///
/// # Errors
///
/// [`crate::error::Error::Broken`] if the store fails.
pub fn move_up(tx: &mut Tx<'_>, kind: Task, thing: &str, step: i64, due: Time) -> Result<()> {
    for row in tx.rows(IS_OPEN, &[thing.into(), kind.as_str().into()])? {
        let id = row.text(0)?;
        tx.update(Table::Task, MOVE_UP, &[id.into(), step.into(), due.into()])?;
    }
    Ok(())
}

const IS_OPEN: &str = "-- desk::tasks::is_open
    SELECT id, label FROM task WHERE thing = $1 AND kind = $2 AND done_at IS NULL ORDER BY id";

const OPEN: &str = "-- desk::tasks::open
    INSERT INTO task (id, kind, priority, case_id, thing, note, step, label, opened_at, due_at)
    VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)";

const CLOSE: &str = "-- desk::tasks::close
    UPDATE task SET done_at = $2, done_by = $3 WHERE id = $1 AND done_at IS NULL";

const MOVE_UP: &str = "-- desk::tasks::move_up
    UPDATE task SET step = $2, due_at = $3 WHERE id = $1 AND done_at IS NULL";
