//! The questions about the record itself: what was changed, whether it is whole, and what was erased.

use super::{Line, lines, of_kind};
use crate::desk::review::Happened;

/// What replaced an earlier word, and that word.
pub(super) fn changed(timeline: &[Happened]) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    for e in timeline {
        let (before, by) = (e.field("before"), e.field("by"));
        let line = match e.kind.as_str() {
            "report.regraded" => {
                format!("{}: grade {} was {before}, by {by}", e.field("report"), e.field("grade"))
            }
            "ttl.set" if !before.is_empty() => {
                format!("{}: grade of the threat {} was {before}, by {by}", e.field("victim"), e.field("ttl"))
            }
            "tier.set" if !before.is_empty() && before != e.field("tier") => {
                format!("{}: tier {} was {before}, by {by}", e.field("subject"), e.field("tier"))
            }
            "release.rejected" => {
                format!("{} sent back by {by}: {}", e.field("release"), e.field("reason"))
            }
            "opinion.withdrawn" => {
                format!("opinion on {} withdrawn by {by}: {}", e.field("report"), e.field("reason"))
            }
            "erasure.done" => format!("erased by {by}: {}", e.field("reason")),
            _ => continue,
        };
        found.push((e, line));
    }
    found
}

/// From when to when the record may be read here, and every jump of the clock in between.
pub(super) fn complete(timeline: &[Happened]) -> Vec<Line<'_>> {
    let (Some(first), Some(last)) = (timeline.first(), timeline.last()) else { return Vec::new() };
    let count = timeline.len();
    let span = format!(
        "{count} entries from {} to {} may be read by you; `aldis log verify` shows whether one is missing or changed",
        first.at, last.at
    );
    let mut found = vec![(last, span)];
    found.extend(lines(timeline, &["clock.jump", "clock.decided"], |e| match e.kind.as_str() {
        "clock.jump" => "the machine's clock was moved".to_owned(),
        _ => format!("decided about the clock by {}: {}", e.field("by"), e.field("decision")),
    }));
    if of_kind(timeline, &["clock.jump"]).next().is_none() {
        found.push((last, "no jump of the clock among them".to_owned()));
    }
    found
}

pub(super) fn provable(timeline: &[Happened]) -> Vec<Line<'_>> {
    let last = timeline.last();
    let line = |e: &Happened| {
        format!(
            "yes: `aldis log prove {}`, and so for each entry named here, makes a proof to take away",
            e.index
        )
    };
    last.map(|e| (e, line(e))).into_iter().collect()
}

pub(super) fn erased(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["erasure.done"], |e| {
        format!("erased by {}: {}; the entry's hash stays", e.field("by"), e.field("reason"))
    })
}
