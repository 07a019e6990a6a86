//! Lists of people that somebody offers for the register: checked, refused, and told why.
//!
//! Rule: `model::list`. What is kept is the hash of the file and counts; the rows are read once and
//! forgotten, so that nothing of them can be searched. No row becomes an entry: what is complete is
//! entered by a case officer, one by one, after somebody who answers for the register has looked.
//! Nothing is compared with the register, so no answer can say whether a name is known here.

use super::visible::{Visible, shown};
use super::{partners, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::list::{self, Verdict};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::tearline::Problem;
use aldis_model::time::HOUR_US;
use aldis_model::{Digest, Gate, Id, Label, Labelled, Released, Time};
use serde::Serialize;
use std::collections::BTreeMap;

/// Reads a list and says what is wrong with it; changes nothing and needs no desk.
///
/// The first line names the columns; see `model::list::FIELDS`.
///
/// # Errors
///
/// [`Error::Refused`] if it is no CSV, has no rows, or is larger than 10 MB, 100,000 rows, 64 columns
/// or 4,000 letters a cell.
pub fn check(bytes: &[u8]) -> Result<Verdict> {
    if bytes.len() > BYTES_MAX {
        return Err(Error::refused("the list is larger than 10 MB: ask for it in parts"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Error::refused("the list is not UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| Error::Refused(format!("the list cannot be read: {error}"));
    let head: Vec<String> = rows.headers().map_err(unreadable)?.iter().map(column).collect();
    if head.len() > COLUMNS_MAX {
        return Err(Error::refused("the list has more than 64 columns"));
    }
    let mut verdict = Verdict::default();
    for record in rows.records() {
        let record = record.map_err(unreadable)?;
        if verdict.rows >= ROWS_MAX {
            return Err(Error::refused("the list has more than 100,000 rows: ask for it in parts"));
        }
        if record.iter().any(|cell| cell.len() > CELL_MAX) {
            return Err(Error::Refused(format!("row {}: a cell is too long", verdict.rows + 1)));
        }
        let cells = head.iter().cloned().zip(record.iter().map(str::to_owned));
        verdict.add(&list::check(&cells.collect::<BTreeMap<_, _>>()));
    }
    if verdict.rows == 0 {
        return Err(Error::refused("the list has no rows under its first line"));
    }
    Ok(verdict)
}

fn column(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Takes in a list: keeps the verdict, tells those who answer for the register, and raises what alarms
/// there are; returns the offer's id.
///
/// # Errors
///
/// [`Error::NotFound`] if the source is no audience the officer knows; else as [`check`].
pub fn offer(tx: &mut Tx<'_>, ctx: &Ctx, source: &str, label: &Label, bytes: &[u8]) -> Result<Id> {
    ctx.may(Action::Gather)?;
    let from = partners::known(tx, ctx, source)?.into_inner();
    let verdict = check(bytes)?;
    let (id, notice) = (ctx.id("LO"), verdict.notice());
    let alarms = verdict.alarms();
    let stored = tx.label(label)?;
    tx.insert(
        Table::ListOffer,
        OFFER,
        &[
            (&id).into(),
            from.name.as_str().into(),
            Digest::of(bytes).into(),
            count(verdict.rows).into(),
            count(verdict.refused).into(),
            count(verdict.flagged).into(),
            verdict.complete.iter().map(u64::to_string).collect::<Vec<_>>().join(",").into(),
            alarms
                .iter()
                .map(|(id, pct, max)| format!("{id} {pct} {max}"))
                .collect::<Vec<_>>()
                .join(",")
                .into(),
            notice.as_str().into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let new = tasks::New {
        kind: Task::ListOffer,
        priority: Priority::High,
        case: None,
        thing: id.as_str(),
        note: &format!("{} rows from {}", verdict.rows, from.name),
        label,
        due: ctx.now.plus(24 * HOUR_US),
    };
    tasks::open(tx, ctx, &new)?;
    let event = Event::new(Kind::ListOffered, label.clone())
        .with("list", &id)
        .with("source", &from.name)
        .with("sha256", Digest::of(bytes))
        .with("row_count", verdict.rows)
        .with("state", "quarantined")
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    let event = Event::new(Kind::ListRefused, label.clone())
        .with("list", &id)
        .with("source", &from.name)
        .with("refused", verdict.refused)
        .with("flagged", verdict.flagged)
        .with("complete", verdict.rows - verdict.refused)
        .with("oversight", if verdict.needs_oversight() { "must look" } else { "may look" })
        .with("notice", notice);
    journal::append(tx, ctx, event)?;
    for (metric, share, limit) in alarms {
        let event = Event::new(Kind::MetricAlarm, label.clone())
            .with("metric", metric)
            .with("list", &id)
            .with("share_pct", share)
            .with("limit_pct", limit)
            .with("source", &from.name);
        journal::append(tx, ctx, event)?;
    }
    Ok(id)
}

/// Records that the sender was told why, and how; what is told is the notice and nothing else.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a word on how; [`Error::Blocked`] if the label does
/// not reach the sender; [`Error::Conflict`] if it was told before.
pub fn told(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id, how: &str) -> Result<Released<String>> {
    ctx.may(Action::Answer)?;
    let found = find(tx, ctx, id)?.into_inner();
    if how.trim().is_empty() {
        return Err(Error::refused("say how the notice was passed on, and to whom"));
    }
    let recipient = partners::known(tx, ctx, &found.source)?.into_inner();
    // The counts are the sender's own; the gate still decides whether our word may reach it.
    let plain = Label::plain(found.label.tlp) == found.label;
    let label = format!("{} REL {}", found.label.tlp, recipient.name).parse()?;
    let notice = Labelled::text(found.notice.clone(), label);
    let passed = Gate::default().release(&recipient.audience(), notice).filter(|_| plain);
    let passed = passed.ok_or_else(|| {
        let says = format!("{} may not receive {}: tell it by another way", recipient.name, found.label);
        Error::Blocked(vec![Problem { rule: "RR-01", says }])
    })?;
    tx.update(Table::ListOffer, TOLD, &[id.into(), ctx.now.into(), how.trim().into()])?;
    let event = Event::new(Kind::ListNoticed, found.label)
        .with("list", id)
        .with("source", &found.source)
        .with("text_hash", Digest::of(found.notice.as_bytes()))
        .with("how", how.trim())
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(passed)
}

/// Records what whoever answers for the register says of the list.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without words; [`Error::SecondPerson`] if the reviewer took
/// the list in; [`Error::Conflict`] if it was reviewed before.
pub fn review(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id, words: &str) -> Result<()> {
    ctx.may(Action::Oversee)?;
    let found = find(tx, ctx, id)?.into_inner();
    if words.trim().is_empty() || words.len() > WORDS_MAX {
        return Err(Error::refused("say what is to be done with the list, and why"));
    }
    ctx.is_second_to(&[&found.received_by], "a list is reviewed by somebody else than who took it in")?;
    let by = ctx.actor.id.as_str();
    tx.update(Table::ListOffer, REVIEW, &[id.into(), by.into(), ctx.now.into(), words.trim().into()])?;
    tasks::close(tx, ctx, Task::ListOffer, id.as_str())?;
    let event = Event::new(Kind::ListReviewed, found.label)
        .with("list", id)
        .with("source", &found.source)
        .with("review", words.trim())
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// A list as its reader sees it: no row.
#[derive(Clone, Debug, Serialize)]
pub struct Offer {
    /// Its id.
    pub id: Id,
    /// Who offered it.
    pub source: String,
    /// How many rows it has.
    pub rows: i64,
    /// How many lack a field.
    pub refused: i64,
    /// How many rest on a blocked ground.
    pub flagged: i64,
    /// The numbers of the rows that lack nothing.
    pub complete: String,
    /// The alarms: number, percent, limit.
    pub alarms: String,
    /// What the sender is told.
    pub notice: String,
    /// Its label.
    pub label: Label,
    /// The id of who took it in.
    #[serde(skip)]
    pub received_by: String,
    /// When.
    pub received_at: Time,
    /// When the sender was told.
    pub told_at: Option<Time>,
    /// When it was reviewed.
    pub reviewed_at: Option<Time>,
    /// What the reviewer said.
    pub review: Option<String>,
}

/// Finds a list the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Offer>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(&format!("{SELECT} WHERE id = $1"), &[id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Lists what was offered and the reader may see, newest first.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn all(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<Vec<Offer>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let order = "ORDER BY received_at DESC, id DESC LIMIT 200";
    let sql = format!("{SELECT} WHERE {} {order}", visible.condition("label", 0));
    let rows = tx.rows(&sql, &visible.with(&[]))?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Offer>> {
    let label = row.label(8)?;
    let offer = Offer {
        id: row.id(0)?,
        source: row.text(1)?,
        rows: row.int(2)?,
        refused: row.int(3)?,
        flagged: row.int(4)?,
        complete: row.text(5)?,
        alarms: row.text(6)?,
        notice: row.text(7)?,
        label: label.clone(),
        received_by: row.text(9)?,
        received_at: row.time(10)?,
        told_at: row.opt_time(11)?,
        reviewed_at: row.opt_time(12)?,
        review: row.opt_text(13)?,
    };
    Ok(Labelled::new(offer, label))
}

fn count(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

const BYTES_MAX: usize = 10 << 20;
const ROWS_MAX: u64 = 100_000;
const COLUMNS_MAX: usize = 64;
const CELL_MAX: usize = 4_000;
const WORDS_MAX: usize = 2_000;

const OFFER: &str = "-- desk::lists::offer
    INSERT INTO list_offer (id, source, sha256, row_count, refused, flagged, complete, alarms, notice, label,
                            received_by, received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

const TOLD: &str = "-- desk::lists::told
    UPDATE list_offer SET told_at = $2, told_how = $3 WHERE id = $1 AND told_at IS NULL";

const REVIEW: &str = "-- desk::lists::review
    UPDATE list_offer SET reviewed_by = $2, reviewed_at = $3, review = $4
     WHERE id = $1 AND reviewed_at IS NULL";

const SELECT: &str = "-- desk::lists::find
    SELECT id, source, row_count, refused, flagged, complete, alarms, notice, label, received_by, received_at,
           told_at, reviewed_at, review FROM list_offer";
