//! The main job from end to end: a report becomes an answered, provable warning.

use crate::desk::{House, REPORT, assessment, decision, draft, sentence, triage};
use crate::store::on_both;
use aldis::desk::release::Purpose;
use aldis::desk::{
    acknowledge, case, compose, deliver, determine, gather, inbound, publish, release, review, watch,
};
use aldis::log;
use aldis_model::answer::Answer;
use aldis_model::duty::VictimKind;
use aldis_model::gate::Ladder;
use aldis_model::task::Task;
use serde_json::json;

on_both!(a_report_becomes_an_answered_provable_warning);

fn a_report_becomes_an_answered_provable_warning(house: &House) {
    let (north, alba) = (house.desk("NORTHPORT"), house.desk("ALBA"));
    north.knows(&alba);
    alba.knows(&north);
    north.audience("ALBA", Ladder::Partner, "node", "ALBA");
    north.audience("PUBLIC", Ladder::Public, "cap", "");

    // A report arrives, is read, and becomes a case with a victim.
    let report = north.take_in(REPORT, "TLP:RED");
    north.work();
    north.write("Analyst", |tx, ctx| gather::open(tx, ctx, &report)).unwrap();
    let case = north.write("Analyst", |tx, ctx| case::open(tx, ctx, "Concert in Lowtown", &report)).unwrap();
    let duty = north
        .write("Analyst", |tx, ctx| case::add_victim(tx, ctx, &case, VictimKind::Location, "Lantern Hall"))
        .unwrap();

    // The threshold is met, and a senior officer decides to warn.
    north.step("Analyst", &duty, "triage", triage()).unwrap();
    north.step("Analyst", &duty, "assess", assessment(&report)).unwrap();
    let summary = json!({"case_summary": "Attack on a hall", "proposed_decision": "warn"});
    north.step("Analyst", &duty, "submit", summary).unwrap();
    north.step("Senior", &duty, "decide_warn", decision()).unwrap();

    // One text is cut for two audiences, approved by a second person and sent.
    let mut warning = draft(&report);
    warning.portions = vec![
        sentence("The Grey Tide plans violence at the Lantern Hall.", "AMBER+STRICT REL ALBA", &[&report]),
        sentence("Avoid large gatherings in Lowtown over the next 48 hours.", "CLEAR", &[&report]),
    ];
    let warning = north.write("Analyst", |tx, ctx| compose::draft(tx, ctx, &duty, &warning)).unwrap();
    let mut sent = vec![];
    for audience in ["ALBA", "PUBLIC"] {
        let sealer = &north.node.sealer;
        let id = north.propose(&warning, audience, Purpose::Alert).unwrap();
        assert!(north.approve("Analyst", &id).is_err());
        north.approve("Senior", &id).unwrap();
        sent.push(north.write("Senior", |tx, ctx| release::send(tx, ctx, sealer, &id, None)).unwrap());
    }
    north.work();

    // The partner has the fuller text, the public the other one.
    let got = alba.read("Liaison", inbound::list).unwrap().into_inner();
    assert!(got[0].body.contains("Lantern Hall") && got[0].body.contains("Avoid"));
    let publisher =
        publish::Publisher { title: "Northport", url: "http://northport.test", sender: "aldis/NORTHPORT" };
    let feed = north.read("system", |tx, ctx| publish::feed(tx, ctx, &publisher)).unwrap().into_inner();
    assert!(feed.contains("Avoid large gatherings"));
    assert!(!feed.contains("Lantern") && !feed.contains("Grey Tide"));

    // The partner does not accept; that opens a review within the hour.
    let answer = Answer::DoNotAccept;
    alba.write("Liaison", |tx, ctx| {
        inbound::answer(tx, ctx, alba.node.signer(), &got[0].id, answer, "blackmail")
    })
    .unwrap();
    alba.work();
    let floor = north.read("Senior", watch::floor).unwrap().into_inner();
    assert!(floor.waiting.iter().any(|task| task.kind == "dismissed"), "{floor:?}");
    let seen = north.read("Senior", |tx, ctx| determine::find(tx, ctx, &duty)).unwrap().into_inner();
    assert_eq!(seen.state.as_str(), "DISMISSED");
    let delivery = north.read("Senior", |tx, ctx| deliver::find(tx, ctx, &sent[0])).unwrap().into_inner();
    assert_eq!(delivery.answer.as_deref(), Some("do_not_accept"));
    let decision = "re-deliver with more detail";
    north
        .write("Senior", |tx, ctx| acknowledge::settle(tx, ctx, &sent[0], Task::Dismissed, decision))
        .unwrap();

    // The record says all of it, and both ledgers are whole.
    let timeline = north.read("Auditor", |tx, ctx| review::timeline(tx, ctx, &case, None)).unwrap();
    assert!(timeline.get().iter().any(|entry| entry.kind == "dismissal.received"));
    for desk in [&north, &alba] {
        desk.work();
        let verdict = log::verify(&desk.node.db, desk.node.log.folder(), &desk.node.verifier()).unwrap();
        assert_eq!(verdict.findings, [], "{verdict:?}");
        assert!(verdict.entries > 5 && verdict.rows > 10 && verdict.tiles > 0);
    }
}
