//! `aldis report list`: a page of reports, without their texts.

use super::super::session::{Result, Session, id};
use crate::desk::gather;
use aldis_model::{Digest, Id, Label, Time};
use serde::Serialize;

/// List reports, newest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis report list --as Mara
  $ aldis report list --before R-7K2MQ4ZD --limit 200 --as Mara --json")]
pub(in super::super) struct List {
    /// Only reports before this one
    #[arg(long, value_name = "REPORT")]
    before: Option<String>,
    /// How many, 1 to 500
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500))]
    limit: u16,
}

/// A report as a line of a list: without its text.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a Id,
    received_at: Time,
    channel: &'a str,
    source: &'a str,
    originator: &'a str,
    title: &'a str,
    language: Option<&'a str>,
    sha256: Digest,
    label: &'a Label,
    opened_at: Option<Time>,
    screened_at: Option<Time>,
    grade: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(report: &'a gather::Report) -> Self {
        Self {
            id: &report.id,
            received_at: report.received_at,
            channel: &report.channel,
            source: &report.source,
            originator: &report.originator,
            title: &report.title,
            language: report.language.as_deref(),
            sha256: report.sha256,
            label: &report.label,
            opened_at: report.opened_at,
            screened_at: report.screened_at,
            grade: report.grade.as_deref(),
        }
    }
}

impl List {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let before = self.before.as_deref().map(id).transpose()?;
        let limit = usize::from(self.limit);
        let desk = session.desk()?;
        let found = desk.read(|tx, ctx| gather::list(tx, ctx, before.as_ref(), limit))?.into_inner();
        let lines: Vec<Line<'_>> = found.iter().map(Line::of).collect();
        let next = lines.last().filter(|_| lines.len() == limit).map(|line| line.id.as_str());
        session.out.list(&lines, next, &["ID", "RECEIVED", "GRADE", "LABEL", "SOURCE", "TITLE"], |line| {
            vec![
                line.id.to_string(),
                line.received_at.minute(),
                line.grade.unwrap_or("--").to_owned(),
                line.label.to_string(),
                line.source.to_owned(),
                line.title.to_owned(),
            ]
        })?;
        Ok(0)
    }
}
