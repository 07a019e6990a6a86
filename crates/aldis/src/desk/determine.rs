//! Moves the duty to warn one victim through its states.
//!
//! Rule: `model::duty`, which knows all 41 transitions, their guards and their fields. Here the state
//! is read, changed and written back; what waits for whom follows from the new state.

use super::release::Release;
use super::timers::{self, Timer};
use super::visible::shown;
use super::{case, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::duty::{self, Duty, State, Ttl};
use aldis_model::event::{Event, Kind};
use aldis_model::role::{Action, Role};
use aldis_model::task::{Priority, Task};
use aldis_model::{Digest, Id, Label, Labelled, Released, Time};
use serde::Serialize;
use serde_json::{Map, Value};

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
    let fields = completed(ctx, event, fields)?;
    let waives = match event {
        "decide_waive" | "exhausted" => true,
        _ => event == "arbitrate" && fields.get("ruling").and_then(Value::as_str) == Some("waive"),
    };
    if waives && before.author == ctx.actor.id {
        return Err(Error::SecondPerson("the author of the assessment cannot waive the warning".to_owned()));
    }
    step(tx, ctx, &before, event, &fields)
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
        step(tx, ctx, &before, event, &fields)?;
    }
    Ok(permitted)
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

fn step(
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
    tx.update(
        Table::Duty,
        MOVE,
        &[
            (&before.id).into(),
            before.state.as_str().into(),
            after.state().as_str().into(),
            serde_json::to_string(&after).map_err(Error::broken)?.into(),
            after.ttl().as_str().into(),
            author.into(),
            ctx.now.into(),
        ],
    )?;
    wait_for_next(tx, ctx, before, &after)?;
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

/// Makes a duty at least as restricted as `label`; a duty that is already is left alone.
///
/// Not a verb: linking a report and drafting a warning call it inside theirs.
pub(super) fn raise(tx: &mut Tx<'_>, duty: &Seen, label: &Label) -> Result<()> {
    let raised = duty.label.join(label);
    if raised == duty.label {
        return Ok(());
    }
    let stored = tx.label(&raised)?;
    tx.update(Table::Duty, RAISE, &[(&duty.id).into(), stored])
}

/// Closes what the old state waited for and opens what the new one waits for.
fn wait_for_next(tx: &mut Tx<'_>, ctx: &Ctx, before: &Seen, after: &Duty) -> Result<()> {
    let thing = before.id.as_str();
    for kind in [Task::Assess, Task::NeedsInfo, Task::Decide, Task::Write, Task::WaiverExpired] {
        tasks::close(tx, ctx, kind, thing)?;
    }
    timers::stop(tx, ctx, Timer::Waiver, thing)?;
    let kind = match after.state() {
        State::Received | State::Triaged | State::AssessedMet | State::VictimUnresolved | State::Reopened => {
            Task::Assess
        }
        State::NeedsInfo => Task::NeedsInfo,
        State::SeniorReview | State::Disputed => Task::Decide,
        State::WarnApproved => Task::Write,
        State::Waived => {
            let expiry = after.due_us().unwrap_or_default();
            return timers::set(tx, ctx, Timer::Waiver, thing, 1, Time::from_micros(expiry));
        }
        _ => return Ok(()),
    };
    let due = after.due_us().map_or(ctx.now, Time::from_micros);
    let priority = if after.ttl() == Ttl::Critical { Priority::Critical } else { Priority::High };
    let new = tasks::New {
        kind,
        priority,
        case: Some(&before.case),
        thing,
        note: &before.victim,
        label: &before.label,
        due,
    };
    tasks::open(tx, ctx, &new)
}

/// A duty as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Its id.
    pub id: Id,
    /// Its case.
    pub case: Id,
    /// What is threatened: person, group, place.
    pub victim_kind: String,
    /// Who or what, by cover name.
    pub victim: String,
    /// Its state.
    pub state: State,
    /// The threat-to-life grade.
    pub ttl: String,
    /// Who assessed it.
    pub author: String,
    /// Its label.
    pub label: Label,
    /// When it last moved.
    pub changed_at: Time,
    /// When the next step is late.
    pub due_at: Option<Time>,
    /// The states it passed, with times.
    pub path: Vec<(State, Time)>,
    #[serde(skip)]
    machine: String,
}

/// Finds a duty the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Seen>> {
    ctx.may(Action::ReadDesk).or_else(|_| ctx.may(Action::ReadRecord))?;
    let row = tx.row(&format!("{SELECT} WHERE d.id = $1"), &[id.into()])?;
    let (seen, label) = read(&row)?;
    ctx.show(Labelled::new(seen, label))
}

/// Lists the duties of a case, oldest first.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may not see the case.
pub fn of_case(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id) -> Result<Released<Vec<Seen>>> {
    case::find(tx, ctx, case)?;
    let rows = tx.rows(&format!("{SELECT} WHERE d.case_id = $1 ORDER BY d.id"), &[case.into()])?;
    shown(ctx, rows.iter().map(|row| read(row).map(|(seen, label)| Labelled::new(seen, label))))
}

fn read(row: &Row) -> Result<(Seen, Label)> {
    let machine = row.text(7)?;
    let duty: Duty = serde_json::from_str(&machine).map_err(Error::broken)?;
    let label = row.label(8)?;
    let seen = Seen {
        id: row.id(0)?,
        case: row.id(1)?,
        victim_kind: row.text(2)?,
        victim: row.text(3)?,
        state: row.parsed(4)?,
        ttl: row.text(5)?,
        author: row.text(6)?,
        label: label.clone(),
        changed_at: row.time(9)?,
        due_at: duty.due_us().map(Time::from_micros),
        path: duty.trace().iter().map(|p| (p.state, Time::from_micros(p.at_us))).collect(),
        machine,
    };
    Ok((seen, label))
}

/// Fills in who acts where the table asks for it, and turns written times into microseconds.
fn completed(ctx: &Ctx, event: &str, fields: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut fields = fields.clone();
    let asks = |name: &str| {
        let rows = duty::TRANSITIONS.iter().filter(|row| row.event.as_str() == event);
        rows.flat_map(|row| row.field_names()).any(|field| field == name)
    };
    for name in ["officer", "releaser", "arbiter"] {
        if asks(name) && !fields.contains_key(name) {
            fields.insert(name.to_owned(), Value::String(ctx.actor.id.clone()));
        }
    }
    for (name, value) in &mut fields {
        times_to_micros(name, value)?;
    }
    Ok(fields)
}

fn times_to_micros(name: &str, value: &mut Value) -> Result<()> {
    match value {
        Value::String(text) if TIME_FIELDS.contains(&name) => {
            let time: Time = text.parse()?;
            *value = Value::from(time.micros());
        }
        Value::Array(items) => {
            for item in items {
                times_to_micros(name, item)?;
            }
        }
        Value::Object(map) => {
            for (name, item) in map.iter_mut() {
                times_to_micros(name, item)?;
            }
        }
        _ => {}
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

const TIME_FIELDS: [&str; 4] = ["deadline", "expiry", "time", "date"];

const SELECT: &str = "-- desk::determine::find
    SELECT d.id, d.case_id, d.victim_kind, d.victim, d.state, d.ttl, d.author, d.machine, d.label, d.changed_at
      FROM duty d";

const RAISE: &str = "-- desk::determine::raise
    UPDATE duty SET label = $2 WHERE id = $1";

const MOVE: &str = "-- desk::determine::step
    UPDATE duty SET state = $3, machine = $4, ttl = $5, author = $6, changed_at = $7
     WHERE id = $1 AND state = $2";
