//! Reads UTF-8 into sounds: letters to a small buffer, the buffer to codes.

use super::codes::*;
use super::letters::{self, CODE};
use super::{CASELESS, MIXED, Sounds, Writing, latin};
use crate::fold::is_invisible;

/// A word as it sounds and as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// The sounds.
    pub sounds: Sounds,
    /// A hash of the letters without case, marks and invisible characters; equal
    /// for equal spellings, and the same in every build.
    pub letters: u64,
}

/// Reads a word of any script.
///
/// The empty word, and one without letters or digits, has no sounds.
#[must_use]
pub fn of(word: &str) -> Sounds {
    read(word).sounds
}

/// Reads a word of any script, and hashes how it is written.
#[must_use]
pub fn read(word: &str) -> Reading {
    read_telling(word, |_| ())
}

/// Reads a word as [`read`] does, and tells the hash before the sounds are known.
#[inline]
pub(crate) fn read_telling(word: &str, told: impl FnOnce(u64)) -> Reading {
    let mut letters = Letters::new();
    if word.is_ascii() {
        for &byte in word.as_bytes() {
            letters.ascii(byte);
            if letters.is_full() {
                break;
            }
        }
    } else {
        for c in word.chars() {
            letters.take(c);
            if letters.is_full() {
                break;
            }
        }
        if letters.latin > 0 && letters.cyrillic + letters.greek > 0 {
            letters = repaired(word, &letters);
        }
    }
    let hash = letters.hash();
    told(hash);
    Reading { sounds: letters.finish(), letters: hash }
}

/// Reads a word whose bytes need not be UTF-8; what is not is passed over.
#[must_use]
pub fn of_bytes(word: &[u8]) -> Sounds {
    if let Ok(word) = std::str::from_utf8(word) {
        return of(word);
    }
    let mut letters = Letters::new();
    for c in word.utf8_chunks().flat_map(|chunk| chunk.valid().chars()) {
        letters.take(c);
        if letters.is_full() {
            break;
        }
    }
    letters.finish()
}

/// How many letters are looked at: names are shorter, and work stays bounded.
const LETTERS_MAX: usize = 48;
/// The room for them and for what a look ahead finds behind the last.
pub(super) const ROOM: usize = 64;

/// Plain letters and, marked with [`CODE`], codes.
struct Letters {
    /// Zero behind the last.
    bytes: [u8; ROOM],
    len: usize,
    latin: u8,
    cyrillic: u8,
    greek: u8,
    digits: u8,
    other: u8,
    caseless: u8,
    writing: Writing,
    mixed: bool,
    /// A hash of Han signs.
    signs: u64,
    /// No more letters are looked at.
    full: bool,
}

impl Letters {
    fn new() -> Self {
        Self {
            bytes: [0; ROOM],
            len: 0,
            latin: 0,
            cyrillic: 0,
            greek: 0,
            digits: 0,
            other: 0,
            caseless: 0,
            writing: Writing::Alphabet,
            mixed: false,
            signs: 0,
            full: false,
        }
    }

    fn is_full(&self) -> bool {
        self.full
    }

    #[inline]
    fn put(&mut self, byte: u8) {
        match self.bytes.get_mut(self.len).filter(|_| self.len < LETTERS_MAX) {
            Some(slot) => {
                *slot = byte;
                self.len += 1;
            }
            None => self.full = true,
        }
    }

    #[inline]
    fn ascii(&mut self, byte: u8) {
        if byte.is_ascii_alphabetic() {
            self.latin = self.latin.saturating_add(1);
            self.put(byte | 0x20);
        } else if byte.is_ascii_digit() {
            self.digits = self.digits.saturating_add(1);
            self.put(byte);
        }
    }

    fn take(&mut self, c: char) {
        let at = u32::from(c);
        if let Ok(byte) = u8::try_from(at)
            && byte < 0x80
        {
            self.ascii(byte);
            return;
        }
        if let Some([first, second]) = letters::of(c) {
            if first != 0 {
                self.count(at);
                if matches!(at, 0x370..=0x3ff) && self.greek_pair(first) {
                    return;
                }
                self.put(first);
            }
            if second != 0 {
                self.put(second);
            }
            return;
        }
        match at {
            0xac00..=0xd7a3 => self.hangul(at - 0xac00),
            0xff10..=0xff19 | 0xff21..=0xff3a | 0xff41..=0xff5a => {
                self.ascii(u8::try_from(at - 0xfee0).unwrap_or(b' '));
            }
            _ if is_invisible(c) => {}
            _ => self.other(c, at),
        }
    }

    /// Takes a Greek letter together with the one before it where the two are
    /// one sound, and tells whether that was so.
    fn greek_pair(&mut self, code: u8) -> bool {
        let Some(before) = self.len.checked_sub(1) else { return false };
        let Some(slot) = self.bytes.get_mut(before) else { return false };
        let joint = match (*slot & !CODE, code & !CODE) {
            (M, P) => B,
            (N, T) if before == 0 => D,
            (G, K) if before == 0 => G,
            (O, Y) => U,
            (E | O, I) => I,
            (A, I) => E,
            (T, Z) => JJ,
            (A | E, Y) => {
                self.put(V | CODE);
                return true;
            }
            _ => return false,
        };
        *slot = joint | CODE;
        true
    }

    fn count(&mut self, at: u32) {
        match at {
            0xc0..=0x24f => self.latin = self.latin.saturating_add(1),
            0x370..=0x3ff => self.greek = self.greek.saturating_add(1),
            0x400..=0x52f => self.cyrillic = self.cyrillic.saturating_add(1),
            0x590..=0x6ff => {
                self.writing = Writing::Abjad;
                self.caseless = self.caseless.saturating_add(1);
            }
            _ => self.other = self.other.saturating_add(1),
        }
    }

    /// Letters without a row of their own, by their ASCII reading.
    fn other(&mut self, c: char, at: u32) {
        if matches!(at, 0x30fb | 0x30fc | 0x3063 | 0x30c3) {
            return;
        }
        let text = any_ascii::any_ascii_char(c);
        // Most are signs of Han and kana; the tables of Unicode take long to say so.
        let sounds = matches!(
            at,
            0x900..=0xeff | 0x1000..=0x109f | 0x10d0..=0x10fa | 0x1780..=0x17ff | 0x1e00..=0x1eff | 0x3041..=0x3096 | 0x30a1..=0x30fa | 0x4e00..=0x9fff
        ) || c.is_alphanumeric();
        if !sounds {
            return;
        }
        match at {
            0x1e00..=0x1eff => self.latin = self.latin.saturating_add(1),
            0x3040..=0x30ff | 0x31f0..=0x31ff | 0xff66..=0xff9d => {
                self.writing = Writing::Syllables;
                self.caseless = self.caseless.saturating_add(1);
            }
            0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff => {
                self.writing = Writing::Han;
                self.caseless = self.caseless.saturating_add(1);
            }
            0x900..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff => {
                self.writing = Writing::Indic;
                self.caseless = self.caseless.saturating_add(1);
            }
            0x750..=0x77f | 0x8a0..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfefe => {
                self.writing = Writing::Abjad;
                self.caseless = self.caseless.saturating_add(1);
            }
            _ => self.other = self.other.saturating_add(1),
        }
        if self.writing == Writing::Han {
            // Signs of one reading are not one sign.
            self.signs = (self.signs ^ u64::from(at)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        let before = self.len;
        for byte in text.bytes() {
            match byte.to_ascii_lowercase() {
                // Indic romanisation writes c for ch; Tamil says s.
                b'c' if matches!(at, 0xb80..=0xbff) => self.put(S | CODE),
                b'c' if matches!(at, 0x900..=0xdff) => self.put(CH | CODE),
                letter if letter.is_ascii_alphanumeric() => self.put(letter),
                _ => {}
            }
        }
        if self.len == before && c.is_alphanumeric() {
            self.put(OTHER | CODE);
        }
    }

    /// Takes a syllable apart by arithmetic. Source: Unicode 16, section 3.12.
    fn hangul(&mut self, at: u32) {
        self.writing = Writing::Syllables;
        self.caseless = self.caseless.saturating_add(1);
        let part = |table: &[[u8; 2]], at: u32| table.get(at as usize).copied().unwrap_or([0, 0]);
        let codes = [part(&LEADS, at / 588), part(&VOWELS, at % 588 / 28), part(&TAILS, at % 28)];
        for code in codes.into_iter().flatten() {
            if code != 0 {
                self.put(code | CODE);
            }
        }
    }

    fn hash(&self) -> u64 {
        let (chunks, _) = self.bytes.as_chunks::<8>();
        let mut hash = 0x9e37_79b9_7f4a_7c15_u64 ^ self.signs;
        for chunk in chunks.iter().take(self.len.div_ceil(8)) {
            hash = (hash ^ u64::from_le_bytes(*chunk)).wrapping_mul(0xff51_afd7_ed55_8ccd);
            hash ^= hash >> 32;
        }
        hash
    }

    fn finish(&self) -> Sounds {
        let mut sounds = Sounds { writing: self.writing, ..Sounds::default() };
        if self.caseless > 0 && self.latin == 0 && self.cyrillic == 0 && self.greek == 0 {
            sounds.marks |= CASELESS;
        }
        if self.mixed {
            sounds.marks |= MIXED;
        }
        let alphabetic = usize::from(self.latin) + usize::from(self.cyrillic);
        if self.digits > 0 && alphabetic >= 3 {
            let plain = unmasked(self.bytes.get(..self.len).unwrap_or(&[]), self.len);
            latin::read(&plain, self.len, &mut sounds);
        } else {
            latin::read(&self.bytes, self.len, &mut sounds);
        }
        sounds
    }
}

/// Reads digits that imitate letters. Digits that open or end a word are a
/// number ("Storm0558", "3M"), except a lone one in a long word that looks like
/// the letter that would stand there.
fn unmasked(bytes: &[u8], len: usize) -> [u8; ROOM] {
    let mut out = [0; ROOM];
    let digit = |b: &u8| b.is_ascii_digit();
    let mut head = bytes.iter().take_while(|b| digit(b)).count();
    let mut tail = bytes.iter().rev().take_while(|b| digit(b)).count();
    if tail == 1 && len >= 5 && matches!(bytes.last(), Some(b'0' | b'1')) {
        tail = 0;
    }
    if len >= 5
        && (head == 1 || head == 2 && tail == 0)
        && matches!(bytes.first(), Some(b'0' | b'1' | b'3' | b'5' | b'8'))
    {
        head = 0;
    }
    let inner = head..len.saturating_sub(tail);
    for (at, (slot, &byte)) in out.iter_mut().zip(bytes).enumerate() {
        *slot = if inner.contains(&at) { letter_for(byte) } else { byte };
    }
    out
}

fn letter_for(byte: u8) -> u8 {
    match byte {
        b'0' => b'o',
        b'1' => ONE | CODE,
        b'3' => b'e',
        b'4' => b'a',
        b'5' => b's',
        b'6' | b'9' => b'g',
        b'7' => b't',
        b'8' => b'b',
        _ => byte,
    }
}

/// Reads a word with letters of two alphabets again, the rarer ones as the
/// look-alikes of the more frequent ones.
fn repaired(word: &str, counted: &Letters) -> Letters {
    let mut letters = Letters::new();
    let foreign = counted.cyrillic + counted.greek;
    let to_latin = counted.latin >= foreign;
    for c in word.chars() {
        letters.take(if to_latin { latin_twin(c) } else { cyrillic_twin(c) });
        if letters.is_full() {
            break;
        }
    }
    letters.mixed = true;
    letters
}

fn latin_twin(c: char) -> char {
    match c {
        'а' | 'А' | 'α' | 'Α' => 'a',
        'с' | 'С' | 'ϲ' => 'c',
        'е' | 'Е' | 'Ε' | 'ё' => 'e',
        'о' | 'О' | 'ο' | 'Ο' => 'o',
        'р' | 'Р' | 'ρ' | 'Ρ' => 'p',
        'х' | 'Х' | 'χ' | 'Χ' => 'x',
        'у' | 'У' | 'Υ' => 'y',
        'і' | 'І' | 'ι' | 'Ι' => 'i',
        'к' | 'К' | 'κ' | 'Κ' => 'k',
        'м' | 'М' | 'Μ' => 'm',
        'т' | 'Т' | 'τ' | 'Τ' => 't',
        'в' | 'В' | 'Β' => 'b',
        'н' | 'Н' | 'Η' => 'h',
        'ѕ' | 'Ѕ' => 's',
        'ј' | 'Ј' => 'j',
        'Ν' => 'n',
        'ν' => 'v',
        'Ζ' => 'z',
        'ԁ' => 'd',
        'ԛ' => 'q',
        'ԝ' => 'w',
        'һ' | 'Һ' => 'h',
        _ => c,
    }
}

fn cyrillic_twin(c: char) -> char {
    match c {
        'a' | 'A' => 'а',
        'c' | 'C' => 'с',
        'e' | 'E' => 'е',
        'o' | 'O' => 'о',
        'p' | 'P' => 'р',
        'x' | 'X' => 'х',
        'y' | 'Y' => 'у',
        'i' | 'I' => 'і',
        'k' | 'K' => 'к',
        'm' | 'M' => 'м',
        't' | 'T' => 'т',
        'b' | 'B' => 'в',
        'h' | 'H' => 'н',
        's' | 'S' => 'ѕ',
        'j' | 'J' => 'ј',
        _ => c,
    }
}

const LEADS: [[u8; 2]; 19] = [
    [G, 0],
    [K, 0],
    [N, 0],
    [D, 0],
    [T, 0],
    [R, 0],
    [M, 0],
    [B, 0],
    [P, 0],
    [S, 0],
    [S, 0],
    [0, 0],
    [JJ, 0],
    [JJ, 0],
    [CH, 0],
    [K, 0],
    [T, 0],
    [P, 0],
    [H, 0],
];

const VOWELS: [[u8; 2]; 21] = [
    [A, 0],
    [E, 0],
    [J, A],
    [J, E],
    [SCHWA, 0],
    [E, 0],
    [J, SCHWA],
    [J, E],
    [O, 0],
    [W, A],
    [W, E],
    [OE, 0],
    [J, O],
    [U, 0],
    [W, SCHWA],
    [W, E],
    [W, I],
    [J, U],
    [Y, 0],
    [Y, I],
    [I, 0],
];

const TAILS: [[u8; 2]; 28] = [
    [0, 0],
    [K, 0],
    [K, 0],
    [K, S],
    [N, 0],
    [N, JJ],
    [N, H],
    [T, 0],
    [L, 0],
    [L, K],
    [L, M],
    [L, B],
    [L, S],
    [L, T],
    [L, P],
    [L, H],
    [M, 0],
    [P, 0],
    [P, S],
    [T, 0],
    [T, 0],
    [N, G],
    [T, 0],
    [T, 0],
    [K, 0],
    [T, 0],
    [P, 0],
    [H, 0],
];
