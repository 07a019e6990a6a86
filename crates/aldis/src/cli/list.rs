//! `aldis list`: lists of people that somebody offers for the register.

use super::files::read_input;
use super::session::{DONE, Result, Session, id};
use crate::desk::lists;
use crate::error::Error;
use aldis_model::Label;
use aldis_model::list::Verdict;
use serde_json::{Value, json};

/// Lists of people that somebody offers for the register
///
/// No row becomes an entry: what is complete is entered one by one with `aldis person add`.
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis list check offered.csv
  $ aldis list import offered.csv --from MINISTRY --label AMBER --as Noor")]
pub(super) enum List {
    Check(Check),
    Import(Import),
    Show(Show),
    Told(Told),
    Review(Review),
}

impl List {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Check(args) => args.run(session),
            Self::Import(args) => args.run(session),
            Self::Show(args) => args.run(session),
            Self::Told(args) => args.run(session),
            Self::Review(args) => args.run(session),
        }
    }
}

/// Say what the rows of a CSV file lack; nothing is kept and no node is needed
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis list check offered.csv
  $ aldis list check offered.csv --json | jq .missing")]
pub(super) struct Check {
    /// The file, or - for stdin
    file: String,
}

impl Check {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let verdict = lists::check(&read(&self.file)?)?;
        session.out.object("aldis.list-verdict/1", &shown(&verdict), verdict.notice())?;
        Ok(0)
    }
}

/// Take in a list: keep its hash and the verdict, tell those who answer for the register
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis list import offered.csv --from MINISTRY --label AMBER --dry-run --as Noor
  $ aldis list import offered.csv --from MINISTRY --label AMBER --as Noor")]
pub(super) struct Import {
    /// The file, or - for stdin
    file: String,
    /// The audience it came from
    #[arg(long)]
    from: String,
    /// Who may see that it was offered
    #[arg(long)]
    label: String,
}

impl Import {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let (bytes, label) = (read(&self.file)?, self.label.parse::<Label>().map_err(Error::from)?);
        let verdict = lists::check(&bytes)?;
        let made = session.desk()?.write(|tx, ctx| lists::offer(tx, ctx, &self.from, &label, &bytes))?;
        let mut object = shown(&verdict);
        if let Value::Object(map) = &mut object {
            map.insert("id".to_owned(), made.as_str().into());
        }
        session.out.object("aldis.list-verdict/1", &object, format!("{made}\n{}", verdict.notice()))?;
        Ok(0)
    }
}

/// List what was offered, newest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis list show --as Omar
  $ aldis list show --as Omar --json | jq -r '.items[] | select(.reviewed_at == null).id'")]
pub(super) struct Show {}

impl Show {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let found = session.desk()?.read(lists::all)?.into_inner();
        let heads = ["ID", "FROM", "ROWS", "REFUSED", "FLAGGED", "ALARMS", "TOLD", "REVIEWED"];
        session.out.list(&found, None, &heads, |one| {
            let when = |at: Option<aldis_model::Time>| at.map_or("no".to_owned(), |at| at.minute());
            vec![
                one.id.to_string(),
                one.source.clone(),
                one.rows.to_string(),
                one.refused.to_string(),
                one.flagged.to_string(),
                one.alarms.clone(),
                when(one.told_at),
                when(one.reviewed_at),
            ]
        })?;
        Ok(0)
    }
}

/// Record that the sender was told why, and print what it is told
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis list told LO-1QA2WS3E --how 'read out to the liaison officer' --as Noor
  $ aldis list told LO-1QA2WS3E --how 'letter 12' --as Noor > notice.txt")]
pub(super) struct Told {
    /// The list
    list: String,
    /// How, and to whom
    #[arg(long)]
    how: String,
}

impl Told {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.list)?;
        let notice = session.desk()?.write(|tx, ctx| lists::told(tx, ctx, &id, &self.how))?.into_inner();
        session.out.object(DONE, &json!({ "id": id, "notice": notice }), &notice)?;
        Ok(0)
    }
}

/// Record what whoever answers for the register says of the list
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis list review LO-1QA2WS3E --words 'refused as a whole' --as Omar
  $ aldis list review LO-1QA2WS3E --words 'row 7 may be entered by a case officer' --as Omar")]
pub(super) struct Review {
    /// The list
    list: String,
    /// What is to be done, and why
    #[arg(long)]
    words: String,
}

impl Review {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.list)?;
        session.desk()?.write(|tx, ctx| lists::review(tx, ctx, &id, &self.words))?;
        session.out.object(DONE, &json!({ "id": id }), format!("{id}: reviewed"))?;
        Ok(0)
    }
}

fn read(file: &str) -> Result<Vec<u8>> {
    read_input(file, FILE_MAX)
}

fn shown(verdict: &Verdict) -> Value {
    let grounds: serde_json::Map<String, Value> =
        verdict.grounds.iter().map(|(ground, rows)| (ground.words().to_owned(), (*rows).into())).collect();
    let alarms: Vec<Value> = verdict
        .alarms()
        .iter()
        .map(|(id, share, limit)| json!({ "metric": id, "share_pct": share, "limit_pct": limit }))
        .collect();
    json!({
        "rows": verdict.rows, "refused": verdict.refused, "complete": verdict.complete,
        "flagged": verdict.flagged, "missing": verdict.missing, "grounds": grounds, "alarms": alarms,
        "notice": verdict.notice(),
    })
}

/// One byte more than a list may have, so that the check can say what is wrong.
const FILE_MAX: usize = 10 << 20;
