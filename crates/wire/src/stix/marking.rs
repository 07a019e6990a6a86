//! Markings: what an object and its parts are marked with.
//!
//! A marking definition that is TLP says one of five words; any other marking
//! says nothing that is understood here. Selectors name parts of an object;
//! a selector that names a list or an object covers everything below.
//!
//! Source: STIX 2.1 section 7.2; TLP 2.0 (FIRST, August 2022).

use super::{Kind, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The extension definition of TLP 2.0.
pub const TLP_2: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// The four markings of TLP 1.0, with the word they carry.
const TLP_1_IDS: [(&str, &str); 4] = [
    ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "white"),
    ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "green"),
    ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "amber"),
    ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red"),
];

/// The five markings of TLP 2.0, with the word they carry.
const TLP_2_IDS: [(&str, &str); 5] = [
    ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
    ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
    ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"),
    ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"),
    ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"),
];

/// Finds the TLP 1.0 word of a marking by its id.
pub fn tlp_1_of(id: &str) -> Option<&'static str> {
    TLP_1_IDS.iter().find(|(own, _)| *own == id).map(|(_, word)| *word)
}

/// Finds the TLP 2.0 word of a marking by its id.
pub fn tlp_2_of(id: &str) -> Option<&'static str> {
    TLP_2_IDS.iter().find(|(own, _)| *own == id).map(|(_, word)| *word)
}

/// Finds the id of a TLP 2.0 marking by its word, such as `amber+strict`.
pub fn tlp_2_id(word: &str) -> Option<&'static str> {
    TLP_2_IDS.iter().find(|(_, own)| *own == word).map(|(id, _)| *id)
}

/// Finds what a selector names in an object.
pub fn select<'a>(object: Value<'a>, selector: &str) -> Option<Value<'a>> {
    let mut here = object;
    for part in selector.split('.') {
        let index = part.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        here = match (index, here.kind()) {
            (Some(digits), Kind::List) => here.items().nth(digits.parse().ok()?)?,
            (None, Kind::Map) => here.get(part)?,
            _ => return None,
        };
    }
    Some(here)
}

/// The markings that a viewer of an object or of a part of it has to obey.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markings {
    /// The ids of the marking definitions, without order or repetition.
    pub ids: BTreeSet<String>,
}

impl Markings {
    /// Collects what covers one part of an object, named by a selector; an
    /// empty selector means the object as a whole, with everything in it.
    ///
    /// A granular marking covers a part if it names it, something around it,
    /// or something inside it: who sees the part sees that too. Markings that
    /// name a language only say nothing about sharing.
    pub fn of(object: Value<'_>, selector: &str) -> Self {
        let mut ids = BTreeSet::new();
        let text = |value: Value<'_>| value.as_text().unwrap_or_default().into_owned();
        ids.extend(object.get("object_marking_refs").into_iter().flat_map(Value::items).map(text));
        for granular in object.get("granular_markings").into_iter().flat_map(Value::items) {
            let Some(marking) = granular.get("marking_ref") else { continue };
            let mut selectors = granular.get("selectors").into_iter().flat_map(Value::items);
            if selectors.any(|own| own.as_text().is_some_and(|own| touches(&own, selector))) {
                ids.insert(text(marking));
            }
        }
        Self { ids }
    }
}

/// Says whether two selectors name the same part, or one a part of the other.
fn touches(a: &str, b: &str) -> bool {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    a.is_empty() || b.strip_prefix(a).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What a marking definition says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// One of the five words of TLP 2.0; `white` of TLP 1.0 is `clear` here.
    Tlp(&'static str),
    /// Words that restrict nothing by themselves, such as a copyright notice.
    Statement(String),
    /// Something that is not understood here.
    Unknown,
}

/// Says what a marking means by its id alone; only TLP is known by id.
pub fn said_by_id(id: &str) -> Said {
    match (tlp_2_of(id), tlp_1_of(id)) {
        (Some(word), _) => Said::Tlp(word),
        (None, Some("white")) => Said::Tlp("clear"),
        (None, Some(word)) => Said::Tlp(word),
        (None, None) => Said::Unknown,
    }
}

/// Says what a marking definition means.
///
/// TLP is known by the id, never by the words: a definition that says `clear`
/// under another id is not understood.
pub fn said(definition: Value<'_>) -> Said {
    let text = |name: &str| definition.get(name).and_then(Value::as_text).unwrap_or_default();
    let by_id = said_by_id(&text("id"));
    let statement =
        definition.get("definition").and_then(|own| own.get("statement")).and_then(Value::as_text);
    match (by_id, &*text("definition_type"), statement) {
        (Said::Unknown, "statement", Some(statement)) if definition.get("extensions").is_none() => {
            Said::Statement(statement.into_owned())
        }
        (by_id, _, _) => by_id,
    }
}

/// Finds a circle of markings that mark each other, and returns its ids in order.
///
/// `marks` names, for each marking definition, the markings that it carries.
///
/// Source: STIX 2.1 section 7.2.1.
pub fn circle(marks: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    for start in marks.keys() {
        let mut path = vec![start];
        let mut open = vec![marks.get(start).into_iter().flatten()];
        while let Some(next) = open.last_mut().map(Iterator::next) {
            match next {
                Some(id) if path.contains(&id) => {
                    return Some(path.iter().skip_while(|own| **own != id).map(|id| (*id).clone()).collect());
                }
                Some(id) if done.contains(id) || path.len() > DEEPEST => {}
                Some(id) => {
                    path.push(id);
                    open.push(marks.get(id).into_iter().flatten());
                }
                None => {
                    open.pop();
                    done.extend(path.pop());
                }
            }
        }
    }
    None
}

/// How long a chain of markings is followed. A longer one is not looked at to its end.
const DEEPEST: usize = 100;

#[cfg(test)]
mod tests {
    use super::super::{Limits, Tree};
    use super::*;

    fn ids(selector: &str) -> Vec<String> {
        let text = r#"{"object_marking_refs":["marking-definition--o"],"labels":["a","b"],"hashes":{"MD5":"x"},
            "granular_markings":[{"selectors":["labels.[1]"],"marking_ref":"marking-definition--l"},
            {"selectors":["hashes"],"marking_ref":"marking-definition--h"},{"selectors":["labels"],"lang":"de"}]}"#;
        let tree = Tree::read(text.as_bytes(), &Limits::default()).unwrap();
        let all = Markings::of(tree.root(), selector).ids;
        all.iter().map(|id| id.rsplit_once("--").unwrap().1.to_owned()).collect()
    }

    #[test]
    fn a_part_is_covered_from_outside_and_from_inside() {
        assert_eq!(ids(""), ["h", "l", "o"]);
        assert_eq!(ids("labels"), ["l", "o"]);
        assert_eq!(ids("labels.[1]"), ["l", "o"]);
        assert_eq!(ids("labels.[0]"), ["o"]);
        assert_eq!(ids("labels.[10]"), ["o"]);
        assert_eq!(ids("hashes.MD5"), ["h", "o"]);
        assert_eq!(ids("name"), ["o"]);
    }

    #[test]
    fn a_selector_finds_its_part_or_nothing() {
        let text = r#"{"labels":["a",{"b":1}]}"#;
        let tree = Tree::read(text.as_bytes(), &Limits::default()).unwrap();
        let found = |selector| select(tree.root(), selector).map(Value::raw);
        assert_eq!(found("labels.[1].b"), Some("1"));
        assert_eq!(found("labels.[2]"), None);
        assert_eq!(found("labels.a"), None);
        assert_eq!(found("name"), None);
        assert_eq!(found("labels.[99999999999999999999]"), None);
    }

    #[test]
    fn tlp_is_known_by_its_id_and_not_by_its_words() {
        let said = |text: &str| said(Tree::read(text.as_bytes(), &Limits::default()).unwrap().root());
        let red = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";
        assert_eq!(
            said(&format!(
                r#"{{"id":"{red}","definition_type":"statement","definition":{{"statement":"x"}}}}"#
            )),
            Said::Tlp("red")
        );
        assert_eq!(
            said_by_id("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"),
            Said::Tlp("clear")
        );
        assert_eq!(
            said(r#"{"id":"marking-definition--x","definition_type":"tlp","definition":{"tlp":"clear"}}"#),
            Said::Unknown
        );
        assert_eq!(
            said(
                r#"{"id":"marking-definition--x","definition_type":"statement","definition":{"statement":"(c)"}}"#
            ),
            Said::Statement("(c)".to_owned())
        );
    }

    #[test]
    fn markings_that_mark_each_other_are_found() {
        let graph = |edges: &[(&str, &[&str])]| {
            let set = |to: &[&str]| to.iter().map(|id| (*id).to_owned()).collect();
            circle(&edges.iter().map(|(from, to)| ((*from).to_owned(), set(to))).collect())
        };
        assert_eq!(graph(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])]), None);
        assert_eq!(graph(&[("a", &["a"])]).unwrap(), ["a"]);
        assert_eq!(
            graph(&[("x", &["a"]), ("a", &["b"]), ("b", &["c"]), ("c", &["a"])]).unwrap(),
            ["a", "b", "c"]
        );
    }
}
