//! Identifiers: a kind's prefix and random letters.
//!
//! Ids are random, so that no reader can count what he does not see: the next warning's id says
//! nothing about how many warnings there are. The alphabet is Crockford's base 32, which has no
//! I, L, O or U to misread over the telephone.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS: usize = 8;

/// A row's identifier, such as `W-7K2MQ4ZD`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

impl Id {
    /// Builds an id from a prefix of capital letters and five random bytes.
    pub fn from_random(prefix: &str, random: [u8; 5]) -> Self {
        let bits = random.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
        let letters = (0..LETTERS).rev().map(|at| {
            let index = usize::try_from((bits >> (5 * at)) & 31).unwrap_or(0);
            char::from(ALPHABET.get(index).copied().unwrap_or(b'0'))
        });
        Self(format!("{prefix}-{}", letters.collect::<String>()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part before the dash, which names the kind.
    pub fn prefix(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an id: ids look like W-7K2MQ4ZD")]
pub struct NotAnId(String);

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let upper = text.trim().to_ascii_uppercase();
        let good =
            |part: &str| (1..=32).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        match upper.split_once('-') {
            Some((prefix, rest)) if good(prefix) && good(rest) => Ok(Self(upper)),
            _ => Err(NotAnId(text.chars().take(40).collect())),
        }
    }
}

impl TryFrom<String> for Id {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        text.parse()
    }
}

impl From<Id> for String {
    fn from(id: Id) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_random_bits_become_eight_letters() {
        assert_eq!(Id::from_random("W", [0; 5]).as_str(), "W-00000000");
        assert_eq!(Id::from_random("W", [255; 5]).as_str(), "W-ZZZZZZZZ");
    }

    #[test]
    fn an_id_is_read_in_either_case() {
        assert_eq!("w-7k2mq4zd".parse::<Id>().unwrap().as_str(), "W-7K2MQ4ZD");
    }

    #[test]
    fn a_path_or_a_quote_is_not_an_id() {
        for bad in ["", "W", "W-", "-7", "W-../..", "W-' OR 1", "W-7K2M-1"] {
            assert!(bad.parse::<Id>().is_err(), "{bad}");
        }
    }
}
