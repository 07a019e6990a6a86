//! Trains the models of the `names` crate, reproducibly to the byte.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aldis_bench::train::{costs, equal, labelled, often, pairs, synthetic, tokens};
use clap::Parser;
use sha2::{Digest, Sha256};

/// Train the models of the names crate.
///
/// The models of words are trained first. If they differ from those this command
/// was built with, it stops there: build it again and run it again, because the
/// model of pairs is trained on what the models of words say.
#[derive(Parser)]
#[command(after_help = "Examples:
  train_names --tokens tokens.tsv --pairs pairs.csv --out crates/names/models
  train_names --tokens tokens.tsv --out /tmp/models")]
struct Args {
    /// Lines of latin, native, language and count, parted by tabs.
    #[arg(long)]
    tokens: PathBuf,
    /// Labelled pairs: id,type,a,b,label,category,script_a,script_b,src. Only
    /// rows whose licence allows training are used.
    #[arg(long)]
    pairs: Option<PathBuf>,
    /// Where the models and training.log go.
    #[arg(long)]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("train_names: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), String> {
    let text = read(&args.tokens)?;
    let (mut words, passed) = tokens::read(&text);
    if words.is_empty() {
        return Err(format!("{} holds no line of latin, native, language and count", args.tokens.display()));
    }
    let pivots = tokens::pivot(&words);
    let mut log = vec![
        format!("tokens sha256 {}", hash(text.as_bytes())),
        format!(
            "tokens {} pairs, {passed} lines passed over, {} Latin pairs by pivot",
            words.len(),
            pivots.len()
        ),
    ];
    let mut changed = write(&args.out, "often.bin", &often::learn(&words), &mut log)?;
    let made = args.pairs.is_some().then(|| synthetic::make(&words, &pivots, pairs::MADE));
    words.extend(pivots.iter().cloned());
    eprintln!("learning costs from {} pairs, {} rounds", words.len(), costs::ROUNDS);
    let learned = costs::learn(&words);
    log.extend(learned.log);
    changed |= write(&args.out, "costs.bin", &learned.model, &mut log)?;
    words.truncate(words.len() - pivots.len());
    eprintln!("learning the dictionary");
    let dictionary = equal::learn(&words, &pivots, &learned.model);
    log.push(format!("equal {}", dictionary.log));
    changed |= write(&args.out, "equal.bin", &dictionary.model, &mut log)?;
    if let (Some(path), Some(made)) = (&args.pairs, made) {
        if changed {
            return Err("the models of words changed: build this command again and run it again".to_owned());
        }
        let text = read(path)?;
        let rows = labelled::read(&text)?;
        let used: Vec<_> = rows.iter().filter(|row| row.trains()).collect();
        log.push(format!("pairs sha256 {}", hash(text.as_bytes())));
        log.push(format!(
            "pairs {} rows, {} free for training, {} of them used ({} of one entity), {} made",
            rows.len(),
            rows.iter().filter(|row| row.is_free()).count(),
            used.len(),
            used.iter().filter(|row| row.same).count(),
            made.len()
        ));
        eprintln!("learning the model of pairs");
        write(&args.out, "pairs.bin", &pairs::learn(&rows, &made).to_bytes(), &mut log)?;
    }
    let path = args.out.join("training.log");
    std::fs::write(&path, log.join("\n") + "\n").map_err(|e| format!("{}: {e}", path.display()))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Writes a model and tells whether it changed.
fn write(out: &Path, name: &str, model: &[u8], log: &mut Vec<String>) -> Result<bool, String> {
    let path = out.join(name);
    let before = std::fs::read(&path).ok();
    log.push(format!("{name} sha256 {} {} bytes", hash(model), model.len()));
    std::fs::write(&path, model).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(before.as_deref() != Some(model))
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
