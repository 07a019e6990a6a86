//! `aldis log`: the signed ledger: its head, its proofs, and whether it is whole.

mod check;

use super::files::write_output;
use super::session::{About, Result, Session};
use crate::desk::review;
use crate::error::Error;
use crate::log;
use aldis_ledger::Signer;
use serde_json::json;
use std::path::PathBuf;

/// The signed ledger: head, entries, proofs, verification
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis log head
  $ aldis log verify && echo whole")]
pub(super) enum Log {
    Head(Head),
    Tail(Tail),
    Entry(Entry),
    Prove(Prove),
    Check(check::Check),
    Verify(Verify),
}

impl Log {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Head(args) => args.run(session),
            Self::Tail(args) => args.run(session),
            Self::Entry(args) => args.run(session),
            Self::Prove(args) => args.run(session),
            Self::Check(args) => args.run(session),
            Self::Verify(args) => args.run(session),
        }
    }
}

/// Print the last signed checkpoint
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis log head > checkpoint.txt
  $ aldis log head --json | jq .size")]
pub(super) struct Head {}

impl Head {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let node = session.node()?;
        let head = node.db.read(log::head)?.ok_or(Error::NotFound).about("a checkpoint")?;
        let shown = json!({ "size": head.size, "at": head.at, "note": head.note });
        session.out.object("aldis.checkpoint/1", &shown, &head.note)?;
        Ok(0)
    }
}

/// Show the newest entries you may see
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis log tail --as Omar
  $ aldis log tail --limit 500 --as Omar --json | jq -r '.items[] | [.index, .at, .kind] | @tsv'")]
pub(super) struct Tail {
    /// How many, 1 to 500
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=500))]
    limit: u16,
}

impl Tail {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let limit = usize::from(self.limit);
        let found = session.desk()?.read(|tx, ctx| review::tail(tx, ctx, limit))?.into_inner();
        session.out.list(&found, None, &["ENTRY", "AT", "KIND", "BY", "LABEL"], |entry| {
            let by = entry.fields.get("by").or_else(|| entry.fields.get("actor"));
            vec![
                entry.index.to_string(),
                entry.at.to_string(),
                entry.kind.clone(),
                by.cloned().unwrap_or_default(),
                entry.label.to_string(),
            ]
        })?;
        Ok(0)
    }
}

/// Print one entry as JSON, with the salts that its proof needs
#[derive(clap::Args)]
#[command(after_help = "\
Whoever holds this file reads the whole entry.

Examples:
  $ aldis log entry 81985529216 -o entry.json --as Omar
  $ aldis log entry 81985529216 --as Omar | jq -r '.fields[].name'")]
pub(super) struct Entry {
    /// Its number, as `log tail` shows it
    entry: i64,
    /// The file to write [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Entry {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let json = session.desk()?.read(|tx, ctx| {
            let place = review::place(tx, ctx, self.entry)?.into_inner();
            tx.row(ENTRY, &[place.into()])?.text(0)
        });
        let json = json.about(format!("entry {}", self.entry))?;
        write_output(session, self.output.as_deref(), format!("{json}\n").as_bytes())?;
        Ok(0)
    }
}

/// Make an offline proof that an entry is in the log
#[derive(clap::Args)]
#[command(after_help = "\
The proof says nothing about what the entry holds: give the entry with it. It tells its holder the
place of the entry and how many the log holds.

Examples:
  $ aldis log prove 81985529216 -o entry.proof --as Omar
  $ aldis log check entry.proof --entry entry.json --key \"$(aldis partner key)\"")]
pub(super) struct Prove {
    /// The entry's number, as `log tail` shows it
    entry: i64,
    /// The file to write [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Prove {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let about = || format!("entry {}", self.entry);
        let place = desk.read(|tx, ctx| review::place(tx, ctx, self.entry)).about(about())?.into_inner();
        let place = u64::try_from(place).map_err(Error::broken)?;
        let proof = desk.node.log.prove(&desk.node.db, place).about(about())?;
        write_output(session, self.output.as_deref(), proof.encode().as_bytes())?;
        Ok(0)
    }
}

/// Rebuild the ledger and compare it with every row, tile and checkpoint
///
/// Exits with 8 if anything does not fit. Changes nothing.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis log verify && echo whole
  $ aldis log verify --json | jq -r '.findings[] | .place + \": \" + .says'")]
pub(super) struct Verify {}

impl Verify {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        // Without opening the node: opening publishes, and a check must not add to what it checks.
        let (config, db, keys) = session.store()?;
        let signer = Signer::new(&config.origin(), &keys.signing).map_err(Error::refused)?;
        let verdict = log::verify(&db, &config.data.join("log"), &signer.verifier())?;
        let whole = verdict.findings.is_empty();
        let mut text = format!(
            "{} entries, {} rows, {} tiles, {} checkpoints: {}\n",
            verdict.entries,
            verdict.rows,
            verdict.tiles,
            verdict.checkpoints,
            if whole { "whole" } else { "NOT WHOLE" }
        );
        for finding in &verdict.findings {
            text += &format!("{}: {}\n", finding.place, finding.says);
        }
        let mut shown = serde_json::to_value(&verdict).map_err(Error::broken)?;
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("whole".to_owned(), whole.into());
        }
        session.out.object("aldis.verdict/1", &shown, text)?;
        Ok(if whole { 0 } else { NOT_WHOLE })
    }
}

const NOT_WHOLE: u8 = 8;

const ENTRY: &str = "-- cli::log::entry
    SELECT fields FROM entry WHERE idx = $1";
