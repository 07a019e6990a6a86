//! `aldis taxii`: what partners' own tools may read and add, and how they say who they are; and the
//! servers of others.

mod credential;
mod elsewhere;
mod kept;
mod lock;
mod push;
mod sent;

use super::session::{Result, Session};
use crate::desk::share::collections::{self, NewCollection};
use crate::error::Error;
use aldis_model::Label;
use serde_json::json;

/// Collections and credentials for partners' own tools, and the servers of others
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis taxii collection add alba --title 'Warnings for Alba' --as Noor
  $ aldis taxii credential add alba --purpose 'their OpenCTI' --as Noor")]
pub(super) enum Taxii {
    #[command(subcommand)]
    Collection(Collection),
    #[command(subcommand)]
    Credential(credential::Credential),
    Collections(elsewhere::Collections),
    Poll(elsewhere::Poll),
    Push(push::Push),
}

impl Taxii {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Collection(Collection::Add(args)) => args.run(session),
            Self::Collection(Collection::List(args)) => args.run(session),
            Self::Credential(args) => args.run(session),
            Self::Collections(args) => args.run(session),
            Self::Poll(args) => args.run(session),
            Self::Push(args) => args.run(session),
        }
    }
}

/// Collections, each for one partner
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis taxii collection add alba --title 'Warnings for Alba' --as Noor
  $ aldis taxii collection list --as Noor")]
pub(super) enum Collection {
    Add(Add),
    List(List),
}

/// Add a collection
///
/// The partner may read it and not add to it, unless said otherwise.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis taxii collection add alba --title 'Warnings for Alba' --as Noor
  $ aldis taxii collection add alba --title 'From Alba' --access read-write --as Noor --json | jq -r .id")]
pub(super) struct Add {
    /// The partner it is for
    partner: String,
    /// The name its tools show
    #[arg(long)]
    title: String,
    /// What it holds, in words for the partner
    #[arg(long)]
    description: Option<String>,
    /// What the partner may do: read, write or read-write
    #[arg(long, default_value = "read")]
    access: String,
    /// Who here may know of it
    #[arg(long, value_name = "LABEL", default_value = "TLP:GREEN")]
    label: String,
}

impl Add {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let (can_read, can_write) = match self.access.as_str() {
            "read" => (true, false),
            "write" => (false, true),
            "read-write" => (true, true),
            other => {
                return Err(
                    Error::Refused(format!("{other:?} is no access: read, write or read-write")).into()
                );
            }
        };
        let label: Label = self.label.parse().map_err(Error::from)?;
        let new = NewCollection {
            partner: &self.partner,
            title: &self.title,
            description: self.description.as_deref(),
            can_read,
            can_write,
            label,
        };
        let id = desk.write(|tx, ctx| collections::add(tx, ctx, &new))?;
        let url = format!("{}/taxii2/desk/collections/{id}/", desk.node.config.public_url);
        let made = json!({ "id": id, "url": url, "can_read": can_read, "can_write": can_write });
        session.out.object("aldis.collection/1", &made, &id)?;
        session.out.say(format!("their tool finds it at {url}"));
        Ok(0)
    }
}

/// List the collections
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis taxii collection list --as Noor
  $ aldis taxii collection list --as Noor --json | jq -r '.items[].id'")]
pub(super) struct List {}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let found = session.desk()?.read(collections::list)?;
        session.out.list(&found, None, &["ID", "PARTNER", "READ", "ADD", "TITLE"], |one| {
            let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
            vec![
                one.id.clone(),
                one.partner.clone(),
                yes(one.can_read),
                yes(one.can_write),
                one.title.clone(),
            ]
        })?;
        Ok(0)
    }
}
