//! The briefing of the day for our own people: who may read what, and who opened it when.
//!
//! A brief is written for a circle of readers and carries a label. A reader finds the briefs of the day
//! of his circles that his clearance covers, and nothing tells of the others: not a title, not a count.
//! Opening is an act of its own and is on record; a look at the list is none.

use super::office;
use super::visible::{Visible, shown};
use crate::ctx::{Actor, Ctx};
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::gate::may_see;
use aldis_model::label::key;
use aldis_model::role::Action;
use aldis_model::time::HOUR_US;
use aldis_model::{Id, Label, Labelled, Released, Time, Tlp};
use serde::Serialize;

/// Adds a circle of readers and returns its id.
///
/// # Errors
///
/// [`Error::Refused`] without a name; [`Error::Conflict`] if the name is taken.
pub fn add_circle(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, title: &str) -> Result<Id> {
    ctx.may(Action::Partner)?;
    let (name, title) = (key(name), title.trim());
    if name.is_empty() || name.len() > NAME_MAX || title.is_empty() || title.len() > TITLE_MAX {
        return Err(Error::refused("a circle has a name of 1 to 64 letters and a title"));
    }
    let id = ctx.id("CI");
    let by = ctx.actor.id.as_str();
    tx.insert(
        Table::Circle,
        ADD,
        &[(&id).into(), name.as_str().into(), title.into(), by.into(), ctx.now.into()],
    )?;
    let event = Event::new(Kind::CircleAdded, CIRCLE).with("circle", &name).with("title", title);
    journal::append(tx, ctx, event.with("by", &ctx.actor.name))?;
    Ok(id)
}

/// Lets an officer into a circle, or out of it; to be in already is fine.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such circle or officer, or he is not in it.
pub fn join(tx: &mut Tx<'_>, ctx: &Ctx, circle: &str, officer: &str, joins: bool) -> Result<()> {
    ctx.may(Action::Partner)?;
    let circle_id = tx.row(CIRCLE_BY_NAME, &[key(circle).into()])?.id(0)?;
    let who = office::by_name(tx, &ctx.org, officer)?;
    let held = tx.rows(MEMBER, &[(&circle_id).into(), who.id.as_str().into()])?;
    match (held.first(), joins) {
        (Some(_), true) => return Ok(()),
        (None, false) => return Err(Error::NotFound),
        (Some(row), false) => {
            tx.update(Table::CircleReader, LEAVE, &[row.text(0)?.into(), ctx.now.into()])?
        }
        (None, true) => {
            let values = [
                (&ctx.id("CM")).into(),
                (&circle_id).into(),
                who.id.as_str().into(),
                ctx.actor.id.as_str().into(),
                ctx.now.into(),
            ];
            tx.insert(Table::CircleReader, JOIN, &values)?;
        }
    }
    let event = Event::new(Kind::CircleJoined, CIRCLE)
        .with("circle", key(circle))
        .with("officer", &who.name)
        .with("joins", if joins { "yes" } else { "no" })
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Writes a brief for a circle and returns its id; the record names who could read it.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a title or text, or if the label is above the
/// writer's own clearance.
pub fn write(tx: &mut Tx<'_>, ctx: &Ctx, circle: &str, title: &str, body: &str, label: &Label) -> Result<Id> {
    ctx.may(Action::Draft)?;
    let circle_id = tx.row(CIRCLE_BY_NAME, &[key(circle).into()])?.id(0)?;
    let (title, body) = (title.trim(), body.trim());
    if title.is_empty() || title.len() > TITLE_MAX || body.is_empty() || body.len() > BODY_MAX {
        return Err(Error::refused("a brief has a title of 1 to 200 letters and a text of 1 to 20,000"));
    }
    if !may_see(&ctx.actor.viewer, label) {
        return Err(Error::refused("a brief cannot be labelled above what its writer may read"));
    }
    let id = ctx.id("B");
    let stored = tx.label(label)?;
    tx.insert(
        Table::Brief,
        WRITE,
        &[
            (&id).into(),
            (&circle_id).into(),
            title.into(),
            body.into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let could = cleared(tx, ctx, &circle_id, label)?;
    let names: Vec<&str> = could.iter().map(|(actor, _)| actor.name.as_str()).collect();
    let event = Event::new(Kind::BriefWritten, label.clone())
        .with("brief", &id)
        .with("circle", key(circle))
        .with("title", title)
        .with("body", body)
        .with("could_read", names.join(", "))
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// A brief on the list of a day.
#[derive(Clone, Debug, Serialize)]
pub struct Brief {
    /// Its id.
    pub id: Id,
    /// Its circle's title.
    pub circle: String,
    /// Its title.
    pub title: String,
    /// Its label.
    pub label: Label,
    /// When it was written.
    pub written_at: Time,
    /// When this reader opened it, if he did.
    pub opened_at: Option<Time>,
    /// The text; empty until this reader opened it.
    pub body: String,
}

/// Lists the briefs of the day that ends at `until`, of the reader's circles, newest first.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn of_day(tx: &mut Tx<'_>, ctx: &Ctx, until: Time) -> Result<Released<Vec<Brief>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let order = "ORDER BY b.written_at DESC, b.id DESC LIMIT 200";
    let sql = format!(
        "{MINE} AND b.written_at > $2 AND b.written_at <= $3 AND {} {order}",
        visible.condition("b.label", 3)
    );
    let own = [ctx.actor.id.as_str().into(), until.plus(-24 * HOUR_US).into(), until.into()];
    let rows = tx.rows(&sql, &visible.with(&own))?;
    shown(ctx, rows.iter().map(labelled))
}

/// Finds a brief of the reader's circles; its text is there once he opened it.
///
/// # Errors
///
/// [`Error::NotFound`] if there is none, he is not in its circle, or may not see it.
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Brief>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(&format!("{MINE} AND b.id = $2"), &[ctx.actor.id.as_str().into(), id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Opens a brief: the first time is on record.
///
/// # Errors
///
/// As [`find`].
pub fn open(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Brief>> {
    let found = find(tx, ctx, id)?;
    if found.get().opened_at.is_some() {
        return Ok(found);
    }
    let by = ctx.actor.id.as_str();
    let values = [(&ctx.id("BO")).into(), id.into(), by.into(), ctx.now.into()];
    tx.insert(Table::BriefOpened, OPEN, &values)?;
    let event = Event::new(Kind::BriefOpened, found.get().label.clone()).with("brief", id);
    journal::append(tx, ctx, event.with("by", &ctx.actor.name))?;
    find(tx, ctx, id)
}

/// Somebody who could read a brief.
#[derive(Clone, Debug, Serialize)]
pub struct Reader {
    /// The officer's name.
    pub name: String,
    /// Since when.
    pub since: Time,
    /// When he opened it, if he did.
    pub opened_at: Option<Time>,
}

/// Says who can read a brief by circle and clearance, and who opened it when.
///
/// # Errors
///
/// [`Error::NotFound`] if there is none or the asker may not see it.
pub fn readers(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Vec<Reader>>> {
    ctx.may(Action::ReadRecord)?;
    let row = tx.row(ONE, &[id.into()])?;
    let (circle, label, written) = (row.id(0)?, row.label(1)?, row.time(2)?);
    ctx.show(Labelled::new((), label.clone()))?;
    let mut readers = Vec::new();
    for (actor, joined) in cleared(tx, ctx, &circle, &label)? {
        let rows = tx.rows(OPENED, &[id.into(), actor.id.as_str().into()])?;
        let opened_at = rows.first().map(|row| row.time(0)).transpose()?;
        readers.push(Reader { name: actor.name, since: joined.max(written), opened_at });
    }
    ctx.show(Labelled::new(readers, label))
}

/// Lists who is in a circle and cleared for a label, by name, with when they joined.
fn cleared(tx: &mut Tx<'_>, ctx: &Ctx, circle: &Id, label: &Label) -> Result<Vec<(Actor, Time)>> {
    let mut found = Vec::new();
    for row in tx.rows(MEMBERS, &[circle.into()])? {
        let actor = office::by_name(tx, &ctx.org, &row.text(0)?)?;
        if may_see(&actor.viewer, label) {
            found.push((actor, row.time(1)?));
        }
    }
    Ok(found)
}

fn labelled(row: &Row) -> Result<Labelled<Brief>> {
    let label = row.label(3)?;
    let opened_at = row.opt_time(6)?;
    let brief = Brief {
        id: row.id(0)?,
        circle: row.text(1)?,
        title: row.text(2)?,
        label: label.clone(),
        body: if opened_at.is_some() { row.text(4)? } else { String::new() },
        written_at: row.time(5)?,
        opened_at,
    };
    Ok(Labelled::new(brief, label))
}

/// Who here may know which circles there are and who is in them.
const CIRCLE: Label = Label::plain(Tlp::Green);

const NAME_MAX: usize = 64;
const TITLE_MAX: usize = 200;
const BODY_MAX: usize = 20_000;

const ADD: &str = "-- desk::brief::add_circle
    INSERT INTO circle (id, name, title, added_by, added_at) VALUES ($1, $2, $3, $4, $5)";

const CIRCLE_BY_NAME: &str = "-- desk::brief::circle
    SELECT id FROM circle WHERE name = $1";

const MEMBER: &str = "-- desk::brief::join held
    SELECT id FROM circle_reader WHERE circle_id = $1 AND officer_id = $2 AND left_at IS NULL";

const JOIN: &str = "-- desk::brief::join
    INSERT INTO circle_reader (id, circle_id, officer_id, joined_by, joined_at) VALUES ($1, $2, $3, $4, $5)";

const LEAVE: &str = "-- desk::brief::join leave
    UPDATE circle_reader SET left_at = $2 WHERE id = $1 AND left_at IS NULL";

const MEMBERS: &str = "-- desk::brief::cleared
    SELECT o.name, m.joined_at FROM circle_reader m JOIN officer o ON o.id = m.officer_id
     WHERE m.circle_id = $1 AND m.left_at IS NULL AND o.disabled_at IS NULL ORDER BY o.name";

const WRITE: &str = "-- desk::brief::write
    INSERT INTO brief (id, circle_id, title, body, label, written_by, written_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const OPEN: &str = "-- desk::brief::open
    INSERT INTO brief_opened (id, brief_id, officer_id, opened_at) VALUES ($1, $2, $3, $4)";

const OPENED: &str = "-- desk::brief::readers opened
    SELECT opened_at FROM brief_opened WHERE brief_id = $1 AND officer_id = $2";

const ONE: &str = "-- desk::brief::readers
    SELECT circle_id, label, written_at FROM brief WHERE id = $1";

const MINE: &str = "-- desk::brief::mine
    SELECT b.id, c.title, b.title, b.label, b.body, b.written_at, o.opened_at
      FROM brief b JOIN circle c ON c.id = b.circle_id
      JOIN circle_reader m ON m.circle_id = c.id AND m.officer_id = $1 AND m.left_at IS NULL
      LEFT JOIN brief_opened o ON o.brief_id = b.id AND o.officer_id = $1
     WHERE 1 = 1";
