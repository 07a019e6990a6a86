//! Asking an originator for consent, and what it answers.

use super::{LONGEST_FIELD, LONGEST_TEXT, body, hash, line, names, time};
use crate::Result;
use serde::{Deserialize, Serialize};

/// Asks the originator of a text whether it may go to one audience.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    /// Id of this message.
    pub id: String,
    /// Node that asks.
    pub from: String,
    /// Node that it is for: the originator.
    pub to: String,
    /// The exact text that would be sent, at most 64 KiB.
    pub text: String,
    /// Who would read it, in words.
    pub audience: String,
    /// How far from the sender they stand: officers, partner, clients, community, person, public.
    pub rung: String,
    /// Handling label of the text towards the originator, as in `TLP:AMBER`.
    pub label: String,
    /// When an answer is asked for.
    pub answer_by: String,
    /// Role that asks, never a name.
    pub by: String,
    /// When it was asked.
    pub at: String,
}

/// What the originator answers; it holds for these words and this audience only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentAnswer {
    /// Id of this message.
    pub id: String,
    /// Node that answers.
    pub from: String,
    /// Node that had asked.
    pub to: String,
    /// Id of the request.
    pub message: String,
    /// SHA-256 of the text that was asked about, in lower-case hexadecimal.
    pub text_hash: String,
    /// Whether it may go.
    pub consents: bool,
    /// Why, or under which condition; at most 1 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Role that answers, never a name.
    pub by: String,
    /// When it was answered.
    pub at: String,
}

impl ConsentRequest {
    pub(super) fn check(&self) -> Result<()> {
        names(&[("id", &self.id), ("from", &self.from), ("to", &self.to), ("rung", &self.rung)])?;
        body("text", &self.text, LONGEST_TEXT)?;
        line("audience", &self.audience)?;
        line("label", &self.label)?;
        line("by", &self.by)?;
        time("answer_by", &self.answer_by)?;
        time("at", &self.at).map(drop)
    }
}

impl ConsentAnswer {
    pub(super) fn check(&self) -> Result<()> {
        names(&[("id", &self.id), ("from", &self.from), ("to", &self.to), ("message", &self.message)])?;
        hash("text_hash", &self.text_hash)?;
        line("by", &self.by)?;
        if let Some(note) = &self.note {
            body("note", note, LONGEST_FIELD)?;
        }
        time("at", &self.at).map(drop)
    }
}
