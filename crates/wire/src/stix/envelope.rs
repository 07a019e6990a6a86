//! What a store needs to know of an object, without judging the rest of it.
//!
//! An envelope is read from any well-formed object; whether the object keeps
//! the other rules of STIX is asked elsewhere.
//!
//! Source: STIX 2.1 sections 3.2 and 3.6.

use super::{Id, Kind, Limits, Timestamp, Tree, Value};
use crate::{Error, Result};
use std::borrow::Cow;

/// The identity and the version of one object, beside its text.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// The object as it arrived, without the white space around it.
    pub raw: &'a str,
    /// The identifier; its type is the type of the object.
    pub id: Id,
    /// The version of STIX; `None` is usual for cyber-observable objects.
    pub spec_version: Option<Box<str>>,
    /// When the first version was made; `None` for cyber-observable objects.
    pub created: Option<Timestamp>,
    /// When this version was made; `None` for cyber-observable objects and markings.
    pub modified: Option<Timestamp>,
    /// Whether this version takes the object back.
    pub revoked: bool,
}

impl<'a> Envelope<'a> {
    /// Reads the envelope of one object.
    ///
    /// # Errors
    ///
    /// Those of [`Tree::read`], and [`Error::Malformed`] if this is no object,
    /// `type` or `id` is missing, the id names another type, or one of the
    /// fields here has the wrong form.
    pub fn read(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        Self::of(&Tree::read(bytes, limits)?)
    }

    /// Finds the envelope of an object that was read.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], as [`Envelope::read`].
    pub fn of(tree: &Tree<'a>) -> Result<Self> {
        let mut envelope = Fields::of(tree.root())?.check()?;
        let from = tree.root().offset();
        envelope.raw = tree.text().get(from..from + tree.root().raw().len()).unwrap_or_default();
        Ok(envelope)
    }

    /// Returns the type of the object.
    pub fn kind(&self) -> &str {
        self.id.kind()
    }

    /// Returns when this version was made: `modified`, otherwise `created`,
    /// otherwise nothing.
    pub fn version(&self) -> Option<&Timestamp> {
        self.modified.as_ref().or(self.created.as_ref())
    }
}

/// The members that matter, as found.
#[derive(Default)]
struct Fields<'a> {
    kind: Option<Value<'a>>,
    id: Option<Value<'a>>,
    spec_version: Option<Value<'a>>,
    created: Option<Value<'a>>,
    modified: Option<Value<'a>>,
    revoked: Option<Value<'a>>,
}

impl<'a> Fields<'a> {
    fn of(root: Value<'a>) -> Result<Self> {
        if root.kind() != Kind::Map {
            return Err(Error::malformed("$: not an object", root.offset()));
        }
        let mut fields = Self::default();
        for (key, value) in root.entries() {
            let place = match &*key {
                "type" => &mut fields.kind,
                "id" => &mut fields.id,
                "spec_version" => &mut fields.spec_version,
                "created" => &mut fields.created,
                "modified" => &mut fields.modified,
                "revoked" => &mut fields.revoked,
                _ => continue,
            };
            *place = Some(value);
        }
        Ok(fields)
    }

    fn check(&self) -> Result<Envelope<'static>> {
        let id = Id::parse(&needed("id", self.id)?).map_err(|error| placed("id", self.id, &error))?;
        let kind = needed("type", self.kind)?;
        if id.kind() != kind {
            return Err(wrong("id", self.id, "the id names another type than the object"));
        }
        let revoked = match self.revoked {
            None => false,
            Some(value) => {
                value.as_bool().ok_or_else(|| wrong("revoked", self.revoked, "neither true nor false"))?
            }
        };
        Ok(Envelope {
            raw: "",
            id,
            spec_version: text("spec_version", self.spec_version)?.map(|text| text.into()),
            created: time("created", self.created)?,
            modified: time("modified", self.modified)?,
            revoked,
        })
    }
}

fn text<'a>(name: &str, value: Option<Value<'a>>) -> Result<Option<Cow<'a, str>>> {
    let Some(found) = value else { return Ok(None) };
    found.as_text().map(Some).ok_or_else(|| wrong(name, value, "not a string"))
}

fn needed<'a>(name: &str, value: Option<Value<'a>>) -> Result<Cow<'a, str>> {
    text(name, value)?.ok_or_else(|| wrong(name, value, "missing"))
}

fn time(name: &str, value: Option<Value<'_>>) -> Result<Option<Timestamp>> {
    let Some(text) = text(name, value)? else { return Ok(None) };
    Timestamp::parse(&text).map(Some).map_err(|error| placed(name, value, &error))
}

fn placed(name: &str, value: Option<Value<'_>>, error: &Error) -> Error {
    match error {
        Error::Malformed { what, .. } => wrong(name, value, what),
        other => other.clone(),
    }
}

fn wrong(name: &str, value: Option<Value<'_>>, what: &str) -> Error {
    Error::malformed(format!("$.{name}: {what}"), value.map_or(0, Value::offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "report--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3";

    fn read(text: &str) -> Result<Envelope<'_>> {
        Envelope::read(text.as_bytes(), &Limits::default())
    }

    #[test]
    fn an_envelope_keeps_the_text_and_finds_the_version() {
        let text = format!(
            r#" {{"x_a": 1.0, "type":"report", "id": "{ID}", "created":"2016-01-20T12:31:12.1Z",
                "modified":"2016-01-20T12:31:12.10Z", "spec_version":"2.1", "revoked":true}} "#
        );
        let envelope = read(&text).unwrap();
        assert_eq!(envelope.raw, text.trim());
        assert_eq!(envelope.kind(), "report");
        assert_eq!(envelope.version().unwrap().as_str(), "2016-01-20T12:31:12.10Z");
        assert!(envelope.revoked);
        assert_eq!(envelope.spec_version.as_deref(), Some("2.1"));
    }

    #[test]
    fn an_observable_has_no_version() {
        let envelope =
            read(r#"{"type":"url","id":"url--84e4d88f-44ea-5bcd-bbf3-b2c1c320bcb3","value":"x"}"#).unwrap();
        assert_eq!(envelope.version(), None);
        assert!(!envelope.revoked);
    }

    #[test]
    fn an_object_without_identity_is_refused_with_the_path() {
        let says = |text: &str| read(text).unwrap_err().to_string();
        assert!(says("[]").starts_with("$: not an object"));
        assert!(says("{}").starts_with("$.id: missing"));
        assert!(says(&format!(r#"{{"id":"{ID}"}}"#)).starts_with("$.type: missing"));
        assert!(
            says(&format!(r#"{{"id":"{ID}","type":"malware"}}"#)).starts_with("$.id: the id names another")
        );
        assert!(
            says(&format!(r#"{{"id":"{ID}","type":"report","created":"2023-02-30T00:00:00Z"}}"#))
                .starts_with("$.created: the day")
        );
        assert!(
            says(&format!(r#"{{"id":"{ID}","type":"report","revoked":"no"}}"#)).starts_with("$.revoked:")
        );
        assert!(says(&format!(r#"{{"id":"{ID}","id":"{ID}"}}"#)).starts_with("$.id: the key is there twice"));
    }
}
