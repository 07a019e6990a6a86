//! The register of people, groups and places at risk, by cover name.
//!
//! An entry needs a purpose. Names go straight to the sealer and come back from nowhere else.

use super::visible::{Visible, shown};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use crate::seal::Sealer;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// An entry to be added.
#[derive(Clone, Debug)]
pub struct NewSubject<'a> {
    /// `person`, `group` or `place`.
    pub kind: &'a str,
    /// The names, in any script; at least one. Sealed at once.
    pub names: &'a [String],
    /// What kind of people this one belongs to.
    pub category: &'a str,
    /// `T0` to `T5`.
    pub tier: &'a str,
    /// Why the entry exists.
    pub purpose: &'a str,
    /// Who may see the entry.
    pub label: Label,
}

/// Adds an entry and returns its cover name.
///
/// # Errors
///
/// [`Error::Refused`] without a name, a known kind and tier, or a purpose.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer, new: &NewSubject<'_>) -> Result<Id> {
    ctx.may(Action::Register)?;
    let prefix = match new.kind {
        "person" => "PR",
        "group" => "GR",
        "place" => "PL",
        other => return Err(Error::Refused(format!("{other:?} is not a kind: person, group or place"))),
    };
    if new.purpose.trim().is_empty() {
        return Err(Error::refused("say why this entry must exist: an entry without a purpose cannot"));
    }
    if new.names.is_empty() || !["T0", "T1", "T2", "T3", "T4", "T5"].contains(&new.tier) {
        return Err(Error::refused("an entry has at least one name and a tier from T0 to T5"));
    }
    let id = ctx.id(prefix);
    let label = tx.label(&new.label)?;
    tx.insert(
        Table::Subject,
        ADD,
        &[
            (&id).into(),
            new.kind.into(),
            new.category.into(),
            new.tier.into(),
            new.purpose.into(),
            label,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    for name in new.names {
        sealer.add(tx, ctx, &id, name)?;
    }
    let event = Event::new(Kind::ListEntryCreated, new.label.clone())
        .with("subject", &id)
        .with("list", new.kind)
        .with("purpose", new.purpose)
        .with("tier", new.tier)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// An entry as its reader sees it: no name.
#[derive(Clone, Debug, Serialize)]
pub struct Subject {
    /// The cover name.
    pub id: Id,
    /// person, group or place.
    pub kind: String,
    /// What kind of people.
    pub category: String,
    /// T0 to T5.
    pub tier: String,
    /// Why the entry exists.
    pub purpose: String,
    /// Its label.
    pub label: Label,
    /// When it was made.
    pub created_at: Time,
}

/// Lists the entries the reader may see.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Vec<Subject>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!("{SELECT} WHERE {} ORDER BY id LIMIT 500", visible.condition("label", 0));
    let rows = tx.rows(&sql, &visible.with(&[]))?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Subject>> {
    let label = row.label(5)?;
    let subject = Subject {
        id: row.id(0)?,
        kind: row.text(1)?,
        category: row.text(2)?,
        tier: row.text(3)?,
        purpose: row.text(4)?,
        label: label.clone(),
        created_at: row.time(6)?,
    };
    Ok(Labelled::new(subject, label))
}

const ADD: &str = "-- desk::register::add
    INSERT INTO subject (id, kind, category, tier, purpose, label, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const SELECT: &str = "-- desk::register::list
    SELECT id, kind, category, tier, purpose, label, created_at FROM subject";
