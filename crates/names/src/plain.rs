//! Tells ordinary words, which dictionaries list in small letters.
//!
//! A name that is such a word ("Protón", "Маяк") says nothing on its own. The
//! model holds a hash of four bytes for each word of English, French, Polish,
//! Russian and Turkish that a dictionary has and running text uses; one in
//! fifty thousand other words is taken for one of them. Other languages have
//! no list yet: there a word is ordinary only if it is written alike.
//!
//! Source: `models/plain.bin`, made by `bench/names/background.sh`; see
//! `models/BACKGROUND.md`.

use crate::fold::fold;

const MODEL: &[u8] = include_bytes!("../models/plain.bin");

/// Tells whether a word, or what it may be the Slavic case of, is an ordinary one.
pub(crate) fn is_plain(word: &str) -> bool {
    holds(word) || crate::score::nominatives(word).iter().any(|form| holds(form))
}

fn holds(word: &str) -> bool {
    let (keys, _) = MODEL.as_chunks::<4>();
    keys.binary_search_by_key(&key(word), |bytes| u32::from_be_bytes(*bytes)).is_ok()
}

/// Gives the number under which the model holds a word, whatever its capitals.
#[must_use]
pub fn key(word: &str) -> u32 {
    // FNV-1a, whose upper half is mixed well enough for a set.
    let hash = fold(word).bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    u32::try_from(hash >> 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionary_words_are_plain_in_every_case_and_names_are_not() {
        for word in ["Протон", "протона", "Silikon", "SULPHUR", "Ядро", "wolf"] {
            assert!(is_plain(word), "{word}");
        }
        for word in ["Skripal", "Скрипаль", "Роснефть", "Rosneft", "Turla", ""] {
            assert!(!is_plain(word), "{word}");
        }
    }
}
