//! Which part of one name faces which part of the other.

use crate::align;
use crate::name::{Name, PARTS_MAX, Part, Role, patronymic_end};
use crate::sound::codes::is_vowel;
use crate::sound::{LEN_MAX, Sounds, Writing};

/// By which rule two parts face each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// The same letters.
    #[default]
    Same,
    /// Spellings of one name in the dictionary.
    Equal,
    /// The sounds are near.
    Sound,
    /// One is the initial of the other.
    Initial,
    /// Words of bodies that mean the same.
    Meaning,
    /// Several parts on one side are one word on the other.
    Joined,
    /// The initials of several parts are one word on the other side.
    Acronym,
}

/// Parts that face each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pairing {
    /// The first part on the left and how many follow it.
    pub left: (u8, u8),
    /// The first part on the right and how many follow it.
    pub right: (u8, u8),
    /// How alike, from 0 to 255.
    pub quality: u8,
    /// By which rule.
    pub rule: Rule,
    /// What the alignment cost, in 1/64; 0 for rules that align nothing.
    pub cost: u16,
}

/// All pairings of two names, and which parts they leave over, as bits.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pairings {
    all: [Pairing; PARTS_MAX],
    len: usize,
    pub(crate) left_over: u32,
    pub(crate) right_over: u32,
}

impl Pairings {
    pub(crate) fn as_slice(&self) -> &[Pairing] {
        self.all.get(..self.len).unwrap_or(&[])
    }

    fn push(&mut self, pairing: Pairing) {
        let Some(slot) = self.all.get_mut(self.len) else { return };
        *slot = pairing;
        self.len += 1;
        self.left_over &= !mask(pairing.left);
        self.right_over &= !mask(pairing.right);
    }
}

/// Pairs the parts of two names.
pub(crate) fn assign(left: &Name, right: &Name) -> Pairings {
    let (left, right) = (left.parts(), right.parts());
    let full = |parts: &[Part]| (1_u32 << parts.len()) - 1;
    let mut out = Pairings { left_over: full(left), right_over: full(right), ..Pairings::default() };
    singles(left, right, &mut out);
    if out.left_over != 0 || out.right_over != 0 {
        joined(left, right, &mut out, false);
        joined(right, left, &mut out, true);
        acronyms(left, right, &mut out, false);
        acronyms(right, left, &mut out, true);
    }
    out
}

fn mask((first, more): (u8, u8)) -> u32 {
    ((1_u32 << (more + 1)) - 1) << first
}

fn singles(left: &[Part], right: &[Part], out: &mut Pairings) {
    let mut found = [0_u64; FACES_MAX];
    let mut count = 0;
    for (x, i) in left.iter().zip(0_u8..) {
        for (y, j) in right.iter().zip(0_u8..) {
            let Some((quality, rule, cost)) = face(x, y) else { continue };
            // Of equally alike ones the telling ones, then those in the same place.
            let near = 255 - i.abs_diff(j) * 8 - i.min(j);
            let bytes = [quality, x.bits.min(y.bits), near, i << 4 | j, rule as u8, 0];
            let rank = bytes.iter().fold(0_u64, |rank, byte| rank << 8 | u64::from(*byte));
            if let Some(slot) = found.get_mut(count) {
                *slot = rank << 16 | u64::from(cost);
                count += 1;
            }
        }
    }
    let found = found.get_mut(..count).unwrap_or(&mut []);
    found.sort_unstable_by(|a, b| b.cmp(a));
    for rank in found {
        let [quality, _, _, places, rule, _, high, low] = rank.to_be_bytes();
        let pairing = Pairing {
            left: (places >> 4, 0),
            right: (places & 15, 0),
            quality,
            rule: RULES.get(usize::from(rule)).copied().unwrap_or_default(),
            cost: u16::from_be_bytes([high, low]),
        };
        if out.left_over & mask(pairing.left) != 0 && out.right_over & mask(pairing.right) != 0 {
            out.push(pairing);
        }
    }
}

/// How many pairs of parts are weighed against each other.
const FACES_MAX: usize = 96;

const RULES: [Rule; 5] = [Rule::Same, Rule::Equal, Rule::Sound, Rule::Initial, Rule::Meaning];

/// The least quality of a pairing by sound.
pub(crate) const QUALITY_MIN: u8 = 135;

/// Weighs two parts; nothing if they cannot face each other.
pub(crate) fn face(x: &Part, y: &Part) -> Option<(u8, Rule, u16)> {
    if x.letters == y.letters {
        return Some((255, Rule::Same, 0));
    }
    if x.role == Role::Number
        || y.role == Role::Number
        || (x.role == Role::Particle) != (y.role == Role::Particle)
    {
        return None;
    }
    if x.role == Role::Initial || y.role == Role::Initial {
        return initial(x, y).then_some((140, Rule::Initial, 0));
    }
    if x.role == Role::Body && y.role == Role::Body {
        let shared = x.meanings.iter().any(|m| *m != 0 && y.meanings.contains(m));
        if shared {
            return Some((220, Rule::Meaning, 0));
        }
    }
    if x.classes.meets(&y.classes) {
        return Some((240, Rule::Equal, 0));
    }
    if x.role == Role::Patronymic && y.role == Role::Patronymic {
        return patronymic(x, y);
    }
    if x.writing == Writing::Han && y.writing == Writing::Han {
        // Signs of one reading may be one sign in two forms; others are others.
        return (x.sounds.codes() == y.sounds.codes()).then_some((190, Rule::Sound, 0));
    }
    // Words with so many unlike consonants would cost too much in any case.
    let unlike = (x.consonants ^ y.consonants).count_ones() as usize;
    if unlike > 2 + x.sounds.len().min(y.sounds.len()) / 4 {
        return None;
    }
    let (quality, cost) = sound(&x.sounds, &y.sounds, x.heft, y.heft)?;
    Some((quality, Rule::Sound, cost))
}

/// Two patronymics share their ending, so only what is before it tells.
fn patronymic(x: &Part, y: &Part) -> Option<(u8, Rule, u16)> {
    let stem = |part: &Part| part.sounds.cut(patronymic_end(part.sounds.codes()).unwrap_or(0));
    let (x, y) = (stem(x), stem(y));
    let (quality, cost) = sound(&x, &y, align::weight(&x).max(1), align::weight(&y).max(1))?;
    Some((quality, Rule::Sound, cost))
}

fn sound(x: &Sounds, y: &Sounds, x_heft: u16, y_heft: u16) -> Option<(u8, u16)> {
    let heavy = x_heft.max(y_heft);
    let (short, long) = (x.len().min(y.len()), x.len().max(y.len()));
    // Vowels that one script leaves out make a word longer, and nothing else may.
    if x.writing() == y.writing() && long > short + 1 + short / 3 {
        return None;
    }
    let cost = match align::cost(x, y, heavy / 2) {
        Some(cost) if cost <= SWAPPED => cost,
        other if are_swapped(x.codes(), y.codes()) => other.map_or(SWAPPED, |cost| cost.min(SWAPPED)),
        other => other?,
    };
    let quality = 250_u32.saturating_sub(u32::from(cost) * 250 / u32::from(heavy));
    let quality = u8::try_from(quality).unwrap_or(0);
    (quality >= QUALITY_MIN).then_some((quality, cost))
}

/// What two neighbours in each other's place cost, in 1/64: a slip of typing.
const SWAPPED: u16 = 40;

/// Tells whether two words differ by two neighbours in each other's place.
fn are_swapped(x: &[u8], y: &[u8]) -> bool {
    if x.len() != y.len() || x.len() < 4 {
        return false;
    }
    let Some(at) = x.iter().zip(y).position(|(a, b)| a != b) else { return false };
    match (x.get(at..), y.get(at..)) {
        (Some([a, b, rest @ ..]), Some([c, d, other @ ..])) => a == d && b == c && rest == other,
        _ => false,
    }
}

fn initial(x: &Part, y: &Part) -> bool {
    if !matches!(x.role, Role::Initial | Role::Name | Role::Patronymic)
        || !matches!(y.role, Role::Initial | Role::Name | Role::Patronymic)
    {
        return false;
    }
    begin_alike(&x.sounds, &y.sounds)
}

fn begin_alike(x: &Sounds, y: &Sounds) -> bool {
    let (Some(&a), Some(&b)) = (x.codes().first(), y.codes().first()) else { return false };
    a == b
        || align::swap(x.writing(), y.writing(), a, b) <= 14
        // A glide before the vowel: Е. for Yevgeny.
        || y.codes().get(1).is_some_and(|next| *next == a && is_vowel(a) && b == crate::sound::codes::J)
        || x.codes().get(1).is_some_and(|next| *next == b && is_vowel(b) && a == crate::sound::codes::J)
}

/// Finds runs of parts left over on the one side that are one part on the other.
fn joined(many: &[Part], one: &[Part], out: &mut Pairings, turned: bool) {
    let (many_over, one_over) =
        if turned { (out.right_over, out.left_over) } else { (out.left_over, out.right_over) };
    if many_over.count_ones() < 2 || one_over == 0 {
        return;
    }
    let mut best: Option<Pairing> = None;
    for (single, j) in one.iter().zip(0_u8..) {
        if one_over & 1 << j == 0
            || single.sounds.len() < 4
            || matches!(single.role, Role::Number | Role::Initial)
        {
            continue;
        }
        for (i, more) in (0_u8..).take(many.len()).flat_map(|i| [1_u8, 2, 3].map(|more| (i, more))) {
            let run = mask((i, more));
            if many_over & run != run {
                continue;
            }
            let Some(parts) = many.get(usize::from(i)..=usize::from(i + more)) else { continue };
            let Some(whole) = concatenated(parts) else { continue };
            // Signs are compared as signs, never by how they would be read.
            if whole.writing() == Writing::Han && single.writing == Writing::Han {
                continue;
            }
            if whole.len().abs_diff(single.sounds.len()) > 4 {
                continue;
            }
            let Some((quality, cost)) = sound(&whole, &single.sounds, align::weight(&whole), single.heft)
            else {
                continue;
            };
            if quality >= 170 && best.is_none_or(|b| quality > b.quality) {
                let (left, right) = if turned { ((j, 0), (i, more)) } else { ((i, more), (j, 0)) };
                best = Some(Pairing {
                    left,
                    right,
                    quality: quality.saturating_sub(4),
                    rule: Rule::Joined,
                    cost,
                });
            }
        }
    }
    if let Some(pairing) = best {
        out.push(pairing);
        joined(many, one, out, turned);
    }
}

/// Writes several parts as one, or nothing if that is too long.
fn concatenated(parts: &[Part]) -> Option<Sounds> {
    let length: usize = parts.iter().map(|p| p.sounds.len()).sum();
    (length <= LEN_MAX).then(|| {
        let mut whole = Sounds::default();
        for part in parts {
            whole.append(&part.sounds.written(part.writing));
        }
        whole
    })
}

/// Finds a short word in capitals whose letters begin the parts of the other
/// side, at least three of them.
fn acronyms(many: &[Part], one: &[Part], out: &mut Pairings, turned: bool) {
    for (single, j) in one.iter().zip(0_u8..) {
        let one_over = if turned { out.left_over } else { out.right_over };
        let letters = single.sounds.codes();
        let caseless = matches!(single.sounds.writing(), Writing::Han | Writing::Syllables);
        if one_over & 1 << j == 0 || !single.short || caseless || !(3..=6).contains(&letters.len()) {
            continue;
        }
        let more = u8::try_from(letters.len() - 1).unwrap_or(0);
        for i in (0_u8..).take(many.len()) {
            let Some(parts) = many.get(usize::from(i)..=usize::from(i + more)) else { break };
            let begins = |(part, letter): (&Part, &u8)| {
                part.sounds.codes().first().is_some_and(|first| {
                    first == letter
                        || align::swap(part.sounds.writing(), single.sounds.writing(), *first, *letter) <= 10
                })
            };
            let many_over = if turned { out.right_over } else { out.left_over };
            let run = mask((i, more));
            if many_over & run == run && parts.iter().zip(letters).all(begins) {
                let (left, right) = if turned { ((j, 0), (i, more)) } else { ((i, more), (j, 0)) };
                out.push(Pairing { left, right, quality: 200, rule: Rule::Acronym, cost: 0 });
                break;
            }
        }
    }
}
