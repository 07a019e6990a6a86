//! Sends several versions of a warning at one time, so that nobody is told before the others.
//!
//! Rule: `model::duty::spread_ok`. All carry the same not-before time; what leaves more than 10 minutes
//! after the first is in the record as a missed limit.
//!
//! Source: 7 FAM 052, no double standard; release rule RR-08.

use super::{Release, find, send};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::journal;
use crate::seal::Sealer;
use aldis_model::duty::{Notice, SPREAD_MAX_US, spread_ok};
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::time::MINUTE_US;
use aldis_model::{Id, Time};

/// Puts approved versions of one warning on their way at one time, now if none is given, and returns the
/// deliveries in the same order. Either all are sent or none.
///
/// # Errors
///
/// [`Error::Refused`] if none is named or they are of different warnings; for each as [`send`].
pub fn send_together(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    releases: &[Id],
    not_before: Option<Time>,
) -> Result<Vec<Id>> {
    ctx.may(Action::Deliver)?;
    let mut warning = None;
    for release in releases {
        let found = find(tx, ctx, release)?.into_inner().warning;
        if warning.get_or_insert_with(|| found.clone()) != &found {
            return Err(Error::refused("what is sent together must be of one warning"));
        }
    }
    if warning.is_none() {
        return Err(Error::refused("name the releases that are sent together"));
    }
    let at = not_before.unwrap_or(ctx.now).max(ctx.now);
    releases.iter().map(|release| send(tx, ctx, sealer, release, Some(at))).collect()
}

/// Looks, when a version has arrived, whether those that were sent together left together.
pub(in crate::desk) fn look_at_spread(tx: &mut Tx<'_>, ctx: &Ctx, arrived: &Release) -> Result<()> {
    // What leaves within ten minutes of the time all were to wait for is never late: among thousands, the
    // others need not be read for it.
    let Some(at) = tx.row(NOT_BEFORE, &[(&arrived.id).into()])?.opt_time(0)? else { return Ok(()) };
    if (0..=SPREAD_MAX_US).contains(&ctx.now.since(at)) {
        return Ok(());
    }
    let (mut notices, mut label) = (Vec::new(), arrived.label.clone());
    for row in tx.rows(TOGETHER, &[(&arrived.id).into()])? {
        let (not_before_us, dispatched_us) = (row.int(0)?, row.int(1)?);
        // How late this one is depends on all the others.
        label = label.join(&row.label(2)?);
        notices.push(Notice { not_before_us, dispatched_us });
    }
    if notices.len() < 2 || spread_ok(&notices) {
        return Ok(());
    }
    let first = notices.iter().map(|notice| notice.dispatched_us).min().unwrap_or_default();
    let event = Event::new(Kind::LimitMissed, label)
        .case(Some(&arrived.case))
        .with("limit", "those told together are told within 10 minutes")
        .with("release", &arrived.id)
        .with("audience", &arrived.audience)
        .with("late_min", ctx.now.micros().saturating_sub(first) / MINUTE_US);
    journal::append(tx, ctx, event).map(|_| ())
}

const NOT_BEFORE: &str = "-- desk::release::together not before
    SELECT not_before FROM release WHERE id = $1";

const TOGETHER: &str = "-- desk::release::together
    SELECT r.not_before, d.delivered_at, r.label
      FROM release own
      JOIN release r ON r.warning_id = own.warning_id AND r.not_before = own.not_before
      JOIN delivery d ON d.release_id = r.id
     WHERE own.id = $1 AND d.delivered_at IS NOT NULL ORDER BY r.id";
