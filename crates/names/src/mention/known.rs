//! The bodies and head words that rules ask for.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::fold::fold;
use crate::mention::MentionKind;
use crate::token::tokens;
use crate::words::lines;

/// The longest listed body, in words.
pub(super) const WORDS_MAX: usize = 5;

/// Tells whether these folded words are a listed body.
pub(super) fn is_body(folded: &[&str]) -> bool {
    lists().bodies.contains_key(&folded.join(" "))
}

/// Tells whether the listed body of these words is written in capitals.
pub(super) fn is_acronym(folded: &[&str]) -> bool {
    lists().bodies.get(&folded.join(" ")).copied().unwrap_or(false)
}

/// Tells whether a folded word makes its neighbours a body.
pub(super) fn is_head(folded: &str) -> bool {
    lists().heads.contains(folded)
}

/// Tells whether a folded word makes the words before it a place.
pub(super) fn is_place_head(folded: &str) -> bool {
    lists().place_heads.contains(folded)
}

/// Finds the listed one-word name that has the same letters in another order
/// and the same ends, as a slip of the keyboard leaves it.
pub(super) fn slip_of(folded: &str) -> Option<(MentionKind, &'static str)> {
    if folded.chars().count() < 6 {
        return None;
    }
    let known = lists().by_letters.get(&letters(folded))?;
    let ends = |word: &str| (word.chars().next(), word.chars().next_back());
    let same_ends =
        known.iter().filter(|(_, name)| ends(&fold(name)) == ends(folded) && fold(name) != folded);
    same_ends.copied().next()
}

struct Lists {
    bodies: HashMap<String, bool>,
    heads: HashSet<String>,
    place_heads: HashSet<String>,
    by_letters: HashMap<String, Vec<(MentionKind, &'static str)>>,
}

fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| {
        let words = |data: &'static str| lines(data).flat_map(str::split_whitespace).map(fold).collect();
        let mut bodies = HashMap::new();
        let mut by_letters: HashMap<String, Vec<(MentionKind, &'static str)>> = HashMap::new();
        for name in lines(include_str!("../data/organisations.txt")) {
            let folded: Vec<String> = tokens(name).iter().map(|t| fold(t.text)).collect();
            if let [one] = folded.as_slice() {
                by_letters.entry(letters(one)).or_default().push((MentionKind::Organisation, name));
            }
            let acronym = name.chars().all(|c| !c.is_lowercase());
            bodies.insert(folded.join(" "), acronym);
        }
        for name in crate::gazetteer::names().filter(|name| !name.contains(' ')) {
            by_letters.entry(letters(&fold(name))).or_default().push((MentionKind::Place, name));
        }
        for names in by_letters.values_mut() {
            names.sort_unstable();
        }
        Lists {
            bodies,
            heads: words(include_str!("../data/heads.txt")),
            place_heads: words(include_str!("../data/place_heads.txt")),
            by_letters,
        }
    })
}

fn letters(folded: &str) -> String {
    let mut all: Vec<char> = folded.chars().collect();
    all.sort_unstable();
    all.into_iter().collect()
}
