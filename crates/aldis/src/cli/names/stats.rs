//! `aldis names stats`: the size of an index, or what the register costs in false alarms.

use super::super::session::{Result, Session};
use crate::desk::alarms::{self, Alarms, often};
use aldis_names::screen::Index;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Show the size of an index; without a file, the register's false alarms by cover name
///
/// For each entry you may see: how many false alarms a day its names raise at the traffic you may see,
/// how many were to be expected so far, and how many hits people rejected. A `!` marks an entry where
/// the two differ by more than a factor of two.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis names stats --as Noor
  $ aldis names stats public.names --json | jq .bytes_per_name")]
pub(in super::super) struct Stats {
    /// An index that `aldis names build` wrote
    index: Option<PathBuf>,
}

impl Stats {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self.index {
            Some(path) => index(session, &path),
            None => register(session),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of bytes and names, below 2 to the 52")]
fn index(session: &Session<'_>, path: &Path) -> Result<u8> {
    let index = Index::open(path).map_err(|error| super::refused(path, &error))?;
    let stats = index.stats();
    let bytes_per_name = stats.base_bytes as f64 / stats.names.max(1) as f64;
    let text = format!(
        "entries         {}\nnames           {}\ndifferent words {}\nadded since     {}\nremoved since   {}\n\
         bytes           {}\nbytes per name  {bytes_per_name:.1}\n",
        stats.entries, stats.names, stats.words, stats.added, stats.removed, stats.base_bytes
    );
    let shown = json!({
        "entries": stats.entries, "names": stats.names, "words": stats.words, "added": stats.added,
        "removed": stats.removed, "bytes": stats.base_bytes,
        "bytes_per_name": (bytes_per_name * 10.0).round() / 10.0,
    });
    session.out.object("aldis.names-stats/1", &shown, text)?;
    Ok(0)
}

fn register(session: &Session<'_>) -> Result<u8> {
    let desk = session.desk()?;
    let found = desk.read(|tx, ctx| alarms::by_subject(tx, ctx, &desk.node.sealer))?.into_inner();
    let head = ["COVER NAME", "NAMES", "FALSE ALARMS", "EXPECTED", "REJECTED", "UNDECIDED", "CONFIRMED", ""];
    session.out.list(&found, None, &head, |one: &Alarms| {
        vec![
            one.subject.clone(),
            one.names.to_string(),
            often(one.alarms_a_day),
            format!("{:.1}", one.predicted),
            one.rejected.to_string(),
            one.undecided.to_string(),
            one.confirmed.to_string(),
            if one.stands_out { "! more than twice off" } else { "" }.to_owned(),
        ]
    })?;
    Ok(0)
}
