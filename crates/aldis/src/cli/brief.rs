//! `aldis brief`: briefings for our own people, and who opened them.

use super::files::read_input;
use super::session::{DONE, Result, Session, id};
use crate::desk::brief;
use crate::error::Error;
use aldis_model::{Label, Time};
use serde_json::json;

/// Briefings for our own people: write, read, see who opened them
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis brief today --as Noor
  $ aldis brief write MORNING --title 'The hall' --label AMBER --as Noor < text.txt")]
pub(super) enum Brief {
    Circle(Circle),
    Join(Join),
    Write(Write),
    Today(Today),
    Open(Open),
    Readers(Readers),
}

impl Brief {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Circle(args) => args.run(session),
            Self::Join(args) => args.run(session),
            Self::Write(args) => args.run(session),
            Self::Today(args) => args.run(session),
            Self::Open(args) => args.run(session),
            Self::Readers(args) => args.run(session),
        }
    }
}

/// Add a circle of readers
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis brief circle MORNING --title 'Morning briefing' --as Noor
  $ aldis brief circle HALL --title 'Whoever guards the hall' --as Noor")]
pub(super) struct Circle {
    /// Its short name
    name: String,
    /// Its name as shown
    #[arg(long)]
    title: String,
}

impl Circle {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let made = session.desk()?.write(|tx, ctx| brief::add_circle(tx, ctx, &self.name, &self.title))?;
        session.out.object(DONE, &json!({ "id": made }), made.as_str())?;
        Ok(0)
    }
}

/// Let an officer into a circle, or out of it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis brief join MORNING Omar --as Noor
  $ aldis brief join MORNING Omar --leave --as Noor")]
pub(super) struct Join {
    /// The circle
    circle: String,
    /// The officer
    officer: String,
    /// Out of it
    #[arg(long)]
    leave: bool,
}

impl Join {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let Self { circle, officer, leave } = self;
        session.desk()?.write(|tx, ctx| brief::join(tx, ctx, &circle, &officer, !leave))?;
        let text = format!("{officer} {} {circle}", if leave { "left" } else { "is in" });
        session.out.object(DONE, &json!({ "circle": circle, "officer": officer, "in": !leave }), text)?;
        Ok(0)
    }
}

/// Write a brief; its text is read from stdin or a file
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis brief write MORNING --title 'The hall' --label AMBER --as Noor < text.txt
  $ aldis brief write MORNING text.txt --title 'The hall' --label 'RED COMP OAK' --as Noor")]
pub(super) struct Write {
    /// The circle
    circle: String,
    /// The file
    #[arg(default_value = "-")]
    file: String,
    /// Its title
    #[arg(long)]
    title: String,
    /// Who may see it
    #[arg(long)]
    label: String,
}

impl Write {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let label: Label = self.label.parse().map_err(Error::from)?;
        let body = String::from_utf8(read_input(&self.file, BODY_MAX)?)
            .map_err(|_| Error::refused("the text is not UTF-8"))?;
        let (circle, title) = (&self.circle, &self.title);
        let made = session.desk()?.write(|tx, ctx| brief::write(tx, ctx, circle, title, &body, &label))?;
        session.out.object(DONE, &json!({ "id": made }), made.as_str())?;
        Ok(0)
    }
}

/// List the briefs of the last 24 hours in your circles
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis brief today --as Noor
  $ aldis brief today --until 2031-05-04T12:00:00Z --as Noor --json | jq '.items[].title'")]
pub(super) struct Today {
    /// Of the 24 hours before this time [default: now]
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

impl Today {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let until: Option<Time> = self.until.as_deref().map(str::parse).transpose().map_err(Error::from)?;
        let found =
            session.desk()?.read(|tx, ctx| brief::of_day(tx, ctx, until.unwrap_or(ctx.now)))?.into_inner();
        session.out.list(&found, None, &["ID", "AT", "CIRCLE", "LABEL", "OPENED", "TITLE"], |one| {
            let opened = one.opened_at.map_or_else(|| "no".to_owned(), Time::minute);
            let (at, label) = (one.written_at.minute(), one.label.to_string());
            vec![one.id.to_string(), at, one.circle.clone(), label, opened, one.title.clone()]
        })?;
        Ok(0)
    }
}

/// Open a brief and print it; that you opened it is on record
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis brief open B-1QA2WS3E --as Noor
  $ aldis brief open B-1QA2WS3E --as Noor --json | jq -r .body")]
pub(super) struct Open {
    /// The brief
    brief: String,
}

impl Open {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.brief)?;
        let found = session.desk()?.write(|tx, ctx| brief::open(tx, ctx, &id))?.into_inner();
        let text = format!("{}\n{}\n\n{}", found.label, found.title, found.body);
        session.out.object("aldis.brief/1", &found, text)?;
        Ok(0)
    }
}

/// List who could read a brief, and who opened it when
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis brief readers B-1QA2WS3E --as Omar
  $ aldis brief readers B-1QA2WS3E --as Omar --json | jq '.items[] | select(.opened_at == null)'")]
pub(super) struct Readers {
    /// The brief
    brief: String,
}

impl Readers {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.brief)?;
        let found = session.desk()?.read(|tx, ctx| brief::readers(tx, ctx, &id))?.into_inner();
        session.out.list(&found, None, &["OFFICER", "COULD READ SINCE", "OPENED"], |one| {
            let opened = one.opened_at.map_or_else(|| "no".to_owned(), Time::minute);
            vec![one.name.clone(), one.since.minute(), opened]
        })?;
        Ok(0)
    }
}

const BODY_MAX: usize = 20_000;
