//! Files expressions under the values they need, and finds those that an observation concerns.

use super::super::ast::Step;
use super::super::check::address;
use super::super::like::nfc;
use super::super::literal::Time;
use super::super::net::Net;
use super::super::observe::Observation;
use super::super::value::{View, Work, any};
use super::need::{Need, Probe, bytes_key, hash, number_key, text_key};
use aho_corasick::{AhoCorasick, MatchKind};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The number of an expression.
type Leaf = usize;

/// Expressions by kind of object and path.
#[derive(Debug)]
pub(super) struct Index {
    kinds: HashMap<String, Kind>,
    /// For each expression, the round in which it was last found.
    found: Vec<u64>,
    round: u64,
}

#[derive(Debug, Default)]
struct Kind {
    paths: Vec<Drawer>,
    always: Vec<Leaf>,
}

/// The expressions about one path.
#[derive(Debug, Default)]
struct Drawer {
    steps: Vec<Step>,
    equal: HashMap<u64, Vec<Leaf>>,
    inside: HashMap<Net, Vec<Leaf>>,
    prefixes: BTreeSet<u8>,
    holds: Option<AhoCorasick>,
    /// The expressions of each text of `holds`.
    held: Vec<Vec<Leaf>>,
    /// Ascending.
    above: Vec<(f64, Leaf)>,
    below: Vec<(f64, Leaf)>,
    any: Vec<Leaf>,
}

impl Index {
    pub(super) fn new(needs: Vec<(Need, Leaf)>, leaves: usize) -> Self {
        let mut kinds: HashMap<String, Kind> = HashMap::new();
        let mut places: HashMap<(String, Vec<Step>), usize> = HashMap::new();
        let mut texts: BTreeMap<(String, usize), BTreeMap<Vec<u8>, Vec<Leaf>>> = BTreeMap::new();
        for (Need { kind, steps, probe }, leaf) in needs {
            let drawers = kinds.entry(kind.clone()).or_default();
            if let Probe::Always = probe {
                drawers.always.push(leaf);
                continue;
            }
            let place = *places.entry((kind.clone(), steps.clone())).or_insert_with(|| {
                drawers.paths.push(Drawer { steps, ..Drawer::default() });
                drawers.paths.len() - 1
            });
            let Some(drawer) = drawers.paths.get_mut(place) else { continue };
            match probe {
                Probe::Equal(key) => drawer.equal.entry(key).or_default().push(leaf),
                Probe::Inside(net) => {
                    drawer.inside.entry(net).or_default().push(leaf);
                    drawer.prefixes.insert(net.prefix());
                }
                Probe::Above(bound) => drawer.above.push((bound, leaf)),
                Probe::Below(bound) => drawer.below.push((bound, leaf)),
                Probe::Holds(text) => {
                    texts.entry((kind, place)).or_default().entry(text).or_default().push(leaf);
                }
                Probe::Any | Probe::Always => drawer.any.push(leaf),
            }
        }
        for ((kind, place), texts) in texts {
            let drawer = kinds.get_mut(&kind).and_then(|kind| kind.paths.get_mut(place));
            if let Some(drawer) = drawer {
                drawer.hold(texts);
            }
        }
        for drawer in kinds.values_mut().flat_map(|kind| &mut kind.paths) {
            drawer.above.sort_by(|a, b| a.0.total_cmp(&b.0));
            drawer.below.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        Self { kinds, found: vec![0; leaves], round: 0 }
    }

    /// Returns the expressions that could hold for an observation, each once.
    ///
    /// Where a path leads to bad data, the expressions about it cannot hold.
    pub(super) fn candidates(&mut self, seen: &Observation, work: u64) -> Vec<Leaf> {
        let Self { kinds, found, round } = self;
        *round += 1;
        let mut all = Vec::new();
        let mut add = |leaf: Leaf| {
            if let Some(last) = found.get_mut(leaf).filter(|last| **last != *round) {
                *last = *round;
                all.push(leaf);
            }
        };
        for object in &seen.objects {
            let Some(kind) = kinds.get(&object.kind) else { continue };
            kind.always.iter().for_each(|leaf| add(*leaf));
            for drawer in &kind.paths {
                let mut look = |view: &View<'_>| {
                    drawer.look(view, &mut add);
                    Ok(false)
                };
                let root = View::Json(&object.value);
                // Bad data is told by the expression itself, if another value leads to it.
                let _ = any(seen, root, &drawer.steps, &mut Work::new(work), &mut look);
            }
        }
        all
    }
}

impl Drawer {
    /// Files texts to look for. If they are too many for one automaton, any value leads to them.
    fn hold(&mut self, texts: BTreeMap<Vec<u8>, Vec<Leaf>>) {
        let built = AhoCorasick::builder().match_kind(MatchKind::Standard).build(texts.keys());
        match built {
            Ok(automaton) => {
                self.holds = Some(automaton);
                self.held = texts.into_values().collect();
            }
            Err(_) => self.any.extend(texts.into_values().flatten()),
        }
    }

    fn look(&self, view: &View<'_>, add: &mut impl FnMut(Leaf)) {
        self.any.iter().for_each(|leaf| add(*leaf));
        match view {
            View::Json(Value::String(text)) => self.text(text, add),
            View::Json(Value::Number(number)) => self.number(number.as_f64().unwrap_or(0.0), add),
            View::Json(Value::Bool(answer)) => self.equal(hash(3, answer), add),
            View::Bytes(bytes) => {
                self.equal(bytes_key(bytes), add);
                self.held.iter().flatten().for_each(|leaf| add(*leaf));
            }
            _ => {}
        }
        if !self.prefixes.is_empty()
            && let Some(net) = address(view)
        {
            for prefix in self.prefixes.range(..=net.prefix()) {
                let around = net.around(*prefix).and_then(|net| self.inside.get(&net));
                around.into_iter().flatten().for_each(|leaf| add(*leaf));
            }
        }
    }

    fn equal(&self, key: u64, add: &mut impl FnMut(Leaf)) {
        self.equal.get(&key).into_iter().flatten().for_each(|leaf| add(*leaf));
    }

    fn text(&self, text: &str, add: &mut impl FnMut(Leaf)) {
        if !self.equal.is_empty() {
            self.equal(text_key(text), add);
            if let Some(time) = Time::parse(text) {
                self.equal(hash(4, &time.0), add);
            }
        }
        if let Some(automaton) = &self.holds {
            let text = nfc(text);
            for found in automaton.find_overlapping_iter(text.as_bytes()) {
                let held = self.held.get(found.pattern().as_usize());
                held.into_iter().flatten().for_each(|leaf| add(*leaf));
            }
        }
    }

    fn number(&self, number: f64, add: &mut impl FnMut(Leaf)) {
        self.equal(number_key(number), add);
        let above = self.above.partition_point(|(bound, _)| *bound <= number);
        self.above.iter().take(above).for_each(|(_, leaf)| add(*leaf));
        let below = self.below.partition_point(|(bound, _)| *bound < number);
        self.below.iter().skip(below).for_each(|(_, leaf)| add(*leaf));
    }
}
