//! `aldis stix show`: what the objects of a file are, how they are marked, and how they relate.

use super::super::out::table;
use super::super::session::{Result, Session};
use crate::error::Error;
use crate::exchange::marking;
use aldis_wire::stix::marking::{Markings, Said, said, said_by_id};
use aldis_wire::stix::{Limits, Stream, Tree, Value};
use serde::Serialize;
use std::collections::HashMap;

/// Show what a STIX 2.1 file holds: type, name, label, versions and relations of its objects
///
/// The label is what the markings of an object and of its parts amount to: the strictest wins, and a
/// marking whose definition is not at hand is RED. Of several versions the newest is shown.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis stix show bundle.json
  $ aldis stix show bundle.json --json | jq -r '.items[] | select(.label == \"TLP:RED\") | .id'")]
pub(in super::super) struct Show {
    /// The file; `-` is stdin
    file: String,
}

/// One object, its newest version.
#[derive(Serialize)]
struct Row {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    name: Option<String>,
    label: Option<String>,
    /// `modified` of the newest version, or `created`.
    version: Option<String>,
    versions: u64,
    revoked: bool,
    /// For a relationship or a sighting: from, what, to.
    relation: Option<[String; 3]>,
    #[serde(skip)]
    markings: Markings,
}

impl Show {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let (input, _) = super::open(&self.file)?;
        let limits = Limits::default();
        let refused = |says: String| Error::Refused(format!("{}: {says}", self.file));
        let mut stream = Stream::new(input, limits);
        let (mut rows, mut places) = (Vec::<Row>::new(), HashMap::<String, usize>::new());
        let (mut meanings, mut unread) = (HashMap::<String, Said>::new(), 0_u64);
        while let Some(piece) = stream.next_piece().map_err(|error| refused(error.to_string()))? {
            // One that was passed over is empty, and so no object.
            let Ok(tree) = Tree::read(piece.bytes, &limits) else {
                unread += 1;
                continue;
            };
            let root = tree.root();
            let Some(row) = row(root) else {
                unread += 1;
                continue;
            };
            if row.kind == "marking-definition" {
                meanings.insert(row.id.clone(), said(root));
            }
            if let Some(before) = places.get(&row.id).and_then(|at| rows.get_mut(*at)) {
                newer(before, row);
                continue;
            }
            if rows.len() >= MOST {
                let says = format!("more than {MOST} objects are too many to show: use aldis stix validate");
                return Err(refused(says).into());
            }
            places.insert(row.id.clone(), rows.len());
            rows.push(row);
        }
        let meaning = |id: &str| meanings.get(id).cloned().unwrap_or_else(|| said_by_id(id));
        for row in &mut rows {
            row.label = marking::label(&row.markings, meaning).map(|label| label.to_string());
        }
        if unread > 0 {
            let file = &self.file;
            session.out.say(format!("{unread} objects could not be read: see aldis stix validate {file}"));
        }
        if session.out.is_json() {
            session.out.list(&rows, None, &[], |_: &Row| Vec::new())?;
        } else {
            session.out.text(text(&rows, &places))?;
        }
        Ok(u8::from(unread > 0))
    }
}

fn row(root: Value<'_>) -> Option<Row> {
    let text = |name: &str| root.get(name).and_then(Value::as_text).map(std::borrow::Cow::into_owned);
    let refs = |name: &str| {
        let first = root.get(name)?.items().next()?.as_text()?;
        Some(first.into_owned())
    };
    let (kind, id) = (text("type")?, text("id")?);
    let relation = match kind.as_str() {
        "relationship" => Some([text("source_ref")?, text("relationship_type")?, text("target_ref")?]),
        "sighting" => {
            let from = refs("where_sighted_refs").or_else(|| text("created_by_ref")).unwrap_or_default();
            Some([from, "sighted".to_owned(), text("sighting_of_ref")?])
        }
        _ => None,
    };
    let named = ["name", "value", "path", "key", "subject", "user_id", "product", "opinion", "abstract"];
    Some(Row {
        name: named.iter().find_map(|name| text(name)),
        version: text("modified").or_else(|| text("created")),
        versions: 1,
        revoked: root.get("revoked").and_then(Value::as_bool) == Some(true),
        markings: Markings::of(root, ""),
        label: None,
        kind,
        id,
        relation,
    })
}

/// Keeps the newer of two versions and counts both.
fn newer(before: &mut Row, mut row: Row) {
    row.versions = before.versions + 1;
    let time =
        |row: &Row| row.version.as_deref().and_then(|text| text.parse::<aldis_wire::stix::Timestamp>().ok());
    if time(&row) >= time(before) {
        *before = row;
    } else {
        before.versions = row.versions;
    }
}

fn text(rows: &[Row], places: &HashMap<String, usize>) -> String {
    let (relations, objects): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.relation.is_some());
    let cells = |row: &&Row| {
        let version = row.version.as_deref().unwrap_or("—");
        let versions =
            if row.versions > 1 { format!("{version} ({})", row.versions) } else { version.to_owned() };
        let revoked = if row.revoked { " revoked" } else { "" };
        vec![
            row.kind.clone(),
            short(row.name.as_deref().unwrap_or("—")),
            row.label.clone().unwrap_or_else(|| "unmarked".to_owned()),
            format!("{versions}{revoked}"),
            row.id.clone(),
        ]
    };
    let mut text =
        table(&["TYPE", "NAME", "LABEL", "VERSION", "ID"], &objects.iter().map(cells).collect::<Vec<_>>());
    if relations.is_empty() {
        return text;
    }
    let named = |id: &str| {
        let row = places.get(id).and_then(|at| rows.get(*at));
        short(row.and_then(|row| row.name.as_deref()).unwrap_or(if id.is_empty() { "—" } else { id }))
    };
    let lines: Vec<Vec<String>> = relations
        .iter()
        .filter_map(|row| {
            let [from, what, to] = row.relation.as_ref()?;
            let label = row.label.clone().unwrap_or_else(|| "unmarked".to_owned());
            let what = if row.revoked { format!("{what} (revoked)") } else { what.clone() };
            Some(vec![named(from), what, named(to), label])
        })
        .collect();
    text.push('\n');
    text.push_str(&table(&["FROM", "RELATION", "TO", "LABEL"], &lines));
    text
}

fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(NAME_MAX).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

const NAME_MAX: usize = 60;
const MOST: usize = 200_000;
