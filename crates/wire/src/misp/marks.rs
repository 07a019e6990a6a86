//! What the tags and distribution levels of MISP say about sharing.
//!
//! Of different words on different parts the strictest wins later, when labels are joined. Two words of
//! TLP on one thing contradict each other, because the taxonomy allows one; that, a word nobody
//! defined, and a level that cannot be are [`Said::Unknown`], which is RED.
//!
//! | level | amounts to |
//! |---|---|
//! | 0 your organisation only | AMBER+STRICT |
//! | 1 this community only | AMBER |
//! | 2 connected communities | GREEN |
//! | 3 all communities | GREEN, unless a tag says more |
//! | 4 sharing group | AMBER; AMBER+STRICT if the group is one organisation or is not described |
//! | 5 inherit | nothing on a part; on an event it cannot be |
//!
//! Source: MISP core format, `distribution` and `sharing_group_id`; taxonomy `tlp`; TLP 2.0.

use super::read::{flag, list, number, word};
use crate::intake::say;
use crate::stix::marking::Said;
use crate::stix::{Kind, Value};
use std::collections::BTreeSet;

/// Says what one thing is marked with, without what is inside it.
pub(super) fn own(thing: Value<'_>, is_event: bool) -> Vec<Said> {
    let mut said = Vec::new();
    let mut words = BTreeSet::new();
    for tag in tags(thing) {
        match of_tag(&tag) {
            Some(Said::Tlp(word)) => {
                words.insert(word);
            }
            Some(other) => say(&mut said, other),
            None => {}
        }
    }
    match (words.pop_first(), words.is_empty()) {
        (Some(word), true) => say(&mut said, Said::Tlp(word)),
        (Some(_), false) => say(&mut said, Said::Unknown),
        (None, _) => {}
    }
    let is_tagged = !said.is_empty();
    let level = thing.get("distribution").filter(|level| level.kind() != Kind::Null);
    if let Some(new) = level.and_then(|level| of_level(thing, level, is_event, is_tagged)) {
        say(&mut said, new);
    }
    said
}

/// Says what a thing and everything inside it is marked with.
pub(super) fn whole(thing: Value<'_>, is_event: bool) -> Vec<Said> {
    let mut said = own(thing, is_event);
    inside(thing, &mut said);
    said
}

fn inside(thing: Value<'_>, said: &mut Vec<Said>) {
    for value in thing.items().chain(thing.entries().map(|(_, value)| value)) {
        match value.kind() {
            Kind::Map => {
                own(value, false).into_iter().for_each(|new| say(said, new));
                inside(value, said);
            }
            Kind::List => inside(value, said),
            _ => {}
        }
    }
}

/// Lists the names of the tags of a thing.
pub(super) fn tags(thing: Value<'_>) -> Vec<String> {
    list(thing, "Tag").filter_map(|tag| word(tag, "name")).collect()
}

/// Says what a tag means; `None` if it is about something else than sharing.
fn of_tag(tag: &str) -> Option<Said> {
    let tag = tag.trim().to_lowercase();
    let (space, rest) = tag.split_once(':')?;
    if space == "tlp" {
        let found = WORDS.iter().find(|(name, _)| *name == rest);
        return Some(found.map_or(Said::Unknown, |(_, word)| Said::Tlp(word)));
    }
    MARKING_SPACES.contains(&space).then_some(Said::Unknown)
}

fn of_level(thing: Value<'_>, level: Value<'_>, is_event: bool, is_tagged: bool) -> Option<Said> {
    match (number(level), is_event) {
        (Some(0), _) => Some(Said::Tlp("amber+strict")),
        (Some(1), _) => Some(Said::Tlp("amber")),
        (Some(2), _) => Some(Said::Tlp("green")),
        (Some(3), true) if !is_tagged => Some(Said::Tlp("green")),
        (Some(3), _) | (Some(5), false) => None,
        (Some(4), _) => Some(group(thing)),
        _ => Some(Said::Unknown),
    }
}

/// Says how far a sharing group reaches.
fn group(thing: Value<'_>) -> Said {
    let named = thing.get("sharing_group_id").and_then(number).is_some_and(|id| id > 0);
    let described = thing.get("SharingGroup").filter(|group| group.kind() == Kind::Map && !group.is_empty());
    match described {
        // MISP: level 4 needs a group, and a group of the number 0 is none.
        None if !named => Said::Unknown,
        None => Said::Tlp("amber+strict"),
        Some(group) => {
            let inactive = group.get("active").is_some_and(|active| !flag(active));
            let members = list(group, "SharingGroupOrg").count();
            let servers =
                list(group, "SharingGroupServer").any(|server| server.get("all_orgs").is_some_and(flag));
            if inactive || (members < 2 && !servers) { Said::Tlp("amber+strict") } else { Said::Tlp("amber") }
        }
    }
}

/// The words of the taxonomy `tlp`; `ex:chr` and `unclear` are none that can be obeyed by themselves.
const WORDS: [(&str, &str); 6] = [
    ("white", "clear"),
    ("clear", "clear"),
    ("green", "green"),
    ("amber", "amber"),
    ("amber+strict", "amber+strict"),
    ("red", "red"),
];

/// Taxonomies that are markings of others, which only they can read.
const MARKING_SPACES: [&str; 11] = [
    "acs-marking",
    "ais-marking",
    "data-classification",
    "de-vs",
    "dni-ism",
    "euci",
    "fr-classif",
    "iep",
    "iep2-policy",
    "iep2-reference",
    "nato",
];
