//! What the lead and the hands share: the pieces that wait for a hand, how many are out to each
//! destination, and what came of those that were carried.
//!
//! A destination is a lane: a webhook's host, a partner's node, the mail server, the gateway; the empty
//! lane is the house itself. A lane may hold a few hands at first, one more with each delivery that
//! arrives, up to the operator's number, and half as many after each that did not: one that hangs is
//! soon left with one hand, and the others stay free. All numbers are bounded, and so is memory.

use super::Made;
use crate::desk::deliver::Attempt;
use crate::error::Error;
use crate::outbox::{self, Leased};
use aldis_model::Time;
use aldis_model::time::SECOND_US;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Where the lead and the hands meet.
pub(super) struct Floor {
    state: Mutex<State>,
    /// Tells hands that there may be something to carry, or that all is over.
    work: Condvar,
    /// Tells the lead that a hand is done.
    news: Condvar,
    /// The most hands one lane may hold.
    workers: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    made: Vec<Made>,
    lanes: BTreeMap<String, Lane>,
    failed: Option<Error>,
    /// Pieces that wait or are being carried, by id.
    out: BTreeSet<String>,
    idle: usize,
    over: bool,
}

/// One destination.
struct Lane {
    /// Hands it holds now.
    busy: usize,
    /// Hands it may hold.
    may: usize,
    /// Its pieces that wait or are being carried.
    out: usize,
}

/// A piece that was claimed and, if it is a delivery, started.
pub(super) struct Job {
    /// The piece.
    pub(super) leased: Leased,
    /// What is to be carried; none: the hand does the piece by itself.
    pub(super) attempt: Option<Box<Attempt>>,
    /// When it was claimed.
    pub(super) at: Time,
}

/// How a piece went, as far as its lane is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Went {
    /// It arrived, or was refused for good: the destination answers.
    Well,
    /// It is to be tried again.
    Badly,
}

impl Floor {
    pub(super) fn new(workers: usize) -> Self {
        Self { state: Mutex::default(), work: Condvar::new(), news: Condvar::new(), workers }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how much may be claimed now.
    pub(super) fn room(&self) -> Room {
        let state = self.lock();
        let of = |(name, lane): (&String, &Lane)| (name.clone(), self.most(lane).saturating_sub(lane.out));
        Room {
            left: BATCH.min(OUT_MAX.saturating_sub(state.out.len())),
            known: state.lanes.iter().map(of).collect(),
            house: self.most(&self.fresh("")),
            fresh: self.most(&self.fresh("new")),
        }
    }

    fn fresh(&self, lane: &str) -> Lane {
        let may = if lane.is_empty() { self.workers } else { self.workers.min(AT_FIRST) };
        Lane { busy: 0, may, out: 0 }
    }

    /// How many pieces of a lane may be out: only one that answers has some waiting as well.
    fn most(&self, lane: &Lane) -> usize {
        if lane.may >= self.workers.min(AT_FIRST) { lane.may + AHEAD } else { lane.may }
    }

    /// Hands over what was claimed.
    pub(super) fn put(&self, jobs: Vec<Job>) {
        let mut state = self.lock();
        for job in jobs {
            // The clock may have jumped over its lease: it is still out.
            if state.out.insert(job.leased.id.clone()) {
                let lane = job.leased.lane.clone();
                state.lanes.entry(lane).or_insert_with_key(|lane| self.fresh(lane)).out += 1;
                state.waiting.push_back(job);
            }
        }
        drop(state);
        self.work.notify_all();
    }

    /// Says how many hands more could carry something now.
    pub(super) fn wanting(&self) -> usize {
        let state = self.lock();
        let mut free: BTreeMap<&str, usize> = BTreeMap::new();
        for (name, lane) in &state.lanes {
            free.insert(name, lane.may.saturating_sub(lane.busy));
        }
        let mut takeable = 0_usize;
        for job in &state.waiting {
            if let Some(left) = free.get_mut(job.leased.lane.as_str()).filter(|left| **left > 0) {
                *left -= 1;
                takeable += 1;
            }
        }
        takeable.saturating_sub(state.idle)
    }

    /// Waits for a piece this hand may carry; `None` when all is over.
    pub(super) fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if state.over {
                return None;
            }
            let lanes = &state.lanes;
            let free = |job: &Job| lanes.get(&job.leased.lane).is_some_and(|lane| lane.busy < lane.may);
            if let Some(at) = state.waiting.iter().position(free) {
                let job = state.waiting.remove(at)?;
                if let Some(lane) = state.lanes.get_mut(&job.leased.lane) {
                    lane.busy += 1;
                }
                return Some(job);
            }
            state.idle += 1;
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Notes what came of a piece.
    pub(super) fn report(&self, leased: &Leased, went: Went, made: Made) {
        let mut state = self.lock();
        state.out.remove(&leased.id);
        let workers = self.workers;
        if let Some(lane) = state.lanes.get_mut(&leased.lane) {
            lane.busy -= 1;
            lane.out -= 1;
            lane.may = match went {
                Went::Well => (lane.may + 1).min(workers),
                Went::Badly => (lane.may / 2).max(1),
            };
        }
        state.made.push(made);
        drop(state);
        self.work.notify_one();
        self.news.notify_one();
    }

    /// Ends everything because of an error. Its piece is done again when its lease runs out.
    pub(super) fn fail(&self, leased: &Leased, error: Error) {
        self.lock().failed.get_or_insert(error);
        self.report(leased, Went::Badly, Made::Recorded);
    }

    /// Takes what came of pieces since the last call, and the error that ends everything, if there is one.
    pub(super) fn take(&self) -> (Vec<Made>, Option<Error>) {
        let mut state = self.lock();
        let most = state.made.len().min(BATCH);
        let made = state.made.drain(..most).collect();
        (made, state.failed.take())
    }

    /// Takes back what waits for a destination that no longer answers, or has waited too long, or `all` of
    /// it: it waits on in the outbox.
    pub(super) fn take_back(&self, now: Time, all: bool) -> Vec<Job> {
        let mut state = self.lock();
        let State { waiting, lanes, out, .. } = &mut *state;
        let (mut kept, mut back) = (VecDeque::new(), Vec::new());
        // The youngest first, so that the oldest are carried first.
        while let Some(job) = waiting.pop_back() {
            match lanes.get_mut(&job.leased.lane) {
                Some(lane) if all || lane.out > self.most(lane) || now.since(job.at) > WAIT_MAX_US => {
                    lane.out -= 1;
                    out.remove(&job.leased.id);
                    back.push(job);
                }
                _ => kept.push_front(job),
            }
        }
        *waiting = kept;
        if lanes.len() > LANES_MAX {
            lanes.retain(|_, lane| lane.out > 0);
        }
        back
    }

    /// Says whether nothing is out.
    pub(super) fn is_idle(&self) -> bool {
        let state = self.lock();
        state.out.is_empty() && state.made.is_empty()
    }

    /// Waits until a hand is done, at most for a moment.
    pub(super) fn wait(&self) {
        let state = self.lock();
        if state.made.is_empty() && state.failed.is_none() {
            drop(self.news.wait_timeout(state, LOOK));
        }
    }

    /// Sends the hands home; each finishes what it carries.
    pub(super) fn close(&self) {
        self.lock().over = true;
        self.work.notify_all();
    }
}

/// How much may be claimed, in all and by lane.
#[derive(Clone)]
pub(super) struct Room {
    left: usize,
    known: BTreeMap<String, usize>,
    house: usize,
    fresh: usize,
}

impl Room {
    /// Nothing.
    pub(super) const fn none() -> Self {
        Self { left: 0, known: BTreeMap::new(), house: 0, fresh: 0 }
    }
}

impl outbox::Room for Room {
    fn left(&self) -> usize {
        self.left
    }

    fn full(&self) -> Vec<&str> {
        self.known.iter().filter(|(_, left)| **left == 0).map(|(lane, _)| lane.as_str()).collect()
    }

    fn take(&mut self, lane: &str) -> bool {
        let unknown = if lane.is_empty() { self.house } else { self.fresh };
        let left = self.known.entry(lane.to_owned()).or_insert(unknown);
        if self.left == 0 || *left == 0 {
            return false;
        }
        (self.left, *left) = (self.left - 1, *left - 1);
        true
    }
}

/// Pieces that share a commit: enough to spread what it costs, few enough that the next writer does not
/// wait long.
const BATCH: usize = 64;

/// Pieces of a lane that may wait for a hand.
const AHEAD: usize = 64;

/// Pieces that may be out at all.
const OUT_MAX: usize = 512;

/// How long a piece may wait for a hand: its lease must last for the attempt and for what is recorded of it.
const WAIT_MAX_US: i64 = 60 * SECOND_US;

/// Hands that a destination may hold before anything arrived there.
const AT_FIRST: usize = 4;

/// Lanes that are remembered.
const LANES_MAX: usize = 1_000;

/// Between two looks for what has become due, while something is out.
const LOOK: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests;
