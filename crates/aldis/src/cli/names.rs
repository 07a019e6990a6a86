//! `aldis names`: compares names, builds and changes an index of public names, and says what names cost
//! in alarms.

mod build;
mod change;
mod compare;
mod rows;
mod stats;

use super::session::{Result, Session};
use crate::error::Error;
use aldis_names::screen::Refused;
use std::path::Path;

/// Names: compare two, build and change an index of public ones, see what they cost in false alarms
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis names compare 'Sergei Skripal' 'Сергей Скрипаль' --explain
  $ aldis names build public.jsonl -o public.names")]
pub(super) enum Names {
    Compare(compare::Compare),
    Build(build::Build),
    Add(change::Add),
    Remove(change::Remove),
    Stats(stats::Stats),
}

impl Names {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Compare(args) => args.run(session),
            Self::Build(args) => args.run(session),
            Self::Add(args) => args.run(session),
            Self::Remove(args) => args.run(session),
            Self::Stats(args) => args.run(session),
        }
    }
}

/// Puts the engine's refusal into the words of the program, with the file it speaks of.
pub(super) fn refused(path: &Path, error: &Refused) -> Error {
    let path = path.display();
    match error {
        Refused::Io(error) => Error::Refused(format!("{path}: {error}")),
        other => Error::Refused(format!("{path}: {other}")),
    }
}
