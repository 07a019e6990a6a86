//! What we say to a partner's node besides a warning: signed in the transaction that says it, kept in the
//! entry that tells of it, and carried by the outbox until the partner's receipt.
//!
//! Not a verb: [`super::inbound`], [`super::onward`] and [`super::consent`] call this inside theirs.
//!
//! Source: `docs/reference/exchange.md`.

use super::{partners, ways};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{journal, outbox};
use aldis_ledger::{Entry, Signer, note};
use aldis_model::event::Event;
use aldis_model::time::HOUR_US;
use aldis_model::{Digest, Label, Time, Tlp};
use aldis_wire::exchange::{self, Message};

/// Signs a message.
///
/// # Errors
///
/// [`Error::Refused`] if it holds what no message may; [`Error::Broken`] if it cannot be signed.
pub(crate) fn sign(message: Message, signer: &Signer) -> Result<String> {
    let line = message.checked().map_err(Error::refused)?.to_line();
    note::sign(&line, &[signer]).map_err(Error::broken)
}

/// Signs the receipt for an envelope that a partner sent: a machine's word that it is here.
///
/// # Errors
///
/// As [`sign`].
pub(crate) fn receipt(
    ctx: &Ctx,
    signer: &Signer,
    partner: &partners::Partner,
    message: &str,
    envelope: &str,
) -> Result<String> {
    let receipt = exchange::Receipt {
        id: ctx.id("RC").to_string(),
        from: ctx.org.clone(),
        to: partner.name.clone(),
        message: message.to_owned(),
        hash: Digest::of(envelope.as_bytes()).to_string(),
        received_at: ctx.now.to_string(),
    };
    sign(Message::Receipt(receipt), signer)
}

/// Appends the event that names a `partner` and holds what is `signed` for it, and sends that on its way.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub(super) fn post(tx: &mut Tx<'_>, ctx: &Ctx, event: Event) -> Result<()> {
    let partner = event.fields.iter().find(|(name, _)| *name == "partner");
    let lane = ways::lane("node", partner.map_or("", |(_, partner)| partner));
    let index = journal::append(tx, ctx, event)?;
    outbox::put_in(tx, ctx, &lane, outbox::Work::Answer, &index.to_string(), ctx.now)
}

/// Reads what was signed in ledger entry `index`, and the partner it goes to.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such entry.
pub(crate) fn read(tx: &mut Tx<'_>, index: &str) -> Result<(partners::Partner, String)> {
    let index: i64 = index.parse().map_err(Error::broken)?;
    let fields = tx.row(ENTRY, &[index.into()])?.text(0)?;
    let entry = Entry::from_json(&fields).map_err(Error::broken)?;
    let (Some(partner), Some(signed)) = (entry.value("partner"), entry.value("signed")) else {
        return Err(Error::NotFound);
    };
    Ok((partners::by_name(tx, partner)?, signed.to_owned()))
}

/// Reads the label of a partner's message.
///
/// Between nodes a label is a plain TLP label: a compartment nobody here holds would hide the message from
/// everybody, and the sender would believe that it was read.
///
/// # Errors
///
/// [`Error::Refused`] if it is anything else.
pub(super) fn label(text: &str) -> Result<Label> {
    let wrong = |_| Error::refused("the label must be a plain TLP label, such as TLP:AMBER+STRICT");
    text.parse::<Tlp>().map(Label::plain).map_err(wrong)
}

/// Says by when a person here is to answer: a partner may hurry us, not let us wait longer than an hour.
pub(super) fn due(ctx: &Ctx, asked: Option<Time>) -> Time {
    let latest = ctx.now.plus(HOUR_US);
    asked.unwrap_or(latest).clamp(ctx.now, latest)
}

const ENTRY: &str = "-- desk::letter::read
    SELECT fields FROM entry
     WHERE idx = $1 AND kind IN ('inbound.answered', 'inbound.passed_on', 'consent.requested', 'consent.said')";
