//! Values and rows, the same for both databases.

use crate::error::{Error, Result};
use aldis_model::{Digest, Id, Label, Time};
use std::str::FromStr;

/// One value of a column or a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(String),
    /// BLOB.
    Blob(Vec<u8>),
}

/// One row of a result, read by position from 0.
#[derive(Clone, Debug)]
pub struct Row(pub(crate) Vec<Value>);

impl Row {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the column holds something else: the schema and the program disagree.
    pub fn text(&self, at: usize) -> Result<String> {
        match self.0.get(at) {
            Some(Value::Text(text)) => Ok(text.clone()),
            other => Err(unexpected(at, other)),
        }
    }

    /// Reads a text that may be missing.
    ///
    /// # Errors
    ///
    /// As [`Row::text`].
    pub fn opt_text(&self, at: usize) -> Result<Option<String>> {
        if self.0.get(at) == Some(&Value::Null) { Ok(None) } else { self.text(at).map(Some) }
    }

    /// Reads a number.
    ///
    /// # Errors
    ///
    /// As [`Row::text`].
    pub fn int(&self, at: usize) -> Result<i64> {
        match self.0.get(at) {
            Some(Value::Int(number)) => Ok(*number),
            other => Err(unexpected(at, other)),
        }
    }

    /// Reads a number that may be missing.
    ///
    /// # Errors
    ///
    /// As [`Row::text`].
    pub fn opt_int(&self, at: usize) -> Result<Option<i64>> {
        if self.0.get(at) == Some(&Value::Null) { Ok(None) } else { self.int(at).map(Some) }
    }

    /// Reads a time.
    ///
    /// # Errors
    ///
    /// As [`Row::text`].
    pub fn time(&self, at: usize) -> Result<Time> {
        self.int(at).map(Time::from_micros)
    }

    /// Reads a time that may be missing.
    ///
    /// # Errors
    ///
    /// As [`Row::text`].
    pub fn opt_time(&self, at: usize) -> Result<Option<Time>> {
        if self.0.get(at) == Some(&Value::Null) { Ok(None) } else { self.time(at).map(Some) }
    }

    /// Reads bytes.
    ///
    /// # Errors
    ///
    /// As [`Row::text`].
    pub fn blob(&self, at: usize) -> Result<Vec<u8>> {
        match self.0.get(at) {
            Some(Value::Blob(bytes)) => Ok(bytes.clone()),
            other => Err(unexpected(at, other)),
        }
    }

    /// Reads an id.
    ///
    /// # Errors
    ///
    /// As [`Row::text`].
    pub fn id(&self, at: usize) -> Result<Id> {
        self.parsed(at)
    }

    /// Reads an id that may be missing.
    ///
    /// # Errors
    ///
    /// As [`Row::text`].
    pub fn opt_id(&self, at: usize) -> Result<Option<Id>> {
        if self.0.get(at) == Some(&Value::Null) { Ok(None) } else { self.id(at).map(Some) }
    }

    /// Reads a label; one that cannot be read is as strict as a label can be.
    ///
    /// # Errors
    ///
    /// As [`Row::text`].
    pub fn label(&self, at: usize) -> Result<Label> {
        self.text(at).map(|text| Label::foreign(&text))
    }

    /// Reads a text through its type.
    ///
    /// # Errors
    ///
    /// As [`Row::text`].
    pub fn parsed<T: FromStr>(&self, at: usize) -> Result<T> {
        let text = self.text(at)?;
        text.parse()
            .map_err(|_| Error::broken(format!("column {at} holds a value this program does not know")))
    }

    /// Hashes all values with their kinds and lengths.
    pub(crate) fn digest(&self) -> Digest {
        digest(&self.0)
    }
}

/// Hashes values with their kinds and lengths.
pub(crate) fn digest(values: &[Value]) -> Digest {
    let mut bytes = Vec::with_capacity(256);
    for value in values {
        let (kind, content): (u8, &[u8]) = match value {
            Value::Null => (0, &[]),
            Value::Int(number) => (1, &number.to_be_bytes()),
            Value::Text(text) => (2, text.as_bytes()),
            Value::Blob(blob) => (3, blob),
        };
        bytes.push(kind);
        bytes.extend_from_slice(&(content.len() as u64).to_be_bytes());
        bytes.extend_from_slice(content);
    }
    Digest::of(&bytes)
}

fn unexpected(at: usize, found: Option<&Value>) -> Error {
    let what = match found {
        None => "nothing",
        Some(Value::Null) => "NULL",
        Some(Value::Int(_)) => "a number",
        Some(Value::Text(_)) => "a text",
        Some(Value::Blob(_)) => "bytes",
    };
    Error::broken(format!("column {at} holds {what}"))
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Self::Int(time.micros())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl From<Digest> for Value {
    fn from(digest: Digest) -> Self {
        Self::Text(digest.to_string())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
