//! Finds and compares names of people, groups and places in any text.
//!
//! The crate is pure: it reads no file but an index it is told to open, asks no clock and draws no random
//! number, so the same text and register always give the same answer. It
//! proposes and never decides; every finding carries its span and its reasons.
//!
//! Words used here:
//!
//! - **register**: the names the house watches, held in a [`screen::Index`];
//! - **hit**: a place in a text that may name an entry of the register;
//! - **mention**: a place in a text that names somebody or something at all;
//! - **span**: byte offsets into the text, always on character boundaries;
//! - **quoted**: the text of a span, letter by letter;
//! - **why**: the reasons of a score, to be shown to the person who decides.

pub mod align;
pub mod date;
pub mod equal;
pub mod fold;
pub mod gazetteer;
mod kind;
mod lexicon;
mod likeness;
mod listed;
pub mod mention;
pub mod name;
pub mod often;
pub mod pair;
pub mod plain;
mod score;
pub mod screen;
pub mod sound;
pub mod token;
pub mod words;

pub use kind::NameKind;
pub use mention::{Mention, MentionKind};
pub use name::Name;
pub use pair::{Comparison, MATCH_SCORE, compare};

/// Byte offsets into a text, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}
