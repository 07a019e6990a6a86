//! Puts the register into the screening engine and keeps names out of what comes back.
//!
//! Rule: crate `names`. The engine's reasons spell out the registered name and the discriminators; a
//! hit is read by people who may know the cover name only, so each reason is put into words that hold
//! nothing but its kind.

use super::{Discriminators, Match};
use aldis_names::NameKind;
use aldis_names::screen::{self, Facts, Hit, Index, Options, Partial, Reason, Scratch, Script, Stream};
use std::collections::BTreeMap;

/// One entry of the register, opened.
pub(super) struct Entry {
    pub(super) subject: String,
    pub(super) kind: String,
    pub(super) names: Vec<String>,
    pub(super) known: Discriminators,
}

impl Entry {
    pub(super) fn new(subject: String, kind: String) -> Self {
        Self { subject, kind, names: Vec::new(), known: Discriminators::default() }
    }
}

/// Words by script, such as `latin` or `cyrillic`.
pub type Words = BTreeMap<String, u64>;

/// Expected false alarms in a million words, by the script of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Price(BTreeMap<String, f64>);

impl Price {
    /// Returns how many false alarms these words are expected to raise.
    #[expect(clippy::cast_precision_loss, reason = "a number of words, far below 2 to the 52")]
    pub fn alarms(&self, words: &Words) -> f64 {
        let of = |(script, count): (&String, &u64)| {
            self.0.get(script).map_or(0.0, |price| price * *count as f64 / 1_000_000.0)
        };
        words.iter().map(of).fold(0.0, |sum, alarms| sum + alarms)
    }

    /// Returns the same for so many words in that script of the names that raises most.
    #[expect(clippy::cast_precision_loss, reason = "a number of words, far below 2 to the 52")]
    pub fn alarms_in_own_script(&self, names: &[String], words: u64) -> f64 {
        let scripts = names.iter().flat_map(|name| self::words(name).into_keys());
        let most = scripts.filter_map(|script| self.0.get(&script)).copied().fold(0.0, f64::max);
        most * words as f64 / 1_000_000.0
    }
}

/// The register, searchable.
#[derive(Default)]
pub(super) struct Engine {
    index: Index,
    scratch: Scratch,
}

impl Engine {
    pub(super) fn of(entries: Vec<Entry>) -> Self {
        let mut index = Index::new();
        for entry in entries {
            // A name without a letter cannot be found, and nothing else is refused of what was sealed.
            let _ = index.add(&screen::Entry {
                id: entry.subject,
                kind: kind(&entry.kind),
                names: entry.names,
                allow: Vec::new(),
                facts: facts(&entry.known),
            });
        }
        Self { index, scratch: Scratch::default() }
    }

    pub(super) fn screen(&mut self, text: &str) -> Vec<Match> {
        let hits = self.index.screen_with(text, &OPTIONS, &mut self.scratch);
        hits.into_iter().map(without_name).collect()
    }
}

/// A copy of a part of the register, for texts that are no reports.
pub struct Screener(pub(super) Engine);

impl Screener {
    /// Finds who may be meant in a text.
    pub fn screen(&mut self, text: &str) -> Vec<Match> {
        self.0.screen(text)
    }

    /// Begins a text that comes in pieces.
    pub fn begin(&mut self) -> Reading<'_> {
        let Engine { index, scratch } = &mut self.0;
        Reading { stream: Stream::new(index, OPTIONS), scratch }
    }
}

/// A text that comes in pieces, in bounded memory.
pub struct Reading<'a> {
    stream: Stream<'a>,
    scratch: &'a mut Scratch,
}

impl Reading<'_> {
    /// Takes the next piece and gives the matches that are certain by now.
    pub fn feed(&mut self, piece: &[u8], found: &mut dyn FnMut(Match)) {
        self.stream.feed(piece, self.scratch, &mut |hit| found(without_name(hit)));
    }

    /// Ends the text and gives the rest.
    pub fn finish(self, found: &mut dyn FnMut(Match)) {
        self.stream.finish(self.scratch, &mut |hit| found(without_name(hit)));
    }
}

/// Prices names by themselves, in whatever register they will stand.
pub(super) fn price(kind_word: &str, names: &[String], _: &Discriminators) -> Price {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let price = Index::new().price(kind(kind_word), &names);
    let of = |alarm: screen::Alarm| (script(alarm.script).to_owned(), f64::from(alarm.per_million_words));
    Price(price.alarms.into_iter().map(of).collect())
}

/// Counts words by the script of their first letter.
pub(super) fn words(text: &str) -> Words {
    let mut words = Words::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if let Some(first) = word.chars().find(|c| c.is_alphabetic()) {
            *words.entry(script(script_of(first)).to_owned()).or_default() += 1;
        }
    }
    words
}

const fn script_of(letter: char) -> Script {
    match letter {
        '\u{0000}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}' | '\u{FF21}'..='\u{FF5A}' => Script::Latin,
        '\u{0400}'..='\u{052F}' | '\u{1C80}'..='\u{1C8F}' => Script::Cyrillic,
        '\u{0600}'..='\u{06FF}'
        | '\u{0750}'..='\u{077F}'
        | '\u{08A0}'..='\u{08FF}'
        | '\u{FB50}'..='\u{FEFC}' => Script::Arabic,
        '\u{0590}'..='\u{05FF}' | '\u{FB1D}'..='\u{FB4F}' => Script::Hebrew,
        '\u{1100}'..='\u{11FF}'
        | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7AF}' => Script::Han,
        _ => Script::Other,
    }
}

const fn script(script: Script) -> &'static str {
    match script {
        Script::Latin => "latin",
        Script::Cyrillic => "cyrillic",
        Script::Arabic => "arabic",
        Script::Hebrew => "hebrew",
        Script::Han => "han",
        Script::Other => "other",
    }
}

fn facts(known: &Discriminators) -> Facts {
    Facts {
        born: known.birth_year.into_iter().collect(),
        places: known.places.clone(),
        organisations: known.organisations.clone(),
        roles: known.roles.clone(),
    }
}

fn without_name(hit: Hit) -> Match {
    Match {
        why: reasons(&hit),
        subject: hit.id,
        start: hit.span.start,
        end: hit.span.end,
        quoted: hit.quoted,
        score: thousandths(hit.score),
        bits: thousandths(hit.bits),
        full: hit.full,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "scores lie between 0 and 1, bits below a thousand")]
fn thousandths(number: f32) -> i64 {
    (f64::from(number) * 1000.0).round() as i64
}

/// Says why in words that hold no name and no discriminator.
fn reasons(hit: &Hit) -> String {
    let mut words: Vec<String> = Vec::new();
    let has = |rule: fn(&Reason) -> bool| hit.why.iter().any(rule);
    let count = |rule: fn(&Reason) -> bool| hit.why.iter().filter(|why| rule(why)).count();
    if has(|why| matches!(why, Reason::Resolved)) {
        words.push("family name alone, named in full elsewhere in the text".to_owned());
    } else if !hit.full {
        words.push("family name alone".to_owned());
    } else {
        words.push(match count(|why| matches!(why, Reason::Missing { .. })) {
            0 => "all parts of the name".to_owned(),
            1 => "one part of the name missing".to_owned(),
            missing => format!("{missing} parts of the name missing"),
        });
    }
    words.push(closeness(hit).to_owned());
    if has(|why| matches!(why, Reason::Initial { .. })) {
        words.push("an initial for a name".to_owned());
    }
    if has(|why| matches!(why, Reason::Extra { .. })) {
        words.push("a word more than the name has".to_owned());
    }
    if has(|why| matches!(why, Reason::OtherGiven { .. })) {
        words.push("another given name".to_owned());
    }
    for why in &hit.why {
        let says = match why {
            Reason::Agrees { fact, .. } => format!("{} agrees", fact_words(fact)),
            Reason::Contradicts { fact, .. } => format!("{} differs", fact_words(fact)),
            _ => continue,
        };
        if !words.contains(&says) {
            words.push(says);
        }
    }
    words.join(", ")
}

/// Says how near the least alike word is; that it is spelled as registered would tell the name.
fn closeness(hit: &Hit) -> &'static str {
    let likeness =
        |why: &Reason| if let Reason::Word { likeness, .. } = why { Some(*likeness) } else { None };
    match hit.why.iter().filter_map(likeness).fold(1.0, f32::min) {
        least if least >= 0.95 => "the same by sound",
        least if least >= 0.85 => "alike in another spelling or script",
        _ => "similar",
    }
}

fn fact_words(fact: &str) -> &'static str {
    match fact {
        "born" => "birth year",
        "place" => "place",
        "organisation" => "organisation",
        "role" => "role",
        _ => "something known",
    }
}

fn kind(word: &str) -> NameKind {
    match word {
        "person" => NameKind::Person,
        "place" => NameKind::Place,
        _ => NameKind::Group,
    }
}

/// The desk's register is small and a person decides each hit: a family name alone is shown too.
const OPTIONS: Options = Options { score_min: 0.6, bits_min: 0.0, partial: Partial::Review };
