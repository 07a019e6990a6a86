//! What is counted of two names, as numbers from 0 to 255.

use super::assign::{Pairing, Rule, assign};
use crate::name::{Name, Part, Role};
use crate::sound::Writing;

/// How many features there are.
pub const FEATURES: usize = 30;

/// What each feature is, for logs.
pub const NAMES: [&str; FEATURES] = [
    "bits that agree",
    "share that agrees, lesser side",
    "share that agrees, greater side",
    "bits in conflict",
    "bits beyond",
    "worst quality",
    "quality of the rarest part",
    "mean quality",
    "quality of the last part",
    "parts, lesser side",
    "parts, greater side",
    "patronymics",
    "numbers",
    "initials that agree",
    "writing",
    "body",
    "body words in conflict",
    "joined",
    "out of order",
    "equal by dictionary",
    "same letters",
    "rarest part left over",
    "nearest of the left over",
    "second worst quality",
    "words of bodies that agree",
    "acronym",
    "bits of the worst pair",
    "names left over on both sides",
    "dearest alignment",
    "initials",
];

/// Reckons the features of two names; the order of the two makes no difference.
#[must_use]
pub fn features(a: &Name, b: &Name) -> [u8; FEATURES] {
    let (a, b) = ordered(a, b);
    let pairings = assign(a, b);
    let (left, right) = (side(a.parts(), pairings.left_over), side(b.parts(), pairings.right_over));
    let mut sums = Sums::default();
    for pairing in pairings.as_slice() {
        sums.add(pairing, a.parts(), b.parts());
    }
    // An initial does not clear the word it stands for of being in conflict with
    // a word that is left over on the other side.
    let (left_open, right_open) = (left.over + sums.left_by_initial, right.over + sums.right_by_initial);
    let share = |side: &Side| ratio(side.agreed, side.agreed + side.over);
    let (low, high) = (share(&left).min(share(&right)), share(&left).max(share(&right)));
    let conflict = left_open.min(right_open);
    let beyond = left_open.max(right_open) - conflict;
    let patronymics = match (left.patronymic, right.patronymic) {
        _ if sums.patronymic => 3,
        (true, true) => 0,
        (true, false) | (false, true) => 1,
        (false, false) => 2,
    };
    let numbers = match (left.number_over, right.number_over) {
        (true, true) => 0,
        (true, false) | (false, true) => 1,
        (false, false) => 2 + u8::from(sums.number),
    };
    let writings = (writing(a.parts()), writing(b.parts()));
    let table = if writings.0 == writings.1 { 0 } else { writings.0.max(writings.1) as u8 + 1 };
    let legal = u8::from(a.legal) + u8::from(b.legal);
    let body = legal * 3 + u8::from(left.body) + u8::from(right.body);
    let rarest_over = left.rarest_over.max(right.rarest_over);
    let count = |side: &Side| byte(side.names);
    [
        byte(sums.bits / 4),
        low,
        high,
        byte(conflict / 2),
        byte(beyond / 2),
        if sums.pairs == 0 { 0 } else { sums.worst },
        sums.rarest_quality,
        ratio(sums.weighted, sums.bits * 255),
        sums.last_quality,
        count(&left).min(count(&right)),
        count(&left).max(count(&right)),
        patronymics,
        numbers,
        byte(sums.initials),
        table,
        body,
        byte(left.body_over.min(right.body_over)),
        byte(sums.joined),
        byte(order(pairings.as_slice())),
        byte(sums.equal),
        byte(sums.same),
        rarest_over,
        nearest(a.parts(), b.parts(), pairings.left_over, pairings.right_over),
        sums.second,
        byte(sums.meanings),
        byte(sums.acronyms),
        sums.worst_bits,
        byte((left.names_over + sums.left_initials).min(right.names_over + sums.right_initials)),
        byte(u32::from(sums.dearest)),
        u8::try_from(a.parts().iter().chain(b.parts()).filter(|p| p.role == Role::Initial).count())
            .unwrap_or(0),
    ]
}

/// Puts two names in an order of their own, so that the score is symmetric.
pub(super) fn ordered<'n>(a: &'n Name, b: &'n Name) -> (&'n Name, &'n Name) {
    let key = |name: &Name| (name.parts().len(), name.letters);
    if key(a) <= key(b) { (a, b) } else { (b, a) }
}

#[derive(Default)]
struct Side {
    agreed: u32,
    over: u32,
    names: u32,
    names_over: u32,
    body_over: u32,
    rarest_over: u8,
    patronymic: bool,
    number_over: bool,
    body: bool,
}

fn side(parts: &[Part], over: u32) -> Side {
    let mut side = Side::default();
    for (part, at) in parts.iter().zip(0_u32..) {
        let is_over = over & 1 << at != 0;
        let bits = u32::from(part.bits);
        side.names += u32::from(names(part));
        side.patronymic |= part.role == Role::Patronymic;
        side.body |= part.role == Role::Body;
        if !is_over {
            side.agreed += bits;
            continue;
        }
        side.over += bits;
        side.number_over |= part.role == Role::Number;
        side.body_over += u32::from(part.role == Role::Body);
        if names(part) {
            side.names_over += 1;
            side.rarest_over = side.rarest_over.max(part.bits);
        }
    }
    side
}

fn names(part: &Part) -> bool {
    matches!(part.role, Role::Name | Role::Patronymic | Role::Initial)
}

#[derive(Default)]
struct Sums {
    pairs: u32,
    bits: u32,
    weighted: u32,
    worst: u8,
    second: u8,
    worst_bits: u8,
    rarest: u8,
    rarest_quality: u8,
    last: u8,
    last_quality: u8,
    initials: u32,
    joined: u32,
    equal: u32,
    same: u32,
    meanings: u32,
    acronyms: u32,
    patronymic: bool,
    number: bool,
    left_by_initial: u32,
    right_by_initial: u32,
    left_initials: u32,
    right_initials: u32,
    dearest: u16,
}

impl Sums {
    fn add(&mut self, pairing: &Pairing, left: &[Part], right: &[Part]) {
        let run = |parts: &[Part], (first, more): (u8, u8)| -> (u32, u8) {
            let parts = parts.get(usize::from(first)..=usize::from(first + more)).unwrap_or(&[]);
            (parts.iter().map(|p| u32::from(p.bits)).sum(), parts.iter().map(|p| p.bits).max().unwrap_or(0))
        };
        let ((x, x_rarest), (y, y_rarest)) = (run(left, pairing.left), run(right, pairing.right));
        let bits = x.min(y);
        self.bits += bits * u32::from(pairing.quality) / 255;
        self.weighted += bits * u32::from(pairing.quality) / 255 * u32::from(pairing.quality);
        let (Some(one), Some(other)) =
            (left.get(usize::from(pairing.left.0)), right.get(usize::from(pairing.right.0)))
        else {
            return;
        };
        self.patronymic |= one.role == Role::Patronymic && other.role == Role::Patronymic;
        self.number |= one.role == Role::Number;
        match pairing.rule {
            Rule::Same => self.same += 1,
            Rule::Equal => self.equal += 1,
            Rule::Initial => self.initials += 1,
            Rule::Meaning => self.meanings += 1,
            Rule::Joined => self.joined += 1,
            Rule::Acronym => self.acronyms += 1,
            Rule::Sound => {}
        }
        if pairing.rule == Rule::Initial {
            if one.role != Role::Initial {
                self.left_by_initial += u32::from(one.bits);
                self.left_initials += 1;
            } else if other.role != Role::Initial {
                self.right_by_initial += u32::from(other.bits);
                self.right_initials += 1;
            }
        }
        self.dearest = self.dearest.max(pairing.cost);
        let telling =
            names(one) && names(other) && pairing.rule != Rule::Initial || pairing.rule == Rule::Joined;
        if !telling {
            return;
        }
        if self.pairs == 0 || pairing.quality < self.worst {
            self.second = if self.pairs == 0 { 255 } else { self.worst };
            self.worst = pairing.quality;
            self.worst_bits = x_rarest.min(y_rarest);
        } else {
            self.second = self.second.min(pairing.quality);
        }
        self.pairs += 1;
        if x_rarest.max(y_rarest) >= self.rarest {
            self.rarest = x_rarest.max(y_rarest);
            self.rarest_quality = pairing.quality;
        }
        let place = pairing.left.0 + pairing.right.0;
        if place >= self.last {
            self.last = place;
            self.last_quality = pairing.quality;
        }
    }
}

fn order(pairings: &[Pairing]) -> u32 {
    let mut turned = 0;
    for (at, one) in pairings.iter().enumerate() {
        for other in pairings.iter().skip(at + 1) {
            turned += u32::from((one.left < other.left) != (one.right < other.right));
        }
    }
    turned
}

/// How near the nearest two parts left over are, by the sounds alone; 0 if there
/// are none on one side.
fn nearest(left: &[Part], right: &[Part], left_over: u32, right_over: u32) -> u8 {
    if left_over == 0 || right_over == 0 {
        return 0;
    }
    let mut best = 0;
    for (x, _) in left.iter().zip(0_u32..).filter(|(x, at)| left_over & 1 << at != 0 && names(x)) {
        for (y, _) in right.iter().zip(0_u32..).filter(|(y, at)| right_over & 1 << at != 0 && names(y)) {
            let heavy = x.heft.max(y.heft);
            if let Some(cost) = crate::align::cost(&x.sounds, &y.sounds, heavy / 2) {
                best = best.max(u8::try_from(250 - u32::from(cost) * 250 / u32::from(heavy)).unwrap_or(0));
            }
        }
    }
    best
}

fn writing(parts: &[Part]) -> Writing {
    parts.iter().map(|p| p.writing).max().unwrap_or_default()
}

fn ratio(part: u32, whole: u32) -> u8 {
    if whole == 0 { 0 } else { byte(u32::try_from(u64::from(part) * 255 / u64::from(whole)).unwrap_or(255)) }
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}
