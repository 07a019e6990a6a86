//! Keeps the names of people, groups and places at risk.
//!
//! A name is written sealed into one table, opened in this module, and held in memory in the index
//! that screens texts. Everything else knows the cover name only: a hit says which cover name, where
//! in the text and why, never the registered name. A person reads one through `desk::identity` alone,
//! after a second person agreed.
//!
//! What this does not promise: somebody who owns the running machine can read its memory.
//!
//! Source: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03).

mod discriminators;
mod engine;

pub use discriminators::Discriminators;
pub use engine::{Price, Reading, Screener, Words};

use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use aldis_model::Id;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use engine::{Engine, Entry};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// The keeper of sealed names.
pub struct Sealer {
    key: zeroize::Zeroizing<[u8; 32]>,
    index: Mutex<Loaded>,
}

/// The index and the state of the register it was built from.
struct Loaded {
    version: Version,
    engine: Engine,
}

/// How many names and discriminators there are, and the greatest id of each.
type Version = (i64, String, i64, String);

/// A place in a text that may mean somebody in the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The cover name.
    pub subject: String,
    /// Where the match starts, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The words of the text there.
    pub quoted: String,
    /// How well it fits, in thousandths.
    pub score: i64,
    /// How rarely ordinary text gives such a match, in thousandths of a bit.
    pub bits: i64,
    /// Whether the whole name was seen, or a part of it.
    pub full: bool,
    /// Why, without the registered name or a discriminator.
    pub why: String,
}

impl Sealer {
    /// Builds a sealer with its key; nothing is loaded until the first screening.
    pub fn new(key: [u8; 32]) -> Self {
        let version = (-1, String::new(), -1, String::new());
        let index = Mutex::new(Loaded { version, engine: Engine::default() });
        Self { key: zeroize::Zeroizing::new(key), index }
    }

    /// Seals one name of `subject` into the store.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the name is empty or longer than 200 characters.
    pub fn add(&self, tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id, name: &str) -> Result<()> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX {
            return Err(Error::refused("a name has 1 to 200 characters"));
        }
        let bytes = self.seal(ctx, name, subject.as_str())?;
        tx.insert(Table::SealedName, ADD, &[(&ctx.id("SN")).into(), subject.into(), bytes.into()])
    }

    /// Seals what tells `subject` from its namesakes; what was sealed before stays.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the store fails.
    pub fn describe(&self, tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id, known: &Discriminators) -> Result<()> {
        for line in known.lines() {
            let bytes = self.seal(ctx, &line, &described(subject.as_str()))?;
            let id = ctx.id("SD");
            tx.insert(Table::SealedDiscriminator, DESCRIBE, &[(&id).into(), subject.into(), bytes.into()])?;
        }
        Ok(())
    }

    /// Finds who of the register may be meant in a text.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if a sealed name cannot be opened: wrong key, or a changed row.
    pub fn screen(&self, tx: &mut Tx<'_>, text: &str) -> Result<Vec<Match>> {
        let mut loaded = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(tx, &mut loaded)?;
        Ok(loaded.engine.screen(text))
    }

    /// Opens the names of `subject`, in the order they were entered; empty if there is none.
    ///
    /// Only [`crate::desk::identity`] calls it, after two people and with an entry in the record.
    ///
    /// # Errors
    ///
    /// As [`Sealer::screen`].
    pub(crate) fn names(&self, tx: &mut Tx<'_>, subject: &Id) -> Result<Vec<String>> {
        let rows = tx.rows(NAMES_OF, &[subject.into()])?;
        rows.iter().map(|row| self.open(subject.as_str(), subject.as_str(), &row.blob(0)?)).collect()
    }

    /// Copies the entries `subjects` for texts that are no reports.
    ///
    /// # Errors
    ///
    /// As [`Sealer::screen`].
    pub fn screener(&self, tx: &mut Tx<'_>, subjects: &BTreeSet<String>) -> Result<Screener> {
        let mut entries = self.entries(tx)?;
        entries.retain(|entry| subjects.contains(&entry.subject));
        Ok(Screener(Engine::of(entries)))
    }

    /// Counts the words of a text by script, as screening reads them.
    pub fn words(&self, text: &str) -> Words {
        engine::words(text)
    }

    /// Prices names that are not in the register yet: how often ordinary text would raise them.
    pub fn price(&self, kind: &str, names: &[String], known: &Discriminators) -> Price {
        engine::price(kind, names, known)
    }

    /// Prices every entry of the register, with the number of its names.
    ///
    /// # Errors
    ///
    /// As [`Sealer::screen`].
    pub fn prices(&self, tx: &mut Tx<'_>) -> Result<BTreeMap<String, (usize, Price)>> {
        let entries = self.entries(tx)?;
        let priced = |entry: Entry| {
            let price = engine::price(&entry.kind, &entry.names, &entry.known);
            (entry.subject, (entry.names.len(), price))
        };
        Ok(entries.into_iter().map(priced).collect())
    }

    /// Returns the secret word of a recipient's link: 160 bits, the same at every attempt, kept nowhere.
    pub fn link_token(&self, delivery: &Id) -> String {
        let secret = [b"aldis link\0".as_slice(), &*self.key, delivery.as_str().as_bytes()].concat();
        let digest = aldis_model::Digest::of(&zeroize::Zeroizing::new(secret));
        let letter =
            |byte: &u8| char::from(LINK_LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'a'));
        digest.bytes().iter().map(letter).collect()
    }

    /// Returns the secret of an audience, from which the ids of its STIX copies are made; kept nowhere.
    pub fn audience_key(&self, audience: &Id) -> aldis_wire::stix::map::Key {
        let secret = [b"aldis stix\0".as_slice(), &*self.key, audience.as_str().as_bytes()].concat();
        let digest = aldis_model::Digest::of(&zeroize::Zeroizing::new(secret));
        aldis_wire::stix::map::Key::new(*digest.bytes())
    }

    /// Hashes a phrase so that the store alone does not let anybody try phrases.
    pub fn phrase_hash(&self, id: &Id, phrase: &str) -> aldis_model::Digest {
        let [head, id, phrase] = [b"aldis phrase\0".as_slice(), id.as_str().as_bytes(), phrase.as_bytes()];
        let secret = [head, &*self.key, id, b"\0", phrase].concat();
        aldis_model::Digest::of(&zeroize::Zeroizing::new(secret))
    }

    /// Loads the names again if the register has changed, also by another process.
    fn refresh(&self, tx: &mut Tx<'_>, loaded: &mut Loaded) -> Result<()> {
        let row = tx.row(VERSION, &[])?;
        let version = (row.int(0)?, row.text(1)?, row.int(2)?, row.text(3)?);
        if loaded.version != version {
            let engine = Engine::of(self.entries(tx)?);
            *loaded = Loaded { version, engine };
        }
        Ok(())
    }

    /// Opens the whole register.
    fn entries(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>> {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for row in tx.rows(NAMES, &[])? {
            let (subject, kind) = (row.text(0)?, row.text(1)?);
            let name = self.open(&subject, &subject, &row.blob(2)?)?;
            entries.entry(subject.clone()).or_insert_with(|| Entry::new(subject, kind)).names.push(name);
        }
        for row in tx.rows(DISCRIMINATORS, &[])? {
            let subject = row.text(0)?;
            let line = self.open(&subject, &described(&subject), &row.blob(1)?)?;
            if let Some(entry) = entries.get_mut(&subject) {
                let taken = entry.known.take(&line);
                taken.ok_or_else(|| Error::broken(format!("a discriminator of {subject} cannot be read")))?;
            }
        }
        Ok(entries.into_values().collect())
    }

    fn seal(&self, ctx: &Ctx, text: &str, bound_to: &str) -> Result<Vec<u8>> {
        let nonce: [u8; 24] = ctx.random("nonce");
        let payload = Payload { msg: text.as_bytes(), aad: bound_to.as_bytes() };
        let cipher = XChaCha20Poly1305::new((&*self.key).into());
        let sealed =
            cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::broken("sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn open(&self, subject: &str, bound_to: &str, sealed: &[u8]) -> Result<String> {
        let broken = || Error::broken(format!("a sealed name of {subject} cannot be opened"));
        let (nonce, body) = sealed.split_at_checked(24).ok_or_else(broken)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| broken())?;
        let payload = Payload { msg: body, aad: bound_to.as_bytes() };
        let cipher = XChaCha20Poly1305::new((&*self.key).into());
        let text = cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| broken())?;
        String::from_utf8(text).map_err(|_| broken())
    }
}

/// What a discriminator is bound to: a row moved to another subject or table cannot be opened.
fn described(subject: &str) -> String {
    format!("{subject} discriminator")
}

const LINK_LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstvwxyz0123456789";

const NAME_MAX: usize = 200;

const ADD: &str = "-- seal::add
    INSERT INTO sealed_name (id, subject_id, sealed) VALUES ($1, $2, $3)";

const DESCRIBE: &str = "-- seal::describe
    INSERT INTO sealed_discriminator (id, subject_id, sealed) VALUES ($1, $2, $3)";

const VERSION: &str = "-- seal::refresh
    SELECT (SELECT count(*) FROM sealed_name), (SELECT coalesce(max(id), '') FROM sealed_name),
           (SELECT count(*) FROM sealed_discriminator),
           (SELECT coalesce(max(id), '') FROM sealed_discriminator)";

const NAMES: &str = "-- seal::entries
    SELECT s.id, s.kind, n.sealed FROM sealed_name n JOIN subject s ON s.id = n.subject_id ORDER BY n.id";

const NAMES_OF: &str = "-- seal::names
    SELECT sealed FROM sealed_name WHERE subject_id = $1 ORDER BY id";

const DISCRIMINATORS: &str = "-- seal::entries discriminators
    SELECT subject_id, sealed FROM sealed_discriminator ORDER BY id";
