//! Measures how well pairs of names are told apart, and what a pair costs.
//!
//! A set is scored by the best F1 over all thresholds, by the recall at 99 %
//! precision, and at the threshold the program ships with. Rows that training
//! looked at are counted apart: the figures to believe are those of the rest.

#![allow(clippy::disallowed_methods, reason = "a bench measures how long it takes")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use aldis_bench::train::labelled::{self, Labelled};
use aldis_names::name::Name;
use aldis_names::pair::{MATCH_SCORE, score};
use clap::Parser;

/// Score labelled pairs of names.
#[derive(Parser)]
#[command(after_help = "Examples:
  names_pairs dev_pairs.csv
  names_pairs dev_pairs.csv --json --dump scores.csv")]
struct Args {
    /// Lines of id,type,a,b,label,category,script_a,script_b,src.
    pairs: PathBuf,
    /// Write id and score of each row here.
    #[arg(long)]
    dump: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// How often the costs are taken; the least is printed.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("names_pairs: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<String, String> {
    let text = std::fs::read_to_string(&args.pairs).map_err(|e| format!("{}: {e}", args.pairs.display()))?;
    let rows = labelled::read(&text)?;
    if rows.is_empty() {
        return Err(format!("{} holds no pairs", args.pairs.display()));
    }
    let scored: Vec<(f32, &Labelled)> =
        rows.iter().map(|row| (score(&Name::new(&row.a), &Name::new(&row.b)), row)).collect();
    if let Some(path) = &args.dump {
        let lines: String = scored.iter().map(|(score, row)| format!("{},{score:.6}\n", row.id)).collect();
        std::fs::write(path, format!("id,score\n{lines}")).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    let figures = Figures::of(&scored, &rows, args.rounds);
    if args.json { figures.json() } else { Ok(figures.text()) }
}

#[derive(serde::Serialize)]
struct Figures {
    rows: usize,
    threshold: f32,
    sets: Vec<Set>,
    categories: Vec<Group>,
    scripts: Vec<Group>,
    ns_per_pair: u64,
    ns_per_prepared_pair: u64,
    load: String,
}

/// How well one set is told apart.
#[derive(serde::Serialize)]
struct Set {
    name: String,
    rows: usize,
    recall_at_p99: f64,
    p99_threshold: f32,
    best_f1: f64,
    best_threshold: f32,
    precision: f64,
    recall: f64,
}

/// How many of a group are called one at the shipped threshold.
#[derive(serde::Serialize)]
struct Group {
    name: String,
    pairs_of_one: usize,
    found: usize,
    pairs_of_two: usize,
    wrong: usize,
}

impl Figures {
    fn of(scored: &[(f32, &Labelled)], rows: &[Labelled], rounds: u32) -> Self {
        let alias = |row: &Labelled| row.category == "pos-alias";
        let set = |name: &str, keep: &dyn Fn(&Labelled) -> bool| {
            Set::of(
                name,
                scored.iter().filter(|(_, row)| keep(row)).map(|(score, row)| (*score, row.same)).collect(),
            )
        };
        let (ns_per_pair, ns_per_prepared_pair) = costs(rows, rounds);
        Self {
            rows: rows.len(),
            threshold: MATCH_SCORE,
            sets: vec![
                set("noalias, not trained on", &|row| !alias(row) && !row.trains()),
                set("all, not trained on", &|row| !row.trains()),
                set("noalias, sources never trained on", &|row| !alias(row) && !row.is_free()),
                set("all, sources never trained on", &|row| !row.is_free()),
                set("noalias", &|row| !alias(row)),
                set("all", &|_| true),
            ],
            categories: groups(scored, |row| format!("{} {}", row.kind, row.category)),
            scripts: groups(scored, |row| {
                let (a, b) = (&row.scripts.0, &row.scripts.1);
                if a < b { format!("{a}-{b}") } else { format!("{b}-{a}") }
            }),
            ns_per_pair,
            ns_per_prepared_pair,
            load: std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned(),
        }
    }

    fn json(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(|e| e.to_string())
    }

    fn text(&self) -> String {
        let mut out = format!("{} pairs, threshold {:.2}\n\n", self.rows, self.threshold);
        let _ = writeln!(
            out,
            "{:<36}{:>7}{:>8}{:>9}{:>7}{:>10}{:>8}",
            "set", "rows", "R@P99", "best F1", "at", "precision", "recall"
        );
        for s in &self.sets {
            let _ = writeln!(
                out,
                "{:<36}{:>7}{:>8.3}{:>9.3}{:>7.2}{:>10.3}{:>8.3}",
                s.name, s.rows, s.recall_at_p99, s.best_f1, s.best_threshold, s.precision, s.recall
            );
        }
        for (title, groups) in [("category", &self.categories), ("scripts", &self.scripts)] {
            let _ = writeln!(
                out,
                "\n{title:<28}{:>8}{:>8}{:>8}{:>8}{:>8}",
                "of one", "found", "", "of two", "wrong"
            );
            for g in groups {
                let _ = writeln!(
                    out,
                    "{:<28}{:>8}{:>8}{:>8}{:>8}{:>8}",
                    g.name,
                    g.pairs_of_one,
                    g.found,
                    share(g.found, g.pairs_of_one),
                    g.pairs_of_two,
                    g.wrong
                );
            }
        }
        let _ = writeln!(
            out,
            "\none pair: {} ns with analysis of both names, {} ns prepared, processor time; load {}",
            self.ns_per_pair, self.ns_per_prepared_pair, self.load
        );
        out
    }
}

impl Set {
    fn of(name: &str, mut scored: Vec<(f32, bool)>) -> Self {
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        let of_one = scored.iter().filter(|(_, same)| *same).count();
        let rows = scored.len();
        let mut set = Self {
            name: name.to_owned(),
            rows,
            recall_at_p99: 0.0,
            p99_threshold: 1.0,
            best_f1: 0.0,
            best_threshold: 1.0,
            precision: 0.0,
            recall: 0.0,
        };
        let (mut right, mut wrong) = (0, 0);
        for (at, &(score, same)) in scored.iter().enumerate() {
            if same {
                right += 1
            } else {
                wrong += 1
            }
            // Rows of one score stand or fall together.
            if scored.get(at + 1).is_some_and(|next| next.0 >= score) {
                continue;
            }
            let (precision, recall) = (part(right, right + wrong), part(right, of_one));
            let f1 = part(2 * right, right + wrong + of_one);
            if f1 > set.best_f1 {
                (set.best_f1, set.best_threshold) = (f1, score);
            }
            if precision >= 0.99 {
                (set.recall_at_p99, set.p99_threshold) = (recall, score);
            }
            if score >= MATCH_SCORE {
                (set.precision, set.recall) = (precision, recall);
            }
        }
        set
    }
}

fn groups(scored: &[(f32, &Labelled)], name: impl Fn(&Labelled) -> String) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (score, row) in scored {
        let group = groups.entry(name(row)).or_insert_with_key(|name| Group {
            name: name.clone(),
            pairs_of_one: 0,
            found: 0,
            pairs_of_two: 0,
            wrong: 0,
        });
        let yes = usize::from(*score >= MATCH_SCORE);
        if row.same {
            group.pairs_of_one += 1;
            group.found += yes;
        } else {
            group.pairs_of_two += 1;
            group.wrong += yes;
        }
    }
    groups.into_values().collect()
}

/// Gives the least time of a pair in nanoseconds, with and without analysis:
/// time on a processor, so that waiting for one on a busy machine is left out.
fn costs(rows: &[Labelled], rounds: u32) -> (u64, u64) {
    let names: Vec<(Name, Name)> = rows.iter().map(|row| (Name::new(&row.a), Name::new(&row.b))).collect();
    let each = |from: Clock| from.ns() / rows.len() as u64;
    let (mut whole, mut prepared) = (u64::MAX, u64::MAX);
    for _ in 0..rounds {
        let from = Clock::now();
        let sum: f32 = rows.iter().map(|row| score(&Name::new(&row.a), &Name::new(&row.b))).sum();
        whole = whole.min(each(from));
        let from = Clock::now();
        let again: f32 = names.iter().map(|(a, b)| score(a, b)).sum();
        prepared = prepared.min(each(from));
        // The sums are used, so that nothing is left out.
        assert!((sum - again).abs() < 1.0, "a prepared name scores as a fresh one");
    }
    (whole, prepared)
}

/// Time of this thread on a processor, or of the wall where the kernel does not
/// tell it.
struct Clock {
    wall: Instant,
    on_processor: Option<u64>,
}

impl Clock {
    fn now() -> Self {
        Self { wall: Instant::now(), on_processor: on_processor() }
    }

    fn ns(&self) -> u64 {
        match (on_processor(), self.on_processor) {
            (Some(now), Some(then)) => now - then,
            _ => u64::try_from(self.wall.elapsed().as_nanos()).unwrap_or(u64::MAX),
        }
    }
}

fn on_processor() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

fn part(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn share(found: usize, whole: usize) -> String {
    if whole == 0 { String::new() } else { format!("{:.3}", part(found, whole)) }
}
