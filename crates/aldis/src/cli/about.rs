//! What the program says about itself: version, completion, manual pages, reference.

mod docs;

use super::session::{Result, Session};
use crate::error::Error;
use serde_json::json;
use std::path::PathBuf;

/// Print the version
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis version
  $ aldis version --json | jq -r .version")]
pub(super) struct Version {}

impl Version {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let version = env!("CARGO_PKG_VERSION");
        session.out.object("aldis.version/1", &json!({ "version": version }), format!("aldis {version}"))?;
        Ok(0)
    }
}

/// Print a completion script for a shell
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis completion bash > /etc/bash_completion.d/aldis
  $ aldis completion zsh > ~/.zfunc/_aldis")]
pub(super) struct Completion {
    /// The shell
    shell: clap_complete::Shell,
}

impl Completion {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::tree(), "aldis", &mut script);
        session.out.bytes(&script)?;
        Ok(0)
    }
}

/// Write the manual pages
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis man | man -l -
  $ aldis man -o /usr/local/share/man/man1")]
pub(super) struct Man {
    /// A folder for the pages of all commands [default: the first page to stdout]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let Some(folder) = self.output else {
            let mut page = Vec::new();
            clap_mangen::Man::new(super::tree()).render(&mut page)?;
            session.out.bytes(&page)?;
            return Ok(0);
        };
        let unwritable = |error| Error::Refused(format!("{}: {error}", folder.display()));
        std::fs::create_dir_all(&folder).map_err(unwritable)?;
        clap_mangen::generate_to(super::tree(), &folder).map_err(unwritable)?;
        session.out.say(format!("wrote the pages into {}", folder.display()));
        Ok(0)
    }
}

/// Print docs/reference/cli.md
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis docs > docs/reference/cli.md
  $ aldis docs | diff - docs/reference/cli.md")]
pub(super) struct Docs {}

impl Docs {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        session.out.bytes(docs::reference(super::tree()).as_bytes())?;
        Ok(0)
    }
}
