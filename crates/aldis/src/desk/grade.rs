//! Grades a report: source, information, likelihood and confidence, each by itself.
//!
//! Rule: `model::grade`. A grade is never overwritten; a later one stands beside it and the ledger
//! says who changed his mind, when and why.

use super::gather;
use super::visible::shown;
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::grade::{Confidence, Grade, Likelihood};
use aldis_model::role::Action;
use aldis_model::{Id, Labelled, Released, Time};
use serde::Serialize;

/// What an analyst says about a report.
#[derive(Clone, Debug)]
pub struct Graded {
    /// Source and information, such as B2.
    pub grade: Grade,
    /// How likely the event is.
    pub likelihood: Option<Likelihood>,
    /// How well founded the judgement is.
    pub confidence: Option<Confidence>,
    /// Why.
    pub reasons: String,
}

/// Grades a report.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if "confirmed by other sources" is claimed while all
/// reports of its cases go back to one origin.
pub fn grade(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id, graded: &Graded) -> Result<()> {
    ctx.may(Action::Grade)?;
    let found = gather::find(tx, ctx, report)?.into_inner();
    let origins = origins(tx, ctx, report)?;
    graded.grade.info.supported_by(origins.iter().map(String::as_str)).map_err(Error::refused)?;
    let before = found.grade;
    let label = tx.label(&found.label)?;
    tx.insert(
        Table::Grade,
        INSERT,
        &[
            (&ctx.id("G")).into(),
            report.into(),
            graded.grade.to_string().into(),
            graded.likelihood.map(Likelihood::as_str).into(),
            graded.confidence.map(Confidence::as_str).into(),
            graded.reasons.as_str().into(),
            label,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let kind = if before.is_none() { Kind::ReportGraded } else { Kind::ReportRegraded };
    // A report may stand in cases its reader may not see; the record finds it by its own id.
    let event = Event::new(kind, found.label)
        .with("report", report)
        .with("grade", graded.grade)
        .with_some("before", before)
        .with_some("likelihood", graded.likelihood)
        .with_some("confidence", graded.confidence)
        .with("reasons", &graded.reasons)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// One grade as it was given.
#[derive(Clone, Debug, Serialize)]
pub struct Given {
    /// Source and information.
    pub grade: String,
    /// The likelihood word.
    pub likelihood: Option<String>,
    /// The confidence word.
    pub confidence: Option<String>,
    /// Why.
    pub reasons: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Time,
}

/// Lists the grades of a report, oldest first.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn given(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id) -> Result<Released<Vec<Given>>> {
    let label = gather::find(tx, ctx, report)?.get().label.clone();
    let rows = tx.rows(GIVEN, &[report.into()])?;
    let given = rows.iter().map(|row| {
        Ok(Given {
            grade: row.text(0)?,
            likelihood: row.opt_text(1)?,
            confidence: row.opt_text(2)?,
            reasons: row.text(3)?,
            by: row.text(4)?,
            at: row.time(5)?,
        })
    });
    ctx.show(Labelled::new(given.collect::<Result<Vec<_>>>()?, label))
}

/// Lists the roots of the reports that stand beside this one in cases, as far as the reader may see
/// both: what he cannot read confirms nothing for him.
fn origins(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id) -> Result<Vec<String>> {
    let rows = tx.rows(ORIGINS, &[report.into()])?;
    let labelled = |row: &Row| Ok(Labelled::new(row.text(0)?, row.label(1)?.join(&row.label(2)?)));
    Ok(shown(ctx, rows.iter().map(labelled))?.into_inner())
}

const INSERT: &str = "-- desk::grade::grade
    INSERT INTO grade (id, report_id, grade, likelihood, confidence, reasons, label, graded_by, graded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const GIVEN: &str = "-- desk::grade::given
    SELECT g.grade, g.likelihood, g.confidence, g.reasons, coalesce(o.name, g.graded_by), g.graded_at
      FROM grade g LEFT JOIN officer o ON o.id = g.graded_by
     WHERE g.report_id = $1 ORDER BY g.graded_at, g.id";

// Only what counts as a basis: context and later statements confirm nothing.
const ORIGINS: &str = "-- desk::grade::origins
    SELECT r.origin, r.label, r.label FROM report r WHERE r.id = $1
     UNION
    SELECT r.origin, r.label, c.label
      FROM case_report mine
      JOIN case_report other ON other.case_id = mine.case_id AND other.relation = 'basis'
      JOIN case_file c ON c.id = mine.case_id
      JOIN report r ON r.id = other.report_id
     WHERE mine.report_id = $1 AND mine.relation = 'basis'";
