//! Draws a timeline in lanes: us, each audience, the world. Every point is also in the list below it.
//!
//! A point differs by shape as well as by colour.

use crate::desk::review::Happened;

/// A drawn timeline.
pub(crate) struct Picture {
    /// Its width and height in pixels.
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// The lanes from top to bottom: name and height of the line.
    pub(crate) lanes: Vec<(String, usize)>,
    /// The points from left to right.
    pub(crate) points: Vec<Point>,
}

/// One entry in its lane.
pub(crate) struct Point {
    pub(crate) number: usize,
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) bad: bool,
}

/// Lays the entries out in their order.
pub(crate) fn draw(entries: &[Happened]) -> Picture {
    let mut names: Vec<&str> = vec!["us"];
    for entry in entries {
        if !names.contains(&entry.lane()) && entry.lane() != "world" {
            names.push(entry.lane());
        }
    }
    names.push("world");
    let height_of = |name: &str| TOP + STEP_Y * names.iter().position(|known| *known == name).unwrap_or(0);
    let step = match entries.len() {
        0 | 1 => STEP_MAX,
        many => ((WIDTH - LEFT - RIGHT) / (many - 1)).clamp(STEP_MIN, STEP_MAX),
    };
    let points = entries.iter().enumerate().map(|(at, entry)| Point {
        number: at + 1,
        x: LEFT + step * at,
        y: height_of(entry.lane()),
        bad: is_bad(&entry.kind),
    });
    let points: Vec<Point> = points.collect();
    Picture {
        width: points.last().map_or(WIDTH, |point| (point.x + RIGHT).max(WIDTH)),
        height: height_of("world") + STEP_Y / 2,
        lanes: names.iter().map(|name| ((*name).to_owned(), height_of(name))).collect(),
        points,
    }
}

/// Says whether an entry is one somebody should worry about.
pub(crate) fn is_bad(kind: &str) -> bool {
    let bad = ["dismissal.received", "transport.failed", "ack.timeout", "escalation.step", "window.lapsed"];
    bad.contains(&kind) || ["waiver.expired", "release.rejected", "clock.jump"].contains(&kind)
}

/// Returns what an entry is called.
pub(crate) fn heading(entry: &Happened) -> &str {
    match entry.kind.as_str() {
        "report.received" => "Gathered",
        "report.opened" => "Read",
        "report.graded" | "report.regraded" => "Graded",
        "report.linked" => "Report tied to the case",
        "screen.hit" => "Match with the register",
        "screen.run" | "screen.nohit" => "Screened",
        "screen.decided" => "Match decided",
        "proposal.decided" => "Proposal decided",
        "case.opened" => "Case opened",
        "case.state" => "Moved on",
        "statement.attached" => "Said in public",
        "threshold.element" => "Assessed",
        "decision.warn" | "decision.waive" => "Decided",
        "consent.requested" => "Consent asked",
        "consent.answered" => "Consent answered",
        "release.drafted" => "Written",
        "release.checked" => "Proposed",
        "release.approved" => "Approved",
        "release.rejected" => "Rejected",
        "release.sent" => "Sent",
        "transport.receipt" => "Delivered",
        "transport.failed" => "Delivery failed",
        "ack.received" => "Acknowledged",
        "ack.timeout" | "escalation.step" => "Escalated",
        "dismissal.received" => "Not accepted",
        "dismissal.reviewed" => "Dismissal reviewed",
        "question.received" => "Call asked for",
        "question.answered" => "Question answered",
        "action.reported" => "Acted",
        "cap.published" => "Published",
        "cap.updated" => "Public alert updated",
        "cap.cancelled" => "Public alert cancelled",
        "outcome.recorded" => "Outcome",
        other => other,
    }
}

/// Returns a line about an entry, out of the fields the reader may see.
pub(crate) fn line(entry: &Happened) -> String {
    let field = |name: &str| entry.field(name);
    let parts: Vec<String> = match entry.kind.as_str() {
        "report.received" | "report.linked" | "statement.attached" => {
            vec![format!("{} “{}” from {}", field("report"), field("title"), field("source"))]
        }
        "report.graded" | "report.regraded" => {
            vec![format!("{} {}", field("report"), field("grade")), field("likelihood").to_owned()]
        }
        "case.state" | "threshold.element" | "decision.warn" | "decision.waive"
            if !field("state").is_empty() =>
        {
            vec![format!("{}: {}", field("victim"), field("state").replace('_', " "))]
        }
        "release.sent" => vec![format!("to {} by {}", field("audience"), field("channel"))],
        "transport.receipt" => vec!["receipt or statement on file; not an acknowledgement".to_owned()],
        "release.approved" => vec![format!("for {}: “{}”", field("audience"), field("text"))],
        "dismissal.received" | "question.received" | "ack.received" | "action.reported" => {
            vec![field("answer").replace('_', " "), quoted(field("note")), field("said_by").to_owned()]
        }
        "ack.timeout" | "escalation.step" => {
            vec![format!("step {}: {}", field("step"), field("notified")), field("outcome").to_owned()]
        }
        _ => ["subject", "release", "audience", "decision", "decided", "reason", "error", "warning"]
            .iter()
            .map(|name| field(name).to_owned())
            .collect(),
    };
    let by = field("by");
    let said = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    if by.is_empty() { said } else { format!("{said} ({by})") }
}

fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("“{text}”") }
}

const WIDTH: usize = 1_190;
const LEFT: usize = 150;
const RIGHT: usize = 40;
const TOP: usize = 40;
const STEP_Y: usize = 56;
const STEP_MIN: usize = 30;
const STEP_MAX: usize = 110;
