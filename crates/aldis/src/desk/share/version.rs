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

use super::collections::{self, Collection};
use super::publish::{StixObject, publish};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::deliver::{self, SUPERSEDED};
use crate::desk::partners::{self, Recipient};
use crate::desk::release::{self, Purpose, Release};
use crate::error::{Error, Result};
use crate::seal::Sealer;
use aldis_model::role::Action;
use aldis_model::{Id, Time};
use aldis_wire::stix::map::{self, Sheet, Thing};

/// Says whether what is sent to an audience is published as well.
pub(in crate::desk) fn is_shared(tx: &mut Tx<'_>, recipient: &Recipient) -> Result<bool> {
    Ok(!collections(tx, recipient)?.is_empty())
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
    let tlp = carried.tlp.trim_start_matches("TLP:").to_lowercase();
    if tlp == "red" || !tx.rows(SUPERSEDED, &[release.into()])?.is_empty() {
        return Ok(0);
    }
    let recipient = partners::audience(tx, &carried.audience)?;
    let shared = collections(tx, &recipient)?;
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
    let about_us = Sheet {
        key: &key,
        organisation: &ctx.org,
        tlp: OURSELVES_TLP,
        created_us: since.micros(),
        modified_us: since.micros(),
        revoked: false,
        exercise: ctx.exercise,
    };
    let (created_us, modified_us) = (first_at.micros(), modified.micros());
    let sheet = Sheet { key: &key, tlp: &tlp, created_us, modified_us, revoked, ..about_us };
    let released = deliver::pass(tx, &recipient.audience(), carried)?;
    let objects = written(&about_us, &sheet, first.as_str(), released.get())?;
    let mut published = 0;
    for collection in open {
        let texts = objects.iter().map(|text| released.clone().map(|_| StixObject::new(text.clone())));
        match publish(tx, ctx, &collection.id, release, texts.collect()) {
            Ok(new) => published += new,
            // It may no longer receive this: it is told by other ways or not at all.
            Err(Error::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(published)
}

/// Writes a version with everything it names, so that it can be read by itself.
fn written(about_us: &Sheet<'_>, sheet: &Sheet<'_>, own: &str, version: &Release) -> Result<Vec<String>> {
    let warning = Thing::Warning {
        subject: version.subject.clone(),
        text: version.body.clone(),
        published_us: sheet.created_us,
        likelihood: None,
        about: Vec::new(),
    };
    let mut objects =
        vec![map::project(), map::definition(), map::ourselves(about_us).map_err(Error::refused)?];
    objects.extend([about_us.tlp, sheet.tlp].into_iter().filter_map(map::marking));
    // Under GREEN both markings are one.
    objects.dedup();
    objects.push(map::object(sheet, own, &warning).map_err(Error::refused)?);
    Ok(objects.iter().map(ToString::to_string).collect())
}

/// Lists the collections that the audience's partner only reads, oldest first.
fn collections(tx: &mut Tx<'_>, recipient: &Recipient) -> Result<Vec<Collection>> {
    // What the public is told is published for all, and is nobody's collection.
    if !["officers", "partner", "clients"].contains(&recipient.ladder.as_str()) {
        return Ok(Vec::new());
    }
    collections::read_only(tx, &recipient.org)
}

/// Follows what a version replaces back to the first one: its id, and when it was sent.
fn first(tx: &mut Tx<'_>, last: &Release) -> Result<(Id, Time)> {
    let (mut id, mut at, mut before) = (last.id.clone(), last.sent_at, last.replaces.clone());
    for _ in 0..REPLACED_MAX {
        let Some(earlier) = before else { break };
        let found = release::find_for_delivery(tx, &earlier)?;
        (id, at, before) = (found.id, found.sent_at, found.replaces);
    }
    Ok((id, at.ok_or(Error::NotFound)?))
}

/// Finds the newest version of an object in each collection that holds it.
fn held(tx: &mut Tx<'_>, shared: &[Collection], id: &str) -> Result<Vec<(i64, i64)>> {
    let mut held = Vec::new();
    for collection in shared {
        let rows = tx.rows(HELD, &[collection.number.into(), id.into()])?;
        held.extend(rows.first().map(|row| row.int(0).map(|at| (collection.number, at))).transpose()?);
    }
    Ok(held)
}

/// The marking on our own name, which every partner knows.
const OURSELVES_TLP: &str = "green";

const REPLACED_MAX: usize = 10_000;

const MILLISECOND_US: i64 = 1_000;

const HELD: &str = "-- desk::share::version held
    SELECT version FROM taxii_object WHERE collection = $1 AND id = $2 ORDER BY version DESC LIMIT 1";

const PUBLISHED: &str = "-- desk::share::version published
    SELECT id FROM taxii_batch WHERE collection_id = $1 AND release_id = $2 LIMIT 1";
