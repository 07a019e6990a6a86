//! PostgreSQL: a pool of sessions, one transaction a verb.
//!
//! Writes take turns by an advisory lock, taken before the transaction starts so that its snapshot
//! is fresh. So a verb means the same as on SQLite's one writer, and ledger entries get dense numbers
//! in commit order, from however many processes. A session that dies lets the lock go.
//!
//! Source: PostgreSQL 15, sections 13.3.5 and 13.2.1.

use super::{Link, Row, Tx, Value, Verb};
use crate::error::Result;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, NoTls, Statement};
use std::collections::HashMap;
use std::error::Error as StdError;
use std::sync::{Mutex, PoisonError};

pub(super) struct Pg {
    url: String,
    idle: Mutex<Vec<Session>>,
}

pub(crate) struct Session {
    client: Client,
    statements: HashMap<String, Statement>,
}

impl Pg {
    pub(super) fn open(url: &str) -> Result<Self> {
        let pool = Self { url: url.to_owned(), idle: Mutex::new(Vec::new()) };
        let session = pool.session()?;
        pool.put_back(session);
        Ok(pool)
    }

    pub(super) fn write(&self, verb: Verb<'_>) -> Result<()> {
        let mut session = self.session()?;
        session.client.batch_execute(LOCK)?;
        let done = session.transaction("BEGIN READ WRITE", "COMMIT", verb);
        // A session that cannot unlock is dropped, and its lock with it: what was committed stays so.
        if session.client.batch_execute(UNLOCK).is_ok() {
            self.put_back(session);
        }
        done
    }

    pub(super) fn read(&self, verb: Verb<'_>) -> Result<()> {
        let mut session = self.session()?;
        let done = session.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ", "ROLLBACK", verb);
        self.put_back(session);
        done
    }

    /// Runs a verb without a transaction around it: each statement is one.
    pub(super) fn read_onward(&self, verb: Verb<'_>) -> Result<()> {
        let mut session = self.session()?;
        let done = verb(&mut Tx::new(Link::Pg(&mut session)));
        self.put_back(session);
        done
    }

    fn session(&self) -> Result<Session> {
        let pooled = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match pooled {
            Some(session) if !session.client.is_closed() => Ok(session),
            _ => {
                let mut client = Client::connect(&self.url, NoTls)?;
                client.batch_execute(PLANS)?;
                client.batch_execute(READ_ONLY)?;
                Ok(Session { client, statements: HashMap::new() })
            }
        }
    }

    fn put_back(&self, session: Session) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < SESSIONS_MAX {
            idle.push(session);
        }
    }
}

impl Session {
    fn transaction(&mut self, begin: &str, end: &str, verb: Verb<'_>) -> Result<()> {
        self.client.batch_execute(begin)?;
        match verb(&mut Tx::new(Link::Pg(self))) {
            Ok(()) => Ok(self.client.batch_execute(end)?),
            Err(error) => {
                self.client.batch_execute("ROLLBACK")?;
                Err(error)
            }
        }
    }

    pub(super) fn exec(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        let statement = self.prepare(sql)?;
        Ok(self.client.execute(&statement, &parameters(values))?)
    }

    pub(super) fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        let statement = self.prepare(sql)?;
        let found = self.client.query(&statement, &parameters(values))?;
        found.iter().map(from_pg).collect()
    }

    pub(super) fn scan(
        &mut self,
        sql: &str,
        values: &[Value],
        each: &mut dyn FnMut(Row) -> Result<bool>,
    ) -> Result<()> {
        let statement = self.prepare(sql)?;
        let mut found = self.client.query_raw(&statement, values)?;
        while let Some(row) = found.next()? {
            if !each(from_pg(&row)?)? {
                return Ok(());
            }
        }
        Ok(())
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.client.batch_execute(sql)?)
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn from_pg(row: &postgres::Row) -> Result<Row> {
    let value = |at: usize| {
        let column = row.columns().get(at).map(|column| column.type_().clone());
        Ok(match column {
            Some(Type::INT8) => row.try_get::<_, Option<i64>>(at)?.map_or(Value::Null, Value::Int),
            Some(Type::INT4) => row.try_get::<_, Option<i32>>(at)?.map(i64::from).into(),
            Some(Type::BYTEA) => row.try_get::<_, Option<Vec<u8>>>(at)?.map_or(Value::Null, Value::Blob),
            _ => row.try_get::<_, Option<String>>(at)?.map_or(Value::Null, Value::Text),
        })
    };
    Ok(Row((0..row.len()).map(value).collect::<Result<_>>()?))
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Blob(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

const SESSIONS_MAX: usize = 16;

/// A statement is planned a few times and then never again, often while its table is still empty. So it
/// takes an index where there is one, in that index's order, whatever the table looked like: a sequential
/// scan, or a bitmap and a sort, that was right for nothing reads everything later.
///
/// Source: PostgreSQL 15, section 20.7.1 and the notes on PREPARE.
const PLANS: &str = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off";

/// What does not say that it writes cannot.
const READ_ONLY: &str = "SET default_transaction_read_only = on";

const LOCK: &str = "SELECT pg_advisory_lock(4711)";

const UNLOCK: &str = "SELECT pg_advisory_unlock(4711)";
