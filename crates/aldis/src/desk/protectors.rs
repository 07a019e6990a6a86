//! Who protects somebody in the register, and so may be told the name.
//!
//! A name leaves the desk for two readers only: the person, and the officers of a partner whom a case
//! officer named as that person's protector, under RED (release rule RR-06). The machine names nobody.

use super::visible::shown;
use super::{partners, register};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::gate::Ladder;
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// A protector of somebody.
#[derive(Clone, Debug, Serialize)]
pub struct Protector {
    /// The id of the appointment.
    pub id: Id,
    /// Whom it is about, by cover name.
    pub subject: Id,
    /// The audience that may be told the name.
    pub audience: String,
    /// The person's yes, or why it is a matter of life.
    pub basis: String,
    /// Since when.
    pub named_at: Time,
}

/// Names an audience of named officers as somebody's protector; returns the id of the appointment.
///
/// `basis`: the person's yes, or why it is a matter of life all the same; 1 to 2,000 bytes.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such entry or audience, or the actor may not see it;
/// [`Error::Refused`] without a basis, for a place or group, or for an audience that is not on the rung
/// of named officers; [`Error::Conflict`] if it is that person's protector already.
pub fn name(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id, audience: &str, basis: &str) -> Result<Id> {
    ctx.may(Action::Register)?;
    let entry = register::find(tx, ctx, subject)?.into_inner();
    let recipient = partners::known(tx, ctx, audience)?.into_inner();
    let basis = basis.trim();
    if basis.is_empty() || basis.len() > BASIS_MAX {
        return Err(Error::refused("say on what basis: the person's yes, or why it is a matter of life"));
    }
    if entry.kind != "person" {
        return Err(Error::Refused(format!("{subject} is a {}: only a person's name is sealed", entry.kind)));
    }
    if Ladder::find(&recipient.ladder) != Some(Ladder::Officers) {
        return Err(Error::Refused(format!(
            "a name goes to named officers only: {} is on another rung",
            recipient.name
        )));
    }
    if may_be_told(tx, ctx, subject, &recipient.name)? {
        return Err(Error::Conflict(format!("{} protects {subject} already", recipient.name)));
    }
    let label = entry.label.join(&partners::label_of(tx, &recipient.name)?);
    let id = ctx.id("PT");
    let stored = tx.label(&label)?;
    tx.insert(
        Table::Protector,
        NAME,
        &[
            (&id).into(),
            subject.into(),
            (&recipient.id).into(),
            basis.into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    say(tx, ctx, Kind::ProtectorNamed, label, (subject, &recipient.name, basis))?;
    Ok(id)
}

/// Ends an appointment: the name goes there no more.
///
/// # Errors
///
/// [`Error::NotFound`] if it is not in force or the actor may not see it; [`Error::Refused`] without reasons.
pub fn end(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id, reasons: &str) -> Result<()> {
    ctx.may(Action::Register)?;
    let row = tx.row(&format!("{SELECT} AND p.id = $1"), &[id.into()])?;
    let found = ctx.show(labelled(&row)?)?.into_inner();
    if reasons.trim().is_empty() || reasons.len() > BASIS_MAX {
        return Err(Error::refused("say why it ends"));
    }
    tx.update(Table::Protector, END, &[id.into(), ctx.now.into()])?;
    let label = row.label(5)?;
    say(tx, ctx, Kind::ProtectorEnded, label, (&found.subject, &found.audience, reasons.trim()))
}

/// Lists the protectors of somebody, as far as the reader may know of them.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such entry or the reader may not see it.
pub fn of_subject(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id) -> Result<Released<Vec<Protector>>> {
    register::find(tx, ctx, subject)?;
    let rows =
        tx.rows(&format!("{SELECT} AND p.subject_id = $1 ORDER BY p.named_at, p.id"), &[subject.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

/// Says whether the name of somebody may go to an audience, as far as the actor may know.
pub(super) fn may_be_told(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id, audience: &str) -> Result<bool> {
    match of_subject(tx, ctx, subject) {
        Ok(found) => Ok(found.get().iter().any(|one| one.audience == audience)),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

fn say(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: Kind,
    label: Label,
    (subject, audience, reasons): (&Id, &str, &str),
) -> Result<()> {
    let event = Event::new(kind, label)
        .with("subject", subject)
        .with("audience", audience)
        .with("reasons", reasons)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

fn labelled(row: &Row) -> Result<Labelled<Protector>> {
    let protector = Protector {
        id: row.id(0)?,
        subject: row.id(1)?,
        audience: row.text(2)?,
        basis: row.text(3)?,
        named_at: row.time(4)?,
    };
    Ok(Labelled::new(protector, row.label(5)?))
}

const BASIS_MAX: usize = 2_000;

const NAME: &str = "-- desk::protectors::name
    INSERT INTO protector (id, subject_id, audience_id, basis, label, named_by, named_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const END: &str = "-- desk::protectors::end
    UPDATE protector SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

const SELECT: &str = "-- desk::protectors
    SELECT p.id, p.subject_id, a.name, p.basis, p.named_at, p.label
      FROM protector p JOIN audience a ON a.id = p.audience_id
     WHERE p.ended_at IS NULL";
