//! The threshold, the threat-to-life grade and the clocks.

use super::samples::START_US;
use crate::duty::*;
use crate::grade::{Grade, InfoCredibility, SourceReliability};

fn cite(origins: &[&str], grade: &str) -> Evidence {
    Evidence {
        report: "r".to_owned(),
        origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        grade: grade.parse().ok(),
        mapped: false,
    }
}

fn suggest(grade: &str, evidence: &[Evidence]) -> Credible {
    let grade: Grade = grade.parse().unwrap();
    suggest_credible(grade.source, grade.info, evidence)
}

fn elements() -> Elements {
    Elements {
        harm: vec![Harm::IntentionalKilling],
        impending: Impending::Near,
        victim: Some(VictimKind::NamedPerson),
        credible: Credible::GradedCredible,
        specific: vec![Detail::Who, Detail::When],
        doubts: Vec::new(),
        attackers_in_position: false,
    }
}

#[test]
fn reports_that_share_an_origin_count_once() {
    assert_eq!(independent_count(&[]), 0);
    assert_eq!(independent_count(&[cite(&["a"], ""), cite(&[" A "], "")]), 1);
    assert_eq!(independent_count(&[cite(&["a"], ""), cite(&["b"], "")]), 2);
    let joined = [cite(&["a", "b"], ""), cite(&["a"], ""), cite(&["b"], "")];
    assert_eq!(independent_count(&joined), 2, "a digest of both takes nothing from either");
    let unknown = [cite(&[], ""), cite(&[], ""), cite(&["a"], "")];
    assert_eq!(independent_count(&unknown), 1, "the unknown cannot be shown to be independent");
    assert_eq!(independent_count(&unknown[..2]), 1);
}

#[test]
fn a_to_c_with_1_to_3_is_graded_credible_and_nothing_is_ever_suggested_not_credible() {
    for source in SourceReliability::ALL {
        for info in InfoCredibility::ALL {
            let grade = Grade { source: *source, info: *info };
            let suggested = suggest_credible(*source, *info, &[]);
            assert_ne!(suggested, Credible::NotCredible, "{grade}");
            assert_eq!(suggested == Credible::GradedCredible, grade.reaches_c3(), "{grade}");
        }
    }
    assert_eq!(suggest("F6", &[]), Credible::CannotJudge);
    assert_eq!(suggest("D3", &[]), Credible::Plausible);
}

#[test]
fn a_grade_mapped_from_another_scale_makes_nothing_credible_by_itself() {
    let mapped = |origin: &str| Evidence { mapped: true, ..cite(&[origin], "B2") };
    assert_eq!(suggest("B2", &[mapped("a")]), Credible::Plausible);
    assert_eq!(suggest("B2", &[mapped("a"), mapped("b")]), Credible::Plausible);
    assert_eq!(suggest("B2", &[mapped("a"), cite(&["a"], "B2")]), Credible::GradedCredible);
}

#[test]
fn a_grade_of_the_threat_is_set_by_a_person_with_reasons_and_moves_the_clock() {
    let duty = super::samples::in_state(State::SeniorReview);
    let before = duty.due_us();
    assert!(duty.clone().regrade(Ttl::Critical, "men at the door", &Actor::Machine).is_err());
    assert!(duty.clone().regrade(Ttl::Critical, " ", &super::samples::human("o")).is_err());
    let critical =
        duty.clone().regrade(Ttl::Critical, "men at the door", &super::samples::human("o")).unwrap();
    assert_eq!(critical.ttl(), Ttl::Critical);
    assert_eq!(critical.state(), State::SeniorReview);
    let low = duty.regrade(Ttl::Low, "a rumour", &super::samples::human("o")).unwrap();
    assert!(critical.due_us() < low.due_us(), "the grade drives the clock");
    assert!(low.due_us() >= before);
    let closed = super::samples::in_state(State::Closed);
    assert!(closed.regrade(Ttl::High, "again", &super::samples::human("o")).is_err());
}

#[test]
fn two_independent_reports_that_reach_3_are_graded_credible() {
    let two = [cite(&["a"], "E3"), cite(&["b"], "F2")];
    assert_eq!(suggest("F6", &two), Credible::GradedCredible);
    assert_eq!(suggest("F6", &[cite(&["a"], "E3"), cite(&["a"], "F2")]), Credible::CannotJudge);
    assert_eq!(suggest("F6", &[cite(&["a"], "E3"), cite(&["b"], "F4")]), Credible::CannotJudge);
}

#[test]
fn specific_is_who_or_where_and_one_thing_more() {
    let specific = |known: &[Detail]| Elements { specific: known.to_vec(), ..elements() }.is_specific();
    assert!(specific(&[Detail::Who, Detail::Where]));
    assert!(specific(&[Detail::Where, Detail::How]));
    assert!(!specific(&[Detail::Who]));
    assert!(!specific(&[Detail::Who, Detail::Who]));
    assert!(!specific(&[Detail::When, Detail::How, Detail::ByWhom]));
}

#[test]
fn doubt_is_resolved_in_favour_of_warning_but_a_judgement_stands() {
    let weak = Elements { credible: Credible::CannotJudge, specific: vec![], ..elements() };
    assert_eq!(weak.missing(), [Element::Credible, Element::Specific]);
    let doubts = vec![Element::Credible, Element::Specific];
    assert!(Elements { doubts: doubts.clone(), ..weak.clone() }.is_met());
    let judged = Elements { credible: Credible::NotCredible, doubts: doubts.clone(), ..weak.clone() };
    assert_eq!(judged.missing(), [Element::Credible]);
    let harmless = Elements { harm: vec![], victim: None, doubts, ..weak };
    assert_eq!(harmless.missing(), [Element::Harm, Element::Victim], "these cannot be in doubt");
}

#[test]
fn the_threat_to_life_grade_follows_the_elements() {
    let ttl = |impending, attackers_in_position| {
        Elements { impending, attackers_in_position, ..elements() }.suggest_ttl()
    };
    assert_eq!(ttl(Impending::Imminent, false), Ttl::Critical);
    assert_eq!(ttl(Impending::ActivePlanning, true), Ttl::Critical);
    assert_eq!(ttl(Impending::Near, false), Ttl::High);
    assert_eq!(ttl(Impending::ActivePlanning, false), Ttl::High);
    assert_eq!(ttl(Impending::Dated, false), Ttl::Medium);
    assert_eq!(ttl(Impending::NotImpending, false), Ttl::Low);
    let vague = Elements { specific: vec![], ..elements() };
    assert_eq!(vague.suggest_ttl(), Ttl::Medium);
    assert_eq!(Elements { credible: Credible::CannotJudge, ..elements() }.suggest_ttl(), Ttl::Low);
    assert_eq!(Elements { harm: vec![], ..elements() }.suggest_ttl(), Ttl::None);
}

#[test]
fn the_clocks_are_those_of_the_table() {
    let minutes = |state, ttl| limit_us(state, ttl).map(|limit| limit / MINUTE_US);
    for (state, critical, otherwise) in [
        (State::Received, 15, 60),
        (State::Reopened, 15, 60),
        (State::Triaged, 30, 240),
        (State::AssessedMet, 30, 240),
        (State::NeedsInfo, 1440, 1440),
        (State::VictimUnresolved, 240, 240),
        (State::SeniorReview, 30, 480),
        (State::WarnApproved, 15, 120),
        (State::Waived, 1440, 4320),
        (State::Disputed, 120, 1440),
        (State::TearlineReady, 5, 5),
        (State::DeliveryFailed, 5, 5),
        (State::Delivered, 15, 240),
        (State::Dismissed, 60, 60),
        (State::VictimRefused, 1440, 1440),
        (State::StoodDown, 60, 60),
    ] {
        assert_eq!(minutes(state, Ttl::Critical), Some(critical), "{state}");
        assert_eq!(minutes(state, Ttl::High), Some(otherwise), "{state}");
    }
    assert_eq!(limit_us(State::Closed, Ttl::Critical), None);
    assert_eq!(ladder_us(Ttl::Critical).map(|step| step / MINUTE_US), [15, 30, 60]);
    assert_eq!(ladder_us(Ttl::Low).map(|step| step / HOUR_US), [4, 8, 16]);
}

#[test]
fn the_cue_sets_the_first_clock() {
    let due = |cue| Duty::received("a", cue, START_US).due_us();
    assert_eq!(due(Ttl::Critical), Some(START_US + 15 * MINUTE_US));
    assert_eq!(due(Ttl::None), Some(START_US + HOUR_US));
}
