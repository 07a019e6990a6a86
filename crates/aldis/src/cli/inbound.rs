//! `aldis inbound` and `aldis ack`: warnings that partners sent to us, and our answers.

use super::files::read_input;
use super::session::{DONE, Result, Session, id};
use crate::desk::{cap_receipt, inbound, onward};
use crate::error::Error;
use aldis_model::answer::Answer;
use aldis_model::gate::Ladder;
use serde_json::json;

/// Warnings that partners sent to us
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis inbound list --as Noor
  $ aldis inbound show IN-2WS3ED4R --as Noor")]
pub(super) enum Inbound {
    List(List),
    Show(Show),
    Open(Open),
    PassOn(PassOn),
    Cap(Cap),
    CapSettle(CapSettle),
}

impl Inbound {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::List(args) => args.run(session),
            Self::Show(args) => args.run(session),
            Self::Open(args) => args.run(session),
            Self::PassOn(args) => args.run(session),
            Self::Cap(args) => args.run(session),
            Self::CapSettle(args) => args.run(session),
        }
    }
}

/// Take in a CAP message by which a receiver took our alert in (Ack) or rejected it (Error)
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis inbound cap ack.xml --as Noor
  $ curl -s https://town.example/ack.xml | aldis inbound cap - --as Noor")]
pub(super) struct Cap {
    /// The file, or - for stdin
    file: String,
}

impl Cap {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let bytes = read_input(&self.file, CAP_MAX)?;
        let desk = session.desk()?;
        let sender = desk.node.config.origin();
        let alerts = desk.write(|tx, ctx| cap_receipt::take(tx, ctx, &sender, &bytes))?;
        let text = format!("kept as a receipt of {alerts} of our alerts");
        session.out.object(DONE, &json!({ "alerts": alerts }), text)?;
        Ok(0)
    }
}

/// Record what was done about a receiver that rejected our alert
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis inbound cap-settle L-3ED4RF5T --decision 'called the operator, polygon closed' --as Noor
  $ aldis inbound cap-settle L-3ED4RF5T --decision 'the receiver is out of use' --as Noor")]
pub(super) struct CapSettle {
    /// The release that was published
    release: String,
    /// What was done
    #[arg(long, value_name = "TEXT")]
    decision: String,
}

impl CapSettle {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.release)?;
        session.desk()?.write(|tx, ctx| cap_receipt::settle(tx, ctx, &id, &self.decision))?;
        session.out.object(DONE, &json!({ "id": id, "kind": "cap-error" }), format!("{id} settled"))?;
        Ok(0)
    }
}

/// List partners' warnings, newest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis inbound list --as Noor
  $ aldis inbound list --as Noor --json | jq -r '.items[] | select(.answered_at == null).id'")]
pub(super) struct List {}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let found = session.desk()?.read(inbound::list)?.into_inner();
        session.out.list(
            &found,
            None,
            &["ID", "RECEIVED", "FROM", "KIND", "LABEL", "ANSWERED", "SUBJECT"],
            |one| {
                let answered = one.answered_at.map_or_else(|| "no".to_owned(), |at| at.minute());
                let (id, received) = (one.id.to_string(), one.received_at.minute());
                let label = one.label.to_string();
                vec![
                    id,
                    received,
                    one.partner.clone(),
                    one.kind.clone(),
                    label,
                    answered,
                    one.subject.clone(),
                ]
            },
        )?;
        Ok(0)
    }
}

/// Show a partner's warning
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis inbound show IN-2WS3ED4R --as Noor
  $ aldis inbound show IN-2WS3ED4R --as Noor --json | jq -r .body")]
pub(super) struct Show {
    /// The warning's id here
    inbound: String,
}

impl Show {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.inbound)?;
        let found = session.desk()?.read(|tx, ctx| inbound::find(tx, ctx, &id))?.into_inner();
        let by = found.answer_by.map_or_else(String::new, |by| format!(", answer wanted by {by}"));
        let text = format!(
            "{}  {}\n{} from {} ({}), received {}{by}\n{}\n\n{}",
            found.id,
            found.label,
            found.kind,
            found.title,
            found.partner,
            found.received_at,
            found.subject,
            found.body
        );
        session.out.object("aldis.inbound/1", &found, text)?;
        Ok(0)
    }
}

/// Record that you opened a partner's warning
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis inbound open IN-2WS3ED4R --as Noor
  $ aldis inbound open IN-2WS3ED4R --as Noor --json")]
pub(super) struct Open {
    /// The warning's id here
    inbound: String,
}

impl Open {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.inbound)?;
        session.desk()?.write(|tx, ctx| inbound::open(tx, ctx, &id))?;
        session.out.object(DONE, &json!({ "id": id }), format!("{id} opened"))?;
        Ok(0)
    }
}

/// Record that you pass a partner's warning on; the partner is told
///
/// Refused if the label does not let it go so far.
#[derive(clap::Args)]
#[command(after_help = "\
Rungs: own, partner, clients, community, person, public.

Examples:
  $ aldis inbound pass-on IN-2WS3ED4R --to 'managers of three halls' --rung clients --as Noor
  $ aldis inbound pass-on IN-2WS3ED4R --to 'our staff in the city' --rung own --as Noor --json")]
pub(super) struct PassOn {
    /// The warning's id here
    inbound: String,
    /// Who is shown it, in words the partner may read
    #[arg(long, value_name = "WHO")]
    to: String,
    /// How far from us they stand
    #[arg(long, value_name = "RUNG")]
    rung: String,
}

impl PassOn {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.inbound)?;
        let rung = Ladder::find(&self.rung).ok_or_else(|| {
            let says = "is not a rung: own, partner, clients, community, person, public";
            Error::Refused(format!("{:?} {says}", self.rung))
        })?;
        let desk = session.desk()?;
        desk.write(|tx, ctx| onward::pass_on(tx, ctx, desk.node.signer(), &id, &self.to, rung))?;
        desk.work();
        let shown = json!({ "id": id, "to": self.to, "rung": rung.as_str() });
        session.out.object(DONE, &shown, format!("{id} passed on; the partner is told"))?;
        Ok(0)
    }
}

/// Answer a partner's warning; the answer is signed and travels until it arrives
#[derive(clap::Args)]
#[command(after_help = "\
Answers: read, call, dispute, not-me, acted. Dispute and acted need a note.

Examples:
  $ aldis ack IN-2WS3ED4R --answer read --as Noor
  $ aldis ack IN-2WS3ED4R --answer dispute --note 'the hall is closed that day' --as Noor")]
pub(super) struct Ack {
    /// The warning's id here
    inbound: String,
    /// What you answer
    #[arg(long, value_name = "ANSWER")]
    answer: String,
    /// Words with it
    #[arg(long, default_value = "", hide_default_value = true)]
    note: String,
}

impl Ack {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.inbound)?;
        let answer = find_answer(&self.answer)?;
        let desk = session.desk()?;
        desk.write(|tx, ctx| inbound::answer(tx, ctx, desk.node.signer(), &id, answer, &self.note))?;
        desk.work();
        let shown = json!({ "id": id, "answer": answer.as_str() });
        session.out.object(DONE, &shown, format!("{id} answered: {}", answer.words()))?;
        Ok(0)
    }
}

/// Reads an answer's word.
pub(super) fn find_answer(word: &str) -> Result<Answer> {
    let says = || Error::Refused(format!("{word:?} is not an answer: read, call, dispute, not-me, acted"));
    Ok(Answer::find(word).ok_or_else(says)?)
}

const CAP_MAX: usize = 1 << 20;
