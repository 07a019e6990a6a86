//! Whom a silence or a dismissal calls: step by step, frozen at send, until enough people have taken it.

use crate::desk::{Desk, House, Sent, kind, says};
use crate::escalate::handed_over;
use crate::store::on_both;
use aldis::desk::acknowledge::{self, Said};
use aldis::desk::deliver::{self, Statement};
use aldis::desk::release::Purpose;
use aldis::desk::{chain, review, shifts};
use aldis_model::answer::Answer;
use aldis_model::chain::Office;
use aldis_model::task::{Priority, Task};
use aldis_model::{Id, Time};

on_both!(
    each_step_is_called_after_its_time_and_then_the_record_says_that_nobody_answered,
    a_chain_is_the_one_that_was_frozen_when_it_was_sent,
    fewer_people_than_wanted_end_nothing_and_what_was_taken_comes_back,
    a_late_word_is_kept_with_its_lateness,
    a_dismissal_calls_at_once_until_it_is_settled,
    an_answer_ends_the_calling,
    acknowledged_without_an_action_returns_to_the_queue,
    a_step_reaches_who_is_on_duty_and_may_see_it,
    whoever_may_not_see_the_warning_takes_nothing,
);

fn set(desk: &Desk, steps: &str, quorum: i64, repeats: i64) {
    let ctx = desk.admin();
    desk.db().write(|tx| chain::set(tx, &ctx, Priority::High, steps, quorum, repeats)).unwrap();
}

/// Lets time pass in small steps, as it does.
fn pass(desk: &Desk, minutes: i64) {
    for _ in 0..minutes {
        desk.later(1);
        desk.work();
    }
}

fn called(desk: &Desk, sent: &Sent) -> Vec<(String, Time)> {
    let story = desk.read("Auditor", |tx, ctx| review::timeline(tx, ctx, &sent.case, None)).unwrap();
    let calls = story.into_inner().into_iter().filter(|entry| entry.kind == "escalation.called");
    calls.map(|entry| (entry.field("called").to_owned(), entry.at)).collect()
}

fn take(desk: &Desk, who: &str, delivery: &Id) {
    desk.write(who, |tx, ctx| chain::take(tx, ctx, delivery, "I ring the gate")).unwrap();
}

fn running(desk: &Desk, delivery: &Id) -> chain::Running {
    desk.read("Senior", |tx, ctx| chain::find(tx, ctx, delivery)).unwrap().into_inner()
}

fn answer(desk: &Desk, delivery: &Id, answer: Answer, note: &str) {
    let said = Said {
        answer,
        note,
        by: "the gatekeeper",
        at: desk.now(),
        key_id: None,
        text_hash: None,
        evidence: None,
    };
    desk.write("Duty", |tx, ctx| acknowledge::told(tx, ctx, delivery, &said)).unwrap();
}

/// Leaves a row in each table of this room.
pub fn every_kind_of_row(desk: &Desk, warning: &Id) {
    set(desk, "desk,second", 1, 1);
    let (_, delivery) = desk.released(warning, "OFFICER", Purpose::Alert);
    by_hand(desk, &delivery);
    answer(desk, &delivery, Answer::DoNotAccept, "we know them");
    take(desk, "Senior", &delivery);
}

fn by_hand(desk: &Desk, delivery: &Id) {
    let hand = Statement { words: "read out at the gate", at: None, place: None, witness: None, reply: None };
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, delivery, &hand)).unwrap();
}

fn handed(desk: &Desk) -> Sent {
    let sent = desk.sent_to("OFFICER");
    by_hand(desk, &sent.delivery);
    sent
}

fn each_step_is_called_after_its_time_and_then_the_record_says_that_nobody_answered(house: &House) {
    let (desk, _alba) = house.pair();
    set(&desk, "desk,second,head,other", 1, 1);
    let sent = handed(&desk);
    let start = desk.now();
    pass(&desk, 4 * 60 + 130);
    let calls = called(&desk, &sent);
    let names = ["duty desk", "second officer", "head of desk", "head of the other organisation"];
    assert_eq!(calls.len(), 8, "four steps, once more, and no more");
    for (number, (name, at)) in calls.iter().enumerate() {
        assert_eq!(name, names[number % 4]);
        let minutes = 4 * 60 + 15 * i64::try_from(number).unwrap();
        assert_eq!(at.since(start), minutes * 60_000_000);
    }
    let found = running(&desk, &sent.delivery);
    assert_eq!((found.why.as_str(), found.calls, found.ended_at.is_some()), ("silence", 8, true));
    assert!(desk.kinds().contains(&"escalation.ended".to_owned()));
    assert_eq!(desk.open_tasks("unanswered"), 1, "the row stays");
    assert_eq!(desk.findings(), []);
}

fn a_chain_is_the_one_that_was_frozen_when_it_was_sent(house: &House) {
    let (desk, _alba) = house.pair();
    set(&desk, "second", 1, 0);
    let sent = handed(&desk);
    set(&desk, "head,other", 2, 9);
    pass(&desk, 4 * 60 + 60);
    let names: Vec<String> = called(&desk, &sent).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["second officer"]);
    let ctx = desk.admin();
    desk.unchanged(|| {
        let set = |steps: &str, quorum| {
            desk.db().write(|tx| chain::set(tx, &ctx, Priority::High, steps, quorum, 1))
        };
        assert!(says(set("boss", 1)).contains("no step"));
        assert!(says(set("officer:Nobody", 1)).contains("there is no officer"));
        assert_eq!(kind(set("desk", 0)), "refused");
        let by_duty = desk.write("Duty", |tx, ctx| chain::set(tx, ctx, Priority::High, "desk", 1, 1));
        assert_eq!(kind(by_duty), "forbidden");
    });
    let chains = desk.read("Duty", chain::list).unwrap();
    assert_eq!(chains.iter().map(|one| one.quorum()).collect::<Vec<_>>(), [1, 2, 1]);
    assert_eq!(desk.findings(), []);
}

fn fewer_people_than_wanted_end_nothing_and_what_was_taken_comes_back(house: &House) {
    let (desk, _alba) = house.pair();
    set(&desk, "desk,second", 2, 9);
    let sent = handed(&desk);
    let early = desk.write("Duty", |tx, ctx| chain::take(tx, ctx, &sent.delivery, ""));
    assert!(says(early).contains("nobody was called"));
    pass(&desk, 4 * 60);
    take(&desk, "Duty", &sent.delivery);
    desk.unchanged(|| take(&desk, "Duty", &sent.delivery));
    pass(&desk, 15);
    assert_eq!(called(&desk, &sent).len(), 2, "one of two is not enough");
    take(&desk, "Senior", &sent.delivery);
    pass(&desk, 3 * 60 + 44);
    assert_eq!(called(&desk, &sent).len(), 2, "nobody is called while two have it");
    // The recipient's ladder goes on: eight hours of silence call again.
    pass(&desk, 1);
    assert_eq!((called(&desk, &sent).len(), running(&desk, &sent.delivery).run), (3, 2));
    take(&desk, "Duty", &sent.delivery);
    take(&desk, "Senior", &sent.delivery);
    pass(&desk, 4 * 60 - 1);
    assert_eq!(called(&desk, &sent).len(), 3);
    // Taken is not done: after the time for an action the chain begins anew.
    pass(&desk, 1);
    assert_eq!((called(&desk, &sent).len(), running(&desk, &sent.delivery).run), (4, 3));
    assert_eq!(desk.findings(), []);
}

fn a_late_word_is_kept_with_its_lateness(house: &House) {
    let (desk, _alba) = house.pair();
    set(&desk, "desk", 1, 0);
    let sent = handed(&desk);
    pass(&desk, 4 * 60 + 45);
    assert!(running(&desk, &sent.delivery).ended_at.is_some());
    take(&desk, "Duty", &sent.delivery);
    let found = running(&desk, &sent.delivery);
    assert_eq!(found.taken.iter().map(|one| one.late_s).collect::<Vec<_>>(), [30 * 60]);
    answer(&desk, &sent.delivery, Answer::Read, "");
    assert_eq!(desk.count("SELECT late_us FROM answer"), 45 * 60 * 1_000_000);
    assert_eq!(desk.findings(), []);
}

fn a_dismissal_calls_at_once_until_it_is_settled(house: &House) {
    let (desk, _alba) = house.pair();
    let sent = handed(&desk);
    answer(&desk, &sent.delivery, Answer::DoNotAccept, "we know them");
    assert_eq!(called(&desk, &sent).len(), 1);
    assert_eq!(running(&desk, &sent.delivery).why, "dismissal");
    pass(&desk, 30);
    assert_eq!(called(&desk, &sent).len(), 3);
    let settle = |by: &str| {
        desk.write(by, |tx, ctx| {
            acknowledge::settle(tx, ctx, &sent.delivery, Task::Dismissed, "asked the police instead")
        })
    };
    assert_eq!(kind(settle("Duty")), "forbidden");
    settle("Senior").unwrap();
    pass(&desk, 60);
    assert_eq!(called(&desk, &sent).len(), 3);
    assert_eq!(desk.findings(), []);
}

fn an_answer_ends_the_calling(house: &House) {
    let (desk, sent) = handed_over(house);
    pass(&desk, 4 * 60 + 20);
    assert_eq!(called(&desk, &sent).len(), 2);
    answer(&desk, &sent.delivery, Answer::NotMe, "");
    pass(&desk, 120);
    assert_eq!(called(&desk, &sent).len(), 2);
    assert!(running(&desk, &sent.delivery).ended_at.is_some());
    assert_eq!(desk.findings(), []);
}

fn acknowledged_without_an_action_returns_to_the_queue(house: &House) {
    let (desk, sent) = handed_over(house);
    answer(&desk, &sent.delivery, Answer::Read, "");
    pass(&desk, 4 * 60 - 1);
    assert_eq!(desk.open_tasks("no-action"), 0);
    pass(&desk, 1);
    assert_eq!(desk.open_tasks("no-action"), 1);
    assert_eq!(desk.open_tasks("unanswered"), 0);
    answer(&desk, &sent.delivery, Answer::Acted, "the hall is closed");
    assert_eq!(desk.open_tasks("no-action"), 0);
    // Whoever says at once what was done is not asked.
    let other = handed(&desk);
    answer(&desk, &other.delivery, Answer::Read, "");
    answer(&desk, &other.delivery, Answer::Acted, "the hall is closed");
    pass(&desk, 5 * 60);
    assert_eq!(desk.open_tasks("no-action"), 0);
    assert_eq!(desk.findings(), []);
}

fn a_step_reaches_who_is_on_duty_and_may_see_it(house: &House) {
    let (desk, _alba) = house.pair();
    set(&desk, "desk,second,officer:Liaison", 1, 9);
    let sent = handed(&desk);
    let until = desk.now().plus(12 * 3_600_000_000);
    let on = |office, who: &str| {
        desk.write("Senior", |tx, ctx| shifts::set(tx, ctx, office, who, ctx.now, until)).unwrap()
    };
    // Junior may not see it: for the chain the desk is empty, and the second officer is called at once.
    on(Office::Desk, "Junior");
    on(Office::Second, "Second");
    pass(&desk, 4 * 60);
    assert_eq!(
        called(&desk, &sent).iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["second officer"]
    );
    pass(&desk, 15);
    assert_eq!(called(&desk, &sent).last().unwrap().0, "Liaison");
    let story = desk.read("Auditor", |tx, ctx| review::timeline(tx, ctx, &sent.case, None)).unwrap();
    let first = story.get().iter().find(|entry| entry.kind == "escalation.called").unwrap().clone();
    assert_eq!((first.field("on_duty"), first.field("nobody_on_duty")), ("Second", "duty desk"));
    assert_eq!(desk.findings(), []);
}

fn whoever_may_not_see_the_warning_takes_nothing(house: &House) {
    let (desk, sent) = handed_over(house);
    pass(&desk, 4 * 60);
    let nothing: Id = "V-00000000".parse().unwrap();
    desk.unchanged(|| {
        for id in [&sent.delivery, &nothing] {
            assert_eq!(kind(desk.write("Junior", |tx, ctx| chain::take(tx, ctx, id, ""))), "not found");
            assert_eq!(
                kind(desk.read("Junior", |tx, ctx| chain::find(tx, ctx, id).map(|_| ()))),
                "not found"
            );
        }
        let auditor = desk.write("Auditor", |tx, ctx| chain::take(tx, ctx, &sent.delivery, ""));
        assert_eq!(kind(auditor), "forbidden");
    });
}
