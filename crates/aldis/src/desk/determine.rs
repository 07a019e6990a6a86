//! Moves the duty to warn one victim through its states.
//!
//! Rule: `model::duty`, which knows all 41 transitions, their guards and their fields. Here the state
//! is read, changed and written back; what waits for whom follows from the new state.

use super::release::Release;
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::duty::{self, Duty, State};
use aldis_model::event::{Event, Kind};
use aldis_model::role::{Action, Role};
use aldis_model::{Digest, Id, Label, Time};
use serde_json::{Map, Value};

mod guards;
mod view;
mod waits;

pub use view::{Seen, find, of_case};

pub(super) use guards::is_mapped;
pub(super) use waits::wait_for_next;

use view::{SELECT, read};

/// Takes one step that a person decides, by the name of its event, with the fields of the table.
///
/// `officer`, `releaser` and `arbiter` are filled in with who acts. Times may be written as RFC 3339.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Forbidden`]; [`Error::SecondPerson`] if whoever assessed it would waive
/// it; [`Error::Refused`] naming every missing field and every guard that does not hold;
/// [`Error::Conflict`] if somebody else moved it meanwhile.
pub fn act(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, event: &str, fields: &Map<String, Value>) -> Result<State> {
    let Some(action) = action(event) else {
        let known = BY_HAND.iter().map(|(event, _)| *event).collect::<Vec<_>>().join(", ");
        return Err(Error::Refused(format!(
            "{event:?} is not a step one takes by hand; the steps are {known}"
        )));
    };
    ctx.may(action)?;
    let before = find(tx, ctx, duty)?.into_inner();
    let fields = guards::completed(tx, ctx, &before, event, fields)?;
    take(tx, ctx, &before, event, &fields)
}

/// Moves the duty along with what happened to its release; a state that does not follow stays.
///
/// Not a verb: delivery and acknowledgement call it inside theirs.
pub(super) fn follow(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, event: &str, fields: Value) -> Result<bool> {
    let row = tx.row(&format!("{SELECT} WHERE d.id = $1"), &[duty.into()])?;
    let (before, _) = read(&row)?;
    let known: duty::Event = event.parse().map_err(|_| Error::broken("an unknown step"))?;
    let permitted = duty::TRANSITIONS.iter().any(|row| row.from == before.state && row.event == known);
    let Value::Object(fields) = fields else { return Err(Error::broken("fields of a step are an object")) };
    if permitted {
        take(tx, ctx, &before, event, &fields)?;
    }
    Ok(permitted)
}

/// Reads a duty for the machine, which carries what it may not decide.
pub(super) fn seen_by_machine(tx: &mut Tx<'_>, id: &str) -> Result<Seen> {
    let row = tx.row(&format!("{SELECT} WHERE d.id = $1"), &[id.into()])?;
    read(&row).map(|(seen, _)| seen)
}

/// One release on its way to one audience, as the duty knows it.
#[derive(Clone, Copy)]
pub(super) struct Leg<'a> {
    text: Digest,
    audience: &'a str,
}

impl<'a> Leg<'a> {
    /// Describes the leg of a release.
    pub(super) fn of(release: &'a Release) -> Self {
        Self { text: release.text_hash, audience: &release.audience }
    }
}

/// Moves the duty along only if this release is the one that discharges it.
///
/// What happened to a release is a fact and is recorded whatever the duty says to it: a step that its
/// guards refuse is not taken, and the state stays.
pub(super) fn follow_leg(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    duty: &Id,
    leg: Leg<'_>,
    event: &str,
    fields: Value,
) -> Result<bool> {
    let row = tx.row(&format!("{SELECT} WHERE d.id = $1"), &[duty.into()])?;
    let machine: Duty = serde_json::from_str(&row.text(7)?).map_err(Error::broken)?;
    if machine.text_hash() != Some(leg.text) || machine.audience() != Some(leg.audience) {
        return Ok(false);
    }
    match follow(tx, ctx, duty, event, fields) {
        Err(Error::Refused(_)) => Ok(false),
        other => other,
    }
}

/// Moves the duty along as [`follow_leg`] does, and only from one state.
pub(super) fn follow_leg_from(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    duty: &Id,
    leg: Leg<'_>,
    from: &str,
    event: &str,
    fields: Value,
) -> Result<bool> {
    let row = tx.row(&format!("{SELECT} WHERE d.id = $1"), &[duty.into()])?;
    if row.text(4)? != from {
        return Ok(false);
    }
    follow_leg(tx, ctx, duty, leg, event, fields)
}

/// Takes a step with the fields as they are, also for other verbs.
pub(super) fn take(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    before: &Seen,
    event: &str,
    fields: &Map<String, Value>,
) -> Result<State> {
    let actor = match ctx.actor.role {
        Role::System => duty::Actor::Machine,
        _ => duty::Actor::Human { id: ctx.actor.id.clone() },
    };
    let machine: Duty = serde_json::from_str(&before.machine).map_err(Error::broken)?;
    let after = machine
        .apply(event, fields, &actor, ctx.now.micros())
        .map_err(|refused| Error::Refused(format!("{event} refused in state {}: {refused}", before.state)))?;
    let author = if event == "assess" { ctx.actor.id.as_str() } else { before.author.as_str() };
    put(tx, before, &after, author, ctx.now)?;
    waits::wait_for_next(tx, ctx, before, &after)?;
    let mut entry = Event::new(kind(event, after.state()), before.label.clone())
        .case(Some(&before.case))
        .with("duty", &before.id)
        .with("victim", &before.victim)
        .with("step", event)
        .with("from", before.state)
        .with("state", after.state())
        .with("ttl", after.ttl())
        .with("by", &ctx.actor.name);
    entry = entry.with("fields", Value::Object(fields.clone()));
    journal::append(tx, ctx, entry)?;
    Ok(after.state())
}

/// Writes a duty back; a duty that somebody else moved meanwhile is a conflict.
pub(super) fn put(
    tx: &mut Tx<'_>,
    before: &Seen,
    after: &Duty,
    author: &str,
    changed_at: Time,
) -> Result<()> {
    tx.update(
        Table::Duty,
        MOVE,
        &[
            (&before.id).into(),
            before.state.as_str().into(),
            after.state().as_str().into(),
            serde_json::to_string(after).map_err(Error::broken)?.into(),
            after.ttl().as_str().into(),
            author.into(),
            changed_at.into(),
            before.machine.as_str().into(),
        ],
    )
}

/// Makes a duty and what waits about it at least as restricted as `label`; a duty that is already is left alone.
///
/// Not a verb: linking a report and drafting a warning call it inside theirs.
pub(super) fn raise(tx: &mut Tx<'_>, duty: &Seen, label: &Label) -> Result<()> {
    let raised = duty.label.join(label);
    if raised == duty.label {
        return Ok(());
    }
    let stored = tx.label(&raised)?;
    tx.update(Table::Duty, RAISE, &[(&duty.id).into(), stored])?;
    for row in tx.rows(WAITING, &[(&duty.id).into()])? {
        let stored = tx.label(&row.label(1)?.join(label))?;
        tx.update(Table::Task, RAISE_TASK, &[row.text(0)?.into(), stored])?;
    }
    Ok(())
}

fn action(event: &str) -> Option<Action> {
    BY_HAND.iter().find(|(name, _)| *name == event).map(|(_, action)| *action)
}

const fn kind_of_decision(state: State) -> Kind {
    match state {
        State::WarnApproved => Kind::DecisionWarn,
        State::Waived => Kind::DecisionWaive,
        _ => Kind::CaseState,
    }
}

fn kind(event: &str, after: State) -> Kind {
    match event {
        "assess" => Kind::ThresholdElement,
        "review_dismissal" => Kind::DismissalReviewed,
        "report_action" => Kind::ActionReported,
        "close" => Kind::OutcomeRecorded,
        "expire_or_new_info" => Kind::WaiverExpired,
        _ => kind_of_decision(after),
    }
}

/// The steps a person takes by name; release, sending, receipts and answers have verbs of their own.
pub const BY_HAND: [(&str, Action); 20] = [
    ("triage", Action::Triage),
    ("assess", Action::Assess),
    ("query", Action::Assess),
    ("resolve_victim", Action::Assess),
    ("route_to_protector", Action::Assess),
    ("submit", Action::Assess),
    ("decide_warn", Action::Decide),
    ("decide_waive", Action::Decide),
    ("object", Action::Answer),
    ("arbitrate", Action::Decide),
    ("expire_or_new_info", Action::Decide),
    ("exhausted", Action::Decide),
    ("alternate_route", Action::Deliver),
    ("report_action", Action::Answer),
    ("refuse", Action::Answer),
    ("review_dismissal", Action::Decide),
    ("reoffer", Action::Decide),
    ("stand_down", Action::Decide),
    ("close", Action::Decide),
    ("new_info", Action::Triage),
];

const RAISE: &str = "-- desk::determine::raise
    UPDATE duty SET label = $2 WHERE id = $1";

const WAITING: &str = "-- desk::determine::raise waiting
    SELECT id, label FROM task WHERE thing = $1 AND done_at IS NULL ORDER BY id";

const RAISE_TASK: &str = "-- desk::determine::raise task
    UPDATE task SET label = $2 WHERE id = $1";

const MOVE: &str = "-- desk::determine::step
    UPDATE duty SET state = $3, machine = $4, ttl = $5, author = $6, changed_at = $7
     WHERE id = $1 AND state = $2 AND machine = $8";
