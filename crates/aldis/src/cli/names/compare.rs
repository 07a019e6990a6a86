//! `aldis names compare`: two names, or a file of pairs.

use super::super::session::{Result, Session};
use crate::error::Error;
use serde_json::json;
use std::io::{self, Read, Write};

/// Compare two names in any scripts: 1 means the same name, 0 unrelated
///
/// A file of pairs is CSV with the columns a and b, and id if there is one; each row is answered as it
/// is read with id (or the row's number) and score. What stands on the command line stays in the
/// shell's history: read names that must not from stdin, with --pairs -.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis names compare Scrifal Скрипаль --explain
  $ aldis names compare --pairs pairs.csv --json | jq 'select(.score > 0.9)'")]
pub(in super::super) struct Compare {
    /// A name
    #[arg(required_unless_present = "pairs", requires = "b")]
    a: Option<String>,
    /// Another name
    b: Option<String>,
    /// Say why, part by part
    #[arg(long)]
    explain: bool,
    /// Compare the pairs of this CSV file; `-` is stdin. With --json one object a line, else CSV
    #[arg(long, value_name = "FILE", conflicts_with_all = ["a", "b"])]
    pairs: Option<String>,
}

impl Compare {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match (&self.a, &self.b, &self.pairs) {
            (Some(a), Some(b), _) => self.one(session, a, b),
            (_, _, Some(file)) => self.many(session, file),
            _ => Err(Error::refused("give two names, or --pairs FILE").into()),
        }
    }

    fn one(&self, session: &Session<'_>, a: &str, b: &str) -> Result<u8> {
        let found = compared(a, b)?;
        let mut text = format!("{:.3}  {a} / {b}\n", found.score);
        if self.explain {
            found.why.iter().for_each(|why| text += &format!("       {why}\n"));
        }
        let mut shown = json!({ "a": a, "b": b, "score": rounded(found.score) });
        if let (true, Some(object)) = (self.explain, shown.as_object_mut()) {
            object.insert("why".to_owned(), json!(found.why));
        }
        session.out.object("aldis.comparison/1", &shown, text)?;
        Ok(0)
    }

    fn many(&self, session: &Session<'_>, file: &str) -> Result<u8> {
        let input: Box<dyn Read> = match file {
            "-" => Box::new(io::stdin()),
            path => Box::new(
                std::fs::File::open(path).map_err(|error| Error::Refused(format!("{path}: {error}")))?,
            ),
        };
        let wrong = |error: csv::Error| Error::Refused(format!("{file}: {error}"));
        let mut rows = csv::Reader::from_reader(input);
        let head = rows.headers().map_err(wrong)?.clone();
        let column = |name: &str| head.iter().position(|cell| cell.trim() == name);
        let (Some(a), Some(b)) = (column("a"), column("b")) else {
            return Err(
                Error::Refused(format!("{file}: the first line must name the columns a and b")).into()
            );
        };
        let id = column("id");
        let mut out = io::BufWriter::new(io::stdout().lock());
        let said = |done: io::Result<()>| match done {
            // A reader who closes the pipe has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            other => other.map(|()| true).map_err(Error::from),
        };
        let explained = if self.explain { ",why" } else { "" };
        if !session.out.is_json() && !said(writeln!(out, "id,score{explained}"))? {
            return Ok(0);
        }
        for (number, row) in (1_u64..).zip(rows.records()) {
            let row = row.map_err(wrong)?;
            let cell = |at: usize| row.get(at).unwrap_or_default();
            let id = id.map_or_else(|| number.to_string(), |at| cell(at).to_owned());
            let found = compared(cell(a), cell(b)).map_err(|error| match error {
                Error::Refused(says) => Error::Refused(format!("{file}, row {number}: {says}")),
                other => other,
            })?;
            let done = if session.out.is_json() {
                let mut shown = json!({ "id": id, "score": rounded(found.score) });
                if let (true, Some(object)) = (self.explain, shown.as_object_mut()) {
                    object.insert("why".to_owned(), json!(found.why));
                }
                writeln!(out, "{shown}")
            } else {
                let why =
                    if self.explain { format!(",{}", quoted(&found.why.join("; "))) } else { String::new() };
                writeln!(out, "{},{:.4}{why}", quoted(&id), found.score)
            };
            if !said(done)? {
                return Ok(0);
            }
            if number.is_multiple_of(PROGRESS) {
                session.out.say(format!("{number} pairs compared"));
            }
        }
        said(out.flush())?;
        Ok(0)
    }
}

fn compared(a: &str, b: &str) -> std::result::Result<aldis_names::pair::Comparison, Error> {
    if a.len().max(b.len()) > NAME_MAX {
        return Err(Error::Refused(format!("a name has at most {NAME_MAX} bytes")));
    }
    Ok(aldis_names::pair::compare(a, b))
}

fn rounded(score: f32) -> f64 {
    (f64::from(score) * 10_000.0).round() / 10_000.0
}

/// Quotes a cell where CSV needs it (RFC 4180, section 2).
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

const NAME_MAX: usize = 4096;
const PROGRESS: u64 = 100_000;
