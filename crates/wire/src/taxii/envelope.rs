//! The body of an addition, taken apart into its objects without touching them.
//!
//! A body that is no envelope is refused as a whole; an object in it that breaks a rule is the caller's
//! to fail alone. So that one object with a doubled key cannot take the others along, the objects are
//! cut out here and read one by one.
//!
//! Source: TAXII 2.1 section 3.7.

use crate::stix::Limits;
use crate::{Error, Result};
use serde::Deserialize;
use serde_json::value::RawValue;

/// How much one object may hold.
pub const OBJECT_LIMITS: Limits = Limits { bytes: 1 << 20, depth: 64, values: 200_000 };

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    objects: Option<Vec<&'a RawValue>>,
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
}

/// Cuts the objects out of an envelope, each as the text that arrived.
///
/// # Errors
///
/// [`Error::NotText`] if it is not UTF-8; [`Error::Malformed`] if it is no JSON object with a list
/// `objects`; [`Error::Unsupported`] if it is a bundle: a bundle is an object of another kind, whose
/// own rules would be lost if its objects were taken out of it.
pub fn objects(body: &[u8]) -> Result<Vec<&str>> {
    let text = std::str::from_utf8(body)
        .map_err(|error| Error::NotText { encoding: "UTF-8".into(), at: error.valid_up_to() })?;
    // A list of an envelope's two values would be read as one.
    if text.trim_start().starts_with('[') {
        return Err(Error::malformed("the body is no envelope: a JSON object with a list objects", 0));
    }
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|error| {
        let what = if error.is_data() {
            "the body is no envelope: a JSON object with a list objects"
        } else {
            "the body is no JSON"
        };
        Error::malformed(format!("{what}, line {} column {}", error.line(), error.column()), 0)
    })?;
    if envelope.kind.is_some() {
        return Err(Error::unsupported(
            "an object or a bundle: send its objects in an envelope {\"objects\": [...]}",
        ));
    }
    let objects = envelope
        .objects
        .ok_or_else(|| Error::malformed("the body is no envelope: it has no list objects", 0))?;
    Ok(objects.into_iter().map(RawValue::get).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_object_is_the_text_that_arrived() {
        let body = br#" {"objects": [ {"b":1,  "a":[1.0]} , 7, "x"], "x_more": {}} "#;
        assert_eq!(objects(body).unwrap(), [r#"{"b":1,  "a":[1.0]}"#, "7", "\"x\""]);
        assert!(objects(br#"{"objects": []}"#).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_envelope_is_refused() {
        for bad in [
            &b""[..],
            b"[]",
            br#" [[{"a": 1}], null]"#,
            b"{}",
            b"null",
            br#"{"objects": {}}"#,
            br#"{"objects": null}"#,
            br#"{"objects": [1}"#,
            br#"{"objects": []} x"#,
            br#"{"objects": [], "objects": []}"#,
            br#"{"type": "bundle", "objects": []}"#,
            b"{\"objects\": [\"\xff\"]}",
        ] {
            assert!(objects(bad).is_err(), "{}", String::from_utf8_lossy(bad));
        }
    }
}
