//! Cuts a name of the register into parts and says by which pairs of them it is found.

use crate::NameKind;
use crate::fold::{fold, is_cyrillic};
use crate::token::tokens;
use crate::words;

/// What a word does in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Family,
    Given,
    Patronymic,
    Initial,
    Number,
    Filler,
    /// One sign of a script that does not part words.
    Sign,
}

/// One word of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) role: Role,
}

/// A name as it is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spelling {
    pub(super) parts: Vec<Part>,
    /// Pairs of places, the rarer word first; empty if it is found by one word.
    pub(super) pairs: Vec<(usize, usize)>,
    /// The place of the only telling word.
    pub(super) lone: Option<usize>,
    /// The place of the word from which it is read in order, where no two words have capitals.
    pub(super) phrase: Option<usize>,
}

impl Role {
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Family => 0,
            Self::Given => 1,
            Self::Patronymic => 2,
            Self::Initial => 3,
            Self::Number => 4,
            Self::Filler => 5,
            Self::Sign => 6,
        }
    }

    pub(super) fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Family,
            1 => Self::Given,
            2 => Self::Patronymic,
            3 => Self::Initial,
            4 => Self::Number,
            6 => Self::Sign,
            _ => Self::Filler,
        }
    }

    pub(super) fn telling(self) -> bool {
        !matches!(self, Self::Filler | Self::Initial)
    }
}

/// Gives the spellings under which a name is found: as it is, and with words
/// that belong together written as one.
pub(super) fn spellings(name: &str, kind: NameKind) -> Vec<Spelling> {
    let (parts, hyphens) = parts(name, kind);
    let mut all: Vec<Spelling> = spelling(parts.clone(), kind).into_iter().collect();
    for (i, two) in parts.windows(2).enumerate() {
        let [x, y] = two else { continue };
        let tied = hyphens.get(i + 1).copied().unwrap_or(false)
            || x.role == Role::Filler && y.role != Role::Filler && is_article(&x.text);
        if !tied || kind != NameKind::Person || x.role == Role::Sign || all.len() >= JOINED_MAX {
            continue;
        }
        let mut joined = parts.clone();
        joined.remove(i);
        if let Some(part) = joined.get_mut(i) {
            part.text = format!("{}{}", x.text, y.text.to_lowercase());
            part.role = if x.role == Role::Filler { y.role } else { x.role };
        }
        all.extend(spelling(joined, kind).filter(|s| s.lone.is_none()));
    }
    all
}

const JOINED_MAX: usize = 4;
const PARTS_MAX: usize = 12;

fn is_article(word: &str) -> bool {
    matches!(fold(word).as_str(), "al" | "el" | "abu" | "abd" | "ibn" | "de" | "van" | "la" | "du" | "di")
}

fn spelling(parts: Vec<Part>, kind: NameKind) -> Option<Spelling> {
    let telling: Vec<usize> =
        (0..parts.len()).filter(|i| parts.get(*i).is_some_and(|p| p.role.telling())).collect();
    match telling.as_slice() {
        [] => None,
        [one] => Some(Spelling { lone: Some(*one), phrase: None, pairs: Vec::new(), parts }),
        all if kind != NameKind::Person
            && all.iter().filter(|i| loud(&parts, **i) && long(&parts, **i)).count() < 2 =>
        {
            let phrase = all.iter().copied().max_by_key(|i| {
                (
                    loud(&parts, *i) && long(&parts, *i),
                    parts.get(*i).map_or(0, |p| p.text.chars().count()),
                    usize::MAX - i,
                )
            });
            Some(Spelling { lone: None, phrase, pairs: Vec::new(), parts })
        }
        _ => Some(Spelling { lone: None, phrase: None, pairs: pairs(&parts, telling, kind), parts }),
    }
}

/// Tells whether a word is in the capitals that a text would give it too.
fn loud(parts: &[Part], at: usize) -> bool {
    let first = parts.get(at).and_then(|part| part.text.chars().next());
    first.is_some_and(|c| !c.is_lowercase())
}

fn long(parts: &[Part], at: usize) -> bool {
    parts.get(at).is_some_and(|part| part.role == Role::Sign || part.text.chars().count() > 1)
}

/// The pairs of places that lead to the name. A person is found by any two
/// telling words one of which may be the family name; everything else needs all
/// its words, so one pair is enough.
fn pairs(parts: &[Part], mut telling: Vec<usize>, kind: NameKind) -> Vec<(usize, usize)> {
    let role = |i: usize| parts.get(i).map_or(Role::Filler, |p| p.role);
    let rarity = |i: &usize| {
        let rank = match role(*i) {
            Role::Family | Role::Number => 0,
            Role::Sign => 1,
            Role::Given => 2,
            _ => 3,
        };
        let length = parts.get(*i).map_or(0, |p| p.text.chars().count());
        (rank, usize::MAX - length, *i)
    };
    if kind != NameKind::Person {
        telling.retain(|i| loud(parts, *i) && long(parts, *i));
    }
    let signs = telling.iter().any(|i| role(*i) == Role::Sign);
    if !signs {
        telling.sort_by_key(rarity);
    }
    let mut found = Vec::new();
    let whole = kind != NameKind::Person || signs;
    let has_family = telling.iter().any(|i| role(*i) == Role::Family);
    for (n, first) in telling.iter().enumerate().take(if telling.len() > 4 { 2 } else { 4 }) {
        for second in telling.iter().skip(n + 1) {
            if (has_family && role(*first) != Role::Family) || (whole && !found.is_empty()) {
                continue;
            }
            found.push((*first, *second));
        }
    }
    found
}

/// Cuts a name into parts, and tells before which a hyphen stands.
fn parts(name: &str, kind: NameKind) -> (Vec<Part>, Vec<bool>) {
    let (mut parts, mut hyphens): (Vec<Part>, Vec<bool>) = (Vec::new(), Vec::new());
    let mut end = 0;
    for token in tokens(name) {
        let hyphen = matches!(name.get(end..token.span.start), Some("-" | "‐" | "–"));
        end = token.span.end;
        for (n, piece) in pieces(token.text).into_iter().enumerate() {
            let role = role(&piece);
            parts.push(Part { text: piece, role });
            hyphens.push(hyphen && n == 0);
        }
    }
    parts.truncate(PARTS_MAX);
    if kind == NameKind::Person {
        name_a_family(&mut parts);
    } else {
        // "ISIS-K" is not ISIS: a letter of such a name must be there.
        let capital = |p: &&mut Part| p.role == Role::Initial && p.text.chars().all(char::is_uppercase);
        parts.iter_mut().filter(capital).for_each(|p| p.role = Role::Number);
    }
    (parts, hyphens)
}

/// "J.R." is two words, and each sign of a script without spaces is one.
fn pieces(word: &str) -> Vec<String> {
    if word.chars().any(is_sign) {
        return word.chars().map(String::from).collect();
    }
    word.split('.').filter(|piece| !piece.is_empty()).map(str::to_owned).collect()
}

/// Tells whether `c` belongs to a script that does not part words.
pub(super) fn is_sign(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x2ffff)
}

fn role(word: &str) -> Role {
    let folded = fold(word);
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    if word.chars().any(is_sign) {
        Role::Sign
    } else if folded.is_empty() || words::is_particle(&folded) || words::is_legal_form(&folded) {
        Role::Filler
    } else if word.chars().all(|c| c.is_ascii_digit()) {
        Role::Number
    } else if letters == 1 {
        Role::Initial
    } else if words::is_patronymic(&folded) {
        Role::Patronymic
    } else if is_given(word) {
        Role::Given
    } else {
        Role::Family
    }
}

/// Tells whether a word is a given name, also in a Slavic case.
pub(super) fn is_given(word: &str) -> bool {
    words::is_given(word)
        || (word.chars().any(is_cyrillic)
            && crate::score::nominatives(word).iter().any(|form| words::is_given(form)))
}

/// Somebody without a family name has one all the same: the word in capitals
/// among others that are not, or the patronymic or given name that comes last.
fn name_a_family(parts: &mut [Part]) {
    let shouts = |p: &Part| p.text.chars().count() > 1 && !p.text.chars().any(char::is_lowercase);
    let people = |p: &&mut Part| matches!(p.role, Role::Family | Role::Given | Role::Patronymic);
    let mixed = parts.iter().any(|p| p.role.telling() && !shouts(p));
    if mixed && parts.iter().any(|p| p.role.telling() && shouts(p)) {
        for part in parts.iter_mut().filter(people) {
            if shouts(part) {
                part.role = Role::Family;
            } else if part.role == Role::Family {
                part.role = Role::Given;
            }
        }
    }
    if parts.iter().any(|p| p.role == Role::Family) {
        return;
    }
    if let Some(part) = parts.iter_mut().rfind(people) {
        part.role = Role::Family;
    }
}
