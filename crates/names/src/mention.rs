//! Proposes the people, organisations, places and dates that a text names.
//!
//! Rules and small word lists only: a proposal carries its span, the text of
//! the span and the rule that made it, and is never a decision. Peoples
//! ("Russian") are not places, words in capitals are not organisations by
//! themselves, and teasers such as "READ NEXT" are passed over. Mentions come in
//! text order and do not overlap. Absent: learned models, identity of mentions.

mod chunk;
mod known;
mod page;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use self::page::{Page, Word};
use crate::Span;
use crate::date;
use crate::gazetteer;
use crate::words;

/// What a mention names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MentionKind {
    /// A human being.
    Person,
    /// A body, office, service or publisher.
    Organisation,
    /// A state, city, region or venue.
    Place,
    /// A date or a time span.
    Date,
}

/// A place in a text that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What it names.
    pub kind: MentionKind,
    /// Where in the text.
    pub span: Span,
    /// The text of the span.
    pub text: String,
    /// The rule that made the proposal, for the person who decides.
    pub note: String,
}

/// Proposes the mentions of `text`.
#[must_use]
pub fn propose(text: &str) -> Vec<Mention> {
    let dates = date::find(text);
    let spans: Vec<Span> = dates.iter().map(|d| d.span).collect();
    let page = Page::new(text, &spans);
    let mut drafts = Vec::new();
    for run in chunk::runs(&page) {
        chunk::read(&page, run, &mut drafts);
    }
    drafts.extend(acronyms(&page, &drafts));
    share_surnames(&page, &mut drafts);
    let again = consistent(&page, &drafts);
    drafts.extend(again);
    let mut found: Vec<Mention> = drafts.iter().filter_map(|d| d.mention(&page)).collect();
    found.extend(dates.iter().filter_map(|d| date_mention(text, d)));
    // On one span a guess gives way to what was found for a better reason.
    found.sort_by_key(|m| (m.span.start, m.note == PLACE_GUESS, Reverse(m.span.end)));
    found.dedup_by(|later, first| later.span.start < first.span.end);
    found
}

/// A mention in words, before it becomes one in bytes.
#[derive(Debug, Clone)]
struct Draft {
    kind: MentionKind,
    words: Range<usize>,
    note: String,
}

fn draft(kind: MentionKind, words: Range<usize>, note: &str) -> Draft {
    Draft { kind, words, note: note.to_owned() }
}

impl Draft {
    fn mention(&self, page: &Page<'_>) -> Option<Mention> {
        let span = page.span(self.words.start, self.words.end)?;
        let text = page.text.get(span.start..span.end)?.to_owned();
        Some(Mention { kind: self.kind, span, text, note: self.note.clone() })
    }
}

fn date_mention(text: &str, date: &date::DateFound) -> Option<Mention> {
    let note = date.normal.as_ref().map_or("relative date".to_owned(), |normal| format!("date {normal}"));
    let quoted = text.get(date.span.start..date.span.end)?.to_owned();
    Some(Mention { kind: MentionKind::Date, span: date.span, text: quoted, note })
}

/// What a preposition alone suggests; a person known elsewhere in the text beats it.
const PLACE_GUESS: &str = "after a word of place";

/// Gives the words that no draft covers.
fn free<'p>(page: &'p Page<'_>, drafts: &[Draft]) -> Vec<(usize, &'p Word<'p>)> {
    let mut taken = vec![false; page.words.len()];
    for draft in drafts.iter().filter(|d| d.note != PLACE_GUESS) {
        for flag in taken.iter_mut().take(draft.words.end).skip(draft.words.start) {
            *flag = true;
        }
    }
    let open = page.words.iter().enumerate().zip(taken).filter(|((_, w), taken)| !taken && w.is_name_like());
    open.map(|(word, _)| word).collect()
}

/// Takes the acronyms that the text itself defines in brackets, everywhere.
fn acronyms(page: &Page<'_>, drafts: &[Draft]) -> Vec<Draft> {
    let short = |w: &Word<'_>| w.token.is_all_caps() && (2..=6).contains(&w.token.text.chars().count());
    let open = free(page, drafts);
    let defined: BTreeSet<&str> = open
        .iter()
        .filter(|(at, w)| short(w) && at.checked_sub(1).is_some_and(|i| page.gap_after(i).ends_with('(')))
        .filter(|(at, _)| page.gap_after(*at).starts_with(')'))
        .map(|(_, w)| w.token.text)
        .collect();
    let mut found = Vec::new();
    for (at, word) in open.iter().filter(|(_, w)| short(w)) {
        if defined.contains(word.token.text) {
            found.push(draft(
                MentionKind::Organisation,
                *at..at + 1,
                "acronym that the text gives in brackets",
            ));
        } else if acts(page, *at) && !words::is_ordinary(&word.part.folded) && !word.common && !word.loud {
            found.push(draft(MentionKind::Organisation, *at..at + 1, "acronym with an article"));
        }
    }
    found
}

/// "the SMU said": an acronym with its article that no noun follows. "the DNA
/// test" and a word shouted for stress are none.
fn acts(page: &Page<'_>, at: usize) -> bool {
    let long = page.words.get(at).is_some_and(|w| w.token.text.len() >= 3 && !w.demonym);
    let before = at.checked_sub(1).filter(|i| page.gap_after(*i) == " ").and_then(|i| page.words.get(i));
    let after = page.words.get(at + 1);
    let ends = page.gap_after(at) != " " || after.is_some_and(|w| w.common && !w.token.is_capital());
    long && ends && before.is_some_and(|w| w.part.folded == "the")
}

/// Reads "Sergei and Yulia Skripal" as two people with one surname.
fn share_surnames(page: &Page<'_>, drafts: &mut Vec<Draft>) {
    let mut added = Vec::new();
    for later in drafts.iter().filter(|d| d.kind == MentionKind::Person && d.words.len() >= 2) {
        let Some(at) = later.words.start.checked_sub(2) else { continue };
        let (Some(first), Some(and)) = (page.words.get(at), page.words.get(at + 1)) else { continue };
        let joined = matches!(and.part.folded.as_str(), "and" | "i" | "ta") && page.gap_after(at) == " ";
        if !(joined && first.is_given() && first.is_name_like()) {
            continue;
        }
        let surname = page.words.get(later.words.end - 1).map_or("", |w| w.token.text);
        added.push(Draft {
            kind: MentionKind::Person,
            words: at..at + 1,
            note: format!("shares the surname {surname}"),
        });
    }
    drafts.retain(|d| !added.iter().any(|a| a.words == d.words));
    drafts.extend(added);
}

/// Looks again for the people of this text under one of their names, and for
/// slips of the keyboard in listed names.
fn consistent(page: &Page<'_>, drafts: &[Draft]) -> Vec<Draft> {
    let mut family: BTreeMap<&str, usize> = BTreeMap::new();
    let mut given: BTreeSet<&str> = BTreeSet::new();
    for person in drafts.iter().filter(|d| d.kind == MentionKind::Person) {
        if person.words.len() >= 2 {
            let last = person.words.end - 1;
            let name = |w: &&Word<'_>| w.part.folded.chars().count() >= 3 && !page.is_ordinary(w);
            if let Some(word) = page.words.get(last).filter(name) {
                family.entry(&word.part.folded).or_insert(last);
            }
        }
        let first = page.words.get(person.words.start).filter(|w| w.is_given());
        given.extend(first.map(|w| w.part.folded.as_str()));
    }
    let mut found = Vec::new();
    for (at, word) in free(page, drafts) {
        let folded = word.part.folded.as_str();
        let one = at..at + 1;
        if family.contains_key(folded) {
            found.push(draft(MentionKind::Person, one, "surname of a person in this text"));
        } else if word.common || word.demonym || word.loud {
        } else if words::is_well_known(folded) {
            found.push(draft(MentionKind::Person, one, "well-known surname"));
        } else if given.contains(folded) {
            found.push(draft(MentionKind::Person, one, "given name of a person in this text"));
        } else if let Some(as_in) = alike(page, word, &family) {
            let note = format!("sounds like {as_in}, a surname in this text");
            found.push(Draft { kind: MentionKind::Person, words: one, note });
        } else if let Some((kind, name)) = known::slip_of(folded) {
            found.push(Draft { kind, words: one, note: format!("perhaps {name}, letters out of order") });
        }
    }
    found
}

fn alike<'p>(page: &'p Page<'_>, word: &Word<'_>, family: &BTreeMap<&str, usize>) -> Option<&'p str> {
    let length = word.part.folded.chars().count();
    if length < 5 || word.token.is_all_caps() || gazetteer::is_known_word(word.token.text) {
        return None;
    }
    family.values().take(SURNAMES_MAX).find_map(|at| {
        let known = page.words.get(*at)?;
        let needed = if length >= 6 { 0.84 } else { 0.93 };
        (word.part.likeness(&known.part) >= needed).then_some(known.token.text)
    })
}

/// Surnames compared with each unknown word, so that a list of names stays cheap.
const SURNAMES_MAX: usize = 200;

#[cfg(test)]
mod tests;
