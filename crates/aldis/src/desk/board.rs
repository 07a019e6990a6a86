//! The board of competing explanations of a case: hypotheses, evidence, and who rates which how.
//!
//! Rule: `model::ach`. Everybody rates for himself; nothing is averaged and nothing decided. A claim of
//! responsibility may bring a file: it is hashed, kept as it came, and leaves only as a download of plain
//! bytes, never as a page.

mod view;

pub use view::{Board, Hypothesis, Item, Rated, file, of_case};

use super::{case, gather};
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::ach::Rating;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::{Digest, Id, Label};

/// Puts a hypothesis on the board of a case.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if it says nothing or the board is full.
pub fn suppose(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, body: &str) -> Result<Id> {
    ctx.may(Action::Assess)?;
    let label = case::find(tx, ctx, case)?.get().label.clone();
    let body = said(body)?;
    if tx.rows(HYPOTHESES, &[case.into()])?.len() >= HYPOTHESES_MAX {
        return Err(Error::refused("a board has at most 12 hypotheses: more cannot be compared"));
    }
    let id = ctx.id("HY");
    let stored = tx.label(&label)?;
    let by = ctx.actor.id.as_str();
    tx.insert(
        Table::Hypothesis,
        SUPPOSE,
        &[(&id).into(), case.into(), body.into(), stored, by.into(), ctx.now.into()],
    )?;
    let event = Event::new(Kind::BoardExtended, label).case(Some(case)).with("what", "hypothesis");
    journal::append(tx, ctx, event.with("id", &id).with("body", body).with("by", &ctx.actor.name))?;
    Ok(id)
}

/// An item of evidence as it is put on the board.
#[derive(Clone, Debug, Default)]
pub struct NewItem<'a> {
    /// What it is, in words.
    pub body: &'a str,
    /// The report it is from.
    pub report: Option<&'a Id>,
    /// Who claims responsibility; empty if it is no claim.
    pub claimed: &'a str,
    /// What came with a claim: a name and the bytes.
    pub file: Option<(&'a str, &'a [u8])>,
}

/// Puts an item of evidence on the board of a case.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if it says nothing, the report is not in this case, or the
/// file is empty or larger than 5 MB.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, new: &NewItem<'_>) -> Result<Id> {
    ctx.may(Action::Assess)?;
    let found = case::find(tx, ctx, case)?.into_inner();
    let body = said(new.body)?;
    if new.claimed.len() > NAME_MAX
        || new.file.is_some_and(|(name, _)| name.is_empty() || name.len() > NAME_MAX)
    {
        return Err(Error::refused("a name has at most 200 letters"));
    }
    if new.file.is_some_and(|(_, bytes)| bytes.is_empty() || bytes.len() > FILE_MAX) {
        return Err(Error::refused("a file has 1 byte to 5 MB"));
    }
    let label = label_of(tx, ctx, case, &found.label, new.report)?;
    let id = ctx.id("EV");
    let stored = tx.label(&label)?;
    let sha256 = new.file.map(|(_, bytes)| Digest::of(bytes));
    tx.insert(
        Table::Evidence,
        ADD,
        &[
            (&id).into(),
            case.into(),
            body.into(),
            new.report.map(Id::as_str).into(),
            new.claimed.trim().into(),
            new.file.map_or("", |(name, _)| name).into(),
            new.file.map(|(_, bytes)| bytes).into(),
            sha256.into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(Kind::BoardExtended, label)
        .case(Some(case))
        .with("what", if new.claimed.trim().is_empty() { "evidence" } else { "claim of responsibility" })
        .with("id", &id)
        .with("body", body)
        .with_some("report", new.report)
        .with("claimed", new.claimed.trim())
        .with_some("sha256", sha256)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

fn label_of(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, label: &Label, report: Option<&Id>) -> Result<Label> {
    let Some(report) = report else { return Ok(label.clone()) };
    let linked = case::reports(tx, ctx, case)?.into_inner();
    if linked.iter().all(|linked| linked.report != *report) {
        return Err(Error::Refused(format!("{report} is not in this case: link it first")));
    }
    Ok(label.join(&gather::find(tx, ctx, report)?.get().label))
}

/// Rates how an item of evidence fits a hypothesis; a later rating of the same officer counts, both stay.
///
/// # Errors
///
/// [`Error::NotFound`] if the officer may not see both, or they are not on one board.
pub fn rate(tx: &mut Tx<'_>, ctx: &Ctx, hypothesis: &Id, item: &Id, rating: Rating) -> Result<()> {
    ctx.may(Action::Assess)?;
    let (case, one) = view::on_board(tx, ctx, HYPOTHESIS, hypothesis)?;
    let (other_case, other) = view::on_board(tx, ctx, ITEM, item)?;
    if case != other_case {
        return Err(Error::NotFound);
    }
    let label = one.join(&other);
    let stored = tx.label(&label)?;
    tx.insert(
        Table::Rating,
        RATE,
        &[
            (&ctx.id("RT")).into(),
            hypothesis.into(),
            item.into(),
            rating.as_str().into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(Kind::BoardRated, label)
        .case(Some(&case))
        .with("hypothesis", hypothesis)
        .with("evidence", item)
        .with("rating", rating)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

fn said(body: &str) -> Result<&str> {
    let body = body.trim();
    if body.is_empty() || body.len() > BODY_MAX {
        return Err(Error::refused("say it in 1 to 1000 letters"));
    }
    Ok(body)
}

const BODY_MAX: usize = 1_000;
const NAME_MAX: usize = 200;
const FILE_MAX: usize = 5 << 20;
const HYPOTHESES_MAX: usize = 12;

const HYPOTHESES: &str = "-- desk::board::suppose
    SELECT id FROM hypothesis WHERE case_id = $1";

const SUPPOSE: &str = "-- desk::board::suppose insert
    INSERT INTO hypothesis (id, case_id, body, label, said_by, said_at) VALUES ($1, $2, $3, $4, $5, $6)";

const ADD: &str = "-- desk::board::add
    INSERT INTO evidence (id, case_id, body, report_id, claimed, file_name, file, sha256, label, said_by, said_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const HYPOTHESIS: &str = "-- desk::board::rate hypothesis
    SELECT case_id, label FROM hypothesis WHERE id = $1";

const ITEM: &str = "-- desk::board::rate evidence
    SELECT case_id, label FROM evidence WHERE id = $1";

const RATE: &str = "-- desk::board::rate
    INSERT INTO rating (id, hypothesis_id, evidence_id, rating, label, rated_by, rated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
