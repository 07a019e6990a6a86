//! `aldis audience way`: what is tried when the way an audience was added with fails.

use super::super::session::{DONE, Result, Session, id};
use crate::desk::ways;
use serde_json::json;

/// The other ways to an audience, in the order they are tried
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis audience way add HALL --channel text --address +441632960001 --as Noor
  $ aldis audience way list HALL --as Noor")]
pub(in super::super) enum Way {
    Add(Add),
    List(List),
    End(End),
}

impl Way {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Add(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::End(args) => args.run(session),
        }
    }
}

/// Add a way that is tried after all others
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis audience way add HALL --channel webhook --address https://hall.example/in --as Noor
  $ aldis audience way add HALL --channel hand --as Noor")]
pub(in super::super) struct Add {
    /// The audience
    audience: String,
    /// How: node, mail, webhook, text or hand
    #[arg(long)]
    channel: String,
    /// Where
    #[arg(long, default_value = "", hide_default_value = true)]
    address: String,
}

impl Add {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let (audience, channel) = (&self.audience, &self.channel);
        let id = desk.write(|tx, ctx| ways::add(tx, ctx, audience, channel, &self.address))?;
        session.out.object("aldis.way/1", &json!({ "id": id, "channel": channel }), id.as_str())?;
        Ok(0)
    }
}

/// List the ways to an audience
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis audience way list HALL --as Noor
  $ aldis audience way list HALL --as Noor --json | jq -r '.items[].channel'")]
pub(in super::super) struct List {
    /// The audience
    audience: String,
}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let found = session.desk()?.read(|tx, ctx| ways::list(tx, ctx, &self.audience))?;
        session.out.list(&found, None, &["ID", "CHANNEL", "ADDRESS"], |way| {
            let id = way.id.as_ref().map_or("(its own)", |id| id.as_str());
            vec![id.to_owned(), way.channel.clone(), way.address.clone()]
        })?;
        Ok(0)
    }
}

/// Take a way out of use
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis audience way end WY-6YH7UJ8K --as Noor
  $ aldis audience way list HALL --as Noor")]
pub(in super::super) struct End {
    /// The way
    way: String,
}

impl End {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.way)?;
        session.desk()?.write(|tx, ctx| ways::end(tx, ctx, &id))?;
        session.out.object(DONE, &json!({ "id": id }), format!("{id} ended"))?;
        Ok(0)
    }
}
