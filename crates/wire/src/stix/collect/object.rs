//! What is kept of one object.

use crate::stix::marking::Markings;
use crate::stix::{Id, Kind, Timestamp, Value};
use crate::{Error, Result, text};
use std::collections::BTreeSet;

/// One object, as far as an intake needs it.
#[derive(Debug, Default)]
pub(super) struct Object {
    /// Its type.
    pub(super) kind: String,
    /// What names it, on one line.
    pub(super) line: String,
    /// Every marking of it or of a part.
    pub(super) marks: BTreeSet<String>,
    /// What it refers to.
    pub(super) refs: Vec<String>,
    /// The identity that made it.
    pub(super) maker: Option<String>,
    /// `modified`, else `created`.
    pub(super) version_us: Option<i64>,
    /// Whether it is taken back.
    pub(super) revoked: bool,
    /// What is said of the person it is; none if it is no person.
    pub(super) person: Option<String>,
    /// The object as it came; empty if it is not kept.
    pub(super) raw: String,
}

impl Object {
    /// Reads an object and its id.
    pub(super) fn of(root: Value<'_>) -> Result<(String, Self)> {
        if root.kind() != Kind::Map {
            return Err(Error::malformed("$: not an object", root.offset()));
        }
        let missing = |name: &str| {
            Error::malformed(format!("$.{name}: the property is required and missing"), root.offset())
        };
        let kind = get(root, "type").ok_or_else(|| missing("type"))?;
        let id = get(root, "id").ok_or_else(|| missing("id"))?;
        if Id::parse(&id)?.kind() != kind {
            return Err(Error::malformed("$.id: the id names another type than the object", root.offset()));
        }
        let refs = REFS.iter().filter_map(|name| root.get(name)).flat_map(|value| {
            let one = value.as_text().into_iter();
            one.chain(value.items().filter_map(Value::as_text)).map(std::borrow::Cow::into_owned)
        });
        let time = |name: &str| Some(Timestamp::parse(&get(root, name)?).ok()?.unix_us());
        let object = Self {
            line: text::line(&line(root)).unwrap_or_else(|| id.clone()),
            marks: Markings::of(root, "").ids,
            refs: refs.take(super::MEMBERS).collect(),
            maker: get(root, "created_by_ref"),
            version_us: time("modified").or_else(|| time("created")),
            revoked: root.get("revoked").and_then(Value::as_bool).unwrap_or(false),
            person: person(root, &kind),
            raw: String::new(),
            kind,
        };
        Ok((id, object))
    }

    /// Says whether it describes other objects and tells nothing by itself.
    pub(super) fn is_frame(&self) -> bool {
        matches!(self.kind.as_str(), "marking-definition" | "extension-definition" | "language-content")
    }

    /// Says whether it ties other objects together.
    pub(super) fn is_tie(&self) -> bool {
        matches!(self.kind.as_str(), "relationship" | "sighting")
    }
}

/// Returns a text of an object.
pub(super) fn get(root: Value<'_>, name: &str) -> Option<String> {
    root.get(name).and_then(Value::as_text).map(std::borrow::Cow::into_owned).filter(|text| !text.is_empty())
}

fn line(root: Value<'_>) -> String {
    if let Some(word) = get(root, "relationship_type") {
        let end = |name| get(root, name).unwrap_or_default();
        return format!("{} {word} {}", end("source_ref"), end("target_ref"));
    }
    let names: Vec<String> = NAMES.iter().filter_map(|name| get(root, name)).take(2).collect();
    names.join(": ")
}

fn person(root: Value<'_>, kind: &str) -> Option<String> {
    let is = |name, word: &str| get(root, name).is_some_and(|own| own == word);
    let person = match kind {
        "identity" => is("identity_class", "individual"),
        "threat-actor" => is("resource_level", "individual"),
        _ => false,
    };
    if !person {
        return None;
    }
    let lists = ["roles", "labels", "goals"].into_iter().filter_map(|name| root.get(name));
    let words = lists.flat_map(Value::items).filter_map(Value::as_text).map(std::borrow::Cow::into_owned);
    let all: Vec<String> = get(root, "description").into_iter().chain(words).collect();
    Some(all.join(" ").chars().take(REASON).collect())
}

/// Makes an id for a set of objects: the same set has the same id.
pub(super) fn set_id(ids: &[String]) -> String {
    let mut sorted: Vec<&str> = ids.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    format!("bundle--{}", uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, sorted.join("\n").as_bytes()))
}

/// Properties that name an object, the best first.
const NAMES: [&str; 13] = [
    "name",
    "value",
    "abstract",
    "subject",
    "display_name",
    "user_id",
    "account_login",
    "pattern",
    "path",
    "key",
    "command_line",
    "opinion",
    "content",
];

/// Properties that refer to others and make them part of the same matter.
const REFS: [&str; 6] = [
    "object_refs",
    "source_ref",
    "target_ref",
    "sighting_of_ref",
    "observed_data_refs",
    "where_sighted_refs",
];

/// How much of what is said of a person is kept, in characters.
const REASON: usize = 500;
