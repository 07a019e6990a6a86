//! Matches many patterns against a stream of observations.
//!
//! Each expression between brackets is filed under the one value it cannot do without, so that an
//! observation only meets the patterns it could concern ([`index`]). A pattern about several
//! observations keeps the latest ones that fit a part of it, up to a limit; everything else forgets
//! each observation at once.

mod index;
mod need;

use super::bind::{Candidate, Pool, bind};
use super::error::PatternError;
use super::observe::Observation;
use super::plan::Node;
use super::value::Work;
use super::{Limits, Matcher};
use index::Index;

/// Many patterns and what they remember of a stream.
#[derive(Debug)]
pub struct Engine {
    matchers: Vec<Matcher>,
    /// For each filed expression, its pattern and its place there.
    leaves: Vec<(usize, usize)>,
    index: Index,
    /// What each pattern about several observations remembers.
    kept: Vec<Vec<Kept>>,
    kept_max: usize,
    work: u64,
    pushed: u64,
    forgotten: u64,
    /// For each pattern, the expressions that the observation at hand passed.
    passed: Vec<Vec<usize>>,
}

/// What came of one observation.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The patterns that it made true.
    pub hits: Vec<Hit>,
    /// The patterns that could not be decided, and why.
    pub refused: Vec<(usize, PatternError)>,
}

/// A pattern that an observation made true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The place of the pattern, from 0.
    pub pattern: usize,
    /// The numbers of the observations in the stream, from 0, ascending; the last pushed is one of them.
    pub binding: Vec<u64>,
}

/// An observation that fits a part of a pattern.
#[derive(Debug)]
struct Kept {
    number: u64,
    candidate: Candidate,
    /// The sets of the plan that it is in.
    sets: Vec<usize>,
}

impl Engine {
    /// Takes patterns in; each keeps at most `kept_max` observations.
    ///
    /// # Errors
    ///
    /// The place of the first pattern that cannot be matched, and why, as for [`Matcher::prepare`].
    pub fn new(
        matchers: Vec<Matcher>,
        kept_max: usize,
        limits: &Limits,
    ) -> Result<Self, (usize, PatternError)> {
        let mut leaves = Vec::new();
        let mut needs = Vec::new();
        for (at, matcher) in matchers.iter().enumerate() {
            matcher.prepare().map_err(|error| (at, error))?;
            for (test, expr) in matcher.plan.tests.iter().enumerate() {
                needs.extend(need::of(expr).into_iter().map(|need| (need, leaves.len())));
                leaves.push((at, test));
            }
        }
        let index = Index::new(needs, leaves.len());
        let kept = matchers.iter().map(|_| Vec::new()).collect();
        let passed = vec![Vec::new(); matchers.len()];
        let work = limits.work;
        Ok(Self { matchers, leaves, index, kept, kept_max, work, pushed: 0, forgotten: 0, passed })
    }

    /// Takes the next observation and returns what it made true.
    ///
    /// A pattern is a hit if the observation is part of a binding with others that are still kept,
    /// so that one that stays true is a hit again with each observation that takes part.
    pub fn push(&mut self, seen: &Observation) -> Step {
        let number = self.pushed;
        self.pushed += 1;
        let mut step = Step::default();
        let mut touched = Vec::new();
        for leaf in self.index.candidates(seen, self.work) {
            let Some(&(pattern, test)) = self.leaves.get(leaf) else { continue };
            let expr = self.matchers.get(pattern).and_then(|matcher| matcher.plan.tests.get(test));
            match expr.map(|expr| expr.holds(seen, &mut Work::new(self.work))) {
                Some(Ok(true)) => {
                    if let Some(passed) = self.passed.get_mut(pattern) {
                        passed.push(test);
                    }
                    touched.push(pattern);
                }
                Some(Err(error)) => step.refused.push((pattern, error)),
                _ => {}
            }
        }
        touched.sort_unstable();
        touched.dedup();
        for pattern in touched {
            let tests = self.passed.get_mut(pattern).map(std::mem::take).unwrap_or_default();
            match self.settle(pattern, &tests, number, seen) {
                Ok(Some(binding)) => step.hits.push(Hit { pattern, binding }),
                Ok(None) => {}
                Err(error) => step.refused.push((pattern, error)),
            }
        }
        step
    }

    /// Returns how many observations were given up because a pattern keeps no more; while it is 0,
    /// nothing was missed.
    #[must_use]
    pub const fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Returns how many observations are kept for all patterns together.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.kept.iter().map(Vec::len).sum()
    }

    fn settle(
        &mut self,
        pattern: usize,
        tests: &[usize],
        number: u64,
        seen: &Observation,
    ) -> Result<Option<Vec<u64>>, PatternError> {
        let (Some(matcher), Some(kept)) = (self.matchers.get(pattern), self.kept.get_mut(pattern)) else {
            return Ok(None);
        };
        let plan = &matcher.plan;
        let sets = plan.sets.iter().enumerate();
        let sets = sets.filter(|(_, set)| set.iter().any(|test| tests.contains(test))).map(|(at, _)| at);
        if let Node::One(root) = plan.root {
            return Ok(sets.into_iter().any(|set| set == root).then(|| vec![number]));
        }
        kept.push(Kept { number, candidate: Candidate::of(seen), sets: sets.collect() });
        let all: Vec<Candidate> = kept.iter().map(|kept| kept.candidate).collect();
        let mut members = vec![Vec::new(); plan.sets.len()];
        for (at, kept) in kept.iter().enumerate() {
            for set in &kept.sets {
                if let Some(members) = members.get_mut(*set) {
                    members.push(at);
                }
            }
        }
        let must = all.len().checked_sub(1);
        let pool = Pool { all: &all, sets: &members };
        let bound = bind(&plan.root, &pool, must, &mut Work::new(self.work));
        let numbers =
            |binding: Vec<usize>| binding.iter().filter_map(|at| Some(kept.get(*at)?.number)).collect();
        let bound = bound.map(|binding| binding.map(numbers));
        if kept.len() > self.kept_max {
            // What ended first is least likely to be near what comes next.
            let oldest =
                kept.iter().enumerate().min_by_key(|(_, kept)| kept.candidate.last).map(|(at, _)| at);
            oldest.map(|at| kept.remove(at));
            self.forgotten += 1;
        }
        bound
    }
}
