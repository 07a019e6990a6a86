//! Holds the register in memory and finds its names in a text.
//!
//! A name is looked up by its rarest-looking words, its anchors, under the keys
//! of [`crate::skeleton`]; the other words are then sought nearby. Work is
//! bounded by the length of the text times a constant and memory by the number
//! of names; removing an entry removes its hits at once. The same calls in the
//! same order give the same hits. Absent: persistence, calibrated false-alarm
//! rates, names that share no letters with the register.

use std::collections::{BTreeMap, HashMap};

use crate::Span;
use crate::fold::is_invisible;
use crate::gazetteer;
use crate::score::{Part, Role, parts};
use crate::skeleton::{exact, keys, probes, skeleton};
use crate::token::{Token, gap, tokens};
use crate::words;

/// What a name of the register belongs to; it decides how strictly it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameKind {
    /// A human being: spelling, order and missing words are forgiven.
    Person,
    /// People who share a trait or a cause.
    Group,
    /// A body with a name: all words, in order, nearly as spelled.
    Organisation,
    /// A place or a building: all words, in order, nearly as spelled.
    Place,
}

/// A place in a text that may name an entry of the register.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit<Id> {
    /// The entry.
    pub id: Id,
    /// Where in the text.
    pub span: Span,
    /// From [`REVIEW_SCORE`] to 1.0; below [`FULL_SCORE`] only a part of the name was seen.
    pub score: f32,
    /// The text of the span.
    pub quoted: String,
    /// The kind given when the name was added.
    pub name_kind: NameKind,
    /// The name of the register that matched, then one reason for each word.
    pub why: Vec<String>,
}

/// The score from which a hit stands on a full name.
pub const FULL_SCORE: f32 = 0.75;
/// The score below which nothing is reported.
pub const REVIEW_SCORE: f32 = 0.5;

/// The register, searchable.
#[derive(Debug, Clone, Default)]
pub struct Index<Id> {
    names: Vec<Option<Name<Id>>>,
    by_id: BTreeMap<Id, Vec<usize>>,
    anchors: Vec<Anchor>,
    by_word: HashMap<String, usize>,
    by_key: HashMap<Vec<u8>, Vec<usize>>,
}

/// One word of the register and the names that are found by it.
#[derive(Debug, Clone)]
struct Anchor {
    part: Part,
    /// The name and the place of the word in it.
    uses: Vec<(usize, usize)>,
}

#[derive(Debug, Clone)]
struct Name<Id> {
    id: Id,
    text: String,
    kind: NameKind,
    parts: Vec<Part>,
}

impl<Id: Clone + Eq + Ord> Index<Id> {
    /// Makes an empty register.
    #[must_use]
    pub fn new() -> Self {
        Self {
            names: Vec::new(),
            by_id: BTreeMap::new(),
            anchors: Vec::new(),
            by_word: HashMap::new(),
            by_key: HashMap::new(),
        }
    }

    /// Adds the names of one entry; names without letters are passed over.
    pub fn add<S: AsRef<str>>(&mut self, id: Id, names: &[S], kind: NameKind) {
        for text in names {
            let parts = parts(text.as_ref());
            let anchors = anchors(&parts, kind);
            if anchors.is_empty() {
                continue;
            }
            let at = self.names.len();
            for place in anchors {
                if let Some(part) = parts.get(place) {
                    self.anchor(part).uses.push((at, place));
                }
            }
            self.by_id.entry(id.clone()).or_default().push(at);
            self.names.push(Some(Name { id: id.clone(), text: text.as_ref().to_owned(), kind, parts }));
        }
    }

    /// Removes all names of one entry; nothing happens if there is none. The
    /// words of the names stay known until the register is built anew.
    pub fn remove(&mut self, id: &Id) {
        for at in self.by_id.remove(id).unwrap_or_default() {
            let Some(name) = self.names.get_mut(at).and_then(Option::take) else { continue };
            for part in &name.parts {
                if let Some(anchor) = self.by_word.get(&part.text).and_then(|i| self.anchors.get_mut(*i)) {
                    anchor.uses.retain(|(name, _)| *name != at);
                }
            }
        }
    }

    /// Counts the entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Tells whether nothing is watched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Finds the names of the register in `text`.
    ///
    /// The hits come in text order, then by entry; one entry has no two hits
    /// that overlap. At most 10,000 hits are returned.
    #[must_use]
    pub fn screen(&self, text: &str) -> Vec<Hit<Id>> {
        if self.is_empty() {
            return Vec::new();
        }
        let page = Page::new(text);
        let mut memo: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        let mut hits = Vec::new();
        for (at, word) in page.words.iter().enumerate() {
            if hits.len() >= HITS_MAX * 4 {
                break;
            }
            let found = memo.entry(word.token.text.to_owned()).or_insert_with(|| self.lookup(word));
            for &(name, part) in found.iter() {
                let Some(Some(name)) = self.names.get(name) else { continue };
                let hit = if name.kind == NameKind::Person && significant(&name.parts) > 1 {
                    person(&page, at, name, part)
                } else {
                    phrase(&page, at, name, part)
                };
                hits.extend(hit);
            }
        }
        let mut hits = best_per_entry(hits);
        hits.truncate(HITS_MAX);
        hits
    }

    /// Gives the anchor of a word of the register, made if it is new.
    fn anchor(&mut self, part: &Part) -> &mut Anchor {
        let next = self.anchors.len();
        let at = *self.by_word.entry(part.text.clone()).or_insert(next);
        if at == next {
            for key in part.forms.first().map(|form| keys(form)).unwrap_or_default() {
                self.by_key.entry(key).or_default().push(at);
            }
        }
        self.anchors.extend((at == next).then(|| Anchor { part: part.clone(), uses: Vec::new() }));
        #[expect(clippy::indexing_slicing, reason = "the word was found or has just been added")]
        &mut self.anchors[at]
    }

    /// Finds the names, and the place of the word in each, for a word of a text.
    ///
    /// A word in small letters or of the ordinary vocabulary is only looked up
    /// as it sounds: it would meet a part of the register otherwise, for nothing.
    fn lookup(&self, word: &Word<'_>) -> Vec<(usize, usize)> {
        let plain = !looks_like_name(word) || words::is_common(word.token.text);
        let caseless = word.token.is_caseless();
        let word = &word.part;
        if caseless && !says_enough(word) {
            return Vec::new();
        }
        let forms = if plain { word.forms.get(..1).unwrap_or(&[]) } else { &word.forms };
        let mut near: Vec<usize> = Vec::new();
        for key in forms.iter().flat_map(|form| if plain { exact(form) } else { probes(form) }) {
            near.extend(self.by_key.get(&key).into_iter().flatten().take(CANDIDATES_MAX).copied());
        }
        let least = if plain {
            0.93
        } else if caseless {
            CASELESS_MIN
        } else {
            WORD_MIN
        };
        near.sort_unstable();
        near.dedup();
        let like = |at: &usize| self.anchors.get(*at).filter(|a| word.likeness_to_entry(&a.part) >= least);
        let mut uses: Vec<(usize, usize)> =
            near.iter().filter_map(like).flat_map(|a| a.uses.iter().copied()).take(USES_MAX).collect();
        uses.sort_unstable();
        uses
    }
}

const HITS_MAX: usize = 10_000;
/// Register words looked at for one key, and names tried for one word of a text.
const CANDIDATES_MAX: usize = 4_000;
const USES_MAX: usize = 4_000;
/// How many words away the other words of a person's name may stand.
const REACH: usize = 3;
const WORD_MIN: f32 = 0.72;
/// The same in scripts without capitals, where every word may be vocabulary.
const CASELESS_MIN: f32 = 0.88;
/// How alike the family name of a full hit must be.
const SURE: f32 = 0.85;
/// How alike the only telling word of a name must be.
const LONE_MIN: f32 = 0.97;

/// A text cut into words, each ready to be compared.
struct Page<'t> {
    text: &'t str,
    words: Vec<Word<'t>>,
}

struct Word<'t> {
    token: Token<'t>,
    part: Part,
    /// No name runs from the word before into this one.
    breaks: bool,
    opens_sentence: bool,
}

impl<'t> Page<'t> {
    fn new(text: &'t str) -> Self {
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
fn person<Id: Clone>(page: &Page<'_>, at: usize, name: &Name<Id>, anchor: usize) -> Option<Hit<Id>> {
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
fn phrase<Id: Clone>(page: &Page<'_>, at: usize, name: &Name<Id>, anchor: usize) -> Option<Hit<Id>> {
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

fn significant(parts: &[Part]) -> usize {
    parts.iter().filter(|p| !matches!(p.role, Role::Filler | Role::Initial)).count()
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
fn says_enough(word: &Part) -> bool {
    consonants(word) >= 3
}

fn consonants(word: &Part) -> usize {
    word.forms.first().map_or(0, |form| skeleton(form).len())
}

fn looks_like_name(word: &Word<'_>) -> bool {
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

/// Chooses the words under which a name is found: for a person the words that
/// are not given names, for others the first word that says something.
fn anchors(parts: &[Part], kind: NameKind) -> Vec<usize> {
    let all = || parts.iter().enumerate().filter(|(_, p)| !matches!(p.role, Role::Filler | Role::Initial));
    if kind != NameKind::Person || significant(parts) <= 1 {
        let first = all().next().map(|(i, _)| i);
        return first.or(if parts.is_empty() { None } else { Some(0) }).into_iter().collect();
    }
    let family: Vec<usize> = all().filter(|(_, p)| p.role == Role::Family).map(|(i, _)| i).collect();
    if family.is_empty() { all().map(|(i, _)| i).collect() } else { family }
}

/// Keeps, for each entry, the best of the hits that overlap.
fn best_per_entry<Id: Clone + Ord>(mut hits: Vec<Hit<Id>>) -> Vec<Hit<Id>> {
    hits.sort_by(|a, b| {
        let longer = (b.span.end - b.span.start).cmp(&(a.span.end - a.span.start));
        a.id.cmp(&b.id).then(b.score.total_cmp(&a.score)).then(longer).then(a.span.cmp(&b.span))
    });
    let mut kept: BTreeMap<Id, BTreeMap<usize, Hit<Id>>> = BTreeMap::new();
    for hit in hits {
        let own = kept.entry(hit.id.clone()).or_default();
        // Kept spans do not overlap, so only the last one before the end can touch.
        let clash = own.range(..hit.span.end).next_back().is_some_and(|(_, k)| k.span.end > hit.span.start);
        if !clash {
            own.insert(hit.span.start, hit);
        }
    }
    let mut all: Vec<Hit<Id>> = kept.into_values().flat_map(BTreeMap::into_values).collect();
    all.sort_by(|a, b| a.span.cmp(&b.span).then_with(|| a.id.cmp(&b.id)));
    all
}

#[cfg(test)]
mod tests;
