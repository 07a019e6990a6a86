//! Carries a release: starts an attempt, records what came of it, and keeps what proves it.
//!
//! Rule: `model::answer::Progress`. The worker claims, sends outside any transaction and records; an
//! attempt may therefore be repeated, and every channel bears that. A machine's receipt makes a
//! delivery *delivered* and never more.

use super::determine::Leg;
use super::release::Release;
use super::timers::{self, Timer};
use super::visible::{Visible, shown};
use super::{determine, partners, release, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::{journal, outbox};
use aldis_model::duty::{Ttl, ack_limit_us};
use aldis_model::event::{Event, Kind};
use aldis_model::gate::{Audience, Gate};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::{MINUTE_US, SECOND_US};
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;
use serde_json::json;

/// One attempt to carry a release.
pub struct Attempt {
    /// The delivery.
    pub delivery: Id,
    /// Who gets it.
    pub recipient: partners::Recipient,
    /// What goes, as the gate passed it.
    pub release: Released<Release>,
    /// The message id for a partner's node.
    pub message: Option<String>,
    /// The message id of what this one replaces.
    pub replaces: Option<String>,
    /// By when an answer is wanted.
    pub answer_by: Time,
}

/// Starts an attempt; `None` if there is nothing left to carry.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Broken`] if the gate does not pass what was approved.
pub fn start(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id) -> Result<Option<Attempt>> {
    ctx.may(Action::Deliver)?;
    let found = read(tx, delivery)?;
    if found.progress != "queued" {
        return Ok(None);
    }
    let carried = release::find_for_delivery(tx, &found.release)?;
    if !tx.rows(SUPERSEDED, &[(&carried.id).into()])?.is_empty() {
        return supersede(tx, ctx, delivery, &carried).map(|()| None);
    }
    let recipient = partners::audience(tx, &carried.audience)?;
    let duty = duty_of(tx, &found.release)?;
    // Counted from the sending, so that every attempt carries the same bytes.
    let answer_by = carried.sent_at.unwrap_or(ctx.now).plus(ack_limit_us(ttl(&duty.1)));
    let message = found.message.clone();
    let before = carried.replaces.as_ref().map(|id| tx.rows(MESSAGE_OF, &[id.into()])).transpose()?;
    let replaces = before.and_then(|rows| rows.first().and_then(|row| row.text(0).ok()));
    let sent = carried.clone();
    // The gate is asked about the frozen text once more, for exactly this audience.
    let passed = pass(tx, &recipient.audience(), carried)?;
    let fields = json!({
        "channel": found.channel, "address_ref": recipient.name, "time": ctx.now.micros(),
    });
    determine::follow_leg(tx, ctx, &duty.0, Leg::of(&sent), "send", fields)?;
    Ok(Some(Attempt { delivery: delivery.clone(), recipient, release: passed, message, replaces, answer_by }))
}

/// Ends a delivery whose release was corrected or taken back before it left.
fn supersede(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, carried: &Release) -> Result<()> {
    let why = "superseded by a later release before it left";
    tx.update(Table::Delivery, MISSED, &[delivery.into(), 0.into(), why.into()])?;
    tx.update(Table::Delivery, FAILED, &[delivery.into(), ctx.now.into()])?;
    let event = Event::new(Kind::TransportFailed, carried.label.clone())
        .case(Some(&carried.case))
        .with("delivery", delivery)
        .with("release", &carried.id)
        .with("audience", &carried.audience)
        .with("error", why);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Asks the gate whether each line of the frozen text may go to this audience.
fn pass(tx: &mut Tx<'_>, audience: &Audience, carried: Release) -> Result<Released<Release>> {
    let gate = super::consent::gate(tx, &carried.case)?;
    let portions = super::compose::portions(tx, &carried.warning)?;
    let cut = aldis_model::tearline::cut(&gate, audience, &portions).map_err(Error::broken)?;
    let text = cut.text().map(Released::into_inner).unwrap_or_default();
    if text != carried.body {
        return Err(Error::broken(format!("the gate no longer gives the text of {}", carried.id)));
    }
    let outside = Label::clear();
    Gate::default().release(audience, Labelled::new(carried, outside)).ok_or(Error::NotFound)
}

/// Records that a channel delivered, with the evidence it gave.
///
/// # Errors
///
/// [`Error::Conflict`] if it was recorded before.
pub fn arrived(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, evidence: &str) -> Result<()> {
    ctx.may(Action::Deliver)?;
    let found = read(tx, delivery)?;
    let carried = release::find_for_delivery(tx, &found.release)?;
    tx.update(Table::Delivery, ARRIVED, &[delivery.into(), ctx.now.into(), evidence.into()])?;
    tasks::close(tx, ctx, Task::Undelivered, delivery.as_str())?;
    let kind = match (found.channel.as_str(), carried.kind.as_str()) {
        ("cap", "update") => Kind::CapUpdated,
        ("cap", "cancel") => Kind::CapCancelled,
        ("cap", _) => Kind::CapPublished,
        _ => Kind::TransportReceipt,
    };
    let event = Event::new(kind, carried.label.clone())
        .case(Some(&carried.case))
        .with("delivery", delivery)
        .with("release", &carried.id)
        .with("audience", &carried.audience)
        .with("channel", &found.channel)
        .with("text_hash", carried.text_hash)
        .with("evidence", evidence);
    journal::append(tx, ctx, event)?;
    if found.channel == "cap" {
        close_public_decision(tx, ctx, &carried)?;
    }
    after_delivery(tx, ctx, delivery, &carried, json!({ "transport_receipt": evidence }))
}

/// Records an officer's statement that the release was handed over.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a statement; [`Error::Conflict`] if it was
/// delivered before.
pub fn by_hand(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, statement: &Statement<'_>) -> Result<()> {
    ctx.may(Action::Deliver)?;
    if statement.words.trim().is_empty() {
        return Err(Error::refused("say what was handed over, to whom and how it was taken"));
    }
    let found = find(tx, ctx, delivery)?.into_inner();
    let carried = release::find(tx, ctx, &found.release)?.into_inner();
    let duty = duty_of(tx, &found.release)?;
    let (hash, leg) = (carried.text_hash, Leg::of(&carried));
    let fields = json!({ "channel": "hand", "address_ref": carried.audience, "time": ctx.now.micros() });
    let again = json!({ "channel": "hand", "time": ctx.now.micros() });
    // By hand is also the other way where a machine failed.
    determine::follow_leg(tx, ctx, &duty.0, leg, "send", fields)?;
    determine::follow_leg(tx, ctx, &duty.0, leg, "retry_alternate", again)?;
    tx.update(Table::Delivery, ARRIVED, &[delivery.into(), ctx.now.into(), statement.words.into()])?;
    tasks::close(tx, ctx, Task::Undelivered, delivery.as_str())?;
    tasks::close(tx, ctx, Task::HandOver, delivery.as_str())?;
    let event = Event::new(Kind::TransportReceipt, carried.label.clone())
        .case(Some(&carried.case))
        .with("delivery", delivery)
        .with("release", &carried.id)
        .with("audience", &carried.audience)
        .with("channel", "hand")
        .with("text_hash", hash)
        .with("statement", statement.words)
        .with_some("place", statement.place)
        .with_some("witness", statement.witness)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    let mut receipt = json!({ "officer_statement": statement.words });
    if let (Some(place), Some(map)) = (statement.place, receipt.as_object_mut()) {
        map.insert("place".to_owned(), place.into());
    }
    if let (Some(witness), Some(map)) = (statement.witness, receipt.as_object_mut()) {
        map.insert("witness".to_owned(), witness.into());
    }
    after_delivery(tx, ctx, delivery, &carried, receipt)
}

/// What an officer says about a delivery in person.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// What was handed over, to whom, and how it was taken.
    pub words: &'a str,
    /// Where.
    pub place: Option<&'a str>,
    /// Who saw it.
    pub witness: Option<&'a str>,
}

fn after_delivery(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &Id,
    carried: &Release,
    mut receipt: serde_json::Value,
) -> Result<()> {
    if let Some(map) = receipt.as_object_mut() {
        map.insert("time".to_owned(), ctx.now.micros().into());
    }
    let (duty, urgency) = duty_of(tx, &carried.id)?;
    determine::follow_leg(tx, ctx, &duty, Leg::of(carried), "receipt", receipt)?;
    let recipient = partners::audience(tx, &carried.audience)?;
    if ANSWERING.contains(&recipient.ladder.as_str()) {
        let due = ctx.now.plus(ack_limit_us(ttl(&urgency)));
        timers::set(tx, ctx, Timer::Ack, delivery.as_str(), 1, due)?;
        // The timer's row must be committed to as well.
        let event = Event::new(Kind::CaseState, carried.label.clone()).case(Some(&carried.case));
        journal::append(tx, ctx, event.with("delivery", delivery).with("answer_wanted_by", due))?;
    }
    Ok(())
}

fn close_public_decision(tx: &mut Tx<'_>, ctx: &Ctx, carried: &Release) -> Result<()> {
    let open = tx.rows(NDS_OPEN, &[(&carried.case).into()])?;
    for row in open {
        tasks::close(tx, ctx, Task::PublicEquivalence, &row.text(0)?)?;
        let event = Event::new(Kind::NdsDecision, carried.label.clone()).case(Some(&carried.case));
        journal::append(tx, ctx, event.with("decision", "published").with("release", &carried.id))?;
    }
    Ok(())
}

/// What follows a missed attempt.
pub enum Next {
    /// Another attempt at this time.
    Again(Time),
    /// A recorded failure: people must find another way.
    Failed,
}

/// Records a missed attempt.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn missed(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, error: &str) -> Result<Next> {
    ctx.may(Action::Deliver)?;
    let found = read(tx, delivery)?;
    let carried = release::find_for_delivery(tx, &found.release)?;
    let attempts = found.attempts + 1;
    let failed = attempts >= ATTEMPTS_MAX;
    tx.update(Table::Delivery, MISSED, &[delivery.into(), attempts.into(), error.into()])?;
    if failed {
        tx.update(Table::Delivery, FAILED, &[delivery.into(), ctx.now.into()])?;
        let task = tasks::New {
            kind: Task::Undelivered,
            priority: Priority::Critical,
            case: Some(&carried.case),
            thing: delivery.as_str(),
            note: &carried.title,
            label: &carried.label,
            due: ctx.now.plus(5 * MINUTE_US),
        };
        tasks::open(tx, ctx, &task)?;
    }
    let event = Event::new(Kind::TransportFailed, carried.label.clone())
        .case(Some(&carried.case))
        .with("delivery", delivery)
        .with("release", &carried.id)
        .with("audience", &carried.audience)
        .with("channel", &found.channel)
        .with("attempt", attempts)
        .with("final", if failed { "yes" } else { "no" })
        .with("error", error);
    journal::append(tx, ctx, event)?;
    if failed {
        let (duty, _) = duty_of(tx, &carried.id)?;
        let fields = json!({ "channel": found.channel, "error": error, "time": ctx.now.micros() });
        determine::follow_leg(tx, ctx, &duty, Leg::of(&carried), "fail", fields)?;
        return Ok(Next::Failed);
    }
    Ok(Next::Again(ctx.now.plus((FIRST_RETRY_US << (attempts - 1).min(5)).min(5 * MINUTE_US))))
}

/// Tries a failed delivery again.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Conflict`] if it has not failed.
pub fn retry(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id) -> Result<()> {
    ctx.may(Action::Deliver)?;
    let found = find(tx, ctx, delivery)?.into_inner();
    let carried = release::find(tx, ctx, &found.release)?.into_inner();
    tx.update(Table::Delivery, RETRY, &[delivery.into()])?;
    tasks::close(tx, ctx, Task::Undelivered, delivery.as_str())?;
    outbox::put(tx, ctx, outbox::Work::Send, delivery.as_str(), ctx.now)?;
    let event = Event::new(Kind::ReleaseSent, carried.label.clone())
        .case(Some(&carried.case))
        .with("delivery", delivery);
    journal::append(tx, ctx, event.with("again", "yes").with("by", &ctx.actor.name))?;
    let (duty, _) = duty_of(tx, &carried.id)?;
    let fields = json!({ "channel": found.channel, "time": ctx.now.micros() });
    determine::follow_leg(tx, ctx, &duty, Leg::of(&carried), "retry_alternate", fields).map(|_| ())
}

/// A delivery as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Delivery {
    /// Its id.
    pub id: Id,
    /// The release it carries.
    pub release: Id,
    /// The warning.
    pub warning: Id,
    /// The case.
    pub case: Id,
    /// The audience's title.
    pub title: String,
    /// node, mail, hand or cap.
    pub channel: String,
    /// queued, sent, delivered, opened, answered, acted or failed.
    pub progress: String,
    /// How often it was tried.
    pub attempts: i64,
    /// The envelope's id.
    #[serde(skip)]
    pub message: Option<String>,
    /// Receipt or officer's statement.
    pub evidence: Option<String>,
    /// The last error.
    pub error: Option<String>,
    /// The step of the escalation ladder; 0 before the first.
    pub ladder_step: i64,
    /// When it was delivered.
    pub delivered_at: Option<Time>,
    /// When a human answered.
    pub answered_at: Option<Time>,
    /// When action was reported.
    pub acted_at: Option<Time>,
    /// The last answer, in words.
    pub answer: Option<String>,
    /// Who here may see it.
    pub label: Label,
}

/// Finds a delivery the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Delivery>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(&format!("{SELECT} WHERE d.id = $1"), &[id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Lists the deliveries of a warning, in the order they were queued.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may not see the warning.
pub fn of_warning(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Id) -> Result<Released<Vec<Delivery>>> {
    super::compose::find(tx, ctx, warning)?;
    let rows =
        tx.rows(&format!("{SELECT} WHERE r.warning_id = $1 ORDER BY d.queued_at, d.id"), &[warning.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

/// Lists deliveries that await an answer or failed, oldest first.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn waiting(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Vec<Delivery>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!(
        "{SELECT} WHERE {WAITING} AND {} ORDER BY d.queued_at, d.id LIMIT 200",
        visible.condition("d.label", 0)
    );
    let rows = tx.rows(&sql, &visible.with(&[]))?;
    shown(ctx, rows.iter().map(labelled))
}

/// Reads a delivery for the machine.
pub(super) fn read(tx: &mut Tx<'_>, id: &Id) -> Result<Delivery> {
    let row = tx.row(&format!("{SELECT} WHERE d.id = $1"), &[id.into()])?;
    delivery(&row)
}

fn labelled(row: &Row) -> Result<Labelled<Delivery>> {
    let found = delivery(row)?;
    let label = found.label.clone();
    Ok(Labelled::new(found, label))
}

fn delivery(row: &Row) -> Result<Delivery> {
    Ok(Delivery {
        id: row.id(0)?,
        release: row.id(1)?,
        warning: row.id(2)?,
        case: row.id(3)?,
        title: row.text(4)?,
        channel: row.text(5)?,
        progress: row.text(6)?,
        attempts: row.int(7)?,
        message: row.opt_text(8)?,
        evidence: row.opt_text(9)?,
        error: row.opt_text(10)?,
        ladder_step: row.int(11)?,
        delivered_at: row.opt_time(12)?,
        answered_at: row.opt_time(13)?,
        acted_at: row.opt_time(14)?,
        answer: row.opt_text(15)?,
        label: row.label(16)?,
    })
}

/// Returns the duty a release discharges and its threat-to-life grade.
pub(super) fn duty_of(tx: &mut Tx<'_>, release: &Id) -> Result<(Id, String)> {
    let row = tx.row(DUTY_OF, &[release.into()])?;
    Ok((row.id(0)?, row.text(1)?))
}

/// Reads a stored threat-to-life grade; one that cannot be read runs on the shortest clock.
pub(super) fn ttl(word: &str) -> Ttl {
    word.parse().unwrap_or(Ttl::Critical)
}

/// Rungs whose people are expected to answer.
const ANSWERING: [&str; 4] = ["officers", "partner", "clients", "person"];

const ATTEMPTS_MAX: i64 = 8;
const FIRST_RETRY_US: i64 = 10 * SECOND_US;

const SELECT: &str = "-- desk::deliver::find
    SELECT d.id, d.release_id, r.warning_id, w.case_id, a.title, d.channel, d.progress, d.attempts, d.message,
           d.evidence, d.error, d.ladder_step, d.delivered_at, d.answered_at, d.acted_at,
           (SELECT n.answer FROM answer n WHERE n.delivery_id = d.id ORDER BY n.recorded_at DESC, n.id DESC LIMIT 1),
           d.label
      FROM delivery d
      JOIN release r ON r.id = d.release_id
      JOIN warning w ON w.id = r.warning_id
      JOIN audience a ON a.id = r.audience_id";

const WAITING: &str = "(d.progress IN ('queued', 'sent', 'delivered', 'opened', 'failed')
       OR (d.progress = 'answered' AND EXISTS (SELECT 1 FROM task t WHERE t.thing = d.id AND t.done_at IS NULL)))";

const SUPERSEDED: &str = "-- desk::deliver::start superseded
    SELECT id FROM release WHERE replaces = $1 AND sent_at IS NOT NULL LIMIT 1";

const MESSAGE_OF: &str = "-- desk::deliver::start replaces
    SELECT message FROM delivery WHERE release_id = $1 AND message IS NOT NULL";

const ARRIVED: &str = "-- desk::deliver::arrived
    UPDATE delivery SET progress = 'delivered', sent_at = $2, delivered_at = $2, evidence = $3, error = NULL
     WHERE id = $1 AND progress IN ('queued', 'sent', 'failed')";

const MISSED: &str = "-- desk::deliver::missed
    UPDATE delivery SET attempts = $2, error = $3 WHERE id = $1 AND progress = 'queued'";

const FAILED: &str = "-- desk::deliver::missed failed
    UPDATE delivery SET progress = 'failed', failed_at = $2 WHERE id = $1 AND progress = 'queued'";

const RETRY: &str = "-- desk::deliver::retry
    UPDATE delivery SET progress = 'queued', attempts = 0, failed_at = NULL WHERE id = $1 AND progress = 'failed'";

const NDS_OPEN: &str = "-- desk::deliver::close_public_decision
    SELECT thing FROM task WHERE case_id = $1 AND kind = 'public-equivalence' AND done_at IS NULL ORDER BY id";

const DUTY_OF: &str = "-- desk::deliver::duty_of
    SELECT d.id, d.ttl FROM release r JOIN warning w ON w.id = r.warning_id JOIN duty d ON d.id = w.duty_id
     WHERE r.id = $1";
