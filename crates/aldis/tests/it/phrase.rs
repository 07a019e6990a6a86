//! The phrase a recipient gives before the page behind a link shows anything.

use crate::browser::{Answer, Browser};
use crate::desk::{Desk, House, draft, kind};
use crate::store::{Store, on_both};
use aldis::desk::acknowledge::{self, Link};
use aldis::desk::phrase;
use aldis::desk::release::Purpose;
use aldis_model::answer::Answer as Said;
use axum::http::StatusCode;

on_both!(
    five_wrong_phrases_lock_the_page_and_an_officer_is_told,
    another_phrase_takes_the_place_of_the_first,
    who_may_not_keep_the_audience_sets_no_phrase,
);

/// Sends a warning by link to HALL, which is asked for a phrase.
fn sent(house: &House) -> (Desk, String) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    set(&desk, "Keeper", "three green apples").unwrap();
    let (_, delivery) = desk.released(&warning, "HALL", Purpose::Alert);
    desk.work();
    let token = desk.node.sealer.link_token(&delivery);
    (desk, token)
}

/// Leaves a row in the table of this room.
pub fn every_kind_of_row(desk: &Desk) {
    set(desk, "Keeper", "three green apples").unwrap();
    desk.write("Keeper", |tx, ctx| phrase::end(tx, ctx, "HALL")).unwrap();
}

fn set(desk: &Desk, by: &str, words: &str) -> aldis::error::Result<()> {
    desk.write(by, |tx, ctx| phrase::set(tx, ctx, &desk.node.sealer, "HALL", words))
}

fn give(desk: &Desk, token: &str, words: &str) -> Option<String> {
    desk.write("system", |tx, ctx| phrase::give(tx, ctx, &desk.node.sealer, token, words)).unwrap()
}

fn shows(desk: &Desk, link: Link<'_>) -> &'static str {
    kind(desk.read("system", |tx, ctx| acknowledge::behind_link(tx, ctx, link).map(|_| ())))
}

fn five_wrong_phrases_lock_the_page_and_an_officer_is_told(house: &House) {
    let (desk, token) = sent(house);
    assert_eq!(shows(&desk, token.as_str().into()), "not found");
    let early = desk.write("system", |tx, ctx| acknowledge::on_page(tx, ctx, &token, Said::Read, ""));
    assert_eq!(kind(early), "not found", "no answer without the phrase either");
    for _ in 0..4 {
        assert_eq!(give(&desk, &token, "three green pears"), None);
    }
    assert_eq!(desk.open_tasks("phrase-locked"), 0);
    let word = give(&desk, &token, "Three green  APPLES").expect("four wrong ones lock nothing");
    assert_eq!(shows(&desk, Link { token: &token, word: Some(&word) }), "done");
    assert_eq!(shows(&desk, Link { token: &token, word: Some("another") }), "not found");
    for _ in 0..5 {
        assert_eq!(give(&desk, &token, "three green pears"), None);
    }
    assert_eq!(desk.open_tasks("phrase-locked"), 1);
    assert_eq!(give(&desk, &token, "three green apples"), None, "locked is locked, also for the right one");
    let link = Link { token: &token, word: Some(&word) };
    let answered = desk.write("system", |tx, ctx| acknowledge::on_page(tx, ctx, link, Said::Read, ""));
    assert_eq!(kind(answered), "done", "whoever opened the page before can still answer");
    let kept = desk.column("SELECT opened FROM phrase WHERE opened IS NOT NULL").join(" ");
    assert!(!kept.contains(&word), "the word is kept as a hash");
    assert!(desk.findings().is_empty());
}

fn another_phrase_takes_the_place_of_the_first(house: &House) {
    let (desk, token) = sent(house);
    let word = give(&desk, &token, "three green apples").unwrap();
    for _ in 0..5 {
        give(&desk, &token, "wrong one");
    }
    set(&desk, "Keeper", "\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}").unwrap();
    assert_eq!(desk.open_tasks("phrase-locked"), 0);
    assert_eq!(shows(&desk, Link { token: &token, word: Some(&word) }), "not found");
    assert_eq!(give(&desk, &token, "three green apples"), None);
    assert!(give(&desk, &token, "123456").is_some(), "digits of any script are the same digits");
    desk.write("Keeper", |tx, ctx| phrase::end(tx, ctx, "HALL")).unwrap();
    assert_eq!(shows(&desk, token.as_str().into()), "done");
    assert_eq!(kind(desk.write("Keeper", |tx, ctx| phrase::end(tx, ctx, "HALL"))), "not found");
}

fn who_may_not_keep_the_audience_sets_no_phrase(house: &House) {
    let (desk, _alba) = house.pair();
    desk.unchanged(|| {
        assert_eq!(kind(set(&desk, "Analyst", "three green apples")), "forbidden");
        assert_eq!(kind(set(&desk, "Keeper", "12345")), "refused");
        let nobody = desk.write("Keeper", |tx, ctx| {
            phrase::set(tx, ctx, &desk.node.sealer, "NOBODY", "three green apples")
        });
        assert_eq!(kind(nobody), "not found");
    });
}

/// What is seen of an answer, apart from the token in its own address.
fn seen(answer: &Answer, token: &str) -> (StatusCode, String) {
    (answer.status, answer.body.replace(token, "TOKEN"))
}

#[test]
fn a_wrong_phrase_a_locked_one_and_no_such_link_are_answered_alike() {
    let (desk, token) = sent(&House::on(Store::Sqlite));
    let unknown = "a".repeat(token.len());
    let mut browser = Browser::new(&desk.node);
    let (page, none) = (format!("/a/{token}"), format!("/a/{unknown}"));
    for language in ["", "?l=ru", "?l=fa"] {
        let one = browser.get(&format!("{page}{language}"));
        let other = browser.get(&format!("{none}{language}"));
        assert_eq!(seen(&one, &token), seen(&other, &unknown));
        assert_eq!(one.status, StatusCode::NOT_FOUND);
    }
    for round in 0..7 {
        // Five posts a minute are let through.
        desk.later(2);
        let one = browser.post(&page, &[("w", "three green pears")]);
        let other = browser.post(&none, &[("w", "three green pears")]);
        assert_eq!(seen(&one, &token), seen(&other, &unknown), "round {round}");
    }
    desk.later(2);
    let right = browser.post(&page, &[("w", "three green apples")]);
    assert_eq!(seen(&right, &token), seen(&browser.get(&none), &unknown), "locked");
}

#[test]
fn the_right_phrase_shows_the_message_and_takes_the_answer() {
    let (desk, token) = sent(&House::on(Store::Sqlite));
    let mut browser = Browser::new(&desk.node);
    let path = format!("/a/{token}?l=uk");
    let shown = browser.post(&path, &[("w", "three green apples")]);
    assert_eq!(shown.status, StatusCode::OK);
    let (_, rest) = shown.body.split_once("name=\"k\" value=\"").unwrap();
    let word = rest.split('"').next().unwrap();
    let unanswered = browser.post(&path, &[("k", word)]);
    assert_eq!(unanswered.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unanswered.body.contains(word), "the form keeps the word");
    let without = browser.post(&path, &[("a", "read")]);
    assert_eq!(without.status, StatusCode::NOT_FOUND);
    let done = browser.post(&path, &[("k", word), ("a", "read")]);
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert_eq!(desk.count("SELECT count(*) FROM answer"), 1);
}
