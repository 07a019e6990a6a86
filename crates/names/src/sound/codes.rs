//! The alphabet of sounds: one byte each, below [`COUNT`].
//!
//! A code is a sound where the spelling tells it, and a letter where only the
//! language would: a Latin `j` may be said in four ways, so it has a code of
//! its own and the learned costs say what it stands for.

/// How many codes there are; every code is below this.
pub const COUNT: usize = 64;

/// No sound at all; it pads what is shorter.
pub const NONE: u8 = 0;
/// An a.
pub const A: u8 = 1;
/// An e.
pub const E: u8 = 2;
/// An i.
pub const I: u8 = 3;
/// An o.
pub const O: u8 = 4;
/// A u.
pub const U: u8 = 5;
/// Cyrillic ы and a Latin y that stands for a vowel.
pub const Y: u8 = 6;
/// A vowel without colour: Bulgarian ъ, Armenian ը, Hangul ㅓ.
pub const SCHWA: u8 = 7;
/// An ö.
pub const OE: u8 = 8;
/// An ü.
pub const UE: u8 = 9;
/// Cyrillic ё, written e or o elsewhere.
pub const YO: u8 = 10;
/// Alef, which carries any vowel.
pub const ALEF: u8 = 11;
/// Waw and vav: v, w, u or o.
pub const WAW: u8 = 12;
/// Yeh and yod: y, i or e.
pub const YEH: u8 = 13;
/// Ain, mostly silent.
pub const AIN: u8 = 14;
/// He at an end: h, a or nothing.
pub const HEH: u8 = 15;
/// The glide of й and of a Latin y beside a vowel.
pub const J: u8 = 16;
/// A p.
pub const P: u8 = 17;
/// A b.
pub const B: u8 = 18;
/// A t.
pub const T: u8 = 19;
/// A d.
pub const D: u8 = 20;
/// A k.
pub const K: u8 = 21;
/// A g.
pub const G: u8 = 22;
/// An f.
pub const F: u8 = 23;
/// A v.
pub const V: u8 = 24;
/// An s.
pub const S: u8 = 25;
/// A z.
pub const Z: u8 = 26;
/// An m.
pub const M: u8 = 27;
/// An n.
pub const N: u8 = 28;
/// An l.
pub const L: u8 = 29;
/// An r.
pub const R: u8 = 30;
/// An h.
pub const H: u8 = 31;
/// A kh.
pub const KH: u8 = 32;
/// A sh.
pub const SH: u8 = 33;
/// A zh.
pub const ZH: u8 = 34;
/// A ch as in church.
pub const CH: u8 = 35;
/// A ts.
pub const TS: u8 = 36;
/// The pair ks, and a Latin x, which may also be sh or z.
pub const X: u8 = 37;
/// A Latin j, and dzh: the sound differs between languages.
pub const JJ: u8 = 38;
/// A q and qaf.
pub const Q: u8 = 39;
/// A Latin w.
pub const W: u8 = 40;
/// A th.
pub const TH: u8 = 41;
/// A dh.
pub const DH: u8 = 42;
/// A gh and ghain.
pub const GH: u8 = 43;
/// A shch.
pub const SHCH: u8 = 44;
/// A Latin ch, which may be said k, kh, ch or sh.
pub const CHL: u8 = 45;
/// A Latin c before a light vowel or at an end: s, ts, ch or k.
pub const CS: u8 = 46;
/// Hebrew pe: p or f.
pub const PE: u8 = 47;
/// Hebrew bet: b or v.
pub const BET: u8 = 48;
/// Hebrew kaf: k or kh.
pub const KAF: u8 = 49;
/// Hebrew shin: sh or s.
pub const SHIN: u8 = 50;
/// A digit one inside a word: i or l.
pub const ONE: u8 = 51;
/// A Latin g before a light vowel.
pub const GE: u8 = 52;
/// The digits follow from here, 53 to 62.
pub const DIGIT: u8 = 53;
/// A letter that no table reads.
pub const OTHER: u8 = 63;

/// Tells whether a code is a vowel or a letter that may carry one.
#[must_use]
pub const fn is_vowel(code: u8) -> bool {
    code >= A && code <= YEH
}

/// Tells whether a code is a digit.
#[must_use]
pub const fn is_digit(code: u8) -> bool {
    code >= DIGIT && code < OTHER
}

/// Gives the consonant class of a code from 1 to 15, 0 for vowels and for
/// sounds that come and go (h, w, y).
#[inline]
#[must_use]
pub fn class(code: u8) -> u8 {
    CLASSES.get(usize::from(code)).copied().unwrap_or(0)
}

static CLASSES: [u8; COUNT] = classes();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bound")]
#[expect(clippy::cast_possible_truncation, reason = "the loop ends below 64")]
const fn classes() -> [u8; COUNT] {
    let mut all = [0; COUNT];
    let mut code = 0;
    while code < COUNT {
        all[code] = class_of(code as u8);
        code += 1;
    }
    all
}

const fn class_of(code: u8) -> u8 {
    match code {
        P | B | PE | BET | F | V => 1,
        T | D | TH | DH => 2,
        K | G | Q | KH | GH | KAF | GE => 3,
        M => 4,
        N => 5,
        L => 6,
        R => 7,
        S | Z | X | CS => 8,
        SH | ZH | CH | TS | JJ | SHCH | CHL | SHIN => 9,
        ONE | W | WAW | H | J | AIN | HEH => 0,
        OTHER => 10,
        _ if is_digit(code) => 11 + (code - DIGIT) % 5,
        _ => 0,
    }
}
