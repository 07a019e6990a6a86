//! SQLite: one writer with group commit, a few readers.
//!
//! Writers take turns on one connection. Each runs its verb on its own thread inside a savepoint of
//! the open transaction; whoever finds nobody waiting commits for all. So a lone write costs one
//! fsync, and sixty-four writers together cost about one as well. Nobody is told "done" before the
//! commit that carries their work has returned.
//!
//! Source: SQLite, "Write-Ahead Logging" and `PRAGMA synchronous`.

use super::{Link, Row, Tx, Value, Verb};
use crate::error::{DISK_FULL, Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub(super) struct Sqlite {
    path: PathBuf,
    writer: Mutex<Writer>,
    committed: Condvar,
    waiting: AtomicUsize,
    readers: Mutex<Vec<Reader>>,
}

/// A connection that only reads.
struct Reader {
    connection: Connection,
    /// How many times [`STRIDE`] steps what runs now may still take; below 0 it is broken off.
    left: Arc<AtomicI64>,
}

struct Writer {
    connection: Connection,
    /// The batch that is open, or that the next writer will open.
    batch: u64,
    /// How many verbs the open batch holds; 0 means that no transaction is open.
    members: usize,
    /// Batches whose commit failed; their members are told so.
    failed: Vec<(u64, String)>,
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        prepare(&connection, WRITER_KIB)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // What is erased is overwritten, and the log of writes does not grow without end.
        connection.pragma_update(None, "secure_delete", "ON")?;
        connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
        connection.pragma_update(None, "wal_autocheckpoint", LOGGED_PAGES)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(Writer { connection, batch: 0, members: 0, failed: Vec::new() }),
            committed: Condvar::new(),
            waiting: AtomicUsize::new(0),
            readers: Mutex::new(Vec::new()),
        })
    }

    pub(super) fn write(&self, verb: Verb<'_>) -> Result<()> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut writer = lock(&self.writer);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        if writer.members == 0 {
            writer.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        let batch = writer.batch;
        writer.members += 1;
        // A verb that panics must not take along those who wait for the same commit.
        let done = catch_unwind(AssertUnwindSafe(|| in_savepoint(&writer.connection, verb)));
        // A full disk makes SQLite roll back all of the batch by itself: end it, so that all are told.
        if writer.connection.is_autocommit() {
            self.end(&mut writer, Some(DISK_FULL.to_owned()));
        } else if self.waiting.load(Ordering::SeqCst) == 0 || writer.members >= BATCH_MAX {
            self.commit(&mut writer);
        }
        while writer.batch == batch {
            writer = self.committed.wait(writer).unwrap_or_else(PoisonError::into_inner);
        }
        match writer.failed.iter().find(|(failed, _)| *failed == batch) {
            Some((_, why)) if why == DISK_FULL => Err(Error::broken(why)),
            Some((_, why)) => Err(Error::broken(format!("the store could not commit: {why}"))),
            None => done.unwrap_or_else(|panic| resume_unwind(panic)),
        }
    }

    fn commit(&self, writer: &mut MutexGuard<'_, Writer>) {
        let failed = writer.connection.execute_batch("COMMIT").err().map(|error| {
            let _ = writer.connection.execute_batch("ROLLBACK");
            match Error::from(error) {
                Error::Broken(why) => why,
                other => other.to_string(),
            }
        });
        self.end(writer, failed);
    }

    /// Ends the open batch and tells its members, all of them if it failed.
    fn end(&self, writer: &mut MutexGuard<'_, Writer>, failed: Option<String>) {
        if let Some(why) = failed {
            let batch = writer.batch;
            writer.failed.push((batch, why));
            let keep_from = writer.failed.len().saturating_sub(FAILED_KEPT);
            writer.failed.drain(..keep_from);
        }
        writer.batch += 1;
        writer.members = 0;
        self.committed.notify_all();
    }

    pub(super) fn read(&self, verb: Verb<'_>) -> Result<()> {
        self.reading(i64::MAX, verb)?.1
    }

    /// Reads, or gives up after about `BRIEF * STRIDE` steps of SQLite's machine and returns false.
    pub(super) fn read_briefly(&self, verb: Verb<'_>) -> Result<bool> {
        match self.reading(BRIEF, verb)? {
            (true, _) => Ok(false),
            (false, done) => done.map(|()| true),
        }
    }

    /// Runs a verb on one moment, and says whether it was broken off.
    fn reading(&self, most: i64, verb: Verb<'_>) -> Result<(bool, Result<()>)> {
        let pooled = lock(&self.readers).pop();
        let reader = match pooled {
            Some(reader) => reader,
            None => self.open_reader()?,
        };
        reader.connection.prepare_cached("BEGIN")?.execute([])?;
        reader.left.store(most, Ordering::Relaxed);
        let done = verb(&mut Tx::new(Link::Sqlite(&reader.connection)));
        let over = reader.left.swap(i64::MAX, Ordering::Relaxed) < 0;
        reader.connection.prepare_cached("ROLLBACK")?.execute([])?;
        let mut readers = lock(&self.readers);
        if readers.len() < READERS_MAX {
            readers.push(reader);
        }
        Ok((over, done))
    }

    fn open_reader(&self) -> Result<Reader> {
        let mut connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        prepare(&connection, READER_KIB)?;
        let left = Arc::new(AtomicI64::new(i64::MAX));
        let counted = Arc::clone(&left);
        connection.progress_handler(STRIDE, Some(move || counted.fetch_sub(1, Ordering::Relaxed) <= 0))?;
        Ok(Reader { connection, left })
    }

    pub(super) fn self_check(&self) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        self.read(&mut |tx| {
            for row in tx.rows("PRAGMA integrity_check", &[])? {
                lines.push(row.text(0)?);
            }
            Ok(())
        })?;
        lines.retain(|line| line != "ok");
        Ok(lines)
    }
}

fn prepare(connection: &Connection, cache_kib: i64) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.set_prepared_statement_cache_capacity(256);
    // Without it, SQLite plans a join anew whenever a parameter takes another value: with every request.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn in_savepoint(connection: &Connection, verb: Verb<'_>) -> Result<()> {
    connection.prepare_cached("SAVEPOINT verb")?.execute([])?;
    let done = catch_unwind(AssertUnwindSafe(|| verb(&mut Tx::new(Link::Sqlite(connection)))));
    // A full disk has rolled back everything: there is no savepoint left to go back to.
    if connection.is_autocommit() {
        return done.unwrap_or_else(|panic| resume_unwind(panic));
    }
    if !matches!(done, Ok(Ok(()))) {
        connection.prepare_cached("ROLLBACK TO verb")?.execute([])?;
    }
    connection.prepare_cached("RELEASE verb")?.execute([])?;
    done.unwrap_or_else(|panic| resume_unwind(panic))
}

pub(super) fn exec(connection: &Connection, sql: &str, values: &[Value]) -> Result<u64> {
    let mut statement = connection.prepare_cached(&numbered(sql))?;
    Ok(statement.execute(params_from_iter(values))? as u64)
}

pub(super) fn rows(connection: &Connection, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    scan(connection, sql, values, &mut |row| {
        rows.push(row);
        Ok(true)
    })?;
    Ok(rows)
}

pub(super) fn scan(
    connection: &Connection,
    sql: &str,
    values: &[Value],
    each: &mut dyn FnMut(Row) -> Result<bool>,
) -> Result<()> {
    let mut statement = connection.prepare_cached(&numbered(sql))?;
    let columns = statement.column_count();
    let mut found = statement.query(params_from_iter(values))?;
    while let Some(row) = found.next()? {
        let value = |at| row.get_ref(at).map_err(Error::from).and_then(from_sqlite);
        if !each(Row((0..columns).map(value).collect::<Result<_>>()?))? {
            return Ok(());
        }
    }
    Ok(())
}

pub(super) fn batch(connection: &Connection, sql: &str) -> Result<()> {
    Ok(connection.execute_batch(sql)?)
}

/// Writes `$1` as `?1`: SQLite numbers `$1` by first use, not by its number.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

fn from_sqlite(value: ValueRef<'_>) -> Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(bytes) => Value::Text(
            std::str::from_utf8(bytes).map_err(|_| Error::broken("store: a text is not UTF-8"))?.to_owned(),
        ),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Real(_) => return Err(Error::broken("store: a fraction where none is stored")),
    })
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const BATCH_MAX: usize = 256;
const READERS_MAX: usize = 8;
/// The pages each connection keeps. Readers keep few: the system's own cache holds the file once for
/// all, while eight readers with eight megabytes each took half of what a server may.
const WRITER_KIB: i64 = 8_000;
const READER_KIB: i64 = 2_000;
const FAILED_KEPT: usize = 64;
/// How many pages the log of writes holds before they are carried over into the file. An addition of a
/// thousand objects writes about a thousand pages here and there in an index; carried over together, a
/// page that several of them wrote goes to the disk once.
const LOGGED_PAGES: i64 = 4_000;
/// How many steps of SQLite's machine pass between two looks at the limit.
const STRIDE: i32 = 1_000;
/// A page of a thousand objects takes about thirty times [`STRIDE`] steps, an object by its id less
/// than one; whoever takes more than this has waited for about five milliseconds.
const BRIEF: i64 = 100;
