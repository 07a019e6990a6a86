//! Tells the right hits of a document from the others.

use std::collections::{BTreeMap, HashMap, HashSet};

use aldis_names::NameKind;
use aldis_names::screen::{Hit, Index, Options, Reason, Scratch};

use super::{Document, Row, count_words};

/// How much was expected, found and wrong.
#[derive(Default, Clone)]
pub struct Tally {
    pub(crate) words: usize,
    pub(crate) expected: usize,
    pub(crate) found: usize,
    pub(crate) right: usize,
    pub(crate) spurious: usize,
    /// Spurious hits on persons, whom alone the documents label.
    pub(crate) persons: usize,
    /// Spurious hits whose text does not spell the name.
    pub(crate) chance: usize,
}

/// What was found, by threshold and language.
pub struct Judged {
    /// By threshold, then language.
    tallies: Vec<(f32, BTreeMap<String, Tally>)>,
    /// At the first threshold, every other document, on which no price was fitted.
    pub(crate) rest: BTreeMap<String, Tally>,
}

impl Judged {
    /// Gives a row for each threshold and language.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let rows = self.tallies.iter().flat_map(|(score, languages)| {
            languages.iter().map(move |(language, t)| {
                serde_json::json!({ "score_min": score, "language": language, "words": t.words, "expected": t.expected,
                    "recall": t.recall(), "precision": t.precision(), "spurious_per_1000": t.per_thousand(), "spurious_persons": t.persons, "spurious_by_chance": t.chance })
            })
        });
        rows.collect()
    }

    /// Gives the languages at the first threshold.
    #[must_use]
    pub fn shipped(&self) -> &BTreeMap<String, Tally> {
        static NONE: BTreeMap<String, Tally> = BTreeMap::new();
        self.tallies.first().map_or(&NONE, |(_, languages)| languages)
    }

    /// Prints a line for each threshold and language.
    pub fn print(&self) {
        println!("score lang      words expected recall precision spurious/1k persons by-chance");
        for (score, languages) in &self.tallies {
            for (language, t) in languages {
                println!(
                    "{score:.2}  {language:4} {:>9} {:>8} {:>6.3} {:>9.3} {:>11.3} {:>7} {:>9}",
                    t.words,
                    t.expected,
                    t.recall(),
                    t.precision(),
                    t.per_thousand(),
                    t.persons,
                    t.chance
                );
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
impl Tally {
    fn recall(&self) -> f64 {
        self.found as f64 / self.expected.max(1) as f64
    }
    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.spurious).max(1) as f64
    }
    fn per_thousand(&self) -> f64 {
        self.spurious as f64 * 1000.0 / self.words.max(1) as f64
    }
    pub(crate) fn add(&mut self, other: &Self) {
        self.words += other.words;
        self.expected += other.expected;
        self.found += other.found;
        self.right += other.right;
        self.spurious += other.spurious;
        self.persons += other.persons;
        self.chance += other.chance;
    }
}

/// Screens all documents, first with `shipped` and then at other thresholds of
/// the score; `show` prints what is missed and what is spurious at the first.
#[must_use]
pub fn judge(index: &Index, rows: &[Row], documents: &[Document], shipped: Options, show: bool) -> Judged {
    let names: HashMap<&str, Vec<String>> = rows
        .iter()
        .map(|row| (row.id.as_str(), row.names.iter().map(|n| sorted_words(n)).collect()))
        .collect();
    let mut tallies = Vec::new();
    let mut rest: BTreeMap<String, Tally> = BTreeMap::new();
    for score_min in [shipped.score_min, 0.78, 0.86, 0.90] {
        let mut languages: BTreeMap<String, Tally> = BTreeMap::new();
        let options = Options { score_min, ..shipped };
        let mut scratch = Scratch::default();
        for (at, document) in documents.iter().enumerate() {
            let hits = index.screen_with(&document.text, &options, &mut scratch);
            let show = show && tallies.is_empty();
            let tally = judge_one(document, &hits, &names, show);
            if tallies.is_empty() && at % 2 == 1 {
                rest.entry(document.lang.clone()).or_default().add(&tally);
            }
            languages.entry(document.lang.clone()).or_default().add(&tally);
        }
        tallies.push((score_min, languages));
    }
    Judged { tallies, rest }
}

/// Tells a document's right hits from the others. A hit on another entry that
/// bears the same name, or on a span that is not judged, counts as neither.
fn judge_one(document: &Document, hits: &[Hit], names: &HashMap<&str, Vec<String>>, show: bool) -> Tally {
    let mut tally = Tally { words: count_words(&document.text), ..Tally::default() };
    let bytes: Vec<usize> =
        document.text.char_indices().map(|(at, _)| at).chain([document.text.len()]).collect();
    let at = |char: usize| bytes.get(char).copied().unwrap_or(document.text.len());
    let touches = |hit: &Hit, start: usize, end: usize| hit.span.start < at(end) && at(start) < hit.span.end;
    for expected in document.expected.iter().filter(|expected| expected.full) {
        tally.expected += 1;
        let found = hits.iter().any(|hit| {
            hit.full && hit.id == expected.entity && expected.spans.iter().any(|s| touches(hit, s.0, s.1))
        });
        tally.found += usize::from(found);
        if show && !found {
            println!(
                "MISS {} {} {:?} {:?}",
                document.id,
                expected.entity,
                expected.spans.first().map_or("", |span| span.2.as_str()),
                names.get(expected.entity.as_str())
            );
        }
    }
    let mut seen: HashSet<&str> = HashSet::new();
    for hit in hits.iter().filter(|hit| hit.full) {
        let right = document
            .expected
            .iter()
            .any(|e| e.entity == hit.id && e.spans.iter().any(|s| touches(hit, s.0, s.1)));
        if right {
            if show {
                println!(
                    "RIGHT {} {} {:?} {:?} {:.2} {:.0} {:?}",
                    document.lang, hit.id, hit.quoted, hit.name, hit.score, hit.bits, hit.why
                );
            }
            tally.right += usize::from(seen.insert(&hit.id));
            continue;
        }
        let ignored = document.ignore.iter().any(|span| touches(hit, span.0, span.1));
        let own = names.get(hit.id.as_str());
        let homonym = document.expected.iter().any(|e| {
            e.spans.iter().any(|s| touches(hit, s.0, s.1))
                && (same(own, names.get(e.entity.as_str()))
                    || hit.name.split(' ').count() > 0 && near(own, names.get(e.entity.as_str())))
        });
        if ignored || homonym || !seen.insert(&hit.id) {
            continue;
        }
        tally.spurious += 1;
        tally.persons += usize::from(hit.kind == NameKind::Person);
        tally.chance += usize::from(!spells(hit));
        if show {
            println!(
                "SPUR {} {} {:?} {:?} {:.2} {:.0} {:?}",
                document.lang, hit.id, hit.quoted, hit.name, hit.score, hit.bits, hit.why
            );
        }
    }
    tally
}

/// Tells whether the text spells the whole name: such a hit is a namesake, or a
/// mention that the documents do not label.
fn spells(hit: &Hit) -> bool {
    hit.why.iter().all(|reason| match reason {
        Reason::Word { likeness, .. } => *likeness >= 0.93,
        Reason::Missing { .. } | Reason::Extra { .. } | Reason::OtherGiven { .. } => false,
        _ => true,
    })
}

/// The same name in two entries: by letters, or by sound.
fn same(a: Option<&Vec<String>>, b: Option<&Vec<String>>) -> bool {
    a.into_iter().flatten().any(|x| b.into_iter().flatten().any(|y| x == y))
}

fn near(a: Option<&Vec<String>>, b: Option<&Vec<String>>) -> bool {
    a.into_iter().flatten().any(|x| b.into_iter().flatten().any(|y| aldis_names::compare(x, y).score >= 0.8))
}

fn sorted_words(name: &str) -> String {
    let mut words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    words.sort();
    words.join(" ")
}
