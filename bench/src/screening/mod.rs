//! Screening of running text as it is measured: the corpora, what is judged
//! right, and what it costs.

pub mod alarms;
pub mod clock;
pub mod hostile;
pub mod judge;
pub mod speed;

use std::collections::HashSet;
use std::error::Error;
use std::path::Path;

use aldis_names::NameKind;
use aldis_names::screen::{Entry, Facts, Register};
use serde::Deserialize;

/// One entry of a register.
#[derive(Deserialize)]
pub struct Row {
    pub(crate) id: String,
    #[serde(default, rename = "type")]
    kind: String,
    pub(crate) names: Vec<String>,
}

/// A text with the hits it must have.
#[derive(Deserialize)]
pub struct Document {
    pub(crate) id: String,
    pub(crate) lang: String,
    pub(crate) text: String,
    pub(crate) expected: Vec<Expected>,
    pub(crate) ignore: Vec<(usize, usize)>,
}

/// A hit that a text must have; spans are counted in characters.
#[derive(Deserialize)]
pub struct Expected {
    pub(crate) entity: String,
    pub(crate) full: bool,
    pub(crate) spans: Vec<(usize, usize, String)>,
}

/// Reads one JSON object from each line.
///
/// # Errors
///
/// If the file cannot be read or a line has another shape.
pub fn lines<T: for<'d> Deserialize<'d>>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// Reads the gold register and the rows that the corpora allow beside it.
///
/// # Errors
///
/// As [`lines`].
pub fn rows(corpora: &Path, gold_only: bool) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows: Vec<Row> = lines(&corpora.join("dev_gold_register.jsonl"))?;
    if gold_only {
        return Ok(rows);
    }
    let allowed = std::fs::read_to_string(corpora.join("dev_distractor_ids.txt"))?;
    let allowed: HashSet<&str> = allowed.lines().collect();
    let others: Vec<Row> = lines(&corpora.join("register_dev.jsonl"))?;
    rows.extend(others.into_iter().filter(|row| allowed.contains(row.id.as_str())));
    Ok(rows)
}

/// Gives a register of these rows, cut off behind `names` names.
#[must_use]
pub fn register(rows: &[Row], names: usize) -> Register {
    let (mut register, mut count) = (Register::new(), 0);
    for row in rows {
        count += row.names.len();
        if count > names {
            break;
        }
        // Rows without a letter are refused, and not counted by anybody.
        let _ = register.push(entry(row));
    }
    register
}

/// Gives a row as an entry of a register.
pub(crate) fn entry(row: &Row) -> Entry {
    let kind = match row.kind.as_str() {
        "PER" => NameKind::Person,
        "LOC" => NameKind::Place,
        _ => NameKind::Organisation,
    };
    Entry { id: row.id.clone(), kind, names: row.names.clone(), allow: Vec::new(), facts: Facts::default() }
}

/// Counts the words of a text; Han is counted as one word for two signs.
pub(crate) fn count_words(text: &str) -> usize {
    let han = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    text.split_whitespace().count() + han / 2
}

/// Puts Slavic documents together to pages of about 3,000 words.
pub(crate) fn pages(documents: &[Document]) -> Vec<String> {
    let mut pages: Vec<String> = vec![String::new()];
    for document in documents.iter().filter(|document| document.lang == "ru") {
        if pages.last().is_some_and(|page| count_words(page) >= 3000) {
            pages.push(String::new());
        }
        if let Some(page) = pages.last_mut() {
            page.push_str(&document.text);
            page.push_str("\n\n");
        }
    }
    pages.retain(|page| count_words(page) >= 2900);
    pages
}
