//! Screens one block of text against one store.

use std::cell::Cell;

use hashbrown::HashMap;

use super::discriminate;
use super::evidence;
use super::join::{Candidate, Marks, candidates};
use super::memo::{Memo, is_common};
use super::name::Role;
use super::quiet::{Known, Quiets, Seen};
use super::region::{Casing, Item, NO_ENTRY, items, stretches};
use super::store::{NameRef, Store};
use super::text::{CAPITAL, CASELESS, OPENS, SHOUTS, Word};
use super::types::{Hit, Options, Partial, Reason, Script};
use super::verify::{Page, Reading};
use crate::NameKind;
use crate::Span;

/// What is remembered for one store.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) memo: Memo,
    marks: Marks,
    items: Vec<Item>,
    candidates: Vec<Candidate>,
    /// For each word of the block its number in the memo.
    entries: Vec<u32>,
    quiets: Quiets,
    /// The price of a word: word, script, likeness, casing.
    prices: HashMap<(u32, Script, u8, bool), f32>,
    /// What the very words of a text are worth, by script and casing.
    owns: HashMap<(Script, bool), HashMap<Box<str>, evidence::Own>>,
}

impl Layer {
    pub(super) fn clear(&mut self) {
        self.memo.clear();
        self.quiets.clear();
        self.prices.clear();
    }
}

/// One block of text.
#[derive(Clone, Copy)]
pub(super) struct Block<'t> {
    pub(super) text: &'t str,
    pub(super) words: &'t [Word],
    pub(super) casing: Casing,
}

/// A hit, with the words of the text that it covers.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) hit: Hit,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// The family names of entries that were named in full: word, likeness wanted, entry, name.
pub(super) type Families = HashMap<u32, Vec<(u32, u32)>>;

/// Appends the hits of a block. `families` outlives the block: it holds whom the
/// text has named in full.
pub(super) fn screen<S: Store>(
    store: &S,
    block: Block<'_>,
    options: &Options,
    layer: &mut Layer,
    families: &mut Families,
    out: &mut Vec<Found>,
) {
    if layer.memo.make_room() {
        layer.quiets.clear();
    }
    layer.quiets.make_room((options.score_min.to_bits(), options.bits_min.to_bits()));
    if layer.prices.len() > PRICES_MAX {
        layer.prices.clear();
    }
    if layer.owns.values().any(|owns| owns.len() >= OWNS_MAX) {
        layer.owns.clear();
    }
    let from = out.len();
    let mut ranges = Vec::new();
    stretches(block.text, block.words, block.casing, &mut |start, end| ranges.push((start, end)));
    layer.entries.clear();
    layer.entries.resize(block.words.len(), NO_ENTRY);
    for range in ranges {
        let (start, end) = range;
        let own = layer.entries.get_mut(start..end).unwrap_or_default();
        let mut found = std::mem::take(&mut layer.candidates);
        found.clear();
        let known = match layer.quiets.find(block, start, end, own) {
            Seen::Nothing => false,
            Seen::Worth(candidates) => {
                found.extend_from_slice(candidates);
                true
            }
            Seen::Hits(hits, byte, word) => {
                for told in hits {
                    let name = store.name(told.name).filter(|name| !store.is_removed(name.entry()));
                    if let Some(name) = name.filter(|_| out.len() - from < HITS_MAX * 4) {
                        remember(families, name, told.name);
                        out.push(told.found(byte, word));
                    }
                }
                layer.candidates = found;
                continue;
            }
        };
        let mut stretch = std::mem::take(&mut layer.items);
        items(block.text, block.words, start..end, block.casing, store, &mut layer.memo, &mut stretch);
        if !known {
            candidates(store, &mut layer.memo, &stretch, &mut layer.marks, &mut found);
            for item in stretch.iter().filter(|item| item.first == item.last) {
                layer.entries.get_mut(item.first).into_iter().for_each(|entry| *entry = item.entry);
            }
        }
        let (mut worth, mut names, mut open, mut whole) = (Vec::new(), Vec::new(), false, true);
        let before = out.len();
        for candidate in &found {
            whole = out.len() - from < HITS_MAX * 4;
            if !whole {
                break;
            }
            let had = out.len();
            let became = read(store, block, &stretch, range, candidate, options, layer, families, out);
            names.extend((out.len() > had).then_some(candidate.name));
            open |= became == Known::Open;
            if became != Known::Quiet {
                worth.push(*candidate);
            }
        }
        if whole && !(known && open) {
            let own = layer.entries.get(start..end).unwrap_or_default();
            let hits = (!open).then(|| names.into_iter().zip(out.iter().skip(before)));
            layer.quiets.add(block, range, own, &worth, hits);
        }
        (layer.items, layer.candidates) = (stretch, found);
    }
    if options.partial != Partial::Never {
        let mut covered = vec![false; block.words.len()];
        for found in out.iter().skip(from) {
            let words = found.first..=found.last;
            covered.get_mut(words).into_iter().flatten().for_each(|covered| *covered = true);
        }
        alone(store, block, options, layer, families, &covered, out);
    }
}

const PRICES_MAX: usize = 1 << 16;
const OWNS_MAX: usize = 1 << 13;
/// Hits of one block.
pub(super) const HITS_MAX: usize = 10_000;

/// Reads a candidate, and tells on what depends what became of it.
#[expect(clippy::too_many_arguments, reason = "the body of the loop above")]
fn read<S: Store>(
    store: &S,
    block: Block<'_>,
    stretch: &[Item],
    range: (usize, usize),
    candidate: &Candidate,
    options: &Options,
    layer: &mut Layer,
    families: &mut Families,
    out: &mut Vec<Found>,
) -> Known {
    let Some(name) = store.name(candidate.name).filter(|name| !store.is_removed(name.entry())) else {
        return Known::Quiet;
    };
    let far = Cell::new(false);
    let page = Page {
        text: block.text,
        words: block.words,
        items: stretch,
        casing: block.casing,
        store,
        range,
        far: &far,
    };
    let signs = name.parts().any(|(_, role)| role == Role::Sign);
    // Evidence is worth 0.05 at most, and facts 0.13.
    let least = options.score_min - if store.facts(name.entry()).is_empty() { 0.05 } else { 0.18 };
    let mut known = Known::Beside;
    let reading = if candidate.lone {
        page.lone(&layer.memo, name, candidate.item, candidate.word)
    } else if name.kind() == NameKind::Person && !signs {
        known = Known::Quiet;
        page.person(&layer.memo, name, candidate.item, least)
    } else {
        page.phrase(&mut layer.memo, name, candidate.item, candidate.word)
    };
    let Some(reading) = reading.filter(|reading| reading.score >= least) else {
        return if far.get() { Known::Open } else { known };
    };
    let doubt = reading.doubt;
    let found = finish(store, block, name, reading, true, layer);
    let options = options.among(store.size(), evidence::script(&found.hit.quoted));
    let sure = doubt <= 0.0 || found.hit.bits >= options.bits_min + doubt;
    if sure
        && enough(found.hit.score, found.hit.bits, candidate.lone && !name.allowed(), &options)
        && (signs || candidate.lone || is_pair(&found.hit))
    {
        remember(families, name, candidate.name);
        out.push(found);
        known = Known::Beside;
    }
    // What is known of an entry may speak for it, or against it, in another place.
    if far.get() || !store.facts(name.entry()).is_empty() { Known::Open } else { known }
}

/// Asks the model of pairs about a person's name in a script without vowels,
/// where single words are alike too easily. Scripts whose names bend are not
/// asked: the model knows no cases.
fn is_pair(hit: &Hit) -> bool {
    if hit.kind != NameKind::Person || !abjad(evidence::script(&hit.quoted)) {
        return true;
    }
    let like = |quoted: &str| crate::compare(quoted, &hit.name).score >= crate::MATCH_SCORE;
    let bare = hit.quoted.strip_prefix(['و', 'ف', 'ب', 'ل', 'ك', 'ו', 'ב', 'ל', 'ה', 'מ', 'ש', 'כ']);
    like(&hit.quoted) || bare.is_some_and(like)
}

/// Notes the family names of a name that the text has in full.
fn remember(families: &mut Families, name: NameRef<'_>, number: u32) {
    for (word, _) in name.parts().filter(|(_, role)| *role == Role::Family) {
        let known = families.entry(word).or_default();
        if known.len() < 16 && !known.contains(&(name.entry(), number)) {
            known.push((name.entry(), number));
        }
    }
}

/// Tells whether a hit is good enough: a bit of evidence more or less than
/// asked for is worth a hundredth of the score.
pub(super) fn enough(score: f32, bits: f32, lone: bool, options: &Options) -> bool {
    if lone && bits < options.bits_min + LONE_BITS {
        return false;
    }
    score + (bits - options.bits_min).min(BITS_BONUS) * 0.01 >= options.score_min
        && score >= options.score_min - SCORE_SLACK
        && bits >= options.bits_min - BITS_SLACK
}

impl Options {
    /// Asks for more evidence among more names: each of them is a chance to be met
    /// by accident, so twice as many need a bit more for as few false alarms. Not
    /// so in a script without vowels, where a name seldom has bits to spare.
    pub(super) fn among(mut self, names: usize, script: Script) -> Self {
        if !abjad(script) {
            #[expect(clippy::cast_precision_loss, reason = "a register has at most 16 million names")]
            let times = names as f32 / NAMES_USUAL;
            self.bits_min += times.log2().max(0.0);
        }
        self
    }
}

/// The size of a register for which the thresholds are meant: up to 2^17 names.
const NAMES_USUAL: f32 = 131_072.0;
/// More evidence than this above what is asked for makes up for no worse a score.
const BITS_BONUS: f32 = 5.0;
/// One word alone must be so much more surprising than two.
const LONE_BITS: f32 = 1.0;
/// How far below the asked for evidence may lie if the score makes up for it, and the other way round.
const BITS_SLACK: f32 = 12.0;
const SCORE_SLACK: f32 = 0.08;

/// Prices a reading and makes it a hit.
fn finish<S: Store>(
    store: &S,
    block: Block<'_>,
    name: NameRef<'_>,
    reading: Reading,
    full: bool,
    layer: &mut Layer,
) -> Found {
    let start = block.words.get(reading.first).map_or(0, |word| word.start as usize);
    let end = block.words.get(reading.last).map_or(start, |word| word.end as usize);
    let quoted = block.text.get(start..end).unwrap_or("").to_owned();
    let script = evidence::script(&quoted);
    let cased = block.casing == Casing::Usual
        && block.words.get(reading.first).is_some_and(|word| !word.has(CASELESS));
    // A company's name has a capital wherever it stands; so has its price.
    let cased = cased && reading.seen.len() > 1;
    let mut bits = 0.0_f32;
    let texts = reading.why.iter().filter_map(|reason| match reason {
        Reason::Word { text, .. } => Some(text.as_str()),
        _ => None,
    });
    for ((word, likeness), text) in reading.seen.iter().zip(texts) {
        let owns = layer.owns.entry((script, cased)).or_default();
        let own = match owns.get(text) {
            Some(own) => *own,
            None => {
                let own = evidence::own(&crate::sound::of(text).kept(), script, cased);
                if owns.len() < OWNS_MAX && text.len() <= 96 {
                    owns.insert(text.into(), own);
                }
                own
            }
        };
        // Where there are no capitals, a word that is no ordinary one stands out as if it had one.
        let stands_out = cased || (reading.seen.len() > 1 && abjad(script) && !own.plain);
        // Prices are kept for steps of likeness.
        let step = likeness / 10 * 10;
        let price = *layer.prices.entry((*word, script, step, stands_out)).or_insert_with(|| {
            let sounds = crate::sound::of(store.word(*word)).kept();
            evidence::bits(&sounds, script, f32::from(step) / 255.0, stands_out)
        });
        bits += price.min(own.bits) - if cased { 0.0 } else { own.ordinary };
    }
    if reading.seen.len() > 1 {
        bits -= TOGETHER_BITS;
    } else if full && block.words.get(reading.first).is_some_and(|word| word.has(SHOUTS)) {
        // One word in 128 is an acronym, and any letters may be one.
        bits = bits.min(7.0 + 4.7 * count(quoted.chars().count()));
    }
    let effect =
        discriminate::weigh(store.facts(name.entry()), block.text, block.words, reading.first, reading.last);
    let mut why = reading.why;
    why.extend(effect.why);
    let words: Vec<&str> = name.parts().map(|(word, _)| store.word(word)).collect();
    let signs = name.parts().any(|(_, role)| role == Role::Sign);
    let hit = Hit {
        id: store.id(name.entry()).to_owned(),
        kind: name.kind(),
        span: Span { start, end },
        quoted,
        name: words.join(if signs { "" } else { " " }),
        score: (reading.score + effect.score).clamp(0.0, 1.0),
        bits: (bits + effect.bits).max(0.0),
        full,
        why,
    };
    Found { hit, first: reading.first, last: reading.last }
}

/// Scripts that leave out vowels and have no capitals.
pub(super) fn abjad(script: Script) -> bool {
    matches!(script, Script::Arabic | Script::Hebrew)
}

fn count(n: usize) -> f32 {
    f32::from(u16::try_from(n).unwrap_or(u16::MAX))
}

/// Given and family names come together more often than chance, and within a
/// window: so much less is a pair of them worth.
pub(super) const TOGETHER_BITS: f32 = 6.0;

/// Appends family names that stand alone.
fn alone<S: Store>(
    store: &S,
    block: Block<'_>,
    options: &Options,
    layer: &mut Layer,
    families: &Families,
    covered: &[bool],
    out: &mut Vec<Found>,
) {
    if families.is_empty() && options.partial == Partial::WithFull {
        return;
    }
    let review = options.partial == Partial::Review;
    families.keys().for_each(|word| layer.marks.set(*word));
    for (at, word) in block.words.iter().enumerate() {
        let named = word.has(CAPITAL | CASELESS) || block.casing != Casing::Usual;
        if !named || covered.get(at).is_some_and(|covered| *covered) {
            continue;
        }
        let letters = word.of(block.text);
        let strict = block.casing != Casing::Usual || word.has(CASELESS);
        if letters.chars().nth(2).is_none() || letters.len() > 96 {
            continue;
        }
        let known = layer.entries.get(at).copied().filter(|entry| *entry != NO_ENTRY);
        let entry = known.unwrap_or_else(|| layer.memo.entry(store, letters, strict));
        let least = if strict { 240 } else { 205 };
        let alike = layer.memo.matches(entry).iter().filter(|found| found.likeness >= least);
        let matches: Vec<super::memo::Match> =
            alike.filter(|found| review || layer.marks.has(found.word)).copied().collect();
        if matches.is_empty() || is_common(letters) {
            continue;
        }
        for found in matches {
            let known = families.get(&found.word).map_or(&[][..], Vec::as_slice);
            for (_, name) in known {
                single(store, block, *name, at, found, Reason::Resolved, 0.7, layer, out);
            }
            if known.is_empty() && options.partial == Partial::Review {
                let lead = |posting: &super::store::Posting| super::store::named(posting);
                let names: Vec<u32> = store.postings(found.word).iter().take(64).map(lead).collect();
                let weight = if word.has(OPENS) && found.likeness < 255 { 0.66 } else { 0.74 };
                for name in names {
                    single(store, block, name, at, found, Reason::Alone, weight, layer, out);
                }
            }
        }
    }
    layer.marks.clear();
}

#[expect(clippy::too_many_arguments, reason = "the body of the loop above")]
fn single<S: Store>(
    store: &S,
    block: Block<'_>,
    name: u32,
    at: usize,
    found: super::memo::Match,
    rule: Reason,
    weight: f32,
    layer: &mut Layer,
    out: &mut Vec<Found>,
) {
    let Some(name) = store.name(name).filter(|name| !store.is_removed(name.entry())) else { return };
    let is_family = name.parts().any(|(word, role)| word == found.word && role == Role::Family);
    let several = name.parts().filter(|(_, role)| role.telling()).count() > 1;
    if !is_family || !several || name.kind() != NameKind::Person {
        return;
    }
    let letters = block.words.get(at).map_or("", |word| word.of(block.text));
    let likeness = f32::from(found.likeness) / 255.0;
    let mut why =
        vec![Reason::Word { text: letters.to_owned(), name: store.word(found.word).to_owned(), likeness }];
    let mut score = weight * likeness;
    match before(block, at) {
        Some(other) if rule == Reason::Resolved => {
            // Somebody else of the same family name, as a relative would be.
            let _ = other;
            return;
        }
        Some(text) => {
            score -= 0.25;
            why.push(Reason::OtherGiven { text });
        }
        None => why.push(rule),
    }
    let reading =
        Reading { first: at, last: at, score, doubt: 0.0, seen: vec![(found.word, found.likeness)], why };
    out.push(finish(store, block, name, reading, false, layer));
}

/// Another given name directly before a family name.
fn before(block: Block<'_>, at: usize) -> Option<String> {
    let word = block.words.get(at)?;
    let before = block.words.get(at.checked_sub(1)?)?;
    let letters = before.of(block.text);
    let given = !word.has(super::text::BREAKS | super::text::COMMA)
        && before.has(CAPITAL | CASELESS)
        && !is_common(letters)
        && !crate::words::is_title(letters)
        && (super::name::is_given(letters) || (before.has(CAPITAL) && !before.has(OPENS)));
    given.then(|| letters.to_owned())
}
