//! Learns which spellings are of one name although they sound unlike.
//!
//! Each Latin spelling is the centre of a class. A native spelling joins the
//! classes of those it stands for often enough, and a second Latin spelling joins
//! where the two share native ones; only if the sounds alone would not tell.

use std::collections::{BTreeMap, BTreeSet};

use aldis_names::align::{self, Costs, TABLE_BYTES, TABLES, table_of};
use aldis_names::equal::{CLASSES_MAX, slot_of, tag_of};
use aldis_names::sound::{self, Sounds, Writing};

use super::tokens::Pair;

/// Words nearer than this, in percent, need no dictionary.
const ALIKE: u64 = 14;

/// What training gives.
pub struct Learned {
    /// The model file.
    pub model: Vec<u8>,
    /// How many classes, and words in them.
    pub log: String,
}

/// Learns the dictionary from pairs of spellings and pairs of Latin ones.
#[must_use]
pub fn learn(pairs: &[Pair], pivots: &[Pair], costs: &[u8]) -> Learned {
    let costs: Vec<Costs> = (0..TABLES).map(|table| Costs::read(costs, table * TABLE_BYTES)).collect();
    let far = |a: &Sounds, b: &Sounds| Far::new(&costs, a, b);
    let mut by_latin: BTreeMap<(&str, Writing), u64> = BTreeMap::new();
    let mut by_native: BTreeMap<&str, u64> = BTreeMap::new();
    let mut often: BTreeMap<&str, u64> = BTreeMap::new();
    for pair in pairs {
        let count = u64::from(pair.count);
        *by_latin.entry((&pair.latin, sound::of(&pair.other).writing())).or_default() += count;
        *by_native.entry(&pair.other).or_default() += count;
        *often.entry(&pair.latin).or_default() += count;
    }
    let mut members: BTreeMap<&str, BTreeSet<(u64, &str)>> = BTreeMap::new();
    for pair in pairs {
        let (count, native) = (u64::from(pair.count), sound::of(&pair.other));
        let of_latin = by_latin.get(&(&*pair.latin, native.writing())).copied().unwrap_or(1);
        let of_native = by_native.get(&*pair.other).copied().unwrap_or(1);
        let loose = native.writing() != Writing::Alphabet;
        let fair = if count >= 2 {
            count * 8 >= of_latin && count * 8 >= of_native
        } else {
            loose && count * 2 >= of_latin && count * 2 >= of_native
        };
        let length = sound::of(&pair.latin).len().min(native.len());
        let far = far(&sound::of(&pair.latin), &native);
        if fair && length >= 2 && !far.is_alike() && far.is_plausible(count) {
            members.entry(&pair.latin).or_default().insert((count, &pair.other));
        }
    }
    for pair in pivots {
        let (x, y) = (pair.latin.as_str(), pair.other.as_str());
        let (centre, other) = if often.get(x) >= often.get(y) { (x, y) } else { (y, x) };
        let share = often.get(other).copied().unwrap_or(1);
        let far = far(&sound::of(x), &sound::of(y));
        let count = u64::from(pair.count);
        if count >= 3 && count * 4 >= share && !far.is_alike() && far.is_plausible(count) {
            members.entry(centre).or_default().insert((u64::from(pair.count), other));
        }
    }
    write(&members)
}

/// How far two words are from each other, in percent of the heavier one.
struct Far(u64);

impl Far {
    fn new(costs: &[Costs], a: &Sounds, b: &Sounds) -> Self {
        let heavy = u64::from(align::weight(a).max(align::weight(b)).max(1));
        let cost = costs
            .get(table_of(a.writing(), b.writing()))
            .and_then(|table| align::cost_by(table, a, b, u16::MAX));
        Self(u64::from(cost.unwrap_or(u16::MAX)) * 100 / heavy)
    }

    /// The sounds alone would tell.
    fn is_alike(&self) -> bool {
        self.0 < ALIKE
    }

    /// Seen once, a pair that has little in common is a slip of the alignment of
    /// two names and no spelling.
    fn is_plausible(&self, count: u64) -> bool {
        self.0 <= if count >= 5 { 100 } else { 60 }
    }
}

/// Bytes of one place: three of a tag, three of a class.
const PLACE: usize = 6;

fn write(members: &BTreeMap<&str, BTreeSet<(u64, &str)>>) -> Learned {
    let mut words: BTreeMap<u64, Vec<(u64, u32)>> = BTreeMap::new();
    for ((centre, others), class) in members.iter().zip(1_u32..) {
        words.entry(sound::read(centre).letters).or_default().push((u64::MAX, class));
        for (count, other) in others {
            words.entry(sound::read(other).letters).or_default().push((*count, class));
        }
    }
    let mut entries: Vec<(u64, u32)> = Vec::new();
    for (letters, classes) in &mut words {
        classes.sort_by(|a, b| b.cmp(a));
        classes.truncate(CLASSES_MAX);
        entries.extend(classes.iter().map(|(_, class)| (*letters, *class)));
    }
    let places = entries.len() * 4 / 3 + 16;
    let mut model = vec![0_u8; places * PLACE];
    for (letters, class) in &entries {
        let mut at = slot_of(*letters, places);
        while model.get(at * PLACE..at * PLACE + PLACE).is_some_and(|place| place.iter().any(|b| *b != 0)) {
            at = (at + 1) % places;
        }
        let (tag, class) = (tag_of(*letters).to_le_bytes(), class.to_le_bytes());
        for (slot, byte) in
            model.iter_mut().skip(at * PLACE).zip(tag.iter().take(3).chain(class.iter().take(3)))
        {
            *slot = *byte;
        }
    }
    let log = format!("{} classes, {} words, {} places", members.len(), words.len(), places);
    Learned { model, log }
}
