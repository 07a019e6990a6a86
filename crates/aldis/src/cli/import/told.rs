//! Says what came of an import.

use super::super::out::table;
use super::super::session::{Result, Session};
use crate::exchange::import::Outcome;
use aldis_model::{Id, Label};
use aldis_wire::intake::Intake;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// What came of one thing.
#[derive(Serialize)]
pub(super) struct Item {
    /// taken, known, older, people, ours or refused.
    outcome: &'static str,
    /// The report.
    id: Option<Id>,
    /// The name its maker gave it, or its place in the file.
    foreign_id: String,
    title: String,
    label: Option<String>,
    /// How many things it holds.
    things: usize,
    /// The report of an earlier version.
    follows: Option<Id>,
    why: String,
}

impl Item {
    pub(super) fn of(outcome: &Outcome, intake: &Intake, label: &Label) -> Self {
        let withdrawn = if intake.withdrawn { "withdrawn by its maker" } else { "" };
        let (word, id, follows, why) = match outcome {
            Outcome::Taken { report, follows, differs } => {
                let why = if *differs { "the same version was here with another content" } else { withdrawn };
                ("taken", Some(report), follows.clone(), why)
            }
            Outcome::Known(report) => ("known", Some(report), None, "it was taken in before"),
            Outcome::Older(report) => ("older", Some(report), None, "a later version was taken in before"),
            Outcome::People(_) => ("people", None, None, "a list of people: see aldis list import"),
            Outcome::Ours => {
                ("ours", None, None, "it says that we made it; --originator if it is from a system of ours")
            }
        };
        Self {
            outcome: word,
            id: id.cloned(),
            foreign_id: intake.id.clone(),
            title: intake.document.title.clone().unwrap_or_default(),
            label: Some(label.to_string()),
            things: intake.things,
            follows,
            why: why.to_owned(),
        }
    }

    pub(super) fn refused(what: &str, why: &str) -> Self {
        Self {
            outcome: "refused",
            id: None,
            foreign_id: what.to_owned(),
            title: String::new(),
            label: None,
            things: 0,
            follows: None,
            why: why.to_owned(),
        }
    }
}

/// What came of all things.
pub(super) struct Told {
    file: String,
    dry: bool,
    items: Vec<Item>,
    counts: BTreeMap<&'static str, usize>,
    /// How many reports are new.
    pub(super) taken: usize,
    /// How many objects were beyond the bounds.
    pub(super) left_out: usize,
    /// Whether there is more in the file.
    pub(super) more: bool,
}

impl Told {
    pub(super) fn new(file: &str, dry: bool) -> Self {
        let counts = OUTCOMES.iter().map(|word| (*word, 0)).collect();
        Self { file: file.to_owned(), dry, items: Vec::new(), counts, taken: 0, left_out: 0, more: false }
    }

    /// Says whether nothing came of anything yet.
    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn add(&mut self, item: Item) {
        self.taken += usize::from(item.outcome == "taken");
        *self.counts.entry(item.outcome).or_default() += 1;
        if self.items.len() < ITEMS_MAX {
            self.items.push(item);
        }
    }

    /// Shows it and returns the exit code.
    pub(super) fn show(self, session: &Session<'_>, stopped: bool) -> Result<u8> {
        let count = |word: &str| self.counts.get(word).copied().unwrap_or_default();
        let missing =
            ["people", "ours", "refused"].iter().map(|word| count(word)).sum::<usize>() + self.left_out;
        let partly = missing > 0 || self.more || stopped;
        let row = |item: &Item| {
            vec![
                item.outcome.to_owned(),
                item.id.as_ref().map_or_else(|| "—".to_owned(), ToString::to_string),
                item.label.clone().unwrap_or_default(),
                item.things.to_string(),
                if item.title.is_empty() { item.foreign_id.clone() } else { item.title.clone() },
                item.why.clone(),
            ]
        };
        let rows: Vec<Vec<String>> = self.items.iter().map(row).collect();
        let mut text = table(&["WHAT", "ID", "LABEL", "THINGS", "TITLE", "WHY"], &rows);
        let words: Vec<String> = OUTCOMES
            .iter()
            .filter(|word| count(word) > 0)
            .map(|word| format!("{} {word}", count(word)))
            .collect();
        text.push_str(&format!(
            "\n{}{}\n",
            words.join(", "),
            if self.dry { "; dry run: nothing was kept" } else { "" }
        ));
        if self.left_out > 0 {
            text.push_str(&format!("{} objects are beyond what is kept: keep the file\n", self.left_out));
        }
        if self.more {
            text.push_str("there is more in the file: run it again to go on\n");
        }
        let said = json!({
            "file": self.file, "dry_run": self.dry, "complete": !partly, "more": self.more,
            "left_out": self.left_out, "counts": self.counts, "items": self.items,
        });
        session.out.object("aldis.import/1", &said, text)?;
        Ok(if partly { PARTLY } else { 0 })
    }
}

const OUTCOMES: [&str; 6] = ["taken", "known", "older", "people", "ours", "refused"];

/// How many things are listed; all are counted.
const ITEMS_MAX: usize = 10_000;

/// The exit code for what was done in part.
const PARTLY: u8 = 11;
