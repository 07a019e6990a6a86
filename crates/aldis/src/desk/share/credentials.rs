//! Credentials: how a partner's tool says who it is.
//!
//! A password is kept as argon2id, a token and a certificate as their SHA-256: those have 160 bits of
//! chance or a key behind them, so nobody can try them out. Whether a credential still holds is asked
//! of the store with every request; that a password is right is remembered for a while elsewhere.
//!
//! Source: RFC 7617; RFC 6750; RFC 9106.

use super::PARTNER;
use super::collections::known_partner;
use crate::ctx::{Actor, Ctx};
use crate::db::{Row, Table, Tx};
use crate::desk::visible::shown;
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind as What};
use aldis_model::gate::{Audience, Ladder};
use aldis_model::role::{Action, Role};
use aldis_model::{Digest, Id, Labelled, Time};
use serde::Serialize;

/// What a credential proves itself by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// User name and password; the password as argon2id in PHC form.
    Basic(String),
    /// A bearer token, by its hash.
    Bearer(Digest),
    /// A client certificate, by the hash of its DER form.
    Certificate(Digest),
}

impl Proof {
    fn kind_and_secret(&self) -> (&'static str, String) {
        match self {
            Self::Basic(phc) => ("basic", phc.clone()),
            Self::Bearer(hash) => ("bearer", hash.to_string()),
            Self::Certificate(hash) => ("certificate", hash.to_string()),
        }
    }
}

/// Adds a credential for a partner's tool and returns its id, which is the user name of a password.
///
/// # Errors
///
/// [`Error::Forbidden`]; [`Error::Refused`] if there is no such partner or the purpose is too long;
/// [`Error::Conflict`] if the certificate is bound already.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, partner: &str, proof: &Proof, purpose: &str) -> Result<Id> {
    ctx.may(Action::Partner)?;
    let partner = known_partner(tx, partner)?;
    if purpose.len() > 200 {
        return Err(Error::refused("what a credential is for is said in at most 200 bytes"));
    }
    let (kind, secret) = proof.kind_and_secret();
    if !tx.rows(TAKEN, &[secret.as_str().into()])?.is_empty() {
        return Err(Error::Conflict(
            "this certificate is bound already: revoke that credential or use another".to_owned(),
        ));
    }
    let id = ctx.id("K");
    tx.insert(
        Table::TaxiiCredential,
        ADD,
        &[
            (&id).into(),
            (&partner.id).into(),
            kind.into(),
            secret.into(),
            purpose.into(),
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(What::TaxiiCredentialAdded, PARTNER)
        .with("credential", &id)
        .with("partner", &partner.name)
        .with("way", kind)
        .with("purpose", purpose);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Revokes a credential of a partner, or all of them, and returns how many. It holds at once.
///
/// # Errors
///
/// [`Error::Forbidden`]; [`Error::NotFound`] if there is none that holds.
pub fn revoke(tx: &mut Tx<'_>, ctx: &Ctx, partner: &str, one: Option<&Id>) -> Result<usize> {
    ctx.may(Action::Partner)?;
    let held: Vec<Credential> = list(tx, ctx, Some(partner))?
        .into_iter()
        .filter(|found| found.revoked_at.is_none() && one.is_none_or(|id| *id == found.id))
        .collect();
    for credential in &held {
        tx.update(Table::TaxiiCredential, REVOKE, &[(&credential.id).into(), ctx.now.into()])?;
        let event = Event::new(What::TaxiiCredentialRevoked, PARTNER)
            .with("credential", &credential.id)
            .with("partner", &credential.partner);
        journal::append(tx, ctx, event)?;
    }
    if held.is_empty() { Err(Error::NotFound) } else { Ok(held.len()) }
}

/// A credential, without its secret.
#[derive(Clone, Debug, Serialize)]
pub struct Credential {
    /// Its id.
    pub id: Id,
    /// The partner's short name.
    pub partner: String,
    /// `basic`, `bearer` or `certificate`.
    pub kind: String,
    /// Which tool it is for.
    pub purpose: String,
    /// When it was made.
    pub created_at: Time,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Time>,
}

/// Lists the credentials of a partner, or all, oldest first.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, partner: Option<&str>) -> Result<Vec<Credential>> {
    ctx.may(Action::Partner)?;
    let wanted = partner.map(aldis_model::label::key);
    let rows = tx.rows(LIST, &[])?;
    let labelled = |row: &Row| Ok(Labelled::new(credential(row)?, PARTNER));
    let all = shown(ctx, rows.iter().map(labelled))?.into_inner();
    Ok(all.into_iter().filter(|found| wanted.as_ref().is_none_or(|name| *name == found.partner)).collect())
}

fn credential(row: &Row) -> Result<Credential> {
    Ok(Credential {
        id: row.id(0)?,
        partner: row.text(1)?,
        kind: row.text(2)?,
        purpose: row.text(3)?,
        created_at: row.time(4)?,
        revoked_at: row.opt_time(5)?,
    })
}

/// Returns the argon2id hash of the password that belongs to a user name, if there is one that holds.
///
/// # Errors
///
/// [`Error::Broken`].
pub fn password_of(tx: &mut Tx<'_>, user: &str) -> Result<Option<String>> {
    tx.rows(PASSWORD, &[user.into()])?.first().map(|row| row.text(0)).transpose()
}

/// Returns the credential a token or a certificate belongs to, if there is one that holds.
///
/// # Errors
///
/// [`Error::Broken`].
pub fn by_hash(tx: &mut Tx<'_>, proof: &Proof) -> Result<Option<String>> {
    let (kind, secret) = proof.kind_and_secret();
    tx.rows(BY_HASH, &[secret.into(), kind.into()])?.first().map(|row| row.text(0)).transpose()
}

/// Returns the context in which a partner's tool acts: it carries, and sees what the partner may see.
///
/// # Errors
///
/// [`Error::NotFound`] if the credential was revoked or its partner suspended.
pub fn enter(tx: &mut Tx<'_>, ctx: &Ctx, credential: &str) -> Result<Ctx> {
    let row = tx.row(ENTER, &[credential.into()])?;
    let (id, name) = (row.text(0)?, row.text(1)?);
    let viewer = Audience::new(&name, &name, Ladder::Partner, row.parsed(2)?);
    Ok(ctx.acting_as(Actor { id, name, role: Role::System, viewer }))
}

const ADD: &str = "-- desk::share::credentials::add
    INSERT INTO taxii_credential (id, partner_id, kind, secret, purpose, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const TAKEN: &str = "-- desk::share::credentials::add taken
    SELECT id FROM taxii_credential WHERE secret = $1";

const REVOKE: &str = "-- desk::share::credentials::revoke
    UPDATE taxii_credential SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

const LIST: &str = "-- desk::share::credentials::list
    SELECT c.id, p.name, c.kind, c.purpose, c.created_at, c.revoked_at
      FROM taxii_credential c JOIN partner p ON p.id = c.partner_id ORDER BY p.name, c.created_at, c.id";

const PASSWORD: &str = "-- desk::share::credentials::password_of
    SELECT secret FROM taxii_credential WHERE id = $1 AND kind = 'basic' AND revoked_at IS NULL";

const BY_HASH: &str = "-- desk::share::credentials::by_hash
    SELECT id FROM taxii_credential WHERE secret = $1 AND kind = $2 AND revoked_at IS NULL";

const ENTER: &str = "-- desk::share::credentials::enter
    SELECT p.id, p.name, p.ceiling FROM taxii_credential c JOIN partner p ON p.id = c.partner_id
     WHERE c.id = $1 AND c.revoked_at IS NULL AND p.suspended_at IS NULL";
