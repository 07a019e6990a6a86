//! Deliveries: all of them, and one with its ways, its history, its proof and the bytes that would go.

use super::record::kinds;
use super::reply::{self, page};
use super::visit::{Desk, Frame, Visit};
use crate::desk::deliver::{self, Delivery};
use crate::desk::late::{self, Late};
use crate::desk::release;
use crate::desk::review::{self, Happened};
use crate::desk::ways::{self, Way};
use crate::error::Result;
use crate::exchange::{Rehearsal, pack};
use aldis_model::{Id, Released};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "deliveries.html")]
struct List {
    frame: Frame,
    failed: bool,
    deliveries: Vec<Delivery>,
    /// Where the next page begins, if there may be one.
    next: Option<Id>,
}

#[derive(Template)]
#[template(path = "late.html")]
struct Lates {
    frame: Frame,
    late: Vec<Late>,
}

/// Lists deliveries, newest first; `?failed=1` those that failed; `?late=1` what was answered late.
pub(crate) async fn list(visit: Visit) -> Response {
    visit
        .show(|desk| {
            if desk.asked("late") == "1" {
                let frame = desk.frame("warnings", "Late answers");
                return page(
                    desk.read(|tx, ctx| late::list(tx, ctx, PAGE))?.map(|late| Lates { frame, late }),
                );
            }
            let failed = desk.asked("failed") == "1";
            let before =
                Some(desk.asked("before")).filter(|id| !id.is_empty()).map(str::parse).transpose()?;
            let found = desk.read(|tx, ctx| deliver::list(tx, ctx, failed, before.as_ref(), PAGE))?;
            let frame = desk.frame("warnings", if failed { "Failed deliveries" } else { "Deliveries" });
            page(found.map(|deliveries| {
                let next = deliveries.last().filter(|_| deliveries.len() == PAGE).map(|one| one.id.clone());
                List { frame, failed, deliveries, next }
            }))
        })
        .await
}

#[derive(Template)]
#[template(path = "delivery.html")]
struct One {
    frame: Frame,
    delivery: Delivery,
    audience: String,
    ways: Vec<Way>,
    history: Vec<Happened>,
    /// What would go now, or why that cannot be shown.
    seen: std::result::Result<Seen, String>,
}

struct Seen {
    how: Vec<String>,
    text: Option<String>,
    size: usize,
}

impl Seen {
    fn of(rehearsal: Rehearsal) -> Self {
        let size = rehearsal.bytes.len();
        Self { how: rehearsal.how, text: String::from_utf8(rehearsal.bytes).ok(), size }
    }
}

/// Shows one delivery; `?by=` looks at the bytes of another of its ways.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit
        .show(move |desk| {
            let id: Id = id.parse()?;
            let frame = desk.frame("warnings", &format!("Delivery {id}"));
            let found = desk.read(|tx, ctx| {
                let delivery = deliver::find(tx, ctx, &id)?;
                let audience = release::find(tx, ctx, &delivery.get().release)?.map(|one| one.audience);
                let ways = ways::list(tx, ctx, audience.get()).unwrap_or_default();
                let history = review::timeline(tx, ctx, &delivery.get().case, None)?;
                Ok(delivery.zip(audience).zip(history).map(|both| (both, ways)))
            })?;
            let by = Some(desk.asked("by")).filter(|by| !by.is_empty());
            let seen = seen(desk, &id, by);
            page(found.zip(seen).map(|((((delivery, audience), mut history), ways), seen)| {
                history.retain(|one| one.field("delivery") == delivery.id.as_str());
                One { frame, delivery, audience, ways, history, seen }
            }))
        })
        .await
}

fn seen(desk: &Desk, id: &Id, by: Option<&str>) -> Released<std::result::Result<Seen, String>> {
    let looked = desk
        .read(|tx, ctx| deliver::rehearse(tx, ctx, id, by))
        .and_then(|attempt| pack::rehearse(&desk.node, &attempt));
    match looked {
        Ok(seen) => seen.map(|seen| Ok(Seen::of(seen))),
        Err(error) => Released::constant("").map(|_| Err(error.to_string())),
    }
}

/// Answers with the notice to print.
pub(crate) async fn notice(visit: Visit, Path(id): Path<String>) -> Response {
    visit
        .show(move |desk| {
            let id: Id = id.parse()?;
            let attempt = desk.read(|tx, ctx| deliver::rehearse(tx, ctx, &id, Some("hand")))?;
            let made: Result<_> = pack::rehearse(&desk.node, &attempt);
            Ok(reply::file(&format!("notice-{id}.pdf"), made?.map(|seen| seen.bytes)))
        })
        .await
}

/// Says what an entry about a delivery tells, in a line: the proof stands behind the words.
pub(crate) fn tells(one: &Happened) -> String {
    let named = ["next", "evidence", "person_said"].into_iter().filter(|name| !one.field(name).is_empty());
    let named = named.map(|name| format!("{}: {}", name.replace('_', " "), one.field(name)));
    let late = one.field("late_s").parse::<i64>().ok().filter(|seconds| *seconds > 0);
    let late = late.map(|seconds| format!("{} min late", (seconds + 59) / 60));
    let says = Some(kinds::says(one)).filter(|says| !says.is_empty());
    says.into_iter().chain(named).chain(late).collect::<Vec<_>>().join("; ")
}

/// Returns the strong words for an entry.
pub(crate) fn what(one: &Happened) -> &str {
    kinds::words(one)
}

const PAGE: usize = 100;
