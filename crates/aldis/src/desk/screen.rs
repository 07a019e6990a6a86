//! Asks the sealer who of the register may be meant in a report; a person decides.
//!
//! Rule: crate `names`, inside `seal`. What comes out is a cover name, a place in the text, a score
//! and reasons that do not spell the registered name.

use super::visible::shown;
use super::{gather, reopen, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use crate::seal::{Screener, Sealer};
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::HOUR_US;
use aldis_model::{Id, Label, Labelled, Released, Tlp};
use serde::Serialize;

/// Screens a report; a second run of the same report changes nothing.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such report.
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
        let reach = if found.full { FULL } else { PART };
        tx.insert(Table::HitEvidence, EVIDENCE, &[(&id).into(), found.bits.into(), reach.into()])?;
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
            event
                .with("subject", &subject)
                .with("score", found.score)
                .with("bits", found.bits)
                .with("why", found.why)
                .with("rules", crate::RULES),
        )?;
    }
    let words = serde_json::to_string(&sealer.words(&body)).map_err(Error::broken)?;
    tx.insert(Table::ReportWords, WORDS, &[report.into(), words.into(), ctx.now.into()])?;
    tx.update(Table::Report, SCREENED, &[report.into(), ctx.now.into()])?;
    // "No hit" would tell a reader of the report whether there is a match he may not see.
    let event = Event::new(Kind::ScreenRun, report_label).with("report", report).with("rules", crate::RULES);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Hands out the part of the register the officer may see, to compare texts that are no reports.
///
/// Whoever may screen can ask about any name: that somebody asked stays on the record, what was asked
/// does not.
///
/// # Errors
///
/// [`Error::Forbidden`]; [`Error::Broken`] if a sealed name cannot be opened.
pub fn ask(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer) -> Result<Screener> {
    ctx.may(Action::Screen)?;
    let rows = tx.rows(SUBJECTS, &[])?;
    let seen = shown(ctx, rows.iter().map(|row| Ok(Labelled::new(row.text(0)?, row.label(1)?))))?;
    let screener = sealer.screener(tx, &seen.into_inner().into_iter().collect())?;
    let event = Event::new(Kind::ScreenAsked, Label::plain(Tlp::Green)).with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(screener)
}

/// Confirms or rejects a hit.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Conflict`] if it was decided before.
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
    if confirm {
        reopen::about(tx, ctx, &found.report, &found.label, std::slice::from_ref(&found.subject))?;
    }
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
    /// How rarely ordinary text gives such a match: once in 2 to the power of this many words; not
    /// known of old hits.
    pub bits: Option<f64>,
    /// Whether the whole name was seen; not known of old hits.
    pub full: Option<bool>,
    /// Why, without the registered name.
    pub why: String,
    /// Its label: the join of the report's and the entry's.
    pub label: Label,
    /// confirmed or rejected, if decided.
    pub decided: Option<String>,
}

impl Hit {
    /// Says in words how rarely ordinary text gives such a match; nothing of old hits.
    pub fn rarity(&self) -> Option<String> {
        self.bits.map(|bits| {
            let words = bits.clamp(0.0, 60.0).exp2();
            let (count, unit) = match words {
                words if words < 1e4 => return format!("{bits:.0} bits: common in ordinary text"),
                words if words < 1e6 => (words / 1e3, "thousand"),
                words if words < 1e9 => (words / 1e6, "million"),
                words => (words / 1e9, "billion"),
            };
            format!("{bits:.0} bits: once in {count:.0} {unit} ordinary words")
        })
    }
}

/// Lists the hits of a report in the order of the text.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may not see the report.
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
        bits: row.opt_int(10)?.map(bits),
        full: row.opt_text(11)?.map(|reach| reach == FULL),
        why: row.text(6)?,
        label: label.clone(),
        decided: row.opt_text(8)?,
    };
    Ok(Labelled::new(hit, label))
}

#[expect(clippy::cast_precision_loss, reason = "thousandths of a bit stay far below 2 to the 52")]
fn bits(thousandths: i64) -> f64 {
    thousandths as f64 / 1000.0
}

const HITS_MAX: usize = 500;

pub(super) const FULL: &str = "full";
const PART: &str = "part";

const REPORT: &str = "-- desk::screen::run report
    SELECT body, label, screened_at FROM report WHERE id = $1";

const SUBJECT_LABEL: &str = "-- desk::screen::run subject
    SELECT label FROM subject WHERE id = $1";

const SUBJECTS: &str = "-- desk::screen::ask
    SELECT id, label FROM subject ORDER BY id";

const INSERT: &str = "-- desk::screen::run
    INSERT INTO hit (id, report_id, subject_id, span_start, span_end, score, why, label)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const EVIDENCE: &str = "-- desk::screen::run evidence
    INSERT INTO hit_evidence (id, bits, reach) VALUES ($1, $2, $3)";

const WORDS: &str = "-- desk::screen::run words
    INSERT INTO report_words (id, words, at) VALUES ($1, $2, $3)";

const SCREENED: &str = "-- desk::screen::run screened
    UPDATE report SET screened_at = $2 WHERE id = $1 AND screened_at IS NULL";

const DECIDE: &str = "-- desk::screen::decide
    UPDATE hit SET decided = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND decided IS NULL";

const SELECT: &str = "-- desk::screen::hits
    SELECT h.id, h.report_id, h.subject_id, h.span_start, h.span_end, h.score, h.why, h.label, h.decided, r.body,
           e.bits, e.reach
      FROM hit h JOIN report r ON r.id = h.report_id LEFT JOIN hit_evidence e ON e.id = h.id";
