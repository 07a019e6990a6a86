//! Names the 22 states of a duty to warn and the 29 events between them.
//!
//! The words are those of the doctrine table, letter for letter, because they
//! are stored, shown and exchanged. What may follow what is not here: see
//! [`TRANSITIONS`](super::TRANSITIONS).
//!
//! Source: doctrine 1, "Duty to warn", state machine (our proposal).

use super::words::words;

words! {
    /// Says where a duty to warn stands.
    State {
        /// Report logged, hash taken.
        Received = "RECEIVED",
        /// Read by a human.
        Triaged = "TRIAGED",
        /// Threshold met.
        AssessedMet = "ASSESSED_MET",
        /// Threshold not met; stays searchable.
        AssessedNotMet = "ASSESSED_NOT_MET",
        /// Cannot judge; a query is open.
        NeedsInfo = "NEEDS_INFO",
        /// Threat met but victim not identified.
        VictimUnresolved = "VICTIM_UNRESOLVED",
        /// Waiver check and decision pending.
        SeniorReview = "SENIOR_REVIEW",
        /// Decision to warn, with who, how and what.
        WarnApproved = "WARN_APPROVED",
        /// Waiver code, reasons and expiry.
        Waived = "WAIVED",
        /// Originator or partner objects.
        Disputed = "DISPUTED",
        /// Text for the audience approved by the releaser.
        TearlineReady = "TEARLINE_READY",
        /// Sent on at least one channel.
        Dispatched = "DISPATCHED",
        /// All channels failed.
        DeliveryFailed = "DELIVERY_FAILED",
        /// Transport receipt or officer's statement.
        Delivered = "DELIVERED",
        /// Receiver signed receipt of this exact text.
        Acknowledged = "ACKNOWLEDGED",
        /// Escalation ladder running.
        NoAckEscalated = "NO_ACK_ESCALATED",
        /// Receiver reports action taken.
        Acted = "ACTED",
        /// Receiver rejects or disputes credibility.
        Dismissed = "DISMISSED",
        /// Victim declines advice or protection.
        VictimRefused = "VICTIM_REFUSED",
        /// Threat ended or withdrawn; cancel sent to all who were warned.
        StoodDown = "STOOD_DOWN",
        /// Review done, outcome and source score recorded.
        Closed = "CLOSED",
        /// New information.
        Reopened = "REOPENED",
    }
}

impl State {
    /// Tells whether only a human may enter this state (invariant 5).
    #[must_use]
    pub const fn human_only(self) -> bool {
        matches!(
            self,
            Self::AssessedMet
                | Self::AssessedNotMet
                | Self::WarnApproved
                | Self::Waived
                | Self::StoodDown
                | Self::Closed
        )
    }
}

words! {
    /// Names what happened to a duty to warn.
    Event {
        /// A human reads the report.
        Triage = "triage",
        /// The threshold is judged.
        Assess = "assess",
        /// Somebody is asked for more.
        Query = "query",
        /// The victim is looked for and not found.
        ResolveVictim = "resolve_victim",
        /// A protector, a place or the public is warned instead.
        RouteToProtector = "route_to_protector",
        /// The case goes to the senior officer.
        Submit = "submit",
        /// The warning is sent first and affirmed afterwards.
        Expedite = "expedite",
        /// The senior officer decides to warn.
        DecideWarn = "decide_warn",
        /// The senior officer waives.
        DecideWaive = "decide_waive",
        /// The originator or a partner objects.
        Object = "object",
        /// The arbiter rules.
        Arbitrate = "arbitrate",
        /// The waiver ends.
        ExpireOrNewInfo = "expire_or_new_info",
        /// The releaser signs the text.
        Release = "release",
        /// The text leaves the house.
        Send = "send",
        /// The transport or an officer confirms arrival.
        Receipt = "receipt",
        /// No channel worked.
        Fail = "fail",
        /// Another attempt after failure.
        RetryAlternate = "retry_alternate",
        /// Every channel was tried.
        Exhausted = "exhausted",
        /// The receiver signs for the text.
        Ack = "ack",
        /// The receiver stays silent.
        Timeout = "timeout",
        /// The receiver says what was done.
        ReportAction = "report_action",
        /// The receiver rejects the warning.
        Dismiss = "dismiss",
        /// The victim declines.
        Refuse = "refuse",
        /// The senior officer looks at a dismissal.
        ReviewDismissal = "review_dismissal",
        /// The threat ended.
        StandDown = "stand_down",
        /// Protection is offered again.
        Reoffer = "reoffer",
        /// The next step of the ladder.
        AlternateRoute = "alternate_route",
        /// The case is finished.
        Close = "close",
        /// A new report arrives.
        NewInfo = "new_info",
    }
}
