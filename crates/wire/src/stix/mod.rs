//! STIX 2.1: objects as other people's tools write them.
//!
//! An object is kept as the text that arrived. [`Tree`] reads it once into a
//! flat tape that borrows the text, so that nothing is lost, reordered or
//! rounded, and every view works on that tape. Duplicate keys, lone
//! surrogates, numbers without a value and nesting without end are refused
//! where the text is read, with the path of the place.
//!
//! | Word | Meaning |
//! |---|---|
//! | object | one STIX object as text |
//! | tree | the tape of one object, borrowing its text |
//! | envelope | what a store needs to know of an object: id, type, version |
//!
//! Absent on purpose: fetching what a reference names, and any change to what
//! arrived.
//!
//! Source: STIX 2.1 (OASIS, June 2021); RFC 8259; RFC 7493.

mod canonical;
pub mod check;
mod collect;
mod envelope;
mod id;
mod json;
pub mod map;
pub mod marking;
mod path;
mod stream;
mod timestamp;
pub mod version;

pub use canonical::{contributing, observable_id};
pub use collect::{Collected, Collector};
pub use envelope::Envelope;
pub use id::Id;
pub use json::{Entries, Items, Kind, Limits, Memory, Tree, Value};
pub use stream::{Piece, Stream};
pub use timestamp::Timestamp;
