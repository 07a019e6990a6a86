//! Collections: what one partner may read, and what it may add.

use super::{PARTNER, place, uuid};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::desk::partners;
use crate::desk::visible::shown;
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::gate::{Audience, Ladder};
use aldis_model::role::Action;
use aldis_model::{Label, Labelled, Released, Time, Tlp};
use serde::Serialize;

/// A collection to be added.
#[derive(Clone, Debug)]
pub struct NewCollection<'a> {
    /// The partner it is for.
    pub partner: &'a str,
    /// The name its tools show.
    pub title: &'a str,
    /// What it holds, in words for the partner.
    pub description: Option<&'a str>,
    /// Whether the partner may read it.
    pub can_read: bool,
    /// Whether the partner may add to it.
    pub can_write: bool,
    /// Who here may know of it; never less than what a partner's name is.
    pub label: Label,
}

/// A collection as stored.
#[derive(Clone, Debug, Serialize)]
pub struct Collection {
    /// Its UUID.
    pub id: String,
    /// The partner's short name.
    pub partner: String,
    /// The name its tools show.
    pub title: String,
    /// What it holds.
    pub description: Option<String>,
    /// Whether the partner may read it.
    pub can_read: bool,
    /// Whether the partner may add to it.
    pub can_write: bool,
    /// When it was made.
    pub created_at: Time,
    /// Who here may know of it.
    #[serde(skip)]
    pub label: Label,
    /// The highest label the partner may receive.
    #[serde(skip)]
    pub ceiling: Tlp,
    #[serde(skip)]
    pub(super) number: i64,
}

impl Collection {
    /// Describes the partner to the gate.
    pub fn audience(&self) -> Audience {
        Audience::new(&self.partner, &self.partner, Ladder::Partner, self.ceiling)
    }
}

/// Adds a collection and returns its UUID.
///
/// # Errors
///
/// [`Error::Forbidden`]; [`Error::Refused`] if there is no such partner, the title is empty or too
/// long, or it could neither be read nor written; [`Error::Conflict`] beyond 4,095 collections.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewCollection<'_>) -> Result<String> {
    ctx.may(Action::Partner)?;
    let partner = known_partner(tx, new.partner)?;
    let title = new.title.trim();
    if title.is_empty() || title.len() > TEXT_MAX || new.description.is_some_and(|text| text.len() > TEXT_MAX)
    {
        return Err(Error::refused(
            "a collection has a title, and title and description are at most 1,000 bytes",
        ));
    }
    if !new.can_read && !new.can_write {
        return Err(Error::refused("a collection that can neither be read nor written is of no use"));
    }
    let number = tx.row(NEXT_NUMBER, &[])?.int(0)?;
    if number > place::NUMBER_MAX {
        return Err(Error::Conflict("there are 4,095 collections, which is all a node can hold".to_owned()));
    }
    let (id, label) = (uuid(ctx.random("collection")), PARTNER.join(&new.label));
    let since = |yes: bool| yes.then_some(ctx.now);
    let label_text = tx.label(&label)?;
    tx.insert(
        Table::TaxiiCollection,
        ADD,
        &[
            id.as_str().into(),
            number.into(),
            (&partner.id).into(),
            title.into(),
            new.description.into(),
            label_text,
            since(new.can_read).into(),
            since(new.can_write).into(),
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(Kind::TaxiiCollectionAdded, label)
        .with("collection", &id)
        .with("partner", &partner.name)
        .with("title", title)
        .with("can_read", new.can_read)
        .with("can_write", new.can_write);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Lists the collections an officer may know of, by partner and age.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Collection>> {
    ctx.may(Action::ReadDesk)?;
    let rows = tx.rows(&format!("{SELECT} ORDER BY p.name, c.number"), &[])?;
    let labelled = |row: &Row| {
        let found = collection(row)?;
        let label = found.label.clone();
        Ok(Labelled::new(found, label))
    };
    Ok(shown(ctx, rows.iter().map(labelled))?.into_inner())
}

/// Lists the collections of the partner whose tool asks, oldest first.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn own(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Vec<Collection>>> {
    ctx.may(Action::Deliver)?;
    let sql = format!("{SELECT} WHERE c.partner_id = $1 ORDER BY c.number");
    let rows = tx.rows(&sql, &[ctx.actor.id.as_str().into()])?;
    shown(ctx, rows.iter().map(towards_owner))
}

/// Finds a collection of the partner whose tool asks.
///
/// # Errors
///
/// [`Error::NotFound`], also if it is another partner's.
pub fn own_one(tx: &mut Tx<'_>, ctx: &Ctx, id: &str) -> Result<Released<Collection>> {
    ctx.may(Action::Deliver)?;
    let sql = format!("{SELECT} WHERE c.id = $1 AND c.partner_id = $2");
    ctx.show(towards_owner(&tx.row(&sql, &[id.into(), ctx.actor.id.as_str().into()])?)?)
}

/// Guards a collection towards the partner it was made for, which knows of it.
fn towards_owner(row: &Row) -> Result<Labelled<Collection>> {
    let found = collection(row)?;
    let label = Label::clear().releasable_to(&found.partner);
    Ok(Labelled::new(found, label))
}

/// Finds a collection for the machine.
pub(super) fn find(tx: &mut Tx<'_>, id: &str) -> Result<Collection> {
    collection(&tx.row(&format!("{SELECT} WHERE c.id = $1"), &[id.into()])?)
}

/// Lists the collections that a partner reads and does not add to, oldest first.
pub(super) fn read_only(tx: &mut Tx<'_>, partner: &str) -> Result<Vec<Collection>> {
    let sql = format!(
        "{SELECT} WHERE p.name = $1 AND c.readable_at IS NOT NULL AND c.writable_at IS NULL ORDER BY c.number"
    );
    tx.rows(&sql, &[partner.into()])?.iter().map(collection).collect()
}

/// Finds the partner something is made for; a suspended one is not known.
pub(super) fn known_partner(tx: &mut Tx<'_>, name: &str) -> Result<partners::Partner> {
    partners::by_name(tx, name).map_err(|error| match error {
        Error::NotFound => {
            Error::Refused(format!("there is no partner {name:?}: add it with `aldis partner add`"))
        }
        other => other,
    })
}

fn collection(row: &Row) -> Result<Collection> {
    Ok(Collection {
        id: row.text(0)?,
        number: row.int(1)?,
        partner: row.text(2)?,
        ceiling: row.parsed(3)?,
        title: row.text(4)?,
        description: row.opt_text(5)?,
        label: row.label(6)?,
        can_read: row.opt_time(7)?.is_some(),
        can_write: row.opt_time(8)?.is_some(),
        created_at: row.time(9)?,
    })
}

const TEXT_MAX: usize = 1_000;

const ADD: &str = "-- desk::share::collections::add
    INSERT INTO taxii_collection (id, number, partner_id, title, description, label, readable_at, writable_at,
                                  created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const NEXT_NUMBER: &str = "-- desk::share::collections::add number
    SELECT coalesce(max(number), 0) + 1 FROM taxii_collection";

const SELECT: &str = "-- desk::share::collections
    SELECT c.id, c.number, p.name, p.ceiling, c.title, c.description, c.label, c.readable_at, c.writable_at,
           c.created_at
      FROM taxii_collection c JOIN partner p ON p.id = c.partner_id";
