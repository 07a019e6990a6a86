//! `aldis consent`: whether what goes back to an originator may go further, asked of others and of us.

use super::session::{DONE, Result, Session, id};
use crate::desk::consent::{self, Question};
use crate::error::Error;
use aldis_model::Id;
use serde_json::json;

/// Consent of originators: ask for it, record it, and answer partners that ask for ours
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis consent ask C-KWYZ60W8 --of ALBA --for PUBLIC --text 'Avoid the hall.' --as Noor
  $ aldis consent reply CI-2WS3ED4R yes --as Duarte")]
pub(super) enum Consent {
    Ask(Ask),
    Answer(Answer),
    List(List),
    Inbound(Inbound),
    Reply(Reply),
}

impl Consent {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Ask(args) => args.run(session),
            Self::Answer(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::Inbound(args) => args.run(session),
            Self::Reply(args) => args.run(session),
        }
    }
}

/// Ask an originator for consent to one exact text for one audience
///
/// The question travels signed to the originator's node. It carries the sentence of a warning in the case, if the
/// originator may read it and somebody else wrote it; --dry-run shows it. Silence is a task after an hour.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis consent ask C-KWYZ60W8 --of ALBA --for PUBLIC --text 'Avoid the hall.' --dry-run --as Noor
  $ aldis consent ask C-KWYZ60W8 --of ALBA --for PUBLIC --text 'Avoid the hall.' --by-voice --as Noor")]
pub(super) struct Ask {
    /// The case
    case: String,
    /// The originator, by short name
    #[arg(long, value_name = "PARTNER")]
    of: String,
    /// Who would be told, by short name
    #[arg(long = "for", value_name = "AUDIENCE")]
    audience: String,
    /// The exact sentence
    #[arg(long)]
    text: String,
    /// The audience in words the originator reads; otherwise only its rung is named
    #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
    shown_as: String,
    /// Record that they were asked by voice; nothing is sent
    #[arg(long, conflicts_with = "shown_as")]
    by_voice: bool,
}

impl Ask {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = id(&self.case)?;
        let desk = session.desk()?;
        let (sealer, signer) = (&desk.node.sealer, desk.node.signer());
        let Self { of, audience, text, shown_as, .. } = &self;
        let asked = Question { case: &case, originator: of, audience, text };
        if session.is_dry_run() && !self.by_voice {
            let seen = desk.read(|tx, ctx| consent::rehearse(tx, ctx, sealer, &asked, shown_as))?;
            let seen = seen.into_inner();
            let text = format!(
                "{} would be asked by {}, under {}, whether {} ({}) may read:\n\n{}",
                seen.to, seen.answer_by, seen.label, seen.audience, seen.rung, seen.text
            );
            session.out.object("aldis.consent-request/1", &seen, text)?;
            return Ok(0);
        }
        let (made, how) = if self.by_voice {
            (desk.write(|tx, ctx| consent::ask(tx, ctx, &case, of, audience, text))?, "asked by voice")
        } else {
            let ask = desk.write(|tx, ctx| consent::ask_node(tx, ctx, sealer, signer, &asked, shown_as))?;
            desk.work();
            (ask, "the question travels")
        };
        session.out.object(DONE, &json!({ "id": made, "case": case }), format!("{made}: {how}"))?;
        Ok(0)
    }
}

/// Record what an originator answered by voice
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis consent answer CO-2WS3ED4R yes --words 'by telephone' --as Noor
  $ aldis consent answer CO-2WS3ED4R no --as Noor --json")]
pub(super) struct Answer {
    /// The consent's id
    consent: String,
    /// yes or no
    answer: String,
    /// In their words
    #[arg(long, default_value = "", hide_default_value = true)]
    words: String,
}

impl Answer {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let (id, yes) = (id(&self.consent)?, yes(&self.answer)?);
        session.desk()?.write(|tx, ctx| consent::answered(tx, ctx, &id, yes, &self.words))?;
        answered(session, &id, &self.answer)
    }
}

/// List the questions of a case, oldest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis consent list C-KWYZ60W8 --as Noor
  $ aldis consent list C-KWYZ60W8 --as Noor --json | jq -r '.items[] | select(.answer == null).id'")]
pub(super) struct List {
    /// The case
    case: String,
}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = id(&self.case)?;
        let found = session.desk()?.read(|tx, ctx| consent::of_case(tx, ctx, &case))?.into_inner();
        let head = ["ID", "OF", "FOR", "ASKED", "ANSWER", "WORDS"];
        session.out.list(&found, None, &head, |one| {
            vec![
                one.id.to_string(),
                one.originator.clone(),
                one.audience.clone(),
                one.asked_at.minute(),
                one.answer.clone().unwrap_or_else(|| "not yet".to_owned()),
                one.words.clone(),
            ]
        })?;
        Ok(0)
    }
}

/// List partners' questions for our consent, newest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis consent inbound --as Duarte
  $ aldis consent inbound --as Duarte --json | jq -r '.items[].body'")]
pub(super) struct Inbound {}

impl Inbound {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let found = session.desk()?.read(consent::list)?.into_inner();
        let head = ["ID", "FROM", "LABEL", "READ BY", "ANSWER BY", "ANSWER", "TEXT"];
        session.out.list(&found, None, &head, |one| {
            vec![
                one.id.to_string(),
                one.partner.clone(),
                one.label.to_string(),
                one.audience.clone(),
                one.answer_by.minute(),
                one.answer.clone().unwrap_or_else(|| "not yet".to_owned()),
                one.body.clone(),
            ]
        })?;
        Ok(0)
    }
}

/// Answer a partner that asks for our consent; the answer is signed and travels until it arrives
#[derive(clap::Args)]
#[command(after_help = "\
A yes holds for these words and these readers only. The first answer stands.

Examples:
  $ aldis consent reply CI-2WS3ED4R yes --as Duarte
  $ aldis consent reply CI-2WS3ED4R no --words 'not before Friday' --as Duarte")]
pub(super) struct Reply {
    /// The question's id here
    question: String,
    /// yes or no
    answer: String,
    /// Words with it
    #[arg(long, default_value = "", hide_default_value = true)]
    words: String,
}

impl Reply {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let (id, yes) = (id(&self.question)?, yes(&self.answer)?);
        let desk = session.desk()?;
        desk.write(|tx, ctx| consent::reply(tx, ctx, desk.node.signer(), &id, yes, &self.words))?;
        desk.work();
        answered(session, &id, &self.answer)
    }
}

fn answered(session: &Session<'_>, id: &Id, answer: &str) -> Result<u8> {
    session.out.object(DONE, &json!({ "id": id, "answer": answer }), format!("{id}: {answer}"))?;
    Ok(0)
}

fn yes(word: &str) -> Result<bool> {
    match word {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(Error::Refused(format!("{word:?} is no answer: yes or no")).into()),
    }
}
