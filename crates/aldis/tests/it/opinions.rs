//! What we say of a partner's object: by two people, to whoever gave it, and without a name.

use crate::desk::{Desk, House, kind, says};
use crate::store::on_both;
use crate::taxii::{Tool, collection, desk, objects_of};
use aldis::desk::opinions::{self, NewOpinion};
use aldis::error::Result;
use aldis_model::Id;
use aldis_model::gate::Ladder;
use aldis_wire::stix::Limits;
use aldis_wire::stix::check::{Options, check};
use aldis_wire::stix::map::View;
use serde_json::Value;

on_both!(
    an_opinion_reaches_whoever_gave_the_object_and_nobody_else,
    one_that_is_withdrawn_is_revoked_where_it_was,
    what_may_not_leave_is_refused_and_changes_nothing,
    a_second_person_approves_and_each_is_decided_once,
    whoever_may_not_is_told_so,
    the_object_is_read_from_what_arrived,
);

const OBJECT: &str = "report--5f8ae28f-040e-4bec-b801-76d9651afce5";
const WHY: &str = "All of it goes back to a single upstream, one page.";

fn new<'a>(report: &'a Id, explanation: &'a str) -> NewOpinion<'a> {
    NewOpinion {
        report,
        audience: "ALBA",
        object: Some(OBJECT),
        view: View::Disagrees,
        explanation,
        label: "TLP:GREEN".parse().unwrap(),
    }
}

fn propose(desk: &Desk, by: &str, new: &NewOpinion<'_>) -> Result<Id> {
    desk.write(by, |tx, ctx| opinions::propose(tx, ctx, &desk.node.sealer, new))
}

fn approve(desk: &Desk, by: &str, opinion: &Id) -> Result<()> {
    desk.write(by, |tx, ctx| opinions::approve(tx, ctx, &desk.node.sealer, opinion))
}

/// A desk with two partners that read, and a report of the first one.
fn with_report(house: &House) -> (Desk, Id, [String; 2]) {
    let desk = desk(house);
    let own = ["ALBA", "GAMMA"].map(|partner| {
        desk.audience(partner, Ladder::Partner, "hand", "");
        objects_of(&collection(&desk, partner, "read"))
    });
    let report = desk.take_from("A page says that the hall is watched.", "TLP:GREEN", Some("ALBA"), None);
    desk.work();
    (desk, report, own)
}

/// Fills the table of this chapter, for the test of the ledger; ALBA reads a collection already.
pub fn every_kind_of_row(desk: &Desk) {
    let report = desk.take_from("A page says that the hall is watched.", "TLP:GREEN", Some("ALBA"), None);
    let opinion = propose(desk, "Analyst", &new(&report, WHY)).unwrap();
    approve(desk, "Senior", &opinion).unwrap();
    desk.write("Senior", |tx, ctx| opinions::withdraw(tx, ctx, &opinion, "not needed")).unwrap();
}

fn opinions_in(desk: &Desk, partner: &str, path: &str) -> Vec<Value> {
    let all = Tool::of(desk, partner).get(path).json()["objects"].as_array().cloned().unwrap_or_default();
    all.into_iter().filter(|one| one["type"] == "opinion").collect()
}

fn an_opinion_reaches_whoever_gave_the_object_and_nobody_else(house: &House) {
    let (desk, report, [alba, gamma]) = with_report(house);
    let before = Tool::of(&desk, "GAMMA").get(&gamma);
    let opinion = propose(&desk, "Analyst", &new(&report, WHY)).unwrap();
    desk.work();
    assert!(opinions_in(&desk, "ALBA", &alba).is_empty(), "nobody approved it");
    assert_eq!(desk.open_tasks("opinion"), 1);
    approve(&desk, "Senior", &opinion).unwrap();
    desk.work();
    assert_eq!(desk.open_tasks("opinion"), 0);
    let bytes = Tool::of(&desk, "ALBA").get(&alba).bytes;
    let found = opinions_in(&desk, "ALBA", &alba);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["opinion"], &found[0]["explanation"], &found[0]["object_refs"]),
        (&"disagree".into(), &WHY.into(), &serde_json::json!([OBJECT]))
    );
    let text = String::from_utf8(bytes).unwrap();
    for closed in [opinion.as_str(), report.as_str(), "Analyst", "Senior", "hall is watched"] {
        assert!(!text.contains(closed), "{closed} in {text}");
    }
    let all = Tool::of(&desk, "ALBA").get(&alba).json()["objects"].clone();
    let bundle = serde_json::json!({
        "type": "bundle", "id": "bundle--5f8ae28f-040e-4bec-b801-76d9651afce6", "objects": all,
    });
    let checked = check(bundle.to_string().as_bytes(), &Limits::default(), &Options::default()).unwrap();
    assert!(checked.is_valid(false), "{:?}", checked.problems);
    // The worker may die after its commit and do it again.
    let count = desk.count("SELECT count(*) FROM taxii_object");
    desk.place.tamper("UPDATE outbox SET done_at = NULL, leased_until = 0 WHERE kind = 'opinion'");
    desk.work();
    assert_eq!(desk.count("SELECT count(*) FROM taxii_object"), count);
    assert_eq!(Tool::of(&desk, "GAMMA").get(&gamma), before);
    assert_eq!(desk.findings(), []);
}

fn one_that_is_withdrawn_is_revoked_where_it_was(house: &House) {
    let (desk, report, [alba, _]) = with_report(house);
    let opinion = propose(&desk, "Analyst", &new(&report, WHY)).unwrap();
    let withdraw = |why: &str| desk.write("Senior", |tx, ctx| opinions::withdraw(tx, ctx, &opinion, why));
    desk.unchanged(|| assert_eq!(kind(withdraw("too early")), "conflict"));
    approve(&desk, "Senior", &opinion).unwrap();
    desk.work();
    let first = opinions_in(&desk, "ALBA", &alba).remove(0);
    let late = objects_of(&collection(&desk, "ALBA", "read"));
    desk.unchanged(|| assert_eq!(kind(withdraw(" ")), "refused"));
    // In the same moment: the version is later all the same.
    withdraw("a second origin turned up").unwrap();
    desk.work();
    let last = opinions_in(&desk, "ALBA", &alba).remove(0);
    assert_eq!((&last["id"], &last["revoked"]), (&first["id"], &true.into()));
    assert!(last["modified"].as_str() > first["modified"].as_str());
    assert!(!last.to_string().contains("second origin"), "the reason stays here");
    assert!(opinions_in(&desk, "ALBA", &late).is_empty(), "it was never there");
    desk.unchanged(|| assert_eq!(kind(withdraw("again")), "conflict"));
    assert_eq!(desk.findings(), []);
}

fn what_may_not_leave_is_refused_and_changes_nothing(house: &House) {
    let (desk, report, _) = with_report(house);
    desk.audience("BETA", Ladder::Partner, "hand", "");
    desk.registers("Ilse Brandvold", "RED");
    let own = desk.take_in("Our man at the table says that all four of them rehearsed it twice.", "RED");
    let (case, _) = desk.case_on(&own);
    let link = aldis::desk::case::Relation::Basis;
    desk.write("Analyst", |tx, ctx| aldis::desk::case::link(tx, ctx, &case, &report, link)).unwrap();
    let of_beta = desk.take_from("Beta says so as well.", "TLP:GREEN", Some("BETA"), None);
    let held = desk.take_from("Alba says so for Gamma.", "AMBER ORCON GAMMA", Some("ALBA"), None);
    desk.work();
    let good = new(&report, WHY);
    let label = |text: &str| NewOpinion { label: text.parse().unwrap(), ..good.clone() };
    let cases = [
        ("refused", NewOpinion { report: &own, ..good.clone() }, "did not give this report"),
        ("refused", NewOpinion { audience: "GAMMA", ..good.clone() }, "did not give this report"),
        ("refused", NewOpinion { report: &of_beta, audience: "BETA", ..good.clone() }, "reads no collection"),
        ("refused", NewOpinion { object: None, ..good.clone() }, "name the partner's object"),
        ("refused", NewOpinion { object: Some("report--1"), ..good.clone() }, "id"),
        ("refused", NewOpinion { explanation: " ", ..good.clone() }, "say why"),
        ("refused", label("RED REL ALBA"), "named people"),
        ("blocked", label("AMBER REL GAMMA"), "does not let it go"),
        ("blocked", new(&report, "This is not Ilse Brandvold."), "in the register"),
        ("blocked", new(&report, "We hear that all four of them rehearsed it twice."), ""),
        ("blocked", NewOpinion { report: &held, ..good.clone() }, "GAMMA controls"),
    ];
    desk.unchanged(|| {
        for (word, new, why) in &cases {
            assert_eq!(kind(propose(&desk, "Analyst", new)), *word, "{new:?}");
            let told = match propose(&desk, "Analyst", new).unwrap_err() {
                aldis::error::Error::Blocked(problems) => format!("{problems:?}"),
                other => other.to_string(),
            };
            assert!(told.contains(why), "{told}");
        }
        assert_eq!(kind(propose(&desk, "Junior", &NewOpinion { report: &own, ..good.clone() })), "not found");
    });
    propose(&desk, "Analyst", &good).unwrap();
}

fn a_second_person_approves_and_each_is_decided_once(house: &House) {
    let (desk, report, _) = with_report(house);
    let opinion = propose(&desk, "Senior", &new(&report, WHY)).unwrap();
    desk.unchanged(|| assert_eq!(kind(approve(&desk, "Senior", &opinion)), "second person"));
    let second = desk.office("Chief", aldis_model::role::Role::Senior);
    let reject = |why: &str| desk.write(&second, |tx, ctx| opinions::reject(tx, ctx, &opinion, why));
    desk.unchanged(|| assert_eq!(kind(reject("")), "refused"));
    reject("say it shorter").unwrap();
    desk.unchanged(|| {
        assert_eq!(kind(approve(&desk, &second, &opinion)), "conflict");
        assert_eq!(kind(reject("again")), "conflict");
    });
    // What came into the register since is seen before it leaves.
    let opinion = propose(&desk, "Analyst", &new(&report, "This is not Ilse Brandvold.")).unwrap();
    desk.registers("Ilse Brandvold", "RED");
    desk.unchanged(|| assert_eq!(kind(approve(&desk, "Senior", &opinion)), "blocked"));
    let all = desk.read("Auditor", |tx, ctx| opinions::of_report(tx, ctx, &report)).unwrap();
    assert_eq!(all.get().len(), 2);
}

fn whoever_may_not_is_told_so(house: &House) {
    let (desk, report, _) = with_report(house);
    let opinion = propose(&desk, "Analyst", &new(&report, WHY)).unwrap();
    desk.unchanged(|| {
        for by in ["Auditor", "root", "system"] {
            assert_eq!(kind(propose(&desk, by, &new(&report, WHY))), "forbidden", "{by}");
            assert_eq!(kind(approve(&desk, by, &opinion)), "forbidden", "{by}");
            let (reject, withdraw) = (
                desk.write(by, |tx, ctx| opinions::reject(tx, ctx, &opinion, "no")),
                desk.write(by, |tx, ctx| opinions::withdraw(tx, ctx, &opinion, "no")),
            );
            assert_eq!((kind(reject), kind(withdraw)), ("forbidden", "forbidden"), "{by}");
        }
        assert_eq!(kind(approve(&desk, "Analyst", &opinion)), "forbidden");
        assert_eq!(
            kind(desk.read("root", |tx, ctx| opinions::find(tx, ctx, &opinion).map(|_| ()))),
            "forbidden"
        );
        let unknown: Id = "OP-00000000".parse().unwrap();
        assert_eq!(kind(approve(&desk, "Senior", &unknown)), "not found");
    });
    // An explanation above a reader's ceiling hides the opinion, not the report.
    let above = NewOpinion { label: "AMBER REL ALBA".parse().unwrap(), ..new(&report, "We know the page.") };
    let above = propose(&desk, "Analyst", &above).unwrap();
    let seen = desk.read("Junior", |tx, ctx| opinions::of_report(tx, ctx, &report)).unwrap();
    assert_eq!(seen.get().iter().map(|one| &one.id).collect::<Vec<_>>(), [&opinion]);
    assert_eq!(kind(desk.read("Junior", |tx, ctx| opinions::find(tx, ctx, &above).map(|_| ()))), "not found");
}

fn the_object_is_read_from_what_arrived(house: &House) {
    let (desk, _, _) = with_report(house);
    let alone = format!(r#"{{"type":"report","id":"{OBJECT}","description":"The hall is watched."}}"#);
    let bundle = format!(r#"{{"type":"bundle","objects":[{{"type":"indicator"}},{alone}]}}"#);
    let two = format!(r#"{{"type":"bundle","objects":[{alone},{alone}]}}"#);
    let propose_on = |text: &str| {
        let report = desk.take_from(text, "TLP:GREEN", Some("ALBA"), None);
        let opinion = propose(&desk, "Analyst", &NewOpinion { object: None, ..new(&report, WHY) })?;
        let found = desk.read("Senior", |tx, ctx| opinions::find(tx, ctx, &opinion))?.into_inner();
        Ok::<_, aldis::error::Error>(found.object)
    };
    assert_eq!(propose_on(&alone).unwrap(), OBJECT);
    assert_eq!(propose_on(&bundle).unwrap(), OBJECT);
    assert!(says(propose_on(&two)).contains("name the partner's object"));
}
