//! Reads registers and texts that were made to be dear, and says what they cost.
//!
//! Fails if a name that stands in such a text is not found, or if memory follows
//! the length of the text. Time is only told: in nanoseconds of a processor for a
//! byte, beside those of ordinary text in the same run.

use std::process::ExitCode;

use aldis_bench::machine;
use aldis_bench::screening::hostile::{Case, all};
use clap::Parser;

/// Screen hostile registers and texts.
#[derive(Parser)]
#[command(after_help = "Examples:
  names_hostile
  names_hostile --small --json")]
struct Arguments {
    /// A hundredth of each size.
    #[arg(long)]
    small: bool,
    /// Print one JSON object a case.
    #[arg(long)]
    json: bool,
}

/// The most memory a case may take, in MiB; the register and its text are in it.
const PEAK_MIB: u64 = 1024;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    if !arguments.json {
        println!("{}, memory at most {PEAK_MIB} MiB\n", machine::line());
        println!(
            "{:<52}{:>9}{:>9}{:>9}{:>9}{:>10}{:>8}{:>12}{:>7}",
            "case", "entries", "MiB", "build s", "read s", "ns/byte", "times", "found", "MiB"
        );
    }
    let (mut ordinary, mut failed) = (None, Vec::new());
    all(arguments.small, &mut |case| {
        let times = case.ns_per_byte / *ordinary.get_or_insert(case.ns_per_byte);
        if case.found < case.wanted || case.peak_mib > PEAK_MIB {
            failed.push(case.name.clone());
        }
        show(&case, times, arguments.json);
    })?;
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("names_hostile: not found, or too much memory: {}", failed.join("; "));
    Ok(ExitCode::FAILURE)
}

#[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
fn show(case: &Case, times: f64, json: bool) {
    if json {
        println!("{}", serde_json::json!({ "case": case, "times_ordinary": times, "load": machine::load() }));
        return;
    }
    println!(
        "{:<52}{:>9}{:>9.1}{:>9.2}{:>9.2}{:>10.1}{:>8.1}{:>12}{:>7}",
        case.name,
        case.entries,
        case.bytes as f64 / 1_048_576.0,
        case.build_s,
        case.read_s,
        case.ns_per_byte,
        times,
        format!("{}/{}", case.found, case.wanted),
        case.peak_mib
    );
}
