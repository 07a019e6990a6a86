//! `aldis clock`: the node's own time beside the machine's clock.

use super::session::{DONE, Result, Session};
use crate::error::Error;
use crate::node::Node;
use crate::steady::{Steady, no_count};
use serde_json::json;
use std::sync::Arc;

/// The node's own time: show it, and decide when the machine's clock was moved
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis clock show --as Omar
  $ aldis clock keep --reason 'the machine was set wrong' --as Noor")]
pub(super) enum Clock {
    Show(Show),
    Keep(Keep),
    Follow(Follow),
}

impl Clock {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Show(args) => args.run(session),
            Self::Keep(args) => args.run(session),
            Self::Follow(args) => args.run(session),
        }
    }
}

fn steady(node: &Node) -> std::result::Result<&Arc<Steady>, Error> {
    node.steady.as_ref().ok_or_else(no_count)
}

/// Show the node's time, and how far the machine's clock is from it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis clock show --as Omar
  $ aldis clock show --as Omar --json | jq .ahead_s")]
pub(super) struct Show {}

impl Show {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let Self {} = self;
        let desk = session.desk()?;
        let ahead_s = desk.node.steady.as_ref().map(|steady| steady.ahead_us() / 1_000_000);
        let (now, wall) = (desk.ctx.now, session.around.clock.now());
        let text = match ahead_s {
            None => format!("{now}: the machine's clock; there is no steady count"),
            Some(0) => format!("{now}: the machine's clock agrees"),
            Some(ahead) => format!("{now}: the machine's clock says {wall}, {ahead} s from it"),
        };
        let object = json!({ "node_time": now, "machine_time": wall, "ahead_s": ahead_s });
        session.out.object("aldis.clock/1", &object, text)?;
        Ok(0)
    }
}

/// Say that the node's time stands: the machine's clock is wrong
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis clock keep --reason 'the machine was set wrong' --as Noor
  $ aldis clock keep --reason 'compared with the radio' --as Noor --json")]
pub(super) struct Keep {
    /// How you know
    #[arg(long)]
    reason: String,
}

impl Keep {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let steady = steady(&desk.node)?;
        desk.write(|tx, ctx| steady.keep(tx, ctx, &self.reason))?;
        session.out.object(DONE, &json!({ "node_time": desk.ctx.now }), "the node's time stands")?;
        Ok(0)
    }
}

/// Say that the machine's clock is right: the node's time is set to it, and timers move along
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis clock follow --reason 'compared with the radio' --yes --as Noor
  $ aldis clock follow --reason 'the node stood still for a week' --yes --as Noor --json")]
pub(super) struct Follow {
    /// How you know
    #[arg(long)]
    reason: String,
}

impl Follow {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let steady = steady(&desk.node)?;
        let ahead_s = steady.ahead_us() / 1_000_000;
        session.confirm(&format!("The node's time moves by {ahead_s} s."))?;
        if session.is_dry_run() {
            session.out.say("dry run: nothing was kept");
            return Ok(0);
        }
        let timers = steady.follow(&desk.node.db, &desk.ctx, &self.reason)?;
        let text = format!("the node's time moved by {ahead_s} s, and {timers} timers with it");
        session.out.object(DONE, &json!({ "moved_s": ahead_s, "timers": timers }), text)?;
        Ok(0)
    }
}
