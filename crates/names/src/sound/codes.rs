//! The alphabet of sounds: one byte each, below [`COUNT`].
//!
//! A code is a sound where the spelling tells it, and a letter where only the
//! language would: a Latin `j` may be said in four ways, so it has a code of
//! its own and the learned costs say what it stands for.

/// How many codes there are; every code is below this.
pub const COUNT: usize = 64;

/// No sound at all; it pads what is shorter.
pub const NONE: u8 = 0;
pub(crate) const A: u8 = 1;
pub(crate) const E: u8 = 2;
pub(crate) const I: u8 = 3;
pub(crate) const O: u8 = 4;
pub(crate) const U: u8 = 5;
/// Cyrillic ы and a Latin y that stands for a vowel.
pub(crate) const Y: u8 = 6;
/// A vowel without colour: Bulgarian ъ, Armenian ը, Hangul ㅓ.
pub(crate) const SCHWA: u8 = 7;
pub(crate) const OE: u8 = 8;
pub(crate) const UE: u8 = 9;
/// Cyrillic ё, written e or o elsewhere.
pub(crate) const YO: u8 = 10;
/// Alef, which carries any vowel.
pub(crate) const ALEF: u8 = 11;
/// Waw and vav: v, w, u or o.
pub(crate) const WAW: u8 = 12;
/// Yeh and yod: y, i or e.
pub(crate) const YEH: u8 = 13;
/// Ain, mostly silent.
pub(crate) const AIN: u8 = 14;
/// He at an end: h, a or nothing.
pub(crate) const HEH: u8 = 15;
/// The glide of й and of a Latin y beside a vowel.
pub(crate) const J: u8 = 16;
pub(crate) const P: u8 = 17;
pub(crate) const B: u8 = 18;
pub(crate) const T: u8 = 19;
pub(crate) const D: u8 = 20;
pub(crate) const K: u8 = 21;
pub(crate) const G: u8 = 22;
pub(crate) const F: u8 = 23;
pub(crate) const V: u8 = 24;
pub(crate) const S: u8 = 25;
pub(crate) const Z: u8 = 26;
pub(crate) const M: u8 = 27;
pub(crate) const N: u8 = 28;
pub(crate) const L: u8 = 29;
pub(crate) const R: u8 = 30;
pub(crate) const H: u8 = 31;
pub(crate) const KH: u8 = 32;
pub(crate) const SH: u8 = 33;
pub(crate) const ZH: u8 = 34;
pub(crate) const CH: u8 = 35;
pub(crate) const TS: u8 = 36;
/// The pair ks, and a Latin x, which may also be sh or z.
pub(crate) const X: u8 = 37;
/// A Latin j, and dzh: the sound differs between languages.
pub(crate) const JJ: u8 = 38;
pub(crate) const Q: u8 = 39;
pub(crate) const W: u8 = 40;
pub(crate) const TH: u8 = 41;
pub(crate) const DH: u8 = 42;
pub(crate) const GH: u8 = 43;
pub(crate) const SHCH: u8 = 44;
/// A Latin ch, which may be said k, kh, ch or sh.
pub(crate) const CHL: u8 = 45;
/// A Latin c before a light vowel or at an end: s, ts, ch or k.
pub(crate) const CS: u8 = 46;
/// Hebrew pe and bet and kaf: stop or fricative.
pub(crate) const PE: u8 = 47;
pub(crate) const BET: u8 = 48;
pub(crate) const KAF: u8 = 49;
/// Hebrew shin: sh or s.
pub(crate) const SHIN: u8 = 50;
/// A digit one inside a word: i or l.
pub(crate) const ONE: u8 = 51;
/// A Latin g before a light vowel.
pub(crate) const GE: u8 = 52;
/// The digits follow from here, 53 to 62.
pub(crate) const DIGIT: u8 = 53;
/// A letter that no table reads.
pub(crate) const OTHER: u8 = 63;

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
#[must_use]
pub const fn class(code: u8) -> u8 {
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
