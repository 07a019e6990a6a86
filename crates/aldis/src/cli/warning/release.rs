//! `aldis warning propose | approve | reject | send`: at least two people before anything leaves.

use super::super::session::{self, About, DONE, Desk, Result, Session, id};
use crate::desk::partners::{self, Recipient};
use crate::desk::release::{self, Purpose, Release};
use crate::desk::{compose, deliver};
use crate::error::Error;
use aldis_model::{Id, Time};
use serde_json::json;

/// Propose the version for one audience
///
/// Exits with 7 and every problem if the release rules block it.
#[derive(clap::Args)]
#[command(
    visible_alias = "submit",
    after_help = "\
Purposes: alert, update (corrects or renews what was sent), cancel (takes it back).

Examples:
  $ aldis warning propose W-4RF5TG6Y --for ALBA --as Mara
  $ aldis warning propose W-4RF5TG6Y --for PUBLIC --purpose update --as Mara --json | jq -r .id"
)]
pub(in super::super) struct Propose {
    /// The warning
    warning: String,
    /// The audience
    #[arg(long = "for", value_name = "AUDIENCE")]
    audience: String,
    /// What it does to what was sent before
    #[arg(long, value_name = "WORD", default_value = "alert")]
    purpose: String,
}

impl Propose {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let warning = id(&self.warning)?;
        let purpose = Purpose::find(&self.purpose).ok_or_else(|| {
            Error::Refused(format!("{:?} is not a purpose: alert, update or cancel", self.purpose))
        })?;
        let desk = session.desk()?;
        let (sealer, audience) = (&desk.node.sealer, &self.audience);
        desk.read(|tx, ctx| compose::find(tx, ctx, &warning))?;
        let made = desk.write(|tx, ctx| release::propose(tx, ctx, sealer, &warning, audience, purpose));
        let made = made.about(format!("audience {audience}"))?;
        session.out.say("a second person must approve it: aldis warning approve");
        let shown = json!({ "id": made, "warning": warning, "purpose": purpose.as_str() });
        session.out.object(DONE, &shown, made.as_str())?;
        Ok(0)
    }
}

/// Approve exactly the proposed text
///
/// Exits with 6 for whoever wrote or proposed it: a second person must approve.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning send L-8IK9OL0P --dry-run --as Ines    # read it first
  $ aldis warning approve L-8IK9OL0P --as Ines")]
pub(in super::super) struct Approve {
    /// The release
    release: String,
}

impl Approve {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.release)?;
        let desk = session.desk()?;
        desk.write(|tx, ctx| release::approve(tx, ctx, &desk.node.sealer, &id))?;
        session.out.object(DONE, &json!({ "id": id }), format!("{id} approved"))?;
        Ok(0)
    }
}

/// Reject a proposed version
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning reject L-8IK9OL0P --reason 'the second sentence gives the source away' --as Ines
  $ aldis warning reject L-8IK9OL0P --reason 'wrong audience' --as Ines --json")]
pub(in super::super) struct Reject {
    /// The release
    release: String,
    /// Why: the author must know what to change
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Reject {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.release)?;
        session.desk()?.write(|tx, ctx| release::reject(tx, ctx, &id, &self.reason))?;
        session.out.object(DONE, &json!({ "id": id }), format!("{id} rejected"))?;
        Ok(0)
    }
}

/// Send an approved version
///
/// --dry-run shows who would get which text. For the public it asks first, or needs --yes.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis warning send L-8IK9OL0P --dry-run --as Ines
  $ aldis warning send L-8IK9OL0P --with L-7UJ8IK9O --not-before 2031-05-04T09:00:00Z --yes --as Ines")]
pub(in super::super) struct Send {
    /// The release
    release: String,
    /// Another release of the same warning that goes at the same time; may be given again
    #[arg(long = "with", value_name = "RELEASE")]
    with: Vec<String>,
    /// Not before this time
    #[arg(long, value_name = "TIME")]
    not_before: Option<String>,
}

impl Send {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.release)?;
        let not_before: Option<Time> =
            self.not_before.as_deref().map(str::parse).transpose().map_err(Error::from)?;
        let desk = session.desk()?;
        let mut all = vec![id.clone()];
        for other in &self.with {
            all.push(session::id(other)?);
        }
        let plans = all.iter().map(|one| plan(&desk, one)).collect::<Result<Vec<_>>>()?;
        if session.is_dry_run() {
            for (found, recipient) in &plans {
                show_plan(session, found, recipient)?;
            }
            return Ok(0);
        }
        for (found, recipient) in &plans {
            if recipient.ladder == "public" && found.approved_at.is_some() {
                session.confirm(&format!("{} goes to the public.", found.id))?;
            }
        }
        let sealer = &desk.node.sealer;
        if all.len() > 1 {
            let sent = desk.write(|tx, ctx| release::send_together(tx, ctx, sealer, &all, not_before))?;
            desk.work();
            let text = sent.iter().map(Id::as_str).collect::<Vec<_>>().join(" ");
            session.out.object(DONE, &json!({ "ids": sent, "releases": all }), text)?;
            return Ok(0);
        }
        let delivery = desk.write(|tx, ctx| release::send(tx, ctx, sealer, &id, not_before))?;
        desk.work();
        let sent = desk.read(|tx, ctx| deliver::find(tx, ctx, &delivery))?.into_inner();
        if let Some(error) = &sent.error {
            session.out.say(format!("not delivered yet, it is tried again: {error}"));
        }
        if sent.channel == "hand" {
            session.out.say(format!("hand it over, then: aldis warning hand {delivery} --statement …"));
        }
        let shown = json!({ "id": delivery, "release": id, "progress": sent.progress });
        session.out.object(DONE, &shown, format!("{delivery}  {}", sent.progress))?;
        Ok(0)
    }
}

fn plan(desk: &Desk<'_>, id: &Id) -> Result<(Release, Recipient)> {
    let (found, audiences) =
        desk.read(|tx, ctx| Ok((release::find(tx, ctx, id)?.into_inner(), partners::audiences(tx, ctx)?)))?;
    let recipient = audiences.into_iter().find(|who| who.name == found.audience).ok_or(Error::NotFound);
    let recipient = recipient.about(format!("audience {}", found.audience))?;
    Ok((found, recipient))
}

fn show_plan(session: &Session<'_>, found: &Release, recipient: &Recipient) -> Result<()> {
    let state = if found.approved_at.is_some() { "approved" } else { "not approved yet" };
    let to = if recipient.address.is_empty() { &recipient.name } else { &recipient.address };
    let text = format!(
        "would send {} ({}, {state}) to {} by {} at {to}, {}\n\n{}\n\n{}",
        found.id, found.kind, found.title, found.channel, found.tlp, found.subject, found.body
    );
    let shown = json!({
        "dry_run": true, "release": found.id, "kind": found.kind, "approved": found.approved_at.is_some(),
        "recipients": [{
            "audience": recipient.name, "title": recipient.title, "channel": recipient.channel,
            "address": recipient.address,
        }],
        "subject": found.subject, "body": found.body, "tlp": found.tlp, "text_hash": found.text_hash,
    });
    Ok(session.out.object("aldis.plan/1", &shown, text)?)
}
