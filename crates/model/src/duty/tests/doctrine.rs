//! The table is the doctrine, and the typed steps are the table.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::samples::{OFFICER, one_in_each_state, passing, ready_us};
use crate::duty::fields::Shape;
use crate::duty::*;

/// Reads the doctrine, or says that it is not there: it is no part of the
/// repository.
fn doctrine() -> Option<Value> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = here.join("../../../shared/design/doctrine/01_duty_to_warn.json");
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            println!("SKIPPED: doctrine 01_duty_to_warn.json is not beside this checkout");
            None
        }
    }
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|each| each.as_str().unwrap()).collect()
}

fn words<T: Copy>(all: &[T], as_str: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|each| as_str(*each)).collect()
}

#[test]
fn the_table_has_22_states_29_events_and_41_transitions() {
    assert_eq!((State::ALL.len(), Event::ALL.len(), TRANSITIONS.len()), (22, 29, 41));
}

#[test]
fn the_states_are_those_of_the_doctrine() {
    let Some(doctrine) = doctrine() else { return };
    let states = doctrine["states"].as_array().unwrap();
    let expected: Vec<_> = states.iter().map(|state| state["state"].as_str().unwrap()).collect();
    assert_eq!(words(State::ALL, State::as_str), expected);
}

#[test]
fn the_transitions_are_those_of_the_doctrine_one_by_one() {
    let Some(doctrine) = doctrine() else { return };
    let expected = doctrine["transitions"].as_array().unwrap();
    assert_eq!(TRANSITIONS.len(), expected.len());
    for (row, expected) in TRANSITIONS.iter().zip(expected) {
        assert_eq!(row.from.as_str(), expected["frm"], "{row:?}");
        assert_eq!(row.event.as_str(), expected["event"], "{row:?}");
        assert_eq!(row.to.as_str(), expected["to"], "{row:?}");
        assert_eq!(row.guard, expected["guard"].as_str().unwrap().trim_matches('—'), "{row:?}");
        assert_eq!(row.required, texts(&expected["required"]), "{row:?}");
    }
}

#[test]
fn the_words_of_threshold_waivers_and_delivery_are_those_of_the_doctrine() {
    let Some(doctrine) = doctrine() else { return };
    let threshold = |at: usize| texts(&doctrine["threshold"][at]["values"]);
    assert_eq!(words(Harm::ALL, Harm::as_str), threshold(0));
    assert_eq!(words(Impending::ALL, Impending::as_str), threshold(1));
    assert_eq!(words(VictimKind::ALL, VictimKind::as_str), threshold(2));
    assert_eq!(words(Credible::ALL, Credible::as_str), threshold(3));
    assert_eq!(words(Detail::ALL, Detail::as_str), threshold(4));
    let waivers = doctrine["waivers"].as_array().unwrap();
    let codes: Vec<_> = waivers.iter().map(|waiver| waiver["code"].as_str().unwrap()).collect();
    assert_eq!(words(WaiverCode::ALL, WaiverCode::as_str), codes);
    assert_eq!(words(Deliverer::ALL, Deliverer::as_str), texts(&doctrine["delivery"][1]["options"]));
    let levels = doctrine["ttl_grading"][2]["levels"].as_object().unwrap();
    let levels: BTreeSet<_> = levels.keys().map(String::as_str).collect();
    assert_eq!(words(Ttl::ALL, Ttl::as_str).into_iter().collect::<BTreeSet<_>>(), levels);
    assert_eq!(doctrine["invariants"].as_array().unwrap().len(), 7, "each has its test in `invariants`");
}

#[test]
fn the_states_that_only_a_human_enters_are_those_of_invariant_5() {
    let humans: Vec<_> =
        State::ALL.iter().filter(|state| state.human_only()).map(|state| state.as_str()).collect();
    let expected = ["ASSESSED_MET", "ASSESSED_NOT_MET", "WARN_APPROVED", "WAIVED", "STOOD_DOWN", "CLOSED"];
    assert_eq!(humans, expected);
}

#[test]
fn the_typed_steps_are_exactly_the_table() {
    fn rows_of<F: Shape>() -> Vec<(State, Event, State)> {
        F::FROM.iter().map(|from| (*from, F::EVENT, F::TO)).collect()
    }
    let mut typed = Vec::new();
    macro_rules! collect {
        ($($name:ident),+) => { $(typed.extend(rows_of::<$name>());)+ };
    }
    crate::duty::apply::each_step!(collect);
    let mut table: Vec<_> = TRANSITIONS.iter().map(|row| (row.from, row.event, row.to)).collect();
    typed.sort();
    table.sort();
    assert_eq!(typed, table);
}

#[test]
fn the_typed_fields_are_exactly_the_fields_of_the_table() {
    fn written<F: Shape + serde::Serialize>(
        row: &Transition,
        given: &serde_json::Map<String, Value>,
    ) -> Value {
        assert!(F::FROM.contains(&row.from));
        let mut faults = crate::duty::refused::Faults::default();
        let read = F::parse(given, &mut faults);
        serde_json::to_value(read.unwrap_or_else(|| panic!("{row:?}: {:?}", faults.into_vec()))).unwrap()
    }
    let duties = one_in_each_state();
    let mut seen = 0;
    for row in TRANSITIONS {
        let duty = &duties[&row.from];
        let given = passing(row, duty, OFFICER, ready_us(row, duty));
        macro_rules! compare {
            ($($name:ident),+) => {
                $(if $name::EVENT == row.event && $name::TO == row.to && $name::FROM.contains(&row.from) {
                    let written = written::<$name>(row, &given);
                    let typed: BTreeSet<_> = written.as_object().unwrap().keys().map(String::as_str).collect();
                    assert_eq!(typed, row.field_names().collect(), "{row:?}");
                    seen += 1;
                })+
            };
        }
        crate::duty::apply::each_step!(compare);
    }
    assert_eq!(seen, TRANSITIONS.len());
}

#[test]
fn every_word_reads_back_and_an_unknown_word_is_named() {
    for state in State::ALL {
        assert_eq!(state.as_str().parse(), Ok(*state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    for event in Event::ALL {
        assert_eq!(event.to_string().parse(), Ok(*event));
    }
    assert_eq!("OPEN".parse::<State>().unwrap_err().to_string(), "\"OPEN\" is not a known State");
}
