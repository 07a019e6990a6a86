//! The opaque `next`: where the next page begins and what was asked for on the first.
//!
//! It holds everything the next page needs, so that the server keeps nothing between pages, a retry
//! gets the same page, and a client may repeat the filters or leave them out. It is bound to what it
//! was given for by a checksum. It is no secret: it opens nothing, and holds only what the client was
//! told or said.
//!
//! Source: TAXII 2.1 section 3.4; erratum 110 of the TAXII issue list.

use super::query::Filter;
use crate::{Error, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A place in the order of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// When the last thing on the page before was added, in microseconds since 1970.
    pub after: i64,
    /// What was asked for on the first page.
    pub filter: Filter,
}

impl Cursor {
    /// Writes the cursor for `place`, the path it was asked for.
    pub fn write(&self, place: &str) -> String {
        let mut bytes = vec![FORM];
        bytes.extend_from_slice(&self.after.to_be_bytes());
        if self.filter != Filter::default() {
            // Lists of texts and numbers can always be written.
            bytes.extend(serde_json::to_vec(&self.filter).unwrap_or_default());
        }
        let sum = checksum(place, &bytes);
        bytes.extend_from_slice(&sum);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor that was written for `place`.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if it was changed, cut, or written for another place.
    pub fn read(text: &str, place: &str) -> Result<Self> {
        Self::opened(text, place).ok_or_else(|| {
            Error::malformed("next is not from this server or for another place: begin at the first page", 0)
        })
    }

    fn opened(text: &str, place: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (said, sum) = bytes.split_at_checked(bytes.len().checked_sub(SUM)?)?;
        if sum != checksum(place, said) {
            return None;
        }
        let (head, filter) = said.split_at_checked(9)?;
        let (form, after) = head.split_first()?;
        let filter =
            if filter.is_empty() { Filter::default() } else { serde_json::from_slice(filter).ok()? };
        (*form == FORM).then_some(Self { after: i64::from_be_bytes(after.try_into().ok()?), filter })
    }
}

fn checksum(place: &str, said: &[u8]) -> [u8; SUM] {
    let hash = Sha256::new().chain_update(place.as_bytes()).chain_update([0]).chain_update(said).finalize();
    let mut sum = [0; SUM];
    sum.iter_mut().zip(hash.iter()).for_each(|(to, from)| *to = *from);
    sum
}

/// The form written here; another one is read as a bad cursor.
const FORM: u8 = 1;

const SUM: usize = 8;

/// A hundred ids of the greatest length, and their frame.
const LONGEST: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxii::Pick;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_is_bound_to_its_place() {
        let cursor = Cursor { after: 7, filter: Filter::default() };
        let text = cursor.write("a/objects");
        assert_eq!(Cursor::read(&text, "a/objects"), Ok(cursor));
        assert!(Cursor::read(&text, "b/objects").is_err());
    }

    proptest! {
        #[test]
        fn a_cursor_reads_back_and_a_changed_one_does_not(
            after: i64,
            ids in prop::collection::vec("[a-z]{1,9}--[0-9a-f]{4}", 0..5),
            at in prop::option::of(0_i64..1 << 50),
            flip in 0_usize..1_000,
        ) {
            let picks = at.map(|at| vec![Pick::At(at), Pick::Last]).unwrap_or_default();
            let filter = Filter { added_after: at, ids, picks, ..Filter::default() };
            let cursor = Cursor { after, filter };
            let text = cursor.write("x");
            prop_assert_eq!(Cursor::read(&text, "x"), Ok(cursor));
            let mut changed = text.into_bytes();
            let flip = flip % changed.len();
            changed[flip] = if changed[flip] == b'A' { b'B' } else { b'A' };
            prop_assert!(Cursor::read(std::str::from_utf8(&changed).unwrap(), "x").is_err());
        }

        #[test]
        fn any_text_is_answered(text in ".{0,80}") {
            let _ = Cursor::read(&text, "x");
        }
    }
}
