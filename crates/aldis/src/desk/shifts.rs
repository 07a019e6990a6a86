//! Who is on duty in which office, and how one officer hands over to the next.
//!
//! A shift is an officer in an office from one time to another. Handing over takes two: whoever goes offers
//! what is open to whoever comes, and it is handed over when that officer accepts. The taker gets what he
//! may see; for him the rest does not exist, and it stays on the floor of those who may see it.
//!
//! Rule: `model::chain::Office`.

use super::office;
use super::visible::Visible;
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::chain::{Office, Step};
use aldis_model::event::{Event, Kind};
use aldis_model::gate::may_see;
use aldis_model::role::Action;
use aldis_model::task::Task;
use aldis_model::time::HOUR_US;
use aldis_model::{Id, Label, Labelled, Released, Time, Tlp};
use serde::Serialize;

/// Puts an officer on duty and returns the shift's id.
///
/// # Errors
///
/// [`Error::Forbidden`] unless an administrator or a senior officer acts; [`Error::NotFound`] if there is
/// no such officer; [`Error::Refused`] if it ends before it begins or lasts longer than 48 hours.
pub fn set(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    office: Office,
    officer: &str,
    starts_at: Time,
    ends_at: Time,
) -> Result<Id> {
    may_set(ctx)?;
    let who = office::by_name(tx, &ctx.org, officer)?;
    let lasts = ends_at.since(starts_at);
    if lasts <= 0 || lasts > LASTS_MAX_US || ends_at <= ctx.now {
        return Err(Error::refused(
            "a shift ends after it begins, in the future, and lasts at most 48 hours",
        ));
    }
    insert(tx, ctx, office.as_str(), &who.id, &who.name, starts_at, ends_at)
}

fn insert(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    office: &str,
    officer: &str,
    name: &str,
    starts_at: Time,
    ends_at: Time,
) -> Result<Id> {
    let id = ctx.id("SH");
    let values = [
        (&id).into(),
        office.into(),
        officer.into(),
        starts_at.into(),
        ends_at.into(),
        ctx.actor.id.as_str().into(),
        ctx.now.into(),
    ];
    tx.insert(Table::Shift, SET, &values)?;
    let event = Event::new(Kind::ShiftSet, OPEN_TO_ALL)
        .with("shift", &id)
        .with("office", office)
        .with("officer", name)
        .with("from", starts_at)
        .with("to", ends_at)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Ends a shift before its time.
///
/// # Errors
///
/// [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::Conflict`] if it was ended before.
pub fn end(tx: &mut Tx<'_>, ctx: &Ctx, shift: &Id) -> Result<()> {
    may_set(ctx)?;
    tx.row(ONE, &[shift.into()])?;
    ended(tx, ctx, shift)
}

fn ended(tx: &mut Tx<'_>, ctx: &Ctx, shift: &Id) -> Result<()> {
    tx.update(Table::Shift, END, &[shift.into(), ctx.now.into()])?;
    let event = Event::new(Kind::ShiftEnded, OPEN_TO_ALL).with("shift", shift);
    journal::append(tx, ctx, event.with("by", &ctx.actor.name)).map(|_| ())
}

fn may_set(ctx: &Ctx) -> Result<()> {
    ctx.may(Action::Administer).or_else(|_| ctx.may(Action::Decide))
}

/// A shift on the roster.
#[derive(Clone, Debug, Serialize)]
pub struct Shift {
    /// Its id.
    pub id: Id,
    /// desk, second, head or other.
    pub office: String,
    /// The office in words.
    pub words: String,
    /// Who.
    pub officer: String,
    /// From when.
    pub starts_at: Time,
    /// To when.
    pub ends_at: Time,
    /// Whether it is the reader's own.
    pub own: bool,
}

/// Lists the shifts that run now or begin later, by their beginning; the roster is no secret inside.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Shift>> {
    ctx.may(Action::Administer).or_else(|_| ctx.may(Action::ReadDesk))?;
    let shift = |row: &Row| {
        let office = row.text(1)?;
        Ok(Shift {
            id: row.id(0)?,
            words: Office::find(&office).map_or("", Office::words).to_owned(),
            office,
            officer: row.text(2)?,
            starts_at: row.time(3)?,
            ends_at: row.time(4)?,
            own: row.text(5)? == ctx.actor.id,
        })
    };
    tx.rows(LIST, &[ctx.now.into()])?.iter().map(shift).collect()
}

/// What was offered to the next officer.
#[derive(Clone, Debug, Serialize)]
pub struct Offered {
    /// The offer's id.
    pub id: Id,
    /// How many open items go with it.
    pub items: usize,
    /// How many stay, because the taker may not see them.
    pub stay: usize,
}

/// Offers what is open to the officer who comes, and returns what goes and what stays.
///
/// # Errors
///
/// [`Error::NotFound`] unless the shift is the actor's own and runs; [`Error::Refused`] if the taker is the
/// giver, or the new shift would be over or last longer than 48 hours.
pub fn offer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shift: &Id,
    taker: &str,
    until: Time,
    words: &str,
) -> Result<Offered> {
    ctx.may(Action::Answer)?;
    let row = tx.row(ONE, &[shift.into()])?;
    let runs = row.time(2)? <= ctx.now && row.time(3)? > ctx.now && row.opt_time(4)?.is_none();
    if row.text(1)? != ctx.actor.id || !runs {
        return Err(Error::NotFound);
    }
    let next = office::by_name(tx, &ctx.org, taker)?;
    let lasts = until.since(ctx.now);
    if next.id == ctx.actor.id || lasts <= 0 || lasts > LASTS_MAX_US {
        let says = "hand over to somebody else, until a time within the next 48 hours";
        return Err(Error::refused(says));
    }
    if words.len() > WORDS_MAX {
        return Err(Error::refused("the words are too long: at most 2000 letters"));
    }
    let open = items_open(tx, ctx)?;
    let goes: Vec<&(String, Label)> = open.iter().filter(|(_, label)| may_see(&next.viewer, label)).collect();
    let ids: Vec<&str> = goes.iter().map(|(id, _)| id.as_str()).collect();
    let id = ctx.id("HO");
    let values = [
        (&id).into(),
        shift.into(),
        ctx.actor.id.as_str().into(),
        next.id.as_str().into(),
        ids.join(",").into(),
        words.trim().into(),
        until.into(),
        ctx.now.into(),
    ];
    tx.insert(Table::HandOver, OFFER, &values)?;
    // Neither words nor a count: the entry is open to all, what is handed over is not.
    let event = Event::new(Kind::HandOverOffered, OPEN_TO_ALL)
        .with("hand_over", &id)
        .with("office", row.text(0)?)
        .with("from", &ctx.actor.name)
        .with("to", &next.name);
    journal::append(tx, ctx, event)?;
    Ok(Offered { id, items: goes.len(), stay: open.len() - goes.len() })
}

fn items_open(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<(String, Label)>> {
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql =
        format!("{ITEMS_OPEN} AND {} ORDER BY priority, due_at, id LIMIT 500", visible.condition("label", 0));
    let rows = tx.rows(&sql, &visible.with(&[]))?;
    rows.iter().map(|row| Ok((row.text(0)?, row.label(1)?))).collect()
}

/// Accepts what was offered: the giver's shift ends, the taker's begins, and each item is on record in its
/// own case under its own label.
///
/// # Errors
///
/// [`Error::NotFound`] unless it was offered to the actor; [`Error::Conflict`] if it was accepted, or the
/// giver's shift ended meanwhile.
pub fn accept(tx: &mut Tx<'_>, ctx: &Ctx, offer: &Id) -> Result<()> {
    ctx.may(Action::Answer)?;
    let row = tx.row(OFFERED, &[offer.into()])?;
    if row.text(2)? != ctx.actor.id {
        return Err(Error::NotFound);
    }
    let (shift, office, giver) = (row.id(0)?, row.text(1)?, row.text(5)?);
    let (items, until) = (row.text(3)?, row.time(4)?);
    tx.update(Table::HandOver, ACCEPT, &[offer.into(), ctx.now.into()])?;
    let event = Event::new(Kind::HandOverAccepted, OPEN_TO_ALL)
        .with("hand_over", offer)
        .with("office", &office)
        .with("from", &giver)
        .with("to", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    for item in items.split(',').filter(|id| !id.is_empty()) {
        let Some(task) = tx.rows(ITEM, &[item.into()])?.into_iter().next() else { continue };
        let label = task.label(3)?;
        // His clearance may have been changed since it was offered.
        if !may_see(&ctx.actor.viewer, &label) {
            continue;
        }
        let case = task.opt_text(2)?.map(|case| case.parse::<Id>()).transpose()?;
        let event = Event::new(Kind::HandOverItem, label)
            .case(case.as_ref())
            .with("hand_over", offer)
            .with("task", task.text(0)?)
            .with("thing", task.text(1)?)
            .with("from", &giver)
            .with("to", &ctx.actor.name);
        journal::append(tx, ctx, event)?;
    }
    ended(tx, ctx, &shift)?;
    insert(tx, ctx, &office, &ctx.actor.id, &ctx.actor.name, ctx.now, until.max(ctx.now.plus(1))).map(|_| ())
}

/// An offer as its giver or its taker sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Offer {
    /// Its id.
    pub id: Id,
    /// The office in words.
    pub office: String,
    /// Who goes.
    pub giver: String,
    /// Who comes.
    pub taker: String,
    /// What the giver says.
    pub words: String,
    /// Until when the taker would be on duty.
    pub until: Time,
    /// When it was offered.
    pub offered_at: Time,
    /// Whether it is for the reader to accept.
    pub mine: bool,
    /// What goes with it, as far as the reader may see it: the task's words and what it is about.
    pub items: Vec<String>,
}

/// Lists the offers nobody has accepted yet, of which the reader is giver or taker, oldest first.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn offers(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Offer>> {
    ctx.may(Action::ReadDesk)?;
    let mut found = Vec::new();
    for row in tx.rows(OFFERS, &[ctx.actor.id.as_str().into()])? {
        let mut items = Vec::new();
        for item in row.text(7)?.split(',').filter(|id| !id.is_empty()) {
            let Some(task) = tx.rows(ITEM, &[item.into()])?.into_iter().next() else { continue };
            let title = Task::find(&task.text(4)?).map_or("", Task::title);
            let line = format!("{title}: {} {}", task.text(1)?, task.text(5)?);
            let shown: Result<Released<String>> = ctx.show(Labelled::new(line, task.label(3)?));
            items.extend(shown.ok().map(Released::into_inner));
        }
        found.push(Offer {
            id: row.id(0)?,
            office: Office::find(&row.text(1)?).map_or("", Office::words).to_owned(),
            giver: row.text(2)?,
            taker: row.text(3)?,
            words: row.text(4)?,
            until: row.time(5)?,
            offered_at: row.time(6)?,
            mine: row.text(8)? == ctx.actor.id,
            items,
        });
    }
    Ok(found)
}

/// Names those whom a step reaches now: on duty there, and allowed to see the warning.
pub(super) fn reached(tx: &mut Tx<'_>, ctx: &Ctx, step: &Step, label: &Label) -> Result<Vec<String>> {
    let actors = match step {
        Step::Office(office) => {
            let rows = tx.rows(ON_DUTY, &[ctx.now.into(), office.as_str().into()])?;
            rows.iter().map(|row| office::actor(row, &ctx.org)).collect::<Result<Vec<_>>>()?
        }
        Step::Officer(name) => match office::by_name(tx, &ctx.org, name) {
            Err(Error::NotFound) => Vec::new(),
            other => vec![other?],
        },
    };
    Ok(actors.into_iter().filter(|actor| may_see(&actor.viewer, label)).map(|actor| actor.name).collect())
}

/// Says whether anybody at all is on duty: a desk that keeps no roster calls its offices by name.
pub(super) fn is_kept(tx: &mut Tx<'_>, now: Time) -> Result<bool> {
    Ok(!tx.rows(ANYBODY, &[now.into()])?.is_empty())
}

const OPEN_TO_ALL: Label = Label::plain(Tlp::Green);
const LASTS_MAX_US: i64 = 48 * HOUR_US;
const WORDS_MAX: usize = 2_000;

const SET: &str = "-- desk::shifts::set
    INSERT INTO shift (id, office, officer_id, starts_at, ends_at, set_by, set_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const ONE: &str = "-- desk::shifts::one
    SELECT office, officer_id, starts_at, ends_at, ended_at FROM shift WHERE id = $1";

const END: &str = "-- desk::shifts::end
    UPDATE shift SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

const LIST: &str = "-- desk::shifts::list
    SELECT s.id, s.office, o.name, s.starts_at, s.ends_at, s.officer_id
      FROM shift s JOIN officer o ON o.id = s.officer_id
     WHERE s.ended_at IS NULL AND s.ends_at > $1 ORDER BY s.starts_at, s.id LIMIT 200";

const ON_DUTY: &str = "-- desk::shifts::reached
    SELECT DISTINCT o.id, o.name, o.role, o.ceiling, o.compartments
      FROM shift s JOIN officer o ON o.id = s.officer_id
     WHERE s.ended_at IS NULL AND s.ends_at > $1 AND s.starts_at <= $1 AND s.office = $2
       AND o.disabled_at IS NULL ORDER BY o.name";

const ANYBODY: &str = "-- desk::shifts::is_kept
    SELECT id FROM shift WHERE ended_at IS NULL AND ends_at > $1 AND starts_at <= $1 LIMIT 1";

const OFFER: &str = "-- desk::shifts::offer
    INSERT INTO hand_over (id, shift_id, giver, taker, items, words, ends_at, offered_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const ITEMS_OPEN: &str = "-- desk::shifts::offer items
    SELECT id, label FROM task WHERE done_at IS NULL";

const OFFERED: &str = "-- desk::shifts::accept
    SELECT h.shift_id, s.office, h.taker, h.items, h.ends_at, o.name
      FROM hand_over h JOIN shift s ON s.id = h.shift_id JOIN officer o ON o.id = h.giver WHERE h.id = $1";

const ACCEPT: &str = "-- desk::shifts::accept update
    UPDATE hand_over SET accepted_at = $2 WHERE id = $1 AND accepted_at IS NULL";

const ITEM: &str = "-- desk::shifts::item
    SELECT id, thing, case_id, label, kind, note FROM task WHERE id = $1 AND done_at IS NULL";

const OFFERS: &str = "-- desk::shifts::offers
    SELECT h.id, s.office, g.name, t.name, h.words, h.ends_at, h.offered_at, h.items, h.taker
      FROM hand_over h JOIN shift s ON s.id = h.shift_id
      JOIN officer g ON g.id = h.giver JOIN officer t ON t.id = h.taker
     WHERE h.accepted_at IS NULL AND s.ended_at IS NULL AND (h.giver = $1 OR h.taker = $1)
     ORDER BY h.offered_at, h.id LIMIT 50";
