//! Human answers: the first one stands, a late one is kept late, and each opens what it asks for.

use crate::desk::{Desk, House, kind, says};
use crate::store::on_both;
use aldis::desk::acknowledge::{self, Said};
use aldis::desk::deliver::{self, Statement};
use aldis::desk::{chain, inbound, late, partners, watch};
use aldis_model::Id;
use aldis_model::answer::Answer;
use aldis_model::gate::Ladder;
use aldis_model::task::Task;

on_both!(
    the_same_answer_twice_is_one_answer,
    another_answer_is_refused_and_changes_nothing,
    a_refusal_to_accept_needs_a_reason_and_is_reviewed,
    an_answer_after_its_time_is_kept_with_how_late_it_came,
    late_words_are_listed_newest_first_for_who_may_see_them,
    a_question_and_a_wrong_recipient_wait_for_somebody,
    acting_follows_reading_and_stands_beside_it,
    whoever_acts_has_read,
    a_link_answers_and_then_shows_nothing,
    an_answer_about_another_text_proves_nothing,
    a_partner_named_in_other_letters_still_answers,
);

fn said(answer: Answer, note: &str) -> Said<'_> {
    Said {
        answer,
        note,
        by: "the gatekeeper",
        at: "2031-05-04T08:00:00Z".parse().unwrap(),
        key_id: None,
        text_hash: None,
        evidence: None,
    }
}

fn handed_over(house: &House) -> (Desk, crate::desk::Sent) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("OFFICER");
    let statement =
        Statement { words: "read out at the gate", at: None, place: None, witness: None, reply: None };
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &sent.delivery, &statement)).unwrap();
    (desk, sent)
}

fn tell(desk: &Desk, delivery: &Id, said: &Said<'_>) -> aldis::error::Result<()> {
    desk.write("Duty", |tx, ctx| acknowledge::told(tx, ctx, delivery, said))
}

fn found(desk: &Desk, delivery: &Id) -> deliver::Delivery {
    desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, delivery)).unwrap().into_inner()
}

fn the_same_answer_twice_is_one_answer(house: &House) {
    let (desk, sent) = handed_over(house);
    tell(&desk, &sent.delivery, &said(Answer::Read, "")).unwrap();
    assert_eq!(desk.state(&sent.duty), "ACKNOWLEDGED");
    desk.later(1);
    desk.unchanged(|| tell(&desk, &sent.delivery, &said(Answer::Read, "  ")).unwrap());
    assert_eq!(found(&desk, &sent.delivery).progress, "answered");
    // The timer of silence has stopped.
    desk.later(24 * 60);
    desk.work();
    assert_eq!(desk.open_tasks("unanswered"), 0);
    assert_eq!(desk.findings(), []);
}

fn another_answer_is_refused_and_changes_nothing(house: &House) {
    let (desk, sent) = handed_over(house);
    tell(&desk, &sent.delivery, &said(Answer::Read, "")).unwrap();
    desk.unchanged(|| {
        assert_eq!(kind(tell(&desk, &sent.delivery, &said(Answer::Read, "with thanks"))), "conflict");
        assert_eq!(kind(tell(&desk, &sent.delivery, &said(Answer::NotMe, ""))), "conflict");
        assert_eq!(kind(tell(&desk, &sent.delivery, &said(Answer::DoNotAccept, "no"))), "conflict");
        let unknown: Id = "V-00000000".parse().unwrap();
        assert_eq!(kind(tell(&desk, &unknown, &said(Answer::Read, ""))), "not found");
    });
}

fn a_refusal_to_accept_needs_a_reason_and_is_reviewed(house: &House) {
    let (desk, sent) = handed_over(house);
    desk.unchanged(|| {
        assert!(says(tell(&desk, &sent.delivery, &said(Answer::DoNotAccept, " "))).contains("reason"));
        let long = "x".repeat(4_001);
        assert!(says(tell(&desk, &sent.delivery, &said(Answer::DoNotAccept, &long))).contains("too long"));
    });
    tell(&desk, &sent.delivery, &said(Answer::DoNotAccept, "blackmail")).unwrap();
    assert_eq!(desk.state(&sent.duty), "DISMISSED");
    assert_eq!(desk.open_tasks("dismissed"), 1);
    let settle = |by: &str, words: &str| {
        desk.write(by, |tx, ctx| acknowledge::settle(tx, ctx, &sent.delivery, Task::Dismissed, words))
    };
    desk.unchanged(|| {
        assert_eq!(kind(settle("Analyst", "let it be")), "forbidden");
        assert_eq!(kind(settle("Senior", " ")), "refused");
    });
    settle("Senior", "tell the venue's owner as well").unwrap();
    assert_eq!(desk.state(&sent.duty), "SENIOR_REVIEW");
    assert_eq!(desk.open_tasks("dismissed"), 0);
    assert_eq!(desk.open_tasks("decide"), 1, "a dismissal is never an end");
}

fn an_answer_after_its_time_is_kept_with_how_late_it_came(house: &House) {
    let (desk, sent) = handed_over(house);
    desk.later(5 * 60);
    desk.work();
    assert_eq!(desk.open_tasks("unanswered"), 1);
    let mut late = said(Answer::Read, "was away");
    late.at = desk.now();
    tell(&desk, &sent.delivery, &late).unwrap();
    assert_eq!(desk.count("SELECT late_us FROM answer"), 3_600_000_000);
    assert_eq!(desk.open_tasks("unanswered"), 0);
    assert_eq!(desk.state(&sent.duty), "ACKNOWLEDGED");
    assert_eq!(desk.findings(), []);
}

fn late_words_are_listed_newest_first_for_who_may_see_them(house: &House) {
    let (desk, sent) = handed_over(house);
    let list = |by: &str, limit: usize| desk.read(by, |tx, ctx| late::list(tx, ctx, limit));
    assert!(list("Duty", 9).unwrap().get().is_empty(), "nothing is late yet");
    desk.later(4 * 60 + 1);
    desk.work();
    desk.later(45);
    desk.write("Senior", |tx, ctx| chain::take(tx, ctx, &sent.delivery, "I drive there")).unwrap();
    desk.later(14);
    let mut late = said(Answer::Read, "was away");
    late.at = desk.now();
    tell(&desk, &sent.delivery, &late).unwrap();
    let found = list("Auditor", 9).unwrap().into_inner();
    let seen: Vec<_> =
        found.iter().map(|one| (one.what.as_str(), one.by.as_str(), one.words.as_str())).collect();
    assert_eq!(seen, [("read", "the gatekeeper", "was away"), ("call-taken", "Senior", "I drive there")]);
    assert_eq!((found[0].late_s, found[0].lateness()), (60 * 60, "60 min".to_owned()));
    assert!(found.iter().all(|one| one.delivery == sent.delivery));
    assert_eq!(list("Auditor", 1).unwrap().get().len(), 1);
    assert!(list("Junior", 9).unwrap().get().is_empty(), "not even that there was one");
    assert_eq!(kind(list("root", 9).map(|_| ())), "forbidden");
    // An answer in time is on no such list.
    let other = desk.sent_to("HALL");
    desk.work();
    tell(&desk, &other.delivery, &said(Answer::Read, "")).unwrap();
    assert_eq!(list("Auditor", 9).unwrap().get().len(), 2);
}

fn a_question_and_a_wrong_recipient_wait_for_somebody(house: &House) {
    for (answer, task, after) in
        [(Answer::CallMe, Task::CallBack, "ACKNOWLEDGED"), (Answer::NotMe, Task::WrongRecipient, "DELIVERED")]
    {
        let (desk, sent) = handed_over(house);
        tell(&desk, &sent.delivery, &said(answer, "which door?")).unwrap();
        assert_eq!(desk.open_tasks(task.as_str()), 1);
        assert_eq!(desk.state(&sent.duty), after, "{answer}");
        let floor = desk.read("Senior", watch::floor).unwrap().into_inner();
        assert!(floor.waiting.iter().any(|waiting| waiting.kind == task.as_str()));
        desk.write("Duty", |tx, ctx| acknowledge::settle(tx, ctx, &sent.delivery, task, "called at once"))
            .unwrap();
        assert_eq!(desk.open_tasks(task.as_str()), 0);
        assert_eq!(desk.findings(), []);
    }
}

fn acting_follows_reading_and_stands_beside_it(house: &House) {
    let (desk, sent) = handed_over(house);
    tell(&desk, &sent.delivery, &said(Answer::Read, "")).unwrap();
    desk.unchanged(|| assert_eq!(kind(tell(&desk, &sent.delivery, &said(Answer::Acted, ""))), "refused"));
    tell(&desk, &sent.delivery, &said(Answer::Acted, "closed the side door")).unwrap();
    assert_eq!(found(&desk, &sent.delivery).progress, "acted");
    assert_eq!(desk.state(&sent.duty), "ACTED");
    assert_eq!(desk.column("SELECT answer FROM answer ORDER BY recorded_at, id").len(), 2);
    desk.unchanged(|| {
        let other = said(Answer::Acted, "closed every door");
        assert_eq!(kind(tell(&desk, &sent.delivery, &other)), "conflict");
    });
}

fn whoever_acts_has_read(house: &House) {
    let (desk, sent) = handed_over(house);
    tell(&desk, &sent.delivery, &said(Answer::Acted, "closed the side door")).unwrap();
    assert_eq!(found(&desk, &sent.delivery).progress, "acted");
    assert_eq!(desk.state(&sent.duty), "ACTED");
    desk.later(24 * 60);
    desk.work();
    assert_eq!(desk.open_tasks("unanswered"), 0);
    assert_eq!(desk.findings(), []);
}

fn a_link_answers_and_then_shows_nothing(house: &House) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("HALL");
    desk.work();
    let token = desk.node.sealer.link_token(&sent.delivery);
    let page = |token: &str| desk.read("system", |tx, ctx| acknowledge::behind_link(tx, ctx, token));
    let answer = |token: &str, answer: Answer, note: &str| {
        desk.write("system", |tx, ctx| acknowledge::on_page(tx, ctx, token, answer, note))
    };
    let shown = page(&token).unwrap().into_inner();
    assert_eq!(shown.lines, ["Avoid large gatherings in Lowtown over the next 48 hours."]);
    assert_eq!((shown.tlp.as_str(), shown.answered), ("TLP:CLEAR", None));
    // A mail scanner that follows the link has read nothing.
    assert_eq!(found(&desk, &sent.delivery).progress, "delivered");
    desk.unchanged(|| {
        assert_eq!(kind(page("abcdefgh").map(|_| ())), "not found");
        assert_eq!(kind(answer("abcdefgh", Answer::Read, "")), "not found");
        assert_eq!(kind(answer(&token, Answer::Read, "zero\0byte")), "refused");
    });
    answer(&token, Answer::Read, "thank you").unwrap();
    assert_eq!(page(&token).unwrap().get().answered, Some(Answer::Read));
    let other = desk.sent_to("HALL");
    desk.work();
    let other = desk.node.sealer.link_token(&other.delivery);
    desk.later(31 * 24 * 60);
    desk.unchanged(|| assert_eq!(kind(page(&other).map(|_| ())), "not found"));
    // Whoever kept the page open is heard all the same.
    answer(&other, Answer::CallMe, "which door?").unwrap();
    assert!(desk.count("SELECT max(late_us) FROM answer") > 0);
}

fn an_answer_about_another_text_proves_nothing(house: &House) {
    let (desk, sent) = handed_over(house);
    let mut wrong = said(Answer::Read, "");
    wrong.text_hash = Some(aldis_model::Digest::of(b"another text"));
    desk.unchanged(|| assert_eq!(kind(tell(&desk, &sent.delivery, &wrong)), "proof"));
}

fn a_partner_named_in_other_letters_still_answers(house: &House) {
    let (desk, alba) = (house.desk("NORTHPORT"), house.desk("Alba Desk"));
    desk.knows(&alba);
    alba.knows(&desk);
    let listed = desk.read("Senior", partners::list).unwrap();
    assert_eq!(listed[0].name, "ALBA-DESK");
    desk.audience("ALBA", Ladder::Partner, "node", "alba desk");
    let sent = desk.sent_to("ALBA");
    desk.work();
    let got = alba.read("Liaison", inbound::list).unwrap().into_inner();
    alba.write("Liaison", |tx, ctx| {
        inbound::answer(tx, ctx, alba.node.signer(), &got[0].id, Answer::Read, "")
    })
    .unwrap();
    alba.work();
    assert_eq!(found(&desk, &sent.delivery).answer.as_deref(), Some("read"));
}
