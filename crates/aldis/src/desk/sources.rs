//! Says what is known about the source of a report, factor by factor, and what a case rests on.
//!
//! Rule: `model::scale` (ICD 206). A descriptor says how good a source is and never who it is. The
//! summary statement counts and grades and names nobody, so that it may stay in a tear-line.

use super::visible::shown;
use super::{case, determine, gather, provenance};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::scale::{Cited, Descriptor, summary};
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// Describes the source of a report; what others said stays beside it.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if no factor is judged or one is longer than 500 letters.
pub fn describe(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id, descriptor: &Descriptor) -> Result<()> {
    ctx.may(Action::Grade)?;
    let label = gather::find(tx, ctx, report)?.get().label.clone();
    if descriptor.factors.is_empty() || descriptor.factors.iter().any(|(_, says)| says.len() > SAYS_MAX) {
        return Err(Error::refused(
            "judge at least one of access, validity, motivation, currency, completeness, deception, in up to 500 letters",
        ));
    }
    let stored = tx.label(&label)?;
    for (factor, says) in &descriptor.factors {
        tx.insert(
            Table::SourceNote,
            INSERT,
            &[
                (&ctx.id("SN")).into(),
                report.into(),
                factor.as_str().into(),
                says.trim().into(),
                stored.clone(),
                ctx.actor.id.as_str().into(),
                ctx.now.into(),
            ],
        )?;
    }
    let event = Event::new(Kind::SourceDescribed, label).with("report", report);
    journal::append(tx, ctx, event.with("factors", descriptor.line()).with("by", &ctx.actor.name)).map(|_| ())
}

/// What somebody said about one factor.
#[derive(Clone, Debug, Serialize)]
pub struct Note {
    /// The factor.
    pub factor: String,
    /// What was said.
    pub says: String,
    /// By whom, by name.
    pub by: String,
    /// When.
    pub at: Time,
}

/// Lists what was said about the source of a report, oldest first.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn notes(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id) -> Result<Released<Vec<Note>>> {
    gather::find(tx, ctx, report)?;
    let rows = tx.rows(NOTES, &[report.into()])?;
    let labelled = |row: &Row| {
        let label: Label = row.label(4)?;
        let note = Note { factor: row.text(0)?, says: row.text(1)?, by: row.text(2)?, at: row.time(3)? };
        Ok(Labelled::new(note, label))
    };
    shown(ctx, rows.iter().map(labelled))
}

/// Writes the source summary statement of a case, from the basis reports that the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn statement(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id) -> Result<Released<String>> {
    let label = case::find(tx, ctx, case)?.get().label.clone();
    let reports = case::reports(tx, ctx, case)?.into_inner();
    let basis: Vec<_> = reports.into_iter().filter(|linked| linked.relation == "basis").collect();
    let ids: Vec<Id> = basis.iter().map(|linked| linked.report.clone()).collect();
    let independent = provenance::paths_of(tx, ctx, &ids)?.independent(ids.iter().map(Id::as_str));
    let mut cited = Vec::new();
    for linked in &basis {
        let grade = linked.grade.as_deref().and_then(|grade| grade.parse().ok());
        cited.push(Cited { grade, is_mapped: determine::is_mapped(tx, &linked.report)? });
    }
    ctx.show(Labelled::new(summary(&cited, independent), label))
}

const SAYS_MAX: usize = 500;

const INSERT: &str = "-- desk::sources::describe
    INSERT INTO source_note (id, report_id, factor, body, label, said_by, said_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const NOTES: &str = "-- desk::sources::notes
    SELECT n.factor, n.body, coalesce(o.name, n.said_by), n.said_at, n.label
      FROM source_note n LEFT JOIN officer o ON o.id = n.said_by
     WHERE n.report_id = $1 ORDER BY n.said_at, n.id";
