//! The watch floor: what waits for a person, sorted by time to breach, and how the node is doing.
//!
//! Counts are over what the reader may see; there is no total of what he may not.

use super::deliver::{self, Delivery};
use super::shelves::{self, Shelved};
use super::visible::{Visible, shown};
use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// One decision that waits.
#[derive(Clone, Debug, Serialize)]
pub struct Waiting {
    /// The task's id.
    pub id: Id,
    /// What kind, in the words of storage.
    pub kind: String,
    /// 1, 2 or 3.
    pub priority: i64,
    /// The line an officer reads.
    pub title: String,
    /// What the button does.
    pub button: String,
    /// The case, if there is one.
    pub case: Option<String>,
    /// About what.
    pub thing: String,
    /// A few words.
    pub note: String,
    /// The step of the ladder; 0 before the first.
    pub step: i64,
    /// When it was opened.
    pub opened_at: Time,
    /// By when.
    pub due_at: Time,
    /// Who may see it.
    pub label: Label,
}

impl Waiting {
    /// Says how urgent it is.
    pub const fn priority(&self) -> Priority {
        Priority::from_number(self.priority)
    }

    /// Says whether it is past its time.
    pub fn is_overdue(&self, now: Time) -> bool {
        self.due_at < now
    }

    /// Shows the time left, or how long it is overdue, as `mm:ss`, `hh:mm` or days.
    pub fn clock(&self, now: Time) -> String {
        let left = self.due_at.since(now) / 1_000_000;
        let seconds = left.abs();
        let text = match seconds {
            0..3_600 => format!("{:02}:{:02}", seconds / 60, seconds % 60),
            3_600..172_800 => format!("{} h {:02}", seconds / 3_600, seconds % 3_600 / 60),
            _ => format!("{} days", seconds / 86_400),
        };
        if left < 0 { format!("OVERDUE {text}") } else { format!("{text} left") }
    }
}

/// The watch floor of one reader.
#[derive(Clone, Debug, Serialize)]
pub struct Floor {
    /// What waits, sorted by priority and time to breach.
    pub waiting: Vec<Waiting>,
    /// What is out of sight until a time, and why.
    pub shelved: Vec<Shelved>,
    /// What was sent and awaits an answer, or failed.
    pub sent: Vec<Delivery>,
    /// Reports that arrived within the last ten minutes.
    pub new_in_10_min: usize,
    /// Reports that arrived within the last hour.
    pub new_in_hour: usize,
    /// How many entries the reader may see are under a signed checkpoint.
    pub log_size: u64,
    /// When the newest of them came under one.
    pub log_at: Option<Time>,
}

/// Reads the watch floor.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn floor(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Floor>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let waiting = waiting(tx, ctx, &visible)?;
    let sent = deliver::waiting(tx, ctx)?;
    let sql = format!("{ARRIVALS} AND {}", visible.condition("label", 1));
    let hour_ago = ctx.now.plus(-3_600_000_000);
    let arrivals = tx.rows(&sql, &visible.with(&[hour_ago.into()]))?;
    let ten_min_ago = ctx.now.plus(-600_000_000);
    let recent = arrivals.iter().filter(|row| row.time(0).is_ok_and(|at| at >= ten_min_ago)).count();
    let (log_size, log_at) = signed(tx, &visible)?;
    let shelved = shelves::list(tx, ctx)?;
    Ok(waiting.zip(sent).zip(shelved).map(|((waiting, sent), shelved)| Floor {
        waiting,
        shelved,
        sent,
        new_in_10_min: recent,
        new_in_hour: arrivals.len(),
        log_size,
        log_at,
    }))
}

/// Counts what is signed of what the reader may see: the size of the log and the time of the last
/// checkpoint would tell how busy others are.
fn signed(tx: &mut Tx<'_>, visible: &Visible) -> Result<(u64, Option<Time>)> {
    let sql = format!("{SIGNED} WHERE {}", visible.condition("label", 0));
    let row = tx.row(&sql, &visible.with(&[]))?;
    let size = u64::try_from(row.int(0)?).map_err(Error::broken)?;
    let at = tx.rows(SIGNED_AT, &[row.int(1)?.into()])?.first().map(|row| row.time(0)).transpose()?;
    Ok((size, at.filter(|_| size > 0)))
}

fn waiting(tx: &mut Tx<'_>, ctx: &Ctx, visible: &Visible) -> Result<Released<Vec<Waiting>>> {
    let sql = format!("{OPEN} AND {} ORDER BY priority, due_at, id LIMIT 500", visible.condition("label", 1));
    let rows = tx.rows(&sql, &visible.with(&[ctx.now.into()]))?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Waiting>> {
    let word = row.text(0)?;
    let task = Task::find(&word).ok_or_else(|| Error::broken("an unknown task"))?;
    let label = row.label(8)?;
    let waiting = Waiting {
        id: row.id(9)?,
        kind: word,
        priority: row.int(1)?,
        title: task.title().to_owned(),
        button: task.button().to_owned(),
        case: row.opt_text(2)?,
        thing: row.text(3)?,
        note: row.text(4)?,
        step: row.int(5)?,
        opened_at: row.time(6)?,
        due_at: row.time(7)?,
        label: label.clone(),
    };
    Ok(Labelled::new(waiting, label))
}

const OPEN: &str = "-- desk::watch::floor
    SELECT kind, priority, case_id, thing, note, step, opened_at, due_at, label, id FROM task
     WHERE done_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM shelf s WHERE s.task_id = task.id AND s.ended_at IS NULL AND s.until > $1)";

const SIGNED: &str = "-- desk::watch::signed
    SELECT count(*) FILTER (WHERE idx < head.size), coalesce(max(idx) FILTER (WHERE idx < head.size), -1)
      FROM entry CROSS JOIN (SELECT coalesce(max(size), 0) AS size FROM checkpoint) AS head";

const SIGNED_AT: &str = "-- desk::watch::signed at
    SELECT at FROM checkpoint WHERE size > $1 ORDER BY size LIMIT 1";

const ARRIVALS: &str = "-- desk::watch::arrivals
    SELECT received_at FROM report WHERE received_at >= $1";
