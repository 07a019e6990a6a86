//! Words as an index holds them: stored forms, and skeletons one edit apart.

use crate::sound::{STORED_MAX, Sounds, Writing};

/// A form as it is stored: codes (17), length and writing (1), how many codes it
/// shares with the one before it in its list (1), word (3).
pub(super) type Stored = [u8; STORED];
pub(super) const STORED: usize = STORED_MAX + 5;

pub(super) fn store(form: &Sounds, word: u32) -> Stored {
    let (codes, shape) = form.to_block();
    let [a, b, c, _] = word.to_le_bytes();
    let mut out = [0; STORED];
    out.iter_mut().zip(codes.into_iter().chain([shape, 0, a, b, c])).for_each(|(to, from)| *to = from);
    out
}

/// The order of a list: forms that are written in one way stand together, and
/// among them those that begin alike.
pub(super) fn order(stored: &Stored) -> (Writing, &[u8; STORED_MAX], u8, u32) {
    (stored_writing(stored), stored_codes(stored), stored[STORED_MAX], stored_word(stored))
}

/// Notes in each form of a list but the first what it shares with the one before.
pub(super) fn link(list: &mut [Stored]) {
    let mut before: Option<Stored> = None;
    for stored in list {
        if let Some(before) = before.replace(*stored) {
            let alike = stored_codes(&before).iter().zip(stored_codes(stored)).take_while(|(a, b)| a == b);
            let shared = if stored_writing(&before) == stored_writing(stored) { alike.count() } else { 0 };
            stored[STORED_MAX + 1] = u8::try_from(shared).unwrap_or(0);
        }
    }
}

pub(super) fn load(stored: &Stored) -> Sounds {
    Sounds::from_block(stored.get(..STORED_MAX).unwrap_or(&[]), stored[STORED_MAX])
}

pub(super) fn stored_word(stored: &Stored) -> u32 {
    let [.., a, b, c] = *stored;
    u32::from_le_bytes([a, b, c, 0])
}

pub(super) fn stored_shared(stored: &Stored) -> usize {
    usize::from(stored[STORED_MAX + 1])
}

pub(super) fn stored_len(stored: &Stored) -> usize {
    usize::from(stored[STORED_MAX] & 31).min(STORED_MAX)
}

pub(super) fn stored_writing(stored: &Stored) -> Writing {
    Writing::from_code(stored[STORED_MAX] >> 5)
}

/// The codes, padded with zeros.
pub(super) fn stored_codes(stored: &Stored) -> &[u8; STORED_MAX] {
    stored.first_chunk().unwrap_or(&[0; STORED_MAX])
}

/// One bit for each consonant that occurs, so that forms with too many unlike
/// consonants are passed over without alignment.
pub(super) fn signature(form: &Sounds) -> u32 {
    let consonants = form.codes().iter().filter(|code| crate::sound::codes::class(**code) != 0);
    consonants.fold(0, |bits, code| bits | 1 << (code % 24))
}

/// Names with this class of meaning are found under a key no skeleton has.
pub(super) fn class_key(class: crate::equal::Class) -> u64 {
    !u64::from(class)
}

/// The keys under which a word of the register is stored.
pub(super) fn keys(word: &str, form: &Sounds) -> Vec<u64> {
    let (skeletons, count) = form.skeletons();
    let classes = crate::equal::classes(word);
    let classes = classes.as_slice().iter().map(|class| class_key(*class));
    skeletons.into_iter().take(count).chain(classes).collect()
}

/// Calls `found` with every skeleton that differs from this one in one class.
pub(super) fn edits(skeleton: u64, found: &mut dyn FnMut(u64)) {
    let len = length(skeleton);
    for place in 0..len {
        let below = skeleton & low(place);
        let above = skeleton >> (4 * place) >> 4;
        let here = skeleton >> (4 * place) & 15;
        let (before, after) = (last(below, place), above & 15);
        if before == 0 || before != after {
            found(below | above << (4 * place));
        } else {
            // Two equal classes meet and count once.
            found(below | above >> 4 << (4 * place));
        }
        for class in CLASSES.filter(|class| *class != here && *class != before && *class != after) {
            found(below | class << (4 * place) | above << (4 * place) << 4);
        }
    }
    if len >= 15 {
        return;
    }
    for place in 0..=len {
        let below = skeleton & low(place);
        let above = skeleton >> (4 * place);
        let (before, after) = (last(below, place), above & 15);
        for class in CLASSES.filter(|class| *class != before && *class != after) {
            found(below | class << (4 * place) | above << (4 * place) << 4);
        }
    }
}

/// How many classes a skeleton has.
pub(super) fn length(skeleton: u64) -> u32 {
    (64 - skeleton.leading_zeros()).div_ceil(4)
}

fn low(places: u32) -> u64 {
    if places >= 16 { u64::MAX } else { (1 << (4 * places)) - 1 }
}

fn last(below: u64, place: u32) -> u64 {
    if place == 0 { 0 } else { below >> (4 * (place - 1)) & 15 }
}

/// The classes of consonants; digits are never a slip.
const CLASSES: std::ops::RangeInclusive<u64> = 1..=9;
