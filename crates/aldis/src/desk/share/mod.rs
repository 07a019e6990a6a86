//! Sharing with partners' own tools: collections of STIX objects that TAXII serves.
//!
//! A collection belongs to one partner, and everything in it is there because that partner brought it
//! or because a released version was published to it. So nothing a partner can ask touches a row that
//! is not its own, and no count, order, id, date or refusal can depend on one. The gate is asked again
//! for every object that leaves all the same.
//!
//! | verb | who acts |
//! |---|---|
//! | [`collections::add`], [`credentials::add`], [`credentials::revoke`] | an officer who keeps partners |
//! | [`version::share`] | the outbox, after a version was sent |
//! | [`opinion::share`] | the outbox, after an opinion was approved or withdrawn |
//! | [`export::export`] | an officer who delivers, for another tool |
//! | [`publish::publish`] | the outbox, with what the gate released |
//! | [`take::take`], [`delete::delete`], [`read::page`], [`status::find`] | a partner's tool |
//! | [`mark::record`] | the worker |
//!
//! Deliberately absent: a collection that several partners read. What one of them brings reaches
//! another only as a copy that the gate let through, in a collection of its own.
//!
//! Source: TAXII 2.1 (OASIS, June 2021), sections 3 to 5; `docs/reference/taxii.md`.

pub mod collections;
mod copy;
pub mod credentials;
pub mod delete;
pub mod export;
mod label;
pub mod mark;
pub mod opinion;
mod place;
pub mod publish;
mod put;
pub mod read;
pub mod status;
pub mod take;
mod verify;
pub mod version;

pub use collections::Collection;
pub use mark::Marks;
pub use publish::StixObject;
pub(crate) use verify::batches;

use aldis_model::{Label, Tlp};

/// Who here may know of a partner and of what it may read.
const PARTNER: Label = Label::plain(Tlp::Green);

/// Writes random bytes as a UUID of version 4.
///
/// Source: RFC 9562, section 5.4.
fn uuid(random: [u8; 16]) -> String {
    let number = u128::from_be_bytes(random);
    let number = (number & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// Splits `count` into sizes of which only four exist, so that the store prepares four statements and
/// not one for each length.
fn chunks<T>(mut rest: &[T]) -> Vec<&[T]> {
    let mut parts = Vec::new();
    for size in [256, 32, 4, 1] {
        while let Some((part, after)) = rest.split_at_checked(size) {
            parts.push(part);
            rest = after;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_says_that_it_is_random() {
        assert_eq!(uuid([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid([255; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn chunks_keep_everything_in_order() {
        let all: Vec<u32> = (0..1_000).collect();
        assert_eq!(chunks(&all).concat(), all);
        assert!(chunks::<u32>(&[]).is_empty());
    }
}
