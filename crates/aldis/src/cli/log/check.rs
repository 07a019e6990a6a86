//! `aldis log check`: verifies a proof on any machine, without a node, a database or a network.

use super::super::files::read_input;
use super::super::session::{Result, Session};
use crate::error::Error;
use aldis_ledger::{Entry, Proof, Verifier};
use serde_json::{Map, Value, json};

/// Check an offline proof; needs no node
///
/// Exits with 8 if the entry is not in the log that the key signed.
#[derive(clap::Args)]
#[command(after_help = "\
Get the key from the other desk in person or by telephone, never with the proof.

Examples:
  $ aldis log check entry-17.proof --entry entry-17.json --key 'aldis/ALBA+0a1b2c3d+AY…'
  $ aldis log check entry-17.proof --entry - --key \"$KEY\" --json < entry-17.json | jq .fields")]
pub(in super::super) struct Check {
    /// The proof, as `aldis log prove` wrote it
    proof: String,
    /// The key of the log
    #[arg(long)]
    key: String,
    /// The entry, as `aldis log entry` wrote it; `-` is stdin
    #[arg(long, visible_alias = "leaf-entry", value_name = "FILE")]
    entry: String,
}

impl Check {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let key = self.key.trim();
        let verifier = Verifier::parse(key).map_err(|error| Error::Refused(format!("--key: {error}")))?;
        let wrong = |what: &str, error: aldis_ledger::Error| Error::Proof(format!("{what}: {error}"));
        let proof = Proof::parse(&read_input(&self.proof, INPUT_MAX)?).map_err(|e| wrong("the proof", e))?;
        let json = String::from_utf8(read_input(&self.entry, INPUT_MAX)?)
            .map_err(|_| Error::refused("the entry is not UTF-8"))?;
        let entry = Entry::from_json(json.trim()).map_err(|error| wrong("the entry", error))?;
        let checkpoint = proof
            .verify(&entry.leaf(), &verifier)
            .map_err(|error| wrong("the entry is not proven to be in this log", error))?;
        let open = entry.fields().iter().filter_map(|field| Some((field.name().to_owned(), field.value()?)));
        let fields: Map<String, Value> = open.map(|(name, value)| (name, value.into())).collect();
        let mut text = format!(
            "entry {} is in the log of {} among the first {} entries\n",
            proof.index(),
            checkpoint.origin(),
            checkpoint.size()
        );
        for (name, value) in &fields {
            text += &format!("{name}: {}\n", value.as_str().unwrap_or_default());
        }
        let (origin, size) = (checkpoint.origin(), checkpoint.size());
        let shown = json!({ "index": proof.index(), "origin": origin, "size": size, "fields": fields });
        session.out.object("aldis.proven/1", &shown, text)?;
        Ok(0)
    }
}

const INPUT_MAX: usize = 16 << 20;
