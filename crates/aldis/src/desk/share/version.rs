//! Puts a sent version into the collections of its partner, as a STIX report.
//!
//! The audience's copy keeps its id: a correction is a new version of the same object, and what takes
//! it back revokes it. It goes to the collections that the partner only reads; in one that it may add
//! to it would meet its own objects. A partner's officers, the partner and its clients are audiences
//! of their own, with ids of their own.
//!
//! Deliberately absent: versions that were sent before the collection was made, and RED, which is for
//! named people and not for tools.
//!
//! Source: STIX 2.1 sections 3.6 and 4.16; `docs/reference/stix-mapping.md`; release rule RR-04.

use super::collections::Collection;
use super::copy::{self, Copy};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::deliver::{self, SUPERSEDED};
use crate::desk::partners::{self, Recipient};
use crate::desk::release::{self, Purpose, Release};
use crate::error::{Error, Result};
use crate::seal::Sealer;
use aldis_model::role::Action;
use aldis_model::{Id, Time};
use aldis_wire::stix::map::Thing;

/// Says whether what is released to an audience is published as well.
pub(in crate::desk) fn is_shared(tx: &mut Tx<'_>, recipient: &Recipient) -> Result<bool> {
    Ok(!copy::read_by(tx, recipient)?.is_empty())
}

/// Publishes a sent version to the collections of its partner and returns how many objects were new.
///
/// A repetition changes nothing. Nothing is published that was replaced meanwhile, is RED, or takes
/// back what a collection never held.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Forbidden`] if the partner may no longer receive it;
/// [`Error::Broken`] if the gate no longer gives what was approved.
pub fn share(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer, release: &Id) -> Result<usize> {
    ctx.may(Action::Deliver)?;
    let carried = release::find_for_delivery(tx, release)?;
    let Some(sent_at) = carried.sent_at else { return Err(Error::NotFound) };
    let tlp = copy::word(&carried.tlp);
    if tlp == "red" || !tx.rows(SUPERSEDED, &[release.into()])?.is_empty() {
        return Ok(0);
    }
    let recipient = partners::audience(tx, &carried.audience)?;
    let shared = copy::read_by(tx, &recipient)?;
    let Some(since) = shared.first().map(|oldest| oldest.created_at) else { return Ok(0) };
    let (first, first_at) = first(tx, &carried)?;
    let (key, revoked) = (sealer.audience_key(&recipient.id), carried.kind == Purpose::Cancel.as_str());
    let held = held(tx, &shared, &key.id("report", first.as_str()))?;
    let mut open = Vec::new();
    for collection in shared {
        let holds = held.iter().any(|(number, _)| *number == collection.number);
        let values = [collection.id.as_str().into(), release.into()];
        if (holds || !revoked) && tx.rows(PUBLISHED, &values)?.is_empty() {
            open.push(collection);
        }
    }
    // STIX tells versions apart by this time alone, to the millisecond, and wants the later one to be
    // greater: two may be sent in one moment, and the clock may have gone back between them.
    let newest = held.iter().map(|(_, version)| Time::from_micros(*version).plus(MILLISECOND_US));
    let modified = newest.chain([first_at]).fold(sent_at, Time::max);
    let copy = Copy { key: &key, tlp: &tlp, created: first_at, modified, revoked, since };
    let released = deliver::pass(tx, &recipient.audience(), carried)?;
    let objects = copy.write(ctx, first.as_str(), &thing(released.get(), first_at))?;
    copy::put_into(tx, ctx, &open, release, &released, &objects)
}

/// Returns a version as a thing that has a form for tools.
pub(super) fn thing(version: &Release, first_at: Time) -> Thing {
    Thing::Warning {
        subject: version.subject.clone(),
        text: version.body.clone(),
        published_us: first_at.micros(),
        likelihood: None,
        about: Vec::new(),
    }
}

/// Follows what a version replaces back to the first one: its id, and when it was sent.
pub(super) fn first(tx: &mut Tx<'_>, last: &Release) -> Result<(Id, Time)> {
    let (mut id, mut at, mut before) = (last.id.clone(), last.sent_at, last.replaces.clone());
    for _ in 0..REPLACED_MAX {
        let Some(earlier) = before else { break };
        let found = release::find_for_delivery(tx, &earlier)?;
        (id, at, before) = (found.id, found.sent_at, found.replaces);
    }
    Ok((id, at.ok_or(Error::NotFound)?))
}

/// Finds the newest version of an object in each collection that holds it.
pub(super) fn held(tx: &mut Tx<'_>, shared: &[Collection], id: &str) -> Result<Vec<(i64, i64)>> {
    let mut held = Vec::new();
    for collection in shared {
        let rows = tx.rows(HELD, &[collection.number.into(), id.into()])?;
        held.extend(rows.first().map(|row| row.int(0).map(|at| (collection.number, at))).transpose()?);
    }
    Ok(held)
}

const REPLACED_MAX: usize = 10_000;

const MILLISECOND_US: i64 = 1_000;

const HELD: &str = "-- desk::share::version held
    SELECT version FROM taxii_object WHERE collection = $1 AND id = $2 ORDER BY version DESC LIMIT 1";

const PUBLISHED: &str = "-- desk::share::version published
    SELECT id FROM taxii_batch WHERE collection_id = $1 AND release_id = $2 LIMIT 1";
