//! What the program says about itself.

use super::session::{Result, Session};
use serde_json::json;

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
