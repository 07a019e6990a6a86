//! Looks up places by name, and tells words for peoples from places.
//!
//! Names are folded, so every script and diacritic of a listed spelling works.
//! The list holds all states, capitals, large cities, regions in the news and
//! well-known venues; a name that is missing is not thereby no place.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::fold::fold;
use crate::token::tokens;
use crate::words::lines;

/// What sort of place a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    /// A state, past or present.
    Country,
    /// A city or town.
    City,
    /// A region, sea or continent.
    Region,
    /// A building, square or compound.
    Venue,
}

/// A known place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The name as it stands in the list.
    pub name: &'static str,
    /// ISO 3166 code of the state, `XX` where several share the place.
    pub country: &'static str,
    /// Its sort.
    pub kind: PlaceKind,
}

/// Finds the place of exactly this name.
#[must_use]
pub fn place(name: &str) -> Option<&'static Place> {
    known().places.get(&key(name))
}

/// Tells whether a word names a people, a faith or an origin.
#[must_use]
pub fn is_demonym(word: &str) -> bool {
    known().demonyms.contains(&fold(word))
}

/// Tells whether a word is a part of a listed place or a demonym.
#[must_use]
pub fn is_known_word(word: &str) -> bool {
    let folded = fold(word);
    known().words.contains(&folded) || known().demonyms.contains(&folded)
}

/// Gives all listed names, in no particular order.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    known().places.values().map(|place| place.name)
}

/// The longest name of the list, in words.
pub const WORDS_MAX: usize = 6;

struct Known {
    places: HashMap<String, Place>,
    words: HashSet<String>,
    demonyms: HashSet<String>,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = Known { places: HashMap::new(), words: HashSet::new(), demonyms: HashSet::new() };
        for line in lines(include_str!("data/places.txt")) {
            read_line(line, &mut known);
        }
        let demonyms = lines(include_str!("data/demonyms.txt")).flat_map(str::split_whitespace);
        known.demonyms = demonyms.map(fold).collect();
        known
    })
}

fn read_line(line: &'static str, known: &mut Known) {
    let Some((head, names)) = line.split_once(':') else { return };
    let Some((country, kind)) = head.split_once(' ') else { return };
    let kind = match kind {
        "country" => PlaceKind::Country,
        "city" => PlaceKind::City,
        "region" => PlaceKind::Region,
        _ => PlaceKind::Venue,
    };
    for name in names.split(',').map(str::trim) {
        known.words.extend(tokens(name).iter().map(|t| fold(t.text)));
        known.places.entry(key(name)).or_insert(Place { name, country, kind });
    }
}

fn key(name: &str) -> String {
    let words: Vec<String> = tokens(name).iter().map(|t| fold(t.text)).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_in_other_scripts_and_spellings() {
        assert_eq!(place("Москва").map(|p| p.country), Some("RU"));
        assert_eq!(place("Mexico City").map(|p| p.kind), Some(PlaceKind::City));
        assert_eq!(place("U.S.").map(|p| p.country), Some("US"));
        assert_eq!(place("Gdańsk").map(|p| p.country), Some("PL"));
        assert_eq!(place("Nowhere"), None);
    }

    #[test]
    fn peoples_are_not_places() {
        assert!(is_demonym("Russians") && place("Russian").is_none());
    }
}
