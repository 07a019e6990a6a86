//! Elements of the threshold, readers, suspects, and a warning before the decision.

use crate::cli::session::{DONE, Result, Session, id};
use crate::desk::elements::{self, Stated};
use crate::desk::expedite::{self, Expedited};
use crate::desk::provenance;
use crate::desk::suspects::{self, NewSuspect};
use crate::desk::{case, reading, sources, threat};
use crate::error::Error;
use aldis_model::duty::{Element, Ratified, Ttl};
use aldis_model::{Id, Time};
use serde_json::json;

/// State an element of the threshold with what bears it
#[derive(clap::Args)]
#[command(after_help = "\
Elements: harm, impending, victim, credible, specific. What bears it is a report, words in a report
(--quoted, letter by letter) or a statement. A wrong finding is answered with the words one may use.

Examples:
  $ aldis case element D-3ER5T6YU specific where --report R-7K2MQ4ZD --quoted 'Lantern Hall' --as Mara
  $ aldis case element D-3ER5T6YU harm kidnapping --statement 'the caller said so' --as Mara")]
pub(in crate::cli) struct ElementOf {
    /// The duty
    duty: String,
    /// The element
    element: String,
    /// What is found
    finding: String,
    /// The report that bears it
    #[arg(long)]
    report: Option<String>,
    /// The words in it
    #[arg(long, value_name = "WORDS", default_value = "")]
    quoted: String,
    /// What you say yourself
    #[arg(long, value_name = "TEXT", default_value = "")]
    statement: String,
}

impl ElementOf {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let duty = id(&self.duty)?;
        let element: Element = self.element.parse().map_err(Error::refused)?;
        let report = self.report.as_deref().map(id).transpose()?;
        let stated = Stated {
            element,
            finding: &self.finding,
            report: report.as_ref(),
            quoted: &self.quoted,
            statement: &self.statement,
        };
        let made = session.desk()?.write(|tx, ctx| elements::state(tx, ctx, &duty, &stated))?;
        session.out.object(DONE, &json!({ "id": made, "duty": duty }), made.as_str())?;
        Ok(0)
    }
}

/// Show what is stated about a duty, what is missing and what the program suggests
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis case threshold D-3ER5T6YU --as Mara
  $ aldis case threshold D-3ER5T6YU --as Mara --json | jq '{missing, suggested_ttl, independent}'")]
pub(in crate::cli) struct Threshold {
    /// The duty
    duty: String,
}

impl Threshold {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let duty = id(&self.duty)?;
        let found = session.desk()?.read(|tx, ctx| elements::of_duty(tx, ctx, &duty))?.into_inner();
        let mut text = String::new();
        for each in &found.stated {
            let bears = each.report.as_ref().map_or_else(String::new, |report| format!(" {report}"));
            text += &format!(
                "{} {}{bears} {:?} {} by {} at {}\n",
                each.element, each.finding, each.quoted, each.statement, each.by, each.at
            );
        }
        let missing = if found.missing.is_empty() { "nothing".to_owned() } else { found.missing.join(", ") };
        text += &format!(
            "missing: {missing}\nsuggested: {}, {}, {}\nindependent origins: {}",
            found.suggested_credible,
            if found.suggested_specific { "specific" } else { "not specific" },
            found.suggested_ttl.as_deref().unwrap_or("no grade of the threat yet"),
            found.independent
        );
        session.out.object("aldis.threshold/1", &found, text)?;
        Ok(0)
    }
}

/// Grade the threat to life of a duty; its clocks follow
#[derive(clap::Args)]
#[command(after_help = "\
Grades: TTL-CRITICAL, TTL-HIGH, TTL-MEDIUM, TTL-LOW, TTL-NONE.

Examples:
  $ aldis case ttl D-3ER5T6YU TTL-CRITICAL --reasons 'men at the door' --as Mara
  $ aldis case ttl D-3ER5T6YU TTL-LOW --reasons 'the van was a baker' --as Mara --json")]
pub(in crate::cli) struct TtlOf {
    /// The duty
    duty: String,
    /// The grade
    ttl: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reasons: String,
}

impl TtlOf {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let (duty, ttl): (Id, Ttl) = (id(&self.duty)?, self.ttl.parse().map_err(Error::refused)?);
        session.desk()?.write(|tx, ctx| threat::set_ttl(tx, ctx, &duty, ttl, &self.reasons))?;
        session.out.object(DONE, &json!({ "id": duty, "ttl": ttl }), ttl.as_str())?;
        Ok(0)
    }
}

/// Read a duty as the second reader, or ask for one
#[derive(clap::Args)]
#[command(after_help = "\
Before a threshold is found not met somebody else reads the case and says so. Without --agrees or
--disagrees a second reader is asked for.

Examples:
  $ aldis case second-read D-3ER5T6YU --reasons 'only a rumour' --as Mara
  $ aldis case second-read D-3ER5T6YU --agrees --reasons 'one blog, no harm named' --as Ines")]
pub(in crate::cli) struct SecondRead {
    /// The duty
    duty: String,
    /// You read it and agree that the threshold is not met
    #[arg(long, conflicts_with = "disagrees")]
    agrees: bool,
    /// You read it and do not agree
    #[arg(long)]
    disagrees: bool,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reasons: String,
}

impl SecondRead {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let duty = id(&self.duty)?;
        let says = session.desk()?.write(|tx, ctx| {
            if self.agrees || self.disagrees {
                reading::second(tx, ctx, &duty, self.agrees, &self.reasons)?;
                return Ok(if self.agrees { "agrees" } else { "disagrees" });
            }
            reading::ask(tx, ctx, &duty, &self.reasons).map(|()| "asked")
        })?;
        session.out.object(DONE, &json!({ "id": duty, "second_reader": says }), says)?;
        Ok(0)
    }
}

/// Name who is suspected in a case, how likely and by which reports
#[derive(clap::Args)]
#[command(after_help = "\
A suspicion stays in its case: nothing is searched by it.

Examples:
  $ aldis case suspect C-9QW3E4RT 'men in a grey van' --likelihood likely --report R-7K2MQ4ZD \\
      --reasons 'seen twice before the house' --as Mara
  $ aldis case suspect C-9QW3E4RT GR-044AB2CD --likelihood 'very likely' --report R-7K2MQ4ZD \\
      --report R-5TGB6YHN --reasons 'their own words' --as Mara")]
pub(in crate::cli) struct Suspect {
    /// The case
    case: String,
    /// A cover name, a group, a role or a description
    name: String,
    /// How likely it is that they are behind it
    #[arg(long, value_name = "WORDS")]
    likelihood: String,
    /// A report that says so; may be repeated
    #[arg(long = "report", value_name = "REPORT", required = true)]
    reports: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reasons: String,
}

impl Suspect {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = id(&self.case)?;
        let chain = self.reports.iter().map(|report| id(report)).collect::<Result<Vec<Id>>>()?;
        let likelihood = self.likelihood.parse().map_err(Error::refused)?;
        let new = NewSuspect { name: &self.name, likelihood, chain: &chain, reasons: &self.reasons };
        let made = session.desk()?.write(|tx, ctx| suspects::name(tx, ctx, &case, &new))?;
        session.out.object(DONE, &json!({ "id": made, "case": case }), made.as_str())?;
        Ok(0)
    }
}

/// Warn before the decision, when a life hangs on minutes and no senior officer can be reached
#[derive(clap::Args)]
#[command(after_help = "\
It holds if the threshold is met, the threat is imminent and somebody was tried for 10 minutes. It is
reviewed within the hour and cannot be taken back. --tried is NAME=TIME and may be repeated.

Examples:
  $ aldis case expedite D-3ER5T6YU --reason 'men at the door' --tried Ines=2031-05-04T07:50:00Z \\
      --subject 'Danger tonight' --text 'Leave by the back door now.' --audience HALL \\
      --approver Mara --as Piet
  $ aldis case ratify D-3ER5T6YU ratified --reasons 'it was right' --as Ines")]
pub(in crate::cli) struct Expedite {
    /// The duty
    duty: String,
    /// Why it cannot wait
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who was tried and when
    #[arg(long, value_name = "NAME=TIME", required = true)]
    tried: Vec<String>,
    /// The line above the text, fit for the public
    #[arg(long, value_name = "TEXT")]
    subject: String,
    /// The text as it leaves
    #[arg(long, value_name = "TEXT")]
    text: String,
    /// Who gets it, by short name
    #[arg(long, value_name = "NAME")]
    audience: String,
    /// The officer who approved on the scene
    #[arg(long, value_name = "NAME")]
    approver: String,
}

impl Expedite {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let duty = id(&self.duty)?;
        let tried = |text: &String| {
            let (who, at) = text
                .split_once('=')
                .ok_or_else(|| Error::Refused(format!("--tried {text:?}: write it as name=time")))?;
            Ok((who.trim().to_owned(), at.trim().parse::<Time>()?))
        };
        let sent = Expedited {
            reason: self.reason,
            tried: self.tried.iter().map(tried).collect::<crate::error::Result<_>>()?,
            subject: self.subject,
            text: self.text,
            audience: self.audience,
            approver: self.approver,
        };
        let desk = session.desk()?;
        let (release, delivery) =
            desk.write(|tx, ctx| expedite::expedite(tx, ctx, &desk.node.sealer, &duty, &sent))?;
        let shown = json!({ "id": delivery, "release": release, "duty": duty });
        session.out.object(DONE, &shown, delivery.as_str())?;
        Ok(0)
    }
}

/// Review a warning that was sent before the decision
#[derive(clap::Args)]
#[command(after_help = "\
Results: ratified, ratified-with-correction, should-not-have-been-sent.

Examples:
  $ aldis case ratify D-3ER5T6YU ratified --reasons 'it was right' --as Ines
  $ aldis case ratify D-3ER5T6YU ratified-with-correction --reasons 'the front door was meant' --as Ines")]
pub(in crate::cli) struct Ratify {
    /// The duty
    duty: String,
    /// What the review found
    result: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reasons: String,
}

impl Ratify {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let duty = id(&self.duty)?;
        let result: Ratified = self.result.parse().map_err(Error::refused)?;
        session.desk()?.write(|tx, ctx| expedite::ratify(tx, ctx, &duty, result, &self.reasons))?;
        session.out.object(DONE, &json!({ "id": duty, "result": result }), result.as_str())?;
        Ok(0)
    }
}

/// Show where the reports of a case go back to, and count the independent origins
#[derive(clap::Args)]
#[command(after_help = "\
The count is exact for 0, 1 and \"2 or more\"; a tie nobody has decided counts.

Examples:
  $ aldis case origins C-9QW3E4RT --as Mara
  $ aldis case origins C-9QW3E4RT --as Mara --json | jq .independent")]
pub(in crate::cli) struct Origins {
    /// The case
    case: String,
}

impl Origins {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = id(&self.case)?;
        let (found, statement) = session.desk()?.read(|tx, ctx| {
            let linked = case::reports(tx, ctx, &case)?.into_inner();
            let basis = linked.into_iter().filter(|linked| linked.relation == "basis");
            let ids: Vec<Id> = basis.map(|linked| linked.report).collect();
            let found = provenance::origins(tx, ctx, &ids)?.into_inner();
            Ok((found, sources::statement(tx, ctx, &case)?.into_inner()))
        })?;
        let mut text = String::new();
        for (report, roots) in &found.roots {
            text +=
                &format!("{report} goes back to {}\n", roots.iter().cloned().collect::<Vec<_>>().join(", "));
        }
        for tied in &found.ties {
            let up = tied.upstream.as_ref().map_or_else(|| tied.name.clone(), ToString::to_string);
            let decided = tied.decided.as_deref().unwrap_or("not decided");
            text += &format!("{} {} {up} ({decided}): {}\n", tied.report, tied.relation, tied.why);
        }
        text += &format!("independent origins: {}\n{statement}", found.independent);
        let shown = json!({
            "case": case, "independent": found.independent, "roots": found.roots, "ties": found.ties,
            "statement": statement,
        });
        session.out.object("aldis.origins/1", &shown, text)?;
        Ok(0)
    }
}
