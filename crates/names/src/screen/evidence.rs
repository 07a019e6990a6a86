//! Prices a word of the register: how much of ordinary text could be taken for it.
//!
//! The background is a list of the commonest words of each script, as sounds,
//! with the share of running text that each makes up. The share of all words
//! that are like a given one, plus what the tail of rare words is worth, is the
//! chance that one word of a text matches; its negative logarithm is the
//! evidence of a match in bits.
//!
//! Source: `models/background.bin`, made from wordfreq 3.1.1 (CC BY-SA 4.0) by
//! `names_background`; see `models/README.md`.

use std::sync::OnceLock;

use super::sounds::{edits, length};
use super::types::Script;
use crate::align;
use crate::sound::Sounds;

/// The model, unpacked at its first use; empty if it were broken.
fn model() -> &'static [u8] {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/background.z"));
        miniz_oxide::inflate::decompress_to_vec(packed).unwrap_or_default()
    })
}

/// The words of one script.
#[derive(Debug, Default)]
struct Words {
    bytes: &'static [u8],
    /// Skeleton and where its words begin, ascending.
    groups: Vec<(u64, u32)>,
    /// Share of text that rare words like a name make up, by length of skeleton.
    tail: [f32; TAILS],
}

const TAILS: usize = 9;

/// How many bits a match of this word is worth in a text of `script`, where a
/// match is at least as alike as `least`. `cased` says that the word began with
/// a capital in a text where most words do not.
pub(super) fn bits(word: &Sounds, script: Script, least: f32, cased: bool) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a price needs no more")]
    let share = share(word, script, least, cased) as f32;
    (-share.max(1e-12).log2()).min(BITS_MAX)
}

const BITS_MAX: f32 = 30.0;

/// The share of the words of running text that match.
pub(super) fn share(word: &Sounds, script: Script, least: f32, cased: bool) -> f64 {
    let words = words(script);
    let skeleton = word.skeleton();
    let len = length(skeleton) as usize;
    // Few of the rare words that are like a name are its very letters.
    let rare = if least >= SAME { 0.15 } else { 1.0 };
    let mut sum = rare * f64::from(words.tail.get(len.min(TAILS - 1)).copied().unwrap_or(0.0));
    let mut add = |key: u64| {
        words.each(key, &mut |other| {
            let heavy = align::weight(word).max(align::weight(&other.sounds)).max(1);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a weight")]
            let limit = (f32::from(heavy) * (1.0 - least)) as u16;
            if align::cost(word, &other.sounds, limit.min(align::slip(word, &other.sounds))).is_some() {
                let capital = if cased && !other.named { CAPITAL_SHARE } else { 1.0 };
                sum += capital * f64::from(-f32::from(other.price) / STEPS).exp2();
            }
        });
    };
    let (skeletons, count) = word.skeletons();
    skeletons.iter().take(count).for_each(|key| add(*key));
    if len >= 4 && least < 0.9 {
        edits(skeleton, &mut add);
    }
    sum
}

/// The likeness of words that have the same letters, or nearly.
const SAME: f32 = 0.96;

/// What a word of a text says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    /// How surprising the word itself is, in bits: no match of it says more.
    pub(super) bits: f32,
    /// How many bits speak against it being a name: it is an ordinary word,
    /// more often than a name that sounds the same.
    pub(super) ordinary: f32,
    /// Whether it is known as an ordinary word more than as a name.
    pub(super) plain: bool,
}

/// Looks a word of a text up in the background.
pub(super) fn own(word: &Sounds, script: Script, cased: bool) -> Own {
    let (mut plain, mut named) = (0.0_f32, 0.0_f32);
    words(script).each(word.skeleton(), &mut |other| {
        if other.sounds.codes() == word.codes() {
            let share = (-f32::from(other.price) / STEPS).exp2();
            if other.named { named += share } else { plain += share }
        }
    });
    let is_plain = plain > named;
    let cased = cased || !is_plain;
    let ordinary = if is_plain { ((plain.log2() - ORDINARY_FROM) * 0.7).clamp(0.0, 8.0) } else { 0.0 };
    let share = named + plain * if cased { 0.06 } else { 1.0 };
    Own { bits: (-share.max(1e-12).log2()).min(BITS_MAX), ordinary, plain: is_plain }
}

/// The logarithm of the share from which a word counts as ordinary.
const ORDINARY_FROM: f32 = -22.0;

/// How often a word that is no name begins with a capital.
const CAPITAL_SHARE: f64 = 0.06;
/// Steps of a stored logarithm in one bit.
const STEPS: f32 = 4.0;

impl Words {
    fn each(&self, key: u64, found: &mut dyn FnMut(&Word)) {
        let Ok(at) = self.groups.binary_search_by_key(&key, |group| group.0) else { return };
        let start = self.groups.get(at).map_or(0, |group| group.1 as usize);
        let end = self.groups.get(at + 1).map_or(self.bytes.len(), |group| group.1 as usize);
        let mut rest = self.bytes.get(start..end).unwrap_or(&[]);
        while let Some((word, next)) = record(rest) {
            found(&word);
            rest = next;
        }
    }
}

/// A word of ordinary text.
struct Word {
    sounds: Sounds,
    /// The negative logarithm of its share, in steps.
    price: u8,
    /// Whether it is a name.
    named: bool,
}

/// A record: length (5 bits) and writing (3); price (7) and whether it is a name (1); codes.
fn record(bytes: &[u8]) -> Option<(Word, &[u8])> {
    let [shape, price, rest @ ..] = bytes else { return None };
    let (codes, rest) = rest.split_at_checked(usize::from(shape & 31))?;
    let sounds = Sounds::from_block(codes, *shape);
    Some((Word { sounds, price: price & 0x7f, named: price & 0x80 != 0 }, rest))
}

fn words(script: Script) -> &'static Words {
    static ALL: OnceLock<[Words; 5]> = OnceLock::new();
    let [latin, cyrillic, arabic, hebrew, other] = ALL.get_or_init(load);
    match script {
        Script::Latin => latin,
        Script::Cyrillic => cyrillic,
        Script::Arabic => arabic,
        Script::Hebrew => hebrew,
        Script::Han | Script::Other => other,
    }
}

/// For each script its length (4), the worth of the tail (9 times 4), then records.
fn load() -> [Words; 5] {
    let mut rest = model().get(8..).unwrap_or(&[]);
    std::array::from_fn(|_| {
        let mut words = Words::default();
        let Some((head, body)) = rest.split_at_checked(4 + TAILS * 4) else { return words };
        let mut numbers = head.as_chunks::<4>().0.iter();
        let len = numbers.next().map_or(0, |n| u32::from_le_bytes(*n) as usize);
        words.tail.iter_mut().zip(numbers).for_each(|(to, from)| *to = f32::from_le_bytes(*from));
        let Some((body, after)) = body.split_at_checked(len) else { return words };
        rest = after;
        words.bytes = body;
        let mut at = body;
        while let Some((word, next)) = record(at) {
            let key = word.sounds.skeleton();
            if words.groups.last().is_none_or(|group| group.0 != key) {
                words.groups.push((key, u32::try_from(body.len() - at.len()).unwrap_or(u32::MAX)));
            }
            at = next;
        }
        words
    })
}

/// The script of a word of a text.
pub(super) fn script(word: &str) -> Script {
    let first = word.chars().find(|c| c.is_alphanumeric()).map_or(0, u32::from);
    match first {
        0..=0x24f | 0x1e00..=0x1eff => Script::Latin,
        0x400..=0x52f => Script::Cyrillic,
        0x590..=0x5ff => Script::Hebrew,
        0x600..=0x77f | 0x8a0..=0x8ff | 0xfb50..=0xfdff | 0xfe70..=0xfeff => Script::Arabic,
        0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x2ffff | 0x3040..=0x30ff | 0xac00..=0xd7a3 => {
            Script::Han
        }
        _ => Script::Other,
    }
}
