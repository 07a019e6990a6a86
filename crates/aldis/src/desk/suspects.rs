//! Names who is suspected in a case, how likely, and by which reports.
//!
//! A suspicion stays in its case: no list is made of it, nothing is searched by it, and it ends with the
//! case. It helps to warn, and to see that a new report is about the same people.

use super::visible::shown;
use super::{case, gather};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::grade::Likelihood;
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// A suspicion as an analyst states it.
#[derive(Clone, Debug)]
pub struct NewSuspect<'a> {
    /// A cover name, a group, a role or a description; never what one believes or belongs to alone.
    pub name: &'a str,
    /// How likely it is that they are behind it.
    pub likelihood: Likelihood,
    /// The reports that say so, the nearest first.
    pub chain: &'a [Id],
    /// Why.
    pub reasons: &'a str,
}

/// Names a suspect; a later word about the same one stands beside the earlier.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a name, a reason or a report of this case.
pub fn name(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, new: &NewSuspect<'_>) -> Result<Id> {
    ctx.may(Action::Assess)?;
    let found = case::find(tx, ctx, case)?.into_inner();
    let name = new.name.trim();
    if name.is_empty() || name.len() > NAME_MAX || new.reasons.trim().is_empty() {
        return Err(Error::refused("say in 1 to 200 letters who is suspected, and say why"));
    }
    if new.chain.is_empty() || new.chain.len() > CHAIN_MAX {
        return Err(Error::refused("name 1 to 20 reports that say so: a suspicion without a source is none"));
    }
    let linked = case::reports(tx, ctx, case)?.into_inner();
    let mut label = found.label;
    for report in new.chain {
        if linked.iter().all(|linked| linked.report != *report) {
            return Err(Error::Refused(format!("{report} is not in this case: link it first")));
        }
        label = label.join(&gather::find(tx, ctx, report)?.get().label);
    }
    let id = ctx.id("SU");
    let stored = tx.label(&label)?;
    let chain = new.chain.iter().map(Id::as_str).collect::<Vec<_>>().join(",");
    tx.insert(
        Table::Suspect,
        INSERT,
        &[
            (&id).into(),
            case.into(),
            name.into(),
            new.likelihood.as_str().into(),
            chain.as_str().into(),
            new.reasons.trim().into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(Kind::ActorNamed, label)
        .case(Some(case))
        .with("suspect", &id)
        .with("name", name)
        .with("likelihood", new.likelihood)
        .with("chain", chain)
        .with("reasons", new.reasons.trim())
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// A suspicion as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Suspect {
    /// Its id.
    pub id: Id,
    /// Who.
    pub name: String,
    /// How likely.
    pub likelihood: String,
    /// The reports that say so.
    pub chain: Vec<String>,
    /// Why.
    pub reasons: String,
    /// Its label.
    pub label: Label,
    /// Who stated it, by name.
    pub by: String,
    /// When.
    pub at: Time,
}

/// Lists the suspicions of a case that the reader may see, oldest first.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn of_case(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id) -> Result<Released<Vec<Suspect>>> {
    case::find(tx, ctx, case)?;
    let rows = tx.rows(OF_CASE, &[case.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Suspect>> {
    let label = row.label(5)?;
    let suspect = Suspect {
        id: row.id(0)?,
        name: row.text(1)?,
        likelihood: row.text(2)?,
        chain: row.text(3)?.split(',').map(str::to_owned).collect(),
        reasons: row.text(4)?,
        label: label.clone(),
        by: row.text(6)?,
        at: row.time(7)?,
    };
    Ok(Labelled::new(suspect, label))
}

const NAME_MAX: usize = 200;
const CHAIN_MAX: usize = 20;

const INSERT: &str = "-- desk::suspects::name
    INSERT INTO suspect (id, case_id, name, likelihood, chain, reasons, label, stated_by, stated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

const OF_CASE: &str = "-- desk::suspects::of_case
    SELECT s.id, s.name, s.likelihood, s.chain, s.reasons, s.label, coalesce(o.name, s.stated_by), s.stated_at
      FROM suspect s LEFT JOIN officer o ON o.id = s.stated_by
     WHERE s.case_id = $1 ORDER BY s.stated_at, s.id";
