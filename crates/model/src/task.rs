//! Tasks: what waits for a person on the watch floor, how urgent it is and what its button says.
//!
//! A task is opened by a verb or a timer and closed by a verb. The machine may open one; it never
//! closes one that asks for a decision.

use std::fmt;

/// Three priorities and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Somebody may die while this waits.
    Critical,
    /// Within the hour or the shift.
    High,
    /// Today.
    Routine,
}

impl Priority {
    /// Returns 1, 2 or 3.
    pub const fn number(self) -> i64 {
        match self {
            Self::Critical => 1,
            Self::High => 2,
            Self::Routine => 3,
        }
    }

    /// Reads 1, 2 or 3; anything else is routine.
    pub const fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Critical,
            2 => Self::High,
            _ => Self::Routine,
        }
    }

    /// Returns the word beside the digit.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::High => "High",
            Self::Routine => "Routine",
        }
    }
}

macro_rules! tasks {
    ($($(#[$doc:meta])+ $variant:ident = $word:literal, $title:literal, $button:literal;)+) => {
        /// What waits for a person.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Task { $($(#[$doc])+ $variant,)+ }

        impl Task {
            /// All kinds of task.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Returns the word used in storage and exercises.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Finds a task by its word.
            pub fn find(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }

            /// Returns the line an officer reads.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// Returns what the button does, in one word.
            pub const fn button(self) -> &'static str {
                match self { $(Self::$variant => $button,)+ }
            }
        }
    };
}

tasks! {
    /// A report nobody has opened.
    Read = "read", "Read a new report", "Open";
    /// A proposed match with the register.
    Match = "match", "Match to review", "Compare";
    /// A sealed name somebody asked for.
    OpenName = "open-name", "A sealed name is asked for: a second person is wanted", "Decide";
    /// A triaged case without an assessment.
    Assess = "assess", "Assess the threshold", "Assess";
    /// A threshold found not met that nobody else has read.
    SecondRead = "second-read", "A second reader is wanted", "Read";
    /// A dispute, while which the protector is warned.
    Interim = "interim", "Disputed: warn the protector meanwhile", "Warn";
    /// A new report about somebody of a case that is closed, waived or below the threshold.
    Reopen = "reopen", "New report about an old case", "Link";
    /// A victim who refused and is asked again.
    Reoffer = "reoffer", "Offer protection again", "Offer";
    /// A case before the senior officer.
    Decide = "decide", "Decide duty to warn", "Decide";
    /// A decision to warn without text.
    Write = "write", "Write the warning", "Write";
    /// An originator that was asked for consent and has not answered.
    Consent = "consent", "Consent asked for, not answered yet", "Call";
    /// An originator that has answered.
    Consented = "consented", "The originator has answered on consent", "Look";
    /// A version waiting for a second person.
    Approve = "approve", "Second approval wanted", "Review";
    /// An opinion about a partner's object, waiting for a second person.
    Opinion = "opinion", "An opinion waits for a second person", "Review";
    /// An approved version that nobody has sent.
    Send = "send", "Approved, not sent yet", "Send";
    /// A version to be handed over in person.
    HandOver = "hand-over", "Hand over in person", "State";
    /// A delivery that failed on every attempt.
    Undelivered = "undelivered", "Delivery failed", "Re-route";
    /// A delivery without an answer past its limit.
    Unanswered = "unanswered", "Unacknowledged", "Call";
    /// A receiver that rejected a public alert.
    CapError = "cap-error", "A receiver rejected the public alert", "Settle";
    /// A recipient who acknowledged and has not said what was done.
    NoAction = "no-action", "Acknowledged, no action reported", "Ask";
    /// A clock that was moved.
    Clock = "clock", "The machine's clock was moved: say which time is right", "Decide";
    /// A recipient who asked to be called.
    CallBack = "call-back", "Recipient asks for a call", "Call";
    /// A page on which a wrong phrase was given too often.
    PhraseLocked = "phrase-locked", "Phrase locked after wrong ones: call the recipient", "Call";
    /// A recipient who says it was not meant for them.
    WrongRecipient = "wrong-recipient", "Not meant for this recipient", "Re-route";
    /// A warning somebody does not accept.
    Dismissed = "dismissed", "Warning not accepted", "Answer";
    /// A partner that passed a warning on further than its label lets it.
    Beyond = "beyond", "Passed on beyond its label", "Settle";
    /// Somebody got a text that was corrected or taken back for others.
    Correct = "correct", "Others got the text that was corrected", "Write";
    /// Own staff were told: does the public get the same?
    PublicEquivalence = "public-equivalence", "Own staff told: decide on the public", "Decide";
    /// A window that ends while the threat may stand.
    Lapse = "lapse", "Warning window is about to end", "Decide";
    /// A waiver that has run out.
    WaiverExpired = "waiver-expired", "Waiver expired: decide again", "Decide";
    /// A release sent before a senior officer saw it.
    Ratify = "ratify", "Ratify an expedited warning", "Ratify";
    /// A question waiting for somebody else's answer.
    NeedsInfo = "needs-info", "Answer outstanding: decide with what we have", "Assess";
    /// A list of people that somebody offered.
    ListOffer = "list", "A list of people was offered: look at it", "Look";
    /// A tier whose time is nearly over.
    Review = "review", "Review the tier of somebody at risk", "Review";
    /// A partner that asks for our consent.
    ConsentAsked = "consent-asked", "A partner asks for our consent", "Answer";
    /// A warning from a partner that needs our answer.
    Inbound = "inbound", "Warning from a partner", "Answer";
    /// A piece of the machine's work that fails time after time.
    Stuck = "stuck", "The machine cannot get on with this", "Look";
    /// A server of somebody else that this node could not read.
    Feed = "feed", "Another server could not be read", "Look";
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
