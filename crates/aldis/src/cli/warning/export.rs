//! `aldis warning export`: a sent version as a file for another tool.

use super::super::files::{read_input, write_output};
use super::super::session::{Result, Session, id};
use crate::desk::share::export::{self, Form};
use crate::error::Error;
use aldis_model::Digest;
use aldis_wire::misp::SharingGroup;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Write a sent version as a MISP event or a STIX bundle
///
/// The same text, ids and label that the audience has otherwise; a correction keeps the ids. Nothing is sent
/// anywhere: import the file where it is for. It is recorded who wrote which file. TLP:RED, and what was
/// written for a person or for our own people, has no such form.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning export L-8IK9OL0P --format misp -o event.json --as Noor
  $ aldis warning export L-8IK9OL0P --format stix --as Noor | aldis stix validate -")]
pub(in super::super) struct Export {
    /// The release
    release: String,
    /// In which form: misp or stix
    #[arg(long, value_name = "FORMAT", value_parser = ["misp", "stix"])]
    format: String,
    /// The file to write; - or nothing: stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The sharing group at the reader's that AMBER goes to, as MISP writes it in JSON
    #[arg(long, value_name = "FILE")]
    sharing_group: Option<String>,
}

impl Export {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let release = id(&self.release)?;
        let group = self.sharing_group.as_deref().map(group).transpose()?;
        let form = match self.format.as_str() {
            "misp" => Form::Misp(group.as_ref()),
            _ if group.is_some() => return Err(Error::refused("a sharing group belongs to MISP").into()),
            _ => Form::Stix,
        };
        let desk = session.desk()?;
        let sealer = &desk.node.sealer;
        let made = desk.write(|tx, ctx| export::export(tx, ctx, sealer, &release, form))?.into_inner();
        let file = self.output.filter(|file| file.as_os_str() != "-");
        let mut shown = json!({
            "release": release, "audience": made.audience, "tlp": made.tlp, "format": form.as_str(),
            "bytes": made.text.len(), "sha256": Digest::of(made.text.as_bytes()),
            "dry_run": session.is_dry_run(), "file": file,
        });
        if session.is_dry_run() {
            let text = format!("would write {} bytes for {}, {}", made.text.len(), made.audience, made.tlp);
            session.out.object(SCHEMA, &shown, text)?;
            return Ok(0);
        }
        if let Some(file) = &file {
            write_output(session, Some(file), made.text.as_bytes())?;
            let text = format!("{} bytes for {}, {}", made.text.len(), made.audience, made.tlp);
            session.out.object(SCHEMA, &shown, text)?;
        } else if session.out.is_json() {
            let content: Value = serde_json::from_str(&made.text).map_err(Error::broken)?;
            if let Some(shown) = shown.as_object_mut() {
                shown.insert("content".to_owned(), content);
            }
            session.out.object(SCHEMA, &shown, "")?;
        } else {
            session.out.bytes(made.text.as_bytes())?;
        }
        Ok(0)
    }
}

fn group(file: &str) -> Result<SharingGroup> {
    let bytes = read_input(file, GROUP_MAX)?;
    SharingGroup::read(&bytes).map_err(|error| Error::Refused(format!("{file}: {error}")).into())
}

const SCHEMA: &str = "aldis.export/1";
const GROUP_MAX: usize = 1 << 20;
