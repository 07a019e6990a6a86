//! Takes in a report: the bytes stay as they came, the machine proposes what is in them.
//!
//! Rule: `model::label` for who may see it; `wire::article` for what the bytes say; `names::mention`
//! for what is proposed. Nothing here links a name to a person: that is screening, and a person
//! decides it.

use super::visible::{Visible, shown};
use super::{reopen, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::{journal, outbox};
use aldis_model::event::{Event, Kind};
use aldis_model::label::key;
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::MINUTE_US;
use aldis_model::{Digest, Id, Label, Labelled, Released, Time};
use aldis_names::mention::{self, MentionKind};
use aldis_wire::article::{self, Document};
use serde::Serialize;

/// Bytes that arrived, and what is known about how.
pub struct Incoming<'a> {
    /// The bytes, verbatim.
    pub bytes: &'a [u8],
    /// What the sender called them, such as `text/html`.
    pub media_type: Option<&'a str>,
    /// `manual`, `file`, `mail`, `feed`, `node`, `misp` or `stix`.
    pub channel: &'a str,
    /// Who gave them, as written.
    pub source: &'a str,
    /// The organisation they came from; `None` means our own collection.
    pub originator: Option<&'a str>,
    /// The root they go back to, such as one blog; `None` means the source itself.
    pub origin: Option<&'a str>,
    /// Who may see them.
    pub label: Label,
}

/// Reads the bytes; a feed gives one document an item.
///
/// # Errors
///
/// [`Error::Refused`] with what is wrong, and nothing is stored.
pub fn read(incoming: &Incoming<'_>) -> Result<Vec<Document>> {
    let documents = article::read_all(incoming.bytes, incoming.media_type, &aldis_wire::Limits::default())
        .map_err(Error::refused)?;
    if documents.iter().all(|document| document.text.trim().is_empty()) {
        return Err(Error::refused("there is no text in it"));
    }
    Ok(documents)
}

/// Stores one document of what arrived as a report and returns its id.
///
/// # Errors
///
/// [`Error::Forbidden`]; [`Error::Refused`] if the source is not named.
pub fn accept(tx: &mut Tx<'_>, ctx: &Ctx, incoming: &Incoming<'_>, document: &Document) -> Result<Id> {
    ctx.may(Action::Gather)?;
    let source = incoming.source.trim();
    if source.is_empty() || source.len() > SOURCE_MAX {
        return Err(Error::refused("name the source in 1 to 200 letters: who gave this?"));
    }
    let originator = incoming.originator.map_or_else(|| ctx.org.clone(), key);
    let label = incoming.label.clone().with_originator(&originator);
    let id = ctx.id("R");
    let sha256 = Digest::of(incoming.bytes);
    let title = document.title.clone().unwrap_or_else(|| first_words(&document.text));
    let stored = tx.label(&label)?;
    tx.insert(
        Table::Report,
        INSERT,
        &[
            (&id).into(),
            ctx.now.into(),
            incoming.channel.into(),
            source.into(),
            originator.as_str().into(),
            key(incoming.origin.unwrap_or(source)).into(),
            title.as_str().into(),
            document.language.clone().into(),
            kind_word(document.kind).into(),
            incoming.bytes.into(),
            sha256.into(),
            document.text.as_str().into(),
            dates(document)?.into(),
            stored,
        ],
    )?;
    propose(tx, ctx, &id, &document.text)?;
    let due = ctx.now.plus(if is_urgent(&document.text) { 15 } else { 60 } * MINUTE_US);
    let priority = if is_urgent(&document.text) { Priority::Critical } else { Priority::High };
    let new = tasks::New {
        kind: Task::Read,
        priority,
        case: None,
        thing: id.as_str(),
        note: "",
        label: &label,
        due,
    };
    tasks::open(tx, ctx, &new)?;
    outbox::put(tx, ctx, outbox::Work::Screen, id.as_str(), ctx.now)?;
    outbox::put(tx, ctx, outbox::Work::Compare, id.as_str(), ctx.now)?;
    // Whoever wrote a report of our own may not waive the warning that rests on it.
    if originator == ctx.org && ctx.actor.role != aldis_model::role::Role::System {
        let officer = ctx.actor.id.as_str();
        tx.insert(Table::Author, AUTHOR, &[(&ctx.id("AU")).into(), (&id).into(), officer.into()])?;
    }
    let event = Event::new(Kind::ReportReceived, label)
        .with("report", &id)
        .with("title", title)
        .with("source", source)
        .with("originator", originator)
        .with("origin", key(incoming.origin.unwrap_or(source)))
        .with("channel", incoming.channel)
        .with("sha256", sha256);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

fn propose(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id, text: &str) -> Result<()> {
    for mention in mention::propose(text).into_iter().take(PROPOSALS_MAX) {
        let kind = match mention.kind {
            MentionKind::Person => "person",
            MentionKind::Organisation => "organisation",
            MentionKind::Place => "place",
            MentionKind::Date => "date",
        };
        let bound = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
        tx.insert(
            Table::Proposal,
            INSERT_PROPOSAL,
            &[
                (&ctx.id("P")).into(),
                report.into(),
                kind.into(),
                mention.text.into(),
                bound(mention.span.start).into(),
                bound(mention.span.end).into(),
                mention.note.into(),
            ],
        )?;
    }
    Ok(())
}

/// Records that a person read the report as the first one, and shows it.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such report or the reader may not see it.
pub fn open(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<()> {
    ctx.may(Action::Triage)?;
    let report = find(tx, ctx, id)?;
    if report.get().opened_at.is_some() {
        return Ok(());
    }
    tx.update(Table::Report, OPEN, &[id.into(), ctx.now.into(), ctx.actor.id.as_str().into()])?;
    tasks::close(tx, ctx, Task::Read, id.as_str())?;
    let event = Event::new(Kind::ReportOpened, report.get().label.clone()).with("report", id);
    journal::append(tx, ctx, event.with("by", &ctx.actor.name)).map(|_| ())
}

/// Accepts or rejects what the machine proposed.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Conflict`] if it was decided before.
pub fn decide(tx: &mut Tx<'_>, ctx: &Ctx, proposal: &Id, accept: bool) -> Result<()> {
    ctx.may(Action::Screen)?;
    let row = tx.row(PROPOSAL_REPORT, &[proposal.into()])?;
    let (report, quoted, kind) = (row.id(0)?, row.text(1)?, row.text(2)?);
    let label = find(tx, ctx, &report)?.get().label.clone();
    let decided = if accept { "accepted" } else { "rejected" };
    tx.update(
        Table::Proposal,
        DECIDE,
        &[proposal.into(), decided.into(), ctx.actor.id.as_str().into(), ctx.now.into()],
    )?;
    if accept && kind != "date" {
        reopen::about(tx, ctx, &report, &label, &[quoted])?;
    }
    let event = Event::new(Kind::ProposalDecided, label).with("report", &report);
    journal::append(tx, ctx, event.with("proposal", proposal).with("decided", decided)).map(|_| ())
}

/// A report as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Its id.
    pub id: Id,
    /// When it arrived.
    pub received_at: Time,
    /// How it arrived.
    pub channel: String,
    /// Who gave it.
    pub source: String,
    /// The organisation it came from.
    pub originator: String,
    /// The root it goes back to.
    pub origin: String,
    /// Its title.
    pub title: String,
    /// Its language, if known.
    pub language: Option<String>,
    /// The hash of the original.
    pub sha256: Digest,
    /// Its text.
    pub body: String,
    /// Its label.
    pub label: Label,
    /// When a person first read it.
    pub opened_at: Option<Time>,
    /// When it was screened.
    pub screened_at: Option<Time>,
    /// The last grade, such as `B2`.
    pub grade: Option<String>,
    /// Candidates for its date, as JSON.
    pub dates: String,
}

/// What the machine proposed.
#[derive(Clone, Debug, Serialize)]
pub struct Proposal {
    /// Its id.
    pub id: Id,
    /// person, organisation, place or date.
    pub kind: String,
    /// The words in the text.
    pub quoted: String,
    /// Where they start, in bytes.
    pub start: i64,
    /// Where they end.
    pub end: i64,
    /// Why, or the normalised form.
    pub note: String,
    /// accepted or rejected, if decided.
    pub decided: Option<String>,
}

/// Finds a report the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Report>> {
    ctx.may(Action::ReadDesk).or_else(|_| ctx.may(Action::Screen))?;
    let row = tx.row(&format!("{SELECT} WHERE r.id = $1"), &[id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Returns what arrived, byte for byte.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn original(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Vec<u8>>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(ORIGINAL, &[id.into()])?;
    ctx.show(Labelled::new(row.blob(0)?, row.label(1)?))
}

/// Lists the proposals of a report in the order of the text.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn proposals(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id) -> Result<Released<Vec<Proposal>>> {
    let label = find(tx, ctx, report)?.get().label.clone();
    let rows = tx.rows(PROPOSALS, &[report.into()])?;
    let proposals = rows.iter().map(|row| {
        Ok(Proposal {
            id: row.id(0)?,
            kind: row.text(1)?,
            quoted: row.text(2)?,
            start: row.int(3)?,
            end: row.int(4)?,
            note: row.text(5)?,
            decided: row.opt_text(6)?,
        })
    });
    ctx.show(Labelled::new(proposals.collect::<Result<Vec<_>>>()?, label))
}

/// Lists reports, newest first, before the one named by `before`.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, before: Option<&Id>, limit: usize) -> Result<Released<Vec<Report>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let (at, id) = match before {
        Some(id) => (find(tx, ctx, id)?.get().received_at, id.as_str().to_owned()),
        None => (Time::from_micros(i64::MAX), String::new()),
    };
    let limit = i64::try_from(limit.clamp(1, 500)).unwrap_or(50);
    let sql = format!(
        "{SELECT} WHERE (r.received_at, r.id) < ($1, $2) AND {} ORDER BY r.received_at DESC, r.id DESC LIMIT $3",
        visible.condition("r.label", 3)
    );
    let rows = tx.rows(&sql, &visible.with(&[at.into(), id.into(), limit.into()]))?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Report>> {
    let label = row.label(10)?;
    let report = Report {
        id: row.id(0)?,
        received_at: row.time(1)?,
        channel: row.text(2)?,
        source: row.text(3)?,
        originator: row.text(4)?,
        origin: row.text(5)?,
        title: row.text(6)?,
        language: row.opt_text(7)?,
        sha256: row.parsed(8)?,
        body: row.text(9)?,
        label: label.clone(),
        opened_at: row.opt_time(11)?,
        screened_at: row.opt_time(12)?,
        grade: row.opt_text(13)?,
        dates: row.text(14)?,
    };
    Ok(Labelled::new(report, label))
}

const fn kind_word(kind: article::Kind) -> &'static str {
    match kind {
        article::Kind::Text => "text",
        article::Kind::Html => "html",
        article::Kind::Feed => "feed",
        article::Kind::Mail => "mail",
        article::Kind::Cap => "cap",
        article::Kind::Stix => "stix",
        article::Kind::Misp => "misp",
    }
}

fn dates(document: &Document) -> Result<String> {
    let candidates: Vec<_> = document
        .dates
        .iter()
        .map(|date| serde_json::json!({ "origin": date.origin, "raw": date.raw, "rfc3339": date.rfc3339 }))
        .collect();
    serde_json::to_string(&candidates).map_err(Error::broken)
}

fn first_words(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    match line.char_indices().nth(TITLE_MAX) {
        None => line.to_owned(),
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
    }
}

/// Says whether a report sounds as if somebody may be harmed within a day: the first clock is then
/// fifteen minutes. A cue only: nothing else depends on it.
fn is_urgent(text: &str) -> bool {
    let lower = text.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    any(&HARM_CUES) && any(&SOON_CUES)
}

const SOURCE_MAX: usize = 200;
const TITLE_MAX: usize = 90;
const PROPOSALS_MAX: usize = 2_000;

const HARM_CUES: [&str; 14] = [
    "kill",
    "attack",
    "bomb",
    "shoot",
    "murder",
    "kidnap",
    "seize",
    "poison",
    "assassin",
    "explos",
    "убить",
    "взрыв",
    "напад",
    "похит",
];

const SOON_CUES: [&str; 12] = [
    "tonight",
    "today",
    "tomorrow",
    "within hours",
    "in the next hours",
    "this evening",
    "soon",
    "imminent",
    "сегодня",
    "завтра",
    "скоро",
    "this morning",
];

const INSERT: &str = "-- desk::gather::accept
    INSERT INTO report (id, received_at, channel, source, originator, origin, title, language, kind, original,
                        sha256, body, dates, label)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

const AUTHOR: &str = "-- desk::gather::accept author
    INSERT INTO author (id, report_id, officer_id) VALUES ($1, $2, $3)";

const INSERT_PROPOSAL: &str = "-- desk::gather::propose
    INSERT INTO proposal (id, report_id, kind, quoted, span_start, span_end, note)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const OPEN: &str = "-- desk::gather::open
    UPDATE report SET opened_at = $2, opened_by = $3 WHERE id = $1 AND opened_at IS NULL";

const PROPOSAL_REPORT: &str = "-- desk::gather::decide report
    SELECT report_id, quoted, kind FROM proposal WHERE id = $1";

const DECIDE: &str = "-- desk::gather::decide
    UPDATE proposal SET decided = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND decided IS NULL";

const SELECT: &str = "-- desk::gather::find
    SELECT r.id, r.received_at, r.channel, r.source, r.originator, r.origin, r.title, r.language, r.sha256,
           r.body, r.label, r.opened_at, r.screened_at,
           (SELECT g.grade FROM grade g WHERE g.report_id = r.id ORDER BY g.graded_at DESC, g.id DESC LIMIT 1),
           r.dates
      FROM report r";

const ORIGINAL: &str = "-- desk::gather::original
    SELECT original, label FROM report WHERE id = $1";

const PROPOSALS: &str = "-- desk::gather::proposals
    SELECT id, kind, quoted, span_start, span_end, note, decided FROM proposal
     WHERE report_id = $1 ORDER BY span_start, span_end, id";
