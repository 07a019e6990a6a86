//! Rebuilds everything and says what does not fit.
//!
//! Six walks: the database's own check; every entry against its leaf, its copies and the tree;
//! every tile and checkpoint against the tree; every label in use against the list of labels; every
//! row of every table against the last entry that wrote it; every shared
//! object against the batch that brought it. Each finding names the thing, so that somebody knows where to look.

use super::head;
use crate::db::{Db, TABLES, Table, Tx, Value};
use crate::desk::share;
use crate::error::{Error, Result};
use aldis_ledger::tile::{encode_bundle, entry_bundles, hash_tiles};
use aldis_ledger::{Checkpoint, Entry, Tree, Verifier, leaf_hash};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Where: `entry 17`, `tile tile/0/000.p/17`, `row report R-…`.
    pub place: String,
    /// What is wrong.
    pub says: String,
}

/// The outcome of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// How many entries were checked.
    pub entries: u64,
    /// How many rows were checked against the entries.
    pub rows: u64,
    /// How many shared objects were checked against their batches.
    pub objects: u64,
    /// How many tiles and bundles were checked.
    pub tiles: u64,
    /// How many checkpoints were checked.
    pub checkpoints: u64,
    /// What does not fit; empty when the log is whole.
    pub findings: Vec<Finding>,
}

impl Verdict {
    fn find(&mut self, place: impl fmt::Display, says: impl fmt::Display) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { place: place.to_string(), says: says.to_string() });
        }
    }
}

/// Verifies the whole store and the published log in `folder`.
///
/// # Errors
///
/// [`Error::Broken`] only if the store cannot be read at all; everything else is a finding.
pub fn verify(db: &Db, folder: &Path, verifier: &Verifier) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    for line in db.self_check()? {
        verdict.find("database file", line);
    }
    db.read(|tx| {
        let (tree, leaves, rows) = entries(tx, &mut verdict)?;
        checkpoints(tx, &tree, verifier, &mut verdict)?;
        tiles(tx, folder, &tree, &leaves, &mut verdict)?;
        labels(tx, &mut verdict)?;
        state(tx, rows, &mut verdict)?;
        shared(tx, &mut verdict)
    })?;
    Ok(verdict)
}

type Rows = BTreeMap<(Table, String), String>;

fn entries(tx: &mut Tx<'_>, verdict: &mut Verdict) -> Result<(Tree, Vec<Vec<u8>>, Rows)> {
    let (mut tree, mut leaves, mut rows) = (Tree::new(), Vec::new(), Rows::new());
    let mut next = 0;
    loop {
        let page = tx.rows(PAGE, &[next.into()])?;
        if page.is_empty() {
            return Ok((tree, leaves, rows));
        }
        for row in page {
            let (index, leaf) = (row.int(0)?, row.blob(1)?);
            if index != next {
                verdict.find(format!("entry {next}"), "missing");
            }
            next = index + 1;
            verdict.entries += 1;
            match Entry::from_json(&row.text(2)?) {
                Err(error) => verdict.find(format!("entry {index}"), error),
                Ok(entry) => {
                    if entry.leaf().as_slice() != leaf {
                        verdict.find(format!("entry {index}"), "its fields do not give its leaf");
                    }
                    let copies =
                        [("kind", row.opt_text(3)?), ("case", row.opt_text(4)?), ("label", row.opt_text(5)?)];
                    for (name, copy) in copies {
                        let erased = entry.fields().iter().any(|f| f.name() == name && f.value().is_none());
                        if !erased && entry.value(name) != copy.as_deref() {
                            verdict.find(format!("entry {index}"), format!("its copy of {name} differs"));
                        }
                    }
                    if entry.value("at").is_some_and(|at| at != row.int(6).unwrap_or(-1).to_string()) {
                        verdict.find(format!("entry {index}"), "its copy of the time differs");
                    }
                    collect_rows(&entry, index, &mut rows, verdict);
                }
            }
            tree.push(leaf_hash(&leaf));
            leaves.push(leaf);
        }
    }
}

fn collect_rows(entry: &Entry, index: i64, rows: &mut Rows, verdict: &mut Verdict) {
    for line in entry.value("rows").unwrap_or_default().lines() {
        let mut words = line.split(' ');
        match (words.next().and_then(Table::find), words.next(), words.next()) {
            (Some(table), Some(id), Some(digest)) => {
                rows.insert((table, id.to_owned()), digest.to_owned());
            }
            _ => verdict.find(format!("entry {index}"), "names a row this program does not know"),
        }
    }
}

fn checkpoints(tx: &mut Tx<'_>, tree: &Tree, verifier: &Verifier, verdict: &mut Verdict) -> Result<()> {
    for row in tx.rows(CHECKPOINTS, &[])? {
        let (size, root, note) = (row.int(0)?, row.blob(1)?, row.text(2)?);
        let place = format!("checkpoint {size}");
        verdict.checkpoints += 1;
        match Checkpoint::open(note.as_bytes(), verifier) {
            Err(error) => verdict.find(&place, error),
            Ok(checkpoint) => {
                if i64::try_from(checkpoint.size()) != Ok(size) || checkpoint.root().as_slice() != root {
                    verdict.find(&place, "its copies differ from what was signed");
                }
                match tree.root_at(checkpoint.size()) {
                    Ok(ours) if ours == *checkpoint.root() => {}
                    _ => verdict.find(&place, "the entries do not give the signed root"),
                }
            }
        }
    }
    Ok(())
}

fn tiles(
    tx: &mut Tx<'_>,
    folder: &Path,
    tree: &Tree,
    leaves: &[Vec<u8>],
    verdict: &mut Verdict,
) -> Result<()> {
    let Some(head) = head(tx)?.filter(|head| head.size <= tree.size()) else {
        if folder.join("checkpoint").exists() {
            verdict.find("tile checkpoint", "speaks of more than the store holds");
        }
        return Ok(());
    };
    let mut check = |path: &str, expected: Vec<u8>| {
        verdict.tiles += 1;
        match std::fs::read(folder.join(path)) {
            Ok(found) if found == expected => {}
            Ok(_) => verdict.find(format!("tile {path}"), "differs from the entries"),
            Err(error) => verdict.find(format!("tile {path}"), error),
        }
    };
    for tile in hash_tiles(0, head.size) {
        check(&tile.path(), tile.bytes(tree).map_err(Error::broken)?);
    }
    for tile in entry_bundles(0, head.size) {
        let first = usize::try_from(tile.index() * 256).map_err(Error::broken)?;
        let bundle = leaves.get(first..first + usize::from(tile.width())).unwrap_or_default();
        check(&tile.path(), encode_bundle(bundle).map_err(Error::broken)?);
    }
    check("checkpoint", head.note.into_bytes());
    Ok(())
}

/// Looks for labels in use that are missing from the list of labels: every list would hide their rows.
fn labels(tx: &mut Tx<'_>, verdict: &mut Verdict) -> Result<()> {
    let covered = TABLES.iter().filter(|table| table.columns().split(", ").any(|column| column == "label"));
    for table in covered.map(|table| table.as_str()).chain(["entry"]) {
        for row in tx.rows(&format!("{UNLISTED} {table} t {UNLISTED_WHERE}"), &[])? {
            verdict.find(format!("label {}", row.text(0)?), format!("is used by {table} and not listed"));
        }
    }
    Ok(())
}

fn state(tx: &mut Tx<'_>, mut expected: Rows, verdict: &mut Verdict) -> Result<()> {
    for table in TABLES {
        for row in tx.rows(table.select_all(), &[])? {
            let Some(Value::Text(id)) = row.0.first() else { continue };
            let place = format!("row {table} {id}");
            verdict.rows += 1;
            match expected.remove(&(*table, id.clone())) {
                None => verdict.find(place, "no entry speaks of it"),
                Some(digest) if digest != row.digest().to_string() => {
                    verdict.find(place, "differs from what the last entry about it says");
                }
                Some(_) => {}
            }
        }
    }
    for ((table, id), digest) in expected {
        if digest != "-" {
            verdict.find(format!("row {table} {id}"), "is gone");
        }
    }
    Ok(())
}

/// Hashes what partners' tools read and brought against the batches the entries speak of.
fn shared(tx: &mut Tx<'_>, verdict: &mut Verdict) -> Result<()> {
    let batches = share::batches(tx)?;
    verdict.objects = batches.objects;
    batches.findings.into_iter().for_each(|(place, says)| verdict.find(place, says));
    Ok(())
}

const FINDINGS_MAX: usize = 100;

const PAGE: &str = "-- log::verify::entries
    SELECT idx, leaf, fields, kind, case_id, label, at FROM entry WHERE idx >= $1 ORDER BY idx LIMIT 1000";

const CHECKPOINTS: &str = "-- log::verify::checkpoints
    SELECT size, root, note FROM checkpoint ORDER BY size";

const UNLISTED: &str = "-- log::verify::labels
    SELECT DISTINCT t.label FROM";

const UNLISTED_WHERE: &str =
    "WHERE NOT EXISTS (SELECT 1 FROM label l WHERE l.text = t.label) ORDER BY t.label";
