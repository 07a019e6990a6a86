//! `aldis partner` and `aldis audience`: whom this node speaks to, and for whom versions are cut.

mod phrase;
mod way;

use super::session::{Result, Session};
use crate::desk::partners::{self, NewAudience, NewPartner};
use crate::error::Error;
use aldis_model::Tlp;
use aldis_model::gate::Ladder;
use serde_json::json;

/// Partners, whose nodes ours speaks to
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis partner key
  $ aldis partner list --as Noor")]
pub(super) enum Partner {
    Add(Add),
    List(List),
    Key(Key),
}

impl Partner {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Add(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::Key(args) => args.run(session),
        }
    }
}

/// Add a partner
///
/// A partner with a node needs its key, and a word on how a person checked it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis partner add alba --title 'Alba Watch' --as Noor
  $ aldis partner add alba --title 'Alba Watch' --url https://aldis.alba.example --as Noor \\
      --key 'aldis/ALBA+0a1b2c3d+AY…' --verified-how 'read out by telephone, 4 May'")]
pub(super) struct Add {
    /// The short name labels use
    name: String,
    /// The name as shown
    #[arg(long)]
    title: String,
    /// Where its node listens
    #[arg(long)]
    url: Option<String>,
    /// The key its node signs with: what `aldis partner key` prints there
    #[arg(long)]
    key: Option<String>,
    /// How a person checked the key
    #[arg(long, value_name = "HOW")]
    verified_how: Option<String>,
    /// The highest TLP label it may receive
    #[arg(long, value_name = "TLP", default_value = "AMBER")]
    max_tlp: String,
}

impl Add {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let ceiling: Tlp = self.max_tlp.parse().map_err(Error::from)?;
        let new = NewPartner {
            name: &self.name,
            title: &self.title,
            url: self.url.as_deref(),
            verifier: self.key.as_deref(),
            verified_how: self.verified_how.as_deref(),
            ceiling,
        };
        let id = desk.write(|tx, ctx| partners::add(tx, ctx, &new))?;
        let name = aldis_model::label::key(&self.name);
        let made = json!({ "id": id, "name": name, "max_tlp": ceiling.as_str() });
        session.out.object("aldis.partner/1", &made, name)?;
        Ok(0)
    }
}

/// List the partners
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis partner list --as Noor
  $ aldis partner list --as Noor --json | jq -r '.items[].verifier'")]
pub(super) struct List {}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let found = session.desk()?.read(partners::list)?;
        let head = ["NAME", "TITLE", "MAX TLP", "NODE", "SENT", "ANSWERED", "DISPUTED"];
        session.out.list(&found, None, &head, |partner| {
            let mut row = vec![partner.name.clone(), partner.title.clone(), partner.ceiling.clone()];
            row.push(partner.url.clone().unwrap_or_else(|| "none".to_owned()));
            row.extend([partner.sent, partner.answered, partner.disputed].map(|count| count.to_string()));
            row
        })?;
        Ok(0)
    }
}

/// Print the key partners verify this node by
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis partner key
  $ aldis partner key --json | jq -r .key")]
pub(super) struct Key {}

impl Key {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let node = session.node()?;
        let key = node.verifier().to_string();
        let shown = json!({ "key": key, "url": node.config.public_url });
        session.out.object("aldis.key/1", &shown, &key)?;
        session.out.say("give it to partners, and let them check it with you in person or by telephone");
        Ok(0)
    }
}

/// Audiences, for whom versions are cut
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis audience add PUBLIC --ladder public --channel cap --as Noor
  $ aldis audience list --as Noor")]
pub(super) enum Audience {
    Add(AddAudience),
    List(ListAudiences),
    #[command(subcommand)]
    Way(way::Way),
    Phrase(phrase::Phrase),
}

impl Audience {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Add(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::Way(args) => args.run(session),
            Self::Phrase(args) => args.run(session),
        }
    }
}

/// Add an audience
#[derive(clap::Args)]
#[command(after_help = "\
Ladder: own, officers, partner, clients, community, person, public.
Address: the partner's name for node, an address for mail, a URL for webhook, a number or
chat:NAME for text, nothing for hand and cap.

Examples:
  $ aldis audience add ALBA --ladder partner --channel node --address ALBA --as Noor
  $ aldis audience add PUBLIC --ladder public --channel cap --as Noor")]
pub(super) struct AddAudience {
    /// The name labels use; a cover name for a person at risk
    name: String,
    /// The name as shown [default: the name]
    #[arg(long)]
    title: Option<String>,
    /// Its rung, from our own staff to the public
    #[arg(long, value_name = "RUNG")]
    ladder: String,
    /// How it is told: node, mail, webhook, text, hand or cap
    #[arg(long)]
    channel: String,
    /// Where it is told
    #[arg(long, default_value = "", hide_default_value = true)]
    address: String,
    /// The organisation it belongs to [default: the name]
    #[arg(long)]
    org: Option<String>,
    /// The highest TLP label it may receive [default: its rung's]
    #[arg(long, value_name = "TLP")]
    ceiling: Option<String>,
    /// The language of its page
    #[arg(long, default_value = "en")]
    language: String,
}

impl AddAudience {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let desk = session.desk()?;
        let ladder = Ladder::find(&self.ladder).ok_or_else(|| {
            let known = Ladder::ALL.map(Ladder::as_str).join(", ");
            Error::Refused(format!("{:?} is not a rung: the rungs are {known}", self.ladder))
        })?;
        let ceiling = match &self.ceiling {
            Some(word) => word.parse().map_err(Error::from)?,
            None => ladder.ceiling(),
        };
        let own = if ladder == Ladder::Own { desk.ctx.org.as_str() } else { self.name.as_str() };
        let new = NewAudience {
            name: &self.name,
            title: self.title.as_deref().unwrap_or(&self.name),
            ladder,
            org: self.org.as_deref().unwrap_or(own),
            ceiling,
            channel: &self.channel,
            address: &self.address,
            language: &self.language,
        };
        let id = desk.write(|tx, ctx| partners::add_audience(tx, ctx, &new))?;
        let name = aldis_model::label::key(&self.name);
        let made = json!({ "id": id, "name": name, "ladder": ladder.as_str(), "channel": self.channel });
        session.out.object("aldis.audience/1", &made, name)?;
        Ok(0)
    }
}

/// List the audiences
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis audience list --as Noor
  $ aldis audience list --as Noor --json | jq -r '.items[].name'")]
pub(super) struct ListAudiences {}

impl ListAudiences {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let found = session.desk()?.read(partners::audiences)?;
        session.out.list(
            &found,
            None,
            &["NAME", "LADDER", "CEILING", "CHANNEL", "ADDRESS", "TITLE"],
            |who| {
                [&who.name, &who.ladder, &who.ceiling, &who.channel, &who.address, &who.title]
                    .map(Clone::clone)
                    .to_vec()
            },
        )?;
        Ok(0)
    }
}
