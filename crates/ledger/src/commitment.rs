//! Makes the leaf that stands for an act, and shows or erases parts of the act.
//!
//! A leaf is 36 bytes and tells nothing: who, what, when and for whom sit in
//! salted fields below it. A field can be shown alone, with what proves it, and
//! can be erased without changing the leaf. What was erased cannot be guessed
//! back, because its salt is gone too; this holds only if every salt is drawn
//! fresh and kept nowhere else. Deliberately absent: drawing salts, and
//! deriving them from a shared secret, which would outlive the erasure.
//!
//! ```text
//! digest     = SHA-256("ALD1 value\n" ‖ len(name) ‖ name ‖ salt16 ‖ len(value) ‖ value)
//! field      = len(name) ‖ name ‖ digest
//! field_root = RFC 6962 root over the fields in their order
//! leaf       = "ALD1" ‖ SHA-256("ALD1 leaf\n" ‖ salt32 ‖ field_root)
//! ```
//!
//! Lengths are 8 bytes, most significant first, so that no two entries run
//! together to the same bytes.
//!
//! Source: RFC 6962 section 2.1; after the idea of SD-JWT (RFC 9901).

mod disclosure;
mod form;

pub use disclosure::Disclosure;

use crate::tree::{Tree, inclusion_proof, leaf_hash};
use crate::{Error, Hash, Result, malformed};
use disclosure::Shown;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt;

/// The bytes that the log holds for one entry: `ALD1` and a hash.
pub type Leaf = [u8; 36];

/// The salt of an entry.
pub type EntrySalt = [u8; 32];

/// The salt of a field.
pub type FieldSalt = [u8; 16];

/// The largest number of fields in one entry.
pub const MAX_FIELDS: usize = 256;

/// One named value of an entry, or what is left of it.
///
/// Its debug form shows neither value nor salt.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    name: String,
    content: Content,
}

/// What a field holds.
#[derive(Clone, PartialEq, Eq)]
enum Content {
    Open { value: String, salt: FieldSalt },
    Erased { digest: Hash },
}

impl Field {
    /// Makes a field that can be shown; `salt` must be fresh.
    pub fn open(name: impl Into<String>, value: impl Into<String>, salt: FieldSalt) -> Self {
        Self { name: name.into(), content: Content::Open { value: value.into(), salt } }
    }

    /// Makes a field of which only the digest is left.
    pub fn erased(name: impl Into<String>, digest: Hash) -> Self {
        Self { name: name.into(), content: Content::Erased { digest } }
    }

    /// Tells the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives the value, or nothing if it was erased.
    pub fn value(&self) -> Option<&str> {
        match &self.content {
            Content::Open { value, .. } => Some(value),
            Content::Erased { .. } => None,
        }
    }

    /// Computes the digest over name, salt and value, which survives an erasure.
    pub fn digest(&self) -> Hash {
        match &self.content {
            Content::Open { value, salt } => value_digest(&self.name, value, salt),
            Content::Erased { digest } => *digest,
        }
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.value().is_some() { "open" } else { "erased" };
        write!(f, "{}: {state}", self.name)
    }
}

/// What the house keeps behind one leaf.
///
/// Its fields have distinct names and distinct salts. Its debug form shows the
/// names only.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "form::EntryForm", into = "form::EntryForm")]
pub struct Entry {
    salt: EntrySalt,
    fields: Vec<Field>,
}

impl Entry {
    /// Puts together an entry; the order of the fields counts.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] above [`MAX_FIELDS`]; [`Error::Malformed`] if a name
    /// is empty, or if two fields share a name or a salt. A shared salt would
    /// let the reader of one field guess at the other.
    pub fn new(salt: EntrySalt, fields: Vec<Field>) -> Result<Self> {
        if fields.len() > MAX_FIELDS {
            return Err(Error::TooLarge { what: ENTRY, max: MAX_FIELDS });
        }
        let (mut names, mut salts) = (BTreeSet::new(), BTreeSet::new());
        for field in &fields {
            if field.name.is_empty() || !names.insert(&field.name) {
                return Err(malformed(ENTRY, "field name empty or used twice"));
            }
            if let Content::Open { salt, .. } = &field.content
                && !salts.insert(salt)
            {
                return Err(malformed(ENTRY, "field salt used twice"));
            }
        }
        Ok(Self { salt, fields })
    }

    /// Lists the fields in their order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Gives the value of a field, or nothing if it is unknown or erased.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name)?.value()
    }

    /// Computes the leaf that goes into the log.
    pub fn leaf(&self) -> Leaf {
        leaf_of(&self.salt, &self.tree().root())
    }

    /// Drops the value and the salt of a field; the leaf stays the same.
    ///
    /// Erasing twice changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownField`] if there is no such field.
    pub fn erase(&mut self, name: &str) -> Result<()> {
        let field = self.fields.iter_mut().find(|field| field.name == name);
        let field = field.ok_or_else(|| Error::UnknownField { name: name.to_owned() })?;
        field.content = Content::Erased { digest: field.digest() };
        Ok(())
    }

    /// Shows the named fields, in the order of the names; without names only that the entry exists.
    ///
    /// The other fields stay hidden, names included; the reader learns only how
    /// many there are.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownField`] or [`Error::ErasedField`] for a name that cannot
    /// be shown; [`Error::Malformed`] if a name stands there twice.
    pub fn disclose(&self, names: &[&str]) -> Result<Disclosure> {
        let tree = self.tree();
        let shown = names.iter().map(|name| self.show(name, &tree)).collect::<Result<_>>()?;
        Disclosure::new(self.salt, tree.root(), tree.size(), shown)
    }

    /// Writes the stored form, which holds every value and salt that is left.
    pub fn to_json(&self) -> String {
        form::write(self)
    }

    /// Reads the stored form.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if it is not JSON, has an unknown, a missing or a
    /// doubled member, or breaks a rule of [`Entry::new`].
    pub fn from_json(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|_| malformed(ENTRY, "not the stored form"))
    }

    fn show(&self, name: &str, tree: &Tree) -> Result<Shown> {
        let found = self.fields.iter().zip(0..).find(|(field, _)| field.name == name);
        let (field, index) = found.ok_or_else(|| Error::UnknownField { name: name.to_owned() })?;
        match &field.content {
            Content::Erased { .. } => Err(Error::ErasedField { name: name.to_owned() }),
            Content::Open { value, salt } => Ok(Shown {
                index,
                name: name.to_owned(),
                value: value.clone(),
                salt: *salt,
                path: inclusion_proof(tree, index, tree.size())?,
            }),
        }
    }

    fn tree(&self) -> Tree {
        self.fields.iter().map(|field| field_hash(&field.name, &field.digest())).collect()
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("fields", &self.fields).finish_non_exhaustive()
    }
}

fn leaf_of(salt: &EntrySalt, field_root: &Hash) -> Leaf {
    let hash: Hash =
        Sha256::new().chain_update(LEAF_DOMAIN).chain_update(salt).chain_update(field_root).finalize().into();
    let mut leaf = [0; 36];
    for (to, from) in leaf.iter_mut().zip(MAGIC.iter().chain(&hash)) {
        *to = *from;
    }
    leaf
}

/// Hashes the name beside the digest, so that renaming an erased field changes the leaf.
fn field_hash(name: &str, digest: &Hash) -> Hash {
    leaf_hash(&[&len(name), name.as_bytes(), digest].concat())
}

fn value_digest(name: &str, value: &str, salt: &FieldSalt) -> Hash {
    Sha256::new()
        .chain_update(VALUE_DOMAIN)
        .chain_update(len(name))
        .chain_update(name)
        .chain_update(salt)
        .chain_update(len(value))
        .chain_update(value)
        .finalize()
        .into()
}

fn len(text: &str) -> [u8; 8] {
    (text.len() as u64).to_be_bytes()
}

const MAGIC: &[u8; 4] = b"ALD1";
const LEAF_DOMAIN: &[u8] = b"ALD1 leaf\n";
const VALUE_DOMAIN: &[u8] = b"ALD1 value\n";
const ENTRY: &str = "entry";

#[cfg(test)]
mod tests;
