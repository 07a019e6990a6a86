//! Lists of people that somebody offers: refused, explained, reviewed, and nowhere to be found.

use crate::desk::{Desk, House, kind};
use crate::store::on_both;
use aldis::desk::{lists, review, watch};
use aldis_model::{Id, Label};
use std::fmt::Write;

on_both!(
    a_list_without_evidence_is_refused_and_nothing_of_it_is_kept,
    the_sender_is_told_once_and_only_what_its_own_rows_lack,
    whoever_answers_for_the_register_looks_and_nobody_reviews_their_own,
    who_may_not_see_a_list_finds_none,
    what_is_no_list_is_refused,
);

fn csv() -> String {
    let mut text = "name,list,reason\n".to_owned();
    for number in 0..180 {
        let reason = ["insulted the republic", "attended rally", "posts"][number % 3];
        writeln!(text, "Vasko Brandimar {number},extremist,{reason}").unwrap();
    }
    text
}

pub fn offered(desk: &Desk) -> Id {
    let label: Label = "AMBER".parse().unwrap();
    desk.write("Liaison", |tx, ctx| lists::offer(tx, ctx, "ALBA", &label, csv().as_bytes())).unwrap()
}

/// Leaves a row in the table of this room.
pub fn every_kind_of_row(desk: &Desk) {
    offered(desk);
}

fn a_list_without_evidence_is_refused_and_nothing_of_it_is_kept(house: &House) {
    let (desk, _alba) = house.pair();
    let before = desk.count("SELECT count(*) FROM subject");
    let id = offered(&desk);
    let found = desk.read("Auditor", |tx, ctx| lists::find(tx, ctx, &id)).unwrap().into_inner();
    assert_eq!((found.rows, found.refused, found.flagged), (180, 180, 180));
    assert_eq!(found.alarms, "DM-03 100 40,DM-09 100 5");
    assert_eq!(desk.count("SELECT count(*) FROM subject"), before);
    let dump = format!("{:?}", desk.dump());
    assert!(!dump.contains("Brandimar") && !dump.contains("insulted"), "nothing of a row is kept");
    let kinds = desk.kinds();
    assert_eq!(kinds.iter().filter(|kind| *kind == "metric.alarm").count(), 2);
    assert!(!kinds.iter().any(|kind| kind == "list.entry_created"));
    assert!(desk.findings().is_empty());
}

fn the_sender_is_told_once_and_only_what_its_own_rows_lack(house: &House) {
    let (desk, _alba) = house.pair();
    let id = offered(&desk);
    let tell = |how: &str| desk.write("Liaison", |tx, ctx| lists::told(tx, ctx, &id, how));
    assert_eq!(kind(tell(" ").map(|_| ())), "refused");
    let notice = tell("letter 12").unwrap().into_inner();
    assert!(notice.contains("Missing fields") && notice.contains("Blocked grounds"), "{notice}");
    assert!(!notice.contains("Brandimar"));
    assert_eq!(kind(tell("again").map(|_| ())), "conflict");
    let closed: Label = "RED COMP OAK".parse().unwrap();
    let mut officer = desk.by("Liaison");
    officer.actor.viewer.compartments.insert("OAK".to_owned());
    let id = desk.node.db.write(|tx| lists::offer(tx, &officer, "ALBA", &closed, csv().as_bytes())).unwrap();
    let told = desk.node.db.write(|tx| lists::told(tx, &officer, &id, "letter").map(|_| ()));
    assert_eq!(kind(told), "blocked", "a label that does not reach the sender");
}

fn whoever_answers_for_the_register_looks_and_nobody_reviews_their_own(house: &House) {
    let (desk, _alba) = house.pair();
    let id = offered(&desk);
    let waits = |desk: &Desk, by: &str| {
        let floor = desk.read(by, watch::floor).unwrap().into_inner();
        floor.waiting.iter().filter(|task| task.kind == "list" && task.thing == id.as_str()).count()
    };
    assert_eq!(waits(&desk, "Auditor"), 1);
    let look = |by: &str, words: &str| desk.write(by, |tx, ctx| lists::review(tx, ctx, &id, words));
    assert_eq!(kind(look("Senior", "fine")), "forbidden");
    assert_eq!(kind(look("Auditor", "")), "refused");
    look("Auditor", "refused as a whole").unwrap();
    assert_eq!(kind(look("Auditor", "again")), "conflict");
    assert_eq!(waits(&desk, "Auditor"), 0);
}

fn who_may_not_see_a_list_finds_none(house: &House) {
    let (desk, _alba) = house.pair();
    let id = offered(&desk);
    let nobody: Id = "LO-00000000".parse().unwrap();
    for id in [&id, &nobody] {
        assert_eq!(kind(desk.read("Junior", |tx, ctx| lists::find(tx, ctx, id).map(|_| ()))), "not found");
    }
    assert!(desk.read("Junior", lists::all).unwrap().get().is_empty());
    let seen = desk.read("Junior", |tx, ctx| review::tail(tx, ctx, 500)).unwrap().into_inner();
    assert!(seen.iter().all(|entry| !entry.kind.starts_with("list.") && entry.kind != "metric.alarm"));
}

fn what_is_no_list_is_refused(house: &House) {
    let (desk, _alba) = house.pair();
    let label: Label = "AMBER".parse().unwrap();
    let wide = vec!["a"; 65].join(",");
    let long = format!("name\n{}\n", "x".repeat(4_001));
    desk.unchanged(|| {
        for (what, bytes) in [
            ("empty", b"".as_slice()),
            ("no rows", b"name,reason\n"),
            ("not UTF-8", b"name\n\xff\xfe\n"),
            ("too wide", wide.as_bytes()),
            ("too long a cell", long.as_bytes()),
        ] {
            let done = desk.write("Liaison", |tx, ctx| lists::offer(tx, ctx, "ALBA", &label, bytes));
            assert_eq!(kind(done), "refused", "{what}");
        }
        let nobody =
            desk.write("Liaison", |tx, ctx| lists::offer(tx, ctx, "NOBODY", &label, csv().as_bytes()));
        assert_eq!(kind(nobody), "not found");
    });
}
