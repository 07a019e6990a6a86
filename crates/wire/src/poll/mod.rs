//! TAXII 2.1 from the client's side: what to ask next, and what the answer means.
//!
//! Pure: whoever calls this carries the requests, keeps the state and waits. Servers differ from the
//! standard in ways that lose objects or never end; what is done about each is said where it is done
//! and listed in `docs/how-to/poll-another-server.md`.
//!
//! | Word | Meaning |
//! |---|---|
//! | root | one API root of a server, as an absolute URL with a slash at its end |
//! | mark | how far a collection was followed: the date after which objects are new |
//! | overlap | how far before the mark a poll begins, for servers that stamp a date before they commit |
//!
//! Source: TAXII 2.1 (OASIS, June 2021), sections 3 to 5.

mod follow;
mod push;
mod read;
mod retry;

pub use follow::{Follow, Mark, Step};
pub use push::{Status, status};
pub use read::{
    Collection, Discovery, Page, Root, collections, discovery, key, kind_is_readable, page, resolve, root,
    says,
};
pub use retry::{Retry, retry};

#[cfg(test)]
mod tests;
