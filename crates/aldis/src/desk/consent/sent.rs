//! Carries the question for consent to the originator's node, and takes in what it answers.
//!
//! The text passes the gate like any other: it must be a sentence of a warning in the case that the
//! originator itself may read, somebody else must have written it, and nobody in the register is named
//! in it. Whoever would be told is named by the rung of the ladder unless the
//! officer says more: an originator need not know whom we warn to say whether it may be done.
//!
//! Source: release rule RR-01; `docs/reference/exchange.md`.

use super::{Question, file};
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::desk::{case, compose, letter, partners, tasks};
use crate::error::{Error, Result};
use crate::journal;
use crate::seal::Sealer;
use aldis_ledger::Signer;
use aldis_model::event::{Event, Kind};
use aldis_model::gate::{Audience, Gate, Ladder};
use aldis_model::label::key;
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::HOUR_US;
use aldis_model::{Id, Labelled, Released, Tlp};
use aldis_wire::exchange::{self, Message};

/// Asks an originator through its node, and returns the consent's id. Silence is a task after an hour.
///
/// `shown_as` names the audience in words the originator reads; empty: its rung.
///
/// # Errors
///
/// As [`super::ask`]; [`Error::NotFound`] if there is no such audience; [`Error::Refused`] if the
/// originator has no node here, or no sentence of a warning in the case that it may read says this;
/// [`Error::SecondPerson`] to whoever wrote the sentence; [`Error::Blocked`] if it names somebody in the
/// register.
pub fn ask_node(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    signer: &Signer,
    asked: &Question<'_>,
    shown_as: &str,
) -> Result<Id> {
    let (partner, request) = request(tx, ctx, sealer, asked, shown_as)?;
    let request = request.into_inner();
    let (id, event) = file(tx, ctx, asked)?;
    let (message, shown_as) = (request.id.clone(), request.audience.clone());
    let answer_by = ctx.now.plus(ANSWER_US);
    let signed = letter::sign(Message::ConsentRequest(request), signer)?;
    tx.insert(
        Table::ConsentSent,
        SEND,
        &[(&id).into(), (&partner.id).into(), message.into(), shown_as.as_str().into(), answer_by.into()],
    )?;
    let label = event.label.clone();
    let task = tasks::New {
        kind: Task::Consent,
        priority: Priority::High,
        case: Some(asked.case),
        thing: id.as_str(),
        note: &partner.title,
        label: &label,
        due: answer_by,
    };
    tasks::open(tx, ctx, &task)?;
    let event = event
        .with("partner", &partner.name)
        .with("shown_as", shown_as)
        .with("answer_by", answer_by)
        .with("signed", signed);
    letter::post(tx, ctx, event)?;
    Ok(id)
}

/// Shows what [`ask_node`] would send, and changes nothing.
///
/// # Errors
///
/// As [`ask_node`].
pub fn rehearse(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    asked: &Question<'_>,
    shown_as: &str,
) -> Result<Released<exchange::ConsentRequest>> {
    request(tx, ctx, sealer, asked, shown_as).map(|(_, request)| request)
}

/// Puts the question together, through the gate.
fn request(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    asked: &Question<'_>,
    shown_as: &str,
) -> Result<(partners::Partner, Released<exchange::ConsentRequest>)> {
    ctx.may(Action::Draft)?;
    case::find(tx, ctx, asked.case)?;
    let partner = partner(tx, asked.originator)?;
    let rung = partners::known(tx, ctx, asked.audience)?.into_inner().audience().ladder;
    let shown_as = if shown_as.trim().is_empty() { rung_words(rung) } else { shown_as.trim() };
    let originator = audience_of(&partner);
    let (sentence, tlp) = sentence(tx, ctx, asked, &originator)?;
    let outgoing = format!("{}\n{shown_as}", sentence.get());
    let problems = compose::registered(tx, ctx, sealer, &originator, &outgoing)?;
    if !problems.is_empty() {
        return Err(Error::Blocked(problems));
    }
    let request = sentence.map(|text| exchange::ConsentRequest {
        id: ctx.id("M").to_string(),
        from: ctx.org.clone(),
        to: partner.name.clone(),
        text,
        audience: shown_as.to_owned(),
        rung: rung.as_str().to_owned(),
        label: tlp.to_string(),
        answer_by: ctx.now.plus(ANSWER_US).to_string(),
        by: ctx.actor.role.to_string(),
        at: ctx.now.to_string(),
    });
    Ok((partner, request))
}

/// Takes in what the originator's node answered. The caller has checked the signature.
///
/// The same envelope again changes nothing. The first answer stands, from wherever it came.
///
/// # Errors
///
/// [`Error::NotFound`] if this partner was not asked; [`Error::Proof`] if it is about another text;
/// [`Error::Conflict`] if another answer is on file.
pub fn heard(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    partner: &partners::Partner,
    said: &exchange::ConsentAnswer,
    envelope: &str,
) -> Result<()> {
    let row = tx.row(FIND, &[said.message.as_str().into(), (&partner.id).into()])?;
    let (id, case) = (row.id(0)?, row.id(1)?);
    let label = row.label(5)?.join(&super::label_of(tx, &case, &id)?);
    if row.text(2)? != said.text_hash {
        return Err(Error::Proof("this is about another text than the one that was sent".to_owned()));
    }
    if row.opt_text(4)?.as_deref() == Some(envelope) {
        return Ok(());
    }
    if row.opt_text(3)?.is_some() {
        return Err(Error::Conflict("an answer is on file: the first one stands".to_owned()));
    }
    let words = said.note.as_deref().unwrap_or_default();
    let answer = super::yes_no(said.consents);
    tx.update(Table::Consent, super::ANSWER, &[(&id).into(), answer.into(), words.into(), ctx.now.into()])?;
    tx.update(Table::ConsentSent, EVIDENCE, &[(&id).into(), envelope.into()])?;
    tasks::close(tx, ctx, Task::Consent, id.as_str())?;
    let says = format!("{}: {answer}", partner.title);
    let task = tasks::New {
        kind: Task::Consented,
        priority: Priority::High,
        case: Some(&case),
        thing: case.as_str(),
        note: &says,
        label: &label,
        due: ctx.now.plus(ANSWER_US),
    };
    tasks::open(tx, ctx, &task)?;
    let event = Event::new(Kind::ConsentAnswered, label)
        .case(Some(&case))
        .with("consent", &id)
        .with("originator", &partner.name)
        .with("answer", answer)
        .with("words", words)
        .with("said_at", &said.at)
        .with("by", format!("{} of {}", said.by, partner.title))
        .with("evidence", envelope);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Finds the originator's node.
fn partner(tx: &mut Tx<'_>, originator: &str) -> Result<partners::Partner> {
    let no_node = || Error::refused("this originator has no node here: ask by voice and record the answer");
    let found = partners::by_name(tx, &key(originator)).map_err(|error| match error {
        Error::NotFound => no_node(),
        other => other,
    })?;
    if found.url.is_none() { Err(no_node()) } else { Ok(found) }
}

/// Finds the text among the sentences of the case that the reader and the originator may read.
///
/// What one of them may not read is not there.
fn sentence(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    asked: &Question<'_>,
    originator: &Audience,
) -> Result<(Released<String>, Tlp)> {
    for row in tx.rows(SENTENCES, &[asked.case.into(), asked.text.into()])? {
        let (label, whole) = (row.label(1)?, row.label(2)?);
        let mine = Labelled::new((), label.join(&whole));
        if ctx.show(mine).is_err() {
            continue;
        }
        let text = Labelled::text(row.text(0)?, label.clone());
        let Some(text) = Gate::default().release(originator, text) else { continue };
        ctx.is_second_to(&[&row.text(3)?], "you wrote this sentence: somebody else sends the question")?;
        return Ok((text, label.tlp));
    }
    Err(Error::Refused(format!(
        "no sentence of a warning in this case that {} may read says exactly this: write it first, or ask by voice",
        originator.id
    )))
}

fn audience_of(partner: &partners::Partner) -> Audience {
    let ceiling = partner.ceiling.parse().unwrap_or(Tlp::Clear);
    Audience::new(&partner.name, &partner.name, Ladder::Partner, ceiling)
}

/// Says who stands on a rung, to somebody who need not know more.
const fn rung_words(rung: Ladder) -> &'static str {
    match rung {
        Ladder::Own => "our own organisation",
        Ladder::Officers => "named officers of a partner",
        Ladder::Partner => "a partner organisation",
        Ladder::Clients => "a partner and those it protects",
        Ladder::Community => "a community",
        Ladder::Person => "the person at risk",
        Ladder::Public => "the public",
    }
}

/// How long an originator has before somebody here is told to call.
const ANSWER_US: i64 = HOUR_US;

const SEND: &str = "-- desk::consent::ask_node
    INSERT INTO consent_sent (id, partner_id, message, shown_as, answer_by) VALUES ($1, $2, $3, $4, $5)";

const SENTENCES: &str = "-- desk::consent::ask_node sentences
    SELECT p.body, p.label, w.label, w.author FROM warning w JOIN portion p ON p.warning_id = w.id
     WHERE w.case_id = $1 AND p.body = $2 ORDER BY p.id";

const FIND: &str = "-- desk::consent::heard
    SELECT c.id, c.case_id, c.text_hash, c.answer, s.evidence, f.label
      FROM consent_sent s JOIN consent c ON c.id = s.id JOIN case_file f ON f.id = c.case_id
     WHERE s.message = $1 AND s.partner_id = $2";

const EVIDENCE: &str = "-- desk::consent::heard evidence
    UPDATE consent_sent SET evidence = $2 WHERE id = $1 AND evidence IS NULL";
