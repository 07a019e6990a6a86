//! Puts what the gate passed into the parcel of a channel.
//!
//! A mail, a short message and a webhook say that something waits and where; the text waits behind the
//! link. Only a partner's node, a printed notice, and a webhook of which the operator says so carry it.

use super::notice::notice;
use super::{Parcel, Rehearsal};
use crate::desk::deliver::Attempt;
use crate::desk::{letter, partners};
use crate::error::{Error, Result};
use crate::node::Node;
use aldis_model::time::MINUTE_US;
use aldis_model::{Digest, Released, Time};
use aldis_wire::exchange::{self as wire, Message};
use serde_json::json;

/// What goes behind the link of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// The recipient's secret.
    Real,
    /// As many letters that open nothing: whoever looks at the bytes here is not the recipient.
    Shown,
}

/// Packs an attempt for the channel of its recipient.
///
/// # Errors
///
/// [`Error::Remote`] if the partner has no node; [`Error::Refused`] if the text cannot travel, or a person
/// or a public page carries it.
pub fn pack(node: &Node, attempt: &Attempt, token: Token, now: Time) -> Result<Parcel> {
    let secret = match token {
        Token::Real => node.sealer.link_token(&attempt.delivery),
        Token::Shown => "x".repeat(node.sealer.link_token(&attempt.delivery).len()),
    };
    let link = format!("{}/a/{secret}", node.config.public_url);
    let recipient = &attempt.recipient;
    match recipient.channel.as_str() {
        "node" => envelope(node, attempt, now),
        "mail" => {
            let words = crate::web::recipient::mail_words(&recipient.language);
            Ok(Parcel::Mail {
                id: id_of(node, attempt),
                to: recipient.address.clone(),
                at: attempt.release.get().sent_at.unwrap_or(now),
                subject: Released::constant(words.subject).map(str::to_owned),
                body: attempt
                    .release
                    .clone()
                    .map(|_| format!("{}\n\n{link}\n\n{}\n", words.message, words.answer)),
            })
        }
        "webhook" => Ok(webhook(node, attempt, &link, now)),
        "text" => Ok(Parcel::Text {
            id: id_of(node, attempt),
            to: recipient.address.clone(),
            at: now,
            words: Released::constant(waiting(&recipient.language)).map(str::to_owned),
            link: attempt.release.clone().map(|_| link),
        }),
        other => Err(Error::Refused(format!("no machine carries by {other}"))),
    }
}

/// Shows what an attempt would send, with a link that opens nothing; for an officer at the door, the notice.
///
/// # Errors
///
/// [`Error::Refused`] if the channel is not configured or nothing is sent by it; else as [`pack`].
pub fn rehearse(node: &Node, attempt: &Attempt) -> Result<Released<Rehearsal>> {
    match attempt.recipient.channel.as_str() {
        "hand" => return notice(attempt, node.config.exercise),
        "cap" => return Err(Error::refused("nothing is sent by CAP: the alert is published and fetched")),
        _ => {}
    }
    let parcel = pack(node, attempt, Token::Shown, node.world.clock.now())?;
    match node.world.channels.rehearse(&parcel) {
        Ok(seen) => Ok(attempt.release.clone().map(|_| seen)),
        Err(missed) if missed.again => Err(Error::Remote(missed.says)),
        Err(missed) => Err(Error::Refused(missed.says)),
    }
}

/// An id for all attempts of one delivery, from which nobody can tell which delivery it is.
fn id_of(node: &Node, attempt: &Attempt) -> String {
    let secret = format!("parcel\0{}", node.sealer.link_token(&attempt.delivery));
    let digest = Digest::of(secret.as_bytes()).to_string();
    format!("msg_{}", digest.get(..24).unwrap_or(&digest))
}

fn webhook(node: &Node, attempt: &Attempt, link: &str, now: Time) -> Parcel {
    let sent_at = attempt.release.get().sent_at.unwrap_or(now);
    let thin = json!({ "type": "message.waiting", "timestamp": sent_at, "data": { "link": link } });
    Parcel::Webhook {
        id: id_of(node, attempt),
        url: attempt.recipient.address.clone(),
        at: now,
        thin: attempt.release.clone().map(|_| thin.to_string()),
        full: attempt.release.clone().map(|release| {
            let data = json!({
                "link": link,
                "kind": release.kind,
                "subject": release.subject,
                "text": release.body,
                "label": release.tlp,
                "code_words": release.code_words,
                "answer_by": attempt.answer_by,
            });
            json!({ "type": "message.text", "timestamp": sent_at, "data": data }).to_string()
        }),
    }
}

fn envelope(node: &Node, attempt: &Attempt, now: Time) -> Result<Parcel> {
    let partner = node.db.read(|tx| partners::by_name(tx, &attempt.recipient.address))?;
    let url = partner.url.clone().ok_or_else(|| Error::Remote("the partner has no node".to_owned()))?;
    // Every attempt carries the same bytes, so that a repetition is recognised if a reply was lost.
    let sent_at = attempt.release.get().sent_at.unwrap_or(now);
    let body = attempt.release.clone().map(|release| {
        Message::Warning(wire::Warning {
            id: attempt.message.clone().unwrap_or_default(),
            from: node.config.org.clone(),
            to: partner.name.clone(),
            release: release.id.to_string(),
            subject: release.subject,
            text: release.body,
            label: release.tlp,
            not_before: None,
            expires: release.ends_at.unwrap_or_else(|| sent_at.plus(DEFAULT_LIFE_US)).to_string(),
            sent_at: sent_at.to_string(),
            kind: match release.kind.as_str() {
                "update" => wire::WarningKind::Update,
                "cancel" => wire::WarningKind::Cancel,
                _ => wire::WarningKind::Alert,
            },
            replaces: attempt.replaces.clone(),
            answer_by: Some(attempt.answer_by.to_string()),
        })
    });
    let envelope = letter::sign(body.get().clone(), node.signer())?;
    Ok(Parcel::Envelope { url, body: body.map(|_| envelope) })
}

/// "A message waits", before a link or a number.
fn waiting(language: &str) -> &'static str {
    match language.split(['-', '_']).next().unwrap_or_default() {
        "ru" => "Вам сообщение:",
        "uk" => "Вам повідомлення:",
        "ar" => "لديك رسالة:",
        "fa" => "پیامی برای شما:",
        _ => "Message waiting:",
    }
}

const DEFAULT_LIFE_US: i64 = 30 * 24 * 60 * MINUTE_US;
