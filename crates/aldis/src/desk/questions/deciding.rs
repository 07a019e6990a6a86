//! The questions about decisions: the threshold, to warn or to waive, consent, and how long it took.

use super::{Line, lines, of_kind, part, prose};
use crate::desk::review::Happened;
use aldis_model::Time;

pub(super) fn threshold(timeline: &[Happened]) -> Vec<Line<'_>> {
    let met = of_kind(timeline, &["threshold.element"]).find(|e| e.field("state") == "ASSESSED_MET");
    let line = |e: &Happened| {
        format!("met for {} by {}: {}", e.field("victim"), e.field("by"), prose(e.field("fields")))
    };
    met.map(|e| (e, line(e))).into_iter().collect()
}

/// The first of each step in the order in which they happened, and every limit that was missed.
pub(super) fn durations(timeline: &[Happened]) -> Vec<Line<'_>> {
    let steps: [(&str, &[&str]); 6] = [
        ("receipt", &["report.received"]),
        ("threshold", &["threshold.element"]),
        ("decision", &["decision.warn", "decision.waive"]),
        ("dispatch", &["release.sent"]),
        ("delivery", &["transport.receipt", "cap.published"]),
        ("acknowledgement", &super::telling::HUMAN_ANSWERS),
    ];
    let mut found: Vec<Line<'_>> = Vec::new();
    let mut start: Option<Time> = None;
    for (name, kinds) in steps {
        // An element is stated before the threshold is judged.
        let judged = |e: &&Happened| e.kind != "threshold.element" || !e.field("state").is_empty();
        let of_kind = timeline.iter().filter(|e| kinds.contains(&e.kind.as_str()));
        let Some(entry) = of_kind.into_iter().find(judged) else { continue };
        let from = *start.get_or_insert(entry.at);
        let minutes = entry.at.since(from) / 60_000_000;
        let after = if name == "receipt" { String::new() } else { format!(" {minutes} min after receipt") };
        found.push((entry, format!("first {name}{after}")));
    }
    found.extend(lines(timeline, &["limit.missed"], missed));
    found.sort_by_key(|(entry, _)| entry.at);
    found
}

fn missed(e: &Happened) -> String {
    if e.field("limit").is_empty() {
        let (victim, state, due) = (e.field("victim"), e.field("state"), e.field("due_at"));
        let called = part(e, ", ", "notified", " called");
        return format!("limit missed: {victim} still {state}, due {due}{called}");
    }
    let late = part(e, ", ", "late_min", " min after the first");
    format!("limit missed: {} was told late, though {}{late}", e.field("audience"), e.field("limit"))
}

pub(super) fn decisions(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["decision.warn", "decision.waive"], |e| {
        let (state, victim, by) = (e.field("state"), e.field("victim"), e.field("by"));
        format!("{state} for {victim} by {by}: {}", prose(e.field("fields")))
    })
}

/// Until when each waiver stands, that its time was over, and what was decided then.
pub(super) fn waivers(timeline: &[Happened]) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    for e in timeline.iter().filter(|e| !e.field("duty").is_empty()) {
        let victim = e.field("victim");
        let waived = |w: &Happened| w.kind == "decision.waive" && w.field("duty") == e.field("duty");
        let line = match e.kind.as_str() {
            "decision.waive" => format!("waiver for {victim} given by {}, {}", e.field("by"), until(e)),
            "waiver.expired" if e.field("state").is_empty() => {
                format!("the time of the waiver for {victim} was over: somebody must decide again")
            }
            "waiver.expired" => {
                format!("waiver for {victim} taken up again by {}, now {}", e.field("by"), e.field("state"))
            }
            "decision.warn" if timeline.iter().any(|w| waived(w) && w.at < e.at) => {
                format!("decided again for {victim} by {}: {}", e.field("by"), e.field("state"))
            }
            _ => continue,
        };
        found.push((e, line));
    }
    found
}

fn until(e: &Happened) -> String {
    let fields: serde_json::Value = serde_json::from_str(e.field("fields")).unwrap_or_default();
    match fields.get("expiry") {
        Some(serde_json::Value::Number(us)) => {
            let at = us.as_i64().map(Time::from_micros);
            at.map_or_else(|| "end not on record".to_owned(), |at| format!("until {at}"))
        }
        Some(serde_json::Value::String(at)) => format!("until {at}"),
        _ => "end not on record".to_owned(),
    }
}

pub(super) fn expedited(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["expedite.used", "expedite.ratified"], |e| match e.kind.as_str() {
        "expedite.used" => format!(
            "{} told before the decision, approved by {}: {}{}",
            e.field("audience"),
            e.field("approver"),
            e.field("reason"),
            part(e, "; to be told afterwards: ", "tell", "")
        ),
        _ => {
            let late = match e.field("late_min") {
                "" | "0" => "within the hour".to_owned(),
                minutes => format!("{minutes} min late"),
            };
            format!("reviewed by {}: {}, {late}: {}", e.field("by"), e.field("result"), e.field("reasons"))
        }
    })
}

pub(super) fn consents(timeline: &[Happened]) -> Vec<Line<'_>> {
    let mut found: Vec<Line<'_>> = Vec::new();
    for e in of_kind(timeline, &["consent.requested", "consent.answered"]) {
        let asked =
            of_kind(timeline, &["consent.requested"]).find(|a| a.field("consent") == e.field("consent"));
        let took = asked.map_or(0, |asked| e.at.since(asked.at) / 60_000_000);
        let originator = e.field("originator");
        let line = match e.kind.as_str() {
            "consent.requested" => {
                format!("{originator} asked for {}: {:?}", e.field("audience"), e.field("text"))
            }
            _ => {
                format!("{originator} answered {} after {took} min: {}", e.field("answer"), e.field("words"))
            }
        };
        found.push((e, line));
    }
    found
}
