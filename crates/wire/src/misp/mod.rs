//! MISP events: what other people's sharing platforms write and read.
//!
//! An event is read once into plain values; numbers and truth values may be written as texts, as MISP
//! does. A marking is anything that says who may see a part: `tlp:` tags, distribution levels, sharing
//! groups. All of them count, wherever in the event they stand, and what is not understood is RED.
//! Writing takes what the gate let through, with the ids of one audience, as for STIX.
//!
//! | Word | Meaning |
//! |---|---|
//! | event | one MISP event: a title, attributes, objects, reports |
//! | part | one attribute, object or event report of an event |
//!
//! Deliberately absent: proposals and correlations, which are no statements; attachments and malware
//! samples, of which the name is shown and nothing is opened; deleted parts.
//!
//! Source: MISP core format (draft-dulaunoy-misp-core-format), MISP 2.5; the taxonomy `tlp`;
//! `docs/reference/misp.md`.

mod event;
mod marks;
mod read;
mod take;
mod write;

pub use event::{Attribute, Event, EventReport, Object, Sightings};
pub use read::{Events, LIMITS, read};
pub use take::take;
pub use write::{SharingGroup, event};

#[cfg(test)]
mod tests;
