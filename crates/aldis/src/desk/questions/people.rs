//! The questions about people at risk: their entries, tiers, measures and names, and what became of them.

use super::telling::HUMAN_ANSWERS;
use super::{Line, lines, of_kind, or, part, prose};
use crate::desk::review::Happened;

pub(super) fn entries(timeline: &[Happened]) -> Vec<Line<'_>> {
    let decided = |e: &Happened| {
        of_kind(timeline, &["screen.decided"]).any(|other| other.field("hit") == e.field("hit"))
    };
    lines(timeline, &["screen.hit", "screen.decided", "tier.set"], |e| match e.kind.as_str() {
        "screen.hit" => {
            let open = if decided(e) { "" } else { ", not decided by then" };
            format!("{} may be meant in {}{open}", e.field("subject"), e.field("report"))
        }
        "screen.decided" => {
            let (subject, report, by) = (e.field("subject"), e.field("report"), e.field("by"));
            format!("{subject} in {report} {} by {by}: {}", e.field("decided"), e.field("reason"))
        }
        _ => {
            format!("{} reviewed: {}, next by {}", e.field("subject"), e.field("tier"), e.field("review_by"))
        }
    })
}

pub(super) fn tiers(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["list.entry_created", "tier.suggested", "tier.set"], |e| match e.kind.as_str() {
        "list.entry_created" => {
            let (tier, subject, by) = (or(e, "tier", "no tier"), e.field("subject"), e.field("by"));
            format!("{tier} at the entry of {subject} by {by}, suggested by nothing")
        }
        "tier.suggested" => {
            format!("{} suggested for {}: {}", e.field("suggested"), e.field("subject"), e.field("why"))
        }
        _ => format!(
            "{} set for {} by {} (was {}, suggested {}): {}",
            e.field("tier"),
            e.field("subject"),
            e.field("by"),
            e.field("before"),
            or(e, "suggested", "nothing"),
            e.field("reasons")
        ),
    })
}

/// Measures for those in the register, and what recipients say they have done.
pub(super) fn measures(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["measure.status", "action.reported"], |e| {
        if e.kind == "action.reported" {
            let (audience, note) = (e.field("audience"), e.field("note"));
            return format!("{audience} has done: {note}{}", part(e, ", said by ", "said_by", ""));
        }
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
        let language = or(e, "language", "not on record");
        (e, format!("{} told by {}, language {language}", e.field("audience"), e.field("channel")))
    });
    let said = of_kind(timeline, &HUMAN_ANSWERS).filter(of_person);
    let said = said
        .map(|e| (e, format!("{} said ({}): {:?}", e.field("audience"), e.field("answer"), e.field("note"))));
    told.chain(said).collect()
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

/// Who gave a name, saw it beside its cover name, or had it opened; a machine's comparing shows it to nobody.
pub(super) fn identity(timeline: &[Happened]) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    for e in timeline {
        let (subject, by) = (e.field("subject"), e.field("by"));
        let line = match e.kind.as_str() {
            "list.entry_created" => format!("{subject}: entered by {by}, who gave the name"),
            "list.entry_described" => format!("{subject}: described by {by}, who knew it"),
            "screen.decided" => {
                format!(
                    "{subject}: {by} compared it with the words of {}: {}",
                    e.field("report"),
                    e.field("decided")
                )
            }
            "transport.receipt" if e.field("audience").starts_with("PR-") && !by.is_empty() => {
                format!("{}: told in person, as {by} states", e.field("audience"))
            }
            "identity.asked" => format!("{subject}: name asked for by {by}: {}", e.field("reason")),
            "identity.agreed" => format!("{subject}: {by} agreed that it is opened"),
            "identity.refused" => format!("{subject}: {by} kept it sealed: {}", e.field("words")),
            "identity.released" => {
                format!(
                    "{subject}: name in {} for {}, approved by {by}",
                    e.field("release"),
                    e.field("audience")
                )
            }
            "identity.read" => {
                let agreed_by = part(e, ", agreed by ", "agreed_by", "");
                format!("{subject}: name read by {by}{agreed_by}: {}", e.field("reason"))
            }
            _ => continue,
        };
        found.push((e, line));
    }
    found
}

/// What became of it: what was recorded at the end, what was said later, and how grades and forecasts did.
pub(super) fn outcome(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(
        timeline,
        &["statement.attached", "outcome.recorded", "forecast.resolved", "report.regraded"],
        |e| match e.kind.as_str() {
            "statement.attached" => format!("said later by {}: {}", e.field("source"), e.field("title")),
            "outcome.recorded" => {
                format!(
                    "outcome for {} by {}: {}",
                    e.field("victim"),
                    e.field("by"),
                    prose(e.field("fields"))
                )
            }
            "forecast.resolved" => format!("forecast {:?}: {}", e.field("question"), e.field("outcome")),
            _ => format!("{} graded {} (was {})", e.field("report"), e.field("grade"), e.field("before")),
        },
    )
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
