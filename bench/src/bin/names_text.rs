//! Measures the screening of running text: what is found, what is found for
//! nothing, how fast, and how well false alarms are predicted.
//!
//! The corpora lie beside the checkout; without them the command says so and
//! ends. Times are given as they passed and as the thread had a processor, beside
//! exact matching by `daachorse` in the same run and the load of the machine.

use std::path::PathBuf;

use aldis_bench::screening::alarms::alarms;
use aldis_bench::screening::clock::{part, time};
use aldis_bench::screening::judge::judge;
use aldis_bench::screening::speed::{Report, growth, speed};
use aldis_bench::screening::{Document, Row, lines, register, rows};
use aldis_names::screen::{Index, Options};
use clap::Parser;

/// Screens documents with known hits against a register.
///
/// Examples:
///   names_text
///   names_text --grown /tmp/grown.jsonl --growth --json
#[derive(Parser)]
struct Arguments {
    /// The folder of the corpora.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora/names"))]
    corpora: PathBuf,
    /// More entries to watch, one JSON object a line, as grow.py writes them.
    #[arg(long)]
    grown: Option<PathBuf>,
    /// Use only the gold register.
    #[arg(long)]
    gold_only: bool,
    /// Print hits that are not expected and expected ones that are missing.
    #[arg(long)]
    show: bool,
    /// The threshold of the score in the first table; the shipped one if it is not given.
    #[arg(long)]
    score_min: Option<f32>,
    /// The threshold of the evidence, in bits; the shipped one if it is not given.
    #[arg(long)]
    bits_min: Option<f32>,
    /// Also measure registers of 10 thousand, 100 thousand and a million names;
    /// --grown must bring enough of them.
    #[arg(long)]
    growth: bool,
    /// Leave out the measurement of time.
    #[arg(long)]
    no_speed: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    if !arguments.corpora.join("dev_docs.jsonl").exists() {
        println!("skipped: {} is absent", arguments.corpora.display());
        return Ok(());
    }
    let mut report = Report::new();
    let documents: Vec<Document> = lines(&arguments.corpora.join("dev_docs.jsonl"))?;
    let mut rows = rows(&arguments.corpora, arguments.gold_only)?;
    if let Some(grown) = &arguments.grown {
        rows.extend(lines::<Row>(grown)?);
    }
    let folder = std::env::temp_dir();
    let file = folder.join(format!("names_text.{}.index", std::process::id()));
    let mut written = Ok(());
    let built = time(|| written = Index::write(&register(&rows, usize::MAX), &file));
    written?;
    report.insert("build_s".to_owned(), built.wall_us / 1e6);
    let mut index = Index::open(&file)?;
    let opened: Vec<_> = (0..9).map(|_| time(|| Index::open(&file).is_ok())).collect();
    report.insert("open_ms".to_owned(), part(&opened, 50).wall_us / 1e3);
    let stats = index.stats();
    #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
    for (name, count) in [("entries", stats.entries), ("names", stats.names), ("words", stats.words)] {
        report.insert(name.to_owned(), count as f64);
    }
    #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
    report.insert("bytes_per_name".to_owned(), stats.base_bytes as f64 / stats.names.max(1) as f64);
    let mut shipped = Options::default();
    shipped.score_min = arguments.score_min.unwrap_or(shipped.score_min);
    shipped.bits_min = arguments.bits_min.unwrap_or(shipped.bits_min);
    let judged = judge(&index, &rows, &documents, shipped, arguments.show);
    if !arguments.json {
        judged.print();
    }
    alarms(&index, &rows, &judged, &mut report);
    if !arguments.no_speed {
        speed(&mut index, &rows, &documents, &mut report);
    }
    std::fs::remove_file(&file)?;
    if arguments.growth {
        growth(&rows, &documents, &folder, &mut report)?;
    }
    report.insert("load".to_owned(), aldis_bench::machine::load().parse().unwrap_or(0.0));
    if arguments.json {
        println!("{}", serde_json::json!({ "text": judged.json(), "figures": report }));
    } else {
        report.iter().for_each(|(name, value)| println!("{name:36} {value:.3}"));
    }
    Ok(())
}
