//! The identifier of a STIX object: its type, two hyphens, a UUID.
//!
//! Source: STIX 2.1 section 2.9; RFC 4122.

use crate::{Error, Result};
use std::fmt;
use std::str::FromStr;

/// An identifier such as `report--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3`.
///
/// The text is kept as it came; two ids are equal if their texts are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    text: Box<str>,
    kind: usize,
}

impl Id {
    /// Reads an identifier.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the type breaks the rules for names, or if what
    /// follows the two hyphens is no UUID of versions 1 to 5.
    pub fn parse(text: &str) -> Result<Self> {
        let kind = check(text).map_err(|what| Error::malformed(what, 0))?.len();
        Ok(Self { text: text.into(), kind })
    }

    /// Returns the identifier as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the type of the object that it names.
    pub fn kind(&self) -> &str {
        self.text.get(..self.kind).unwrap_or_default()
    }

    /// Returns the UUID, 36 characters.
    pub fn uuid(&self) -> &str {
        self.text.get(self.kind + 2..).unwrap_or_default()
    }

    /// Returns the version of the UUID, 1 to 5.
    pub fn uuid_version(&self) -> u8 {
        version(self.uuid())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Id {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

/// Checks an identifier and returns the type in it, or the rule it breaks.
pub(super) fn check(text: &str) -> std::result::Result<&str, &'static str> {
    let (kind, uuid) = text
        .len()
        .checked_sub(UUID + 2)
        .and_then(|at| Some((text.get(..at)?, text.get(at..)?.strip_prefix("--")?)))
        .ok_or("an identifier is a type, two hyphens and a UUID")?;
    check_type(kind)?;
    let shaped = uuid.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        14 => (b'1'..=b'5').contains(&byte),
        19 => matches!(byte, b'8' | b'9' | b'a' | b'b' | b'A' | b'B'),
        _ => byte.is_ascii_hexdigit(),
    });
    if shaped { Ok(kind) } else { Err("what follows the two hyphens is no UUID as RFC 4122 defines it") }
}

/// Returns the version of the UUID at the end of an identifier that was checked.
pub(super) fn version(text: &str) -> u8 {
    let at = text.len().wrapping_sub(UUID - 14);
    text.as_bytes().get(at).map_or(0, |byte| byte.wrapping_sub(b'0'))
}

/// Checks the name of an object type, or says which rule it breaks.
///
/// Source: STIX 2.1 section 11.2.
pub(super) fn check_type(name: &str) -> std::result::Result<(), &'static str> {
    if !(3..=250).contains(&name.len()) {
        return Err("the name of a type has 3 to 250 characters");
    }
    let letters = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !letters || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Err("the name of a type is written in a-z, 0-9 and hyphens and begins with a letter");
    }
    if name.contains("--") {
        return Err("the name of a type has no two hyphens in a row");
    }
    Ok(())
}

/// The length of a UUID in characters.
const UUID: usize = 36;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_type_and_a_uuid() {
        let id = Id::parse("attack-pattern--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061").unwrap();
        assert_eq!(id.kind(), "attack-pattern");
        assert_eq!(id.uuid(), "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061");
        assert_eq!(id.uuid_version(), 4);
        assert_eq!(id.to_string().parse::<Id>().unwrap(), id);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for wrong in [
            "",
            "--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061",
            "0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061",
            "report-0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061",
            "report--0c7b5b88-8ff7-4a4d-aa9d-feb398cd006",
            "report--0c7b5b88-8ff7-6a4d-aa9d-feb398cd0061",
            "report--0c7b5b88-8ff7-4a4d-7a9d-feb398cd0061",
            "report--0c7b5b88-8ff7-4a4d-aa9d-feb398cd006g",
            "Report--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061",
            "a--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061",
            "x--y--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061",
            "ré--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061",
            "report--0c7b5b88-8ff7-4a4d-aa9d-feb398cd00é",
        ] {
            assert!(Id::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Id::parse(&format!("{}--0c7b5b88-8ff7-4a4d-aa9d-feb398cd0061", "x".repeat(251))).is_err());
    }
}
