//! What passes between this node and others: envelopes out, envelopes in.
//!
//! An envelope is a signed note around one JSON line. Nothing in it is believed before its signature
//! has been checked against the key that a person entered for the partner it names.
//!
//! Source: C2SP signed-note; `docs/reference/exchange.md`.

pub mod channel;
pub mod elsewhere;
pub mod feeds;
pub mod guard;
pub mod import;
pub mod marking;
pub mod notice;
pub mod pack;
pub mod worker;

pub use channel::{Carried, Channels, Live, Missed, Parcel, Refusing, Rehearsal, Rehearsing};

use crate::desk::acknowledge::{self, Said};
use crate::desk::{consent, inbound, letter, onward, partners};
use crate::error::{Error, Result};
use crate::node::Node;
use aldis_ledger::{Verifier, note};
use aldis_model::answer::Answer;
use aldis_model::{Digest, Time};
use aldis_wire::exchange::{self as wire, Message};

/// Takes an envelope from the network and returns the signed receipt to send back.
///
/// # Errors
///
/// [`Error::Proof`] if it is not from a partner whose key we hold, not for us, or does not verify:
/// in the same words for each, so that nobody learns whom we know; [`Error::Conflict`] if it
/// contradicts what came before.
pub fn receive(node: &Node, bytes: &[u8]) -> Result<String> {
    if bytes.len() > ENVELOPE_MAX {
        return Err(Error::refused("an envelope has at most 256 KiB"));
    }
    let stranger = || Error::Proof("this envelope is not from a partner of this node".to_owned());
    let envelope = std::str::from_utf8(bytes).map_err(|_| stranger())?;
    let claimed = claimed_sender(envelope).ok_or_else(stranger)?;
    let partner = node.db.read(|tx| partners::by_name(tx, &claimed)).map_err(|error| match error {
        Error::NotFound => stranger(),
        other => other,
    })?;
    let verifier =
        partner.verifier.as_deref().and_then(|key| Verifier::parse(key).ok()).ok_or_else(stranger)?;
    let opened = note::open(bytes, &[&verifier]).map_err(|_| stranger())?;
    let message = Message::parse(opened.text()).map_err(|_| stranger())?;
    if message.to() != node.config.org || message.from() != partner.name {
        return Err(stranger());
    }
    let ctx = node.system();
    match message {
        Message::Warning(warning) => {
            node.db.write(|tx| inbound::receive(tx, &ctx, node.signer(), &partner, &warning, envelope))
        }
        Message::Answer(answer) => {
            take_answer(node, &partner, &verifier, &answer, envelope)?;
            receipt_for(node, &partner, &answer.id, envelope)
        }
        Message::Onward(onward) => {
            node.db.write(|tx| onward::heard(tx, &ctx, &partner.name, &onward, envelope))?;
            receipt_for(node, &partner, &onward.id, envelope)
        }
        Message::ConsentRequest(request) => {
            node.db.write(|tx| consent::receive(tx, &ctx, &partner, &request, envelope))?;
            receipt_for(node, &partner, &request.id, envelope)
        }
        Message::ConsentAnswer(said) => {
            node.db.write(|tx| consent::heard(tx, &ctx, &partner, &said, envelope))?;
            receipt_for(node, &partner, &said.id, envelope)
        }
        Message::Receipt(_) => {
            Err(Error::refused("a receipt comes as the reply to an envelope, not by itself"))
        }
    }
}

/// Reads who an envelope says it is from, to know which key to check it with.
fn claimed_sender(envelope: &str) -> Option<String> {
    let line = envelope.lines().next()?;
    Message::parse(&format!("{line}\n")).ok().map(|message| message.from().to_owned())
}

fn take_answer(
    node: &Node,
    partner: &partners::Partner,
    verifier: &Verifier,
    answer: &wire::Answer,
    envelope: &str,
) -> Result<()> {
    let at: Time = answer.at.parse()?;
    let text_hash: Digest =
        answer.text_hash.parse().map_err(|_| Error::refused("text_hash is not a hash"))?;
    let ctx = node.system();
    let Some(kind) = answer_of(answer.answer) else {
        return node
            .db
            .write(|tx| acknowledge::opened_at_partner(tx, &ctx, &partner.name, &answer.message, envelope));
    };
    let key_id = verifier.to_string();
    let by = format!("{} of {}", answer.by, partner.title);
    let said = Said {
        answer: kind,
        note: answer.note.as_deref().unwrap_or_default(),
        by: &by,
        at,
        key_id: Some(&key_id),
        text_hash: Some(text_hash),
        evidence: Some(envelope),
    };
    let label = answer.label.as_deref();
    node.db.write(|tx| acknowledge::from_partner(tx, &ctx, &partner.name, &answer.message, &said, label))
}

/// Translates what a partner says; having opened a warning is no answer to it.
const fn answer_of(kind: wire::AnswerKind) -> Option<Answer> {
    Some(match kind {
        wire::AnswerKind::Opened => return None,
        wire::AnswerKind::Read => Answer::Read,
        wire::AnswerKind::CallMe => Answer::CallMe,
        wire::AnswerKind::DoNotAccept => Answer::DoNotAccept,
        wire::AnswerKind::NotMe => Answer::NotMe,
        wire::AnswerKind::Acted => Answer::Acted,
    })
}

fn receipt_for(node: &Node, partner: &partners::Partner, message: &str, envelope: &str) -> Result<String> {
    letter::receipt(&node.system(), node.signer(), partner, message, envelope)
}

/// Checks the receipt a partner sent back for our envelope.
///
/// # Errors
///
/// [`Error::Proof`] if it is not the partner's, not for us, or about other bytes.
pub fn check_receipt(own: &str, partner: &partners::Partner, envelope: &str, reply: &[u8]) -> Result<()> {
    let wrong = |why: &str| Error::Proof(format!("the partner's receipt {why}"));
    let verifier = partner.verifier.as_deref().and_then(|key| Verifier::parse(key).ok());
    let verifier = verifier.ok_or_else(|| wrong("cannot be checked: we hold no key"))?;
    let opened =
        note::open(reply, &[&verifier]).map_err(|error| wrong(&format!("does not verify: {error}")))?;
    match Message::parse(opened.text()) {
        Ok(Message::Receipt(receipt)) => {
            let ours = receipt.hash == Digest::of(envelope.as_bytes()).to_string();
            let between_us = receipt.from == partner.name && receipt.to == own;
            if ours && between_us { Ok(()) } else { Err(wrong("is about something else")) }
        }
        _ => Err(wrong("is not a receipt")),
    }
}

const ENVELOPE_MAX: usize = 256 << 10;
