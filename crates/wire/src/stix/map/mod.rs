//! Writes our own things as STIX 2.1 objects, for one audience.
//!
//! A [`Thing`] is what the gate let through, in plain words; whoever calls this holds it as released.
//! There is a form for each of the things below and for nothing else: no person at risk, no source,
//! no register entry has one, because no variant can hold it. Ids are made with a key of the audience,
//! so that the same thing has the same id for one audience each time, and nothing links the copies of
//! two audiences.
//!
//! Likelihood travels as its word. Credibility becomes the STIX confidence where a number exists, and
//! is written beside it as it was given; a number that comes in never becomes a credibility.
//!
//! Deliberately absent: deciding who may read a thing, and references to things that are not written.
//!
//! Source: STIX 2.1 sections 4, 5 and 7.3; TLP 2.0; `docs/reference/stix-mapping.md`.

mod extension;
mod key;
mod thing;
mod write;

pub use extension::{EXTENSION, PROJECT, SCHEMA, definition, project};
pub use key::Key;
pub use thing::{Grade, Group, Link, Thing, View};
pub use write::{Sheet, bundle, marking, object, ourselves};

#[cfg(test)]
mod tests;
