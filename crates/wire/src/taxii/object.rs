//! What a collection must know of an object: that it keeps every MUST of STIX, its identity, its
//! version and its markings.
//!
//! Source: STIX 2.1 sections 3.1, 3.2, 3.6 and 7.2; TAXII 2.1 section 3.4.1.

use super::OBJECT_LIMITS;
use crate::stix::check::{Options, Severity, check_value};
use crate::stix::{Envelope, Kind, Tree, Value};
use crate::{Error, Result};
use std::collections::BTreeSet;

/// One object as a collection keeps it.
#[derive(Debug, Clone)]
pub struct Object<'a> {
    /// The object as it arrived.
    pub raw: &'a str,
    /// Its id.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// When this version was made, in microseconds since 1970; `None` for what has no versions.
    pub version: Option<i64>,
    /// What marks it or a part of it: ids of markings, in order, each once. A marking that cannot be
    /// read stands here as an empty text.
    pub markings: Vec<String>,
}

impl<'a> Object<'a> {
    /// Reads one object of STIX 2.1.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], [`Error::TooLarge`], [`Error::TooDeep`] or [`Error::TooMany`], with the
    /// path of the place; [`Error::Unsupported`] if it is of another version of STIX.
    pub fn read(raw: &'a str) -> Result<Self> {
        let tree = Tree::read(raw.as_bytes(), &OBJECT_LIMITS)?;
        let envelope = Envelope::of(&tree)?;
        let kind = envelope.kind();
        match envelope.spec_version.as_deref() {
            Some("2.1") => {}
            Some(_) => return Err(Error::unsupported("$.spec_version: this collection holds STIX 2.1")),
            // Without one, what was made at a time is an object of STIX 2.0.
            None if VERSIONED.contains(&kind) || envelope.created.is_some() => {
                return Err(Error::malformed("$.spec_version: missing", 0));
            }
            None => {}
        }
        let found = check_value(tree.root(), &Options::default());
        if let Some(problem) = found.problems.iter().find(|problem| problem.severity == Severity::Must) {
            let what = format!("{}: {} (STIX 2.1 section {})", problem.path, problem.what, problem.section);
            return Err(Error::malformed(what, 0));
        }
        Ok(Self {
            raw: envelope.raw,
            version: envelope.version().map(crate::stix::Timestamp::unix_us),
            kind: kind.to_owned(),
            markings: markings(&tree),
            id: envelope.id.to_string(),
        })
    }
}

fn markings(tree: &Tree<'_>) -> Vec<String> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let mut add = |id: Option<String>| {
        let id = id.unwrap_or_default();
        // An object may hold many thousands: looking through the list for each would take minutes.
        if seen.insert(id.clone()) {
            found.push(id);
        }
    };
    for (key, value) in tree.root().entries() {
        match &*key {
            "object_marking_refs" if value.kind() == Kind::List => {
                value.items().for_each(|item| add(text(item)));
            }
            "granular_markings" if value.kind() == Kind::List => {
                // A language says nothing about who may read.
                for item in value.items().filter(|item| item.get("lang").is_none()) {
                    add(item.get("marking_ref").and_then(text));
                }
            }
            "object_marking_refs" | "granular_markings" => add(None),
            _ => {}
        }
    }
    found
}

fn text(value: Value<'_>) -> Option<String> {
    value.as_text().map(|text| text.into_owned())
}

/// The types that STIX itself gives versions: they must say by which STIX they were made.
///
/// Source: STIX 2.1 sections 4, 5 and 7.
const VERSIONED: [&str; 24] = [
    "attack-pattern",
    "campaign",
    "course-of-action",
    "grouping",
    "identity",
    "incident",
    "indicator",
    "infrastructure",
    "intrusion-set",
    "location",
    "malware",
    "malware-analysis",
    "note",
    "observed-data",
    "opinion",
    "report",
    "threat-actor",
    "tool",
    "vulnerability",
    "relationship",
    "sighting",
    "language-content",
    "marking-definition",
    "extension-definition",
];

#[cfg(test)]
mod tests {
    use super::*;

    const M: &str = "marking-definition--00000000-0000-4000-8000-00000000000";
    const UUID: &str = "84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3";

    fn says(text: &str) -> String {
        Object::read(text).unwrap_err().to_string()
    }

    #[test]
    fn an_object_gives_its_version_and_its_markings() {
        let raw = format!(
            r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{UUID}","name":"x","pattern":"[url:value='x']",
            "pattern_type":"stix","valid_from":"2024-01-01T00:00:00Z","created":"2024-01-01T00:00:00.000Z",
            "modified":"2024-01-01T00:00:01.500Z","object_marking_refs":["{M}1"],"granular_markings":[
            {{"marking_ref":"{M}2","selectors":["name"]}},{{"lang":"de","selectors":["name"]}}]}}"#
        );
        let object = Object::read(&raw).unwrap();
        assert_eq!((object.raw, object.kind.as_str()), (raw.as_str(), "indicator"));
        assert_eq!(object.version, Some(1_704_067_201_500_000));
        assert_eq!(object.markings, [format!("{M}1"), format!("{M}2")]);
        let tree = r#"{"object_marking_refs":7,"granular_markings":[7]}"#;
        assert_eq!(markings(&Tree::read(tree.as_bytes(), &OBJECT_LIMITS).unwrap()), [""]);
    }

    #[test]
    fn an_observable_needs_no_version_and_no_spec_version() {
        let raw = format!(r#"{{"type":"url","id":"url--{UUID}","value":"https://a.example"}}"#);
        let object = Object::read(&raw).unwrap();
        assert_eq!(object.version, None);
        assert!(object.markings.is_empty());
    }

    #[test]
    fn what_a_collection_could_not_place_is_refused_with_the_path() {
        let head = format!(r#""type":"indicator","id":"indicator--{UUID}""#);
        assert!(says(&format!("{{{head}}}")).contains("$.spec_version"));
        assert!(says(&format!(r#"{{{head},"spec_version":"2.0"}}"#)).contains("holds STIX 2.1"));
        let created = format!(r#"{head},"spec_version":"2.1","created":"2024-01-01T00:00:00.000Z""#);
        assert!(says(&format!("{{{created}}}")).contains("section"));
        let rest = r#""pattern":"[url:value='x']","pattern_type":"stix","valid_from":"2024-01-01T00:00:00Z""#;
        let back = format!(r#"{{{created},{rest},"modified":"2023-01-01T00:00:00.000Z"}}"#);
        assert!(says(&back).contains("modified"), "{}", says(&back));
        let older = format!(r#"{{"type":"x-a","id":"x-a--{UUID}","created":"2024-01-01T00:00:00.000Z"}}"#);
        assert!(says(&older).contains("$.spec_version"));
        assert!(says("7").contains("not an object"));
        assert!(says(&format!("{}{}", "[".repeat(100), "]".repeat(100))).contains("nested"));
    }
}
