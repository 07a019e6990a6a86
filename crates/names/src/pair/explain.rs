//! The explanation of a score.

use super::assign::{Rule, assign};
use super::features::ordered;
use crate::name::{Name, Part, Role};

/// The score of two names and how it came about.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Comparison {
    /// From 0.0 to 1.0; 1.0 is the same name.
    pub score: f32,
    /// The parts that face each other, then those left over.
    pub reasons: Vec<Reason>,
    /// The reasons as sentences, for a person.
    pub why: Vec<String>,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Reason {
    /// What stands on the left; empty if nothing faces the right.
    pub left: String,
    /// What stands on the right; empty if nothing faces the left.
    pub right: String,
    /// By which rule they face each other; none if a part was left over.
    pub rule: Option<Rule>,
    /// How alike, from 0.0 to 1.0.
    pub likeness: f32,
    /// What the alignment cost, in 1/64 of an unlike consonant.
    pub cost: u16,
    /// How much the part says, in bits: the rarer the name, the more.
    pub bits: f32,
    /// What the left part is, or the right one if there is none.
    pub role: Role,
}

pub(super) fn explain(left_text: &str, right_text: &str, left: &Name, right: &Name) -> Comparison {
    let (first, _) = ordered(left, right);
    let turned = !std::ptr::eq(first, left);
    let (a, b) = if turned { (right, left) } else { (left, right) };
    let pairings = assign(a, b);
    let mut reasons = Vec::new();
    for pairing in pairings.as_slice() {
        let (on_left, on_right) =
            if turned { (pairing.right, pairing.left) } else { (pairing.left, pairing.right) };
        let (x, y) = (run(left, on_left), run(right, on_right));
        reasons.push(Reason {
            left: quote(left_text, x),
            right: quote(right_text, y),
            rule: Some(pairing.rule),
            likeness: f32::from(pairing.quality) / 255.0,
            cost: pairing.cost,
            bits: bits(x).min(bits(y)),
            role: x.first().map(|p| p.role).unwrap_or_default(),
        });
    }
    let (left_over, right_over) = if turned {
        (pairings.right_over, pairings.left_over)
    } else {
        (pairings.left_over, pairings.right_over)
    };
    reasons.extend(
        over(left, left_over).map(|part| left_alone(quote(left_text, &[*part]), String::new(), part)),
    );
    reasons.extend(
        over(right, right_over).map(|part| left_alone(String::new(), quote(right_text, &[*part]), part)),
    );
    let why = reasons.iter().map(sentence).collect();
    Comparison { score: super::score(left, right), reasons, why }
}

fn run(name: &Name, (first, more): (u8, u8)) -> &[Part] {
    name.parts().get(usize::from(first)..=usize::from(first + more)).unwrap_or(&[])
}

fn over(name: &Name, over: u32) -> impl Iterator<Item = &Part> {
    name.parts().iter().zip(0_u32..).filter(move |(_, at)| over & 1 << at != 0).map(|(part, _)| part)
}

fn left_alone(left: String, right: String, part: &Part) -> Reason {
    Reason {
        left,
        right,
        rule: None,
        likeness: 0.0,
        cost: 0,
        bits: f32::from(part.bits) / 8.0,
        role: part.role,
    }
}

fn bits(parts: &[Part]) -> f32 {
    parts.iter().map(|p| f32::from(p.bits)).sum::<f32>() / 8.0
}

fn quote(text: &str, parts: &[Part]) -> String {
    let at = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    match parts {
        [] => String::new(),
        [first, ..] => {
            let end = parts.last().unwrap_or(first).end;
            text.get(at(first.start)..at(end)).unwrap_or("").to_owned()
        }
    }
}

fn sentence(reason: &Reason) -> String {
    let (a, b) = (&reason.left, &reason.right);
    let alone = if a.is_empty() { b } else { a };
    match reason.rule {
        Some(Rule::Same) if a == b => format!("{a} is equal"),
        Some(Rule::Same) => format!("{a} = {b}: the same letters"),
        Some(Rule::Equal) => format!("{a} = {b}: spellings of one name"),
        Some(Rule::Sound) => {
            format!("{a} ≈ {b}: sounds {:.2} alike, cost {}/64", reason.likeness, reason.cost)
        }
        Some(Rule::Initial) => format!("{a} ~ {b}: the initial agrees"),
        Some(Rule::Meaning) => format!("{a} = {b}: the words mean the same"),
        Some(Rule::Joined) => format!("{a} ≈ {b}: written apart and together, cost {}/64", reason.cost),
        Some(Rule::Acronym) => format!("{a} ~ {b}: the first letters"),
        None if reason.role == Role::Patronymic => format!("{alone} has no partner (a patronymic)"),
        None => format!("{alone} has no partner"),
    }
}
