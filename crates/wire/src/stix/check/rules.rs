//! The rules that a table cannot state, by type of object.

use super::super::id;
use super::table::{Class, TABLE};
use super::walk::{Place, Walk};
use super::{Kind, Value, text, walk};

/// Checks what only this type of object must keep.
pub(super) fn check(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    versions(walk, value, place);
    match walk.kind {
        "indicator" => indicator(walk, value, place),
        "relationship" => relationship(walk, value, place),
        "malware" if is_true(value, "is_family") && value.get("name").is_none() => {
            walk.must(&place.key("name"), "4.11", "a malware family must have a name");
        }
        "marking-definition" => super::marked::definition(walk, value, place),
        "extension-definition" => extension(walk, value, place),
        "observed-data" if value.get("objects").is_some() => {
            walk.should(
                &place.key("objects"),
                "4.14",
                "deprecated-properties",
                "deprecated: use object_refs",
            );
        }
        "email-message" => email(walk, value, place),
        "network-traffic" => traffic(walk, value, place),
        _ => {}
    }
    references(walk, value, place);
}

fn is_true(value: Value<'_>, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool) == Some(true)
}

/// Checks the version of the UUID.
///
/// Source: STIX 2.1 sections 2.9 and 3.4.
fn versions(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    let id = value.get("id").and_then(Value::as_text).filter(|text| id::check(text).is_ok());
    let Some(id) = id else { return };
    let (version, here) = (id::version(&id), place.key("id"));
    let contributing: &[&str] = match walk.kind {
        "artifact" => &["hashes", "payload_bin"],
        "email-message" => &["from_ref", "subject", "body"],
        "user-account" => &["account_type", "user_id", "account_login"],
        "windows-registry-key" => &["key", "values"],
        "x509-certificate" => &["hashes", "serial_number"],
        _ => &[],
    };
    let named = contributing.is_empty() || contributing.iter().any(|name| value.get(name).is_some());
    if walk.kind == "process" && version != 4 {
        walk.must(&here, "6.13", "the id of a process must be a UUIDv4");
    } else if !named && version != 4 {
        walk.must(&here, "3.4", "without ID contributing properties the id must be a UUIDv4");
    } else if walk.class == Some(Class::Observable) && walk.kind != "process" {
        if version != 5 && named {
            walk.should(&here, "3.4", "uuid-check", "the id of a cyber-observable object should be a UUIDv5");
        }
    } else if version != 4 && !(walk.uses.observable && version == 5) {
        walk.should(&here, "2.9", "uuid-check", "the id should be a UUIDv4");
    }
}

fn indicator(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    if value.get("name").is_none() || value.get("description").is_none() {
        walk.should(place, "4.7", "indicator-properties", "name and description should be there");
    }
    let pattern = value.get("pattern").and_then(Value::as_text);
    let is_stix = value.get("pattern_type").and_then(Value::as_plain) == Some("stix");
    if let Some(pattern) = pattern.filter(|_| is_stix) {
        let version = value.get("pattern_version").and_then(Value::as_plain);
        super::pattern::check(walk, &pattern, version, &place.key("pattern"));
    }
}

/// Source: STIX 2.1 section 5.1.1.
fn relationship(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    let text = |name: &str| value.get(name).and_then(Value::as_text);
    let (Some(word), Some(source), Some(target)) =
        (text("relationship_type"), text("source_ref"), text("target_ref"))
    else {
        return;
    };
    let (Ok(from), Ok(to)) = (id::check(&source), id::check(&target)) else { return };
    let here = place.key("relationship_type");
    let class = |kind: &str| TABLE.object(kind).map(|shape| shape.class);
    let object = |kind| !matches!(class(kind), Some(Class::Meta | Class::Relationship)) && kind != "bundle";
    if matches!(&*word, "derived-from" | "duplicate-of" | "related-to") || !object(from) || !object(to) {
        return;
    }
    if !TABLE.relates(from, &word, to) {
        let what = format!("not a relationship that the standard suggests from {from:.40} to {to:.40}");
        walk.should(&here, "5.1.1", "relationship-types", what);
    }
}

fn extension(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    if value.get("description").is_none() {
        walk.should(place, "7.3", "extension-description", "a description should be there");
    }
    let top = value.get("extension_types").is_some_and(|types| {
        types.items().any(|kind| kind.as_plain() == Some("toplevel-property-extension"))
    });
    match value.get("extension_properties") {
        None if top => {
            let what = "the names of the properties should be listed in extension_properties";
            walk.should(place, "7.3", "extension-properties", what);
        }
        Some(_) if !top => {
            let what = "only for an extension with the type toplevel-property-extension";
            walk.must(&place.key("extension_properties"), "7.3", what);
        }
        _ => {}
    }
}

fn email(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    let multipart = value.get("is_multipart").and_then(Value::as_bool);
    if multipart == Some(true) && value.get("body").is_some() {
        walk.must(&place.key("body"), "6.6", "must not be there if is_multipart is true");
    }
    if multipart == Some(false) && value.get("body_multipart").is_some() {
        walk.must(&place.key("body_multipart"), "6.6", "must not be there if is_multipart is false");
    }
}

fn traffic(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    if is_true(value, "is_active") && value.get("end").is_some() {
        walk.must(&place.key("end"), "6.12", "must not be there if is_active is true");
    }
    if value.get("src_port").is_none() || value.get("dst_port").is_none() {
        walk.should(place, "6.12", "network-traffic-ports", "src_port and dst_port should be there");
    }
}

/// Checks the external references beyond their table.
///
/// Source: STIX 2.1 section 2.5.
fn references(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    let Some(list) = value.get("external_references") else { return };
    let here = place.key("external_references");
    for (at, one) in list.items().enumerate() {
        let place = here.item(at);
        let source = one.get("source_name").and_then(Value::as_text);
        let external = one.get("external_id").and_then(Value::as_text);
        let number = external.as_deref().unwrap_or_default();
        let (cve, capec) = (is_cve(number), is_numbered(number, "CAPEC-"));
        match source.as_deref() {
            Some("cve") if !cve => {
                walk.must(
                    &place.key("external_id"),
                    "2.5",
                    "for the source cve the id must be CVE-YYYY-NNNN",
                );
            }
            Some("capec") if !capec => {
                walk.must(&place.key("external_id"), "2.5", "for the source capec the id must be CAPEC-N");
            }
            Some("cve" | "capec") => {}
            _ if cve => walk.must(&place.key("source_name"), "2.5", "for a CVE the source must be cve"),
            _ if capec => {
                walk.must(&place.key("source_name"), "2.5", "for a CAPEC id the source must be capec")
            }
            _ => {}
        }
        if one.get("url").is_some() && one.get("hashes").is_none() {
            walk.should(
                &place,
                "2.5",
                "extref-hashes",
                "a reference with a url should have hashes of what is there",
            );
        }
    }
}

fn is_numbered(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|c| c.is_ascii_digit()))
}

fn is_cve(text: &str) -> bool {
    let Some((year, number)) = text.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')) else {
        return false;
    };
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    year.len() == 4
        && digits(year)
        && digits(number)
        && number.len() >= 4
        && (number.len() == 4 || !number.starts_with('0'))
}

/// Says whether a hash fits its algorithm; `None` for an algorithm that is not in the vocabulary.
pub(super) fn hash(name: &str, value: &str) -> Option<bool> {
    let hex = |length: usize| value.len() == length && value.bytes().all(|c| c.is_ascii_hexdigit());
    Some(match name {
        "MD5" => hex(32),
        "SHA-1" => hex(40),
        "SHA-256" | "SHA3-256" => hex(64),
        "SHA-512" | "SHA3-512" => hex(128),
        "SSDEEP" => {
            (1..=148).contains(&value.len())
                && value.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'/' | b'+' | b':' | b'.'))
        }
        "TLSH" => matches!(value.len(), 70 | 72) && value.bytes().all(|c| c.is_ascii_alphanumeric()),
        _ => return None,
    })
}

/// Checks the container of an observed-data object, the older way.
///
/// Source: STIX 2.1 section 2.13.
pub(super) fn container(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    if value.kind() != Kind::Map || value.is_empty() {
        return walk.must(place, "2.13", "not an object with at least one cyber-observable object");
    }
    for (key, object) in value.entries() {
        let here = place.key(&key);
        if !key.bytes().all(|c| c.is_ascii_digit()) || key.is_empty() {
            walk.should(&here, "2.13", "observable-object-keys", "the key should be a whole number");
        }
        let kind = object.get("type").and_then(Value::as_text);
        let class = kind.as_deref().and_then(|kind| TABLE.object(kind)).map(|shape| shape.class);
        if class.is_some_and(|class| class != Class::Observable) {
            walk.must(&here, "2.13", "not a cyber-observable object");
        } else {
            walk::object(object, walk.options, &here, Some(value), walk.findings);
        }
    }
}

/// Checks the translations of a language-content object.
///
/// Source: STIX 2.1 section 7.1.
pub(super) fn contents(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    if value.kind() != Kind::Map || value.is_empty() {
        return walk.must(place, "7.1", "not an object with at least one language");
    }
    for (language, texts) in value.entries() {
        let here = place.key(&language);
        if let Err(rule) = text::check("lang", &language) {
            walk.must(&here, "7.1", rule);
        }
        if texts.kind() != Kind::Map || texts.is_empty() {
            walk.must(&here, "7.1", "not an object with at least one property");
        }
        for (name, text) in texts.entries() {
            let here = here.key(&name);
            if !text::property_name(&name) {
                walk.must(&here, "7.1", "not the name of a property");
            }
            walk.any(text, &here);
        }
    }
}
