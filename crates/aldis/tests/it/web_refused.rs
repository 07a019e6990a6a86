//! What the pages of boards, lists, briefs and rejected alerts refuse, and that a refusal changes nothing.

use crate::browser::Browser;
use crate::desk::{Desk, House};
use crate::store::Store;
use crate::{brief, cap_receipt, lists};
use aldis::desk::board::{self, NewItem};
use aldis_model::Id;
use axum::http::StatusCode;

fn enter(desk: &Desk, name: &str) -> Browser {
    Browser::signed_in(&desk.node, &desk.admin(), name)
}

/// Sends a form that must be refused with `status` and change nothing; returns the page.
fn refused(desk: &Desk, by: &mut Browser, path: &str, fields: &[(&str, &str)], status: StatusCode) -> String {
    desk.unchanged(|| {
        let answer = by.act(path, fields);
        assert_eq!(answer.status, status, "{path} {fields:?}: {}", answer.body);
        answer.body
    })
}

/// Sends a form about what the officer may not see: the answer is that of a thing that is not there.
fn hidden(desk: &Desk, by: &mut Browser, [path, nowhere]: [&str; 2], fields: &[(&str, &str)]) {
    let seen = refused(desk, by, path, fields, StatusCode::NOT_FOUND);
    assert_eq!(seen, refused(desk, by, nowhere, fields, StatusCode::NOT_FOUND), "{path}");
}

#[test]
fn a_rejected_alert_is_settled_in_words_by_who_may() {
    let (desk, _, release, at) = cap_receipt::published(&House::on(Store::Sqlite));
    let text = cap_receipt::message(&desk, release.as_str(), at, "Error", "Actual", "polygon not closed");
    cap_receipt::take(&desk, &text).unwrap();
    let (place, nowhere) = (format!("/releases/{release}/settle"), "/releases/L-00000000/settle");
    let (mut duty, mut auditor, mut junior) =
        (enter(&desk, "Duty"), enter(&desk, "Auditor"), enter(&desk, "Junior"));
    let page = refused(&desk, &mut duty, &place, &[("decision", " ")], StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("A receiver rejected the alert"), "it still waits: {page}");
    let words = [("decision", "called the operator, polygon closed")];
    refused(&desk, &mut auditor, &place, &words, StatusCode::FORBIDDEN);
    hidden(&desk, &mut junior, [&place, nowhere], &words);
    desk.unchanged(|| assert_eq!(duty.post(&place, &words).status, StatusCode::FORBIDDEN, "another session"));
    let warning = duty.act(&place, &words).leads_to();
    assert!(!duty.get(&warning).body.contains("A receiver rejected the alert"));
    assert_eq!(desk.open_tasks("cap-error"), 0);
    assert_eq!(desk.findings(), []);
}

#[test]
fn a_board_takes_no_empty_word_no_unknown_rating_and_nobody_without_the_right() {
    let desk = House::on(Store::Sqlite).desk("NORTHPORT");
    let report = desk.take_in("Our man says so.", "RED");
    let (case, _) = desk.case_on(&report);
    let place = format!("/cases/{case}/board");
    let (mut analyst, mut duty, mut junior) =
        (enter(&desk, "Analyst"), enter(&desk, "Duty"), enter(&desk, "Junior"));
    let suppose = [("do", "suppose"), ("body", "They mean it")];
    analyst.act(&place, &suppose).leads_to();
    let new =
        NewItem { body: "a claim", claimed: "Grey Tide", file: Some(("c.txt", b"us")), ..NewItem::default() };
    let item = desk.write("Analyst", |tx, ctx| board::add(tx, ctx, &case, &new)).unwrap();
    let one: Id = desk.column("SELECT id FROM hypothesis")[0].parse().unwrap();
    let long = "x".repeat(1_001);
    let wrong: [&[(&str, &str)]; 5] = [
        &[("do", "suppose"), ("body", " ")],
        &[("do", "suppose"), ("body", &long)],
        &[("do", "add"), ("body", "")],
        &[("do", "rate"), ("evidence", item.as_str())],
        &[("do", "rate"), ("evidence", item.as_str()), (one.as_str(), "maybe")],
    ];
    for fields in wrong {
        refused(&desk, &mut analyst, &place, fields, StatusCode::UNPROCESSABLE_ENTITY);
    }
    for unknown in ["EV-00000000", "no id"] {
        let fields = [("do", "rate"), ("evidence", unknown), (one.as_str(), "C")];
        refused(&desk, &mut analyst, &place, &fields, StatusCode::NOT_FOUND);
    }
    refused(&desk, &mut duty, &place, &suppose, StatusCode::FORBIDDEN);
    hidden(&desk, &mut junior, [&place, "/cases/C-00000000/board"], &suppose);
    let file = junior.get(&format!("/evidence/{item}"));
    assert_eq!(file.status, StatusCode::NOT_FOUND);
    assert_eq!(
        file.body,
        junior.get("/evidence/EV-00000000").body,
        "nor does the file tell that it is there"
    );
    assert_eq!(desk.findings(), []);
}

#[test]
fn a_list_is_reviewed_in_words_by_who_answers_for_the_register() {
    let (desk, _alba) = House::on(Store::Sqlite).pair();
    let place = format!("/lists/{}", lists::offered(&desk));
    let (mut auditor, mut keeper, mut junior) =
        (enter(&desk, "Auditor"), enter(&desk, "Keeper"), enter(&desk, "Junior"));
    refused(&desk, &mut auditor, &place, &[("words", " ")], StatusCode::UNPROCESSABLE_ENTITY);
    refused(&desk, &mut keeper, &place, &[("words", "fine")], StatusCode::FORBIDDEN);
    refused(&desk, &mut auditor, &place, &[("how", "letter 12")], StatusCode::FORBIDDEN);
    hidden(&desk, &mut junior, [&place, "/lists/LO-00000000"], &[("how", "letter 12")]);
    assert!(!junior.get("/lists").body.contains("180"), "not even how many rows");
    keeper.act(&place, &[("how", "letter 12")]).leads_to();
    auditor.act(&place, &[("words", "nothing of it is taken")]).leads_to();
    refused(&desk, &mut keeper, &place, &[("how", "again")], StatusCode::CONFLICT);
    assert_eq!(desk.findings(), []);
}

#[test]
fn a_brief_is_opened_by_its_button_and_by_its_readers_only() {
    let desk = House::on(Store::Sqlite).desk("NORTHPORT");
    brief::circle(&desk);
    let id = brief::write(&desk, "The hall", "RED");
    let place = format!("/briefing/{id}");
    for outside in ["Junior", "Second"] {
        let mut outside = enter(&desk, outside);
        hidden(&desk, &mut outside, [&place, "/briefing/B-00000000"], &[]);
        assert_eq!(outside.get(&place).body, outside.get("/briefing/B-00000000").body);
        assert!(!outside.get("/briefing").body.contains("The hall"));
    }
    let mut duty = enter(&desk, "Duty");
    desk.unchanged(|| {
        let page = duty.get(&place);
        assert!(
            page.body.contains("The hall") && !page.body.contains("opens at nine"),
            "looking opens nothing"
        );
        assert_eq!(duty.post(&place, &[]).status, StatusCode::FORBIDDEN, "nor does another session");
    });
    assert_eq!(duty.act(&place, &[]).leads_to(), place);
    assert!(duty.get(&place).body.contains("opens at nine"));
    desk.unchanged(|| {
        assert_eq!(duty.act(&place, &[]).leads_to(), place, "a second time is no second opening")
    });
    assert_eq!(desk.findings(), []);
}
