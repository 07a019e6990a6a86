//! `aldis report add`: reads files or stdin, stores what they hold and has it screened at once.

use super::super::files::read_input;
use super::super::session::{Desk, Result, Session};
use super::SCHEMA;
use crate::desk::gather::{self, Incoming};
use crate::desk::screen;
use crate::error::Error;
use aldis_model::{Id, Label};
use serde::Serialize;
use std::path::Path;

/// Take in reports: the bytes stay as they came, names are proposed and screened at once
///
/// Text, web pages, feeds, mail and CAP alerts up to 10 MiB are understood.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis report add note.txt page.html --source S-12 --label 'AMBER REL ALBA' --as Mara
  $ curl -s https://example.org/a.html | aldis report add - --source example.org --as Mara --json")]
pub(in super::super) struct Add {
    /// Files; `-` is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// Who gave them
    #[arg(long, default_value = "own collection")]
    source: String,
    /// Who may see them
    #[arg(long, default_value = "TLP:RED")]
    label: String,
    /// The organisation they came from [default: our own]
    #[arg(long, value_name = "NAME")]
    originator: Option<String>,
    /// The root they go back to, such as one blog [default: the source]
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// What the sender called them, such as text/html [default: text/plain for .txt, else found out]
    #[arg(long, value_name = "TYPE")]
    media_type: Option<String>,
}

/// What became of one document.
#[derive(Serialize)]
struct Added {
    id: Id,
    file: String,
    title: String,
    proposals: usize,
    hits: usize,
}

impl Add {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let label: Label = self.label.parse().map_err(Error::from)?;
        if let Some(url) = self.files.iter().find(|file| file.contains("://")) {
            return Err(Error::Refused(format!(
                "{url} is an address: fetching comes with sources, which this version does not have; \
                 fetch it yourself: curl -s URL | aldis report add - --source WHO"
            ))
            .into());
        }
        let desk = session.desk()?;
        let mut added = Vec::new();
        for (number, file) in (1..).zip(&self.files) {
            if self.files.len() > 1 {
                session.out.say(format!("{number} of {}: {file}", self.files.len()));
            }
            match self.one(session, &desk, file, &label) {
                Ok(documents) => added.extend(documents),
                Err(failure) => {
                    if number > 1 {
                        session.out.say(format!("{} of {} files were stored", number - 1, self.files.len()));
                        show(session, &added)?;
                    }
                    return Err(failure);
                }
            }
        }
        show(session, &added)?;
        Ok(0)
    }

    fn one(&self, session: &Session<'_>, desk: &Desk<'_>, file: &str, label: &Label) -> Result<Vec<Added>> {
        let bytes = read_input(file, aldis_wire::Limits::default().bytes)?;
        let is_text = Path::new(file).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
        let incoming = Incoming {
            bytes: &bytes,
            media_type: self.media_type.as_deref().or(is_text.then_some("text/plain")),
            channel: if file == "-" { "manual" } else { "file" },
            source: &self.source,
            originator: self.originator.as_deref(),
            origin: self.origin.as_deref(),
            label: label.clone(),
        };
        let named = |error| match error {
            Error::Refused(says) => Error::Refused(format!("{file}: {says}; nothing was stored")),
            other => other,
        };
        let documents = gather::read(&incoming).map_err(named)?;
        let ids = desk
            .write(|tx, ctx| {
                let accept = |document| gather::accept(tx, ctx, &incoming, document);
                documents.iter().map(accept).collect::<std::result::Result<Vec<Id>, Error>>()
            })
            .map_err(named)?;
        desk.work();
        let mut added = Vec::new();
        for (id, document) in ids.into_iter().zip(&documents) {
            let (proposals, hits) = if session.is_dry_run() { (0, 0) } else { counts(desk, &id)? };
            let title = document.title.clone().unwrap_or_default();
            added.push(Added { id, file: file.to_owned(), title, proposals, hits });
        }
        Ok(added)
    }
}

/// Counts what the machine proposed and whom it found, as far as the officer may see.
fn counts(desk: &Desk<'_>, report: &Id) -> Result<(usize, usize)> {
    let counted = desk.read(|tx, ctx| {
        let proposals = gather::proposals(tx, ctx, report)?.get().len();
        Ok((proposals, screen::hits(tx, ctx, report)?.get().len()))
    });
    match counted {
        // Whoever takes a report in need not be allowed to read it.
        Err(Error::NotFound | Error::Forbidden(_)) => Ok((0, 0)),
        other => Ok(other?),
    }
}

fn show(session: &Session<'_>, added: &[Added]) -> Result<()> {
    let line = |one: &Added| format!("{}  {} proposals, {} hits", one.id, one.proposals, one.hits);
    match added {
        [one] => session.out.object(SCHEMA, one, line(one))?,
        many => session.out.list(many, None, &["ID", "PROPOSALS", "HITS", "FILE"], |one| {
            vec![one.id.to_string(), one.proposals.to_string(), one.hits.to_string(), one.file.clone()]
        })?,
    }
    Ok(())
}
