//! Finds observations for every part of a pattern.
//!
//! Each part is bound to sightings of its own: an observed-data object lends as many as its
//! `number_observed`. An operator over time is decided by one moment that separates or spans its
//! parts; once the moments are chosen, every part only asks for sightings that end no earlier than
//! one moment and begin no later than another, and dealing them out is a flow. So the search is
//! over moments and alternatives, never over combinations of observations, and its work is bounded.
//!
//! Source: STIX 2.1, sections 9.3 to 9.5; the bindings of the OASIS matcher.

use super::error::PatternError;
use super::flow::{Flow, Slot};
use super::plan::Node;
use super::value::Work;

/// One candidate observation: its first and last moment, and how many sightings it lends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) first: i128,
    pub(super) last: i128,
    pub(super) count: u64,
}

/// The candidates, and which of them belong to each set of the plan.
pub(super) struct Pool<'a> {
    pub(super) all: &'a [Candidate],
    pub(super) sets: &'a [Vec<usize>],
}

/// Returns the candidates of one binding of `root`, in ascending order; `None` if there is none.
///
/// With `must`, the binding has to use that candidate.
///
/// # Errors
///
/// [`PatternError::TooMuchWork`] if that is not decided in time.
pub(super) fn bind(
    root: &Node,
    pool: &Pool<'_>,
    must: Option<usize>,
    work: &mut Work,
) -> Result<Option<Vec<usize>>, PatternError> {
    if !super::relax::possible(root, pool, work)? {
        return Ok(None);
    }
    let mut search = Search { pool, must, work, depth: 0 };
    let flow = Flow::new(pool);
    let task = Task { what: What::Node(root), lo: i128::MIN, hi: i128::MAX, times: 1, next: None };
    let found = search.go(Some(&task), flow)?;
    Ok(found.map(|flow| (0..pool.all.len()).filter(|at| flow.used(*at) > 0).collect()))
}

/// What is still to be bound, the next thing first.
#[derive(Clone, Copy)]
struct Task<'t> {
    what: What<'t>,
    /// Every sighting ends no earlier.
    lo: i128,
    /// Every sighting begins no later.
    hi: i128,
    times: u64,
    next: Option<&'t Task<'t>>,
}

#[derive(Clone, Copy)]
enum What<'t> {
    Node(&'t Node),
    All(&'t [Node]),
    Some(&'t [Node]),
    /// Parts in order, none before the moment.
    InOrder(&'t [Node], i128),
    /// Copies of a part with a moment of its own, which is no earlier than this one.
    Copies(&'t Node, i128),
}

struct Search<'s, 'p> {
    pool: &'s Pool<'p>,
    must: Option<usize>,
    work: &'s mut Work,
    depth: usize,
}

type Found = Result<Option<Flow>, PatternError>;

impl Search<'_, '_> {
    fn go(&mut self, task: Option<&Task<'_>>, flow: Flow) -> Found {
        let Some(task) = task else {
            let fits = self.must.is_none_or(|must| flow.used(must) > 0);
            return Ok(fits.then_some(flow));
        };
        self.work.spend(1)?;
        if self.depth >= DEPTH_MAX {
            return Err(PatternError::TooMuchWork { limit: self.work.limit });
        }
        self.depth += 1;
        let found = self.one(task, flow);
        self.depth -= 1;
        found
    }

    fn one(&mut self, task: &Task<'_>, flow: Flow) -> Found {
        match task.what {
            What::Node(Node::One(set)) => self.deal(*set, task, flow),
            What::Node(Node::And(parts)) => self.go(Some(&Task { what: What::All(parts), ..*task }), flow),
            What::Node(Node::Or(parts)) => self.go(Some(&Task { what: What::Some(parts), ..*task }), flow),
            What::Node(node @ Node::Then(_) | node @ Node::Within(..)) => {
                self.copies(node, i128::MIN, task, flow)
            }
            What::Node(Node::During(part, start, stop)) => {
                let (lo, hi) = (task.lo.max(*start), task.hi.min(*stop - 1));
                if start >= stop {
                    return Ok(None);
                }
                self.go(Some(&Task { what: What::Node(part), lo, hi, ..*task }), flow)
            }
            What::Node(Node::Times(part, times)) => {
                let times = task.times.saturating_mul(*times);
                let lent = self.pool.all.iter().fold(0_u64, |sum, one| sum.saturating_add(one.count));
                if times > lent {
                    return Ok(None);
                }
                self.go(Some(&Task { what: What::Node(part), times, ..*task }), flow)
            }
            What::All([]) => self.go(task.next, flow),
            What::All([first, rest @ ..]) => {
                let rest = Task { what: What::All(rest), ..*task };
                self.go(Some(&Task { what: What::Node(first), next: Some(&rest), ..*task }), flow)
            }
            What::Some(parts) => self.some(parts, task, flow),
            What::InOrder(parts, after) => self.in_order(parts, after, task, flow),
            What::Copies(node, from) => self.copies(node, from, task, flow),
        }
    }

    /// Gives the first alternative as many of the copies as possible, the others the rest.
    fn some(&mut self, parts: &[Node], task: &Task<'_>, flow: Flow) -> Found {
        let Some((first, others)) = parts.split_first() else { return Ok(None) };
        let fewest = if others.is_empty() { task.times } else { 0 };
        for times in (fewest..=task.times).rev() {
            self.work.spend(1)?;
            let rest = Task { what: What::Some(others), times: task.times - times, ..*task };
            let next = if times == task.times { task.next } else { Some(&rest) };
            let first = Task { what: What::Node(first), times, next, ..*task };
            let start = if times == 0 { Some(&rest) } else { Some(&first) };
            if let Some(found) = self.go(start, flow.clone())? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Binds one copy of a part that has a moment of its own, then the copies that are left.
    fn copies(&mut self, node: &Node, from: i128, task: &Task<'_>, flow: Flow) -> Found {
        let one = Task { times: 1, ..*task };
        match node {
            Node::Within(part, span) => {
                for moment in self.moments(part, task, |one| one.last)? {
                    if moment < from {
                        continue;
                    }
                    let left = Task {
                        what: What::Copies(node, moment),
                        times: task.times.saturating_sub(1),
                        ..*task
                    };
                    let next = if left.times == 0 { task.next } else { Some(&left) };
                    let (lo, hi) = (task.lo.max(moment), task.hi.min(moment.saturating_add(*span)));
                    let part = Task { what: What::Node(part), lo, hi, next, ..one };
                    if let Some(found) = self.go(Some(&part), flow.clone())? {
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
            Node::Then(parts) => {
                let left =
                    Task { what: What::Copies(node, from), times: task.times.saturating_sub(1), ..*task };
                let next = if left.times == 0 { task.next } else { Some(&left) };
                self.go(Some(&Task { what: What::InOrder(parts, i128::MIN), next, ..one }), flow)
            }
            node => self.go(Some(&Task { what: What::Node(node), ..*task }), flow),
        }
    }

    fn in_order(&mut self, parts: &[Node], after: i128, task: &Task<'_>, flow: Flow) -> Found {
        let lo = task.lo.max(after);
        match parts {
            [] => self.go(task.next, flow),
            [last] => self.go(Some(&Task { what: What::Node(last), lo, ..*task }), flow),
            [first, rest @ ..] => {
                let mut moments = self.moments(first, &Task { lo, ..*task }, |one| one.first.max(after))?;
                moments.dedup();
                for moment in moments {
                    let rest = Task { what: What::InOrder(rest, moment), ..*task };
                    let hi = task.hi.min(moment);
                    let first = Task { what: What::Node(first), lo, hi, next: Some(&rest), ..*task };
                    if let Some(found) = self.go(Some(&first), flow.clone())? {
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
        }
    }

    /// Returns the moments at which something changes for a part, in ascending order.
    fn moments(
        &mut self,
        node: &Node,
        task: &Task<'_>,
        moment: impl Fn(&Candidate) -> i128,
    ) -> Result<Vec<i128>, PatternError> {
        let mut sets = Vec::new();
        node.sets(&mut sets);
        let mut moments = Vec::new();
        for set in sets {
            let members = self.pool.sets.get(set).map_or(&[][..], Vec::as_slice);
            self.work.spend(members.len() as u64)?;
            let fit = members.iter().filter_map(|at| self.pool.all.get(*at));
            moments.extend(fit.filter(|one| one.last >= task.lo && one.first <= task.hi).map(&moment));
        }
        moments.sort_unstable();
        moments.dedup();
        Ok(moments)
    }

    /// Deals sightings to one set, and goes on.
    fn deal(&mut self, set: usize, task: &Task<'_>, flow: Flow) -> Found {
        let slot = Slot { set, lo: task.lo, hi: task.hi, taken: Vec::new() };
        if let Some(must) = self.must.filter(|must| flow.used(*must) == 0 && self.eligible(&slot, *must)) {
            // One sighting of it is spoken for, and is not moved along any more.
            let mut forced = flow.clone();
            forced.take(must, 1);
            if forced.add(self.pool, slot.clone(), task.times.saturating_sub(1), self.work)?
                && let Some(found) = self.go(task.next, forced)?
            {
                return Ok(Some(found));
            }
        }
        let mut flow = flow;
        if flow.add(self.pool, slot, task.times, self.work)? { self.go(task.next, flow) } else { Ok(None) }
    }

    fn eligible(&self, slot: &Slot, at: usize) -> bool {
        let member = self.pool.sets.get(slot.set).is_some_and(|set| set.binary_search(&at).is_ok());
        member && self.pool.all.get(at).is_some_and(|one| slot.fits(one))
    }
}

/// Deeper than this is a repetition of something complicated, which no stack should have to bear.
const DEPTH_MAX: usize = 1_000;
