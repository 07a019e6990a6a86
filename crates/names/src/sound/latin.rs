//! Reads plain letters, two or more at once where they are one sound.

use super::codes::*;
use super::letters::CODE;
use super::read::ROOM;
use super::{LEN_MAX, Sounds};

/// Reads the first `len` bytes of the buffer, behind which it is zero, into `out`.
/// A byte with [`CODE`] is already a sound.
pub(super) fn read(bytes: &[u8; ROOM], len: usize, out: &mut Sounds) {
    let at = |i: usize| bytes.get(i % ROOM).copied().unwrap_or(0);
    let (mut codes, mut count, mut last) = ([NONE; LEN_MAX], 0, NONE);
    let mut i = 0;
    while i < len {
        let (here, next) = (at(i), at(i + 1));
        let (code, step) = if here & CODE != 0 {
            (here & !CODE, 1)
        } else if let Some(code) = plain(here, next) {
            (code, 1)
        } else {
            letter(here, next, at(i + 2), at(i + 3), i == 0, last)
        };
        i += step;
        // Two of one sound are single.
        if code == NONE || code == last && !is_digit(code) {
            continue;
        }
        let joint = if MAY_JOIN >> (code & 63) & 1 != 0 { joint(last, code) } else { NONE };
        let place = if joint == NONE {
            // A hard sign before a vowel only separates.
            if code == SCHWA && matches!(at(i) & !CODE, J | E | YO) && at(i) & CODE != 0 {
                continue;
            }
            count
        } else {
            count - 1
        };
        if let Some(slot) = codes.get_mut(place) {
            last = if joint == NONE { code } else { joint };
            *slot = last;
            count = place + 1;
        }
    }
    (out.codes, out.len) = (codes, u8::try_from(count).unwrap_or(0));
    soften_end(out);
}

/// The codes that may be one sound with the one before.
const MAY_JOIN: u64 = 1 << S | 1 << ZH | 1 << SH | 1 << CH;

/// Gives the one sound that two make, or none.
fn joint(last: u8, code: u8) -> u8 {
    match (last, code) {
        (K, S) => X,
        (T, S) => TS,
        (D, ZH | SH) => JJ,
        (T, SH | CH) => CH,
        (SH, CH) => SHCH,
        // Greek μπ, ντ, γκ are written for b, d, g where a word begins.
        _ => NONE,
    }
}

/// Gives the code of a letter that is one sound by itself before `next`; most are,
/// and a look into two small tables tells.
#[inline]
fn plain(here: u8, next: u8) -> Option<u8> {
    let at = usize::from(here.wrapping_sub(b'a'));
    let (code, joins) = (*PLAIN.get(at)?, *JOINS.get(at)?);
    (joins >> (next & 31) & 1 == 0).then_some(code)
}

/// The code of each letter where it stands by itself.
const PLAIN: [u8; 26] = [A, B, K, D, E, F, G, H, I, JJ, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, NONE, Z];

/// For each letter the letters after it, by their lowest five bits, before which
/// more must be asked; bit 0 is the end of the word.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bound")]
const JOINS: [u32; 26] = {
    let mut all = [0; 26];
    let pairs: [(u8, &[u8]); 11] = [
        (b'c', b"hzkeiys\0"),
        (b'd', b"jht"),
        (b'e', b"a"),
        (b'g', b"hueiy"),
        (b'k', b"h"),
        (b'o', b"uoe"),
        (b'p', b"h"),
        (b'q', b"u"),
        (b's', b"hzc"),
        (b't', b"schz"),
        (b'z', b"h"),
    ];
    let mut pair = 0;
    while pair < pairs.len() {
        let (letter, after) = pairs[pair];
        let mut at = 0;
        while at < after.len() {
            all[(letter - b'a') as usize] |= 1 << (after[at] & 31);
            at += 1;
        }
        pair += 1;
    }
    // What a y is depends on the sound before it.
    all[24] = u32::MAX;
    all
};

/// Gives the code of the letter `a` before `b`, `c` and `d`, and how many
/// letters it takes.
#[inline]
fn letter(a: u8, b: u8, c: u8, d: u8, first: bool, last: u8) -> (u8, usize) {
    match a {
        b'a' => (A, 1),
        b'b' => (B, 1),
        b'c' => match (b, c, d) {
            (b'h', _, _) => (CHL, 2),
            (b'z', _, _) => (CH, 2),
            (b'k', _, _) => (K, 2),
            (b'e' | b'i' | b'y' | b's', _, _) => (CS, 1),
            (0, _, _) if last == I => (CS, 1),
            _ => (K, 1),
        },
        b'd' => match (b, c) {
            (b'j', _) => (JJ, 2),
            (b'h', _) => (DH, 2),
            (b't', 0) => (T, 2),
            _ => (D, 1),
        },
        b'e' => match (b, c) {
            (b'a', b'u') => (O, 3),
            _ => (E, 1),
        },
        b'f' => (F, 1),
        b'g' => match (b, c) {
            (b'h', _) => (GH, 2),
            (b'u', b'e' | b'i') => (G, 2),
            (b'e' | b'i' | b'y', _) => (GE, 1),
            _ => (G, 1),
        },
        b'h' => (H, 1),
        b'i' => (I, 1),
        b'j' => (JJ, 1),
        b'k' => match b {
            b'h' => (KH, 2),
            _ => (K, 1),
        },
        b'l' => (L, 1),
        b'm' => (M, 1),
        b'n' => (N, 1),
        b'o' => match b {
            b'u' | b'o' => (U, 2),
            b'e' if !first => (OE, 2),
            _ => (O, 1),
        },
        b'p' => match b {
            b'h' => (F, 2),
            _ => (P, 1),
        },
        b'q' => match (b, c) {
            (b'u', b'e' | b'i') => (K, 2),
            _ => (Q, 1),
        },
        b'r' => (R, 1),
        b's' => match (b, c, d) {
            (b'h', b'c', b'h') => (SHCH, 4),
            (b'z', b'c', b'z') => (SHCH, 4),
            (b'c', b'h', _) => (SH, 3),
            (b'h', _, _) => (SH, 2),
            (b'z', _, _) => (SH, 2),
            _ => (S, 1),
        },
        b't' => match (b, c, d) {
            (b's', b'c', b'h') => (CH, 4),
            (b'c', b'h', _) => (CH, 3),
            (b's', b'h', _) => (CH, 3),
            (b'h', _, _) => (TH, 2),
            (b's' | b'z', _, _) => (TS, 2),
            _ => (T, 1),
        },
        b'u' => (U, 1),
        b'v' => (V, 1),
        b'w' => (W, 1),
        b'x' => (X, 1),
        b'y' => {
            let glides = matches!(b, b'a' | b'e' | b'i' | b'o' | b'u') || is_vowel(last);
            (if glides { J } else { Y }, 1)
        }
        b'z' => match b {
            b'h' => (ZH, 2),
            _ => (Z, 1),
        },
        b'0'..=b'9' => (DIGIT + (a - b'0'), 1),
        _ => (NONE, 1),
    }
}

/// Endings that are one sound in one spelling and two in the next: -ij, -iy, -yy.
fn soften_end(out: &mut Sounds) {
    if out.len() < 3 {
        return;
    }
    while let [.., I | Y, I | Y | J | JJ] = out.codes() {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_told_by_the_tables_is_what_the_rules_say() {
        let next = |b: u8| {
            [0, b'0', b'9', b'a' | CODE, 32 | CODE].into_iter().chain(b'a'..=b'z').nth(usize::from(b))
        };
        for a in (b'a'..=b'z').chain([0, b'0', b'9', CODE]) {
            for b in (0..).map_while(next) {
                let Some(code) = plain(a, b) else { continue };
                for (c, d) in [(0, 0), (b'h', b'h'), (b'c', b'z'), (b'u', b'e'), (b'i', b'a')] {
                    for (first, last) in [(true, NONE), (false, I), (false, A), (false, T)] {
                        assert_eq!(letter(a, b, c, d, first, last), (code, 1), "{a} {b} {c} {d}");
                    }
                }
            }
        }
    }
}
