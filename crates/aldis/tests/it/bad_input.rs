//! Bad input at every door: labels that are not understood or contradict themselves close, and what goes wrong
//! on the way is said, loses nothing and stands on the watch floor.

use crate::browser::Browser;
use crate::desk::{Desk, House, decision, draft, kind, says};
use crate::servers;
use crate::store::{Store, on_both};
use aldis::config::{Ways, Webhook};
use aldis::desk::deliver::{self, Delivery};
use aldis::desk::release::Purpose;
use aldis::desk::{inbound, partners, ways};
use aldis::exchange::{self, Live};
use aldis_ledger::note;
use aldis_model::gate::Ladder;
use aldis_model::{Id, Label, Tlp};
use aldis_wire::exchange::{self as wire, Message};
use aldis_wire::webhook::Key;
use axum::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

on_both!(
    a_partners_warning_with_a_label_we_do_not_know_is_refused_and_stays_with_the_partner,
    an_approver_who_is_the_author_leaves_it_waiting_for_another,
    a_stale_text_is_not_approved_and_waits_on,
    a_waiver_that_has_run_out_releases_nothing_and_waits_for_a_senior_officer,
    a_channel_that_hangs_is_a_failed_delivery_for_people_to_route_again,
    a_server_that_lies_is_found_out_by_the_silence,
);

/// Neither a label nor one that can be obeyed: unknown words, two labels at once, a name and nobody.
const LABELS: [&str; 7] = [
    "TLP:PURPLE",
    "TLP:CLEAR TLP:RED",
    "CLEAR REL NOBODY,ALBA",
    "GREEN REL ALBA REL NOBODY",
    "GREEN REL ALBA HELD RED",
    "SECRET//NOFORN",
    "TLP:AMBER+STRICT+",
];

#[test]
fn a_label_that_cannot_be_obeyed_is_taken_by_no_form() {
    let house = House::on(Store::Sqlite);
    let desk = house.desk("NORTHPORT");
    desk.audiences_without_node();
    let decided = desk.decided();
    let mut analyst = Browser::signed_in(&desk.node, &desk.admin(), "Analyst");
    let mut keeper = Browser::signed_in(&desk.node, &desk.admin(), "Keeper");
    desk.unchanged(|| {
        for label in LABELS {
            let (tlp, rest) = label.split_once(' ').unwrap_or((label, ""));
            let write = format!("/duties/{}/write", decided.duty);
            let written = [
                ("do", "save"),
                ("subject", "Alert"),
                ("event", "Security Alert"),
                ("category", "Security"),
                ("response", "Avoid"),
                ("urgency", "Expected"),
                ("severity", "Severe"),
                ("certainty", "Likely"),
                ("language", "en"),
                ("tlp1", tlp),
                ("rest1", rest),
                ("text1", "Keep away."),
            ];
            let answer = analyst.act(&write, &written);
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{label}: {}", answer.body);
            assert!(answer.body.contains("sentence 1: "), "{label}: {}", answer.body);
            let brought = [("text", "Men came."), ("source", "a neighbour"), ("tlp", tlp), ("rest", rest)];
            let answer = analyst.upload(&brought, None);
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{label}");
            let entered = [
                ("kind", "person"),
                ("names", "Ada Quill"),
                ("category", "witness"),
                ("tier", "T1"),
                ("purpose", "asked"),
                ("tlp", tlp),
                ("rest", rest),
                ("noisy", "yes"),
            ];
            let answer = keeper.act("/people", &entered);
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{label}");
        }
    });
}

#[test]
fn a_label_that_cannot_be_obeyed_and_came_from_outside_is_red_and_goes_nowhere() {
    for text in LABELS {
        let label = Label::foreign(text);
        assert!(label.tlp == Tlp::Red && !label.caveats.is_empty(), "{text}");
    }
}

/// Between nodes a label is one of the five and nothing else. What is not is refused, so that the sender's own
/// floor says that nobody read it; to take it in as RED would let the sender believe that somebody did.
fn a_partners_warning_with_a_label_we_do_not_know_is_refused_and_stays_with_the_partner(house: &House) {
    let (north, alba) = house.pair();
    let sent = |label: &str| wire::Warning {
        id: "M-LABEL001".into(),
        from: "ALBA".into(),
        to: "NORTHPORT".into(),
        release: "L-1".into(),
        subject: "Security alert".into(),
        text: "Avoid the hall.".into(),
        label: label.into(),
        not_before: None,
        expires: "2031-05-06T08:00:00Z".into(),
        sent_at: "2031-05-04T08:00:00Z".into(),
        kind: wire::WarningKind::Alert,
        replaces: None,
        answer_by: None,
    };
    let arrives = |label: &str| {
        let envelope = note::sign(&Message::Warning(sent(label)).to_line(), &[alba.node.signer()]).unwrap();
        exchange::receive(&north.node, envelope.as_bytes())
    };
    north.unchanged(|| {
        for label in LABELS.into_iter().chain(["", "AMBER CAV EYES", "RED COMP LAMP", "TLP:WHITE"]) {
            let refused = arrives(label);
            assert!(["refused", "proof"].contains(&kind(refused)), "{label}");
        }
    });
    arrives("TLP:RED").unwrap();
    let got = north.read("Liaison", inbound::list).unwrap().into_inner();
    assert_eq!(got.iter().map(|one| one.label.to_string()).collect::<Vec<_>>(), ["TLP:RED"]);
    assert_eq!(north.floor("Junior", "inbound").len(), 0);
    assert_eq!(north.findings(), []);
}

fn proposed(desk: &Desk, audience: &str) -> (Id, Id) {
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    (warning.clone(), desk.propose(&warning, audience, Purpose::Alert).unwrap())
}

fn an_approver_who_is_the_author_leaves_it_waiting_for_another(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    let written = draft(&decided.report);
    let warning = desk
        .write("Senior", |tx, ctx| aldis::desk::compose::draft(tx, ctx, &decided.duty, &written))
        .unwrap();
    let release = desk.propose(&warning, "PUBLIC", Purpose::Alert).unwrap();
    desk.unchanged(|| assert!(says(desk.approve("Senior", &release)).contains("a second person must")));
    let waiting = desk.floor("Senior", "approve");
    assert_eq!(waiting.iter().map(|one| one.thing.as_str()).collect::<Vec<_>>(), [release.as_str()]);
    assert_eq!(desk.floor("Junior", "approve").len(), 0);
    let other = desk.office("Other", aldis_model::role::Role::Senior);
    desk.approve(&other, &release).unwrap();
    assert_eq!(desk.floor("Senior", "approve").len(), 0);
    assert_eq!(desk.findings(), []);
}

fn a_stale_text_is_not_approved_and_waits_on(house: &House) {
    let (desk, _alba) = house.pair();
    let (_, release) = proposed(&desk, "ALBA");
    desk.place.tamper("UPDATE portion SET body = 'Avoid the Old Market.' WHERE position = 2");
    desk.unchanged(|| assert_eq!(kind(desk.approve("Senior", &release)), "conflict"));
    assert_eq!(desk.floor("Senior", "approve").len(), 1, "somebody must propose it again");
    assert_eq!(house.net.envelopes().len(), 0);
}

fn a_waiver_that_has_run_out_releases_nothing_and_waits_for_a_senior_officer(house: &House) {
    let (desk, _alba) = house.pair();
    let report = desk.take_in(crate::desk::REPORT, "TLP:RED");
    let (_, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    let waive = |expiry: &str| {
        let waiver = json!({"waiver_code": "W-A", "basis": "they know", "alternatives_tried": [],
            "expiry": expiry, "particulars": {"awareness": {"who": "the hall",
            "how_known": "told us", "date": "2031-05-04T07:00:00Z", "details": "place and day"}}});
        desk.step("Senior", &duty, "decide_waive", waiver)
    };
    desk.unchanged(|| {
        assert!(says(waive("2031-05-04T07:59:59Z")).contains("expiry"), "over before it began")
    });
    waive("2031-05-05T08:00:00Z").unwrap();
    let warning = desk.draft(&duty, &draft(&report)).unwrap();
    let release = desk.propose(&warning, "PUBLIC", Purpose::Alert).unwrap();
    desk.later(24 * 60);
    desk.work();
    let waiting = desk.floor("Senior", "waiver-expired");
    assert_eq!(waiting.iter().map(|one| one.thing.as_str()).collect::<Vec<_>>(), [duty.as_str()]);
    assert_eq!(desk.floor("Junior", "waiver-expired").len(), 0);
    desk.unchanged(|| assert_eq!(kind(desk.approve("Senior", &release)), "refused", "time decides nothing"));
    desk.step("Senior", &duty, "expire_or_new_info", json!({"trigger": "time_passed"})).unwrap();
    desk.step("Senior", &duty, "decide_warn", {
        let mut fields = decision();
        fields["waiver_declined"] = json!({"code": "W-A", "reasons": "they know nothing of the back door"});
        fields["deadline"] = json!("2031-05-06T08:00:00Z");
        fields
    })
    .unwrap();
    desk.approve("Senior", &release).unwrap();
    assert_eq!(desk.findings(), []);
}

fn found(desk: &Desk, id: &Id) -> Delivery {
    desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, id)).unwrap().into_inner()
}

fn a_channel_that_hangs_is_a_failed_delivery_for_people_to_route_again(house: &House) {
    let (desk, alba) = house.pair();
    house.net.cut("http://alba.test", true);
    let sent = desk.sent_to("ALBA");
    for _ in 0..30 {
        desk.work();
        desk.later(1);
    }
    let waiting = desk.floor("Senior", "undelivered");
    assert_eq!(waiting.iter().map(|one| one.thing.as_str()).collect::<Vec<_>>(), [sent.delivery.as_str()]);
    assert_eq!(waiting[0].priority, 1);
    assert_eq!(desk.floor("Junior", "undelivered").len(), 0);
    let floor = desk.read("Senior", aldis::desk::watch::floor).unwrap().into_inner();
    assert!(floor.sent.iter().any(|one| one.id == sent.delivery && one.progress == "failed"));
    // By another way it is not lost.
    desk.write("Liaison", |tx, ctx| ways::add(tx, ctx, "ALBA", "hand", "")).unwrap();
    desk.write("Duty", |tx, ctx| deliver::retry(tx, ctx, &sent.delivery, Some("hand"))).unwrap();
    assert_eq!((desk.floor("Senior", "undelivered").len(), desk.floor("Senior", "hand-over").len()), (0, 1));
    assert_eq!(alba.count("SELECT count(*) FROM inbound"), 0);
    assert_eq!(desk.findings(), []);
}

/// The server says that it took the mail and throws it away: no machine can see that, but nobody answers.
fn a_server_that_lies_is_found_out_by_the_silence(house: &House) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("HALL");
    desk.work();
    assert_eq!(found(&desk, &sent.delivery).progress, "delivered", "as far as a server's word goes");
    assert!(found(&desk, &sent.delivery).answered_at.is_none());
    desk.later(4 * 60 + 1);
    desk.work();
    let waiting = desk.floor("Senior", "unanswered");
    assert_eq!(waiting.iter().map(|one| one.thing.as_str()).collect::<Vec<_>>(), [sent.delivery.as_str()]);
    assert_eq!(desk.findings(), []);
}

#[test]
fn ten_megabytes_of_answer_are_not_read_and_one_that_hangs_ends() {
    if !servers::has("cryptography", "webhook") {
        return;
    }
    let seed = [5; 32];
    let server = servers::hook(&Key::derived(&seed).public(), None, None);
    let house = House::on(Store::Sqlite);
    let webhook = Webhook { allow: vec!["127.0.0.1".into()], ..Webhook::default() };
    let channels = Arc::new(Live::new(&Ways { webhook, attempt_s: 3, ..Ways::default() }, &seed));
    let folder = tempfile::tempdir().unwrap();
    let place = Store::Sqlite.place(folder.path());
    let desk = Desk::open(place, folder, "NORTHPORT", &house.clock, &house.net, channels);
    let knows = |name: &str, path: &str| {
        let address = format!("http://127.0.0.1:{}/{path}", server.port);
        let new = partners::NewAudience {
            name,
            title: name,
            ladder: Ladder::Clients,
            org: name,
            ceiling: Tlp::Amber,
            channel: "webhook",
            address: &address,
            language: "en",
        };
        desk.write("Liaison", |tx, ctx| partners::add_audience(tx, ctx, &new)).unwrap();
    };
    knows("BIG", "big");
    knows("HANG", "hang");
    let (big, hang) = (desk.sent_to("BIG"), desk.sent_to("HANG"));
    desk.work();
    let taken = found(&desk, &big.delivery);
    assert_eq!(taken.progress, "delivered");
    let evidence = taken.evidence.unwrap();
    assert!(evidence.len() < 1_000 && evidence.contains("not read"), "{evidence}");
    let waits = found(&desk, &hang.delivery);
    assert_eq!((waits.progress.as_str(), waits.attempts), ("queued", 1));
    assert!(waits.error.is_some_and(|says| !says.is_empty()));
    let floor = desk.read("Senior", aldis::desk::watch::floor).unwrap().into_inner();
    let shown = |id: &Id| floor.sent.iter().find(|one| one.id == *id).map(|one| one.progress.clone());
    assert_eq!(shown(&big.delivery).as_deref(), Some("delivered"));
    assert_eq!(shown(&hang.delivery).as_deref(), Some("queued"), "with what went wrong beside it");
    assert_eq!(desk.findings(), []);
}
