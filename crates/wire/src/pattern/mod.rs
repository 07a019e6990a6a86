//! STIX patterns: reads them, says what is wrong with them, and matches them against observed data.
//!
//! A [`Pattern`] is what was read; a [`Matcher`] is one made ready to be matched against a set of
//! [`Observation`]s; an [`Engine`] matches thousands of them against a stream. Every step is
//! bounded: the text by [`Limits`], a regular expression by its compiled size and a linear-time
//! engine, a match by a number of steps. Nothing here reads a clock, a file or a socket.
//!
//! | Word | Meaning |
//! |---|---|
//! | observation | one observed-data object with the objects it speaks of |
//! | sighting | one of the `number_observed` times it speaks for |
//! | binding | the observations that together make a pattern true |
//! | finding | a rule that a pattern breaks although it follows the grammar |
//!
//! Where the OASIS tools and the specification differ, `docs/reference/stix-patterns.md` says which
//! one is followed.
//!
//! Source: STIX 2.1 (OASIS Standard, June 2021), section 9; STIX 2.0 part 5.

pub mod ast;
mod bind;
mod check;
mod engine;
mod error;
mod expression;
mod flow;
mod lex;
mod like;
mod literal;
mod net;
mod observe;
mod parse;
mod plan;
mod print;
mod relax;
mod rules;
mod value;

pub use engine::{Engine, Hit, Step};
pub use error::{Fault, PatternError};
pub use literal::{Span, Time};
pub use observe::Observation;
pub use rules::Finding;

use bind::{Candidate, Pool};
use plan::{Node, Plan};
use std::fmt;
use value::Work;

/// The version of STIX whose grammar applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// STIX 2.0: no `EXISTS`, and qualifiers may be doubled.
    V20,
    /// STIX 2.1.
    #[default]
    V21,
}

/// How much of a pattern, and of the work to match it, is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Length of the text in bytes.
    pub bytes: usize,
    /// Nesting of brackets, and qualifiers in a row.
    pub depth: usize,
    /// Number of comparisons.
    pub tests: usize,
    /// Steps of one path.
    pub steps: usize,
    /// Steps of work to decide one pattern over one set of observations.
    pub work: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 64, tests: 10_000, steps: 64, work: 20_000_000 }
    }
}

/// A pattern as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    version: Version,
    root: ast::Observe,
}

impl Pattern {
    /// Reads one pattern by the grammar of `version`.
    ///
    /// # Errors
    ///
    /// [`PatternError::Syntax`] with the place, [`PatternError::TooLarge`].
    pub fn parse(text: &str, version: Version, limits: &Limits) -> Result<Self, PatternError> {
        let root = parse::parse(text, version == Version::V21, limits)?;
        Ok(Self { version, root })
    }

    /// Returns the outermost part.
    #[must_use]
    pub const fn root(&self) -> &ast::Observe {
        &self.root
    }

    /// Returns the rules that this pattern breaks although it follows the grammar, in no order;
    /// empty if there are none.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        rules::findings(&self.root, self.version)
    }

    /// Makes the pattern ready to be matched; regular expressions are compiled at their first use.
    ///
    /// # Errors
    ///
    /// [`PatternError::Meaning`] if a set mixes kinds or a network is none.
    pub fn compile(self, limits: &Limits) -> Result<Matcher, PatternError> {
        Ok(Matcher { plan: Plan::new(self.root)?, work: limits.work })
    }
}

impl fmt::Display for Pattern {
    /// Writes the pattern so that reading it again gives the same one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.fmt(f)
    }
}

/// A pattern that is ready to be matched.
#[derive(Debug)]
pub struct Matcher {
    plan: Plan,
    work: u64,
}

impl Matcher {
    /// Compiles the regular expressions now.
    ///
    /// # Errors
    ///
    /// [`PatternError::Meaning`] if one is none, is too large, or needs backtracking.
    pub fn prepare(&self) -> Result<(), PatternError> {
        self.plan.prepare()
    }

    /// Returns one binding: the places in `seen` of the observations that make the pattern true, in
    /// ascending order; `None` if it is not true.
    ///
    /// A pattern about a single observation is bound to the first one that fits.
    ///
    /// # Errors
    ///
    /// [`PatternError::Data`] if a value that is asked for breaks the rule its name or the pattern
    /// sets, [`PatternError::Meaning`] as for [`Matcher::prepare`], [`PatternError::TooMuchWork`].
    pub fn matches(&self, seen: &[Observation]) -> Result<Option<Vec<usize>>, PatternError> {
        self.prepare()?;
        let mut work = Work::new(self.work);
        let mut sets = vec![Vec::new(); self.plan.sets.len()];
        for (at, one) in seen.iter().enumerate() {
            let mut passed = Vec::with_capacity(self.plan.tests.len());
            for test in &self.plan.tests {
                passed.push(test.holds(one, &mut work)?);
            }
            for (set, members) in self.plan.sets.iter().zip(&mut sets) {
                if set.iter().any(|test| passed.get(*test) == Some(&true)) {
                    members.push(at);
                }
            }
        }
        if let Node::One(set) = self.plan.root {
            return Ok(sets.get(set).and_then(|members| members.first()).map(|at| vec![*at]));
        }
        let all: Vec<Candidate> = seen.iter().map(Candidate::of).collect();
        bind::bind(&self.plan.root, &Pool { all: &all, sets: &sets }, None, &mut work)
    }
}

impl Candidate {
    const fn of(seen: &Observation) -> Self {
        Self { first: seen.first.0, last: seen.last.0, count: seen.count }
    }
}
