//! Keeps the names of people, groups and places at risk.
//!
//! A name is written sealed into one table, opened in this module, and held in memory in the index
//! that screens texts. Everything else knows the cover name only: a hit says which cover name, where
//! in the text and why, never the registered name.
//!
//! What this does not promise: somebody who owns the running machine can read its memory.
//!
//! Source: XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03).

use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use aldis_model::Id;
use aldis_names::{FULL_SCORE, Hit, Index, NameKind};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::sync::{Mutex, PoisonError};

/// The keeper of sealed names.
pub struct Sealer {
    key: zeroize::Zeroizing<[u8; 32]>,
    index: Mutex<Loaded>,
}

/// The index and the state of the register it was built from.
struct Loaded {
    version: (i64, String),
    index: Index<String>,
}

/// A place in a text that may mean somebody in the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The cover name.
    pub subject: String,
    /// Where the match starts, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// How well it fits, in thousandths.
    pub score: i64,
    /// Why, without the registered name.
    pub why: String,
}

impl Sealer {
    /// Builds a sealer with its key; nothing is loaded until the first screening.
    pub fn new(key: [u8; 32]) -> Self {
        let index = Mutex::new(Loaded { version: (-1, String::new()), index: Index::new() });
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
        let nonce: [u8; 24] = ctx.random("nonce");
        let payload = Payload { msg: name.as_bytes(), aad: subject.as_str().as_bytes() };
        let cipher = XChaCha20Poly1305::new((&*self.key).into());
        let sealed =
            cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::broken("sealing failed"))?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        tx.insert(Table::SealedName, ADD, &[(&ctx.id("SN")).into(), subject.into(), bytes.into()])
    }

    /// Finds who of the register may be meant in a text.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if a sealed name cannot be opened: wrong key, or a changed row.
    pub fn screen(&self, tx: &mut Tx<'_>, text: &str) -> Result<Vec<Match>> {
        let mut loaded = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        self.refresh(tx, &mut loaded)?;
        let hits = loaded.index.screen(text).into_iter().filter(|hit| hit.score >= LOWEST_SCORE);
        Ok(hits
            .map(|hit| Match {
                why: reasons(&hit),
                subject: hit.id,
                start: hit.span.start,
                end: hit.span.end,
                #[expect(clippy::cast_possible_truncation, reason = "a score lies between 0 and 1")]
                score: (hit.score * 1000.0).round() as i64,
            })
            .collect())
    }

    /// Returns the secret word of a recipient's link: 160 bits, the same at every attempt, kept nowhere.
    pub fn link_token(&self, delivery: &Id) -> String {
        let secret = [b"aldis link\0".as_slice(), &*self.key, delivery.as_str().as_bytes()].concat();
        let digest = aldis_model::Digest::of(&zeroize::Zeroizing::new(secret));
        let letter =
            |byte: &u8| char::from(LINK_LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'a'));
        digest.bytes().iter().map(letter).collect()
    }

    /// Loads the names again if the register has changed, also by another process.
    fn refresh(&self, tx: &mut Tx<'_>, loaded: &mut Loaded) -> Result<()> {
        let row = tx.row(VERSION, &[])?;
        let version = (row.int(0)?, row.text(1)?);
        if loaded.version == version {
            return Ok(());
        }
        let mut index = Index::new();
        for row in tx.rows(ALL, &[])? {
            let subject = row.text(0)?;
            let name = self.open(&subject, &row.blob(2)?)?;
            index.add(subject, &[name.as_str()], kind(&row.text(1)?));
        }
        *loaded = Loaded { version, index };
        Ok(())
    }

    fn open(&self, subject: &str, sealed: &[u8]) -> Result<String> {
        let broken = || Error::broken(format!("a sealed name of {subject} cannot be opened"));
        let (nonce, body) = sealed.split_at_checked(24).ok_or_else(broken)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| broken())?;
        let payload = Payload { msg: body, aad: subject.as_bytes() };
        let cipher = XChaCha20Poly1305::new((&*self.key).into());
        let name = cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| broken())?;
        String::from_utf8(name).map_err(|_| broken())
    }
}

/// Says why without the registered name: the screener's own reasons spell it out, and a hit is read by
/// people who may know the cover name only.
fn reasons(hit: &Hit<String>) -> String {
    let alone = hit.why.iter().any(|why| why.contains("alone") || why.contains("given name would be"));
    let closeness = match hit.score {
        score if score >= 0.98 => "the same by sound",
        score if score >= FULL_SCORE => "alike in another spelling or script",
        _ => "similar",
    };
    let part = if alone { "family name alone" } else { "all parts of the name" };
    format!("{part}, {closeness}")
}

fn kind(word: &str) -> NameKind {
    match word {
        "person" => NameKind::Person,
        "place" => NameKind::Place,
        _ => NameKind::Group,
    }
}

/// Below this a likeness is not worth a person's time.
const LOWEST_SCORE: f32 = 0.6;

const LINK_LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstvwxyz0123456789";

const NAME_MAX: usize = 200;

const ADD: &str = "-- seal::add
    INSERT INTO sealed_name (id, subject_id, sealed) VALUES ($1, $2, $3)";

const VERSION: &str = "-- seal::refresh
    SELECT count(*), coalesce(max(id), '') FROM sealed_name";

const ALL: &str = "-- seal::refresh all
    SELECT s.id, s.kind, n.sealed FROM sealed_name n JOIN subject s ON s.id = n.subject_id ORDER BY n.id";
