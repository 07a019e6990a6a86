//! Takes what a receiver of our CAP alerts says: an Ack is a receipt, an Error a rejection.
//!
//! Both are a machine's word: an Ack says that the alert was taken in, never that a human read it, and
//! stops no ladder. Nobody vouches for the sender's name, so the message's hash is kept beside it. An
//! Error opens a task, because somebody may not have been warned.
//!
//! Source: CAP 1.2 (OASIS, July 2010), section 3.2.1, `msgType`, `note` and `references`.

use super::release;
use super::tasks;
use super::visible::shown;
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::HOUR_US;
use aldis_model::{Digest, Id, Labelled, Released, Time};
use aldis_wire::cap::{self, MsgType, Status};
use serde::Serialize;

/// Takes in an Ack or Error about alerts that `sender` published, and returns how many it was about.
///
/// The same message again changes nothing.
///
/// # Errors
///
/// [`Error::Refused`] if it is no CAP, no Ack or Error, a draft or test, of the other mode (exercise or
/// not), or names no alert; [`Error::NotFound`] if it names none of ours that was published.
pub fn take(tx: &mut Tx<'_>, ctx: &Ctx, sender: &str, bytes: &[u8]) -> Result<usize> {
    ctx.may(Action::Answer)?;
    let alert = cap::read(bytes, &aldis_wire::Limits::default()).map_err(Error::refused)?.alert;
    if !matches!(alert.msg_type, MsgType::Ack | MsgType::Error) {
        return Err(Error::refused("this CAP message is no Ack or Error: take it in as a report"));
    }
    let wanted = if ctx.exercise { Status::Exercise } else { Status::Actual };
    if alert.status != wanted {
        return Err(Error::Refused(format!(
            "its status is {}: here it counts for nothing",
            alert.status.as_str()
        )));
    }
    if alert.references.is_empty() || alert.references.len() > REFERENCES_MAX {
        return Err(Error::refused("it names no alert, or more than fifty"));
    }
    let mut ours = Vec::new();
    for reference in alert.references.iter().filter(|reference| reference.sender == sender) {
        let rows = tx.rows(PUBLISHED, &[reference.identifier.as_str().into()])?;
        let published = rows.first().map(|row| row.time(0)).transpose()?;
        // CAP writes whole seconds.
        let same =
            published.is_some_and(|at| at.micros() / SECOND_US == reference.sent.unix_us() / SECOND_US);
        if same {
            ours.push(reference.identifier.parse::<Id>()?);
        }
    }
    if ours.is_empty() {
        return Err(Error::NotFound);
    }
    for id in &ours {
        keep(tx, ctx, id, &alert, bytes)?;
    }
    Ok(ours.len())
}

fn keep(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id, alert: &cap::Alert, bytes: &[u8]) -> Result<()> {
    let known = [alert.sender.as_str().into(), alert.identifier.as_str().into(), id.into()];
    if !tx.rows(KNOWN, &known)?.is_empty() {
        return Ok(());
    }
    let carried = release::find_for_delivery(tx, id)?;
    let note: String = alert.note.as_deref().unwrap_or_default().chars().take(NOTE_MAX).collect();
    let kind = if alert.msg_type == MsgType::Ack { "Ack" } else { "Error" };
    let label = tx.label(&carried.label)?;
    tx.insert(
        Table::CapReceipt,
        KEEP,
        &[
            (&ctx.id("CP")).into(),
            id.into(),
            alert.sender.as_str().into(),
            alert.identifier.as_str().into(),
            kind.into(),
            note.as_str().into(),
            Digest::of(bytes).to_string().into(),
            label,
            Time::from_micros(alert.sent.unix_us()).into(),
            ctx.now.into(),
        ],
    )?;
    if kind == "Error" {
        let new = tasks::New {
            kind: Task::CapError,
            priority: Priority::High,
            case: Some(&carried.case),
            thing: id.as_str(),
            note: &alert.sender,
            label: &carried.label,
            due: ctx.now.plus(HOUR_US),
        };
        tasks::open(tx, ctx, &new)?;
    }
    let event = Event::new(Kind::CapReceipt, carried.label.clone())
        .case(Some(&carried.case))
        .with("release", id)
        .with("audience", &carried.audience)
        .with("sender", &alert.sender)
        .with("identifier", &alert.identifier)
        .with("receipt", kind)
        .with("note", note)
        .with("text_hash", carried.text_hash)
        .with("sha256", Digest::of(bytes));
    journal::append(tx, ctx, event).map(|_| ())
}

/// Closes the task that an Error opened, with what was done.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without words.
pub fn settle(tx: &mut Tx<'_>, ctx: &Ctx, release: &Id, words: &str) -> Result<()> {
    ctx.may(Action::Answer)?;
    let found = release::find(tx, ctx, release)?.into_inner();
    if words.trim().is_empty() {
        return Err(Error::refused("say what was done about the receiver that rejected it"));
    }
    tasks::close(tx, ctx, Task::CapError, release.as_str())?;
    let event =
        Event::new(Kind::QuestionAnswered, found.label).case(Some(&found.case)).with("release", release);
    journal::append(tx, ctx, event.with("decision", words.trim()).with("by", &ctx.actor.name)).map(|_| ())
}

/// A receipt as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct CapReceipt {
    /// The release it is about.
    pub release: Id,
    /// Who sent it, by its own word.
    pub sender: String,
    /// Ack or Error.
    pub kind: String,
    /// The reason, for an Error.
    pub note: String,
    /// When it came.
    pub received_at: Time,
}

/// Lists the receipts of a release that the reader may see, oldest first.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn of_release(tx: &mut Tx<'_>, ctx: &Ctx, release: &Id) -> Result<Released<Vec<CapReceipt>>> {
    release::find(tx, ctx, release)?;
    let rows = tx.rows(OF_RELEASE, &[release.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<CapReceipt>> {
    let receipt = CapReceipt {
        release: row.id(0)?,
        sender: row.text(1)?,
        kind: row.text(2)?,
        note: row.text(3)?,
        received_at: row.time(4)?,
    };
    Ok(Labelled::new(receipt, row.label(5)?))
}

const REFERENCES_MAX: usize = 50;
const NOTE_MAX: usize = 1_000;
const SECOND_US: i64 = 1_000_000;

const PUBLISHED: &str = "-- desk::cap_receipt::take
    SELECT d.delivered_at FROM delivery d
     WHERE d.release_id = $1 AND d.channel = 'cap' AND d.delivered_at IS NOT NULL ORDER BY d.id";

const KNOWN: &str = "-- desk::cap_receipt::keep known
    SELECT id FROM cap_receipt WHERE sender = $1 AND identifier = $2 AND release_id = $3";

const KEEP: &str = "-- desk::cap_receipt::keep
    INSERT INTO cap_receipt (id, release_id, sender, identifier, kind, note, sha256, label, sent_at, received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const OF_RELEASE: &str = "-- desk::cap_receipt::of_release
    SELECT release_id, sender, kind, note, received_at, label
      FROM cap_receipt WHERE release_id = $1 ORDER BY received_at, id";
