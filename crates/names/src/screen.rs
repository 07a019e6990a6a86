//! Screens running text against a register of up to a million names.
//!
//! An [`Index`] is an immutable base, built from a [`Register`] in memory or
//! opened from a file, and a small part that changes: what is added or removed
//! is seen by the next text. A text is read once; a word already seen costs one
//! table look-up, kept in a [`Scratch`] of bounded size. Every [`Hit`] says how
//! well the name fits, how surprising it is in ordinary text, and why.
//!
//! The same register, text and options always give the same hits, in text
//! order. Screening never fails and never panics, whatever the bytes. Absent:
//! deciding. A hit is a proposal to a person.

mod base;
mod beside;
mod build;
mod changes;
mod delta;
mod discriminate;
mod engine;
mod evidence;
mod join;
mod mapped;
mod memo;
mod name;
mod quiet;
mod region;
mod sounds;
mod store;
mod stream;
mod tally;
mod text;
mod types;
mod verify;
mod whole;

pub use stream::Stream;
pub use types::{
    Alarm, Changed, Entry, Facts, Hit, Options, Partial, Price, Reason, Refused, Register, Script, Stats,
};
pub use whole::{Index, Scratch};

#[cfg(test)]
mod desk_tests;
#[cfg(test)]
mod noise_tests;
#[cfg(test)]
mod tests;
