//! `aldis opinion`: answers a partner's object, for the tools by which the partner polls.

use super::session::{About, DONE, Result, Session, id};
use crate::desk::opinions::{self, NewOpinion, Opinion as Said};
use crate::error::Error;
use aldis_model::Label;
use aldis_wire::stix::map::View;
use serde_json::json;

/// What we say of an object a partner gave us, as a STIX opinion
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis opinion propose R-4RF5TG6Y --to ALBA --view disagree --explanation 'one blog, repeated' --as Mara
  $ aldis opinion approve OP-8IK9OL0P --as Ines")]
pub(super) enum Opinion {
    Propose(Propose),
    Approve(Approve),
    Reject(End),
    Withdraw(Withdraw),
    List(List),
}

impl Opinion {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Propose(args) => args.run(session),
            Self::Approve(args) => args.run(session),
            Self::Reject(args) => args.run(session, "rejected", opinions::reject),
            Self::Withdraw(Withdraw { end }) => end.run(session, "withdrawn", opinions::withdraw),
            Self::List(args) => args.run(session),
        }
    }
}

/// Propose an opinion about a report, for the partner that gave it
///
/// The partner finds it in the collection it polls, after a second person approved it. Exits with 7 and
/// every problem if the release rules block the explanation.
#[derive(clap::Args)]
#[command(after_help = "\
Views: strongly-disagree, disagree, neutral, agree, strongly-agree.

Examples:
  $ aldis opinion propose R-4RF5TG6Y --to ALBA --view disagree --explanation 'one blog, repeated' --as Mara
  $ aldis opinion propose R-4RF5TG6Y --to ALBA --view agree --explanation 'we saw it too' \\
      --object report--5f8ae28f-040e-4bec-b801-76d9651afce5 --label TLP:AMBER --as Mara --json")]
pub(super) struct Propose {
    /// The report
    report: String,
    /// An audience of the partner that gave the report
    #[arg(long, value_name = "AUDIENCE")]
    to: String,
    /// What we think of it
    #[arg(long, value_name = "WORD")]
    view: String,
    /// Why, for the partner to read
    #[arg(long, value_name = "TEXT")]
    explanation: String,
    /// The partner's object by its STIX id; otherwise the one the report arrived as
    #[arg(long, value_name = "ID")]
    object: Option<String>,
    /// Who may see the explanation
    #[arg(long, value_name = "LABEL", default_value = "TLP:GREEN")]
    label: String,
}

impl Propose {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let report = id(&self.report)?;
        let view = View::find(&self.view).ok_or_else(|| {
            Error::Refused(format!(
                "{:?} is no view: strongly-disagree, disagree, neutral, agree or strongly-agree",
                self.view
            ))
        })?;
        let label: Label = self.label.parse().map_err(Error::from)?;
        let new = NewOpinion {
            report: &report,
            audience: &self.to,
            object: self.object.as_deref(),
            view,
            explanation: &self.explanation,
            label,
        };
        let desk = session.desk()?;
        let made = desk.write(|tx, ctx| opinions::propose(tx, ctx, &desk.node.sealer, &new));
        let made = made.about(format!("{report} or audience {}", self.to))?;
        session.out.say("a second person must approve it: aldis opinion approve");
        session.out.object(DONE, &json!({ "id": made, "report": report }), made.as_str())?;
        Ok(0)
    }
}

/// Approve exactly the proposed text; it is published at once
///
/// Exits with 6 for its author: a second person must approve.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis opinion list R-4RF5TG6Y --as Ines    # read it first
  $ aldis opinion approve OP-8IK9OL0P --as Ines")]
pub(super) struct Approve {
    /// The opinion
    opinion: String,
}

impl Approve {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.opinion)?;
        let desk = session.desk()?;
        desk.write(|tx, ctx| opinions::approve(tx, ctx, &desk.node.sealer, &id))?;
        desk.work();
        session.out.object(DONE, &json!({ "id": id }), format!("{id} approved"))?;
        Ok(0)
    }
}

/// Reject a proposed opinion
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis opinion reject OP-8IK9OL0P --reason 'say it without the place' --as Ines
  $ aldis opinion reject OP-8IK9OL0P --reason 'not ours to judge' --as Ines --json")]
pub(super) struct End {
    /// The opinion
    opinion: String,
    /// Why; it stays here
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Withdraw an approved opinion; the partner finds it revoked
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis opinion withdraw OP-8IK9OL0P --reason 'a second origin turned up' --as Ines
  $ aldis opinion withdraw OP-8IK9OL0P --reason 'about the wrong report' --as Ines --json")]
pub(super) struct Withdraw {
    #[command(flatten)]
    end: End,
}

type Ends =
    fn(&mut crate::db::Tx<'_>, &crate::ctx::Ctx, &aldis_model::Id, &str) -> std::result::Result<(), Error>;

impl End {
    fn run(self, session: &Session<'_>, done: &str, verb: Ends) -> Result<u8> {
        let id = id(&self.opinion)?;
        let desk = session.desk()?;
        desk.write(|tx, ctx| verb(tx, ctx, &id, &self.reason))?;
        desk.work();
        session.out.object(DONE, &json!({ "id": id }), format!("{id} {done}"))?;
        Ok(0)
    }
}

/// List the opinions about a report, oldest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis opinion list R-4RF5TG6Y --as Mara
  $ aldis opinion list R-4RF5TG6Y --as Mara --json | jq -r '.items[].explanation'")]
pub(super) struct List {
    /// The report
    report: String,
}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let report = id(&self.report)?;
        let found = session.desk()?.read(|tx, ctx| opinions::of_report(tx, ctx, &report))?;
        let columns = ["ID", "TO", "STATE", "TLP", "VIEW", "WHY"];
        session.out.list(found.get(), None, &columns, |one| {
            vec![
                one.id.to_string(),
                one.audience.clone(),
                state(one).to_owned(),
                one.tlp.clone(),
                one.view.clone(),
                one.explanation.clone(),
            ]
        })?;
        Ok(0)
    }
}

const fn state(said: &Said) -> &'static str {
    match (said.withdrawn_at, said.approved_at, said.rejected_at) {
        (Some(_), _, _) => "withdrawn",
        (_, Some(_), _) => "approved",
        (_, _, Some(_)) => "rejected",
        _ => "waits",
    }
}
