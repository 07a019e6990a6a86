//! Finds, for an expression, values of which at least one must be seen before it can hold.

use super::super::ast::{Literal, Step};
use super::super::check::{Check, Ready};
use super::super::net::Net;
use super::super::plan::Expr;
use super::super::value::latin;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A value at the end of a path.
#[derive(Debug)]
pub(super) struct Need {
    pub(super) kind: String,
    pub(super) steps: Vec<Step>,
    pub(super) probe: Probe,
}

/// What a value has to be like; it may let more pass than the comparison does, never less.
#[derive(Debug, Clone)]
pub(super) enum Probe {
    /// A value with this key.
    Equal(u64),
    /// A text that holds these bytes.
    Holds(Vec<u8>),
    /// An address or network inside this one.
    Inside(Net),
    /// A number not below.
    Above(f64),
    /// A number not above.
    Below(f64),
    /// Any value.
    Any,
    /// An object of the kind; there need be no value.
    Always,
}

/// Returns the cheapest list of which one entry is needed; empty if the expression never holds.
pub(super) fn of(expr: &Expr) -> Vec<Need> {
    match expr {
        Expr::Test(check) => test(check),
        Expr::And(parts, _) => parts.iter().map(of).min_by_key(|needs| cost(needs)).unwrap_or_default(),
        Expr::Or(parts, _) => parts.iter().flat_map(of).collect(),
    }
}

/// Weighs how many observations a list lets pass; the weights only have to be in order.
fn cost(needs: &[Need]) -> u64 {
    let each = needs.iter().map(|need| match need.probe {
        Probe::Equal(_) => 1,
        Probe::Inside(_) | Probe::Holds(_) => 5,
        Probe::Above(_) | Probe::Below(_) => 10_000,
        Probe::Any => 100_000,
        Probe::Always => 1_000_000,
    });
    each.sum()
}

fn test(check: &Check) -> Vec<Need> {
    let probes = match (&check.how, check.negated) {
        (Ready::Exists, true) => vec![Probe::Always],
        (Ready::Equal(constant), false) | (Ready::Unequal(constant), true) => {
            vec![Probe::Equal(key(constant))]
        }
        (Ready::In(members), false) => members.iter().map(|member| Probe::Equal(key(member))).collect(),
        (Ready::Order(constant, [below, _, _]), false) => match number(constant) {
            Some(bound) if *below => vec![Probe::Below(bound)],
            Some(bound) => vec![Probe::Above(bound)],
            None => vec![Probe::Any],
        },
        (Ready::Like(like), false) if like.needed().len() >= HOLDS_MIN => {
            vec![holds(like.needed().as_bytes())]
        }
        (Ready::Matches(expression), false) => match expression.needed() {
            Some(needed) => needed.iter().map(|one| holds(one)).collect(),
            None => vec![Probe::Any],
        },
        (Ready::Subset(net), false) => vec![Probe::Inside(*net)],
        _ => vec![Probe::Any],
    };
    let need = |probe| Need { kind: check.path.kind.clone(), steps: check.path.steps.clone(), probe };
    probes.into_iter().map(need).collect()
}

/// Cuts a text to look for, so that few of them can end at one place of a value.
fn holds(text: &[u8]) -> Probe {
    Probe::Holds(text.iter().take(HOLDS_MAX).copied().collect())
}

fn number(constant: &Literal) -> Option<f64> {
    match constant {
        #[expect(clippy::cast_precision_loss, reason = "a probe may let a neighbour pass")]
        Literal::Int(number) => Some(*number as f64),
        Literal::Float(number) => Some(*number),
        _ => None,
    }
}

/// Returns the key of a constant: equal values have equal keys.
fn key(constant: &Literal) -> u64 {
    match constant {
        Literal::Text(text) => text_key(text),
        Literal::Bytes(bytes) => bytes_key(bytes),
        Literal::Bool(answer) => hash(3, answer),
        Literal::Time(time) => hash(4, &time.0),
        Literal::Int(_) | Literal::Float(_) => number_key(number(constant).unwrap_or(0.0)),
    }
}

/// A text equals the bytes of its characters, so both have one key.
pub(super) fn text_key(text: &str) -> u64 {
    latin(text).map_or_else(|| hash(1, text), |bytes| bytes_key(&bytes))
}

pub(super) fn bytes_key(bytes: &[u8]) -> u64 {
    hash(0, bytes)
}

pub(super) fn number_key(number: f64) -> u64 {
    // Both zeros are equal.
    hash(2, &(number + 0.0).to_bits())
}

pub(super) fn hash(kind: u8, value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    kind.hash(&mut hasher);
    value.hash(&mut hasher);
    hasher.finish()
}

const HOLDS_MIN: usize = 2;
const HOLDS_MAX: usize = 32;
