//! Deletes versions a partner brought, at its tool's wish.
//!
//! The body goes; place, version and digest stay, so that the batch that brought it can still be
//! proven, and the deletion is a batch of its own.

use super::collections::{self, Collection};
use super::put::{self, Batch};
use super::read::picked;
use super::{PARTNER, chunks};
use crate::ctx::Ctx;
use crate::db::{Tx, Value};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_wire::taxii::{Filter, Pick};

/// Deletes versions of one object and returns how many. `unnamed` is what a request without
/// `match[version]` means.
///
/// # Errors
///
/// [`Error::NotFound`] if the partner has no such collection or object; [`Error::Forbidden`] if it may
/// not both read and write the collection, or if we published the object: that is taken back here.
pub fn delete(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    collection: &str,
    object: &str,
    filter: &Filter,
    unnamed: Pick,
) -> Result<usize> {
    ctx.may(Action::Gather)?;
    let collection = collections::own_one(tx, ctx, collection)?.into_inner();
    if !collection.can_read || !collection.can_write {
        return Err(Error::Forbidden("deleting needs a collection that can be read and written".to_owned()));
    }
    let rows = tx.rows(VERSIONS, &[collection.number.into(), object.into()])?;
    if rows.is_empty() {
        return Err(Error::NotFound);
    }
    let picks = if filter.picks.is_empty() { vec![unnamed] } else { filter.picks.clone() };
    let count = rows.len();
    let mut chosen = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let spec = row.text(4)?;
        let by_spec = filter.spec_versions.is_empty() || filter.spec_versions.contains(&spec);
        if by_spec && picks.iter().any(|pick| picked(*pick, row.int(1).unwrap_or(0), at, count)) {
            if row.text(3)? != collection.partner {
                return Err(Error::Forbidden(
                    "what this desk published can only be taken back here".to_owned(),
                ));
            }
            chosen.push((row.int(0)?, row.int(1)?, row.blob(2)?));
        }
    }
    if chosen.is_empty() {
        return Err(Error::NotFound);
    }
    chosen.sort_unstable();
    let batch = batch(ctx, &chosen);
    put::record(tx, ctx, &collection, "deleted", None, &PARTNER.join(&collection.label), &batch)?;
    for part in chunks(&chosen) {
        let places = part.iter().map(|(place, _, _)| Value::from(*place));
        let values: Vec<Value> = std::iter::once(batch.id.as_str().into()).chain(places.clone()).collect();
        tx.exec(&format!("{BURY} ({})", put::numbers(2, part.len())), &values)?;
        let values: Vec<Value> = places.collect();
        tx.exec(&format!("{DELETE} ({})", put::numbers(1, part.len())), &values)?;
    }
    // The newest of those that remain is the last one now.
    tx.exec(REVIVE, &[collection.number.into(), object.into()])?;
    enter(tx, ctx, &collection, &batch)?;
    Ok(chosen.len())
}

fn batch(ctx: &Ctx, chosen: &[(i64, i64, Vec<u8>)]) -> Batch {
    Batch {
        id: put::batch_id(ctx),
        first_place: chosen.first().map_or(0, |row| row.0),
        last_place: chosen.last().map_or(0, |row| row.0),
        objects: i64::try_from(chosen.len()).unwrap_or(i64::MAX),
        digest: put::combined(
            chosen.iter().map(|(place, version, digest)| (*place, *version, digest.as_slice())),
        ),
    }
}

fn enter(tx: &mut Tx<'_>, ctx: &Ctx, collection: &Collection, batch: &Batch) -> Result<()> {
    let event = Event::new(Kind::TaxiiDeleted, PARTNER.join(&collection.label))
        .with("collection", &collection.id)
        .with("partner", &collection.partner)
        .with("batch", &batch.id)
        .with("objects", batch.objects)
        .with("digest", batch.digest);
    journal::append(tx, ctx, event).map(|_| ())
}

const VERSIONS: &str = "-- desk::share::delete versions
    SELECT place, version, digest, source, spec_version FROM taxii_object
     WHERE collection = $1 AND id = $2 ORDER BY version";

const BURY: &str = "-- desk::share::delete bury
    INSERT INTO taxii_gone (place, id, version, digest, deletion_id)
    SELECT place, id, version, digest, $1 FROM taxii_object WHERE place IN";

const DELETE: &str = "-- desk::share::delete
    DELETE FROM taxii_object WHERE place IN";

const REVIVE: &str = "-- desk::share::delete revive
    UPDATE taxii_object SET superseded_at = NULL
     WHERE collection = $1 AND id = $2
       AND version = (SELECT max(o.version) FROM taxii_object o WHERE o.collection = $1 AND o.id = $2)";
