//! Asks an originator for consent to one exact text for one audience, and keeps the answer.
//!
//! Rule: `model::gate::Consent`. A consent names the hash of the text: another wording needs another
//! consent. "No" is kept as well, because somebody will ask later.

mod inbound;
mod sent;

pub use inbound::{Inbound, find, list, receive, reply};
pub use sent::{ask_node, heard, rehearse};

use super::visible::shown;
use super::{case, partners, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_ledger::Entry;
use aldis_model::event::{Event, Kind};
use aldis_model::gate::{Consent, Gate};
use aldis_model::label::key;
use aldis_model::role::Action;
use aldis_model::task::Task;
use aldis_model::{Digest, Id, Label, Labelled, Released, Time, Tlp};
use serde::Serialize;
use std::collections::BTreeMap;

/// What an originator is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The case.
    pub case: &'a Id,
    /// Who is asked, by short name.
    pub originator: &'a str,
    /// Who would be told, by short name.
    pub audience: &'a str,
    /// The exact text they would be told.
    pub text: &'a str,
}

/// Records that an originator was asked, and returns the consent's id.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may not see the case, or know whom it is about; [`Error::Refused`] if the text is empty.
pub fn ask(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    case: &Id,
    originator: &str,
    audience: &str,
    text: &str,
) -> Result<Id> {
    ctx.may(Action::Draft)?;
    let (id, event) = file(tx, ctx, &Question { case, originator, audience, text })?;
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Writes the row of a question and the event that tells of it.
fn file(tx: &mut Tx<'_>, ctx: &Ctx, asked: &Question<'_>) -> Result<(Id, Event)> {
    let Question { case, originator, audience, text } = *asked;
    if text.trim().is_empty() || originator.trim().is_empty() || audience.trim().is_empty() {
        return Err(Error::refused("a consent names an originator, an audience and the exact text"));
    }
    let (originator, audience) = (key(originator), key(audience));
    let label = case::find(tx, ctx, case)?.get().label.join(&partners::label_of_name(tx, &audience)?);
    partners::check_known(tx, ctx, &audience)?;
    ctx.show(Labelled::new((), label.clone()))?;
    let label = label.join(&of_sentence(tx, ctx, case, text)?);
    let (id, hash) = (ctx.id("CO"), Digest::of(text.as_bytes()));
    tx.insert(
        Table::Consent,
        ASK,
        &[
            (&id).into(),
            originator.as_str().into(),
            audience.as_str().into(),
            hash.into(),
            case.into(),
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(Kind::ConsentRequested, label)
        .case(Some(case))
        .with("consent", &id)
        .with("originator", originator)
        .with("audience", audience)
        .with("text", text)
        .with("text_hash", hash)
        .with("by", &ctx.actor.name);
    Ok((id, event))
}

/// Returns the label of the warnings in which this text is a sentence, as far as the officer may see them: the
/// question repeats the text, so it is as closed.
fn of_sentence(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, text: &str) -> Result<Label> {
    let mut label = Label::clear();
    for row in tx.rows(SENTENCE, &[case.into(), text.into()])? {
        let warning = row.label(0)?;
        if ctx.show(Labelled::new((), warning.clone())).is_ok() {
            label = label.join(&warning);
        }
    }
    Ok(label)
}

/// Reads who may know of each question of a case: what the entry says that it was asked under, and no less than
/// whom it is about.
fn labels(tx: &mut Tx<'_>, case: &Id) -> Result<BTreeMap<String, Label>> {
    let mut labels = BTreeMap::new();
    for row in tx.rows(REQUESTED, &[case.into()])? {
        let entry = Entry::from_json(&row.text(0)?).map_err(Error::broken)?;
        let (Some(id), label) = (entry.value("consent"), row.label(1)?) else { continue };
        let about = label.join(&partners::label_of_name(tx, entry.value("audience").unwrap_or_default())?);
        labels.insert(id.to_owned(), about);
    }
    Ok(labels)
}

/// Reads who may know of one question; one of which the record does not speak is for those who see everything.
pub(super) fn label_of(tx: &mut Tx<'_>, case: &Id, consent: &Id) -> Result<Label> {
    Ok(labels(tx, case)?.remove(consent.as_str()).unwrap_or(Label::plain(Tlp::Red)))
}

/// Records what the originator answered.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Conflict`] if an answer is on file.
pub fn answered(tx: &mut Tx<'_>, ctx: &Ctx, consent: &Id, yes: bool, words: &str) -> Result<()> {
    ctx.may(Action::Answer)?;
    let row = tx.row(FIND, &[consent.into()])?;
    let (case, originator) = (row.id(0)?, row.text(1)?);
    let label = case::find(tx, ctx, &case)?.get().label.join(&label_of(tx, &case, consent)?);
    ctx.show(Labelled::new((), label.clone()))?;
    let answer = yes_no(yes);
    tx.update(Table::Consent, ANSWER, &[consent.into(), answer.into(), words.into(), ctx.now.into()])?;
    tasks::close(tx, ctx, Task::Consent, consent.as_str())?;
    let event = Event::new(Kind::ConsentAnswered, label)
        .case(Some(&case))
        .with("consent", consent)
        .with("originator", originator)
        .with("answer", answer)
        .with("words", words)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// A question to an originator and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// The consent's id.
    pub id: Id,
    /// Who was asked.
    pub originator: String,
    /// Who would be told.
    pub audience: String,
    /// The hash of the exact text.
    pub text_hash: Digest,
    /// When it was asked.
    pub asked_at: Time,
    /// Whether the question travelled to the originator's node.
    pub by_node: bool,
    /// By when the node was asked to answer; none: it was asked by voice.
    pub answer_by: Option<Time>,
    /// `yes` or `no`; none: not yet.
    pub answer: Option<String>,
    /// In the originator's words; may be empty.
    pub words: String,
    /// When it answered.
    pub answered_at: Option<Time>,
}

/// Lists the questions of a case that the reader may see, oldest first: one about a sentence is as closed as its
/// warning, one about a person at risk as that we write to this person.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may not see the case.
pub fn of_case(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id) -> Result<Released<Vec<Asked>>> {
    let label = case::find(tx, ctx, case)?.get().label.clone();
    let rows = tx.rows(OF_CASE, &[case.into()])?;
    let asked = |row: &Row| {
        Ok::<_, Error>(Asked {
            id: row.id(0)?,
            originator: row.text(1)?,
            audience: row.text(2)?,
            text_hash: row.parsed(3)?,
            asked_at: row.time(4)?,
            by_node: row.opt_time(8)?.is_some(),
            answer_by: row.opt_time(8)?,
            answer: row.opt_text(5)?,
            words: row.opt_text(6)?.unwrap_or_default(),
            answered_at: row.opt_time(7)?,
        })
    };
    let mut labels = labels(tx, case)?;
    let labelled = |row: &Row| {
        let asked = asked(row)?;
        let about = labels.remove(asked.id.as_str()).unwrap_or(Label::plain(Tlp::Red));
        Ok(Labelled::new(asked, label.join(&about)))
    };
    shown(ctx, rows.iter().map(labelled))
}

const fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

/// Builds the gate with the consents that are on file for a case.
pub(super) fn gate(tx: &mut Tx<'_>, case: &Id) -> Result<Gate> {
    let rows = tx.rows(GIVEN, &[case.into()])?;
    let consents = rows
        .iter()
        .map(|row| Ok(Consent { originator: row.text(0)?, audience: row.text(1)?, text: row.parsed(2)? }));
    Ok(Gate::new(consents.collect::<Result<Vec<_>>>()?))
}

/// Says whether an originator's consent to this text for this audience is on file.
pub(super) fn is_given(
    tx: &mut Tx<'_>,
    case: &Id,
    originator: &str,
    audience: &str,
    text: Digest,
) -> Result<bool> {
    let values = [case.into(), originator.into(), audience.into(), text.into()];
    Ok(!tx.rows(IS_GIVEN, &values)?.is_empty())
}

const ASK: &str = "-- desk::consent::ask
    INSERT INTO consent (id, originator, audience, text_hash, case_id, asked_by, asked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const FIND: &str = "-- desk::consent::answered find
    SELECT case_id, originator FROM consent WHERE id = $1";

const SENTENCE: &str = "-- desk::consent::ask sentence
    SELECT w.label FROM warning w JOIN portion p ON p.warning_id = w.id WHERE w.case_id = $1 AND p.body = $2
     ORDER BY w.id";

const REQUESTED: &str = "-- desk::consent::labels
    SELECT fields, label FROM entry WHERE case_id = $1 AND kind = 'consent.requested' ORDER BY idx";

const ANSWER: &str = "-- desk::consent::answered
    UPDATE consent SET answer = $2, words = $3, answered_at = $4 WHERE id = $1 AND answered_at IS NULL";

const OF_CASE: &str = "-- desk::consent::of_case
    SELECT c.id, c.originator, c.audience, c.text_hash, c.asked_at, c.answer, c.words, c.answered_at, s.answer_by
      FROM consent c LEFT JOIN consent_sent s ON s.id = c.id
     WHERE c.case_id = $1 ORDER BY c.asked_at, c.id";

const GIVEN: &str = "-- desk::consent::gate
    SELECT originator, audience, text_hash FROM consent WHERE case_id = $1 AND answer = 'yes' ORDER BY id";

const IS_GIVEN: &str = "-- desk::consent::is_given
    SELECT id FROM consent
     WHERE case_id = $1 AND originator = $2 AND audience = $3 AND text_hash = $4 AND answer = 'yes'";
