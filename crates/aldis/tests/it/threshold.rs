//! From report to decision: elements with what bears them, second readers, clocks, disputes, warnings
//! before the decision, and cases that open again.

use crate::desk::{Desk, House, assessment, kind, says, triage};
use crate::store::on_both;
use aldis::desk::case::{self, Relation};
use aldis::desk::elements::{self, Stated};
use aldis::desk::expedite::{self, Expedited};
use aldis::desk::provenance::{self, NewTie};
use aldis::desk::suspects::{self, NewSuspect};
use aldis::desk::{deliver, gather, grade, reading, screen, sources, threat};
use aldis::error::Result;
use aldis_model::Id;
use aldis_model::duty::{Element, Ratified, Ttl, VictimKind};
use aldis_model::grade::Likelihood;
use aldis_model::provenance::Tie;
use aldis_model::role::Role;
use aldis_model::scale::{Code, Descriptor, Factor};
use serde_json::json;

on_both!(
    an_element_says_what_bears_it_and_who_found_it,
    the_machine_suggests_from_what_is_stated_and_decides_nothing,
    a_grade_of_another_scale_keeps_its_code_and_makes_nothing_credible,
    a_person_grades_the_threat_and_the_clock_follows,
    not_met_needs_somebody_who_has_read_it_and_agrees,
    a_new_report_about_the_victim_opens_the_case_again,
    a_report_above_the_case_moves_nothing_its_readers_see,
    whoever_wrote_the_report_may_not_waive,
    an_ungraded_basis_bears_no_waiver,
    while_others_dispute_the_clock_runs_and_the_protector_is_warned,
    an_answer_that_does_not_come_forces_a_decision,
    a_warning_before_the_decision_is_reviewed_within_the_hour,
    our_own_people_told_before_the_decision_open_the_question_about_the_public,
    a_named_person_stands_in_a_case_under_the_cover_name,
    a_suspicion_needs_reports_of_its_case,
);

fn graded(desk: &Desk, report: &Id, to: &str) {
    let graded = grade::Graded {
        grade: to.parse().unwrap(),
        likelihood: None,
        confidence: None,
        reasons: "seen".into(),
    };
    desk.write("Analyst", |tx, ctx| grade::grade(tx, ctx, report, &graded)).unwrap();
}

fn state<'a>(element: Element, finding: &'a str, report: Option<&'a Id>, quoted: &'a str) -> Stated<'a> {
    Stated { element, finding, report, quoted, statement: if report.is_none() { "seen by us" } else { "" } }
}

fn said(desk: &Desk, duty: &Id, stated: &Stated<'_>) -> Result<Id> {
    desk.write("Analyst", |tx, ctx| elements::state(tx, ctx, duty, stated))
}

/// Fills the tables of this chapter, for the test of the ledger.
pub fn every_kind_of_row(desk: &Desk, report: &Id) {
    let (case, duty) = desk.case_on(report);
    let echo = desk.take_in("The paper says so too.", "RED");
    let to = NewTie { upstream: Some(report), name: "", relation: Tie::Cites, why: "it says so" };
    desk.write("Analyst", |tx, ctx| provenance::tie(tx, ctx, &echo, &to)).unwrap();
    let why = Descriptor::of([(Factor::Access, "at the table".to_owned())]);
    desk.write("Analyst", |tx, ctx| sources::describe(tx, ctx, report, &why)).unwrap();
    desk.write("Analyst", |tx, ctx| grade::import(tx, ctx, report, Code::Police352, "2CP", "as given"))
        .unwrap();
    said(desk, &duty, &state(Element::Specific, "where", Some(report), "Lantern Hall")).unwrap();
    desk.step("Analyst", &duty, "triage", triage()).unwrap();
    desk.write("Second", |tx, ctx| reading::second(tx, ctx, &duty, false, "it is specific")).unwrap();
    let chain = [report.clone()];
    let who = NewSuspect {
        name: "men in a grey van",
        likelihood: Likelihood::Likely,
        chain: &chain,
        reasons: "seen twice",
    };
    desk.write("Analyst", |tx, ctx| suspects::name(tx, ctx, &case, &who)).unwrap();
}

fn an_element_says_what_bears_it_and_who_found_it(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("They will come to the Lantern Hall tomorrow.", "GREEN");
    let other = desk.take_in("Nothing to do with it.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    desk.unchanged(|| {
        let wrong = said(&desk, &duty, &state(Element::Harm, "where", Some(&report), ""));
        assert!(says(wrong).contains("intentional_killing"), "the words of an element are named");
        let absent = said(&desk, &duty, &state(Element::Specific, "where", Some(&report), "the Old Mill"));
        assert!(says(absent).contains("letter by letter"));
        let beside = said(&desk, &duty, &state(Element::Specific, "where", Some(&other), ""));
        assert!(says(beside).contains("not a basis"));
        let bare =
            Stated { element: Element::Harm, finding: "kidnapping", report: None, quoted: "", statement: "" };
        assert!(says(said(&desk, &duty, &bare)).contains("what bears it"));
    });
    said(&desk, &duty, &state(Element::Specific, "where", Some(&report), "Lantern Hall")).unwrap();
    desk.later(5);
    said(&desk, &duty, &state(Element::Harm, "intentional_killing", None, "")).unwrap();
    let found = desk.read("Junior", |tx, ctx| elements::of_duty(tx, ctx, &duty)).unwrap().into_inner();
    let lines: Vec<_> =
        found.stated.iter().map(|e| (e.finding.as_str(), e.quoted.as_str(), e.by.as_str())).collect();
    assert_eq!(lines, [("where", "Lantern Hall", "Analyst"), ("intentional_killing", "", "Analyst")]);
    assert!(found.stated[0].at < found.stated[1].at);
    assert_eq!(desk.findings(), []);
}

fn the_machine_suggests_from_what_is_stated_and_decides_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_from("They will come to the hall tomorrow.", "GREEN", None, Some("the guard"));
    let (case, duty) = desk.case_on(&report);
    let seen = || desk.read("Analyst", |tx, ctx| elements::of_duty(tx, ctx, &duty)).unwrap().into_inner();
    assert_eq!((seen().suggested_credible.as_str(), seen().suggested_ttl), ("cannot_judge", None));
    for (element, finding) in [
        (Element::Harm, "kidnapping"),
        (Element::Impending, "imminent_<=24h"),
        (Element::Victim, "location"),
        (Element::Specific, "where"),
    ] {
        said(&desk, &duty, &state(element, finding, Some(&report), "")).unwrap();
    }
    assert!(!seen().suggested_specific, "where alone is not specific");
    said(&desk, &duty, &state(Element::Specific, "when", Some(&report), "tomorrow")).unwrap();
    graded(&desk, &report, "D3");
    assert_eq!(seen().suggested_credible, "plausible");
    // A second report of the same guard changes nothing; one of somebody else does.
    let echo = desk.take_from("The guard told us as well.", "GREEN", None, Some("The Guard"));
    desk.write("Analyst", |tx, ctx| case::link(tx, ctx, &case, &echo, Relation::Basis)).unwrap();
    graded(&desk, &echo, "D3");
    assert_eq!((seen().suggested_credible.as_str(), seen().independent), ("plausible", 1));
    let other = desk.take_from("A driver heard it.", "GREEN", None, Some("the driver"));
    desk.write("Analyst", |tx, ctx| case::link(tx, ctx, &case, &other, Relation::Basis)).unwrap();
    graded(&desk, &other, "E3");
    let now = seen();
    assert_eq!((now.suggested_credible.as_str(), now.independent), ("graded_credible", 2));
    assert_eq!(now.suggested_ttl.as_deref(), Some("TTL-CRITICAL"));
    assert_eq!(now.missing, [""; 0]);
    assert_eq!(desk.state(&duty), "RECEIVED", "a suggestion moves nothing");
    let words = desk.read("Analyst", |tx, ctx| sources::statement(tx, ctx, &case)).unwrap().into_inner();
    assert!(words.contains("3 reports of 2 independent origins"), "{words}");
}

fn a_grade_of_another_scale_keeps_its_code_and_makes_nothing_credible(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("They will come to the hall tomorrow.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    let import =
        |scale, code| desk.write("Analyst", |tx, ctx| grade::import(tx, ctx, &report, scale, code, "x"));
    desk.unchanged(|| assert!(says(import(Code::Police352, "9Z")).contains("3x5x2")));
    import(Code::Police352, "1 A P").unwrap();
    let seen = || desk.read("Analyst", |tx, ctx| elements::of_duty(tx, ctx, &duty)).unwrap().into_inner();
    assert_eq!(seen().suggested_credible, "plausible", "B2, but mapped");
    import(Code::Admiralty, "g3").unwrap();
    let given = desk.read("Analyst", |tx, ctx| grade::given(tx, ctx, &report)).unwrap().into_inner();
    let lines: Vec<_> =
        given.iter().map(|g| (g.grade.as_str(), g.original.as_deref(), g.is_deceptive)).collect();
    assert_eq!(lines, [("B2", Some("3x5x2 1AP"), false), ("E3", Some("admiralty G3"), true)]);
    desk.later(1);
    graded(&desk, &report, "B2");
    assert_eq!(seen().suggested_credible, "graded_credible", "our own grade counts");
}

fn a_person_grades_the_threat_and_the_clock_follows(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("They will come to the hall.", "GREEN");
    let (case, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    let due =
        || desk.read("Senior", |tx, ctx| aldis::desk::determine::find(tx, ctx, &duty)).unwrap().get().due_at;
    let set = |by: &str, ttl, why| desk.write(by, |tx, ctx| threat::set_ttl(tx, ctx, &duty, ttl, why));
    assert_eq!(due(), Some(desk.now().plus(8 * 3_600_000_000)));
    desk.unchanged(|| {
        assert!(says(set("Analyst", Ttl::Critical, " ")).contains("reasons"));
        assert_eq!(kind(set("Duty", Ttl::Critical, "men at the door")), "forbidden");
        assert_eq!(kind(set("system", Ttl::Critical, "men at the door")), "forbidden");
    });
    set("Analyst", Ttl::Critical, "men at the door").unwrap();
    assert_eq!(due(), Some(desk.now().plus(30 * 60_000_000)));
    assert_eq!(desk.open_tasks("decide"), 1);
    desk.later(30);
    desk.work();
    let missed = desk.read("Auditor", |tx, ctx| aldis::desk::review::timeline(tx, ctx, &case, None)).unwrap();
    let missed = missed.get().iter().find(|entry| entry.kind == "limit.missed").unwrap();
    assert_eq!((missed.field("state"), missed.field("notified")), ("SENIOR_REVIEW", "duty desk"));
    assert_eq!(desk.state(&duty), "SENIOR_REVIEW", "time decides nothing");
    assert_eq!(desk.findings(), []);
}

fn not_met(reader: &str) -> serde_json::Value {
    json!({"missing_elements": ["credible"], "reasons": "a rumour", "second_reader": reader})
}

/// A case below the threshold, read by two.
fn below(desk: &Desk, report: &Id) -> (Id, Id) {
    let (case, duty) = desk.case_on(report);
    desk.step("Analyst", &duty, "triage", triage()).unwrap();
    desk.write("Second", |tx, ctx| reading::second(tx, ctx, &duty, true, "a rumour")).unwrap();
    assert_eq!(desk.step("Analyst", &duty, "assess", not_met("Second")).unwrap(), "ASSESSED_NOT_MET");
    (case, duty)
}

fn not_met_needs_somebody_who_has_read_it_and_agrees(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    desk.unchanged(|| {
        let early = desk.write("Second", |tx, ctx| reading::second(tx, ctx, &duty, true, "a rumour"));
        assert!(says(early).contains("RECEIVED"));
    });
    desk.step("Analyst", &duty, "triage", triage()).unwrap();
    desk.write("Analyst", |tx, ctx| reading::ask(tx, ctx, &duty, "only a rumour")).unwrap();
    assert_eq!(desk.open_tasks("second-read"), 1);
    desk.unchanged(|| {
        assert_eq!(kind(desk.step("Analyst", &duty, "assess", not_met("Second"))), "second person");
        assert!(says(desk.step("Analyst", &duty, "assess", not_met("Nobody"))).contains("no officer"));
        let silent = desk.write("Second", |tx, ctx| reading::second(tx, ctx, &duty, true, " "));
        assert_eq!(kind(silent), "refused");
        assert_eq!(
            kind(desk.write("Duty", |tx, ctx| reading::second(tx, ctx, &duty, true, "x"))),
            "forbidden"
        );
    });
    desk.write("Analyst", |tx, ctx| reading::second(tx, ctx, &duty, true, "I agree with myself")).unwrap();
    assert!(says(desk.step("Analyst", &duty, "assess", not_met("Analyst"))).contains("somebody else"));
    desk.later(1);
    desk.write("Second", |tx, ctx| reading::second(tx, ctx, &duty, false, "it is specific")).unwrap();
    assert!(says(desk.step("Analyst", &duty, "assess", not_met("Second"))).contains("does not agree"));
    desk.later(1);
    desk.write("Second", |tx, ctx| reading::second(tx, ctx, &duty, true, "on reflection, a rumour")).unwrap();
    assert_eq!(desk.step("Analyst", &duty, "assess", not_met("Second")).unwrap(), "ASSESSED_NOT_MET");
    assert_eq!(desk.open_tasks("second-read"), 0);
    assert_eq!(desk.findings(), []);
}

fn a_new_report_about_the_victim_opens_the_case_again(house: &House) {
    let desk = house.desk("NORTHPORT");
    let cover = desk.registers_as("Ilse Brandvold", "resident", "T2", "GREEN");
    let report = desk.take_in("Somebody spoke ill of a journalist.", "GREEN");
    let case = desk.write("Analyst", |tx, ctx| case::open(tx, ctx, "A journalist", &report)).unwrap();
    let victim = |name: &str| {
        desk.write("Analyst", |tx, ctx| case::add_victim(tx, ctx, &case, VictimKind::NamedPerson, name))
    };
    let duty = victim(cover.as_str()).unwrap();
    desk.step("Analyst", &duty, "triage", triage()).unwrap();
    desk.write("Second", |tx, ctx| reading::second(tx, ctx, &duty, true, "a rumour")).unwrap();
    desk.step("Analyst", &duty, "assess", not_met("Second")).unwrap();
    // A match that a person rejects opens nothing; one that a person confirms does.
    for (confirm, expected) in [(false, "ASSESSED_NOT_MET"), (true, "REOPENED")] {
        let new = desk.take_in("A man asked where Ilse Brandvold lives.", "GREEN");
        desk.work();
        let hits = desk.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &new)).unwrap().into_inner();
        assert_eq!(desk.state(&duty), if confirm { "ASSESSED_NOT_MET" } else { expected });
        desk.write("Analyst", |tx, ctx| screen::decide(tx, ctx, &hits[0].id, confirm, "the journalist"))
            .unwrap();
        assert_eq!(desk.state(&duty), expected);
    }
    assert_eq!(desk.open_tasks("assess"), 1);
    // A new basis opens a case as well.
    let (rumour, below_duty) = below(&desk, &report);
    let more = desk.take_in("The hall was named again.", "GREEN");
    desk.write("Analyst", |tx, ctx| case::link(tx, ctx, &rumour, &more, Relation::Context)).unwrap();
    assert_eq!(desk.state(&below_duty), "ASSESSED_NOT_MET", "context opens nothing");
    let more = desk.take_in("A man was seen at the hall.", "GREEN");
    desk.write("Analyst", |tx, ctx| case::link(tx, ctx, &rumour, &more, Relation::Basis)).unwrap();
    assert_eq!(desk.state(&below_duty), "REOPENED");
    assert_eq!(desk.findings(), []);
}

fn a_report_above_the_case_moves_nothing_its_readers_see(house: &House) {
    let desk = house.desk("NORTHPORT");
    let cover = desk.registers_as("Ilse Brandvold", "resident", "T2", "GREEN");
    let report = desk.take_in("Somebody spoke ill of a journalist.", "GREEN");
    let case = desk.write("Analyst", |tx, ctx| case::open(tx, ctx, "A journalist", &report)).unwrap();
    let duty = desk
        .write("Analyst", |tx, ctx| case::add_victim(tx, ctx, &case, VictimKind::NamedPerson, cover.as_str()))
        .unwrap();
    desk.step("Analyst", &duty, "triage", triage()).unwrap();
    desk.write("Second", |tx, ctx| reading::second(tx, ctx, &duty, true, "a rumour")).unwrap();
    desk.step("Analyst", &duty, "assess", not_met("Second")).unwrap();
    let floor = || {
        let floor = desk.read("Junior", aldis::desk::watch::floor).unwrap().into_inner();
        floor.waiting.iter().map(|task| format!("{} {}", task.kind, task.thing)).collect::<Vec<_>>()
    };
    let before = floor();
    let secret = desk.take_in("Our man says Ilse Brandvold is next.", "RED");
    desk.work();
    let hits = desk.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &secret)).unwrap().into_inner();
    desk.write("Analyst", |tx, ctx| screen::decide(tx, ctx, &hits[0].id, true, "the journalist")).unwrap();
    assert_eq!(desk.state(&duty), "ASSESSED_NOT_MET");
    assert_eq!(floor(), before, "a reader below sees nothing move");
    assert_eq!(desk.open_tasks("reopen"), 1, "whoever may see both is asked");
}

fn whoever_wrote_the_report_may_not_waive(house: &House) {
    let desk = house.desk("NORTHPORT");
    let incoming = gather::Incoming {
        bytes: b"The hall was named.",
        media_type: Some("text/plain"),
        channel: "manual",
        source: "own collection",
        originator: None,
        origin: None,
        label: "GREEN".parse().unwrap(),
    };
    let documents = gather::read(&incoming).unwrap();
    let report = desk.write("Senior", |tx, ctx| gather::accept(tx, ctx, &incoming, &documents[0])).unwrap();
    let (_, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    let deputy = desk.office("Deputy", Role::Senior);
    let waiver = json!({"waiver_code": "W-A", "basis": "they know", "alternatives_tried": [],
        "expiry": "2031-05-05T08:00:00Z", "particulars": {"awareness": {"who": "the hall", "how_known": "told us",
        "date": "2031-05-04T07:00:00Z", "details": "all"}}});
    desk.unchanged(|| {
        let own = desk.step("Senior", &duty, "decide_waive", waiver.clone());
        assert_eq!(kind(own), "second person", "who wrote the report may not waive");
    });
    assert_eq!(desk.step(&deputy, &duty, "decide_waive", waiver).unwrap(), "WAIVED");
    // At its end it goes back to the senior officer's desk.
    desk.later(24 * 60);
    desk.work();
    assert_eq!(desk.open_tasks("waiver-expired"), 1);
}

fn an_ungraded_basis_bears_no_waiver(house: &House) {
    let desk = house.desk("NORTHPORT");
    let cover = desk.registers_as("Rado Ostrin", "resident", "T2", "GREEN");
    let report = desk.take_in("They will seize Rado Ostrin, who moves narcotics.", "GREEN");
    let case = desk.write("Analyst", |tx, ctx| case::open(tx, ctx, "A driver", &report)).unwrap();
    let duty = desk
        .write("Analyst", |tx, ctx| case::add_victim(tx, ctx, &case, VictimKind::NamedPerson, cover.as_str()))
        .unwrap();
    desk.step("Analyst", &duty, "triage", triage()).unwrap();
    let mut met = assessment(&report);
    met["victim_kind"] = json!("named_person");
    desk.step("Analyst", &duty, "assess", met).unwrap();
    let fields = json!({"case_summary": "a driver", "proposed_decision": "waive"});
    desk.step("Analyst", &duty, "submit", fields).unwrap();
    let waive = |particulars: serde_json::Value| {
        let fields = json!({"waiver_code": "W-C", "basis": "narcotics", "alternatives_tried": [],
            "expiry": "2031-05-05T08:00:00Z", "particulars": particulars});
        desk.step("Senior", &duty, "decide_waive", fields)
    };
    let named = json!({"conduct": "drug_trafficker", "basis_report": report.as_str()});
    desk.unchanged(|| {
        let claimed = waive(json!({"conduct": "drug_trafficker", "basis_grade": "A1"}));
        assert!(says(claimed).contains("basis_report"), "a grade without a report is a claim");
        assert!(says(waive(named.clone())).contains("nobody has graded"));
        let political = waive(json!({"conduct": "extremist", "basis_report": report.as_str()}));
        assert_eq!(kind(political), "refused");
    });
    desk.write("Analyst", |tx, ctx| grade::import(tx, ctx, &report, Code::Police352, "1A", "as given"))
        .unwrap();
    desk.unchanged(|| assert!(says(waive(named.clone())).contains("mapped")));
    desk.later(1);
    graded(&desk, &report, "D4");
    desk.unchanged(|| assert!(says(waive(named.clone())).contains("C3")));
    desk.later(1);
    graded(&desk, &report, "B2");
    let mut other = named.clone();
    other["basis_grade"] = json!("A1");
    desk.unchanged(|| assert!(says(waive(other)).contains("is graded B2")));
    assert_eq!(waive(named).unwrap(), "WAIVED");
    assert_eq!(desk.findings(), []);
}

fn while_others_dispute_the_clock_runs_and_the_protector_is_warned(house: &House) {
    let (desk, _alba) = house.pair();
    let report = desk.take_in("They will come to the Lantern Hall tomorrow.", "TLP:RED");
    let (case, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    desk.write("Analyst", |tx, ctx| threat::set_ttl(tx, ctx, &duty, Ttl::Critical, "tomorrow")).unwrap();
    let mut text = crate::desk::draft(&report);
    text.portions = vec![crate::desk::sentence("Please patrol the square tomorrow.", "CLEAR", &[])];
    let warning = desk.draft(&duty, &text).unwrap();
    let early = desk.propose(&warning, "OFFICER", aldis::desk::release::Purpose::Alert).unwrap();
    desk.unchanged(|| assert!(says(desk.approve("Senior", &early)).contains("nobody has decided")));
    let objection = json!({"objector": "ALBA", "ground": "a source", "proposed_alternative": "say less"});
    assert_eq!(desk.step("Liaison", &duty, "object", objection).unwrap(), "DISPUTED");
    assert_eq!(desk.open_tasks("interim"), 1, "the protector is warned meanwhile");
    let public = desk.propose(&warning, "PUBLIC", aldis::desk::release::Purpose::Alert).unwrap();
    desk.unchanged(|| assert!(says(desk.approve("Senior", &public)).contains("nobody has decided")));
    desk.approve("Senior", &early).unwrap();
    desk.send(&early).unwrap();
    assert_eq!((desk.open_tasks("interim"), desk.state(&duty).as_str()), (0, "DISPUTED"));
    desk.later(119);
    desk.work();
    assert!(!desk.kinds().contains(&"limit.missed".to_owned()));
    desk.later(1);
    desk.work();
    assert!(desk.kinds().contains(&"limit.missed".to_owned()), "two hours at most");
    let ruling = json!({"ruling": "warn", "reasons": "lives"});
    assert_eq!(desk.step("Senior", &duty, "arbitrate", ruling).unwrap(), "WARN_APPROVED");
    let timeline = desk
        .read("Auditor", |tx, ctx| aldis::desk::review::timeline(tx, ctx, &case, None))
        .unwrap()
        .into_inner();
    let answered = aldis::desk::questions::answer(&timeline);
    let disputed = answered.iter().find(|each| each.id == "AQ-07").unwrap();
    assert!(disputed.answer.iter().any(|line| line.contains("lives")), "{disputed:?}");
    assert_eq!(desk.findings(), []);
}

fn an_answer_that_does_not_come_forces_a_decision(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("They will come to the hall.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    desk.step("Analyst", &duty, "triage", triage()).unwrap();
    let query = json!({"question": "which hall?", "asked_of": "ALBA", "deadline": "2031-05-04T10:00:00Z"});
    desk.step("Analyst", &duty, "query", query).unwrap();
    assert_eq!((desk.open_tasks("needs-info"), desk.open_tasks("assess")), (1, 0));
    desk.later(120);
    desk.work();
    assert_eq!(desk.open_tasks("assess"), 1, "a decision is forced");
    assert_eq!(desk.state(&duty), "NEEDS_INFO", "a person decides");
    let doubt = json!({"no_answer": "nobody answered", "reasons": "doubt", "doubts": ["credible"]});
    assert_eq!(desk.step("Analyst", &duty, "assess", doubt).unwrap(), "ASSESSED_MET", "in favour of warning");
    assert_eq!((desk.open_tasks("needs-info"), desk.open_tasks("assess")), (0, 1));
}

fn a_warning_before_the_decision_is_reviewed_within_the_hour(house: &House) {
    let (desk, _alba) = house.pair();
    desk.registers_as("Ilse Brandvold", "resident", "T2", "GREEN");
    let report = desk.take_in("They will come to the Lantern Hall tonight.", "TLP:RED");
    let (case, duty) = desk.case_on(&report);
    let sent = Expedited {
        reason: "men at the door".into(),
        tried: vec![("Senior".into(), desk.now())],
        subject: "Danger tonight".into(),
        text: "Leave the hall now by the back door.".into(),
        audience: "OFFICER".into(),
        approver: "Duty".into(),
    };
    let go = |by: &str, sent: &Expedited| {
        desk.write(by, |tx, ctx| expedite::expedite(tx, ctx, &desk.node.sealer, &duty, sent))
    };
    desk.unchanged(|| assert!(says(go("Analyst", &sent)).contains("RECEIVED"), "not before it is assessed"));
    desk.step("Analyst", &duty, "triage", triage()).unwrap();
    let mut met = assessment(&report);
    met["impending"] = json!("imminent_<=24h");
    desk.step("Analyst", &duty, "assess", met).unwrap();
    desk.unchanged(|| assert!(says(go("Analyst", &sent)).contains("10 minutes")));
    desk.later(10);
    desk.unchanged(|| {
        let nobody = Expedited { approver: "Nobody".into(), ..sent.clone() };
        assert!(says(go("Analyst", &nobody)).contains("approved on the scene"));
        let named = Expedited { text: "Tell Ilse Brandvold to leave.".into(), ..sent.clone() };
        assert_eq!(kind(go("Analyst", &named)), "blocked", "a sealed name never leaves");
        assert_eq!(kind(go("Auditor", &sent)), "forbidden");
    });
    let (_, delivery) = go("Analyst", &sent).unwrap();
    assert_eq!(desk.state(&duty), "DISPATCHED");
    let statement = deliver::Statement { words: "told at the door", ..deliver::Statement::default() };
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &delivery, &statement)).unwrap();
    assert_eq!(desk.state(&duty), "DELIVERED");
    assert_eq!(desk.open_tasks("ratify"), 1);
    desk.later(61);
    desk.work();
    assert!(desk.kinds().contains(&"limit.missed".to_owned()), "the review is late");
    let review =
        |by: &str, result, why: &str| desk.write(by, |tx, ctx| expedite::ratify(tx, ctx, &duty, result, why));
    desk.unchanged(|| {
        assert_eq!(kind(review("Analyst", Ratified::Ratified, "right")), "forbidden");
        assert!(says(review("Senior", Ratified::Ratified, " ")).contains("reasons"));
    });
    review("Senior", Ratified::WithCorrection, "the front door was meant").unwrap();
    assert_eq!((desk.open_tasks("ratify"), desk.open_tasks("write")), (0, 1), "a correction is asked for");
    desk.unchanged(|| assert_eq!(kind(review("Senior", Ratified::Ratified, "again")), "refused"));
    let timeline = desk
        .read("Auditor", |tx, ctx| aldis::desk::review::timeline(tx, ctx, &case, None))
        .unwrap()
        .into_inner();
    let late = timeline.iter().find(|entry| entry.kind == "expedite.ratified").unwrap();
    assert_eq!((late.field("result"), late.field("late_min")), ("ratified-with-correction", "1"));
    assert_eq!(desk.findings(), []);
}

fn our_own_people_told_before_the_decision_open_the_question_about_the_public(house: &House) {
    let (desk, _alba) = house.pair();
    let report = desk.take_in("They will come to the Lantern Hall tonight.", "TLP:RED");
    let (_, duty) = desk.case_on(&report);
    desk.step("Analyst", &duty, "triage", triage()).unwrap();
    let mut met = assessment(&report);
    met["impending"] = json!("imminent_<=24h");
    desk.step("Analyst", &duty, "assess", met).unwrap();
    let tried = vec![("Senior".into(), desk.now())];
    desk.later(10);
    let sent = Expedited {
        reason: "men at the door".into(),
        tried,
        subject: "Danger tonight".into(),
        text: "Leave the hall now by the back door.".into(),
        audience: "STAFF".into(),
        approver: "Duty".into(),
    };
    let go = |tx: &mut aldis::db::Tx<'_>, ctx: &aldis::ctx::Ctx| {
        expedite::expedite(tx, ctx, &desk.node.sealer, &duty, &sent)
    };
    desk.write("Analyst", go).unwrap();
    let waiting = desk.floor("Senior", "public-equivalence");
    assert_eq!(waiting.len(), 1, "a hall is anybody's: the public may be owed the same");
    assert!(desk.kinds().contains(&"nds.opened".to_owned()));
    assert_eq!(desk.findings(), []);
}

fn a_named_person_stands_in_a_case_under_the_cover_name(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (case, _) = desk.case_on(&report);
    let victim = |by: &str, name: &str| {
        desk.write(by, |tx, ctx| case::add_victim(tx, ctx, &case, VictimKind::NamedPerson, name))
    };
    desk.unchanged(|| assert!(says(victim("Analyst", "Ilse Brandvold")).contains("cover name")));
    let cover = desk.registers_as("Ilse Brandvold", "resident", "T2", "GREEN");
    victim("Analyst", cover.as_str()).unwrap();
}

fn a_suspicion_needs_reports_of_its_case(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("A grey van stood there.", "GREEN");
    let secret = desk.take_in("The van is theirs.", "RED");
    let (case, _) = desk.case_on(&report);
    let name = |by: &str, chain: &[Id]| {
        let new = NewSuspect { name: "the driver", likelihood: Likelihood::Likely, chain, reasons: "seen" };
        desk.write(by, |tx, ctx| suspects::name(tx, ctx, &case, &new))
    };
    desk.unchanged(|| {
        assert!(says(name("Analyst", &[])).contains("without a source"));
        assert!(says(name("Analyst", std::slice::from_ref(&secret))).contains("not in this case"));
        assert_eq!(kind(name("Duty", std::slice::from_ref(&report))), "forbidden");
    });
    name("Analyst", std::slice::from_ref(&report)).unwrap();
    desk.write("Analyst", |tx, ctx| case::link(tx, ctx, &case, &secret, Relation::Context)).unwrap();
    name("Analyst", &[report, secret]).unwrap();
    let seen =
        |by: &str| desk.read(by, |tx, ctx| suspects::of_case(tx, ctx, &case)).unwrap().into_inner().len();
    assert_eq!((seen("Senior"), seen("Junior")), (2, 1), "each as closed as its reports");
    assert_eq!(desk.findings(), []);
}
