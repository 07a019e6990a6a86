use super::*;
use crate::stix::check::{Options, check};
use crate::stix::{Limits, Tree};
use proptest::prelude::*;
use serde_json::Value;

const KEY: Key = Key::new([7; 32]);

fn sheet<'a>(key: &'a Key, tlp: &'a str) -> Sheet<'a> {
    Sheet {
        key,
        organisation: "Example Desk",
        tlp,
        created_us: 1_900_000_000_000_000,
        modified_us: 1_900_000_000_000_001,
        revoked: false,
        exercise: false,
    }
}

fn link(kind: &'static str, own: &str) -> Link {
    Link { kind, own: own.to_owned() }
}

fn grade(credibility: &str, confidence: Option<u8>) -> Grade {
    Grade { source: "B".into(), credibility: credibility.into(), confidence }
}

/// One of each, as they belong together.
fn all() -> Vec<(String, Thing)> {
    let warning = link("report", "R-1");
    let us = 1_900_000_000_000_000;
    let things = [
        (
            "G-1",
            Thing::Report {
                title: "A call".into(),
                text: "Heard twice.".into(),
                published_us: us,
                grade: Some(grade("2", Some(70))),
                about: vec![],
            },
        ),
        (
            "R-1",
            Thing::Warning {
                subject: "Be careful on Friday".into(),
                text: "Avoid the square.".into(),
                published_us: us,
                likelihood: Some("likely".into()),
                about: vec![link("intrusion-set", "S-1")],
            },
        ),
        ("N-1", Thing::Note { text: "The square is closed anyway.".into(), about: vec![warning.clone()] }),
        ("D-1", Thing::Receipt { of: warning.clone(), delivered_us: us }),
        (
            "A-1",
            Thing::Answer {
                to: warning.clone(),
                view: View::Disagrees,
                reason: Some("We know the caller.".into()),
            },
        ),
        ("A-2", Thing::Answer { to: warning, view: View::Concurs, reason: None }),
        (
            "O-1",
            Thing::Opinion {
                // What the audience itself wrote; in this bundle it stands for a report of its own.
                object: KEY.id("report", "G-1"),
                view: View::StronglyDisagrees,
                explanation: "It rests on one letter.".into(),
            },
        ),
        (
            "S-2",
            Thing::Sighting { of: link("intrusion-set", "S-1"), first_us: us, last_us: us + 1, count: 2 },
        ),
        ("M-1", Thing::Measure { title: "Close the door".into(), text: "From six o'clock.".into() }),
        ("I-1", Thing::Incident { title: "A broken window".into(), text: "Last night.".into() }),
        (
            "S-1",
            Thing::Actor {
                group: Group::IntrusionSet,
                name: "Set one".into(),
                text: "Calls at night.".into(),
            },
        ),
        (
            "T-1",
            Thing::Actor {
                group: Group::ThreatActor,
                name: "Group one".into(),
                text: "An organisation.".into(),
            },
        ),
        (
            "X-1",
            Thing::Attribution {
                what: link("intrusion-set", "S-1"),
                to: link("threat-actor", "T-1"),
                likelihood: Some("unlikely".into()),
            },
        ),
        (
            "X-2",
            Thing::Attribution {
                what: link("incident", "I-1"),
                to: link("threat-actor", "T-1"),
                likelihood: None,
            },
        ),
    ];
    things.into_iter().map(|(own, thing)| (own.to_owned(), thing)).collect()
}

fn of(thing: &Thing) -> Value {
    object(&sheet(&KEY, "amber"), "own", thing).unwrap()
}

#[test]
fn one_of_each_is_valid_in_strict_mode_under_every_marking_that_travels() {
    let mut strict = Options::default();
    (strict.strict, strict.strict_types, strict.strict_properties) = (true, true, true);
    for tlp in ["clear", "green", "amber", "amber+strict"] {
        let text = bundle(&sheet(&KEY, tlp), &all()).unwrap().to_string();
        let found = check(text.as_bytes(), &Limits::default(), &strict).unwrap();
        let told: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
        assert!(found.is_valid(true), "{tlp}: {told:#?}");
        assert!(Tree::read(text.as_bytes(), &Limits::default()).is_ok());
    }
}

#[test]
fn every_reference_of_a_bundle_is_in_it() {
    let bundle = bundle(&sheet(&KEY, "green"), &all()).unwrap();
    let objects = bundle["objects"].as_array().unwrap();
    let ids: Vec<&str> = objects.iter().map(|object| object["id"].as_str().unwrap()).collect();
    for object in objects {
        for (name, value) in object.as_object().unwrap() {
            let named: Vec<&Value> = if name.ends_with("_refs") {
                value.as_array().unwrap().iter().collect()
            } else if name.ends_with("_ref") {
                vec![value]
            } else {
                vec![]
            };
            assert!(named.iter().all(|id| ids.contains(&id.as_str().unwrap())), "{object}");
        }
    }
}

#[test]
fn red_and_words_that_are_no_marking_are_not_written() {
    for tlp in ["red", "white", "AMBER", "", "amber strict"] {
        let sheet = sheet(&KEY, tlp);
        assert!(all().iter().all(|(own, thing)| object(&sheet, own, thing).is_err()), "{tlp}");
        assert!(bundle(&sheet, &[]).is_err(), "{tlp}");
    }
}

#[test]
fn nothing_links_the_copies_of_two_audiences() {
    let ids = |key: &Key| -> Vec<String> {
        let sheet = sheet(key, "amber");
        let bundle = bundle(&sheet, &all()).unwrap();
        let objects = bundle["objects"].as_array().unwrap().clone();
        let mut ids: Vec<String> =
            objects.iter().map(|object| object["id"].as_str().unwrap().to_owned()).collect();
        ids.push(bundle["id"].as_str().unwrap().to_owned());
        ids
    };
    let (one, again, other) = (ids(&KEY), ids(&KEY), ids(&Key::new([8; 32])));
    assert_eq!(one, again);
    let shared: Vec<&String> = one.iter().filter(|id| other.contains(id)).collect();
    // What the whole world shares: the project, its extension, and the marking.
    assert_eq!(shared, [PROJECT, EXTENSION, crate::stix::marking::tlp_2_id("amber").unwrap()]);
}

#[test]
fn our_own_ids_are_not_written() {
    let text = bundle(&sheet(&KEY, "amber"), &all()).unwrap().to_string();
    assert!(all().iter().all(|(own, _)| !text.contains(own.as_str())));
}

#[test]
fn no_person_has_a_form() {
    let bundle = bundle(&sheet(&KEY, "clear"), &all()).unwrap();
    let kinds = [
        "report",
        "note",
        "opinion",
        "sighting",
        "course-of-action",
        "incident",
        "threat-actor",
        "intrusion-set",
        "relationship",
    ];
    for (_, thing) in all() {
        assert!(kinds.contains(&thing.kind()));
    }
    for object in bundle["objects"].as_array().unwrap() {
        let kind = object["type"].as_str().unwrap();
        assert!(!matches!(kind, "user-account" | "email-addr"), "{object}");
        if kind == "identity" {
            assert_eq!(object["identity_class"], "organization");
        }
        assert!(object.get("sophistication").is_none() && object.get("roles").is_none());
    }
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let words = schema["properties"]["thing"]["enum"].as_array().unwrap();
    assert!(words.iter().all(|word| all().iter().any(|(_, thing)| thing.word() == word)));
    assert_eq!(words.len(), 11);
}

#[test]
fn likelihood_is_a_word_and_never_the_confidence() {
    let (_, warning) = all().remove(1);
    let object = of(&warning);
    assert_eq!(object["extensions"][EXTENSION]["likelihood"], "likely");
    assert!(object.get("confidence").is_none());
}

#[test]
fn a_credibility_without_a_number_has_no_confidence() {
    let report = |grade| Thing::Report {
        title: "t".into(),
        text: "x".into(),
        published_us: 0,
        grade: Some(grade),
        about: vec![],
    };
    let unknown = of(&report(grade("6", None)));
    assert!(unknown.get("confidence").is_none());
    assert_eq!(unknown["extensions"][EXTENSION]["credibility"], "6");
    let known = of(&report(grade("2", Some(70))));
    assert_eq!(
        (&known["confidence"], &known["extensions"][EXTENSION]["source_reliability"]),
        (&70.into(), &"B".into())
    );
}

#[test]
fn what_is_taken_back_or_an_exercise_says_so_and_stays_the_same_object() {
    let (own, warning) = all().remove(1);
    let plain = object(&sheet(&KEY, "green"), &own, &warning).unwrap();
    assert!(plain.get("revoked").is_none() && plain.get("labels").is_none());
    let back = Sheet { revoked: true, exercise: true, ..sheet(&KEY, "green") };
    let gone = object(&back, &own, &warning).unwrap();
    assert_eq!((&gone["id"], &gone["revoked"]), (&plain["id"], &true.into()));
    assert_eq!(gone["labels"], serde_json::json!(["exercise"]));
    let bundle = bundle(&back, &[(own, warning)]).unwrap();
    assert!(
        check(bundle.to_string().as_bytes(), &Limits::default(), &Options::default()).unwrap().is_valid(true)
    );
    // Only the things are taken back, never who wrote them.
    assert!(
        bundle["objects"].as_array().unwrap().iter().filter(|one| one.get("revoked").is_some()).count() == 1
    );
}

#[test]
fn what_has_no_form_is_refused() {
    let to = || link("report", "R-1");
    let refused = [
        Thing::Note { text: "x".into(), about: vec![] },
        Thing::Note { text: " ".into(), about: vec![to()] },
        Thing::Answer { to: to(), view: View::Disagrees, reason: None },
        Thing::Answer { to: to(), view: View::StronglyDisagrees, reason: Some(" ".into()) },
        Thing::Sighting { of: link("intrusion-set", "S"), first_us: 1, last_us: 0, count: 1 },
        Thing::Sighting { of: link("intrusion-set", "S"), first_us: 0, last_us: 0, count: 1_000_000_000 },
        Thing::Measure { title: String::new(), text: "x".into() },
        Thing::Attribution { what: link("threat-actor", "T"), to: link("identity", "P"), likelihood: None },
        Thing::Receipt { of: to(), delivered_us: i64::MAX },
        Thing::Opinion { object: KEY.id("report", "R-1"), view: View::Neutral, explanation: " ".into() },
        Thing::Opinion { object: "R-1".into(), view: View::Neutral, explanation: "x".into() },
    ];
    for thing in refused {
        assert!(object(&sheet(&KEY, "amber"), "own", &thing).is_err(), "{thing:?}");
    }
    let late = Sheet { modified_us: 0, ..sheet(&KEY, "amber") };
    assert!(object(&late, "own", &all().remove(0).1).is_err());
}

#[test]
fn the_examples_of_the_reference_are_what_is_written() {
    let page = include_str!("../../../../../docs/reference/stix-mapping.md");
    let sheet = sheet(&KEY, "amber");
    let shown: Vec<Value> = page.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let written = all().into_iter().map(|(own, thing)| object(&sheet, &own, &thing).unwrap());
    let missing: Vec<String> =
        written.filter(|one| !shown.contains(one)).map(|one| one.to_string()).collect();
    assert!(missing.is_empty(), "docs/reference/stix-mapping.md lacks:\n{}", missing.join("\n"));
}

proptest! {
    #[test]
    fn any_text_gives_a_valid_object(title in "\\PC{1,40}", text in "\\PC{0,80}", us in 0_i64..253_402_207_200_000_000) {
        prop_assume!(!title.trim().is_empty());
        let thing = Thing::Warning { subject: title, text, published_us: us, likelihood: None, about: vec![] };
        let bundle = bundle(&sheet(&KEY, "green"), &[("own".to_owned(), thing)]).unwrap().to_string();
        prop_assert!(check(bundle.as_bytes(), &Limits::default(), &Options::default()).unwrap().is_valid(true));
    }

    #[test]
    fn an_id_is_a_random_uuid_of_its_type(secret: [u8; 32], own in "\\PC{0,20}") {
        let id = Key::new(secret).id("report", &own);
        prop_assert!(crate::stix::Id::parse(&id).is_ok(), "{}", id);
        prop_assert_eq!(id.as_bytes()[8 + 14], b'4');
        prop_assert_ne!(Key::new(secret).id("note", &own)[4..].to_owned(), id[6..].to_owned());
    }
}
