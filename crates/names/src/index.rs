//! Holds the register in memory and finds its names in a text.
//!
//! A name is looked up by its rarest-looking words, its anchors, under the keys
//! of [`crate::skeleton`]; the other words are then sought nearby. Work is
//! bounded by the length of the text times a constant and memory by the number
//! of names; removing an entry removes its hits at once. The same calls in the
//! same order give the same hits. Absent: persistence, calibrated false-alarm
//! rates, names that share no letters with the register.

mod read;

use std::collections::{BTreeMap, HashMap};

use self::read::{CASELESS_MIN, Page, WORD_MIN, Word, looks_like_name, person, phrase, says_enough};

use crate::Span;
use crate::score::{Part, Role, parts};
use crate::skeleton::{exact, keys, probes};
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
/// Counts the words that say something.
fn significant(parts: &[Part]) -> usize {
    parts.iter().filter(|p| !matches!(p.role, Role::Filler | Role::Initial)).count()
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
