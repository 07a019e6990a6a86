//! Grades the threat to life of one duty; the grade drives the clocks.
//!
//! Rule: `model::duty::Elements::suggest_ttl` suggests, [`super::elements`] shows why; a person sets it.
//! It never blocks a warning.

use super::determine;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::Id;
use aldis_model::duty::{Actor, Duty, Ttl};
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;

/// Sets the threat-to-life grade of a duty; its clock and its task follow.
///
/// Deliveries on their way keep the ladder they were sent with.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a reason or when the case is closed;
/// [`Error::Conflict`] if somebody moved the duty meanwhile.
pub fn set_ttl(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, ttl: Ttl, reasons: &str) -> Result<()> {
    ctx.may(Action::Assess)?;
    let before = determine::find(tx, ctx, duty)?.into_inner();
    let machine: Duty = serde_json::from_str(&before.machine).map_err(Error::broken)?;
    let suggested = super::elements::of_duty(tx, ctx, duty)?.get().suggested_ttl.clone();
    let after = machine
        .regrade(ttl, reasons, &Actor::Human { id: ctx.actor.id.clone() })
        .map_err(|refused| Error::Refused(refused.to_string()))?;
    determine::put(tx, &before, &after, &before.author, before.changed_at)?;
    determine::wait_for_next(tx, ctx, &before, &after)?;
    let event = Event::new(Kind::TtlSet, before.label.clone())
        .case(Some(&before.case))
        .with("duty", duty)
        .with("victim", &before.victim)
        .with("before", &before.ttl)
        .with("ttl", ttl)
        .with_some("suggested", suggested)
        .with("reasons", reasons)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}
