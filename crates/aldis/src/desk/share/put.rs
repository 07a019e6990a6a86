//! Stores versions of objects in a collection, all of them in one batch.
//!
//! Dates are given here and nowhere else, inside the one writer's turn that ends with the commit
//! (`docs/design/0002-one-writer.md`): whoever reads sees every date that is smaller than one it sees.
//! A date is stamped before commit in no case.

use super::collections::Collection;
use super::{chunks, place, uuid};
use crate::ctx::Ctx;
use crate::db::{Table, Tx, Value, digest};
use crate::error::Result;
use aldis_model::{Digest, Id, Label};
use std::collections::{BTreeMap, BTreeSet};

/// One version to be stored.
pub(super) struct New<'a> {
    /// The object's id.
    pub(super) id: &'a str,
    /// Its type.
    pub(super) kind: &'a str,
    /// When this version was made; none: the object has no versions.
    pub(super) version: Option<i64>,
    /// Who may see it.
    pub(super) label: &'a Label,
    /// The object.
    pub(super) body: &'a [u8],
}

/// What came of one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// It is stored.
    Stored(i64),
    /// It was here already, with the same content.
    Same(i64),
    /// Another content is here under the same id and version.
    Clash(i64),
}

/// A batch that was stored.
pub(super) struct Batch {
    pub(super) id: String,
    pub(super) first_place: i64,
    pub(super) last_place: i64,
    pub(super) objects: i64,
    pub(super) digest: Digest,
}

/// Where the batch comes from.
pub(super) struct Origin<'a> {
    /// The batch's id.
    pub(super) id: String,
    /// `taken` or `published`.
    pub(super) kind: &'static str,
    /// In key form, who brought it.
    pub(super) source: &'a str,
    /// The release whose content it is.
    pub(super) release: Option<&'a Id>,
    /// The join of all labels in it.
    pub(super) label: &'a Label,
}

/// The last version of an object, as stored or about to be.
#[derive(Clone)]
struct Last {
    place: i64,
    version: i64,
    digest: Vec<u8>,
    /// Its position among those about to be stored.
    fresh: Option<usize>,
}

struct Fresh<'a> {
    new: &'a New<'a>,
    place: i64,
    version: i64,
    digest: Vec<u8>,
    superseded_at: Option<i64>,
}

/// Makes the id of a batch.
pub(super) fn batch_id(ctx: &Ctx) -> String {
    uuid(ctx.random("batch"))
}

/// Stores versions in their order. `None` if there was nothing to store.
pub(super) fn put(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    collection: &Collection,
    from: &Origin<'_>,
    news: &[New<'_>],
) -> Result<(Vec<Put>, Option<Batch>)> {
    let mut last = last_of(tx, collection, news)?;
    let mut date = place::next(ctx.now.micros(), last_place(tx, collection)?);
    let (mut fresh, mut superseded, mut done) = (Vec::<Fresh<'_>>::new(), Vec::new(), Vec::new());
    let mut by_version = BTreeMap::new();
    for new in news {
        let hash = content(new, from.source);
        let known = last.get(new.id);
        let mut version = new.version.unwrap_or(date);
        if let Some(known) = known {
            if known.digest == hash && new.version.is_none_or(|version| version == known.version) {
                done.push(Put::Same(known.version));
                continue;
            }
            version = new.version.unwrap_or_else(|| date.max(known.version + 1));
            if version <= known.version {
                let body = match by_version.get(&(new.id, version)) {
                    Some(at) => fresh.get(*at).map(|fresh: &Fresh<'_>| fresh.new.body.to_vec()),
                    None => stored_body(tx, collection, new.id, version)?,
                };
                if let Some(body) = body {
                    let same = is_same(&body, new.body);
                    done.push(if same { Put::Same(version) } else { Put::Clash(version) });
                    continue;
                }
            }
        }
        let at = place::place(collection.number, date)?;
        let older = known.is_some_and(|known| version < known.version);
        if !older {
            if let Some(known) = known {
                match known.fresh.and_then(|at| fresh.get_mut(at)) {
                    Some(known) => known.superseded_at = Some(date),
                    None => superseded.push(known.place),
                }
            }
            let fresh = Some(fresh.len());
            last.insert(new.id, Last { place: at, version, digest: hash.clone(), fresh });
        }
        by_version.insert((new.id, version), fresh.len());
        fresh.push(Fresh { new, place: at, version, digest: hash, superseded_at: older.then_some(date) });
        done.push(Put::Stored(version));
        date += 1;
    }
    let batch = store(tx, ctx, collection, from, &fresh)?;
    for part in chunks(&superseded) {
        let values: Vec<Value> =
            std::iter::once(date.into()).chain(part.iter().map(|at| (*at).into())).collect();
        tx.exec(&format!("{SUPERSEDE} ({})", numbers(2, part.len())), &values)?;
    }
    Ok((done, batch))
}

/// Hashes what an object says and how it is guarded.
fn content(new: &New<'_>, source: &str) -> Vec<u8> {
    let values: [Value; 6] = [
        new.id.into(),
        new.kind.into(),
        SPEC_VERSION.into(),
        source.into(),
        new.label.to_string().into(),
        new.body.into(),
    ];
    digest(&values).bytes().to_vec()
}

/// Says whether two texts are the same JSON.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    let read = |bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok();
    a == b || read(a).is_some_and(|a| read(b) == Some(a))
}

fn last_of<'a>(
    tx: &mut Tx<'_>,
    collection: &Collection,
    news: &[New<'a>],
) -> Result<BTreeMap<&'a str, Last>> {
    let ids: BTreeSet<&'a str> = news.iter().map(|new| new.id).collect();
    let names: Vec<&'a str> = ids.iter().copied().collect();
    let mut last = BTreeMap::new();
    for part in chunks(&names) {
        let values: Vec<Value> =
            std::iter::once(collection.number.into()).chain(part.iter().map(|id| (*id).into())).collect();
        for row in tx.rows(&format!("{LAST} ({})", numbers(2, part.len())), &values)? {
            let id = row.text(1)?;
            let found = Last { place: row.int(0)?, version: row.int(2)?, digest: row.blob(3)?, fresh: None };
            if let Some(name) = ids.get(id.as_str()) {
                last.insert(*name, found);
            }
        }
    }
    Ok(last)
}

fn stored_body(tx: &mut Tx<'_>, collection: &Collection, id: &str, version: i64) -> Result<Option<Vec<u8>>> {
    let rows = tx.rows(BODY, &[collection.number.into(), id.into(), version.into()])?;
    rows.first().map(|row| row.blob(0)).transpose()
}

fn last_place(tx: &mut Tx<'_>, collection: &Collection) -> Result<Option<i64>> {
    let rows = tx.rows(LAST_PLACE, &[collection.id.as_str().into()])?;
    rows.first().map(|row| row.int(0)).transpose()
}

fn store(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    collection: &Collection,
    from: &Origin<'_>,
    fresh: &[Fresh<'_>],
) -> Result<Option<Batch>> {
    let (Some(first), Some(last)) = (fresh.first(), fresh.last()) else { return Ok(None) };
    let mut labels: Vec<String> = fresh.iter().map(|row| row.new.label.to_string()).collect();
    for part in chunks(fresh) {
        let mut values: Vec<Value> = Vec::with_capacity(part.len() * COLUMNS);
        for row in part {
            values.extend([
                row.place.into(),
                collection.number.into(),
                row.new.id.into(),
                row.version.into(),
                row.new.kind.into(),
                SPEC_VERSION.into(),
                from.source.into(),
                row.new.label.to_string().into(),
                row.superseded_at.into(),
                row.digest.as_slice().into(),
                row.new.body.into(),
            ]);
        }
        tx.exec(&insert(part.len()), &values)?;
    }
    labels.dedup();
    for label in labels {
        tx.label(&Label::foreign(&label))?;
    }
    let rows = fresh.iter().map(|row| (row.place, row.version, row.digest.as_slice()));
    let batch = Batch {
        id: from.id.clone(),
        first_place: first.place,
        last_place: last.place,
        objects: i64::try_from(fresh.len()).unwrap_or(i64::MAX),
        digest: combined(rows),
    };
    record(tx, ctx, collection, from.kind, from.release, from.label, &batch)?;
    Ok(Some(batch))
}

/// Hashes the rows of a batch in their order.
pub(super) fn combined<'a>(rows: impl Iterator<Item = (i64, i64, &'a [u8])>) -> Digest {
    let mut bytes = Vec::new();
    for (place, version, digest) in rows {
        bytes.extend_from_slice(&place.to_be_bytes());
        bytes.extend_from_slice(&version.to_be_bytes());
        bytes.extend_from_slice(digest);
    }
    Digest::of(&bytes)
}

/// Writes the row of a batch, which the ledger commits to.
pub(super) fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    collection: &Collection,
    kind: &str,
    release: Option<&Id>,
    label: &Label,
    batch: &Batch,
) -> Result<()> {
    let label = tx.label(label)?;
    tx.insert(
        Table::TaxiiBatch,
        RECORD,
        &[
            batch.id.as_str().into(),
            collection.id.as_str().into(),
            kind.into(),
            release.into(),
            batch.first_place.into(),
            batch.last_place.into(),
            batch.objects.into(),
            batch.digest.into(),
            label,
            ctx.now.into(),
        ],
    )
}

/// Writes `$first, …` for so many parameters.
pub(super) fn numbers(first: usize, count: usize) -> String {
    (first..first + count).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ")
}

fn insert(rows: usize) -> String {
    let row = |at: usize| format!("({})", numbers(at * COLUMNS + 1, COLUMNS));
    format!("{INSERT} {}", (0..rows).map(row).collect::<Vec<_>>().join(", "))
}

const SPEC_VERSION: &str = "2.1";

const COLUMNS: usize = 11;

const LAST: &str = "-- desk::share::put last
    SELECT place, id, version, digest FROM taxii_object
     WHERE collection = $1 AND superseded_at IS NULL AND id IN";

const LAST_PLACE: &str = "-- desk::share::put last place
    SELECT last_place FROM taxii_batch WHERE collection_id = $1 ORDER BY last_place DESC LIMIT 1";

const BODY: &str = "-- desk::share::put body
    SELECT body FROM taxii_object WHERE collection = $1 AND id = $2 AND version = $3";

const INSERT: &str = "-- desk::share::put
    INSERT INTO taxii_object (place, collection, id, version, kind, spec_version, source, label, superseded_at,
                              digest, body)
    VALUES";

const SUPERSEDE: &str = "-- desk::share::put supersede
    UPDATE taxii_object SET superseded_at = $1 WHERE place IN";

const RECORD: &str = "-- desk::share::put batch
    INSERT INTO taxii_batch (id, collection_id, kind, release_id, first_place, last_place, objects, digest,
                             label, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
