//! `aldis names build`: an index of public names from a file of rows.

use super::super::session::{Result, Session};
use super::rows::{self, PARTLY_DONE, Rows};
use aldis_names::screen::Index;
use serde_json::json;
use std::path::PathBuf;

/// Build an index of public names, to be used with `aldis screen --index`
///
/// One JSON object a line: id, type (person, group, organisation, place), names (a list); optional
/// birth_year, places, organisations, roles. Or CSV with the same columns, in which `|` separates
/// several. A row that cannot be used is named with its line, and then nothing is written unless
/// --skip-bad leaves such rows out; exit 11 says that rows were left out.
///
/// The file holds the names in the clear: people at risk belong in the register, not here.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis names build public.jsonl -o public.names
  $ aldis names build list.csv -o list.names --skip-bad --json | jq .bad")]
pub(in super::super) struct Build {
    /// The rows, .jsonl or .csv; `-` is JSON lines on stdin
    register: String,
    /// The index to write; one that exists is replaced at once
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Leave rows out that cannot be used
    #[arg(long)]
    skip_bad: bool,
}

impl Build {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let Rows { register, bad, bad_count } = rows::read(session, &self.register, self.skip_bad)?;
        let mut bytes = 0;
        if !session.is_dry_run() {
            session.out.say(format!("building from {} entries", register.len()));
            Index::write(&register, &self.output).map_err(|error| super::refused(&self.output, &error))?;
            bytes = std::fs::metadata(&self.output)?.len();
        }
        let text = match (session.is_dry_run(), bad_count) {
            (true, _) => format!("{} entries could be built; nothing was written", register.len()),
            (false, 0) => format!("{}: {} entries, {bytes} bytes", self.output.display(), register.len()),
            (false, _) => format!(
                "{}: {} entries, {bytes} bytes; {bad_count} rows left out",
                self.output.display(),
                register.len()
            ),
        };
        let shown = json!({ "file": self.output, "entries": register.len(), "bytes": bytes, "bad_count": bad_count, "bad": bad });
        session.out.object("aldis.names-index/1", &shown, text)?;
        Ok(if bad_count > 0 { PARTLY_DONE } else { 0 })
    }
}
