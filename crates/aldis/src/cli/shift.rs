//! `aldis shift`: who is on duty, and handing over.

use super::session::{DONE, Result, Session, id};
use crate::desk::shifts;
use crate::error::Error;
use aldis_model::Time;
use aldis_model::chain::Office;
use serde_json::json;

/// Who is on duty: list, set, end, hand over to the next
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis shift list --as Omar
  $ aldis shift offer SH-1QA2WS3E Noor --until 2031-05-05T06:00:00Z --as Omar")]
pub(super) enum Shift {
    List(List),
    Set(Set),
    End(End),
    Offer(Offer),
    Offers(Offers),
    Accept(Accept),
}

impl Shift {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::List(args) => args.run(session),
            Self::Set(args) => args.run(session),
            Self::End(args) => args.run(session),
            Self::Offer(args) => args.run(session),
            Self::Offers(args) => args.run(session),
            Self::Accept(args) => args.run(session),
        }
    }
}

/// List the shifts that run now or begin later
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis shift list --as Omar
  $ aldis shift list --as Omar --json | jq '.items[] | select(.office == \"desk\")'")]
pub(super) struct List {}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let Self {} = self;
        let found = session.desk()?.read(shifts::list)?;
        session.out.list(&found, None, &["ID", "OFFICE", "OFFICER", "FROM", "TO"], |one| {
            let (from, to) = (one.starts_at.minute(), one.ends_at.minute());
            vec![one.id.to_string(), one.words.clone(), one.officer.clone(), from, to]
        })?;
        Ok(0)
    }
}

/// Put an officer on duty
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis shift set desk Omar --from 2031-05-04T06:00:00Z --to 2031-05-04T18:00:00Z --as Admin
  $ aldis shift set head Noor --to 2031-05-05T06:00:00Z --as Noor")]
pub(super) struct Set {
    /// desk, second, head or other
    office: String,
    /// The officer
    officer: String,
    /// From when [default: now]
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// To when
    #[arg(long, value_name = "TIME")]
    to: String,
}

impl Set {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let office = Office::find(&self.office);
        let office = office.ok_or_else(|| Error::refused("the office is desk, second, head or other"))?;
        let from: Option<Time> = self.from.as_deref().map(str::parse).transpose().map_err(Error::from)?;
        let to: Time = self.to.parse().map_err(Error::from)?;
        let officer = &self.officer;
        let made = session
            .desk()?
            .write(|tx, ctx| shifts::set(tx, ctx, office, officer, from.unwrap_or(ctx.now), to))?;
        session.out.object(DONE, &json!({ "id": made }), made.as_str())?;
        Ok(0)
    }
}

/// End a shift before its time
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis shift end SH-1QA2WS3E --as Admin
  $ aldis shift end SH-1QA2WS3E --as Noor --json")]
pub(super) struct End {
    /// The shift
    shift: String,
}

impl End {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.shift)?;
        session.desk()?.write(|tx, ctx| shifts::end(tx, ctx, &id))?;
        session.out.object(DONE, &json!({ "id": id }), format!("{id} has ended"))?;
        Ok(0)
    }
}

/// Offer your shift, with what is open, to the officer who comes
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis shift offer SH-1QA2WS3E Noor --until 2031-05-05T06:00:00Z --as Omar
  $ aldis shift offer SH-1QA2WS3E Noor --until 2031-05-05T06:00:00Z --words 'Ring the hall first' --as Omar")]
pub(super) struct Offer {
    /// Your shift
    shift: String,
    /// Who comes
    taker: String,
    /// Until when the taker is on duty
    #[arg(long, value_name = "TIME")]
    until: String,
    /// What the taker should know
    #[arg(long, default_value = "")]
    words: String,
}

impl Offer {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.shift)?;
        let until: Time = self.until.parse().map_err(Error::from)?;
        let made =
            session.desk()?.write(|tx, ctx| shifts::offer(tx, ctx, &id, &self.taker, until, &self.words))?;
        let mut text = format!("{}: {} open items go to {}", made.id, made.items, self.taker);
        if made.stay > 0 {
            text += &format!("; {} stay: {} may not see them, tell somebody who may", made.stay, self.taker);
        }
        session.out.object("aldis.hand-over/1", &made, text)?;
        Ok(0)
    }
}

/// List the offers you made or got that nobody has accepted
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis shift offers --as Noor
  $ aldis shift offers --as Noor --json | jq '.items[].items'")]
pub(super) struct Offers {}

impl Offers {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let Self {} = self;
        let found = session.desk()?.read(shifts::offers)?;
        session.out.list(
            &found,
            None,
            &["ID", "OFFICE", "FROM", "TO", "UNTIL", "ITEMS", "WORDS"],
            |one| {
                let (until, items) = (one.until.minute(), one.items.len().to_string());
                let (giver, taker) = (one.giver.clone(), one.taker.clone());
                vec![one.id.to_string(), one.office.clone(), giver, taker, until, items, one.words.clone()]
            },
        )?;
        Ok(0)
    }
}

/// Accept a shift with what is open
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis shift accept HO-1QA2WS3E --as Noor
  $ aldis shift accept HO-1QA2WS3E --as Noor --json")]
pub(super) struct Accept {
    /// The offer
    offer: String,
}

impl Accept {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.offer)?;
        session.desk()?.write(|tx, ctx| shifts::accept(tx, ctx, &id))?;
        session.out.object(DONE, &json!({ "id": id }), "you are on duty")?;
        Ok(0)
    }
}
