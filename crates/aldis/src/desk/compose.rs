//! Writes a warning portion by portion, and shows what each audience would read.
//!
//! Rule: `model::tearline`. Nothing here leaves: a draft is above the line, and a preview is for its
//! author.

use super::visible::shown;
use super::{case, determine, gather};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::tearline::{Portion, Transformation};
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

mod cap_draft;
mod notes;
mod version;

pub use cap_draft::CapDraft;
pub use version::{Preview, preview};

pub(super) use version::{registered, version};

/// A warning as its author writes it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The line above every version: it must be fit for the public.
    pub subject: String,
    /// When the window ends, if the warning has one.
    pub ends_at: Option<Time>,
    /// Whether it concerns one victim only, rather than anybody there.
    pub targeted: bool,
    /// What CAP needs beside the text.
    pub cap: CapDraft,
    /// The sentences, in order.
    pub portions: Vec<Sentence>,
}

/// One sentence of a draft.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// The text.
    pub text: String,
    /// Who may see it.
    pub label: Label,
    /// The reports it rests on; may be empty for advice.
    pub basis: Vec<Id>,
    /// How it was written anew so that more people may read it; may be empty.
    pub transformed: Vec<Transformation>,
}

/// Stores a draft and returns its id.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if it says nothing, or a basis is not a report of the case.
pub fn draft(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, draft: &Draft) -> Result<Id> {
    ctx.may(Action::Draft)?;
    let duty = determine::find(tx, ctx, duty)?.into_inner();
    write(tx, ctx, &duty, draft)
}

/// Stores a draft for another verb.
pub(super) fn write(tx: &mut Tx<'_>, ctx: &Ctx, duty: &determine::Seen, draft: &Draft) -> Result<Id> {
    let reports = check(tx, ctx, &duty.case, draft)?;
    let id = ctx.id("W");
    let label = above(duty, &reports, draft);
    let stored = tx.label(&label)?;
    let author = ctx.actor.id.as_str();
    tx.insert(
        Table::Warning,
        INSERT,
        &[
            (&id).into(),
            (&duty.case).into(),
            (&duty.id).into(),
            draft.subject.trim().into(),
            author.into(),
            stored,
            draft.ends_at.into(),
            if draft.targeted { "yes" } else { "no" }.into(),
            serde_json::to_string(&draft.cap).map_err(Error::broken)?.into(),
            ctx.now.into(),
        ],
    )?;
    // What happens to the warning moves the duty: whoever may not see the one may not follow the other.
    determine::raise(tx, duty, &label)?;
    let mut event = Event::new(Kind::ReleaseDrafted, label)
        .case(Some(&duty.case))
        .with("warning", &id)
        .with("subject", draft.subject.trim())
        .with("by", &ctx.actor.name);
    for (position, portion) in (1_i64..).zip(&draft.portions) {
        insert_portion(tx, ctx, &id, position, portion)?;
        if let Some(name) = usize::try_from(position - 1).ok().and_then(|at| PORTION_FIELDS.get(at)) {
            event = event.with(name, recorded(portion));
        }
    }
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Writes a sentence for the record: its label, its text, and how it was written anew.
fn recorded(portion: &Sentence) -> String {
    let ways: Vec<String> = portion.transformed.iter().map(Transformation::to_string).collect();
    let ways = if ways.is_empty() { String::new() } else { format!(" [{}]", ways.join("; ")) };
    format!("{}: {}{ways}", portion.label, portion.text.trim())
}

/// Joins what a warning comes from: its case, what it rests on and every sentence.
///
/// A warning whose sentences are all CLEAR still names its case, and a version of it shows by what it
/// dropped that there was more.
fn above(duty: &determine::Seen, reports: &[case::Linked], draft: &Draft) -> Label {
    let rests_on = |id: &Id| draft.portions.iter().any(|portion| portion.basis.contains(id));
    let basis = reports.iter().filter(|linked| rests_on(&linked.report)).map(|linked| &linked.label);
    let labels = draft.portions.iter().map(|portion| &portion.label).chain(basis);
    labels.fold(inside(&duty.label), |all, label| all.join(&inside(label)))
}

fn insert_portion(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Id, position: i64, portion: &Sentence) -> Result<()> {
    let label = tx.label(&portion.label)?;
    let basis: Vec<&str> = portion.basis.iter().map(Id::as_str).collect();
    let id = ctx.id("S");
    tx.insert(
        Table::Portion,
        INSERT_PORTION,
        &[
            (&id).into(),
            warning.into(),
            position.into(),
            portion.text.trim().into(),
            label,
            basis.join(",").into(),
        ],
    )
}

/// Refuses what cannot be a warning, and returns the reports of the case that the author may see.
fn check(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, draft: &Draft) -> Result<Vec<case::Linked>> {
    let length = draft.subject.trim().chars().count();
    if !(1..=SUBJECT_MAX).contains(&length) || draft.subject.chars().any(char::is_control) {
        return Err(Error::refused("give the warning a subject of 1 to 120 letters on one line"));
    }
    if draft.portions.is_empty() || draft.portions.len() > PORTION_FIELDS.len() {
        return Err(Error::Refused(format!("a warning has 1 to {} sentences", PORTION_FIELDS.len())));
    }
    if draft.ends_at.is_some_and(|end| end <= ctx.now) {
        return Err(Error::refused("the window would end in the past"));
    }
    draft.cap.check()?;
    let reports = case::reports(tx, ctx, case)?.into_inner();
    for (number, portion) in (1..).zip(&draft.portions) {
        if portion.text.trim().is_empty() || portion.text.len() > TEXT_MAX {
            return Err(Error::Refused(format!("sentence {number} must have 1 to 4000 letters")));
        }
        if let Some(report) =
            portion.basis.iter().find(|id| reports.iter().all(|linked| linked.report != **id))
        {
            return Err(Error::Refused(format!(
                "sentence {number} rests on {report}, which is not in this case"
            )));
        }
        check_transformed(tx, ctx, number, portion, &draft.cap.contact)?;
    }
    Ok(reports)
}

/// Compares how a sentence is said to have been written anew with the reports it rests on.
fn check_transformed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    number: usize,
    portion: &Sentence,
    contact: &str,
) -> Result<()> {
    if portion.transformed.is_empty() {
        return Ok(());
    }
    if portion.transformed.len() > TRANSFORMED_MAX {
        return Err(Error::Refused(format!("sentence {number}: at most {TRANSFORMED_MAX} transformations")));
    }
    let mut above = Vec::new();
    for report in &portion.basis {
        above.push(gather::find(tx, ctx, report)?.into_inner().body);
    }
    for how in &portion.transformed {
        how.check(&above, portion.text.trim(), contact).map_err(|problem| {
            Error::Refused(format!("sentence {number}: {} does not hold: {}", problem.rule, problem.says))
        })?;
    }
    Ok(())
}

/// A warning as its reader sees it, above the line.
#[derive(Clone, Debug, Serialize)]
pub struct Warning {
    /// Its id.
    pub id: Id,
    /// Its case.
    pub case: Id,
    /// The duty it discharges.
    pub duty: Id,
    /// The line above every version.
    pub subject: String,
    /// Who wrote it.
    pub author: String,
    /// Its label.
    pub label: Label,
    /// When its window ends.
    pub ends_at: Option<Time>,
    /// Whether it concerns one victim only.
    pub targeted: bool,
    /// What CAP needs beside the text.
    pub cap: CapDraft,
    /// When it was drafted.
    pub created_at: Time,
    /// When the window ended without a decision.
    pub lapsed_at: Option<Time>,
}

/// Finds a warning the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Warning>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(&format!("{SELECT} WHERE w.id = $1"), &[id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Lists warnings, newest first; of one case if it is named.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, case: Option<&Id>) -> Result<Released<Vec<Warning>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = super::visible::Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!(
        "{SELECT} WHERE ($1 = '' OR w.case_id = $1) AND {} ORDER BY w.created_at DESC, w.id DESC LIMIT 500",
        visible.condition("w.label", 1)
    );
    let case = case.map_or("", Id::as_str);
    let rows = tx.rows(&sql, &visible.with(&[case.into()]))?;
    shown(ctx, rows.iter().map(labelled))
}

/// Shows the sentences of a warning to somebody here, those he may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn sentences(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Id) -> Result<Released<Vec<(i64, Label, String)>>> {
    find(tx, ctx, warning)?;
    let rows = portions(tx, warning)?;
    let labelled = rows.into_iter().map(|portion| {
        let (position, label) = (portion.position, portion.label.clone());
        Ok(portion.text.map(|text| (position, label, text)))
    });
    shown(ctx, labelled)
}

fn labelled(row: &Row) -> Result<Labelled<Warning>> {
    let label = row.label(5)?;
    let warning = Warning {
        id: row.id(0)?,
        case: row.id(1)?,
        duty: row.id(2)?,
        subject: row.text(3)?,
        author: row.text(4)?,
        label: label.clone(),
        ends_at: row.opt_time(6)?,
        targeted: row.text(7)? == "yes",
        cap: serde_json::from_str(&row.text(8)?).map_err(Error::broken)?,
        created_at: row.time(9)?,
        lapsed_at: row.opt_time(10)?,
    };
    Ok(Labelled::new(warning, label))
}

/// Reads the portions of a warning, behind the gate.
pub(super) fn portions(tx: &mut Tx<'_>, warning: &Id) -> Result<Vec<Portion>> {
    let rows = tx.rows(PORTIONS, &[warning.into()])?;
    rows.iter()
        .map(|row| {
            let label = row.label(2)?;
            let basis = row.text(3)?;
            Ok(Portion {
                position: row.int(0)?,
                text: Labelled::text(row.text(1)?, label.clone()),
                label,
                basis: basis
                    .split(',')
                    .filter(|id| !id.is_empty())
                    .map(str::parse)
                    .collect::<std::result::Result<_, _>>()?,
            })
        })
        .collect()
}

/// A portion's label for rows that stay inside: whom it may go to says nothing about our own people.
pub(super) fn inside(label: &Label) -> Label {
    Label { rel_to: None, unnamed: label.tlp, ..label.clone() }
}

const SUBJECT_MAX: usize = 120;
const TEXT_MAX: usize = 4_000;
const TRANSFORMED_MAX: usize = 20;

const PORTION_FIELDS: [&str; 40] = [
    "s01", "s02", "s03", "s04", "s05", "s06", "s07", "s08", "s09", "s10", "s11", "s12", "s13", "s14", "s15",
    "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26", "s27", "s28", "s29", "s30",
    "s31", "s32", "s33", "s34", "s35", "s36", "s37", "s38", "s39", "s40",
];

const INSERT: &str = "-- desk::compose::draft
    INSERT INTO warning (id, case_id, duty_id, subject, author, label, ends_at, targeted, cap, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const INSERT_PORTION: &str = "-- desk::compose::draft portion
    INSERT INTO portion (id, warning_id, position, body, label, basis) VALUES ($1, $2, $3, $4, $5, $6)";

const SELECT: &str = "-- desk::compose::find
    SELECT w.id, w.case_id, w.duty_id, w.subject, w.author, w.label, w.ends_at, w.targeted, w.cap, w.created_at,
           w.lapsed_at
      FROM warning w";

const PORTIONS: &str = "-- desk::compose::portions
    SELECT position, body, label, basis FROM portion WHERE warning_id = $1 ORDER BY position";
