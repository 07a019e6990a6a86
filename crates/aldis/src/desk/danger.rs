//! Rates how much somebody in the register is in danger, and sets the tier.
//!
//! Rule: `model::risk` suggests and shows every step; a person sets the tier. Where the person sets
//! another one the reasons say why; a lower one needs somebody else than who rated, and one below an
//! event's floor a senior officer. A tier is reviewed before its time has passed.

use super::timers::{self, Due, Timer};
use super::visible::{Visible, shown};
use super::{case, register, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::duty::HOUR_US;
use aldis_model::event::{Event, Kind};
use aldis_model::risk::{self, Inputs, Tier};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;
use std::collections::BTreeMap;

/// What somebody knows about a danger.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The case it is about, if there is one.
    pub case: Option<&'a Id>,
    /// The harm that is feared: negligible, minor, moderate, severe or critical.
    pub impact: &'a str,
    /// The factors that could be rated; the others are unknown.
    pub factors: &'a BTreeMap<String, u8>,
    /// The events, such as `E01`.
    pub events: &'a [String],
}

/// Rates somebody in the register and returns the rating's id; the tier stays as it is.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] for a word or value that is not on the scale.
pub fn rate(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id, known: &Known<'_>) -> Result<Id> {
    ctx.may(Action::Register)?;
    let inputs = Inputs::read(known.impact, known.factors, known.events).map_err(Error::refused)?;
    let label = about(tx, ctx, subject, known.case)?;
    let rated = risk::rate(&inputs);
    let id = ctx.id("DA");
    let json = |value: serde_json::Result<String>| value.map_err(Error::broken);
    let factors = json(serde_json::to_string(known.factors))?;
    let stored = tx.label(&label)?;
    tx.insert(
        Table::Danger,
        RATE,
        &[
            (&id).into(),
            subject.into(),
            known.case.map(Id::as_str).into(),
            known.impact.into(),
            factors.as_str().into(),
            json(serde_json::to_string(known.events))?.into(),
            rated.suggested.as_str().into(),
            rated.floor.map(Tier::as_str).into(),
            json(serde_json::to_string(&rated.why))?.into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(Kind::TierSuggested, label)
        .case(known.case)
        .with("subject", subject)
        .with("danger", &id)
        .with("rules", crate::RULES)
        .with("impact", known.impact)
        .with("factors", factors)
        .with("events", known.events.join(" "))
        .with("threat", rated.threat)
        .with("exposure", format!("{} ({})", rated.exposure, hundredths(rated.net_exposure_pct)))
        .with("likelihood", rated.likelihood)
        .with("risk", rated.risk)
        .with("suggested", rated.suggested)
        .with_some("floor", rated.floor)
        .with("why", rated.why.join("; "))
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Sets the tier, or confirms it at a review; the next review is due within the tier's time.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without reasons; [`Error::SecondPerson`] if whoever rated
/// sets a lower tier than the rating suggests; [`Error::Forbidden`] below the floor of an event,
/// unless a senior officer sets it.
pub fn set_tier(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    subject: &Id,
    case: Option<&Id>,
    tier: Tier,
    reasons: &str,
) -> Result<()> {
    ctx.may(Action::Register).or_else(|_| ctx.may(Action::Decide))?;
    let label = about(tx, ctx, subject, case)?;
    if reasons.trim().is_empty() {
        return Err(Error::refused("say why this tier: what is known, and what would change it"));
    }
    let rated = last(tx, ctx, subject)?.into_inner();
    if let Some(rated) = rated.first().filter(|rated| tier.as_str() < rated.suggested.as_str()) {
        ctx.is_second_to(
            &[&rated.by],
            "a tier below the suggested one is set by somebody else than who rated",
        )?;
        if rated.floor.as_deref().is_some_and(|floor| tier.as_str() < floor) {
            ctx.may(Action::Decide)?;
        }
    }
    let review_by = ctx.now.plus(tier.review_h() * HOUR_US);
    end_earlier_reviews(tx, ctx, subject, &label)?;
    let (id, stored) = (ctx.id("TR"), tx.label(&label)?);
    // What is put on record rests on what everybody may see who reads it, not on what the actor sees.
    let before = tier_under(tx, subject, &label)?;
    let rated = rated.iter().find(|rated| is_within(&rated.label, &label));
    let suggested = rated.map(|rated| rated.suggested.as_str());
    tx.insert(
        Table::Tier,
        SET,
        &[
            (&id).into(),
            subject.into(),
            rated.map(|rated| rated.id.as_str()).into(),
            tier.as_str().into(),
            before.as_str().into(),
            reasons.trim().into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
            review_by.into(),
        ],
    )?;
    let ask_at = ctx.now.plus(tier.review_h() * HOUR_US / 4 * 3);
    timers::set(tx, ctx, Timer::Review, id.as_str(), 1, ask_at)?;
    let event = Event::new(Kind::TierSet, label)
        .case(case)
        .with("subject", subject)
        .with("tier", tier)
        .with("before", before)
        .with_some("suggested", suggested)
        .with("review_by", review_by)
        .with("reasons", reasons.trim())
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Asks for a review while a quarter of the tier's time is left.
///
/// Not a verb: [`super::escalate`] calls it when the timer is due.
pub(super) fn ask_for_review(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due) -> Result<()> {
    let row = tx.row(BY_ID, &[due.thing.as_str().into()])?;
    let (tier, label, review_by, subject) = (row.text(0)?, row.label(1)?, row.time(2)?, row.text(3)?);
    let priority = if tier == Tier::T5.as_str() { Priority::Critical } else { Priority::High };
    let note = format!("{subject} in {tier}");
    let new = tasks::New {
        kind: Task::Review,
        priority,
        case: None,
        thing: &due.thing,
        note: &note,
        label: &label,
        due: review_by,
    };
    tasks::open(tx, ctx, &new)?;
    let event = Event::new(Kind::TierSuggested, label).with("subject", subject).with("suggested", &tier);
    journal::append(tx, ctx, event.with("why", "the time of the tier is nearly over: review it")).map(|_| ())
}

/// Says whether everybody who may see a thing under `label` may see one under `inner`.
fn is_within(inner: &Label, label: &Label) -> bool {
    inner.join(label) == *label
}

/// Finds the tier of somebody as far as it rests on what is within a label.
fn tier_under(tx: &mut Tx<'_>, subject: &Id, label: &Label) -> Result<String> {
    for row in tx.rows(EARLIER, &[subject.into()])? {
        if is_within(&row.label(1)?, label) {
            return row.text(2);
        }
    }
    tx.row(FIRST, &[subject.into()])?.text(0)
}

/// Ends the reviews of earlier tiers of somebody under the same label.
///
/// What fewer may see than wait for a review does not end it: they would learn that something happened. And
/// what more may see ends no review above them: the entry of the act would hold the rows of what is hidden.
fn end_earlier_reviews(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id, label: &Label) -> Result<()> {
    for row in tx.rows(EARLIER, &[subject.into()])? {
        let (earlier, theirs) = (row.text(0)?, row.label(1)?);
        if theirs == *label {
            tasks::close(tx, ctx, Task::Review, &earlier)?;
            timers::stop(tx, ctx, Timer::Review, &earlier)?;
        }
    }
    Ok(())
}

/// Finds whose tier it is that is to be reviewed.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn subject_of(tx: &mut Tx<'_>, ctx: &Ctx, tier: &Id) -> Result<Released<Id>> {
    let row = tx.row(BY_ID, &[tier.into()])?;
    ctx.show(Labelled::new(row.id(3)?, row.label(1)?))
}

/// A rating as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Danger {
    /// Its id.
    pub id: Id,
    /// The tier it suggests.
    pub suggested: String,
    /// The lowest tier an event leaves.
    pub floor: Option<String>,
    /// The harm that is feared.
    pub impact: String,
    /// The factors, as JSON.
    pub factors: String,
    /// The steps.
    pub why: Vec<String>,
    /// The id of who rated.
    pub by: String,
    /// When.
    pub at: Time,
    /// Who may see it.
    pub label: Label,
}

/// Lists the ratings of somebody that the reader may see, newest first.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn of_subject(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id) -> Result<Released<Vec<Danger>>> {
    register::find(tx, ctx, subject)?;
    last(tx, ctx, subject)
}

fn last(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id) -> Result<Released<Vec<Danger>>> {
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let order = "ORDER BY rated_at DESC, id DESC LIMIT 100";
    let sql = format!("{LAST} AND {} {order}", visible.condition("label", 1));
    let rows = tx.rows(&sql, &visible.with(&[subject.into()]))?;
    shown(ctx, rows.iter().map(labelled))
}

/// Joins the label of an entry with that of the case it is spoken of in.
pub(super) fn about(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id, case: Option<&Id>) -> Result<Label> {
    let label = register::find(tx, ctx, subject)?.into_inner().label;
    match case {
        Some(case) => Ok(label.join(&case::find(tx, ctx, case)?.into_inner().label)),
        None => Ok(label),
    }
}

fn labelled(row: &Row) -> Result<Labelled<Danger>> {
    let danger = Danger {
        id: row.id(0)?,
        suggested: row.text(1)?,
        floor: row.opt_text(2)?,
        impact: row.text(3)?,
        factors: row.text(4)?,
        why: serde_json::from_str(&row.text(5)?).map_err(Error::broken)?,
        by: row.text(6)?,
        at: row.time(7)?,
        label: row.label(8)?,
    };
    let label = danger.label.clone();
    Ok(Labelled::new(danger, label))
}

fn hundredths(pct: i32) -> String {
    let sign = if pct < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", pct.abs() / 100, pct.abs() % 100)
}

const RATE: &str = "-- desk::danger::rate
    INSERT INTO danger (id, subject_id, case_id, impact, factors, events, suggested, floor, why, label, rated_by,
                        rated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

const LAST: &str = "-- desk::danger::of_subject
    SELECT id, suggested, floor, impact, factors, why, rated_by, rated_at, label
      FROM danger WHERE subject_id = $1";

const SET: &str = "-- desk::danger::set_tier
    INSERT INTO tier (id, subject_id, danger_id, tier, before, reasons, label, set_by, set_at, review_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const EARLIER: &str = "-- desk::danger::end_earlier_reviews
    SELECT id, label, tier FROM tier WHERE subject_id = $1 ORDER BY set_at DESC, id DESC";

const FIRST: &str = "-- desk::danger::tier_under
    SELECT tier FROM subject WHERE id = $1";

const BY_ID: &str = "-- desk::danger::ask_for_review
    SELECT tier, label, review_by, subject_id FROM tier WHERE id = $1";
