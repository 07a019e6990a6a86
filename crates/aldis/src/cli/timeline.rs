//! `aldis timeline`: who knew what when, from the ledger alone.

use super::session::{About, Result, Session, id};
use crate::desk::{questions, review};
use crate::error::Error;
use aldis_model::Time;
use std::fmt::Write;

/// Show what a case's record says, up to a time
///
/// What came later is not there. --questions answers the after-action questions instead.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis timeline C-9QW3E4RT --at 2031-05-04T12:00:00Z --as Omar
  $ aldis timeline C-9QW3E4RT --questions --json --as Omar | jq '.items[] | {id, answer}'")]
pub(super) struct Timeline {
    /// The case
    case: String,
    /// As it was known at this time [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Answer the after-action questions
    #[arg(long)]
    questions: bool,
}

impl Timeline {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.case)?;
        let at: Option<Time> = self.at.as_deref().map(str::parse).transpose().map_err(Error::from)?;
        let read = session.desk()?.read(|tx, ctx| review::timeline(tx, ctx, &id, at));
        let found =
            read.about(format!("{id}, as of {}", at.map_or("now".to_owned(), |at| at.to_string())))?;
        let found = found.into_inner();
        if self.questions {
            return questions(session, &found);
        }
        session.out.list(&found, None, &["ENTRY", "AT", "LANE", "KIND", "WHAT"], |entry| {
            let mut what = String::new();
            for (name, value) in entry.fields.iter().filter(|(name, _)| SHOWN.contains(&name.as_str())) {
                // Writing into a String cannot fail.
                let _ = write!(what, "{name} {value}  ");
            }
            vec![
                entry.index.to_string(),
                entry.at.to_string(),
                entry.lane().to_owned(),
                entry.kind.clone(),
                what,
            ]
        })?;
        Ok(0)
    }
}

fn questions(session: &Session<'_>, found: &[review::Happened]) -> Result<u8> {
    let answers = questions::answer(found);
    if session.out.is_json() {
        session.out.list(&answers, None, &[], |_| Vec::new())?;
        return Ok(0);
    }
    let text = told(&answers);
    session.out.text(text)?;
    Ok(0)
}

/// Writes the questions and answers down.
pub(super) fn told(answers: &[questions::Answered]) -> String {
    let mut text = String::new();
    for answered in answers {
        let _ = writeln!(text, "{} {}", answered.id, answered.question);
        for line in &answered.answer {
            let _ = writeln!(text, "  {line}");
        }
        match answered.outside {
            Some(reason) => {
                let _ = writeln!(text, "  not from the record of a case: {reason}");
            }
            None if answered.answer.is_empty() => text.push_str("  nothing on record\n"),
            None => {}
        }
    }
    text
}

/// The fields a line of the table has room for.
const SHOWN: [&str; 14] = [
    "answer", "audience", "by", "channel", "decision", "error", "grade", "note", "reason", "report",
    "source", "state", "step", "title",
];
