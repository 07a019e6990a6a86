//! What screening remembers of words: to which words of the register each may
//! belong. Its size is bounded; full, it is emptied between two texts.

use super::sounds::{
    Stored, class_key, edits, length, load, signature, stored_codes, stored_len, stored_shared, stored_word,
    stored_writing,
};
use super::store::{PHRASE, Store, second};
use crate::fold::fold;
use crate::sound::{Sounds, Writing, forms};
use crate::{align, equal, words};

/// A word of the register that a word of a text may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) word: u32,
    /// Likeness in 1/255.
    pub(super) likeness: u8,
}

/// What is known of a word of a text.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    letters: (u32, u32),
    matches: (u32, u32),
    lone: bool,
}

/// Words seen, and pairs of them that lead to no name.
#[derive(Debug, Default)]
pub(super) struct Memo {
    table: Vec<u32>,
    entries: Vec<Entry>,
    letters: Vec<u8>,
    matches: Vec<Match>,
    /// Pairs of entries, plus one; an open hash table.
    pairs: Vec<u64>,
    pairs_count: usize,
    near: Vec<(u32, u8)>,
}

const ENTRIES_MAX: usize = 1 << 17;
const MATCHES_MAX: usize = 1 << 20;
const LETTERS_MAX: usize = 1 << 22;
const PAIRS_MAX: usize = 1 << 18;
const PROBES_MAX: usize = 64;
/// Words of the register kept for one word of a text, the most alike first.
const NEAR_MAX: usize = 192;
/// Forms of the register gone through for one word of a text, however many are alike.
const LOOKED_MAX: usize = 1 << 15;

impl Memo {
    /// Empties what has grown too large, and tells whether numbers of entries are void then.
    pub(super) fn make_room(&mut self) -> bool {
        let full = self.entries.len() >= ENTRIES_MAX / 2
            || self.matches.len() >= MATCHES_MAX
            || self.letters.len() >= LETTERS_MAX;
        if full {
            self.clear();
        }
        if self.pairs_count >= PAIRS_MAX / 2 {
            self.pairs.iter_mut().for_each(|pair| *pair = 0);
            self.pairs_count = 0;
        }
        full
    }

    pub(super) fn clear(&mut self) {
        self.table.iter_mut().for_each(|slot| *slot = 0);
        self.pairs.iter_mut().for_each(|pair| *pair = 0);
        self.pairs_count = 0;
        self.entries.clear();
        self.letters.clear();
        self.matches.clear();
    }

    /// Gives the number of a word, looked up in the store if it is new.
    pub(super) fn entry<S: Store>(&mut self, store: &S, word: &str, strict: bool) -> u32 {
        if self.table.is_empty() {
            self.table = vec![0; ENTRIES_MAX * 2];
            self.pairs = vec![0; PAIRS_MAX * 2];
        }
        let mask = self.table.len() - 1;
        let mut at = usize::try_from(hash(word.as_bytes(), strict) >> 16).unwrap_or(0) & mask;
        let mut free = None;
        // Words made to meet in the table are looked up anew instead of making it slow.
        for _ in 0..PROBES_MAX {
            match self.table.get(at).copied().unwrap_or(0) {
                0 => {
                    free = Some(at);
                    break;
                }
                taken if self.is(taken - 1, word, strict) => return taken - 1,
                _ => at = (at + 1) & mask,
            }
        }
        let new = narrow(self.entries.len());
        if let Some(slot) =
            free.filter(|_| self.entries.len() < ENTRIES_MAX).and_then(|at| self.table.get_mut(at))
        {
            *slot = new + 1;
        }
        let letters = self.letters.len();
        self.letters.push(u8::from(strict));
        self.letters.extend(word.as_bytes());
        let first = self.matches.len();
        let lone = self.look_up(store, word, strict);
        self.entries.push(Entry {
            letters: (narrow(letters), narrow(self.letters.len())),
            matches: (narrow(first), narrow(self.matches.len())),
            lone,
        });
        new
    }

    fn is(&self, entry: u32, word: &str, strict: bool) -> bool {
        let Some(entry) = self.entries.get(entry as usize) else { return false };
        let kept = self.letters.get(entry.letters.0 as usize..entry.letters.1 as usize).unwrap_or(&[]);
        kept.split_first().is_some_and(|(first, rest)| *first == u8::from(strict) && rest == word.as_bytes())
    }

    /// The words of the register it may stand for, in ascending order.
    pub(super) fn matches(&self, entry: u32) -> &[Match] {
        let range = self.entries.get(entry as usize).map_or((0, 0), |entry| entry.matches);
        self.matches.get(range.0 as usize..range.1 as usize).unwrap_or(&[])
    }

    /// How alike it is to a word of the register, if at all.
    pub(super) fn likeness(&self, entry: u32, word: u32) -> Option<u8> {
        let matches = self.matches(entry);
        let at = matches.binary_search_by_key(&word, |found| found.word).ok()?;
        matches.get(at).map(|found| found.likeness)
    }

    /// Whether one of its words is the only telling word of a name.
    pub(super) fn is_lone(&self, entry: u32) -> bool {
        self.entries.get(entry as usize).is_some_and(|entry| entry.lone)
    }

    /// Tells whether the pair is known to lead to nothing.
    pub(super) fn is_barren(&self, first: u32, second: u32) -> bool {
        let key = pair(first, second);
        let mask = self.pairs.len().wrapping_sub(1);
        let mut at = spread(key) & mask;
        for _ in 0..PROBES_MAX {
            match self.pairs.get(at).copied() {
                Some(found) if found == key => return true,
                Some(0) | None => return false,
                Some(_) => at = (at + 1) & mask,
            }
        }
        false
    }

    pub(super) fn set_barren(&mut self, first: u32, second: u32) {
        if self.pairs_count >= PAIRS_MAX || self.is_barren(first, second) {
            return;
        }
        let key = pair(first, second);
        let mask = self.pairs.len().wrapping_sub(1);
        let mut at = spread(key) & mask;
        for _ in 0..PROBES_MAX {
            match self.pairs.get_mut(at) {
                Some(free) if *free == 0 => {
                    *free = key;
                    self.pairs_count += 1;
                    return;
                }
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Appends the matches of a word and tells whether one stands alone for a name.
    fn look_up<S: Store>(&mut self, store: &S, word: &str, strict: bool) -> bool {
        self.near.clear();
        let signs = word.chars().next().is_some_and(super::name::is_sign);
        let forms = forms(word);
        let mut looked = 0;
        let glided = crate::sound::glided(word);
        for (n, form) in forms.as_slice().iter().chain(&glided).enumerate() {
            // Only equal letters are worth 1.0, and a guessed form a little less.
            let penalty = if n == 0 { 3 } else { 6 };
            let least = if strict { LIKENESS_MIN_STRICT } else { LIKENESS_MIN };
            near(store, &form.kept(), n, penalty, least, &mut self.near, &mut looked);
        }
        let near = &mut self.near;
        let mut mean = |word: &str| {
            for class in equal::classes(word).as_slice() {
                let worth = if *class >= equal::TRAINED_FROM { EQUAL_TRAINED } else { EQUAL };
                near.extend(store.forms(class_key(*class)).iter().map(|s| (stored_word(s), worth)));
            }
        };
        mean(word);
        let abroad = words::abroad(word);
        abroad.into_iter().for_each(&mut mean);
        if word.chars().any(crate::fold::is_cyrillic) {
            let forms = crate::score::nominatives(word);
            forms.iter().filter(|form| words::is_given(form)).for_each(|form| mean(form));
        }
        if let Some(sounds) = abroad.map(crate::sound::of) {
            let same = store.forms(sounds.skeleton()).iter().filter(|s| load(s) == sounds.kept());
            near.extend(same.map(|s| (stored_word(s), EQUAL_TRAINED)));
        }
        for (word_of_register, likeness) in &mut self.near {
            if *likeness >= 250 && same_letters(store.word(*word_of_register), word) {
                *likeness = 255;
            }
        }
        if signs {
            // A syllable of Mandarin has a hundred signs: only the sign itself counts.
            self.near.retain(|(_, likeness)| *likeness == 255);
        }
        self.near.sort_unstable_by_key(|(word, likeness)| (*word, u8::MAX - likeness));
        self.near.dedup_by_key(|(word, _)| *word);
        if self.near.len() > NEAR_MAX {
            self.near.sort_unstable_by_key(|(word, likeness)| (u8::MAX - likeness, *word));
            self.near.truncate(NEAR_MAX);
            self.near.sort_unstable();
        }
        self.matches
            .extend(self.near.iter().map(|(word, likeness)| Match { word: *word, likeness: *likeness }));
        self.near.iter().any(|(word, likeness)| {
            *likeness >= PHRASE_MIN && store.postings(*word).last().is_some_and(|p| second(p) >= PHRASE)
        })
    }
}

/// Below this two words are not one.
const LIKENESS_MIN: f32 = 0.74;
/// The same where nothing tells names from other words.
const LIKENESS_MIN_STRICT: f32 = 0.80;
/// How alike two words of one meaning are.
pub(super) const EQUAL: u8 = 232;
/// The same where a dictionary has the two as one name.
pub(super) const EQUAL_TRAINED: u8 = 240;
/// How alike the only telling word of a name must be.
pub(super) const LONE_MIN: u8 = 245;

/// How alike a word of a name must be that is read in order.
pub(super) const PHRASE_MIN: u8 = 214;

/// Collects the words of the register that are like a form.
fn near<S: Store>(
    store: &S,
    form: &Sounds,
    rank: usize,
    penalty: u8,
    least: f32,
    found: &mut Vec<(u32, u8)>,
    looked: &mut usize,
) {
    let weight = align::weight(form);
    let abjad = form.writing() != Writing::Alphabet;
    let limit = share(weight, 1.0 - least);
    let same = Look {
        unlike: if abjad { 12 } else { 6 },
        longer: if abjad { 12 } else { 3 },
        limit: if abjad { limit.max(LIMIT_ABJAD) } else { limit },
    };
    let edited = Look { unlike: if abjad { 5 } else { 3 }, longer: if abjad { 6 } else { 2 }, limit };
    // All lists are found before the first is gone through, so that the memory
    // is asked for many at once.
    let mut lists: Vec<(&[Stored], Look)> = Vec::with_capacity(128);
    let (skeletons, count) = form.skeletons();
    lists.extend(skeletons.iter().take(count).map(|skeleton| (store.forms(*skeleton), same)));
    let skeleton = form.skeleton();
    if length(skeleton) >= EDITS_FROM && rank < EDITED_FORMS && !form.is_number() {
        edits(skeleton, &mut |key| {
            let list = store.forms(key);
            if !list.is_empty() {
                lists.push((list, edited));
            }
        });
    }
    let own = Own { form, weight, bits: signature(form), penalty, least };
    // Nearly all lists have words of one way of writing. To ask each for its
    // ends first keeps many questions to the memory under way.
    let ends = |(list, look): &(&[Stored], Look)| {
        let (first, last) = (list.first().map(stored_writing), list.last().map(stored_writing));
        (*look, first.filter(|_| first == last))
    };
    let looks: Vec<(Look, Option<Writing>)> = lists.iter().map(ends).collect();
    let mut many: Vec<(Writing, align::Many)> = Vec::new();
    for ((list, _), (look, writing)) in lists.iter().zip(looks) {
        let list = list.get(..list.len().min(LOOKED_MAX.saturating_sub(*looked))).unwrap_or(&[]);
        *looked += list.len();
        match writing {
            Some(writing) => own.alike(list, writing, look, &mut many, found),
            None => {
                // Those of one way stand together, so few words need to be asked.
                let mut rest = list;
                while let Some(writing) = rest.first().map(stored_writing) {
                    let end = rest.partition_point(|stored| stored_writing(stored) <= writing).max(1);
                    let (run, others) = rest.split_at_checked(end).unwrap_or((rest, &[]));
                    own.alike(run, writing, look, &mut many, found);
                    rest = others;
                }
            }
        }
    }
}

/// What is asked of the words in a list.
#[derive(Clone, Copy)]
struct Look {
    /// Consonants that only one of the two has, at most.
    unlike: u32,
    /// How much longer one of the two is, at most.
    longer: usize,
    /// What aligning the two costs, at most.
    limit: u16,
}

/// A form of a word of a text.
struct Own<'f> {
    form: &'f Sounds,
    weight: u16,
    bits: u32,
    penalty: u8,
    least: f32,
}

impl Own<'_> {
    /// Keeps the words of a list, all written in one way, that are alike.
    fn alike(
        &self,
        list: &[Stored],
        writing: Writing,
        look: Look,
        many: &mut Vec<(Writing, align::Many)>,
        found: &mut Vec<(u32, u8)>,
    ) {
        if !many.iter().any(|(of, _)| *of == writing) {
            let most = align::slip(self.form, self.form).min(look.limit.max(LIMIT_ABJAD));
            many.extend(align::Many::new(self.form, writing, most).map(|new| (writing, new)));
        }
        match many.iter_mut().find(|(of, _)| *of == writing) {
            Some((_, many)) => self.each(list, look, many, found),
            None => list.iter().for_each(|stored| {
                let cost = align::cost(self.form, &load(stored), look.limit);
                self.take(stored, cost, look, found);
            }),
        }
    }

    fn each(&self, run: &[Stored], look: Look, many: &mut align::Many, found: &mut Vec<(u32, u8)>) {
        let len = self.form.len();
        many.begin();
        let mut shared = usize::MAX;
        for stored in run {
            shared = shared.min(stored_shared(stored));
            if many.is_dead(shared) {
                continue;
            }
            let other = stored_len(stored);
            if other.abs_diff(len) > look.longer {
                continue;
            }
            let cost = many.cost(stored_codes(stored), other, shared);
            shared = usize::MAX;
            if cost.is_some() {
                self.take(stored, cost, look, found);
            }
        }
    }

    /// Keeps a word of the register if it is alike.
    fn take(&self, stored: &Stored, cost: Option<u16>, look: Look, found: &mut Vec<(u32, u8)>) {
        let other = load(stored);
        let limit = look.limit.min(align::slip(self.form, &other));
        let Some(cost) = cost.filter(|cost| *cost <= limit) else { return };
        if (signature(&other) ^ self.bits).count_ones() > look.unlike
            || other.len().abs_diff(self.form.len()) > look.longer
        {
            return;
        }
        let heavy = self.weight.max(align::weight(&other)).max(1);
        let likeness = 1.0 - f32::from(cost) / f32::from(heavy);
        if likeness >= self.least {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it lies from 0 to 1"
            )]
            found.push((stored_word(stored), ((likeness * 255.0) as u8).saturating_sub(self.penalty)));
        }
    }
}

/// Words whose vowels are not written may always differ so much.
const LIMIT_ABJAD: u16 = 40;

/// Skeletons shorter than this are looked up as they are: a slip in them would
/// lead to a good part of the register.
const EDITS_FROM: u32 = 4;
const EDITED_FORMS: usize = 2;

fn share(weight: u16, part: f32) -> u16 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of a weight is smaller"
    )]
    {
        (f32::from(weight) * part * 1.15) as u16
    }
}

fn same_letters(a: &str, b: &str) -> bool {
    a == b || fold(a) == fold(b)
}

/// What kind of word this is, asked where a hit may be.
pub(super) fn is_common(word: &str) -> bool {
    words::is_common(word)
}

fn pair(first: u32, second: u32) -> u64 {
    (u64::from(first) << 32 | u64::from(second)) + 1
}

fn spread(key: u64) -> usize {
    usize::try_from(key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24).unwrap_or(0)
}

fn hash(bytes: &[u8], strict: bool) -> u64 {
    const PRIME: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sum = bytes.len() as u64 ^ (u64::from(strict) << 32);
    let (chunks, rest) = bytes.as_chunks::<8>();
    for chunk in chunks {
        sum = (sum ^ u64::from_le_bytes(*chunk)).wrapping_mul(PRIME);
        sum ^= sum >> 29;
    }
    let mut tail = 0_u64;
    for byte in rest {
        tail = tail << 8 | u64::from(*byte);
    }
    sum = (sum ^ tail).wrapping_mul(PRIME);
    sum ^ sum >> 32
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
