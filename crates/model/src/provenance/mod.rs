//! Which reports go back to one origin, and what in their texts says so.
//!
//! Two articles that repeat one blog are one source. The machine proposes ties between reports from
//! their texts ([`Print`]); a person confirms or rejects them. [`Paths`] follows the ties that were not
//! rejected: as long as all ways meet one origin, nothing is "confirmed by other sources".
//!
//! A tie that nobody has decided counts as one: doubt about independence is not independence.
//!
//! Deliberately absent: any weight. A report is independent of another or it is not.
//!
//! Source: doctrine 3, "1 needs provenance-independent sources: two articles that share an upstream
//! count as one"; NATO/Admiralty after FM 2-22.3, credibility 1.

mod compare;
mod paths;
mod print;

pub use compare::{Found, compare, is_rare};
pub use paths::{Paths, disjoint_count};
pub use print::{GRAM_WORDS, Print};

use crate::duty::words;

words! {
    /// Says how a report rests on an earlier one.
    Tie {
        /// The same text, or nearly.
        Reprints = "reprints",
        /// Parts of the text, word for word.
        Quotes = "quotes",
        /// Names it as where the information is from.
        Cites = "cites",
        /// The same in another language; only a person can say so.
        Translates = "translates",
    }
}
