//! Measures the reader of CAP beside a plain XML parse of the same bytes.

#![allow(clippy::disallowed_methods, reason = "a bench measures how long it takes")]

use aldis_bench::machine;
use aldis_wire::{Limits, cap};
use clap::Parser;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::fs;
use std::hint::black_box;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Reads every alert of a folder, again and again.
#[derive(Parser)]
struct Options {
    /// Where the alerts are, one a file.
    #[arg(long, default_value = "../shared/corpora/cap/real")]
    folder: PathBuf,
    /// Seconds for each figure, three times each in turn.
    #[arg(long, default_value_t = 2)]
    seconds: u64,
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

fn run(options: &Options) -> io::Result<()> {
    if !options.folder.is_dir() {
        println!("skipped: there are no alerts in {}", options.folder.display());
        return Ok(());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(&options.folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "xml") {
            files.push(fs::read(path)?);
        }
    }
    let bytes: usize = files.iter().map(Vec::len).sum();
    let limits = Limits::default();
    let read = files.iter().filter(|file| cap::read(file, &limits).is_ok()).count();
    println!("{read} of {} alerts read, {bytes} bytes", files.len());
    let length = Duration::from_secs(options.seconds);
    let (mut ours, mut plain) = (Vec::new(), Vec::new());
    // In turn, so that other work on the machine moves both.
    for _ in 0..3 {
        ours.push(rate(&files, length, &|file| drop(black_box(cap::read(file, &limits)))));
        plain.push(rate(&files, length, &|file| {
            black_box(events(file));
        }));
    }
    let (ours, plain) = (middle(&mut ours), middle(&mut plain));
    println!("read and checked {ours:.0} MB/s, plain XML parse {plain:.0} MB/s, {:.2} of it", ours / plain);
    println!("{}", machine::line());
    Ok(())
}

/// Walks through the events of a document and keeps nothing.
fn events(file: &[u8]) -> usize {
    let mut reader = Reader::from_reader(file);
    let (mut buffer, mut count) = (Vec::new(), 0);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) | Err(_) => return count,
            Ok(_) => count += 1,
        }
    }
}

/// Returns how many megabytes a second are read.
fn rate(files: &[Vec<u8>], length: Duration, read: &dyn Fn(&[u8])) -> f64 {
    let (start, mut bytes) = (Instant::now(), 0_usize);
    while start.elapsed() < length {
        for file in files {
            read(file);
            bytes += file.len();
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for reading")]
    let bytes = bytes as f64;
    bytes / start.elapsed().as_secs_f64() / 1e6
}

fn middle(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(0.0)
}
