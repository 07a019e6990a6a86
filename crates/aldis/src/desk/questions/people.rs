//! The questions about people: readers, those at risk, and what became of them.

use super::{Line, lines, of_kind};
use crate::desk::review::Happened;

/// Who could have read a report is whoever was cleared for its label; who did is on record.
pub(super) fn readers(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["report.received", "report.opened"], |e| match e.kind.as_str() {
        "report.received" => {
            format!("{} could be read by whoever is cleared for {}", e.field("report"), e.label)
        }
        _ => format!("{} opened by {}", e.field("report"), e.field("by")),
    })
}

pub(super) fn entries(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["screen.hit", "screen.decided", "tier.set"], |e| match e.kind.as_str() {
        "screen.hit" => format!("{} may be meant in {}", e.field("subject"), e.field("report")),
        "screen.decided" => {
            format!("{} {}: {}", e.field("subject"), e.field("decided"), e.field("reason"))
        }
        _ => {
            format!("{} reviewed: {}, next by {}", e.field("subject"), e.field("tier"), e.field("review_by"))
        }
    })
}

pub(super) fn tiers(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["tier.suggested", "tier.set"], |e| match e.kind.as_str() {
        "tier.suggested" => {
            format!("{} suggested for {}: {}", e.field("suggested"), e.field("subject"), e.field("why"))
        }
        _ => format!(
            "{} set for {} by {} (was {}, suggested {}): {}",
            e.field("tier"),
            e.field("subject"),
            e.field("by"),
            e.field("before"),
            if e.field("suggested").is_empty() { "nothing" } else { e.field("suggested") },
            e.field("reasons")
        ),
    })
}

pub(super) fn measures(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["measure.status"], |e| {
        let words = if e.field("words").is_empty() { e.field("reasons") } else { e.field("words") };
        format!(
            "{} ({}) for {} by {}: {}, consent {}: {words}",
            e.field("measure"),
            e.field("title"),
            e.field("subject"),
            e.field("owner"),
            e.field("status"),
            e.field("consent")
        )
    })
}

/// What a person at risk was told, in which language, and what the person said.
pub(super) fn advice(timeline: &[Happened]) -> Vec<Line<'_>> {
    let of_person = |e: &&Happened| e.field("audience").starts_with("PR-");
    let told = of_kind(timeline, &["transport.receipt"]).filter(of_person);
    let told = told.map(|e| {
        let language = if e.field("language").is_empty() { "not on record" } else { e.field("language") };
        (e, format!("{} told by {}, language {language}", e.field("audience"), e.field("channel")))
    });
    let said = of_kind(timeline, &ANSWERS).filter(of_person);
    let said = said
        .map(|e| (e, format!("{} said ({}): {:?}", e.field("audience"), e.field("answer"), e.field("note"))));
    told.chain(said).collect()
}

/// Pairs what the machine proposed with what a person decided: how long the look took at most.
pub(super) fn proposals(timeline: &[Happened]) -> Vec<Line<'_>> {
    let pairs = [("screen.decided", "screen.hit", "subject"), ("tie.decided", "tie.proposed", "report")];
    let mut found = Vec::new();
    for (decided, proposed, same) in pairs {
        for e in timeline.iter().filter(|e| e.kind == decided) {
            let is_it = |p: &&Happened| {
                p.kind == proposed && p.field(same) == e.field(same) && p.field("report") == e.field("report")
            };
            let Some(first) = timeline.iter().find(is_it) else { continue };
            let took = e.at.since(first.at) / 1_000_000;
            let line = format!("{} {} after {took} s", e.field("report"), e.field("decided"));
            found.push((e, line));
        }
    }
    found
}

/// What the machine proposed, and by which rules; an entry from before rules were recorded says so.
pub(super) fn rules(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["screen.run", "screen.hit", "tie.proposed", "tier.suggested"], |e| {
        let rules = if e.field("rules").is_empty() { "rules not on record" } else { e.field("rules") };
        let about = if e.field("report").is_empty() { e.field("subject") } else { e.field("report") };
        match e.kind.as_str() {
            "screen.run" => format!("{about} compared with the register as it was then, by {rules}"),
            kind => format!("{kind} about {about} by {rules}"),
        }
    })
}

/// Entries about people this case is about, and what last said that they belong there.
pub(super) fn created(timeline: &[Happened]) -> Vec<Line<'_>> {
    let opened = of_kind(timeline, &["case.opened"]).next().map(|e| e.at);
    let mut found = Vec::new();
    for e in of_kind(timeline, &["list.entry_created"]) {
        let when = if opened.is_some_and(|at| e.at >= at) { "after" } else { "before" };
        let reviewed =
            |each: &&Happened| each.kind == "tier.set" && each.field("subject") == e.field("subject");
        let justified = match timeline.iter().rev().find(reviewed) {
            Some(set) => {
                format!("last reviewed {} by {}, next by {}", set.at, set.field("by"), set.field("review_by"))
            }
            None => "not reviewed since".to_owned(),
        };
        let line = format!(
            "{} entered {when} the case was opened, by {}, for {:?}: {justified}",
            e.field("subject"),
            e.field("by"),
            e.field("purpose")
        );
        found.push((e, line));
    }
    found
}

pub(super) fn outcome(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["outcome.recorded", "forecast.resolved", "report.regraded"], |e| {
        match e.kind.as_str() {
            "outcome.recorded" => format!("outcome for {}: {}", e.field("victim"), e.field("fields")),
            "forecast.resolved" => format!("forecast {:?}: {}", e.field("question"), e.field("outcome")),
            _ => format!("{} graded {} (was {})", e.field("report"), e.field("grade"), e.field("before")),
        }
    })
}

/// Lessons are written down when a duty is closed.
pub(super) fn lessons(timeline: &[Happened]) -> Vec<Line<'_>> {
    let closed = of_kind(timeline, &["outcome.recorded"]);
    let with = closed.filter_map(|e| {
        let fields: serde_json::Value = serde_json::from_str(e.field("fields")).ok()?;
        let lessons = fields.get("lessons").filter(|lessons| !lessons.is_null())?.clone();
        Some((e, format!("{}: {lessons}", e.field("victim"))))
    });
    with.collect()
}

const ANSWERS: [&str; 4] = ["ack.received", "question.received", "dismissal.received", "action.reported"];
