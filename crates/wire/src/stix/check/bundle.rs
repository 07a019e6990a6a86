//! Checks a bundle, and what its objects are to each other.
//!
//! Source: STIX 2.1 sections 3.6 and 8.1.

use super::super::marking::{self, Markings};
use super::super::{id, timestamp};
use super::table::TABLE;
use super::walk::{Place, Walk, object};
use super::{Findings, Kind, Options, Value, custom, is_older};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

/// Checks a bundle with all its objects.
pub(super) fn check(value: Value<'_>, options: &Options, place: &Place<'_>, findings: &mut Findings) {
    head(value, options, place, findings);
    let Some(list) = value.get("objects") else { return };
    let here = place.key("objects");
    if list.kind() != Kind::List || list.is_empty() {
        let mut walk = walk(options, findings);
        return walk.must(&here, "8.1", "not a list with at least one object");
    }
    let mut seen = Seen::default();
    for (at, one) in list.items().enumerate() {
        let place = here.item(at);
        member(one, options, &place, findings);
        for (check, what) in seen.again(one) {
            between(&mut walk(options, findings), &place, check, what);
        }
    }
    if let Some(what) = seen.circle() {
        walk(options, findings).must(&here, "7.2.1", what);
    }
}

/// Adds a rule between objects that is broken.
fn between(walk: &mut Walk<'_>, place: &Place<'_>, check: &'static str, what: &str) {
    if check.is_empty() {
        walk.must(&place.key("id"), "2.9", what);
    } else {
        walk.should(&place.key("modified"), "3.6", check, what);
    }
}

/// Checks one object of a bundle, alone and beside those before it.
pub(super) fn next(value: Value<'_>, options: &Options, seen: &mut Seen, findings: &mut Findings) {
    let root = Place::root();
    member(value, options, &root, findings);
    for (check, what) in seen.again(value) {
        between(&mut walk(options, findings), &root, check, what);
    }
}

/// Checks a bundle whose objects were read before, one at a time.
pub(super) fn around(value: Value<'_>, any_objects: bool, options: &Options, findings: &mut Findings) {
    let root = Place::root();
    if value.get("type").and_then(Value::as_text).as_deref() != Some("bundle") {
        return walk(options, findings).must(
            &root.key("type"),
            "8.1",
            "a list named objects belongs to a bundle",
        );
    }
    head(value, options, &root, findings);
    if !any_objects {
        walk(options, findings).must(&root.key("objects"), "8.1", "not a list with at least one object");
    }
}

/// Checks the properties of a bundle, not its objects.
pub(super) fn head(value: Value<'_>, options: &Options, place: &Place<'_>, findings: &mut Findings) {
    let mut walk = walk(options, findings);
    if let Some(shape) = TABLE.part("bundle") {
        walk.shape(value, shape, place);
    }
    for (key, inner) in value.entries().filter(|(key, _)| !matches!(&**key, "type" | "id" | "objects")) {
        // STIX 2.0 had the version on the bundle.
        let older = key == "spec_version" && inner.as_plain().is_some_and(|v| matches!(v, "2.0" | "2.1"));
        if !older {
            let what = "a bundle has only type, id and objects";
            walk.should(&place.key(&key), "8.1", "extensions-use", what);
        }
    }
    let id = value.get("id").and_then(Value::as_text).filter(|text| id::check(text).is_ok());
    if id.is_some_and(|id| id::version(&id) != 4) {
        walk.should(&place.key("id"), "2.9", "uuid-check", "the id should be a UUIDv4");
    }
}

fn walk<'w>(options: &'w Options, findings: &'w mut Findings) -> Walk<'w> {
    Walk { options, findings, kind: "bundle", class: None, beside: None, uses: custom::Uses::default() }
}

/// Checks one object of a bundle.
pub(super) fn member(value: Value<'_>, options: &Options, place: &Place<'_>, findings: &mut Findings) {
    if value.get("type").and_then(Value::as_plain) == Some("bundle") {
        let mut walk = walk(options, findings);
        return walk.must(place, "8.1", "a bundle is no object that a bundle may hold");
    }
    if is_older(value) {
        return older(value, options, place, findings);
    }
    object(value, options, place, None, findings);
}

/// Checks the identity and the times of an object of STIX 2.0.
fn older(value: Value<'_>, options: &Options, place: &Place<'_>, findings: &mut Findings) {
    let kind = value.get("type").and_then(Value::as_text).unwrap_or_default();
    let mut walk = walk(options, findings);
    let text = |name: &str| value.get(name).and_then(Value::as_text).unwrap_or_default();
    match id::check(&text("id")) {
        Err(rule) => walk.must(&place.key("id"), "2.9", rule),
        Ok(named) if named != kind => {
            walk.must(&place.key("id"), "2.9", "the id names another type than the object");
        }
        Ok(_) => {}
    }
    for name in ["created", "modified"].into_iter().filter(|name| value.get(name).is_some()) {
        if let Err(rule) = timestamp::check(&text(name)) {
            walk.must(&place.key(name), "2.16", rule);
        }
    }
}

/// Remembers what earlier objects of a bundle said, to find what only shows between objects.
///
/// Two objects with the same id and the same `modified` are the same version.
/// It remembers the last 50,000 objects at least and 100,000 at most, so that
/// memory does not grow with the file, and the marks of marking definitions.
#[derive(Debug, Default)]
pub struct Seen {
    versions: Recent,
    /// The type that a producer has used a UUID for.
    kinds: Recent,
    marks: BTreeMap<String, BTreeSet<String>>,
    edges: usize,
}

impl Seen {
    /// Takes an object in, and says which rules between objects it breaks, each with its check;
    /// an empty check means a MUST.
    ///
    /// Objects without `modified` have no versions to compare, and those without
    /// `created_by_ref` no producer who could use a UUID twice.
    pub fn again(&mut self, value: Value<'_>) -> impl Iterator<Item = (&'static str, &'static str)> {
        [self.version(value), self.reuse(value)].into_iter().flatten()
    }

    fn version(&mut self, value: Value<'_>) -> Option<(&'static str, &'static str)> {
        let id = value.get("id")?.as_text()?;
        if id.starts_with("marking-definition--") {
            self.mark(&id, value);
        }
        let modified = hash(&value.get("modified")?.as_text()?);
        let before = self.versions.insert(hash(&id), modified);
        (before == Some(modified))
            .then_some(("duplicate-ids", "the same version of this object was there before"))
    }

    /// Source: STIX 2.1 section 2.9.
    fn reuse(&mut self, value: Value<'_>) -> Option<(&'static str, &'static str)> {
        let (id, producer) = (value.get("id")?.as_text()?, value.get("created_by_ref")?.as_text()?);
        let (kind, uuid) = id.rsplit_once("--")?;
        let before = self.kinds.insert(hash(&(uuid, producer)), hash(&kind));
        before
            .is_some_and(|before| before != hash(&kind))
            .then_some(("", "the same producer has used this UUID for an object of another type"))
    }

    fn mark(&mut self, id: &str, value: Value<'_>) {
        let marks = Markings::of(value, "").ids;
        self.edges += marks.len();
        if self.edges <= MOST_EDGES && !marks.is_empty() {
            self.marks.insert(id.to_owned(), marks);
        }
    }

    /// Says what is wrong if markings mark each other in a circle of two or more.
    pub fn circle(&self) -> Option<String> {
        let circle = marking::circle(&self.marks).filter(|ids| ids.len() > 1)?;
        Some(format!("markings mark each other in a circle: {}", circle.join(", ")))
    }
}

/// A map that forgets what is long ago.
#[derive(Debug, Default)]
struct Recent {
    now: HashMap<u64, u64>,
    before: HashMap<u64, u64>,
}

impl Recent {
    /// Puts a value in and returns what was there.
    fn insert(&mut self, key: u64, value: u64) -> Option<u64> {
        if self.now.len() >= GENERATION {
            self.before = std::mem::take(&mut self.now);
        }
        self.now.insert(key, value).or_else(|| self.before.get(&key).copied())
    }
}

/// How many objects are remembered at least.
const GENERATION: usize = 50_000;

fn hash(what: &impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(what)
}

/// How many marks of marking definitions are kept.
const MOST_EDGES: usize = 100_000;
