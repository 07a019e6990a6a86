//! Cuts the words of a text into stretches in which a name may stand.

use super::memo::Memo;
use super::store::Store;
use super::text::{BREAKS, CAPITAL, CASELESS, DIGIT, SHOUTS, SIGN, SINGLE, TIED, Word};

/// How the text uses capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Casing {
    /// Names have capitals, most words have none.
    Usual,
    /// Nothing has capitals.
    Small,
    /// Most words are in capitals.
    Loud,
}

/// What a word may do in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Name,
    Initial,
    Particle,
    And,
}

/// A word, or two that may be one, in a stretch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    /// The first and last word of the text.
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) doing: Doing,
    /// Its number in the memo.
    pub(super) entry: u32,
    pub(super) caseless: bool,
}

/// The number in the memo of what is not looked up.
pub(super) const NO_ENTRY: u32 = u32::MAX;

pub(super) fn casing(words: &[Word]) -> Casing {
    let (mut cased, mut capitals, mut shouts) = (0_usize, 0_usize, 0_usize);
    for word in words.iter().filter(|word| !word.has(CASELESS | DIGIT | SINGLE)) {
        cased += 1;
        capitals += usize::from(word.has(CAPITAL));
        shouts += usize::from(word.has(SHOUTS));
    }
    if capitals * 100 < cased || capitals == 0 {
        Casing::Small
    } else if shouts * 10 > cased * 6 && cased > 3 {
        Casing::Loud
    } else {
        Casing::Usual
    }
}

/// Calls `found` with the range of words of each stretch.
pub(super) fn stretches(text: &str, words: &[Word], casing: Casing, found: &mut dyn FnMut(usize, usize)) {
    let mut from = None;
    for (at, word) in words.iter().enumerate() {
        let named = casing != Casing::Usual || word.has(CAPITAL | CASELESS | DIGIT);
        let joins = || joins(word.of(text));
        match from {
            Some(start) if word.has(BREAKS) => {
                found(start, at);
                from = named.then_some(at);
            }
            Some(start) if !named && !joins() => {
                found(start, at);
                from = None;
            }
            Some(_) => {}
            None => {
                from =
                    (named || (word.end - word.start <= 10 && next_named(words, at) && joins())).then_some(at)
            }
        }
    }
    if let Some(start) = from {
        found(start, words.len());
    }
}

fn next_named(words: &[Word], at: usize) -> bool {
    words.get(at + 1).is_some_and(|next| next.has(CAPITAL) && !next.has(BREAKS))
}

/// Fills `items` with the words of a stretch.
pub(super) fn items<S: Store>(
    text: &str,
    words: &[Word],
    range: std::ops::Range<usize>,
    casing: Casing,
    store: &S,
    memo: &mut Memo,
    items: &mut Vec<Item>,
) {
    items.clear();
    for at in range.clone() {
        let Some(word) = words.get(at) else { continue };
        let letters = word.of(text);
        let doing = if word.has(SIGN | DIGIT) {
            Doing::Name
        } else if is_and(letters) {
            Doing::And
        } else if word.has(SINGLE) {
            Doing::Initial
        } else if joins(letters) && !word.has(SHOUTS) {
            Doing::Particle
        } else {
            Doing::Name
        };
        let strict = casing != Casing::Usual || word.has(CASELESS);
        let entry = if doing == Doing::Name { memo.entry(store, head(letters), strict) } else { NO_ENTRY };
        items.push(Item { first: at, last: at, doing, entry, caseless: word.has(CASELESS) });
        let before = at.checked_sub(1).filter(|before| range.contains(before)).and_then(|b| words.get(b));
        if let Some(before) = before.filter(|_| matches!(doing, Doing::Name) && !word.has(SIGN | DIGIT)) {
            let prefix = before.of(text);
            if word.has(TIED) || is_prefix(prefix) {
                let joined = format!("{}{}", head(prefix), head(letters));
                let entry = memo.entry(store, &joined, strict);
                if !memo.matches(entry).is_empty() {
                    items.push(Item { first: at - 1, last: at, doing, entry, caseless: word.has(CASELESS) });
                }
            }
        }
    }
}

/// A word of absurd length is no name; its head is enough to compare.
fn head(letters: &str) -> &str {
    if letters.len() <= 96 {
        return letters;
    }
    let end = letters.char_indices().nth(40).map_or(letters.len(), |(end, _)| end);
    letters.get(..end).unwrap_or("")
}

/// Particles that are often written as one word with what follows.
fn is_prefix(word: &str) -> bool {
    matches!(
        word,
        "al" | "Al"
            | "AL"
            | "el"
            | "El"
            | "EL"
            | "ул"
            | "аль"
            | "Аль"
            | "эль"
            | "Эль"
            | "ал"
            | "Ал"
            | "Эл"
            | "эл"
            | "Abd"
            | "abd"
            | "Abu"
            | "abu"
            | "Абу"
            | "абу"
            | "Абд"
            | "Абдул"
            | "عبد"
            | "ابو"
            | "أبو"
            | "بو"
            | "بن"
            | "De"
            | "de"
            | "Di"
            | "La"
            | "Le"
            | "Van"
            | "Mc"
            | "Mac"
            | "Де"
            | "де"
            | "Ди"
            | "Ла"
            | "Ле"
            | "Ван"
            | "Мак"
    )
}

fn is_and(word: &str) -> bool {
    matches!(
        word,
        "and" | "и" | "та" | "й" | "і" | "i" | "oraz" | "a" | "in" | "ve" | "und" | "et" | "و" | "&"
    )
}

/// Small words that stand inside names without breaking them.
pub(super) fn joins(word: &str) -> bool {
    let bit = trait_of(word.as_bytes());
    word.len() <= 10
        && JOINING_BITS.get(bit / 64).is_some_and(|bits| bits >> (bit % 64) & 1 != 0)
        && JOINING.contains(&word)
}

const JOINING: [&str; 90] = [
    "and", "и", "та", "й", "і", "i", "oraz", "a", "in", "ve", "und", "et", "و", "&", "al", "el", "ul", "bin",
    "ibn", "ben", "bint", "abu", "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das",
    "du", "la", "le", "zu", "zur", "ter", "af", "av", "y", "e", "ad", "as", "ash", "at", "ar", "an", "os",
    "oglu", "ogly", "kyzy", "qizi", "the", "of", "for", "аль", "эль", "ал", "ел", "ель", "бин", "ибн", "бен",
    "ван", "фон", "дер", "де", "ди", "да", "дю", "ла", "ле", "оглы", "кызы", "уль", "ад", "ас", "аш", "ат",
    "ар", "бинт", "абу", "بن", "ابن", "بنت", "آل", "של", "בן",
];

/// A bit for each word of the list, so that nearly all others need no comparison.
#[expect(clippy::indexing_slicing, reason = "the compiler makes the table and checks the bounds")]
static JOINING_BITS: [u64; 16] = {
    let mut bits = [0; 16];
    let mut at = 0;
    while at < JOINING.len() {
        let bit = trait_of(JOINING[at].as_bytes());
        bits[bit / 64] |= 1 << (bit % 64);
        at += 1;
    }
    bits
};

/// A number below 1,024 of the length and three bytes of a word.
const fn trait_of(word: &[u8]) -> usize {
    let (first, second, last) = match word {
        [first, second, .., last] => (*first, *second, *last),
        [first, second] => (*first, *second, 0),
        [first] => (*first, 0, 0),
        [] => (0, 0, 0),
    };
    (first as usize * 3 + second as usize * 31 + last as usize * 179 + word.len() * 61) % 1024
}
