//! Who knew what when, what the public is shown, and who is signed in.

use crate::desk::{Desk, House, kind};
use crate::store::on_both;
use aldis::desk::acknowledge::{self, Said};
use aldis::desk::case::{self, Relation};
use aldis::desk::deliver::{self, Statement};
use aldis::desk::grade::{self, Graded};
use aldis::desk::publish::{self, Publisher};
use aldis::desk::release::Purpose;
use aldis::desk::review::Happened;
use aldis::desk::{escalate, gather, inbound, office, questions, review};
use aldis_model::answer::Answer;
use aldis_model::task::Task;
use aldis_model::{Id, Time};
use serde_json::json;

on_both!(
    the_record_as_of_a_time_holds_nothing_later,
    every_question_is_answered_by_a_rich_case,
    an_empty_feed_is_a_feed,
    what_is_published_reads_back_as_cap,
    an_update_names_what_it_replaces,
    an_alert_leaves_the_feed_a_day_after_it_expired,
    a_sign_in_link_works_once_and_for_a_day,
    a_session_ends_by_time_by_leaving_and_with_the_officer,
    an_officer_has_a_name_of_his_own,
);

fn timeline(desk: &Desk, case: &Id, at: Option<Time>) -> Vec<Happened> {
    desk.read("Auditor", |tx, ctx| review::timeline(tx, ctx, case, at)).unwrap().into_inner()
}

fn the_record_as_of_a_time_holds_nothing_later(house: &House) {
    let desk = house.desk("NORTHPORT");
    let decided = desk.decided();
    let then = desk.now();
    let before = timeline(&desk, &decided.case, None);
    desk.later(60);
    let said = desk.take_in("They say now that it was a joke.", "GREEN");
    desk.write("Analyst", |tx, ctx| case::link(tx, ctx, &decided.case, &said, Relation::Statement)).unwrap();
    let all = timeline(&desk, &decided.case, None);
    assert!(all.len() > before.len());
    assert!(all.iter().any(|entry| entry.kind == "statement.attached" && entry.lane() == "world"));
    let same = |one: &[Happened], other: &[Happened]| {
        assert_eq!(format!("{one:?}"), format!("{other:?}"), "a later statement changes no earlier entry");
    };
    same(&timeline(&desk, &decided.case, Some(then)), &before);
    same(&all[..before.len()], &before);
    let nothing = desk.read("Auditor", |tx, ctx| {
        review::timeline(tx, ctx, &decided.case, Some("2031-05-04T07:59:59Z".parse().unwrap())).map(|_| ())
    });
    assert_eq!(kind(nothing), "not found", "before the first report nobody knew");
}

fn every_question_is_answered_by_a_rich_case(house: &House) {
    let (desk, alba) = house.pair();
    let report = desk.take_in("The Grey Tide means the Lantern Hall.", "CLEAR");
    desk.work();
    desk.write("Analyst", |tx, ctx| gather::open(tx, ctx, &report)).unwrap();
    for grade in ["C3", "B2"] {
        let graded = Graded {
            grade: grade.parse().unwrap(),
            likelihood: None,
            confidence: None,
            reasons: "seen".into(),
        };
        desk.write("Analyst", |tx, ctx| grade::grade(tx, ctx, &report, &graded)).unwrap();
        desk.later(1);
    }
    let (case, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    // First waived, then decided again when the waiver ends.
    let waiver = json!({"waiver_code": "W-A", "basis": "they know", "alternatives_tried": [],
        "expiry": "2031-05-04T12:00:00Z", "particulars": {"awareness": {"who": "the hall",
        "how_known": "told us", "date": "2031-05-04T07:00:00Z", "details": "place and day"}}});
    desk.step("Senior", &duty, "decide_waive", waiver).unwrap();
    desk.at("2031-05-04T12:00:00Z");
    desk.work();
    desk.step("Senior", &duty, "expire_or_new_info", json!({"trigger": "time_passed"})).unwrap();
    desk.step("Senior", &duty, "decide_warn", crate::desk::decision()).unwrap();
    let mut text = crate::desk::draft(&report);
    text.portions[1].text = "Stay away from large crowds in Lowtown until Tuesday.".into();
    text.portions[0].text = "Violence is planned at the Lantern Hall.".into();
    let warning = desk.draft(&duty, &text).unwrap();
    desk.released(&warning, "STAFF", Purpose::Alert);
    house.net.cut("http://alba.test", true);
    let (_, to_alba) = desk.released(&warning, "ALBA", Purpose::Alert);
    desk.work();
    house.net.cut("http://alba.test", false);
    desk.released(&warning, "PUBLIC", Purpose::Alert);
    let (_, to_officer) = desk.released(&warning, "OFFICER", Purpose::Alert);
    desk.later(1);
    desk.work();
    let handed =
        Statement { words: "read out at the gate", at: None, place: None, witness: None, reply: None };
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, &to_officer, &handed)).unwrap();
    // Silence first, then a question; and the partner does not accept.
    desk.later(5 * 60);
    desk.work();
    let said = Said {
        answer: Answer::CallMe,
        note: "which door?",
        by: "the officer",
        at: desk.now(),
        key_id: None,
        text_hash: None,
        evidence: None,
    };
    desk.write("Duty", |tx, ctx| acknowledge::told(tx, ctx, &to_officer, &said)).unwrap();
    desk.write("Duty", |tx, ctx| acknowledge::settle(tx, ctx, &to_officer, Task::CallBack, "the side door"))
        .unwrap();
    let got = alba.read("Liaison", inbound::list).unwrap().into_inner();
    alba.write("Liaison", |tx, ctx| {
        inbound::answer(tx, ctx, alba.node.signer(), &got[0].id, Answer::DoNotAccept, "blackmail")
    })
    .unwrap();
    alba.work();
    desk.write("Senior", |tx, ctx| acknowledge::settle(tx, ctx, &to_alba, Task::Dismissed, "tell the owner"))
        .unwrap();
    desk.at("2031-05-06T06:00:00Z");
    desk.work();
    desk.write("Senior", |tx, ctx| escalate::decide_lapse(tx, ctx, &warning, "let-lapse", "it is over"))
        .unwrap();
    desk.released(&warning, "PUBLIC", Purpose::Cancel);
    desk.work();
    desk.at("2031-05-06T08:00:00Z");
    desk.work();
    let answers = questions::answer(&timeline(&desk, &case, None));
    for id in [
        "01", "03", "05", "06", "07", "08", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21",
        "35", "36", "37", "38", "39",
    ] {
        let found = answers.iter().find(|answer| answer.id == format!("AQ-{id}"));
        let found = found.unwrap_or_else(|| panic!("AQ-{id} is not asked"));
        assert!(!found.answer.is_empty() && !found.entries.is_empty(), "AQ-{id}: {found:?}");
    }
    let said =
        |id: &str| answers.iter().find(|a| a.id == id).map(|a| a.answer.join("\n")).unwrap_or_default();
    assert!(said("AQ-03").contains("B2 (was C3)"));
    assert!(said("AQ-18").contains("blackmail") && said("AQ-18").contains("tell the owner"));
    assert!(said("AQ-19").contains("which door?") && said("AQ-19").contains("the side door"));
    assert_eq!(desk.findings(), []);
}

const PUBLISHER: Publisher<'_> =
    Publisher { title: "Northport", url: "http://northport.test", sender: "aldis/NORTHPORT" };

fn feed(desk: &Desk) -> String {
    desk.read("system", |tx, ctx| publish::feed(tx, ctx, &PUBLISHER)).unwrap().into_inner()
}

fn alert(desk: &Desk, id: &Id) -> aldis_wire::cap::Alert {
    let text = desk.read("system", |tx, ctx| publish::alert(tx, ctx, &PUBLISHER, id.as_str())).unwrap();
    let limits = aldis_wire::Limits::default();
    let read = aldis_wire::cap::read(text.get().as_bytes(), &limits).unwrap();
    read.alert.check().unwrap();
    read.alert
}

fn an_empty_feed_is_a_feed(house: &House) {
    let feed = feed(&house.desk("NORTHPORT"));
    assert!(feed.starts_with("<?xml") && feed.contains("<feed") && feed.trim_end().ends_with("</feed>"));
    for element in ["<id>", "<title>", "<updated>", "<author>"] {
        assert!(feed.contains(element), "{element} in {feed}");
    }
    assert!(!feed.contains("<entry"));
}

fn what_is_published_reads_back_as_cap(house: &House) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("PUBLIC");
    let early =
        desk.read("system", |tx, ctx| publish::alert(tx, ctx, &PUBLISHER, sent.release.as_str()).map(|_| ()));
    assert_eq!(kind(early), "not found", "approved is not published");
    desk.work();
    let alert = alert(&desk, &sent.release);
    assert_eq!(alert.identifier, sent.release.as_str());
    let info = &alert.infos[0];
    let words = info.description.as_deref().unwrap();
    assert_eq!(words, "Avoid large gatherings in Lowtown over the next 48 hours.");
    assert_eq!(info.areas[0].description, "Lowtown");
    assert!(alert.references.is_empty());
    assert!(feed(&desk).contains(sent.release.as_str()));
    // What went to somebody else is not found under its id.
    let other = desk.sent_to("OFFICER");
    let other = desk
        .read("system", |tx, ctx| publish::alert(tx, ctx, &PUBLISHER, other.release.as_str()).map(|_| ()));
    assert_eq!(kind(other), "not found");
}

fn an_update_names_what_it_replaces(house: &House) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("PUBLIC");
    desk.work();
    desk.later(10);
    let (update, _) = desk.released(&sent.warning, "PUBLIC", Purpose::Update);
    desk.work();
    desk.later(10);
    let (cancel, _) = desk.released(&sent.warning, "PUBLIC", Purpose::Cancel);
    desk.work();
    let names = |id: &Id| {
        let alert = alert(&desk, id);
        (alert.msg_type, alert.references.into_iter().map(|r| r.identifier).collect::<Vec<_>>())
    };
    let (kind, mut replaced) = names(&cancel);
    assert_eq!(kind, aldis_wire::cap::MsgType::Cancel);
    replaced.sort();
    let mut both = [update.to_string(), sent.release.to_string()];
    both.sort();
    assert_eq!(replaced, both);
    assert_eq!(names(&update), (aldis_wire::cap::MsgType::Update, vec![sent.release.to_string()]));
}

fn an_alert_leaves_the_feed_a_day_after_it_expired(house: &House) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("PUBLIC");
    desk.work();
    desk.at("2031-05-07T08:00:00Z");
    assert!(feed(&desk).contains(sent.release.as_str()));
    desk.at("2031-05-07T08:00:01Z");
    assert!(!feed(&desk).contains(sent.release.as_str()));
}

fn invited(desk: &Desk, name: &str) -> String {
    desk.write("root", |tx, ctx| office::invite(tx, ctx, name)).unwrap()
}

fn sign_in(desk: &Desk, token: &str) -> aldis::error::Result<String> {
    desk.write("system", |tx, ctx| office::sign_in(tx, ctx, token)).map(|session| session.token)
}

fn session(desk: &Desk, token: &str) -> aldis::error::Result<String> {
    desk.read("system", |tx, ctx| office::session(tx, ctx, token)).map(|(actor, _)| actor.name)
}

fn a_sign_in_link_works_once_and_for_a_day(house: &House) {
    let desk = house.desk("NORTHPORT");
    let token = invited(&desk, "Senior");
    assert!(desk.kinds().ends_with(&["user.invited".to_owned()]), "the record says who made a link");
    assert!(!desk.dump().join("\n").contains(&token));
    let cookie = sign_in(&desk, &token).unwrap();
    assert_eq!(session(&desk, &cookie).unwrap(), "Senior");
    desk.unchanged(|| {
        assert_eq!(kind(sign_in(&desk, &token)), "not found", "used");
        assert_eq!(kind(sign_in(&desk, "guess")), "not found");
    });
    let late = invited(&desk, "Senior");
    desk.later(24 * 60);
    desk.unchanged(|| assert_eq!(kind(sign_in(&desk, &late)), "not found", "too old"));
    let nobody = desk.write("root", |tx, ctx| office::invite(tx, ctx, "Nobody"));
    assert_eq!(kind(nobody), "not found");
    assert_eq!(desk.findings(), []);
}

fn a_session_ends_by_time_by_leaving_and_with_the_officer(house: &House) {
    let desk = house.desk("NORTHPORT");
    let enter = |name: &str| sign_in(&desk, &invited(&desk, name)).unwrap();
    let (left, dismissed, old) = (enter("Senior"), enter("Duty"), enter("Analyst"));
    desk.db().write(|tx| office::sign_out(tx, &left)).unwrap();
    assert_eq!(kind(session(&desk, &left)), "not found");
    let pending = invited(&desk, "Duty");
    desk.place.tamper("UPDATE officer SET disabled_at = 1 WHERE name = 'Duty'");
    assert_eq!(kind(session(&desk, &dismissed)), "not found");
    assert_eq!(kind(sign_in(&desk, &pending)), "not found");
    assert_eq!(session(&desk, &old).unwrap(), "Analyst");
    desk.later(12 * 60);
    assert_eq!(kind(session(&desk, &old)), "not found");
}

fn an_officer_has_a_name_of_his_own(house: &House) {
    let desk = house.desk("NORTHPORT");
    let add = |name: &str, role| {
        let ceiling = aldis_model::Tlp::Green;
        let new = office::NewOfficer { name, role, ceiling, compartments: &[], email: None };
        desk.write("root", |tx, ctx| office::add(tx, ctx, &new))
    };
    desk.unchanged(|| {
        use aldis_model::role::Role;
        assert_eq!(kind(add("Duty", Role::Duty)), "conflict");
        assert_eq!(kind(add(" ", Role::Duty)), "refused");
        assert_eq!(kind(add("Machine", Role::System)), "refused");
    });
}
