//! Passing a partner's warning on, and hearing that a partner passed ours on.
//!
//! Rule: `model::gate::may_pass_on`. Whoever passes a warning on says so to whoever sent it, signed, before
//! anything else: the originator must know who knows. What the label does not allow is refused here; what a
//! partner did all the same is recorded as beyond its label and waits, by name, for whoever approved the text.
//!
//! Source: release rule RR-10; TLP 2.0 (FIRST, August 2022), section 3.

use super::{acknowledge, deliver, inbound, letter, release, tasks};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::journal;
use aldis_ledger::{Entry, Signer};
use aldis_model::event::{Event, Kind};
use aldis_model::gate::{Ladder, may_pass_on};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::HOUR_US;
use aldis_model::{Id, Tlp};
use aldis_wire::exchange::{self, Message};

/// Records that a partner's warning is passed on, and tells the partner.
///
/// `audience` says who is shown it, in words the partner may read; `rung` how far from us they stand.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if its label does not let it go so far, or nobody is named.
pub fn pass_on(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    signer: &Signer,
    id: &Id,
    audience: &str,
    rung: Ladder,
) -> Result<()> {
    ctx.may(Action::Answer)?;
    let found = inbound::find(tx, ctx, id)?.into_inner();
    let audience = audience.trim();
    if audience.is_empty() || audience.len() > AUDIENCE_MAX || audience.contains('\n') {
        return Err(Error::refused("say in one line of at most 200 letters who is shown it"));
    }
    if !may_pass_on(found.label.tlp, rung) {
        return Err(Error::Refused(format!(
            "{} does not let it go to the rung {}: ask {} for a version that may",
            found.label.tlp,
            rung.as_str(),
            found.partner
        )));
    }
    let message = exchange::Onward {
        id: ctx.id("M").to_string(),
        from: ctx.org.clone(),
        to: found.partner.clone(),
        message: found.message.clone(),
        text_hash: found.text_hash.to_string(),
        audience: audience.to_owned(),
        rung: rung.as_str().to_owned(),
        label: found.label.tlp.to_string(),
        by: ctx.actor.role.to_string(),
        at: ctx.now.to_string(),
    };
    let signed = letter::sign(Message::Onward(message), signer)?;
    let event = Event::new(Kind::InboundPassedOn, found.label)
        .with("inbound", id)
        .with("partner", &found.partner)
        .with("audience", audience)
        .with("rung", rung.as_str())
        .with("text_hash", found.text_hash)
        .with("signed", &signed)
        .with("by", &ctx.actor.name);
    letter::post(tx, ctx, event)
}

/// Records a partner's word that it passed our warning on. The caller has checked the signature.
///
/// The same word again changes nothing. Beyond the label it opens a task for whoever approved the text.
///
/// # Errors
///
/// [`Error::NotFound`] if we sent no such message to this partner; [`Error::Proof`] if it is about another
/// text.
pub fn heard(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    partner: &str,
    onward: &exchange::Onward,
    envelope: &str,
) -> Result<()> {
    let delivery = acknowledge::sent_to(tx, partner, &onward.message)?;
    let carried = deliver::read(tx, &delivery)?;
    let carried = release::find_for_delivery(tx, &carried.release)?;
    if onward.text_hash != carried.text_hash.to_string() {
        return Err(Error::Proof("this is about another text than the one that was sent".to_owned()));
    }
    for row in tx.rows(BEFORE, &[(&carried.case).into()])? {
        let entry = Entry::from_json(&row.text(0)?).map_err(Error::broken)?;
        let same = entry.value("message") == Some(onward.id.as_str());
        if same && entry.value("partner") == Some(partner) {
            return Ok(());
        }
    }
    // What it was printed with counts, not what the partner says of it.
    let tlp: Option<Tlp> = carried.tlp.parse().ok();
    let rung = Ladder::find(&onward.rung);
    let allowed = rung.zip(tlp).is_some_and(|(rung, tlp)| may_pass_on(tlp, rung));
    let answers = carried.approved_by.clone().unwrap_or_default();
    if !allowed {
        // By the rung and not in the partner's words, which may name anybody.
        let shown = rung.map_or("an unknown rung", Ladder::as_str);
        let note = format!("for {answers}: {} was shown to {shown} by {}", carried.tlp, carried.title);
        let task = tasks::New {
            kind: Task::Beyond,
            priority: Priority::Critical,
            case: Some(&carried.case),
            thing: delivery.as_str(),
            note: &note,
            label: &carried.label,
            due: ctx.now.plus(HOUR_US),
        };
        tasks::open(tx, ctx, &task)?;
    }
    let event = Event::new(Kind::ReleasePassedOn, carried.label.clone())
        .case(Some(&carried.case))
        .with("delivery", &delivery)
        .with("release", &carried.id)
        .with("partner", partner)
        .with("message", &onward.id)
        .with("audience", &onward.audience)
        .with("rung", &onward.rung)
        .with("printed", &carried.tlp)
        .with("within_label", if allowed { "yes" } else { "no" })
        .with_some("for", (!allowed).then_some(&answers))
        .with("said_at", &onward.at)
        .with("evidence", envelope);
    journal::append(tx, ctx, event).map(|_| ())
}

const AUDIENCE_MAX: usize = 200;

const BEFORE: &str = "-- desk::onward::heard before
    SELECT fields FROM entry WHERE case_id = $1 AND kind = 'release.passed_on' ORDER BY idx";
