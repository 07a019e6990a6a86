//! The shape of each field of a step, and the words a step and its fields go by.

use aldis_model::duty::{
    Conduct, Credible, Deliverer, Detail, Element, Event, Harm, Impending, Outcome, Proposal, Route, State,
    Transition, Ttl, VictimKind, WaiverCode,
};
use aldis_model::grade::{Confidence, InfoCredibility, Likelihood, SourceReliability};

/// What a field holds.
pub(super) enum Shape {
    /// Nothing a person fills in.
    None,
    Line,
    Text,
    Time,
    Number,
    /// Numbers, a line each.
    Numbers,
    /// Texts, a line each.
    List,
    /// `channel | time | result`, a line each.
    Channels,
    Yes,
    One(Vec<&'static str>),
    Many(Vec<&'static str>),
    /// Reports of the case.
    Reports,
}

/// Returns the shape of a field by its name in the table.
pub(super) fn of(name: &str) -> Shape {
    match name {
        "officer" | "releaser" | "arbiter" | "ruling" => Shape::None,
        "harm" | "harm_types" => Shape::Many(all(Harm::ALL, Harm::as_str)),
        "specific_elements" => Shape::Many(all(Detail::ALL, Detail::as_str)),
        "doubts" | "missing_elements" => Shape::Many(all(Element::ALL, Element::as_str)),
        "independent_sources" => Shape::Reports,
        "attackers_in_position" => Shape::Yes,
        "deadline" | "expiry" | "time" | "date" => Shape::Time,
        "review_level" => Shape::Number,
        "match_scores" => Shape::Numbers,
        "candidates" | "actions" | "cancel_refs" => Shape::List,
        "channels_tried" => Shape::Channels,
        "reasons" | "basis" | "case_summary" | "lessons" | "reason" | "question" | "substance_limits" => {
            Shape::Text
        }
        _ => closed(name).map_or(Shape::Line, Shape::One),
    }
}

fn closed(name: &str) -> Option<Vec<&'static str>> {
    Some(match name {
        "first_impression_ttl" | "ttl" => all(Ttl::ALL, Ttl::as_str),
        "impending" => all(Impending::ALL, Impending::as_str),
        "victim_kind" => all(VictimKind::ALL, VictimKind::as_str),
        "source_grade" => all(SourceReliability::ALL, SourceReliability::as_str),
        "info_grade" => all(InfoCredibility::ALL, InfoCredibility::as_str),
        "likelihood" => all(Likelihood::ALL, Likelihood::as_str),
        "confidence" => all(Confidence::ALL, Confidence::as_str),
        "credible" => all(Credible::ALL, Credible::as_str),
        "route" => all(Route::ALL, Route::as_str),
        "proposed_decision" => all(Proposal::ALL, Proposal::as_str),
        "deliverer" => all(Deliverer::ALL, Deliverer::as_str),
        "waiver_code" | "code" => all(WaiverCode::ALL, WaiverCode::as_str),
        "conduct" => all(Conduct::ALL, Conduct::as_str),
        "outcome" => all(Outcome::ALL, Outcome::as_str),
        _ => return None,
    })
}

fn all<T: Copy>(list: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    list.iter().map(|each| word(*each)).collect()
}

/// Returns the parts of a field that is more than one value.
pub(super) fn parts(name: &str) -> Option<&'static [&'static str]> {
    Some(match name {
        "elements" => ELEMENTS,
        "waiver_declined" => &["code", "reasons"],
        "alternatives_tried" => &MITIGATIONS,
        "particulars" => &["awareness", "conduct", "basis_report", "originator", "channels_tried"],
        "awareness" => &["who", "how_known", "date", "details"],
        "originator" => &["date", "answer", "audience", "text"],
        _ => return None,
    })
}

/// The ways to warn that spare sources.
pub(super) const MITIGATIONS: [&str; 3] = ["wording", "intermediary", "anonymous"];

const ELEMENTS: &[&str] = &[
    "harm",
    "impending",
    "victim_kind",
    "victim_ref",
    "place",
    "source_grade",
    "info_grade",
    "specific_elements",
    "confidence",
    "independent_sources",
    "reasons",
];

/// Returns what a step is called.
pub(super) fn title(row: &Transition) -> &'static str {
    match (row.event, row.to) {
        (Event::Triage, _) => "Record the triage",
        (Event::Assess, State::AssessedMet) => "Assess: the threshold is met",
        (Event::Assess, _) => "Assess: the threshold is not met",
        (Event::Query, _) => "Ask somebody for more",
        (Event::ResolveVictim, _) => "The victim is not identified",
        (Event::RouteToProtector, _) => "Warn a protector, a place or the public instead",
        (Event::Submit, _) => "Put it before the senior officer",
        (Event::DecideWarn, _) => "Decide to warn",
        (Event::DecideWaive, _) => "Waive: do not warn for now",
        (Event::Object, _) => "Record an objection",
        (Event::Arbitrate, State::Waived) => "Rule: waive",
        (Event::Arbitrate, _) => "Rule: warn",
        (Event::ExpireOrNewInfo, _) => "End the waiver: decide anew",
        (Event::Exhausted, _) => "Every channel was tried",
        (Event::AlternateRoute, _) => "Go another way",
        (Event::ReportAction, _) => "Record what the receiver did",
        (Event::Refuse, _) => "Record that protection was refused",
        (Event::ReviewDismissal, _) => "Review the dismissal",
        (Event::StandDown, _) => "Stand down: the threat has ended",
        (Event::Reoffer, _) => "Offer protection again",
        (Event::Close, _) => "Close with the outcome",
        (Event::NewInfo, _) => "Reopen with a new report",
        _ => "Take this step",
    }
}

/// Returns what a field is called.
pub(super) fn label(prefix: &str, name: &str) -> String {
    let own = match name {
        "harm_types" | "harm" => "What harm is threatened",
        "first_impression_ttl" => "First impression of the threat to life",
        "ttl" => "Threat to life, if other than suggested",
        "impending" => "How near it is",
        "victim_kind" => "Kind of victim",
        "victim_ref" => "Victim, by cover name (this or the place)",
        "place" => "Place (this or the victim)",
        "source_grade" => "Grade of the source",
        "info_grade" => "Grade of the information",
        "specific_elements" => "What is known",
        "independent_sources" => "Reports it rests on",
        "credible" => "Credible, if other than suggested",
        "doubts" => "Doubts (they count in favour of warning)",
        "attackers_in_position" => "Attackers are believed to be in position",
        "missing_elements" => "What is missing",
        "second_reader" => "Second reader (somebody else)",
        "no_answer" => "or: no answer came (say who was silent)",
        "candidates" => "Candidates looked at, a line each",
        "match_scores" => "Their scores in percent, a line each",
        "deliverer" => "Who carries the warning",
        "method" => "How it is delivered",
        "means" => "By what means",
        "substance_limits" => "What the text may not say",
        "deadline" => "By when",
        "expiry" => "Until when",
        "waiver_code" | "code" => "Ground of the waiver",
        "wording" => "Another wording was tried: result",
        "intermediary" => "An intermediary was tried: result",
        "anonymous" => "An anonymous message was tried: result",
        "trigger" => "New report that reopens it (empty: the time has passed)",
        "channels_tried" => "Channels tried, a line each: channel | time | result",
        "actions" => "What was done, a line each",
        "cancel_refs" => "References of the cancels, a line each",
        "hindsight_grade" => "Grade in hindsight, such as B2",
        "basis_report" => "Report that bears the basis (its grade counts)",
        "author" => "Its author (may then not waive)",
        _ => "",
    };
    let spoken = if own.is_empty() { sentence(name) } else { own.to_owned() };
    match prefix.trim_end_matches('.').rsplit('.').next().unwrap_or_default() {
        "" | "alternatives_tried" | "particulars" => spoken,
        group => format!("{}: {}", sentence(group), spoken.to_lowercase()),
    }
}

fn sentence(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str().replace('_', " "))
}

/// Returns a word of a closed list as it is shown.
pub(super) fn word(word: &str) -> String {
    match word {
        "W-A" => "W-A already aware".to_owned(),
        "W-B" => "W-B own part in an armed conflict".to_owned(),
        "W-C" => "W-C violent offender".to_owned(),
        "W-D" => "W-D endangers own people, sources or operations".to_owned(),
        "W-E" => "W-E the same for the foreign originator".to_owned(),
        "W-F" => "W-F no reasonable way".to_owned(),
        "imminent_<=24h" => "imminent: within 24 hours".to_owned(),
        "near_<=7d" => "near: within 7 days".to_owned(),
        "dated_>7d" => "dated, later than 7 days".to_owned(),
        other => other.replace('_', " "),
    }
}
