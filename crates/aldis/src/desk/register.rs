//! The register of people, groups and places at risk, by cover name.
//!
//! An entry needs a purpose. Names and what tells them from namesakes go straight to the sealer; a name
//! comes back through [`super::identity`] alone.

use super::alarms::{self, Forecast};
use super::visible::{Visible, shown};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use crate::seal::{Discriminators, Sealer};
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

/// Adds to an entry what tells it from its namesakes.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such entry or the officer may not see it; [`Error::Refused`] if
/// nothing is given.
pub fn describe(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    subject: &Id,
    known: &Discriminators,
) -> Result<()> {
    ctx.may(Action::Register)?;
    let found = find(tx, ctx, subject)?.into_inner();
    if known.is_empty() {
        return Err(Error::refused("give a birth year, place, organisation or role"));
    }
    sealer.describe(tx, ctx, subject, known)?;
    let event = Event::new(Kind::ListEntryDescribed, found.label)
        .with("subject", subject)
        .with("count", known.count())
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Enters somebody with what tells them from namesakes, and forecasts the false alarms.
///
/// A name that would raise one or more a day is refused first, so that the desk hears of it while it
/// can still add a discriminator; `noisy` says that it is wanted all the same.
///
/// # Errors
///
/// As [`add`] and [`describe`]; [`Error::Refused`] with the forecast if the name is noisy.
pub fn enter(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    new: &NewSubject<'_>,
    known: &Discriminators,
    noisy: bool,
) -> Result<(Id, Forecast)> {
    ctx.may(Action::Register)?;
    let forecast = alarms::forecast(tx, ctx, sealer, new.kind, new.names, known)?;
    if forecast.is_noisy() && !noisy {
        return Err(Error::Refused(format!(
            "{forecast}; add a discriminator, or say that it is wanted all the same"
        )));
    }
    let id = add(tx, ctx, sealer, new)?;
    if !known.is_empty() {
        describe(tx, ctx, sealer, &id, known)?;
    }
    Ok((id, forecast))
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

/// Finds an entry the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Subject>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!("{} WHERE s.id = $1", select(&visible, 1));
    let row = tx.row(&sql, &visible.with(&[id.into()]))?;
    ctx.show(labelled(&row)?)
}

/// Lists the entries the reader may see.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Vec<Subject>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let order = "ORDER BY s.id LIMIT 500";
    let sql = format!("{} WHERE {} {order}", select(&visible, 0), visible.condition("s.label", 0));
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

/// Selects entries, each in the last tier that the reader may see.
fn select(visible: &Visible, first: usize) -> String {
    format!(
        "-- desk::register::list
    SELECT s.id, s.kind, s.category,
           coalesce((SELECT t.tier FROM tier t WHERE t.subject_id = s.id AND {}
                      ORDER BY t.set_at DESC, t.id DESC LIMIT 1), s.tier),
           s.purpose, s.label, s.created_at
      FROM subject s",
        visible.condition("t.label", first)
    )
}
