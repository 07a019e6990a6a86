//! The questions about what was told to whom: texts, channels, answers, silence and corrections.

use super::{Line, lines, of_kind, or, part};
use crate::desk::review::Happened;
use aldis_model::Time;
use std::collections::BTreeMap;

/// What only a person says; a receipt of a machine is none of them.
pub(super) const HUMAN_ANSWERS: [&str; 4] =
    ["ack.received", "question.received", "dismissal.received", "action.reported"];

const TOLD: [&str; 4] = ["transport.receipt", "cap.published", "cap.updated", "cap.cancelled"];

/// Finds the text that was approved under a release; empty if the record does not have it.
pub(super) fn text_of<'a>(timeline: &'a [Happened], release: &str) -> &'a str {
    let approved = of_kind(timeline, &["release.approved"]).find(|e| e.field("release") == release);
    approved.map_or("", |entry| entry.field("text"))
}

fn is_told(timeline: &[Happened], release: &str) -> bool {
    of_kind(timeline, &TOLD).any(|e| e.field("release") == release)
}

pub(super) fn texts(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["release.approved"], |e| {
        let got =
            if is_told(timeline, e.field("release")) { "got" } else { "was to get, not delivered by then," };
        let (audience, hash, tlp) = (e.field("audience"), e.field("text_hash"), e.field("tlp"));
        let (dropped, lower) = (or(e, "dropped", "none"), or(e, "declassified", "none"));
        format!(
            "{audience} {got} SHA-256 {hash}, {tlp}: {:?}; sentences left out as above its label: {dropped}; \
             rewritten from a stricter label: {lower}; approved by {}",
            e.field("text"),
            e.field("by")
        )
    })
}

pub(super) fn above_label(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["release.checked"], |e| {
        format!(
            "{} for {}: problems {}; the gate passed text {} and nothing else",
            e.field("release"),
            e.field("audience"),
            e.field("problems"),
            e.field("text_hash")
        )
    })
}

pub(super) fn public_and_staff(timeline: &[Happened]) -> Vec<Line<'_>> {
    let staff: Vec<&str> = of_kind(timeline, &["nds.opened"]).map(|e| e.field("because")).collect();
    let mut found = Vec::new();
    for e in timeline {
        let line = match e.kind.as_str() {
            "nds.opened" => {
                format!("decision about the public opened because {} is told", e.field("because"))
            }
            "cap.published" => format!("public told: {:?}", text_of(timeline, e.field("release"))),
            "transport.receipt" if staff.contains(&e.field("audience")) => {
                format!("{} told: {:?}", e.field("audience"), text_of(timeline, e.field("release")))
            }
            "nds.decision" | "publication.delayed" => {
                let (reason, by) = (part(e, ": ", "reason", ""), part(e, ", by ", "by", ""));
                format!("decision about the public: {}{reason}{by}", e.field("decision"))
            }
            _ => continue,
        };
        found.push((e, line));
    }
    found
}

/// Who was told when, and how far apart those were who were to be told together.
pub(super) fn together(timeline: &[Happened]) -> Vec<Line<'_>> {
    let mut found = lines(timeline, &["transport.receipt", "cap.published"], |e| {
        format!("{} told by {}", e.field("audience"), e.field("channel"))
    });
    let mut groups: BTreeMap<&str, Vec<&Happened>> = BTreeMap::new();
    for sent in of_kind(timeline, &["release.sent"]).filter(|e| !e.field("not_before").is_empty()) {
        let told = of_kind(timeline, &TOLD).find(|e| e.field("release") == sent.field("release"));
        groups.entry(sent.field("not_before")).or_default().extend(told);
    }
    for (not_before, told) in groups.into_iter().filter(|(_, told)| told.len() > 1) {
        let (Some(first), Some(last)) = (told.iter().map(|e| e.at).min(), told.iter().max_by_key(|e| e.at))
        else {
            continue;
        };
        let apart: i64 = last.at.since(first) / 60_000_000;
        let word = if apart > 10 { "more than the 10 allowed" } else { "within the 10 allowed" };
        let line = format!("{} released together for {not_before}: {apart} min apart, {word}", told.len());
        found.push((last, line));
    }
    found
}

pub(super) fn channels(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["release.sent", "transport.failed", "transport.receipt", "cap.published"], |e| {
        let (audience, channel) = (e.field("audience"), e.field("channel"));
        match e.kind.as_str() {
            "transport.failed" => {
                let (attempt, error) = (e.field("attempt"), e.field("error"));
                format!("{audience} by {channel} failed, attempt {attempt}: {error}")
            }
            "release.sent" => format!("{audience} sent by {channel}"),
            _ => format!("{audience} delivered by {channel}, text {}", e.field("text_hash")),
        }
    })
}

pub(super) fn acknowledged(timeline: &[Happened]) -> Vec<Line<'_>> {
    let said = lines(timeline, &HUMAN_ANSWERS, |e| {
        let (audience, key, hash) = (e.field("audience"), or(e, "key_id", "no key"), e.field("text_hash"));
        format!("{audience} answered {}{} ({key}) over text {hash}{}", answer(e), said_by(e), late(e))
    });
    let receipts = lines(timeline, &["transport.receipt"], |e| {
        let (audience, hash) = (e.field("audience"), e.field("text_hash"));
        match e.field("statement") {
            "" => format!("{audience}: a machine's receipt over text {hash}; not an acknowledgement"),
            statement => {
                let by = part(e, " of ", "by", "");
                format!("{audience}: statement{by} over text {hash}; not an acknowledgement: {statement:?}")
            }
        }
    });
    let machines = lines(timeline, &["cap.receipt"], |e| {
        format!(
            "{}: CAP {} over text {}; a machine's word, not an acknowledgement",
            e.field("sender"),
            e.field("receipt"),
            e.field("text_hash")
        )
    });
    said.into_iter().chain(receipts).chain(machines).collect()
}

fn answer(e: &Happened) -> String {
    e.field("answer").replace('_', " ")
}

/// Who said it, where a person is named: a link does not say who opened it.
fn said_by(e: &Happened) -> String {
    part(e, ", said by ", "said_by", "")
}

/// Says how much later than its limit an answer came.
fn late(e: &Happened) -> String {
    match e.field("late_s").parse::<i64>() {
        Ok(seconds @ 1..) => format!(", {} min late", (seconds + 59) / 60),
        _ => String::new(),
    }
}

pub(super) fn silent(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &SILENCE, |e| {
        let (audience, outcome) = (e.field("audience"), e.field("outcome"));
        match e.kind.as_str() {
            "escalation.called" => format!(
                "{audience}: {}, call {} to {}{}{}",
                e.field("why"),
                e.field("call"),
                e.field("called"),
                part(e, ", on duty ", "on_duty", ""),
                part(e, ", nobody on duty: ", "nobody_on_duty", "")
            ),
            "escalation.taken" => {
                format!("call taken by {}{}{}", e.field("by"), part(e, ": ", "words", ""), late(e))
            }
            "escalation.ended" => format!("{audience}: {outcome} after {} calls", e.field("calls")),
            "action.missing" => format!("{audience} acknowledged and reported no action: {outcome}"),
            _ if audience.is_empty() => format!("a step of the machine failed: {outcome}"),
            _ => {
                let (step, notified) = (e.field("step"), e.field("notified"));
                format!("{audience} silent, step {step}: {notified} called, {outcome}")
            }
        }
    })
}

pub(super) fn dismissed(timeline: &[Happened]) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    for e in timeline {
        let line = match e.kind.as_str() {
            "dismissal.received" => {
                format!("{} does not accept: {:?}{}", e.field("audience"), e.field("note"), said_by(e))
            }
            "dismissal.reviewed" if !e.field("decision").is_empty() => {
                format!("reviewed by {}: {}", e.field("by"), e.field("decision"))
            }
            "escalation.called" if e.field("why") == "dismissal" => {
                format!("{} called because of it{}", e.field("called"), part(e, ", on duty ", "on_duty", ""))
            }
            _ => continue,
        };
        found.push((e, line));
    }
    found
}

pub(super) fn asked_back(timeline: &[Happened]) -> Vec<Line<'_>> {
    let asked: Vec<&str> = of_kind(timeline, &["question.received"]).map(|e| e.field("delivery")).collect();
    let mut found = Vec::new();
    for e in of_kind(timeline, &["question.received", "question.answered"]) {
        match e.kind.as_str() {
            "question.received" => {
                found.push((e, format!("{} asks: {}{}", e.field("audience"), e.field("note"), late(e))));
            }
            _ if asked.contains(&e.field("delivery")) => {
                found.push((e, format!("answered by {}: {}", e.field("by"), e.field("decision"))));
            }
            _ => {}
        }
    }
    found
}

pub(super) fn lapsed(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["lapse.prompted", "lapse.decided", "window.lapsed"], |e| match e.kind.as_str() {
        "lapse.prompted" => {
            format!("asked: the window of {} ends at {}", e.field("warning"), e.field("ends_at"))
        }
        "lapse.decided" => format!("{} by {}: {}", e.field("decision"), e.field("by"), e.field("reason")),
        _ => format!("the window of {} ended; decided before: {}", e.field("warning"), e.field("decided")),
    })
}

/// Which updates and cancels reached whom, and who got the warning and none of them by then.
pub(super) fn corrected(timeline: &[Happened]) -> Vec<Line<'_>> {
    let purpose = |e: &Happened| match e.kind.as_str() {
        "cap.updated" => "update",
        "cap.cancelled" => "cancel",
        _ => {
            let mut checked = of_kind(timeline, &["release.checked"]);
            match checked.find(|c| c.field("release") == e.field("release")).map(|c| c.field("purpose")) {
                Some("update") => "update",
                Some("cancel") => "cancel",
                _ => "alert",
            }
        }
    };
    let told: Vec<(&Happened, &str)> = of_kind(timeline, &TOLD).map(|e| (e, purpose(e))).collect();
    let corrected = told.iter().any(|(_, purpose)| *purpose != "alert");
    let mut found = Vec::new();
    for (e, purpose) in &told {
        let audience = e.field("audience");
        let followed = |(later, what): &(&Happened, &str)| {
            *what != "alert" && later.field("audience") == audience && later.at >= e.at
        };
        if *purpose != "alert" {
            found.push((*e, format!("{audience} got the {purpose} by {}", e.field("channel"))));
        } else if !told.iter().any(followed) && (corrected || e.kind == "cap.published") {
            found.push((*e, format!("{audience} got the warning, and no update or cancel by then")));
        }
    }
    found
}

pub(super) fn partners_knew(timeline: &[Happened]) -> Vec<Line<'_>> {
    let mut known = Vec::new();
    for sent in of_kind(timeline, &["transport.receipt"]) {
        let of_it = |e: &&Happened| e.field("delivery") == sent.field("delivery");
        let answers: Vec<String> = of_kind(timeline, &HUMAN_ANSWERS)
            .filter(of_it)
            .map(|e| format!("{} at {}", answer(e), e.at))
            .collect();
        let how = match answers.is_empty() {
            false => format!("and a human answered {}", answers.join(", ")),
            true => match of_kind(timeline, &["delivery.opened"]).find(of_it).map(|e| e.at) {
                Some(at) => opened(at),
                None => "no human answer by then".to_owned(),
            },
        };
        let text = text_of(timeline, sent.field("release"));
        known.push((sent, format!("{} had been given {text:?}, {how}", sent.field("audience"))));
    }
    known
}

fn opened(at: Time) -> String {
    format!("opened by a person at {at}, no answer by then")
}

const SILENCE: [&str; 6] = [
    "ack.timeout",
    "escalation.step",
    "escalation.called",
    "escalation.taken",
    "escalation.ended",
    "action.missing",
];
