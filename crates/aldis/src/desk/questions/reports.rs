//! The questions about reports: who read them, what they were worth, and what rests on what.

use super::{Line, lines, of_kind, part};
use crate::desk::review::Happened;
use aldis_model::provenance::Paths;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn first_and_reader(timeline: &[Happened]) -> Vec<Line<'_>> {
    let received = of_kind(timeline, &["report.received"]).next();
    let read = of_kind(timeline, &["report.opened"]).next();
    let mut lines = Vec::new();
    lines.extend(
        received.map(|e| (e, format!("first report {} from {}", e.field("report"), e.field("source")))),
    );
    lines.extend(read.map(|e| (e, format!("first read by {}", e.field("by")))));
    lines
}

/// Who could have read a report is whoever was cleared for its label; who opened it first is on record,
/// and so is whoever did something with it afterwards.
pub(super) fn readers(timeline: &[Happened]) -> Vec<Line<'_>> {
    let (mut found, mut known) = (Vec::new(), BTreeSet::new());
    for e in timeline.iter().filter(|e| !e.field("report").is_empty()) {
        let (report, by) = (e.field("report"), e.field("by"));
        if e.kind == "report.received" {
            found.push((e, format!("{report} could be read by whoever is cleared for {}", e.label)));
        } else if e.kind == "report.opened" {
            known.insert((report, by));
            found.push((e, format!("{report} opened first by {by}")));
        } else if WORK.contains(&e.kind.as_str()) && !by.is_empty() && known.insert((report, by)) {
            found.push((e, format!("{report} was worked on by {by}, who had it open")));
        }
    }
    found
}

pub(super) fn grades(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["report.graded", "report.regraded"], |e| {
        let (before, likelihood) = (part(e, " (was ", "before", ")"), part(e, ", ", "likelihood", ""));
        let confidence = part(e, ", ", "confidence", " confidence");
        let (report, grade, by) = (e.field("report"), e.field("grade"), e.field("by"));
        format!(
            "{report} graded {grade}{before}{likelihood}{confidence} by {by}{}",
            part(e, ": ", "reasons", "")
        )
    })
}

/// Says of each report of the case where it goes back to, then what ties them.
///
/// What only explains the case, or was said later, confirms nothing and is said to.
pub(super) fn independent(timeline: &[Happened]) -> Vec<Line<'_>> {
    let relation = |e: &Happened| match e.kind.as_str() {
        "case.opened" => "basis".to_owned(),
        "statement.attached" => "statement".to_owned(),
        _ => e.field("relation").to_owned(),
    };
    let of_case: BTreeMap<&str, String> =
        of_kind(timeline, &LINKS).map(|e| (e.field("report"), relation(e))).collect();
    let paths = paths(timeline);
    let mut found = Vec::new();
    for e in of_kind(timeline, &["report.received"]) {
        let report = e.field("report");
        let line = match of_case.get(report).map(String::as_str) {
            Some("basis") => {
                let roots = paths.roots(report).into_iter().collect::<Vec<_>>().join(", ");
                format!("{report} from {}: goes back to {roots}", e.field("source"))
            }
            Some(other) => format!("{report} from {}: {other}, confirms nothing", e.field("source")),
            None => continue,
        };
        found.push((e, line));
    }
    let basis = of_case.iter().filter(|(_, relation)| *relation == "basis").map(|(report, _)| *report);
    let last = of_kind(timeline, &LINKS).last();
    if let Some(e) = last.filter(|_| !found.is_empty()) {
        let line = match paths.independent(basis) {
            0 | 1 => "all of the basis goes back to one source".to_owned(),
            _ => "the basis has at least 2 sources that share nothing on record".to_owned(),
        };
        found.push((e, line));
    }
    found.extend(ties(timeline));
    found
}

fn ties(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["tie.proposed", "tie.decided"], |e| {
        let word = if e.kind == "tie.proposed" { "may rest on" } else { e.field("decided") };
        let why = if e.field("why").is_empty() { e.field("reason") } else { e.field("why") };
        format!("{} {word} {} {}: {why}", e.field("report"), e.field("relation"), up(e))
    })
}

fn up(e: &Happened) -> &str {
    if e.field("upstream").is_empty() { e.field("named") } else { e.field("upstream") }
}

/// Follows the ties that nobody rejected, as the desk does when it counts origins.
fn paths(timeline: &[Happened]) -> Paths {
    let origin = |e: &Happened| {
        let origin = if e.field("origin").is_empty() { e.field("source") } else { e.field("origin") };
        (e.field("report").to_owned(), origin.to_owned())
    };
    let known = of_kind(timeline, &["report.received"]).map(origin);
    let mut ties: BTreeMap<&str, Option<(String, String)>> = BTreeMap::new();
    for e in of_kind(timeline, &["tie.proposed", "tie.decided"]) {
        let tied = (e.field("report").to_owned(), up(e).to_owned());
        ties.insert(e.field("tie"), Some(tied).filter(|_| e.field("decided") != "rejected"));
    }
    Paths::new(known.collect::<Vec<_>>(), ties.into_values().flatten())
}

pub(super) fn before(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["report.received", "report.linked", "statement.attached"], |e| {
        let (report, title, source) = (e.field("report"), e.field("title"), e.field("source"));
        match e.kind.as_str() {
            "report.received" => format!("{report} from {source}: {title}"),
            "report.linked" => format!("{report} taken to the case as {}", e.field("relation")),
            _ => format!("{report} attached to the case as a later statement"),
        }
    })
}

pub(super) fn without_match(timeline: &[Happened]) -> Vec<Line<'_>> {
    let runs = of_kind(timeline, &["screen.run"]);
    let runs = runs.filter(|run| {
        of_kind(timeline, &["screen.hit"]).all(|hit| hit.field("report") != run.field("report"))
    });
    runs.map(|run| (run, format!("{} compared with the register: no match you may see", run.field("report"))))
        .collect()
}

/// What the machine proposed, and by which rules; an entry from before rules were recorded says so.
pub(super) fn rules(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["screen.run", "screen.hit", "tie.proposed", "tier.suggested"], |e| {
        let rules = if e.field("rules").is_empty() { "rules not on record" } else { e.field("rules") };
        let (report, subject) = (e.field("report"), e.field("subject"));
        match e.kind.as_str() {
            "screen.run" => format!("{report} compared with the register as it was then, by {rules}"),
            "screen.hit" => format!("{subject} proposed as meant in {report}, by {rules}"),
            "tie.proposed" => format!("{report} proposed as resting on {}, by {rules}", up(e)),
            _ => format!("{} proposed for {subject}, by {rules}", e.field("suggested")),
        }
    })
}

/// Pairs what the machine proposed with what a person decided: how long the look took at most.
pub(super) fn proposals(timeline: &[Happened]) -> Vec<Line<'_>> {
    let pairs = [("screen.decided", "screen.hit", "hit"), ("tie.decided", "tie.proposed", "tie")];
    let mut found = Vec::new();
    for (decided, proposed, same) in pairs {
        for e in timeline.iter().filter(|e| e.kind == decided) {
            let is_it = |p: &&Happened| p.kind == proposed && p.field(same) == e.field(same);
            let Some(first) = timeline.iter().find(is_it) else { continue };
            let (took, what) = (e.at.since(first.at) / 1_000_000, part(e, " for ", "subject", ""));
            let line = format!("{}{what} {} after {took} s", e.field("report"), e.field("decided"));
            found.push((e, format!("{line}{}", part(e, " by ", "by", ""))));
        }
    }
    found
}

/// What was open to everybody: reports anybody may read, and our own alerts.
pub(super) fn public(timeline: &[Happened]) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    for e in timeline {
        match e.kind.as_str() {
            "report.received" if e.label.tlp == aldis_model::Tlp::Clear => {
                found.push((e, format!("{}: {}", e.field("source"), e.field("title"))));
            }
            "cap.published" | "cap.updated" => {
                let text = super::telling::text_of(timeline, e.field("release"));
                found.push((e, format!("our own alert: {text:?}")));
            }
            "cap.cancelled" => found.push((e, "our own alert was cancelled".to_owned())),
            _ => {}
        }
    }
    found
}

const LINKS: [&str; 3] = ["case.opened", "report.linked", "statement.attached"];

/// What nobody does to a report without having it open.
const WORK: [&str; 7] = [
    "report.graded",
    "report.regraded",
    "report.linked",
    "statement.attached",
    "screen.decided",
    "tie.decided",
    "case.opened",
];
