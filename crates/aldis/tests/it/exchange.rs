//! Between nodes: who is believed, what is taken once, and a thousand broken envelopes.

use crate::desk::{Desk, House, kind};
use crate::store::on_both;
use aldis::desk::inbound;
use aldis::error::Error;
use aldis::exchange;
use aldis_ledger::{Signer, note};
use aldis_model::Id;
use aldis_model::answer::Answer;
use aldis_wire::exchange::{self as wire, Message};

on_both!(
    whatever_is_wrong_with_an_envelope_the_words_are_the_same,
    the_same_envelope_gives_the_same_receipt,
    the_same_id_with_another_content_is_a_conflict,
    an_answer_about_another_text_is_refused,
    an_answer_by_somebody_else_is_not_found,
    a_received_warning_is_answered_once,
    a_receipt_by_itself_is_refused,
);

/// An envelope as it went from one desk to the other.
fn carried(house: &House) -> (Desk, Desk, String) {
    let (north, alba) = house.pair();
    north.sent_to("ALBA");
    north.work();
    let envelope = house.net.envelopes().last().unwrap().body.clone();
    (north, alba, envelope)
}

fn signer(org: &str) -> Signer {
    Signer::new(&format!("aldis/{org}"), &crate::desk::keys(org).signing).unwrap()
}

fn signed(message: Message, signer: &Signer) -> String {
    note::sign(&message.to_line(), &[signer]).unwrap()
}

fn warning() -> wire::Warning {
    wire::Warning {
        id: "M-NEW00001".into(),
        from: "NORTHPORT".into(),
        to: "ALBA".into(),
        release: "L-1".into(),
        subject: "Security alert".into(),
        text: "Avoid the hall.".into(),
        label: "TLP:AMBER".into(),
        not_before: None,
        expires: "2031-05-06T08:00:00Z".into(),
        sent_at: "2031-05-04T08:00:00Z".into(),
        kind: wire::WarningKind::Alert,
        replaces: None,
        answer_by: None,
    }
}

fn message(warning: wire::Warning) -> Message {
    Message::Warning(warning).checked().unwrap()
}

const STRANGER: &str = "this envelope is not from a partner of this node";

fn whatever_is_wrong_with_an_envelope_the_words_are_the_same(house: &House) {
    let (_north, alba, _) = carried(house);
    let north = signer("NORTHPORT");
    let good = signed(message(warning()), &north);
    let from = |org: &str| message(wire::Warning { from: org.into(), ..warning() });
    let stranger = Signer::new("aldis/NORTHPORT", &[99; 32]).unwrap();
    let wrong = [
        ("unknown partner", signed(from("ELSEWHERE"), &signer("ELSEWHERE"))),
        ("a partner's name and another's key", signed(message(warning()), &stranger)),
        ("our own name", signed(from("ALBA"), &signer("ALBA"))),
        ("not for us", signed(message(wire::Warning { to: "ELSEWHERE".into(), ..warning() }), &north)),
        ("a word changed", good.replacen("Avoid", "Enter", 1)),
        ("no signature", good.split_once("\n\n").unwrap().0.to_owned() + "\n\n"),
        ("no envelope", "hello".to_owned()),
        ("nothing", String::new()),
    ];
    alba.unchanged(|| {
        for (what, envelope) in &wrong {
            match exchange::receive(&alba.node, envelope.as_bytes()) {
                Err(Error::Proof(words)) => assert_eq!(words, STRANGER, "{what}"),
                other => panic!("{what}: {other:?}"),
            }
        }
        let not_text = exchange::receive(&alba.node, b"\xff\xfe");
        assert_eq!(not_text.unwrap_err().to_string(), STRANGER);
        let huge = vec![b'x'; (256 << 10) + 1];
        assert_eq!(kind(exchange::receive(&alba.node, &huge)), "refused");
    });
    exchange::receive(&alba.node, good.as_bytes()).unwrap();
    // A partner that was suspended is a stranger as well.
    alba.db()
        .write(|tx| tx.exec("UPDATE partner SET suspended_at = 1 WHERE name = 'NORTHPORT'", &[]))
        .unwrap();
    let suspended = exchange::receive(&alba.node, good.as_bytes());
    assert_eq!(suspended.unwrap_err().to_string(), STRANGER);
}

#[test]
fn of_a_thousand_flipped_bytes_none_is_accepted() {
    let house = House::on(crate::store::Store::Sqlite);
    let (_north, alba, envelope) = carried(&house);
    let good = envelope.into_bytes();
    let mut state = 7_u64;
    alba.unchanged(|| {
        for _ in 0..1_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut bad = good.clone();
            let at = usize::try_from(state >> 33).unwrap() % bad.len();
            bad[at] ^= 1 << ((state >> 20) % 8);
            let answered = exchange::receive(&alba.node, &bad);
            let words = answered.map_err(|error| error.to_string());
            assert_eq!(words, Err(STRANGER.to_owned()), "byte {at}");
        }
    });
    exchange::receive(&alba.node, &good).unwrap();
}

fn the_same_envelope_gives_the_same_receipt(house: &House) {
    let (_north, alba, envelope) = carried(house);
    let first = house.net.envelopes().last().unwrap().reply.clone();
    alba.later(60);
    let again = alba.unchanged(|| exchange::receive(&alba.node, envelope.as_bytes()).unwrap());
    assert_eq!(first, again);
}

fn the_same_id_with_another_content_is_a_conflict(house: &House) {
    let (_north, alba, _) = carried(house);
    let north = signer("NORTHPORT");
    exchange::receive(&alba.node, signed(message(warning()), &north).as_bytes()).unwrap();
    let other = message(wire::Warning { text: "Enter the hall.".into(), ..warning() });
    alba.unchanged(|| {
        let again = exchange::receive(&alba.node, signed(other, &north).as_bytes());
        assert_eq!(kind(again), "conflict");
    });
}

fn answer(message: &str, text_hash: String, from: &str) -> wire::Answer {
    wire::Answer {
        id: "M-ANSWER01".into(),
        from: from.into(),
        to: "NORTHPORT".into(),
        message: message.into(),
        release: message.into(),
        text_hash,
        answer: wire::AnswerKind::Read,
        label: Some("TLP:AMBER+STRICT".into()),
        note: None,
        by: "liaison".into(),
        at: "2031-05-04T08:00:00Z".into(),
    }
}

fn an_answer_about_another_text_is_refused(house: &House) {
    let (north, alba, _) = carried(house);
    let id = north.column("SELECT message FROM delivery")[0].clone();
    let wrong = Message::Answer(answer(&id, aldis_model::Digest::of(b"another text").to_string(), "ALBA"));
    let wrong = signed(wrong.checked().unwrap(), &signer("ALBA"));
    north.unchanged(|| assert_eq!(kind(exchange::receive(&north.node, wrong.as_bytes())), "proof"));
    let hash = north.column("SELECT text_hash FROM release")[0].clone();
    let right = Message::Answer(answer(&id, hash, "ALBA")).checked().unwrap();
    let right = signed(right, &signer("ALBA"));
    exchange::receive(&north.node, right.as_bytes()).unwrap();
    assert_eq!(north.column("SELECT answer FROM answer"), ["read"]);
    north.unchanged(|| exchange::receive(&north.node, right.as_bytes()).unwrap());
    assert_eq!(alba.findings(), []);
    assert_eq!(north.findings(), []);
}

fn an_answer_by_somebody_else_is_not_found(house: &House) {
    let (north, _alba, _) = carried(house);
    let other = house.desk("BETA");
    north.knows(&other);
    let id = north.column("SELECT message FROM delivery")[0].clone();
    let hash = north.column("SELECT text_hash FROM release")[0].clone();
    let theirs = Message::Answer(answer(&id, hash, "BETA")).checked().unwrap();
    let theirs = signed(theirs, &signer("BETA"));
    north.unchanged(|| assert_eq!(kind(exchange::receive(&north.node, theirs.as_bytes())), "not found"));
}

fn a_received_warning_is_answered_once(house: &House) {
    let (north, alba, _) = carried(house);
    let got = alba.read("Liaison", inbound::list).unwrap().into_inner();
    assert_eq!(alba.open_tasks("inbound"), 1);
    let reply = |answer: Answer, words: &str| {
        alba.write("Liaison", |tx, ctx| {
            inbound::answer(tx, ctx, alba.node.signer(), &got[0].id, answer, words)
        })
    };
    alba.unchanged(|| assert_eq!(kind(reply(Answer::DoNotAccept, " ")), "refused"));
    reply(Answer::Read, "").unwrap();
    alba.unchanged(|| {
        assert_eq!(kind(reply(Answer::Read, "")), "conflict");
        assert_eq!(kind(reply(Answer::DoNotAccept, "no")), "conflict");
        let unknown: Id = "IN-00000000".parse().unwrap();
        assert_eq!(kind(alba.write("Liaison", |tx, ctx| inbound::open(tx, ctx, &unknown))), "not found");
    });
    assert_eq!(alba.open_tasks("inbound"), 0);
    reply(Answer::Acted, "closed the side door").unwrap();
    alba.work();
    assert_eq!(north.column("SELECT answer FROM answer ORDER BY answer"), ["acted", "read"]);
    assert_eq!(north.column("SELECT state FROM duty"), ["ACTED"]);
    // No officer's name travels.
    let sent = house.net.envelopes().iter().map(|envelope| envelope.body.clone()).collect::<String>();
    for name in ["Liaison", "Analyst", "Senior"] {
        assert!(!sent.contains(name), "{name}");
    }
}

fn a_receipt_by_itself_is_refused(house: &House) {
    let (_north, alba, _) = carried(house);
    let receipt = wire::Receipt {
        id: "RC-1".into(),
        from: "NORTHPORT".into(),
        to: "ALBA".into(),
        message: "M-1".into(),
        hash: aldis_model::Digest::of(b"x").to_string(),
        received_at: "2031-05-04T08:00:00Z".into(),
    };
    let receipt = signed(Message::Receipt(receipt).checked().unwrap(), &signer("NORTHPORT"));
    alba.unchanged(|| assert_eq!(kind(exchange::receive(&alba.node, receipt.as_bytes())), "refused"));
}
