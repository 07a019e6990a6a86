//! Says in little time that a pattern cannot be bound, as if parts could share sightings.
//!
//! For each moment `f`, a part has a best binding that begins by `f`: the one whose earliest end is
//! latest. Every operator is a rule about these two numbers, so one pass over the pattern decides.
//! A no is certain; a yes still has to be bound.

use super::bind::Pool;
use super::error::PatternError;
use super::plan::Node;
use super::value::Work;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Says whether the pattern could be bound if parts were allowed to share sightings.
pub(super) fn possible(root: &Node, pool: &Pool<'_>, work: &mut Work) -> Result<bool, PatternError> {
    let mut firsts: Vec<i128> = pool.all.iter().map(|one| one.first).collect();
    firsts.sort_unstable();
    firsts.dedup();
    let relaxed = Relaxed { pool, firsts };
    let best = relaxed.best(root, i128::MIN, i128::MAX, 1, work)?;
    Ok(best.last().is_some_and(|end| *end > NEVER))
}

struct Relaxed<'a> {
    pool: &'a Pool<'a>,
    /// The moments at which sightings begin, ascending.
    firsts: Vec<i128>,
}

/// For each of the moments, the latest earliest end of a binding that begins by then.
type Best = Vec<i128>;

impl Relaxed<'_> {
    fn best(
        &self,
        node: &Node,
        lo: i128,
        hi: i128,
        times: u64,
        work: &mut Work,
    ) -> Result<Best, PatternError> {
        work.spend(self.firsts.len() as u64)?;
        Ok(match node {
            Node::One(set) => self.dealt(*set, lo, hi, times, work)?,
            Node::And(parts) => {
                let mut all = vec![i128::MAX; self.firsts.len()];
                for part in parts {
                    let best = self.best(part, lo, hi, times, work)?;
                    all.iter_mut().zip(best).for_each(|(all, best)| *all = best.min(*all));
                }
                all
            }
            Node::Or(parts) => {
                let mut either = vec![NEVER; self.firsts.len()];
                for part in parts {
                    // Several copies may be shared out among the alternatives.
                    let best = self.best(part, lo, hi, 1, work)?;
                    either.iter_mut().zip(best).for_each(|(either, best)| *either = best.max(*either));
                }
                either
            }
            Node::Then(parts) => {
                let mut before: Option<Best> = None;
                for part in parts {
                    let best = self.best(part, lo, hi, 1, work)?;
                    before = Some(match before {
                        Some(before) => self.then(&before, &best),
                        None => best,
                    });
                }
                before.unwrap_or_default()
            }
            Node::Within(part, span) => self.within(self.best(part, lo, hi, 1, work)?, *span),
            Node::During(_, start, stop) if start >= stop => vec![NEVER; self.firsts.len()],
            Node::During(part, start, stop) => {
                self.best(part, lo.max(*start), hi.min(*stop - 1), times, work)?
            }
            Node::Times(part, more) => self.best(part, lo, hi, times.saturating_mul(*more), work)?,
        })
    }

    /// The best `times` sightings of a set.
    fn dealt(
        &self,
        set: usize,
        lo: i128,
        hi: i128,
        times: u64,
        work: &mut Work,
    ) -> Result<Best, PatternError> {
        let members = self.pool.sets.get(set).map_or(&[][..], Vec::as_slice);
        work.spend(members.len() as u64)?;
        let fit = members.iter().filter_map(|at| self.pool.all.get(*at));
        let mut fit: Vec<_> = fit.filter(|one| one.last >= lo && one.first <= hi).collect();
        fit.sort_unstable_by_key(|one| one.first);
        let mut fit = fit.into_iter().peekable();
        // The latest ends that make up `times` sightings, the earliest of them on top.
        let mut kept = BinaryHeap::new();
        let mut sum = 0_u64;
        let mut best = Vec::with_capacity(self.firsts.len());
        for first in &self.firsts {
            while let Some(one) = fit.next_if(|one| one.first <= *first) {
                kept.push(Reverse((one.last, one.count)));
                sum = sum.saturating_add(one.count);
            }
            while let Some(Reverse((_, count))) =
                kept.peek().filter(|Reverse((_, count))| sum - count >= times)
            {
                sum -= count;
                kept.pop();
            }
            let end = kept.peek().filter(|_| sum >= times).map_or(NEVER, |Reverse((last, _))| *last);
            best.push(end);
        }
        Ok(best)
    }

    /// What begins by `f` when `after` follows `before`.
    fn then(&self, before: &Best, after: &Best) -> Best {
        let first = |at: usize| self.firsts.get(at).copied().unwrap_or(NEVER);
        let mut best = Vec::with_capacity(before.len());
        let mut by = 0;
        for (at, end) in after.iter().enumerate() {
            // The first part begins no later than the second one ends; ends only grow with `at`.
            while by < at + 1 && first(by) <= *end {
                by += 1;
            }
            let start = by.checked_sub(1).and_then(|by| before.get(by)).copied().unwrap_or(NEVER);
            best.push(start.min(*end));
        }
        best
    }

    /// What begins by `f` and begins at most `span` after its earliest end.
    fn within(&self, inner: Best, span: i128) -> Best {
        let mut best = NEVER;
        let each = self.firsts.iter().zip(inner).map(|(first, end)| {
            if end > NEVER && first.saturating_sub(end) <= span {
                best = end;
            }
            best
        });
        each.collect()
    }
}

const NEVER: i128 = i128::MIN;
