//! What follows the question mark: limit, cursor and filters.
//!
//! What a filter names is OR within one field and AND between fields. A field this server does not
//! know is passed over, as HTTP servers do; one it knows and cannot read is refused.
//!
//! Source: TAXII 2.1 sections 3.4 and 3.5.

use super::time::read_time;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};

/// What one request asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// How many at most; `None` leaves it to the server. Never 0.
    pub limit: Option<usize>,
    /// The cursor of the page before, as it came.
    pub next: Option<String>,
    /// Which objects.
    pub filter: Filter,
}

/// Which objects a request is about; empty lists ask for any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Only what was added after this, in microseconds since 1970; the moment itself is not after.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub added_after: Option<i64>,
    /// Ids.
    #[serde(rename = "i", default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
    /// Types.
    #[serde(rename = "t", default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Versions; empty means the last.
    #[serde(rename = "v", default, skip_serializing_if = "Vec::is_empty")]
    pub picks: Vec<Pick>,
    /// Versions of STIX.
    #[serde(rename = "s", default, skip_serializing_if = "Vec::is_empty")]
    pub spec_versions: Vec<String>,
}

/// Which version of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Pick {
    /// Each of them.
    #[serde(rename = "all")]
    All,
    /// The oldest.
    #[serde(rename = "first")]
    First,
    /// The newest.
    #[serde(rename = "last")]
    Last,
    /// The one made at this time, in microseconds since 1970.
    #[serde(rename = "at")]
    At(i64),
}

impl Query {
    /// Reads a query from its decoded names and values.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] with the name of the parameter and what it should be;
    /// [`Error::TooMany`] if a filter names more than 100 values.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self> {
        let mut query = Self::default();
        for (name, value) in pairs {
            match name {
                "limit" => query.limit = Some(limit(value)?),
                "added_after" => query.filter.added_after = Some(time(name, value)?),
                "next" => query.next = Some(value.to_owned()),
                "match[id]" => list(name, value, &mut query.filter.ids)?,
                "match[type]" => list(name, value, &mut query.filter.kinds)?,
                "match[spec_version]" => list(name, value, &mut query.filter.spec_versions)?,
                "match[version]" => {
                    let mut words = Vec::new();
                    list(name, value, &mut words)?;
                    for word in words {
                        query.filter.picks.push(pick(&word)?);
                    }
                }
                _ => {}
            }
        }
        Ok(query)
    }
}

fn limit(value: &str) -> Result<usize> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse::<u64>() {
        Ok(0) => Err(Error::malformed("limit is 0: ask for at least 1", 0)),
        Ok(number) if digits => Ok(usize::try_from(number).unwrap_or(usize::MAX)),
        // More digits than a number holds is still more than any page.
        Err(_) if digits => Ok(usize::MAX),
        _ => Err(Error::malformed("limit is no whole number above 0", 0)),
    }
}

fn time(name: &str, value: &str) -> Result<i64> {
    read_time(value)
        .ok_or_else(|| Error::malformed(format!("{name} is no timestamp such as 2024-03-05T09:10:00.5Z"), 0))
}

fn list(name: &str, value: &str, into: &mut Vec<String>) -> Result<()> {
    for word in value.split(',') {
        let word = word.trim();
        if word.is_empty() || word.len() > WORD_MAX {
            return Err(Error::malformed(
                format!("{name} holds an empty value or one above {WORD_MAX} bytes"),
                0,
            ));
        }
        into.push(word.to_owned());
    }
    if into.len() > VALUES_MAX { Err(Error::TooMany { limit: VALUES_MAX }) } else { Ok(()) }
}

fn pick(word: &str) -> Result<Pick> {
    Ok(match word {
        "all" => Pick::All,
        "first" => Pick::First,
        "last" => Pick::Last,
        other => Pick::At(
            time("match[version]", other)
                .map_err(|_| Error::malformed("match[version] is all, first, last or a timestamp", 0))?,
        ),
    })
}

const VALUES_MAX: usize = 100;
const WORD_MAX: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Query> {
        Query::read(pairs.iter().copied())
    }

    #[test]
    fn every_form_of_every_filter_is_read() {
        let query = read(&[
            ("limit", "7"),
            ("added_after", "2024-03-05T09:10:00.5Z"),
            ("next", "abc"),
            ("match[id]", "a--1,b--2"),
            ("match[type]", "url, indicator"),
            ("match[version]", "first,last,all,2024-03-05T09:10:00Z"),
            ("match[spec_version]", "2.1"),
            ("match[colour]", "red"),
        ])
        .unwrap();
        assert_eq!(query.limit, Some(7));
        assert_eq!(query.next.as_deref(), Some("abc"));
        assert_eq!(query.filter.added_after, Some(1_709_629_800_500_000));
        assert_eq!(query.filter.ids, ["a--1", "b--2"]);
        assert_eq!(query.filter.kinds, ["url", "indicator"]);
        let picks = [Pick::First, Pick::Last, Pick::All, Pick::At(1_709_629_800_000_000)];
        assert_eq!(query.filter.picks, picks);
        assert_eq!(read(&[]).unwrap(), Query::default());
        assert_eq!(read(&[("limit", "99999999999999999999999")]).unwrap().limit, Some(usize::MAX));
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        for (name, value) in [
            ("limit", "0"),
            ("limit", "-1"),
            ("limit", "+5"),
            ("limit", "ten"),
            ("limit", ""),
            ("limit", "1.5"),
            ("added_after", "yesterday"),
            ("added_after", "2024-02-30T00:00:00Z"),
            ("added_after", "2024-03-05"),
            ("match[version]", "newest"),
            ("match[version]", "last,"),
            ("match[id]", ""),
        ] {
            let says = read(&[(name, value)]).unwrap_err().to_string();
            assert!(says.contains(name), "{name}={value}: {says}");
        }
        let many = vec!["x"; 101].join(",");
        assert_eq!(read(&[("match[id]", &many)]), Err(Error::TooMany { limit: 100 }));
    }
}
