//! Reads foreign bytes into documents and alerts, and writes what leaves the house.
//!
//! Everything here is pure: bytes in, values out. There is no file, socket,
//! clock or chance in this crate, and no reader follows a link, loads an
//! entity or runs a script. Every reader is bounded in bytes, depth, count and
//! text length by [`Limits`], and answers hostile input with an [`Error`].
//!
//! | Word | Meaning |
//! |---|---|
//! | document | one foreign text with its title, dates and author, as read; nothing in it is verified |
//! | part | an attachment of a document, by name, type and size; its bytes are not kept |
//! | date candidate | a date found in a document, with where it was found; never "the" date |
//! | alert | one CAP 1.2 message |
//! | intake | what a thing in another tool's format amounts to: one document, and what is known beside it |
//! | problem | one rule that an alert breaks, and where |
//! | message | the body that two nodes exchange inside a signed note |
//! | pattern | what to look for in observed data, in the language of STIX 2.1 section 9 |
//! | mark | how far a collection of another TAXII server was followed |
//!
//! Absent on purpose: fetching, signing, deciding whether a text may leave,
//! and any judgement about the truth of a document.
//!
//! Source: CAP 1.2 (OASIS, July 2010); RFC 4287; RFC 5322; RSS 2.0; HTML
//! Living Standard; RFC 3339; STIX 2.1; MISP core format.

pub mod article;
pub mod atom;
pub mod cap;
mod error;
pub mod exchange;
mod feed;
mod html;
pub mod intake;
mod mail;
pub mod misp;
pub mod notice;
pub mod pattern;
pub mod poll;
pub mod rss;
pub mod sms;
pub mod stix;
pub mod taxii;
mod text;
mod time;
pub mod webhook;
mod xml;

pub use article::{DateCandidate, Document, Kind, Part};
pub use error::{Error, Limits, Result};
pub use time::{utc_text, utc_us};
