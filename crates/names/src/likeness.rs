//! Turns a folded word of a mention into sounds and weighs the difference of two words.
//!
//! Sounds are one byte each: small letters, `S` for sh, `Z` for zh and dj, `C`
//! for ch, `c` for ts. The distance is small for vowels and for sounds that
//! transliterations confuse, and 1.0 for unlike consonants.

/// Writes a folded word as sounds, at most 40 of them.
#[must_use]
pub(crate) fn sounds(folded: &str) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(folded.len());
    let mut rest = folded;
    while !rest.is_empty() && out.len() < SOUNDS_MAX {
        let (step, codes) = next_sound(rest, out.last().copied());
        for code in codes {
            if out.last() != Some(code) {
                out.push(*code);
            }
        }
        rest = rest.get(step..).unwrap_or("");
    }
    soften_end(&mut out);
    out
}

/// Weighs the difference of two words; 0.0 means that they sound alike, and
/// infinity that they differ by more than `allowed`.
///
/// `abjad` says that one of them comes from a script that leaves out vowels.
#[must_use]
pub(crate) fn distance(a: &[u8], b: &[u8], abjad: bool, allowed: f32) -> f32 {
    let mut row = [0.0_f32; SOUNDS_MAX + 1];
    let b = b.get(..b.len().min(SOUNDS_MAX)).unwrap_or(b);
    let mut total = 0.0;
    for (i, (cell, &y)) in row.iter_mut().skip(1).zip(b).enumerate() {
        total += drop_cost(y, i == 0, abjad);
        *cell = total;
    }
    let mut last = total;
    for (i, &x) in a.iter().enumerate() {
        let dropped = drop_cost(x, i == 0, abjad);
        let mut cells = row.iter_mut();
        let Some(first) = cells.next() else { break };
        let mut diagonal = *first;
        *first += dropped;
        let (mut left, mut least) = (*first, *first);
        for (j, (cell, &y)) in cells.zip(b).enumerate() {
            let insert = left + drop_cost(y, j == 0, abjad);
            left = insert.min(*cell + dropped).min(diagonal + swap_cost(x, y, abjad));
            diagonal = *cell;
            *cell = left;
            least = least.min(left);
        }
        if least > allowed {
            return f32::INFINITY;
        }
        last = left;
    }
    last
}

/// Gives the likeness of two words from 0.0 to 1.0, or 0.0 when they differ by
/// more than a slip for their length.
#[must_use]
pub(crate) fn likeness(a: &[u8], b: &[u8], abjad: bool) -> f32 {
    let (long, short) = (a.len().max(b.len()), a.len().min(b.len()));
    if short == 0 || long > short + 3 && (!abjad || long > short * 2 + 3) {
        return 0.0;
    }
    let allowed = match short {
        0..=2 => 0.2,
        3 => 0.45,
        4 => 0.65,
        5 => 0.8,
        6..=8 => 1.15,
        _ => 1.6,
    };
    let cost = distance(a, b, abjad, allowed);
    if cost > allowed {
        return 0.0;
    }
    (1.0 - cost / weight(a).max(weight(b))).max(0.0)
}

/// The longest word in sounds; what is longer is cut.
const SOUNDS_MAX: usize = 40;

fn next_sound(rest: &str, last: Option<u8>) -> (usize, &'static [u8]) {
    for (letters, codes) in GROUPS {
        if rest.starts_with(letters) {
            return (letters.len(), codes);
        }
    }
    let mut chars = rest.chars();
    let first = chars.next().unwrap_or(' ');
    let soft = matches!(chars.next(), Some('e' | 'i' | 'y'));
    let code: &'static [u8] = match first {
        'c' if soft => b"s",
        'c' if rest.len() == 1 && last.is_some_and(is_vowel) => b"c",
        'c' | 'q' => b"k",
        'w' => b"v",
        'y' => b"i",
        'x' => b"ks",
        _ => return (first.len_utf8(), plain(first)),
    };
    (first.len_utf8(), code)
}

/// One byte for a letter that needs no rule; letters of unread scripts are
/// spread over the upper half so that different words stay different.
fn plain(c: char) -> &'static [u8] {
    let at = if c.is_ascii() { u32::from(c) } else { 0x80 | (u32::from(c) & 0x7f) };
    let at = usize::try_from(at).unwrap_or(0);
    EVERY_BYTE.get(at..=at).unwrap_or(b"?")
}

const EVERY_BYTE: &[u8; 256] = &{
    let mut all = [0_u8; 256];
    let mut i = 0;
    while i < 256 {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bound")]
        #[expect(clippy::cast_possible_truncation, reason = "the loop ends at 255")]
        {
            all[i] = i as u8;
        }
        i += 1;
    }
    all
};

/// Endings that are one sound in one spelling and two in the next: -ij, -iy, -y.
fn soften_end(out: &mut Vec<u8>) {
    while let [.., b'i', b'j' | b'i'] = out.as_slice() {
        out.pop();
    }
}

fn drop_cost(sound: u8, first: bool, abjad: bool) -> f32 {
    match sound {
        _ if is_vowel(sound) && abjad => 0.06,
        _ if is_vowel(sound) && first => 0.5,
        _ if is_vowel(sound) => 0.3,
        b'j' => 0.3,
        b'h' => 0.4,
        _ => 1.0,
    }
}

fn swap_cost(x: u8, y: u8, abjad: bool) -> f32 {
    if x == y {
        return 0.0;
    }
    if is_vowel(x) && is_vowel(y) {
        return if abjad { 0.05 } else { 0.22 };
    }
    let pair = [x.min(y), x.max(y)];
    // Arabic and Hebrew write v, u and o with one letter.
    if abjad && matches!(&pair, b"uv" | b"ov") {
        return 0.1;
    }
    PAIRS.iter().find(|(known, _)| **known == pair).map_or(1.0, |(_, cost)| *cost)
}

fn weight(sounds: &[u8]) -> f32 {
    sounds.iter().map(|s| if is_vowel(*s) { 0.6 } else { 1.0 }).sum::<f32>().max(0.5)
}

fn is_vowel(sound: u8) -> bool {
    matches!(sound, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// Letter groups that are one sound; longer ones first.
const GROUPS: &[(&str, &[u8])] = &[
    ("shch", b"S"),
    ("schtsch", b"S"),
    ("tsch", b"C"),
    ("dsch", b"Z"),
    ("sch", b"S"),
    ("tch", b"C"),
    ("tsh", b"C"),
    ("dzh", b"Z"),
    ("tsz", b"c"),
    ("sh", b"S"),
    ("sz", b"S"),
    ("ch", b"C"),
    ("cz", b"C"),
    ("zh", b"Z"),
    ("dj", b"Z"),
    ("kh", b"h"),
    ("gh", b"g"),
    ("ph", b"f"),
    ("th", b"t"),
    ("dh", b"d"),
    ("rh", b"r"),
    ("ts", b"c"),
    ("tz", b"c"),
    ("ck", b"k"),
    ("ks", b"ks"),
    ("ou", b"u"),
    ("oo", b"u"),
    ("ee", b"i"),
];

/// Costs of confusing two sounds, the smaller byte first.
const PAIRS: &[(&[u8; 2], f32)] = &[
    (b"bp", 0.35),
    (b"dt", 0.35),
    (b"gk", 0.35),
    (b"fv", 0.25),
    (b"sz", 0.25),
    (b"SZ", 0.35),
    (b"Ss", 0.25),
    (b"Zz", 0.25),
    (b"CS", 0.35),
    (b"CZ", 0.35),
    (b"Cc", 0.25),
    (b"Cs", 0.4),
    (b"Ck", 0.4),
    (b"Ch", 0.3),
    (b"ck", 0.35),
    (b"cs", 0.3),
    (b"cz", 0.3),
    (b"ct", 0.5),
    (b"fp", 0.4),
    (b"bv", 0.3),
    (b"hk", 0.3),
    (b"gh", 0.3),
    (b"ij", 0.1),
    (b"ej", 0.25),
    (b"Zj", 0.2),
    (b"gj", 0.4),
    (b"hj", 0.4),
    (b"Zg", 0.35),
    (b"uv", 0.5),
    (b"mn", 0.6),
    (b"lr", 0.8),
    (b"ks", 0.6),
    (b"Sk", 0.7),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    fn alike(a: &str, b: &str) -> f32 {
        let abjad = crate::fold::is_abjad(a) || crate::fold::is_abjad(b);
        likeness(&sounds(&fold(a)), &sounds(&fold(b)), abjad)
    }

    #[test]
    fn spellings_of_one_name_sound_alike() {
        for (a, b) in [
            ("Scrifal", "Skripal"),
            ("Скрипаль", "Skripal"),
            ("Navalni", "Navalny"),
            ("Навальный", "Navalny"),
            ("Потеев", "Poteyev"),
            ("Хрущёв", "Khrushchev"),
            ("سكريبال", "Skripal"),
        ] {
            assert!(alike(a, b) > 0.8, "{a} {b} {}", alike(a, b));
        }
    }

    #[test]
    fn a_short_name_does_not_swallow_a_longer_one() {
        assert!(alike("Petro", "Petrov") < 0.1);
        assert!(alike("Ivanov", "Petrov") < 0.1);
    }
}
