//! Keeps what several people forecast side by side, and scores it when the outcome is known.
//!
//! Rule: `model::forecast`. A later word of the same person stands beside the earlier one; nothing is
//! averaged. A partner's opinion is recorded by who heard it, under the partner's name.

use super::case;
use super::visible::{Visible, shown};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::forecast::{self, Outcome, Yardstick};
use aldis_model::grade::Confidence;
use aldis_model::label::key;
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// A forecast as it is given.
#[derive(Clone, Debug)]
pub struct NewForecast<'a> {
    /// What may happen, so that one can say later whether it did.
    pub question: &'a str,
    /// The partner whose word it is; `None` means who records it.
    pub partner: Option<&'a str>,
    /// On which yardstick the word stands.
    pub yardstick: Yardstick,
    /// The word, as given.
    pub likelihood: &'a str,
    /// How well founded it is, which is another question.
    pub confidence: Option<Confidence>,
    /// By when it would happen.
    pub until: Option<Time>,
    /// Why.
    pub reasons: &'a str,
}

/// Records a forecast on a case.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a question and reasons, or if the word is not on the
/// yardstick: a number is not turned into a word.
pub fn give(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, new: &NewForecast<'_>) -> Result<Id> {
    ctx.may(if new.partner.is_some() { Action::Answer } else { Action::Assess })?;
    let label = case::find(tx, ctx, case)?.get().label.clone();
    let (question, reasons) = (new.question.trim(), new.reasons.trim());
    if question.is_empty()
        || question.len() > QUESTION_MAX
        || reasons.is_empty()
        || reasons.len() > REASONS_MAX
    {
        return Err(Error::refused("say what may happen in 1 to 300 letters, and why in 1 to 2000"));
    }
    let word = new.yardstick.word(new.likelihood).ok_or_else(|| {
        let words = new.yardstick.words().join(", ");
        Error::Refused(format!("{:?} is no word of {}: {words}", new.likelihood, new.yardstick))
    })?;
    let forecaster = new.partner.map_or_else(|| ctx.actor.id.clone(), key);
    if forecaster.trim().is_empty() {
        return Err(Error::refused("name the partner whose word it is"));
    }
    let id = ctx.id("FC");
    let stored = tx.label(&label)?;
    tx.insert(
        Table::Forecast,
        INSERT,
        &[
            (&id).into(),
            case.into(),
            question.into(),
            forecaster.as_str().into(),
            word.into(),
            new.yardstick.as_str().into(),
            new.confidence.map(Confidence::as_str).into(),
            new.until.into(),
            reasons.into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(Kind::ForecastGiven, label)
        .case(Some(case))
        .with("forecast", &id)
        .with("question", question)
        .with("forecaster", new.partner.map_or_else(|| ctx.actor.name.clone(), key))
        .with("likelihood", word)
        .with("yardstick", new.yardstick)
        .with_some("confidence", new.confidence)
        .with_some("until", new.until)
        .with("reasons", reasons)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Says what became of what was forecast.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::SecondPerson`] if it is the officer's own forecast; [`Error::Conflict`]
/// if it was resolved before.
pub fn resolve(tx: &mut Tx<'_>, ctx: &Ctx, forecast: &Id, outcome: Outcome) -> Result<()> {
    ctx.may(Action::Decide)?;
    let row = tx.row(&format!("{SELECT} WHERE f.id = $1"), &[forecast.into()])?;
    let found = ctx.show(labelled(&row)?)?.into_inner();
    ctx.is_second_to(&[&row.text(4)?], "nobody scores their own forecast: another senior officer must")?;
    let by = ctx.actor.id.as_str();
    tx.update(
        Table::Forecast,
        RESOLVE,
        &[forecast.into(), outcome.as_str().into(), by.into(), ctx.now.into()],
    )?;
    let event = Event::new(Kind::ForecastResolved, found.label)
        .case(Some(&found.case))
        .with("forecast", forecast)
        .with("question", found.question)
        .with("likelihood", found.likelihood)
        .with("outcome", outcome)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// A forecast as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Forecast {
    /// Its id.
    pub id: Id,
    /// The case.
    pub case: Id,
    /// What may happen.
    pub question: String,
    /// Whose word it is: an officer by name, or a partner.
    pub forecaster: String,
    /// The word.
    pub likelihood: String,
    /// Its yardstick.
    pub yardstick: String,
    /// The confidence, apart.
    pub confidence: Option<String>,
    /// By when.
    pub until: Option<Time>,
    /// Why.
    pub reasons: String,
    /// Its label.
    pub label: Label,
    /// When it was given.
    pub given_at: Time,
    /// What became of it, if somebody said.
    pub outcome: Option<String>,
}

/// Lists the forecasts of a case, oldest first; none replaces another.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn of_case(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id) -> Result<Released<Vec<Forecast>>> {
    case::find(tx, ctx, case)?;
    let rows =
        tx.rows(&format!("{SELECT} WHERE f.case_id = $1 ORDER BY f.given_at, f.id"), &[case.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

/// How well somebody's forecasts held.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Whose.
    pub forecaster: String,
    /// Forecasts with an outcome that counts.
    pub scored: usize,
    /// Forecasts whose outcome is unknown, or that were warned of and prevented.
    pub excluded: usize,
    /// Mean squared distance, 0 (best) to 1; absent for fewer than 10.
    pub brier: Option<f64>,
}

/// Scores the officer's own forecasts, or those of a partner, as far as the reader may see them.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn record(tx: &mut Tx<'_>, ctx: &Ctx, partner: Option<&str>) -> Result<Released<Record>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let who = partner.map_or_else(|| ctx.actor.id.clone(), key);
    let sql = format!(
        "{SELECT} WHERE f.forecaster = $1 AND f.outcome IS NOT NULL AND {} ORDER BY f.id",
        visible.condition("f.label", 1)
    );
    let rows = tx.rows(&sql, &visible.with(&[who.into()]))?;
    let found = shown(ctx, rows.iter().map(labelled))?;
    let name = partner.map_or_else(|| ctx.actor.name.clone(), key);
    Ok(found.map(|found| {
        let resolved = found.iter().filter_map(|one| {
            let yardstick: Yardstick = one.yardstick.parse().ok()?;
            Some((yardstick.band_pct(&one.likelihood)?, one.outcome.as_deref()?.parse().ok()?))
        });
        let score = forecast::score(&resolved.collect::<Vec<((u8, u8), Outcome)>>());
        Record { forecaster: name, scored: score.scored, excluded: score.excluded, brier: score.brier }
    }))
}

fn labelled(row: &Row) -> Result<Labelled<Forecast>> {
    let label = row.label(10)?;
    let forecast = Forecast {
        id: row.id(0)?,
        case: row.id(1)?,
        question: row.text(2)?,
        forecaster: row.text(3)?,
        likelihood: row.text(5)?,
        yardstick: row.text(6)?,
        confidence: row.opt_text(7)?,
        until: row.opt_time(8)?,
        reasons: row.text(9)?,
        label: label.clone(),
        given_at: row.time(11)?,
        outcome: row.opt_text(12)?,
    };
    Ok(Labelled::new(forecast, label))
}

const QUESTION_MAX: usize = 300;
const REASONS_MAX: usize = 2_000;

const INSERT: &str = "-- desk::forecasts::give
    INSERT INTO forecast (id, case_id, question, forecaster, likelihood, yardstick, confidence, until, reasons,
                          label, given_by, given_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

const RESOLVE: &str = "-- desk::forecasts::resolve
    UPDATE forecast SET outcome = $2, outcome_by = $3, outcome_at = $4 WHERE id = $1 AND outcome IS NULL";

const SELECT: &str = "-- desk::forecasts::of_case
    SELECT f.id, f.case_id, f.question, coalesce(o.name, f.forecaster), f.forecaster, f.likelihood, f.yardstick,
           f.confidence, f.until, f.reasons, f.label, f.given_at, f.outcome
      FROM forecast f LEFT JOIN officer o ON o.id = f.forecaster";
