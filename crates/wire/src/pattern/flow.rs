//! Deals sightings out to parts: each part gets as many as it asks for, and no sighting twice.
//!
//! A part that finds none free asks others to take a different one, along the shortest chain: what
//! is dealt out once stays dealt out, only by whom may change.
//!
//! Source: augmenting paths in a bipartite flow (Ford and Fulkerson, 1956).

use super::bind::{Candidate, Pool};
use super::error::PatternError;
use super::value::Work;

/// Which sightings are dealt to which part.
#[derive(Clone)]
pub(super) struct Flow {
    used: Vec<u64>,
    slots: Vec<Slot>,
}

/// A part that sightings are dealt to.
#[derive(Clone)]
pub(super) struct Slot {
    pub(super) set: usize,
    /// Every sighting ends no earlier.
    pub(super) lo: i128,
    /// Every sighting begins no later.
    pub(super) hi: i128,
    /// Which candidates lend how many sightings.
    pub(super) taken: Vec<(usize, u64)>,
}

impl Slot {
    pub(super) const fn fits(&self, one: &Candidate) -> bool {
        one.last >= self.lo && one.first <= self.hi
    }
}

impl Flow {
    pub(super) fn new(pool: &Pool<'_>) -> Self {
        Self { used: vec![0; pool.all.len()], slots: Vec::new() }
    }

    pub(super) fn used(&self, at: usize) -> u64 {
        self.used.get(at).copied().unwrap_or(0)
    }

    pub(super) fn take(&mut self, at: usize, count: u64) {
        if let Some(used) = self.used.get_mut(at) {
            *used += count;
        }
    }

    fn free(&self, pool: &Pool<'_>, at: usize) -> u64 {
        pool.all.get(at).map_or(0, |one| one.count.saturating_sub(self.used(at)))
    }

    /// Adds a part that asks for `wanted` sightings; moves others along to make room.
    pub(super) fn add(
        &mut self,
        pool: &Pool<'_>,
        mut slot: Slot,
        mut wanted: u64,
        work: &mut Work,
    ) -> Result<bool, PatternError> {
        let members = pool.sets.get(slot.set).map_or(&[][..], Vec::as_slice);
        work.spend(members.len() as u64 + 1)?;
        for at in members {
            let Some(one) = pool.all.get(*at).filter(|one| slot.fits(one)) else { continue };
            let count = one.count.saturating_sub(self.used(*at)).min(wanted);
            if count > 0 {
                slot.taken.push((*at, count));
                self.take(*at, count);
                wanted -= count;
            }
            if wanted == 0 {
                break;
            }
        }
        self.slots.push(slot);
        while wanted > 0 {
            let moved = self.make_room(pool, wanted, work)?;
            if moved == 0 {
                return Ok(false);
            }
            wanted -= moved;
        }
        Ok(true)
    }

    /// Finds a chain of parts that can each take another sighting, up to a free one, and moves them
    /// along for the newest part; returns how many.
    fn make_room(&mut self, pool: &Pool<'_>, wanted: u64, work: &mut Work) -> Result<u64, PatternError> {
        let start = self.slots.len() - 1;
        // From which slot each candidate, and over which candidate each slot, was reached.
        let mut reached: Vec<Option<usize>> = vec![None; pool.all.len()];
        let mut over: Vec<Option<usize>> = vec![None; self.slots.len()];
        let mut queue = std::collections::VecDeque::from([start]);
        let mut end = None;
        'search: while let Some(from) = queue.pop_front() {
            let Some(slot) = self.slots.get(from) else { continue };
            let members = pool.sets.get(slot.set).map_or(&[][..], Vec::as_slice);
            work.spend(members.len() as u64 + self.slots.len() as u64)?;
            for at in members {
                let fits = pool.all.get(*at).is_some_and(|one| slot.fits(one));
                let Some(seen) = reached.get_mut(*at).filter(|seen| fits && seen.is_none()) else { continue };
                *seen = Some(from);
                if self.free(pool, *at) > 0 {
                    end = Some(*at);
                    break 'search;
                }
                for (other, holder) in self.slots.iter().enumerate() {
                    let holds = holder.taken.iter().any(|(held, count)| held == at && *count > 0);
                    let Some(way) =
                        over.get_mut(other).filter(|way| holds && way.is_none() && other != start)
                    else {
                        continue;
                    };
                    *way = Some(*at);
                    queue.push_back(other);
                }
                work.spend(self.slots.len() as u64)?;
            }
        }
        let Some(end) = end else { return Ok(0) };
        Ok(self.move_along(pool, end, start, &reached, &over, wanted))
    }

    fn move_along(
        &mut self,
        pool: &Pool<'_>,
        end: usize,
        start: usize,
        reached: &[Option<usize>],
        over: &[Option<usize>],
        wanted: u64,
    ) -> u64 {
        let chain: Vec<(usize, usize, Option<usize>)> = std::iter::successors(Some(end), |at| {
            let slot = reached.get(*at).copied().flatten()?;
            over.get(slot).copied().flatten()
        })
        .filter_map(|at| {
            let slot = reached.get(at).copied().flatten()?;
            Some((slot, at, over.get(slot).copied().flatten().filter(|_| slot != start)))
        })
        .collect();
        let held = |slot: usize, at: usize| {
            let slot = self.slots.get(slot);
            slot.and_then(|slot| slot.taken.iter().find(|(held, _)| *held == at))
                .map_or(0, |(_, count)| *count)
        };
        let least = chain.iter().filter_map(|(slot, _, from)| from.map(|from| held(*slot, from))).min();
        let count = wanted.min(self.free(pool, end)).min(least.unwrap_or(u64::MAX));
        for (slot, gains, loses) in chain {
            let Some(slot) = self.slots.get_mut(slot) else { continue };
            match slot.taken.iter_mut().find(|(held, _)| *held == gains) {
                Some((_, held)) => *held += count,
                None => slot.taken.push((gains, count)),
            }
            if let Some((_, held)) = slot.taken.iter_mut().find(|(held, _)| Some(*held) == loses) {
                *held -= count;
            }
        }
        self.take(end, count);
        count
    }
}
