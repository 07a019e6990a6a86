//! Weighs what stands near a mention against what is known of the entry: birth
//! year, places, organisations, roles.
//!
//! A fact that agrees raises the hit, a birth year that contradicts lowers it.
//! A year contradicts only where the text says that it is one of birth: most
//! years in a text are something else.

use super::text::Word;
use super::types::{Facts, Reason};
use crate::sound::forms;
use crate::{align, sound};

/// What the facts do to a hit.
#[derive(Debug, Default)]
pub(super) struct Effect {
    pub(super) bits: f32,
    pub(super) score: f32,
    pub(super) why: Vec<Reason>,
}

/// Writes facts as [`weigh`] reads them.
pub(super) fn pack(facts: &Facts) -> Vec<u8> {
    let born = facts.born.iter().map(|year| format!("b{year}"));
    let words = |tag: char, all: &[String]| -> Vec<String> {
        all.iter().take(FACTS_MAX).map(|fact| format!("{tag}{}", fact.replace('\n', " "))).collect()
    };
    let lines: Vec<String> = born
        .chain(words('p', &facts.places))
        .chain(words('o', &facts.organisations))
        .chain(words('r', &facts.roles))
        .collect();
    lines.join("\n").into_bytes()
}

/// How many facts of one sort count.
const FACTS_MAX: usize = 16;
/// How many words around a mention are read.
const NEAR: usize = 40;

/// Reads the words around a mention from word `first` to `last`.
pub(super) fn weigh(facts: &[u8], text: &str, words: &[Word], first: usize, last: usize) -> Effect {
    let mut effect = Effect::default();
    let Ok(facts) = str::from_utf8(facts) else { return effect };
    if facts.is_empty() {
        return effect;
    }
    let from = first.saturating_sub(NEAR);
    let near: Vec<&str> = words
        .iter()
        .enumerate()
        .skip(from)
        .take(last + NEAR + 1 - from)
        .filter(|(at, _)| *at < first || *at > last)
        .map(|(_, word)| word.of(text))
        .collect();
    let born: Vec<u16> = facts.lines().filter_map(|line| line.strip_prefix('b')?.parse().ok()).collect();
    years(&born, &near, &mut effect);
    for (tag, fact) in [('p', "place"), ('o', "organisation"), ('r', "role")] {
        let seen =
            facts.lines().filter_map(|line| line.strip_prefix(tag)).find_map(|wanted| find(wanted, &near));
        if let Some(text) = seen {
            effect.bits += FACT_BITS;
            effect.score += 0.03;
            effect.why.push(Reason::Agrees { fact, text });
        }
    }
    effect
}

const FACT_BITS: f32 = 4.0;
const YEAR_BITS: f32 = 7.0;

fn years(born: &[u16], near: &[&str], effect: &mut Effect) {
    if born.is_empty() {
        return;
    }
    let year =
        |word: &str| word.get(..4).and_then(|y| y.parse::<u16>().ok()).filter(|y| (1800..=2100).contains(y));
    let found = near.iter().copied().find(|word| year(word).is_some_and(|year| born.contains(&year)));
    if let Some(text) = found {
        effect.bits += YEAR_BITS;
        effect.score += 0.04;
        effect.why.push(Reason::Agrees { fact: "born", text: text.to_owned() });
        return;
    }
    let other = near.iter().enumerate().find(|(at, word)| {
        let beside = |n: usize| near.get(n).is_some_and(|word| says_birth(word));
        let before = (1..=2).any(|n| at.checked_sub(n).is_some_and(beside));
        year(word).is_some() && (before || (1..=2).any(|n| beside(at + n)))
    });
    if let Some((_, text)) = other {
        effect.bits -= YEAR_BITS;
        effect.score -= 0.12;
        effect.why.push(Reason::Contradicts { fact: "born", text: (*text).to_owned() });
    }
}

fn says_birth(word: &str) -> bool {
    let word = word.to_lowercase();
    [
        "born",
        "рожд",
        "родил",
        "народ",
        "роден",
        "urodz",
        "narozen",
        "rojen",
        "né",
        "geboren",
        "doğum",
        "مواليد",
        "متولد",
        "出生",
    ]
    .iter()
    .any(|sign| word.starts_with(sign))
}

/// Finds the words of a fact side by side.
fn find(wanted: &str, near: &[&str]) -> Option<String> {
    let wanted: Vec<sound::Sounds> = wanted
        .split(|c: char| !c.is_alphanumeric())
        .map(sound::of)
        .filter(|s| !s.is_empty())
        .take(6)
        .collect();
    if wanted.is_empty() || wanted.iter().all(|word| word.len() < 3) {
        return None;
    }
    let like = |seen: &str, wanted: &sound::Sounds| {
        forms(seen).as_slice().iter().any(|form| align::likeness(form, wanted) >= 0.88)
    };
    near.windows(wanted.len())
        .find(|window| window.iter().zip(&wanted).all(|(seen, wanted)| like(seen, wanted)))
        .map(|window| window.join(" "))
}
