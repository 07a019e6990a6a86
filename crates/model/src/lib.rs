//! The words and rules of the trade.
//!
//! Everything here is pure: no input or output, no clock, no randomness, no SQL. A newcomer who
//! reads this crate and `aldis/src/desk` knows the product.
//!
//! # Glossary, in the order of the flow
//!
//! | word | meaning |
//! |---|---|
//! | report | what arrived: bytes kept verbatim, with hash, source and time |
//! | portion | one sentence of a warning with its own label |
//! | label | who may see a thing: TLP, releasable-to set, compartments, originators |
//! | hit | a proposed match between a report and the register, under a cover name |
//! | tie | how a report rests on an earlier one; an origin is where all ties end |
//! | grade | source reliability A–F, information credibility 1–6, likelihood, confidence |
//! | duty | the duty to warn one victim in one case: a state machine |
//! | waiver | one of six named grounds not to warn, with officer, basis and expiry |
//! | warning | the text above the line, portion by portion |
//! | audience | who a version is cut for, on the ladder A0–A6 |
//! | tear-line | the cut: what one audience may see of a warning |
//! | release | one approved, hashed, frozen version for one audience |
//! | delivery | one release on its way to one recipient by one channel |
//! | receipt | a machine's signed word that bytes arrived; never an acknowledgement |
//! | acknowledgement | a human answer to a release |
//! | person at risk | somebody in the register, shown by cover name only |
//! | tier | how strongly somebody is protected, T0 to T5; a person sets it |
//! | measure | one thing done for a person at risk, with that person's yes where it needs one |
//! | list | people that a partner offers for the register; no row of it becomes an entry by itself |
//! | brief | what our own people are told, for a circle of readers; who opened it is on record |
//! | forecast | somebody's word on how likely an event is, kept beside other words and scored later |
//! | board | competing hypotheses, evidence and who rates which as consistent |
//! | chain | whom of our own people a silence or a dismissal calls, step by step; frozen when the warning is sent |
//! | shift | who is on duty in an office, from when to when |
//! | shelf | a task put out of sight until a time, with a reason |
//! | event | one leaf of the ledger |

pub mod ach;
pub mod answer;
pub mod chain;
pub mod clock;

pub mod digest;
pub mod duty;
pub mod event;
pub mod forecast;
pub mod gate;
pub mod grade;
pub mod id;
pub mod label;
pub mod list;
pub mod measure;
pub mod provenance;
pub mod risk;
pub mod role;
pub mod scale;
pub mod task;
pub mod tearline;
pub mod time;

pub use digest::Digest;
pub use gate::{Audience, Gate, Labelled, Released};
pub use id::Id;
pub use label::{Label, Tlp};
pub use time::Time;
