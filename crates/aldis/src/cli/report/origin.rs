//! Where a report is from: ties to earlier ones, codes of other scales, words about its source.

use crate::cli::session::{DONE, Result, Session, id};
use crate::desk::provenance::{self, NewTie};
use crate::desk::{grade, sources};
use crate::error::Error;
use aldis_model::Id;
use aldis_model::provenance::Tie;
use aldis_model::scale::{Code, Descriptor};
use serde_json::json;

/// Show what a report rests on, and how many independent origins that makes
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis report ties R-7K2MQ4ZD --as Mara
  $ aldis report ties R-7K2MQ4ZD --as Mara --json | jq -r '.ties[] | select(.decided == null).id'")]
pub(in crate::cli) struct Ties {
    /// The report
    report: String,
}

impl Ties {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let report = id(&self.report)?;
        let (ties, origins) = session.desk()?.read(|tx, ctx| {
            let ties = provenance::of_report(tx, ctx, &report)?.into_inner();
            Ok((ties, provenance::origins(tx, ctx, std::slice::from_ref(&report))?.into_inner()))
        })?;
        let mut text = String::new();
        for tied in &ties {
            let up = tied.upstream.as_ref().map_or_else(|| tied.name.clone(), ToString::to_string);
            let decided = tied.decided.as_deref().unwrap_or("not decided");
            text += &format!("{} {} {up} ({decided}): {}\n", tied.id, tied.relation, tied.why);
        }
        let roots: Vec<String> = origins.roots.values().flatten().cloned().collect();
        text += &format!("goes back to {}", roots.join(", "));
        session.out.object("aldis.ties/1", &json!({ "id": report, "ties": ties, "roots": roots }), text)?;
        Ok(0)
    }
}

/// Say what a report rests on
#[derive(clap::Args)]
#[command(after_help = "\
Relations: reprints, quotes, cites, translates. The upstream is a report, or the name of one that
nobody took in.

Examples:
  $ aldis report tie R-7K2MQ4ZD R-5TGB6YHN --relation translates --why 'word for word' --as Mara
  $ aldis report tie R-7K2MQ4ZD 'The Courier' --relation cites --why 'names the paper' --as Mara")]
pub(in crate::cli) struct TieIt {
    /// The report
    report: String,
    /// What it rests on
    upstream: String,
    /// How
    #[arg(long, value_name = "WORD")]
    relation: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: String,
}

impl TieIt {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let report = id(&self.report)?;
        let relation: Tie = self.relation.parse().map_err(Error::refused)?;
        let up: Option<Id> = self.upstream.parse().ok();
        let name = if up.is_some() { "" } else { self.upstream.as_str() };
        let new = NewTie { upstream: up.as_ref(), name, relation, why: &self.why };
        let made = session.desk()?.write(|tx, ctx| provenance::tie(tx, ctx, &report, &new))?;
        session.out.object(DONE, &json!({ "id": made, "report": report }), made.as_str())?;
        Ok(0)
    }
}

/// Confirm or reject a tie that the program proposed
#[derive(clap::Args)]
#[command(after_help = "\
A tie counts until somebody rejects it.

Examples:
  $ aldis report decide-tie TE-9QW3E4RT --confirm --reason 'the same text' --as Mara
  $ aldis report decide-tie TE-9QW3E4RT --reject --reason 'they asked the family themselves' --as Mara")]
pub(in crate::cli) struct DecideTie {
    /// The tie
    tie: String,
    /// It rests on that report
    #[arg(long, required_unless_present = "reject", conflicts_with = "reject")]
    confirm: bool,
    /// It does not
    #[arg(long)]
    reject: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl DecideTie {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let tie = id(&self.tie)?;
        session.desk()?.write(|tx, ctx| provenance::decide(tx, ctx, &tie, self.confirm, &self.reason))?;
        let says = if self.reject { "rejected" } else { "confirmed" };
        session.out.object(DONE, &json!({ "id": tie, "decided": says }), says)?;
        Ok(0)
    }
}

/// Grade a report by a code of another scale, which is kept
#[derive(clap::Args)]
#[command(after_help = "\
Scales: 3x5x2 (such as 2CP), 5x5x5 (such as B24), admiralty (with g, deliberately deceptive).
A mapped grade cannot by itself make a threat credible.

Examples:
  $ aldis report import-grade R-7K2MQ4ZD 3x5x2 2CP --reasons 'as given by the police' --as Mara
  $ aldis report import-grade R-7K2MQ4ZD admiralty g3 --reasons 'as given by ALLY' --as Mara")]
pub(in crate::cli) struct ImportGrade {
    /// The report
    report: String,
    /// The scale
    scale: String,
    /// The code
    code: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reasons: String,
}

impl ImportGrade {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let report = id(&self.report)?;
        let scale: Code = self.scale.parse().map_err(Error::refused)?;
        let read = scale.read(&self.code).map_err(Error::refused)?;
        session.desk()?.write(|tx, ctx| grade::import(tx, ctx, &report, scale, &self.code, &self.reasons))?;
        let shown = json!({
            "id": report, "scale": scale, "original": read.original, "grade": read.grade.to_string(),
            "mapped": true, "deceptive": read.is_deceptive,
        });
        session.out.object(
            DONE,
            &shown,
            format!("{report} {scale} {} is {} here", read.original, read.grade),
        )?;
        Ok(0)
    }
}

/// Say what is known about the source of a report, factor by factor
#[derive(clap::Args)]
#[command(after_help = "\
Factors: access, validity, motivation, currency, completeness, deception. Never say who the source is.

Examples:
  $ aldis report describe R-7K2MQ4ZD --factor 'access=at the table' --as Mara
  $ aldis report describe R-7K2MQ4ZD --factor 'currency=two days old' --factor 'motivation=money' --as Mara")]
pub(in crate::cli) struct Describe {
    /// The report
    report: String,
    /// A factor; may be repeated
    #[arg(long, value_name = "FACTOR=TEXT", required = true)]
    factor: Vec<String>,
}

impl Describe {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let report = id(&self.report)?;
        let read = |text: &String| {
            let (factor, says) = text
                .split_once('=')
                .ok_or_else(|| Error::Refused(format!("--factor {text:?}: write it as factor=text")))?;
            Ok((factor.trim().parse().map_err(Error::refused)?, says.trim().to_owned()))
        };
        let factors = self.factor.iter().map(read).collect::<crate::error::Result<Vec<_>>>()?;
        let descriptor = Descriptor::of(factors);
        session.desk()?.write(|tx, ctx| sources::describe(tx, ctx, &report, &descriptor))?;
        session.out.object(
            DONE,
            &json!({ "id": report, "factors": descriptor.line() }),
            descriptor.line(),
        )?;
        Ok(0)
    }
}
