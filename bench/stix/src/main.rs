//! Measures reading and checking STIX: megabytes per second of processor time beside other readers of
//! the same file, agreement with the reference verdicts, and the memory of a stream.
//!
//! Peers: serde_json, simd-json and rstix (crates.io), stix2 and stix2-validator (PyPI), in the same
//! run. stix2-validator is 3.2.0, because the wheel of 3.3.1 holds no schemas and refuses everything.

use aldis_wire::stix::check::{self, Options as Rules, check_stream};
use aldis_wire::stix::{Limits, Tree};
use clap::Parser;
use rstix::model::{Bundle, ParseOptions};
use rstix::validate::Validator;
use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Reading and checking STIX beside serde_json, simd-json and rstix.
#[derive(Parser)]
struct Options {
    /// A bundle; the figures mean most with one that somebody publishes
    #[arg(long, default_value = "../../../shared/corpora/stix/attack/ics-attack-18.1.json")]
    file: PathBuf,
    /// Cases with the verdicts of the reference validator, one a line
    #[arg(long, default_value = "../../../shared/corpora/stix/stix-validator/cases-v21.jsonl")]
    cases: PathBuf,
    /// Seconds of processor time for each figure
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// Leave the peers from PyPI out
    #[arg(long)]
    no_python: bool,
    /// Where the peers from PyPI are installed
    #[arg(long, default_value = "target/peers")]
    peers: PathBuf,
    /// Check this file as a stream, print the peak memory in KiB, and do nothing else
    #[arg(long, hide = true)]
    stream: Option<PathBuf>,
}

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> Done<()> {
    let options = Options::parse();
    if let Some(file) = &options.stream {
        return stream(file);
    }
    println!("{:<46} {:>9} {:>9} {:>6}", "what", "MB/s CPU", "of serde", "load");
    if options.file.is_file() {
        speed(&options)?;
        if !options.no_python {
            python(&options)?;
        }
    } else {
        println!("skipped: {} is not here", options.file.display());
    }
    if options.cases.is_file() {
        agreement(&options.cases)?;
    } else {
        println!("skipped: {} is not here", options.cases.display());
    }
    memory()?;
    let cpus = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    println!("machine: {cpus} processors, load {}", load());
    Ok(())
}

/// The load of the last minute as the kernel counts it.
fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|word| !word.is_empty()).unwrap_or("?").to_owned()
}

/// Installs the peers from PyPI once, and lets them read the same file.
fn python(options: &Options) -> Done<()> {
    let python = options.peers.join("bin/python");
    if !python.is_file() {
        Command::new("python3").args(["-m", "venv"]).arg(&options.peers).status()?;
        let pip = options.peers.join("bin/pip");
        Command::new(pip).args(["-q", "install", "stix2==3.0.2", "stix2-validator==3.2.0"]).status()?;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers.py");
    let done = Command::new(python).arg(script).arg(&options.file).status()?;
    if !done.success() {
        println!("the peers from PyPI could not be run");
    }
    Ok(())
}

/// Reads the same bytes with every reader, in turn.
fn speed(options: &Options) -> Done<()> {
    let bytes = fs::read(&options.file)?;
    let text = std::str::from_utf8(&bytes)?;
    let (limits, rules) = (Limits { bytes: 1 << 30, ..Limits::default() }, Rules::default());
    let whole = Limits { values: usize::MAX, ..limits };
    let mut unread = 0;
    let custom = ParseOptions::new().allow_custom(true);
    let strict = open_to_custom(&Validator::consumer_strict());
    let mut readers: Vec<(&str, Box<dyn FnMut() -> Done<usize> + '_>)> = vec![
        (
            "serde_json, to a value",
            Box::new(|| Ok(value(&bytes)?.as_object().map_or(0, serde_json::Map::len))),
        ),
        (
            "simd-json, to a value",
            Box::new(|| {
                let mut copy = bytes.clone();
                let value = simd_json::to_borrowed_value(&mut copy)?;
                Ok(usize::from(!matches!(value, simd_json::BorrowedValue::Static(_))))
            }),
        ),
        ("ours, to a tape", Box::new(|| Ok(Tree::read(&bytes, &whole)?.root().raw().len()))),
        (
            "ours, to a tape and checked",
            Box::new(|| Ok(check::check(&bytes, &whole, &rules)?.problems.len())),
        ),
        (
            "ours, as a stream and checked",
            Box::new(|| {
                let mut objects = 0;
                check_stream(&bytes[..], limits, &rules, |_| objects += 1)?;
                Ok(objects)
            }),
        ),
        (
            "rstix, read",
            Box::new(|| match Bundle::parse_with_options(text, &custom) {
                Ok(bundle) => Ok(bundle.objects().len()),
                Err(_) => {
                    unread += 1;
                    Ok(0)
                }
            }),
        ),
        ("rstix, read and checked", Box::new(|| Ok(strict.validate_json_str(text).len()))),
    ];
    let mut base = 0.0;
    for (what, reader) in &mut readers {
        let rate = rate(bytes.len(), options.seconds, reader)?;
        if base == 0.0 {
            base = rate;
        }
        println!("{what:<46} {rate:>9.1} {:>8.2}× {:>6}", rate / base, load());
    }
    drop(readers);
    if unread > 0 {
        println!("rstix could not read this file: its figures are those of a refusal");
    }
    Ok(())
}

fn value(bytes: &[u8]) -> Done<serde_json::Value> {
    Ok(serde_json::from_slice(bytes)?)
}

/// Repeats for some seconds of processor time and returns the megabytes per second of the best third.
///
/// A batch takes a tenth of a second at least, because the kernel counts in steps of some milliseconds.
#[expect(clippy::cast_precision_loss, reason = "a rate for reading")]
fn rate(bytes: usize, seconds: u64, reader: &mut dyn FnMut() -> Done<usize>) -> Done<f64> {
    let (begin, mut rates) = (processor_ns()?, Vec::new());
    while rates.len() < 3 || processor_ns()? - begin < seconds * 1_000_000_000 {
        let (batch, mut times) = (processor_ns()?, 0_u64);
        while processor_ns()? - batch < 100_000_000 {
            std::hint::black_box(reader()?);
            times += 1;
        }
        let took = (processor_ns()? - batch) as f64 / 1e9;
        rates.push(bytes as f64 / 1e6 * times as f64 / took);
    }
    rates.sort_unstable_by(f64::total_cmp);
    let best = rates.len().div_ceil(3);
    Ok(rates.iter().rev().take(best).sum::<f64>() / best as f64)
}

/// The processor time of this thread in nanoseconds, which other work on the machine hardly moves.
fn processor_ns() -> Done<u64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    text.split(' ')
        .next()
        .and_then(|word| word.parse().ok())
        .ok_or_else(|| "no /proc/thread-self/schedstat".into())
}

/// A profile of rstix that takes custom objects, as the reference does.
fn open_to_custom(profile: &Validator) -> Validator {
    let phases = profile.phases().iter();
    phases
        .fold(Validator::builder(), |builder, phase| builder.with_phase(*phase))
        .with_allow_custom(true)
        .build()
}

/// Counts how often we and rstix give the verdict of the reference validator.
///
/// The reference runs strict unless a case says otherwise; rstix has profiles instead, and each is
/// counted, with reading into its model as a part of the verdict. It has no list of what to leave out.
fn agreement(cases: &Path) -> Done<()> {
    let text = fs::read_to_string(cases)?;
    let profiles = [
        ("consumer_permissive", open_to_custom(&Validator::consumer_permissive())),
        ("consumer_strict", open_to_custom(&Validator::consumer_strict())),
        ("producer_strict", open_to_custom(&Validator::producer_strict())),
    ];
    let custom = ParseOptions::new().allow_custom(true);
    let (mut all, mut ours, mut theirs) = (0, 0, [0; 3]);
    for line in text.lines() {
        let case = value(line.as_bytes())?;
        let word = |list: &str| case["options"][list].as_array().cloned().unwrap_or_default();
        let is = |name: &str| case["options"][name].as_bool() == Some(true);
        let mut rules = Rules::default();
        rules.strict = is("strict");
        rules.strict_types = is("strict_types");
        rules.strict_properties = is("strict_properties");
        let on = word("enabled");
        let on: Vec<&str> = on.iter().filter_map(serde_json::Value::as_str).collect();
        if !on.is_empty() {
            rules.enable_only(&on)?;
        }
        for name in word("disabled").iter().filter_map(serde_json::Value::as_str) {
            rules.disable(name)?;
        }
        let instance = match &case["instance"] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let verdict = case["reference_verdict"].as_bool();
        let found = check::check(instance.as_bytes(), &Limits::default(), &rules);
        all += 1;
        ours += i32::from(Some(found.is_ok_and(|found| found.is_valid(rules.strict))) == verdict);
        let read = case["instance"]["type"] == "bundle"
            || rstix::parse_object_with_extras_and_options(&instance, &custom).is_ok();
        for (count, (_, profile)) in theirs.iter_mut().zip(&profiles) {
            let valid = read && profile.validate_json_str(&instance).is_valid();
            *count += i32::from(Some(valid) == verdict);
        }
    }
    println!("verdicts of the reference validator: ours {ours} of {all}");
    for (count, (name, _)) in theirs.iter().zip(&profiles) {
        println!("verdicts of the reference validator: rstix {name} {count} of {all}");
    }
    Ok(())
}

/// Streams a small and a large bundle, each in a process of its own, and compares their peaks.
fn memory() -> Done<()> {
    let folder = tempfile::tempdir()?;
    let program = std::env::current_exe()?;
    for megabytes in [10, 300] {
        let file = folder.path().join(format!("{megabytes}.json"));
        let objects = write(&file, megabytes << 20)?;
        let done = Command::new(&program).arg("--stream").arg(&file).output()?;
        let says = String::from_utf8_lossy(&done.stdout);
        println!("streaming {megabytes} MB, {objects} objects: {}", says.trim());
        fs::remove_file(&file)?;
    }
    Ok(())
}

/// Writes a bundle of invented indicators of about this size and returns how many they are.
fn write(file: &Path, size: u64) -> Done<u64> {
    let mut out = BufWriter::new(File::create(file)?);
    write!(
        out,
        "{{\"type\":\"bundle\",\"id\":\"bundle--00000001-0000-4000-8000-000000000000\",\"objects\":["
    )?;
    let (mut written, mut number) = (0, 0_u64);
    while written < size {
        let mut one = String::from(if number == 0 { "" } else { "," });
        // Writing into a String cannot fail.
        let _ = write!(
            one,
            "{{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--{number:08x}-0000-4000-8000-000000000000\",\
             \"created\":\"2031-03-07T18:05:00.000Z\",\"modified\":\"2031-03-07T18:05:00.000Z\",\"name\":\"Address {number}\",\
             \"description\":\"{}\",\"indicator_types\":[\"malicious-activity\"],\"pattern_type\":\"stix\",\
             \"pattern\":\"[ipv4-addr:value = '198.51.100.{}']\",\"valid_from\":\"2031-03-07T18:05:00Z\"}}",
            "Seen at the old quay. ".repeat(12),
            number % 256
        );
        out.write_all(one.as_bytes())?;
        written += one.len() as u64;
        number += 1;
    }
    out.write_all(b"]}")?;
    out.flush()?;
    Ok(number)
}

fn stream(file: &Path) -> Done<()> {
    let (mut objects, mut invalid) = (0_u64, 0_u64);
    let begin = processor_ns()?;
    check_stream(File::open(file)?, Limits::default(), &Rules::default(), |judged| {
        objects += 1;
        invalid += u64::from(!judged.findings.is_ok_and(|findings| findings.is_valid(false)));
    })?;
    #[expect(clippy::cast_precision_loss, reason = "a rate for reading")]
    let rate = fs::metadata(file)?.len() as f64 / 1e6 / ((processor_ns()? - begin) as f64 / 1e9);
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("?");
    println!("peak {}, {objects} read, {invalid} invalid, {rate:.0} MB/s CPU", peak.trim());
    Ok(())
}
