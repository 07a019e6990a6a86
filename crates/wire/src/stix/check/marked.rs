//! Checks the markings of an object, and marking definitions.
//!
//! Source: STIX 2.1 sections 7.2.1 to 7.2.3; TLP 2.0 extension definition
//! (OASIS CTI STIX common objects, October 2022).

use super::super::marking;
use super::walk::{Place, Walk};
use super::{Kind, Value};

/// Checks that selectors hit something and that no marking marks itself.
pub(super) fn check(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    let own = value.get("id").and_then(Value::as_text);
    let is_own = |reference: Value<'_>| own.is_some() && reference.as_text() == own;
    let marks = walk.kind == "marking-definition";
    if let Some(list) = value.get("object_marking_refs").filter(|_| marks) {
        let here = place.key("object_marking_refs");
        for (at, _) in list.items().enumerate().filter(|(_, one)| is_own(*one)) {
            walk.must(&here.item(at), "7.2.1", "a marking must not mark itself");
        }
    }
    let Some(list) = value.get("granular_markings") else { return };
    let here = place.key("granular_markings");
    for (at, one) in list.items().enumerate() {
        let place = here.item(at);
        if marks && one.get("marking_ref").is_some_and(is_own) {
            walk.must(&place.key("marking_ref"), "7.2.1", "a marking must not mark itself");
        }
        let selectors = place.key("selectors");
        for (at, selector) in one.get("selectors").into_iter().flat_map(Value::items).enumerate() {
            if selector.as_text().is_some_and(|text| marking::select(value, &text).is_none()) {
                walk.must(&selectors.item(at), "7.2.3.1", "the selector hits nothing in this object");
            }
        }
    }
}

/// Checks a marking definition beyond its table.
pub(super) fn definition(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    let text = |name: &str| value.get(name).and_then(Value::as_text);
    let kind = text("definition_type");
    let extended = value.get("extensions").is_some();
    if let Some(level) = value.get("extensions").and_then(|all| all.get(marking::TLP_2)) {
        return two(walk, value, level, &place.key("extensions").key(marking::TLP_2));
    }
    if marking::tlp_2_of(text("id").as_deref().unwrap_or_default()).is_some() {
        return walk.must(place, "TLP 2.0", "a TLP 2.0 marking must carry its extension");
    }
    match kind.as_deref() {
        Some("tlp") => return one(walk, value, place),
        Some("statement") => statement(walk, value, place),
        Some(_) => {
            let here = place.key("definition_type");
            walk.should(&here, "7.2.1", "marking-definition-type", "should be statement or tlp");
            if !extended {
                walk.should(&here, "7.2.1", "extensions-use", "a custom marking should be an extension");
            }
            if value.get("definition").is_some_and(|definition| definition.kind() != Kind::Map) {
                walk.must(&place.key("definition"), "7.2.1", "not an object");
            }
        }
        None => {}
    }
    if !extended && (kind.is_none() || value.get("definition").is_none()) {
        walk.must(place, "7.2.1", "without an extension definition_type and definition must be there");
    }
    if text("id").is_some_and(|id| marking::tlp_1_of(&id).is_some()) {
        let what = "this id belongs to a TLP marking";
        walk.should(&place.key("id"), "7.2.1.4", "marking-definition-type", what);
    }
}

fn statement(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    let Some(definition) = value.get("definition") else { return };
    if definition.get("statement").is_none_or(|statement| statement.kind() != Kind::Text) {
        walk.must(&place.key("definition").key("statement"), "7.2.1.3", "a statement must be a string");
    }
}

/// A TLP 1.0 marking is one of four objects, to the letter.
fn one(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    let text = |name: &str| value.get(name).and_then(Value::as_text);
    let level = value.get("definition").and_then(|definition| definition.get("tlp")).and_then(Value::as_text);
    let id = text("id").unwrap_or_default();
    let own = marking::tlp_1_of(&id);
    let named = |level: &str| format!("TLP:{}", level.to_ascii_uppercase());
    let names = ["type", "spec_version", "id", "created", "name", "definition_type", "definition"];
    let exact = own.is_some()
        && own == level.as_deref()
        && text("created").as_deref() == Some("2017-01-20T00:00:00.000Z")
        && text("spec_version").as_deref() == Some("2.1")
        && text("name") == own.map(|level| named(level).into())
        && value.entries().all(|(key, _)| names.contains(&&*key));
    if !exact {
        walk.must(place, "7.2.1.4", "a TLP marking must be one of the four of the standard, unchanged");
    }
}

/// A TLP 2.0 marking is one of five objects; its word and its id belong together.
fn two(walk: &mut Walk<'_>, value: Value<'_>, level: Value<'_>, place: &Place<'_>) {
    let word = level.get("tlp_2_0").and_then(Value::as_text);
    let id = value.get("id").and_then(Value::as_text).unwrap_or_default();
    let own = marking::tlp_2_of(&id);
    if word.is_none() || own != word.as_deref() {
        walk.must(&place.key("tlp_2_0"), "TLP 2.0", "the word does not belong to the id of this marking");
    }
    if level.get("extension_type").and_then(Value::as_plain) != Some("property-extension") {
        walk.must(&place.key("extension_type"), "TLP 2.0", "must be property-extension");
    }
    if value.get("definition_type").is_some() || value.get("definition").is_some() {
        walk.must(place, "TLP 2.0", "a TLP 2.0 marking has neither definition_type nor definition");
    }
}
