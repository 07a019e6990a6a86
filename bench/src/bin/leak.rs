//! Compares pairs of worlds until so many pairs of requests were asked, and says what it found.

#![allow(clippy::disallowed_methods, reason = "a bench measures how long it takes")]

use aldis::error::Error;
use aldis_bench::leak;
use aldis_bench::leak::progress::{Progress, program};
use aldis_bench::machine;
use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Two worlds that differ only in what a viewer may not see must answer alike, byte for byte.
#[derive(Parser)]
struct Options {
    /// How many pairs of requests to ask at least, with those of earlier runs.
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
    /// Ask over sockets: start a server for each world and speak HTTP.
    #[arg(long)]
    http: bool,
    /// Keep in this file how far it came, and take up what it holds.
    #[arg(long)]
    state: Option<PathBuf>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let opened = program()
        .and_then(|program| Progress::open(options.state.as_deref(), &program, options.seed, options.http));
    let progress = match opened {
        Ok(progress) => progress,
        Err(error) => {
            eprintln!("leak: {error}");
            return ExitCode::from(2);
        }
    };
    let (progress, failed) = ask(&options, progress);
    eprintln!();
    report(&progress, options.http);
    if let Some(error) = &failed {
        eprintln!("the script failed: {error}");
    }
    // A leak that was seen is a leak, whatever else went wrong.
    match (progress.tally.differences.is_empty(), failed) {
        (false, _) => ExitCode::FAILURE,
        (true, Some(_)) => ExitCode::from(2),
        (true, None) => ExitCode::SUCCESS,
    }
}

/// Asks pair after pair until it is enough; returns what came of it, and what went wrong.
fn ask(options: &Options, progress: Progress) -> (Progress, Option<String>) {
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        threads => threads,
    };
    let (before, start) = (progress.seconds, Instant::now());
    let seeds = Mutex::new(progress.open_seeds());
    let progress = Mutex::new(progress);
    let lock = || progress.lock().unwrap_or_else(PoisonError::into_inner);
    let enough = || {
        let so_far = lock();
        so_far.tally.requests >= options.pairs
            || (!so_far.tally.differences.is_empty() && !options.keep_going)
    };
    let work = || {
        while !enough() {
            let next = seeds.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(seed) = next else { break };
            let pair = if options.http { leak::pair_over_http } else { leak::pair };
            let tally = pair(seed).map_err(|error| format!("pair {seed}: {error}"))?;
            let mut so_far = lock();
            so_far.seconds = before + start.elapsed().as_secs_f64();
            so_far.done(seed, tally).map_err(|error: Error| error.to_string())?;
            let (worlds, requests) = (so_far.tally.worlds, so_far.tally.requests);
            eprint!("\r{worlds} world pairs, {requests} request pairs, {:.0} s", so_far.seconds);
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
    (progress.into_inner().unwrap_or_else(PoisonError::into_inner), failed)
}

fn report(progress: &Progress, http: bool) {
    let (total, seconds) = (&progress.tally, progress.seconds);
    for difference in total.differences.iter().take(20) {
        println!("pair {}: {}", difference.seed, difference.question);
        difference.answers.iter().for_each(|answer| println!("    {answer}"));
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for reading")]
    let per_second = total.requests as f64 / seconds;
    println!("asked              {}", if http { "over HTTP, on sockets" } else { "within the process" });
    println!("world pairs        {}", total.worlds);
    println!("request pairs      {}", total.requests);
    println!("  with an answer   {}", total.answered);
    let asked = total.routes.iter().filter(|[asked, _]| *asked > 0).count();
    println!("routes asked       {asked} of {}", leak::routes::all().len());
    for (route, [asked, done]) in leak::routes::all().iter().zip(&total.routes) {
        if *done == 0 {
            println!("  refused only     {} {}, {asked} times", route.method, route.path);
        }
    }
    println!("differences        {}", total.differences.len());
    println!("control            a fully cleared reader told {} pairs apart", total.told_apart);
    println!("request pairs/s    {per_second:.0} in {seconds:.1} s");
    println!("{}", machine::line());
}
