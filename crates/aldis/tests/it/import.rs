//! Imports from other tools: one report for each thing that tells something, its strictest label, what is
//! recognised, and lists of people, of which nothing stays.

use crate::desk::{Desk, House, kind};
use crate::store::on_both;
use aldis::desk::gather;
use aldis::exchange::import::{Bring, Outcome, receive};
use aldis_model::{Id, Label};
use aldis_wire::intake::Intake;
use aldis_wire::misp::{self, LIMITS};
use aldis_wire::stix::{Collector, Limits};
use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Stdio};

on_both!(
    an_event_is_one_report_with_its_strictest_label_and_one_task,
    what_is_not_marked_gets_the_label_of_whoever_brings_it,
    the_same_thing_is_recognised_and_a_later_version_follows,
    whoever_may_not_see_the_earlier_report_hears_of_none,
    ten_thousand_indicators_are_one_report_and_one_task,
    a_list_of_people_is_not_taken_in_and_nothing_of_it_is_kept,
    what_says_that_we_made_it_does_not_come_back_as_news,
    nobody_named_is_refused_and_leaves_nothing,
);

const UUID: &str = "5f6d2c1a-0001-4000-8000-000000000001";

fn event(seconds: u32, more: &Value) -> Value {
    let mut event = json!({
        "uuid": UUID, "info": "Letters to a newspaper", "timestamp": seconds.to_string(),
        "Orgc": { "name": "Alba" }, "Tag": [{ "name": "tlp:green" }],
        "EventReport": [{ "name": "The letters", "content": "Three letters came.", "distribution": "5" }],
    });
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

fn bring<'a>(format: &'a str, label: &'a Label) -> Bring<'a> {
    Bring { format, source: None, originator: None, label }
}

fn take(desk: &Desk, event: &Value) -> aldis::error::Result<Outcome> {
    take_by("Duty", "RED", desk, event)
}

fn take_by(officer: &str, unmarked: &str, desk: &Desk, event: &Value) -> aldis::error::Result<Outcome> {
    let bytes = event.to_string();
    let intake = misp::take(&misp::read(bytes.as_bytes(), &LIMITS).unwrap());
    let label = unmarked.parse().unwrap();
    desk.write(officer, |tx, ctx| receive(tx, ctx, &bring("misp", &label), &intake, bytes.as_bytes()))
}

fn taken(outcome: aldis::error::Result<Outcome>) -> Id {
    match outcome.unwrap() {
        Outcome::Taken { report, .. } => report,
        other => panic!("{other:?}"),
    }
}

/// Leaves one row in each table of this room.
pub(crate) fn every_kind_of_row(desk: &Desk) {
    taken(take(desk, &event(1_700_000_000, &json!({}))));
}

fn people(count: usize) -> Value {
    let person = |number: usize| {
        json!({ "name": "person", "Attribute": [
            { "type": "full-name", "object_relation": "full-name", "value": format!("Sample Person{number}") },
            { "type": "text", "object_relation": "text", "value": "insulted the republic" }] })
    };
    json!({ "Object": (0..count).map(person).collect::<Vec<_>>() })
}

fn an_event_is_one_report_with_its_strictest_label_and_one_task(house: &House) {
    let desk = house.desk("NORTHPORT");
    let strict = json!([{ "type": "text", "value": "the third names a day", "Tag": [{ "name": "tlp:amber+strict" }] }]);
    let sent = event(1_900_000_000, &json!({ "Attribute": strict }));
    let id = taken(take(&desk, &sent));
    let report = desk.read("Analyst", |tx, ctx| gather::find(tx, ctx, &id)).unwrap().into_inner();
    assert_eq!(report.label, "AMBER+STRICT".parse().unwrap());
    assert_eq!(
        (report.channel.as_str(), report.originator.as_str(), report.source.as_str()),
        ("misp", "ALBA", "Alba")
    );
    assert!(report.body.contains("Three letters came.") && report.body.contains("the third names a day"));
    assert_eq!(report.grade, None);
    let original = desk.read("Analyst", |tx, ctx| gather::original(tx, ctx, &id)).unwrap();
    assert_eq!(original.get(), sent.to_string().as_bytes());
    assert_eq!(desk.open_tasks("read"), 1);
    assert_eq!(desk.column("SELECT kind FROM report"), ["misp"]);
    // Nobody here wrote it, so nobody is its author.
    assert_eq!(desk.count("SELECT count(*) FROM author"), 0);
    assert_eq!(desk.findings(), []);
}

fn what_is_not_marked_gets_the_label_of_whoever_brings_it(house: &House) {
    let desk = house.desk("NORTHPORT");
    let bare = event(1_900_000_000, &json!({ "Tag": [] }));
    let id = taken(take(&desk, &bare));
    let label = |id: &Id| desk.column(&format!("SELECT label FROM report WHERE id = '{id}'"));
    assert_eq!(label(&id), ["TLP:RED"]);
    // A freer marking on a part does not free the whole.
    let part = json!({ "Tag": [], "uuid": UUID.replace('1', "2"), "Attribute": [
        { "type": "text", "value": "x", "Tag": [{ "name": "tlp:clear" }] }] });
    assert_eq!(label(&taken(take(&desk, &event(1_900_000_000, &part)))), ["TLP:RED"]);
}

fn the_same_thing_is_recognised_and_a_later_version_follows(house: &House) {
    let desk = house.desk("NORTHPORT");
    let first = taken(take(&desk, &event(1_900_000_000, &json!({}))));
    let again =
        take(&desk, &event(1_900_000_000, &json!({ "id": "7", "event_creator_email": "x@alba.test" })))
            .unwrap();
    assert_eq!(again, Outcome::Known(first.clone()));
    let later = event(1_900_000_100, &json!({ "info": "Four letters to a newspaper" }));
    let Outcome::Taken { report: second, follows, differs } = take(&desk, &later).unwrap() else { panic!() };
    assert_eq!((follows.as_ref(), differs), (Some(&first), false));
    let older = event(1_899_999_999, &json!({ "info": "Two letters" }));
    assert_eq!(take(&desk, &older).unwrap(), Outcome::Older(second.clone()));
    let other = event(1_900_000_100, &json!({ "info": "Five letters to a newspaper" }));
    let Outcome::Taken { follows, differs, .. } = take(&desk, &other).unwrap() else { panic!() };
    assert_eq!((follows, differs), (Some(second), true));
    // Another maker's event of the same name is another one.
    assert!(matches!(
        take(&desk, &event(1_900_000_000, &json!({ "Orgc": { "name": "Gamma" } }))).unwrap(),
        Outcome::Taken { follows: None, .. }
    ));
    assert_eq!(desk.count("SELECT count(*) FROM report"), 4);
    assert_eq!(desk.findings(), []);
}

fn whoever_may_not_see_the_earlier_report_hears_of_none(house: &House) {
    let desk = house.desk("NORTHPORT");
    let bare = |seconds| event(seconds, &json!({ "Tag": [], "info": format!("Letters at {seconds}") }));
    let secret = taken(take(&desk, &bare(1_900_000_000)));
    for seconds in [1_899_999_999, 1_900_000_000, 1_900_000_100] {
        let Outcome::Taken { follows, differs, .. } =
            take_by("Junior", "GREEN", &desk, &bare(seconds)).unwrap()
        else {
            panic!("{seconds}: an earlier report is told of")
        };
        assert_ne!(follows, Some(secret.clone()));
        assert!(!differs, "{seconds}");
    }
    // Whoever may see it follows it, and the record of that is for those who may see both.
    let open = event(1_900_000_300, &json!({}));
    let Outcome::Taken { follows, .. } = take(&desk, &bare(1_900_000_200)).unwrap() else { panic!() };
    let red = follows.expect("one of the earlier ones");
    let Outcome::Taken { report, follows: Some(followed), .. } = take(&desk, &open).unwrap() else {
        panic!()
    };
    assert_ne!(followed, red);
    let label = |what: &str| desk.column(what).pop().unwrap();
    assert_eq!(label(&format!("SELECT label FROM report WHERE id = '{report}'")), "TLP:GREEN");
    assert_eq!(label(&format!("SELECT label FROM report WHERE id = '{followed}'")), "TLP:RED");
    assert_eq!(label("SELECT label FROM entry WHERE kind = 'report.imported' ORDER BY idx"), "TLP:RED");
}

fn ten_thousand_indicators_are_one_report_and_one_task(house: &House) {
    let desk = house.desk("NORTHPORT");
    let mut collector = Collector::default();
    for number in 0..10_000 {
        let object = json!({ "type": "indicator", "id": format!("indicator--{number:08x}-0000-4000-8000-000000000000"),
            "pattern": format!("[ipv4-addr:value = '198.51.{}.{}']", number / 256, number % 256) });
        collector.add(object.to_string().as_bytes(), &Limits::default()).unwrap();
    }
    let collected = collector.finish();
    let original = collected.original(0).unwrap();
    let green = "GREEN".parse().unwrap();
    let bring = Bring { source: Some("Alba feed"), ..bring("stix", &green) };
    let outcomes: Vec<Outcome> = collected
        .intakes
        .iter()
        .map(|intake: &Intake| {
            desk.write("Duty", |tx, ctx| receive(tx, ctx, &bring, intake, &original)).unwrap()
        })
        .collect();
    assert!(matches!(outcomes.as_slice(), [Outcome::Taken { .. }]));
    assert_eq!((desk.count("SELECT count(*) FROM report"), desk.open_tasks("read")), (1, 1));
    assert!(original.len() > 1_000_000);
    assert_eq!(desk.findings(), []);
}

fn a_list_of_people_is_not_taken_in_and_nothing_of_it_is_kept(house: &House) {
    let desk = house.desk("NORTHPORT");
    // Nine people in one thing are a report, ten are a list.
    assert!(matches!(take(&desk, &event(1_900_000_000, &people(9))).unwrap(), Outcome::Taken { .. }));
    let mut ten = event(1_900_000_001, &people(10));
    ten["Object"][9]["Attribute"][0]["value"] = json!("Tenth Onlyhere");
    assert_eq!(desk.unchanged(|| take(&desk, &ten)).unwrap(), Outcome::People(10));
    assert!(desk.dump().iter().all(|row| !row.contains("Onlyhere")), "a row of the list was kept");
}

fn what_says_that_we_made_it_does_not_come_back_as_news(house: &House) {
    let desk = house.desk("NORTHPORT");
    let ours = event(1_900_000_000, &json!({ "Orgc": { "name": "Northport" } }));
    assert_eq!(desk.unchanged(|| take(&desk, &ours)).unwrap(), Outcome::Ours);
}

fn nobody_named_is_refused_and_leaves_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    let nobody = event(1_900_000_000, &json!({ "Orgc": {} }));
    assert_eq!(desk.unchanged(|| kind(take(&desk, &nobody))), "refused");
}

/// The real program in a folder of its own, with one analyst and one senior officer.
struct Program(tempfile::TempDir);

impl Program {
    fn new() -> Self {
        let own = Self(tempfile::tempdir().unwrap());
        assert_eq!(own.run(&["init", "--organisation", "Northport"], "").0, 0);
        for (name, role) in [("Mara", "analyst"), ("Ines", "senior")] {
            assert_eq!(own.run(&["user", "add", name, "--role", role, "--as", "admin"], "").0, 0);
        }
        own
    }

    fn run(&self, args: &[&str], stdin: &str) -> (i32, String, String) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_aldis"));
        program.env_clear().current_dir(&self.0).args(args);
        program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn import(&self, format: &str, more: &[&str], stdin: &str) -> (i32, Value) {
        let args = [&["import", "--format", format, "-", "--as", "Mara", "--json"], more].concat();
        let (code, out, err) = self.run(&args, stdin);
        (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{code} {out} {err}")))
    }
}

#[test]
fn a_file_of_events_is_taken_in_step_by_step_and_recognised() {
    let program = Program::new();
    let events: Vec<Value> = (1..=3)
        .map(|number| json!({ "Event": event(1_900_000_000, &json!({ "uuid": format!("5f6d2c1a-000{number}-4000-8000-000000000001") })) }))
        .chain([json!({ "Event": { "info": "no uuid" } })])
        .collect();
    let file = json!({ "response": events }).to_string();
    let (code, dry) = program.import("misp", &["--dry-run"], &file);
    assert_eq!((code, &dry["counts"]["taken"], &dry["dry_run"]), (11, &json!(3), &json!(true)));
    let (code, first) = program.import("misp", &["--most", "2"], &file);
    assert_eq!((code, &first["counts"]["taken"], &first["more"]), (11, &json!(2), &json!(true)));
    let (code, second) = program.import("misp", &[], &file);
    assert_eq!((code, &second["counts"]["taken"], &second["counts"]["known"]), (11, &json!(1), &json!(2)));
    assert_eq!(second["counts"]["refused"], 1);
    assert!(second["items"][3]["why"].as_str().unwrap().contains("Event.uuid"));
    let good = json!(events[..3]).to_string();
    let (code, third) = program.import("misp", &[], &good);
    assert_eq!((code, &third["counts"]["known"], &third["complete"]), (0, &json!(3), &json!(true)));
    let (_, out, _) = program.run(&["report", "list", "--as", "Mara", "--json"], "");
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["items"].as_array().unwrap().len(), 3);
}

#[test]
fn a_bundle_or_lines_of_objects_are_taken_in() {
    let program = Program::new();
    let at = "2031-03-07T18:05:00.000Z";
    let maker = json!({ "type": "identity", "spec_version": "2.1", "id": "identity--00000001-0000-4000-8000-000000000000",
        "created": at, "modified": at, "name": "Alba", "identity_class": "organization" });
    let report = json!({ "type": "report", "spec_version": "2.1", "id": "report--00000002-0000-4000-8000-000000000000",
        "created": at, "modified": at, "published": at, "name": "A call", "description": "Heard twice.",
        "created_by_ref": maker["id"], "object_refs": [maker["id"]],
        "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"] });
    let bundle = json!({ "type": "bundle", "id": "bundle--00000003-0000-4000-8000-000000000000", "objects": [maker, report] });
    let (code, said) = program.import("stix", &[], &bundle.to_string());
    assert_eq!(
        (code, &said["items"][0]["label"], &said["items"][0]["title"]),
        (0, &json!("TLP:GREEN"), &json!("A call"))
    );
    let (code, said) = program.import("stix", &[], &format!("{maker}\n{report}\n"));
    assert_eq!((code, &said["counts"]["known"]), (0, &json!(1)));
    let id = said["items"][0]["id"].as_str().unwrap();
    let (_, out, _) = program.run(&["report", "show", id, "--as", "Mara"], "");
    assert!(out.contains("Heard twice.") && out.contains("originator ALBA"), "{out}");
}

#[test]
fn what_is_no_file_of_the_format_is_a_usage_error_and_changes_nothing() {
    let program = Program::new();
    for (format, text, words) in [
        ("misp", "", "nothing to read"),
        ("misp", "{\"Event\":", "ends inside"),
        ("misp", "[]", "no event"),
        ("stix", "no json", "neither an object nor a list"),
        ("stix", "[]", "no object"),
    ] {
        let args = ["import", "--format", format, "-", "--source", "Alba", "--as", "Mara"];
        let (code, out, err) = program.run(&args, text);
        assert_eq!((code, out.as_str()), (2, ""), "{format} {text:?}: {err}");
        assert!(err.contains(words), "{format} {text:?}: {err}");
    }
    let (code, _, _) = program.run(&["import", "--format", "misp", "absent.json", "--as", "Mara"], "");
    assert_eq!(code, 2);
}

#[test]
fn a_tie_is_decided_with_one_word_of_two() {
    let program = Program::new();
    let decide = |more: &[&str]| {
        let args = [&["report", "decide-tie", "TE-9QW3E4RT", "--reason", "x", "--as", "Mara"], more].concat();
        program.run(&args, "").0
    };
    // There is no such tie, which is found out only once the words are understood.
    assert_eq!((decide(&["--confirm"]), decide(&["--reject"])), (3, 3));
    assert_eq!((decide(&[]), decide(&["--confirm", "--reject"])), (2, 2));
}
