//! MISP events and STIX bundles of ours, read by `pymisp`, `misp-stix` and `stix2-validator` from PyPI,
//! and theirs read by us.

use aldis_wire::misp::{self, LIMITS, SharingGroup};
use aldis_wire::stix::map::{self, Grade, Key, Sheet, Thing};
use aldis_wire::stix::marking::{Said, tlp_2_id};
use aldis_wire::stix::{Collector, Limits};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

const AT: i64 = 1_900_000_000_000_000;
const WORDS: [&str; 4] = ["clear", "green", "amber", "amber+strict"];

/// Says whether the readers are here; if not, the test is skipped, unless that is not allowed.
#[expect(clippy::disallowed_methods, reason = "what a test run requires is said in its surroundings")]
fn has_readers() -> bool {
    let modules = "import pymisp, misp_stix_converter, stix2validator";
    let status = Command::new("python3").args(["-c", modules]).stderr(Stdio::null()).status();
    let found = status.is_ok_and(|status| status.success());
    let required = std::env::var("ALDIS_REQUIRE").unwrap_or_default();
    assert!(
        found || !required.split(',').any(|name| name == "misp"),
        "ALDIS_REQUIRE wants pymisp, misp-stix and stix2-validator, and they are not installed"
    );
    if !found {
        println!("skipped: pymisp, misp-stix or stix2-validator not installed");
    }
    found
}

fn ask(events: &[Value], bundles: &[Value]) -> Value {
    let mut child = Command::new("python3")
        .args(["-c", include_str!("misp.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = json!({ "events": events, "bundles": bundles }).to_string();
    child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn sheet<'a>(key: &'a Key, tlp: &'a str) -> Sheet<'a> {
    Sheet {
        key,
        organisation: "Northport",
        tlp,
        created_us: AT,
        modified_us: AT,
        revoked: false,
        exercise: false,
    }
}

fn things() -> [Thing; 3] {
    let grade = Grade { source: "B".into(), credibility: "2".into(), confidence: Some(70) };
    [
        Thing::Warning {
            subject: "Be careful on Friday".into(),
            text: "Avoid the square.\n\nUse the **north** gate.".into(),
            published_us: AT,
            likelihood: Some("likely".into()),
            about: Vec::new(),
        },
        Thing::Report {
            title: "A call".into(),
            text: "Heard twice.".into(),
            published_us: AT,
            grade: Some(grade),
            about: Vec::new(),
        },
        Thing::Incident { title: "A broken window".into(), text: "Last night.".into() },
    ]
}

#[test]
fn pymisp_and_misp_stix_accept_our_events_and_keep_their_label() {
    if !has_readers() {
        return;
    }
    let key = Key::new([7; 32]);
    let group = SharingGroup {
        uuid: "5f6d2c1a-0001-4000-8000-000000000009".into(),
        name: "Alba alone".into(),
        organisations: vec![("Alba".into(), "5f6d2c1a-0001-4000-8000-000000000008".into())],
    };
    let mut events = Vec::new();
    for word in WORDS {
        for (number, thing) in things().iter().enumerate() {
            let own = format!("W-{number}");
            events.push((word, misp::event(&sheet(&key, word), &own, thing, None).unwrap()));
            events.push((word, misp::event(&sheet(&key, word), &own, thing, Some(&group)).unwrap()));
        }
        let withdrawn = Sheet { revoked: true, exercise: true, ..sheet(&key, word) };
        events.push((word, misp::event(&withdrawn, "W-0", &things()[0], None).unwrap()));
    }
    let asked: Vec<Value> = events.iter().map(|(_, event)| event.clone()).collect();
    let answered = ask(&asked, &[]);
    let answers = answered["events"].as_array().unwrap();
    assert_eq!(answers.len(), 28);
    for ((word, sent), got) in events.iter().zip(answers) {
        let event = &sent["Event"];
        assert_eq!((&got["uuid"], &got["info"]), (&event["uuid"], &event["info"]));
        assert_eq!(got["distribution"].to_string(), event["distribution"].as_str().unwrap());
        assert_eq!(got["texts"], json!([event["EventReport"][0]["content"]]));
        assert!(got["tags"].as_array().unwrap().contains(&json!(format!("tlp:{word}"))), "{got}");
        assert_eq!((&got["errors"], &got["problems"]), (&json!([]), &json!([])), "{word}");
        let bundle = got["bundle"]["objects"].as_array().unwrap();
        let root = bundle.iter().find(|object| object["type"] == "grouping").unwrap();
        let marking = match *word {
            // misp-stix writes the two words that both versions share as TLP 1.0.
            "green" => "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
            "amber" => "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
            word => tlp_2_id(word).unwrap(),
        };
        assert_eq!(root["object_marking_refs"], json!([marking]), "{word}");
    }
}

#[test]
fn stix2_validator_and_misp_stix_accept_our_bundles() {
    if !has_readers() {
        return;
    }
    let key = Key::new([7; 32]);
    let numbered: Vec<(String, Thing)> =
        things().into_iter().enumerate().map(|(number, thing)| (format!("W-{number}"), thing)).collect();
    let (known, all) = (numbered.get(..2).unwrap(), numbered.as_slice());
    let of = |word, things| map::bundle(&sheet(&key, word), things).unwrap();
    let mut bundles: Vec<Value> = WORDS.iter().map(|word| of(word, known)).collect();
    bundles.push(of("green", all));
    let answered = ask(&[], &bundles);
    let answers = answered["bundles"].as_array().unwrap();
    for (word, got) in WORDS.iter().zip(answers) {
        assert_eq!((&got["problems"], &got["errors"]), (&json!([]), &json!([])), "{word}");
        let events = got["tags"].as_array().unwrap();
        let marked = |tags: &Value| tags.as_array().unwrap().contains(&json!(format!("tlp:{word}")));
        assert!(events.len() == 2 && events.iter().all(marked), "{word}: {events:?}");
    }
    // misp-stix has no form for the incident of STIX 2.1: it says so, and takes the rest.
    let errors = answers[4]["errors"].to_string();
    assert_eq!(answers[4]["problems"], json!([]));
    let (all, incidents) = (errors.matches("type: "), errors.matches("type: incident"));
    assert!(incidents.count() > 0 && all.count() == errors.matches("type: incident").count(), "{errors}");
}

#[test]
fn an_event_that_pymisp_wrote_is_read_with_its_strictest_part() {
    if !has_readers() {
        return;
    }
    let answered = ask(&[], &[]);
    let event = misp::read(answered["made"].to_string().as_bytes(), &LIMITS).unwrap();
    let found = misp::take(&event);
    assert_eq!(found.document.title.as_deref(), Some("Letters to a newspaper"));
    assert_eq!(found.maker.as_deref(), Some("Alba"));
    assert_eq!((found.people.len(), found.things), (1, 4));
    let strict = [Said::Tlp("green"), Said::Tlp("amber"), Said::Tlp("amber+strict")];
    assert!(strict.iter().all(|said| found.said.contains(said)), "{:?}", found.said);
    assert!(found.document.text.contains("[TLP:AMBER+STRICT] text: the third letter names a day"));
    assert!(found.document.text.contains("Three letters came."));
}

#[test]
fn a_bundle_that_misp_stix_made_of_an_event_is_one_thing_to_read() {
    if !has_readers() {
        return;
    }
    let key = Key::new([7; 32]);
    let own = misp::event(&sheet(&key, "amber+strict"), "W-1", &things()[0], None).unwrap();
    let answered = ask(&[own], &[]);
    let collect = |bundle: &Value| {
        let mut collector = Collector::default();
        for object in bundle["objects"].as_array().unwrap() {
            collector.add(object.to_string().as_bytes(), &Limits::default()).unwrap();
        }
        collector.finish().intakes
    };
    let ours = collect(&answered["events"][0]["bundle"]);
    assert_eq!(ours.len(), 1);
    assert_eq!((ours[0].maker.as_deref(), ours[0].unmarked), (Some("Northport"), false));
    assert_eq!(ours[0].said, [Said::Tlp("amber+strict")]);
    assert!(ours[0].document.text.contains("Use the **north** gate."));
    let made = collect(&answered["made_bundle"]);
    assert_eq!(made.len(), 1, "{made:#?}");
    assert_eq!((made[0].maker.as_deref(), made[0].people.len()), (Some("Alba"), 1));
    assert!(made[0].said.contains(&Said::Tlp("amber+strict")) && made[0].said.contains(&Said::Tlp("green")));
    assert!(made[0].document.text.contains("Three letters came."));
    assert!(made[0].document.text.contains("198.51.100.3"));
}
