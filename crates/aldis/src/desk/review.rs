//! Who knew what when: read from the ledger and from nothing else.
//!
//! The state of knowledge at a time is the entries up to it; what came later is not there. A later
//! statement is an entry of its own and changes no earlier one.

use super::visible::{Visible, shown};
use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use aldis_ledger::Entry;
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One entry as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Happened {
    /// Its number for reading: 48 bits of its leaf, not its place. Places are dense, so two of them
    /// would tell how many entries a reader may not see stand between.
    pub index: i64,
    /// When.
    pub at: Time,
    /// What kind of thing.
    pub kind: String,
    /// The case, if any.
    pub case: Option<String>,
    /// Its label.
    pub label: Label,
    /// The fields, by name; an erased one is not there.
    pub fields: BTreeMap<String, String>,
}

impl Happened {
    /// Returns a field's text; empty if there is none.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Says whose lane it stands in: `us`, an audience, or `world` for what was said in public.
    pub fn lane(&self) -> &str {
        match self.kind.as_str() {
            "transport.receipt" | "ack.received" | "dismissal.received" | "question.received"
            | "action.reported"
                if !self.field("audience").is_empty() =>
            {
                self.field("audience")
            }
            "inbound.received" => self.field("partner"),
            "statement.attached" => "world",
            _ => "us",
        }
    }
}

/// Reads the entries of a case up to and including a time, in their order.
///
/// Entries about the case's reports, about its victims, and about those of the register who may be meant in
/// the reports, are part of it, also those from before it was opened; so are jumps of the clock since.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may see nothing of this case.
pub fn timeline(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, at: Option<Time>) -> Result<Released<Vec<Happened>>> {
    ctx.may(Action::ReadRecord)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let until = at.unwrap_or(Time::from_micros(i64::MAX));
    let sql = format!("{ENTRIES} AND {} ORDER BY idx", visible.condition("label", 1));
    let rows = tx.rows(&sql, &visible.with(&[until.into()]))?;
    let all = shown(ctx, rows.iter().map(labelled))?;
    let timeline = all.map(|all| of_case(all, case.as_str()));
    if timeline.get().is_empty() { Err(Error::NotFound) } else { Ok(timeline) }
}

/// Keeps what belongs to a case: its own entries and those about its reports.
fn of_case(all: Vec<Happened>, case: &str) -> Vec<Happened> {
    let own = |entry: &&Happened| entry.case.as_deref() == Some(case);
    let reports = fields(all.iter().filter(own), "report");
    let on_report = |entry: &Happened| entry.case.is_none() && reports.contains(entry.field("report"));
    let meant = |entry: &&Happened| MEANT.contains(&entry.kind.as_str()) && (own(entry) || on_report(entry));
    let mut subjects = fields(all.iter().filter(meant), "subject");
    // A victim is known by a cover name, a place or words: only a cover name is a subject of an entry.
    subjects.extend(fields(all.iter().filter(own), "victim"));
    let on_subject = |entry: &Happened| {
        entry.case.is_none()
            && OF_ENTRY.contains(&entry.kind.as_str())
            && subjects.contains(entry.field("subject"))
    };
    let first = all.iter().find(own).map(|entry| entry.at);
    // A jump of the clock bears on everything that happened from the first entry on.
    let on_time = |entry: &Happened| {
        entry.case.is_none()
            && OF_CLOCK.contains(&entry.kind.as_str())
            && first.is_some_and(|at| entry.at >= at)
    };
    let about = |entry: &Happened| own(&entry) || on_report(entry) || on_subject(entry) || on_time(entry);
    all.into_iter().filter(about).collect()
}

/// Gathers what the entries say in a field; what is empty is left out.
fn fields<'a>(entries: impl Iterator<Item = &'a Happened>, name: &str) -> BTreeSet<String> {
    entries.map(|entry| entry.field(name).to_owned()).filter(|value| !value.is_empty()).collect()
}

/// Reads one entry by its number for reading.
///
/// # Errors
///
/// [`Error::NotFound`] if there is none or the reader may not see it.
pub fn entry(tx: &mut Tx<'_>, ctx: &Ctx, index: i64) -> Result<Released<Happened>> {
    ctx.may(Action::ReadRecord)?;
    for row in numbered(tx, index)? {
        if let Ok(entry) = ctx.show(labelled(&row)?) {
            return Ok(entry);
        }
    }
    Err(Error::NotFound)
}

/// Finds the place in the ledger, from 0, of an entry the reader may see: for making a proof of it,
/// which cannot hide the place.
///
/// # Errors
///
/// [`Error::NotFound`] as for [`entry`].
pub fn place(tx: &mut Tx<'_>, ctx: &Ctx, index: i64) -> Result<Released<i64>> {
    ctx.may(Action::ReadRecord)?;
    for row in numbered(tx, index)? {
        if let Ok(place) = ctx.show(Labelled::new(row.int(6)?, row.label(4)?)) {
            return Ok(place);
        }
    }
    Err(Error::NotFound)
}

/// Finds the entries of a number: nearly always none or one.
fn numbered(tx: &mut Tx<'_>, index: i64) -> Result<Vec<Row>> {
    match index.to_be_bytes() {
        [0, 0, number @ ..] => tx.rows(ONE, &[number.as_slice().into()]),
        _ => Ok(Vec::new()),
    }
}

/// Takes an entry's number for reading out of its leaf.
fn number(leaf: &[u8]) -> i64 {
    let number = leaf.get(LEAF_HEAD..LEAF_HEAD + 6).unwrap_or_default();
    number.iter().fold(0, |number, byte| (number << 8) | i64::from(*byte))
}

/// Reads one entry as the ledger commits to it: JSON with its salts, to be kept with its proof.
///
/// # Errors
///
/// [`Error::NotFound`] if there is none or the reader may not see it.
pub fn committed(tx: &mut Tx<'_>, ctx: &Ctx, index: i64) -> Result<Released<String>> {
    ctx.may(Action::ReadRecord)?;
    for row in numbered(tx, index)? {
        if let Ok(json) = ctx.show(Labelled::new(row.text(5)?, row.label(4)?)) {
            return Ok(json);
        }
    }
    Err(Error::NotFound)
}

/// Reads the newest entries the reader may see, newest first.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn tail(tx: &mut Tx<'_>, ctx: &Ctx, limit: usize) -> Result<Released<Vec<Happened>>> {
    ctx.may(Action::ReadRecord)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let limit = i64::try_from(limit.clamp(1, 500)).unwrap_or(50);
    let sql = format!("{TAIL} WHERE {} ORDER BY idx DESC LIMIT $1", visible.condition("label", 1));
    let rows = tx.rows(&sql, &visible.with(&[limit.into()]))?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Happened>> {
    let entry = Entry::from_json(&row.text(5)?).map_err(Error::broken)?;
    let shown = |name: &str| !["kind", "at", "case", "label", "rows"].contains(&name);
    let fields = entry.fields().iter().filter(|field| shown(field.name()));
    let fields = fields.filter_map(|f| f.value().map(|value| (f.name().to_owned(), value.to_owned())));
    let label = row.label(4)?;
    let happened = Happened {
        index: number(&row.blob(0)?),
        at: row.time(1)?,
        kind: row.text(2)?,
        case: row.opt_text(3)?,
        label: label.clone(),
        fields: fields.collect(),
    };
    Ok(Labelled::new(happened, label))
}

/// Entries that say who of the register may be meant.
const MEANT: [&str; 5] = ["screen.hit", "screen.decided", "tier.suggested", "tier.set", "measure.status"];

/// Entries about somebody in the register rather than about a report.
const OF_ENTRY: [&str; 9] = [
    "list.entry_created",
    "list.entry_described",
    "tier.suggested",
    "tier.set",
    "measure.status",
    "identity.asked",
    "identity.agreed",
    "identity.refused",
    "identity.read",
];

const OF_CLOCK: [&str; 2] = ["clock.jump", "clock.decided"];

/// Bytes before the hash in a leaf.
const LEAF_HEAD: usize = 4;

const ENTRIES: &str = "-- desk::review::timeline
    SELECT leaf, at, kind, case_id, label, fields FROM entry WHERE at <= $1";

const ONE: &str = "-- desk::review::entry
    SELECT leaf, at, kind, case_id, label, fields, idx FROM entry WHERE substr(leaf, 5, 6) = $1 ORDER BY idx";

const TAIL: &str = "-- desk::review::tail
    SELECT leaf, at, kind, case_id, label, fields FROM entry";
