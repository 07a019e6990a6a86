//! The ways to an audience: their order, what follows when one fails, the look beforehand, and the
//! statement of an officer who went there.

use crate::desk::{Desk, House, kind};
use crate::store::on_both;
use aldis::desk::deliver::{self, Delivery, Next, Reply, Statement};
use aldis::desk::ways;
use aldis::error::Error;
use aldis::exchange::Missed;
use aldis::exchange::pack::{Token, pack};
use aldis_model::Id;
use aldis_model::answer::Answer;
use aldis_model::gate::Ladder;

on_both!(
    a_channel_and_an_address_must_fit,
    the_next_way_is_tried_when_one_has_failed,
    a_refusal_for_good_goes_to_the_next_way_at_once,
    the_last_way_is_an_officer_at_the_door,
    a_failed_delivery_starts_over_or_goes_by_the_way_one_names,
    a_partner_answers_whichever_way_it_was_reached,
    a_look_at_the_bytes_changes_nothing_and_does_not_show_the_link,
    what_the_person_says_at_the_door_is_the_answer,
    attempts_are_spread_and_never_wait_longer_than_five_minutes,
);

fn add(desk: &Desk, audience: &str, channel: &str, address: &str) -> Id {
    // Their order is the order in time.
    desk.clock.set(desk.now().plus(1));
    desk.write("Liaison", |tx, ctx| ways::add(tx, ctx, audience, channel, address)).unwrap()
}

fn found(desk: &Desk, delivery: &Id) -> Delivery {
    desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, delivery)).unwrap().into_inner()
}

fn miss(desk: &Desk, delivery: &Id, why: &Missed) -> Next {
    desk.write("system", |tx, ctx| deliver::missed(tx, ctx, delivery, why)).unwrap()
}

fn a_channel_and_an_address_must_fit(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.audience("HALL", Ladder::Clients, "mail", "door@hall.test");
    desk.audience("PUBLIC", Ladder::Public, "cap", "");
    desk.unchanged(|| {
        for (channel, address) in [
            ("node", "NOBODY"),
            ("mail", "door@hall.test\r\nBcc: x@y.test"),
            ("webhook", "http://hook.example/"),
            ("webhook", "https://user@hook.example/"),
            ("text", "0441632960001"),
            ("text", "+44 1632 960001"),
            ("text", "+441632960001\n"),
            ("text", "chat:"),
            ("text", "chat:a b"),
            ("cap", ""),
            ("pigeon", "home"),
        ] {
            let refused = desk.write("Liaison", |tx, ctx| ways::add(tx, ctx, "HALL", channel, address));
            assert_eq!(kind(refused), "refused", "{channel} {address:?}");
        }
        let twice = desk.write("Liaison", |tx, ctx| ways::add(tx, ctx, "HALL", "mail", "other@hall.test"));
        assert_eq!(kind(twice), "conflict");
        let public = desk.write("Liaison", |tx, ctx| ways::add(tx, ctx, "PUBLIC", "mail", "all@town.test"));
        assert_eq!(kind(public), "refused");
        let unknown = desk.write("Liaison", |tx, ctx| ways::add(tx, ctx, "NOBODY", "hand", ""));
        assert_eq!(kind(unknown), "not found");
    });
    let webhook = add(&desk, "HALL", "webhook", "https://hook.example/in");
    add(&desk, "HALL", "text", "+441632960001");
    let order = || {
        let ways = desk.read("Senior", |tx, ctx| ways::list(tx, ctx, "HALL")).unwrap();
        ways.into_iter().map(|way| way.channel).collect::<Vec<_>>()
    };
    assert_eq!(order(), ["mail", "webhook", "text"]);
    desk.write("Liaison", |tx, ctx| ways::end(tx, ctx, &webhook)).unwrap();
    assert_eq!(order(), ["mail", "text"]);
    desk.unchanged(|| {
        assert_eq!(kind(desk.write("Liaison", |tx, ctx| ways::end(tx, ctx, &webhook))), "conflict");
    });
    add(&desk, "HALL", "webhook", "https://hook.example/new");
    assert_eq!(order(), ["mail", "text", "webhook"]);
    assert_eq!(desk.findings(), []);
}

fn the_next_way_is_tried_when_one_has_failed(house: &House) {
    let (desk, _alba) = house.pair();
    add(&desk, "HALL", "webhook", "https://hook.example/in");
    add(&desk, "HALL", "text", "+441632960001");
    house.net.cut("mail", true);
    house.net.cut("webhook", true);
    let sent = desk.sent_to("HALL");
    desk.work();
    assert_eq!(
        (found(&desk, &sent.delivery).channel.as_str(), found(&desk, &sent.delivery).attempts),
        ("mail", 1)
    );
    for _ in 0..4 {
        desk.later(5);
        desk.work();
    }
    let now = found(&desk, &sent.delivery);
    assert_eq!((now.channel.as_str(), now.progress.as_str(), now.attempts), ("webhook", "queued", 1));
    assert_eq!(desk.open_tasks("undelivered"), 0, "there is another way");
    assert_eq!(desk.state(&sent.duty), "DISPATCHED");
    for _ in 0..4 {
        desk.later(5);
        desk.work();
    }
    let now = found(&desk, &sent.delivery);
    assert_eq!((now.channel.as_str(), now.progress.as_str()), ("text", "delivered"));
    assert!(now.evidence.unwrap().starts_with("gateway: "));
    let post = house.net.posts().pop().unwrap();
    assert_eq!((post.channel, post.to.as_str()), ("text", "+441632960001"));
    let link = format!("http://northport.test/a/{}", desk.node.sealer.link_token(&sent.delivery));
    assert_eq!(post.body, link);
    assert_eq!(desk.kinds().iter().filter(|kind| *kind == "transport.failed").count(), 10);
    assert_eq!(desk.findings(), []);
}

fn a_refusal_for_good_goes_to_the_next_way_at_once(house: &House) {
    let (desk, _alba) = house.pair();
    add(&desk, "HALL", "text", "chat:lantern.hall");
    let sent = desk.sent_to("HALL");
    desk.write("system", |tx, ctx| deliver::start(tx, ctx, &sent.delivery).map(|_| ())).unwrap();
    let next = miss(&desk, &sent.delivery, &Missed::for_good("550 no such mailbox"));
    assert_eq!(next, Next::Other("text".to_owned()));
    let now = found(&desk, &sent.delivery);
    assert_eq!((now.channel.as_str(), now.attempts), ("text", 0));
    // The last way refuses for good as well: people are told at once, not after a quarter of an hour.
    assert_eq!(miss(&desk, &sent.delivery, &Missed::for_good("404")), Next::Failed);
    assert_eq!(found(&desk, &sent.delivery).progress, "failed");
    assert_eq!(desk.open_tasks("undelivered"), 1);
    assert_eq!(desk.state(&sent.duty), "DELIVERY_FAILED");
    desk.unchanged(|| {
        let late = desk.write("system", |tx, ctx| {
            deliver::missed(tx, ctx, &sent.delivery, &Missed::again("late word of an old attempt"))
        });
        assert_eq!(kind(late), "conflict");
    });
    assert_eq!(desk.findings(), []);
}

fn the_last_way_is_an_officer_at_the_door(house: &House) {
    let (desk, _alba) = house.pair();
    add(&desk, "HALL", "hand", "");
    let sent = desk.sent_to("HALL");
    assert_eq!(miss(&desk, &sent.delivery, &Missed::for_good("550")), Next::ByHand);
    assert_eq!((desk.open_tasks("hand-over"), desk.open_tasks("undelivered")), (1, 0));
    desk.work();
    assert_eq!(house.net.mail().len(), 0);
    let statement = Statement { words: "handed over at the door", ..Statement::default() };
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &sent.delivery, &statement)).unwrap();
    assert_eq!(desk.open_tasks("hand-over"), 0);
    assert_eq!(desk.state(&sent.duty), "DELIVERED");
    assert_eq!(desk.findings(), []);
}

fn a_failed_delivery_starts_over_or_goes_by_the_way_one_names(house: &House) {
    let (desk, _alba) = house.pair();
    add(&desk, "HALL", "text", "+441632960001");
    let sent = desk.sent_to("HALL");
    let fail = || {
        while miss(&desk, &sent.delivery, &Missed::for_good("no")) != Next::Failed {}
        assert_eq!(found(&desk, &sent.delivery).progress, "failed");
    };
    fail();
    desk.unchanged(|| {
        let other = desk.write("Duty", |tx, ctx| deliver::retry(tx, ctx, &sent.delivery, Some("webhook")));
        assert!(matches!(&other, Err(Error::Refused(says)) if says.contains("mail, text")), "{other:?}");
    });
    desk.write("Duty", |tx, ctx| deliver::retry(tx, ctx, &sent.delivery, None)).unwrap();
    assert_eq!(found(&desk, &sent.delivery).channel, "mail");
    fail();
    desk.write("Duty", |tx, ctx| deliver::retry(tx, ctx, &sent.delivery, Some("text"))).unwrap();
    desk.work();
    assert_eq!((house.net.mail().len(), house.net.posts().len()), (0, 1));
    assert_eq!(found(&desk, &sent.delivery).progress, "delivered");
    assert_eq!(desk.findings(), []);
}

fn a_partner_answers_whichever_way_it_was_reached(house: &House) {
    let (desk, alba) = house.pair();
    desk.audience("WATCH", Ladder::Partner, "mail", "watch@alba.test");
    add(&desk, "WATCH", "node", "ALBA");
    house.net.cut("mail", true);
    let sent = desk.sent_to("WATCH");
    assert!(matches!(miss(&desk, &sent.delivery, &Missed::for_good("550")), Next::Other(_)));
    desk.work();
    assert_eq!(found(&desk, &sent.delivery).progress, "delivered");
    let got = alba.read("Liaison", aldis::desk::inbound::list).unwrap().into_inner();
    alba.write("Liaison", |tx, ctx| {
        aldis::desk::inbound::answer(tx, ctx, alba.node.signer(), &got[0].id, Answer::Read, "")
    })
    .unwrap();
    alba.work();
    assert_eq!(found(&desk, &sent.delivery).answer.as_deref(), Some("read"));
    assert_eq!(desk.findings(), []);
}

fn a_look_at_the_bytes_changes_nothing_and_does_not_show_the_link(house: &House) {
    let (desk, _alba) = house.pair();
    add(&desk, "HALL", "webhook", "https://hook.example/in");
    let sent = desk.sent_to("HALL");
    let secret = desk.node.sealer.link_token(&sent.delivery);
    for by in [None, Some("webhook")] {
        let attempt = desk
            .unchanged(|| desk.read("Duty", |tx, ctx| deliver::rehearse(tx, ctx, &sent.delivery, by)))
            .unwrap();
        let shape = |token| format!("{:?}", bytes(&pack(&desk.node, &attempt, token, desk.now()).unwrap()));
        let (shown, real) = (shape(Token::Shown), shape(Token::Real));
        assert!(!shown.contains(&secret), "{shown}");
        assert_eq!(shown.replace(&"x".repeat(secret.len()), &secret), real, "the same but for the secret");
    }
    let text = desk.read("Duty", |tx, ctx| deliver::rehearse(tx, ctx, &sent.delivery, Some("text")));
    assert!(matches!(text, Err(Error::Refused(says)) if says.contains("add it as a way first")));
    let junior = desk.read("Junior", |tx, ctx| deliver::rehearse(tx, ctx, &sent.delivery, None));
    assert!(junior.is_err());
}

fn bytes(parcel: &aldis::exchange::Parcel) -> Vec<String> {
    use aldis::exchange::Parcel;
    match parcel {
        Parcel::Envelope { body, .. } => vec![body.get().clone()],
        Parcel::Mail { id, to, subject, body, .. } => {
            vec![id.clone(), to.clone(), subject.get().clone(), body.get().clone()]
        }
        Parcel::Webhook { id, thin, full, .. } => vec![id.clone(), thin.get().clone(), full.get().clone()],
        Parcel::Text { id, to, words, link, .. } => {
            vec![id.clone(), to.clone(), words.get().clone(), link.get().clone()]
        }
    }
}

fn what_the_person_says_at_the_door_is_the_answer(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.audiences_without_node();
    let sent = desk.sent_to("OFFICER");
    let before = desk.now();
    desk.later(30);
    let at = before.plus(10 * 60_000_000);
    let statement = Statement {
        words: "read the notice out and left it with her",
        at: Some(at),
        place: Some("her door"),
        witness: Some("K. of the city police"),
        reply: Some(Reply { answer: Answer::Read, words: "I understand, I will go to my sister" }),
    };
    desk.unchanged(|| {
        let early = Statement { at: Some(before.plus(-60_000_000)), ..statement };
        let late = Statement { at: Some(desk.now().plus(1)), ..statement };
        let mute = Statement { reply: Some(Reply { answer: Answer::Read, words: " " }), ..statement };
        for wrong in [early, late, mute] {
            let refused = desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &sent.delivery, &wrong));
            assert_eq!(kind(refused), "refused", "{wrong:?}");
        }
    });
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &sent.delivery, &statement)).unwrap();
    let now = found(&desk, &sent.delivery);
    assert_eq!((now.progress.as_str(), now.answer.as_deref()), ("answered", Some("read")));
    assert_eq!(now.delivered_at, Some(at));
    assert_eq!(desk.state(&sent.duty), "ACKNOWLEDGED");
    let row = desk.column("SELECT said_by || ' / ' || key_id || ' / ' || note FROM answer");
    assert_eq!(
        row,
        [
            "in person, witnessed by K. of the city police / none: spoken, witnessed / I understand, I will go to my sister"
        ]
    );
    // Nobody asks again for an answer that was given.
    desk.later(12 * 60);
    desk.work();
    assert_eq!(desk.open_tasks("unanswered"), 0);
    // What is refused at the door is reviewed like any refusal.
    let second = desk.sent_to("OFFICER");
    let refused = Reply { answer: Answer::DoNotAccept, words: "Nobody would do that here" };
    let statement = Statement { words: "read out", reply: Some(refused), ..Statement::default() };
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &second.delivery, &statement)).unwrap();
    assert_eq!(desk.state(&second.duty), "DISMISSED");
    assert_eq!(desk.findings(), []);
}

fn attempts_are_spread_and_never_wait_longer_than_five_minutes(house: &House) {
    let (desk, _alba) = house.pair();
    let mut firsts = std::collections::BTreeSet::new();
    for _ in 0..6 {
        let sent = desk.sent_to("HALL");
        for attempt in 0_u32..7 {
            let Next::Again(at) = miss(&desk, &sent.delivery, &Missed::again("down")) else { panic!() };
            let (wait_s, full_s) =
                (at.since(desk.now()) as f64 / 1e6, (10.0 * f64::from(1 << attempt.min(5))).min(300.0));
            assert!(wait_s <= full_s && wait_s >= full_s / 2.0, "{attempt}: {wait_s} of {full_s}");
            if attempt == 0 {
                firsts.insert(at.micros());
            }
        }
        assert_eq!(miss(&desk, &sent.delivery, &Missed::again("down")), Next::Failed);
    }
    assert_eq!(firsts.len(), 6, "what failed together does not come back together");
}
