//! Reads a whole name around a word and gives it a score.

use std::cell::Cell;

use super::memo::{Memo, is_common};
use super::name::{Role, is_given};
use super::region::{Casing, Doing, Item};
use super::store::{NameRef, Store};
use super::tally::{Note, Places, Tally};
use super::text::{CAPITAL, COMMA, SHOUTS, TIED, Word};
use super::types::Reason;
use crate::NameKind;
use crate::fold::fold;
use crate::gazetteer::is_demonym;
use crate::plain::is_plain;
use crate::words;

/// A name read in a text.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// Words of the text, first and last.
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) score: f32,
    /// How many bits more than usual a hit needs, because it may be a part of another name.
    pub(super) doubt: f32,
    /// Words of the register that were seen, with their likeness in 1/255.
    pub(super) seen: Vec<(u32, u8)>,
    pub(super) why: Vec<Reason>,
}

/// What a name is read in.
#[derive(Clone, Copy)]
pub(super) struct Page<'p, S> {
    pub(super) text: &'p str,
    pub(super) words: &'p [Word],
    pub(super) items: &'p [Item],
    pub(super) casing: Casing,
    pub(super) store: &'p S,
    /// The words of the stretch, the first and the one behind the last.
    pub(super) range: (usize, usize),
    /// Set when more was looked at than the stretch and one word on each side.
    pub(super) far: &'p Cell<bool>,
}

impl<'p, S: Store> Page<'p, S> {
    pub(super) fn letters(&self, item: &Item) -> &'p str {
        let start = self.words.get(item.first).map_or(0, |word| word.start as usize);
        let end = self.words.get(item.last).map_or(0, |word| word.end as usize);
        self.text.get(start..end).unwrap_or("")
    }

    pub(super) fn word(&self, item: &Item) -> Word {
        self.words.get(item.first).copied().unwrap_or(Word { start: 0, end: 0, marks: 0 })
    }

    fn reason(&self, item: &Item, word: u32, likeness: u8) -> Reason {
        let text = self.letters(item).to_owned();
        Reason::Word { text, name: self.store.word(word).to_owned(), likeness: f32::from(likeness) / 255.0 }
    }

    /// Reads a person's name; its words may stand in any order and some may be missing.
    pub(super) fn person(
        &self,
        memo: &Memo,
        name: NameRef<'_>,
        anchor: usize,
        least: f32,
    ) -> Option<Reading> {
        let here = self.items.get(anchor)?;
        let reach = super::join::reach(here);
        let unvowelled = here.caseless && super::engine::abjad(super::evidence::script(self.letters(here)));
        let registered = name.parts().next().map_or("", |(word, _)| self.store.word(word));
        let unvowelled = unvowelled && !super::engine::abjad(super::evidence::script(registered));
        let ease = |likeness: f32| if unvowelled { 1.0 - (1.0 - likeness) * EASED } else { likeness };
        let from = anchor.saturating_sub(reach);
        let near = || self.items.iter().enumerate().skip(from).take(anchor + reach + 1 - from);
        let mut used: Vec<usize> = Vec::new();
        let mut tally = Tally::new();
        let mut order: Vec<(u32, Role)> = name.parts().filter(|(_, role)| *role != Role::Filler).collect();
        order.sort_by_key(|(_, role)| role.code());
        let mut family_at = None;
        let mut given_at = None;
        let mut missing: Vec<(u32, Role)> = Vec::new();
        for (word, role) in order {
            let free = |at: &usize| {
                let item = self.items.get(*at);
                !used.iter().any(|u| overlap(self.items.get(*u), item))
            };
            let best = near()
                .filter(|(at, item)| item.doing == Doing::Name && free(at))
                .filter_map(|(at, item)| Some((memo.likeness(item.entry, word)?, at)))
                .filter(|(likeness, at)| {
                    *likeness >= 240 || role == Role::Patronymic || !self.is_patronymic(*at)
                })
                .max_by_key(|(likeness, at)| (*likeness, usize::MAX - at.abs_diff(anchor)));
            if let (Some((likeness, at)), true) = (best, role != Role::Initial) {
                used.push(at);
                tally.add(role, ease(f32::from(likeness) / 255.0));
                tally.seen.push((word, likeness));
                tally.read.push((at, word, likeness, role));
                tally.notes.push(Note::Word(at, word, likeness));
                match role {
                    Role::Family => family_at = family_at.or(Some(at)),
                    Role::Given => given_at = given_at.or(Some(at)),
                    _ => {}
                }
                continue;
            }
            let initial = near().find(|(at, item)| {
                let agrees = || same_initial(self.letters(item), self.store.word(word));
                let fits =
                    item.doing == Doing::Initial || (role == Role::Initial && item.doing == Doing::Name);
                fits && free(at) && at.abs_diff(anchor) <= 3 && agrees()
            });
            if let (Some((at, _)), true) = (initial, role != Role::Family && role != Role::Number) {
                used.push(at);
                tally.initial(role);
                tally.notes.push(Note::Initial(at, word));
                continue;
            }
            missing.push((word, role));
        }
        family_at?;
        let (first, last) = (used.iter().copied().min()?, used.iter().copied().max()?);
        for (word, role) in &missing {
            tally.miss(*role);
            tally.notes.push(Note::Missing(*word));
        }
        let places = Places { first, last, family: family_at?, given: given_at };
        self.strangers(&mut tally, &used, places, &missing)?;
        self.commas(first, last, family_at, given_at)?;
        if tally.telling < 2 && tally.initials == 0 {
            return None;
        }
        let (start, end) = (self.items.get(first)?.first, self.items.get(last)?.last);
        if tally.score() < least {
            return None;
        }
        self.neighbours(&mut tally, &used, places);
        self.meanings(&mut tally);
        if unvowelled {
            self.articles(&mut tally, name);
            tally.extra += EASED_EXTRA;
        }
        let score = tally.score();
        if score < least {
            return None;
        }
        let why = tally.notes.iter().map(|note| self.tell(*note)).collect();
        Some(Reading { first: start, last: end, score, doubt: tally.doubt, seen: tally.seen, why })
    }

    fn tell(&self, note: Note) -> Reason {
        let letters = |at: usize| self.items.get(at).map_or("", |item| self.letters(item)).to_owned();
        let name = |word: u32| self.store.word(word).to_owned();
        match note {
            Note::Word(at, word, likeness) => {
                Reason::Word { text: letters(at), name: name(word), likeness: f32::from(likeness) / 255.0 }
            }
            Note::Initial(at, word) => Reason::Initial { text: letters(at), name: name(word) },
            Note::Missing(word) => Reason::Missing { name: name(word) },
            Note::Extra(at) => Reason::Extra { text: letters(at) },
            Note::Beside(item, false) => Reason::Extra { text: self.letters(&item).to_owned() },
            Note::Beside(item, true) => Reason::OtherGiven { text: self.letters(&item).to_owned() },
        }
    }

    /// Weighs the words inside and beside the mention that are not in the name.
    fn strangers(
        &self,
        tally: &mut Tally,
        used: &[usize],
        places: Places,
        missing: &[(u32, Role)],
    ) -> Option<()> {
        let Places { first, last, family, given } = places;
        let covered = |item: &Item| used.iter().any(|u| overlap(self.items.get(*u), Some(item)));
        let given_missing = missing.iter().any(|(_, role)| matches!(role, Role::Given | Role::Family));
        let father_missing = missing.iter().any(|(_, role)| *role == Role::Patronymic);
        let shared = self.shares_family(first, last, used);
        let mut middle = given.is_some_and(|given| given < family);
        for at in first..=last {
            let item = self.items.get(at)?;
            if used.contains(&at) || covered(item) || shared {
                continue;
            }
            match item.doing {
                Doing::And => return None,
                Doing::Name if self.is_patronymic(at) && !father_missing => continue,
                Doing::Name if words::is_particle(&fold(self.letters(item))) => continue,
                Doing::Name => {}
                _ => continue,
            }
            let between = middle && given.is_some_and(|given| given < at) && at < family;
            tally.extra += if item.caseless || self.is_patronymic(at) {
                1.6
            } else if between {
                // A second given name is left out of most lists.
                middle = false;
                0.25
            } else {
                0.7
            };
            tally.notes.push(Note::Extra(at));
        }
        // A word tied to the family name by a hyphen makes it another family name.
        let tied = |at: usize| self.items.get(at).is_some_and(|item| self.word(item).has(TIED));
        let next = self.items.get(family + 1).filter(|item| !covered(item) && tied(family + 1));
        let before =
            family.checked_sub(1).and_then(|b| self.items.get(b)).filter(|i| !covered(i) && tied(family));
        if let Some(item) = next.or(before).filter(|item| item.doing == Doing::Name) {
            tally.extra += 0.8;
            tally.notes.push(Note::Beside(*item, false));
        }
        if given_missing {
            let beside = [first.checked_sub(1), Some(last + 1)];
            let other = beside.into_iter().flatten().filter_map(|at| self.items.get(at)).find(|item| {
                let letters = self.letters(item);
                item.doing == Doing::Name && !covered(item) && !is_common(letters) && is_given(letters)
            });
            if let Some(item) = other {
                tally.extra += 1.5;
                tally.notes.push(Note::Beside(*item, true));
            }
        }
        Some(())
    }

    /// "Sergei and Yulia Skripal" share a family name.
    fn shares_family(&self, first: usize, last: usize, used: &[usize]) -> bool {
        let and = self.items.get(first + 1).is_some_and(|item| item.doing == Doing::And);
        and && last == first + 3 && used.len() == 2 && used.contains(&first) && used.contains(&last)
    }

    pub(super) fn is_patronymic(&self, at: usize) -> bool {
        self.items.get(at).is_some_and(|item| words::is_patronymic(&fold(self.letters(item))))
    }

    /// "Skripal, Sergei" has one comma, after the family name; a list has more.
    fn commas(&self, first: usize, last: usize, family: Option<usize>, given: Option<usize>) -> Option<()> {
        let commas: Vec<usize> = (first + 1..=last)
            .filter(|at| self.items.get(*at).is_some_and(|item| self.word(item).has(COMMA)))
            .collect();
        match commas.as_slice() {
            [] => Some(()),
            [comma] => {
                (family? < *comma && given.is_none_or(|given| given >= *comma) && *comma - family? <= 2)
                    .then_some(())
            }
            _ => None,
        }
    }

    /// Reads a name that stands whole and in order.
    pub(super) fn phrase(
        &self,
        memo: &mut Memo,
        name: NameRef<'_>,
        anchor: usize,
        word: u32,
    ) -> Option<Reading> {
        let parts: Vec<u32> = name.parts().filter(|(_, role)| role.telling()).map(|(word, _)| word).collect();
        let place = parts.iter().position(|part| *part == word)?;
        let here = self.items.get(anchor)?;
        let mut reading = Reading {
            first: here.first,
            last: here.last,
            score: 0.0,
            doubt: 0.0,
            seen: Vec::new(),
            why: Vec::new(),
        };
        let likeness = memo.likeness(here.entry, word)?;
        if likeness < self.phrase_least(word) {
            return None;
        }
        reading.seen.push((word, likeness));
        reading.why.push(self.reason(here, word, likeness));
        let signs = name.parts().any(|(_, role)| role == Role::Sign);
        let mut at = here.last;
        for part in parts.iter().skip(place + 1) {
            at = self.step(memo, at, true, *part, signs, &mut reading)?;
        }
        reading.last = at;
        at = here.first;
        for part in parts.iter().take(place).rev() {
            at = self.step(memo, at, false, *part, signs, &mut reading)?;
        }
        reading.first = at;
        let sum: f32 = reading.seen.iter().map(|(_, likeness)| f32::from(*likeness) / 255.0).sum();
        #[expect(clippy::cast_precision_loss, reason = "a name has a dozen words")]
        let count = reading.seen.len() as f32;
        reading.score = sum / count;
        Some(reading)
    }

    /// How alike a word of a phrase must be: short ones must have the same letters.
    fn phrase_least(&self, part: u32) -> u8 {
        if self.store.word(part).chars().count() <= 4 { 255 } else { super::memo::PHRASE_MIN }
    }

    /// Finds the next word of a phrase beside `at`, over one filler at most.
    fn step(
        &self,
        memo: &mut Memo,
        at: usize,
        forward: bool,
        part: u32,
        signs: bool,
        reading: &mut Reading,
    ) -> Option<usize> {
        let mut at = at;
        for _ in 0..3 {
            at = if forward { at + 1 } else { at.checked_sub(1)? };
            if at + 1 < self.range.0 || at > self.range.1 {
                self.far.set(true);
            }
            let word = self.words.get(at)?;
            let letters = word.of(self.text);
            let caseless = self.items.first().is_some_and(|item| item.caseless);
            let entry = memo.entry(self.store, letters, caseless || self.casing != Casing::Usual);
            let least = self.phrase_least(part);
            if let Some(likeness) = memo.likeness(entry, part).filter(|likeness| *likeness >= least) {
                let item = Item { first: at, last: at, doing: Doing::Name, entry, caseless };
                reading.seen.push((part, likeness));
                reading.why.push(self.reason(&item, part, likeness));
                return Some(at);
            }
            let folded = fold(letters);
            if signs || !(words::is_particle(&folded) || words::is_legal_form(&folded)) {
                return None;
            }
        }
        None
    }

    /// Reads a name that is one telling word.
    pub(super) fn lone(&self, memo: &Memo, name: NameRef<'_>, anchor: usize, word: u32) -> Option<Reading> {
        let item = self.items.get(anchor)?;
        let likeness = memo.likeness(item.entry, word)?;
        let (seen, registered) = (self.letters(item), self.store.word(word));
        let letters = registered.chars().count();
        let marks = self.word(item);
        // A person with an initial or a particle is not named by the rest alone.
        let only = name.parts().filter(|(_, role)| *role != Role::Filler).count() == 1;
        if !only || (name.kind() == NameKind::Person && name.parts().len() > 1) {
            return None;
        }
        if letters < 2 || (likeness < 255 && (letters <= 5 || name.kind() == NameKind::Person)) {
            return None;
        }
        let shouts = letters > 1 && registered.chars().all(char::is_uppercase);
        let stands_out = marks.has(SHOUTS) && self.casing == Casing::Usual && !self.shouting_neighbour(item);
        if shouts && letters <= 6 {
            if !marks.has(SHOUTS) || (!stands_out && is_common(seen)) {
                return None;
            }
        } else if registered.chars().next().is_some_and(char::is_uppercase)
            && !item.caseless
            && !(marks.has(CAPITAL) || self.casing == Casing::Small)
        {
            return None;
        }
        let ordinary = || is_common(seen) || is_demonym(seen) || is_plain(seen);
        if !name.allowed()
            && ((!stands_out && ordinary()) || (name.kind() == NameKind::Person && is_given(seen)))
        {
            return None;
        }
        let score = f32::from(likeness) / 255.0 * if name.kind() == NameKind::Person { 0.9 } else { 1.0 };
        let why = vec![self.reason(item, word, likeness)];
        Some(Reading {
            first: item.first,
            last: item.last,
            score,
            doubt: 0.0,
            seen: vec![(word, likeness)],
            why,
        })
    }

    fn shouting_neighbour(&self, item: &Item) -> bool {
        let shouts = |at: usize| self.words.get(at).is_some_and(|word| word.has(SHOUTS));
        shouts(item.last + 1) || item.first.checked_sub(1).is_some_and(shouts)
    }
}

pub(super) fn overlap(a: Option<&Item>, b: Option<&Item>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.first <= b.last && b.first <= a.last,
        _ => false,
    }
}

fn same_initial(text: &str, name: &str) -> bool {
    let (text, name) = (crate::sound::of(text), crate::sound::of(name));
    text.codes().first().is_some_and(|code| name.codes().first() == Some(code))
}

/// Between a script without vowels and one with, unlikeness says so much of what
/// it says elsewhere; that evidence is scarcer there is told by the bits.
const EASED: f32 = 0.7;
/// What the score loses for it.
const EASED_EXTRA: f32 = 0.06;
