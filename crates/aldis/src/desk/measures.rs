//! What is done for a person at risk, and what the person said to it.
//!
//! Rule: `model::measure`. A measure that needs a yes is not put in force without one; a refusal is kept
//! without penalty and ends that measure only: the warning and the other measures stand.

use super::danger::about;
use super::register;
use super::visible::shown;
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::measure::{self, Status};
use aldis_model::role::Action;
use aldis_model::{Id, Labelled, Released, Time};
use serde::Serialize;

/// A measure to be proposed.
#[derive(Clone, Copy, Debug)]
pub struct NewMeasure<'a> {
    /// Its number in the catalogue.
    pub measure: &'a str,
    /// The case it is for, if there is one.
    pub case: Option<&'a Id>,
    /// Who carries it out.
    pub owner: &'a str,
    /// Why; for a measure without the person's yes: why it is in the person's interest all the same.
    pub reasons: &'a str,
}

/// Proposes a measure for somebody and returns its id.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] for an unknown number, or without an owner or reasons;
/// [`Error::Conflict`] if the same measure is already on the way.
pub fn propose(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id, new: &NewMeasure<'_>) -> Result<Id> {
    ctx.may(Action::Register).or_else(|_| ctx.may(Action::Decide))?;
    let label = about(tx, ctx, subject, new.case)?;
    let known = measure::find(new.measure)
        .ok_or_else(|| Error::Refused(format!("{:?} is not a measure: M01 to M58", new.measure)))?;
    let (owner, reasons) = (new.owner.trim(), new.reasons.trim());
    if owner.is_empty() || owner.len() > OWNER_MAX || reasons.is_empty() || reasons.len() > WORDS_MAX {
        return Err(Error::refused("name who carries it out, and say why"));
    }
    // What is under way for a case that the actor may not see stops nobody: the refusal would tell of it.
    let open = tx.rows(OPEN, &[subject.into(), known.id.into()])?;
    let open = shown(ctx, open.iter().map(|row| Ok(Labelled::new((), row.label(0)?))))?;
    if !open.get().is_empty() {
        return Err(Error::Conflict(format!("{} is already on the way: change that one", known.id)));
    }
    let id = ctx.id("M");
    let stored = tx.label(&label)?;
    tx.insert(
        Table::Measure,
        PROPOSE,
        &[
            (&id).into(),
            subject.into(),
            new.case.map(Id::as_str).into(),
            known.id.into(),
            owner.into(),
            Status::Proposed.as_str().into(),
            reasons.into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(Kind::MeasureStatus, label)
        .case(new.case)
        .with("subject", subject)
        .with("id", &id)
        .with("measure", known.id)
        .with("title", known.title)
        .with("status", Status::Proposed.as_str())
        .with("consent", if known.consent { "needed" } else { "not needed" })
        .with("owner", owner)
        .with("reasons", reasons)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Records what has become of a measure.
///
/// `words`: what the person said, or how it was put in force.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without words, if one cannot follow the other, or if the
/// person's yes is missing; [`Error::Conflict`] if somebody else changed it meanwhile.
pub fn change(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id, status: Status, words: &str) -> Result<()> {
    ctx.may(Action::Answer)?;
    let row = tx.row(&format!("{SELECT} WHERE m.id = $1"), &[id.into()])?;
    let label = row.label(7)?;
    let before = ctx.show(labelled(&row)?)?.into_inner();
    let known = measure::find(&before.measure).ok_or_else(|| Error::broken("an unknown measure"))?;
    let was = Status::find(&before.status).ok_or_else(|| Error::broken("an unknown status"))?;
    if words.trim().is_empty() || words.len() > WORDS_MAX {
        return Err(Error::refused("write down what the person said, or how it was put in force"));
    }
    let agreed = before.agreed_at.is_some();
    if !was.may_become(status, known.consent, agreed) {
        let missing = known.consent && !agreed && was.may_become(status, false, false);
        let why = if missing { ": the person's yes is not on file" } else { "" };
        return Err(Error::Refused(format!(
            "{} is {} and cannot become {}{why}",
            known.id,
            was.as_str(),
            status.as_str()
        )));
    }
    let agreed_at = match status {
        Status::Accepted => Some(ctx.now),
        Status::Refused | Status::Proposed => None,
        _ => before.agreed_at,
    };
    tx.update(
        Table::Measure,
        CHANGE,
        &[
            id.into(),
            was.as_str().into(),
            status.as_str().into(),
            agreed_at.into(),
            words.trim().into(),
            ctx.now.into(),
        ],
    )?;
    let case = before.case.as_deref().map(str::parse::<Id>).transpose()?;
    let event = Event::new(Kind::MeasureStatus, label)
        .case(case.as_ref())
        .with("subject", &before.subject)
        .with("id", id)
        .with("measure", known.id)
        .with("title", known.title)
        .with("status", status.as_str())
        .with("before", was.as_str())
        .with("consent", if known.consent { "needed" } else { "not needed" })
        .with("owner", &before.owner)
        .with("words", words.trim())
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// A measure as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Measure {
    /// Its id.
    pub id: Id,
    /// For whom, by cover name.
    pub subject: String,
    /// In which case, if any.
    pub case: Option<String>,
    /// Its number in the catalogue.
    pub measure: String,
    /// Who carries it out.
    pub owner: String,
    /// What has become of it.
    pub status: String,
    /// When the person said yes.
    pub agreed_at: Option<Time>,
    /// The reasons, or what was said last.
    pub words: String,
    /// When it last changed.
    pub changed_at: Time,
}

impl Measure {
    /// Returns what is done.
    pub fn title(&self) -> &'static str {
        measure::find(&self.measure).map_or("", |known| known.title)
    }
}

/// Lists the measures for somebody that the reader may see, oldest first.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn of_subject(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id) -> Result<Released<Vec<Measure>>> {
    register::find(tx, ctx, subject)?;
    let sql = format!("{SELECT} WHERE m.subject_id = $1 ORDER BY m.proposed_at, m.id");
    let rows = tx.rows(&sql, &[subject.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Measure>> {
    let measure = Measure {
        id: row.id(0)?,
        subject: row.text(1)?,
        case: row.opt_text(2)?,
        measure: row.text(3)?,
        owner: row.text(4)?,
        status: row.text(5)?,
        agreed_at: row.opt_time(6)?,
        words: row.text(8)?,
        changed_at: row.time(9)?,
    };
    Ok(Labelled::new(measure, row.label(7)?))
}

const OWNER_MAX: usize = 100;
const WORDS_MAX: usize = 2_000;

const PROPOSE: &str = "-- desk::measures::propose
    INSERT INTO measure (id, subject_id, case_id, measure, owner, status, words, label, proposed_by, proposed_at,
                         changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";

const OPEN: &str = "-- desk::measures::propose open
    SELECT label FROM measure
     WHERE subject_id = $1 AND measure = $2 AND status NOT IN ('refused', 'failed', 'ended') ORDER BY id";

const CHANGE: &str = "-- desk::measures::change
    UPDATE measure SET status = $3, agreed_at = $4, words = $5, changed_at = $6 WHERE id = $1 AND status = $2";

const SELECT: &str = "-- desk::measures::of_subject
    SELECT m.id, m.subject_id, m.case_id, m.measure, m.owner, m.status, m.agreed_at, m.label, m.words, m.changed_at
      FROM measure m";
