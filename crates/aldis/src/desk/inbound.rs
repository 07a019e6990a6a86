//! The other side: a warning that a partner's node sent to us.
//!
//! The machine checks, stores and signs a receipt in one transaction; only then does the partner
//! hear that it arrived. A person reads and answers. The same envelope again gives the same receipt;
//! another envelope under the same id is refused.

use super::visible::{Visible, shown};
use super::{letter, partners, tasks, ways};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::{journal, outbox};
use aldis_ledger::Signer;
use aldis_model::answer::Answer;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::{Digest, Id, Label, Labelled, Released, Time};
use aldis_wire::exchange::{self, Message};
use serde::Serialize;

/// Stores a partner's warning and returns our signed receipt.
///
/// `envelope` has been opened and its signature checked against `partner`'s key by the caller.
///
/// # Errors
///
/// [`Error::Conflict`] if the same id came with another content before.
pub fn receive(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    signer: &Signer,
    partner: &partners::Partner,
    warning: &exchange::Warning,
    envelope: &str,
) -> Result<String> {
    if let Some(row) = tx.rows(BY_MESSAGE, &[warning.id.as_str().into(), (&partner.id).into()])?.first() {
        if row.text(0)? == envelope {
            return row.text(1);
        }
        return Err(Error::Conflict("this message id came before with another content".to_owned()));
    }
    let hash = Digest::of(envelope.as_bytes());
    let receipt = letter::receipt(ctx, signer, partner, &warning.id, envelope)?;
    let label = letter::label(&warning.label)?;
    let id = ctx.id("IN");
    let stored = tx.label(&label)?;
    let answer_by: Option<Time> = warning.answer_by.as_deref().and_then(|text| text.parse().ok());
    tx.insert(
        Table::Inbound,
        RECEIVE,
        &[
            (&id).into(),
            (&partner.id).into(),
            warning.id.as_str().into(),
            warning.replaces.as_deref().into(),
            kind_word(warning).into(),
            warning.subject.as_str().into(),
            warning.text.as_str().into(),
            stored,
            Digest::of(warning.text.as_bytes()).into(),
            envelope.into(),
            receipt.as_str().into(),
            answer_by.into(),
            ctx.now.into(),
        ],
    )?;
    let task = tasks::New {
        kind: Task::Inbound,
        priority: Priority::Critical,
        case: None,
        thing: id.as_str(),
        note: &partner.title,
        label: &label,
        due: letter::due(ctx, answer_by),
    };
    tasks::open(tx, ctx, &task)?;
    let event = Event::new(Kind::InboundReceived, label)
        .with("inbound", &id)
        .with("partner", &partner.name)
        .with("message", &warning.id)
        .with("subject", &warning.subject)
        .with("text", &warning.text)
        .with("text_hash", Digest::of(warning.text.as_bytes()))
        .with("envelope_hash", hash);
    journal::append(tx, ctx, event)?;
    Ok(receipt)
}

fn kind_word(warning: &exchange::Warning) -> &'static str {
    match warning.kind {
        exchange::WarningKind::Alert => "alert",
        exchange::WarningKind::Update => "update",
        exchange::WarningKind::Cancel => "cancel",
    }
}

/// Records that a person opened it for the first time.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn open(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<()> {
    ctx.may(Action::Answer)?;
    let found = find(tx, ctx, id)?.into_inner();
    if found.opened_at.is_some() {
        return Ok(());
    }
    tx.update(Table::Inbound, OPEN, &[id.into(), ctx.now.into()])?;
    let lane = ways::lane("node", &found.partner);
    outbox::put_in(tx, ctx, &lane, outbox::Work::Opened, id.as_str(), ctx.now)?;
    let event =
        Event::new(Kind::InboundOpened, found.label).with("inbound", id).with("partner", found.partner);
    journal::append(tx, ctx, event.with("by", &ctx.actor.name)).map(|_| ())
}

/// Answers it. The answer travels through the outbox, signed, until the partner's receipt.
///
/// # Errors
///
/// [`Error::Refused`] if a reason is needed and missing; [`Error::Conflict`] if it was answered.
pub fn answer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    signer: &Signer,
    id: &Id,
    answer: Answer,
    words: &str,
) -> Result<()> {
    ctx.may(Action::Answer)?;
    let words = words.trim();
    if answer.needs_note() && words.is_empty() {
        return Err(Error::Refused(format!("\"{}\" needs a reason in words", answer.words())));
    }
    let found = find(tx, ctx, id)?.into_inner();
    let sql = if answer == Answer::Acted { ACT } else { ANSWER };
    if found.answered_at.is_some() && answer != Answer::Acted {
        return Err(Error::Conflict("this was answered before: the first answer stands".to_owned()));
    }
    tx.update(Table::Inbound, sql, &[id.into(), ctx.now.into()])?;
    tasks::close(tx, ctx, Task::Inbound, id.as_str())?;
    let message = exchange::Answer {
        id: ctx.id("M").to_string(),
        from: ctx.org.clone(),
        to: found.partner.clone(),
        message: found.message.clone(),
        release: found.message.clone(),
        text_hash: found.text_hash.to_string(),
        answer: answer_kind(answer),
        label: Some(found.label.tlp.to_string()),
        note: (!words.is_empty()).then(|| words.to_owned()),
        // Officers appear outside by their role, never by name.
        by: ctx.actor.role.to_string(),
        at: ctx.now.to_string(),
    };
    let signed = letter::sign(Message::Answer(message), signer)?;
    let event = Event::new(Kind::InboundAnswered, found.label)
        .with("inbound", id)
        .with("partner", &found.partner)
        .with("answer", answer)
        .with("note", words)
        .with("text_hash", found.text_hash)
        .with("signed", &signed)
        .with("by", &ctx.actor.name);
    letter::post(tx, ctx, event)
}

fn answer_kind(answer: Answer) -> exchange::AnswerKind {
    match answer {
        Answer::Read => exchange::AnswerKind::Read,
        Answer::CallMe => exchange::AnswerKind::CallMe,
        Answer::DoNotAccept => exchange::AnswerKind::DoNotAccept,
        Answer::NotMe => exchange::AnswerKind::NotMe,
        Answer::Acted => exchange::AnswerKind::Acted,
    }
}

/// Builds the word that a person here opened a partner's warning, and names the partner it goes to.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such warning.
pub fn opened_message(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<(partners::Partner, Message)> {
    let row = tx.row(&format!("{SELECT} WHERE i.id = $1"), &[id.into()])?;
    let (partner, opened_at) = (row.text(1)?, row.opt_time(11)?);
    let message = exchange::Answer {
        // The same word again is the same message.
        id: format!("{id}-OPENED"),
        from: ctx.org.clone(),
        to: partner.clone(),
        message: row.text(3)?,
        release: row.text(3)?,
        text_hash: row.text(8)?,
        answer: exchange::AnswerKind::Opened,
        label: None,
        note: None,
        by: "officer".to_owned(),
        at: opened_at.unwrap_or(ctx.now).to_string(),
    };
    Ok((partners::by_name(tx, &partner)?, Message::Answer(message)))
}

/// A partner's warning as its reader sees it.
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
    /// alert, update or cancel.
    pub kind: String,
    /// The subject line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// Its label.
    pub label: Label,
    /// The hash of the text.
    pub text_hash: Digest,
    /// By when an answer is wanted.
    pub answer_by: Option<Time>,
    /// When it arrived.
    pub received_at: Time,
    /// When a person first opened it.
    pub opened_at: Option<Time>,
    /// When a person answered.
    pub answered_at: Option<Time>,
}

/// Finds a partner's warning the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Inbound>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(&format!("{SELECT} WHERE i.id = $1"), &[id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Lists partners' warnings, newest first.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Vec<Inbound>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!(
        "{SELECT} WHERE {} ORDER BY i.received_at DESC, i.id DESC LIMIT 200",
        visible.condition("i.label", 0)
    );
    let rows = tx.rows(&sql, &visible.with(&[]))?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Inbound>> {
    let label = row.label(7)?;
    let inbound = Inbound {
        id: row.id(0)?,
        partner: row.text(1)?,
        title: row.text(2)?,
        message: row.text(3)?,
        kind: row.text(4)?,
        subject: row.text(5)?,
        body: row.text(6)?,
        label: label.clone(),
        text_hash: row.parsed(8)?,
        answer_by: row.opt_time(9)?,
        received_at: row.time(10)?,
        opened_at: row.opt_time(11)?,
        answered_at: row.opt_time(12)?,
    };
    Ok(Labelled::new(inbound, label))
}

const BY_MESSAGE: &str = "-- desk::inbound::receive before
    SELECT note, receipt FROM inbound WHERE message = $1 AND partner_id = $2";

const RECEIVE: &str = "-- desk::inbound::receive
    INSERT INTO inbound (id, partner_id, message, replaces, kind, subject, body, label, text_hash, note, receipt,
                         answer_by, received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

const OPEN: &str = "-- desk::inbound::open
    UPDATE inbound SET opened_at = $2 WHERE id = $1 AND opened_at IS NULL";

const ANSWER: &str = "-- desk::inbound::answer
    UPDATE inbound SET answered_at = $2, opened_at = coalesce(opened_at, $2)
     WHERE id = $1 AND answered_at IS NULL";

const ACT: &str = "-- desk::inbound::answer acted
    UPDATE inbound SET answered_at = coalesce(answered_at, $2), opened_at = coalesce(opened_at, $2) WHERE id = $1";

const SELECT: &str = "-- desk::inbound::find
    SELECT i.id, p.name, p.title, i.message, i.kind, i.subject, i.body, i.label, i.text_hash, i.answer_by,
           i.received_at, i.opened_at, i.answered_at
      FROM inbound i JOIN partner p ON p.id = i.partner_id";
