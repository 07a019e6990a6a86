//! Chance that depends on the act and on nothing that happened before it.
//!
//! Real ids are random, so an id says nothing about other ids. A seeded sequence would: a hidden act
//! that draws from it moves every id after it, and two worlds would differ in ids although nobody
//! could learn anything. So each act starts its own sequence, named after the act. Salts start anew after
//! each id: a hidden match screened before a visible entry of the same act must not move its salts.

use aldis::ctx::Chance;
use aldis_model::Digest;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Chance by act.
pub struct Acts(Mutex<Act>);

struct Act {
    seed: String,
    name: String,
    counters: BTreeMap<String, u64>,
}

impl Acts {
    /// Starts from a seed.
    pub fn new(seed: &str) -> Self {
        Self(Mutex::new(Act { seed: seed.to_owned(), name: String::new(), counters: BTreeMap::new() }))
    }

    /// Begins an act: what is drawn from here on depends on its name alone.
    pub fn begin(&self, name: &str) {
        let mut act = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        name.clone_into(&mut act.name);
        act.counters.clear();
    }
}

impl Chance for Acts {
    fn fill(&self, stream: &str, out: &mut [u8]) {
        let mut act = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if stream != "salt" {
            act.counters.remove("salt");
        }
        for chunk in out.chunks_mut(32) {
            let counter = act.counters.entry(stream.to_owned()).or_default();
            *counter += 1;
            let counter = *counter;
            let name = format!("{}\0{}\0{stream}\0{counter}", act.seed, act.name);
            for (to, from) in chunk.iter_mut().zip(Digest::of(name.as_bytes()).bytes()) {
                *to = *from;
            }
        }
    }
}
