//! Events: what a leaf of the ledger says happened.
//!
//! An event is a kind, a case if it belongs to one, a label, and named fields. The journal adds
//! who, in which role, for which organisation and when. The fields are texts so that each can be
//! disclosed or erased by itself.

use crate::id::Id;
use crate::label::Label;
use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal,)+) => {
        /// What happened, in the words of the after-action questions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* #[doc = concat!("`", $word, "`")] $variant,)+ }

        impl Kind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the word in the ledger.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Finds the kind by its word.
            pub fn find(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

kinds! {
    ReportReceived = "report.received",
    ReportOpened = "report.opened",
    ReportGraded = "report.graded",
    ReportRegraded = "report.regraded",
    ReportLinked = "report.linked",
    ReportRefused = "report.refused",
    ReportImported = "report.imported",
    ProposalDecided = "proposal.decided",
    ScreenRun = "screen.run",
    ScreenHit = "screen.hit",
    ScreenDecided = "screen.decided",
    ScreenAsked = "screen.asked",
    CaseOpened = "case.opened",
    CaseState = "case.state",
    StatementAttached = "statement.attached",
    ThresholdElement = "threshold.element",
    ConsentRequested = "consent.requested",
    ConsentAnswered = "consent.answered",
    /// A partner asked whether something of ours may go further.
    ConsentAsked = "consent.asked",
    /// What we said to that.
    ConsentSaid = "consent.said",
    DecisionWarn = "decision.warn",
    DecisionWaive = "decision.waive",
    WaiverExpired = "waiver.expired",
    ExpediteUsed = "expedite.used",
    ExpediteRatified = "expedite.ratified",
    ReleaseDrafted = "release.drafted",
    ReleaseChecked = "release.checked",
    ReleaseApproved = "release.approved",
    ReleaseExported = "release.exported",
    ReleaseRejected = "release.rejected",
    ReleaseSent = "release.sent",
    TransportReceipt = "transport.receipt",
    TransportFailed = "transport.failed",
    DeliveryOpened = "delivery.opened",
    AckReceived = "ack.received",
    AckTimeout = "ack.timeout",
    /// A piece of the machine's work that fails time after time.
    WorkStuck = "work.stuck",
    /// It is done after all.
    WorkBack = "work.back",
    EscalationStep = "escalation.step",
    EscalationCalled = "escalation.called",
    EscalationTaken = "escalation.taken",
    EscalationEnded = "escalation.ended",
    ActionMissing = "action.missing",
    ChainSet = "chain.set",
    ShiftSet = "shift.set",
    ShiftEnded = "shift.ended",
    HandOverOffered = "hand_over.offered",
    HandOverAccepted = "hand_over.accepted",
    HandOverItem = "hand_over.item",
    TaskShelved = "task.shelved",
    TaskReturned = "task.returned",
    DismissalReceived = "dismissal.received",
    DismissalReviewed = "dismissal.reviewed",
    QuestionReceived = "question.received",
    QuestionAnswered = "question.answered",
    ActionReported = "action.reported",
    InboundReceived = "inbound.received",
    InboundOpened = "inbound.opened",
    InboundAnswered = "inbound.answered",
    InboundPassedOn = "inbound.passed_on",
    ReleasePassedOn = "release.passed_on",
    /// What was done about a partner that passed a warning on beyond its label.
    PassingOnSettled = "release.passing_on_settled",
    CapPublished = "cap.published",
    CapUpdated = "cap.updated",
    CapCancelled = "cap.cancelled",
    CapReceipt = "cap.receipt",
    LapsePrompted = "lapse.prompted",
    LapseDecided = "lapse.decided",
    WindowLapsed = "window.lapsed",
    PublicationDelayed = "publication.delayed",
    NdsOpened = "nds.opened",
    NdsDecision = "nds.decision",
    /// Somebody asked for a sealed name.
    IdentityAsked = "identity.asked",
    IdentityAgreed = "identity.agreed",
    IdentityRefused = "identity.refused",
    IdentityRead = "identity.read",
    /// A name went to the person's protector.
    IdentityReleased = "identity.released",
    ProtectorNamed = "protector.named",
    ProtectorEnded = "protector.ended",
    ListEntryCreated = "list.entry_created",
    ListEntryDescribed = "list.entry_described",
    CircleAdded = "circle.added",
    CircleJoined = "circle.joined",
    BriefWritten = "brief.written",
    BriefOpened = "brief.opened",
    ListOffered = "list.offered",
    ListRefused = "list.refused",
    ListNoticed = "list.noticed",
    ListReviewed = "list.reviewed",
    MetricAlarm = "metric.alarm",
    TierSuggested = "tier.suggested",
    TierSet = "tier.set",
    MeasureStatus = "measure.status",
    CorrectionSent = "correction.sent",
    TieProposed = "tie.proposed",
    TieDecided = "tie.decided",
    SourceDescribed = "source.described",
    ActorNamed = "actor.named",
    SecondReaderAsked = "reading.asked",
    SecondRead = "reading.second",
    TtlSet = "ttl.set",
    LimitMissed = "limit.missed",
    ForecastGiven = "forecast.given",
    ForecastResolved = "forecast.resolved",
    BoardExtended = "board.extended",
    BoardRated = "board.rated",
    ErasureDone = "erasure.done",
    OutcomeRecorded = "outcome.recorded",
    ClockJump = "clock.jump",
    ClockDecided = "clock.decided",
    PhraseSet = "phrase.set",
    PhraseGiven = "phrase.given",
    PhraseWrong = "phrase.wrong",
    PhraseLocked = "phrase.locked",
    PhraseEnded = "phrase.ended",
    PartnerAdded = "partner.added",
    AudienceAdded = "audience.added",
    UserGranted = "user.granted",
    UserInvited = "user.invited",
    UserSignedIn = "user.signed_in",
    NodeStarted = "node.started",
    TaxiiCollectionAdded = "taxii.collection_added",
    TaxiiCredentialAdded = "taxii.credential_added",
    TaxiiCredentialRevoked = "taxii.credential_revoked",
    TaxiiTaken = "taxii.taken",
    TaxiiPublished = "taxii.published",
    TaxiiDeleted = "taxii.deleted",
    TaxiiPolled = "taxii.polled",
    FeedRead = "feed.read",
    FeedFailed = "feed.failed",
    FeedBack = "feed.back",
    OpinionProposed = "opinion.proposed",
    OpinionApproved = "opinion.approved",
    OpinionRejected = "opinion.rejected",
    OpinionWithdrawn = "opinion.withdrawn",
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that happened, before the journal writes it.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// The case it belongs to, if any.
    pub case: Option<Id>,
    /// Who may read it in the record.
    pub label: Label,
    /// The named texts, in order; names are unique.
    pub fields: Vec<(&'static str, String)>,
}

impl Event {
    /// Starts an event without fields.
    pub const fn new(kind: Kind, label: Label) -> Self {
        Self { kind, case: None, label, fields: Vec::new() }
    }

    /// Places the event in a case.
    pub fn case(mut self, case: Option<&Id>) -> Self {
        self.case = case.cloned();
        self
    }

    /// Adds a named text.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.fields.push((name, value.to_string()));
        self
    }

    /// Adds a named text if there is one.
    pub fn with_some(self, name: &'static str, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_word_and_no_word_is_used_twice() {
        for kind in Kind::ALL {
            assert_eq!(Kind::find(kind.as_str()), Some(*kind));
        }
        assert_eq!(Kind::find("report.burnt"), None);
    }
}
