//! What the names of a register belong to.

/// What a name of the register belongs to; it decides how strictly it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameKind {
    /// A human being: spelling, order and missing words are forgiven.
    Person,
    /// People who share a trait or a cause.
    Group,
    /// A body with a name: all words, in order, nearly as spelled.
    Organisation,
    /// A place or a building: all words, in order, nearly as spelled.
    Place,
}
