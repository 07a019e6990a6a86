//! `aldis person name`: opening a sealed name, which takes two people.

use super::super::session::{DONE, Result, Session, id};
use crate::desk::identity::{self, Opening};
use serde_json::json;

/// Open a sealed name: one officer asks, a second one agrees, the first reads it once
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis person name ask PR-7K2MQ4ZD --reason 'she is to be told at her door' --as Mara
  $ aldis person name agree NA-5TG6YH7U --as Lena")]
pub(in super::super) enum Name {
    Ask(Ask),
    Agree(Agree),
    Refuse(Refuse),
    Read(Read),
    List(List),
}

impl Name {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Ask(args) => args.run(session),
            Self::Agree(args) => decide(session, &args.opening, true, ""),
            Self::Refuse(args) => decide(session, &args.opening, false, &args.reason),
            Self::Read(args) => args.run(session),
            Self::List(args) => args.run(session),
        }
    }
}

/// Ask for the sealed name of an entry and print the request's id
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person name ask PR-7K2MQ4ZD --reason 'she is to be told at her door' --as Mara
  $ aldis person name ask PR-7K2MQ4ZD --case C-9QW3E4RT --reason 'the police ask whom to visit' --as Mara")]
pub(in super::super) struct Ask {
    /// The cover name
    subject: String,
    /// What the name is needed for
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The case it is for
    #[arg(long)]
    case: Option<String>,
}

impl Ask {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let (subject, case) = (id(&self.subject)?, self.case.as_deref().map(id).transpose()?);
        let asked = |tx: &mut crate::db::Tx<'_>, ctx: &crate::ctx::Ctx| {
            identity::ask(tx, ctx, &subject, case.as_ref(), &self.reason)
        };
        let made = session.desk()?.write(asked)?;
        session.out.object(DONE, &json!({ "id": made, "subject": subject }), made.as_str())?;
        Ok(0)
    }
}

/// Agree to a request: whoever asked may then read the name, once, within 15 minutes
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person name agree NA-5TG6YH7U --as Lena
  $ aldis person name agree NA-5TG6YH7U --as Lena --json")]
pub(in super::super) struct Agree {
    /// The request
    opening: String,
}

/// Refuse a request: the name stays sealed
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person name refuse NA-5TG6YH7U --reason 'the cover name is enough for the notice' --as Lena
  $ aldis person name refuse NA-5TG6YH7U --reason 'the liaison officer goes' --as Lena --json")]
pub(in super::super) struct Refuse {
    /// The request
    opening: String,
    /// Why the name stays sealed
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

fn decide(session: &Session<'_>, opening: &str, agrees: bool, words: &str) -> Result<u8> {
    let id = id(opening)?;
    session.desk()?.write(|tx, ctx| identity::decide(tx, ctx, &id, agrees, words))?;
    let answer = if agrees { "agreed" } else { "refused" };
    session.out.object(DONE, &json!({ "id": id, "answer": answer }), format!("{id} {answer}"))?;
    Ok(0)
}

/// Print the names, a line each: once, for whoever asked, after a second person agreed
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person name read NA-5TG6YH7U --as Mara
  $ aldis person name read NA-5TG6YH7U --as Mara --json | jq -r '.names[]'")]
pub(in super::super) struct Read {
    /// The request
    opening: String,
}

impl Read {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.opening)?;
        let desk = session.desk()?;
        let names = desk.write(|tx, ctx| identity::read(tx, ctx, &desk.node.sealer, &id))?.into_inner();
        let text = names.join("\n");
        session.out.object("aldis.names/1", &json!({ "id": id, "names": names }), text)?;
        Ok(0)
    }
}

/// List who asked for the name of an entry, who agreed and when it was read; no name
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person name list PR-7K2MQ4ZD --as Lena
  $ aldis person name list PR-7K2MQ4ZD --as Lena --json | jq '.items[] | {asked_by_name, read_at}'")]
pub(in super::super) struct List {
    /// The cover name
    subject: String,
}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.subject)?;
        let desk = session.desk()?;
        let (now, found) = (desk.ctx.now, desk.read(|tx, ctx| identity::of_subject(tx, ctx, &id))?);
        let columns = ["REQUEST", "ASKED", "BY", "STATE", "SECOND", "WHAT FOR"];
        session.out.list(found.get(), None, &columns, |one: &Opening| {
            let second = one.agreed_by_name.as_deref().unwrap_or("-");
            let (at, state) = (one.asked_at.to_string(), one.state(now));
            [one.id.as_str(), &at, &one.asked_by_name, state, second, &one.reason].map(str::to_owned).to_vec()
        })?;
        Ok(0)
    }
}
