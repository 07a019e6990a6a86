//! One event as plain values.

use crate::stix::marking::Said;

/// One MISP event, as it was written; nothing in it is verified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Its UUID, in lower case.
    pub uuid: String,
    /// Its title.
    pub info: String,
    /// The day it is about, as written.
    pub date: Option<String>,
    /// When it was last changed, in seconds since 1970.
    pub timestamp: Option<i64>,
    /// 1 high, 2 medium, 3 low, 4 undefined.
    pub threat_level: Option<i64>,
    /// 0 initial, 1 ongoing, 2 completed.
    pub analysis: Option<i64>,
    /// Whether its maker published it.
    pub published: bool,
    /// The event it adds to.
    pub extends: Option<String>,
    /// The organisation that made it.
    pub maker: Option<String>,
    /// What its own markings say, and those of every part, without repetition.
    pub said: Vec<Said>,
    /// What the event as a whole is marked with; its parts not counted.
    pub own: Vec<Said>,
    /// Every tag of the event itself.
    pub tags: Vec<String>,
    /// The clusters of its galaxies, as `galaxy: cluster`.
    pub clusters: Vec<String>,
    /// Attributes that stand alone.
    pub attributes: Vec<Attribute>,
    /// Objects, with their attributes.
    pub objects: Vec<Object>,
    /// Texts.
    pub reports: Vec<EventReport>,
    /// Proposals of others, which are counted and not read.
    pub proposals: usize,
    /// Parts that were deleted, which are counted and not read.
    pub deleted: usize,
}

/// One value of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attribute {
    /// What the value is to its object, or empty.
    pub relation: String,
    /// The category, such as `Network activity`.
    pub category: String,
    /// The type, such as `ip-dst`.
    pub kind: String,
    /// The value.
    pub value: String,
    /// A remark.
    pub comment: String,
    /// Whether its maker wants it looked for.
    pub to_ids: bool,
    /// Its own tags.
    pub tags: Vec<String>,
    /// What it alone is marked with.
    pub said: Vec<Said>,
    /// Who has seen it, counted.
    pub sightings: Sightings,
}

/// Sightings of one attribute, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sightings {
    /// How often it was seen.
    pub seen: usize,
    /// How often it was called a false alarm.
    pub false_alarms: usize,
    /// How often it was called out of date.
    pub expired: usize,
    /// The last time, in seconds since 1970.
    pub last: Option<i64>,
}

/// Several values that belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Object {
    /// The template, such as `person`.
    pub name: String,
    /// A remark.
    pub comment: String,
    /// What it and its attributes are marked with.
    pub said: Vec<Said>,
    /// Its values.
    pub attributes: Vec<Attribute>,
}

/// A text in Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventReport {
    /// Its title.
    pub name: String,
    /// The text.
    pub content: String,
    /// What it is marked with.
    pub said: Vec<Said>,
}
