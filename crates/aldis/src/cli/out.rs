//! Writes what a command has to say: data to stdout, talk to stderr.
//!
//! Text from outside may hold bytes that move a terminal's cursor or turn a line around; in the form
//! for people they are shown as `�`. A reader who closes the pipe early is not an error.

use super::session::Failure;
use crate::error::{Error, Result};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{self, Write};

/// Where a command's words go.
pub(super) struct Out {
    json: bool,
    quiet: bool,
}

impl Out {
    /// Says whether JSON is wanted and whether talk is not.
    pub(super) const fn new(json: bool, quiet: bool) -> Self {
        Self { json, quiet }
    }

    /// Says whether JSON is wanted.
    pub(super) const fn is_json(&self) -> bool {
        self.json
    }

    /// Says something to the person at the terminal.
    pub(super) fn say(&self, text: impl AsRef<str>) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", plain(text.as_ref()));
        }
    }

    /// Shows one object: as JSON with its schema, or as text.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if stdout cannot be written.
    pub(super) fn object(&self, schema: &str, value: &impl Serialize, text: impl AsRef<str>) -> Result<()> {
        if !self.json {
            return self.text(text);
        }
        let mut object = serde_json::Map::from_iter([("schema".to_owned(), json!(schema))]);
        match serde_json::to_value(value).map_err(Error::broken)? {
            Value::Object(fields) => object.extend(fields),
            other => {
                object.insert("value".to_owned(), other);
            }
        }
        self.bytes(format!("{}\n", Value::Object(object)).as_bytes())
    }

    /// Shows a list: as JSON, or as a table with one line an item.
    ///
    /// `next` is the cursor of the next page; with one, the number of all items is not known.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if stdout cannot be written.
    pub(super) fn list<T: Serialize>(
        &self,
        items: &[T],
        next: Option<&str>,
        head: &[&str],
        row: impl Fn(&T) -> Vec<String>,
    ) -> Result<()> {
        if self.json {
            let total = next.is_none().then_some(items.len());
            let list = json!({ "schema": LIST, "items": items, "next": next, "total_visible": total });
            return self.bytes(format!("{list}\n").as_bytes());
        }
        if items.is_empty() {
            self.say("nothing here, or nothing you may see");
            return Ok(());
        }
        self.text(table(head, &items.iter().map(row).collect::<Vec<_>>()))?;
        if let Some(next) = next {
            self.say(format!("more: --before {next}"));
        }
        Ok(())
    }

    /// Writes text for people to stdout.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if stdout cannot be written.
    pub(super) fn text(&self, text: impl AsRef<str>) -> Result<()> {
        let text = plain(text.as_ref());
        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        self.bytes(format!("{text}{end}").as_bytes())
    }

    /// Writes bytes to stdout as they are.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if stdout cannot be written.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Says on stderr why something was not done.
    pub(super) fn problem(&self, failure: &Failure) {
        let (error, detail) = (&failure.error, failure.to_string());
        if self.json {
            let problem = json!({
                "type": format!("https://aldis.example/problems/{}", error.slug()),
                "title": title(error),
                "status": error.status(),
                "detail": detail,
                "code": error.slug(),
            });
            let _ = writeln!(io::stderr(), "{problem}");
        } else {
            let _ = writeln!(io::stderr(), "aldis: {}", plain(&detail));
        }
    }
}

/// Lays rows out in columns; the last column is not padded.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let lines: Vec<&Vec<String>> = std::iter::once(&head).chain(rows).collect();
    let width = |column: usize| {
        lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| {
            let cell = cell.replace(['\n', '\t'], " ");
            format!("{cell}{}", " ".repeat(width.saturating_sub(cell.chars().count())))
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Replaces what could command a terminal or hide the order of letters.
fn plain(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => '\u{FFFD}',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    text.chars().map(shown).collect()
}

const fn title(error: &Error) -> &'static str {
    match error {
        Error::Refused(_) => "Refused",
        Error::Forbidden(_) => "Not allowed",
        Error::NotFound => "Not found",
        Error::Conflict(_) => "Changed meanwhile",
        Error::SecondPerson(_) => "A second person must act",
        Error::Blocked(_) => "Blocked by the release rules",
        Error::Proof(_) => "A proof or signature is wrong",
        Error::Remote(_) => "Cannot reach the other side",
        Error::Broken(_) => "Something failed here",
    }
}

const LIST: &str = "aldis.list/1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_title_cannot_command_the_terminal() {
        assert_eq!(plain("a\u{1b}[2Jb\u{9b}c\u{202e}d\r\n"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}\n");
    }

    #[test]
    fn columns_line_up_and_hold_one_line() {
        let rows = [vec!["R-1".to_owned(), "two\nlines".to_owned()]];
        assert_eq!(table(&["ID", "TITLE"], &rows), "ID   TITLE\nR-1  two lines\n");
    }
}
