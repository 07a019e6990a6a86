use super::*;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const AMBER: &str = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";
const STRICT: &str = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";

fn id(kind: &str, number: u32) -> String {
    format!("{kind}--{number:08x}-0000-4000-8000-000000000000")
}

fn object(kind: &str, number: u32, more: &Json) -> Json {
    let mut object = json!({
        "type": kind, "spec_version": "2.1", "id": id(kind, number), "created": "2031-03-07T18:05:00.000Z",
        "modified": "2031-03-07T18:05:00.000Z", "name": format!("{kind} {number}"),
    });
    for (name, value) in more.as_object().unwrap() {
        object[name] = value.clone();
    }
    object
}

fn collect(objects: &[Json]) -> Collected {
    let mut collector = Collector::default();
    for object in objects {
        collector.add(object.to_string().as_bytes(), &Limits::default()).unwrap();
    }
    collector.finish()
}

fn indicators(count: u32) -> Vec<Json> {
    (0..count).map(|number| object("indicator", number, &json!({ "pattern": "[a:b = 1]" }))).collect()
}

#[test]
fn a_report_is_one_intake_with_what_it_refers_to_and_notes_about_it() {
    let report = object(
        "report",
        1,
        &json!({
            "description": "Three letters came.", "object_refs": [id("indicator", 1), id("note", 7)],
            "created_by_ref": id("identity", 9), "object_marking_refs": [AMBER], "confidence": 70,
            "published": "2031-03-07T18:06:00Z",
        }),
    );
    let objects = [
        object(
            "note",
            2,
            &json!({ "content": "The third names a day.", "object_refs": [id("report", 1)], "object_marking_refs": [STRICT] }),
        ),
        object("indicator", 1, &json!({ "pattern": "[ipv4-addr:value = '198.51.100.3']" })),
        object("note", 7, &json!({ "content": "Inside.", "object_refs": [id("indicator", 1)] })),
        object(
            "relationship",
            4,
            &json!({ "relationship_type": "indicates", "source_ref": id("indicator", 1), "target_ref": id("malware", 3) }),
        ),
        report,
        object("identity", 9, &json!({ "name": "Alba", "identity_class": "organization" })),
    ];
    let found = collect(&objects);
    assert_eq!(found.intakes.len(), 1);
    let intake = &found.intakes[0];
    assert_eq!((intake.id.as_str(), intake.maker.as_deref()), (id("report", 1).as_str(), Some("Alba")));
    assert_eq!((intake.things, intake.unmarked, intake.withdrawn), (5, false, false));
    assert_eq!(intake.said, [Said::Tlp("amber"), Said::Tlp("amber+strict")]);
    assert_eq!(intake.document.title.as_deref(), Some("report 1"));
    let text = &intake.document.text;
    for words in [
        "Three letters came.",
        "made by Alba; published 2031-03-07T18:06:00Z; confidence given: 70 of 100",
        "[TLP:AMBER+STRICT] note: note 2\nThe third names a day.",
        "note: note 7\nInside.",
        "indicator: indicator 1: [ipv4-addr:value = '198.51.100.3']",
        "relationship: indicator--00000001",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let original = String::from_utf8(found.original(0).unwrap()).unwrap();
    let bundle: Json = serde_json::from_str(&original).unwrap();
    assert_eq!(bundle["objects"].as_array().unwrap().len(), 6);
    assert!(original.contains(&objects[0].to_string()));
}

#[test]
fn the_order_of_the_objects_makes_no_difference() {
    let mut objects = vec![
        object("grouping", 1, &json!({ "object_refs": [id("note", 2)] })),
        object("note", 2, &json!({ "content": "x", "object_refs": [id("grouping", 1)] })),
        object("incident", 3, &json!({})),
        object("opinion", 4, &json!({ "opinion": "disagree", "object_refs": [id("incident", 3)] })),
        object("note", 5, &json!({ "content": "y", "object_refs": [id("tool", 6)] })),
    ];
    let forwards = collect(&objects);
    objects.reverse();
    let backwards = collect(&objects);
    assert_eq!(forwards.intakes, backwards.intakes);
    let ids: Vec<&str> = forwards.intakes.iter().map(|intake| intake.id.as_str()).collect();
    assert_eq!(ids, [id("grouping", 1), id("incident", 3), id("note", 5)]);
    assert!(forwards.intakes[1].document.text.contains("opinion: disagree"));
}

#[test]
fn ten_thousand_indicators_are_one_thing_to_read() {
    let found = collect(&indicators(10_000));
    assert_eq!(found.intakes.len(), 1);
    let intake = &found.intakes[0];
    assert_eq!(intake.document.title.as_deref(), Some("STIX objects without a report: 10000 indicator"));
    assert!(intake.document.text.ends_with("9500 more are not shown here; they are in the original."));
    assert!(intake.unmarked && intake.said.is_empty() && intake.things == 10_000);
}

#[test]
fn the_same_set_has_the_same_id_and_another_set_another() {
    let three = indicators(3);
    let mut turned = three.clone();
    turned.reverse();
    let of = |objects: &[Json]| collect(objects).intakes[0].id.clone();
    assert_eq!(of(&three), of(&turned));
    assert_ne!(of(&three), of(&three[..2]));
}

#[test]
fn one_unmarked_object_in_a_list_leaves_the_list_unmarked() {
    let mut objects = indicators(2);
    objects[0]["object_marking_refs"] = json!([AMBER]);
    let intake = &collect(&objects).intakes[0];
    assert!(intake.unmarked);
    assert_eq!(intake.said, [Said::Tlp("amber")]);
}

#[test]
fn a_marking_is_what_its_definition_says_and_red_without_one() {
    let own = "marking-definition--00000001-0000-4000-8000-000000000000";
    let report = object("report", 1, &json!({ "object_refs": [], "object_marking_refs": [own] }));
    assert_eq!(collect(std::slice::from_ref(&report)).intakes[0].said, [Said::Unknown]);
    let definition = json!({
        "type": "marking-definition", "spec_version": "2.1", "id": own, "created": "2031-03-07T18:05:00.000Z",
        "definition_type": "statement", "definition": { "statement": "(c) Alba" },
    });
    let found = collect(&[report, definition]);
    assert_eq!(found.intakes[0].said, [Said::Statement("(c) Alba".into())]);
    assert_eq!(found.intakes.len(), 1);
}

#[test]
fn people_are_counted_with_what_is_said_of_them() {
    let person = |number| {
        object(
            "identity",
            number,
            &json!({ "identity_class": "individual", "description": "insulted the republic", "roles": ["writer"] }),
        )
    };
    let actor = object("threat-actor", 8, &json!({ "resource_level": "individual" }));
    let maker = object("identity", 9, &json!({ "identity_class": "organization" }));
    let mut objects: Vec<Json> = (0..3).map(person).collect();
    objects.extend([actor, maker]);
    let people = &collect(&objects).intakes[0].people;
    assert_eq!(people.len(), 4);
    assert_eq!(people[0].reason, "insulted the republic writer");
}

#[test]
fn the_later_version_stays_and_a_withdrawn_one_says_so() {
    let first = object("report", 1, &json!({ "description": "old", "object_refs": [] }));
    let later = object(
        "report",
        1,
        &json!({ "description": "new", "object_refs": [], "revoked": true, "modified": "2031-03-08T18:05:00.000Z" }),
    );
    for objects in [[first.clone(), later.clone()], [later, first]] {
        let intake = &collect(&objects).intakes[0];
        assert!(
            intake.withdrawn && intake.document.text.contains("new") && !intake.document.text.contains("old")
        );
        assert_eq!(intake.document.title.as_deref(), Some("Withdrawn: report 1"));
    }
}

#[test]
fn what_is_no_object_is_refused_with_the_place() {
    let mut collector = Collector::default();
    for (wrong, place) in [
        (json!(7), "$"),
        (json!({}), "$.type"),
        (json!({ "type": "report" }), "$.id"),
        (json!({ "type": "report", "id": id("note", 1) }), "$.id"),
        (json!({ "type": "report", "id": "report--1" }), ""),
    ] {
        let error = collector.add(wrong.to_string().as_bytes(), &Limits::default()).unwrap_err();
        assert!(error.to_string().contains(place), "{wrong}: {error}");
    }
    assert!(collector.finish().intakes.is_empty());
}

fn graph() -> impl Strategy<Value = Vec<Json>> {
    let kinds = prop_oneof![
        Just("report"),
        Just("grouping"),
        Just("incident"),
        Just("note"),
        Just("opinion"),
        Just("indicator"),
        Just("relationship"),
        Just("identity"),
    ];
    let one = (kinds.clone(), 0_u32..6, prop::collection::vec((kinds, 0_u32..6), 0..4), 0_usize..3);
    prop::collection::vec(one, 0..14).prop_map(|all| {
        let make = |(kind, number, refs, marked): (&str, u32, Vec<(&str, u32)>, usize)| {
            let refs: Vec<String> = refs.into_iter().map(|(kind, number)| id(kind, number)).collect();
            let marks: Vec<&str> = [AMBER, STRICT].into_iter().take(marked).collect();
            object(kind, number, &json!({ "object_refs": refs, "object_marking_refs": marks }))
        };
        all.into_iter().map(make).collect()
    })
}

proptest! {
    #[test]
    fn every_object_is_somewhere_and_no_marking_is_lost(objects in graph()) {
        let found = collect(&objects);
        let members: BTreeSet<&String> = found.members.iter().flatten().collect();
        for (id, object) in &found.objects {
            let is_maker = object.kind == "identity";
            prop_assert!(members.contains(id) || object.is_frame() || is_maker, "{id}");
        }
        for (intake, members) in found.intakes.iter().zip(&found.members) {
            for object in members.iter().filter_map(|id| found.objects.get(id)) {
                for mark in &object.marks {
                    prop_assert!(intake.said.contains(&said_by_id(mark)));
                }
            }
        }
    }

    #[test]
    fn a_note_is_read_once(objects in graph()) {
        let found = collect(&objects);
        let mut seen = BTreeSet::new();
        for intake in &found.intakes {
            prop_assert!(seen.insert(&intake.id), "{} twice", intake.id);
        }
    }
}
