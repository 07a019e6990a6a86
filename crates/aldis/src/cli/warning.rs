//! `aldis warning`: writes warnings, shows each audience's version, has them approved and sent.

mod after;
mod draft;
mod export;
mod release;

use super::session::{About, Result, Session, id};
use crate::desk::{compose, deliver, partners, release as versions};
use crate::error::Error;
use serde::Serialize;
use serde_json::json;

/// Warnings: write, preview, approve by a second person, send, follow up
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis warning new D-3ER5T6YU --file draft.json --as Mara
  $ aldis warning preview W-4RF5TG6Y --for ALBA --as Mara")]
pub(super) enum Warning {
    New(draft::New),
    List(List),
    Show(Show),
    Preview(Preview),
    Lint(Lint),
    Propose(release::Propose),
    Approve(release::Approve),
    Reject(release::Reject),
    Send(release::Send),
    Export(export::Export),
    Hand(after::Hand),
    Retry(after::Retry),
    Told(after::Told),
    Settle(after::Settle),
    Lapse(after::Lapse),
    Public(after::Public),
}

impl Warning {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::New(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::Show(args) => args.run(session),
            Self::Preview(args) => args.run(session),
            Self::Lint(args) => args.run(session),
            Self::Propose(args) => args.run(session),
            Self::Approve(args) => args.run(session),
            Self::Reject(args) => args.run(session),
            Self::Send(args) => args.run(session),
            Self::Export(args) => args.run(session),
            Self::Hand(args) => args.run(session),
            Self::Retry(args) => args.run(session),
            Self::Told(args) => args.run(session),
            Self::Settle(args) => args.run(session),
            Self::Lapse(args) => args.run(session),
            Self::Public(args) => args.run(session),
        }
    }
}

/// List warnings, newest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning list --as Mara
  $ aldis warning list --case C-9QW3E4RT --as Mara --json")]
pub(super) struct List {
    /// Only those of this case
    #[arg(long)]
    case: Option<String>,
}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = self.case.as_deref().map(id).transpose()?;
        let found = session.desk()?.read(|tx, ctx| compose::list(tx, ctx, case.as_ref()))?.into_inner();
        session.out.list(&found, None, &["ID", "WRITTEN", "ENDS", "LABEL", "SUBJECT"], |warning| {
            vec![
                warning.id.to_string(),
                warning.created_at.minute(),
                warning.ends_at.map_or_else(|| "never".to_owned(), |end| end.minute()),
                warning.label.to_string(),
                warning.subject.clone(),
            ]
        })?;
        Ok(0)
    }
}

/// Show a warning with its sentences, releases and deliveries
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning show W-4RF5TG6Y --as Mara
  $ aldis warning show W-4RF5TG6Y --as Mara --json | jq '.deliveries[] | {id, title, progress, answer}'")]
pub(super) struct Show {
    /// The warning
    warning: String,
}

impl Show {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.warning)?;
        let (warning, sentences, releases, deliveries) = session.desk()?.read(|tx, ctx| {
            let warning = compose::find(tx, ctx, &id)?.into_inner();
            let sentences = compose::sentences(tx, ctx, &id)?.into_inner();
            let releases = versions::of_warning(tx, ctx, &id)?.into_inner();
            Ok((warning, sentences, releases, deliver::of_warning(tx, ctx, &id)?.into_inner()))
        })?;
        let mut text = format!("{}  {}\n{}\n", warning.id, warning.label, warning.subject);
        text += &format!("case {}, duty {}, written {}\n", warning.case, warning.duty, warning.created_at);
        for (position, label, sentence) in &sentences {
            text += &format!("{position}. ({label}) {sentence}\n");
        }
        for release in &releases {
            let state = match (release.sent_at, release.approved_at, release.rejected_at) {
                (Some(at), _, _) => format!("sent {at}"),
                (_, _, Some(at)) => format!("rejected {at}"),
                (_, Some(at), _) => format!("approved {at}"),
                _ => "waits for a second person".to_owned(),
            };
            text += &format!("release {} {} for {}: {state}\n", release.id, release.kind, release.audience);
        }
        for delivery in &deliveries {
            let answer = delivery.answer.as_deref().unwrap_or("no answer");
            let error = delivery.error.as_deref().map_or_else(String::new, |error| format!(" ({error})"));
            text += &format!(
                "delivery {} to {} by {}: {}, {answer}{error}\n",
                delivery.id, delivery.title, delivery.channel, delivery.progress
            );
        }
        let sentences: Vec<_> = sentences
            .iter()
            .map(|(position, label, text)| json!({ "position": position, "label": label, "text": text }))
            .collect();
        let mut shown = serde_json::to_value(&warning).map_err(Error::broken)?;
        let parts = json!({ "sentences": sentences, "releases": releases, "deliveries": deliveries });
        if let (Some(shown), Some(parts)) = (shown.as_object_mut(), parts.as_object()) {
            shown.extend(parts.clone());
        }
        session.out.object("aldis.warning/1", &shown, text)?;
        Ok(0)
    }
}

/// Show what one audience would read
///
/// Exits with 7 if the release rules block it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning preview W-4RF5TG6Y --for ALBA --as Mara
  $ aldis warning preview W-4RF5TG6Y --for PUBLIC --as Mara --json | jq -r '.problems[][1]'")]
pub(super) struct Preview {
    /// The warning
    warning: String,
    /// The audience
    #[arg(long = "for", value_name = "AUDIENCE")]
    audience: String,
}

impl Preview {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.warning)?;
        let desk = session.desk()?;
        desk.read(|tx, ctx| compose::find(tx, ctx, &id))?;
        let sealer = &desk.node.sealer;
        let made = desk.read(|tx, ctx| compose::preview(tx, ctx, sealer, &id, &self.audience));
        let made = made.about(format!("audience {}", self.audience))?.into_inner();
        let mut text = format!("for {} by {}, {}\n", made.title, made.channel, made.tlp);
        for (position, label, kept) in &made.portions {
            let kept = kept.as_deref().unwrap_or("[withheld]");
            text += &format!("{position}. ({label}) {kept}\n");
        }
        for (rule, says) in &made.problems {
            text += &format!("{rule}: {says}\n");
        }
        session.out.object("aldis.preview/1", &made, text)?;
        Ok(if made.problems.is_empty() { 0 } else { BLOCKED })
    }
}

/// Check a warning against the release rules, for every audience that would get something
///
/// Exits with 7 if anything is blocked.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning lint W-4RF5TG6Y --as Mara
  $ aldis warning lint W-4RF5TG6Y --as Mara --json | jq -r '.items[].says'")]
pub(super) struct Lint {
    /// The warning
    warning: String,
}

#[derive(Serialize)]
struct Found {
    audience: String,
    rule: String,
    says: String,
}

impl Lint {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.warning)?;
        let desk = session.desk()?;
        let previews = desk.read(|tx, ctx| {
            compose::find(tx, ctx, &id)?;
            let mut previews = Vec::new();
            for who in partners::audiences(tx, ctx)? {
                previews.push(compose::preview(tx, ctx, &desk.node.sealer, &id, &who.name)?.into_inner());
            }
            Ok(previews)
        })?;
        let (told, untold): (Vec<_>, Vec<_>) = previews.into_iter().partition(|made| !made.text.is_empty());
        let mut found = Vec::new();
        for made in &told {
            found.extend(made.problems.iter().map(|(rule, says)| Found {
                audience: made.audience.clone(),
                rule: rule.clone(),
                says: says.clone(),
            }));
        }
        let names = |all: &[compose::Preview]| all.iter().map(|one| one.audience.clone()).collect::<Vec<_>>();
        session.out.say(format!("would read something: {}", names(&told).join(", ")));
        session.out.say(format!("would read nothing: {}", names(&untold).join(", ")));
        if found.is_empty() && !session.out.is_json() {
            session.out.text("no problems")?;
        } else {
            session.out.list(&found, None, &["AUDIENCE", "RULE", "PROBLEM"], |one| {
                vec![one.audience.clone(), one.rule.clone(), one.says.clone()]
            })?;
        }
        Ok(if found.is_empty() { 0 } else { BLOCKED })
    }
}

const BLOCKED: u8 = 7;
