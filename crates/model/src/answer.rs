//! What a recipient says, and how far a delivery has come.
//!
//! A machine's receipt moves a delivery to *delivered* and no further: only a human act makes it
//! opened, answered or acted.

use std::fmt;

/// A human answer to a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Read.
    Read,
    /// Read; asks to be called.
    CallMe,
    /// Does not accept the warning; always with a reason.
    DoNotAccept,
    /// Says the warning is meant for somebody else.
    NotMe,
    /// Reports what was done.
    Acted,
}

impl Answer {
    /// All answers, in the order a recipient is offered them.
    pub const ALL: [Self; 5] = [Self::Read, Self::CallMe, Self::DoNotAccept, Self::NotMe, Self::Acted];

    /// Returns the word used in storage, on the wire and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::CallMe => "call_me",
            Self::DoNotAccept => "do_not_accept",
            Self::NotMe => "not_me",
            Self::Acted => "acted",
        }
    }

    /// Finds an answer by its word; `call-me` and the short command-line words are understood.
    pub fn find(word: &str) -> Option<Self> {
        match word.replace('-', "_").as_str() {
            "call" => Some(Self::CallMe),
            "dispute" => Some(Self::DoNotAccept),
            "notme" => Some(Self::NotMe),
            other => Self::ALL.into_iter().find(|answer| answer.as_str() == other),
        }
    }

    /// Returns the words an officer reads.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::CallMe => "read, asks for a call",
            Self::DoNotAccept => "DOES NOT ACCEPT",
            Self::NotMe => "not meant for them",
            Self::Acted => "acted",
        }
    }

    /// Says whether a reason must come with it.
    pub const fn needs_note(self) -> bool {
        matches!(self, Self::DoNotAccept | Self::Acted)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How far a delivery has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Progress {
    /// Approved and waiting for its time or its turn.
    Queued,
    /// A channel has taken it.
    Sent,
    /// A receipt or an officer's statement is on file.
    Delivered,
    /// A human opened it.
    Opened,
    /// A human answered.
    Answered,
    /// The receiver reported action.
    Acted,
    /// All attempts failed; recorded, never silent.
    Failed,
}

impl Progress {
    /// All states, in order.
    pub const ALL: [Self; 7] =
        [Self::Queued, Self::Sent, Self::Delivered, Self::Opened, Self::Answered, Self::Acted, Self::Failed];

    /// Returns the word used in storage and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Opened => "opened",
            Self::Answered => "answered",
            Self::Acted => "acted",
            Self::Failed => "failed",
        }
    }

    /// Finds a state by its word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Says whether nobody has answered yet although it may have arrived.
    pub const fn awaits_an_answer(self) -> bool {
        matches!(self, Self::Sent | Self::Delivered | Self::Opened)
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_found_by_their_words_and_by_the_short_ones() {
        for answer in Answer::ALL {
            assert_eq!(Answer::find(answer.as_str()), Some(answer));
        }
        assert_eq!(Answer::find("dispute"), Some(Answer::DoNotAccept));
        assert_eq!(Answer::find("not-me"), Some(Answer::NotMe));
        assert_eq!(Answer::find("yes"), None);
    }

    #[test]
    fn a_receipt_alone_still_awaits_an_answer() {
        assert!(Progress::Delivered.awaits_an_answer());
        assert!(!Progress::Answered.awaits_an_answer());
    }
}
