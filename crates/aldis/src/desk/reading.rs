//! A second pair of eyes before a threshold is found not met.
//!
//! The second reader reads the case and says so before `assess` names him: a name in a form is no
//! reader. Disagreement stands in the record, and doubt is resolved in favour of warning.

use super::{determine, tasks};
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::Id;
use aldis_model::duty::{HOUR_US, State};
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};

/// Asks for a second reader; the task is due within 4 hours.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a reason, or in a state in which nothing is assessed.
pub fn ask(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, reasons: &str) -> Result<()> {
    ctx.may(Action::Assess)?;
    let found = to_assess(tx, ctx, duty, reasons)?;
    let new = tasks::New {
        kind: Task::SecondRead,
        priority: Priority::High,
        case: Some(&found.case),
        thing: duty.as_str(),
        note: &found.victim,
        label: &found.label,
        due: ctx.now.plus(4 * HOUR_US),
    };
    tasks::open(tx, ctx, &new)?;
    let event = Event::new(Kind::SecondReaderAsked, found.label).case(Some(&found.case)).with("duty", duty);
    let event = event.with("victim", found.victim).with("reasons", reasons).with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Records that somebody else read the case, and whether he agrees that the threshold is not met.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without reasons, or in a state in which nothing is assessed.
pub fn second(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, agrees: bool, reasons: &str) -> Result<Id> {
    ctx.may(Action::Assess)?;
    let found = to_assess(tx, ctx, duty, reasons)?;
    let id = ctx.id("RD");
    let stored = tx.label(&found.label)?;
    let word = if agrees { "yes" } else { "no" };
    tx.insert(
        Table::SecondReading,
        INSERT,
        &[
            (&id).into(),
            duty.into(),
            word.into(),
            reasons.trim().into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    tasks::close(tx, ctx, Task::SecondRead, duty.as_str())?;
    let event = Event::new(Kind::SecondRead, found.label)
        .case(Some(&found.case))
        .with("duty", duty)
        .with("victim", found.victim)
        .with("agrees", word)
        .with("reasons", reasons.trim())
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

fn to_assess(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, reasons: &str) -> Result<determine::Seen> {
    let found = determine::find(tx, ctx, duty)?.into_inner();
    if !matches!(found.state, State::Triaged | State::NeedsInfo) {
        return Err(Error::Refused(format!("nothing is assessed in state {}", found.state)));
    }
    if reasons.trim().is_empty() || reasons.len() > REASONS_MAX {
        return Err(Error::refused("say in 1 to 2000 letters which element is missing, or why you doubt it"));
    }
    Ok(found)
}

const REASONS_MAX: usize = 2_000;

const INSERT: &str = "-- desk::reading::second
    INSERT INTO second_reading (id, duty_id, agrees, reasons, label, read_by, read_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
