//! `aldis shelf`: what can wait until a time.

use super::session::{DONE, Result, Session, id};
use crate::desk::shelves;
use crate::error::Error;
use aldis_model::Time;
use serde_json::json;

/// Put a task out of sight until a time; no clock stops
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis shelf list --as Omar
  $ aldis shelf put T-1QA2WS3E --until 2031-05-04T12:00:00Z --reason 'asked again at noon' --as Omar")]
pub(super) enum Shelf {
    List(List),
    Put(Put),
    Back(Back),
}

impl Shelf {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::List(args) => args.run(session),
            Self::Put(args) => args.run(session),
            Self::Back(args) => args.run(session),
        }
    }
}

/// List what is shelved, by when it comes back
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis shelf list --as Omar
  $ aldis shelf list --as Omar --json | jq '.items[].until'")]
pub(super) struct List {}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let Self {} = self;
        let found = session.desk()?.read(shelves::list)?.into_inner();
        session.out.list(&found, None, &["TASK", "BACK AT", "BY", "THING", "WHAT", "REASON"], |one| {
            let (until, by) = (one.until.minute(), one.by.clone());
            vec![one.task.to_string(), until, by, one.thing.clone(), one.title.clone(), one.reason.clone()]
        })?;
        Ok(0)
    }
}

/// Shelve a task for at most 12 hours; it comes back by itself
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis shelf put T-1QA2WS3E --until 2031-05-04T12:00:00Z --reason 'asked again at noon' --as Omar
  $ aldis watch --as Omar --json | jq -r '.waiting[].id'")]
pub(super) struct Put {
    /// The task, as `aldis watch` shows it
    task: String,
    /// When it comes back
    #[arg(long, value_name = "TIME")]
    until: String,
    /// Why it can wait
    #[arg(long)]
    reason: String,
}

impl Put {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.task)?;
        let until: Time = self.until.parse().map_err(Error::from)?;
        session.desk()?.write(|tx, ctx| shelves::put(tx, ctx, &id, until, &self.reason))?;
        let text = format!("{id} comes back at {}", until.minute());
        session.out.object(DONE, &json!({ "task": id, "until": until }), text)?;
        Ok(0)
    }
}

/// Bring a task back before its time
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis shelf back T-1QA2WS3E --as Omar
  $ aldis shelf back T-1QA2WS3E --as Omar --json")]
pub(super) struct Back {
    /// The task
    task: String,
}

impl Back {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.task)?;
        session.desk()?.write(|tx, ctx| shelves::bring_back(tx, ctx, &id))?;
        session.out.object(DONE, &json!({ "task": id }), format!("{id} is back"))?;
        Ok(0)
    }
}
