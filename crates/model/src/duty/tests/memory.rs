//! What a duty remembers from step to step, and what it forgets.

use serde_json::json;

use super::samples::*;
use crate::duty::*;

/// Walks the given rows from a fresh duty.
fn after(steps: &[(State, Event, State)]) -> Duty {
    extend(fresh(), steps)
}

fn extend(duty: Duty, steps: &[(State, Event, State)]) -> Duty {
    steps.iter().fold(duty, |duty, (from, event, to)| take(duty, row(*from, *event, *to)))
}

const TO_REVIEW: [(State, Event, State); 3] = [
    (State::Received, Event::Triage, State::Triaged),
    (State::Triaged, Event::Assess, State::AssessedMet),
    (State::AssessedMet, Event::Submit, State::SeniorReview),
];
const TO_DELIVERED: [(State, Event, State); 4] = [
    (State::SeniorReview, Event::DecideWarn, State::WarnApproved),
    (State::WarnApproved, Event::Release, State::TearlineReady),
    (State::TearlineReady, Event::Send, State::Dispatched),
    (State::Dispatched, Event::Receipt, State::Delivered),
];
const DISMISSED: [(State, Event, State); 3] = [
    (State::Delivered, Event::Ack, State::Acknowledged),
    (State::Acknowledged, Event::Dismiss, State::Dismissed),
    (State::Dismissed, Event::ReviewDismissal, State::SeniorReview),
];
const REOPENED: [(State, Event, State); 4] = [
    (State::Delivered, Event::Ack, State::Acknowledged),
    (State::Acknowledged, Event::StandDown, State::StoodDown),
    (State::StoodDown, Event::Close, State::Closed),
    (State::Closed, Event::NewInfo, State::Reopened),
];

#[test]
fn a_waived_threat_is_cancelled_with_all_who_were_warned_before() {
    let waive = [(State::SeniorReview, Event::DecideWaive, State::Waived)];
    let unheard = StandDownWaived { reason: "over".to_owned(), cancel_refs: None };
    let never_sent = extend(after(&TO_REVIEW), &waive);
    assert!(never_sent.stand_down_waived(unheard.clone(), &human(OFFICER), START_US).is_ok());
    let sent = extend(extend(extend(after(&TO_REVIEW), &TO_DELIVERED), &DISMISSED), &waive);
    let refused = sent.stand_down_waived(unheard, &human(OFFICER), START_US).unwrap_err();
    assert_eq!(refused.missing(), ["cancel_refs"]);
}

#[test]
fn protection_is_offered_again_after_a_day_or_on_a_new_report() {
    let refused = in_state(State::VictimRefused);
    let day_us = refused.entered_us() + REOFFER_AFTER_US;
    let passed = Reoffer { trigger: Trigger::TimePassed };
    let report = Reoffer { trigger: Trigger::NewReport("r2".to_owned()) };
    assert!(refused.clone().reoffer(passed.clone(), &Actor::Machine, day_us - 1).is_err());
    assert!(refused.clone().reoffer(passed, &Actor::Machine, day_us).is_ok());
    assert!(refused.reoffer(report, &Actor::Machine, day_us - 1).is_ok());
}

#[test]
fn a_reopened_case_forgets_text_and_signature_but_keeps_the_trace() {
    let delivered = extend(after(&TO_REVIEW), &TO_DELIVERED);
    assert!(delivered.has_passed(State::Dispatched));
    let reopened = extend(delivered, &REOPENED);
    assert!(!reopened.has_passed(State::Dispatched));
    assert_eq!((reopened.text_hash(), reopened.authority()), (None, None));
    assert!(reopened.trace().iter().any(|passed| passed.state == State::Dispatched));
}

#[test]
fn the_author_of_the_new_report_may_not_waive_either() {
    let closed = in_state(State::Closed);
    let news = NewInfo { report: "r2".to_owned(), author: Some(OFFICER.to_owned()) };
    let reopened = closed.new_info(news, &Actor::Machine, START_US).unwrap();
    assert_eq!(reopened.authors(), [AUTHOR, OFFICER]);
}

#[test]
fn a_new_text_does_not_hide_an_expedited_one_that_nobody_reviewed() {
    let met = after(&TO_REVIEW[..2]);
    let sent = extend(
        met,
        &[
            (State::AssessedMet, Event::Expedite, State::Dispatched),
            (State::Dispatched, Event::Receipt, State::Delivered),
        ],
    );
    let approved = extend(extend(sent, &DISMISSED), &TO_DELIVERED[..1]);
    let release = row(State::WarnApproved, Event::Release, State::TearlineReady);
    let given = fields(release, &approved, OFFICER, START_US);
    assert!(approved.clone().apply("release", &given, &human(OFFICER), START_US).is_err());
    let review = Ratification {
        officer: OFFICER.to_owned(),
        result: Ratified::ShouldNotHaveBeenSent,
        reasons: "wrong man".to_owned(),
    };
    let reviewed = approved.ratify(review, &human(OFFICER), START_US).unwrap();
    assert!(reviewed.apply("release", &given, &human(OFFICER), START_US).is_ok());
}

#[test]
fn a_new_text_starts_a_new_ladder() {
    let second = extend(extend(extend(after(&TO_REVIEW), &TO_DELIVERED), &DISMISSED), &TO_DELIVERED);
    assert_eq!(second.due_us(), Some(second.entered_us() + ack_limit_us(second.ttl())));
}

#[test]
fn a_time_of_the_future_or_none_at_all_is_refused() {
    let ready = in_state(State::TearlineReady);
    let send = |time_us: i64| {
        let fields = Sending { channel: "sms".to_owned(), address_ref: "a1".to_owned(), time_us };
        ready.clone().send(fields, &Actor::Machine, START_US)
    };
    assert!(send(0).is_err());
    assert!(send(START_US + 6 * MINUTE_US).is_err());
    assert!(send(START_US + 4 * MINUTE_US).is_ok(), "clocks of two houses differ a little");
}

#[test]
fn the_assessment_sets_the_grade_and_the_analyst_may_set_another() {
    let triaged = in_state(State::Triaged);
    assert_eq!(triaged.ttl(), Ttl::High);
    let assess = row(State::Triaged, Event::Assess, State::AssessedMet);
    let mut given = fields(assess, &triaged, OFFICER, START_US);
    let suggested = triaged.clone().apply("assess", &given, &human(OFFICER), START_US).unwrap();
    assert_eq!(suggested.ttl(), Ttl::Critical);
    given.insert("impending".to_owned(), json!("near_<=7d"));
    given.insert("ttl".to_owned(), json!("TTL-CRITICAL"));
    let raised = triaged.apply("assess", &given, &human(OFFICER), START_US).unwrap();
    assert!(raised.is_imminent(), "a critical grade counts as imminent whatever the date says");
}
