//! Single steps: what passes, what is refused, and what the refusal says.

use serde_json::{Value, json};

use super::samples::*;
use crate::duty::*;

#[test]
fn every_transition_of_the_table_can_be_taken() {
    let duties = one_in_each_state();
    assert_eq!(duties.len(), State::ALL.len());
    for row in TRANSITIONS {
        assert_eq!(take(duties[&row.from].clone(), row).state(), row.to, "{row:?}");
    }
}

#[test]
fn a_step_outside_the_table_is_refused_and_changes_nothing() {
    for (state, duty) in one_in_each_state() {
        for event in Event::ALL.iter().filter(|event| permitted(state, **event).next().is_none()) {
            let refused = duty
                .clone()
                .apply(event.as_str(), &json!({}).as_object().unwrap().clone(), &human(OFFICER), START_US)
                .unwrap_err();
            assert_eq!(refused.faults, [Fault::NotPermitted]);
            assert_eq!((refused.state, refused.event.as_str()), (state, event.as_str()));
            assert_eq!(*refused.duty, duty);
        }
    }
}

#[test]
fn an_unknown_event_is_refused() {
    let refused = fresh().apply("delete", &serde_json::Map::new(), &human(OFFICER), START_US).unwrap_err();
    assert_eq!(refused.to_string(), "RECEIVED refuses delete: no such event");
}

#[test]
fn a_refusal_names_all_missing_fields_at_once() {
    let refused = fresh().apply("triage", &serde_json::Map::new(), &human(OFFICER), START_US).unwrap_err();
    assert_eq!(refused.missing(), ["officer", "harm_types", "first_impression_ttl"]);
    assert_eq!(
        refused.to_string(),
        "RECEIVED refuses triage: missing officer; missing harm_types; missing first_impression_ttl"
    );
}

#[test]
fn every_required_field_is_named_when_it_is_absent_null_or_blank() {
    for (row, duty) in TRANSITIONS.iter().map(|row| (row, in_state(row.from))) {
        let now_us = ready_us(row, &duty);
        let full = passing(row, &duty, OFFICER, now_us);
        for name in row.required.iter().filter(|name| !name.ends_with('?')) {
            let key = name.split('|').next().unwrap();
            // Without this field the two outcomes of `assess` or `arbitrate` cannot be told apart.
            if key == "ruling" || (row.to == State::AssessedNotMet && full.len() == 1) {
                continue;
            }
            let mut absent = full.clone();
            absent.remove(key);
            let mut null = full.clone();
            null.insert(key.to_owned(), Value::Null);
            let mut cases = vec![absent, null];
            if full[key].is_string() && !value_is_word(key) {
                let mut blank = full.clone();
                blank.insert(key.to_owned(), json!("  "));
                cases.push(blank);
            }
            for given in cases {
                let refused = duty.clone().apply(row.event.as_str(), &given, &human(OFFICER), now_us);
                let refused = refused.unwrap_err();
                let named = refused.missing().iter().any(|missing| name == missing || key == *missing);
                assert!(named, "{row:?} without {name}: {refused}");
                assert_eq!(*refused.duty, duty);
            }
        }
    }
}

fn value_is_word(key: &str) -> bool {
    matches!(
        key,
        "first_impression_ttl"
            | "impending"
            | "victim_kind"
            | "source_grade"
            | "info_grade"
            | "confidence"
            | "route"
            | "proposed_decision"
            | "deliverer"
            | "waiver_code"
            | "text_hash"
            | "outcome"
            | "hindsight_grade"
    )
}

#[test]
fn an_unknown_field_and_an_unreadable_one_are_named_together() {
    let given =
        json!({"officer": OFFICER, "harm_types": ["murder"], "first_impression_ttl": "TTL-LOW", "mood": 1});
    let refused = fresh().apply("triage", given.as_object().unwrap(), &human(OFFICER), START_US).unwrap_err();
    assert!(matches!(refused.faults[0], Fault::Invalid { field: "harm_types", .. }), "{refused}");
    assert_eq!(refused.faults[1], Fault::Unknown("mood".to_owned()));
}

#[test]
fn a_machine_is_refused_exactly_where_a_human_must_decide() {
    for (row, duty) in TRANSITIONS.iter().map(|row| (row, in_state(row.from))) {
        let now_us = ready_us(row, &duty);
        let given = passing(row, &duty, OFFICER, now_us);
        for nobody in [Actor::Machine, human(" ")] {
            let result = duty.clone().apply(row.event.as_str(), &given, &nobody, now_us);
            match result {
                Ok(_) => assert!(!row.human_only(), "{row:?}"),
                Err(refused) => assert!(refused.faults.contains(&Fault::HumanOnly), "{row:?}: {refused}"),
            }
        }
    }
}

#[test]
fn nobody_enters_the_decision_of_somebody_else() {
    let triage = Triage {
        officer: "another".to_owned(),
        harm_types: Listed(vec![Harm::Kidnapping]),
        first_impression_ttl: Ttl::Low,
    };
    let refused = fresh().triage(triage, &human(OFFICER), START_US).unwrap_err();
    assert_eq!(refused.faults, [Fault::Guard("the officer named must be the one who acts")]);
}

#[test]
fn the_second_reader_is_not_the_first() {
    let not_met = |second: &str| NotMet {
        missing_elements: vec![Element::Credible],
        reasons: "rumour".to_owned(),
        second_reader: second.to_owned(),
    };
    let triaged = in_state(State::Triaged);
    let refused = triaged.clone().assess_not_met(not_met("Officer "), &human(OFFICER), START_US).unwrap_err();
    assert_eq!(refused.faults, [Fault::Guard("the second reader must be somebody else than the first")]);
    assert!(triaged.assess_not_met(not_met("second"), &human(OFFICER), START_US).is_ok());
}

#[test]
fn a_threshold_that_is_not_met_names_each_absent_element() {
    let triaged = in_state(State::Triaged);
    let assess = row(State::Triaged, Event::Assess, State::AssessedMet);
    let mut given = fields(assess, &triaged, OFFICER, START_US);
    given.insert("impending".to_owned(), json!("not_impending"));
    given.insert("specific_elements".to_owned(), json!(["how", "when"]));
    given.insert("credible".to_owned(), json!("not_credible"));
    let refused = triaged.apply("assess", &given, &human(OFFICER), START_US).unwrap_err();
    assert_eq!(refused.faults.len(), 3, "{refused}");
}

#[test]
fn confirmed_information_needs_two_independent_sources() {
    let triaged = in_state(State::Triaged);
    let mut given =
        fields(row(State::Triaged, Event::Assess, State::AssessedMet), &triaged, OFFICER, START_US);
    given.insert("info_grade".to_owned(), json!("1"));
    let same = json!([{"report": "r1", "origins": ["o1"]}, {"report": "r2", "origins": ["O1 "]}]);
    given.insert("independent_sources".to_owned(), same);
    assert!(triaged.clone().apply("assess", &given, &human(OFFICER), START_US).is_err());
    let two = json!([{"report": "r1", "origins": ["o1"]}, {"report": "r2", "origins": ["o2"]}]);
    given.insert("independent_sources".to_owned(), two);
    assert!(triaged.apply("assess", &given, &human(OFFICER), START_US).is_ok());
}

#[test]
fn silence_at_the_deadline_is_resolved_in_favour_of_warning() {
    let asked = in_state(State::NeedsInfo);
    let silent = json!({"no_answer": "no reply", "reasons": "doubt"});
    let silent = silent.as_object().unwrap();
    let deadline_us = asked.due_us().unwrap();
    assert!(asked.clone().apply("assess", silent, &human(OFFICER), deadline_us - 1).is_err());
    assert!(asked.apply("assess", silent, &human(OFFICER), deadline_us).is_ok());
}

#[test]
fn a_query_stays_open_for_a_day_at_most() {
    let query = |hours: i64| Query {
        question: "who?".to_owned(),
        asked_of: "originator".to_owned(),
        deadline_us: START_US + hours * HOUR_US,
    };
    let triaged = in_state(State::Triaged);
    assert!(triaged.clone().query(query(25), &Actor::Machine, START_US).is_err());
    assert!(triaged.query(query(24), &Actor::Machine, START_US).is_ok());
}

#[test]
fn a_candidate_at_the_review_level_is_not_passed_over() {
    let resolve = |score: u8| ResolveVictim {
        candidates: Listed(vec!["c1".to_owned()]),
        match_scores_pct: Listed(vec![score]),
        method: "names".to_owned(),
        review_level_pct: Some(50),
    };
    let met = in_state(State::AssessedMet);
    assert!(met.clone().resolve_victim(resolve(50), &Actor::Machine, START_US).is_err());
    assert!(met.resolve_victim(resolve(49), &Actor::Machine, START_US).is_ok());
}

#[test]
fn a_signature_over_another_text_is_no_acknowledgement() {
    let delivered = in_state(State::Delivered);
    let ack = Ack {
        receiver: "partner".to_owned(),
        key_id: "k1".to_owned(),
        text_hash: crate::digest::Digest::of(b"another text"),
        time_us: START_US,
    };
    let refused = delivered.ack(ack, &Actor::Machine, delivered_us()).unwrap_err();
    assert_eq!(refused.faults, [Fault::Guard("the signature is not over the text that was sent")]);
}

fn delivered_us() -> i64 {
    in_state(State::Delivered).entered_us()
}

#[test]
fn the_ladder_climbs_at_one_two_and_four_times_the_limit() {
    let mut duty = in_state(State::Delivered);
    let first_us = duty.entered_us();
    let ladder = ladder_us(duty.ttl());
    for (step, after_us) in (1..).zip(ladder) {
        let timeout = Timeout { step, notified: vec!["manager".to_owned()] };
        let early = duty.clone().timeout(timeout.clone(), &Actor::Machine, first_us + after_us - 1);
        assert!(early.is_err(), "step {step}");
        let wrong = Timeout { step: step + 1, ..timeout.clone() };
        assert!(duty.clone().timeout(wrong, &Actor::Machine, first_us + after_us).is_err());
        duty = duty.timeout(timeout, &Actor::Machine, first_us + after_us).unwrap();
        duty = take(duty, row(State::NoAckEscalated, Event::AlternateRoute, State::Dispatched));
        duty = take(duty, row(State::Dispatched, Event::Receipt, State::Delivered));
    }
}

#[test]
fn the_ladder_does_not_go_the_same_way_twice() {
    let escalated = in_state(State::NoAckEscalated);
    let route = AlternateRoute { channel: "sms".to_owned(), receiver: "p".to_owned(), time_us: START_US };
    let actor = Actor::Machine;
    let sent = escalated.alternate_route(route.clone(), &actor, START_US).unwrap();
    let again = take(sent, row(State::Dispatched, Event::Receipt, State::Delivered));
    let again = take(again, row(State::Delivered, Event::Timeout, State::NoAckEscalated));
    assert!(again.alternate_route(route, &actor, START_US).is_err());
}

#[test]
fn only_an_imminent_threat_may_be_expedited_and_only_after_ten_minutes() {
    let expedite = |tried_us: i64| Expedite {
        expedite_reason: "now".to_owned(),
        who_tried: vec![Attempt { who: "senior".to_owned(), time_us: tried_us }],
        text: "leave".to_owned(),
        audience: "police".to_owned(),
        approver_on_scene: "sergeant".to_owned(),
    };
    let met = in_state(State::AssessedMet);
    let long_ago_us = START_US - UNREACHABLE_AFTER_US;
    assert!(met.clone().expedite(expedite(long_ago_us + 1), &human(OFFICER), START_US).is_err());
    let mut given = fields(row(State::Triaged, Event::Assess, State::AssessedMet), &met, OFFICER, START_US);
    given.insert("impending".to_owned(), json!("dated_>7d"));
    let later = in_state(State::Triaged).apply("assess", &given, &human(OFFICER), START_US).unwrap();
    assert!(later.expedite(expedite(long_ago_us), &human(OFFICER), START_US).is_err());
    let sent = met.expedite(expedite(long_ago_us), &human(OFFICER), START_US).unwrap();
    assert_eq!(sent.text_hash(), Some(crate::digest::Digest::of(b"leave")));
    assert_eq!(sent.ratification_due_us(), Some(START_US + HOUR_US));
}

#[test]
fn an_expedited_dispatch_is_reviewed_by_somebody_else_before_the_case_closes() {
    let met = in_state(State::AssessedMet);
    let mut duty = take(met, row(State::AssessedMet, Event::Expedite, State::Dispatched));
    for (from, event, to) in [
        (State::Dispatched, Event::Receipt, State::Delivered),
        (State::Delivered, Event::Ack, State::Acknowledged),
        (State::Acknowledged, Event::StandDown, State::StoodDown),
    ] {
        duty = take(duty, row(from, event, to));
    }
    let close = row(State::StoodDown, Event::Close, State::Closed);
    let given = passing(close, &duty, OFFICER, START_US);
    let refused = duty.apply("close", &given, &human(OFFICER), START_US).unwrap_err();
    assert_eq!(refused.faults, [Fault::Guard("the expedited dispatch has not been reviewed")]);
    let review = |officer: &str| Ratification {
        officer: officer.to_owned(),
        result: Ratified::WithCorrection,
        reasons: "wrong street".to_owned(),
    };
    let approver = "some approver_on_scene";
    let refused = refused.duty.ratify(review(approver), &human(approver), START_US).unwrap_err();
    let duty = refused.duty.ratify(review(OFFICER), &human(OFFICER), START_US).unwrap();
    assert_eq!(duty.ratification_due_us(), None);
    assert!(take(duty.clone(), close).state() == State::Closed);
    assert!(duty.ratify(review(OFFICER), &human(OFFICER), START_US).is_err(), "once only");
}

#[test]
fn a_case_below_the_threshold_stays_open_for_ninety_days() {
    let duty = in_state(State::AssessedNotMet);
    let close = CloseNotMet { outcome: Outcome::Unknown };
    let quiet_us = duty.entered_us() + QUIET_BEFORE_CLOSE_US;
    assert!(duty.clone().close_not_met(close.clone(), &human(OFFICER), quiet_us - 1).is_err());
    assert!(duty.close_not_met(close, &human(OFFICER), quiet_us).is_ok());
}

#[test]
fn a_duty_survives_being_stored() {
    for duty in one_in_each_state().into_values() {
        let stored = serde_json::to_string(&duty).unwrap();
        assert_eq!(serde_json::from_str::<Duty>(&stored).unwrap(), duty);
    }
}
