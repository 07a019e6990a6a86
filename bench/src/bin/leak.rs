//! Compares pairs of worlds until so many pairs of requests were asked, and says what it found.

#![allow(clippy::disallowed_methods, reason = "a bench measures how long it takes")]

use aldis_bench::leak::{self, Tally};
use aldis_bench::machine;
use clap::Parser;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Two worlds that differ only in what a viewer may not see must answer alike, byte for byte.
#[derive(Parser)]
struct Options {
    /// How many pairs of requests to ask at least.
    #[arg(long, default_value_t = 1_000_000)]
    pairs: u64,
    /// The first pair's seed; the same seed builds the same worlds.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many pairs of worlds at a time; 0 takes the machine's processors.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Go on after a difference.
    #[arg(long)]
    keep_going: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        threads => threads,
    };
    let (next, total, start) = (AtomicU64::new(options.seed), Mutex::new(Tally::default()), Instant::now());
    let work = || {
        while let Ok(so_far) = total.lock().map(|total| (total.requests, total.differences.len())) {
            if so_far.0 >= options.pairs || (so_far.1 > 0 && !options.keep_going) {
                return Ok(());
            }
            let seed = next.fetch_add(1, Ordering::SeqCst);
            let tally = leak::pair(seed).map_err(|error| format!("pair {seed}: {error}"))?;
            if let Ok(mut total) = total.lock() {
                total.add(tally);
                let seconds = start.elapsed().as_secs_f64();
                eprint!("\r{} world pairs, {} request pairs, {seconds:.0} s", total.worlds, total.requests);
            }
        }
        Ok::<(), String>(())
    };
    let failed = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().find_map(|thread| match thread.join() {
            Ok(done) => done.err(),
            Err(_) => Some("a thread panicked".to_owned()),
        })
    });
    eprintln!();
    let total = total.into_inner().unwrap_or_default();
    report(&total, start.elapsed().as_secs_f64());
    if let Some(error) = &failed {
        eprintln!("the script failed: {error}");
    }
    // A leak that was seen is a leak, whatever else went wrong.
    match (total.differences.is_empty(), failed) {
        (false, _) => ExitCode::FAILURE,
        (true, Some(_)) => ExitCode::from(2),
        (true, None) => ExitCode::SUCCESS,
    }
}

fn report(total: &Tally, seconds: f64) {
    for difference in total.differences.iter().take(20) {
        println!("pair {}: {}", difference.seed, difference.question);
        difference.answers.iter().for_each(|answer| println!("    {answer}"));
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for reading")]
    let per_second = total.requests as f64 / seconds;
    println!("world pairs        {}", total.worlds);
    println!("request pairs      {}", total.requests);
    println!("  with an answer   {}", total.answered);
    println!("differences        {}", total.differences.len());
    println!("control            a fully cleared reader told {} pairs apart", total.told_apart);
    println!("request pairs/s    {per_second:.0} in {seconds:.1} s");
    println!("{}", machine::line());
}
