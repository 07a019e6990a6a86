//! Grades a report: source, information, likelihood and confidence, each by itself.
//!
//! Rule: `model::grade`. A grade is never overwritten; a later one stands beside it and the ledger
//! says who changed his mind, when and why.

use super::visible::shown;
use super::{gather, provenance};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::grade::{Confidence, Grade, GradeError, InfoCredibility, Likelihood};
use aldis_model::role::Action;
use aldis_model::scale::{Code, Imported, diagonal_pct};
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
    if graded.grade.info == InfoCredibility::Confirmed {
        confirmed(tx, ctx, report)?;
    }
    put(tx, ctx, &found, graded, None)
}

/// Grades a report by a code of another scale, which is kept beside what it says here.
///
/// Such a grade helps a reader; it cannot by itself make a threat credible or bear a waiver.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if it is no code of that scale.
pub fn import(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id, scale: Code, code: &str, reasons: &str) -> Result<()> {
    ctx.may(Action::Grade)?;
    let found = gather::find(tx, ctx, report)?.into_inner();
    let imported = scale.read(code).map_err(Error::refused)?;
    if imported.grade.info == InfoCredibility::Confirmed {
        confirmed(tx, ctx, report)?;
    }
    let graded =
        Graded { grade: imported.grade, likelihood: None, confidence: None, reasons: reasons.to_owned() };
    put(tx, ctx, &found, &graded, Some(&imported))
}

fn put(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    found: &gather::Report,
    graded: &Graded,
    imported: Option<&Imported>,
) -> Result<()> {
    let id = ctx.id("G");
    let label = tx.label(&found.label)?;
    tx.insert(
        Table::Grade,
        INSERT,
        &[
            (&id).into(),
            (&found.id).into(),
            graded.grade.to_string().into(),
            graded.likelihood.map(Likelihood::as_str).into(),
            graded.confidence.map(Confidence::as_str).into(),
            graded.reasons.as_str().into(),
            label,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    if let Some(imported) = imported {
        let deceptive = if imported.is_deceptive { "yes" } else { "no" };
        let values = [
            (&id).into(),
            imported.code.as_str().into(),
            imported.original.as_str().into(),
            deceptive.into(),
        ];
        tx.insert(Table::GradeCode, INSERT_CODE, &values)?;
    }
    let kind = if found.grade.is_none() { Kind::ReportGraded } else { Kind::ReportRegraded };
    // A report may stand in cases its reader may not see; the record finds it by its own id.
    let event = Event::new(kind, found.label.clone())
        .with("report", &found.id)
        .with("grade", graded.grade)
        .with_some("before", found.grade.as_deref())
        .with_some("scale", imported.map(|imported| imported.code))
        .with_some("original", imported.map(|imported| &imported.original))
        .with_some("deceptive", imported.filter(|imported| imported.is_deceptive).map(|_| "yes"))
        .with_some("likelihood", graded.likelihood)
        .with_some("confidence", graded.confidence)
        .with("reasons", &graded.reasons)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Tells an officer what share of their own grades lies on the diagonal, in percent.
///
/// `None` for fewer than 10 grades. Above [`aldis_model::scale::DIAGONAL_NOTICE_PCT`] letter and digit
/// are probably not judged apart.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn own_diagonal(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Option<u8>> {
    ctx.may(Action::Grade)?;
    let rows = tx.rows(OWN, &[ctx.actor.id.as_str().into()])?;
    let grades: Vec<Grade> =
        rows.iter().filter_map(|row| row.text(0).ok()).filter_map(|grade| grade.parse().ok()).collect();
    Ok(diagonal_pct(&grades))
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
    /// The code it was mapped from, with its scale; absent for a grade given here.
    pub original: Option<String>,
    /// Whether that code calls the source deliberately deceptive.
    pub is_deceptive: bool,
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
            original: row.opt_text(6)?,
            is_deceptive: row.opt_text(7)?.as_deref() == Some("yes"),
        })
    });
    ctx.show(Labelled::new(given.collect::<Result<Vec<_>>>()?, label))
}

/// Requires that a basis of the same case goes back to another origin than this report, as far as the
/// reader may see both: what he cannot read confirms nothing for him.
fn confirmed(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id) -> Result<()> {
    let rows = tx.rows(BESIDE, &[report.into()])?;
    let labelled = |row: &Row| Ok(Labelled::new(row.id(0)?, row.label(1)?.join(&row.label(2)?)));
    let mut all = shown(ctx, rows.iter().map(labelled))?.into_inner();
    all.push(report.clone());
    let paths = provenance::paths_of(tx, ctx, &all)?;
    let others = all.iter().map(Id::as_str).filter(|other| *other != report.as_str());
    if paths.is_confirmed(report.as_str(), others) {
        return Ok(());
    }
    let origins = paths.independent(all.iter().map(Id::as_str));
    Err(Error::refused(GradeError::NotConfirmed { origins: origins.min(1) }))
}

const INSERT: &str = "-- desk::grade::grade
    INSERT INTO grade (id, report_id, grade, likelihood, confidence, reasons, label, graded_by, graded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const INSERT_CODE: &str = "-- desk::grade::import
    INSERT INTO grade_code (id, scale, original, deceptive) VALUES ($1, $2, $3, $4)";

const OWN: &str = "-- desk::grade::own_diagonal
    SELECT grade FROM grade g WHERE graded_by = $1
       AND NOT EXISTS (SELECT 1 FROM grade_code c WHERE c.id = g.id)
     ORDER BY graded_at DESC, id DESC LIMIT 200";

const GIVEN: &str = "-- desk::grade::given
    SELECT g.grade, g.likelihood, g.confidence, g.reasons, coalesce(o.name, g.graded_by), g.graded_at,
           c.scale || ' ' || c.original, c.deceptive
      FROM grade g LEFT JOIN officer o ON o.id = g.graded_by LEFT JOIN grade_code c ON c.id = g.id
     WHERE g.report_id = $1 ORDER BY g.graded_at, g.id";

// Only what counts as a basis: context and later statements confirm nothing.
const BESIDE: &str = "-- desk::grade::confirmed
    SELECT DISTINCT r.id, r.label, c.label
      FROM case_report mine
      JOIN case_report other ON other.case_id = mine.case_id AND other.relation = 'basis'
      JOIN case_file c ON c.id = mine.case_id
      JOIN report r ON r.id = other.report_id
     WHERE mine.report_id = $1 AND mine.relation = 'basis' AND r.id <> $1
     ORDER BY r.id";
