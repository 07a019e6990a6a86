//! Verifies objects against the batches that brought them, which the ledger commits to.
//!
//! One batch at a time, so that memory does not grow with the store.

use super::put::combined;
use crate::db::{Tx, digest};
use crate::error::Result;

/// What came of verifying every batch.
#[derive(Default)]
pub(crate) struct Batches {
    /// How many objects were hashed.
    pub(crate) objects: u64,
    /// Place and words of what does not fit.
    pub(crate) findings: Vec<(String, String)>,
}

/// Hashes every object and every remnant of a deleted one against its batch.
pub(crate) fn batches(tx: &mut Tx<'_>) -> Result<Batches> {
    let mut found = Batches::default();
    for batch in tx.rows(BATCHES, &[])? {
        let (id, kind, expected) = (batch.text(0)?, batch.text(1)?, batch.text(4)?);
        let place = format!("row taxii_batch {id}");
        let mut rows = Vec::new();
        if kind == "deleted" {
            tx.scan(DELETED, &[id.as_str().into()], &mut |row| {
                rows.push((row.int(0)?, row.int(1)?, row.blob(2)?));
                Ok(true)
            })?;
        } else {
            let bounds = [batch.int(2)?.into(), batch.int(3)?.into()];
            tx.scan(OBJECTS, &bounds, &mut |row| {
                found.objects += 1;
                let (at, version, hash) = (row.int(0)?, row.int(1)?, row.blob(2)?);
                if digest(row.0.get(3..).unwrap_or_default()).bytes().as_slice() != hash {
                    found
                        .findings
                        .push((format!("row taxii_object {at}"), "differs from its digest".to_owned()));
                }
                rows.push((at, version, hash));
                Ok(true)
            })?;
            tx.scan(GONE, &bounds, &mut |row| {
                rows.push((row.int(0)?, row.int(1)?, row.blob(2)?));
                Ok(true)
            })?;
            rows.sort_unstable();
        }
        let all = combined(rows.iter().map(|(place, version, hash)| (*place, *version, hash.as_slice())));
        if all.to_string() != expected {
            found
                .findings
                .push((place, "its objects differ from what the last entry about it says".to_owned()));
        }
    }
    others(tx, &mut found)?;
    Ok(found)
}

/// Looks for objects no batch speaks of, and for versions that would be passed over or shown twice.
fn others(tx: &mut Tx<'_>, found: &mut Batches) -> Result<()> {
    let stray = tx.row(STRAY, &[])?.int(0)?;
    if u64::try_from(stray) != Ok(found.objects) {
        found
            .findings
            .push(("row taxii_object".to_owned(), "there are objects that no batch speaks of".to_owned()));
    }
    for row in tx.rows(LAST, &[])? {
        found.findings.push((
            format!("row taxii_object {}", row.text(0)?),
            "its last version is marked wrongly".to_owned(),
        ));
    }
    Ok(())
}

const BATCHES: &str = "-- desk::share::verify
    SELECT id, kind, first_place, last_place, digest FROM taxii_batch ORDER BY id";

const OBJECTS: &str = "-- desk::share::verify objects
    SELECT place, version, digest, id, kind, spec_version, source, label, body FROM taxii_object
     WHERE place BETWEEN $1 AND $2 ORDER BY place";

const GONE: &str = "-- desk::share::verify gone
    SELECT place, version, digest FROM taxii_gone WHERE place BETWEEN $1 AND $2 ORDER BY place";

const DELETED: &str = "-- desk::share::verify deleted
    SELECT place, version, digest FROM taxii_gone WHERE deletion_id = $1 ORDER BY place";

const STRAY: &str = "-- desk::share::verify stray
    SELECT count(*) FROM taxii_object";

const LAST: &str = "-- desk::share::verify last
    SELECT id FROM taxii_object GROUP BY id, collection
    HAVING count(*) FILTER (WHERE superseded_at IS NULL) <> 1
        OR max(version) <> max(CASE WHEN superseded_at IS NULL THEN version END)";
