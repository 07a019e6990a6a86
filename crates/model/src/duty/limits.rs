//! Holds the default clocks, and the two rules about when others are told.
//!
//! All times are microseconds. The doctrine table gives some limits for
//! reaching a state and some for staying in it; [`limit_us`] restates all of
//! them as the longest stay in a state before somebody is late, because that is
//! what a clock on a desk counts.
//!
//! Source: doctrine 1, "Duty to warn", state machine, waiver rules, expedited
//! rule and invariants 6 and 7 (our proposal); 7 FAM 052 (no double standard).

use super::{State, Ttl};

/// One minute.
pub const MINUTE_US: i64 = 60_000_000;
/// One hour.
pub const HOUR_US: i64 = 60 * MINUTE_US;
/// One day.
pub const DAY_US: i64 = 24 * HOUR_US;
/// A query may stay open this long, then a decision is forced.
pub const QUERY_MAX_US: i64 = DAY_US;
/// The senior officer counts as unreachable after this long.
pub const UNREACHABLE_AFTER_US: i64 = 10 * MINUTE_US;
/// An expedited dispatch is reviewed within this time.
pub const RATIFY_WITHIN_US: i64 = HOUR_US;
/// A failed delivery is retried within 5 minutes (see [`limit_us`]) and goes
/// another way within this time.
pub const ALTERNATE_WITHIN_US: i64 = 15 * MINUTE_US;
/// Protection that was refused is offered again after this time.
pub const REOFFER_AFTER_US: i64 = DAY_US;
/// A case below the threshold is closed only after this long without news.
pub const QUIET_BEFORE_CLOSE_US: i64 = 90 * DAY_US;
/// A case is reviewed and closed within this time after stand-down.
pub const CLOSE_WITHIN_US: i64 = 30 * DAY_US;
/// Dispatch times of one simultaneous notice lie at most this far apart.
pub const SPREAD_MAX_US: i64 = 10 * MINUTE_US;

/// Gives the longest stay in `state` before the next step is late.
///
/// `None` where the doctrine sets no clock. A waiver and a query end at their
/// own date, which [`Duty::due_us`](super::Duty::due_us) knows.
#[must_use]
pub const fn limit_us(state: State, ttl: Ttl) -> Option<i64> {
    let critical = matches!(ttl, Ttl::Critical);
    let (critical_us, else_us) = match state {
        State::Received | State::Reopened => (15 * MINUTE_US, HOUR_US),
        State::Triaged | State::AssessedMet => (30 * MINUTE_US, 4 * HOUR_US),
        State::NeedsInfo => (QUERY_MAX_US, QUERY_MAX_US),
        State::VictimUnresolved => (4 * HOUR_US, 4 * HOUR_US),
        State::SeniorReview => (30 * MINUTE_US, 8 * HOUR_US),
        State::WarnApproved => (15 * MINUTE_US, 2 * HOUR_US),
        State::Waived => (waiver_max_us(true), waiver_max_us(false)),
        State::Disputed => (2 * HOUR_US, DAY_US),
        State::TearlineReady | State::Dispatched | State::DeliveryFailed => (5 * MINUTE_US, 5 * MINUTE_US),
        State::Delivered | State::NoAckEscalated => (ack_limit_us(ttl), ack_limit_us(ttl)),
        State::Dismissed | State::StoodDown => (HOUR_US, HOUR_US),
        State::VictimRefused => (REOFFER_AFTER_US, REOFFER_AFTER_US),
        State::AssessedNotMet | State::Acknowledged | State::Acted | State::Closed => return None,
    };
    Some(if critical { critical_us } else { else_us })
}

/// Gives the time a receiver has to acknowledge.
#[must_use]
pub const fn ack_limit_us(ttl: Ttl) -> i64 {
    if matches!(ttl, Ttl::Critical) { 15 * MINUTE_US } else { 4 * HOUR_US }
}

/// Gives the steps of the escalation ladder, counted from the first delivery:
/// once, twice and four times the time to acknowledge.
#[must_use]
pub const fn ladder_us(ttl: Ttl) -> [i64; 3] {
    let limit_us = ack_limit_us(ttl);
    [limit_us, 2 * limit_us, 4 * limit_us]
}

/// Gives the longest life of a waiver.
#[must_use]
pub const fn waiver_max_us(imminent: bool) -> i64 {
    if imminent { DAY_US } else { 3 * DAY_US }
}

/// Tells whether a release obliges the desk to decide about the public.
///
/// A release to one's own staff about a threat that is not targeted at them
/// alone does (invariant 6, no double standard).
#[must_use]
pub const fn public_equivalence_due(release_to_own_staff: bool, targeted: bool) -> bool {
    release_to_own_staff && !targeted
}

/// Closes a public-equivalence decision; silence is not among the ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicEquivalence {
    /// The public was told; holds the id of what was published.
    Published(String),
    /// The public was not told; holds the reason.
    Refused(String),
}

impl PublicEquivalence {
    /// Tells whether this closes the decision: a blank id or reason does not.
    #[must_use]
    pub fn closes(&self) -> bool {
        match self {
            Self::Published(text) | Self::Refused(text) => !text.trim().is_empty(),
        }
    }
}

/// Is one release of a simultaneous notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Not to be sent before this time.
    pub not_before_us: i64,
    /// When it was sent.
    pub dispatched_us: i64,
}

/// Tells whether the releases of one notice were simultaneous.
///
/// All carry the same not-before time, none left earlier, and the dispatches
/// lie at most 10 minutes apart (invariant 7). No release at all is fine.
#[must_use]
pub fn spread_ok(notices: &[Notice]) -> bool {
    let Some(first) = notices.first() else { return true };
    let same = notices.iter().all(|each| each.not_before_us == first.not_before_us);
    let none_early = notices.iter().all(|each| each.dispatched_us >= each.not_before_us);
    let earliest = notices.iter().map(|each| each.dispatched_us).min();
    let latest = notices.iter().map(|each| each.dispatched_us).max();
    let spread_us = match (earliest, latest) {
        (Some(earliest), Some(latest)) => latest.saturating_sub(earliest),
        _ => 0,
    };
    same && none_early && spread_us <= SPREAD_MAX_US
}
