//! Shows some fields of an entry together with what proves them.
//!
//! The reader gets values only from [`Disclosure::verify`], so that a forged one
//! cannot be read by mistake. Whether the leaf is in a log is a second question.
//!
//! Source: RFC 6962 section 2.1.1; after the idea of SD-JWT (RFC 9901).

use super::form::{self, DisclosureForm};
use super::{EntrySalt, FieldSalt, Leaf, MAX_FIELDS, field_hash, leaf_of, value_digest};
use crate::tree::verify_inclusion;
use crate::{Error, Hash, Result, malformed};
use std::collections::BTreeSet;
use std::fmt;

/// Some fields of an entry and what proves that they belong to its leaf.
///
/// What it says can be read only by verifying it. Its debug form shows names
/// only.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "DisclosureForm", into = "DisclosureForm")]
pub struct Disclosure {
    pub(super) salt: EntrySalt,
    pub(super) root: Hash,
    pub(super) size: u64,
    pub(super) shown: Vec<Shown>,
}

/// A field as it is shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) index: u64,
    pub(super) name: String,
    pub(super) value: String,
    pub(super) salt: FieldSalt,
    pub(super) path: Vec<Hash>,
}

impl Disclosure {
    /// Checks the disclosure against a leaf and gives names and values in the order they were shown.
    ///
    /// That the leaf is in a log is for [`crate::Proof::verify`] to say.
    ///
    /// # Errors
    ///
    /// [`Error::NotProven`] if anything in it does not belong to `leaf`.
    pub fn verify(&self, leaf: &Leaf) -> Result<Vec<(&str, &str)>> {
        if leaf_of(&self.salt, &self.root) != *leaf {
            return Err(Error::NotProven(DISCLOSURE));
        }
        self.shown.iter().map(|shown| shown.verify(self.size, &self.root)).collect()
    }

    /// Writes the form that travels to a partner.
    pub fn to_json(&self) -> String {
        form::write(self)
    }

    /// Reads the form that travels, without believing it.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if it is not JSON, has an unknown, a missing or a
    /// doubled member, or shows a name twice.
    pub fn from_json(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|_| malformed(DISCLOSURE, "not the travelling form"))
    }

    /// Refuses what no honest entry could disclose; two values of one name would let readers disagree.
    pub(super) fn new(salt: EntrySalt, root: Hash, size: u64, shown: Vec<Shown>) -> Result<Self> {
        let mut names = BTreeSet::new();
        if !shown.iter().all(|shown| names.insert(&shown.name)) {
            return Err(malformed(DISCLOSURE, "field name used twice"));
        }
        if size > MAX_FIELDS as u64 {
            return Err(Error::TooLarge { what: DISCLOSURE, max: MAX_FIELDS });
        }
        Ok(Self { salt, root, size, shown })
    }
}

impl fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.shown.iter().map(|shown| &shown.name).collect();
        f.debug_struct("Disclosure").field("names", &names).finish_non_exhaustive()
    }
}

impl Shown {
    fn verify(&self, size: u64, root: &Hash) -> Result<(&str, &str)> {
        let hash = field_hash(&self.name, &value_digest(&self.name, &self.value, &self.salt));
        verify_inclusion(&hash, self.index, size, &self.path, root)
            .map_err(|_| Error::NotProven(DISCLOSURE))?;
        Ok((&self.name, &self.value))
    }
}

const DISCLOSURE: &str = "disclosure";
