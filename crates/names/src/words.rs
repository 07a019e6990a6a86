//! The small word lists that rules ask: given names, common words, titles,
//! particles and legal forms.
//!
//! All lists were written for this crate from general knowledge and are read
//! once. Lookups fold the word first, so one spelling serves all scripts.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::fold::fold;
use crate::likeness::sounds;

/// Tells which groups of given names a word belongs to; empty when none.
#[must_use]
pub fn given_groups(word: &str) -> &'static [u16] {
    let folded = fold(word);
    let names = given_names();
    names.by_fold.get(&folded).or_else(|| names.by_sound.get(&sounds(&folded))).map_or(&[], Vec::as_slice)
}

/// Tells whether a word is a known given name in one of its usual spellings.
#[must_use]
pub fn is_given(word: &str) -> bool {
    !given_groups(word).is_empty()
}

/// Gives the Latin spelling of a given name as a text without capitals writes
/// it, where its sounds would not tell.
pub(crate) fn abroad(word: &str) -> Option<&'static str> {
    static NAMES: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        lines(include_str!("data/abroad.txt")).filter_map(|line| line.split_once(' ')).collect()
    });
    names.get(word).copied()
}

/// Tells whether a word is ordinary vocabulary that must not stand for a name.
#[must_use]
pub fn is_common(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    WORDS.get_or_init(|| folded_set(include_str!("data/common.txt"))).contains(&fold(word))
}

/// Tells whether a word is a title or rank that comes before a name.
#[must_use]
pub fn is_title(word: &str) -> bool {
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    WORDS.get_or_init(|| folded_set(TITLES)).contains(&fold(word))
}

/// Tells whether a folded word belongs to titles and things rather than people.
#[must_use]
pub fn is_ordinary(folded: &str) -> bool {
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    WORDS.get_or_init(|| folded_set(include_str!("data/ordinary.txt"))).contains(folded)
}

/// Tells whether a word is a surname that newspapers print alone.
#[must_use]
pub fn is_well_known(folded: &str) -> bool {
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    WORDS.get_or_init(|| folded_set(include_str!("data/leaders.txt"))).contains(folded)
}

/// Tells whether a word only joins the parts of a name.
#[must_use]
pub fn is_particle(folded: &str) -> bool {
    PARTICLES.contains(&folded)
}

/// Tells whether a word is a legal form or another filler of company names.
#[must_use]
pub fn is_legal_form(folded: &str) -> bool {
    LEGAL_FORMS.contains(&folded)
}

/// Tells whether a word ends like a Slavic patronymic.
#[must_use]
pub fn is_patronymic(folded: &str) -> bool {
    folded.len() >= 7
        && matches!(
            folded.as_bytes(),
            [.., b'o' | b'e', b'v', b'i' | b'y', b'c', b'h']
                | [.., b'a', b'v', b'i', b'c', b'h']
                | [.., b'o' | b'e' | b'i', b'v', b'n', b'a']
        )
}

/// Reads a list whose lines starting with `#` are remarks.
pub(crate) fn lines(data: &'static str) -> impl Iterator<Item = &'static str> {
    data.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn folded_set(data: &'static str) -> HashSet<String> {
    lines(data).flat_map(str::split_whitespace).map(fold).collect()
}

struct GivenNames {
    by_fold: HashMap<String, Vec<u16>>,
    by_sound: HashMap<Vec<u8>, Vec<u16>>,
}

fn given_names() -> &'static GivenNames {
    static NAMES: OnceLock<GivenNames> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = GivenNames { by_fold: HashMap::new(), by_sound: HashMap::new() };
        for (group, line) in (0_u16..).zip(lines(include_str!("data/given.txt"))) {
            for name in line.split_whitespace() {
                let folded = fold(name);
                // Short names sound like too much else: they need the letters.
                if folded.len() > 4 {
                    add_group(names.by_sound.entry(sounds(&folded)).or_default(), group);
                }
                add_group(names.by_fold.entry(folded).or_default(), group);
            }
        }
        names
    })
}

fn add_group(groups: &mut Vec<u16>, group: u16) {
    if !groups.contains(&group) {
        groups.push(group);
    }
}

const TITLES: &str = "mr mrs ms miss dr prof professor sir dame lord lady baron count president vice prime
    minister secretary chancellor premier king queen prince princess sheikh sheik emir imam ayatollah mullah
    rabbi father bishop archbishop cardinal pope patriarch metropolitan general colonel captain major lieutenant
    sergeant corporal private admiral commander marshal officer inspector detective constable superintendent
    judge justice senator congressman congresswoman representative governor mayor ambassador director chairman
    chairwoman chairperson spokesman spokeswoman spokesperson chief leader activist journalist reporter lawyer
    attorney oligarch analyst author editor agent spy dissident deputy mp
    г господин госпожа президент премьер министр генерал полковник капитан майор сенатор губернатор мэр депутат
    пан пані президента міністр журналист активист адвокат директор папа король королева принц царь император
    papa papież król cesarz papež král císař پاپ بابا البابا الملك الرئيس الشيخ الأمير";

const PARTICLES: &[&str] = &[
    "al", "el", "ul", "bin", "ibn", "ben", "bint", "abu", "van", "von", "der", "den", "de", "del", "della",
    "di", "da", "dos", "das", "du", "la", "le", "zu", "zur", "ter", "af", "av", "y", "e", "ad", "as", "ash",
    "at", "ar", "an", "os", "oglu", "ogly", "kyzy", "qizi", "the",
];

const LEGAL_FORMS: &[&str] = &[
    "ltd",
    "limited",
    "inc",
    "incorporated",
    "llc",
    "llp",
    "plc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "sa",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "oy",
    "ab",
    "as",
    "ooo",
    "zao",
    "oao",
    "pao",
    "ao",
    "tov",
    "jsc",
    "ojsc",
    "pjsc",
    "fze",
    "the",
    "of",
    "and",
    "for",
    "obshchestvo",
    "aktsionernoe",
    "publichnoe",
    "zakrytoe",
    "otkrytoe",
    "ogranichennoy",
    "otvetstvennostyu",
    "kompaniya",
    "i",
    "und",
    "et",
    "y",
    "joint",
    "stock",
    "public",
    "jr",
    "sr",
    "junior",
    "senior",
    "mr",
    "mrs",
    "ms",
    "dr",
    "prof",
    "sir",
    "general",
    "colonel",
    "sheikh",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_given_name_share_a_group() {
        let groups = given_groups("Alexander");
        for other in ["Aleksandr", "Oleksandr", "Александр", "Sasha", "Олександр"] {
            assert!(given_groups(other).iter().any(|g| groups.contains(g)), "{other}");
        }
        assert!(given_groups("Yulia").iter().all(|g| !given_groups("Sergei").contains(g)));
    }

    #[test]
    fn ordinary_words_are_known() {
        assert!(is_common("The") && is_common("Для") && !is_common("Skripal"));
    }
}
