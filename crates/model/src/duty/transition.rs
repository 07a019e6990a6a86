//! Holds the 41 permitted transitions as data.
//!
//! The machine looks every step up here, so a transition that is not in this
//! table cannot happen. `required` repeats the doctrine word for word; `also`
//! lists what our guards need beyond it, so that the difference stays visible.
//!
//! Source: doctrine 1, "Duty to warn", transitions (our proposal).

use super::{Event, State};

/// Describes one permitted step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// State before.
    pub from: State,
    /// What happens.
    pub event: Event,
    /// State after.
    pub to: State,
    /// Condition in the words of the doctrine; empty where it names none.
    pub guard: &'static str,
    /// Field names of the doctrine: `a|b` is one or the other, `a?` optional.
    pub required: &'static [&'static str],
    /// Further fields that the guard or an invariant needs, same notation.
    pub also: &'static [&'static str],
}

impl Transition {
    /// Tells whether a machine is refused: it may propose, never decide.
    ///
    /// Beyond invariant 5 this holds for reading (`triage`: "human reads"),
    /// signing (`release`: "releaser signs") and `expedite`, which stands in
    /// for the decision to warn.
    #[must_use]
    pub const fn human_only(&self) -> bool {
        self.to.human_only() || matches!(self.event, Event::Triage | Event::Release | Event::Expedite)
    }

    /// Lists the names of all fields that this step knows, alternatives apart.
    pub fn field_names(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.also).flat_map(|field| field.trim_end_matches('?').split('|'))
    }
}

/// Finds the steps that `event` permits from `from`: none, one or two.
pub fn permitted(from: State, event: Event) -> impl Iterator<Item = &'static Transition> {
    TRANSITIONS.iter().filter(move |row| row.from == from && row.event == event)
}

/// Lists all permitted steps in the order of the doctrine.
pub const TRANSITIONS: &[Transition] = &[
    row(
        S::Received,
        E::Triage,
        S::Triaged,
        "human reads",
        &["officer", "harm_types", "first_impression_ttl"],
        &[],
    ),
    row(
        S::Triaged,
        E::Assess,
        S::AssessedMet,
        "harm & impending & victim & credible & specific",
        &[
            "harm",
            "impending",
            "victim_kind",
            "victim_ref|place",
            "source_grade",
            "info_grade",
            "specific_elements",
            "likelihood?",
            "confidence",
            "independent_sources",
            "reasons",
        ],
        &["credible?", "doubts?", "attackers_in_position?", "ttl?"],
    ),
    row(
        S::Triaged,
        E::Assess,
        S::AssessedNotMet,
        "a required element absent",
        &["missing_elements", "reasons", "second_reader"],
        &[],
    ),
    row(S::Triaged, E::Query, S::NeedsInfo, "cannot judge", &["question", "asked_of", "deadline"], &[]),
    row(
        S::NeedsInfo,
        E::Assess,
        S::AssessedMet,
        "as above, or deadline reached and doubt (=> in favour)",
        &["answer|no_answer", "reasons"],
        &["elements?", "doubts?"],
    ),
    row(
        S::NeedsInfo,
        E::Assess,
        S::AssessedNotMet,
        "answer removes an element",
        &["answer", "reasons", "second_reader"],
        &["missing_elements"],
    ),
    row(
        S::AssessedMet,
        E::ResolveVictim,
        S::VictimUnresolved,
        "no identity match >= review level",
        &["candidates", "match_scores", "method"],
        &["review_level?"],
    ),
    row(
        S::VictimUnresolved,
        E::RouteToProtector,
        S::SeniorReview,
        "protector or public route chosen",
        &["route", "reason"],
        &[],
    ),
    row(S::AssessedMet, E::Submit, S::SeniorReview, "", &["case_summary", "proposed_decision"], &[]),
    row(
        S::AssessedMet,
        E::Expedite,
        S::Dispatched,
        "imminent and senior officer not reachable in 10 min",
        &["expedite_reason", "who_tried", "text", "audience", "approver_on_scene"],
        &[],
    ),
    row(
        S::SeniorReview,
        E::DecideWarn,
        S::WarnApproved,
        "no waiver, or waiver declined",
        &["officer", "deliverer", "method", "means", "substance_limits", "deadline"],
        &["waiver_declined?"],
    ),
    row(
        S::SeniorReview,
        E::DecideWaive,
        S::Waived,
        "waiver code holds and mitigations tried",
        &["officer", "waiver_code", "basis", "alternatives_tried", "expiry"],
        &["particulars?"],
    ),
    row(
        S::SeniorReview,
        E::Object,
        S::Disputed,
        "originator/partner objects",
        &["objector", "ground", "proposed_alternative"],
        &[],
    ),
    row(S::Disputed, E::Arbitrate, S::WarnApproved, "", &["arbiter", "ruling", "reasons"], &[]),
    row(
        S::Disputed,
        E::Arbitrate,
        S::Waived,
        "",
        &["arbiter", "ruling", "reasons", "expiry"],
        &["waiver_code", "alternatives_tried?", "particulars?"],
    ),
    row(S::Waived, E::ExpireOrNewInfo, S::SeniorReview, "expiry or new report", &["trigger"], &[]),
    row(
        S::WarnApproved,
        E::Release,
        S::TearlineReady,
        "release engine passes; releaser signs",
        &["audience", "text_hash", "label", "dropped_portions", "transformations", "releaser"],
        &[],
    ),
    row(S::TearlineReady, E::Send, S::Dispatched, "", &["channel", "address_ref", "time"], &[]),
    row(
        S::Dispatched,
        E::Receipt,
        S::Delivered,
        "",
        &["transport_receipt|officer_statement", "time", "place?", "witness?"],
        &[],
    ),
    row(S::Dispatched, E::Fail, S::DeliveryFailed, "", &["channel", "error", "time"], &[]),
    row(S::DeliveryFailed, E::RetryAlternate, S::Dispatched, "", &["channel", "time"], &[]),
    row(
        S::DeliveryFailed,
        E::Exhausted,
        S::Waived,
        "W-F by senior officer only",
        &["channels_tried"],
        &["expiry?"],
    ),
    row(
        S::Delivered,
        E::Ack,
        S::Acknowledged,
        "signature over the text hash",
        &["receiver", "key_id", "text_hash", "time"],
        &[],
    ),
    row(S::Delivered, E::Timeout, S::NoAckEscalated, "ack limit passed", &["step", "notified"], &[]),
    row(S::NoAckEscalated, E::Ack, S::Acknowledged, "", &["receiver", "time"], &[]),
    row(S::Acknowledged, E::ReportAction, S::Acted, "", &["actions", "time"], &[]),
    row(S::Acknowledged, E::Dismiss, S::Dismissed, "", &["receiver_reason", "who", "time"], &[]),
    row(S::Acknowledged, E::Refuse, S::VictimRefused, "", &["offered", "refused", "understood"], &[]),
    row(
        S::Dismissed,
        E::ReviewDismissal,
        S::SeniorReview,
        "always",
        &["new_release?", "public_alert?", "other_protector?"],
        &[],
    ),
    row(S::Acted, E::StandDown, S::StoodDown, "", &["reason", "cancel_refs"], &[]),
    row(S::Acknowledged, E::StandDown, S::StoodDown, "", &["reason", "cancel_refs"], &[]),
    row(S::VictimRefused, E::StandDown, S::StoodDown, "threat ended", &["reason", "cancel_refs"], &[]),
    row(S::VictimRefused, E::Reoffer, S::SeniorReview, "24 h or new information", &["trigger"], &[]),
    row(S::Waived, E::StandDown, S::StoodDown, "threat ended", &["reason"], &["cancel_refs?"]),
    row(
        S::NoAckEscalated,
        E::AlternateRoute,
        S::Dispatched,
        "next step of the ladder",
        &["channel", "receiver", "time"],
        &[],
    ),
    row(S::NoAckEscalated, E::StandDown, S::StoodDown, "threat ended", &["reason", "cancel_refs"], &[]),
    row(S::AssessedNotMet, E::Close, S::Closed, "90 d without new information", &["outcome"], &[]),
    row(S::StoodDown, E::Close, S::Closed, "review held", &["outcome", "hindsight_grade", "lessons"], &[]),
    row(S::AssessedNotMet, E::NewInfo, S::Reopened, "", &["report"], &["author?"]),
    row(S::Closed, E::NewInfo, S::Reopened, "", &["report"], &["author?"]),
    row(S::Reopened, E::Triage, S::Triaged, "", &["officer"], &["harm_types?", "first_impression_ttl?"]),
];

use Event as E;
use State as S;

const fn row(
    from: State,
    event: Event,
    to: State,
    guard: &'static str,
    required: &'static [&'static str],
    also: &'static [&'static str],
) -> Transition {
    Transition { from, event, to, guard, required, also }
}
