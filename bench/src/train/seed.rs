//! Costs written by hand, from which training starts.

use aldis_names::align::TABLE_BYTES;
use aldis_names::sound::codes::{self, COUNT, class, is_vowel};

/// Gives a table as the model file holds it; `loose` allows for scripts that
/// leave out vowels or add them.
#[must_use]
pub fn seed(loose: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(TABLE_BYTES);
    let all = || (0_u8..).take(COUNT);
    for a in all() {
        out.extend(all().map(|b| swap(a, b, loose)));
    }
    out.extend(all().map(|a| drop(a, loose).saturating_add(drop(a, loose) / 4)));
    out.extend(all().map(|a| drop(a, loose)));
    out.extend(all().map(|a| drop(a, loose) - drop(a, loose) / 4));
    out
}

fn swap(a: u8, b: u8, loose: bool) -> u8 {
    use codes::{G, GE, GH, H, HEH, J, K, KH, L, M, N, ONE, Q, R, V, W, WAW};
    let are = |x: u8, y: u8| (a, b) == (x, y) || (b, a) == (x, y);
    let hushing = |code: u8| matches!(class(code), 8 | 9);
    if a == b {
        0
    } else if codes::is_digit(a) || codes::is_digit(b) {
        128
    } else if is_vowel(a) && is_vowel(b) {
        if loose { 8 } else { 18 }
    } else if are(V, W) || are(V, WAW) || are(W, WAW) || are(H, KH) || are(G, GE) || are(K, Q) {
        6
    } else if is_vowel(a) && b == J || is_vowel(b) && a == J || a == ONE || b == ONE {
        14
    } else if class(a) != 0 && class(a) == class(b) {
        18
    } else if are(H, G) || are(H, GH) || are(H, HEH) {
        20
    } else if hushing(a) && hushing(b) || loose && (are(L, R) || are(M, N)) {
        26
    } else {
        64
    }
}

fn drop(code: u8, loose: bool) -> u8 {
    if codes::is_digit(code) {
        128
    } else if is_vowel(code) || matches!(code, codes::J | codes::AIN) {
        if loose { 6 } else { 24 }
    } else if matches!(code, codes::H | codes::HEH) {
        24
    } else {
        52
    }
}
