//! The watch floor: what waits for a person, and where it is decided.

use super::reply::page;
use super::visit::{Frame, Visit};
use crate::desk::deliver::Delivery;
use crate::desk::watch::{self, Floor, Waiting};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "watch.html")]
struct Page {
    frame: Frame,
    rows: Vec<Waiting>,
    more: usize,
    oldest: String,
    awaiting: usize,
    disputed: usize,
    failed: usize,
    log_age: String,
    floor: Floor,
}

/// Shows the watch floor.
pub(crate) async fn floor(visit: Visit) -> Response {
    visit
        .show(|desk| {
            let floor = desk.read(watch::floor)?;
            let all = desk.asked("all") == "1";
            let frame = desk.frame("watch", "Watch floor");
            page(floor.map(|floor| laid_out(frame, floor, all)))
        })
        .await
}

fn laid_out(frame: Frame, floor: Floor, all: bool) -> Page {
    let now = frame.as_of;
    let shown = if all { floor.waiting.len() } else { floor.waiting.len().min(ROWS_MAX) };
    let unread = floor.waiting.iter().filter(|row| row.kind == "read");
    let oldest = unread.min_by_key(|row| row.due_at).map_or("none".to_owned(), |row| row.clock(now));
    let count = |wanted: fn(&Delivery) -> bool| floor.sent.iter().filter(|delivery| wanted(delivery)).count();
    Page {
        rows: floor.waiting.iter().take(shown).cloned().collect(),
        more: floor.waiting.len() - shown,
        oldest,
        awaiting: count(|d| d.answered_at.is_none() && d.progress != "failed" && d.channel != "cap"),
        disputed: count(|d| d.answer.as_deref() == Some("do_not_accept")),
        failed: count(|d| d.progress == "failed"),
        log_age: floor.log_at.map_or_else(String::new, |at| age(now.since(at) / 1_000_000)),
        frame,
        floor,
    }
}

fn age(seconds: i64) -> String {
    match seconds {
        ..=119 => format!("{} s old", seconds.max(0)),
        120..7_200 => format!("{} min old", seconds / 60),
        _ => format!("{} h old", seconds / 3_600),
    }
}

/// Returns the page where a row is decided.
pub(crate) fn leads_to(row: &Waiting) -> String {
    let (thing, case) = (&row.thing, row.case.as_deref().unwrap_or_default());
    match row.kind.as_str() {
        "write" => format!("/duties/{thing}/write"),
        "assess" | "needs-info" | "decide" | "waiver-expired" | "ratify" => format!("/cases/{case}#{thing}"),
        "feed" => "/partners#feeds".to_owned(),
        "consent" | "consented" => format!("/cases/{case}#consent"),
        _ => format!("/go/{thing}"),
    }
}

/// Returns the line of a row; a row on the ladder says at which step.
pub(crate) fn line(row: &Waiting) -> String {
    match row.step {
        0 => row.title.clone(),
        step => format!("{}, step {step} of 4", row.title),
    }
}

/// Says what happens next to a delivery without an answer.
pub(crate) fn next_step(delivery: &Delivery) -> String {
    match (delivery.progress.as_str(), delivery.ladder_step) {
        ("failed", _) => "find another way".to_owned(),
        ("queued", _) if delivery.channel == "hand" => "hand it over".to_owned(),
        ("queued", _) if delivery.attempts > 0 => {
            let error = delivery.error.as_deref().unwrap_or_default();
            format!("tried {} times, will be again: {error}", delivery.attempts)
        }
        ("queued", _) => "being carried".to_owned(),
        ("answered", _) => "decide what it asks".to_owned(),
        (_, 0) if delivery.channel == "cap" => "published".to_owned(),
        (_, 0) => "clock runs".to_owned(),
        (_, step) => format!("step {step} of 4: call"),
    }
}

const ROWS_MAX: usize = 12;
