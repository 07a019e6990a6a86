//! `aldis exercise`: plays scenarios through the real pipeline.

use super::session::{Result, Session};
use crate::exercise::{Options, Outcome, run_file};
use serde_json::json;
use std::path::PathBuf;

/// Play exercises
#[derive(clap::Subcommand)]
pub(super) enum Exercise {
    /// Play exercise files and say what did not hold
    ///
    /// Real nodes, stores, keys and ledgers; a simulated clock; a network in memory. The format is
    /// described in docs/reference/exercise-format.md.
    #[command(after_help = "\
Examples:
  $ aldis exercise run exercises/S01.json --questions
  $ aldis exercise run exercises/*.json --json")]
    Run(Run),
}

/// What to play.
#[derive(clap::Args)]
pub(super) struct Run {
    /// Exercise files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take inputs and expectations from this scenario file instead
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// Answer the after-action questions about every case, from its record alone
    #[arg(long)]
    questions: bool,
}

impl Exercise {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let Self::Run(run) = self;
        let with_questions = run.questions;
        let mut outcomes = Vec::new();
        for file in &run.files {
            let mut tell = |line: &str| session.out.say(line);
            let options = Options { scenario: run.scenario.as_deref(), tell: &mut tell };
            outcomes.push(run_file(file, options)?);
        }
        let failed = outcomes.iter().any(|outcome| !outcome.failures.is_empty());
        let each = outcomes.iter().map(|outcome| match with_questions {
            true => format!("{}\n{}", told(outcome), answered(outcome)),
            false => told(outcome),
        });
        let text = each.collect::<Vec<_>>().join("\n");
        session.out.object("aldis.exercise-outcomes/1", &json!({ "outcomes": outcomes }), text)?;
        Ok(u8::from(failed))
    }
}

fn answered(outcome: &Outcome) -> String {
    let mut text = String::new();
    for of in &outcome.cases {
        text.push_str(&format!("\n{} on {}\n{}", of.case, of.node, super::timeline::told(&of.answers)));
    }
    text
}

fn told(outcome: &Outcome) -> String {
    let (id, steps, checked, obtained) = (&outcome.id, outcome.steps, outcome.checked, outcome.obtained);
    let mut text = match outcome.failures.len() {
        0 => format!("{id} passed: {steps} steps, {checked} expectations, {obtained} byte strings searched"),
        failures => format!("{id} FAILED: {failures} of {checked} expectations did not hold"),
    };
    for failure in &outcome.failures {
        let at = if failure.step == 0 { "at the end".to_owned() } else { format!("step {}", failure.step) };
        text.push_str(&format!("\n  {at}: {}", failure.says));
        if !failure.bytes.is_empty() {
            text.push_str(&format!("\n      … {} …", failure.bytes));
        }
    }
    text
}
