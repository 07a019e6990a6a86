//! Says how a pattern, an observation or a match is refused.
//!
//! An error about a pattern names the line, the column and what was expected there. An error about
//! observed data names the place and the rule, never a passage of the data.

use std::fmt;

/// Why a pattern or a match was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// The text does not follow the grammar, or breaks a rule that one place of it shows.
    #[error("{0}")]
    Syntax(Fault),
    /// The text is longer, deeper or more numerous than allowed.
    #[error("the pattern has more than {limit} {what}")]
    TooLarge {
        /// What there is too much of: `bytes`, `levels`, `comparisons`, `steps in one path`.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The pattern follows the grammar but means nothing that could be matched.
    #[error("{what}")]
    Meaning {
        /// The rule that is broken, and by what.
        what: String,
    },
    /// The observed data cannot be read as observations.
    #[error("{at}: {what}")]
    Data {
        /// Where: an id, or the number of the item.
        at: String,
        /// The rule that is broken.
        what: String,
    },
    /// Deciding would take more work than allowed.
    #[error("deciding this pattern takes more than {limit} steps: use fewer observations or fewer operators")]
    TooMuchWork {
        /// The limit in steps.
        limit: u64,
    },
}

/// One place of a pattern's text and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What the grammar asks for at this place.
    pub expected: String,
    /// What stands there, cut to 40 characters.
    pub found: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: expected {}, found {}",
            self.line, self.column, self.expected, self.found
        )
    }
}

impl PatternError {
    /// Says what is wrong at byte `at` of `text`.
    pub(super) fn syntax(text: &str, at: usize, expected: impl Into<String>, found: &str) -> Self {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        let mut short: String = found.chars().take(FOUND_MAX).collect();
        if short.len() < found.len() {
            short.push('…');
        }
        Self::Syntax(Fault { line, column, expected: expected.into(), found: short })
    }

    pub(super) fn meaning(what: impl Into<String>) -> Self {
        Self::Meaning { what: what.into() }
    }

    pub(super) fn data(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Data { at: at.into(), what: what.into() }
    }
}

const FOUND_MAX: usize = 40;
