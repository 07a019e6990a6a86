//! Measures a warning to many recipients: cutting, queueing and delivering, beside a plain loop.

#![allow(clippy::disallowed_methods, reason = "a bench measures how long it takes")]

use aldis::error::Result;
use aldis::exchange::worker;
use aldis_bench::fanout::plain;
use aldis_bench::fanout::sink::{Sink, Taken};
use aldis_bench::fanout::warn::{self, By};
use aldis_bench::machine;
use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

/// One warning, a release for each recipient, by mail and by webhook.
#[derive(Parser)]
struct Options {
    /// Recipients.
    #[arg(long, default_value_t = 10_000)]
    recipients: usize,
    /// Deliveries carried at once, and connections of the plain loop.
    #[arg(long, default_value_t = 16)]
    hands: usize,
    /// Where the store stands; it must be a disk for the figures to mean anything.
    #[arg(long, default_value = "target")]
    folder: PathBuf,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let mut held = true;
    println!("{HEAD}");
    for by in [By::Mail, By::Webhook] {
        match run(&options, by) {
            Ok(whole) => held &= whole,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{}", machine::line());
    if held { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A plain loop over the client library: port, messages, connections.
type Plain = fn(u16, usize, usize) -> Result<()>;

fn run(options: &Options, by: By) -> Result<bool> {
    let (count, hands) = (options.recipients, options.hands);
    std::fs::create_dir_all(&options.folder)?;
    let folder = tempfile::tempdir_in(&options.folder)?;
    let (sink, plain, what): (Sink, Plain, &str) = match by {
        By::Mail => (Sink::mail()?, plain::mails, "mail"),
        By::Webhook => (Sink::webhook()?, plain::webhooks, "webhook"),
    };
    let one = timed(&format!("{what}: plain loop, 1 connection"), count, || plain(sink.port, count, 1))?;
    let limit =
        timed(&format!("{what}: plain loop, {hands} connections"), count, || plain(sink.port, count, hands))?;
    let _ = sink.take();
    let node = warn::open(folder.path(), sink.port, hands)?;
    let names = warn::recipients(&node, count, by, sink.port)?;
    let warning = warn::warning(&node)?;
    let mut releases = Vec::new();
    timed(&format!("{what}: proposed and approved"), count, || {
        releases = warn::cut(&node, &warning, &names)?;
        Ok(())
    })?;
    timed(&format!("{what}: queued, in one commit"), count, || warn::queue(&node, &releases).map(|_| ()))?;
    let before = machine::memory_mib();
    machine::forget_peak();
    let ours =
        timed(&format!("{what}: delivered, {hands} at once"), count, || worker::run_due(&node).map(|_| ()))?;
    let peak = machine::peak_mib();
    let taken = sink.take();
    println!(
        "{what}: {:.2} of the plain loop with {hands} connections, {:.2} of that with one; {}; memory {before} MiB before, {peak} MiB at most",
        ours / limit,
        ours / one,
        said(&taken),
    );
    let waiting = node.db.read(|tx| tx.row(NOT_DELIVERED, &[])?.int(0))?;
    let whole = taken.messages == count && taken.of.len() == count && waiting == 0;
    if !whole {
        println!("{what}: NOT WHOLE: {waiting} deliveries without a receipt");
    }
    Ok(whole)
}

fn said(taken: &Taken) -> String {
    let (messages, of) = (taken.messages, taken.of.len());
    format!("{messages} taken for {of} recipients over {} connections", taken.connections)
}

/// Does something for `count` recipients, prints and returns how many a second.
fn timed(what: &str, count: usize, act: impl FnOnce() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    act()?;
    let took = start.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for reading")]
    let per_second = count as f64 / took;
    println!("{what:<44} {took:>8.2} {per_second:>9.0} {:>6}", machine::load());
    Ok(per_second)
}

const HEAD: &str = "what                                               s     per s   load";

const NOT_DELIVERED: &str = "-- bench fanout
    SELECT count(*) FROM delivery WHERE delivered_at IS NULL";
