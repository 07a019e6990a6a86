//! Writes the text of an intake.

use super::object::{Object, get};
use crate::article::{DateCandidate, Document, Kind};
use crate::intake::{Page, document};
use crate::stix::marking::Said;
use crate::stix::{Limits, Tree, Value};
use std::collections::BTreeMap;

/// Writes a report, a grouping, an incident, a note or an opinion with what belongs to it.
pub(super) fn of<'a>(
    id: &str,
    root: &Object,
    maker: Option<&str>,
    members: impl Iterator<Item = &'a Object>,
    meaning: &dyn Fn(&str) -> Said,
) -> Document {
    let mut page = Page::default();
    let mut dates = Vec::new();
    let mut title = root.line.clone();
    let mut language = None;
    if let Ok(tree) = Tree::read(root.raw.as_bytes(), &LIMITS) {
        let own = tree.root();
        title = own_title(own, root);
        language = get(own, "lang");
        page.paragraph(&title);
        page.paragraph(&body(own));
        page.paragraph(&about(id, root, maker, own));
        for name in ["published", "created", "modified"] {
            let raw = get(own, name).unwrap_or_default();
            dates.extend(DateCandidate::found(&format!("stix {name}"), &raw));
        }
    }
    let (telling, others): (Vec<&Object>, Vec<&Object>) =
        members.partition(|one| TELLING.contains(&one.kind.as_str()));
    for one in telling {
        if let Ok(tree) = Tree::read(one.raw.as_bytes(), &LIMITS) {
            let own = tree.root();
            let marked = bracket(one, root, meaning);
            page.paragraph(&format!("{marked}{}: {}\n{}", one.kind, own_title(own, one), body(own)));
        }
    }
    page.paragraph(if others.is_empty() { "" } else { "Refers to:" });
    for one in others {
        page.line(&format!("{}{}: {}", bracket(one, root, meaning), one.kind, one.line));
    }
    if root.revoked {
        title = format!("Withdrawn: {title}");
    }
    let mut made = document(Kind::Stix, &title, page.finish());
    made.id = Some(id.to_owned());
    made.author = maker.map(str::to_owned);
    made.dates = dates;
    made.language = language;
    made
}

/// Writes a list of objects that nothing holds together.
pub(super) fn list(id: &str, objects: &[&Object], meaning: &dyn Fn(&str) -> Said) -> Document {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for object in objects {
        *counts.entry(object.kind.as_str()).or_default() += 1;
    }
    let counted: Vec<String> = counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let title = format!("STIX objects without a report: {}", counted.join(", "));
    let mut page = Page::default();
    page.paragraph(&title);
    let frame = Object::default();
    page.paragraph("They are:");
    objects
        .iter()
        .for_each(|one| page.line(&format!("{}{}: {}", bracket(one, &frame, meaning), one.kind, one.line)));
    let mut made = document(Kind::Stix, &title, page.finish());
    made.id = Some(id.to_owned());
    made
}

fn own_title(own: Value<'_>, object: &Object) -> String {
    let opinion = get(own, "opinion").map(|word| format!("opinion: {word}"));
    opinion
        .or_else(|| get(own, "name"))
        .or_else(|| get(own, "abstract"))
        .unwrap_or_else(|| object.line.clone())
}

fn body(own: Value<'_>) -> String {
    let texts = ["description", "content", "explanation"].into_iter().filter_map(|name| get(own, name));
    texts.collect::<Vec<_>>().join("\n\n")
}

fn about(id: &str, root: &Object, maker: Option<&str>, own: Value<'_>) -> String {
    let mut said = vec![format!("STIX {} {id}", root.kind)];
    said.extend(maker.map(|maker| format!("made by {maker}")));
    said.extend(get(own, "published").map(|time| format!("published {time}")));
    let confidence = own.get("confidence").and_then(Value::as_integer);
    said.extend(confidence.map(|number| format!("confidence given: {number} of 100")));
    for name in ["report_types", "labels", "authors"] {
        let words: Vec<String> = own
            .get(name)
            .into_iter()
            .flat_map(Value::items)
            .filter_map(Value::as_text)
            .map(std::borrow::Cow::into_owned)
            .collect();
        if !words.is_empty() {
            said.push(format!("{}: {}", name.replace('_', " "), words.join(", ")));
        }
    }
    said.join("; ")
}

/// Says how a member is marked, if it is marked otherwise than what holds it.
fn bracket(one: &Object, root: &Object, meaning: &dyn Fn(&str) -> Said) -> String {
    let words: Vec<String> = one
        .marks
        .difference(&root.marks)
        .filter_map(|mark| match meaning(mark) {
            Said::Tlp(word) => Some(format!("TLP:{}", word.to_uppercase())),
            Said::Unknown => Some("marking not understood".to_owned()),
            Said::Statement(_) => None,
        })
        .collect();
    if words.is_empty() { String::new() } else { format!("[{}] ", words.join(", ")) }
}

const TELLING: [&str; 5] = ["incident", "note", "opinion", "report", "grouping"];

/// The object was read before; nothing of it is new here.
const LIMITS: Limits = Limits { bytes: 64 * 1024 * 1024, depth: 1_000, values: usize::MAX };
