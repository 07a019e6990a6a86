//! Moves one duty to warn one victim in one case through its 22 states.
//!
//! A [`Duty`] changes only by a step of [`TRANSITIONS`]: one method per step,
//! or [`Duty::apply`] by name. A refused step hands the duty back unchanged
//! with everything that was wrong. What the invariants need to know about the
//! past (what was passed, who wrote, who signed, which text) is inside.
//!
//! Deliberately absent: who is a senior officer, releaser or arbiter. That is a
//! role and is checked where people are known; here they must be named humans.
//!
//! Source: doctrine 1, "Duty to warn" (22 states, 41 transitions, invariants);
//! ICD 191.

mod apply;
mod assess;
mod close;
mod decide;
mod deliver;
mod fields;
mod limits;
mod machine;
mod refused;
mod state;
#[cfg(test)]
mod tests;
mod threshold;
mod transition;
mod waiver;
mod words;

pub use assess::{
    AnsweredMet, AnsweredNotMet, Assessment, NotMet, Query, ResolveVictim, Retriage, Route, RouteToProtector,
    Triage,
};
pub use close::{
    Close, CloseNotMet, Dismiss, NewInfo, Outcome, Refusal, Reoffer, ReportAction, ReviewDismissal,
    StandDown, StandDownWaived,
};
pub use decide::{
    ArbitrateWaive, ArbitrateWarn, Deliverer, ExpireOrNewInfo, Objection, Proposal, Ruling, Submit, Trigger,
    WaiverDecision, WaiverDeclined, WarnDecision,
};
pub use deliver::{
    Ack, AlternateRoute, Attempt, Exhausted, Expedite, Failure, LateAck, Ratification, Receipt, Release,
    RetryAlternate, Sending, Timeout,
};
pub use fields::Listed;
pub use limits::{
    ALTERNATE_WITHIN_US, CLOSE_WITHIN_US, DAY_US, HOUR_US, MINUTE_US, Notice, PublicEquivalence,
    QUERY_MAX_US, QUIET_BEFORE_CLOSE_US, RATIFY_WITHIN_US, REOFFER_AFTER_US, SPREAD_MAX_US,
    UNREACHABLE_AFTER_US, ack_limit_us, ladder_us, limit_us, public_equivalence_due, spread_ok,
    waiver_max_us,
};
pub use machine::{Actor, Authority, Duty, Passed, Ratified};
pub use refused::{Fault, Refused};
pub use state::{Event, State};
pub use threshold::{
    Credible, Detail, Element, Elements, Evidence, Harm, Impending, Ttl, VictimKind, independent_count,
    suggest_credible,
};
pub use transition::{TRANSITIONS, Transition, permitted};
pub use waiver::{
    Alternative, Awareness, ChannelTried, Conduct, Mitigation, OriginatorAsked, Particulars, Waiver,
    WaiverCode,
};
pub use words::UnknownWord;
pub(crate) use words::words;
