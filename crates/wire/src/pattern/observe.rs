//! Reads observed data: what was seen, from when to when, and how often.
//!
//! Two forms are read and may be mixed: an `observed-data` object with a map `objects` (2.0), and
//! one with `object_refs` whose objects stand beside it, in the same bundle or list (2.1). Only the
//! named objects belong to an observation, and a reference leads only to them.
//!
//! Source: STIX 2.0 part 2, section 2.8; STIX 2.1, section 4.14.

use super::error::PatternError;
use super::literal::Time;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// One observed-data object with the objects it speaks of.
#[derive(Debug, Clone)]
pub struct Observation {
    /// The `id`, if it has one.
    pub id: Option<String>,
    /// When it was first seen.
    pub first: Time,
    /// When it was last seen; not before `first` in sound data.
    pub last: Time,
    /// How often, at least 1: that many sightings can be told apart.
    pub count: u64,
    pub(super) objects: Vec<Object>,
    /// The place of each object by its name, once there are too many to look through.
    places: HashMap<String, usize>,
}

/// One object of an observation.
#[derive(Debug, Clone)]
pub(super) struct Object {
    /// What references call it.
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) value: Arc<Value>,
}

impl Observation {
    /// Reads every observation of some documents, in their order.
    ///
    /// A document is an observed-data object, a bundle, a list of such, or an object that another
    /// one names. Anything else in them is passed over. The result is empty if there is no
    /// observed-data object.
    ///
    /// # Errors
    ///
    /// [`PatternError::Data`] if an observed-data object lacks its times, its number or its objects.
    pub fn read(documents: Vec<Value>) -> Result<Vec<Self>, PatternError> {
        let mut seen = Vec::new();
        let mut beside = HashMap::new();
        for document in documents {
            sort_out(document, 0, &mut seen, &mut beside)?;
        }
        seen.into_iter().enumerate().map(|(at, object)| Self::one(at, object, &beside)).collect()
    }

    fn one(at: usize, mut object: Map<String, Value>, beside: &Beside) -> Result<Self, PatternError> {
        let id = object.get("id").and_then(Value::as_str).map(str::to_owned);
        let place = || id.clone().unwrap_or_else(|| format!("observed-data {}", at + 1));
        let time = |name: &str| {
            let text =
                object.get(name).ok_or_else(|| PatternError::data(place(), format!("has no {name}")))?;
            let time = text.as_str().and_then(Time::parse);
            time.ok_or_else(|| {
                PatternError::data(place(), format!("{name} is not a moment in UTC that ends in Z"))
            })
        };
        let (first, last) = (time("first_observed")?, time("last_observed")?);
        let count = object
            .get("number_observed")
            .and_then(Value::as_u64)
            .filter(|count| *count > 0)
            .map(|count| count.min(COUNT_MAX));
        let count = count
            .ok_or_else(|| PatternError::data(place(), "number_observed is not a whole number above 0"))?;
        let objects = if let Some(refs) = object.get("object_refs").and_then(Value::as_array) {
            let named = refs.iter().filter_map(Value::as_str);
            named.filter_map(|name| beside.get(name).cloned()).collect()
        } else if let Some(Value::Object(objects)) = object.remove("objects") {
            objects.into_iter().filter_map(|(name, value)| Object::new(name, value)).collect()
        } else {
            return Err(PatternError::data(place(), "has neither object_refs nor objects"));
        };
        Ok(Self::new(id, (first, last), count, objects))
    }

    fn new(id: Option<String>, (first, last): (Time, Time), count: u64, objects: Vec<Object>) -> Self {
        let mut places = HashMap::new();
        if objects.len() > LOOK_THROUGH_MAX {
            places = objects.iter().enumerate().map(|(at, object)| (object.name.clone(), at)).collect();
        }
        Self { id, first, last, count, objects, places }
    }

    /// Returns the object that a reference names.
    pub(super) fn object(&self, name: &str) -> Option<&Value> {
        let found = if self.places.is_empty() {
            self.objects.iter().rev().find(|object| object.name == name)
        } else {
            self.places.get(name).and_then(|at| self.objects.get(*at))
        };
        found.map(|object| &*object.value)
    }
}

impl Object {
    fn new(name: String, value: Value) -> Option<Self> {
        let kind = value.get("type")?.as_str()?.to_owned();
        Some(Self { name, kind, value: Arc::new(value) })
    }
}

type Beside = HashMap<String, Object>;

/// Sorts a document into observed-data objects and the objects beside them.
fn sort_out(
    document: Value,
    depth: usize,
    seen: &mut Vec<Map<String, Value>>,
    beside: &mut Beside,
) -> Result<(), PatternError> {
    if depth > LISTS_MAX {
        return Err(PatternError::data("the document", "has bundles within bundles"));
    }
    match document {
        Value::Array(items) => items.into_iter().try_for_each(|item| sort_out(item, depth + 1, seen, beside)),
        Value::Object(mut object) => {
            let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
            if kind == "bundle" {
                let inside = object.remove("objects").unwrap_or_default();
                return sort_out(inside, depth + 1, seen, beside);
            }
            // Older tools give it another type, or none; what it holds tells.
            if kind == "observed-data" || object.get("objects").is_some_and(Value::is_object) {
                seen.push(object);
            } else if !NOT_OBSERVABLE.contains(&kind) {
                let id = object.get("id").and_then(Value::as_str).map(str::to_owned);
                if let Some(object) = id.clone().and_then(|id| Object::new(id, Value::Object(object))) {
                    beside.extend(id.map(|id| (id, object)));
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// More sightings than any object may speak of (999,999,999), so that sums of them stay exact.
const COUNT_MAX: u64 = 1 << 32;

/// A list of bundles, and the list in each.
const LISTS_MAX: usize = 4;
const LOOK_THROUGH_MAX: usize = 16;

/// Objects that are no observables, so that no pattern speaks of them.
const NOT_OBSERVABLE: [&str; 25] = [
    "attack-pattern",
    "bundle",
    "campaign",
    "course-of-action",
    "extension-definition",
    "grouping",
    "identity",
    "incident",
    "indicator",
    "infrastructure",
    "intrusion-set",
    "language-content",
    "location",
    "malware",
    "malware-analysis",
    "marking-definition",
    "note",
    "observed-data",
    "opinion",
    "relationship",
    "report",
    "sighting",
    "threat-actor",
    "tool",
    "vulnerability",
];
