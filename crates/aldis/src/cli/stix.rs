//! `aldis stix`: STIX 2.1 files and patterns; needs no node.

mod matches;
mod pattern;

use super::session::{Result, Session};

/// STIX 2.1: patterns and what they match
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis stix pattern check \"[ipv4-addr:value = '198.51.100.7']\"
  $ aldis stix match \"[ipv4-addr:value ISSUBSET '198.51.100.0/24']\" observed.json")]
pub(super) enum Stix {
    #[command(subcommand)]
    Pattern(pattern::Pattern),
    Match(matches::Match),
}

impl Stix {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Pattern(args) => args.run(session),
            Self::Match(args) => args.run(session),
        }
    }
}
