//! What came of an addition: told at once, and for a day to whoever asks again.
//!
//! Only what cannot be read from the collection is kept: what was here already and what failed.
//!
//! Source: TAXII 2.1 sections 4.3 and 4.3.1.

use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use aldis_model::role::Action;
use aldis_model::time::HOUR_US;
use aldis_model::{Released, Time};
use serde::{Deserialize, Serialize};

/// What came of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The object's id.
    pub id: String,
    /// Its version, in microseconds since 1970; for what failed, when it was asked.
    pub version: i64,
    /// Why it failed; empty if it did not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

impl Outcome {
    pub(super) fn done(id: &str, version: i64) -> Self {
        Self { id: id.to_owned(), version, message: String::new() }
    }

    pub(super) fn failed(id: &str, version: i64, says: &str) -> Self {
        Self { id: id.to_owned(), version, message: says.to_owned() }
    }
}

/// What came of an addition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its UUID.
    pub id: String,
    /// When it was asked.
    pub asked_at: Time,
    /// What was stored, in order.
    pub stored: Vec<Outcome>,
    /// What was here already, with the same content.
    pub repeated: Vec<Outcome>,
    /// What was not stored.
    pub failures: Vec<Outcome>,
}

impl Status {
    pub(super) fn new(id: String, asked_at: Time) -> Self {
        Self { id, asked_at, stored: Vec::new(), repeated: Vec::new(), failures: Vec::new() }
    }
}

/// Keeps a status for a day and forgets those that are older.
pub(super) fn keep(tx: &mut Tx<'_>, ctx: &Ctx, status: &Status, places: Option<(i64, i64)>) -> Result<()> {
    let text = |list: &[Outcome]| serde_json::to_string(list).map_err(Error::broken);
    tx.exec(
        KEEP,
        &[
            status.id.as_str().into(),
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
            places.map(|(first, _)| first).into(),
            places.map(|(_, last)| last).into(),
            text(&status.repeated)?.into(),
            text(&status.failures)?.into(),
            ctx.now.plus(KEPT_US).into(),
        ],
    )?;
    tx.exec(FORGET, &[ctx.now.into()]).map(|_| ())
}

/// Finds what came of an addition of the partner whose tool asks.
///
/// # Errors
///
/// [`Error::NotFound`] after a day, and for another partner's.
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &str) -> Result<Released<Status>> {
    ctx.may(Action::Deliver)?;
    let row = tx.row(FIND, &[id.into(), ctx.actor.id.as_str().into(), ctx.now.into()])?;
    let mut status = Status::new(id.to_owned(), row.time(0)?);
    if let (Some(first), Some(last)) = (row.opt_time(1)?, row.opt_time(2)?) {
        let places = [first.micros().into(), last.micros().into()];
        let outcome = |row: &Row| Ok(Outcome::done(&row.text(0)?, row.int(1)?));
        status.stored = tx.rows(STORED, &places)?.iter().map(outcome).collect::<Result<_>>()?;
    }
    let list = |at| serde_json::from_str(&row.text(at)?).map_err(Error::broken);
    (status.repeated, status.failures) = (list(3)?, list(4)?);
    Ok(told(status))
}

/// Releases to a partner what it said itself: ids, versions, and what was wrong with them.
pub fn told(status: Status) -> Released<Status> {
    Released::constant("").map(|_| status)
}

const KEPT_US: i64 = 25 * HOUR_US;

const KEEP: &str = "-- desk::share::status::keep
    INSERT INTO taxii_status (id, partner_id, asked_at, first_place, last_place, repeated, failures, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const FORGET: &str = "-- desk::share::status::keep forget
    DELETE FROM taxii_status WHERE expires_at < $1";

const FIND: &str = "-- desk::share::status::find
    SELECT asked_at, first_place, last_place, repeated, failures FROM taxii_status
     WHERE id = $1 AND partner_id = $2 AND expires_at >= $3";

const STORED: &str = "-- desk::share::status::find stored
    SELECT id, version, place FROM taxii_object WHERE place BETWEEN $1 AND $2
    UNION ALL SELECT id, version, place FROM taxii_gone WHERE place BETWEEN $1 AND $2
     ORDER BY place";
