//! Arms escalation timers by the hundred thousand and looks whether each fires once and in time: on a quiet
//! node, across kill -9, and while the machine's clock is moved.
//!
//! The deliveries are copies of one that went through the verbs: the same warning, many recipients. What
//! fires is the real verb with the real thread's function, `worker::fire_due`; nothing is sent.

#![allow(clippy::disallowed_methods, reason = "a bench measures how long it takes")]

use aldis::ctx::Clock;
use aldis::db::Table;
use aldis::desk::timers::{self, Timer};
use aldis::error::Error;
use aldis::exchange::worker;
use aldis::journal;
use aldis::node::Node;
use aldis_bench::dice::Dice;
use aldis_bench::machine;
use aldis_bench::real;
use aldis_model::clock::Reading;
use aldis_model::event::{Event, Kind};
use aldis_model::{Id, Label, Time, Tlp};
use clap::Parser;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Lateness, loss and wrong escalations of armed timers.
#[derive(Parser)]
struct Options {
    /// How many timers are armed.
    #[arg(long, default_value_t = 100_000)]
    timers: usize,
    /// Over how many seconds they are due.
    #[arg(long, default_value_t = 300)]
    over: u64,
    /// How often a firing process is killed.
    #[arg(long, default_value_t = 200)]
    cycles: u32,
    /// How many timers are armed for the kills and for the moved clock.
    #[arg(long, default_value_t = 10_000)]
    few: usize,
    /// The seed of the moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the store stands.
    #[arg(long, default_value = "target")]
    folder: PathBuf,
    /// Fire what is due in this folder until killed: what the child is started with.
    #[arg(long, hide = true)]
    child: Option<PathBuf>,
    /// When the store's clock started, in seconds of the machine's.
    #[arg(long, hide = true, default_value_t = 0)]
    since: u64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match &options.child {
        Some(folder) => fire_until_killed(folder, options.since),
        None => run(&options),
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

fn run(options: &Options) -> Result<bool, Error> {
    std::fs::create_dir_all(&options.folder)?;
    let late = lateness(options)?;
    let lost = kills(options)?;
    let wrong = moves(options)?;
    println!("{}", machine::line());
    Ok(late && lost && wrong)
}

/// Fires everything in real time and measures from the due time to the end of its transaction's round.
fn lateness(options: &Options) -> Result<bool, Error> {
    let folder = tempfile::tempdir_in(&options.folder)?;
    let node = real::open(folder.path(), real::noon(since())?)?;
    let delivery = real::hand_over(&node, &real::prepare(folder.path())?)?;
    let armed = Instant::now();
    arm(&node, &delivery, options.timers, LEAD_US, options.over)?;
    println!("{} timers armed in {:.0} s", options.timers, armed.elapsed().as_secs_f64());
    // Arming took time: what became due meanwhile would count as late through no fault of the firing.
    let begins = node.system().now.plus(LEAD_US);
    let shift = "UPDATE timer SET due_at = due_at + $1 WHERE fired_at IS NULL AND kind = 'ack'";
    let first = node
        .db
        .read(|tx| tx.row("SELECT min(due_at) FROM timer WHERE kind = 'ack' AND fired_at IS NULL", &[]))?;
    let by = begins.since(first.time(0)?);
    node.db.write(|tx| tx.exec(shift, &[by.into()]))?;
    let (mut fired, mut late, start) = (0, Vec::new(), Instant::now());
    while fired < options.timers && start.elapsed() < Duration::from_secs(options.over * 3 + 60) {
        let from = node.system().now;
        let some = worker::fire_due(&node)?;
        let to = node.system().now;
        if some > 0 {
            let rows = node.db.read(|tx| tx.rows(FIRED_SINCE, &[from.into()]))?;
            // Until the whole round is committed and published: later than each one's own commit.
            for row in &rows {
                late.push(to.since(row.time(0)?));
            }
            fired += rows.len();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    late.sort_unstable();
    let at = |pct: usize| {
        late.get((late.len() * pct / 100).min(late.len().saturating_sub(1))).copied().unwrap_or(i64::MAX)
    };
    let ms = |us: i64| us / 1_000;
    println!("fired                {fired} of {} over {} s", options.timers, options.over);
    println!("lateness p50         {} ms", ms(at(50)));
    println!("lateness p99         {} ms (limit 1000)", ms(at(99)));
    println!("lateness most        {} ms", ms(late.last().copied().unwrap_or(0)));
    println!("load                 {}", machine::load());
    Ok(fired == options.timers && at(99) <= 1_000_000)
}

/// Kills a firing process again and again; then each timer must have fired once and only once.
fn kills(options: &Options) -> Result<bool, Error> {
    let folder = tempfile::tempdir_in(&options.folder)?;
    let since = since();
    let node = real::open(folder.path(), real::noon(since)?)?;
    let delivery = real::hand_over(&node, &real::prepare(folder.path())?)?;
    arm(&node, &delivery, options.few, 0, u64::from(options.cycles) / 4 + 1)?;
    drop(node);
    let mut dice = Dice::new(options.seed);
    for cycle in 1..=options.cycles {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--child")
            .arg(folder.path())
            .args(["--since", &since.to_string()])
            .stdout(Stdio::null())
            .spawn()?;
        std::thread::sleep(Duration::from_micros(20_000 + dice.roll() % 400_000));
        child.kill()?;
        child.wait()?;
        eprint!("\rcycle {cycle}");
    }
    eprintln!();
    let node = real::open(folder.path(), real::noon(since)?)?;
    let until = Instant::now() + Duration::from_secs(120);
    while worker::fire_due(&node)? > 0 || (left(&node)? > 0 && Instant::now() < until) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let lost = left(&node)?;
    let count = |sql: &str| node.db.read(|tx| tx.row(sql, &[])?.int(0));
    let entries = count("SELECT count(*) FROM entry WHERE kind = 'ack.timeout'")?;
    let wrong = count("SELECT count(*) FROM delivery WHERE ladder_step > 1")?;
    let expected = i64::try_from(options.few).map_err(Error::broken)?;
    println!("kill -9              {} cycles, {} timers", options.cycles, options.few);
    println!("lost                 {lost} (limit 0)");
    println!("fired twice          {} (limit 0)", wrong + (entries - expected).max(0));
    Ok(lost == 0 && wrong == 0 && entries == expected)
}

/// Moves the machine's clock by an hour to a year both ways; nothing may fire before its time has passed.
fn moves(options: &Options) -> Result<bool, Error> {
    let folder = tempfile::tempdir_in(&options.folder)?;
    let prepared = real::open(folder.path(), real::noon(since())?)?;
    let delivery = real::hand_over(&prepared, &real::prepare(folder.path())?)?;
    let machine =
        Arc::new(Moved { wall: AtomicI64::new(prepared.system().now.micros()), count: AtomicI64::new(1) });
    drop(prepared);
    let mut node = real::open(folder.path(), machine.clone())?;
    arm(&node, &delivery, options.few, 10 * HOUR_US, 1)?;
    let (mut wrong, mut jumps) = (0, 0);
    let day = 24 * HOUR_US;
    for moved_us in [HOUR_US, day, 30 * day, 365 * day] {
        for way in [1, -1] {
            machine.wall.fetch_add(way * moved_us, Ordering::SeqCst);
            machine.pass(60_000_000);
            if let Some(steady) = &node.steady {
                steady.look(&node.db, &node.system())?;
            }
            wrong += worker::fire_due(&node)?;
            // And across a restart of the program.
            drop(node);
            machine.wall.fetch_add(way * moved_us, Ordering::SeqCst);
            node = real::open(folder.path(), machine.clone())?;
            wrong += worker::fire_due(&node)?;
            jumps += 2;
        }
    }
    machine.pass(10 * HOUR_US);
    worker::fire_due(&node)?;
    // The copied delivery has a timer of its own, and so has its duty: only the copies are counted.
    let copies = "SELECT count(*) FROM delivery WHERE ladder_step = 1 AND id <> $1";
    let fired = node.db.read(|tx| tx.row(copies, &[(&delivery).into()])?.int(0))?;
    let expected = i64::try_from(options.few).map_err(Error::broken)?;
    println!("clock moved          {jumps} times, an hour to a year, both ways");
    println!("wrong escalations    {wrong} (limit 0)");
    println!("fired in their time  {fired} of {}", options.few);
    Ok(wrong == 0 && fired == expected)
}

fn fire_until_killed(folder: &Path, since: u64) -> Result<bool, Error> {
    let node = real::open(folder, real::noon(since)?)?;
    loop {
        worker::fire_due(&node)?;
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Copies a delivery `count` times and arms the first step of each, spread evenly.
fn arm(node: &Node, delivery: &Id, count: usize, ahead_us: i64, over_s: u64) -> Result<(), Error> {
    let ctx = node.system();
    let steps = i64::try_from(count.max(1)).map_err(Error::broken)?;
    let over_us = i64::try_from(over_s).map_err(Error::broken)?.saturating_mul(1_000_000);
    // The one that was copied waits for hours: only the copies are measured.
    for first in (0..count).step_by(1_000) {
        node.db.write(|tx| {
            for number in first..count.min(first + 1_000) {
                let id = ctx.id("V");
                tx.insert(Table::Delivery, COPY, &[(&id).into(), delivery.into()])?;
                tx.insert(Table::Escalation, COPY_CHAIN, &[(&id).into(), delivery.into()])?;
                let number = i64::try_from(number).map_err(Error::broken)?;
                let due = ctx.now.plus(ahead_us + over_us / steps * number);
                timers::set(tx, &ctx, Timer::Ack, id.as_str(), 1, due)?;
            }
            journal::append(tx, &ctx, Event::new(Kind::CaseState, Label::plain(Tlp::Red)))
        })?;
    }
    Ok(())
}

fn left(node: &Node) -> Result<i64, Error> {
    node.db.read(|tx| tx.row(LEFT, &[node.system().now.plus(60_000_000).into()])?.int(0))
}

fn since() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs())
}

/// A machine whose clock and count are moved by hand.
struct Moved {
    wall: AtomicI64,
    count: AtomicI64,
}

impl Moved {
    fn pass(&self, us: i64) {
        self.wall.fetch_add(us, Ordering::SeqCst);
        self.count.fetch_add(us, Ordering::SeqCst);
    }
}

impl Clock for Moved {
    fn now(&self) -> Time {
        Time::from_micros(self.wall.load(Ordering::SeqCst))
    }

    fn reading(&self) -> Option<Reading> {
        let steady_us = self.count.load(Ordering::SeqCst);
        Some(Reading { wall: self.now(), steady_us, boot: "one".to_owned() })
    }
}

const HOUR_US: i64 = 3_600_000_000;
const LEAD_US: i64 = 2_000_000;

const COPY: &str = "-- bench timers
    INSERT INTO delivery (id, release_id, channel, progress, label, attempts, evidence, ladder_step, queued_at,
                          sent_at, delivered_at)
    SELECT $1, release_id, channel, progress, label, attempts, evidence, ladder_step, queued_at, sent_at,
           delivered_at FROM delivery WHERE id = $2";

const COPY_CHAIN: &str = "-- bench timers chain
    INSERT INTO escalation (id, delivery_id, priority, steps, quorum, repeats, label, frozen_at, run, calls)
    SELECT $1, $1, priority, steps, quorum, repeats, label, frozen_at, 0, 0 FROM escalation WHERE delivery_id = $2";

const FIRED_SINCE: &str = "-- bench timers fired
    SELECT due_at FROM timer WHERE fired_at >= $1 AND kind = 'ack'";

const LEFT: &str = "-- bench timers left
    SELECT count(*) FROM timer WHERE kind = 'ack' AND step = 1 AND fired_at IS NULL AND due_at <= $1";
