//! Carrying a release: retries, failures, an officer's word, and receipts that prove nothing.

use crate::desk::{Desk, House, kind, says};
use crate::store::on_both;
use aldis::desk::deliver::{self, Statement};
use aldis::desk::{inbound, watch};
use aldis::exchange::{Carried, Channels, Parcel};
use aldis::sim::SimNet;
use aldis_ledger::{Signer, note};
use aldis_model::Id;
use aldis_model::gate::Ladder;
use std::sync::{Arc, Mutex};

on_both!(
    a_missed_attempt_is_tried_again_ever_later_and_then_fails_for_people_to_see,
    a_failed_delivery_is_tried_again_when_somebody_asks,
    what_failed_by_machine_can_be_handed_over,
    a_delivery_by_hand_needs_words,
    a_machine_receipt_is_not_an_answer,
    a_wrong_receipt_is_a_missed_attempt,
    a_mail_brings_a_link_and_nothing_else,
    a_delivery_is_carried_once,
);

fn found(desk: &Desk, delivery: &Id) -> deliver::Delivery {
    desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, delivery)).unwrap().into_inner()
}

fn a_missed_attempt_is_tried_again_ever_later_and_then_fails_for_people_to_see(house: &House) {
    let (desk, alba) = house.pair();
    house.net.cut("http://alba.test", true);
    let sent = desk.sent_to("ALBA");
    let mut waits = Vec::new();
    for attempt in 1..=8 {
        desk.work();
        let delivery = found(&desk, &sent.delivery);
        assert_eq!(delivery.attempts, attempt);
        assert!(delivery.error.as_deref().unwrap().contains("does not answer"));
        if attempt < 8 {
            assert_eq!(delivery.progress, "queued");
            assert_eq!(desk.open_tasks("undelivered"), 0);
            let next = desk.db().read(aldis::outbox::next_at).unwrap().unwrap();
            waits.push(next.since(desk.now()) / 1_000_000);
            // Nothing happens before the next attempt is due.
            desk.clock.set(next.plus(-1));
            desk.work();
            assert_eq!(found(&desk, &sent.delivery).attempts, attempt);
            desk.clock.set(next);
        }
    }
    // Ever longer, less up to a half by chance.
    for (wait_s, most_s) in waits.into_iter().zip([10, 20, 40, 80, 160, 300, 300]) {
        assert!((most_s / 2 - 1..=most_s).contains(&wait_s), "{wait_s} s of {most_s} s");
    }
    assert_eq!(found(&desk, &sent.delivery).progress, "failed");
    assert_eq!(desk.open_tasks("undelivered"), 1);
    assert_eq!(desk.state(&sent.duty), "DELIVERY_FAILED");
    // It stays failed, also when the partner comes back.
    house.net.cut("http://alba.test", false);
    desk.later(60);
    desk.work();
    assert_eq!(alba.count("SELECT count(*) FROM inbound"), 0);
    assert_eq!(desk.findings(), []);
}

fn failed(house: &House) -> (Desk, Desk, crate::desk::Sent) {
    let (desk, alba) = house.pair();
    house.net.cut("http://alba.test", true);
    let sent = desk.sent_to("ALBA");
    for _ in 0..8 {
        desk.work();
        desk.later(6);
    }
    assert_eq!(found(&desk, &sent.delivery).progress, "failed");
    (desk, alba, sent)
}

fn a_failed_delivery_is_tried_again_when_somebody_asks(house: &House) {
    let (desk, alba, sent) = failed(house);
    house.net.cut("http://alba.test", false);
    desk.write("Duty", |tx, ctx| deliver::retry(tx, ctx, &sent.delivery, None)).unwrap();
    assert_eq!(desk.open_tasks("undelivered"), 0);
    desk.unchanged(|| {
        let again = desk.write("Duty", |tx, ctx| deliver::retry(tx, ctx, &sent.delivery, None));
        assert_eq!(kind(again), "conflict");
    });
    desk.work();
    assert_eq!(found(&desk, &sent.delivery).progress, "delivered");
    assert_eq!(desk.state(&sent.duty), "DELIVERED");
    assert_eq!(alba.count("SELECT count(*) FROM inbound"), 1);
    assert_eq!(desk.findings(), []);
}

const HANDED: Statement<'_> = Statement {
    words: "read out and handed over",
    at: None,
    place: Some("their gate"),
    witness: None,
    reply: None,
};

fn what_failed_by_machine_can_be_handed_over(house: &House) {
    let (desk, _alba, sent) = failed(house);
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &sent.delivery, &HANDED)).unwrap();
    assert_eq!(found(&desk, &sent.delivery).progress, "delivered");
    assert_eq!(desk.open_tasks("undelivered"), 0);
    assert_eq!(desk.state(&sent.duty), "DELIVERED", "the duty follows what was done");
    assert_eq!(desk.findings(), []);
}

fn a_delivery_by_hand_needs_words(house: &House) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("OFFICER");
    desk.work();
    assert_eq!(found(&desk, &sent.delivery).progress, "queued", "no machine carries by hand");
    desk.unchanged(|| {
        let wordless = Statement { words: " ", ..HANDED };
        let wordless = desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &sent.delivery, &wordless));
        assert!(says(wordless).contains("what was handed over"));
        let unknown: Id = "V-00000000".parse().unwrap();
        let unknown = desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &unknown, &HANDED));
        assert_eq!(kind(unknown), "not found");
    });
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &sent.delivery, &HANDED)).unwrap();
    let delivery = found(&desk, &sent.delivery);
    assert_eq!(delivery.evidence.as_deref(), Some("read out and handed over"));
    desk.unchanged(|| {
        let again = desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &sent.delivery, &HANDED));
        assert_eq!(kind(again), "conflict");
    });
}

fn a_machine_receipt_is_not_an_answer(house: &House) {
    let (desk, alba) = house.pair();
    let sent = desk.sent_to("ALBA");
    desk.work();
    let delivery = found(&desk, &sent.delivery);
    assert_eq!(delivery.progress, "delivered");
    assert!(delivery.evidence.as_deref().unwrap().contains("aldis/ALBA"), "the signed receipt is kept");
    assert_eq!((delivery.answered_at, delivery.answer.as_deref()), (None, None));
    assert_eq!(desk.count("SELECT count(*) FROM answer"), 0);
    assert_eq!(desk.state(&sent.duty), "DELIVERED");
    // Their officer opens it; that is not an answer either.
    let got = alba.read("Liaison", inbound::list).unwrap().into_inner();
    alba.write("Liaison", |tx, ctx| inbound::open(tx, ctx, &got[0].id)).unwrap();
    alba.work();
    assert_eq!(found(&desk, &sent.delivery).answered_at, None);
    let floor = desk.read("Senior", watch::floor).unwrap().into_inner();
    assert_eq!(floor.sent.len(), 1, "it still waits");
}

/// A network that does something to what comes back.
struct Crooked {
    net: Arc<SimNet>,
    trick: Mutex<Trick>,
    first: Mutex<Option<Vec<u8>>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Trick {
    Altered,
    WrongKey,
    AboutAnother,
    FromAnother,
    Nothing,
    NotAReceipt,
    None,
}

impl Channels for Crooked {
    fn carry(&self, parcel: &Parcel) -> Carried {
        let reply = self.net.carry(parcel)?;
        let Parcel::Envelope { body, .. } = parcel else { return Ok(reply) };
        let text = String::from_utf8(reply.clone()).unwrap();
        let first = self.first.lock().unwrap().get_or_insert(reply.clone()).clone();
        let (signed, _) = text.split_once("\n\n").unwrap();
        Ok(match *self.trick.lock().unwrap() {
            Trick::Altered => text.replacen("2031", "2032", 1).into_bytes(),
            Trick::WrongKey => {
                let stranger = Signer::new("aldis/ALBA", &[99; 32]).unwrap();
                note::sign(&format!("{signed}\n"), &[&stranger]).unwrap().into_bytes()
            }
            Trick::AboutAnother => first,
            Trick::FromAnother => {
                let stranger = Signer::new("aldis/ELSEWHERE", &[99; 32]).unwrap();
                note::sign(&format!("{signed}\n"), &[&stranger]).unwrap().into_bytes()
            }
            Trick::Nothing => Vec::new(),
            Trick::None => reply,
            Trick::NotAReceipt => body.get().clone().into_bytes(),
        })
    }
}

fn a_wrong_receipt_is_a_missed_attempt(house: &House) {
    let alba = house.desk("ALBA");
    let channels = Arc::new(Crooked {
        net: house.net.clone(),
        trick: Mutex::new(Trick::AboutAnother),
        first: Mutex::new(None),
    });
    let folder = tempfile::tempdir().unwrap();
    let place = house.store.place(folder.path());
    let desk = Desk::open(place, folder, "NORTHPORT", &house.clock, &house.net, channels.clone());
    desk.knows(&alba);
    alba.knows(&desk);
    desk.audience("ALBA", Ladder::Partner, "node", "ALBA");
    // The first envelope gets its own receipt, and gives the one that is replayed later.
    let first = desk.sent_to("ALBA");
    desk.work();
    assert_eq!(found(&desk, &first.delivery).progress, "delivered");
    let sent = desk.sent_to("ALBA");
    let tricks = [
        Trick::AboutAnother,
        Trick::Altered,
        Trick::WrongKey,
        Trick::FromAnother,
        Trick::Nothing,
        Trick::NotAReceipt,
    ];
    for (attempt, trick) in (1..).zip(tricks) {
        *channels.trick.lock().unwrap() = trick;
        desk.later(6);
        desk.work();
        let delivery = found(&desk, &sent.delivery);
        assert_eq!((delivery.progress.as_str(), delivery.attempts), ("queued", attempt), "{trick:?}");
        assert!(delivery.error.as_deref().unwrap().contains("the partner's receipt"), "{delivery:?}");
        assert_eq!(desk.state(&sent.duty), "DISPATCHED");
    }
    // The partner had it from the first attempt, gets the same bytes again and says so.
    *channels.trick.lock().unwrap() = Trick::None;
    desk.later(6);
    desk.work();
    assert_eq!(found(&desk, &sent.delivery).progress, "delivered");
    assert_eq!(alba.count("SELECT count(*) FROM inbound"), 2);
    assert_eq!(desk.findings(), []);
}

fn a_mail_brings_a_link_and_nothing_else(house: &House) {
    let (desk, _alba) = house.pair();
    house.net.cut("mail", true);
    let sent = desk.sent_to("HALL");
    desk.work();
    assert_eq!(found(&desk, &sent.delivery).attempts, 1);
    house.net.cut("mail", false);
    desk.later(1);
    desk.work();
    let mail = house.net.mail();
    assert_eq!(mail.len(), 1);
    assert_eq!(mail[0].to, "door@hall.test");
    let link = format!("http://northport.test/a/{}", desk.node.sealer.link_token(&sent.delivery));
    assert!(mail[0].body.contains(&link));
    let outside = format!("{}\n{}", mail[0].subject, mail[0].body.replace(&link, "")).to_lowercase();
    for word in ["lowtown", "gathering", "alert", "warning", "northport", "aldis", "hall"] {
        assert!(!outside.contains(word), "{word} in {outside}");
    }
    assert_eq!(found(&desk, &sent.delivery).progress, "delivered");
}

fn a_delivery_is_carried_once(house: &House) {
    let (desk, alba) = house.pair();
    let sent = desk.sent_to("ALBA");
    desk.work();
    desk.work();
    assert_eq!(house.net.envelopes().len(), 1);
    desk.unchanged(|| {
        let again = desk.write("system", |tx, ctx| deliver::arrived(tx, ctx, &sent.delivery, "250 ok"));
        assert_eq!(kind(again), "conflict");
    });
    assert!(desk.write("system", |tx, ctx| deliver::start(tx, ctx, &sent.delivery)).unwrap().is_none());
    assert_eq!(alba.count("SELECT count(*) FROM inbound"), 1);
}
