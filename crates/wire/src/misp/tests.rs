use super::*;
use crate::article::Kind;
use crate::stix::map::{Grade, Key, Sheet, Thing};
use crate::stix::marking::Said;
use crate::{Error, Result};
use proptest::prelude::*;
use serde_json::{Value, json};

const UUID: &str = "5f6d2c1a-0001-4000-8000-000000000001";

fn bare() -> Value {
    json!({ "uuid": UUID, "info": "Letters to a newspaper" })
}

fn with(mut event: Value, name: &str, value: Value) -> Value {
    event[name] = value;
    event
}

fn parse(event: &Value) -> Result<Event> {
    read(event.to_string().as_bytes(), &LIMITS)
}

fn said(event: &Value) -> Vec<Said> {
    parse(event).unwrap().said
}

fn tlp(words: &[&'static str]) -> Vec<Said> {
    words.iter().map(|word| Said::Tlp(word)).collect()
}

fn tags(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "name": name })).collect()
}

#[test]
fn an_event_is_found_in_every_wrapping() {
    let wrapped = [
        bare(),
        json!({ "Event": bare() }),
        json!([{ "Event": bare() }]),
        json!([bare()]),
        json!({ "response": [{ "Event": bare() }] }),
        json!({ "response": { "Event": bare() } }),
    ];
    for file in wrapped {
        let text = file.to_string();
        let mut events = Events::new(text.as_bytes(), LIMITS);
        let (event, bytes) = events.next_event().unwrap().unwrap();
        assert_eq!(event.unwrap().uuid, UUID, "{text}");
        assert!(text.contains(std::str::from_utf8(bytes).unwrap()));
        assert!(events.next_event().unwrap().is_none(), "{text}");
    }
}

#[test]
fn one_bad_event_does_not_stop_the_next() {
    let text = json!({ "response": [{ "Event": { "uuid": UUID } }, { "Event": bare() }] }).to_string();
    let mut events = Events::new(text.as_bytes(), LIMITS);
    let (first, _) = events.next_event().unwrap().unwrap();
    assert!(first.unwrap_err().to_string().contains("Event.info"));
    assert!(events.next_event().unwrap().unwrap().0.is_ok());
    assert!(events.next_event().unwrap().is_none());
}

#[test]
fn numbers_and_truth_values_may_be_texts() {
    let event = json!({
        "uuid": UUID.to_uppercase(), "info": "x", "threat_level_id": "2", "analysis": 1, "published": "1",
        "timestamp": "1900000000",
        "Attribute": [{ "type": "text", "value": 7, "to_ids": 1 }, { "type": "text", "value": "gone", "deleted": "1" }],
    });
    let event = parse(&event).unwrap();
    assert_eq!((event.uuid.as_str(), event.threat_level, event.analysis), (UUID, Some(2), Some(1)));
    assert_eq!((event.published, event.timestamp, event.deleted), (true, Some(1_900_000_000), 1));
    assert_eq!((event.attributes[0].value.as_str(), event.attributes[0].to_ids), ("7", true));
}

#[test]
fn each_level_amounts_to_its_label() {
    let group = |count: usize| {
        let orgs: Vec<Value> = (0..count).map(|_| json!({ "Organisation": {} })).collect();
        json!({ "uuid": UUID, "name": "G", "active": true, "SharingGroupOrg": orgs })
    };
    for (level, words) in [(0, "amber+strict"), (1, "amber"), (2, "green"), (3, "green")] {
        assert_eq!(said(&with(bare(), "distribution", json!(level.to_string()))), tlp(&[words]));
        assert_eq!(said(&with(bare(), "distribution", json!(level))), tlp(&[words]));
    }
    let shared = with(with(bare(), "distribution", json!("4")), "sharing_group_id", json!("3"));
    assert_eq!(said(&shared), tlp(&["amber+strict"]));
    assert_eq!(said(&with(shared.clone(), "SharingGroup", group(1))), tlp(&["amber+strict"]));
    assert_eq!(said(&with(shared.clone(), "SharingGroup", group(2))), tlp(&["amber"]));
    let quiet = with(group(2), "active", json!(false));
    assert_eq!(said(&with(shared.clone(), "SharingGroup", quiet)), tlp(&["amber+strict"]));
    // A group of the number 0 is none; an event inherits from nothing; there is no level 6.
    assert_eq!(said(&with(shared, "sharing_group_id", json!("0"))), [Said::Unknown]);
    for level in [json!("5"), json!(6), json!("x"), json!(-1), json!([])] {
        assert_eq!(said(&with(bare(), "distribution", level)), [Said::Unknown]);
    }
}

#[test]
fn tags_of_both_versions_of_tlp_are_kept_and_others_are_red() {
    for (tag, word) in [
        ("tlp:white", "clear"),
        ("tlp:clear", "clear"),
        ("TLP:GREEN", "green"),
        ("tlp:amber", "amber"),
        ("tlp:amber+strict", "amber+strict"),
        ("tlp:red", "red"),
    ] {
        assert_eq!(said(&with(bare(), "Tag", tags(&[tag]))), tlp(&[word]));
    }
    for tag in ["tlp:purple", "tlp:amber-strict", "tlp:ex:chr", "nato:classification=\"NS\"", "euci:EU-R"] {
        assert_eq!(said(&with(bare(), "Tag", tags(&[tag]))), [Said::Unknown], "{tag}");
    }
    assert_eq!(said(&with(bare(), "Tag", tags(&["osint:source-type=\"blog\"", "PAP:RED"]))), []);
}

#[test]
fn two_words_on_one_thing_contradict_each_other() {
    assert_eq!(said(&with(bare(), "Tag", tags(&["tlp:clear", "tlp:green"]))), [Said::Unknown]);
    assert_eq!(said(&with(bare(), "Tag", tags(&["tlp:clear", "tlp:white"]))), tlp(&["clear"]));
}

#[test]
fn a_tag_lifts_the_guess_of_level_three_and_of_no_other() {
    let event = with(with(bare(), "Tag", tags(&["tlp:clear"])), "distribution", json!("3"));
    assert_eq!(said(&event), tlp(&["clear"]));
    assert_eq!(said(&with(event, "distribution", json!("0"))), tlp(&["clear", "amber+strict"]));
}

#[test]
fn a_marking_counts_wherever_it_stands() {
    let red = || json!([{ "name": "tlp:red" }]);
    let parts = [
        ("Attribute", json!([{ "type": "text", "value": "x", "Tag": red() }])),
        (
            "Object",
            json!([{ "name": "person", "Attribute": [{ "type": "text", "value": "x", "Tag": red() }] }]),
        ),
        ("EventReport", json!([{ "name": "x", "content": "y", "Tag": red() }])),
        ("RelatedEvent", json!([{ "Event": { "info": "x", "Tag": red() } }])),
        ("Note", json!([{ "note": "x", "Tag": red() }])),
        ("Attribute", json!([{ "type": "text", "value": "gone", "deleted": true, "Tag": red() }])),
    ];
    for (name, part) in parts {
        let event = with(with(bare(), "Tag", tags(&["tlp:green"])), name, part);
        assert_eq!(said(&event), tlp(&["green", "red"]), "{name}");
    }
}

#[test]
fn what_is_no_event_is_refused_with_the_place() {
    let long = "x".repeat(30);
    let cases = [
        (json!(7), "$"),
        (json!({ "Event": [] }), "$"),
        (json!({ "Event": {} }), "Event.uuid"),
        (json!({ "Event": { "uuid": "no", "info": "x" } }), "Event.uuid"),
        (json!({ "Event": { "uuid": UUID, "info": " " } }), "Event.info"),
        (with(bare(), "Attribute", json!({})), "Attribute"),
        (with(bare(), "Attribute", json!([7])), "Attribute"),
        (with(bare(), "Attribute", json!([{ "value": long }])), "Attribute.type"),
        (with(bare(), "Object", json!([{}])), "Object.name"),
        (with(bare(), "Object", json!([{ "name": "x", "Attribute": 1 }])), "Attribute"),
    ];
    for (event, place) in cases {
        let error = parse(&event).unwrap_err().to_string();
        assert!(error.contains(place) && !error.contains(&long), "{event}: {error}");
    }
    let deep = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    assert_eq!(read(deep.as_bytes(), &LIMITS).unwrap_err(), Error::TooDeep { limit: 64 });
    let small = crate::stix::Limits { bytes: 10, ..LIMITS };
    assert_eq!(read(bare().to_string().as_bytes(), &small).unwrap_err(), Error::TooLarge { limit: 10 });
}

#[test]
fn an_event_becomes_one_document_with_its_parts() {
    let event = json!({ "Event": {
        "uuid": UUID, "info": "Letters to a newspaper", "date": "2031-03-07", "timestamp": "1900000000",
        "threat_level_id": "1", "analysis": "0", "distribution": "2", "Orgc": { "name": "Alba" },
        "Tag": [{ "name": "tlp:green" }, { "name": "PAP:RED" }],
        "Galaxy": [{ "name": "Actor", "GalaxyCluster": [{ "value": "Set one" }] }],
        "EventReport": [{ "name": "The letters", "content": "Three letters came.\nOne names a day.", "distribution": "0" }],
        "Object": [{ "name": "person", "comment": "an editor", "Attribute": [
            { "object_relation": "full-name", "type": "full-name", "value": "A. Sample" },
            { "object_relation": "text", "type": "text", "value": "wrote about the port" }] }],
        "Attribute": [{ "type": "ip-dst", "value": "198.51.100.3", "comment": "sender", "Sighting": [
            { "type": "0", "date_sighting": "1900000500" }, { "type": "1", "date_sighting": "1900000100" }] }],
        "ShadowAttribute": [{ "value": "proposed" }],
    }});
    let found = take(&parse(&event).unwrap());
    assert_eq!(found.document.kind, Kind::Misp);
    assert_eq!(found.document.title.as_deref(), Some("Letters to a newspaper"));
    assert_eq!(
        found.document.text,
        "Letters to a newspaper\n\n\
         [TLP:AMBER+STRICT] The letters\n\nThree letters came.\nOne names a day.\n\n\
         MISP event 5f6d2c1a-0001-4000-8000-000000000001; made by Alba; threat level given: high; \
         analysis: initial; not published; 1 proposals of others are not shown\n\
         Tags: tlp:green, PAP:RED\nGalaxies: Actor: Set one\n\n\
         Objects:\nperson: full-name: A. Sample; text: wrote about the port (an editor)\n\n\
         Attributes:\nip-dst: 198.51.100.3 (sender), seen 1 times, last 2030-03-17T17:55:00Z, \
         called a false alarm 1 times"
    );
    assert_eq!((found.maker.as_deref(), found.version_us), (Some("Alba"), Some(1_900_000_000_000_000)));
    assert_eq!(found.said, tlp(&["green", "amber+strict"]));
    assert_eq!(found.people.len(), 1);
    assert_eq!(found.people[0].reason, "wrote about the port an editor");
    assert_eq!(found.things, 3);
    let dates: Vec<_> = found.document.dates.iter().map(|date| date.raw.as_str()).collect();
    assert_eq!(dates, ["2031-03-07", "2030-03-17T17:46:40Z"]);
}

fn sheet<'a>(key: &'a Key, tlp: &'a str) -> Sheet<'a> {
    let at = 1_900_000_000_000_000;
    Sheet {
        key,
        organisation: "Northport",
        tlp,
        created_us: at,
        modified_us: at,
        revoked: false,
        exercise: false,
    }
}

fn warning() -> Thing {
    Thing::Warning {
        subject: "Be careful on Friday".into(),
        text: "Avoid the square.".into(),
        published_us: 1_900_000_000_000_000,
        likelihood: Some("roughly even odds".into()),
        about: Vec::new(),
    }
}

fn group(count: usize) -> SharingGroup {
    let organisation = |number: usize| (format!("Org {number}"), UUID.to_owned());
    SharingGroup {
        uuid: UUID.into(),
        name: "G".into(),
        organisations: (0..count).map(organisation).collect(),
    }
}

#[test]
fn what_we_write_we_read_again_with_the_same_label() {
    let key = Key::new([7; 32]);
    for word in ["clear", "green", "amber", "amber+strict"] {
        let written = event(&sheet(&key, word), "W-1", &warning(), None).unwrap();
        let found = parse(&written).unwrap();
        let strictest = if word == "amber" { vec!["amber", "amber+strict"] } else { vec![word] };
        assert_eq!(found.own, tlp(&strictest));
        assert_eq!(found.reports[0].content, "Avoid the square.");
        assert!(
            found.tags.contains(&"estimative-language:likelihood-probability=\"roughly-even-chance\"".into())
        );
    }
    let written = event(&sheet(&key, "amber"), "W-1", &warning(), Some(&group(2))).unwrap();
    assert_eq!(parse(&written).unwrap().own, tlp(&["amber"]));
    assert_eq!(written["Event"]["distribution"], "4");
}

#[test]
fn red_and_what_reaches_too_far_is_never_written() {
    let key = Key::new([7; 32]);
    for word in ["red", "white", ""] {
        assert!(event(&sheet(&key, word), "W-1", &warning(), None).is_err());
    }
    assert!(event(&sheet(&key, "amber+strict"), "W-1", &warning(), Some(&group(2))).is_err());
    assert!(event(&sheet(&key, "amber+strict"), "W-1", &warning(), Some(&group(1))).is_ok());
    let note = Thing::Note { text: "x".into(), about: Vec::new() };
    assert!(event(&sheet(&key, "green"), "N-1", &note, None).is_err());
}

#[test]
fn no_id_of_ours_and_no_uuid_of_another_audience_is_in_an_event() {
    let of =
        |secret| event(&sheet(&Key::new([secret; 32]), "green"), "W-7K2MQ4ZD", &warning(), None).unwrap();
    let (one, other) = (of(1), of(2));
    assert!(!one.to_string().contains("7K2MQ4ZD"));
    assert_ne!(one["Event"]["uuid"], other["Event"]["uuid"]);
    assert_ne!(one["Event"]["Orgc"]["uuid"], other["Event"]["Orgc"]["uuid"]);
    assert_eq!(one, of(1));
}

#[test]
fn a_withdrawn_event_says_so_under_the_same_uuids() {
    let key = Key::new([7; 32]);
    let first = event(&sheet(&key, "green"), "W-1", &warning(), None).unwrap();
    let again = Sheet { revoked: true, modified_us: 1_900_000_001_000_000, ..sheet(&key, "green") };
    let second = event(&again, "W-1", &warning(), None).unwrap();
    assert_eq!(first["Event"]["uuid"], second["Event"]["uuid"]);
    assert_eq!(first["Event"]["EventReport"][0]["uuid"], second["Event"]["EventReport"][0]["uuid"]);
    assert!(!second.to_string().contains("square") && second.to_string().contains("withdrawn"));
}

#[test]
fn a_grade_is_two_tags() {
    let key = Key::new([7; 32]);
    let grade = Grade { source: "B".into(), credibility: "2".into(), confidence: Some(70) };
    let thing = Thing::Report {
        title: "A call".into(),
        text: "Heard twice.".into(),
        published_us: 0,
        grade: Some(grade),
        about: Vec::new(),
    };
    let tags = parse(&event(&sheet(&key, "green"), "R-1", &thing, None).unwrap()).unwrap().tags;
    assert!(tags.contains(&"admiralty-scale:source-reliability=\"b\"".to_owned()));
    assert!(tags.contains(&"admiralty-scale:information-credibility=\"2\"".to_owned()));
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..7).prop_map(Value::from),
        prop_oneof!["tlp:(red|green|x)", "[0-5]", ".{0,6}"].prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let key = prop_oneof![
            "Attribute|Object|Tag|EventReport|Galaxy|GalaxyCluster|SharingGroup|Sighting|name|type|value",
            "distribution|sharing_group_id|deleted|timestamp|uuid|info|Event|response",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_event_is_read_or_refused_and_never_loses_a_marking(
        name in "Attribute|Object|EventReport|Tag|Note|Galaxy", value in anything(),
    ) {
        let marked = with(with(bare(), "Tag", tags(&["tlp:red"])), "x", json!({ "Tag": tags(&["tlp:green"]) }));
        let event = if name == "Tag" { with(bare(), &name, value) } else { with(marked, &name, value) };
        if let Ok(found) = parse(&event) {
            let taken = take(&found);
            prop_assert!(!taken.id.is_empty() && taken.document.title.is_some());
            if name != "Tag" {
                prop_assert!(taken.said.contains(&Said::Tlp("red")) && taken.said.contains(&Said::Tlp("green")));
            }
        }
    }

    #[test]
    fn a_stricter_part_never_makes_an_event_freer(words in prop::collection::vec(0_usize..5, 1..5)) {
        let all = ["clear", "green", "amber", "amber+strict", "red"];
        let parts: Vec<Value> = words
            .iter()
            .map(|at| json!({ "type": "text", "value": "x", "Tag": [{ "name": format!("tlp:{}", all[*at]) }] }))
            .collect();
        let said = said(&with(bare(), "Attribute", json!(parts)));
        for at in words {
            prop_assert!(said.contains(&Said::Tlp(all[at])));
        }
    }
}

#[test]
fn a_sharing_group_is_read_as_misp_writes_it_and_one_of_everybody_is_refused() {
    let one = json!({ "Organisation": { "name": "Alba", "uuid": UUID } });
    let inner = json!({ "uuid": UUID.to_uppercase(), "name": " G ", "SharingGroupOrg": [one] });
    let apart = json!({ "SharingGroup": { "uuid": UUID, "name": "G" }, "SharingGroupOrg": [one] });
    for given in [&inner, &json!({ "SharingGroup": inner }), &json!({ "response": apart }), &apart] {
        let group = SharingGroup::read(given.to_string().as_bytes()).unwrap();
        assert_eq!((group.uuid.as_str(), group.name.as_str()), (UUID, "G"));
        assert_eq!(group.organisations, [("Alba".to_owned(), UUID.to_owned())]);
    }
    let with = |name: &str, value: Value| {
        let mut group = inner.clone();
        group[name] = value;
        SharingGroup::read(group.to_string().as_bytes()).unwrap_err().to_string()
    };
    assert!(with("uuid", json!("7")).contains("uuid is no UUID"));
    assert!(with("name", json!("")).contains("name is missing"));
    assert!(with("SharingGroupOrg", json!([])).contains("no organisation"));
    assert!(with("SharingGroupOrg", json!([{ "name": "Alba" }])).contains("uuid is missing"));
    for all in [json!(true), json!("1"), json!(1)] {
        assert!(with("SharingGroupServer", json!([{ "all_orgs": all }])).contains("everybody"));
    }
    assert!(SharingGroup::read(b"{").is_err() && SharingGroup::read(&vec![b' '; (1 << 20) + 1]).is_err());
}
