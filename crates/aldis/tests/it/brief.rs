//! Briefings for our own people: who finds what, and who opened it when.

use crate::desk::{Desk, House, kind};
use crate::store::on_both;
use aldis::desk::{brief, review};
use aldis_model::{Id, Label};

on_both!(
    each_reader_finds_the_briefs_of_his_circles_that_his_clearance_covers,
    opening_is_on_record_once_and_looking_at_the_list_is_not,
    the_record_says_who_could_read_and_who_did,
    whoever_may_not_writes_and_joins_nothing,
);

/// Opens a circle of three readers.
pub fn circle(desk: &Desk) {
    desk.write("Liaison", |tx, ctx| brief::add_circle(tx, ctx, "MORNING", "Morning briefing")).unwrap();
    for who in ["Duty", "Analyst", "Junior"] {
        desk.write("Liaison", |tx, ctx| brief::join(tx, ctx, "morning", who, true)).unwrap();
    }
}

pub fn write(desk: &Desk, title: &str, label: &str) -> Id {
    let label: Label = label.parse().unwrap();
    desk.write("Senior", |tx, ctx| brief::write(tx, ctx, "MORNING", title, "The hall opens at nine.", &label))
        .unwrap()
}

/// Leaves a row in each table of this room.
pub fn every_kind_of_row(desk: &Desk) {
    circle(desk);
    let id = write(desk, "The hall", "AMBER");
    desk.write("Duty", |tx, ctx| brief::open(tx, ctx, &id)).unwrap();
    desk.write("Liaison", |tx, ctx| brief::join(tx, ctx, "MORNING", "Analyst", false)).unwrap();
}

fn titles(desk: &Desk, who: &str) -> Vec<String> {
    let found = desk.read(who, |tx, ctx| brief::of_day(tx, ctx, ctx.now)).unwrap().into_inner();
    found.into_iter().map(|brief| brief.title).collect()
}

fn each_reader_finds_the_briefs_of_his_circles_that_his_clearance_covers(house: &House) {
    let desk = house.desk("NORTHPORT");
    circle(&desk);
    write(&desk, "open to all", "GREEN");
    desk.later(1);
    let closed = write(&desk, "for few", "RED");
    assert_eq!(titles(&desk, "Duty"), ["for few", "open to all"]);
    assert_eq!(titles(&desk, "Junior"), ["open to all"]);
    assert!(titles(&desk, "Second").is_empty(), "not in the circle");
    // Not allowed, not in the circle, and not there look the same.
    let nobody: Id = "B-00000000".parse().unwrap();
    for (who, id) in [("Junior", &closed), ("Second", &closed), ("Duty", &nobody)] {
        assert_eq!(kind(desk.write(who, |tx, ctx| brief::open(tx, ctx, id).map(|_| ()))), "not found");
        assert_eq!(kind(desk.read(who, |tx, ctx| brief::find(tx, ctx, id).map(|_| ()))), "not found");
    }
    for id in [&closed, &nobody] {
        let asked = desk.read("Junior", |tx, ctx| brief::readers(tx, ctx, id).map(|_| ()));
        assert_eq!(kind(asked), "not found");
    }
    let seen = desk.read("Junior", |tx, ctx| review::tail(tx, ctx, 500)).unwrap().into_inner();
    assert!(seen.iter().all(|entry| entry.field("title") != "for few"));
    desk.later(24 * 60 + 1);
    assert!(titles(&desk, "Duty").is_empty(), "of the day means of the last 24 hours");
}

fn opening_is_on_record_once_and_looking_at_the_list_is_not(house: &House) {
    let desk = house.desk("NORTHPORT");
    circle(&desk);
    let id = write(&desk, "The hall", "AMBER");
    desk.unchanged(|| {
        titles(&desk, "Duty");
        let shown = desk.read("Duty", |tx, ctx| brief::find(tx, ctx, &id)).unwrap().into_inner();
        assert_eq!((shown.body.as_str(), shown.opened_at), ("", None));
    });
    let opened = desk.write("Duty", |tx, ctx| brief::open(tx, ctx, &id)).unwrap().into_inner();
    assert_eq!(opened.body, "The hall opens at nine.");
    desk.later(5);
    desk.unchanged(|| {
        let again = desk.write("Duty", |tx, ctx| brief::open(tx, ctx, &id)).unwrap().into_inner();
        assert_eq!(again.opened_at, opened.opened_at);
    });
    assert_eq!(desk.kinds().iter().filter(|kind| *kind == "brief.opened").count(), 1);
    assert!(desk.findings().is_empty());
}

fn the_record_says_who_could_read_and_who_did(house: &House) {
    let desk = house.desk("NORTHPORT");
    circle(&desk);
    let id = write(&desk, "The hall", "AMBER");
    desk.write("Duty", |tx, ctx| brief::open(tx, ctx, &id)).unwrap();
    let readers = |desk: &Desk| {
        let found = desk.read("Auditor", |tx, ctx| brief::readers(tx, ctx, &id)).unwrap().into_inner();
        found.into_iter().map(|one| (one.name, one.opened_at.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(readers(&desk), [("Analyst".to_owned(), false), ("Duty".to_owned(), true)]);
    desk.write("Liaison", |tx, ctx| brief::join(tx, ctx, "MORNING", "Analyst", false)).unwrap();
    assert_eq!(readers(&desk), [("Duty".to_owned(), true)]);
    let kept = desk.read("Auditor", |tx, ctx| review::tail(tx, ctx, 500)).unwrap().into_inner();
    let written = kept.iter().find(|entry| entry.kind == "brief.written").unwrap();
    assert_eq!(written.field("could_read"), "Analyst, Duty", "as it was when it was written");
}

fn whoever_may_not_writes_and_joins_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    circle(&desk);
    let red: Label = "RED".parse().unwrap();
    desk.unchanged(|| {
        let join = |by: &str, who: &str| desk.write(by, |tx, ctx| brief::join(tx, ctx, "MORNING", who, true));
        assert_eq!(kind(join("Duty", "Second")), "forbidden");
        assert_eq!(kind(join("Liaison", "Nobody")), "not found");
        let write = |by: &str, body: &str| {
            desk.write(by, |tx, ctx| brief::write(tx, ctx, "MORNING", "t", body, &red).map(|_| ()))
        };
        assert_eq!(kind(write("Auditor", "text")), "forbidden");
        assert_eq!(kind(write("Senior", " ")), "refused");
        assert_eq!(kind(write("Junior", "text")), "refused", "above the writer's own clearance");
        let again =
            desk.write("Liaison", |tx, ctx| brief::add_circle(tx, ctx, "MORNING", "again").map(|_| ()));
        assert_eq!(kind(again), "conflict");
    });
}
