//! Opening a sealed name: two people, once, in time, on record, and for nobody else.

use crate::desk::{Desk, House, kind};
use crate::store::on_both;
use aldis::desk::{identity, review, watch};
use aldis::error::Result;
use aldis_model::Id;

on_both!(
    a_name_is_read_once_by_who_asked_after_another_agreed,
    an_old_request_and_an_old_yes_open_nothing,
    a_refusal_keeps_the_name_sealed,
    whom_the_label_shuts_out_finds_no_request_and_no_entry,
);

const NAME: &str = "Joren Maas";

fn ask(desk: &Desk, by: &str, subject: &Id) -> Result<Id> {
    desk.write(by, |tx, ctx| identity::ask(tx, ctx, subject, None, "to be told at the door"))
}

fn decide(desk: &Desk, by: &str, id: &Id, agrees: bool, words: &str) -> Result<()> {
    desk.write(by, |tx, ctx| identity::decide(tx, ctx, id, agrees, words))
}

fn read(desk: &Desk, by: &str, id: &Id) -> Result<Vec<String>> {
    let read = desk.write(by, |tx, ctx| identity::read(tx, ctx, &desk.node.sealer, id));
    read.map(aldis_model::Released::into_inner)
}

/// Leaves a row in the table of this room.
pub fn every_kind_of_row(desk: &Desk) {
    let subject = desk.registers_as(NAME, "witness", "T1", "RED");
    let id = ask(desk, "Duty", &subject).unwrap();
    decide(desk, "Keeper", &id, true, "").unwrap();
    read(desk, "Duty", &id).unwrap();
}

fn a_name_is_read_once_by_who_asked_after_another_agreed(house: &House) {
    let desk = house.desk("NORTHPORT");
    let subject = desk.registers_as(NAME, "witness", "T1", "RED");
    desk.unchanged(|| {
        assert_eq!(kind(ask(&desk, "Analyst", &subject).map(|_| ())), "forbidden");
        let silent = desk.write("Duty", |tx, ctx| identity::ask(tx, ctx, &subject, None, " "));
        assert_eq!(kind(silent.map(|_| ())), "refused", "without a reason");
    });
    let id = ask(&desk, "Senior", &subject).unwrap();
    let waits = |desk: &Desk| {
        let floor = desk.read("Keeper", watch::floor).unwrap().into_inner();
        floor.waiting.iter().any(|task| task.kind == "open-name" && task.thing == id.as_str())
    };
    assert!(waits(&desk), "a second person is asked on the floor");
    desk.unchanged(|| {
        assert_eq!(kind(ask(&desk, "Senior", &subject).map(|_| ())), "conflict", "one request at a time");
        assert_eq!(kind(read(&desk, "Senior", &id).map(|_| ())), "refused", "nobody agreed");
        assert_eq!(kind(decide(&desk, "Senior", &id, true, "")), "second person");
        assert_eq!(kind(decide(&desk, "Duty", &id, true, "")), "forbidden");
    });
    decide(&desk, "Keeper", &id, true, "").unwrap();
    assert!(!waits(&desk));
    desk.unchanged(|| {
        assert_eq!(kind(read(&desk, "Keeper", &id).map(|_| ())), "not found", "only who asked reads it");
        assert_eq!(kind(decide(&desk, "Keeper", &id, false, "no")), "conflict");
    });
    assert_eq!(read(&desk, "Senior", &id).unwrap(), [NAME]);
    desk.unchanged(|| assert_eq!(kind(read(&desk, "Senior", &id).map(|_| ())), "conflict", "once"));
    let record = desk.read("Auditor", |tx, ctx| review::tail(tx, ctx, 9)).unwrap().into_inner();
    let entry = record.iter().find(|entry| entry.kind == "identity.read").expect("on record");
    let said = ["subject", "by", "agreed_by", "reason"].map(|name| entry.field(name));
    assert_eq!(said, [subject.as_str(), "Senior", "Keeper", "to be told at the door"]);
    assert!(!desk.dump().join("\n").contains("Maas"), "the name is kept nowhere");
    assert_eq!(desk.findings(), []);
}

fn an_old_request_and_an_old_yes_open_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    let subject = desk.registers_as(NAME, "witness", "T1", "RED");
    let id = ask(&desk, "Duty", &subject).unwrap();
    desk.later(8 * 60 + 1);
    desk.unchanged(|| assert_eq!(kind(decide(&desk, "Keeper", &id, true, "")), "refused"));
    decide(&desk, "Keeper", &id, false, "too late").unwrap();
    let again = ask(&desk, "Duty", &subject).unwrap();
    desk.later(8 * 60);
    decide(&desk, "Keeper", &again, true, "").unwrap();
    desk.later(16);
    desk.unchanged(|| assert_eq!(kind(read(&desk, "Duty", &again).map(|_| ())), "refused"));
    let third = ask(&desk, "Duty", &subject).unwrap();
    decide(&desk, "Keeper", &third, true, "").unwrap();
    desk.later(15);
    assert_eq!(read(&desk, "Duty", &third).unwrap(), [NAME]);
}

fn a_refusal_keeps_the_name_sealed(house: &House) {
    let desk = house.desk("NORTHPORT");
    let subject = desk.registers_as(NAME, "witness", "T1", "RED");
    let id = ask(&desk, "Liaison", &subject).unwrap();
    desk.unchanged(|| assert_eq!(kind(decide(&desk, "Keeper", &id, false, "")), "refused", "say why not"));
    decide(&desk, "Keeper", &id, false, "the cover name is enough").unwrap();
    desk.unchanged(|| assert_eq!(kind(read(&desk, "Liaison", &id).map(|_| ())), "refused"));
    let found = desk.read("Liaison", |tx, ctx| identity::of_subject(tx, ctx, &subject)).unwrap();
    assert_eq!(found.get()[0].state(desk.now()), "refused");
    assert!(desk.kinds().contains(&"identity.refused".to_owned()));
    assert!(!desk.kinds().contains(&"identity.read".to_owned()));
}

fn whom_the_label_shuts_out_finds_no_request_and_no_entry(house: &House) {
    let desk = house.desk("NORTHPORT");
    let tail = |desk: &Desk| {
        let tail = desk.read("Junior", |tx, ctx| review::tail(tx, ctx, 500)).unwrap().into_inner();
        tail.into_iter().map(|entry| entry.kind).collect::<Vec<_>>()
    };
    let (before, floor) = (tail(&desk), desk.read("Junior", watch::floor).unwrap().into_inner());
    every_kind_of_row(&desk);
    let id: Id = desk.column("SELECT id FROM name_opening")[0].parse().unwrap();
    let subject: Id = desk.column("SELECT id FROM subject")[0].parse().unwrap();
    let nobody: Id = "NA-00000000".parse().unwrap();
    for id in [&id, &nobody] {
        let found = desk.read("Junior", |tx, ctx| identity::find(tx, ctx, id));
        assert_eq!(kind(found.map(|_| ())), "not found");
    }
    let of_subject = desk.read("Junior", |tx, ctx| identity::of_subject(tx, ctx, &subject));
    assert_eq!(kind(of_subject.map(|_| ())), "not found");
    assert_eq!(before, tail(&desk), "the record of others does not move");
    let after = desk.read("Junior", watch::floor).unwrap().into_inner();
    assert_eq!(format!("{:?}", floor.waiting), format!("{:?}", after.waiting));
    // A request for a case above hides nothing of one below: both stand.
    let green = desk.registers_as("Ilse Brandvold", "witness", "T1", "GREEN");
    let report = desk.take_in("Our man says so.", "RED");
    let (case, _) = desk.case_on(&report);
    desk.write("Duty", |tx, ctx| identity::ask(tx, ctx, &green, Some(&case), "to be told")).unwrap();
    ask(&desk, "Duty", &green).unwrap();
    assert_eq!(kind(ask(&desk, "Duty", &green).map(|_| ())), "conflict");
    let seen = desk.read("Junior", |tx, ctx| identity::of_subject(tx, ctx, &green)).unwrap().into_inner();
    assert_eq!((seen.len(), &seen[0].case), (1, &None));
}
