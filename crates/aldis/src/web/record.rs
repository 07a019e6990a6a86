//! The record: who knew what when, with a proof for every line.

use super::lanes::{self, Picture};
use super::reply::{self, page};
use super::visit::{Frame, Visit};
use super::words::{control, utc};
use crate::desk::case::{self, Case};
use crate::desk::questions::{self, Answered};
use crate::desk::review::{self, Happened};
use crate::error::{Error, Result};
use aldis_model::{Id, Released, Time};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "record.html")]
struct List {
    frame: Frame,
    cases: Vec<Case>,
    newest: Vec<Happened>,
}

/// Lists the cases and the newest entries.
pub(crate) async fn list(visit: Visit) -> Response {
    visit
        .show(|desk| {
            let frame = desk.frame("record", "Record");
            let found = desk.read(|tx, ctx| Ok(case::list(tx, ctx)?.zip(review::tail(tx, ctx, 25)?)))?;
            page(found.map(|(cases, newest)| List { frame, cases, newest }))
        })
        .await
}

#[derive(Template)]
#[template(path = "timeline.html")]
struct Timeline {
    frame: Frame,
    case: String,
    title: String,
    at: String,
    picture: Picture,
    entries: Vec<Happened>,
    answers: Vec<Answered>,
}

/// Shows a case as the ledger has it, up to the time in `?at=`.
pub(crate) async fn timeline(visit: Visit, Path(id): Path<String>) -> Response {
    visit
        .show(move |desk| {
            let id: Id = id.parse()?;
            let at = Some(desk.asked("at")).filter(|text| !text.is_empty()).map(utc).transpose()?;
            let entries = desk.read(|tx, ctx| review::timeline(tx, ctx, &id, at))?;
            let title = title(desk.read(|tx, ctx| case::find(tx, ctx, &id)))?;
            let frame = desk.frame("record", &format!("Who knew what, when: {id}"));
            page(entries.zip(title).map(|(entries, title)| laid_out(frame, &id, title, at, entries)))
        })
        .await
}

/// Leaves the title out where the case itself may not be seen: entries have labels of their own.
fn title(case: Result<Released<Case>>) -> Result<Released<String>> {
    match case {
        Ok(case) => Ok(case.map(|case| case.title)),
        Err(Error::NotFound) => Ok(Released::constant("").map(str::to_owned)),
        Err(error) => Err(error),
    }
}

fn laid_out(frame: Frame, id: &Id, title: String, at: Option<Time>, entries: Vec<Happened>) -> Timeline {
    Timeline {
        frame,
        case: id.to_string(),
        title,
        at: at.map(control).unwrap_or_default(),
        picture: lanes::draw(&entries),
        answers: questions::answer(&entries),
        entries,
    }
}

#[derive(Template)]
#[template(path = "entry.html")]
struct One {
    frame: Frame,
    entry: Happened,
    checkpoint: u64,
}

impl One {
    /// Says whether the last checkpoint covers the entry.
    fn is_covered(&self) -> bool {
        u64::try_from(self.entry.index).is_ok_and(|index| index < self.checkpoint)
    }
}

/// Shows one entry with its fields.
pub(crate) async fn entry(visit: Visit, Path(index): Path<i64>) -> Response {
    visit
        .show(move |desk| {
            let entry = desk.read(|tx, ctx| review::entry(tx, ctx, index))?;
            let checkpoint = desk.read(|tx, _| crate::log::head(tx))?.map_or(0, |head| head.size);
            let frame = desk.frame("record", &format!("Entry {index} of the record"));
            page(entry.map(|entry| One { frame, entry, checkpoint }))
        })
        .await
}

/// Returns the offline proof that an entry is in the log.
pub(crate) async fn proof(visit: Visit, Path(index): Path<i64>) -> Response {
    visit
        .show(move |desk| {
            let entry = desk.read(|tx, ctx| review::entry(tx, ctx, index))?;
            let number = u64::try_from(index).map_err(|_| Error::NotFound)?;
            let proof = desk.node.log.prove(&desk.node.db, number)?.encode();
            Ok(reply::file(&format!("entry-{index}.tlog-proof"), entry.map(|_| proof.into_bytes())))
        })
        .await
}
