//! Measures durable commits: state, ledger entry and outbox row, acknowledged after the disk has them.

#![allow(clippy::disallowed_methods, reason = "a bench measures how long it takes")]

use aldis::desk::{case, consent};
use aldis::error::Error;
use aldis::node::Node;
use aldis_bench::machine;
use aldis_bench::real::{self, Shifted};
use aldis_model::Id;
use aldis_model::role::Role;
use clap::Parser;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// Durable commits per second through two verbs, with 1 and with 64 clients.
#[derive(Parser)]
struct Options {
    /// Seconds for each figure.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Where the store stands; it must be a disk for the figures to mean anything.
    #[arg(long, default_value = "target")]
    folder: PathBuf,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Error> {
    std::fs::create_dir_all(&options.folder)?;
    let folder = tempfile::tempdir_in(&options.folder)?;
    let length = Duration::from_secs(options.seconds);
    println!("{:<34} {:>8} {:>9} {:>9} {:>6}", "what", "per s", "p50 ms", "p99 ms", "load");
    row("4 KiB append + fdatasync, 1 client", disk(folder.path(), length)?, length);
    let node = real::open(
        folder.path(),
        Arc::new(Shifted::new("2031-05-04T08:00:00Z".parse()?, SystemTime::now())),
    )?;
    let case = prepare(&node)?;
    for clients in [1, 64] {
        let took = clients_at(clients, length, || real::take_in(&node).map(|_| ()))?;
        row(&format!("gather::accept, {clients} clients"), took, length);
        let took = clients_at(clients, length, || ask(&node, &case))?;
        row(&format!("consent::ask, {clients} clients"), took, length);
    }
    row("4 KiB append + fdatasync, 1 client", disk(folder.path(), length)?, length);
    println!("{}", machine::line());
    Ok(())
}

fn row(what: &str, mut took: Vec<Duration>, length: Duration) {
    took.sort_unstable();
    let at = |pct: usize| took.get((took.len() * pct / 100).min(took.len().saturating_sub(1)));
    let ms = |pct| at(pct).map_or(0.0, |took| took.as_secs_f64() * 1_000.0);
    #[expect(clippy::cast_precision_loss, reason = "a rate for reading")]
    let per_second = took.len() as f64 / length.as_secs_f64();
    println!("{what:<34} {per_second:>8.0} {:>9.2} {:>9.2} {:>6}", ms(50), ms(99), machine::load());
}

/// Measures what the disk does by itself.
fn disk(folder: &Path, length: Duration) -> Result<Vec<Duration>, Error> {
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join("raw"))?;
    let (start, mut took) = (Instant::now(), Vec::new());
    while start.elapsed() < length {
        let one = Instant::now();
        file.write_all(&[7; 4_096])?;
        file.sync_data()?;
        took.push(one.elapsed());
    }
    Ok(took)
}

fn clients_at(
    clients: usize,
    length: Duration,
    verb: impl Fn() -> Result<(), Error> + Sync,
) -> Result<Vec<Duration>, Error> {
    let start = Instant::now();
    let client = || {
        let mut took = Vec::new();
        while start.elapsed() < length {
            let one = Instant::now();
            verb()?;
            took.push(one.elapsed());
        }
        Ok::<_, Error>(took)
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| Error::broken("a client panicked"))??);
        }
        Ok(all)
    })
}

fn prepare(node: &Node) -> Result<Id, Error> {
    let report = real::take_in(node)?;
    let analyst = real::officer(node, "Analyst", Role::Analyst);
    node.db.write(|tx| case::open(tx, &analyst, "A case", &report))
}

fn ask(node: &Node, case: &Id) -> Result<(), Error> {
    let analyst = real::officer(node, "Analyst", Role::Analyst);
    node.db.write(|tx| consent::ask(tx, &analyst, case, "ALLY", "PUBLIC", "Keep away.")).map(|_| ())
}
