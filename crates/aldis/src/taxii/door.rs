//! Who asks: password, token or client certificate, and how often somebody may be wrong.
//!
//! A password that was right is remembered for ten minutes under a keyed hash, so that no request but
//! the first pays for argon2; whether the credential still holds is asked of the store each time all
//! the same, so that a revoked one is refused at once. Unknown user and wrong password take as long
//! and get the same bytes.
//!
//! Source: RFC 7617; RFC 6750; RFC 8705, section 2.2 (a certificate bound by its hash).

use super::secret;
use crate::ctx::Ctx;
use crate::db::Db;
use crate::desk::share::credentials::{self, Proof};
use crate::error::Result;
use aldis_model::time::MINUTE_US;
use aldis_model::{Digest, Time};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use subtle::ConstantTimeEq;

/// What a request says of its sender.
pub(crate) enum Said {
    /// User name and password.
    Basic(String, String),
    /// A bearer token or a certificate.
    Hash(Proof),
    /// Nothing that can be read.
    Nothing,
}

/// What the door makes of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The credential's id; whether it still holds is asked with the verb.
    Credential(String),
    /// Nobody we know.
    Stranger,
    /// Too many wrong ones: later.
    Later,
}

/// What is remembered between requests.
pub(crate) struct Door {
    key: [u8; 32],
    right: Mutex<BTreeMap<String, Right>>,
    wrong: Mutex<Wrong>,
    /// One password is hashed at a time: strangers cannot take memory and processors.
    turn: Mutex<()>,
}

struct Right {
    keyed: [u8; 32],
    credential: String,
    until: Time,
}

#[derive(Default)]
struct Wrong {
    minute: i64,
    all: u32,
    by_user: BTreeMap<String, u32>,
}

/// Reads what a request says of its sender. A header comes before the certificate.
pub(crate) fn said(headers: &HeaderMap, certificate: Option<Digest>) -> Said {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return certificate.map_or(Said::Nothing, |hash| Said::Hash(Proof::Certificate(hash)));
    };
    let Some((way, rest)) = header.to_str().ok().and_then(|text| text.trim().split_once(' ')) else {
        return Said::Nothing;
    };
    // taxii2-client says Token where RFC 6750 says Bearer.
    if way.eq_ignore_ascii_case("bearer") || way.eq_ignore_ascii_case("token") {
        return Said::Hash(Proof::Bearer(Digest::of(rest.trim().as_bytes())));
    }
    let decoded = way.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(rest.trim()).ok()).flatten();
    let pair = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    match pair.as_deref().and_then(|pair| pair.split_once(':')) {
        Some((user, password)) if user.len() <= USER_MAX && !user.contains('\0') => {
            Said::Basic(user.to_ascii_uppercase(), password.to_owned())
        }
        _ => Said::Nothing,
    }
}

impl Door {
    /// Makes a door with a key of its own.
    pub(crate) fn new(ctx: &Ctx) -> Self {
        Self {
            key: ctx.random("door"),
            right: Mutex::default(),
            wrong: Mutex::default(),
            turn: Mutex::default(),
        }
    }

    /// Finds the credential somebody means, from memory if it was proven before.
    pub(crate) fn remembered(&self, said: &Said, now: Time) -> Option<String> {
        let (name, keyed) = self.keyed(said)?;
        let right = lock(&self.right);
        let known = right.get(&name).filter(|known| known.until > now)?;
        bool::from(known.keyed.ct_eq(&keyed)).then(|| known.credential.clone())
    }

    /// Finds the credential somebody means, hashing a password if it must.
    pub(crate) fn find(&self, db: &Db, said: &Said, now: Time) -> Result<Found> {
        if let Some(credential) = self.remembered(said, now) {
            return Ok(Found::Credential(credential));
        }
        let user = match said {
            Said::Nothing => return Ok(Found::Stranger),
            Said::Basic(user, _) => user.as_str(),
            Said::Hash(_) => "",
        };
        if !self.allows(user, now) {
            return Ok(Found::Later);
        }
        let credential = match said {
            Said::Basic(user, password) => {
                let phc = db.read(|tx| credentials::password_of(tx, user))?;
                let turn = lock(&self.turn);
                let right = secret::verify(password, phc.as_deref());
                drop(turn);
                right.then(|| user.clone())
            }
            Said::Hash(proof) => db.read(|tx| credentials::by_hash(tx, proof))?,
            Said::Nothing => None,
        };
        match credential {
            Some(credential) => {
                self.remember(said, &credential, now);
                Ok(Found::Credential(credential))
            }
            None => {
                let mut wrong = lock(&self.wrong);
                wrong.all += 1;
                *wrong.by_user.entry(user.to_owned()).or_default() += 1;
                Ok(Found::Stranger)
            }
        }
    }

    fn keyed(&self, said: &Said) -> Option<(String, [u8; 32])> {
        let (name, secret) = match said {
            Said::Basic(user, password) => (user.clone(), password.clone()),
            Said::Hash(Proof::Bearer(hash) | Proof::Certificate(hash)) => (format!("#{hash}"), String::new()),
            Said::Hash(Proof::Basic(_)) | Said::Nothing => return None,
        };
        let hash =
            Sha256::new().chain_update(self.key).chain_update(&name).chain_update([0]).chain_update(secret);
        Some((name, hash.finalize().into()))
    }

    fn remember(&self, said: &Said, credential: &str, now: Time) {
        let Some((name, keyed)) = self.keyed(said) else { return };
        let mut right = lock(&self.right);
        if right.len() >= REMEMBERED_MAX {
            right.retain(|_, known| known.until > now);
        }
        if right.len() < REMEMBERED_MAX {
            let until = now.plus(REMEMBERED_US);
            right.insert(name, Right { keyed, credential: credential.to_owned(), until });
        }
    }

    /// Says whether somebody unproven may try within the running minute.
    fn allows(&self, user: &str, now: Time) -> bool {
        let minute = now.micros() / MINUTE_US;
        let mut wrong = lock(&self.wrong);
        if wrong.minute != minute {
            *wrong = Wrong { minute, ..Wrong::default() };
        }
        let of_user = if user.is_empty() { 0 } else { wrong.by_user.get(user).copied().unwrap_or(0) };
        wrong.all < WRONG_MAX && of_user < WRONG_OF_USER_MAX
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const REMEMBERED_US: i64 = 10 * MINUTE_US;
const REMEMBERED_MAX: usize = 10_000;
/// Wrong ones a minute, over all.
const WRONG_MAX: u32 = 300;
/// Wrong passwords a minute under one user name.
const WRONG_OF_USER_MAX: u32 = 10;
const USER_MAX: usize = 100;
