//! The duty to warn as an officer moves it: what is missing is named, and a person decides.

use crate::desk::{House, assessment, decision, draft, kind, says, triage};
use crate::store::on_both;
use aldis::desk::release::Purpose;
use aldis::desk::{case, determine};
use aldis_model::Id;
use serde_json::json;

on_both!(
    every_missing_field_is_named,
    a_step_that_is_not_in_the_table_is_refused,
    the_machine_decides_nothing,
    a_waiver_needs_a_known_ground_and_somebody_else_than_the_author,
    a_waiver_stops_what_was_not_yet_approved,
    of_two_decisions_the_second_is_refused,
    whoever_acts_stands_in_the_record,
    a_dispute_is_ruled_by_an_arbiter,
);

fn every_missing_field_is_named(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    desk.step("Analyst", &duty, "triage", triage()).unwrap();
    desk.unchanged(|| {
        let words = says(desk.step("Analyst", &duty, "assess", json!({"reasons": "none"})));
        for field in ["harm", "impending", "victim_kind", "source_grade", "info_grade", "confidence"] {
            assert!(words.contains(field), "{field} in {words}");
        }
        let mut blank = assessment(&report);
        blank["reasons"] = json!("  ");
        assert!(says(desk.step("Analyst", &duty, "assess", blank)).contains("reasons"));
        let mut below = assessment(&report);
        below["impending"] = json!("not_impending");
        assert!(says(desk.step("Analyst", &duty, "assess", below)).contains("not impending"));
        let mut odd = assessment(&report);
        odd["colour"] = json!("red");
        assert_eq!(kind(desk.step("Analyst", &duty, "assess", odd)), "refused");
    });
    assert_eq!(desk.step("Analyst", &duty, "assess", assessment(&report)).unwrap(), "ASSESSED_MET");
}

fn a_step_that_is_not_in_the_table_is_refused(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    desk.unchanged(|| {
        assert!(says(desk.step("Senior", &duty, "decide_warn", decision())).contains("RECEIVED"));
        // Steps that follow from deliveries and answers are not taken by hand.
        for event in ["release", "send", "receipt", "ack", "timeout", "expedite", "nonsense"] {
            let words = says(desk.step("Senior", &duty, event, json!({})));
            assert!(words.contains("not a step one takes by hand"), "{words}");
        }
        let unknown: Id = "D-00000000".parse().unwrap();
        assert_eq!(kind(desk.step("Analyst", &unknown, "triage", triage())), "not found");
    });
}

fn the_machine_decides_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    desk.unchanged(|| {
        for (event, _) in determine::BY_HAND {
            assert_eq!(kind(desk.step("system", &duty, event, json!({}))), "forbidden", "{event}");
        }
    });
}

fn waiver(code: &str, expiry: &str) -> serde_json::Value {
    json!({"waiver_code": code, "basis": "they know", "alternatives_tried": [], "expiry": expiry, "particulars":
        {"awareness": {"who": "the hall", "how_known": "told us", "date": "2031-05-04T07:00:00Z",
                       "details": "place and day"}}})
}

fn a_waiver_needs_a_known_ground_and_somebody_else_than_the_author(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    desk.step("Senior", &duty, "triage", triage()).unwrap();
    desk.step("Senior", &duty, "assess", assessment(&report)).unwrap();
    let fields = json!({"case_summary": "Attack on a hall", "proposed_decision": "waive"});
    desk.step("Senior", &duty, "submit", fields).unwrap();
    let deputy = desk.office("Deputy", aldis_model::role::Role::Senior);
    desk.unchanged(|| {
        let good = waiver("W-A", "2031-05-05T08:00:00Z");
        let by_author = desk.step("Senior", &duty, "decide_waive", good.clone());
        assert_eq!(kind(by_author), "second person", "who assessed it may not waive it");
        let unknown = desk.step(&deputy, &duty, "decide_waive", waiver("W-Z", "2031-05-05T08:00:00Z"));
        assert!(says(unknown).contains("waiver_code"));
        let long = desk.step(&deputy, &duty, "decide_waive", waiver("W-A", "2031-06-05T08:00:00Z"));
        assert!(says(long).contains("expiry"));
        let mut for_another = good.clone();
        for_another["officer"] = json!("U-SOMEBODY");
        let for_another = desk.step(&deputy, &duty, "decide_waive", for_another);
        assert!(says(for_another).contains("the one who acts"));
        assert_eq!(kind(desk.step("Analyst", &duty, "decide_waive", good)), "forbidden");
    });
    let waived = desk.step(&deputy, &duty, "decide_waive", waiver("W-A", "2031-05-05T08:00:00Z"));
    assert_eq!(waived.unwrap(), "WAIVED");
    assert_eq!(desk.findings(), []);
}

fn a_waiver_stops_what_was_not_yet_approved(house: &House) {
    let (desk, alba) = house.pair();
    let sent = desk.sent_to("ALBA");
    desk.work();
    let got = alba.read("Liaison", aldis::desk::inbound::list).unwrap().into_inner();
    alba.write("Liaison", |tx, ctx| {
        let no = aldis_model::answer::Answer::DoNotAccept;
        aldis::desk::inbound::answer(tx, ctx, alba.node.signer(), &got[0].id, no, "blackmail")
    })
    .unwrap();
    alba.work();
    // The dismissal goes back to the senior officer, who now waives.
    desk.step("Senior", &sent.duty, "review_dismissal", json!({})).unwrap();
    let pending = desk.propose(&sent.warning, "PUBLIC", Purpose::Alert).unwrap();
    let taken_back = desk.propose(&sent.warning, "ALBA", Purpose::Cancel).unwrap();
    desk.step("Senior", &sent.duty, "decide_waive", waiver("W-A", "2031-05-05T08:00:00Z")).unwrap();
    desk.unchanged(|| assert!(says(desk.approve("Senior", &pending)).contains("waive")));
    desk.approve("Senior", &taken_back).unwrap();
}

fn of_two_decisions_the_second_is_refused(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    let deputy = desk.office("Deputy", aldis_model::role::Role::Senior);
    let results: Vec<bool> = std::thread::scope(|scope| {
        let decide = |by: &'static str| {
            let (desk, duty) = (&desk, &duty);
            scope.spawn(move || desk.step(by, duty, "decide_warn", decision()).is_ok())
        };
        assert_eq!(deputy, "Deputy");
        [decide("Senior"), decide("Deputy")].map(|thread| thread.join().unwrap()).into()
    });
    assert_eq!(results.iter().filter(|done| **done).count(), 1);
    assert_eq!(desk.kinds().iter().filter(|kind| *kind == "decision.warn").count(), 1);
    assert_eq!(desk.findings(), []);
}

fn whoever_acts_stands_in_the_record(house: &House) {
    let desk = house.desk("NORTHPORT");
    let decided = desk.decided();
    let seen = desk.read("Senior", |tx, ctx| determine::find(tx, ctx, &decided.duty)).unwrap().into_inner();
    let analyst = desk.by("Analyst").actor.id;
    assert_eq!(seen.author, analyst);
    let path: Vec<_> = seen.path.iter().map(|(state, _)| state.as_str()).collect();
    assert_eq!(path, ["RECEIVED", "TRIAGED", "ASSESSED_MET", "SENIOR_REVIEW", "WARN_APPROVED"]);
    assert_eq!(desk.open_tasks("write"), 1);
    assert_eq!(desk.open_tasks("decide"), 0);
    let duties = desk.read("Senior", |tx, ctx| determine::of_case(tx, ctx, &decided.case)).unwrap();
    assert_eq!(duties.get().len(), 1);
    let text = draft(&decided.report);
    assert!(desk.draft(&decided.duty, &text).is_ok());
    assert!(desk.read("Senior", |tx, ctx| case::find(tx, ctx, &decided.case)).is_ok());
}

fn a_dispute_is_ruled_by_an_arbiter(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    let objection = json!({"objector": "ALBA", "ground": "a source", "proposed_alternative": "say less"});
    assert_eq!(desk.step("Liaison", &duty, "object", objection).unwrap(), "DISPUTED");
    let ruling = json!({"ruling": "warn", "reasons": "lives"});
    assert_eq!(kind(desk.step("Liaison", &duty, "arbitrate", ruling.clone())), "forbidden");
    assert_eq!(desk.step("Senior", &duty, "arbitrate", ruling).unwrap(), "WARN_APPROVED");
}
