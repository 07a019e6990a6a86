//! What blocks a version: names from above the line, traces, a smaller audience told less, and a sentence
//! that was not written anew as its author says.

use crate::desk::{Desk, House, draft, says, sentence};
use crate::store::{Store, on_both};
use aldis::desk::release::Purpose;
use aldis::desk::{compose, consent, suspects};
use aldis::error::{Error, Result};
use aldis_model::Id;
use aldis_model::gate::Ladder;
use aldis_model::grade::Likelihood;
use aldis_model::tearline::Transformation;
use aldis_wire::{Limits, cap};
use serde_json::json;
use std::path::Path;

on_both!(
    a_suspect_is_named_to_nobody_who_may_not_know,
    whom_to_ask_may_stand_in_the_text_and_no_other_number,
    a_partner_is_not_told_less_than_its_clients,
    a_sentence_is_written_anew_as_its_author_says,
    a_refusal_names_the_role_in_good_english,
    sparing_a_foreign_source_needs_its_no_to_this_text_for_this_audience,
);

fn blocked(result: Result<Id>) -> Vec<String> {
    match result {
        Err(Error::Blocked(problems)) => {
            problems.into_iter().map(|problem| problem.rule.to_owned()).collect()
        }
        other => panic!("blocked, not {other:?}"),
    }
}

fn warning(desk: &Desk, portions: &[(&str, &str)], contact: &str) -> Id {
    let decided = desk.decided();
    let mut written = draft(&decided.report);
    written.cap.contact = contact.into();
    written.portions = portions.iter().map(|(text, label)| sentence(text, label, &[])).collect();
    desk.draft(&decided.duty, &written).unwrap()
}

fn a_suspect_is_named_to_nobody_who_may_not_know(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    let chain = [decided.report.clone()];
    let new = suspects::NewSuspect {
        name: "Ravel",
        likelihood: Likelihood::Likely,
        chain: &chain,
        reasons: "seen",
    };
    desk.write("Analyst", |tx, ctx| suspects::name(tx, ctx, &decided.case, &new)).unwrap();
    let with = |public: &str| {
        let mut written = draft(&decided.report);
        written.portions = vec![
            sentence("Ravel is believed to plan violence.", "AMBER+STRICT REL ALBA", &[]),
            sentence(public, "CLEAR", &[]),
        ];
        desk.draft(&decided.duty, &written).unwrap()
    };
    let named = with("Somebody called Ravel may attack concerts.");
    desk.unchanged(|| assert_eq!(blocked(desk.propose(&named, "PUBLIC", Purpose::Alert)), ["TF-04"]));
    desk.propose(&named, "ALBA", Purpose::Alert).unwrap();
    desk.propose(&with("Somebody may attack concerts."), "PUBLIC", Purpose::Alert).unwrap();
}

fn whom_to_ask_may_stand_in_the_text_and_no_other_number(house: &House) {
    let (desk, _alba) = house.pair();
    let text = [("Avoid the square. Call +358 9 1234 5678 if you are afraid.", "CLEAR")];
    let with = |contact: &str| desk.propose(&warning(&desk, &text, contact), "PUBLIC", Purpose::Alert);
    assert_eq!(blocked(with("")), ["TF-09"]);
    assert_eq!(blocked(with("+358 9 8765 4321")), ["TF-09"]);
    with("the desk, +358 9 1234 5678").unwrap();
}

fn a_partner_is_not_told_less_than_its_clients(house: &House) {
    let (desk, _alba) = house.pair();
    let new = aldis::desk::partners::NewAudience {
        name: "ALBA-HALLS",
        title: "Halls of Alba",
        ladder: Ladder::Clients,
        org: "ALBA",
        ceiling: Ladder::Clients.ceiling(),
        channel: "hand",
        address: "",
        language: "en",
    };
    desk.write("Liaison", |tx, ctx| aldis::desk::partners::add_audience(tx, ctx, &new)).unwrap();
    let portions = [("Close the hall early.", "AMBER REL ALBA-HALLS"), ("Avoid large gatherings.", "CLEAR")];
    let uneven = warning(&desk, &portions, "");
    let halls = desk.propose(&uneven, "ALBA-HALLS", Purpose::Alert).unwrap();
    desk.unchanged(|| assert_eq!(blocked(desk.propose(&uneven, "ALBA", Purpose::Alert)), ["TF-01"]));
    // A version that was rejected is told to nobody.
    desk.write("Senior", |tx, ctx| aldis::desk::release::reject(tx, ctx, &halls, "say it to Alba as well"))
        .unwrap();
    desk.propose(&uneven, "ALBA", Purpose::Alert).unwrap();
    let even = warning(&desk, &[("Close the hall early.", "AMBER REL ALBA-HALLS,ALBA")], "");
    desk.propose(&even, "ALBA-HALLS", Purpose::Alert).unwrap();
    desk.propose(&even, "ALBA", Purpose::Alert).unwrap();
}

fn a_sentence_is_written_anew_as_its_author_says(house: &House) {
    let desk = house.desk("NORTHPORT");
    let decided = desk.decided();
    let place = |to: &str| Transformation::Place {
        path: vec!["Lantern Hall".into(), "Lowtown".into(), "Northport".into()],
        to: to.into(),
    };
    let with = |how: Vec<Transformation>| {
        let mut written = draft(&decided.report);
        written.portions = vec![sentence("Avoid large gatherings in Lowtown.", "CLEAR", &[&decided.report])];
        written.portions[0].transformed = how;
        desk.draft(&decided.duty, &written)
    };
    desk.unchanged(|| {
        assert!(says(with(vec![place("Northport")])).contains("TF-02 does not hold"));
        let number = Transformation::Number { original: 12, least: 13, most: 20 };
        assert!(says(with(vec![place("Lowtown"), number])).contains("sentence 1: TF-06"));
    });
    with(vec![place("Lowtown"), Transformation::Paraphrase, Transformation::Source]).unwrap();
    let recorded = desk.column("SELECT fields FROM entry WHERE kind = 'release.drafted'");
    assert!(recorded[0].contains("TF-02 Lantern Hall to Lowtown; TF-08; TF-05"), "{recorded:?}");
    assert_eq!(desk.findings(), []);
}

fn a_refusal_names_the_role_in_good_english(house: &House) {
    let desk = house.desk("NORTHPORT");
    let refused = |by: &str| {
        says(desk.write(by, |tx, ctx| compose::draft(tx, ctx, &"D-00000000".parse().unwrap(), &empty())))
    };
    assert!(
        refused("root").starts_with("an administrator may not draft: ask a duty officer"),
        "{}",
        refused("root")
    );
    assert!(refused("Auditor").starts_with("an auditor may not draft"));
}

fn empty() -> compose::Draft {
    compose::Draft {
        subject: String::new(),
        ends_at: None,
        targeted: false,
        cap: compose::CapDraft::default(),
        portions: Vec::new(),
    }
}

fn sparing_a_foreign_source_needs_its_no_to_this_text_for_this_audience(house: &House) {
    let (desk, _alba) = house.pair();
    let report = desk.take_from("They mean the hall.", "AMBER+STRICT REL NORTHPORT", Some("ALBA"), None);
    let (case, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    let text = "Avoid large gatherings in Lowtown.";
    let answered = |originator: &str, audience: &str, text: &str, yes: bool| {
        let ask = |tx: &mut aldis::db::Tx<'_>, ctx: &aldis::ctx::Ctx| {
            consent::ask(tx, ctx, &case, originator, audience, text)
        };
        let id = desk.write("Analyst", ask).unwrap();
        desk.write("Liaison", |tx, ctx| consent::answered(tx, ctx, &id, yes, "by telephone")).unwrap();
        desk.later(1);
    };
    let tried = ["wording", "intermediary", "anonymous"];
    let tried: Vec<_> = tried.iter().map(|tried| json!({"tried": tried, "result": "the same no"})).collect();
    let waive = |audience: &str, text: &str| {
        let asked =
            json!({"date": "2031-05-04T07:00:00Z", "answer": "no", "audience": audience, "text": text});
        let fields = json!({
            "waiver_code": "W-E", "basis": "their source", "alternatives_tried": tried,
            "expiry": "2031-05-05T08:00:00Z", "particulars": {"originator": asked},
        });
        desk.step("Senior", &duty, "decide_waive", fields)
    };
    desk.unchanged(|| assert!(says(waive("HALL", text)).contains("W-E needs the originator's answer")));
    answered("ALBA", "HALL", "Stay away from the Lantern Hall.", false);
    answered("ALBA", "PUBLIC", text, false);
    answered("CARDA", "HALL", text, false);
    desk.unchanged(|| {
        let says = says(waive("HALL", text));
        assert!(
            says.contains("to this text for this audience"),
            "another text, audience, originator: {says}"
        );
    });
    answered("ALBA", "HALL", text, true);
    desk.unchanged(|| assert!(says(waive("HALL", text)).contains("agreed to this text for HALL: send it")));
    answered("ALBA", "HALL", text, false);
    assert_eq!(waive("hall", text).unwrap(), "WAIVED");
    assert_eq!(desk.findings(), []);
}

/// The three policy cases that no reader of CAP can judge, because they are about what the desk knows.
#[test]
fn the_policy_cases_of_the_cap_conformance_set_are_blocked() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/cap/conformance/invalid");
    if !folder.exists() {
        println!("skipped: the CAP conformance set is not beside the checkout");
        return;
    }
    let text = |name: &str| {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let alert = cap::read(&bytes, &Limits::default()).unwrap().alert;
        let info = &alert.infos[0];
        let part = |text: &Option<String>| text.clone().unwrap_or_default();
        format!("{} {} {}", part(&info.headline), part(&info.description), part(&info.instruction))
    };
    let house = House::on(Store::Sqlite);
    let (desk, _alba) = house.pair();
    let private = ("The Khorvan Province group plans an attack.", "AMBER+STRICT REL ALBA");
    let to_public =
        |portions: &[(&str, &str)]| desk.propose(&warning(&desk, portions, ""), "PUBLIC", Purpose::Alert);

    // PP-03: no sources or methods.
    assert_eq!(blocked(to_public(&[(&text("pp_src.xml"), "CLEAR")])), ["TF-05"]);

    // PP-04: the actor may be named in the private version only; the same text alone is fine.
    let actor = text("pp_future_actor.xml");
    to_public(&[(&actor, "CLEAR")]).unwrap();
    assert_eq!(blocked(to_public(&[private, (&actor, "CLEAR")])), ["TF-02"]);

    // PP-02: no register identity; before the person is in the register the text is fine.
    let named = text("pp_name.xml");
    to_public(&[private, (&named, "CLEAR")]).unwrap();
    desk.registers("Anton Varga", "RED");
    assert_eq!(blocked(to_public(&[private, (&named, "CLEAR")])), ["RR-06"]);
}
