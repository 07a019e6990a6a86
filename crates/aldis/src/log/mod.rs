//! The published side of the ledger: tiles, checkpoints and proofs.
//!
//! Entries are committed by verbs; here they are hashed into the tree, written as tiles and signed
//! over. Tiles can be made again from the entries; a checkpoint cannot be taken back, so the store
//! must never hold less than the last one says, nor something else. The folder remembers what was
//! signed when an old backup of the store is restored.
//!
//! Source: RFC 6962, section 2.1; C2SP tlog-tiles, tlog-checkpoint, signed-note.

mod verify;

pub use verify::{Finding, Verdict, verify};

use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use aldis_ledger::tile::{encode_bundle, entry_bundles, hash_tiles};
use aldis_ledger::{Checkpoint, Proof, Signer, Tree, Verifier, inclusion_proof, leaf_hash};
use aldis_model::Time;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The published log of one node.
pub struct Log {
    folder: PathBuf,
    known: Mutex<Known>,
}

/// The hashed entries, and how many of them a checkpoint covers.
struct Known {
    tree: Tree,
    signed: u64,
}

/// What the last checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries it covers.
    pub size: u64,
    /// The signed note, verbatim.
    pub note: String,
    /// When it was signed.
    pub at: Time,
}

impl Log {
    /// Opens the log in `folder`, rebuilding the tree from the entries.
    ///
    /// # Errors
    ///
    /// [`Error::Proof`] if the store does not hold what the folder says was signed;
    /// [`Error::Broken`] if the store or the folder cannot be used.
    pub fn open(folder: &Path, db: &Db, verifier: &Verifier) -> Result<Self> {
        fs::create_dir_all(folder)?;
        // Nobody else publishes between reading the store and reading the file: a checkpoint that was
        // written in between would look as if the store had lost something.
        let turn = fs::File::create(folder.join(".turn"))?;
        turn.lock()?;
        let head = db.read(head)?;
        let signed = head.as_ref().map_or(0, |head| head.size);
        let mut tree = Tree::new();
        for leaf in db.read(|tx| leaves(tx, 0, signed))? {
            tree.push(leaf_hash(&leaf));
        }
        let log = Self { folder: folder.to_owned(), known: Mutex::new(Known { tree, signed }) };
        log.compare_with_file(head.as_ref(), verifier)?;
        Ok(log)
    }

    /// Compares the store with the checkpoint in the folder, which a restored backup does not change.
    fn compare_with_file(&self, head: Option<&Head>, verifier: &Verifier) -> Result<()> {
        let Ok(found) = fs::read(self.folder.join("checkpoint")) else { return Ok(()) };
        // A file that is damaged says nothing about the store; `verify` names it.
        let Ok(filed) = Checkpoint::open(&found, verifier) else { return Ok(()) };
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.tree.root_at(filed.size()).ok().as_ref() != Some(filed.root()) {
            return Err(restored());
        }
        // The machine stopped between the store's commit and the file.
        match head.filter(|head| head.size > filed.size()) {
            Some(head) => self.write_file("checkpoint", head.note.as_bytes()),
            None => Ok(()),
        }
    }

    /// Hashes, writes and signs what was committed since the last checkpoint; returns the size.
    ///
    /// Tiles are on disk before the checkpoint that speaks of them.
    ///
    /// # Errors
    ///
    /// [`Error::Proof`] if the store holds less than was published; [`Error::Broken`] otherwise, and
    /// then the next call does it all again.
    pub fn publish(&self, db: &Db, signer: &Signer, now: Time) -> Result<u64> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Another process may publish the same log: a command beside the server.
        let turn = fs::File::create(self.folder.join(".turn"))?;
        turn.lock()?;
        let (last, count) = db.read(|tx| Ok((head(tx)?, count(tx)?)))?;
        if last.as_ref().is_some_and(|head| head.size > count) || known.signed > count {
            return Err(restored());
        }
        if count == known.signed {
            return Ok(count);
        }
        let hashed = known.tree.size();
        for leaf in &db.read(|tx| leaves(tx, hashed, count))? {
            known.tree.push(leaf_hash(leaf));
        }
        self.write_tiles(db, &known.tree, known.signed, count)?;
        let root = known.tree.root();
        let checkpoint = Checkpoint::new(signer.name(), count, root).map_err(Error::broken)?;
        let note = checkpoint.sign(&[signer]).map_err(Error::broken)?;
        db.write(|tx| {
            let size = i64::try_from(count).map_err(Error::broken)?;
            tx.exec(SIGN, &[size.into(), root.as_slice().into(), note.as_str().into(), now.into()])
        })?;
        self.write_file("checkpoint", note.as_bytes())?;
        known.signed = count;
        Ok(count)
    }

    /// Makes an offline proof that entry `index` is in the log.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the entry is not published yet.
    pub fn prove(&self, db: &Db, index: u64) -> Result<Proof> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let head = db.read(head)?.filter(|head| index < head.size).ok_or(Error::NotFound)?;
        let hashes = inclusion_proof(&known.tree, index, head.size).map_err(Error::broken)?;
        Proof::new(index, hashes, head.note).map_err(Error::broken)
    }

    /// Returns the folder of the tiles.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn write_tiles(&self, db: &Db, tree: &Tree, old: u64, new: u64) -> Result<()> {
        for tile in hash_tiles(old, new) {
            let bytes = tile.bytes(tree).map_err(Error::broken)?;
            self.write_file(&tile.path(), &bytes)?;
        }
        for tile in entry_bundles(old, new) {
            let first = tile.index() * 256;
            let leaves = db.read(|tx| leaves(tx, first, first + u64::from(tile.width())))?;
            let bytes = encode_bundle(&leaves).map_err(Error::broken)?;
            self.write_file(&tile.path(), &bytes)?;
        }
        Ok(())
    }

    /// Writes a file so that a reader sees the old one or the new one and nothing between.
    fn write_file(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let target = self.folder.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        let fresh = target.with_extension("new");
        let mut file = fs::File::create(&fresh)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        Ok(fs::rename(&fresh, &target)?)
    }
}

fn restored() -> Error {
    Error::Proof(
        "the store does not hold what was published: was an old backup restored over a living log?"
            .to_owned(),
    )
}

/// Returns the last checkpoint, if there is one.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn head(tx: &mut Tx<'_>) -> Result<Option<Head>> {
    let rows = tx.rows(HEAD, &[])?;
    rows.first()
        .map(|row| {
            let size = u64::try_from(row.int(0)?).map_err(Error::broken)?;
            Ok(Head { size, note: row.text(1)?, at: row.time(2)? })
        })
        .transpose()
}

fn count(tx: &mut Tx<'_>) -> Result<u64> {
    u64::try_from(crate::journal::next_index(tx)?).map_err(Error::broken)
}

fn leaves(tx: &mut Tx<'_>, from: u64, to: u64) -> Result<Vec<Vec<u8>>> {
    let bound = |number: u64| i64::try_from(number).map_err(Error::broken);
    let rows = tx.rows(LEAVES, &[bound(from)?.into(), bound(to)?.into()])?;
    rows.iter().map(|row| row.blob(0)).collect()
}

const HEAD: &str = "-- log::head
    SELECT size, note, at FROM checkpoint ORDER BY size DESC LIMIT 1";

const LEAVES: &str = "-- log::leaves
    SELECT leaf FROM entry WHERE idx >= $1 AND idx < $2 ORDER BY idx";

// Strictly larger only: a checkpoint is never signed twice or taken back.
const SIGN: &str = "-- log::publish
    INSERT INTO checkpoint (size, root, note, at)
    SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM checkpoint WHERE size >= $1)";
