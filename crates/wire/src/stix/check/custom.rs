//! What the standard does not define: custom types, properties, extensions, dictionaries.
//!
//! Source: STIX 2.1 sections 2.3, 3.1, 7.3 and 11.

use super::super::id;
use super::table::{Class, Shape, TABLE};
use super::walk::{Place, Walk};
use super::{Kind, Value, text};

/// The kinds of extension that an object uses.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Uses {
    /// A new type of object.
    pub(super) object: bool,
    /// Properties at the top of the object.
    pub(super) top: bool,
    /// Properties inside the extension.
    pub(super) inner: bool,
    /// The new type is a cyber-observable one.
    pub(super) observable: bool,
}

impl Uses {
    pub(super) fn of(object: Value<'_>) -> Self {
        let mut uses = Self::default();
        for (_, extension) in object.get("extensions").into_iter().flat_map(Value::entries) {
            match extension.get("extension_type").and_then(Value::as_text).as_deref() {
                Some("new-sdo" | "new-sro") => uses.object = true,
                Some("new-sco") => (uses.object, uses.observable) = (true, true),
                Some("toplevel-property-extension") => uses.top = true,
                Some("property-extension") => uses.inner = true,
                _ => {}
            }
        }
        uses
    }
}

/// Checks the name of a custom type.
pub(super) fn object(walk: &mut Walk<'_>, place: &Place<'_>) {
    let (kind, here) = (walk.kind, place.key("type"));
    if let Err(rule) = id::check_type(kind) {
        walk.must(&here, "11.2", rule);
    }
    if kind == "action" {
        return walk.must(&here, "3.8", "the name is reserved for a later version");
    }
    if walk.options.strict_types {
        walk.must(&here, "11.2", "the standard defines no such type");
    }
    if !walk.uses.object {
        walk.should(&here, "7.3", "extensions-use", "a custom type should come with an extension definition");
    }
    prefix(walk, kind, '-', &here);
}

/// Checks the `x-` or `x_` at the front of a custom name, the way of STIX 2.0.
pub(super) fn prefix(walk: &mut Walk<'_>, name: &str, joint: char, place: &Place<'_>) {
    let rest = name.strip_prefix('x').and_then(|rest| rest.strip_prefix(joint));
    if rest.is_none_or(str::is_empty) {
        walk.should(place, "11", "custom-prefix-lax", format!("a custom name should begin with x{joint}"));
    }
    let sourced =
        rest.and_then(|rest| rest.split_once(joint)).is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
    if !sourced {
        let what = format!("a custom name should begin with x{joint}, then its source and {joint}");
        walk.should(place, "11", "custom-prefix", what);
    }
}

/// Checks a property that the table does not have.
pub(super) fn property(walk: &mut Walk<'_>, shape: &Shape, name: &str, value: Value<'_>, place: &Place<'_>) {
    if shape.forbidden.contains(&name) {
        return walk.must(place, "3.8", "the name is reserved for a later version");
    }
    if !text::property_name(name) {
        walk.must(place, "3.1", "the name of a property has 3 to 250 characters of a-z, 0-9 and _");
    }
    walk.any(value, place);
    typed_by_name(walk, name, value, place);
    let observable = walk.class == Some(Class::Observable);
    if observable {
        cases(walk, name, value, place);
    }
    let common = matches!(shape.name, "external-reference" | "kill-chain-phase" | "granular-marking");
    if walk.class.is_none() && shape.class == Class::Part && !shape.name.ends_with("-ext") || common {
        return;
    }
    if walk.options.strict_properties {
        walk.must(place, shape.section, "the standard defines no such property here");
    }
    let covered = shape.class != Class::Part && walk.uses.top;
    if !covered {
        let what = "a custom property should come with an extension definition";
        walk.should(place, "7.3", "extensions-use", what);
    }
    prefix(walk, name, '_', place);
}

/// A name that ends with `_bin` or `_hex` says what the value is.
fn typed_by_name(walk: &mut Walk<'_>, name: &str, value: Value<'_>, place: &Place<'_>) {
    let text = value.as_text();
    if name.ends_with("_bin") && !text.as_deref().is_some_and(text::base64) {
        walk.must(place, "2.1", "a property whose name ends with _bin must hold base64");
    }
    if name.ends_with("_hex") && !text.as_deref().is_some_and(text::hex) {
        walk.must(place, "2.8", "a property whose name ends with _hex must hold digits 0-9 and a-f in pairs");
    }
}

/// Advises lower case for keys in cyber-observable objects.
fn cases(walk: &mut Walk<'_>, name: &str, value: Value<'_>, place: &Place<'_>) {
    if name.bytes().any(|c| c.is_ascii_uppercase()) {
        walk.should(place, "2.3", "observable-dictionary-keys", "the key should be in lower case");
    }
    for (key, inner) in value.entries() {
        cases(walk, &key, inner, &place.key(&key));
    }
}

/// Checks the dictionary of extensions.
pub(super) fn extensions(walk: &mut Walk<'_>, value: Value<'_>, place: &Place<'_>) {
    if value.kind() != Kind::Map || value.is_empty() {
        return walk.must(place, "3.2", "not an object with at least one extension");
    }
    for (key, extension) in value.entries() {
        let here = place.key(&key);
        if extension.kind() != Kind::Map || extension.is_empty() {
            walk.must(&here, "7.3", "an extension must be an object with at least one property");
            continue;
        }
        let own = TABLE.part(&key).filter(|part| predefined(walk.kind, part.name));
        if let Some(part) = own {
            walk.shape(extension, part, &here);
            continue;
        }
        if id::check(&key).is_ok_and(|kind| kind == "extension-definition") {
            defined(walk, extension, &here);
        } else if !is_extension_name(&key) {
            walk.must(&here, "3.2", "the key must be the id of an extension definition, or end with -ext");
        }
        names(walk, extension, &here);
        let extensible = matches!(walk.kind, "file" | "network-traffic" | "process" | "user-account");
        if extensible && !walk.uses.inner {
            let what = "a custom extension should be a property-extension";
            walk.should(&here, "7.3", "extensions-use", what);
        }
        if extensible {
            extension_prefix(walk, &key, &here);
        }
    }
}

fn extension_prefix(walk: &mut Walk<'_>, key: &str, place: &Place<'_>) {
    let inner = key.strip_prefix("x-").and_then(|rest| rest.strip_suffix("-ext"));
    if inner.is_none_or(str::is_empty) {
        walk.should(place, "11.3", "custom-prefix-lax", "a custom extension should begin with x-");
    }
    if !inner.is_some_and(|inner| inner.contains('-')) {
        let what = "a custom extension should begin with x-, then its source and a hyphen";
        walk.should(place, "11.3", "custom-prefix", what);
    }
}

/// Checks an extension by the id of its definition.
fn defined(walk: &mut Walk<'_>, extension: Value<'_>, place: &Place<'_>) {
    let Some(kind) = extension.get("extension_type") else {
        return walk.must(&place.key("extension_type"), "7.3", "the property is required and missing");
    };
    let known = ["new-sdo", "new-sco", "new-sro", "property-extension", "toplevel-property-extension"];
    if !kind.as_text().is_some_and(|kind| known.contains(&&*kind)) {
        walk.must(&place.key("extension_type"), "10.5", "not one of the values of extension-type-enum");
    }
}

fn names(walk: &mut Walk<'_>, extension: Value<'_>, place: &Place<'_>) {
    for (name, value) in extension.entries() {
        let here = place.key(&name);
        if !text::property_name(&name) {
            walk.must(&here, "3.1", "the name of a property has 3 to 250 characters of a-z, 0-9 and _");
        }
        walk.any(value, &here);
        typed_by_name(walk, &name, value, &here);
        if walk.class == Some(Class::Observable) {
            cases(walk, &name, value, &here);
        }
    }
}

/// Says whether the standard defines this extension for this type.
fn predefined(kind: &str, extension: &str) -> bool {
    let own: &[&str] = match kind {
        "file" => &["archive-ext", "ntfs-ext", "pdf-ext", "raster-image-ext", "windows-pebinary-ext"],
        "network-traffic" => &["http-request-ext", "icmp-ext", "socket-ext", "tcp-ext"],
        "process" => &["windows-process-ext", "windows-service-ext"],
        "user-account" => &["unix-account-ext"],
        _ => &[],
    };
    own.contains(&extension)
}

fn is_extension_name(key: &str) -> bool {
    key.ends_with("-ext") && id::check_type(key).is_ok()
}

/// Checks a dictionary: its keys, and its values by what it holds.
pub(super) fn dictionary(
    walk: &mut Walk<'_>,
    what: &str,
    value: Value<'_>,
    place: &Place<'_>,
    section: &'static str,
) {
    if value.kind() != Kind::Map || value.is_empty() {
        return walk.must(place, "2.3", "not an object with at least one key");
    }
    for (key, inner) in value.entries() {
        let here = place.key(&key);
        if !text::dictionary_key(&key) {
            walk.must(&here, "2.3", "a key has 1 to 250 letters, digits, hyphens or underscores");
        }
        walk.any(inner, &here);
        let text_or_whole = inner.kind() == Kind::Text || inner.as_integer().is_some();
        let texts = inner.kind() == Kind::List && inner.items().all(|item| item.kind() == Kind::Text);
        let good = match what {
            "text" | "pdf-info" => inner.kind() == Kind::Text,
            "header" => inner.kind() == Kind::Text || texts,
            "http" => texts,
            "exif" | "ipfix" => text_or_whole,
            "socket" => inner.as_integer().is_some(),
            _ => true,
        };
        if !good {
            walk.must(&here, section, "the value has another type than this dictionary holds");
        }
        if walk.class == Some(Class::Observable) && what.is_empty() {
            cases(walk, &key, inner, &here);
        }
        key_of(walk, what, &key, &here, section);
    }
}

fn key_of(walk: &mut Walk<'_>, what: &str, key: &str, place: &Place<'_>, section: &'static str) {
    match what {
        "pdf-info" if !TABLE.has("pdf-info", key) => {
            walk.should(
                place,
                section,
                "pdf-doc-info",
                "not a key of the PDF document information dictionary",
            );
        }
        "http" if !TABLE.has("header", key) => {
            walk.should(place, section, "http-request-headers", "not a known HTTP request header");
        }
        "ipfix"
            if !(key.len() > 1
                && key.starts_with(|c: char| c.is_ascii_lowercase())
                && key.bytes().all(|c| c.is_ascii_alphanumeric())) =>
        {
            walk.should(place, section, "ipfix", "not a name of an IPFIX information element");
        }
        "socket" => {
            let family = key.split_once('_').map_or("", |(family, _)| family);
            let families = ["SO", "ICMP", "ICMP6", "IP", "IPV6", "MCAST", "TCP", "IRLMP"];
            if !families.contains(&family) || key.bytes().any(|c| c.is_ascii_lowercase()) {
                walk.must(
                    place,
                    section,
                    "a socket option begins with SO_, ICMP_, ICMP6_, IP_, IPV6_, MCAST_, TCP_ or IRLMP_",
                );
            } else if !TABLE.has("socket", key) {
                walk.should(place, section, "socket-options", "not a known socket option");
            }
        }
        "header" if HEADERS.contains(&key) => {
            walk.must(place, section, "this header has a property of its own");
        }
        "startup" if !STARTUP.contains(&key) => {
            walk.must(place, section, "not a field of STARTUPINFO");
        }
        _ => {}
    }
}

const HEADERS: [&str; 9] = [
    "date",
    "received_lines",
    "content_type",
    "from_ref",
    "sender_ref",
    "to_refs",
    "cc_refs",
    "bcc_refs",
    "subject",
];

const STARTUP: [&str; 18] = [
    "cb",
    "lpReserved",
    "lpDesktop",
    "lpTitle",
    "dwX",
    "dwY",
    "dwXSize",
    "dwYSize",
    "dwXCountChars",
    "dwYCountChars",
    "dwFillAttribute",
    "dwFlags",
    "wShowWindow",
    "cbReserved2",
    "lpReserved2",
    "hStdInput",
    "hStdOutput",
    "hStdError",
];
