//! A pattern made ready to be matched: its tests with prepared constants, and the shape above them.
//!
//! Alternatives of single observations are folded into one set, nested operators are flattened, and
//! the constants of each comparison are read once.

use super::ast::{Compare, Observe, Qualifier};
use super::check::{Check, Ready};
use super::error::PatternError;
use super::observe::Observation;
use super::value::Work;
use serde_json::Value;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Plan {
    /// The expressions between brackets, in the order of the text.
    pub(super) tests: Vec<Expr>,
    /// Sets of `tests`: an observation is in a set if it passes one of them.
    pub(super) sets: Vec<Vec<usize>>,
    /// What stands above them.
    pub(super) root: Node,
}

/// What has to be found.
#[derive(Debug)]
pub(super) enum Node {
    /// One observation of this set.
    One(usize),
    /// Every part.
    And(Vec<Node>),
    /// One part.
    Or(Vec<Node>),
    /// Every part, in this order of time.
    Then(Vec<Node>),
    /// All of it within so many nanoseconds.
    Within(Box<Node>, i128),
    /// All of it from the first moment to before the second.
    During(Box<Node>, i128, i128),
    /// So many times.
    Times(Box<Node>, u64),
}

/// What one object has to be.
#[derive(Debug)]
pub(super) enum Expr {
    /// One comparison.
    Test(Check),
    /// Every part; the flag says whether a part can fail on bad data, and then all are asked.
    And(Vec<Expr>, bool),
    /// One part, with the same flag.
    Or(Vec<Expr>, bool),
}

impl Plan {
    /// Compiles a pattern; regular expressions are left for [`Plan::prepare`] or the first use.
    pub(super) fn new(root: Observe) -> Result<Self, PatternError> {
        let mut plan = Self { tests: Vec::new(), sets: Vec::new(), root: Node::And(Vec::new()) };
        plan.root = plan.node(root)?;
        Ok(plan)
    }

    /// Compiles what was left, so that matching cannot fail on it.
    pub(super) fn prepare(&self) -> Result<(), PatternError> {
        let mut refused = None;
        self.tests.iter().for_each(|test| {
            test.each(&mut |check| {
                if let Ready::Matches(expression) = &check.how
                    && let Err(refusal) = expression.text()
                {
                    refused.get_or_insert_with(|| refusal.clone());
                }
            });
        });
        refused.map_or(Ok(()), |refusal| Err(PatternError::meaning(refusal.to_string())))
    }

    fn node(&mut self, part: Observe) -> Result<Node, PatternError> {
        Ok(match part {
            Observe::One(compare) => {
                let test = self.tests.len();
                self.tests.push(expr(compare)?);
                self.set(vec![test])
            }
            Observe::And(parts) => Node::And(self.nodes(parts)?),
            Observe::Then(parts) => Node::Then(self.nodes(parts)?),
            Observe::Or(parts) => {
                let parts = self.nodes(parts)?;
                self.either(parts)
            }
            Observe::Qualified(part, qualifiers) => {
                let mut node = self.node(*part)?;
                for qualifier in qualifiers {
                    node = match (qualifier, node) {
                        // One observation is always within itself.
                        (Qualifier::Within(_), node @ Node::One(_)) | (Qualifier::Repeats(1), node) => node,
                        (Qualifier::Within(span), node) => Node::Within(Box::new(node), span.0),
                        (Qualifier::Repeats(times), node) => Node::Times(Box::new(node), times),
                        (Qualifier::During { start, stop }, node) => {
                            Node::During(Box::new(node), start.0, stop.0)
                        }
                    };
                }
                node
            }
        })
    }

    fn nodes(&mut self, parts: Vec<Observe>) -> Result<Vec<Node>, PatternError> {
        parts.into_iter().map(|part| self.node(part)).collect()
    }

    fn set(&mut self, tests: Vec<usize>) -> Node {
        self.sets.push(tests);
        Node::One(self.sets.len() - 1)
    }

    /// Folds the single observations among alternatives into one.
    fn either(&mut self, parts: Vec<Node>) -> Node {
        let mut tests = Vec::new();
        let mut rest = Vec::new();
        for part in parts {
            match part {
                Node::One(set) => tests.extend(self.sets.get(set).into_iter().flatten().copied()),
                Node::Or(parts) => rest.extend(parts),
                part => rest.push(part),
            }
        }
        if !tests.is_empty() {
            let folded = self.set(tests);
            if rest.is_empty() {
                return folded;
            }
            rest.insert(0, folded);
        }
        Node::Or(rest)
    }
}

fn expr(compare: Compare) -> Result<Expr, PatternError> {
    let list = |parts: Vec<Compare>| parts.into_iter().map(expr).collect::<Result<Vec<_>, _>>();
    let fails = |parts: &[Expr]| parts.iter().any(Expr::can_fail);
    Ok(match compare {
        Compare::Test(test) => Expr::Test(Check::new(test)?),
        Compare::And(parts) => {
            let parts = list(parts)?;
            let can_fail = fails(&parts);
            Expr::And(parts, can_fail)
        }
        Compare::Or(parts) => {
            let parts = list(parts)?;
            let can_fail = fails(&parts);
            Expr::Or(parts, can_fail)
        }
    })
}

impl Expr {
    /// Calls `use_it` with every comparison.
    pub(super) fn each(&self, use_it: &mut dyn FnMut(&Check)) {
        match self {
            Self::Test(check) => use_it(check),
            Self::And(parts, _) | Self::Or(parts, _) => parts.iter().for_each(|part| part.each(use_it)),
        }
    }

    fn can_fail(&self) -> bool {
        match self {
            Self::Test(check) => check.can_fail(),
            Self::And(_, can_fail) | Self::Or(_, can_fail) => *can_fail,
        }
    }

    /// Says whether an object of the observation is what this asks for.
    ///
    /// Bad data is an error whatever the other parts say, so that the order of parts does not matter.
    pub(super) fn holds(&self, seen: &Observation, work: &mut Work) -> Result<bool, PatternError> {
        let mut held = false;
        for object in &seen.objects {
            held |= self.holds_for(seen, &object.kind, &object.value, work)?;
            if held && !self.can_fail() {
                break;
            }
        }
        Ok(held)
    }

    fn holds_for(
        &self,
        seen: &Observation,
        kind: &str,
        object: &Value,
        work: &mut Work,
    ) -> Result<bool, PatternError> {
        let (parts, can_fail, until) = match self {
            Self::Test(check) => return check.holds_for(seen, kind, object, work),
            Self::And(parts, can_fail) => (parts, *can_fail, false),
            Self::Or(parts, can_fail) => (parts, *can_fail, true),
        };
        let mut answer = !until;
        for part in parts {
            if answer == until && !can_fail {
                break;
            }
            let part = part.holds_for(seen, kind, object, work)?;
            answer = if until { answer | part } else { answer & part };
        }
        Ok(answer)
    }
}

impl Node {
    /// Adds the sets below this to `sets`.
    pub(super) fn sets(&self, sets: &mut Vec<usize>) {
        match self {
            Self::One(set) => sets.push(*set),
            Self::And(parts) | Self::Or(parts) | Self::Then(parts) => {
                parts.iter().for_each(|part| part.sets(sets))
            }
            Self::Within(part, _) | Self::During(part, ..) | Self::Times(part, _) => part.sets(sets),
        }
    }
}
