//! A partner asks whether a text that goes back to us may go further, and a person here answers.
//!
//! The machine stores the question and says that it arrived. It never consents: a senior officer does,
//! and the first answer stands.

use super::yes_no;
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::desk::visible::{Visible, shown};
use crate::desk::{letter, partners, tasks};
use crate::error::{Error, Result};
use crate::journal;
use aldis_ledger::Signer;
use aldis_model::event::{Event, Kind};
use aldis_model::gate::Ladder;
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::{Digest, Id, Label, Labelled, Released, Time};
use aldis_wire::exchange::{self, Message};
use serde::Serialize;

/// Stores a partner's question. The caller has checked the signature.
///
/// The same envelope again changes nothing.
///
/// # Errors
///
/// [`Error::Conflict`] if the same id came with another content before; [`Error::Refused`] if the label is
/// no plain TLP label or the rung is none.
pub fn receive(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    partner: &partners::Partner,
    request: &exchange::ConsentRequest,
    envelope: &str,
) -> Result<()> {
    if let Some(row) = tx.rows(BY_MESSAGE, &[request.id.as_str().into(), (&partner.id).into()])?.first() {
        return match row.text(0)? == envelope {
            true => Ok(()),
            false => Err(Error::Conflict("this message id came before with another content".to_owned())),
        };
    }
    let label = letter::label(&request.label)?;
    let rung = Ladder::find(&request.rung).ok_or(Error::refused(
        "the rung must be own, officers, partner, clients, community, person or public",
    ))?;
    let due = letter::due(ctx, request.answer_by.parse().ok());
    let (id, hash) = (ctx.id("CI"), Digest::of(request.text.as_bytes()));
    let stored = tx.label(&label)?;
    tx.insert(
        Table::ConsentInbound,
        RECEIVE,
        &[
            (&id).into(),
            (&partner.id).into(),
            request.id.as_str().into(),
            request.text.as_str().into(),
            hash.into(),
            request.audience.as_str().into(),
            rung.as_str().into(),
            stored,
            envelope.into(),
            due.into(),
            ctx.now.into(),
        ],
    )?;
    let task = tasks::New {
        kind: Task::ConsentAsked,
        priority: Priority::High,
        case: None,
        thing: id.as_str(),
        note: &partner.title,
        label: &label,
        due,
    };
    tasks::open(tx, ctx, &task)?;
    let event = Event::new(Kind::ConsentAsked, label)
        .with("consent", &id)
        .with("partner", &partner.name)
        .with("message", &request.id)
        .with("audience", &request.audience)
        .with("rung", rung.as_str())
        .with("text", &request.text)
        .with("text_hash", hash)
        .with("envelope_hash", Digest::of(envelope.as_bytes()));
    journal::append(tx, ctx, event).map(|_| ())
}

/// Answers a partner's question. The answer is signed and travels until the partner's receipt.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Conflict`] if it was answered; [`Error::Refused`] if the words are longer
/// than 1 KiB or hold a control character.
pub fn reply(tx: &mut Tx<'_>, ctx: &Ctx, signer: &Signer, id: &Id, yes: bool, words: &str) -> Result<()> {
    ctx.may(Action::Decide)?;
    let found = find(tx, ctx, id)?.into_inner();
    if found.answered_at.is_some() {
        return Err(Error::Conflict("this was answered before: the first answer stands".to_owned()));
    }
    let words = words.trim();
    let message = exchange::ConsentAnswer {
        id: ctx.id("M").to_string(),
        from: ctx.org.clone(),
        to: found.partner.clone(),
        message: found.message.clone(),
        text_hash: found.text_hash.to_string(),
        consents: yes,
        note: (!words.is_empty()).then(|| words.to_owned()),
        // Officers appear outside by their role, never by name.
        by: ctx.actor.role.to_string(),
        at: ctx.now.to_string(),
    };
    let signed = letter::sign(Message::ConsentAnswer(message), signer)?;
    let values = [id.into(), yes_no(yes).into(), words.into(), ctx.actor.id.as_str().into(), ctx.now.into()];
    tx.update(Table::ConsentInbound, REPLY, &values)?;
    tasks::close(tx, ctx, Task::ConsentAsked, id.as_str())?;
    let event = Event::new(Kind::ConsentSaid, found.label)
        .with("consent", id)
        .with("partner", &found.partner)
        .with("audience", &found.audience)
        .with("answer", yes_no(yes))
        .with("words", words)
        .with("text_hash", found.text_hash)
        .with("signed", &signed)
        .with("by", &ctx.actor.name);
    letter::post(tx, ctx, event)
}

/// A partner's question as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Inbound {
    /// Its id here.
    pub id: Id,
    /// The partner's short name.
    pub partner: String,
    /// The partner's name as shown.
    pub title: String,
    /// The partner's message id.
    pub message: String,
    /// The exact text that would be sent.
    pub body: String,
    /// Its hash.
    pub text_hash: Digest,
    /// Who would read it, in the partner's words.
    pub audience: String,
    /// How far from the partner they stand.
    pub rung: String,
    /// Its label.
    pub label: Label,
    /// By when an answer is wanted.
    pub answer_by: Time,
    /// When it arrived.
    pub received_at: Time,
    /// `yes` or `no`; none: not yet.
    pub answer: Option<String>,
    /// The words with the answer; may be empty.
    pub words: String,
    /// When a person answered.
    pub answered_at: Option<Time>,
}

/// Finds a partner's question the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Inbound>> {
    ctx.may(Action::ReadDesk)?;
    ctx.show(labelled(&tx.row(&format!("{SELECT} WHERE c.id = $1"), &[id.into()])?)?)
}

/// Lists partners' questions, newest first, at most 200.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Vec<Inbound>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!(
        "{SELECT} WHERE {} ORDER BY c.received_at DESC, c.id DESC LIMIT 200",
        visible.condition("c.label", 0)
    );
    let rows = tx.rows(&sql, &visible.with(&[]))?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Inbound>> {
    let label = row.label(8)?;
    let inbound = Inbound {
        id: row.id(0)?,
        partner: row.text(1)?,
        title: row.text(2)?,
        message: row.text(3)?,
        body: row.text(4)?,
        text_hash: row.parsed(5)?,
        audience: row.text(6)?,
        rung: row.text(7)?,
        label: label.clone(),
        answer_by: row.time(9)?,
        received_at: row.time(10)?,
        answer: row.opt_text(11)?,
        words: row.opt_text(12)?.unwrap_or_default(),
        answered_at: row.opt_time(13)?,
    };
    Ok(Labelled::new(inbound, label))
}

const BY_MESSAGE: &str = "-- desk::consent::receive before
    SELECT note FROM consent_inbound WHERE message = $1 AND partner_id = $2";

const RECEIVE: &str = "-- desk::consent::receive
    INSERT INTO consent_inbound (id, partner_id, message, body, text_hash, audience, rung, label, note, answer_by,
                                 received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const REPLY: &str = "-- desk::consent::reply
    UPDATE consent_inbound SET answer = $2, words = $3, answered_by = $4, answered_at = $5
     WHERE id = $1 AND answered_at IS NULL";

const SELECT: &str = "-- desk::consent::find
    SELECT c.id, p.name, p.title, c.message, c.body, c.text_hash, c.audience, c.rung, c.label, c.answer_by,
           c.received_at, c.answer, c.words, c.answered_at
      FROM consent_inbound c JOIN partner p ON p.id = c.partner_id";
