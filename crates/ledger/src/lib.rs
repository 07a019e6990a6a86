//! Keeps the append-only log that every act of the exchange is written to.
//!
//! Everything here is arithmetic on bytes that the caller brings: no files, no
//! network, no clock, no chance, no SQL. Salts and keys arrive as arguments, so
//! that the same input gives the same log to the byte. Deliberately absent:
//! witness cosignatures (signature type 0x04), post-quantum signatures, HTTP.
//!
//! Source: RFC 6962 section 2.1; RFC 9162 sections 2.1.3 and 2.1.4; C2SP
//! signed-note v1.0, tlog-checkpoint v1.0, tlog-tiles v0.1, tlog-proof (commit
//! 0065ea5).
//!
//! # Glossary
//!
//! - **leaf**: the 36 bytes that stand for one act in the log ([`Leaf`]).
//! - **leaf hash**: SHA-256 over a zero byte and the leaf.
//! - **size**: the number of leaves; a log of that size has one **root**.
//! - **entry**: what the house stores behind a leaf: salted **fields** ([`Entry`]).
//! - **erased field**: a field whose value and salt are gone; its name and digest stay.
//! - **disclosure**: some fields of an entry, with what proves them ([`Disclosure`]).
//! - **frontier**: the right edge of the tree, enough to go on appending ([`Frontier`]).
//! - **tile**: 256 neighbouring hashes of one level, stored as one file ([`Tile`]).
//! - **bundle**: the leaves below one lowest tile.
//! - **note**: a text with signatures below it.
//! - **checkpoint**: the note in which a log states its origin, size and root ([`Checkpoint`]).
//! - **origin**: the name of a log; its key carries the same name.
//! - **proof**: a file that shows offline that a leaf is in a log ([`Proof`]).

pub mod checkpoint;
pub mod commitment;
pub mod note;
pub mod proof;
pub mod tile;
pub mod tree;

pub use checkpoint::Checkpoint;
pub use commitment::{Disclosure, Entry, Field, Leaf};
pub use note::{Opened, Signer, Verifier};
pub use proof::Proof;
pub use tile::{Tile, TileHashes};
pub use tree::{
    Frontier, Hashes, Tree, consistency_proof, inclusion_proof, leaf_hash, verify_consistency,
    verify_inclusion,
};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Says why something was not made, not read or not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not what they claim to be; nothing of them was used.
    #[error("malformed {what}: {why}")]
    Malformed {
        /// The format that was expected.
        what: &'static str,
        /// The first rule that was broken.
        why: &'static str,
    },
    /// The input is larger than this crate reads or writes.
    #[error("{what} is larger than {max} allows")]
    TooLarge {
        /// What was measured.
        what: &'static str,
        /// The limit, in the unit of `what` (bytes, signatures, fields).
        max: usize,
    },
    /// An index or a size lies outside the log.
    #[error("{index} lies outside a log of size {size}")]
    OutOfRange {
        /// The index or the older size that was asked for.
        index: u64,
        /// The size it was held against.
        size: u64,
    },
    /// A subtree hash that is needed is not stored; rebuild it from the leaves.
    #[error("the hash {index} of level {level} is not stored")]
    Missing {
        /// The level, 0 for leaf hashes.
        level: u8,
        /// The index within the level.
        index: u64,
    },
    /// The evidence is well formed and does not show what it claims.
    #[error("the {0} does not hold")]
    NotProven(&'static str),
    /// A known key is named as the signer and did not sign this text.
    #[error("the signature named {name} is wrong")]
    WrongSignature {
        /// The name of the key.
        name: String,
    },
    /// No known key signed the note, so that nobody vouches for it.
    #[error("no known key signed the note")]
    Unsigned,
    /// The checkpoint belongs to another log.
    #[error("the checkpoint is of {found}, not of {expected}")]
    WrongOrigin {
        /// The name of the log that was asked for.
        expected: String,
        /// The origin that the checkpoint states.
        found: String,
    },
    /// The entry has no field of that name.
    #[error("no field is named {name}")]
    UnknownField {
        /// The name that was asked for.
        name: String,
    },
    /// The field was erased and can no longer be shown.
    #[error("the field {name} was erased")]
    ErasedField {
        /// The name that was asked for.
        name: String,
    },
}

/// Makes the error for bytes of the format `what` that break the rule `why`.
pub(crate) fn malformed(what: &'static str, why: &'static str) -> Error {
    Error::Malformed { what, why }
}
