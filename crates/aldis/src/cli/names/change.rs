//! `aldis names add` and `aldis names remove`: changes of an index that was built.

use super::super::session::{About, Result, Session};
use super::rows::{self, PARTLY_DONE, Rows};
use crate::error::Error;
use aldis_names::screen::{Changed, Index, Refused, Register};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Add entries to an index that was built, or put them in the place of those with the same id
///
/// Rows are written as for `aldis names build`. The next screening sees them. They stand in a file beside
/// the index, INDEX.changes, which belongs to this build of it: copy both, and put all rows into
/// `aldis names build` when there are many changes. A crash leaves all of a change or nothing.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis names add public.names new.jsonl
  $ echo '{\"id\":\"n1\",\"type\":\"person\",\"names\":[\"Ada Vik\"]}' | aldis names add public.names -")]
pub(in super::super) struct Add {
    /// An index that `aldis names build` wrote
    index: PathBuf,
    /// The rows, .jsonl or .csv; `-` is JSON lines on stdin
    rows: String,
    /// Leave rows out that cannot be used
    #[arg(long)]
    skip_bad: bool,
}

/// Remove entries from an index that was built
///
/// All of them, or nothing if one is not there (exit 3). The next screening does not find them. Their
/// names stay in the file of the index until it is built anew.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis names remove public.names n1 n2
  $ aldis names remove public.names Q7747 --json | jq .entries")]
pub(in super::super) struct Remove {
    /// An index that `aldis names build` wrote
    index: PathBuf,
    /// The ids of the entries
    #[arg(required = true)]
    ids: Vec<String>,
}

impl Add {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let Rows { register, bad, bad_count } = rows::read(session, &self.rows, self.skip_bad)?;
        let changed = changed(session, &self.index, &register, &[])?;
        shown(session, &self.index, changed, &bad, bad_count)?;
        Ok(if bad_count > 0 { PARTLY_DONE } else { 0 })
    }
}

impl Remove {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let changed = changed(session, &self.index, &Register::new(), &self.ids)?;
        shown(session, &self.index, changed, &[], 0)?;
        Ok(0)
    }
}

/// Changes an index file, or only says what would change in a dry run.
fn changed(session: &Session<'_>, path: &Path, add: &Register, remove: &[String]) -> Result<Changed> {
    let done = if session.is_dry_run() {
        Index::open(path).and_then(|mut index| index.apply(add, remove))
    } else {
        Index::change(path, add, remove)
    };
    match done {
        Ok(changed) => Ok(changed),
        Err(Refused::Absent(id)) => Err(Error::NotFound).about(id),
        Err(other) => Err(super::refused(path, &other).into()),
    }
}

fn shown(session: &Session<'_>, path: &Path, changed: Changed, bad: &[Value], bad_count: u64) -> Result<()> {
    let Changed { added, replaced, removed, entries } = changed;
    let mut parts: Vec<String> = [(added, "added"), (replaced, "replaced"), (removed, "removed")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if bad_count > 0 {
        parts.push(format!("{bad_count} rows left out"));
    }
    let written = if session.is_dry_run() { "; nothing was written" } else { "" };
    let text = format!("{}: {}, {entries} entries{written}", path.display(), parts.join(", "));
    let shown = json!({
        "file": path, "added": added, "replaced": replaced, "removed": removed, "entries": entries,
        "bad_count": bad_count, "bad": bad,
    });
    Ok(session.out.object("aldis.names-changed/1", &shown, text)?)
}
