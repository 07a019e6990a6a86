//! Asks the sealer who of the register may be meant in a report; a person decides.
//!
//! Rule: crate `names`, inside `seal`. What comes out is a cover name, a place in the text, a score
//! and reasons that do not spell the registered name.

use super::visible::shown;
use super::{gather, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::Result;
use crate::journal;
use crate::seal::Sealer;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::HOUR_US;
use aldis_model::{Id, Label, Labelled, Released};
use serde::Serialize;

/// Screens a report; a second run of the same report changes nothing.
///
/// # Errors
///
/// [`crate::error::Error::NotFound`] if there is no such report.
pub fn run(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer, report: &Id) -> Result<()> {
    ctx.may(Action::Screen)?;
    let row = tx.row(REPORT, &[report.into()])?;
    let (body, report_label, screened) = (row.text(0)?, row.label(1)?, row.opt_time(2)?);
    if screened.is_some() {
        return Ok(());
    }
    for found in sealer.screen(tx, &body)?.into_iter().take(HITS_MAX) {
        let subject: Id = found.subject.parse()?;
        let label = report_label.join(&tx.row(SUBJECT_LABEL, &[(&subject).into()])?.label(0)?);
        let id = ctx.id("H");
        let bound = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        let stored = tx.label(&label)?;
        tx.insert(
            Table::Hit,
            INSERT,
            &[
                (&id).into(),
                report.into(),
                (&subject).into(),
                bound(found.start).into(),
                bound(found.end).into(),
                found.score.into(),
                found.why.as_str().into(),
                stored,
            ],
        )?;
        let (priority, note) = (Priority::High, subject.as_str());
        let due = ctx.now.plus(HOUR_US);
        let task = tasks::New {
            kind: Task::Match,
            priority,
            case: None,
            thing: id.as_str(),
            note,
            label: &label,
            due,
        };
        tasks::open(tx, ctx, &task)?;
        let event = Event::new(Kind::ScreenHit, label).with("report", report).with("hit", &id);
        journal::append(
            tx,
            ctx,
            event.with("subject", &subject).with("score", found.score).with("why", found.why),
        )?;
    }
    tx.update(Table::Report, SCREENED, &[report.into(), ctx.now.into()])?;
    // "No hit" would tell a reader of the report whether there is a match he may not see.
    let event = Event::new(Kind::ScreenRun, report_label).with("report", report);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Confirms or rejects a hit.
///
/// # Errors
///
/// [`crate::error::Error::NotFound`]; [`crate::error::Error::Conflict`] if it was decided before.
pub fn decide(tx: &mut Tx<'_>, ctx: &Ctx, hit: &Id, confirm: bool, reason: &str) -> Result<()> {
    ctx.may(Action::Screen)?;
    let row = tx.row(&format!("{SELECT} WHERE h.id = $1"), &[hit.into()])?;
    let found = ctx.show(labelled(&row)?)?.into_inner();
    let decided = if confirm { "confirmed" } else { "rejected" };
    tx.update(
        Table::Hit,
        DECIDE,
        &[hit.into(), decided.into(), ctx.actor.id.as_str().into(), ctx.now.into()],
    )?;
    tasks::close(tx, ctx, Task::Match, hit.as_str())?;
    let event = Event::new(Kind::ScreenDecided, found.label)
        .with("report", &found.report)
        .with("hit", hit)
        .with("subject", &found.subject)
        .with("decided", decided)
        .with("reason", reason)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// A proposed match, as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Hit {
    /// Its id.
    pub id: Id,
    /// In which report.
    pub report: Id,
    /// The cover name.
    pub subject: String,
    /// The words in the text.
    pub quoted: String,
    /// Where they start, in bytes.
    pub start: i64,
    /// Where they end.
    pub end: i64,
    /// How well it fits, in thousandths.
    pub score: i64,
    /// Why, without the registered name.
    pub why: String,
    /// Its label: the join of the report's and the entry's.
    pub label: Label,
    /// confirmed or rejected, if decided.
    pub decided: Option<String>,
}

/// Lists the hits of a report in the order of the text.
///
/// # Errors
///
/// [`crate::error::Error::NotFound`] if the reader may not see the report.
pub fn hits(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id) -> Result<Released<Vec<Hit>>> {
    gather::find(tx, ctx, report)?;
    let sql = format!("{SELECT} WHERE h.report_id = $1 ORDER BY h.span_start, h.id");
    let rows = tx.rows(&sql, &[report.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Hit>> {
    let (start, end, body) = (row.int(3)?, row.int(4)?, row.text(9)?);
    let span = usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0);
    let label = row.label(7)?;
    let hit = Hit {
        id: row.id(0)?,
        report: row.id(1)?,
        subject: row.text(2)?,
        quoted: body.get(span).unwrap_or_default().to_owned(),
        start,
        end,
        score: row.int(5)?,
        why: row.text(6)?,
        label: label.clone(),
        decided: row.opt_text(8)?,
    };
    Ok(Labelled::new(hit, label))
}

const HITS_MAX: usize = 500;

const REPORT: &str = "-- desk::screen::run report
    SELECT body, label, screened_at FROM report WHERE id = $1";

const SUBJECT_LABEL: &str = "-- desk::screen::run subject
    SELECT label FROM subject WHERE id = $1";

const INSERT: &str = "-- desk::screen::run
    INSERT INTO hit (id, report_id, subject_id, span_start, span_end, score, why, label)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const SCREENED: &str = "-- desk::screen::run screened
    UPDATE report SET screened_at = $2 WHERE id = $1 AND screened_at IS NULL";

const DECIDE: &str = "-- desk::screen::decide
    UPDATE hit SET decided = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND decided IS NULL";

const SELECT: &str = "-- desk::screen::hits
    SELECT h.id, h.report_id, h.subject_id, h.span_start, h.span_end, h.score, h.why, h.label, h.decided, r.body
      FROM hit h JOIN report r ON r.id = h.report_id";
