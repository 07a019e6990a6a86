//! `aldis audience phrase`: what a recipient gives before the page shows anything.

use super::super::files::read_input;
use super::super::session::{DONE, Result, Session};
use crate::desk::phrase;
use crate::error::Error;
use serde_json::json;

/// Ask an audience for a phrase or number before its page shows anything
///
/// The phrase is read from stdin, so that it stays out of the shell's history. After five wrong ones it
/// is locked and the watch floor says so; setting one again unlocks.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis audience phrase PR-7K2MQ4ZD --as Noor < phrase.txt
  $ aldis audience phrase PR-7K2MQ4ZD --end --as Noor")]
pub(in super::super) struct Phrase {
    /// The audience
    audience: String,
    /// Take the phrase away
    #[arg(long)]
    end: bool,
}

impl Phrase {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let audience = &self.audience;
        if self.end {
            desk.write(|tx, ctx| phrase::end(tx, ctx, audience))?;
        } else {
            if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
                session.out.say("the phrase or number; end with Ctrl-D");
            }
            let text = String::from_utf8(read_input("-", PHRASE_MAX)?)
                .map_err(|_| Error::refused("the phrase on stdin is not UTF-8"))?;
            desk.write(|tx, ctx| phrase::set(tx, ctx, &desk.node.sealer, audience, &text))?;
        }
        let says = if self.end { "no phrase is asked for" } else { "the phrase is asked for" };
        let shown = json!({ "audience": aldis_model::label::key(audience), "phrase": !self.end });
        session.out.object(DONE, &shown, format!("{audience}: {says}"))?;
        Ok(0)
    }
}

const PHRASE_MAX: usize = 1_000;
