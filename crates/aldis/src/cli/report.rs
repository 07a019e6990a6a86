//! `aldis report`: takes reports in, shows them, grades them and ties them to cases.

mod add;
mod list;
mod origin;

use super::files::write_output;
use super::session::{DONE, Result, Session, id};
use crate::desk::{case, gather, grade, screen};
use crate::error::Error;
use aldis_model::grade::{Confidence, Grade, Likelihood};
use serde_json::json;
use std::path::PathBuf;

/// Reports: add, list, show, open, grade, what they rest on, link to a case, original bytes
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis report add note.txt --source S-12 --label TLP:RED --as Mara
  $ aldis report list --as Mara")]
pub(super) enum Report {
    Add(add::Add),
    List(list::List),
    Show(Show),
    Open(Open),
    Grade(GradeIt),
    ImportGrade(origin::ImportGrade),
    Describe(origin::Describe),
    Ties(origin::Ties),
    Tie(origin::TieIt),
    DecideTie(origin::DecideTie),
    Link(Link),
    Original(Original),
}

impl Report {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Add(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::Show(args) => args.run(session),
            Self::Open(args) => args.run(session),
            Self::Grade(args) => args.run(session),
            Self::ImportGrade(args) => args.run(session),
            Self::Describe(args) => args.run(session),
            Self::Ties(args) => args.run(session),
            Self::Tie(args) => args.run(session),
            Self::DecideTie(args) => args.run(session),
            Self::Link(args) => args.run(session),
            Self::Original(args) => args.run(session),
        }
    }
}

/// Show a report with its grades, proposals and hits
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis report show R-7K2MQ4ZD --as Mara
  $ aldis report show R-7K2MQ4ZD --as Mara --json | jq '.hits[] | {subject, quoted, why}'")]
pub(super) struct Show {
    /// The report
    report: String,
}

impl Show {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.report)?;
        let desk = session.desk()?;
        let (report, proposals, hits, grades) = desk.read(|tx, ctx| {
            let report = gather::find(tx, ctx, &id)?.into_inner();
            let proposals = gather::proposals(tx, ctx, &id)?.into_inner();
            let hits = screen::hits(tx, ctx, &id)?.into_inner();
            Ok((report, proposals, hits, grade::given(tx, ctx, &id)?.into_inner()))
        })?;
        let mut text = format!(
            "{}  {}\n{}\nsource {}, originator {}, received {}, sha256 {}\n",
            report.id,
            report.label,
            report.title,
            report.source,
            report.originator,
            report.received_at,
            report.sha256
        );
        for given in &grades {
            let words = [given.likelihood.as_deref(), given.confidence.as_deref()];
            let words = words.into_iter().flatten().collect::<Vec<_>>().join(", ");
            text += &format!(
                "grade {} {words} by {} at {}: {}\n",
                given.grade, given.by, given.at, given.reasons
            );
        }
        for hit in &hits {
            let decided = hit.decided.as_deref().unwrap_or("undecided");
            let bits = hit.bits.map(|bits| format!(", {bits:.1} bits")).unwrap_or_default();
            text += &format!(
                "may mean {}: {:?} at {}..{}, {} of 1000{bits}, {} ({decided})\n",
                hit.subject, hit.quoted, hit.start, hit.end, hit.score, hit.why
            );
        }
        for proposal in &proposals {
            text +=
                &format!("{} {:?} at {}..{}\n", proposal.kind, proposal.quoted, proposal.start, proposal.end);
        }
        text += &format!("\n{}", report.body);
        let mut shown = serde_json::to_value(&report).map_err(Error::broken)?;
        let parts = json!({ "grades": grades, "proposals": proposals, "hits": hits });
        if let (Some(shown), Some(parts)) = (shown.as_object_mut(), parts.as_object()) {
            shown.extend(parts.clone());
        }
        session.out.object(SCHEMA, &shown, text)?;
        Ok(0)
    }
}

/// Record that you read a report as the first one
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis report open R-7K2MQ4ZD --as Mara
  $ aldis report list --as Mara --json | jq -r '.items[] | select(.opened_at == null).id'")]
pub(super) struct Open {
    /// The report
    report: String,
}

impl Open {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.report)?;
        let desk = session.desk()?;
        let report = desk.write(|tx, ctx| {
            gather::open(tx, ctx, &id)?;
            Ok(gather::find(tx, ctx, &id)?.into_inner())
        })?;
        let opened = report.opened_at.map(|at| at.to_string()).unwrap_or_default();
        let text = format!("{id} first read at {opened}");
        session.out.object(DONE, &json!({ "id": id, "opened_at": report.opened_at }), text)?;
        Ok(0)
    }
}

/// Grade a report: source, information, likelihood, confidence
#[derive(clap::Args)]
#[command(after_help = "\
Likelihood, least to most: almost no chance, very unlikely, unlikely, roughly even chance, likely,
very likely, almost certain. Confidence: low, moderate, high.

Examples:
  $ aldis report grade R-7K2MQ4ZD B2 --reasons 'direct access, reported well before' --as Mara
  $ aldis report grade R-7K2MQ4ZD C3 --likelihood likely --confidence moderate \\
      --reasons 'second hand' --as Mara")]
pub(super) struct GradeIt {
    /// The report
    report: String,
    /// Source A to F and information 1 to 6, such as B2
    grade: String,
    /// How likely the event is
    #[arg(long, value_name = "WORDS")]
    likelihood: Option<String>,
    /// How well founded the judgement is
    #[arg(long, value_name = "WORD")]
    confidence: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reasons: String,
}

impl GradeIt {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.report)?;
        let grade: Grade = self.grade.parse().map_err(Error::refused)?;
        let likelihood: Option<Likelihood> =
            self.likelihood.as_deref().map(str::parse).transpose().map_err(Error::refused)?;
        let confidence = self.confidence.as_deref().map(confidence).transpose()?;
        let graded = grade::Graded { grade, likelihood, confidence, reasons: self.reasons };
        session.desk()?.write(|tx, ctx| grade::grade(tx, ctx, &id, &graded))?;
        let shown = json!({
            "id": id,
            "grade": grade.to_string(),
            "likelihood": likelihood.map(Likelihood::as_str),
            "confidence": confidence.map(Confidence::as_str),
        });
        session.out.object(DONE, &shown, format!("{id} graded {grade}"))?;
        Ok(0)
    }
}

fn confidence(word: &str) -> Result<Confidence> {
    let found = Confidence::ALL.iter().find(|confidence| confidence.as_str() == word).copied();
    Ok(found.ok_or_else(|| Error::Refused(format!("{word:?} is not a confidence: low, moderate or high")))?)
}

/// Tie a report to a case
#[derive(clap::Args)]
#[command(after_help = "\
Relations: basis (supports the case), context, statement (said later; replaces nothing).

Examples:
  $ aldis report link R-7K2MQ4ZD C-9QW3E4RT --relation basis --as Mara
  $ aldis report link R-5TGB6YHN C-9QW3E4RT --relation statement --as Mara")]
pub(super) struct Link {
    /// The report
    report: String,
    /// The case
    case: String,
    /// What the report is to the case
    #[arg(long, value_name = "WORD")]
    relation: String,
}

impl Link {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let report = id(&self.report)?;
        let case = id(&self.case)?;
        let relation = case::Relation::find(&self.relation).ok_or_else(|| {
            Error::Refused(format!("{:?} is not a relation: basis, context or statement", self.relation))
        })?;
        session.desk()?.write(|tx, ctx| case::link(tx, ctx, &case, &report, relation))?;
        let shown = json!({ "id": report, "case": case, "relation": relation.as_str() });
        session.out.object(DONE, &shown, format!("{report} is {} of {case}", relation.as_str()))?;
        Ok(0)
    }
}

/// Write what arrived, byte for byte
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis report original R-7K2MQ4ZD -o page.html --as Mara
  $ aldis report original R-7K2MQ4ZD --as Mara | sha256sum")]
pub(super) struct Original {
    /// The report
    report: String,
    /// The file to write [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Original {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.report)?;
        let bytes = session.desk()?.read(|tx, ctx| gather::original(tx, ctx, &id))?.into_inner();
        write_output(session, self.output.as_deref(), &bytes)?;
        Ok(0)
    }
}

const SCHEMA: &str = "aldis.report/1";
