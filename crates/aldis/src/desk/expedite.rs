//! Warns first when a life hangs on minutes and no senior officer can be reached, and reviews it within
//! the hour.
//!
//! Rule: `model::duty` (`expedite` and `ratify`). What leaves is one text for one audience. The lint
//! still runs and its findings go into the record; only two things stop it: the gate, and a person of
//! the register who would be named to somebody else. It cannot be taken back, only corrected.
//!
//! Source: doctrine 1, "Expedited"; release rule RR-07 (life-saving override).

use super::determine::{self, Seen};
use super::timers::{self, Timer};
use super::{compose, office, partners, release, tasks};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::journal;
use crate::seal::Sealer;
use aldis_model::duty::{Actor, Duty, RATIFY_WITHIN_US, Ratification, Ratified, State, VictimKind};
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::{Id, Label, Time, Tlp};
use serde_json::json;
use std::collections::BTreeSet;

/// What is sent before a senior officer saw it.
#[derive(Clone, Debug)]
pub struct Expedited {
    /// Why it cannot wait.
    pub reason: String,
    /// Which senior officers were tried and when; the first at least 10 minutes ago.
    pub tried: Vec<(String, Time)>,
    /// The line above the text: fit for the public.
    pub subject: String,
    /// The text, as it leaves.
    pub text: String,
    /// Who gets it.
    pub audience: String,
    /// The officer who approved on the scene, by name.
    pub approver: String,
}

/// Sends a warning before it is decided; returns its release and its delivery.
///
/// # Errors
///
/// [`Error::Refused`] unless the threshold is met, the threat is imminent and somebody was tried for 10
/// minutes; [`Error::Blocked`] if it names somebody of the register to another, or the gate does not
/// let the audience have it; [`Error::NotFound`]; [`Error::Conflict`].
pub fn expedite(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    duty: &Id,
    sent: &Expedited,
) -> Result<(Id, Id)> {
    ctx.may(Action::Draft)?;
    let before = determine::find(tx, ctx, duty)?.into_inner();
    let approver = approver(tx, &sent.approver)?;
    let recipient = partners::known(tx, ctx, &sent.audience)?.into_inner();
    let draft = compose::Draft {
        subject: sent.subject.clone(),
        ends_at: None,
        targeted: before.victim_kind == VictimKind::NamedPerson.as_str(),
        cap: compose::CapDraft::default(),
        portions: vec![compose::Sentence {
            text: sent.text.clone(),
            label: for_one(&recipient)?,
            basis: Vec::new(),
            transformed: Vec::new(),
        }],
    };
    let warning = compose::write(tx, ctx, &before, &draft)?;
    let found = compose::find(tx, ctx, &warning)?.into_inner();
    let made = compose::version(tx, ctx, sealer, &found, &recipient)?;
    let (stops, noted): (Vec<_>, Vec<_>) =
        made.problems.iter().cloned().partition(|problem| ["RR-01", "RR-06"].contains(&problem.rule));
    let (Some(text), true) = (made.text(), stops.is_empty()) else { return Err(Error::Blocked(stops)) };
    let noted: Vec<String> =
        noted.iter().map(|problem| format!("{}: {}", problem.rule, problem.says)).collect();
    let release = release::expedited(tx, ctx, &found, &recipient, text.get(), &approver)?;
    // Written down before the step: the duty is read again, because the draft may have restricted it.
    let before = determine::find(tx, ctx, duty)?.into_inner();
    let who_tried: Vec<_> =
        sent.tried.iter().map(|(who, at)| json!({ "who": who, "time": at.micros() })).collect();
    let fields = json!({
        "expedite_reason": sent.reason, "who_tried": who_tried, "text": text.get(),
        "audience": recipient.name, "approver_on_scene": approver,
    });
    let fields = fields.as_object().cloned().unwrap_or_default();
    determine::take(tx, ctx, &before, "expedite", &fields)?;
    let originators = originators(tx, ctx, &before)?;
    let event = Event::new(Kind::ExpediteUsed, before.label.clone())
        .case(Some(&before.case))
        .with("duty", duty)
        .with("victim", &before.victim)
        .with("release", &release)
        .with("audience", &recipient.name)
        .with("reason", &sent.reason)
        .with("approver", &sent.approver)
        .with("text", text.get())
        .with("noted", noted.join("; "))
        .with("tell", originators.into_iter().collect::<Vec<_>>().join(", "))
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    wait_for_review(tx, ctx, &before)?;
    // Minutes excuse that nobody decided yet, not that only our own people are told.
    release::ask_about_the_public(tx, ctx, &found, &recipient)?;
    let delivery = release::queue(tx, ctx, sealer, &release, None)?;
    Ok((release, delivery))
}

fn approver(tx: &mut Tx<'_>, name: &str) -> Result<String> {
    let officers = office::list(tx)?;
    let found = officers.into_iter().find(|officer| officer.name == name.trim() || officer.id == name.trim());
    found.map(|officer| officer.id).ok_or_else(|| {
        Error::refused("name the officer who approved on the scene: somebody must answer for it")
    })
}

/// A label that this audience may see and nobody else outside.
fn for_one(recipient: &partners::Recipient) -> Result<Label> {
    match recipient.audience().ceiling {
        Tlp::Clear => Ok(Label::clear()),
        ceiling => format!("{ceiling} REL {}", recipient.name).parse().map_err(Error::broken),
    }
}

/// Lists who must be told afterwards, because it was their information.
fn originators(tx: &mut Tx<'_>, ctx: &Ctx, before: &Seen) -> Result<BTreeSet<String>> {
    let reports = super::case::reports(tx, ctx, &before.case)?.into_inner();
    let others = reports.into_iter().map(|linked| linked.originator).filter(|org| *org != ctx.org);
    Ok(others.collect())
}

fn wait_for_review(tx: &mut Tx<'_>, ctx: &Ctx, before: &Seen) -> Result<()> {
    let due = ctx.now.plus(RATIFY_WITHIN_US);
    timers::set(tx, ctx, Timer::Ratify, before.id.as_str(), 1, due)?;
    let new = tasks::New {
        kind: Task::Ratify,
        priority: Priority::Critical,
        case: Some(&before.case),
        thing: before.id.as_str(),
        note: &before.victim,
        label: &before.label,
        due,
    };
    tasks::open(tx, ctx, &new)
}

/// Reviews an expedited warning: right, right but corrected, or not to have been sent.
///
/// A late review is accepted and its lateness recorded. After "with correction" or "should not have been
/// sent" a task asks for the correction: what was sent stays sent.
///
/// # Errors
///
/// [`Error::SecondPerson`] if the reviewer sent or approved it; [`Error::Refused`] if nothing waits for
/// review or no reason is given; [`Error::NotFound`]; [`Error::Conflict`].
pub fn ratify(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, result: Ratified, reasons: &str) -> Result<()> {
    ctx.may(Action::Decide)?;
    let before = determine::find(tx, ctx, duty)?.into_inner();
    let machine: Duty = serde_json::from_str(&before.machine).map_err(Error::broken)?;
    let sent_by =
        machine.trace().iter().rev().find(|passed| passed.event.is_some_and(|e| e.as_str() == "expedite"));
    if sent_by.and_then(|passed| passed.actor.as_ref()?.human()) == Some(ctx.actor.id.as_str()) {
        return Err(Error::SecondPerson(
            "whoever sent it cannot review it: another senior officer must".to_owned(),
        ));
    }
    let due = machine.ratification_due_us();
    let actor = Actor::Human { id: ctx.actor.id.clone() };
    let review = Ratification { officer: ctx.actor.id.clone(), result, reasons: reasons.to_owned() };
    let after = machine
        .ratify(review, &actor, ctx.now.micros())
        .map_err(|refused| Error::Refused(format!("ratify refused in state {}: {refused}", before.state)))?;
    determine::put(tx, &before, &after, &before.author, before.changed_at)?;
    tasks::close(tx, ctx, Task::Ratify, duty.as_str())?;
    timers::stop(tx, ctx, Timer::Ratify, duty.as_str())?;
    if result != Ratified::Ratified && before.state != State::Closed {
        correct(tx, ctx, &before)?;
    }
    let late_us = due.map_or(0, |due| ctx.now.micros().saturating_sub(due).max(0));
    let event = Event::new(Kind::ExpediteRatified, before.label.clone())
        .case(Some(&before.case))
        .with("duty", duty)
        .with("victim", &before.victim)
        .with("result", result)
        .with("reasons", reasons)
        .with("late_min", late_us / aldis_model::duty::MINUTE_US)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Asks for the correction. It is about the case and not the duty, so that an answer to what was sent
/// does not close it; sending an update or a cancel does.
fn correct(tx: &mut Tx<'_>, ctx: &Ctx, before: &Seen) -> Result<()> {
    let new = tasks::New {
        kind: Task::Write,
        priority: Priority::Critical,
        case: Some(&before.case),
        thing: before.case.as_str(),
        note: "correct what was expedited",
        label: &before.label,
        due: ctx.now.plus(RATIFY_WITHIN_US),
    };
    tasks::open(tx, ctx, &new)
}
