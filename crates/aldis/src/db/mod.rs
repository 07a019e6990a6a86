//! The store: one SQL text on embedded SQLite or on PostgreSQL.
//!
//! A verb runs in [`Db::write`], which is one transaction: its state change, its ledger entry and
//! its outbox row are durable together when `write` returns, or none of them is. A reading verb runs
//! in [`Db::read`] and sees one moment.
//!
//! Deliberately absent: an ORM, a query builder, nested transactions.

mod migrate;
mod pg;
mod sqlite;
mod tables;
mod value;

pub use tables::{TABLES, Table};
pub(crate) use value::digest;
pub use value::{Row, Value};

use crate::error::{DISK_FULL, Error, Result};
use aldis_model::{Digest, Id, Label};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// A handle on the store; share it between threads.
pub struct Db {
    store: Store,
    /// Why the last act could not be kept; nothing while the store takes what it is given.
    trouble: Mutex<Option<String>>,
}

enum Store {
    Sqlite(sqlite::Sqlite),
    Pg(pg::Pg),
}

/// One running transaction.
pub struct Tx<'a> {
    link: Link<'a>,
    touched: Vec<(Table, String)>,
}

pub(crate) enum Link<'a> {
    Sqlite(&'a rusqlite::Connection),
    Pg(&'a mut pg::Session),
}

/// A verb as the two stores take it: one compiled transaction runs them all, or each of some two
/// hundred verbs would carry its own copy of both.
type Verb<'a> = &'a mut dyn FnMut(&mut Tx<'_>) -> Result<()>;

/// Lends `verb` to `run`, which calls it at most once, and returns what it gave.
fn once<T>(
    verb: impl FnOnce(&mut Tx<'_>) -> Result<T>,
    run: impl FnOnce(Verb<'_>) -> Result<()>,
) -> Result<T> {
    let mut verb = Some(verb);
    let mut given = None;
    run(&mut |tx| {
        if let Some(verb) = verb.take() {
            given = Some(verb(tx)?);
        }
        Ok(())
    })?;
    given.ok_or_else(|| Error::broken("the store ran no verb"))
}

impl Db {
    /// Opens an SQLite database, creating and migrating it as needed.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if its schema is newer than this program; [`Error::Broken`] if the file
    /// cannot be used.
    pub fn open_sqlite(path: &Path) -> Result<Self> {
        let db = Self { store: Store::Sqlite(sqlite::Sqlite::open(path)?), trouble: Mutex::default() };
        migrate::run(&db)?;
        Ok(db)
    }

    /// Opens a PostgreSQL database by URL, migrating it as needed.
    ///
    /// # Errors
    ///
    /// As [`Db::open_sqlite`].
    pub fn open_pg(url: &str) -> Result<Self> {
        let db = Self { store: Store::Pg(pg::Pg::open(url)?), trouble: Mutex::default() };
        migrate::run(&db)?;
        Ok(db)
    }

    /// Runs one verb in one transaction and returns when it is durable.
    ///
    /// # Errors
    ///
    /// Whatever the verb returns, and then nothing has changed; or [`Error::Broken`].
    pub fn write<T>(&self, verb: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let done = once(verb, |verb| self.write_one(verb));
        let trouble = match &done {
            Ok(_) => None,
            Err(Error::Broken(why)) if why == DISK_FULL || why.starts_with(NOT_COMMITTED) => {
                Some(why.clone())
            }
            // What a verb refuses says nothing of the store.
            Err(_) => return done,
        };
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
        done
    }

    /// Says why the last act could not be kept, while the store keeps nothing.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write_one(&self, verb: Verb<'_>) -> Result<()> {
        let verb: Verb<'_> = &mut |tx| {
            verb(tx)?;
            debug_assert!(tx.touched.is_empty(), "no entry speaks of {:?}", tx.touched);
            Ok(())
        };
        match &self.store {
            Store::Sqlite(store) => store.write(verb),
            Store::Pg(store) => store.write(verb),
        }
    }

    /// Runs a reading verb on one moment of the store.
    ///
    /// # Errors
    ///
    /// Whatever the verb returns, or [`Error::Broken`].
    pub fn read<T>(&self, verb: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        once(verb, |verb| match &self.store {
            Store::Sqlite(store) => store.read(verb),
            Store::Pg(store) => store.read(verb),
        })
    }

    /// Runs a reading verb that may see a later moment with each of its statements: on PostgreSQL this
    /// spares two of five round trips. For reads that only go onward, as along a collection by date.
    ///
    /// # Errors
    ///
    /// As [`Db::read`].
    pub fn read_onward<T>(&self, verb: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        once(verb, |verb| match &self.store {
            Store::Sqlite(store) => store.read(verb),
            Store::Pg(store) => store.read_onward(verb),
        })
    }

    /// Runs a short reading verb where nobody may wait for long: on a thread that speaks to others.
    ///
    /// `None` if it is not short, or the store is on the other side of a socket. Then nothing came of it,
    /// and it is to be run again by [`Db::read_onward`] on a thread that may wait.
    ///
    /// # Errors
    ///
    /// As [`Db::read`].
    pub fn read_briefly<T>(&self, verb: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<Option<T>> {
        let Store::Sqlite(store) = &self.store else { return Ok(None) };
        let mut whole = true;
        let found = once(verb, |verb| {
            whole = store.read_briefly(verb)?;
            Ok(())
        });
        if whole { found.map(Some) } else { Ok(None) }
    }

    /// Says which database this is, for `aldis doctor`.
    pub const fn kind(&self) -> &'static str {
        match self.store {
            Store::Sqlite(_) => "SQLite",
            Store::Pg(_) => "PostgreSQL",
        }
    }

    /// Runs the database's own check of its files; empty when nothing is wrong.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the check itself cannot run.
    pub fn self_check(&self) -> Result<Vec<String>> {
        match &self.store {
            Store::Sqlite(store) => store.self_check(),
            Store::Pg(_) => Ok(Vec::new()),
        }
    }
}

impl<'a> Tx<'a> {
    pub(crate) const fn new(link: Link<'a>) -> Self {
        Self { link, touched: Vec::new() }
    }

    /// Runs a statement and returns how many rows it changed.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] on a broken constraint; [`Error::Refused`] if a text holds a zero byte, which
    /// PostgreSQL cannot store; else [`Error::Broken`].
    pub fn exec(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        check(values)?;
        match &mut self.link {
            Link::Sqlite(connection) => sqlite::exec(connection, sql, values),
            Link::Pg(session) => session.exec(sql, values),
        }
    }

    /// Runs a query and returns its rows.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`].
    pub fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        check(values)?;
        match &mut self.link {
            Link::Sqlite(connection) => sqlite::rows(connection, sql, values),
            Link::Pg(session) => session.rows(sql, values),
        }
    }

    /// Runs a query and hands on its rows one by one until `each` returns false: a long answer is
    /// never held as a whole.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`], or whatever `each` returns.
    pub fn scan(
        &mut self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(Row) -> Result<bool>,
    ) -> Result<()> {
        check(values)?;
        match &mut self.link {
            Link::Sqlite(connection) => sqlite::scan(connection, sql, values, each),
            Link::Pg(session) => session.scan(sql, values, each),
        }
    }

    /// Runs a query and returns its first row.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is none, else [`Error::Broken`].
    pub fn row(&mut self, sql: &str, values: &[Value]) -> Result<Row> {
        self.rows(sql, values)?.into_iter().next().ok_or(Error::NotFound)
    }

    /// Remembers that a row was written, so that the next ledger entry commits to its content.
    ///
    /// A row that was written and not touched is found by `aldis log verify`.
    pub fn touch(&mut self, table: Table, id: impl Into<String>) {
        let row = (table, id.into());
        if !self.touched.contains(&row) {
            self.touched.push(row);
        }
    }

    /// Runs an UPDATE that must change exactly one row, whose id is the first value, and touches it.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] if the row is not in the state the statement asks for.
    pub fn update(&mut self, table: Table, sql: &str, values: &[Value]) -> Result<()> {
        if self.exec(sql, values)? != 1 {
            return Err(Error::Conflict("this changed meanwhile: look again".to_owned()));
        }
        if let Some(Value::Text(id)) = values.first() {
            self.touch(table, id.clone());
        }
        Ok(())
    }

    /// Runs an INSERT of one row, whose id is the first value, and touches it.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] if it exists already.
    pub fn insert(&mut self, table: Table, sql: &str, values: &[Value]) -> Result<()> {
        self.update(table, sql, values)
    }

    /// Returns the digests of all rows touched since the last call, and forgets them.
    ///
    /// A row that is gone has no digest.
    pub(crate) fn take_touched(&mut self) -> Result<Vec<(Table, String, Option<Digest>)>> {
        let touched = std::mem::take(&mut self.touched);
        let with_digest = |(table, id): (Table, String)| {
            let digest = self.digest(table, &id)?;
            Ok((table, id, digest))
        };
        touched.into_iter().map(with_digest).collect()
    }

    /// Hashes the content of one row; `None` if it does not exist.
    pub(crate) fn digest(&mut self, table: Table, id: &str) -> Result<Option<Digest>> {
        let row = self.rows(table.select_one(), &[id.into()])?.into_iter().next();
        Ok(row.map(|row| row.digest()))
    }

    /// Interns a label, so that lists can ask for it.
    pub(crate) fn label(&mut self, label: &Label) -> Result<Value> {
        let text = label.to_string();
        self.exec(INTERN_LABEL, &[text.as_str().into()])?;
        Ok(text.into())
    }
}

fn check(values: &[Value]) -> Result<()> {
    if values.iter().any(|value| matches!(value, Value::Text(text) if text.contains('\0'))) {
        return Err(Error::refused("a text cannot hold a zero byte"));
    }
    Ok(())
}

impl From<&Id> for Value {
    fn from(id: &Id) -> Self {
        Self::Text(id.as_str().to_owned())
    }
}

/// How the error begins whose commit failed.
const NOT_COMMITTED: &str = "the store could not commit";

const INTERN_LABEL: &str = "-- db::label
    INSERT INTO label (text) VALUES ($1) ON CONFLICT (text) DO NOTHING";
