//! The canonical form of an object, and the identifiers that follow from it.
//!
//! Source: RFC 8785; STIX 2.1 section 3.4 and the ID Contributing Properties
//! in section 6; RFC 4122 section 4.3.

use super::{Id, Kind, Value};
use crate::{Error, Result};
use serde_json::Value as Json;
use uuid::{Uuid, uuid};

impl Value<'_> {
    /// Writes the value in the canonical form that signatures are made over.
    ///
    /// Keys are ordered by UTF-16 units, numbers written as ECMAScript does;
    /// an integer beyond 2⁵³ is rounded to a double, as the form demands.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the value has no canonical form; none that was
    /// read is known to have none.
    pub fn canonical(self) -> Result<String> {
        canonical(&self)
    }
}

fn canonical(value: &impl serde::Serialize) -> Result<String> {
    let bytes = serde_json_canonicalizer::to_vec(value)
        .map_err(|error| Error::malformed(format!("no canonical form: {error}"), 0))?;
    String::from_utf8(bytes).map_err(|_| Error::malformed("no canonical form", 0))
}

/// Makes the identifier of a cyber-observable object from what it says.
///
/// `None` if the standard names no contributing properties for the type, or
/// the object has none of them: such an object has a random identifier.
///
/// # Errors
///
/// As [`Value::canonical`].
pub fn observable_id(object: Value<'_>) -> Result<Option<Id>> {
    let kind = object.get("type").and_then(Value::as_text).unwrap_or_default();
    let mut name = serde_json::Map::new();
    for property in contributing(&kind) {
        let Some(value) = object.get(property) else { continue };
        let value = if *property == "hashes" { one_hash(value) } else { serde_json::to_value(value).ok() };
        if let Some(value) = value {
            name.insert((*property).to_owned(), value);
        }
    }
    if name.is_empty() {
        return Ok(None);
    }
    let uuid = Uuid::new_v5(&NAMESPACE, canonical(&Json::Object(name))?.as_bytes());
    Id::parse(&format!("{kind}--{uuid}")).map(Some)
}

/// Returns the properties that the identifier of this type is made from, in
/// the order of the standard; empty for a process and for what is no observable.
pub fn contributing(kind: &str) -> &'static [&'static str] {
    match kind {
        "artifact" => &["hashes", "payload_bin"],
        "autonomous-system" => &["number"],
        "directory" => &["path"],
        "domain-name" | "email-addr" | "ipv4-addr" | "ipv6-addr" | "mac-addr" | "url" => &["value"],
        "email-message" => &["from_ref", "subject", "body"],
        "file" => &["hashes", "name", "extensions", "parent_directory_ref"],
        "mutex" => &["name"],
        "network-traffic" => {
            &["start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"]
        }
        "software" => &["name", "cpe", "swid", "vendor", "version"],
        "user-account" => &["account_type", "user_id", "account_login"],
        "windows-registry-key" => &["key", "values"],
        "x509-certificate" => &["hashes", "serial_number"],
        _ => &[],
    }
}

/// Chooses the one hash that counts: MD5, SHA-1, SHA-256, SHA-512, then the
/// first by name.
fn one_hash(hashes: Value<'_>) -> Option<Json> {
    if hashes.kind() != Kind::Map {
        return None;
    }
    let preferred = ["MD5", "SHA-1", "SHA-256", "SHA-512"]
        .into_iter()
        .find_map(|name| hashes.get(name).map(|hash| (name.to_owned(), hash)));
    let first =
        || hashes.entries().min_by(|a, b| a.0.cmp(&b.0)).map(|(name, hash)| (name.into_owned(), hash));
    let (name, hash) = preferred.or_else(first)?;
    Some(Json::Object([(name, serde_json::to_value(hash).ok()?)].into_iter().collect()))
}

/// The namespace of the standard.
const NAMESPACE: Uuid = uuid!("00abedb4-aa42-466c-9c01-fed23315a9b7");

#[cfg(test)]
mod tests {
    use super::super::{Limits, Tree};
    use super::*;

    fn canonical(text: &str) -> String {
        Tree::read(text.as_bytes(), &Limits::default()).unwrap().root().canonical().unwrap()
    }

    fn id(text: &str) -> Option<String> {
        let tree = Tree::read(text.as_bytes(), &Limits::default()).unwrap();
        observable_id(tree.root()).unwrap().map(|id| id.to_string())
    }

    /// The examples of RFC 8785, sections 3.2.2 to 3.2.4 and appendix B.
    #[test]
    fn the_canonical_form_is_that_of_rfc_8785() {
        assert_eq!(
            canonical(
                r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                   "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#
            ),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
        assert_eq!(
            canonical(r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#),
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}"
        );
        assert_eq!(
            canonical("[-0, -0.0, 1.0, 9007199254740993, 1e21, 123456789012345678901]"),
            "[0,0,1,9007199254740992,1e+21,123456789012345680000]"
        );
    }

    /// The identifiers are those that `stix2` 3.0.2 (PyPI) gives the same objects.
    #[test]
    fn an_observable_gets_the_identifier_that_others_give_it() {
        let hash = "a".repeat(128);
        for (text, uuid) in [
            (r#"{"type":"ipv4-addr","value":"198.51.100.3"}"#, "28bb3599-77cd-5a82-a950-b5bc3caf07c4"),
            (
                r#"{"name":"a.exe","type":"file","size":1,"hashes":{"SHA-256":"00",
                   "MD5":"b365b9a80a06906fc9b400c06c33ff43"}}"#,
                "3e0e2b97-f73a-5e56-a810-01f25039a3d3",
            ),
            (
                r#"{"type":"software","languages":["en"],"name":"Word","vendor":"Microsoft","version":"2002"}"#,
                "c616478f-891e-5ddb-bb5c-f6d497d2a513",
            ),
            (
                r#"{"type":"network-traffic","protocols":["ipv4","tcp"],"src_port":3372,
                   "start":"2016-04-06T20:06:37Z",
                   "src_ref":"ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd"}"#,
                "c6365b4c-1695-50ca-b52b-cae19e3736c6",
            ),
            (
                r#"{"type":"windows-registry-key","key":"HKEY_LOCAL_MACHINE\\System\\\u00e9",
                   "values":[{"name":"Foo","data_type":"REG_SZ","data":"qwerty"}]}"#,
                "f8967ec6-5c1b-557c-b36a-81c54fca208a",
            ),
            (r#"{"type":"autonomous-system","number":15139}"#, "3aa27478-50b5-5ab8-9da9-cdc12b657fff"),
            (
                r#"{"type":"user-account","user_id":"1001","account_login":"jdoe"}"#,
                "bc72c238-7239-5121-97a0-67530f226169",
            ),
            (
                &format!(
                    r#"{{"type":"x509-certificate","hashes":{{"SHA-512":"{hash}"}},"serial_number":"36:f7"}}"#
                ),
                "ec76bb14-4eac-5b51-ad40-ca414f1bf867",
            ),
        ] {
            assert_eq!(id(text).unwrap().rsplit_once("--").unwrap().1, uuid, "{text}");
        }
    }

    #[test]
    fn an_object_without_contributing_properties_has_no_such_identifier() {
        assert_eq!(id(r#"{"type":"process","pid":1}"#), None);
        assert_eq!(id(r#"{"type":"user-account","credential":"x"}"#), None);
        assert_eq!(id(r#"{"type":"x-foo","value":"x"}"#), None);
    }
}
