//! A full disk: what is done is refused in clear words, nothing is lost, the floor says so, and the work goes
//! on when there is room. SQLite's own limit on its pages stands for the disk.

use crate::browser::Browser;
use crate::desk::{Desk, House, kind, says};
use crate::escalate::handed_over;
use crate::store::Store;
use aldis::desk::acknowledge::{self, Said};
use aldis::desk::deliver;
use aldis::exchange::worker;
use aldis_model::answer::Answer;

/// Lets the store's file grow no more, and uses up what is left in it.
fn fill(desk: &Desk) {
    desk.db().write(|tx| tx.rows("PRAGMA max_page_count = 1", &[])).unwrap();
    for size in [3_000, 300, 30] {
        for number in 0.. {
            let name = format!("filler {size} {number}");
            let put = "INSERT INTO meta (name, value) VALUES ($1, $2)";
            if desk.db().write(|tx| tx.exec(put, &[name.into(), "x".repeat(size).into()])).is_err() {
                break;
            }
        }
    }
}

fn empty(desk: &Desk) {
    desk.db().write(|tx| tx.rows("PRAGMA max_page_count = 1000000", &[])).unwrap();
    desk.db().write(|tx| tx.exec("DELETE FROM meta WHERE name LIKE 'filler%'", &[])).unwrap();
}

#[test]
fn an_acknowledgement_on_a_full_disk_is_refused_and_kept_when_there_is_room() {
    let house = House::on(Store::Sqlite);
    let (desk, sent) = handed_over(&house);
    let mut browser = Browser::signed_in(&desk.node, &desk.admin(), "Duty");
    let said = Said {
        answer: Answer::Read,
        note: "",
        by: "the gatekeeper",
        at: desk.now(),
        key_id: None,
        text_hash: None,
        evidence: None,
    };
    let answer = || desk.write("Duty", |tx, ctx| acknowledge::told(tx, ctx, &sent.delivery, &said));
    fill(&desk);
    desk.unchanged(|| {
        let full = answer();
        assert_eq!(kind(full), "broken");
        assert!(says(answer()).contains("the disk is full"));
    });
    assert!(browser.get("/watch").body.contains("This node cannot write"), "visible on the floor");
    empty(&desk);
    answer().unwrap();
    assert!(!browser.get("/watch").body.contains("This node cannot write"));
    assert_eq!(desk.count("SELECT count(*) FROM answer"), 1);
    assert_eq!(desk.findings(), []);
}

#[test]
fn a_delivery_and_an_escalation_wait_for_room_and_none_is_lost() {
    let house = House::on(Store::Sqlite);
    let (desk, sent) = handed_over(&house);
    let other = desk.sent_to("HALL");
    fill(&desk);
    desk.later(4 * 60);
    for _ in 0..3 {
        assert!(worker::fire_due(&desk.node).is_err());
        // The channel may have been asked; what came of it could not be written, so it stays queued.
        let _ = worker::carry_due(&desk.node);
    }
    let ladder = |desk: &Desk| {
        desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, &sent.delivery)).unwrap().get().ladder_step
    };
    assert_eq!(ladder(&desk), 0);
    let queued = desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, &other.delivery)).unwrap();
    assert_eq!(queued.get().progress, "queued");
    empty(&desk);
    desk.later(2);
    worker::fire_due(&desk.node).unwrap();
    desk.later(3);
    worker::carry_due(&desk.node).unwrap();
    assert_eq!(ladder(&desk), 1, "the escalation that was due is not lost");
    let carried = desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, &other.delivery)).unwrap();
    assert_ne!(carried.get().progress, "queued");
    assert_eq!(desk.findings(), []);
}
