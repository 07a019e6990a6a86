//! Both databases for every test: a SQLite file, and a PostgreSQL started for this run.
//!
//! The cluster lives in a folder of its own, listens on a socket there and nowhere else, and belongs
//! to a shell that waits for this process: however the tests end, the shell then stops the server and
//! removes the folder.

use aldis::db::Db;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    Sqlite,
    Pg,
}

/// A database of one test, which can be opened a second time.
#[derive(Clone, Debug)]
pub enum Place {
    Sqlite(PathBuf),
    Pg(String),
}

impl Store {
    /// Makes an empty database; a file in `folder`, or a database in the cluster.
    pub fn place(self, folder: &Path) -> Place {
        match self {
            Self::Sqlite => Place::Sqlite(folder.join("aldis.db")),
            Self::Pg => Place::Pg(new_pg_database()),
        }
    }
}

impl Place {
    pub fn open(&self) -> aldis::error::Result<Db> {
        match self {
            Self::Sqlite(path) => Db::open_sqlite(path),
            Self::Pg(url) => Db::open_pg(url),
        }
    }

    /// Runs SQL behind the program's back.
    pub fn tamper(&self, sql: &str) {
        match self {
            Self::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA busy_timeout = 5000").unwrap();
                connection.execute_batch(sql).unwrap();
            }
            Self::Pg(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.batch_execute("SET session_replication_role = replica").unwrap();
                client.batch_execute(sql).unwrap();
            }
        }
    }
}

/// Says whether tests on PostgreSQL can run here; prints why not.
///
/// With `pg` in `ALDIS_REQUIRE` its absence is a failure.
pub fn has_pg() -> bool {
    if cluster().is_some() {
        return true;
    }
    assert!(!is_required("pg"), "ALDIS_REQUIRE wants PostgreSQL, and it is not installed");
    println!("skipped: PostgreSQL not installed");
    false
}

/// Says whether `ALDIS_REQUIRE` names a tool whose absence must fail.
#[expect(clippy::disallowed_methods, reason = "the machine that runs the tests says what it has")]
pub fn is_required(what: &str) -> bool {
    std::env::var("ALDIS_REQUIRE").is_ok_and(|list| list.split([',', ' ']).any(|word| word == what))
}

/// Makes two tests of each fact, `on_sqlite` and `on_postgresql`.
macro_rules! on_both {
    ($($fact:ident),+ $(,)?) => {$(
        mod $fact {
            #[test]
            fn on_sqlite() {
                super::$fact(&$crate::desk::House::on($crate::store::Store::Sqlite));
            }

            #[test]
            fn on_postgresql() {
                if $crate::store::has_pg() {
                    super::$fact(&$crate::desk::House::on($crate::store::Store::Pg));
                }
            }
        }
    )+};
}
pub(crate) use on_both;

struct Cluster {
    socket: PathBuf,
    // The shell stops the server when this end of its input closes, at the latest when we exit.
    _shell: std::process::Child,
}

fn new_pg_database() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let cluster = cluster().expect("has_pg was asked before");
    let name = format!("t{}", NUMBER.fetch_add(1, Ordering::SeqCst));
    let mut client = postgres::Client::connect(&cluster.url("postgres"), postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name} STRATEGY FILE_COPY")).unwrap();
    cluster.url(&name)
}

impl Cluster {
    fn url(&self, database: &str) -> String {
        format!("host={} user=aldis dbname={database}", self.socket.display())
    }
}

fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(start).as_ref()
}

fn start() -> Option<Cluster> {
    let bin = programs()?;
    let folder = tempfile::Builder::new().prefix("aldis-pg-").tempdir().unwrap().keep();
    let user = ordinary_user();
    if let Some((uid, gid)) = user {
        chown(&folder, Some(uid), Some(gid)).unwrap();
    }
    let as_user = |program: &str| {
        let mut command = Command::new(program);
        if let Some((uid, gid)) = user {
            command.uid(uid).gid(gid);
        }
        command.current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let made = as_user(bin.join("initdb").to_str().unwrap())
        .args(["-D", "data", "-U", "aldis", "--auth=trust", "--locale=C", "-E", "UTF8", "-N"])
        .status()
        .unwrap();
    assert!(made.success(), "initdb failed in {}", folder.display());
    let script = format!(
        "{}/postgres -D data -k {} -c listen_addresses= -c fsync=off -c max_connections=300 \
         -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0 -c shared_buffers=32MB 2>log & server=$!; \
         cat >/dev/null; kill -QUIT $server; wait $server; rm -rf {}",
        bin.display(),
        folder.display(),
        folder.display()
    );
    let shell = as_user("/bin/sh").args(["-c", &script]).stdin(Stdio::piped()).spawn().unwrap();
    let cluster = Cluster { socket: folder, _shell: shell };
    for _ in 0..500 {
        if postgres::Client::connect(&cluster.url("postgres"), postgres::NoTls).is_ok() {
            return Some(cluster);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let log = fs::read_to_string(cluster.socket.join("log")).unwrap_or_default();
    panic!("PostgreSQL did not start within ten seconds:\n{log}");
}

/// Finds the folder of `initdb` and `postgres`.
#[expect(clippy::disallowed_methods, reason = "looking for a program of the machine")]
fn programs() -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    folders.sort();
    folders.reverse();
    folders.extend(path.split(':').map(PathBuf::from));
    folders.into_iter().find(|bin| bin.join("initdb").exists() && bin.join("postgres").exists())
}

/// PostgreSQL refuses to run as root: names the user to run it as, if we are root.
fn ordinary_user() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").map_or(1, |me| me.uid()) != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody"))
}
