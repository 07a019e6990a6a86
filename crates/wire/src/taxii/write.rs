//! Writes pages out of objects that are already text.
//!
//! An object is copied byte for byte: its author's signature over it stays good.
//!
//! Source: TAXII 2.1 sections 3.7, 5.3 and 5.9.

use super::time::{time_text, version_text};
use super::{Cursor, STIX_MEDIA};

/// What a manifest says of one version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The object's id.
    pub id: String,
    /// When it was added, in microseconds since 1970.
    pub added: i64,
    /// When this version was made, in microseconds since 1970.
    pub version: i64,
}

/// Writes an envelope; without objects it is `{}`.
///
/// `next` is the cursor of the next page and the path it is for, if there is more.
pub fn page(objects: &[Vec<u8>], next: Option<(&Cursor, &str)>) -> Vec<u8> {
    let bytes: usize = objects.iter().map(|object| object.len() + 1).sum();
    let mut out = opened(bytes, next);
    list(&mut out, "objects", objects.iter(), |out, object| out.extend_from_slice(object));
    out
}

/// Writes a manifest; without rows it is `{}`.
pub fn manifest(rows: &[Row], next: Option<(&Cursor, &str)>) -> Vec<u8> {
    let mut out = opened(rows.len() * 220, next);
    list(&mut out, "objects", rows.iter(), |out, row| {
        let (added, version) = (time_text(row.added), version_text(row.version));
        // Ids were checked when they arrived: they hold nothing that JSON would escape.
        let text = format!(
            r#"{{"id":"{}","date_added":"{added}","version":"{version}","media_type":"{STIX_MEDIA}"}}"#,
            row.id
        );
        out.extend_from_slice(text.as_bytes());
    });
    out
}

/// Writes a list of versions; without rows it is `{}`.
pub fn versions(rows: &[Row], next: Option<(&Cursor, &str)>) -> Vec<u8> {
    let mut out = opened(rows.len() * 30, next);
    list(&mut out, "versions", rows.iter(), |out, row| {
        out.extend_from_slice(format!("\"{}\"", version_text(row.version)).as_bytes());
    });
    out
}

fn opened(bytes: usize, next: Option<(&Cursor, &str)>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes + 128);
    out.push(b'{');
    if let Some((cursor, place)) = next {
        out.extend_from_slice(format!(r#""more":true,"next":"{}""#, cursor.write(place)).as_bytes());
    }
    out
}

fn list<T>(
    out: &mut Vec<u8>,
    name: &str,
    items: impl ExactSizeIterator<Item = T>,
    each: impl Fn(&mut Vec<u8>, T),
) {
    if items.len() > 0 {
        if out.len() > 1 {
            out.push(b',');
        }
        out.extend_from_slice(format!("\"{name}\":[").as_bytes());
        for (at, item) in items.enumerate() {
            if at > 0 {
                out.push(b',');
            }
            each(out, item);
        }
        out.push(b']');
    }
    out.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxii::Filter;
    use serde_json::Value;

    #[test]
    fn a_page_holds_the_bytes_as_they_came_and_an_empty_one_is_an_empty_object() {
        let objects = [br#"{"a":  1.0}"#.to_vec(), b"{}".to_vec()];
        assert_eq!(page(&objects, None), br#"{"objects":[{"a":  1.0},{}]}"#);
        assert_eq!(page(&[], None), b"{}");
        assert_eq!((manifest(&[], None), versions(&[], None)), (b"{}".to_vec(), b"{}".to_vec()));
    }

    #[test]
    fn more_comes_with_next_on_every_kind_of_page() {
        let cursor = Cursor { after: 9, filter: Filter::default() };
        let rows = [Row { id: "a--1".into(), added: 1_500_000, version: 2_000_000 }];
        for bytes in [
            page(&[b"{}".to_vec()], Some((&cursor, "x"))),
            manifest(&rows, Some((&cursor, "x"))),
            versions(&rows, Some((&cursor, "x"))),
        ] {
            let value: Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(value["more"], true);
            assert_eq!(Cursor::read(value["next"].as_str().unwrap(), "x").unwrap(), cursor);
        }
        let value: Value = serde_json::from_slice(&manifest(&rows, None)).unwrap();
        assert_eq!(value["objects"][0]["date_added"], "1970-01-01T00:00:01.500000Z");
        assert_eq!(value["objects"][0]["version"], "1970-01-01T00:00:02.000Z");
    }
}
