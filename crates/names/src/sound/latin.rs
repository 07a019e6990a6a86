//! Reads plain letters, two or more at once where they are one sound.

use super::Sounds;
use super::codes::*;
use super::letters::CODE;

/// Reads the buffer into `out`. A byte with [`CODE`] is already a sound.
pub(super) fn read(bytes: &[u8], out: &mut Sounds) {
    let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let mut i = 0;
    while i < bytes.len() {
        let (here, next) = (at(i), at(i + 1));
        if here & CODE != 0 {
            add(out, here & !CODE, next);
            i += 1;
            continue;
        }
        let (code, step) = letter(here, next, at(i + 2), at(i + 3), i == 0, out.last());
        if code != NONE {
            add(out, code, at(i + step));
        }
        i += step;
    }
    soften_end(out);
}

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

/// Appends a code; two that are one sound become one, a doubled one is single.
#[inline]
fn add(out: &mut Sounds, code: u8, next: u8) {
    let last = out.last();
    if code == last && !is_digit(code) {
        return;
    }
    let joint = match (last, code) {
        (K, S) => X,
        (T, S) => TS,
        (D, ZH | SH) => JJ,
        (T, SH | CH) => CH,
        (SH, CH) => SHCH,
        // Greek μπ, ντ, γκ are written for b, d, g where a word begins.
        _ => NONE,
    };
    if joint != NONE {
        out.pop();
        out.push(joint);
        return;
    }
    // A hard sign before a vowel only separates.
    if code == SCHWA && matches!(next & !CODE, J | E | YO) && next & CODE != 0 {
        return;
    }
    out.push(code);
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
