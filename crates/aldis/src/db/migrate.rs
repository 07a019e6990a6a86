//! Brings a database to the schema this program knows, and refuses one it does not know.

use super::{Db, Link, Row, Tx, pg, sqlite};
use crate::error::{Error, Result};

/// The schema version this program reads and writes.
pub(super) const SCHEMA: i64 = MIGRATIONS.len() as i64;

pub(super) const MIGRATIONS: [&str; 20] = [
    include_str!("../../../../migrations/0001_desk.sql"),
    include_str!("../../../../migrations/0002_names.sql"),
    include_str!("../../../../migrations/0003_case.sql"),
    include_str!("../../../../migrations/0004_opinion.sql"),
    include_str!("../../../../migrations/0005_ways.sql"),
    include_str!("../../../../migrations/0006_taxii.sql"),
    include_str!("../../../../migrations/0007_stix_opinion.sql"),
    include_str!("../../../../migrations/0008_taxii_indexes.sql"),
    include_str!("../../../../migrations/0009_protection.sql"),
    include_str!("../../../../migrations/0010_phrase.sql"),
    include_str!("../../../../migrations/0011_list.sql"),
    include_str!("../../../../migrations/0012_brief.sql"),
    include_str!("../../../../migrations/0013_import.sql"),
    include_str!("../../../../migrations/0014_feed.sql"),
    include_str!("../../../../migrations/0015_escalation.sql"),
    include_str!("../../../../migrations/0016_consent.sql"),
    include_str!("../../../../migrations/0017_cap_receipt.sql"),
    include_str!("../../../../migrations/0018_lanes.sql"),
    include_str!("../../../../migrations/0019_name_opening.sql"),
    include_str!("../../../../migrations/0020_protector.sql"),
];

/// Applies what is missing, each migration in its own transaction.
pub(super) fn run(db: &Db) -> Result<()> {
    db.write(|tx| batch(tx, CREATE_META))?;
    let found = db.read(version)?;
    if found > SCHEMA {
        return Err(Error::refused(format!(
            "the database has schema version {found}, this program knows {SCHEMA}: use the newer program"
        )));
    }
    for (number, text) in (1_i64..).zip(MIGRATIONS) {
        if number > found {
            db.write(|tx| {
                batch(tx, text)?;
                tx.exec(SET_VERSION, &[number.to_string().into()]).map(|_| ())
            })?;
        }
    }
    Ok(())
}

fn version(tx: &mut Tx<'_>) -> Result<i64> {
    let rows = tx.rows(GET_VERSION, &[])?;
    let text = rows.first().map(|row: &Row| row.text(0)).transpose()?;
    match text {
        None => Ok(0),
        Some(text) => text.parse().map_err(|_| Error::refused(format!("{text:?} is not a schema version"))),
    }
}

fn batch(tx: &mut Tx<'_>, sql: &str) -> Result<()> {
    match &mut tx.link {
        Link::Sqlite(connection) => sqlite::batch(connection, &sql.replace("BIGINT", "INTEGER")),
        Link::Pg(session) => {
            let sql = sql.replace(" BLOB", " BYTEA").replace(") STRICT;", ");");
            pg::Session::batch(session, &sql)
        }
    }
}

// Exists before the first migration, to say which were applied.
const CREATE_META: &str = "CREATE TABLE IF NOT EXISTS meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;";

const GET_VERSION: &str = "-- db::migrate::version
    SELECT value FROM meta WHERE name = 'schema'";

const SET_VERSION: &str = "-- db::migrate::run
    INSERT INTO meta (name, value) VALUES ('schema', $1)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value";
