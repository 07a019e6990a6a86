//! Measures the TAXII server: how fast it takes and gives, and whether a poller ever misses anything.

use aldis_bench::machine;
use aldis_bench::taxii::load::{self, Figure, Kind, Target};
use aldis_bench::taxii::node::{Served, base64};
use aldis_bench::taxii::{idle, lost};
use clap::Parser;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Loads the real program over sockets; with `--peer`, another server instead.
#[derive(Parser)]
struct Options {
    /// Objects in the large store.
    #[arg(long, default_value_t = 1_000_000)]
    objects: u64,
    /// Seconds for each figure.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Runs of the lost-object probe; 0 leaves it out.
    #[arg(long, default_value_t = 20)]
    runs: u64,
    /// Objects a run.
    #[arg(long, default_value_t = 100_000)]
    run_objects: u64,
    /// Objects an envelope in the probe: small, so that many commits meet.
    #[arg(long, default_value_t = 20)]
    run_each: u64,
    /// A PostgreSQL URL; the node then stands there, with two server processes.
    #[arg(long)]
    pg: Option<String>,
    /// Where the store stands; it must be a disk for the figures to mean anything.
    #[arg(long, default_value = "target")]
    folder: PathBuf,
    /// Leave the figures out and run the probe alone.
    #[arg(long)]
    only_probe: bool,
    /// Another server: `NAME HOST:PORT USER:PASSWORD OBJECTS-PATH`.
    #[arg(long, num_args = 4, value_names = ["NAME", "HOST", "BASIC", "PATH"])]
    peer: Vec<String>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let done = if options.peer.is_empty() { own(&options) } else { peer(&options) };
    println!("{}", machine::line());
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn own(options: &Options) -> io::Result<bool> {
    let folder = tempfile::tempdir_in(&options.folder)?;
    let program = std::env::current_exe()?.with_file_name("aldis");
    let processes = if options.pg.is_some() { 2 } else { 1 };
    let served = Served::start(&program, folder.path(), options.pg.as_deref(), processes)?;
    let store = if options.pg.is_some() { "PostgreSQL, two processes" } else { "SQLite" };
    println!("{store}\n{HEAD}");
    let lost = if options.runs > 0 { probe(options, &served)? } else { 0 };
    if !options.only_probe {
        figures(options, &served, folder.path())?;
    }
    Ok(lost == 0)
}

fn probe(options: &Options, served: &Served) -> io::Result<u64> {
    let (mut all, mut lost) = (lost::Run::default(), 0);
    for run in 0..options.runs {
        let objects = served.collection()?;
        let each = options.run_each;
        let done = lost::run(&served.hosts, &served.authorization, &objects, 0, options.run_objects, each)?;
        lost += done.lost;
        (all.added, all.twice, all.polls) =
            (all.added + done.added, all.twice + done.twice, all.polls + done.polls);
        eprint!("\rprobe: run {} of {}, {} added, {lost} lost", run + 1, options.runs, all.added);
    }
    eprintln!();
    println!(
        "probe: {} runs, 4 writers, {} added, {lost} lost (limit 0), {} twice, {} polls, load {}",
        options.runs,
        all.added,
        all.twice,
        all.polls,
        machine::load()
    );
    Ok(lost)
}

/// Prints figures, beside what the server's processors spent: other work on the machine moves the former.
struct Meter<'a>(Option<&'a Served>);

impl Meter<'_> {
    fn row(&self, what: &str, limit: &str, load: impl FnOnce() -> io::Result<Figure>) -> io::Result<Figure> {
        let spent = || self.0.map_or(0.0, Served::processor_s);
        let before = spent();
        let figure = load()?;
        let per_processor = figure.count / (spent() - before).max(0.01);
        let Figure { per_second, p50_ms, p99_ms, .. } = figure;
        let of_server = if self.0.is_some() { format!("{per_processor:.0}") } else { String::new() };
        let load = machine::load();
        println!(
            "{what:<44} {per_second:>9.0} {of_server:>9} {p50_ms:>8.2} {p99_ms:>8.2} {limit:>8} {load:>6}"
        );
        Ok(figure)
    }
}

fn figures(options: &Options, served: &Served, folder: &Path) -> io::Result<()> {
    let target = Target {
        hosts: served.hosts.clone(),
        authorization: served.authorization.clone(),
        objects: served.collection()?,
    };
    let (meter, length) = (Meter(Some(served)), Duration::from_secs(options.seconds));
    let small = 10_000.min(options.objects);
    meter
        .row(&format!("add, 1 client, up to {small}"), "10,000", || load::add(&target, 1, 0, small, 1_000))?;
    let first = gives(&meter, &target, small, length)?;
    if options.objects > 2 * small {
        let to = options.objects - 100_000.min(options.objects / 2);
        let what = format!("add, 4 clients, up to {to}");
        meter.row(&what, "10,000", || load::add(&target, 4, small, to - small, 1_000))?;
        let (what, rest) = (format!("add, 1 client, up to {}", options.objects), options.objects - to);
        meter.row(&what, "10,000", || load::add(&target, 1, to, rest, 1_000))?;
        let last = gives(&meter, &target, options.objects, length)?;
        println!("page of 1,000, large over small store: {:.2} (limit 0.80)", last / first);
    }
    let (most, now) = served.memory_mib();
    let spent = served.processor_s();
    println!("memory of one server: {most} MiB at most, {now} MiB now (limit 150); processor {spent:.0} s");
    let files = ["aldis.db", "aldis.db-wal"].map(|name| folder.join("aldis-data").join(name));
    let disk: u64 = files.iter().filter_map(|file| Some(std::fs::metadata(file).ok()?.len() >> 20)).sum();
    println!("store on disk: {disk} MiB");
    Ok(())
}

/// Measures everything that is read, and returns the best pages per second: by the middle wait of one
/// client, which other work on the machine moves least.
fn gives(meter: &Meter<'_>, target: &Target, count: u64, length: Duration) -> io::Result<f64> {
    let mut dates = Vec::new();
    meter.row(&format!("all pages by next, 1 client @{count}"), "", || {
        let (found, walked) = load::walk(target)?;
        dates = found;
        Ok(walked)
    })?;
    let last = dates.pop().unwrap_or_default();
    let pages = Kind::Pages(1_000, dates);
    let one = meter
        .row(&format!("page of 1,000, 1 client @{count}"), "300", || load::ask(target, 1, length, &pages))?;
    meter
        .row(&format!("page of 1,000, 4 clients @{count}"), "300", || load::ask(target, 4, length, &pages))?;
    let object = Kind::Object(count);
    beside_idle(meter, &format!("object by id, 8 clients @{count}"), 800, target, &object, length)?;
    let nothing = Kind::Nothing(last);
    beside_idle(meter, &format!("empty poll, 8 clients @{count}"), 2, target, &nothing, length)?;
    let manifest = Kind::Path(format!("{}manifest/?limit=1000", target.objects.trim_end_matches("objects/")));
    meter.row(&format!("manifest of 1,000, 4 clients @{count}"), "", || {
        load::ask(target, 4, length, &manifest)
    })?;
    Ok(1_000.0 / one.p50_ms.max(0.001))
}

/// Measures small answers between two loads on a server that does nothing but answer with as many bytes.
fn beside_idle(
    meter: &Meter<'_>,
    what: &str,
    bytes: usize,
    target: &Target,
    kind: &Kind,
    length: Duration,
) -> io::Result<()> {
    let (idle, half) = (idle::start(bytes)?, length / 2);
    let most = || load::ask(&idle, 8, half, &Kind::Path(idle.objects.clone()));
    let before = most()?;
    let figure = meter.row(what, "10,000", || load::ask(target, 8, length, kind))?;
    let after = most()?;
    let limit = (before.per_second + after.per_second) / 2.0;
    let part = figure.per_second / limit.max(1.0);
    println!(
        "{:<44} {limit:>9.0}{:>10} the answer above is {part:.2} of it",
        "  a server that does nothing", ""
    );
    Ok(())
}

fn peer(options: &Options) -> io::Result<bool> {
    let [name, host, pair, objects] = options.peer.as_slice() else { return Ok(false) };
    let target = Target {
        hosts: vec![host.clone()],
        authorization: format!("Basic {}", base64(pair.as_bytes())),
        objects: objects.clone(),
    };
    println!("{name}\n{HEAD}");
    let (count, length, meter) = (options.objects, Duration::from_secs(options.seconds), Meter(None));
    let add = || load::add(&target, 1, 0, count, 500.min(count));
    meter.row(&format!("add, 1 client, up to {count}"), "", add)?;
    for (what, kind) in [
        ("first page of 1,000", Kind::Pages(1_000, Vec::new())),
        ("object by id", Kind::Object(count)),
        ("empty poll", Kind::Nothing("2090-01-01T00:00:00.000000Z".to_owned())),
    ] {
        meter.row(&format!("{what}, 1 client @{count}"), "", || load::ask(&target, 1, length, &kind))?;
    }
    if options.runs > 0 {
        let done = lost::run(
            &target.hosts,
            &target.authorization,
            objects,
            count,
            options.run_objects,
            options.run_each,
        )?;
        println!("probe: 1 run, 4 writers, {} added, {} lost, {} twice", done.added, done.lost, done.twice);
    }
    Ok(true)
}

const HEAD: &str = concat!(
    "what                                             per s  per cpu s   p50 ms   p99 ms",
    "    limit   load"
);
