//! Makes valid fields for any step and a duty in any state.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value, json};

use crate::duty::*;

pub(super) const START_US: i64 = 1_700_000_000_000_000;
pub(super) const OFFICER: &str = "officer";
pub(super) const AUTHOR: &str = "author";

pub(super) fn human(id: &str) -> Actor {
    Actor::Human { id: id.to_owned() }
}

pub(super) fn fresh() -> Duty {
    Duty::received(AUTHOR, Ttl::High, START_US)
}

/// Gives the first time at which no clock stands against `row`.
pub(super) fn ready_us(row: &Transition, duty: &Duty) -> i64 {
    match (row.from, row.event) {
        (_, Event::Timeout) => duty.due_us().unwrap(),
        (State::AssessedNotMet, Event::Close) => duty.entered_us() + QUIET_BEFORE_CLOSE_US,
        _ => duty.entered_us() + MINUTE_US,
    }
}

/// Gives every field of `row` that the doctrine or a guard requires.
pub(super) fn fields(row: &Transition, duty: &Duty, actor: &str, now_us: i64) -> Map<String, Value> {
    let wanted = row.required.iter().chain(row.also).filter(|name| !name.ends_with('?'));
    let first = wanted.map(|name| name.split('|').next().unwrap());
    first.map(|name| (name.to_owned(), value(name, row, duty, actor, now_us))).collect()
}

fn value(name: &str, row: &Transition, duty: &Duty, actor: &str, now_us: i64) -> Value {
    match name {
        "officer" | "releaser" | "arbiter" => json!(actor),
        "harm_types" | "harm" => json!(["kidnapping"]),
        "first_impression_ttl" => json!("TTL-HIGH"),
        "impending" => json!("imminent_<=24h"),
        "victim_kind" => json!("named_person"),
        "source_grade" => json!("B"),
        "info_grade" => json!("2"),
        "specific_elements" => json!(["who", "when"]),
        "confidence" => json!("moderate"),
        "independent_sources" => json!([{"report": "r1", "origins": ["o1"]}]),
        "missing_elements" => json!(["credible"]),
        "answer" if row.to == State::AssessedMet => json!("it is so"),
        "candidates" => json!(["c1"]),
        "match_scores" => json!([12]),
        "route" => json!("protector"),
        "proposed_decision" => json!("warn"),
        "who_tried" => json!([{"who": "senior", "time": now_us - UNREACHABLE_AFTER_US}]),
        "deliverer" => json!("local_police"),
        "deadline" | "expiry" => json!(now_us + HOUR_US),
        "waiver_code" => json!("W-B"),
        "alternatives_tried" => json!([]),
        "ruling" => json!(if row.to == State::Waived { "waive" } else { "warn" }),
        "trigger" => json!({"new_report": "r2"}),
        "text_hash" => json!(duty.text_hash().unwrap_or(crate::digest::Digest::of(b"text"))),
        "dropped_portions" | "transformations" => json!([]),
        "time" => json!(now_us),
        "channels_tried" => json!([{"channel": "radio", "time": now_us, "result": "silence"}]),
        "step" => json!(duty.next_ladder_step()),
        "notified" | "actions" | "cancel_refs" => json!(["x"]),
        "channel" => json!(format!("channel {}", duty.trace().len())),
        "outcome" => json!("prevented"),
        "hindsight_grade" => json!("A2"),
        _ => json!(format!("some {name}")),
    }
}

/// Gives the fields of `row` plus what this duty needs to let it pass.
pub(super) fn passing(row: &Transition, duty: &Duty, actor: &str, now_us: i64) -> Map<String, Value> {
    let mut given = fields(row, duty, actor, now_us);
    if row.from == State::NeedsInfo && row.to == State::AssessedMet {
        let assess = permitted(State::Triaged, Event::Assess).next().unwrap();
        given.insert("elements".to_owned(), fields(assess, duty, actor, now_us).into());
    }
    if row.from == State::Waived && row.event == Event::StandDown && duty.has_passed(State::Dispatched) {
        given.insert("cancel_refs".to_owned(), json!(["x"]));
    }
    given
}

/// Takes `row` with fields that pass.
pub(super) fn take(duty: Duty, row: &Transition) -> Duty {
    let now_us = ready_us(row, &duty);
    let given = match duty.state() {
        from if from == row.from => passing(row, &duty, OFFICER, now_us),
        other => panic!("{other} is not {}", row.from),
    };
    duty.apply(row.event.as_str(), &given, &human(OFFICER), now_us).unwrap()
}

/// Gives one duty for each state, each by a shortest way.
pub(super) fn one_in_each_state() -> BTreeMap<State, Duty> {
    let mut found = BTreeMap::from([(State::Received, fresh())]);
    let mut queue = VecDeque::from([State::Received]);
    while let Some(state) = queue.pop_front() {
        for row in TRANSITIONS.iter().filter(|row| row.from == state) {
            if !found.contains_key(&row.to) {
                found.insert(row.to, take(found[&state].clone(), row));
                queue.push_back(row.to);
            }
        }
    }
    found
}

/// Gives a duty in `state`.
pub(super) fn in_state(state: State) -> Duty {
    one_in_each_state().remove(&state).unwrap()
}

/// Gives the one row of `event` from `from` to `to`.
pub(super) fn row(from: State, event: Event, to: State) -> &'static Transition {
    permitted(from, event).find(|row| row.to == to).unwrap()
}
