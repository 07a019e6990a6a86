//! CAP messages by which receivers say that they took an alert in, or rejected it.

use crate::desk::{Desk, House, kind};
use crate::store::on_both;
use aldis::desk::{cap_receipt, questions, review};
use aldis_model::{Id, Time};

on_both!(
    an_ack_is_a_receipt_once_and_no_answer,
    an_error_waits_for_somebody,
    what_is_about_no_alert_of_ours_counts_for_nothing,
);

pub fn published(house: &House) -> (Desk, Id, Id, Time) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("PUBLIC");
    desk.work();
    let at = desk.column(&format!(
        "SELECT CAST(delivered_at AS TEXT) FROM delivery WHERE release_id = '{}'",
        sent.release
    ))[0]
        .parse()
        .unwrap();
    (desk, sent.case, sent.release, Time::from_micros(at))
}

pub fn message(desk: &Desk, release: &str, at: Time, kind: &str, status: &str, note: &str) -> String {
    let stamp = |at: Time| at.to_string().split(['.', 'Z']).next().unwrap().to_owned();
    let (sent, of) = (stamp(desk.now()), stamp(at));
    let sender = desk.node.config.origin();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\
         <identifier>{kind}-1</identifier><sender>siren@town.example</sender><sent>{sent}-00:00</sent>\
         <status>{status}</status><msgType>{kind}</msgType><scope>Private</scope>\
         <addresses>{sender}</addresses><note>{note}</note>\
         <references>{sender},{release},{of}-00:00</references></alert>"
    )
}

pub fn take(desk: &Desk, text: &str) -> aldis::error::Result<usize> {
    let sender = desk.node.config.origin();
    desk.write("Duty", |tx, ctx| cap_receipt::take(tx, ctx, &sender, text.as_bytes()))
}

/// Leaves a row in the table of this room.
pub fn every_kind_of_row(desk: &Desk) {
    let found = desk.column(
        "SELECT d.release_id || ' ' || CAST(d.delivered_at AS TEXT) FROM delivery d
          WHERE d.channel = 'cap' AND d.delivered_at IS NOT NULL ORDER BY d.id",
    );
    let (release, at) = found[0].split_once(' ').unwrap();
    let at = Time::from_micros(at.parse().unwrap());
    assert_eq!(take(desk, &message(desk, release, at, "Ack", "Actual", "")).unwrap(), 1);
}

fn an_ack_is_a_receipt_once_and_no_answer(house: &House) {
    let (desk, case, release, at) = published(house);
    let ack = message(&desk, release.as_str(), at, "Ack", "Actual", "");
    assert_eq!(take(&desk, &ack).unwrap(), 1);
    desk.unchanged(|| assert_eq!(take(&desk, &ack).unwrap(), 1));
    let list = desk.read("Duty", |tx, ctx| cap_receipt::of_release(tx, ctx, &release)).unwrap().into_inner();
    assert_eq!(
        (list.len(), list[0].kind.as_str(), list[0].sender.as_str()),
        (1, "Ack", "siren@town.example")
    );
    assert_eq!(desk.count("SELECT count(*) FROM answer"), 0);
    let timeline =
        desk.read("Auditor", |tx, ctx| review::timeline(tx, ctx, &case, None)).unwrap().into_inner();
    let answers = questions::answer(&timeline);
    let receipts = answers.iter().find(|answer| answer.id == "AQ-16").unwrap().answer.join("\n");
    assert!(
        receipts.contains("siren@town.example") && receipts.contains("not an acknowledgement"),
        "{receipts}"
    );
    assert!(desk.findings().is_empty());
}

fn an_error_waits_for_somebody(house: &House) {
    let (desk, _, release, at) = published(house);
    take(&desk, &message(&desk, release.as_str(), at, "Error", "Actual", "polygon not closed")).unwrap();
    assert_eq!(desk.open_tasks("cap-error"), 1);
    let settle = |words: &str| desk.write("Duty", |tx, ctx| cap_receipt::settle(tx, ctx, &release, words));
    assert_eq!(kind(settle(" ")), "refused");
    settle("called the siren's operator").unwrap();
    assert_eq!(desk.open_tasks("cap-error"), 0);
}

fn what_is_about_no_alert_of_ours_counts_for_nothing(house: &House) {
    let (desk, _, release, at) = published(house);
    let ours = release.as_str();
    desk.unchanged(|| {
        for (what, text, is) in [
            ("another alert", message(&desk, "L-00000000", at, "Ack", "Actual", ""), "not found"),
            ("another time", message(&desk, ours, at.plus(5_000_000), "Ack", "Actual", ""), "not found"),
            ("a test", message(&desk, ours, at, "Ack", "Test", ""), "refused"),
            ("an exercise", message(&desk, ours, at, "Ack", "Exercise", ""), "refused"),
            ("an update", message(&desk, ours, at, "Update", "Actual", ""), "refused"),
            ("no XML", "Ack".to_owned(), "refused"),
        ] {
            assert_eq!(kind(take(&desk, &text)), is, "{what}");
        }
        let ack = message(&desk, ours, at, "Ack", "Actual", "");
        let sender = desk.node.config.origin();
        let by_auditor = desk.write("Auditor", |tx, ctx| cap_receipt::take(tx, ctx, &sender, ack.as_bytes()));
        assert_eq!(kind(by_auditor), "forbidden");
    });
}
