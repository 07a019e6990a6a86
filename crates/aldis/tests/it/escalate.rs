//! What time alone demands: silence climbs a ladder, windows and waivers ask, and nothing closes itself.

use crate::desk::{Desk, House, draft, kind, says};
use crate::store::on_both;
use aldis::desk::deliver::{self, Statement};
use aldis::desk::release::Purpose;
use aldis::desk::{case, escalate, watch};
use aldis_model::Id;
use serde_json::json;

on_both!(
    silence_climbs_the_ladder_and_then_the_record_says_so,
    an_answer_stops_the_ladder,
    a_ladder_goes_on_after_another_way_was_taken,
    a_waiver_that_ends_goes_back_to_the_senior_officer,
    a_window_asks_hours_before_it_ends_and_stays_open_without_a_decision,
    a_decided_window_ends_quietly,
    a_clock_that_jumps_back_fires_nothing_twice,
    the_public_is_refused_only_with_a_reason,
);

const HANDED: Statement<'_> =
    Statement { words: "read out at the gate", at: None, place: None, witness: None, reply: None };

pub fn handed_over(house: &House) -> (Desk, crate::desk::Sent) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("OFFICER");
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &sent.delivery, &HANDED)).unwrap();
    (desk, sent)
}

fn step(desk: &Desk, delivery: &Id) -> i64 {
    desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, delivery)).unwrap().get().ladder_step
}

fn silence_climbs_the_ladder_and_then_the_record_says_so(house: &House) {
    let (desk, sent) = handed_over(house);
    let start = desk.now();
    // At once, twice and four times the four hours, and then every sixteen hours.
    let hours = [4, 8, 16, 32, 48, 64, 80, 96, 112];
    for (number, hour) in (1..).zip(hours) {
        desk.clock.set(start.plus(hour * 3_600_000_000 - 1));
        desk.work();
        assert_eq!(step(&desk, &sent.delivery), number - 1, "not before hour {hour}");
        desk.clock.set(start.plus(hour * 3_600_000_000));
        desk.work();
        assert_eq!(step(&desk, &sent.delivery), number, "at hour {hour}");
        assert_eq!(desk.open_tasks("unanswered"), 1, "one row, moved up");
    }
    assert_eq!(desk.state(&sent.duty), "NO_ACK_ESCALATED");
    desk.later(100 * 24 * 60);
    desk.work();
    assert_eq!(step(&desk, &sent.delivery), 9);
    assert_eq!(desk.kinds().iter().filter(|kind| *kind == "escalation.step").count(), 8);
    let timeline =
        desk.read("Auditor", |tx, ctx| aldis::desk::review::timeline(tx, ctx, &sent.case, None)).unwrap();
    let last = timeline.get().iter().rfind(|entry| entry.kind == "escalation.step").unwrap();
    assert!(last.field("outcome").contains("nobody answered"), "{last:?}");
    assert_eq!(desk.open_tasks("unanswered"), 1, "silence closes nothing");
    assert_eq!(desk.findings(), []);
}

fn an_answer_stops_the_ladder(house: &House) {
    let (desk, sent) = handed_over(house);
    desk.later(4 * 60);
    desk.work();
    assert_eq!(step(&desk, &sent.delivery), 1);
    let said = aldis::desk::acknowledge::Said {
        answer: aldis_model::answer::Answer::Read,
        note: "",
        by: "the gatekeeper",
        at: desk.now(),
        key_id: None,
        text_hash: None,
        evidence: None,
    };
    desk.write("Duty", |tx, ctx| aldis::desk::acknowledge::told(tx, ctx, &sent.delivery, &said)).unwrap();
    assert_eq!(desk.open_tasks("unanswered"), 0);
    desk.later(7 * 24 * 60);
    desk.work();
    assert_eq!(step(&desk, &sent.delivery), 1);
    assert_eq!(desk.findings(), []);
}

fn a_ladder_goes_on_after_another_way_was_taken(house: &House) {
    let (desk, sent) = handed_over(house);
    desk.later(4 * 60);
    desk.work();
    let fields = json!({"channel": "hand", "receiver": "the owner", "time": desk.now().micros()});
    desk.step("Senior", &sent.duty, "alternate_route", fields).unwrap();
    // The same text goes to somebody else, who is silent too.
    let (_, second) = desk.released(&sent.warning, "OFFICER", Purpose::Alert);
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &second, &HANDED)).unwrap();
    assert_eq!(desk.state(&sent.duty), "DELIVERED");
    for _ in 0..30 {
        desk.later(60);
        desk.work();
    }
    // The duty's own ladder and that of each delivery are not the same; both deliveries went on.
    assert!(step(&desk, &sent.delivery) >= 3 && step(&desk, &second) >= 3);
    assert_eq!(desk.findings(), []);
}

fn a_waiver_that_ends_goes_back_to_the_senior_officer(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    let waiver = json!({"waiver_code": "W-A", "basis": "they know", "alternatives_tried": [],
        "expiry": "2031-05-05T08:00:00Z", "particulars": {"awareness": {"who": "the hall",
        "how_known": "told us", "date": "2031-05-04T07:00:00Z", "details": "place and day"}}});
    desk.step("Senior", &duty, "decide_waive", waiver).unwrap();
    desk.at("2031-05-05T07:59:59Z");
    desk.work();
    assert_eq!(desk.open_tasks("waiver-expired"), 0);
    desk.at("2031-05-05T08:00:00Z");
    desk.work();
    assert_eq!(desk.open_tasks("waiver-expired"), 1);
    assert_eq!(desk.state(&duty), "WAIVED", "the machine asks and decides nothing");
    let again = json!({"trigger": "time_passed"});
    assert_eq!(desk.step("Senior", &duty, "expire_or_new_info", again).unwrap(), "SENIOR_REVIEW");
    assert_eq!(desk.open_tasks("waiver-expired"), 0);
    assert_eq!(desk.findings(), []);
}

fn a_window_asks_hours_before_it_ends_and_stays_open_without_a_decision(house: &House) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("PUBLIC");
    desk.work();
    // The window ends on 6 May at 08:00.
    desk.at("2031-05-06T04:59:00Z");
    desk.work();
    assert_eq!(desk.open_tasks("lapse"), 0);
    desk.at("2031-05-06T06:00:00Z");
    desk.work();
    assert_eq!(desk.open_tasks("lapse"), 1, "asked at least two hours before");
    desk.at("2031-05-06T08:00:00Z");
    desk.work();
    assert_eq!(desk.count("SELECT count(*) FROM warning WHERE lapsed_at IS NOT NULL"), 1);
    desk.later(30);
    let floor = desk.read("Senior", watch::floor).unwrap().into_inner();
    let lapse = floor.waiting.iter().find(|task| task.kind == "lapse").unwrap();
    assert!(lapse.is_overdue(desk.now()), "red on the floor");
    assert!(lapse.clock(desk.now()).starts_with("OVERDUE"));
    let found = desk.read("Senior", |tx, ctx| case::find(tx, ctx, &sent.case)).unwrap().into_inner();
    assert_eq!(found.closed_at, None, "the case stays open");
    assert_eq!(desk.findings(), []);
}

fn a_decided_window_ends_quietly(house: &House) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("PUBLIC");
    desk.work();
    desk.at("2031-05-06T06:00:00Z");
    desk.work();
    let decide = |by: &str, decision: &str, reason: &str| {
        desk.write(by, |tx, ctx| escalate::decide_lapse(tx, ctx, &sent.warning, decision, reason))
    };
    desk.unchanged(|| {
        assert_eq!(kind(decide("Senior", "let-lapse", " ")), "refused");
        assert_eq!(kind(decide("Senior", "forget", "it is over")), "refused");
        assert_eq!(kind(decide("Analyst", "let-lapse", "it is over")), "forbidden");
    });
    decide("Senior", "let-lapse", "the men were arrested").unwrap();
    assert_eq!(desk.open_tasks("lapse"), 0);
    desk.at("2031-05-06T08:00:00Z");
    desk.work();
    assert_eq!(desk.open_tasks("lapse"), 0);
    assert_eq!(desk.count("SELECT count(*) FROM warning WHERE lapsed_at IS NOT NULL"), 0);
    assert!(desk.kinds().contains(&"window.lapsed".to_owned()), "the record says when it ended");
    assert_eq!(desk.findings(), []);
}

fn a_clock_that_jumps_back_fires_nothing_twice(house: &House) {
    let (desk, sent) = handed_over(house);
    desk.later(4 * 60);
    desk.work();
    let fired = desk.entries();
    desk.later(-3 * 60);
    desk.work();
    desk.later(3 * 60);
    desk.work();
    assert_eq!(desk.entries(), fired);
    assert_eq!(step(&desk, &sent.delivery), 1);
    assert_eq!(desk.findings(), []);
}

fn the_public_is_refused_only_with_a_reason(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    desk.released(&warning, "STAFF", Purpose::Alert);
    let decide = |decision: &str, reason: &str| {
        desk.write("Senior", |tx, ctx| escalate::decide_public(tx, ctx, &warning, decision, reason))
    };
    desk.unchanged(|| {
        assert!(says(decide("refuse", "")).contains("say why"));
        assert_eq!(kind(decide("perhaps", "because")), "refused");
    });
    decide("delay", "until the hall is empty").unwrap();
    assert_eq!(desk.open_tasks("public-equivalence"), 1, "later is not an answer");
    decide("refuse", "the public is not at risk").unwrap();
    assert_eq!(desk.open_tasks("public-equivalence"), 0);
}
