//! Officers of this node, and how they sign in.
//!
//! There is no password: an officer signs in by a one-time link that an administrator hands over,
//! and is remembered by a cookie whose hash is kept. A link works once and for a day.

use crate::ctx::{Actor, Ctx};
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::label::key;
use aldis_model::role::{Action, Role};
use aldis_model::time::HOUR_US;
use aldis_model::{Digest, Id, Label, Tlp};
use serde::Serialize;
use std::collections::BTreeSet;

/// An officer to be added.
#[derive(Clone, Debug)]
pub struct NewOfficer<'a> {
    /// The name colleagues use.
    pub name: &'a str,
    /// What the officer is here for.
    pub role: Role,
    /// The highest TLP label they may read.
    pub ceiling: Tlp,
    /// The compartments they hold.
    pub compartments: &'a [String],
    /// Where mail reaches them, if it does.
    pub email: Option<&'a str>,
}

/// Adds an officer and returns the id.
///
/// # Errors
///
/// [`Error::Forbidden`] unless an administrator acts; [`Error::Conflict`] if the name is taken.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewOfficer<'_>) -> Result<Id> {
    ctx.may(Action::Administer)?;
    let name = new.name.trim();
    if name.is_empty() || name.len() > 100 || new.role == Role::System {
        return Err(Error::refused("an officer has a name of 1 to 100 letters and a role a person can have"));
    }
    if !tx.rows(BY_NAME, &[name.into()])?.is_empty() {
        return Err(Error::Conflict(format!("there is an officer {name} already")));
    }
    let id = ctx.id("U");
    let compartments: BTreeSet<String> = new.compartments.iter().map(|name| key(name)).collect();
    let compartments = compartments.into_iter().collect::<Vec<_>>().join(",");
    tx.insert(
        Table::Officer,
        ADD,
        &[
            (&id).into(),
            name.into(),
            new.role.as_str().into(),
            new.ceiling.as_str().into(),
            compartments.into(),
            new.email.into(),
            ctx.now.into(),
        ],
    )?;
    let event =
        Event::new(Kind::UserGranted, Label::plain(Tlp::Green)).with("officer", &id).with("name", name);
    journal::append(tx, ctx, event.with("role_granted", new.role).with("ceiling", new.ceiling))?;
    Ok(id)
}

/// Makes a one-time sign-in link's token for an officer.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such officer.
pub fn invite(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<String> {
    ctx.may(Action::Administer)?;
    let officer = tx.row(BY_NAME, &[name.into()])?.text(0)?;
    let token = ctx.token();
    let until = ctx.now.plus(24 * HOUR_US);
    tx.exec(INVITE, &[hash(&token).into(), officer.as_str().into(), until.into()])?;
    // Whoever makes a link could use it: the record says who did.
    let event = Event::new(Kind::UserInvited, Label::plain(Tlp::Green)).with("officer", officer);
    journal::append(tx, ctx, event.with("until", until))?;
    Ok(token)
}

/// What a browser is given after signing in.
pub struct Session {
    /// The cookie's token.
    pub token: String,
    /// Who signed in.
    pub actor: Actor,
}

/// Trades a one-time token for a session.
///
/// # Errors
///
/// [`Error::NotFound`] if the token is unknown, used or too old; which of these is not said.
pub fn sign_in(tx: &mut Tx<'_>, ctx: &Ctx, token: &str) -> Result<Session> {
    let login = hash(token);
    if tx.exec(USE_LOGIN, &[login.as_str().into(), ctx.now.into()])? != 1 {
        return Err(Error::NotFound);
    }
    let row = tx.row(BY_LOGIN, &[login.into()])?;
    let actor = actor(&row, &ctx.org)?;
    let session = ctx.token();
    let until = ctx.now.plus(12 * HOUR_US);
    let values =
        [hash(&session).into(), actor.id.as_str().into(), ctx.token().into(), ctx.now.into(), until.into()];
    tx.exec(START_SESSION, &values)?;
    let event = Event::new(Kind::UserSignedIn, Label::plain(Tlp::Green)).with("officer", &actor.id);
    journal::append(tx, &ctx.acting_as(actor.clone()), event)?;
    Ok(Session { token: session, actor })
}

/// Finds who a session belongs to, and the word its forms must carry.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such session, or it or the officer is past.
pub fn session(tx: &mut Tx<'_>, ctx: &Ctx, token: &str) -> Result<(Actor, String)> {
    let row = tx.row(BY_SESSION, &[hash(token).into(), ctx.now.into()])?;
    Ok((actor(&row, &ctx.org)?, row.text(5)?))
}

/// Ends a session; an unknown one is fine.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn sign_out(tx: &mut Tx<'_>, token: &str) -> Result<()> {
    tx.exec(END_SESSION, &[hash(token).into()]).map(|_| ())
}

/// Finds an officer by name, for the command line and exercises.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn by_name(tx: &mut Tx<'_>, org: &str, name: &str) -> Result<Actor> {
    actor(&tx.row(BY_NAME, &[name.into()])?, org)
}

/// An officer on the administrator's list.
#[derive(Clone, Debug, Serialize)]
pub struct Officer {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The highest TLP label they may read.
    pub ceiling: String,
}

/// Lists the officers by name.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Officer>> {
    let rows = tx.rows(LIST, &[])?;
    let officer = |row: &Row| {
        let role = Role::find(&row.text(2)?).ok_or_else(|| Error::broken("an unknown role"))?;
        Ok(Officer { id: row.text(0)?, name: row.text(1)?, role, ceiling: row.text(3)? })
    };
    rows.iter().map(officer).collect()
}

pub(super) fn actor(row: &Row, org: &str) -> Result<Actor> {
    let role = Role::find(&row.text(2)?).ok_or_else(|| Error::broken("an unknown role"))?;
    let compartments = row.text(4)?.split(',').filter(|c| !c.is_empty()).map(str::to_owned).collect();
    Ok(Actor::officer(&row.text(0)?, &row.text(1)?, role, org, row.parsed(3)?, compartments))
}

fn hash(token: &str) -> String {
    Digest::of(token.as_bytes()).to_string()
}

const ADD: &str = "-- desk::office::add
    INSERT INTO officer (id, name, role, ceiling, compartments, email, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const BY_NAME: &str = "-- desk::office::by_name
    SELECT id, name, role, ceiling, compartments FROM officer WHERE name = $1 AND disabled_at IS NULL";

const INVITE: &str = "-- desk::office::invite
    INSERT INTO login (id, officer_id, expires_at) VALUES ($1, $2, $3)";

const USE_LOGIN: &str = "-- desk::office::sign_in use
    UPDATE login SET used_at = $2 WHERE id = $1 AND used_at IS NULL AND expires_at > $2";

const BY_LOGIN: &str = "-- desk::office::sign_in officer
    SELECT o.id, o.name, o.role, o.ceiling, o.compartments
      FROM login l JOIN officer o ON o.id = l.officer_id
     WHERE l.id = $1 AND o.disabled_at IS NULL";

const START_SESSION: &str = "-- desk::office::sign_in session
    INSERT INTO session (id, officer_id, csrf, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";

const BY_SESSION: &str = "-- desk::office::session
    SELECT o.id, o.name, o.role, o.ceiling, o.compartments, s.csrf
      FROM session s JOIN officer o ON o.id = s.officer_id
     WHERE s.id = $1 AND s.expires_at > $2 AND o.disabled_at IS NULL";

const END_SESSION: &str = "-- desk::office::sign_out
    DELETE FROM session WHERE id = $1";

const LIST: &str = "-- desk::office::list
    SELECT id, name, role, ceiling FROM officer WHERE disabled_at IS NULL ORDER BY name";
