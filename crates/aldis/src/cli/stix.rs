//! `aldis stix`: STIX 2.1 files and patterns; needs no node.

mod matches;
mod pattern;
mod show;
mod validate;

use super::session::{Result, Session};
use crate::error::Error;
use std::fs::File;
use std::io::{self, Read};

/// STIX 2.1: check files, see what they hold, patterns and what they match
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis stix validate bundle.json
  $ aldis stix match \"[ipv4-addr:value ISSUBSET '198.51.100.0/24']\" observed.json")]
pub(super) enum Stix {
    Validate(validate::Validate),
    Show(show::Show),
    #[command(subcommand)]
    Pattern(pattern::Pattern),
    Match(matches::Match),
}

impl Stix {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Validate(args) => args.run(session),
            Self::Show(args) => args.run(session),
            Self::Pattern(args) => args.run(session),
            Self::Match(args) => args.run(session),
        }
    }
}

/// Opens a file, or stdin for `-`, and says how long it is, if that can be known.
pub(super) fn open(file: &str) -> Result<(Box<dyn Read>, Option<u64>)> {
    if file == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let unreadable = |error: io::Error| Error::Refused(format!("{file}: {error}"));
    let opened = File::open(file).map_err(unreadable)?;
    let about = opened.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(Error::Refused(format!("{file} is a folder: name a file")).into());
    }
    Ok((Box::new(opened), about.is_file().then_some(about.len())))
}
