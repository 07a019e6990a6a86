//! `aldis chain`: whom of our own people a silence or a dismissal calls.

use super::session::{DONE, Result, Session, id};
use crate::desk::chain;
use aldis_model::Time;
use aldis_model::task::Priority;
use serde_json::json;

/// Whom of our own people a silence or a dismissal calls: show, set, take a call
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis chain list --as Admin
  $ aldis chain take V-1QA2WS3E --words 'I ring the hall' --as Omar")]
pub(super) enum Chain {
    List(List),
    Set(Set),
    Show(Show),
    Take(Take),
}

impl Chain {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::List(args) => args.run(session),
            Self::Set(args) => args.run(session),
            Self::Show(args) => args.run(session),
            Self::Take(args) => args.run(session),
        }
    }
}

/// List the chains that hold for what is sent from now on
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis chain list --as Admin
  $ aldis chain list --as Admin --json | jq '.items[].steps'")]
pub(super) struct List {}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let Self {} = self;
        let found = session.desk()?.read(chain::list)?;
        let rows: Vec<_> = found
            .iter()
            .map(|one| {
                json!({
                    "priority": one.priority().number(), "steps": one.text(), "quorum": one.quorum(),
                    "repeats": one.repeats(), "step_s": aldis_model::chain::step_us(one.priority()) / 1_000_000,
                })
            })
            .collect();
        let heads = ["PRIORITY", "STEPS", "A STEP LASTS", "WANTED", "BEGINS AGAIN"];
        session.out.list(&rows, None, &heads, |one| {
            let word = |name: &str| match &one[name] {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let lasts = format!("{} min", one["step_s"].as_i64().unwrap_or(0) / 60);
            vec![word("priority"), word("steps"), lasts, word("quorum"), word("repeats")]
        })?;
        Ok(0)
    }
}

/// Set the chain of a priority; what was sent before keeps the one it was sent with
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis chain set 1 --steps desk,second,head,other --quorum 2 --as Admin
  $ aldis chain set 3 --steps desk,officer:Mara --repeats 2 --as Admin")]
pub(super) struct Set {
    /// 1, 2 or 3
    #[arg(value_parser = clap::value_parser!(i64).range(1..=3))]
    priority: i64,
    /// One to four of desk, second, head, other or officer:NAME, with commas between
    #[arg(long)]
    steps: String,
    /// How many people must take it
    #[arg(long, default_value_t = 1)]
    quorum: i64,
    /// How often it begins again before the record says that nobody answered
    #[arg(long, default_value_t = 9)]
    repeats: i64,
}

impl Set {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let Self { priority, steps, quorum, repeats } = self;
        let urgent = Priority::from_number(priority);
        session.desk()?.write(|tx, ctx| chain::set(tx, ctx, urgent, &steps, quorum, repeats))?;
        let object = json!({ "priority": priority, "steps": steps, "quorum": quorum, "repeats": repeats });
        session.out.object(DONE, &object, format!("priority {priority}: {steps}"))?;
        Ok(0)
    }
}

/// Show the chain of a delivery: as it was frozen, how far it has run, and who took it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis chain show V-1QA2WS3E --as Omar
  $ aldis chain show V-1QA2WS3E --as Omar --json | jq '.taken[].late_s'")]
pub(super) struct Show {
    /// The delivery
    delivery: String,
}

impl Show {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.delivery)?;
        let found = session.desk()?.read(|tx, ctx| chain::find(tx, ctx, &id))?.into_inner();
        let mut text = format!(
            "{}, priority {}: {}\n{} wanted, begins again {} times\n",
            found.title, found.priority, found.steps, found.quorum, found.repeats
        );
        text += &match (found.started_at, found.ended_at) {
            (None, _) => "nobody was called\n".to_owned(),
            (Some(at), None) => {
                format!("{} since {}: call {}, run {}\n", found.why, at.minute(), found.calls, found.run)
            }
            (Some(_), Some(at)) => format!("{}: not calling since {}\n", found.why, at.minute()),
        };
        for one in &found.taken {
            let late = if one.late_s > 0 { format!(", {} s late", one.late_s) } else { String::new() };
            text += &format!("taken by {} at {}{late}: {}\n", one.by, Time::minute(one.at), one.words);
        }
        session.out.object("aldis.chain/1", &found, text)?;
        Ok(0)
    }
}

/// Take a call: say that you see to it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis chain take V-1QA2WS3E --as Omar
  $ aldis chain take V-1QA2WS3E --words 'I ring the hall' --as Omar")]
pub(super) struct Take {
    /// The delivery
    delivery: String,
    /// What you do
    #[arg(long, default_value = "")]
    words: String,
}

impl Take {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.delivery)?;
        session.desk()?.write(|tx, ctx| chain::take(tx, ctx, &id, &self.words))?;
        session.out.object(DONE, &json!({ "delivery": id, "taken": true }), format!("{id} is yours"))?;
        Ok(0)
    }
}
