//! Measures STIX patterns: compiling them, and matching many against a stream, beside stix2-matcher
//! (PyPI) and rstix (crates.io) in the same run.
//!
//! Times are seconds of the processor, for the peers too. They match one pattern at a time, so they get fewer observations; the figure is what was
//! measured on those, and how many they were is printed.

mod made;

use aldis_wire::pattern::{Engine, Limits, Matcher, Observation, Pattern, Version};
use clap::Parser;
use made::Dice;
use rstix::model::Bundle;
use rstix::model::sdo::ObservedData;
use serde_json::{Value, json};
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// STIX patterns per second, beside stix2-matcher and rstix.
#[derive(Parser)]
struct Options {
    /// How many observations the engine gets.
    #[arg(long, default_value_t = 100_000)]
    observations: usize,
    /// The most patterns; the other figures are for 10, 100 and 1,000.
    #[arg(long, default_value_t = 10_000)]
    patterns: usize,
    /// Leave stix2-matcher out: it is installed from PyPI into --peers.
    #[arg(long)]
    no_python: bool,
    /// Where stix2-matcher is installed.
    #[arg(long, default_value = "target/peers")]
    peers: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::parse();
    let mut dice = Dice(7);
    let texts: Vec<String> = (0..options.patterns).map(|_| made::single(&mut dice)).collect();
    let stream: Vec<String> =
        (0..options.observations as u64).map(|at| made::observation(at, &mut dice)).collect();
    let python = if options.no_python { None } else { Some(install(&options.peers)?) };
    compile(&texts, python.as_deref())?;
    let seen = read(&stream)?;
    let mut rates = Vec::new();
    println!();
    println!("single-observation patterns, one stream: observations/s");
    println!(
        "{:>8}  {:>12} {:>12} {:>8}  {:>20}  {:>20}  load",
        "patterns", "engine", "with JSON", "matches", "rstix (of)", "stix2-matcher (of)"
    );
    for count in [10, 100, 1_000, options.patterns] {
        let texts: Vec<String> = spread(&texts, count);
        let (rate, hits) = engine(&texts, &seen)?;
        let with_json = stream_rate(&texts, &stream)?;
        let some = (200_000 / count).clamp(20, 2_000);
        let ours = one_by_one(&texts, &seen[..some.min(seen.len())])?;
        let rstix = rstix(&texts, &stream[..some.min(stream.len())])?;
        let few = (20_000 / count).clamp(2, 200);
        let matcher = match &python {
            Some(python) => Some(matcher(python, &texts, &stream[..few.min(stream.len())])?),
            None => None,
        };
        let py = matcher.map_or("-".to_owned(), |(rate, _)| format!("{rate:.1} ({few})"));
        println!(
            "{count:>8}  {rate:>12.0} {with_json:>12.0} {hits:>8}  {:>20}  {py:>20}  {}",
            format!("{:.1} ({some})", rstix.0),
            load()
        );
        println!(
            "          ratio to rstix {:.0}, to stix2-matcher {}; one by one here {:.0}/s; matches on the same {some}: {} here, {} rstix",
            rate / rstix.0,
            matcher.map_or("-".to_owned(), |(peer, _)| format!("{:.0}", rate / peer)),
            ours.0,
            ours.1,
            rstix.1
        );
        if let Some((_, matched)) = matcher {
            let here = one_by_one(&texts, &seen[..few.min(seen.len())])?.1;
            println!("          matches on the same {few}: {here} here, {matched} stix2-matcher");
        }
        rates.push(rate);
    }
    if let (Some(first), Some(last)) = (rates.first(), rates.last()) {
        println!(
            "growth: {} times the patterns take {:.2} times as long",
            options.patterns / 10,
            first / last
        );
    }
    let texts: Vec<String> = (0..options.patterns).map(|_| made::double(&mut dice)).collect();
    let (rate, hits) = engine(&texts, &seen)?;
    println!("{} patterns with FOLLOWEDBY and WITHIN: {rate:.0} observations/s, {hits} matches", texts.len());
    println!(
        "machine: {} processors, load {}",
        std::thread::available_parallelism().map_or(0, |n| n.get()),
        load()
    );
    Ok(())
}

/// Takes `count` of them, evenly, so that every kind is among few.
fn spread(texts: &[String], count: usize) -> Vec<String> {
    texts.iter().step_by((texts.len() / count).max(1)).take(count).cloned().collect()
}

fn ready(text: &str) -> Result<Matcher, Box<dyn Error>> {
    let limits = Limits::default();
    Ok(Pattern::parse(text, Version::V21, &limits)?.compile(&limits)?)
}

fn compile(texts: &[String], python: Option<&Path>) -> Result<(), Box<dyn Error>> {
    println!(
        "compile: patterns/s of {} bytes on average",
        texts.iter().map(String::len).sum::<usize>() / texts.len().max(1)
    );
    let ours = best_of_three(texts.len(), || {
        Ok(texts.iter().map(|text| ready(text)).collect::<Result<Vec<_>, _>>()?.len())
    })?;
    let whole = best_of_three(texts.len(), || {
        texts.iter().try_for_each(|text| Ok::<_, Box<dyn Error>>(ready(text)?.prepare()?))?;
        Ok(0)
    })?;
    let peer = best_of_three(texts.len(), || {
        Ok(texts.iter().filter_map(|text| rstix::Pattern::parse(text).ok()).count())
    })?;
    println!("  aldis {ours:.0} (regular expressions at first use), {whole:.0} (at once)");
    println!("  rstix {peer:.0}, which leaves regular expressions for later: ratio {:.2}", ours / peer);
    if let Some(python) = python {
        let some = spread(texts, 500);
        let done = ask(python, &some, &[])?;
        let peer = some.len() as f64 / done["compile_s"].as_f64().unwrap_or(f64::NAN);
        println!("  stix2-matcher {peer:.0} (of {}): ratio {:.0}", some.len(), ours / peer);
    }
    println!("  load {}", load());
    Ok(())
}

fn best_of_three(
    count: usize,
    mut run: impl FnMut() -> Result<usize, Box<dyn Error>>,
) -> Result<f64, Box<dyn Error>> {
    let mut best = 0.0_f64;
    for _ in 0..3 {
        let start = cpu_s();
        std::hint::black_box(run()?);
        best = best.max(count as f64 / (cpu_s() - start));
    }
    Ok(best)
}

fn read(stream: &[String]) -> Result<Vec<Observation>, Box<dyn Error>> {
    let mut seen = Vec::new();
    for text in stream {
        seen.extend(Observation::read(vec![serde_json::from_str(text)?])?);
    }
    Ok(seen)
}

fn new_engine(texts: &[String]) -> Result<Engine, Box<dyn Error>> {
    let matchers = texts.iter().map(|text| ready(text)).collect::<Result<_, _>>()?;
    Engine::new(matchers, 256, &Limits::default())
        .map_err(|(at, error)| format!("pattern {at}: {error}").into())
}

fn engine(texts: &[String], seen: &[Observation]) -> Result<(f64, usize), Box<dyn Error>> {
    let mut engine = new_engine(texts)?;
    let start = cpu_s();
    let hits = seen.iter().map(|one| engine.push(one).hits.len()).sum();
    Ok((seen.len() as f64 / (cpu_s() - start), hits))
}

fn stream_rate(texts: &[String], stream: &[String]) -> Result<f64, Box<dyn Error>> {
    let mut engine = new_engine(texts)?;
    let start = cpu_s();
    for text in stream {
        for one in Observation::read(vec![serde_json::from_str(text)?])? {
            std::hint::black_box(engine.push(&one));
        }
    }
    Ok(stream.len() as f64 / (cpu_s() - start))
}

fn one_by_one(texts: &[String], seen: &[Observation]) -> Result<(f64, usize), Box<dyn Error>> {
    let matchers = texts.iter().map(|text| ready(text)).collect::<Result<Vec<_>, _>>()?;
    let mut matched = 0;
    let start = cpu_s();
    for one in seen {
        for matcher in &matchers {
            matched += usize::from(matcher.matches(std::slice::from_ref(one))?.is_some());
        }
    }
    Ok((seen.len() as f64 / (cpu_s() - start), matched))
}

fn rstix(texts: &[String], stream: &[String]) -> Result<(f64, usize), Box<dyn Error>> {
    let patterns: Vec<_> = texts.iter().filter_map(|text| rstix::Pattern::parse(text).ok()).collect();
    let bundles = stream.iter().map(|text| Bundle::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let mut matched = 0;
    let start = cpu_s();
    for bundle in &bundles {
        for seen in bundle.objects_of_type::<ObservedData>() {
            for pattern in &patterns {
                matched += usize::from(pattern.evaluate_observed_data(seen, bundle).unwrap_or(false));
            }
        }
    }
    Ok((bundles.len() as f64 / (cpu_s() - start), matched))
}

fn matcher(python: &Path, texts: &[String], stream: &[String]) -> Result<(f64, u64), Box<dyn Error>> {
    let done = ask(python, texts, stream)?;
    let rate = stream.len() as f64 / done["match_s"].as_f64().unwrap_or(f64::NAN);
    Ok((rate, done["matched"].as_u64().unwrap_or(0)))
}

/// Runs `matcher.py`; its seconds are of the processor, not of the wall.
fn ask(python: &Path, texts: &[String], stream: &[String]) -> Result<Value, Box<dyn Error>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("matcher.py");
    let mut child = Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let order = json!({ "patterns": texts, "observations": stream }).to_string();
    child.stdin.take().ok_or("no stdin")?.write_all(order.as_bytes())?;
    Ok(serde_json::from_slice(&child.wait_with_output()?.stdout)?)
}

fn install(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let python = folder.join("bin/python");
    if !python.exists() {
        let made = Command::new("python3").args(["-m", "venv"]).arg(folder).status()?;
        let pip = Command::new(&python).args(["-m", "pip", "install", "-q", PEER]).status()?;
        if !made.success() || !pip.success() {
            return Err(format!("{PEER} could not be installed; --no-python leaves it out").into());
        }
    }
    Ok(python)
}

/// Returns the seconds that this thread has had of a processor: other work on the machine moves them less
/// than the wall clock.
fn cpu_s() -> f64 {
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1e9
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("?").to_owned()
}

const PEER: &str = "stix2-matcher==3.0.0";
