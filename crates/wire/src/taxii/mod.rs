//! TAXII 2.1: what a client's request says, and the bytes it is answered with.
//!
//! Pure, like the rest of this crate: which collection a request is about, who asks and what may be
//! shown is decided elsewhere. Objects pass through as the bytes that arrived; nothing here rewrites
//! one.
//!
//! | Word | Meaning |
//! |---|---|
//! | envelope | the body of a page and of an addition: `objects`, and on a page `more` and `next` |
//! | query | what follows the question mark: limit, cursor, filters |
//! | cursor | the opaque `next`: a place in the order and the filters of the first page |
//!
//! Source: TAXII 2.1 (OASIS, June 2021).

mod cursor;
mod envelope;
mod media;
mod object;
mod query;
mod time;
mod write;

pub use cursor::Cursor;
pub use envelope::{OBJECT_LIMITS, objects};
pub use media::{MEDIA, STIX_MEDIA, accepts, is_body};
pub use object::Object;
pub use query::{Filter, Pick, Query};
pub use time::{read_time, time_text, version_text};
pub use write::{Row, manifest, page, versions};
