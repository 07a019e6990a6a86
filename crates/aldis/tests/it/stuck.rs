//! What the machine cannot get on with: it is tried on, it is on the watch floor of whoever may see it, and it
//! leaves the floor when it is done.

use crate::desk::{Desk, House};
use crate::store::on_both;
use aldis::desk::{deliver, inbound};
use aldis_model::answer::Answer;

on_both!(
    a_version_whose_text_is_stale_is_never_carried_and_waits_for_a_person,
    an_answer_that_does_not_reach_a_partner_waits_for_a_person_until_it_does,
);

/// Lets the machine try again and again.
fn work_for(desk: &Desk, minutes: i64) {
    for _ in 0..minutes {
        desk.later(1);
        desk.work();
    }
}

fn a_version_whose_text_is_stale_is_never_carried_and_waits_for_a_person(house: &House) {
    let (north, alba) = house.pair();
    let sent = north.sent_to("ALBA");
    // The frozen text is not what the gate gives now: somebody changed a sentence behind the program's back.
    north.place.tamper("UPDATE portion SET body = body || ' Or not.' WHERE position = 2");
    north.work();
    work_for(&north, 4);
    assert_eq!(north.floor("Senior", "stuck").len(), 0, "it may be over in a minute");
    work_for(&north, 4);
    let waiting = north.floor("Senior", "stuck");
    let [task] = waiting.as_slice() else { panic!("one task: {waiting:?}") };
    assert_eq!(task.thing, sent.delivery.as_str());
    assert!(task.note.contains("the gate no longer gives the text"), "{}", task.note);
    assert_eq!(north.floor("Junior", "stuck").len(), 0, "the warning is above him");
    assert_eq!(house.net.envelopes().len(), 0, "and nothing left");
    assert_eq!(alba.count("SELECT count(*) FROM inbound"), 0);
    let found = north.read("Senior", |tx, ctx| deliver::find(tx, ctx, &sent.delivery)).unwrap();
    assert_eq!(found.get().progress, "queued", "nor is it lost");
    north.place.tamper("UPDATE portion SET body = replace(body, ' Or not.', '')");
    work_for(&north, 2);
    assert_eq!(alba.count("SELECT count(*) FROM inbound"), 1);
    assert_eq!(north.floor("Senior", "stuck").len(), 0);
    assert_eq!(north.findings(), []);
}

fn an_answer_that_does_not_reach_a_partner_waits_for_a_person_until_it_does(house: &House) {
    let (north, alba) = house.pair();
    let sent = north.sent_to("ALBA");
    north.work();
    house.net.cut("http://northport.test", true);
    let id = alba.read("Liaison", inbound::list).unwrap().get()[0].id.clone();
    let signer = alba.node.signer();
    alba.write("Liaison", |tx, ctx| inbound::answer(tx, ctx, signer, &id, Answer::CallMe, "please call"))
        .unwrap();
    alba.work();
    work_for(&alba, 3);
    assert_eq!(alba.floor("Liaison", "stuck").len(), 0);
    work_for(&alba, 20);
    let waiting = alba.floor("Liaison", "stuck");
    let [task] = waiting.as_slice() else { panic!("one task: {waiting:?}") };
    assert_eq!(task.thing, id.as_str());
    assert!(task.note.contains("tell a partner") && task.note.contains("does not answer"), "{}", task.note);
    assert_eq!(alba.floor("Junior", "stuck").len(), 0, "he may not see the warning it is about");
    house.net.cut("http://northport.test", false);
    work_for(&alba, 6);
    let found = north.read("Senior", |tx, ctx| deliver::find(tx, ctx, &sent.delivery)).unwrap();
    assert_eq!(found.get().answer.as_deref(), Some("call_me"), "nothing was lost");
    assert_eq!(alba.floor("Liaison", "stuck").len(), 0);
    assert_eq!((north.findings(), alba.findings()), (vec![], vec![]));
}
