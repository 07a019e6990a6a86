//! A sent version as a file for another tool: what is in it, who may have it, and who reads it.

use super::{Tool, WITHHELD, collection, desk, objects_of, told_without};
use crate::desk::{Desk, House, draft, kind};
use crate::store::{is_required, on_both};
use aldis::desk::release::Purpose;
use aldis::desk::share::export::{Exported, Form, export};
use aldis_model::Id;
use aldis_model::gate::Ladder;
use aldis_wire::misp::{self, LIMITS, SharingGroup};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

on_both!(
    an_event_has_the_text_and_label_of_its_version_and_follows_corrections,
    nothing_that_was_withheld_is_in_an_event_and_no_id_of_ours,
    a_bundle_is_what_the_collection_has,
    what_is_not_released_is_refused_without_a_trace,
    what_is_for_people_has_no_form_for_tools,
);

fn made(desk: &Desk, by: &str, release: &Id, form: Form<'_>) -> aldis::error::Result<Exported> {
    let sealer = &desk.node.sealer;
    desk.write(by, |tx, ctx| export(tx, ctx, sealer, release, form)).map(|made| made.into_inner())
}

fn event(desk: &Desk, release: &Id, group: Option<&SharingGroup>) -> Value {
    let made = made(desk, "Liaison", release, Form::Misp(group)).unwrap();
    serde_json::from_str::<Value>(&made.text).unwrap()["Event"].clone()
}

fn group(organisations: &[&str]) -> SharingGroup {
    let uuid = |number| format!("5f6d2c1a-0001-4000-8000-00000000000{number}");
    let named = |name: &&str| ((*name).to_owned(), uuid(8));
    SharingGroup {
        uuid: uuid(9),
        name: "A group".into(),
        organisations: organisations.iter().map(named).collect(),
    }
}

fn an_event_has_the_text_and_label_of_its_version_and_follows_corrections(house: &House) {
    let desk = desk(house);
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let sent = desk.sent_to("ALBA");
    let first = event(&desk, &sent.release, None);
    assert_eq!(first, event(&desk, &sent.release, None), "the same again");
    assert_eq!((&first["info"], &first["distribution"]), (&json!("Security alert for Lowtown"), &json!("0")));
    let text = first["EventReport"][0]["content"].as_str().unwrap();
    assert!(text.contains("Lantern Hall") && text.contains("Avoid large gatherings"), "{text}");
    assert_eq!(first["Tag"], json!([{ "name": "tlp:amber+strict" }]));
    // It reads back with the label it left with.
    let read = misp::read(json!({ "Event": first }).to_string().as_bytes(), &LIMITS).unwrap();
    assert_eq!(aldis::exchange::marking::of(&read.said).unwrap(), "AMBER+STRICT".parse().unwrap());
    assert_eq!(event(&desk, &sent.release, Some(&group(&["Alba"])))["distribution"], "4");
    let two = made(&desk, "Liaison", &sent.release, Form::Misp(Some(&group(&["Alba", "Gamma"]))));
    assert_eq!(kind(two), "refused", "AMBER+STRICT is for one organisation");

    desk.later(1);
    let (update, _) = desk.released(&sent.warning, "ALBA", Purpose::Update);
    let replaced = || kind(made(&desk, "Liaison", &sent.release, Form::Misp(None)));
    assert_eq!(desk.unchanged(replaced), "conflict");
    let corrected = event(&desk, &update, None);
    assert_eq!((&corrected["uuid"], &corrected["date"]), (&first["uuid"], &first["date"]));
    let time = |event: &Value| event["timestamp"].as_str().unwrap().parse::<i64>().unwrap();
    assert!(time(&corrected) > time(&first));
    desk.later(1);
    let (cancel, _) = desk.released(&sent.warning, "ALBA", Purpose::Cancel);
    let withdrawn = event(&desk, &cancel, None);
    assert_eq!((&withdrawn["uuid"], &withdrawn["info"]), (&first["uuid"], &json!("Withdrawn")));
    assert!(!withdrawn.to_string().contains("Lantern"), "{withdrawn}");
    let entries = desk.kinds().into_iter().filter(|kind| kind == "release.exported").count();
    assert_eq!(entries, 5, "one for each that was made, and none for what was refused");
    assert_eq!(desk.findings(), []);
}

fn nothing_that_was_withheld_is_in_an_event_and_no_id_of_ours(house: &House) {
    let shapes = WITHHELD.map(|kept| {
        let house = House::on(house.store);
        let desk = desk(&house);
        let (release, closed) = told_without(&desk, kept);
        [Form::Misp(None), Form::Stix].map(|form| {
            let made = made(&desk, "Liaison", &release, form).unwrap().text;
            for word in &closed {
                assert!(!made.contains(word), "{word} in {made}");
            }
            made.len()
        })
    });
    assert_eq!(shapes[0], shapes[1]);
    assert_eq!(shapes[0], shapes[2]);
}

fn a_bundle_is_what_the_collection_has(house: &House) {
    let desk = desk(house);
    let own = objects_of(&collection(&desk, "ALBA", "read"));
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let sent = desk.sent_to("ALBA");
    desk.work();
    let made = made(&desk, "Liaison", &sent.release, Form::Stix).unwrap();
    let bundle: Value = serde_json::from_str(&made.text).unwrap();
    let served = Tool::of(&desk, "ALBA").get(&own).json();
    let sorted = |all: &Value| {
        let mut texts: Vec<String> =
            all["objects"].as_array().unwrap().iter().map(Value::to_string).collect();
        texts.sort();
        texts
    };
    assert_eq!(sorted(&bundle), sorted(&served));
}

fn what_is_not_released_is_refused_without_a_trace(house: &House) {
    let desk = desk(house);
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    let release = desk.propose(&warning, "ALBA", Purpose::Alert).unwrap();
    let tries = |by: &str, id: &Id| {
        [Form::Misp(None), Form::Stix].map(|form| desk.unchanged(|| kind(made(&desk, by, id, form))))
    };
    assert_eq!(tries("Liaison", &release), ["second person"; 2]);
    desk.approve("Senior", &release).unwrap();
    assert_eq!(tries("Liaison", &release), ["refused"; 2]);
    desk.send(&release).unwrap();
    for by in ["Auditor", "Analyst", "root"] {
        assert_eq!(tries(by, &release), ["forbidden"; 2], "{by}");
    }
    // What somebody may not see is not there, in the same words as what is not.
    let green = aldis::desk::office::NewOfficer {
        name: "Green",
        role: aldis_model::role::Role::Liaison,
        ceiling: aldis_model::Tlp::Green,
        compartments: &[],
        email: None,
    };
    desk.write("root", |tx, ctx| aldis::desk::office::add(tx, ctx, &green)).unwrap();
    let unknown: Id = "L-9QW3E4RT".parse().unwrap();
    assert_eq!((tries("Green", &release), tries("Liaison", &unknown)), (["not found"; 2], ["not found"; 2]));
    desk.place.tamper("UPDATE partner SET suspended_at = 1 WHERE name = 'ALBA'");
    assert_eq!(tries("Liaison", &release), ["forbidden"; 2]);
}

fn what_is_for_people_has_no_form_for_tools(house: &House) {
    let desk = desk(house);
    desk.audience("STAFF", Ladder::Own, "hand", "");
    let person = desk.registers("Sample Person", "AMBER");
    let new = aldis::desk::partners::NewAudience {
        name: person.as_str(),
        title: "the resident",
        ladder: Ladder::Person,
        org: person.as_str(),
        ceiling: Ladder::Person.ceiling(),
        channel: "hand",
        address: "",
        language: "en",
    };
    desk.write("Keeper", |tx, ctx| aldis::desk::partners::add_audience(tx, ctx, &new)).unwrap();
    let decided = desk.decided();
    for audience in ["STAFF", person.as_str()] {
        let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
        let release = desk.propose(&warning, audience, Purpose::Alert).unwrap();
        desk.approve("Senior", &release).unwrap();
        desk.send(&release).unwrap();
        let tried = desk.unchanged(|| kind(made(&desk, "Liaison", &release, Form::Misp(None))));
        assert_eq!(tried, "refused", "{audience}");
    }
}

#[test]
fn pymisp_and_misp_stix_read_an_event_that_the_desk_wrote() {
    if !crate::servers::has("pymisp, misp_stix_converter, stix2validator", "misp") {
        assert!(!is_required("misp"));
        return;
    }
    let house = House::on(crate::store::Store::Sqlite);
    let desk = desk(&house);
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    desk.audience("PUBLIC", Ladder::Public, "cap", "");
    let sent = desk.sent_to("ALBA");
    let (public, _) = desk.released(&sent.warning, "PUBLIC", Purpose::Alert);
    let of = |release: &Id, group: Option<&SharingGroup>| json!({ "Event": event(&desk, release, group) });
    let events = [of(&sent.release, None), of(&sent.release, Some(&group(&["Alba"]))), of(&public, None)];
    let bundle: Value =
        serde_json::from_str(&made(&desk, "Liaison", &public, Form::Stix).unwrap().text).unwrap();
    let mut child = Command::new("python3")
        .args(["-c", include_str!("../../../../wire/tests/it/misp.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = json!({ "events": events, "bundles": [bundle] }).to_string();
    child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success());
    let said: Value = serde_json::from_slice(&done.stdout).unwrap();
    for (number, (level, tag)) in
        [(0, "tlp:amber+strict"), (4, "tlp:amber+strict"), (3, "tlp:clear")].iter().enumerate()
    {
        let got = &said["events"][number];
        assert_eq!((&got["distribution"], &got["tags"]), (&json!(level), &json!([tag])));
        assert_eq!((&got["errors"], &got["problems"]), (&json!([]), &json!([])));
        assert_eq!(got["info"], "Security alert for Lowtown");
    }
    assert_eq!((&said["bundles"][0]["problems"], &said["bundles"][0]["errors"]), (&json!([]), &json!([])));
}
