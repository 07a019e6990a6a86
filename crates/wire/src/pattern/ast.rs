//! The parts of a pattern, as the grammar names them.
//!
//! Chains of one operator are flat lists, so that no walk over a pattern goes deeper than its
//! brackets do.

use super::literal::{Span, Time};

/// What has to be observed.
#[derive(Debug, Clone, PartialEq)]
pub enum Observe {
    /// `[…]`: one observation.
    One(Compare),
    /// `… AND …`: every part, each with observations of its own.
    And(Vec<Observe>),
    /// `… OR …`: at least one part.
    Or(Vec<Observe>),
    /// `… FOLLOWEDBY …`: every part, no later than the one after it.
    Then(Vec<Observe>),
    /// A part and what qualifies it, the innermost qualifier first.
    Qualified(Box<Observe>, Vec<Qualifier>),
}

/// What an observation expression is qualified by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qualifier {
    /// `WITHIN … SECONDS`.
    Within(Span),
    /// `START … STOP …`; the stop is not part of it.
    During {
        /// The first moment.
        start: Time,
        /// The moment after the last.
        stop: Time,
    },
    /// `REPEATS … TIMES`.
    Repeats(u64),
}

/// What one object of an observation has to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Compare {
    /// One comparison.
    Test(Test),
    /// Every part, about the same object.
    And(Vec<Compare>),
    /// At least one part.
    Or(Vec<Compare>),
}

/// One comparison of a property with constants.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The property.
    pub path: Path,
    /// Whether `NOT` turns the answer around.
    pub negated: bool,
    /// The comparison.
    pub how: How,
}

/// A comparison operator with its constants.
#[derive(Debug, Clone, PartialEq)]
pub enum How {
    /// `EXISTS`.
    Exists,
    /// `=`.
    Equal(Literal),
    /// `!=`.
    Unequal(Literal),
    /// `<`.
    Less(Literal),
    /// `<=`.
    LessEqual(Literal),
    /// `>`.
    Greater(Literal),
    /// `>=`.
    GreaterEqual(Literal),
    /// `IN (…)`.
    In(Vec<Literal>),
    /// `LIKE`: `%` is any text, `_` any one character.
    Like(String),
    /// `MATCHES`: a regular expression that matches somewhere.
    Matches(String),
    /// `ISSUBSET`: the property lies in this network.
    Subset(String),
    /// `ISSUPERSET`: the property contains this address or network.
    Superset(String),
}

/// A type of object and the way to one of its properties.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    /// The type of the object, such as `ipv4-addr`.
    pub kind: String,
    /// The steps, at least one, the first a key.
    pub steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// A property by name; one that ends in `_ref` or `_refs` goes on to what it names.
    Key(String),
    /// An element of a list, from 0; a negative one is never there.
    Index(i64),
    /// `[*]`: any element of a list.
    Any,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A whole number.
    Int(i64),
    /// A number with a point.
    Float(f64),
    /// A text, without its quotes and escapes.
    Text(String),
    /// Bytes, from `h'…'` or `b'…'`.
    Bytes(Vec<u8>),
    /// `true` or `false`.
    Bool(bool),
    /// `t'…'`.
    Time(Time),
}

impl Literal {
    /// Names the kind of constant; both kinds of number are one.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Int(_) | Self::Float(_) => "number",
            Self::Text(_) => "string",
            Self::Bytes(_) => "binary",
            Self::Bool(_) => "boolean",
            Self::Time(_) => "timestamp",
        }
    }
}
