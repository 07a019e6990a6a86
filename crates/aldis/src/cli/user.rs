//! `aldis user`: officers of this node.

use super::session::{About, Result, Session};
use crate::desk::office::{self, NewOfficer};
use crate::error::Error;
use aldis_model::Tlp;
use aldis_model::role::Role;
use serde_json::json;

/// Officers: add, list, invite again
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis user add Mara --role analyst --as admin
  $ aldis user list")]
pub(super) enum User {
    Add(Add),
    List(List),
    Link(Link),
}

impl User {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Add(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::Link(args) => args.run(session),
        }
    }
}

/// Add an officer and print a one-time sign-in link
#[derive(clap::Args)]
#[command(after_help = "\
Roles: duty, analyst, senior, case-officer, liaison, auditor, admin.

Examples:
  $ aldis user add Mara --role analyst --as admin
  $ aldis user add Kofi --role senior --ceiling AMBER --compartment TIDE --as admin")]
pub(super) struct Add {
    /// The name colleagues use
    name: String,
    /// What the officer is here for
    #[arg(long)]
    role: String,
    /// The highest TLP label they may read
    #[arg(long, value_name = "TLP", default_value = "RED")]
    ceiling: String,
    /// A compartment they hold; may be repeated
    #[arg(long, value_name = "NAME")]
    compartment: Vec<String>,
    /// Where mail reaches them
    #[arg(long)]
    email: Option<String>,
}

impl Add {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let known = Role::ALL.iter().filter(|role| **role != Role::System).map(|role| role.as_str());
        let role = Role::find(&self.role).ok_or_else(|| {
            let known = known.collect::<Vec<_>>().join(", ");
            Error::Refused(format!("{:?} is not a role: the roles are {known}", self.role))
        })?;
        let ceiling: Tlp = self.ceiling.parse().map_err(Error::from)?;
        let new = NewOfficer {
            name: &self.name,
            role,
            ceiling,
            compartments: &self.compartment,
            email: self.email.as_deref(),
        };
        let (id, token) = desk
            .write(|tx, ctx| Ok((office::add(tx, ctx, &new)?, office::invite(tx, ctx, self.name.trim())?)))?;
        let link = format!("{}/in/{token}", desk.node.config.public_url);
        session.out.say(format!("{} may sign in within a day, once, at:", self.name.trim()));
        let made = json!({ "id": id, "name": self.name.trim(), "role": role, "ceiling": ceiling.as_str(), "link": link });
        session.out.object("aldis.officer/1", &made, link)?;
        Ok(0)
    }
}

/// List the officers
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis user list
  $ aldis user list --json | jq -r '.items[].name'")]
pub(super) struct List {}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        // Without --as: this is where somebody looks who does not know whom to name.
        let node = session.node()?;
        let officers = node.db.read(office::list)?;
        session.out.list(&officers, None, &["NAME", "ROLE", "CEILING", "ID"], |officer| {
            vec![officer.name.clone(), officer.role.to_string(), officer.ceiling.clone(), officer.id.clone()]
        })?;
        Ok(0)
    }
}

/// Print a new one-time sign-in link
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis user link Mara --as admin
  $ aldis user link Mara --as admin --json | jq -r .link")]
pub(super) struct Link {
    /// The officer
    name: String,
}

impl Link {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let name = self.name.trim();
        let token = desk.write(|tx, ctx| office::invite(tx, ctx, name)).about(format!("officer {name:?}"))?;
        let link = format!("{}/in/{token}", desk.node.config.public_url);
        session.out.say(format!("{name} may sign in within a day, once, at:"));
        session.out.object("aldis.link/1", &json!({ "name": name, "link": link }), &link)?;
        Ok(0)
    }
}
