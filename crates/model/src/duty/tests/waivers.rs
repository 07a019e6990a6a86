//! The six waivers: what each needs, who may not decide, when they end.

use super::samples::*;
use crate::duty::*;

fn decision(code: WaiverCode) -> WaiverDecision {
    WaiverDecision {
        officer: OFFICER.to_owned(),
        code,
        basis: "because".to_owned(),
        alternatives_tried: Listed::default(),
        expiry_us: START_US + HOUR_US,
        particulars: None,
    }
}

fn tried(kinds: &[Mitigation]) -> Listed<Alternative> {
    let one = |tried: &Mitigation| Alternative { tried: *tried, result: "does not cure it".to_owned() };
    Listed(kinds.iter().map(one).collect())
}

fn decide(decision: WaiverDecision) -> Result<Duty, Refused> {
    in_state(State::SeniorReview).decide_waive(decision, &human(OFFICER), START_US)
}

#[test]
fn w_a_needs_who_is_aware_of_what() {
    assert_eq!(decide(decision(WaiverCode::Aware)).unwrap_err().missing(), ["particulars.awareness"]);
    let awareness = Awareness {
        who: "the guard".to_owned(),
        how_known: "told us".to_owned(),
        date_us: START_US,
        details: "all".to_owned(),
    };
    let with = |awareness| WaiverDecision {
        particulars: Some(Particulars { awareness: Some(awareness), ..Particulars::default() }),
        ..decision(WaiverCode::Aware)
    };
    assert!(decide(with(awareness.clone())).is_ok());
    let blank = Awareness { details: " ".to_owned(), ..awareness };
    assert_eq!(decide(with(blank)).unwrap_err().missing(), ["particulars"]);
}

#[test]
fn w_b_needs_its_basis() {
    assert!(decide(decision(WaiverCode::Combatant)).is_ok());
    let blank = WaiverDecision { basis: String::new(), ..decision(WaiverCode::Combatant) };
    assert_eq!(decide(blank).unwrap_err().missing(), ["basis"]);
}

#[test]
fn w_c_needs_conduct_and_a_basis_graded_c3_or_better() {
    let refused = decide(decision(WaiverCode::Offender)).unwrap_err();
    assert_eq!(
        refused.missing(),
        ["particulars.conduct", "particulars.basis_report", "particulars.basis_grade"]
    );
    let graded = |grade: &str| {
        decide(WaiverDecision {
            particulars: Some(Particulars {
                conduct: Some(Conduct::Assassin),
                basis_report: Some("r1".to_owned()),
                basis_grade: Some(grade.parse().unwrap()),
                ..Particulars::default()
            }),
            ..decision(WaiverCode::Offender)
        })
    };
    for enough in ["A1", "B2", "C3", "A3", "C1"] {
        assert!(graded(enough).is_ok(), "{enough}");
    }
    for weak in ["C4", "D3", "E1", "F1", "F6", "A6", "D4"] {
        assert!(graded(weak).is_err(), "{weak}");
    }
}

#[test]
fn w_d_needs_all_three_ways_of_sparing_sources() {
    let with = |kinds: &[Mitigation]| {
        decide(WaiverDecision { alternatives_tried: tried(kinds), ..decision(WaiverCode::OwnSources) })
    };
    assert!(with(&[]).is_err());
    assert!(with(&[Mitigation::Wording, Mitigation::Anonymous]).is_err());
    assert!(with(Mitigation::ALL).is_ok());
}

#[test]
fn w_e_needs_the_originator_and_all_three_ways_of_sparing_sources() {
    let refused = decide(decision(WaiverCode::ForeignSources)).unwrap_err();
    assert_eq!(refused.faults.len(), 2, "{refused}");
    let originator = OriginatorAsked {
        date_us: START_US,
        answer: "no".to_owned(),
        audience: "HALL".to_owned(),
        text: "Stay away.".to_owned(),
    };
    let with_answer = |originator: OriginatorAsked| WaiverDecision {
        particulars: Some(Particulars { originator: Some(originator), ..Particulars::default() }),
        ..decision(WaiverCode::ForeignSources)
    };
    for blank in [
        OriginatorAsked { audience: String::new(), ..originator.clone() },
        OriginatorAsked { text: " ".to_owned(), ..originator.clone() },
    ] {
        assert_eq!(decide(with_answer(blank)).unwrap_err().missing(), ["particulars"]);
    }
    let asked = with_answer(originator);
    assert!(decide(asked.clone()).is_err());
    let with =
        |kinds: &[Mitigation]| decide(WaiverDecision { alternatives_tried: tried(kinds), ..asked.clone() });
    assert!(with(&[Mitigation::Intermediary, Mitigation::Wording]).is_err());
    assert!(with(Mitigation::ALL).is_ok());
}

#[test]
fn w_c_is_about_one_named_person_and_nobody_beside_them() {
    let offender = |kind: &str| {
        let triaged = in_state(State::Triaged);
        let mut given =
            fields(row(State::Triaged, Event::Assess, State::AssessedMet), &triaged, OFFICER, START_US);
        given.insert("victim_kind".to_owned(), serde_json::json!(kind));
        let met = triaged.apply("assess", &given, &human(OFFICER), START_US).unwrap();
        let review = take(met, row(State::AssessedMet, Event::Submit, State::SeniorReview));
        let decision = WaiverDecision {
            particulars: Some(Particulars {
                conduct: Some(Conduct::DrugTrafficker),
                basis_report: Some("r1".to_owned()),
                basis_grade: Some("B2".parse().unwrap()),
                ..Particulars::default()
            }),
            ..decision(WaiverCode::Offender)
        };
        review.decide_waive(decision, &human(OFFICER), START_US)
    };
    assert!(offender("named_person").is_ok());
    for other in ["identifiable_group", "location", "institution"] {
        assert!(offender(other).unwrap_err().to_string().contains("one named person"), "{other}");
    }
}

#[test]
fn w_f_needs_the_channels_tried() {
    let refused = decide(decision(WaiverCode::NoWay)).unwrap_err();
    assert_eq!(refused.missing(), ["particulars.channels_tried"]);
    let failed = in_state(State::DeliveryFailed);
    let none = Exhausted { channels_tried: Vec::new(), expiry_us: None };
    assert_eq!(
        failed.clone().exhausted(none, &human(OFFICER), START_US).unwrap_err().missing(),
        ["channels_tried"]
    );
    let channel =
        ChannelTried { channel: "radio".to_owned(), time_us: START_US, result: "silence".to_owned() };
    let all = Exhausted { channels_tried: vec![channel], expiry_us: None };
    let waived = failed.exhausted(all, &human(OFFICER), START_US).unwrap();
    let waiver = waived.waiver().unwrap();
    assert_eq!((waiver.code, waiver.officer.as_str()), (WaiverCode::NoWay, OFFICER));
    assert_eq!(waiver.expiry_us, START_US + waiver_max_us(waived.is_imminent()));
}

#[test]
fn the_author_of_the_report_may_not_waive_by_any_of_the_three_ways() {
    let four_eyes = Fault::Guard("the officer who waives may not be the author of the report");
    let steps = [
        row(State::SeniorReview, Event::DecideWaive, State::Waived),
        row(State::Disputed, Event::Arbitrate, State::Waived),
        row(State::DeliveryFailed, Event::Exhausted, State::Waived),
    ];
    for (step, duty) in steps.map(|step| (step, in_state(step.from))) {
        let now_us = ready_us(step, &duty);
        let given = passing(step, &duty, "Author ", now_us);
        let refused = duty.apply(step.event.as_str(), &given, &human("Author "), now_us).unwrap_err();
        assert_eq!(refused.faults, std::slice::from_ref(&four_eyes), "{step:?}");
    }
}

#[test]
fn a_waiver_lives_72_hours_and_24_when_imminent() {
    let imminent = in_state(State::SeniorReview);
    assert!(imminent.is_imminent());
    let lasting = |hours: i64| WaiverDecision {
        expiry_us: START_US + hours * HOUR_US,
        ..decision(WaiverCode::Combatant)
    };
    for (hours, holds) in [(0, false), (24, true), (25, false)] {
        let result = imminent.clone().decide_waive(lasting(hours), &human(OFFICER), START_US);
        assert_eq!(result.is_ok(), holds, "{hours} h");
    }
    let triaged = in_state(State::Triaged);
    let mut given =
        fields(row(State::Triaged, Event::Assess, State::AssessedMet), &triaged, OFFICER, START_US);
    given.insert("impending".to_owned(), serde_json::json!("dated_>7d"));
    let met = triaged.apply("assess", &given, &human(OFFICER), START_US).unwrap();
    let later = take(met, row(State::AssessedMet, Event::Submit, State::SeniorReview));
    for (hours, holds) in [(72, true), (73, false)] {
        let result = later.clone().decide_waive(lasting(hours), &human(OFFICER), START_US);
        assert_eq!(result.is_ok(), holds, "{hours} h");
    }
}

#[test]
fn a_waiver_ends_at_its_expiry_or_on_a_new_report() {
    let waived = in_state(State::Waived);
    let expiry_us = waived.due_us().unwrap();
    let passed = ExpireOrNewInfo { trigger: Trigger::TimePassed };
    let report = ExpireOrNewInfo { trigger: Trigger::NewReport("r2".to_owned()) };
    assert!(waived.clone().expire_or_new_info(passed.clone(), &Actor::Machine, expiry_us - 1).is_err());
    assert!(waived.clone().expire_or_new_info(passed, &Actor::Machine, expiry_us).is_ok());
    assert!(waived.expire_or_new_info(report, &Actor::Machine, expiry_us - 1).is_ok());
}

#[test]
fn a_proposed_waiver_is_declined_with_reasons_before_a_warning() {
    let submit = Submit { case_summary: "s".to_owned(), proposed_decision: Proposal::Waive };
    let review = in_state(State::AssessedMet).submit(submit, &Actor::Machine, START_US).unwrap();
    let warn = WarnDecision {
        officer: OFFICER.to_owned(),
        deliverer: Deliverer::LocalPolice,
        method: "visit".to_owned(),
        means: "letter".to_owned(),
        substance_limits: "no source".to_owned(),
        deadline_us: START_US + HOUR_US,
        waiver_declined: None,
    };
    assert!(review.clone().decide_warn(warn.clone(), &human(OFFICER), START_US).is_err());
    let declined = WaiverDeclined { code: WaiverCode::Aware, reasons: "they do not know".to_owned() };
    let warn = WarnDecision { waiver_declined: Some(declined), ..warn };
    assert!(review.decide_warn(warn, &human(OFFICER), START_US).is_ok());
}
