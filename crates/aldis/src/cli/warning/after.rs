//! What follows a sent warning: handing over, answers, failures, the end of its window, the public.

use super::super::delivery;
use super::super::inbound::find_answer;
use super::super::session::{DONE, Result, Session, id};
use crate::desk::deliver::{self, Reply, Statement};
use crate::desk::{acknowledge, escalate};
use crate::error::Error;
use aldis_model::Time;
use aldis_model::task::Task;
use serde_json::json;

/// Record that a release was handed over in person
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning hand V-1QA2WS3E --statement 'read out to the manager, who took notes' --as Noor
  $ aldis warning hand V-1QA2WS3E --statement 'handed over the notice' --place 'Lantern Hall' \\
      --witness 'K. of the city police' --said 'I understand, I will stay away' --as Noor")]
pub(in super::super) struct Hand {
    /// The delivery
    delivery: String,
    /// What was handed over, to whom and how it was taken
    #[arg(long, value_name = "TEXT")]
    statement: String,
    /// Where
    #[arg(long)]
    place: Option<String>,
    /// Who saw it
    #[arg(long)]
    witness: Option<String>,
    /// When it was handed over [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// What the person said to it, in the person's words
    #[arg(long, value_name = "TEXT")]
    said: Option<String>,
    /// What the words come to: read, call, dispute, not-me, acted [default: read]
    #[arg(long, value_name = "ANSWER")]
    answer: Option<String>,
}

impl Hand {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.delivery)?;
        let at: Option<Time> = self.at.as_deref().map(str::parse).transpose().map_err(Error::from)?;
        let reply = match (&self.answer, &self.said) {
            (None, None) => None,
            (answer, Some(words)) => {
                Some(Reply { answer: find_answer(answer.as_deref().unwrap_or("read"))?, words })
            }
            (Some(_), None) => return Err(Error::refused("--answer needs --said: the person's words").into()),
        };
        let statement = Statement {
            words: &self.statement,
            at,
            place: self.place.as_deref(),
            witness: self.witness.as_deref(),
            reply,
        };
        session.desk()?.write(|tx, ctx| deliver::by_hand(tx, ctx, &id, &statement))?;
        session.out.object(DONE, &json!({ "id": id }), format!("{id} delivered by hand"))?;
        Ok(0)
    }
}

/// Try a failed delivery again
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning retry V-1QA2WS3E --as Noor
  $ aldis warning show W-4RF5TG6Y --as Noor --json | jq '.deliveries[] | {id, progress, error}'")]
pub(in super::super) struct Retry {
    /// The delivery
    delivery: String,
}

impl Retry {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        delivery::retry(session, &self.delivery, None)
    }
}

/// Record an answer you were told, by telephone, in person or in public
#[derive(clap::Args)]
#[command(after_help = "\
Answers: read, call, dispute, not-me, acted. Dispute and acted need a note.

Examples:
  $ aldis warning told V-1QA2WS3E --answer read --by 'duty officer of Alba Watch' --as Noor
  $ aldis warning told V-1QA2WS3E --answer dispute --note 'calls it blackmail' --by 'the minister, \\
      on television' --at 2031-05-04T18:00:00Z --as Noor")]
pub(in super::super) struct Told {
    /// The delivery
    delivery: String,
    /// What was answered
    #[arg(long, value_name = "ANSWER")]
    answer: String,
    /// The words with it
    #[arg(long, default_value = "", hide_default_value = true)]
    note: String,
    /// Who said it
    #[arg(long, value_name = "WHO")]
    by: String,
    /// When it was said [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

impl Told {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.delivery)?;
        let answer = find_answer(&self.answer)?;
        let at: Option<Time> = self.at.as_deref().map(str::parse).transpose().map_err(Error::from)?;
        let desk = session.desk()?;
        let at = at.unwrap_or(desk.ctx.now);
        if at > desk.ctx.now {
            return Err(Error::refused("an answer cannot have been given in the future").into());
        }
        let said = acknowledge::Said {
            answer,
            note: &self.note,
            by: &self.by,
            at,
            key_id: None,
            text_hash: None,
            evidence: None,
        };
        desk.write(|tx, ctx| acknowledge::told(tx, ctx, &id, &said))?;
        let shown = json!({ "id": id, "answer": answer.as_str(), "at": at });
        session.out.object(DONE, &shown, format!("{id}: {}", answer.words()))?;
        Ok(0)
    }
}

/// Close a dismissal, a call back, a wrong recipient or a passing on beyond the label with what was decided
#[derive(clap::Args)]
#[command(after_help = "\
Kinds: dismissed, call-back, wrong-recipient, no-action, beyond.

Examples:
  $ aldis warning settle V-1QA2WS3E --kind dismissed --decision 're-deliver with more detail' --as Ines
  $ aldis warning settle V-1QA2WS3E --kind call-back --decision 'called, read it out' --as Noor")]
pub(in super::super) struct Settle {
    /// The delivery
    delivery: String,
    /// What is settled
    #[arg(long)]
    kind: String,
    /// What was decided
    #[arg(long, value_name = "TEXT")]
    decision: String,
}

impl Settle {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.delivery)?;
        let settled = [Task::Dismissed, Task::CallBack, Task::WrongRecipient, Task::NoAction, Task::Beyond];
        let kind = settled.into_iter().find(|kind| kind.as_str() == self.kind).ok_or_else(|| {
            Error::Refused(format!(
                "{:?}: settle dismissed, call-back, wrong-recipient, no-action or beyond",
                self.kind
            ))
        })?;
        session.desk()?.write(|tx, ctx| acknowledge::settle(tx, ctx, &id, kind, &self.decision))?;
        session.out.object(DONE, &json!({ "id": id, "kind": kind.as_str() }), format!("{id} settled"))?;
        Ok(0)
    }
}

/// Decide about a warning whose window ends
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning lapse W-4RF5TG6Y renew --reason 'the threat stands' --as Ines
  $ aldis warning lapse W-4RF5TG6Y let-lapse --reason 'two arrests, cell broken up' --as Ines")]
pub(in super::super) struct Lapse {
    /// The warning
    warning: String,
    /// renew, let-lapse or cancel
    decision: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Lapse {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.warning)?;
        let (decision, reason) = (&self.decision, &self.reason);
        session.desk()?.write(|tx, ctx| escalate::decide_lapse(tx, ctx, &id, decision, reason))?;
        let next = match decision.as_str() {
            "renew" => "propose an update: aldis warning propose --purpose update",
            "cancel" => "propose a cancellation: aldis warning propose --purpose cancel",
            _ => "nothing more is sent",
        };
        session.out.say(next);
        session.out.object(DONE, &json!({ "id": id, "decision": decision }), format!("{id}: {decision}"))?;
        Ok(0)
    }
}

/// Decide about the public when our own people were told
#[derive(clap::Args)]
#[command(after_help = "\
Publish stays open until the public version is sent.

Examples:
  $ aldis warning public W-4RF5TG6Y publish --reason 'the threat is to anybody there' --as Ines
  $ aldis warning public W-4RF5TG6Y delay --reason 'police act within the hour' --as Ines")]
pub(in super::super) struct Public {
    /// The warning
    warning: String,
    /// publish, refuse or delay
    decision: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Public {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.warning)?;
        let (decision, reason) = (&self.decision, &self.reason);
        session.desk()?.write(|tx, ctx| escalate::decide_public(tx, ctx, &id, decision, reason))?;
        session.out.object(DONE, &json!({ "id": id, "decision": decision }), format!("{id}: {decision}"))?;
        Ok(0)
    }
}
