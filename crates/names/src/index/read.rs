//! Reads the text around a word that may stand for a word of the register.
//!
//! A person's name may stand in any order and with words missing; all other
//! names stand whole. A word without capitals must say more to count.

use std::collections::HashMap;

use super::{FULL_SCORE, Hit, Name, NameKind, REVIEW_SCORE, significant};
use crate::Span;
use crate::fold::is_invisible;
use crate::gazetteer;
use crate::score::{Part, Role};
use crate::skeleton::skeleton;
use crate::token::{Token, gap, tokens};
use crate::words;

/// A text cut into words, each ready to be compared.
pub(super) struct Page<'t> {
    text: &'t str,
    pub(super) words: Vec<Word<'t>>,
}

pub(super) struct Word<'t> {
    pub(super) token: Token<'t>,
    pub(super) part: Part,
    /// No name runs from the word before into this one.
    breaks: bool,
    opens_sentence: bool,
}

impl<'t> Page<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut memo: HashMap<&str, Part> = HashMap::new();
        let mut words: Vec<Word<'t>> = Vec::new();
        for token in tokens(text) {
            let between = words.last().map_or("\n", |last: &Word<'_>| gap(text, &last.token, &token));
            // A word of absurd length is no name; its head is enough to compare.
            let head: &str = token
                .text
                .char_indices()
                .nth(40)
                .map_or(token.text, |(end, _)| token.text.get(..end).unwrap_or(""));
            let part = memo.entry(head).or_insert_with(|| Part::new(head)).clone();
            let breaks = between.contains(['\n', ';', '!', '?', '(', ')', '"', '“', '”', '|'])
                || (between.contains('.') && words.last().is_none_or(|w| w.part.role != Role::Initial));
            let opens_sentence = words.is_empty() || between.contains(['\n', '.', '!', '?', '“', '"', ':']);
            words.push(Word { token, part, breaks, opens_sentence });
        }
        Self { text, words }
    }

    /// Gives the nearby words that no boundary cuts off from `at`, nearest first.
    fn around(&self, at: usize, reach: usize) -> Vec<usize> {
        let mut near = Vec::new();
        let (mut left, mut right) = (Some(at), Some(at));
        for _ in 0..reach {
            left =
                left.filter(|i| self.words.get(*i).is_some_and(|w| !w.breaks)).and_then(|i| i.checked_sub(1));
            right = right.map(|i| i + 1).filter(|i| self.words.get(*i).is_some_and(|w| !w.breaks));
            near.extend(left);
            near.extend(right);
        }
        near
    }

    /// Tells whether a word is in capitals among words that are not.
    fn stands_out(&self, at: usize) -> bool {
        let shouts = |i: usize| self.words.get(i).is_some_and(|w| w.token.is_all_caps());
        shouts(at) && !shouts(at + 1) && !at.checked_sub(1).is_some_and(shouts)
    }

    /// Tells whether a word may be a part of a name; "V" is an initial only
    /// with its dot where the letter is also a word of its own.
    fn may_be_part(&self, at: usize) -> bool {
        let Some(word) = self.words.get(at) else { return false };
        let dot = || self.text.get(word.token.span.end..).is_some_and(|rest| rest.starts_with('.'));
        looks_like_name(word)
            && (word.part.role != Role::Initial || !words::is_common(word.token.text) || dot())
    }

    fn hit<Id: Clone>(
        &self,
        name: &Name<Id>,
        used: &[usize],
        score: f32,
        mut why: Vec<String>,
    ) -> Option<Hit<Id>> {
        let first = self.words.get(used.iter().copied().min()?)?;
        let last = self.words.get(used.iter().copied().max()?)?;
        let span = Span { start: first.token.span.start, end: last.token.span.end };
        let quoted = self.text.get(span.start..span.end)?.to_owned();
        // "Skripal, Sergei" has one comma; a list of people has more.
        if name.kind == NameKind::Person && quoted.matches(',').count() > 1 {
            return None;
        }
        why.insert(0, format!("register: {}", name.text));
        Some(Hit { id: name.id.clone(), span, score, quoted, name_kind: name.kind, why })
    }
}

/// Reads a person's name whose family name may stand at `at`.
pub(super) fn person<Id: Clone>(
    page: &Page<'_>,
    at: usize,
    name: &Name<Id>,
    anchor: usize,
) -> Option<Hit<Id>> {
    let word = page.words.get(at)?;
    let anchor_part = name.parts.get(anchor)?;
    let family = word.part.likeness_to_entry(anchor_part);
    // A word in small letters is a name only if it is spelled like one.
    if !looks_like_name(word) && (family < 0.93 || word.token.text.chars().count() < 4) {
        return None;
    }
    let mut why = vec![reason(&word.part, anchor_part, family)];
    let mut used = vec![at];
    let caseless = word.token.is_caseless();
    let (least, reach) = if caseless { (CASELESS_MIN, 1) } else { (WORD_MIN, REACH) };
    let near = page.around(at, reach);
    let (mut alike, mut weight, mut missing) = (family * 1.4, 1.4, 0.0_f32);
    let (mut given_seen, mut given_wanted) = (false, false);
    for (i, part) in name.parts.iter().enumerate().filter(|(i, p)| *i != anchor && p.role != Role::Filler) {
        let worth = if matches!(part.role, Role::Patronymic | Role::Initial) { 0.3 } else { 1.0 };
        let best = near.iter().filter(|n| !used.contains(n)).find_map(|n| {
            let other = page.words.get(*n)?;
            let likeness = other.part.likeness_to_entry(part);
            (likeness >= least && page.may_be_part(*n) && (!caseless || consonants(&other.part) >= 2))
                .then_some((*n, likeness))
        });
        given_wanted |= worth > 0.5;
        match best {
            Some((n, likeness)) => {
                why.push(reason(&page.words.get(n)?.part, part, likeness));
                used.push(n);
                alike += likeness * worth;
                weight += worth;
                given_seen |= worth > 0.5;
            }
            None if i < name.parts.len() => missing += worth,
            None => {}
        }
    }
    if caseless && missing > 0.5 {
        return None;
    }
    if given_seen || !given_wanted {
        // Half of a long name is a review hit; a missing patronymic is nothing.
        let score = alike / weight * weight / (weight + 0.5 * (missing - 0.3).max(0.0));
        let score = if looks_like_name(word) { score } else { score * 0.9 };
        // A given name with a surname that is only similar is for review.
        let score = if family < SURE { score.min(FULL_SCORE - 0.01) } else { score };
        return page.hit(name, &used, score, why).filter(|hit| hit.score >= REVIEW_SCORE);
    }
    surname_alone(page, at, name, anchor_part, family, why)
}

/// Judges a family name that stands without its given name: a review hit at
/// best, and none where the word is ordinary or another given name is there.
fn surname_alone<Id: Clone>(
    page: &Page<'_>,
    at: usize,
    name: &Name<Id>,
    family: &Part,
    likeness: f32,
    mut why: Vec<String>,
) -> Option<Hit<Id>> {
    let word = page.words.get(at)?;
    let exact = word.part.folded == family.folded || likeness >= 0.98;
    let short = family.folded.chars().count() < if exact { 4 } else { 6 };
    let known = words::is_common(word.token.text)
        || words::is_given(word.token.text)
        || gazetteer::is_known_word(word.token.text);
    if family.role != Role::Family
        || short
        || !looks_like_name(word)
        || (known && !exact)
        || words::is_common(word.token.text)
    {
        return None;
    }
    // Without capitals nothing tells a name from a word that sounds like it.
    if !exact && (word.token.is_caseless() || likeness < 0.84) {
        return None;
    }
    let mut score = 0.7 * likeness;
    if known || (word.opens_sentence && !exact) {
        score -= 0.08;
    }
    if let Some(other) = other_given_name(page, at) {
        why.push(format!("{other} stands where the given name would be"));
        score -= 0.25;
    } else {
        why.push("family name alone".to_owned());
    }
    page.hit(name, &[at], score, why).filter(|hit| hit.score >= REVIEW_SCORE)
}

fn other_given_name<'t>(page: &Page<'t>, at: usize) -> Option<&'t str> {
    let word = page.words.get(at)?;
    let before = page.words.get(at.checked_sub(1)?)?;
    let between = gap(page.text, &before.token, &word.token);
    let given = before.token.is_capital()
        && between.trim().is_empty()
        && !word.breaks
        && !words::is_title(before.token.text)
        && !words::is_common(before.token.text)
        && (words::is_given(before.token.text) || !before.opens_sentence)
        && !gazetteer::is_demonym(before.token.text);
    given.then_some(before.token.text)
}

/// Reads a name that must stand whole and in order, beginning at its anchor.
pub(super) fn phrase<Id: Clone>(
    page: &Page<'_>,
    at: usize,
    name: &Name<Id>,
    anchor: usize,
) -> Option<Hit<Id>> {
    let skipped = name.parts.iter().take(anchor).filter(|p| p.role == Role::Filler).count();
    let mut from = at.checked_sub(anchor - skipped)?;
    let lone = significant(&name.parts) <= 1;
    let (mut used, mut why, mut alike) = (Vec::new(), Vec::new(), 0.0_f32);
    for part in name.parts.iter().filter(|p| p.folded != "the") {
        let word = page.words.get(from)?;
        let likeness = word.part.likeness_to_entry(part);
        if part.role == Role::Filler && likeness < 0.9 {
            continue;
        }
        let needed = if lone { LONE_MIN } else { 0.8 };
        let exact_letters =
            part.role != Role::Initial && part.folded.chars().count() <= 4 && word.part.folded != part.folded;
        if likeness < needed
            || exact_letters
            || (!used.is_empty() && word.breaks)
            || !same_case(&part.text, word)
        {
            return None;
        }
        why.push(reason(&word.part, part, likeness));
        used.push(from);
        alike += likeness;
        from += 1;
    }
    let caseless = page.words.get(at)?.token.is_caseless();
    if caseless && lone {
        let word = &page.words.get(at)?.part;
        if alike < 0.97 || consonants(word) < 4 {
            return None;
        }
    }
    let quoted = page.words.get(at)?;
    if lone && (part_len(name) < 2 || (words::is_common(quoted.token.text) && !page.stands_out(at))) {
        return None;
    }
    let count = f32::from(u16::try_from(used.len()).unwrap_or(u16::MAX).max(1));
    let score = alike / count * if lone && name.kind == NameKind::Person { 0.8 } else { 1.0 };
    page.hit(name, &used, score, why)
}

fn part_len<Id>(name: &Name<Id>) -> usize {
    name.parts.iter().map(|p| p.folded.chars().count()).sum()
}

/// An alias in capitals ("IS", "GRU") is not an ordinary word in small letters,
/// and a name with a capital is not one either.
fn same_case(register: &str, word: &Word<'_>) -> bool {
    let shouts = register.chars().filter(|c| c.is_alphabetic()).count() > 1
        && register.chars().all(|c| !c.is_lowercase())
        && register.chars().any(char::is_uppercase);
    let capital = register.chars().next().is_some_and(char::is_uppercase);
    if shouts && register.chars().count() <= 4 {
        word.token.is_all_caps()
    } else {
        !capital || looks_like_name(word)
    }
}

/// Tells whether a word without capitals and vowels says enough to be looked up.
pub(super) fn says_enough(word: &Part) -> bool {
    consonants(word) >= 3
}

fn consonants(word: &Part) -> usize {
    word.forms.first().map_or(0, |form| skeleton(form).len())
}

pub(super) fn looks_like_name(word: &Word<'_>) -> bool {
    word.token.is_capital()
        || word.token.is_caseless()
        || word.token.text.starts_with(|c: char| c.is_ascii_digit())
}

fn reason(word: &Part, register: &Part, likeness: f32) -> String {
    let shown: String = word.text.chars().filter(|c| !is_invisible(*c)).collect();
    if word.folded == register.folded && word.text == register.text {
        format!("{shown} is equal")
    } else {
        format!("{shown} ≈ {} ({likeness:.2})", register.text)
    }
}

/// How many words away the other words of a person's name may stand.
const REACH: usize = 3;
pub(super) const WORD_MIN: f32 = 0.72;
/// The same in scripts without capitals, where every word may be vocabulary.
pub(super) const CASELESS_MIN: f32 = 0.88;
/// How alike the family name of a full hit must be.
const SURE: f32 = 0.85;
/// How alike the only telling word of a name must be.
const LONE_MIN: f32 = 0.97;
