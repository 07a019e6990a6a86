//! Which reports rest on which: the machine proposes ties, a person decides, origins are counted.
//!
//! Rule: `model::provenance`. A tie binds until a person rejects it: doubt about independence is not
//! independence. A tie is as closed as both its reports, and a reader's count of origins rests on what
//! that reader may see and on nothing else.

mod find;

pub use find::propose;

use super::gather;
use super::visible::shown;
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::provenance::{Paths, Tie};
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What an officer says a report rests on.
#[derive(Clone, Debug)]
pub struct NewTie<'a> {
    /// An earlier report, if it was taken in.
    pub upstream: Option<&'a Id>,
    /// Otherwise its name, such as a newspaper.
    pub name: &'a str,
    /// How the report rests on it.
    pub relation: Tie,
    /// Why.
    pub why: &'a str,
}

/// Ties a report to what it rests on; a tie made by a person needs no second decision.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a reason or an upstream; [`Error::Conflict`] if the two
/// are tied already.
pub fn tie(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id, new: &NewTie<'_>) -> Result<Id> {
    ctx.may(Action::Grade)?;
    let found = gather::find(tx, ctx, report)?.into_inner();
    if new.why.trim().is_empty() || new.why.len() > WORDS_MAX {
        return Err(Error::refused("say why it rests on the other, in 1 to 1000 letters"));
    }
    let mut label = found.label;
    let name = new.name.trim();
    match new.upstream {
        Some(upstream) if upstream == report => {
            return Err(Error::refused("a report cannot rest on itself"));
        }
        Some(upstream) => label = label.join(&gather::find(tx, ctx, upstream)?.get().label),
        None if name.is_empty() || name.len() > NAME_MAX => {
            return Err(Error::refused("name the report it rests on, or in 1 to 200 letters who wrote it"));
        }
        None => {}
    }
    let up = new.upstream.map(Id::as_str);
    if !tx.rows(IS_TIED, &[report.into(), up.into(), name.into()])?.is_empty() {
        return Err(Error::Conflict("the two are tied already".to_owned()));
    }
    let tied =
        Proposed { report, upstream: new.upstream, name, relation: new.relation, shared: 0, why: new.why };
    let id = insert(tx, ctx, &tied, &label)?;
    decide_row(tx, ctx, &id, true, new.why)?;
    let event = Event::new(Kind::TieDecided, label)
        .with("report", report)
        .with("tie", &id)
        .with_some("upstream", new.upstream)
        .with("named", name)
        .with("relation", new.relation)
        .with("decided", "confirmed")
        .with("reason", new.why)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Confirms or rejects a proposed tie.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a reason; [`Error::Conflict`] if it was decided before.
pub fn decide(tx: &mut Tx<'_>, ctx: &Ctx, tie: &Id, confirm: bool, reason: &str) -> Result<()> {
    ctx.may(Action::Grade)?;
    let row = tx.row(&format!("{SELECT} WHERE t.id = $1"), &[tie.into()])?;
    let found = ctx.show(labelled(&row)?)?.into_inner();
    if reason.trim().is_empty() || reason.len() > WORDS_MAX {
        return Err(Error::refused("say why it rests on the other or does not, in 1 to 1000 letters"));
    }
    decide_row(tx, ctx, tie, confirm, reason)?;
    let event = Event::new(Kind::TieDecided, found.label)
        .with("report", &found.report)
        .with("tie", tie)
        .with_some("upstream", found.upstream)
        .with("named", found.name)
        .with("relation", found.relation)
        .with("decided", if confirm { "confirmed" } else { "rejected" })
        .with("reason", reason)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

struct Proposed<'a> {
    report: &'a Id,
    upstream: Option<&'a Id>,
    name: &'a str,
    relation: Tie,
    shared: i64,
    why: &'a str,
}

fn insert(tx: &mut Tx<'_>, ctx: &Ctx, new: &Proposed<'_>, label: &Label) -> Result<Id> {
    let id = ctx.id("TE");
    let stored = tx.label(label)?;
    tx.insert(
        Table::Tie,
        INSERT,
        &[
            (&id).into(),
            new.report.into(),
            new.upstream.map(Id::as_str).into(),
            new.name.into(),
            new.relation.as_str().into(),
            new.shared.into(),
            new.why.into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    Ok(id)
}

fn decide_row(tx: &mut Tx<'_>, ctx: &Ctx, tie: &Id, confirm: bool, reason: &str) -> Result<()> {
    let decided = if confirm { "confirmed" } else { "rejected" };
    let by = ctx.actor.id.as_str();
    tx.update(Table::Tie, DECIDE, &[tie.into(), decided.into(), reason.into(), by.into(), ctx.now.into()])
}

/// A tie as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Tied {
    /// Its id.
    pub id: Id,
    /// The later report.
    pub report: Id,
    /// What it rests on, if it was taken in.
    pub upstream: Option<Id>,
    /// Otherwise its name.
    pub name: String,
    /// The title of the earlier report; empty where nobody took it in.
    pub title: String,
    /// reprints, quotes, cites or translates.
    pub relation: String,
    /// How much of the shorter text both share, in percent.
    pub shared_pct: i64,
    /// Why.
    pub why: String,
    /// Its label: the join of both reports'.
    pub label: Label,
    /// When it was proposed.
    pub proposed_at: Time,
    /// confirmed or rejected, if a person decided.
    pub decided: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Lists what a report rests on, oldest tie first.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn of_report(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id) -> Result<Released<Vec<Tied>>> {
    gather::find(tx, ctx, report)?;
    let sql = format!("{SELECT} WHERE t.report_id = $1 ORDER BY t.proposed_at, t.id");
    let rows = tx.rows(&sql, &[report.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

/// How the reports of a case, or one report, go back to their origins.
#[derive(Clone, Debug, Serialize)]
pub struct Origins {
    /// Each report with the origins at which its ties end.
    pub roots: BTreeMap<String, BTreeSet<String>>,
    /// How many independent origins there are: exact for 0, 1 and "2 or more".
    pub independent: usize,
    /// The ties that count: confirmed, or not decided yet.
    pub ties: Vec<Tied>,
}

/// Counts the independent origins among reports the reader may see; others are left out.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn origins(tx: &mut Tx<'_>, ctx: &Ctx, reports: &[Id]) -> Result<Released<Origins>> {
    ctx.may(Action::ReadDesk)?;
    let seen = walk(tx, ctx, reports)?;
    Ok(seen.map(|(known, ties)| {
        let paths = paths(&known, &ties);
        let asked: Vec<&str> =
            reports.iter().map(Id::as_str).filter(|id| known.iter().any(|(known, _)| known == id)).collect();
        let roots = asked.iter().map(|id| ((*id).to_owned(), paths.roots(id))).collect();
        let independent = paths.independent(asked.iter().copied());
        Origins { roots, independent, ties }
    }))
}

/// Reads the ways from some reports, as far as the reader may see them.
pub(super) fn paths_of(tx: &mut Tx<'_>, ctx: &Ctx, reports: &[Id]) -> Result<Paths> {
    let (known, ties) = walk(tx, ctx, reports)?.into_inner();
    Ok(paths(&known, &ties))
}

type Known = Vec<(String, String)>;

fn paths(known: &Known, ties: &[Tied]) -> Paths {
    let up = |tied: &Tied| tied.upstream.as_ref().map_or_else(|| tied.name.clone(), ToString::to_string);
    Paths::new(known.iter().cloned(), ties.iter().map(|tied| (tied.report.to_string(), up(tied))))
}

/// Follows the ties that count from some reports: the reports met with their origins, and the ties.
fn walk(tx: &mut Tx<'_>, ctx: &Ctx, reports: &[Id]) -> Result<Released<(Known, Vec<Tied>)>> {
    let mut open: Vec<Id> = reports.to_vec();
    let mut met: BTreeSet<String> = open.iter().map(ToString::to_string).collect();
    let (mut known, mut ties) = (Vec::new(), Vec::new());
    while let Some(id) = open.pop() {
        let Some(row) = tx.rows(ORIGIN, &[(&id).into()])?.into_iter().next() else { continue };
        let Ok(report) = ctx.show(Labelled::new((row.text(0)?, row.text(1)?), row.label(2)?)) else {
            continue;
        };
        known.push(report);
        for row in tx.rows(COUNTING, &[(&id).into()])? {
            let Ok(tied) = ctx.show(labelled(&row)?) else { continue };
            let up = tied.get().upstream.clone().filter(|up| met.insert(up.to_string()));
            open.extend(up.filter(|_| met.len() <= WALK_MAX));
            ties.push(tied);
        }
    }
    Ok(Released::collect(known).zip(Released::collect(ties)))
}

fn labelled(row: &Row) -> Result<Labelled<Tied>> {
    let label = row.label(8)?;
    let tied = Tied {
        id: row.id(0)?,
        report: row.id(1)?,
        upstream: row.opt_id(2)?,
        name: row.text(3)?,
        title: row.opt_text(4)?.unwrap_or_default(),
        relation: row.text(5)?,
        shared_pct: row.int(6)?,
        why: row.text(7)?,
        label: label.clone(),
        proposed_at: row.time(9)?,
        decided: row.opt_text(10)?,
        reason: row.opt_text(11)?,
    };
    Ok(Labelled::new(tied, label))
}

const WORDS_MAX: usize = 1_000;
const NAME_MAX: usize = 200;

/// Reports followed from one case; beyond that a chain of ties is cut off, which can only hide that two
/// are dependent further up than anybody reads.
const WALK_MAX: usize = 2_000;

const INSERT: &str = "-- desk::provenance::insert
    INSERT INTO tie (id, report_id, upstream_id, upstream, relation, shared, why, label, proposed_by, proposed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const DECIDE: &str = "-- desk::provenance::decide
    UPDATE tie SET decided = $2, reason = $3, decided_by = $4, decided_at = $5
     WHERE id = $1 AND decided IS NULL";

const IS_TIED: &str = "-- desk::provenance::tie is tied
    SELECT id FROM tie WHERE report_id = $1 AND coalesce(upstream_id, '') = coalesce($2, '') AND upstream = $3
       AND coalesce(decided, '') <> 'rejected'";

const SELECT: &str = "-- desk::provenance::of_report
    SELECT t.id, t.report_id, t.upstream_id, t.upstream, u.title, t.relation, t.shared, t.why, t.label,
           t.proposed_at, t.decided, t.reason
      FROM tie t LEFT JOIN report u ON u.id = t.upstream_id";

const COUNTING: &str = "-- desk::provenance::walk
    SELECT t.id, t.report_id, t.upstream_id, t.upstream, u.title, t.relation, t.shared, t.why, t.label,
           t.proposed_at, t.decided, t.reason
      FROM tie t LEFT JOIN report u ON u.id = t.upstream_id
     WHERE t.report_id = $1 AND coalesce(t.decided, '') <> 'rejected' ORDER BY t.proposed_at, t.id";

const ORIGIN: &str = "-- desk::provenance::walk report
    SELECT id, origin, label FROM report WHERE id = $1";
