//! Writes one thing as one object.

use super::{EXTENSION, Key, Link, Thing, View, definition, project};
use crate::stix::marking::{TLP_2, tlp_2_id};
use crate::{Error, Result};
use serde_json::{Map, Value, json};

/// What the objects of one audience share.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// The secret of the audience.
    pub key: &'a Key,
    /// The name of our organisation, as this audience knows it.
    pub organisation: &'a str,
    /// The word of TLP 2.0 on everything here, such as `amber+strict`. RED is refused.
    pub tlp: &'a str,
    /// When this audience's copy was first made, microseconds since 1970.
    pub created_us: i64,
    /// When it was last changed, not before `created_us`.
    pub modified_us: i64,
    /// Whether the things are taken back.
    pub revoked: bool,
    /// Whether this is an exercise: every thing is then labelled so.
    pub exercise: bool,
}

/// Writes a thing as an object of the audience.
///
/// `own` is our own id for it; only what the key makes of it is written.
///
/// # Errors
///
/// [`Error::Unsupported`] if the marking is no word of TLP 2.0 or is RED, or if the thing has no form:
/// a note about nothing, a refusal without a reason, an attribution between things that STIX does not
/// relate so. [`Error::Malformed`] if the object of an opinion has no id of STIX, a time is beyond the year 9999, times are in the wrong order, or
/// a title is empty.
pub fn object(sheet: &Sheet<'_>, own: &str, thing: &Thing) -> Result<Value> {
    let mut object = head(sheet, thing.kind(), own)?;
    let mut extension = Map::new();
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    let refs = |about: &[Link]| -> Vec<String> { about.iter().map(|link| id(sheet, link)).collect() };
    extension.insert("extension_type".into(), json!("property-extension"));
    extension.insert("thing".into(), json!(thing.word()));
    match thing {
        Thing::Report { title, text, published_us, grade, about } => {
            put("name", filled(title)?);
            put("description", json!(text));
            put("published", time(*published_us)?);
            put("report_types", json!(["threat-report"]));
            put("object_refs", json!(or_ourselves(sheet, refs(about))));
            if let Some(grade) = grade {
                if let Some(confidence) = grade.confidence {
                    put("confidence", json!(confidence));
                }
                extension.insert("source_reliability".into(), json!(grade.source));
                extension.insert("credibility".into(), json!(grade.credibility));
            }
        }
        Thing::Warning { subject, text, published_us, likelihood, about } => {
            put("name", filled(subject)?);
            put("description", json!(text));
            put("published", time(*published_us)?);
            put("report_types", json!(["threat-report"]));
            put("object_refs", json!(or_ourselves(sheet, refs(about))));
            if let Some(word) = likelihood {
                extension.insert("likelihood".into(), json!(word));
            }
        }
        Thing::Note { text, about } => {
            if about.is_empty() {
                return Err(Error::unsupported("a note about nothing: STIX needs what it is about"));
            }
            put("content", filled(text)?);
            put("object_refs", json!(refs(about)));
        }
        Thing::Receipt { of, delivered_us } => {
            put("content", json!("The warning has arrived."));
            put("object_refs", json!([id(sheet, of)]));
            extension.insert("delivered_at".into(), time(*delivered_us)?);
        }
        Thing::Answer { to, view, reason } => {
            let reason = reason.as_deref().filter(|reason| !reason.trim().is_empty());
            if reason.is_none() && *view != View::Concurs {
                return Err(Error::unsupported("an answer that does not accept and gives no reason"));
            }
            put("opinion", json!(view.word()));
            if let Some(reason) = reason {
                put("explanation", json!(reason));
            }
            put("object_refs", json!([id(sheet, to)]));
        }
        Thing::Opinion { object, view, explanation } => {
            put("opinion", json!(view.word()));
            put("explanation", filled(explanation)?);
            put("object_refs", json!([crate::stix::Id::parse(object)?.as_str()]));
        }
        Thing::Sighting { of, first_us, last_us, count } => {
            if last_us < first_us || *count > 999_999_999 {
                return Err(Error::malformed("a sighting ends before it begins, or counts too many", 0));
            }
            put("sighting_of_ref", json!(id(sheet, of)));
            put("first_seen", time(*first_us)?);
            put("last_seen", time(*last_us)?);
            put("count", json!(count));
        }
        Thing::Measure { title, text } | Thing::Incident { title, text } => {
            put("name", filled(title)?);
            put("description", json!(text));
        }
        Thing::Actor { group, name, text } => {
            put("name", filled(name)?);
            put("description", json!(text));
            if group.kind() == "threat-actor" {
                put("threat_actor_types", json!(["unknown"]));
            }
        }
        Thing::Attribution { what, to, likelihood } => {
            put("relationship_type", json!(relation(what, to)?));
            put("source_ref", json!(id(sheet, what)));
            put("target_ref", json!(id(sheet, to)));
            if let Some(word) = likelihood {
                extension.insert("likelihood".into(), json!(word));
            }
        }
    }
    put("extensions", json!({ EXTENSION: extension }));
    if sheet.revoked {
        put("revoked", json!(true));
    }
    if sheet.exercise {
        put("labels", json!(["exercise"]));
    }
    Ok(Value::Object(object))
}

/// Writes our own organisation as this audience knows it.
///
/// # Errors
///
/// As [`object`].
pub fn ourselves(sheet: &Sheet<'_>) -> Result<Value> {
    let mut object = head(sheet, "identity", OURSELVES)?;
    object.remove("created_by_ref");
    object.insert("name".into(), filled(sheet.organisation)?);
    object.insert("description".into(), json!("The desk that publishes these objects."));
    object.insert("identity_class".into(), json!("organization"));
    Ok(Value::Object(object))
}

/// Returns one of the five TLP 2.0 markings as an object; `None` if the word is none of them.
pub fn marking(word: &str) -> Option<Value> {
    let id = tlp_2_id(word)?;
    Some(json!({
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": id,
        "created": "2022-10-01T00:00:00.000Z",
        "name": format!("TLP:{}", word.to_uppercase()),
        "extensions": { TLP_2: { "extension_type": "property-extension", "tlp_2_0": word } },
    }))
}

/// Puts things into a bundle that can be read by itself: with the marking, the extension definition
/// and the identities that they name. The id is made of what is in it.
///
/// # Errors
///
/// As [`object`].
pub fn bundle(sheet: &Sheet<'_>, things: &[(String, Thing)]) -> Result<Value> {
    let mut objects: Vec<Value> = vec![project(), definition(), ourselves(sheet)?];
    objects.extend(marking(sheet.tlp));
    for (own, thing) in things {
        objects.push(object(sheet, own, thing)?);
    }
    let id = sheet.key.id("bundle", &Value::from(objects.clone()).to_string());
    Ok(json!({ "type": "bundle", "id": id, "objects": objects }))
}

fn head(sheet: &Sheet<'_>, kind: &str, own: &str) -> Result<Map<String, Value>> {
    let marking = tlp_2_id(sheet.tlp).filter(|_| sheet.tlp != "red").ok_or_else(|| {
        Error::unsupported(
            "a marking that is none of clear, green, amber, amber+strict: nothing else is written",
        )
    })?;
    if sheet.modified_us < sheet.created_us {
        return Err(Error::malformed("an object was changed before it was made", 0));
    }
    let Value::Object(head) = json!({
        "type": kind,
        "spec_version": "2.1",
        "id": sheet.key.id(kind, own),
        "created_by_ref": sheet.key.id("identity", OURSELVES),
        "created": time(sheet.created_us)?,
        "modified": time(sheet.modified_us)?,
        "object_marking_refs": [marking],
    }) else {
        return Ok(Map::new());
    };
    Ok(head)
}

fn id(sheet: &Sheet<'_>, link: &Link) -> String {
    sheet.key.id(link.kind, &link.own)
}

/// A report must refer to something (STIX 2.1 section 4.16): one that speaks of nothing written refers
/// to whoever made it.
fn or_ourselves(sheet: &Sheet<'_>, refs: Vec<String>) -> Vec<String> {
    if refs.is_empty() { vec![sheet.key.id("identity", OURSELVES)] } else { refs }
}

fn relation(what: &Link, to: &Link) -> Result<&'static str> {
    match (what.kind, to.kind) {
        ("intrusion-set", "threat-actor") => Ok("attributed-to"),
        // STIX 2.1 defines no attribution of an incident, and every pair may be related.
        ("incident", "threat-actor" | "intrusion-set") => Ok("related-to"),
        _ => Err(Error::unsupported("an attribution of something else than an intrusion set or an incident")),
    }
}

fn filled(text: &str) -> Result<Value> {
    if text.trim().is_empty() {
        return Err(Error::malformed("a name or text that has to be there is empty", 0));
    }
    Ok(json!(text))
}

fn time(us: i64) -> Result<Value> {
    let time = jiff::Timestamp::from_microsecond(us)
        .map_err(|_| Error::malformed("a time beyond the year 9999", 0))?;
    // `created` and `modified` have three digits or more (STIX 2.1 section 3.2). STIX 2.0 wanted exactly
    // three, and tools that compare times as text need the same everywhere: three are written.
    Ok(json!(time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()))
}

/// What stands for our own organisation where ids are made.
const OURSELVES: &str = "ourselves";
