//! Carries a release: starts an attempt, records what came of it, and keeps what proves it.
//!
//! Rule: `model::answer::Progress`. The worker claims, sends outside any transaction and records; an
//! attempt may therefore be repeated, and every channel bears that. A machine's receipt makes a
//! delivery *delivered* and never more.

use super::determine::Leg;
use super::release::Release;
use super::timers::{self, Timer};
use super::{determine, partners, release, tasks, ways};
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use crate::exchange::Missed;
use crate::{journal, outbox};
use aldis_model::duty::{Ttl, ack_limit_us};
use aldis_model::event::{Event, Kind};
use aldis_model::gate::{Audience, Gate};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::{MINUTE_US, SECOND_US};
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde_json::json;

mod hand;
mod view;

pub use hand::{Reply, Statement, by_hand};
pub(super) use view::read;
pub use view::{Delivery, find, list, of_warning, waiting};

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
    let fields = json!({
        "channel": found.channel, "address_ref": carried.audience, "time": ctx.now.micros(),
    });
    let (leg, duty) = (carried.clone(), duty_of(tx, &found.release)?);
    let attempt = attempt(tx, ctx, found, carried)?;
    determine::follow_leg(tx, ctx, &duty.0, Leg::of(&leg), "send", fields)?;
    Ok(Some(attempt))
}

/// Puts together what an attempt would carry now, and changes nothing: for a look at the bytes before
/// they go. `by` is another channel of the audience to look at.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if the audience is not told by that channel;
/// [`Error::Broken`] if the gate does not pass what was approved.
pub fn rehearse(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, by: Option<&str>) -> Result<Attempt> {
    ctx.may(Action::Deliver)?;
    let mut found = find(tx, ctx, delivery)?.into_inner();
    let carried = release::find(tx, ctx, &found.release)?.into_inner();
    if let Some(channel) = by {
        channel.clone_into(&mut found.channel);
    }
    attempt(tx, ctx, found, carried)
}

fn attempt(tx: &mut Tx<'_>, ctx: &Ctx, found: Delivery, carried: Release) -> Result<Attempt> {
    let mut recipient = partners::audience(tx, &carried.audience)?;
    let way = ways::of(tx, &recipient)?.into_iter().find(|way| way.channel == found.channel);
    // An officer can go to anybody.
    let at_door = || (found.channel == "hand").then(ways::Way::by_hand);
    let way = way.or_else(at_door);
    let way = way.ok_or_else(|| {
        Error::Refused(format!("{} is not told by {}: add it as a way first", recipient.name, found.channel))
    })?;
    (recipient.channel, recipient.address) = (way.channel, way.address);
    let duty = duty_of(tx, &found.release)?;
    // Counted from the sending, so that every attempt carries the same bytes.
    let answer_by = carried.sent_at.unwrap_or(ctx.now).plus(ack_limit_us(ttl(&duty.1)));
    let before = carried.replaces.as_ref().map(|id| tx.rows(MESSAGE_OF, &[id.into()])).transpose()?;
    let replaces = before.and_then(|rows| rows.first().and_then(|row| row.text(0).ok()));
    // The gate is asked about the frozen text once more, for exactly this audience.
    let release = pass(tx, &recipient.audience(), carried)?;
    Ok(Attempt { delivery: found.id, recipient, release, message: found.message, replaces, answer_by })
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
pub(super) fn pass(tx: &mut Tx<'_>, audience: &Audience, carried: Release) -> Result<Released<Release>> {
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
        .with("language", partners::audience(tx, &carried.audience)?.language)
        .with("text_hash", carried.text_hash)
        .with("evidence", evidence);
    journal::append(tx, ctx, event)?;
    if found.channel == "cap" {
        close_public_decision(tx, ctx, &carried)?;
    }
    after_delivery(tx, ctx, delivery, &carried, json!({ "transport_receipt": evidence }))
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
    release::look_at_spread(tx, ctx, carried)?;
    let (duty, urgency) = duty_of(tx, &carried.id)?;
    determine::follow_leg(tx, ctx, &duty, Leg::of(carried), "receipt", receipt)?;
    let recipient = partners::audience(tx, &carried.audience)?;
    if is_answered_by(recipient.ladder.as_str()) {
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another attempt at this time by the same way.
    Again(Time),
    /// An attempt at once by the next way, whose lane this is.
    Other(String),
    /// A person must carry it: handing over is the next way.
    ByHand,
    /// A recorded failure: people must find another way.
    Failed,
}

/// Records a missed attempt. When the channel has had its attempts, or says that no other one can
/// succeed, the audience's next way is tried; after the last way the delivery has failed.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Conflict`] if it is not on its way any more.
pub fn missed(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, why: &Missed) -> Result<Next> {
    ctx.may(Action::Deliver)?;
    let found = read(tx, delivery)?;
    let carried = release::find_for_delivery(tx, &found.release)?;
    let recipient = partners::audience(tx, &carried.audience)?;
    let attempts = found.attempts + 1;
    let next_way = next_way(tx, &recipient, &found.channel)?;
    let most = if next_way.is_some() { ATTEMPTS_BEFORE_NEXT } else { ATTEMPTS_MAX };
    let ended = !why.again || attempts >= most;
    tx.update(Table::Delivery, MISSED, &[delivery.into(), attempts.into(), why.says.as_str().into()])?;
    let event = Event::new(Kind::TransportFailed, carried.label.clone())
        .case(Some(&carried.case))
        .with("delivery", delivery)
        .with("release", &carried.id)
        .with("audience", &carried.audience)
        .with("channel", &found.channel)
        .with("attempt", attempts)
        .with("final", if ended { "yes" } else { "no" })
        .with("permanent", if why.again { "no" } else { "yes" })
        .with("error", &why.says);
    if !ended {
        journal::append(tx, ctx, event)?;
        return Ok(Next::Again(ctx.now.plus(wait_us(ctx, attempts))));
    }
    let Some(way) = next_way else {
        tx.update(Table::Delivery, FAILED, &[delivery.into(), ctx.now.into()])?;
        open_task(tx, ctx, Task::Undelivered, delivery, &carried)?;
        journal::append(tx, ctx, event)?;
        fail_duty(tx, ctx, &carried, &found.channel, &why.says)?;
        return Ok(Next::Failed);
    };
    tx.update(Table::Delivery, NEXT_WAY, &[delivery.into(), way.channel.as_str().into()])?;
    if way.channel == "hand" {
        open_task(tx, ctx, Task::HandOver, delivery, &carried)?;
    }
    journal::append(tx, ctx, event.with("next", &way.channel))?;
    fail_duty(tx, ctx, &carried, &found.channel, &why.says)?;
    let (duty, _) = duty_of(tx, &carried.id)?;
    let fields = json!({ "channel": way.channel, "time": ctx.now.micros() });
    determine::follow_leg(tx, ctx, &duty, Leg::of(&carried), "retry_alternate", fields)?;
    Ok(if way.channel == "hand" { Next::ByHand } else { Next::Other(way.lane()) })
}

/// Returns the way that comes after a channel in the audience's order.
fn next_way(tx: &mut Tx<'_>, recipient: &partners::Recipient, channel: &str) -> Result<Option<ways::Way>> {
    let mut rest = ways::of(tx, recipient)?.into_iter().skip_while(|way| way.channel != channel);
    rest.next();
    Ok(rest.next())
}

/// Doubles from ten seconds to five minutes, less up to a half by chance: what failed together does not
/// come back together.
fn wait_us(ctx: &Ctx, attempts: i64) -> i64 {
    let full = (FIRST_RETRY_US << (attempts - 1).clamp(0, 5)).min(5 * MINUTE_US);
    let [high, low] = ctx.random::<2>("retry");
    full - full / 2 * i64::from(u16::from_be_bytes([high, low])) / i64::from(u16::MAX)
}

fn open_task(tx: &mut Tx<'_>, ctx: &Ctx, kind: Task, delivery: &Id, carried: &Release) -> Result<()> {
    let task = tasks::New {
        kind,
        priority: Priority::Critical,
        case: Some(&carried.case),
        thing: delivery.as_str(),
        note: &carried.title,
        label: &carried.label,
        due: ctx.now.plus(5 * MINUTE_US),
    };
    tasks::open(tx, ctx, &task)
}

fn fail_duty(tx: &mut Tx<'_>, ctx: &Ctx, carried: &Release, channel: &str, error: &str) -> Result<()> {
    let (duty, _) = duty_of(tx, &carried.id)?;
    let fields = json!({ "channel": channel, "error": error, "time": ctx.now.micros() });
    determine::follow_leg(tx, ctx, &duty, Leg::of(carried), "fail", fields).map(|_| ())
}

/// Tries a failed delivery again, from the first of the audience's ways or by the one named.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Conflict`] if it has not failed; [`Error::Refused`] if the audience is
/// not told by that channel.
pub fn retry(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, by: Option<&str>) -> Result<()> {
    ctx.may(Action::Deliver)?;
    let found = find(tx, ctx, delivery)?.into_inner();
    let carried = release::find(tx, ctx, &found.release)?.into_inner();
    let recipient = partners::audience(tx, &carried.audience)?;
    let ways = ways::of(tx, &recipient)?;
    let way = ways.iter().find(|way| by.is_none_or(|channel| way.channel == channel)).ok_or_else(|| {
        let known: Vec<&str> = ways.iter().map(|way| way.channel.as_str()).collect();
        Error::Refused(format!("{} is told by {}", recipient.name, known.join(", ")))
    })?;
    tx.update(Table::Delivery, RETRY, &[delivery.into(), way.channel.as_str().into()])?;
    tasks::close(tx, ctx, Task::Undelivered, delivery.as_str())?;
    if way.channel == "hand" {
        open_task(tx, ctx, Task::HandOver, delivery, &carried)?;
    } else {
        outbox::put_in(tx, ctx, &way.lane(), outbox::Work::Send, delivery.as_str(), ctx.now)?;
    }
    let event = Event::new(Kind::ReleaseSent, carried.label.clone())
        .case(Some(&carried.case))
        .with("delivery", delivery)
        .with("channel", &way.channel);
    journal::append(tx, ctx, event.with("again", "yes").with("by", &ctx.actor.name))?;
    let (duty, _) = duty_of(tx, &carried.id)?;
    let fields = json!({ "channel": way.channel, "time": ctx.now.micros() });
    determine::follow_leg(tx, ctx, &duty, Leg::of(&carried), "retry_alternate", fields).map(|_| ())
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

/// Says whether people on a rung are expected to answer.
pub(super) fn is_answered_by(ladder: &str) -> bool {
    ANSWERING.contains(&ladder)
}

/// Rungs whose people are expected to answer.
const ANSWERING: [&str; 4] = ["officers", "partner", "clients", "person"];

/// By the last way, over about a quarter of an hour.
const ATTEMPTS_MAX: i64 = 8;

/// By a way after which there is another: under three minutes.
const ATTEMPTS_BEFORE_NEXT: i64 = 5;

const FIRST_RETRY_US: i64 = 10 * SECOND_US;

pub(super) const SUPERSEDED: &str = "-- desk::deliver::start superseded
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

const NEXT_WAY: &str = "-- desk::deliver::missed next way
    UPDATE delivery SET channel = $2, attempts = 0 WHERE id = $1 AND progress = 'queued'";

const RETRY: &str = "-- desk::deliver::retry
    UPDATE delivery SET progress = 'queued', channel = $2, attempts = 0, failed_at = NULL
     WHERE id = $1 AND progress = 'failed'";

const NDS_OPEN: &str = "-- desk::deliver::close_public_decision
    SELECT thing FROM task WHERE case_id = $1 AND kind = 'public-equivalence' AND done_at IS NULL ORDER BY id";

const DUTY_OF: &str = "-- desk::deliver::duty_of
    SELECT d.id, d.ttl FROM release r JOIN warning w ON w.id = r.warning_id JOIN duty d ON d.id = w.duty_id
     WHERE r.id = $1";
