//! The record: who knew what when, with an offline proof for every entry.
//!
//! Everything here is read from the ledger and from nothing else; no page of the record changes
//! anything. A case of which the reader may see no entry is answered like one that does not exist.

pub(super) mod kinds;
mod lanes;

use super::reply::{self, page};
use super::visit::{Desk, Frame, Visit, plain};
use super::words::utc;
use crate::desk::case::{self, Case};
use crate::desk::questions::{self, Answered};
use crate::desk::review::{self, Happened};
use crate::error::{Error, Result};
use aldis_model::{Id, Label, Released, Time};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use lanes::Picture;

/// One entry as a line of a list.
struct Line {
    number: usize,
    index: i64,
    at: Time,
    words: String,
    says: String,
    lane: String,
    case: Option<String>,
    label: Label,
    is_bad: bool,
    is_quiet: bool,
}

fn line((at, entry): (usize, &Happened)) -> Line {
    Line {
        number: at + 1,
        index: entry.index,
        at: entry.at,
        words: kinds::words(entry).to_owned(),
        says: kinds::says(entry),
        lane: entry.lane().to_owned(),
        case: entry.case.clone(),
        label: entry.label.clone(),
        is_bad: kinds::is_bad(entry),
        is_quiet: kinds::is_quiet(entry),
    }
}

#[derive(Template)]
#[template(path = "record.html")]
struct All {
    frame: Frame,
    cases: Vec<Case>,
    newest: Vec<Line>,
}

/// Lists the cases and the newest entries.
pub(crate) async fn all(visit: Visit) -> Response {
    visit
        .show(|desk| {
            let cases = desk.read(case::list)?;
            let newest = desk.read(|tx, ctx| review::tail(tx, ctx, NEWEST))?;
            let frame = desk.frame("record", "Record");
            page(cases.zip(newest).map(|(cases, newest)| All {
                frame,
                cases,
                newest: newest.iter().enumerate().map(line).collect(),
            }))
        })
        .await
}

#[derive(Template)]
#[template(path = "record-case.html")]
struct OfCase {
    frame: Frame,
    case: Id,
    title: String,
    /// What stands in the form.
    typed: String,
    /// The time the page shows, if it is not now.
    at: Option<Time>,
    lines: Vec<Line>,
    picture: Picture,
    answers: Vec<Answered>,
}

/// Shows who knew what when in one case, as of now or of a time.
pub(crate) async fn of_case(visit: Visit, Path(case): Path<String>) -> Response {
    visit
        .show(move |desk| {
            let case: Id = case.parse()?;
            match moment(desk.asked("at")) {
                Ok(at) => show_case(desk, &case, at),
                Err(error) => desk.done(Err(error), |()| String::new(), |desk| show_case(desk, &case, None)),
            }
        })
        .await
}

fn show_case(desk: &Desk, case: &Id, at: Option<Time>) -> Result<Response> {
    let found = timeline(desk, case, at)?;
    let title = match desk.read(|tx, ctx| case::find(tx, ctx, case)) {
        Ok(found) => found.map(|case| case.title),
        // Some of its entries may be for this reader although the case is not.
        Err(Error::NotFound) => plain(String::new()),
        Err(error) => return Err(error),
    };
    let mut frame = desk.frame("record", &format!("Who knew what, when: {case}"));
    if let Some(at) = at {
        frame.here = format!("{}?at={at}", frame.here);
    }
    let (case, typed) = (case.clone(), desk.asked("at").to_owned());
    page(found.zip(title).map(|(entries, title)| {
        let lines: Vec<Line> = entries.iter().enumerate().map(line).collect();
        let (picture, answers) = (Picture::of(&lines), questions::answer(&entries));
        OfCase { frame, case, title, typed, at, lines, picture, answers }
    }))
}

/// Reads the entries; before the first one the record is empty, if there is one at all.
fn timeline(desk: &Desk, case: &Id, at: Option<Time>) -> Result<Released<Vec<Happened>>> {
    let read = |at| desk.read(|tx, ctx| review::timeline(tx, ctx, case, at));
    match read(at) {
        Err(Error::NotFound) if at.is_some() => Ok(read(None)?.map(|_| Vec::new())),
        other => other,
    }
}

/// Reads the time somebody asks about; without a text it is now.
fn moment(text: &str) -> Result<Option<Time>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    utc(text).map(Some)
}

#[derive(Template)]
#[template(path = "record-entry.html")]
struct One {
    frame: Frame,
    line: Line,
    kind: String,
    fields: Vec<(String, String)>,
}

/// Shows one entry with all its fields.
pub(crate) async fn entry(visit: Visit, Path(index): Path<String>) -> Response {
    visit
        .show(move |desk| {
            let index = number(&index)?;
            let found = desk.read(|tx, ctx| review::entry(tx, ctx, index))?;
            let mut frame = desk.frame("record", "");
            page(found.map(|found| {
                let line = line((0, &found));
                frame.title = format!("Entry {index}: {}", line.words);
                let spaced = |(name, value): (String, String)| (name.replace('_', " "), value);
                One { frame, line, kind: found.kind, fields: found.fields.into_iter().map(spaced).collect() }
            }))
        })
        .await
}

/// Answers with an offline proof that the entry is in the log.
///
/// What was committed but not yet signed over is signed over first, so that no entry waits for a proof.
pub(crate) async fn proof(visit: Visit, Path(index): Path<String>) -> Response {
    visit
        .show(move |desk| {
            let index = number(&index)?;
            let place = desk.read(|tx, ctx| review::place(tx, ctx, index))?;
            desk.node.publish()?;
            let leaf = u64::try_from(*place.get()).map_err(|_| Error::NotFound)?;
            let proof = desk.node.log.prove(&desk.node.db, leaf)?.encode();
            Ok(reply::file(&format!("entry-{index}.tlog-proof"), place.map(|_| proof.into_bytes())))
        })
        .await
}

/// Answers with the entry as the ledger commits to it, without which its proof proves nothing.
pub(crate) async fn committed(visit: Visit, Path(index): Path<String>) -> Response {
    visit
        .show(move |desk| {
            let index = number(&index)?;
            let json = desk.read(|tx, ctx| review::committed(tx, ctx, index))?;
            Ok(reply::file(&format!("entry-{index}.json"), json.map(|json| format!("{json}\n").into_bytes())))
        })
        .await
}

/// Reads an entry's number; what is not one is answered like an unknown one.
fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::NotFound)
}

const NEWEST: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_with_and_without_an_offset_and_with_and_without_seconds() {
        let expected: Time = "2024-03-21T00:00:00Z".parse().unwrap();
        for text in
            ["2024-03-21T00:00", "2024-03-21T00:00:00Z", "2024-03-21 00:00Z", "2024-03-21T02:00+02:00"]
        {
            assert_eq!(moment(text).unwrap(), Some(expected), "{text}");
        }
        assert_eq!(moment(" ").unwrap(), None);
        assert!(moment("yesterday").is_err());
    }
}
