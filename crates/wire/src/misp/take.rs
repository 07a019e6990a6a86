//! Makes one intake out of an event.

use super::event::{Attribute, Event, Object};
use crate::article::{DateCandidate, Kind};
use crate::intake::{Entry, Intake, Page, document};
use crate::stix::marking::Said;

/// Says what an event amounts to for a desk.
///
/// The texts come first, then objects, then attributes, one a line, with what is marked otherwise than
/// the event said in brackets. Values are quoted as they are; nothing is followed or opened.
pub fn take(event: &Event) -> Intake {
    let mut page = Page::default();
    page.paragraph(&event.info);
    for report in &event.reports {
        page.paragraph(&format!("{}{}\n\n{}", bracket(event, &report.said), report.name, report.content));
    }
    page.paragraph(&about(event));
    page.paragraph(if event.objects.is_empty() { "" } else { "Objects:" });
    event.objects.iter().for_each(|object| page.line(&object_line(event, object)));
    page.paragraph(if event.attributes.is_empty() { "" } else { "Attributes:" });
    event.attributes.iter().for_each(|one| page.line(&attribute_line(event, one)));
    let mut document = document(Kind::Misp, &event.info, page.finish());
    document.author.clone_from(&event.maker);
    document.id = Some(event.uuid.clone());
    let made = event.timestamp.and_then(|seconds| crate::utc_text(seconds.checked_mul(1_000_000)?));
    let dates = [("misp date", event.date.as_deref()), ("misp timestamp", made.as_deref())];
    document.dates.extend(dates.iter().filter_map(|(origin, raw)| DateCandidate::found(origin, (*raw)?)));
    Intake {
        id: event.uuid.clone(),
        version_us: event.timestamp.and_then(|seconds| seconds.checked_mul(1_000_000)),
        maker: event.maker.clone(),
        document,
        said: event.said.clone(),
        unmarked: event.own.is_empty(),
        people: people(event),
        things: event.attributes.len() + event.objects.len() + event.reports.len(),
        withdrawn: false,
    }
}

fn about(event: &Event) -> String {
    let mut lines = vec![format!("MISP event {}", event.uuid)];
    lines.extend(event.maker.as_ref().map(|maker| format!("made by {maker}")));
    let level = event.threat_level.and_then(|level| {
        let word = ["high", "medium", "low"].get(usize::try_from(level).ok()?.checked_sub(1)?)?;
        Some(format!("threat level given: {word}"))
    });
    let analysis = event.analysis.and_then(|stage| {
        let word = ["initial", "ongoing", "completed"].get(usize::try_from(stage).ok()?)?;
        Some(format!("analysis: {word}"))
    });
    lines.extend(level.into_iter().chain(analysis));
    lines.extend((!event.published).then(|| "not published".to_owned()));
    lines.extend(event.extends.as_ref().map(|uuid| format!("adds to {uuid}")));
    lines.extend(
        (event.proposals > 0).then(|| format!("{} proposals of others are not shown", event.proposals)),
    );
    let mut text = lines.join("; ");
    if !event.tags.is_empty() {
        text.push_str(&format!("\nTags: {}", event.tags.join(", ")));
    }
    if !event.clusters.is_empty() {
        text.push_str(&format!("\nGalaxies: {}", event.clusters.join(", ")));
    }
    text
}

fn object_line(event: &Event, object: &Object) -> String {
    let value = |one: &Attribute| {
        let name = if one.relation.is_empty() { &one.kind } else { &one.relation };
        format!("{name}: {}", one.value)
    };
    let values: Vec<String> = object.attributes.iter().map(value).collect();
    let remark = remark(&object.comment);
    format!("{}{}: {}{remark}", bracket(event, &object.said), object.name, values.join("; "))
}

fn attribute_line(event: &Event, one: &Attribute) -> String {
    let mut line = format!("{}{}: {}", bracket(event, &one.said), one.kind, one.value);
    line.push_str(&remark(&one.comment));
    if one.sightings.seen > 0 {
        line.push_str(&format!(", seen {} times", one.sightings.seen));
    }
    if let Some(last) = one.sightings.last.and_then(|at| crate::utc_text(at.checked_mul(1_000_000)?)) {
        line.push_str(&format!(", last {last}"));
    }
    if one.sightings.false_alarms > 0 {
        line.push_str(&format!(", called a false alarm {} times", one.sightings.false_alarms));
    }
    line
}

fn remark(comment: &str) -> String {
    if comment.trim().is_empty() { String::new() } else { format!(" ({})", comment.trim()) }
}

/// Says how a part is marked, if it is marked otherwise than the event.
fn bracket(event: &Event, said: &[Said]) -> String {
    let words: Vec<String> = said
        .iter()
        .filter(|one| !event.own.contains(one))
        .filter_map(|one| match one {
            Said::Tlp(word) => Some(format!("TLP:{}", word.to_uppercase())),
            Said::Unknown => Some("marking not understood".to_owned()),
            Said::Statement(_) => None,
        })
        .collect();
    if words.is_empty() { String::new() } else { format!("[{}] ", words.join(", ")) }
}

/// Lists the people that are entries of the event: objects of a person, and names that stand alone.
fn people(event: &Event) -> Vec<Entry> {
    let objects =
        event.objects.iter().filter(|object| PEOPLE.contains(&object.name.as_str())).map(|object| {
            let beside = object.attributes.iter().filter(|one| !NAMES.contains(&one.kind.as_str()));
            let reason: Vec<&str> =
                beside.map(|one| one.value.as_str()).chain([object.comment.as_str()]).collect();
            Entry { reason: reason.join(" "), ..Entry::default() }
        });
    let alone = event.attributes.iter().filter(|one| ALONE.contains(&one.kind.as_str()));
    objects.chain(alone.map(|one| Entry { reason: one.comment.clone(), ..Entry::default() })).collect()
}

/// Templates of objects that are one person.
const PEOPLE: [&str; 7] = [
    "person",
    "employee",
    "fbi-most-wanted",
    "interpol-notice",
    "facial-composite",
    "ftm-Person",
    "persnona",
];

/// Types of attributes that name somebody.
const NAMES: [&str; 4] = ["first-name", "middle-name", "last-name", "full-name"];

/// Types of attributes that stand for one person each when they stand alone.
const ALONE: [&str; 6] =
    ["full-name", "last-name", "passport-number", "identity-card-number", "redress-number", "target-user"];
