//! `aldis delivery`: what is on its way, what proves that it arrived, and what would go.

use super::files::write_output;
use super::session::{DONE, Result, Session, id};
use crate::desk::deliver::{self, Delivery as Found};
use crate::desk::review::{self, Happened};
use crate::desk::{late, release, ways};
use crate::error::Error;
use crate::exchange::{channel, pack};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use std::path::PathBuf;

/// Deliveries: what is on its way, try again, prove, look at the bytes
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis delivery list --failed --as Noor
  $ aldis delivery dry-run V-1QA2WS3E --as Noor")]
pub(super) enum Delivery {
    List(List),
    Late(Late),
    Show(Show),
    Retry(Retry),
    Proof(Proof),
    DryRun(DryRun),
    Key(Key),
}

impl Delivery {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::List(args) => args.run(session),
            Self::Late(args) => args.run(session),
            Self::Show(args) => args.run(session),
            Self::Retry(args) => args.run(session),
            Self::Proof(args) => args.run(session),
            Self::DryRun(args) => args.run(session),
            Self::Key(args) => args.run(session),
        }
    }
}

/// List deliveries, newest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis delivery list --as Noor
  $ aldis delivery list --failed --as Noor --json | jq -r '.items[] | [.id, .error] | @tsv'")]
pub(super) struct List {
    /// Only those that failed
    #[arg(long)]
    failed: bool,
    /// Only those queued before this one: the next page
    #[arg(long, value_name = "DELIVERY")]
    before: Option<String>,
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500))]
    limit: u16,
}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let before = self.before.as_deref().map(id).transpose()?;
        let limit = usize::from(self.limit);
        let found = session
            .desk()?
            .read(|tx, ctx| deliver::list(tx, ctx, self.failed, before.as_ref(), limit))?
            .into_inner();
        let next = found.last().filter(|_| found.len() == limit).map(|last| last.id.as_str());
        session.out.list(&found, next, &["ID", "BY", "STATE", "TRIED", "TO", "LAST ERROR"], |one| {
            vec![
                one.id.to_string(),
                one.channel.clone(),
                one.progress.clone(),
                one.attempts.to_string(),
                one.title.clone(),
                one.error.clone().unwrap_or_default(),
            ]
        })?;
        Ok(0)
    }
}

/// List what came late: answers of recipients, and calls that we took late; newest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis delivery late --as Noor
  $ aldis delivery late --as Noor --json | jq -r '.items[] | [.delivery, .what, .late_s] | @tsv'")]
pub(super) struct Late {
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=500))]
    limit: u16,
}

impl Late {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let limit = usize::from(self.limit);
        let found = session.desk()?.read(|tx, ctx| late::list(tx, ctx, limit))?.into_inner();
        session.out.list(
            &found,
            None,
            &["DELIVERY", "LATE BY", "AT", "WHAT", "TO", "WHO", "WORDS"],
            |one| {
                let (late, at) = (one.lateness(), one.at.to_string());
                [one.delivery.as_str(), &late, &at, one.says(), &one.title, &one.by, &one.words]
                    .map(str::to_owned)
                    .to_vec()
            },
        )?;
        Ok(0)
    }
}

/// Show a delivery, the order of its ways and what happened to it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis delivery show V-1QA2WS3E --as Noor
  $ aldis delivery show V-1QA2WS3E --as Noor --json | jq '.history[] | {at, kind, error}'")]
pub(super) struct Show {
    /// The delivery
    delivery: String,
}

impl Show {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let (found, history) = read(session, &self.delivery)?;
        let ways = session.desk()?.read(|tx, ctx| {
            let audience = release::find(tx, ctx, &found.release)?.into_inner().audience;
            ways::list(tx, ctx, &audience)
        })?;
        let order: Vec<&str> = ways.iter().map(|way| way.channel.as_str()).collect();
        let mut text = format!("{} to {} by {}: {}\n", found.id, found.title, found.channel, found.progress);
        text +=
            &format!("warning {}, release {}, ways: {}\n", found.warning, found.release, order.join(", "));
        for one in &history {
            let what = ["channel", "attempt", "error", "evidence", "statement", "answer", "next"]
                .into_iter()
                .filter(|name| !one.field(name).is_empty())
                .map(|name| format!("{name} {}", one.field(name).lines().next().unwrap_or_default()));
            text += &format!("{}  {}  {}\n", one.at, one.kind, what.collect::<Vec<_>>().join(", "));
        }
        let steps: Vec<_> = history
            .iter()
            .map(|one| {
                json!({ "entry": one.index, "at": one.at, "kind": one.kind, "channel": one.field("channel"),
                        "error": one.field("error"), "answer": one.field("answer") })
            })
            .collect();
        let shown = json!({ "delivery": found, "ways": ways, "history": steps });
        session.out.object("aldis.delivery/1", &shown, text)?;
        Ok(0)
    }
}

/// Try a failed delivery again
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis delivery retry V-1QA2WS3E --as Noor
  $ aldis delivery retry V-1QA2WS3E --by text --as Noor")]
pub(super) struct Retry {
    /// The delivery
    delivery: String,
    /// By this channel of the audience [default: its first]
    #[arg(long, value_name = "CHANNEL")]
    by: Option<String>,
}

impl Retry {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        retry(session, &self.delivery, self.by.as_deref())
    }
}

/// Tries a failed delivery again, by a channel or by the first, and shows what came of it.
pub(super) fn retry(session: &Session<'_>, delivery: &str, by: Option<&str>) -> Result<u8> {
    let id = id(delivery)?;
    let desk = session.desk()?;
    desk.write(|tx, ctx| deliver::retry(tx, ctx, &id, by))?;
    desk.work();
    let found = desk.read(|tx, ctx| deliver::find(tx, ctx, &id))?.into_inner();
    let shown = json!({ "id": id, "progress": found.progress, "error": found.error });
    session.out.object(DONE, &shown, format!("{id}  {}", found.progress))?;
    Ok(0)
}

/// Show what proves that a release arrived, and which entries of the record hold it
#[derive(clap::Args)]
#[command(after_help = "\
Exits with 3 if nothing proves it yet.

Examples:
  $ aldis delivery proof V-1QA2WS3E --as Noor
  $ aldis log prove $(aldis delivery proof V-1QA2WS3E --as Noor --json | jq '.entries[0].entry')")]
pub(super) struct Proof {
    /// The delivery
    delivery: String,
}

impl Proof {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let (found, history) = read(session, &self.delivery)?;
        let Some(evidence) = &found.evidence else {
            session.out.say("nothing proves that it arrived");
            return Err(Error::NotFound.into());
        };
        let proving = ["transport.receipt", "cap.published", "cap.updated", "cap.cancelled", "ack.received"];
        let entries: Vec<_> = history.iter().filter(|one| proving.contains(&one.kind.as_str())).collect();
        let lines: Vec<String> =
            entries.iter().map(|one| format!("entry {}  {}  {}", one.index, one.at, one.kind)).collect();
        let listed: Vec<_> = entries
            .iter()
            .map(|one| json!({ "entry": one.index, "at": one.at, "kind": one.kind, "fields": one.fields }))
            .collect();
        let shown =
            json!({ "id": found.id, "channel": found.channel, "evidence": evidence, "entries": listed });
        let text = format!("{} by {}\n{evidence}\n{}", found.id, found.channel, lines.join("\n"));
        session.out.object("aldis.proof/1", &shown, text)?;
        Ok(0)
    }
}

/// Show exactly the bytes that would go, and send nothing
///
/// The secret of the recipient's link is shown as x: whoever looks here is not the recipient.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis delivery dry-run V-1QA2WS3E --as Noor
  $ aldis delivery dry-run V-1QA2WS3E --by hand --out notice.pdf --as Noor")]
pub(super) struct DryRun {
    /// The delivery
    delivery: String,
    /// By this channel of the audience [default: the one it goes by]
    #[arg(long, value_name = "CHANNEL")]
    by: Option<String>,
    /// Write the bytes here
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl DryRun {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.delivery)?;
        let desk = session.desk()?;
        let attempt = desk.read(|tx, ctx| deliver::rehearse(tx, ctx, &id, self.by.as_deref()))?;
        let seen = pack::rehearse(&desk.node, &attempt)?.into_inner();
        for line in &seen.how {
            session.out.say(line);
        }
        if session.out.is_json() && self.out.is_none() {
            let bytes = STANDARD.encode(&seen.bytes);
            let shown =
                json!({ "id": id, "channel": attempt.recipient.channel, "how": seen.how, "bytes": bytes });
            session.out.object("aldis.dry-run/1", &shown, "")?;
        } else {
            write_output(session, self.out.as_deref(), &seen.bytes)?;
        }
        Ok(0)
    }
}

/// Print the public key that receivers of webhooks verify us by
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis delivery key
  $ aldis delivery key --json | jq -r .key")]
pub(super) struct Key {}

impl Key {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let (config, _, keys) = session.store()?;
        let key = channel::signing_key(&config.ways.webhook, &keys.signing).map_err(Error::Refused)?;
        session.out.object("aldis.key/1", &json!({ "key": key.public() }), key.public())?;
        Ok(0)
    }
}

/// Reads a delivery and the entries that speak of it, oldest first.
fn read(session: &Session<'_>, delivery: &str) -> Result<(Found, Vec<Happened>)> {
    let id = id(delivery)?;
    Ok(session.desk()?.read(|tx, ctx| {
        let found = deliver::find(tx, ctx, &id)?.into_inner();
        let mut history = review::timeline(tx, ctx, &found.case, None)?.into_inner();
        history.retain(|one| one.field("delivery") == id.as_str());
        Ok((found, history))
    })?)
}
