//! Writes entries and disclosures as compact JSON and reads them strictly.
//!
//! Bytes are base64. Every member is required and no other is read, so that a
//! misspelt digest is an error and not an empty field.
//!
//! ```text
//! {"salt":"…","fields":[{"name":"kind","value":"warning","salt":"…"},
//!                       {"name":"actor","digest":"…"}]}
//! {"salt":"…","root":"…","size":2,
//!  "fields":[{"index":0,"name":"kind","value":"warning","salt":"…","path":["…"]}]}
//! ```
//!
//! Source: RFC 8259; RFC 4648 section 4.

use super::disclosure::{Disclosure, Shown};
use super::{Content, Entry, Field};
use crate::{Error, Hash};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes a value that has only strings, numbers and lists in it.
#[expect(clippy::expect_used, reason = "only a failing writer or a non-string key can fail here")]
pub(super) fn write<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("strings, numbers and lists can be written")
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryForm {
    salt: Base64<32>,
    fields: Vec<FieldForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum FieldForm {
    Open(OpenForm),
    Erased(ErasedForm),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenForm {
    name: String,
    value: String,
    salt: Base64<16>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ErasedForm {
    name: String,
    digest: Base64<32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DisclosureForm {
    salt: Base64<32>,
    root: Base64<32>,
    size: u64,
    fields: Vec<ShownForm>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShownForm {
    index: u64,
    name: String,
    value: String,
    salt: Base64<16>,
    path: Vec<Base64<32>>,
}

impl From<Entry> for EntryForm {
    fn from(entry: Entry) -> Self {
        let fields = entry.fields.into_iter().map(|Field { name, content }| match content {
            Content::Open { value, salt } => FieldForm::Open(OpenForm { name, value, salt: Base64(salt) }),
            Content::Erased { digest } => FieldForm::Erased(ErasedForm { name, digest: Base64(digest) }),
        });
        Self { salt: Base64(entry.salt), fields: fields.collect() }
    }
}

impl TryFrom<EntryForm> for Entry {
    type Error = Error;

    fn try_from(form: EntryForm) -> Result<Self, Error> {
        let fields = form.fields.into_iter().map(|field| match field {
            FieldForm::Open(open) => Field::open(open.name, open.value, open.salt.0),
            FieldForm::Erased(erased) => Field::erased(erased.name, erased.digest.0),
        });
        Self::new(form.salt.0, fields.collect())
    }
}

impl From<Disclosure> for DisclosureForm {
    fn from(disclosure: Disclosure) -> Self {
        let fields = disclosure.shown.into_iter().map(|shown| ShownForm {
            index: shown.index,
            name: shown.name,
            value: shown.value,
            salt: Base64(shown.salt),
            path: shown.path.into_iter().map(Base64).collect(),
        });
        Self {
            salt: Base64(disclosure.salt),
            root: Base64(disclosure.root),
            size: disclosure.size,
            fields: fields.collect(),
        }
    }
}

impl TryFrom<DisclosureForm> for Disclosure {
    type Error = Error;

    fn try_from(form: DisclosureForm) -> Result<Self, Error> {
        let shown = form.fields.into_iter().map(|shown| Shown {
            index: shown.index,
            name: shown.name,
            value: shown.value,
            salt: shown.salt.0,
            path: shown.path.into_iter().map(|Base64(hash)| hash).collect::<Vec<Hash>>(),
        });
        Self::new(form.salt.0, form.root.0, form.size, shown.collect())
    }
}

/// Exactly `N` bytes, as base64 text.
struct Base64<const N: usize>([u8; N]);

impl<const N: usize> Serialize for Base64<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Base64<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = BASE64_STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)?;
        let bytes = bytes.try_into().map_err(|_| D::Error::custom("wrong number of bytes"))?;
        Ok(Self(bytes))
    }
}
