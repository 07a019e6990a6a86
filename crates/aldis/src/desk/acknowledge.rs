//! Takes a human answer to a release, from whichever way it comes.
//!
//! Rule: `model::answer`. The first answer stands: the same one again changes nothing, another one is
//! refused, so that nobody can rewrite what was said. An answer after its limit is kept with its
//! lateness. "Do not accept" and silence both go to a senior officer; neither is an end.

use super::release::Release;
use super::timers::{self, Timer};
use super::{chain, deliver, determine, partners, phrase, release, tasks};
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::answer::Answer;
use aldis_model::chain::{Why, action_us};
use aldis_model::duty::{Ttl, ack_limit_us};
use aldis_model::event::{Event, Kind};
use aldis_model::gate::Gate;
use aldis_model::label::key;
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::{HOUR_US, MINUTE_US};
use aldis_model::{Digest, Id, Label, Labelled, Released, Time};
use serde_json::json;

/// What somebody said about a release.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// The answer.
    pub answer: Answer,
    /// The words with it.
    pub note: &'a str,
    /// Who said it, as far as known.
    pub by: &'a str,
    /// When it was said.
    pub at: Time,
    /// The key that signed it, if one did.
    pub key_id: Option<&'a str>,
    /// The text it is about.
    pub text_hash: Option<Digest>,
    /// The signed bytes, verbatim.
    pub evidence: Option<&'a str>,
}

/// Records an answer that an officer was told, by telephone, in person or in public.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Conflict`] if another answer is on file.
pub fn told(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, said: &Said<'_>) -> Result<()> {
    ctx.may(Action::Answer)?;
    deliver::find(tx, ctx, delivery)?;
    record(tx, ctx, delivery, said, Under::Unsaid)
}

/// A link as its recipient presents it.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// The secret of the link.
    pub token: &'a str,
    /// The word that the right phrase gave, where the recipient needs one; see [`super::phrase`].
    pub word: Option<&'a str>,
}

impl<'a> From<&'a str> for Link<'a> {
    fn from(token: &'a str) -> Self {
        Self { token, word: None }
    }
}

impl<'a> From<&'a String> for Link<'a> {
    fn from(token: &'a String) -> Self {
        token.as_str().into()
    }
}

/// Records the answer a recipient gave on the page behind a link.
///
/// # Errors
///
/// [`Error::NotFound`] if the link is unknown or wants a phrase first; else as [`told`].
pub fn on_page<'a>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    link: impl Into<Link<'a>>,
    answer: Answer,
    note: &str,
) -> Result<()> {
    let link = link.into();
    let row = tx.row(BY_TOKEN, &[Digest::of(link.token.as_bytes()).into()])?;
    let delivery = row.id(0)?;
    phrase::passes(tx, &row.id(2)?, link.word)?;
    let said = Said { answer, note, by: BY_LINK, at: ctx.now, key_id: None, text_hash: None, evidence: None };
    record(tx, ctx, &delivery, &said, Under::Printed)
}

/// Records the signed answer of a partner's node, with the label it accepts if it names one. The caller has
/// checked the signature.
///
/// # Errors
///
/// [`Error::NotFound`] if we sent no such message to this partner; [`Error::Proof`] if it is about
/// another text or accepts another label; else as [`told`].
pub fn from_partner(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    partner: &str,
    message: &str,
    said: &Said<'_>,
    label: Option<&str>,
) -> Result<()> {
    let delivery = sent_to(tx, partner, message)?;
    record(tx, ctx, &delivery, said, label.map_or(Under::Unsaid, Under::Named))
}

/// Records that a person at a partner opened the warning. It is no answer: the ladder keeps running.
///
/// A second word, or one that comes after an answer, changes nothing.
///
/// # Errors
///
/// [`Error::NotFound`] if we sent no such message to this partner.
pub fn opened_at_partner(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    partner: &str,
    message: &str,
    evidence: &str,
) -> Result<()> {
    let delivery = sent_to(tx, partner, message)?;
    let found = deliver::read(tx, &delivery)?;
    if found.progress != "delivered" {
        return Ok(());
    }
    let carried = release::find_for_delivery(tx, &found.release)?;
    tx.update(Table::Delivery, OPENED, &[(&delivery).into(), ctx.now.into()])?;
    let event = Event::new(Kind::DeliveryOpened, carried.label)
        .case(Some(&carried.case))
        .with("delivery", &delivery)
        .with("release", &carried.id)
        .with("audience", &carried.audience)
        .with("evidence", evidence);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Finds the delivery by which we sent a message to a partner.
pub(super) fn sent_to(tx: &mut Tx<'_>, partner: &str, message: &str) -> Result<Id> {
    let row = tx.row(BY_MESSAGE, &[message.into()])?;
    let sent = row.opt_text(1)?;
    if sent.is_some_and(|name| key(&name) == partner) { row.id(0) } else { Err(Error::NotFound) }
}

/// Under which label an answer was given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Under<'a> {
    /// Nobody says.
    Unsaid,
    /// The page prints it above the answer.
    Printed,
    /// The author of the answer names it.
    Named(&'a str),
}

/// Records an answer.
pub(super) fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &Id,
    said: &Said<'_>,
    under: Under<'_>,
) -> Result<()> {
    let note = said.note.trim();
    if said.answer.needs_note() && note.is_empty() {
        return Err(Error::Refused(format!("\"{}\" needs a reason in words", said.answer.words())));
    }
    if note.len() > NOTE_MAX {
        return Err(Error::refused("the words are too long: at most 4000 letters"));
    }
    let mut found = deliver::read(tx, delivery)?;
    if found.delivered_at.is_none() {
        arrive_by_answer(tx, ctx, delivery, said)?;
        found = deliver::read(tx, delivery)?;
    }
    let carried = release::find_for_delivery(tx, &found.release)?;
    let text_hash = said.text_hash.unwrap_or(carried.text_hash);
    if text_hash != carried.text_hash {
        return Err(Error::Proof("the answer is about another text than the one that was sent".to_owned()));
    }
    let label = match under {
        Under::Unsaid => None,
        Under::Named(label) if label != carried.tlp => {
            let says = "the answer accepts another label than the one that was sent";
            return Err(Error::Proof(says.to_owned()));
        }
        Under::Printed | Under::Named(_) => Some(carried.tlp.as_str()),
    };
    let acted = said.answer == Answer::Acted;
    if let Some(row) = tx
        .rows(BEFORE, &[delivery.into()])?
        .iter()
        .find(|row| row.text(0).is_ok_and(|word| (word == Answer::Acted.as_str()) == acted))
    {
        let same = row.text(0)? == said.answer.as_str() && row.text(1)? == note;
        let conflict = || Error::Conflict("another answer is on file: the first one stands".to_owned());
        return if same { Ok(()) } else { Err(conflict()) };
    }
    let (duty, ttl) = deliver::duty_of(tx, &found.release)?;
    let limit = found.delivered_at.map(|at| at.plus(ack_limit_us(deliver::ttl(&ttl))));
    // A partner's own clock does not make its answer earlier than we had it.
    let said_at = if said.evidence.is_some() { ctx.now } else { said.at };
    let late_us = limit.map_or(0, |limit| said_at.since(limit).max(0));
    store(tx, ctx, delivery, said, text_hash, late_us, &carried.label)?;
    let sql = if acted { ACTED } else { ANSWERED };
    tx.update(Table::Delivery, sql, &[delivery.into(), ctx.now.into()])?;
    tasks::close(tx, ctx, Task::Unanswered, delivery.as_str())?;
    timers::stop(tx, ctx, Timer::Ack, delivery.as_str())?;
    if said.answer != Answer::Acted {
        chain::stop(tx, ctx, delivery)?;
    }
    open_what_follows(tx, ctx, delivery, said.answer, &carried)?;
    ask_for_action(tx, ctx, delivery, said.answer, &carried, deliver::ttl(&ttl))?;
    let kind = match said.answer {
        Answer::DoNotAccept => Kind::DismissalReceived,
        Answer::CallMe => Kind::QuestionReceived,
        Answer::Acted => Kind::ActionReported,
        Answer::Read | Answer::NotMe => Kind::AckReceived,
    };
    let event = Event::new(kind, carried.label.clone())
        .case(Some(&carried.case))
        .with("delivery", delivery)
        .with("release", &carried.id)
        .with("audience", &carried.audience)
        .with("answer", said.answer)
        .with("note", note)
        .with("said_by", said.by)
        .with("said_at", said.at)
        .with_some("key_id", said.key_id)
        .with("text_hash", text_hash)
        .with_some("label_accepted", label)
        .with("late_s", late_us / 1_000_000)
        .with_some("evidence", said.evidence);
    journal::append(tx, ctx, event)?;
    move_duty(tx, ctx, &duty, &carried, said)?;
    if said.answer == Answer::DoNotAccept {
        chain::start(tx, &ctx.as_system(), delivery, &carried, deliver::ttl(&ttl), Why::Dismissal)?;
    }
    Ok(())
}

/// Acknowledged is not done: sets the time by which somebody must have said what was done.
fn ask_for_action(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &Id,
    answer: Answer,
    carried: &Release,
    ttl: Ttl,
) -> Result<()> {
    match answer {
        Answer::Read | Answer::CallMe if carried.kind != "cancel" => {
            let by = ctx.now.plus(action_us(chain::priority_of(ttl)));
            timers::set(tx, ctx, Timer::Action, delivery.as_str(), 1, by)
        }
        Answer::Acted => {
            timers::stop(tx, ctx, Timer::Action, delivery.as_str())?;
            tasks::close(tx, ctx, Task::NoAction, delivery.as_str())
        }
        _ => Ok(()),
    }
}

/// Takes the recipient's own answer as proof that a release arrived; an officer's word is none.
fn arrive_by_answer(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, said: &Said<'_>) -> Result<()> {
    if said.by != BY_LINK && said.evidence.is_none() {
        let says = "this was not delivered yet: record the delivery first, or find the right one";
        return Err(Error::refused(says));
    }
    deliver::arrived(tx, &ctx.as_system(), delivery, "the recipient's own answer")
}

fn store(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &Id,
    said: &Said<'_>,
    text_hash: Digest,
    late_us: i64,
    label: &Label,
) -> Result<()> {
    let label = tx.label(label)?;
    tx.insert(
        Table::Answer,
        STORE,
        &[
            (&ctx.id("N")).into(),
            delivery.into(),
            said.answer.as_str().into(),
            said.note.trim().into(),
            said.by.into(),
            said.key_id.into(),
            text_hash.into(),
            said.evidence.into(),
            late_us.into(),
            label,
            said.at.into(),
            ctx.now.into(),
        ],
    )
}

/// Opens what an answer asks of us.
fn open_what_follows(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &Id,
    answer: Answer,
    carried: &Release,
) -> Result<()> {
    let (kind, priority, within) = match answer {
        Answer::DoNotAccept => (Task::Dismissed, Priority::Critical, HOUR_US),
        Answer::CallMe => (Task::CallBack, Priority::Critical, 15 * MINUTE_US),
        Answer::NotMe => (Task::WrongRecipient, Priority::High, HOUR_US),
        Answer::Read | Answer::Acted => return Ok(()),
    };
    let task = tasks::New {
        kind,
        priority,
        case: Some(&carried.case),
        thing: delivery.as_str(),
        note: &carried.title,
        label: &carried.label,
        due: ctx.now.plus(within),
    };
    tasks::open(tx, ctx, &task)
}

fn move_duty(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, carried: &Release, said: &Said<'_>) -> Result<()> {
    let (hash, leg) = (carried.text_hash, determine::Leg::of(carried));
    let time = said.at.min(ctx.now).micros();
    // Who says what was done has read it.
    if said.answer != Answer::NotMe {
        let key_id = said.key_id.unwrap_or("none: a person's word");
        let signed = json!({ "receiver": said.by, "key_id": key_id, "text_hash": hash, "time": time });
        let late = json!({ "receiver": said.by, "time": time });
        let moved = determine::follow_leg_from(tx, ctx, duty, leg, "DELIVERED", "ack", signed)?;
        if !moved {
            determine::follow_leg_from(tx, ctx, duty, leg, "NO_ACK_ESCALATED", "ack", late)?;
        }
    }
    let fields = match said.answer {
        Answer::DoNotAccept => json!({ "receiver_reason": said.note.trim(), "who": said.by, "time": time }),
        Answer::Acted => json!({ "actions": [said.note.trim()], "time": time }),
        Answer::Read | Answer::CallMe | Answer::NotMe => return Ok(()),
    };
    let event = if said.answer == Answer::Acted { "report_action" } else { "dismiss" };
    determine::follow_leg(tx, ctx, duty, leg, event, fields).map(|_| ())
}

/// Closes a dismissal's review, a call back, a wrong recipient or a passing on beyond the label with what was
/// decided.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a reason.
pub fn settle(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, kind: Task, decision: &str) -> Result<()> {
    let action = if kind == Task::Dismissed { Action::Decide } else { Action::Answer };
    ctx.may(action)?;
    if decision.trim().is_empty() {
        return Err(Error::refused(
            "say what was decided: re-deliver, another addressee, the public, or why not",
        ));
    }
    let found = deliver::find(tx, ctx, delivery)?.into_inner();
    tasks::close(tx, ctx, kind, delivery.as_str())?;
    match kind {
        Task::Dismissed => chain::stop(tx, ctx, delivery)?,
        Task::NoAction => timers::stop(tx, ctx, Timer::Action, delivery.as_str())?,
        _ => {}
    }
    let entry = match kind {
        Task::Dismissed => Kind::DismissalReviewed,
        Task::Beyond => Kind::PassingOnSettled,
        _ => Kind::QuestionAnswered,
    };
    let event = Event::new(entry, found.label).case(Some(&found.case)).with("delivery", delivery);
    journal::append(tx, ctx, event.with("decision", decision).with("by", &ctx.actor.name))?;
    if kind == Task::Dismissed {
        let (duty, _) = deliver::duty_of(tx, &found.release)?;
        determine::follow(tx, ctx, &duty, "review_dismissal", json!({}))?;
    }
    Ok(())
}

/// What a recipient reads on the page behind a link.
#[derive(Clone, Debug)]
pub struct Message {
    /// The release's text, portion by portion.
    pub lines: Vec<String>,
    /// The line above.
    pub subject: String,
    /// The label printed on it.
    pub tlp: String,
    /// The "is this real?" words.
    pub code_words: String,
    /// The page's language.
    pub language: String,
    /// The answer on file, if there is one.
    pub answered: Option<Answer>,
}

/// Finds what a link shows. Reading changes nothing: a mail scanner that follows the link is not a
/// person who read.
///
/// # Errors
///
/// [`Error::NotFound`] if the link is unknown, wants a phrase first, or is no longer shown.
pub fn behind_link<'a>(tx: &mut Tx<'_>, ctx: &Ctx, link: impl Into<Link<'a>>) -> Result<Released<Message>> {
    let link = link.into();
    let row = tx.row(BY_TOKEN, &[Digest::of(link.token.as_bytes()).into()])?;
    let (delivery, until) = (row.id(0)?, row.opt_time(1)?);
    if until.is_some_and(|until| until < ctx.now) {
        return Err(Error::NotFound);
    }
    phrase::passes(tx, &row.id(2)?, link.word)?;
    let found = deliver::read(tx, &delivery)?;
    let carried = release::find_for_delivery(tx, &found.release)?;
    let recipient = partners::audience(tx, &carried.audience)?;
    let message = Message {
        lines: carried.body.lines().map(str::to_owned).collect(),
        subject: carried.subject,
        tlp: carried.tlp,
        code_words: carried.code_words,
        language: recipient.language.clone(),
        answered: found.answer.as_deref().and_then(Answer::find),
    };
    // The frozen text was passed by the gate for this audience; the link is its recipient's.
    Gate::default()
        .release(&recipient.audience(), Labelled::new(message, Label::clear()))
        .ok_or(Error::NotFound)
}

const BY_LINK: &str = "recipient, by link";

const NOTE_MAX: usize = 4_000;

const BY_TOKEN: &str = "-- desk::acknowledge::on_page
    SELECT d.id, d.token_until, r.audience_id FROM delivery d JOIN release r ON r.id = d.release_id
     WHERE d.token_hash = $1";

const BY_MESSAGE: &str = "-- desk::acknowledge::from_partner
    SELECT d.id, CASE WHEN a.channel = 'node' THEN a.address ELSE
                 (SELECT max(w.address) FROM way w WHERE w.audience_id = a.id AND w.channel = 'node') END
      FROM delivery d JOIN release r ON r.id = d.release_id JOIN audience a ON a.id = r.audience_id
     WHERE d.message = $1";

const BEFORE: &str = "-- desk::acknowledge::record before
    SELECT answer, note FROM answer WHERE delivery_id = $1 ORDER BY recorded_at, id";

const STORE: &str = "-- desk::acknowledge::record
    INSERT INTO answer (id, delivery_id, answer, note, said_by, key_id, text_hash, evidence, late_us, label,
                        said_at, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

const OPENED: &str = "-- desk::acknowledge::opened_at_partner
    UPDATE delivery SET progress = 'opened', opened_at = $2 WHERE id = $1 AND progress = 'delivered'";

const ANSWERED: &str = "-- desk::acknowledge::record answered
    UPDATE delivery SET progress = 'answered', answered_at = $2, opened_at = coalesce(opened_at, $2)
     WHERE id = $1 AND answered_at IS NULL";

const ACTED: &str = "-- desk::acknowledge::record acted
    UPDATE delivery SET progress = 'acted', acted_at = $2, answered_at = coalesce(answered_at, $2),
                        opened_at = coalesce(opened_at, $2)
     WHERE id = $1 AND acted_at IS NULL";
