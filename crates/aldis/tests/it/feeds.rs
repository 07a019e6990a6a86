//! Feeds of other servers, read into the desk: from our own TAXII server, and from small ones that behave
//! as they are told.

mod around;

use crate::desk::{Desk, House, kind};
use crate::elsewhere::{LAST, Still, serve};
use crate::store::on_both;
use crate::taxii::{Tool, collection, desk as desk_with_partners, id, token};
use aldis::config::Feed;
use aldis::desk::feeds::{self as verbs, Came};
use aldis::desk::watch;
use aldis::exchange::feeds;
use aldis::exchange::import::{self, Bring, Outcome};
use aldis::node::Node;
use aldis::web;
use aldis_model::{Label, Tlp};
use aldis_wire::stix::{Collector, Limits};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::sync::Arc;

on_both!(
    what_another_server_has_comes_in_once_with_its_own_labels,
    of_one_poll_two_hundred_reports_are_new_and_the_next_goes_on,
    what_came_before_a_failure_is_kept_and_the_next_poll_goes_on_behind_it,
    a_feed_that_cannot_be_read_is_on_the_watch_floor_until_it_can,
    whoever_lost_his_turn_keeps_nothing,
    a_later_version_and_what_is_taken_back_come_in_and_a_list_of_people_does_not,
    the_mark_of_another_place_is_forgotten,
    bombs_in_a_page_do_no_harm_and_the_rest_comes_in,
    what_a_feed_leaves_out_tells_nobody_of_a_report_above_him,
    only_the_program_and_those_who_gather_may,
);

/// Serves a node on a port of its own, until the process ends.
fn listening(node: &Arc<Node>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}/taxii2/", listener.local_addr().unwrap());
    let router = web::router(Arc::clone(node));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
    });
    address
}

/// Describes a feed; `more` overwrites its keys.
fn feed(address: &str, collection: &str, more: &Value) -> Feed {
    let mut feed = json!({ "name": "northport", "address": address, "collection": collection });
    more.as_object().unwrap().iter().for_each(|(key, value)| feed[key] = value.clone());
    serde_json::from_value(feed).unwrap()
}

/// A server with one collection, a tool that adds to it, and a feed of it at another desk.
struct Pair {
    tool: Tool,
    own: String,
    reader: Desk,
    feed: Feed,
}

impl Pair {
    fn on(house: &House) -> Self {
        let server = desk_with_partners(house);
        let own = collection(&server, "ALBA", "read-write");
        let reader = house.desk("ALBA");
        std::fs::write(reader.folder.path().join("token"), token("ALBA") + "\n").unwrap();
        let address = listening(&server.node);
        // Its discovery names the address that the world knows it by.
        let root = format!("{address}desk/");
        let feed = feed(&address, &own, &json!({ "root": root, "secret_file": "token", "overlap_s": 3_600 }));
        Self { tool: Tool::of(&server, "ALBA"), own, reader, feed }
    }

    fn add(&self, objects: &[Value]) {
        let texts: Vec<String> = objects.iter().map(Value::to_string).collect();
        self.tool.add(&self.own, &texts);
    }

    /// Moves the clock to the next poll and reads.
    fn read(&self) -> aldis::error::Result<Option<usize>> {
        read(&self.reader, &self.feed)
    }

    fn titles(&self) -> Vec<String> {
        self.reader.column("SELECT title FROM report ORDER BY title")
    }
}

fn read(reader: &Desk, feed: &Feed) -> aldis::error::Result<Option<usize>> {
    reader.later(15);
    feeds::poll(&reader.node, feed, &Still::default())
}

fn object(kind: &str, number: u32, more: &Value) -> Value {
    let mut object = json!({
        "type": kind, "spec_version": "2.1", "id": id(kind, number), "created": "2031-03-07T18:05:00.000Z",
        "modified": "2031-03-07T18:05:00.000Z",
    });
    more.as_object().unwrap().iter().for_each(|(key, value)| object[key] = value.clone());
    object
}

fn maker() -> Value {
    object("identity", 9, &json!({ "name": "Gamma", "identity_class": "organization" }))
}

fn note(number: u32, more: &Value) -> Value {
    let mut note = object(
        "note",
        number,
        &json!({ "abstract": format!("Note {number:03}"), "content": "A letter came.",
                 "object_refs": [id("tool", number)], "created_by_ref": id("identity", 9) }),
    );
    more.as_object().unwrap().iter().for_each(|(key, value)| note[key] = value.clone());
    note
}

fn marked(word: &str) -> Value {
    json!({ "object_marking_refs": [aldis_wire::stix::marking::tlp_2_id(word).unwrap()] })
}

fn what_another_server_has_comes_in_once_with_its_own_labels(house: &House) {
    let pair = Pair::on(house);
    let unknown =
        json!({ "object_marking_refs": ["marking-definition--00000001-0000-4000-8000-000000000000"] });
    let report = object(
        "report",
        1,
        &json!({ "name": "A call", "description": "Heard twice.", "published": "2031-03-07T18:05:00Z",
                 "created_by_ref": id("identity", 9), "object_refs": [id("identity", 9)],
                 "object_marking_refs": [aldis_wire::stix::marking::tlp_2_id("green").unwrap()] }),
    );
    pair.add(&[report, maker(), note(2, &json!({})), note(3, &unknown), note(4, &marked("amber+strict"))]);
    assert_eq!(pair.read().unwrap(), Some(4));
    assert_eq!(pair.titles(), ["A call", "Note 002", "Note 003", "Note 004"]);
    let labels = pair.reader.column("SELECT label FROM report ORDER BY title");
    assert_eq!(
        (labels[0].as_str(), labels[1].as_str()),
        ("TLP:GREEN", "TLP:RED"),
        "what is not marked is RED"
    );
    assert!(labels[2].starts_with("TLP:RED CAV") && labels[3] == "TLP:AMBER+STRICT", "{labels:?}");
    let sources = pair.reader.column("SELECT source || ' ' || originator || ' ' || channel FROM report");
    assert!(sources.iter().all(|one| one == "northport GAMMA stix"), "{sources:?}");
    // It is not its time, it is its time and nothing is new, and the mark was lost with nothing else.
    assert_eq!(feeds::poll(&pair.reader.node, &pair.feed, &Still::default()).unwrap(), None);
    assert_eq!(pair.read().unwrap(), Some(0));
    pair.reader.place.tamper("UPDATE feed SET mark = '{}'");
    assert_eq!(pair.read().unwrap(), Some(0));
    assert_eq!(pair.reader.count("SELECT count(*) FROM report"), 4);
    pair.add(&[note(5, &json!({}))]);
    assert_eq!(pair.read().unwrap(), Some(1));
    let read = pair.reader.kinds().into_iter().filter(|kind| kind == "feed.read").count();
    assert_eq!((read, pair.reader.open_tasks("read"), pair.reader.open_tasks("feed")), (2, 5, 0));
    assert_eq!(pair.reader.findings(), []);
}

fn of_one_poll_two_hundred_reports_are_new_and_the_next_goes_on(house: &House) {
    let pair = Pair::on(house);
    pair.add(&[maker()]);
    pair.add(&(0..450).map(|number| note(number, &json!({}))).collect::<Vec<_>>());
    // Loose objects are one report, which comes last and once.
    pair.add(
        &(0..30)
            .map(|number| serde_json::from_str(&crate::taxii::indicator(number, 1)).unwrap())
            .collect::<Vec<_>>(),
    );
    let new: Vec<_> = (0..4).map(|_| pair.read().unwrap()).collect();
    assert_eq!(new, [Some(200), Some(200), Some(51), Some(0)]);
    let titles = pair.titles();
    assert_eq!(titles.len(), 451);
    assert!((0..450).all(|number| titles.contains(&format!("Note {number:03}"))));
    assert!(titles.iter().any(|title| title.contains("30 indicator")), "{titles:?}");
    assert_eq!(pair.reader.findings(), []);
}

fn page(objects: &[Value], next: Option<&str>) -> String {
    let mut page = json!({ "objects": objects });
    if let Some(next) = next {
        page["more"] = json!(true);
        page["next"] = json!(next);
    }
    page.to_string()
}

fn what_came_before_a_failure_is_kept_and_the_next_poll_goes_on_behind_it(house: &House) {
    let reader = house.desk("ALBA");
    let (address, asked) = serve(vec![
        (200, LAST, page(&[maker(), note(1, &json!({}))], Some("second"))),
        (403, "", r#"{"title":"Enough"}"#.into()),
        (200, LAST, page(&[maker(), note(2, &json!({})), json!({ "type": "note" })], None)),
    ]);
    let feed = feed(&address, "c-1", &json!({ "root": address.replace("taxii2", "api1") }));
    assert!(read(&reader, &feed).unwrap_err().to_string().contains("403 Enough"));
    assert_eq!(reader.column("SELECT title FROM report"), ["Note 001"]);
    // The program ends here and starts again: all it knows is in the store.
    let again = reader.place.open().unwrap();
    assert_eq!(again.read(|tx| tx.row("SELECT failures FROM feed", &[])?.int(0)).unwrap(), 1);
    assert_eq!(read(&reader, &feed).unwrap(), Some(1));
    assert_eq!(reader.column("SELECT title FROM report ORDER BY title"), ["Note 001", "Note 002"]);
    let asked = asked.lock().unwrap();
    let lines: Vec<&str> = asked.iter().map(|text| text.lines().next().unwrap()).collect();
    assert!(lines[2].contains("next=second"), "{lines:?}");
    // What cannot be read is said in the record, where those may read it who may see everything.
    let said = reader.column("SELECT fields FROM entry WHERE kind = 'feed.read' ORDER BY idx DESC LIMIT 1");
    assert!(said[0].contains("$.id"), "{said:?}");
    assert_eq!(reader.findings(), []);
}

fn a_feed_that_cannot_be_read_is_on_the_watch_floor_until_it_can(house: &House) {
    let reader = house.desk("ALBA");
    let refused = || (401, "", r#"{"title":"Who are you?"}"#.to_owned());
    let (address, _) = serve(vec![refused(), refused(), (200, LAST, page(&[], None))]);
    let feed = feed(&address, "c-1", &json!({ "root": address }));
    for _ in 0..2 {
        let error = read(&reader, &feed).unwrap_err();
        assert!(error.to_string().contains("Who are you?"), "{error}");
    }
    assert_eq!(reader.open_tasks("feed"), 1, "once for both failures");
    let floor = reader.read("Junior", watch::floor).unwrap().into_inner();
    let task = floor.waiting.iter().find(|task| task.kind == "feed").unwrap();
    assert!(task.note.contains("401 Who are you?") && task.thing == "northport", "{task:?}");
    let next = reader.count("SELECT next_at FROM feed");
    assert_eq!(next - reader.now().micros(), 30 * 60_000_000, "twice as long after the second failure");
    assert_eq!(read(&reader, &feed).unwrap(), None, "too early");
    assert_eq!(read(&reader, &feed).unwrap(), Some(0));
    assert_eq!(reader.open_tasks("feed"), 0);
    let kinds: Vec<String> = reader.kinds().into_iter().filter(|kind| kind.starts_with("feed.")).collect();
    assert_eq!(kinds, ["feed.failed", "feed.back"]);
    assert_eq!(reader.findings(), []);
}

fn whoever_lost_his_turn_keeps_nothing(house: &House) {
    let reader = house.desk("ALBA");
    let begin = || reader.write("system", |tx, ctx| verbs::begin(tx, ctx, "f", "p")).unwrap();
    let slow = begin().unwrap();
    assert!(begin().is_none(), "two at once");
    reader.later(6);
    let quick = begin().unwrap();
    let keep = |turn: &verbs::Turn| {
        let (came, red) = (Came { taken: 1, ..Came::default() }, Label::plain(Tlp::Red));
        kind(reader.write("system", |tx, ctx| verbs::keep(tx, ctx, turn, &turn.mark, &came, &red)))
    };
    let now = reader.now();
    assert_eq!(reader.unchanged(|| keep(&slow)), "conflict");
    assert_eq!(
        reader.unchanged(|| kind(reader.write("system", |tx, ctx| verbs::done(tx, ctx, &slow, now)))),
        "conflict"
    );
    let failed = || kind(reader.write("system", |tx, ctx| verbs::failed(tx, ctx, &slow, "no", 1)));
    assert_eq!(reader.unchanged(failed), "conflict");
    assert_eq!(keep(&quick), "done");
}

fn a_later_version_and_what_is_taken_back_come_in_and_a_list_of_people_does_not(house: &House) {
    let pair = Pair::on(house);
    let people: Vec<Value> = (20..30)
        .map(|number| {
            object(
                "identity",
                number,
                &json!({ "name": format!("Sample Onlyhere{number}"), "identity_class": "individual" }),
            )
        })
        .collect();
    pair.add(&[maker(), note(1, &json!({}))]);
    assert_eq!(pair.read().unwrap(), Some(1));
    let later = json!({ "modified": "2031-03-08T18:05:00.000Z", "content": "A second letter came.", "revoked": true });
    pair.add(&[note(1, &later)]);
    pair.add(&people);
    assert_eq!(pair.read().unwrap(), Some(1));
    assert_eq!(pair.titles(), ["Note 001", "Withdrawn: Note 001"]);
    assert!(pair.reader.dump().iter().all(|row| !row.contains("Onlyhere")), "a row of the list was kept");
    let said =
        pair.reader.column("SELECT fields FROM entry WHERE kind = 'feed.read' ORDER BY idx DESC LIMIT 1");
    assert!(said[0].contains("a list of 10 people"), "{said:?}");
}

fn the_mark_of_another_place_is_forgotten(house: &House) {
    let reader = house.desk("ALBA");
    let begin = |place: &str| {
        reader.later(15);
        reader.write("system", |tx, ctx| verbs::begin(tx, ctx, "f", place)).unwrap().unwrap()
    };
    let turn = begin("a");
    let mut mark = turn.mark.clone();
    mark.added_after = Some("2031-01-01T00:00:00Z".to_owned());
    let (came, red) = (Came::default(), Label::plain(Tlp::Red));
    reader.write("system", |tx, ctx| verbs::keep(tx, ctx, &turn, &mark, &came, &red)).unwrap();
    assert_eq!(begin("a").mark, mark);
    assert_eq!(begin("b").mark.added_after, None);
    assert_eq!(begin("a").mark.added_after, None);
}

fn what_a_feed_leaves_out_tells_nobody_of_a_report_above_him(house: &House) {
    let pair = Pair::on(house);
    let later = |word: &str| {
        let mut later = note(1, &marked(word));
        later["modified"] = json!("2031-03-08T18:05:00.000Z");
        later
    };
    // A later version was brought in by an officer, under RED and under GREEN.
    for (number, word) in [(1, "red"), (2, "green")] {
        let mut one = later(word);
        one["id"] = json!(id("note", number));
        let mut collector = Collector::default();
        for object in [maker(), one] {
            collector.add(object.to_string().as_bytes(), &Limits::default()).unwrap();
        }
        let collected = collector.finish();
        let (original, red) = (collected.original(0).unwrap(), Label::plain(Tlp::Red));
        let bring = Bring { format: "stix", source: None, originator: None, label: &red };
        let taken = pair
            .reader
            .write("Analyst", |tx, ctx| import::receive(tx, ctx, &bring, &collected.intakes[0], &original));
        assert!(matches!(taken.unwrap(), Outcome::Taken { .. }));
    }
    pair.add(&[maker(), note(1, &marked("green")), note(2, &marked("green"))]);
    assert_eq!(pair.read().unwrap(), Some(1), "beside the RED one, not beside the GREEN one");
    let seen = pair.reader.read("Junior", |tx, ctx| aldis::desk::gather::list(tx, ctx, None, 50)).unwrap();
    assert_eq!(seen.get().len(), 2);
    let first = |one: &aldis::desk::gather::Report| one.title == "Note 001";
    assert_eq!(seen.get().iter().filter(|one| first(one)).count(), 2);
}

fn bombs_in_a_page_do_no_harm_and_the_rest_comes_in(house: &House) {
    let reader = house.desk("ALBA");
    let mut objects = crate::taxii::hostile::bombs();
    objects.extend([maker().to_string(), note(1, &json!({})).to_string()]);
    let page = format!(r#"{{"objects":[{}]}}"#, objects.join(","));
    let open = "[".repeat(200_000);
    let (address, _) = serve(vec![
        (200, LAST, open.clone()),
        (200, LAST, format!(r#"{{"objects":[{open}"#)),
        (200, LAST, r#"{"objects":[{"type":"note","type":"note"}"#.into()),
        (200, LAST, page),
    ]);
    let feed = feed(&address, "c-1", &json!({ "root": address, "every_min": 1 }));
    for _ in 0..3 {
        reader.later(15);
        assert!(read(&reader, &feed).is_err());
        assert_eq!(reader.count("SELECT count(*) FROM report"), 0);
    }
    // The note is one report; of the rest, what can be read at all is one list together.
    assert_eq!(read(&reader, &feed).unwrap(), Some(2));
    assert!(reader.column("SELECT title FROM report").contains(&"Note 001".to_owned()));
    let said = reader.column("SELECT fields FROM entry WHERE kind = 'feed.read'");
    assert!(said.len() == 1 && said[0].len() < 2_000, "{said:?}");
    assert_eq!(reader.findings(), []);
}

fn only_the_program_and_those_who_gather_may(house: &House) {
    let reader = house.desk("ALBA");
    let begin = |by: &str| kind(reader.write(by, |tx, ctx| verbs::begin(tx, ctx, "f", "p")));
    assert_eq!(reader.unchanged(|| begin("Auditor")), "forbidden");
    assert_eq!(kind(reader.read("root", verbs::all)), "forbidden");
    assert_eq!((begin("system"), kind(reader.read("Junior", verbs::all))), ("done", "done"));
}
