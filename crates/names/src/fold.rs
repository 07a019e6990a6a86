//! Folds a word of any script into comparable small Latin letters.
//!
//! The result has no diacritics, no invisible characters and no look-alike
//! letters from a second alphabet. It never fails: a letter of a script without
//! a table is kept, so that equal words stay equal. Vowels that Arabic and
//! Hebrew do not write are not invented; [`is_abjad`] tells the comparison so.
//! Absent: Han, kana and Hangul readings.
//!
//! Source: ALA-LC and BGN/PCGN romanisation in the spelling of newspapers.

/// Folds one word.
#[must_use]
pub fn fold(word: &str) -> String {
    let cyrillic = word.chars().filter(|c| is_cyrillic(*c)).count();
    let latin = word.chars().filter(|c| is_latin(*c)).count();
    let mixed = cyrillic > 0 && latin > 0;
    let last_letter = word.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let leet = latin + cyrillic >= 3;
    let mut out = String::with_capacity(word.len());
    for (at, c) in word.char_indices() {
        let c = match c {
            '0'..='9' if leet && at < last_letter => digit_as_letter(c),
            _ if mixed && latin >= cyrillic => to_latin_twin(c),
            _ if mixed => to_cyrillic_twin(c),
            _ => c,
        };
        push(&mut out, c);
    }
    out
}

/// Tells whether a word is written in a script that leaves out short vowels.
#[must_use]
pub fn is_abjad(word: &str) -> bool {
    word.chars().any(|c| matches!(u32::from(c), 0x590..=0x5ff | 0x600..=0x6ff | 0x750..=0x77f))
}

/// Tells whether `c` has no width or only steers the direction of text.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(
        u32::from(c),
        0xad | 0x34f | 0x61c | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2069 | 0xfe00..=0xfe0f | 0xfeff
    )
}

/// Tells whether `c` is a Cyrillic letter.
#[must_use]
pub fn is_cyrillic(c: char) -> bool {
    matches!(u32::from(c), 0x400..=0x52f)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(u32::from(c), 0xc0..=0x24f | 0x1e00..=0x1eff)
}

fn push(out: &mut String, c: char) {
    if c.is_ascii() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        }
        return;
    }
    if is_invisible(c) {
        return;
    }
    let full_width = u32::from(c);
    if (0xff01..=0xff5e).contains(&full_width) {
        if let Some(plain) = char::from_u32(full_width - 0xfee0) {
            push(out, plain);
        }
        return;
    }
    match full_width {
        // The small letters of these stand beside them; most words have no others.
        0x410..=0x42f => push_small(out, char::from_u32(full_width + 0x20).unwrap_or(c)),
        0x430..=0x44f | 0x5d0..=0x5ea | 0x620..=0x64a => push_small(out, c),
        _ => c.to_lowercase().for_each(|small| push_small(out, small)),
    }
}

fn push_small(out: &mut String, small: char) {
    let row = ROWS.get(small as usize).copied().unwrap_or(0);
    match row.checked_sub(1).and_then(|row| TABLE.get(usize::from(row))) {
        Some((_, latin)) => out.push_str(latin),
        None if small.is_ascii() || small.is_alphanumeric() => out.push(small),
        None => {}
    }
}

/// For each letter its row in the table, counted from one; zero if it has none.
static ROWS: [u8; 0x1f00] = rows();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which checks the bound")]
#[expect(clippy::cast_possible_truncation, reason = "the compiler checks that there are fewer rows")]
const fn rows() -> [u8; 0x1f00] {
    assert!(TABLE.len() < 255);
    let mut rows = [0; 0x1f00];
    // The first row that has a letter counts.
    let mut row = TABLE.len();
    while row > 0 {
        let letters = TABLE[row - 1].0.as_bytes();
        let mut at = 0;
        while at < letters.len() {
            let (letter, length) = match letters[at] {
                byte @ 0..=0x7f => (byte as usize, 1),
                byte @ 0x80..=0xdf => ((byte as usize & 0x1f) << 6 | letters[at + 1] as usize & 0x3f, 2),
                byte => {
                    let low = (letters[at + 1] as usize & 0x3f) << 6 | letters[at + 2] as usize & 0x3f;
                    ((byte as usize & 0x0f) << 12 | low, 3)
                }
            };
            rows[letter] = row as u8;
            at += length;
        }
        row -= 1;
    }
    rows
}

fn digit_as_letter(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '8' => 'b',
        _ => c,
    }
}

fn to_latin_twin(c: char) -> char {
    twin(c, CYRILLIC_TWINS, LATIN_TWINS)
}

fn to_cyrillic_twin(c: char) -> char {
    twin(c, LATIN_TWINS, CYRILLIC_TWINS)
}

fn twin(c: char, from: &str, to: &str) -> char {
    from.chars().position(|x| x == c).and_then(|at| to.chars().nth(at)).unwrap_or(c)
}

const CYRILLIC_TWINS: &str = "асеорхуікмтвнѕјАСЕОРХУІКМТВНЅЈ";
const LATIN_TWINS: &str = "aceopxyikmtbhsjACEOPXYIKMTBHSJ";

/// Letters on the left are written as the right side. Order is by frequency.
const TABLE: &[(&str, &str)] = &[
    // Cyrillic: Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Macedonian.
    ("а", "a"),
    ("о", "o"),
    ("еэѐ", "e"),
    ("иіѝ", "i"),
    ("н", "n"),
    ("т", "t"),
    ("с", "s"),
    ("р", "r"),
    ("в", "v"),
    ("л", "l"),
    ("кќ", "k"),
    ("м", "m"),
    ("д", "d"),
    ("п", "p"),
    ("уў", "u"),
    ("я", "ya"),
    ("ы", "y"),
    ("ьъ", ""),
    ("гґѓ", "g"),
    ("з", "z"),
    ("б", "b"),
    ("ч", "ch"),
    ("й", "y"),
    ("х", "kh"),
    ("ж", "zh"),
    ("ш", "sh"),
    ("ю", "yu"),
    ("ц", "ts"),
    ("щ", "shch"),
    ("ф", "f"),
    ("ё", "yo"),
    ("є", "ye"),
    ("ї", "yi"),
    ("ј", "j"),
    ("љ", "lj"),
    ("њ", "nj"),
    ("ћ", "ch"),
    ("ђ", "dj"),
    ("џ", "dzh"),
    ("ѕ", "dz"),
    // Latin with diacritics.
    ("àáâãäåāăąǎạảấầẩẫậắằẳẵặə", "a"),
    ("çćĉċč", "c"),
    ("ďđḍð", "d"),
    ("èéêëēĕėęěẹẻẽếềểễệ", "e"),
    ("ĝğġģ", "g"),
    ("ĥħḥḫ", "h"),
    ("ìíîïĩīĭįıǐịỉ", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŋ", "n"),
    ("òóôõöøōŏőǒơọỏốồổỗộớờởỡợ", "o"),
    ("ŕŗř", "r"),
    ("śŝşšșṣ", "s"),
    ("ţťŧțṭ", "t"),
    ("ùúûüũūŭůűųǔưụủứừửữự", "u"),
    ("ŵ", "w"),
    ("ýÿŷỳỵỷỹ", "y"),
    ("źżžẓ", "z"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("þ", "th"),
    // Greek.
    ("αά", "a"),
    ("βϐ", "v"),
    ("γ", "g"),
    ("δ", "d"),
    ("εέ", "e"),
    ("ζ", "z"),
    ("ηήιίϊΐ", "i"),
    ("θ", "th"),
    ("κ", "k"),
    ("λ", "l"),
    ("μµ", "m"),
    ("ν", "n"),
    ("ξ", "x"),
    ("οόωώ", "o"),
    ("π", "p"),
    ("ρ", "r"),
    ("σς", "s"),
    ("τ", "t"),
    ("υύϋΰ", "u"),
    ("φ", "f"),
    ("χ", "kh"),
    ("ψ", "ps"),
    // Arabic and Persian.
    ("اأإآٱىةعٰ", "a"),
    ("ب", "b"),
    ("پ", "p"),
    ("تط", "t"),
    ("ث", "th"),
    ("ج", "j"),
    ("چ", "ch"),
    ("حهۀ", "h"),
    ("خ", "kh"),
    ("دض", "d"),
    ("ذ", "dh"),
    ("ر", "r"),
    ("زظ", "z"),
    ("ژ", "zh"),
    ("سص", "s"),
    ("ش", "sh"),
    ("غ", "gh"),
    ("ف", "f"),
    ("ق", "q"),
    ("كک", "k"),
    ("گ", "g"),
    ("ل", "l"),
    ("م", "m"),
    ("ن", "n"),
    ("وؤ", "w"),
    ("يیئ", "i"),
    ("ءـ", ""),
    // Hebrew.
    ("אע", "a"),
    ("ב", "b"),
    ("ג", "g"),
    ("ד", "d"),
    ("ה", "h"),
    ("ו", "w"),
    ("ז", "z"),
    ("ח", "kh"),
    ("ט", "t"),
    ("י", "i"),
    ("כךק", "k"),
    ("ל", "l"),
    ("מם", "m"),
    ("נן", "n"),
    ("ס", "s"),
    ("פף", "p"),
    ("צץ", "ts"),
    ("ר", "r"),
    ("ש", "sh"),
    ("ת", "t"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cyrillic_words_become_latin() {
        assert_eq!(fold("Скрипаль"), "skripal");
        assert_eq!(fold("Хрущёв"), "khrushchyov");
        assert_eq!(fold("Зеленський"), "zelenskiy");
    }

    #[test]
    fn diacritics_and_invisible_letters_vanish() {
        assert_eq!(fold("Ra\u{200b}mo\u{301}n"), "ramon");
        assert_eq!(fold("Łukasz"), "lukasz");
    }

    #[test]
    fn look_alike_letters_of_another_alphabet_are_repaired() {
        // The second letter of each word is the twin from the other alphabet.
        assert_eq!(fold("Pоteyev"), "poteyev");
        assert_eq!(fold("Нaвальный"), "navalnyy");
    }

    #[test]
    fn arabic_consonants_are_read() {
        assert_eq!(fold("سكريبال"), "skribal");
    }

    #[test]
    fn a_letter_is_folded_by_the_first_row_that_has_it() {
        for small in ('\u{80}'..'\u{3000}').filter(|c| !is_invisible(*c) && c.to_lowercase().eq([*c])) {
            let mut out = String::new();
            push(&mut out, small);
            let row = TABLE.iter().find(|(letters, _)| letters.contains(small));
            let plain = if small.is_alphanumeric() { small.to_string() } else { String::new() };
            assert_eq!(out, row.map_or(plain, |(_, latin)| (*latin).to_owned()), "{small}");
        }
    }

    proptest! {
        #[test]
        fn folding_never_panics(word in "\\PC*") {
            let _ = fold(&word);
        }
    }
}
