//! The extension that carries what STIX has no property for.

use serde_json::{Value, json};

/// The id of our extension definition.
pub const EXTENSION: &str = "extension-definition--5d0f3a4e-8a1c-4f0b-9b64-7c2de1a9f386";

/// The id of the project, which is who wrote the extension definition.
pub const PROJECT: &str = "identity--c3b0a1de-27f4-4c55-8e0f-51a6d2f7b940";

/// The JSON Schema of the extension.
pub const SCHEMA: &str = include_str!("../../../../../docs/reference/stix-extension.schema.json");

const CREATED: &str = "2026-11-24T00:00:00.000Z";

/// Returns the extension definition, the same for everybody.
///
/// Source: STIX 2.1 section 7.3.
pub fn definition() -> Value {
    json!({
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": EXTENSION,
        "created_by_ref": PROJECT,
        "created": CREATED,
        "modified": CREATED,
        "name": "Aldis warning exchange",
        "description": "What a warning desk says beside STIX: which of its own things an object is, the grade of the source and the information, and the word of likelihood.",
        "schema": SCHEMA,
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    })
}

/// Returns the identity of the project, which the definition names as its creator.
pub fn project() -> Value {
    json!({
        "type": "identity",
        "spec_version": "2.1",
        "id": PROJECT,
        "created": CREATED,
        "modified": CREATED,
        "name": "Aldis",
        "description": "The project that defines the extension.",
        "identity_class": "organization",
    })
}
