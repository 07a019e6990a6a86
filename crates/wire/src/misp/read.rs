//! Reads events out of a file of any length, one at a time.
//!
//! Read are: one event, bare or as `{"Event": …}`; a list of them; and the answer of a search,
//! `{"response": …}`. An event that cannot be read is named, and the next one follows; only a text
//! whose end cannot be found stops the reading.
//!
//! Source: MISP core format; RFC 8259; RFC 7493.

use super::event::{Attribute, Event, EventReport, Object, Sightings};
use super::marks;
use crate::stix::{Kind, Limits, Stream, Tree, Value};
use crate::{Error, Result};
use std::io::Read;

/// How much of one event is accepted: 64 MiB, 64 levels, 4,000,000 values.
pub const LIMITS: Limits = Limits { bytes: 64 * 1024 * 1024, depth: 64, values: 4_000_000 };

/// A source of events that is read block by block.
#[derive(Debug)]
pub struct Events<R> {
    stream: Stream<R>,
    limits: Limits,
}

impl<R: Read> Events<R> {
    /// Begins to read. `limits` apply to each event, not to the whole.
    pub fn new(source: R, limits: Limits) -> Self {
        Self { stream: Stream::of(source, limits, "response"), limits }
    }

    /// Returns how many bytes were looked at.
    pub fn offset(&self) -> u64 {
        self.stream.offset()
    }

    /// Returns the next event with the bytes it was read from, or why it was refused; nothing at the
    /// end.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the end of a value cannot be found; nothing follows then.
    pub fn next_event(&mut self) -> Result<Option<(Result<Event>, &[u8])>> {
        let limits = self.limits;
        let Some(piece) = self.stream.next_piece()? else { return Ok(None) };
        if let Some(error) = piece.refused {
            return Ok(Some((Err(error), &[])));
        }
        Ok(Some((read(piece.bytes, &limits), piece.bytes)))
    }
}

/// Reads one event.
///
/// # Errors
///
/// Every [`Error`] of reading JSON, and [`Error::Malformed`] with the path if there is no event, it has
/// no UUID or title, or a part has another shape than the format gives it.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Event> {
    let tree = Tree::read(bytes, limits)?;
    let mut root = tree.root();
    for wrapping in ["response", "Event"] {
        if let Some(inner) = root.get(wrapping) {
            root = inner;
        }
    }
    if root.kind() != Kind::Map {
        return Err(Error::malformed("$: no MISP event: an object with `Event` is expected", 0));
    }
    let uuid = word(root, "uuid").unwrap_or_default().to_lowercase();
    if !is_uuid(&uuid) {
        return Err(wrong(root, "Event.uuid", "an event has a UUID, and this has none"));
    }
    let info = word(root, "info").filter(|info| !info.trim().is_empty());
    let mut event = Event {
        uuid,
        info: info.ok_or_else(|| wrong(root, "Event.info", "an event has a title, and this has none"))?,
        date: word(root, "date"),
        timestamp: root.get("timestamp").and_then(number),
        threat_level: root.get("threat_level_id").and_then(number),
        analysis: root.get("analysis").and_then(number),
        published: root.get("published").is_some_and(flag),
        extends: word(root, "extends_uuid").filter(|uuid| !uuid.is_empty()),
        maker: maker(root),
        said: marks::whole(root, true),
        own: marks::own(root, true),
        tags: marks::tags(root),
        clusters: clusters(root),
        proposals: list(root, "ShadowAttribute").count(),
        ..Event::default()
    };
    shaped(root, &["Attribute", "Object", "EventReport", "Tag", "Galaxy"])?;
    for part in list(root, "Attribute") {
        match attribute(part)? {
            Some(found) => event.attributes.push(found),
            None => event.deleted += 1,
        }
    }
    for part in list(root, "Object") {
        match object(part)? {
            Some(found) => event.objects.push(found),
            None => event.deleted += 1,
        }
    }
    for part in list(root, "EventReport") {
        if part.get("deleted").is_some_and(flag) {
            event.deleted += 1;
            continue;
        }
        event.reports.push(EventReport {
            name: word(part, "name").unwrap_or_default(),
            content: word(part, "content").unwrap_or_default(),
            said: marks::whole(part, false),
        });
    }
    Ok(event)
}

fn maker(event: Value<'_>) -> Option<String> {
    let named = |key| event.get(key).and_then(|org| word(org, "name")).filter(|name| !name.trim().is_empty());
    named("Orgc").or_else(|| named("Org"))
}

fn clusters(thing: Value<'_>) -> Vec<String> {
    let of = |galaxy: Value<'_>| {
        let name = word(galaxy, "name").unwrap_or_default();
        let values: Vec<String> = list(galaxy, "GalaxyCluster")
            .filter_map(|cluster| Some(format!("{name}: {}", word(cluster, "value")?)))
            .collect();
        values
    };
    list(thing, "Galaxy").flat_map(of).collect()
}

fn attribute(part: Value<'_>) -> Result<Option<Attribute>> {
    if part.kind() != Kind::Map {
        return Err(wrong(part, "Attribute", "an attribute is an object"));
    }
    if part.get("deleted").is_some_and(flag) {
        return Ok(None);
    }
    let kind = word(part, "type").filter(|kind| !kind.is_empty());
    Ok(Some(Attribute {
        relation: word(part, "object_relation").unwrap_or_default(),
        category: word(part, "category").unwrap_or_default(),
        kind: kind
            .ok_or_else(|| wrong(part, "Attribute.type", "an attribute has a type, and this has none"))?,
        value: word(part, "value").unwrap_or_default(),
        comment: word(part, "comment").unwrap_or_default(),
        to_ids: part.get("to_ids").is_some_and(flag),
        tags: marks::tags(part),
        said: marks::whole(part, false),
        sightings: sightings(part),
    }))
}

fn sightings(part: Value<'_>) -> Sightings {
    let mut found = Sightings::default();
    for sighting in list(part, "Sighting") {
        match sighting.get("type").and_then(number) {
            Some(1) => found.false_alarms += 1,
            Some(2) => found.expired += 1,
            _ => found.seen += 1,
        }
        found.last = found.last.max(sighting.get("date_sighting").and_then(number));
    }
    found
}

fn object(part: Value<'_>) -> Result<Option<Object>> {
    if part.kind() != Kind::Map {
        return Err(wrong(part, "Object", "an object is a JSON object"));
    }
    if part.get("deleted").is_some_and(flag) {
        return Ok(None);
    }
    shaped(part, &["Attribute"])?;
    let name = word(part, "name").filter(|name| !name.is_empty());
    let mut object = Object {
        name: name.ok_or_else(|| wrong(part, "Object.name", "an object has a name, and this has none"))?,
        comment: word(part, "comment").unwrap_or_default(),
        said: marks::whole(part, false),
        attributes: Vec::new(),
    };
    for inner in list(part, "Attribute") {
        object.attributes.extend(attribute(inner)?);
    }
    Ok(Some(object))
}

/// Refuses a member that has to be a list and is none.
fn shaped(thing: Value<'_>, names: &[&str]) -> Result<()> {
    for name in names {
        let found = thing.get(name).filter(|member| !matches!(member.kind(), Kind::List | Kind::Null));
        if let Some(member) = found {
            return Err(wrong(member, name, "this is a list in the format, and none here"));
        }
    }
    Ok(())
}

/// Goes through a member that is a list; one that is missing or something else is empty.
pub(super) fn list<'a>(thing: Value<'a>, name: &str) -> impl Iterator<Item = Value<'a>> + use<'a> {
    thing.get(name).into_iter().flat_map(Value::items)
}

/// Returns a text, or a number as it is written.
pub(super) fn word(thing: Value<'_>, name: &str) -> Option<String> {
    let value = thing.get(name)?;
    match value.kind() {
        Kind::Text => value.as_text().map(std::borrow::Cow::into_owned),
        Kind::Number | Kind::Bool => Some(value.raw().to_owned()),
        _ => None,
    }
}

/// Reads a whole number, which may be written as a text.
pub(super) fn number(value: Value<'_>) -> Option<i64> {
    value.as_integer().or_else(|| value.as_text()?.trim().parse().ok())
}

/// Reads a truth value, which may be written as a number or a text.
pub(super) fn flag(value: Value<'_>) -> bool {
    let word = value.as_text();
    value.as_bool() == Some(true)
        || number(value) == Some(1)
        || word.is_some_and(|word| word.eq_ignore_ascii_case("true"))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

fn wrong(at: Value<'_>, path: &str, what: &str) -> Error {
    Error::malformed(format!("$.{path}: {what}"), at.offset())
}
