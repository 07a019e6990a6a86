//! Checks what the pattern of an indicator is about.
//!
//! The grammar is that of [`crate::pattern`]; here the types and properties
//! that a pattern names are compared with the tables.
//!
//! Source: STIX 2.1 sections 4.7 and 9.

use super::super::id;
use super::custom;
use super::table::{Class, TABLE};
use super::text;
use super::walk::{Place, Walk};
use crate::pattern::ast::{Compare, Observe, Path, Step};
use crate::pattern::{Limits, Pattern, Version};

/// Checks the pattern of an indicator whose type is `stix`.
pub(super) fn check(walk: &mut Walk<'_>, pattern: &str, version: Option<&str>, place: &Place<'_>) {
    let version = if version == Some("2.0") { Version::V20 } else { Version::V21 };
    let pattern = match Pattern::parse(pattern, version, &Limits::default()) {
        Ok(pattern) => pattern,
        Err(error) => return walk.must(place, "9", error.to_string()),
    };
    for finding in pattern.findings().iter().filter(|finding| !finding.warning) {
        walk.must(place, "9", finding.says.clone());
    }
    observe(walk, pattern.root(), place);
}

fn observe(walk: &mut Walk<'_>, part: &Observe, place: &Place<'_>) {
    match part {
        Observe::One(compare) => each(walk, compare, place),
        Observe::And(parts) | Observe::Or(parts) | Observe::Then(parts) => {
            parts.iter().for_each(|part| observe(walk, part, place));
        }
        Observe::Qualified(part, _) => observe(walk, part, place),
    }
}

fn each(walk: &mut Walk<'_>, compare: &Compare, place: &Place<'_>) {
    match compare {
        Compare::Test(test) => path(walk, &test.path, place),
        Compare::And(parts) | Compare::Or(parts) => {
            parts.iter().for_each(|part| each(walk, part, place));
        }
    }
}

fn path(walk: &mut Walk<'_>, path: &Path, place: &Place<'_>) {
    let shape = TABLE.object(&path.kind).filter(|shape| shape.class == Class::Observable);
    if shape.is_none() {
        if let Err(rule) = id::check_type(&path.kind) {
            walk.must(place, "9.7", format!("{:.40}: {rule}", path.kind));
        } else {
            custom::prefix(walk, &path.kind, '-', place);
        }
        if walk.options.strict_types {
            walk.must(place, "9.7", format!("the standard defines no observable type {:.40}", path.kind));
        }
    }
    let Some(Step::Key(property)) = path.steps.first() else { return };
    if shape.is_some_and(|shape| shape.property(property).is_some()) {
        return;
    }
    if !text::property_name(property) {
        walk.must(place, "9.7", format!("{property:.40} is no name of a property"));
    } else if shape.is_some() {
        custom::prefix(walk, property, '_', place);
        if walk.options.strict_properties {
            let what = format!("the standard defines no property {property:.40} for {:.40}", path.kind);
            walk.must(place, "9.7", what);
        }
    }
}
