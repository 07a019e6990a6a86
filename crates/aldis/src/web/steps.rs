//! A form for each step that a duty to warn may take next, and the step's fields out of the form.
//!
//! The steps come from the table of the model; here only the shape of each field stands. What is
//! missing or does not hold is said by the model, in its words.

mod shape;

use super::fields::Fields;
use super::words::{control, utc};
use crate::desk::case::Linked;
use crate::desk::determine::{BY_HAND, Seen};
use aldis_model::Time;
use aldis_model::duty::{self, Event, State, Transition};
use aldis_model::role::{Action, Role};
use serde_json::{Map, Value, json};
use shape::Shape;

/// One step as a form.
pub(crate) struct Form {
    /// What makes its ids on the page unique.
    pub(crate) key: String,
    /// The event's word.
    pub(crate) event: &'static str,
    /// The state it leads to.
    pub(crate) to: State,
    /// What the step is called.
    pub(crate) title: &'static str,
    /// The condition in the words of the doctrine.
    pub(crate) guard: &'static str,
    /// The fields to fill in.
    pub(crate) fields: Vec<Field>,
    /// Whether it was tried just now.
    pub(crate) open: bool,
}

/// One field of a form.
pub(crate) struct Field {
    /// Its name in the form.
    pub(crate) name: String,
    /// How it is called.
    pub(crate) label: String,
    /// Whether it may stay empty.
    pub(crate) optional: bool,
    /// How it is filled in.
    pub(crate) input: Input,
    /// What was typed before.
    pub(crate) value: String,
}

/// How a field is filled in.
pub(crate) enum Input {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// A time, UTC.
    Time,
    /// One of a closed list.
    One(Vec<(String, String)>),
    /// Several of a closed list; with whether each is chosen.
    Many(Vec<(String, String, bool)>),
}

/// What a duty may do next, for one officer.
#[derive(Default)]
pub(crate) struct Next {
    /// The steps this officer may take.
    pub(crate) forms: Vec<Form>,
    /// The steps that wait for somebody else: the step and what that person must be allowed to do.
    pub(crate) others: Vec<(&'static str, Action)>,
}

/// Lists what a duty may do next.
pub(crate) fn next(duty: &Seen, role: Role, reports: &[Linked], given: &Fields, now: Time) -> Next {
    let mut next = Next::default();
    for (word, action) in BY_HAND {
        let Ok(event) = word.parse::<Event>() else { continue };
        for row in duty::permitted(duty.state, event) {
            if role.may(action) {
                next.forms.push(form(duty, row, reports, given, now));
            } else if next.others.iter().all(|(title, _)| *title != shape::title(row)) {
                next.others.push((shape::title(row), action));
            }
        }
    }
    next
}

fn form(duty: &Seen, row: &'static Transition, reports: &[Linked], given: &Fields, now: Time) -> Form {
    let open = given.has("event", row.event.as_str()) && given.has("to", row.to.as_str());
    let nothing = Fields::default();
    let given = if open { given } else { &nothing };
    let named = row.required.iter().chain(row.also);
    let fields = named.flat_map(|named| {
        let (name, optional) = (named.trim_end_matches('?'), named.ends_with('?'));
        let either = name.contains('|');
        name.split('|').flat_map(move |name| expand("", name, optional || either))
    });
    let fields = fields.map(|(name, label, optional, shape)| {
        let value = given.get(&name).to_owned();
        let value = if value.is_empty() && name == "time" { control(now) } else { value };
        let input = input(&shape, &name, reports, given);
        Field { name, label, optional, input, value }
    });
    Form {
        key: format!("{}-{}-{}", duty.id, row.event, row.to),
        event: row.event.as_str(),
        to: row.to,
        title: shape::title(row),
        guard: row.guard,
        fields: fields.collect(),
        open,
    }
}

/// Turns a field of the table into the fields of a form: most are one, some are several.
fn expand(prefix: &str, name: &str, optional: bool) -> Vec<(String, String, bool, Shape)> {
    match shape::parts(name) {
        Some(parts) => {
            let prefix = format!("{prefix}{name}.");
            parts.iter().flat_map(|part| expand(&prefix, part, true)).collect()
        }
        None => match shape::of(name) {
            Shape::None => Vec::new(),
            shape => vec![(format!("{prefix}{name}"), shape::label(prefix, name), optional, shape)],
        },
    }
}

fn input(shape: &Shape, name: &str, reports: &[Linked], given: &Fields) -> Input {
    let pair = |word: &&str| ((*word).to_owned(), shape::word(word));
    match shape {
        Shape::None | Shape::Line | Shape::Number => Input::Line,
        Shape::Text | Shape::List | Shape::Numbers | Shape::Channels => Input::Text,
        Shape::Time => Input::Time,
        Shape::One(words) => Input::One(words.iter().map(pair).collect()),
        Shape::Yes => Input::Many(vec![("yes".to_owned(), "yes".to_owned(), given.has(name, "yes"))]),
        Shape::Many(words) => {
            let chosen = |word: &&str| (pair(word).0, pair(word).1, given.has(name, word));
            Input::Many(words.iter().map(chosen).collect())
        }
        Shape::Reports => {
            let report = |linked: &Linked| {
                let (id, title) = (linked.report.to_string(), format!("{} {}", linked.report, linked.title));
                let chosen = given.has(name, &id);
                (id, title, chosen)
            };
            Input::Many(reports.iter().filter(|linked| linked.relation == "basis").map(report).collect())
        }
    }
}

/// Reads the fields of a step that leaves `from` out of its form.
pub(crate) fn read(from: State, event: &str, given: &Fields, reports: &[Linked]) -> Map<String, Value> {
    let mut rows = event.parse::<Event>().into_iter().flat_map(|event| duty::permitted(from, event));
    let row = rows.find(|row| given.has("to", row.to.as_str()));
    let mut map = Map::new();
    for named in row.into_iter().flat_map(|row| row.required.iter().chain(row.also)) {
        let optional = named.ends_with('?') || named.contains('|');
        for name in named.trim_end_matches('?').split('|') {
            if let Some(value) = value("", name, optional, given, reports) {
                map.insert(name.to_owned(), value);
            }
        }
    }
    if event == "arbitrate" {
        let waive = given.has("to", State::Waived.as_str());
        map.insert("ruling".to_owned(), json!(if waive { "waive" } else { "warn" }));
    }
    map
}

/// Reads one field; `None` if it says nothing and may.
fn value(prefix: &str, name: &str, optional: bool, given: &Fields, reports: &[Linked]) -> Option<Value> {
    let full = format!("{prefix}{name}");
    let text = given.some(&full);
    let list =
        |items: Vec<Value>| Some(Value::Array(items)).filter(|_| !optional || !given.all(&full).is_empty());
    match name {
        "trigger" => {
            return Some(text.map_or(json!("time_passed"), |report| json!({ "new_report": report })));
        }
        "alternatives_tried" => return Some(alternatives(&full, given)),
        _ => {}
    }
    if let Some(parts) = shape::parts(name) {
        let prefix = format!("{full}.");
        let read = |part: &&str| Some(((*part).to_owned(), value(&prefix, part, true, given, reports)?));
        let map: Map<String, Value> = parts.iter().filter_map(read).collect();
        return Some(Value::Object(map)).filter(|map| map.as_object().is_some_and(|map| !map.is_empty()));
    }
    match shape::of(name) {
        Shape::None => None,
        Shape::Line | Shape::Text | Shape::One(_) => text.map(|text| json!(text)),
        Shape::Time => text.map(|text| utc(text).map_or(json!(text), |time| json!(time.to_string()))),
        Shape::Number => text.map(number),
        Shape::Numbers => list(given.list(&full).iter().map(|item| number(item)).collect()),
        Shape::List => list(lines(given, &full).map(|line| json!(line)).collect()),
        Shape::Channels => list(lines(given, &full).map(channel).collect()),
        Shape::Yes => given.has(&full, "yes").then_some(Value::Bool(true)),
        Shape::Many(_) => list(given.all(&full).into_iter().map(|word| json!(word)).collect()),
        Shape::Reports => {
            let chosen = reports.iter().filter(|linked| given.has(&full, linked.report.as_str()));
            list(chosen.map(evidence).collect())
        }
    }
}

fn lines<'a>(given: &'a Fields, name: &str) -> impl Iterator<Item = &'a str> {
    given.get(name).lines().map(str::trim).filter(|line| !line.is_empty())
}

fn number(text: &str) -> Value {
    text.parse::<i64>().map_or(json!(text), |number| json!(number))
}

fn evidence(linked: &Linked) -> Value {
    let mut map = json!({ "report": linked.report.as_str(), "origins": [linked.origin] });
    if let (Some(grade), Some(map)) = (&linked.grade, map.as_object_mut()) {
        map.insert("grade".to_owned(), json!(grade));
    }
    map
}

/// Reads `channel | time | result`.
fn channel(line: &str) -> Value {
    let mut parts = line.splitn(3, '|').map(str::trim);
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let (channel, time, result) = (part(), part(), part());
    let time = utc(&time).map_or(json!(time), |time| json!(time.to_string()));
    json!({ "channel": channel, "time": time, "result": result })
}

fn alternatives(full: &str, given: &Fields) -> Value {
    let tried = shape::MITIGATIONS.iter().filter_map(|word| {
        let result = given.some(&format!("{full}.{word}"))?;
        Some(json!({ "tried": word, "result": result }))
    });
    Value::Array(tried.collect())
}
