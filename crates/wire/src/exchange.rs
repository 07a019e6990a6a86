//! The bodies that two nodes exchange inside a signed note.
//!
//! A body is one line of JSON with a `type` that carries its version. Unknown
//! fields are refused: a field that one side cannot show is a field that its
//! people would never see. A [`Message`] that exists was checked; it can only
//! be made by [`Message::parse`] or [`Message::checked`].
//!
//! Absent on purpose: signatures and transport, and whether the two nodes know
//! each other.
//!
//! Source: RFC 8259; RFC 3339 (UTC only).

mod consent;

pub use consent::{ConsentAnswer, ConsentRequest};

use crate::time::utc_us;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// A warning that one node sends to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warning {
    /// Id of this message.
    pub id: String,
    /// Node that sends it.
    pub from: String,
    /// Node that it is for.
    pub to: String,
    /// Id of the release that it carries.
    pub release: String,
    /// One line that says what it is about.
    pub subject: String,
    /// The released text, at most 64 KiB.
    pub text: String,
    /// Handling label, as in `TLP:AMBER`.
    pub label: String,
    /// Beginning of the time warned of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// End of the time warned of.
    pub expires: String,
    /// When it was sent.
    pub sent_at: String,
    /// What it does.
    pub kind: WarningKind,
    /// The message that an update or a cancellation replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// When an answer is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<String>,
}

/// What a warning does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// Warns for the first time.
    Alert,
    /// Replaces an earlier warning.
    Update,
    /// Withdraws an earlier warning.
    Cancel,
}

/// Says that a machine holds a message; nobody has read it yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// Id of this message.
    pub id: String,
    /// Node that received.
    pub from: String,
    /// Node that had sent.
    pub to: String,
    /// Id of the message received.
    pub message: String,
    /// SHA-256 of the exact bytes of its envelope, in lower-case hexadecimal.
    pub hash: String,
    /// When it was received.
    pub received_at: String,
}

/// What a person at the other node says to a warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Id of this message.
    pub id: String,
    /// Node that answers.
    pub from: String,
    /// Node that had warned.
    pub to: String,
    /// Id of the warning.
    pub message: String,
    /// Id of the release that was read.
    pub release: String,
    /// SHA-256 of the text that was read, in lower-case hexadecimal.
    pub text_hash: String,
    /// The answer.
    pub answer: AnswerKind,
    /// The label under which it was read, which the reader accepts; absent from nodes that do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Why, or what was done; needed for [`AnswerKind::DoNotAccept`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Role or name that the other node gives for the person.
    pub by: String,
    /// When it was answered.
    pub at: String,
}

/// Says that somebody was shown a warning further on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Onward {
    /// Id of this message.
    pub id: String,
    /// Node that passed it on.
    pub from: String,
    /// Node that had warned.
    pub to: String,
    /// Id of the warning.
    pub message: String,
    /// SHA-256 of the text that was passed on, in lower-case hexadecimal.
    pub text_hash: String,
    /// Who was shown it.
    pub audience: String,
    /// How far from the sender they stand: own, partner, clients, community, person, public.
    pub rung: String,
    /// The label under which it was passed on.
    pub label: String,
    /// Role that the other node gives for the person.
    pub by: String,
    /// When it was passed on.
    pub at: String,
}

/// The answers that the exchange knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// A person has opened it and not answered yet.
    Opened,
    /// A person has read it.
    Read,
    /// Wants to talk before acting.
    CallMe,
    /// Does not accept the warning, and says why.
    DoNotAccept,
    /// The wrong recipient.
    NotMe,
    /// Has acted on it.
    Acted,
}

/// Any body of the exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Message {
    /// A warning.
    #[serde(rename = "aldis.warning/1")]
    Warning(Warning),
    /// A receipt of a machine.
    #[serde(rename = "aldis.receipt/1")]
    Receipt(Receipt),
    /// An answer of a person.
    #[serde(rename = "aldis.answer/1")]
    Answer(Answer),
    /// Word that a warning was passed on.
    #[serde(rename = "aldis.onward/1")]
    Onward(Onward),
    /// A question to an originator.
    #[serde(rename = "aldis.consent-request/1")]
    ConsentRequest(ConsentRequest),
    /// What the originator answers.
    #[serde(rename = "aldis.consent-answer/1")]
    ConsentAnswer(ConsentAnswer),
}

impl Message {
    /// Reads one body; white space around it is allowed.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for the whole or one field; [`Error::Unsupported`]
    /// for a `type` or version not known here; [`Error::Malformed`] for wrong
    /// JSON, an unknown or missing field, and every rule of
    /// [`Message::checked`].
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() > LONGEST_LINE {
            return Err(Error::TooLarge { limit: LONGEST_LINE });
        }
        let message: Self = match serde_json::from_str(text) {
            Ok(message) => message,
            Err(error) => return Err(explain(text, &error)),
        };
        message.checked()
    }

    /// Checks a message that was made here.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for a field beyond its length; [`Error::Malformed`]
    /// for an empty id, a control character, a time that is not RFC 3339 in
    /// UTC, a hash that is not SHA-256, a time window that ends before it
    /// begins, an update without what it replaces, or a refusal without a note.
    pub fn checked(self) -> Result<Self> {
        match &self {
            Self::Warning(warning) => warning.check()?,
            Self::Receipt(receipt) => receipt.check()?,
            Self::Answer(answer) => answer.check()?,
            Self::Onward(onward) => onward.check()?,
            Self::ConsentRequest(request) => request.check()?,
            Self::ConsentAnswer(answer) => answer.check()?,
        }
        Ok(self)
    }

    /// Writes the body as one line of JSON that ends in a line feed.
    ///
    /// The same message always gives the same bytes.
    pub fn to_line(&self) -> String {
        // Serializing strings, enums and options into memory cannot fail.
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.push('\n');
        line
    }

    /// Id of the message.
    pub fn id(&self) -> &str {
        match self {
            Self::Warning(warning) => &warning.id,
            Self::Receipt(receipt) => &receipt.id,
            Self::Answer(answer) => &answer.id,
            Self::Onward(onward) => &onward.id,
            Self::ConsentRequest(request) => &request.id,
            Self::ConsentAnswer(answer) => &answer.id,
        }
    }

    /// Node that sends it.
    pub fn from(&self) -> &str {
        match self {
            Self::Warning(warning) => &warning.from,
            Self::Receipt(receipt) => &receipt.from,
            Self::Answer(answer) => &answer.from,
            Self::Onward(onward) => &onward.from,
            Self::ConsentRequest(request) => &request.from,
            Self::ConsentAnswer(answer) => &answer.from,
        }
    }

    /// Node that it is for.
    pub fn to(&self) -> &str {
        match self {
            Self::Warning(warning) => &warning.to,
            Self::Receipt(receipt) => &receipt.to,
            Self::Answer(answer) => &answer.to,
            Self::Onward(onward) => &onward.to,
            Self::ConsentRequest(request) => &request.to,
            Self::ConsentAnswer(answer) => &answer.to,
        }
    }
}

impl Warning {
    fn check(&self) -> Result<()> {
        names(&[("id", &self.id), ("from", &self.from), ("to", &self.to), ("release", &self.release)])?;
        line("subject", &self.subject)?;
        line("label", &self.label)?;
        body("text", &self.text, LONGEST_TEXT)?;
        let begins = self.not_before.as_ref().map(|at| time("not_before", at)).transpose()?;
        let expires = time("expires", &self.expires)?;
        let sent = time("sent_at", &self.sent_at)?;
        if let Some(at) = &self.answer_by {
            time("answer_by", at)?;
        }
        if begins.is_some_and(|begins| begins >= expires)
            || (self.kind != WarningKind::Cancel && sent >= expires)
        {
            return Err(wrong("expires", "is not later than the beginning"));
        }
        match (self.kind, &self.replaces) {
            (WarningKind::Alert, Some(_)) => Err(wrong("replaces", "belongs to an update or a cancellation")),
            (WarningKind::Update | WarningKind::Cancel, None) => Err(wrong("replaces", "is missing")),
            (_, Some(replaces)) if *replaces == self.id => Err(wrong("replaces", "names the message itself")),
            (_, Some(replaces)) => names(&[("replaces", replaces)]),
            (WarningKind::Alert, None) => Ok(()),
        }
    }
}

impl Receipt {
    fn check(&self) -> Result<()> {
        names(&[("id", &self.id), ("from", &self.from), ("to", &self.to), ("message", &self.message)])?;
        hash("hash", &self.hash)?;
        time("received_at", &self.received_at).map(drop)
    }
}

impl Answer {
    fn check(&self) -> Result<()> {
        names(&[("id", &self.id), ("from", &self.from), ("to", &self.to), ("message", &self.message)])?;
        names(&[("release", &self.release)])?;
        hash("text_hash", &self.text_hash)?;
        line("by", &self.by)?;
        time("at", &self.at)?;
        if let Some(label) = &self.label {
            line("label", label)?;
        }
        match &self.note {
            Some(note) => body("note", note, LONGEST_FIELD),
            None if self.answer == AnswerKind::DoNotAccept => {
                Err(wrong("note", "is needed to refuse a warning"))
            }
            None => Ok(()),
        }
    }
}

impl Onward {
    fn check(&self) -> Result<()> {
        names(&[("id", &self.id), ("from", &self.from), ("to", &self.to), ("message", &self.message)])?;
        names(&[("rung", &self.rung)])?;
        hash("text_hash", &self.text_hash)?;
        line("audience", &self.audience)?;
        line("label", &self.label)?;
        line("by", &self.by)?;
        time("at", &self.at).map(drop)
    }
}

/// Tells an unknown version from a mistake: the first asks for an upgrade.
fn explain(text: &str, error: &serde_json::Error) -> Error {
    #[derive(Deserialize)]
    struct Tag<'a> {
        #[serde(rename = "type", borrow)]
        name: std::borrow::Cow<'a, str>,
    }
    let known = [
        "aldis.warning/1",
        "aldis.receipt/1",
        "aldis.answer/1",
        "aldis.onward/1",
        "aldis.consent-request/1",
        "aldis.consent-answer/1",
    ];
    match serde_json::from_str::<Tag<'_>>(text) {
        Ok(tag) if !known.contains(&tag.name.as_ref()) => Error::unsupported("a message type not known here"),
        // The text of the error may quote the message, so only its place is told.
        _ => Error::malformed("not the JSON of this message type", error.column().saturating_sub(1)),
    }
}

fn names(fields: &[(&str, &String)]) -> Result<()> {
    for (field, value) in fields {
        line(field, value)?;
        if value.contains(char::is_whitespace) {
            return Err(wrong(field, "holds a space"));
        }
    }
    Ok(())
}

fn line(field: &str, value: &str) -> Result<()> {
    body(field, value, LONGEST_FIELD)?;
    if value.contains(['\n', '\t']) {
        return Err(wrong(field, "is more than one line"));
    }
    Ok(())
}

/// Text for people: line feeds and tabs may stand in it, no other control
/// character, and nothing that turns the direction of writing around.
fn body(field: &str, value: &str, limit: usize) -> Result<()> {
    if value.len() > limit {
        return Err(Error::TooLarge { limit });
    }
    if value.trim().is_empty() {
        return Err(wrong(field, "is empty"));
    }
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if value.contains(hidden) {
        return Err(wrong(field, "holds a control character"));
    }
    Ok(())
}

fn time(field: &str, value: &str) -> Result<i64> {
    utc_us(value).ok_or_else(|| wrong(field, "is no RFC 3339 time in UTC"))
}

fn hash(field: &str, value: &str) -> Result<()> {
    let hex = value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if value.len() != 64 || !hex {
        Err(wrong(field, "is no SHA-256 in lower-case hexadecimal"))
    } else {
        Ok(())
    }
}

fn wrong(field: &str, rule: &str) -> Error {
    Error::malformed(format!("{field} {rule}"), 0)
}

/// Longest released text, in bytes.
const LONGEST_TEXT: usize = 64 * 1024;

/// Longest other field, in bytes.
const LONGEST_FIELD: usize = 1024;

/// Longest body: every byte of the longest text may be escaped as `\u0000`.
const LONGEST_LINE: usize = 6 * (LONGEST_TEXT + 16 * LONGEST_FIELD);
