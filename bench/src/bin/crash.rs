//! Kills a serving process at any moment and looks whether everything it acknowledged is there.
//!
//! The process starts itself as a child, which takes in reports and answers with eight clients and says
//! an id on its standard output only after the verb returned. What this does not test is a disk that
//! loses what it said it had: killing a process loses no page of the system's cache.

#![allow(clippy::disallowed_methods, reason = "a bench measures how long it takes")]

use aldis::desk::acknowledge;
use aldis::error::Error;
use aldis::log;
use aldis::node::Node;
use aldis_bench::dice::Dice;
use aldis_bench::machine;
use aldis_bench::real;
use aldis_model::Id;
use aldis_model::answer::Answer;
use aldis_model::role::Role;
use clap::Parser;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// kill -9 in the middle of work, again and again, on one store.
#[derive(Parser)]
struct Options {
    /// How often.
    #[arg(long, default_value_t = 200)]
    cycles: u32,
    /// The seed of the moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Verify the whole ledger after each so many cycles, and at the end.
    #[arg(long, default_value_t = 40)]
    verify_every: u32,
    /// Where the store stands.
    #[arg(long, default_value = "target")]
    folder: PathBuf,
    /// Serve the store in this folder until killed: what the child is started with.
    #[arg(long, hide = true)]
    child: Option<PathBuf>,
    /// The warning the child cuts versions of.
    #[arg(long, hide = true)]
    warning: Option<Id>,
    /// When the store's clock started, in seconds of the machine's.
    #[arg(long, hide = true, default_value_t = 0)]
    since: u64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match (&options.child, &options.warning) {
        (Some(folder), Some(warning)) => serve(folder, warning, options.since).map(|()| true),
        _ => run(&options),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Takes in reports with four clients and answers with four, until somebody kills it.
fn serve(folder: &Path, warning: &Id, since: u64) -> Result<(), Error> {
    let node = real::open(folder, real::noon(since)?)?;
    say("ready");
    let client = |number: usize| loop {
        let done = if number.is_multiple_of(2) {
            real::take_in(&node).map(|id| format!("report {id}"))
        } else {
            answer(&node, warning)
        };
        match done {
            Ok(line) => say(&line),
            Err(error) => {
                eprintln!("client {number}: {error}");
                return Err::<(), Error>(error);
            }
        }
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..8).map(|number| scope.spawn(move || client(number))).collect();
        let failed = clients.into_iter().find_map(|client| client.join().ok()?.err());
        failed.map_or(Ok(()), Err)
    })
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A parent that is gone has killed us already.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Sends a version by hand and records what its recipient said; only the last act is acknowledged.
fn answer(node: &Node, warning: &Id) -> Result<String, Error> {
    let delivery = real::hand_over(node, warning)?;
    let now = real::officer(node, "Senior", Role::Senior);
    let said = acknowledge::Said {
        answer: Answer::Read,
        note: "",
        by: "the doorkeeper",
        at: now.now,
        key_id: None,
        text_hash: None,
        evidence: None,
    };
    node.db.write(|tx| acknowledge::told(tx, &now, &delivery, &said)).map(|()| format!("answer {delivery}"))
}

fn run(options: &Options) -> Result<bool, Error> {
    std::fs::create_dir_all(&options.folder)?;
    let folder = tempfile::tempdir_in(&options.folder)?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    let warning = real::prepare(folder.path())?;
    let (mut dice, start) = (Dice::new(options.seed), Instant::now());
    let (mut acknowledged, mut lost, mut cut_off, mut findings) = (0_usize, 0_usize, 0_u32, 0_usize);
    for cycle in 1..=options.cycles {
        let lines = one_life(folder.path(), &warning, since, &mut dice)?;
        cut_off += u32::from(lines.is_empty());
        let node = real::open(folder.path(), real::noon(since)?)?;
        let missing = missing(&node, &lines)?;
        acknowledged += lines.len();
        lost += missing.len();
        missing.iter().for_each(|line| println!("LOST in cycle {cycle}: {line}"));
        if cycle.is_multiple_of(options.verify_every) || cycle == options.cycles {
            findings += verify(&node, cycle)?;
        }
        eprint!("\rcycle {cycle}, {acknowledged} acknowledged, {lost} lost");
    }
    eprintln!();
    println!("cycles               {}", options.cycles);
    println!("  killed at start    {cut_off}");
    println!("acknowledged         {acknowledged}");
    println!("lost                 {lost}");
    println!("ledger findings      {findings}");
    println!("time                 {:.0} s", start.elapsed().as_secs_f64());
    println!("{}", machine::line());
    Ok(lost == 0 && findings == 0)
}

/// Starts a child, lets it work for a moment, kills it and returns what it acknowledged.
fn one_life(folder: &Path, warning: &Id, since: u64, dice: &mut Dice) -> Result<Vec<String>, Error> {
    let program = std::env::current_exe()?;
    let mut child = Command::new(program)
        .arg("--child")
        .arg(folder)
        .args(["--warning", warning.as_str(), "--since", &since.to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let out = child.stdout.take().ok_or_else(|| Error::broken("the child has no output"))?;
    let (ready, is_ready) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut lines = Vec::new();
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if line == "ready" {
                let _ = ready.send(());
            } else {
                lines.push(line);
            }
        }
        lines
    });
    // One in eight dies while it opens the store.
    if !dice.chance_pct(12) {
        let _ = is_ready.recv_timeout(Duration::from_secs(60));
    }
    std::thread::sleep(Duration::from_micros(dice.roll() % 250_000));
    let died_before = child.try_wait()?;
    child.kill()?;
    child.wait()?;
    if let Some(status) = died_before {
        return Err(Error::broken(format!("the child ended by itself: {status}")));
    }
    reader.join().map_err(|_| Error::broken("the reader panicked"))
}

/// Returns what was acknowledged and is not in the store with its ledger entry.
fn missing(node: &Arc<Node>, lines: &[String]) -> Result<Vec<String>, Error> {
    node.db.read(|tx| {
        let mut missing = Vec::new();
        for line in lines {
            // The last line may have been cut by the kill; whole ones are kind and id.
            let Some((kind, id)) = line.split_once(' ').filter(|(_, id)| id.len() == 10) else { continue };
            let (sql, entry) = if kind == "report" {
                ("SELECT id FROM report WHERE id = $1", "report.received")
            } else {
                ("SELECT id FROM answer WHERE delivery_id = $1", "ack.received")
            };
            let row = !tx.rows(sql, &[id.into()])?.is_empty();
            let told = "SELECT idx FROM entry WHERE kind = $1 AND fields LIKE $2";
            // Searching the text of each entry is slow: one in fifty is enough beside the full verification.
            let in_ledger = !id.ends_with('7') || {
                !tx.rows(told, &[entry.into(), format!("%{id}%").into()])?.is_empty()
            };
            if !(row && in_ledger) {
                missing.push(line.clone());
            }
        }
        Ok(missing)
    })
}

fn verify(node: &Arc<Node>, cycle: u32) -> Result<usize, Error> {
    node.publish()?;
    let start = Instant::now();
    let verdict = log::verify(&node.db, node.log.folder(), &node.verifier())?;
    let findings = verdict.findings.len();
    verdict.findings.iter().take(5).for_each(|found| println!("  {}: {}", found.place, found.says));
    let took = start.elapsed().as_secs_f64();
    println!(
        "\rcycle {cycle}: {} entries, {} rows, {} tiles verified in {took:.1} s, {findings} findings",
        verdict.entries, verdict.rows, verdict.tiles
    );
    Ok(findings)
}
