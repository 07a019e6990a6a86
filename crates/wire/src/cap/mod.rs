//! Common Alerting Protocol 1.2: model, tolerant reader, strict writer.
//!
//! The reader accepts what the world really sends and lists what is wrong with
//! it; the writer refuses to produce anything that breaks a rule. Both use the
//! same [`Alert`].
//!
//! Absent on purpose: XML signatures (seen, never verified), national
//! profiles, and fetching of resources.
//!
//! Source: Common Alerting Protocol 1.2 (OASIS Standard, 1 July 2010).

mod check;
mod feed;
mod lineage;
mod model;
mod read;
mod time;
mod tokens;
mod write;

pub use check::Problem;
pub use feed::Feed;
pub use lineage::{Arrival, Finding, Lineage, Receipt, State};
pub use model::{
    Alert, Area, Category, Certainty, Circle, Info, MsgType, Named, Point, Reference, Resource, ResponseType,
    Scope, Severity, Status, Urgency,
};
pub use read::{Reading, Verdict, read};
pub use time::Time;
pub use write::write;

/// The namespace of CAP 1.2.
pub const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";

/// The media type of a CAP alert.
pub const MEDIA_TYPE: &str = "application/cap+xml";
