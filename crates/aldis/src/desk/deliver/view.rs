//! A delivery as its readers here see it.

use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::desk::visible::{Visible, shown};
use crate::error::Result;
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// A delivery as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// Its id.
    pub id: Id,
    /// The release it carries.
    pub release: Id,
    /// The warning.
    pub warning: Id,
    /// The case.
    pub case: Id,
    /// The audience's title.
    pub title: String,
    /// node, mail, webhook, text, hand or cap.
    pub channel: String,
    /// queued, sent, delivered, opened, answered, acted or failed.
    pub progress: String,
    /// How often it was tried.
    pub attempts: i64,
    /// The envelope's id.
    #[serde(skip)]
    pub message: Option<String>,
    /// Receipt or officer's statement.
    pub evidence: Option<String>,
    /// The last error.
    pub error: Option<String>,
    /// The step of the escalation ladder; 0 before the first.
    pub ladder_step: i64,
    /// When it was delivered.
    pub delivered_at: Option<Time>,
    /// When a human answered.
    pub answered_at: Option<Time>,
    /// When action was reported.
    pub acted_at: Option<Time>,
    /// The last answer, in words.
    pub answer: Option<String>,
    /// Who here may see it.
    pub label: Label,
}

/// Finds a delivery the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Delivery>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(&format!("{SELECT} WHERE d.id = $1"), &[id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Lists the deliveries of a warning, in the order they were queued.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may not see the warning.
pub fn of_warning(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Id) -> Result<Released<Vec<Delivery>>> {
    crate::desk::compose::find(tx, ctx, warning)?;
    let rows =
        tx.rows(&format!("{SELECT} WHERE r.warning_id = $1 ORDER BY d.queued_at, d.id"), &[warning.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

/// Lists deliveries that await an answer or failed, oldest first.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn waiting(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Vec<Delivery>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!(
        "{SELECT} WHERE {WAITING} AND {} ORDER BY d.queued_at, d.id LIMIT 200",
        visible.condition("d.label", 0)
    );
    let rows = tx.rows(&sql, &visible.with(&[]))?;
    shown(ctx, rows.iter().map(labelled))
}

/// Lists deliveries, newest first: all that may be seen or only those that failed, at most `limit`, from
/// the newest or from the one after `before`.
///
/// # Errors
///
/// [`crate::error::Error::Forbidden`]; [`crate::error::Error::NotFound`] if `before` may not be seen.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    failed: bool,
    before: Option<&Id>,
    limit: usize,
) -> Result<Released<Vec<Delivery>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let last = match before {
        Some(id) => {
            find(tx, ctx, id)?;
            tx.row(QUEUED_AT, &[id.into()])?.int(0)?
        }
        None => i64::MAX,
    };
    let only = if failed { "d.progress = 'failed' AND" } else { "" };
    let sql = format!(
        "{SELECT} WHERE {only} (d.queued_at < $1 OR (d.queued_at = $1 AND d.id < $2)) AND {}
         ORDER BY d.queued_at DESC, d.id DESC LIMIT {limit}",
        visible.condition("d.label", 2)
    );
    let rows = tx.rows(&sql, &visible.with(&[last.into(), before.map_or("", Id::as_str).into()]))?;
    shown(ctx, rows.iter().map(labelled))
}

/// Reads a delivery for the machine.
pub(in crate::desk) fn read(tx: &mut Tx<'_>, id: &Id) -> Result<Delivery> {
    let row = tx.row(&format!("{SELECT} WHERE d.id = $1"), &[id.into()])?;
    delivery(&row)
}

fn labelled(row: &Row) -> Result<Labelled<Delivery>> {
    let found = delivery(row)?;
    let label = found.label.clone();
    Ok(Labelled::new(found, label))
}

fn delivery(row: &Row) -> Result<Delivery> {
    Ok(Delivery {
        id: row.id(0)?,
        release: row.id(1)?,
        warning: row.id(2)?,
        case: row.id(3)?,
        title: row.text(4)?,
        channel: row.text(5)?,
        progress: row.text(6)?,
        attempts: row.int(7)?,
        message: row.opt_text(8)?,
        evidence: row.opt_text(9)?,
        error: row.opt_text(10)?,
        ladder_step: row.int(11)?,
        delivered_at: row.opt_time(12)?,
        answered_at: row.opt_time(13)?,
        acted_at: row.opt_time(14)?,
        answer: row.opt_text(15)?,
        label: row.label(16)?,
    })
}

const SELECT: &str = "-- desk::deliver::find
    SELECT d.id, d.release_id, r.warning_id, w.case_id, a.title, d.channel, d.progress, d.attempts, d.message,
           d.evidence, d.error, d.ladder_step, d.delivered_at, d.answered_at, d.acted_at,
           (SELECT n.answer FROM answer n WHERE n.delivery_id = d.id ORDER BY n.recorded_at DESC, n.id DESC LIMIT 1),
           d.label
      FROM delivery d
      JOIN release r ON r.id = d.release_id
      JOIN warning w ON w.id = r.warning_id
      JOIN audience a ON a.id = r.audience_id";

const QUEUED_AT: &str = "-- desk::deliver::list before
    SELECT queued_at FROM delivery WHERE id = $1";

const WAITING: &str = "(d.progress IN ('queued', 'sent', 'delivered', 'opened', 'failed')
       OR (d.progress = 'answered' AND EXISTS (SELECT 1 FROM task t WHERE t.thing = d.id AND t.done_at IS NULL)))";
