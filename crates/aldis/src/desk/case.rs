//! Opens a case, ties reports to it and names whom it may concern.
//!
//! A report is the *basis* of a case, or *context*, or a later *statement*. Only a basis can support
//! the threshold; a statement attaches and never replaces.

use super::timers::{self, Timer};
use super::visible::{Visible, shown};
use super::{gather, reopen, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::duty::{Duty, State, Ttl, VictimKind, limit_us};
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// How a report belongs to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It supports the case.
    Basis,
    /// It helps to understand the case and supports nothing.
    Context,
    /// It says something afterwards.
    Statement,
}

impl Relation {
    /// All relations.
    pub const ALL: [Self; 3] = [Self::Basis, Self::Context, Self::Statement];

    /// Returns the word used in storage and exercises.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basis => "basis",
            Self::Context => "context",
            Self::Statement => "statement",
        }
    }

    /// Finds the relation by its word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.as_str() == word)
    }
}

/// Opens a case on a report that somebody has read, and returns its id.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if the title is empty.
pub fn open(tx: &mut Tx<'_>, ctx: &Ctx, title: &str, report: &Id) -> Result<Id> {
    ctx.may(Action::Triage)?;
    let title = title.trim();
    if title.is_empty() || title.len() > TITLE_MAX {
        return Err(Error::refused("give the case a title of 1 to 200 letters"));
    }
    let label = gather::find(tx, ctx, report)?.get().label.clone();
    let id = ctx.id("C");
    let stored = tx.label(&label)?;
    let by = ctx.actor.id.as_str();
    tx.insert(Table::CaseFile, OPEN, &[(&id).into(), title.into(), stored, by.into(), ctx.now.into()])?;
    insert_link(tx, ctx, &id, report, Relation::Basis)?;
    let event = Event::new(Kind::CaseOpened, label).case(Some(&id)).with("title", title);
    journal::append(tx, ctx, event.with("report", report).with("by", &ctx.actor.name))?;
    Ok(id)
}

/// Ties a report to a case. A basis report makes the case at least as restricted as itself.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Conflict`] if it is tied to it already.
pub fn link(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, report: &Id, relation: Relation) -> Result<()> {
    ctx.may(Action::Triage)?;
    let found = find(tx, ctx, case)?.into_inner();
    let linked = gather::find(tx, ctx, report)?.into_inner();
    insert_link(tx, ctx, case, report, relation)?;
    let label = found.label.join(&linked.label);
    if relation == Relation::Basis && label != found.label {
        let stored = tx.label(&label)?;
        tx.update(Table::CaseFile, RELABEL, &[case.into(), stored])?;
        relabel_children(tx, case, &label)?;
    }
    if relation == Relation::Basis {
        reopen::of_case(tx, ctx, case, report, &label)?;
    }
    let kind = match relation {
        Relation::Statement => Kind::StatementAttached,
        Relation::Basis | Relation::Context => Kind::ReportLinked,
    };
    let event = Event::new(kind, label)
        .case(Some(case))
        .with("report", report)
        .with("title", linked.title)
        .with("source", linked.source)
        .with("relation", relation.as_str())
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Restricts what tells of a case as much as the case: its duties, its warnings with their versions, deliveries,
/// calls and answers, its forecasts and its open tasks.
fn relabel_children(tx: &mut Tx<'_>, case: &Id, label: &Label) -> Result<()> {
    for (table, select, update) in CHILDREN {
        for row in tx.rows(select, &[case.into()])? {
            let stored = tx.label(&row.label(1)?.join(label))?;
            tx.update(table, update, &[row.text(0)?.into(), stored])?;
        }
    }
    Ok(())
}

fn insert_link(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, report: &Id, relation: Relation) -> Result<()> {
    let by = ctx.actor.id.as_str();
    tx.insert(
        Table::CaseReport,
        LINK,
        &[
            (&ctx.id("CR")).into(),
            case.into(),
            report.into(),
            relation.as_str().into(),
            by.into(),
            ctx.now.into(),
        ],
    )
}

/// Opens the duty to warn one victim of a case, in state RECEIVED, and returns its id.
///
/// `victim` is a cover name, a place or a group in words that may stand on a page.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if the victim is not named.
pub fn add_victim(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, kind: VictimKind, victim: &str) -> Result<Id> {
    ctx.may(Action::Triage)?;
    let found = find(tx, ctx, case)?.into_inner();
    let victim = victim.trim();
    if victim.is_empty() || victim.len() > TITLE_MAX {
        return Err(Error::refused(
            "say who or what is threatened in 1 to 200 letters: a cover name, a place, a group",
        ));
    }
    let restricted = match kind {
        VictimKind::NamedPerson => found.label.join(&of_cover(tx, ctx, victim)?),
        _ => found.label.clone(),
    };
    let duty = Duty::received("", Ttl::High, ctx.now.micros());
    let id = ctx.id("D");
    let label = tx.label(&restricted)?;
    tx.insert(
        Table::Duty,
        ADD_DUTY,
        &[
            (&id).into(),
            case.into(),
            kind.as_str().into(),
            victim.into(),
            duty.state().as_str().into(),
            serde_json::to_string(&duty).map_err(Error::broken)?.into(),
            duty.ttl().as_str().into(),
            label,
            ctx.now.into(),
        ],
    )?;
    let due = ctx.now.plus(limit_us(State::Received, duty.ttl()).unwrap_or_default());
    let task = tasks::New {
        kind: Task::Assess,
        priority: Priority::High,
        case: Some(case),
        thing: id.as_str(),
        note: victim,
        label: &restricted,
        due,
    };
    tasks::open(tx, ctx, &task)?;
    timers::set(tx, ctx, Timer::Limit, id.as_str(), 1, due)?;
    let event = Event::new(Kind::CaseState, restricted).case(Some(case)).with("duty", &id);
    journal::append(
        tx,
        ctx,
        event.with("victim", victim).with("state", duty.state()).with("by", &ctx.actor.name),
    )?;
    Ok(id)
}

/// Returns the label of a person's entry: a named person stands in a case under the cover name only.
fn of_cover(tx: &mut Tx<'_>, ctx: &Ctx, cover: &str) -> Result<Label> {
    let unknown = || {
        Error::refused("a named person stands here under the cover name: enter them in the register first")
    };
    let rows = tx.rows(COVER, &[cover.into()])?;
    let label = rows.first().ok_or_else(unknown)?.label(0)?;
    ctx.show(Labelled::new((), label.clone())).map_err(|_| unknown())?;
    Ok(label)
}

/// A case as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Case {
    /// Its id.
    pub id: Id,
    /// Its title.
    pub title: String,
    /// Its label: at least as strict as every basis report.
    pub label: Label,
    /// When it was opened.
    pub opened_at: Time,
    /// When it was closed, if it was.
    pub closed_at: Option<Time>,
}

/// A report of a case.
#[derive(Clone, Debug, Serialize)]
pub struct Linked {
    /// The report.
    pub report: Id,
    /// Its title.
    pub title: String,
    /// Where it came from.
    pub source: String,
    /// basis, context or statement.
    pub relation: String,
    /// The root it goes back to.
    pub origin: String,
    /// The organisation it came from.
    pub originator: String,
    /// Its last grade.
    pub grade: Option<String>,
    /// Its label.
    pub label: Label,
    /// When it arrived.
    pub received_at: Time,
}

/// Finds a case the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Case>> {
    ctx.may(Action::ReadDesk).or_else(|_| ctx.may(Action::ReadRecord))?;
    let row = tx.row(&format!("{SELECT} WHERE id = $1"), &[id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Lists the cases the reader may see, newest first.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Vec<Case>>> {
    ctx.may(Action::ReadDesk).or_else(|_| ctx.may(Action::ReadRecord))?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!(
        "{SELECT} WHERE {} ORDER BY opened_at DESC, id DESC LIMIT 500",
        visible.condition("label", 0)
    );
    let rows = tx.rows(&sql, &visible.with(&[]))?;
    shown(ctx, rows.iter().map(labelled))
}

/// Lists the reports of a case that the reader may see, in order of arrival.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn reports(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id) -> Result<Released<Vec<Linked>>> {
    find(tx, ctx, case)?;
    let rows = tx.rows(REPORTS, &[case.into()])?;
    shown(ctx, rows.iter().map(linked))
}

fn labelled(row: &Row) -> Result<Labelled<Case>> {
    let label = row.label(2)?;
    let case = Case {
        id: row.id(0)?,
        title: row.text(1)?,
        label: label.clone(),
        opened_at: row.time(3)?,
        closed_at: row.opt_time(4)?,
    };
    Ok(Labelled::new(case, label))
}

fn linked(row: &Row) -> Result<Labelled<Linked>> {
    let label = row.label(7)?;
    let linked = Linked {
        report: row.id(0)?,
        title: row.text(1)?,
        source: row.text(2)?,
        relation: row.text(3)?,
        origin: row.text(4)?,
        originator: row.text(5)?,
        grade: row.opt_text(6)?,
        label: label.clone(),
        received_at: row.time(8)?,
    };
    Ok(Labelled::new(linked, label))
}

const TITLE_MAX: usize = 200;

const OPEN: &str = "-- desk::case::open
    INSERT INTO case_file (id, title, label, opened_by, opened_at) VALUES ($1, $2, $3, $4, $5)";

const RELABEL: &str = "-- desk::case::link label
    UPDATE case_file SET label = $2 WHERE id = $1";

const CHILDREN: [(Table, &str, &str); 8] = [
    (
        Table::Duty,
        "-- desk::case::relabel duties
    SELECT id, label FROM duty WHERE case_id = $1 ORDER BY id",
        "-- desk::case::relabel duty
    UPDATE duty SET label = $2 WHERE id = $1",
    ),
    (
        Table::Warning,
        "-- desk::case::relabel warnings
    SELECT id, label FROM warning WHERE case_id = $1 ORDER BY id",
        "-- desk::case::relabel warning
    UPDATE warning SET label = $2 WHERE id = $1",
    ),
    (
        Table::Release,
        "-- desk::case::relabel releases
    SELECT r.id, r.label FROM release r JOIN warning w ON w.id = r.warning_id WHERE w.case_id = $1 ORDER BY r.id",
        "-- desk::case::relabel release
    UPDATE release SET label = $2 WHERE id = $1",
    ),
    (
        Table::Delivery,
        "-- desk::case::relabel deliveries
    SELECT d.id, d.label FROM delivery d JOIN release r ON r.id = d.release_id
      JOIN warning w ON w.id = r.warning_id WHERE w.case_id = $1 ORDER BY d.id",
        "-- desk::case::relabel delivery
    UPDATE delivery SET label = $2 WHERE id = $1",
    ),
    (
        Table::Escalation,
        "-- desk::case::relabel calls
    SELECT e.id, e.label FROM escalation e JOIN delivery d ON d.id = e.delivery_id
      JOIN release r ON r.id = d.release_id JOIN warning w ON w.id = r.warning_id
     WHERE w.case_id = $1 ORDER BY e.id",
        "-- desk::case::relabel call
    UPDATE escalation SET label = $2 WHERE id = $1",
    ),
    (
        Table::Answer,
        "-- desk::case::relabel answers
    SELECT n.id, n.label FROM answer n JOIN delivery d ON d.id = n.delivery_id
      JOIN release r ON r.id = d.release_id JOIN warning w ON w.id = r.warning_id
     WHERE w.case_id = $1 ORDER BY n.id",
        "-- desk::case::relabel answer
    UPDATE answer SET label = $2 WHERE id = $1",
    ),
    (
        Table::Forecast,
        "-- desk::case::relabel forecasts
    SELECT id, label FROM forecast WHERE case_id = $1 ORDER BY id",
        "-- desk::case::relabel forecast
    UPDATE forecast SET label = $2 WHERE id = $1",
    ),
    (
        Table::Task,
        "-- desk::case::relabel tasks
    SELECT id, label FROM task WHERE case_id = $1 AND done_at IS NULL ORDER BY id",
        "-- desk::case::relabel task
    UPDATE task SET label = $2 WHERE id = $1",
    ),
];

const LINK: &str = "-- desk::case::link
    INSERT INTO case_report (id, case_id, report_id, relation, linked_by, linked_at)
    VALUES ($1, $2, $3, $4, $5, $6)";

const ADD_DUTY: &str = "-- desk::case::add_victim
    INSERT INTO duty (id, case_id, victim_kind, victim, state, machine, ttl, author, label, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9)";

const COVER: &str = "-- desk::case::of_cover
    SELECT label FROM subject WHERE id = $1 AND kind = 'person'";

const SELECT: &str = "-- desk::case::find
    SELECT id, title, label, opened_at, closed_at FROM case_file";

const REPORTS: &str = "-- desk::case::reports
    SELECT r.id, r.title, r.source, c.relation, r.origin, r.originator,
           (SELECT g.grade FROM grade g WHERE g.report_id = r.id ORDER BY g.graded_at DESC, g.id DESC LIMIT 1),
           r.label, r.received_at
      FROM case_report c JOIN report r ON r.id = c.report_id
     WHERE c.case_id = $1 ORDER BY r.received_at, r.id";
