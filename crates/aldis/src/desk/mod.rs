//! The desk: one file a verb.
//!
//! # The walkthrough
//!
//! ```text
//! gather → screen → grade → determine → compose → release → deliver → acknowledge → review
//! ```
//!
//! A report is taken in by [`gather`], which keeps the bytes and proposes names. The outbox runs
//! [`screen`], which asks the sealer who of the register may be meant. A person reads the report,
//! decides the hits and gives it a [`grade`]. Somebody opens a [`case`]; [`determine`] moves the
//! duty to warn through its states. The warning is written portion by portion in [`compose`], cut
//! and approved by a second person in [`release`], carried by [`deliver`] and answered in
//! [`acknowledge`]. [`escalate`] does what time alone demands, and [`chain`] calls our own people;
//! [`shifts`] and [`shelves`] are about who is on duty and what can wait, [`clock`] about the time itself.
//! [`inbound`] is the other side, a warning somebody else sent us, [`onward`] what is passed on, and
//! [`consent`] what an originator agrees to; [`letter`] signs what we say to partners about them. [`share`]
//! is what partners' own tools read and bring; [`opinions`] answer what they gave us. [`review`] reads the
//! ledger and nothing else.
//!
//! Every verb takes `(tx, ctx, …)`, starts with `ctx.may(action)`, is one transaction and appends
//! at least one ledger entry. Verbs do not call verbs: a person, the outbox or a timer does.

pub mod acknowledge;
pub mod alarms;
pub mod board;
pub mod brief;
pub mod cap_receipt;
pub mod case;
pub mod chain;
pub mod clock;
pub mod compose;
pub mod consent;
pub mod danger;
pub mod deliver;
pub mod determine;
pub mod elements;
pub mod escalate;
pub mod expedite;
pub mod feeds;
pub mod forecasts;
pub mod gather;
pub mod grade;
pub mod identity;
pub mod imports;
pub mod inbound;
pub mod late;
pub(crate) mod letter;
mod limits;
pub mod lists;
pub mod measures;
pub mod office;
pub mod onward;
pub mod opinions;
pub mod partners;
pub mod phrase;
pub mod protectors;
pub mod provenance;
pub mod publish;
pub mod questions;
pub mod reading;
pub mod register;
pub mod release;
mod reopen;
pub mod review;
pub mod screen;
pub mod share;
pub mod shelves;
pub mod shifts;
pub mod sources;
pub mod stuck;
pub mod suspects;
pub mod tasks;
pub mod threat;
pub mod timers;
pub mod visible;
pub mod watch;
pub mod ways;
