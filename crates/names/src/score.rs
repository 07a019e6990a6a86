//! Compares two whole names and says why.
//!
//! The order of the words does not matter. A word that has no partner costs
//! little, two words that contradict each other cost much: "Sergei Skripal" and
//! "Yulia Skripal" are two people. The score is 1.0 for the same name and is
//! comparable across scripts; it is not a probability. Absent: nicknames that
//! share no letters, translated organisation names.

use std::cmp::Ordering;

use crate::fold::{fold, is_abjad, is_cyrillic};
use crate::skeleton::{likeness, sounds};
use crate::token::tokens;
use crate::words;

/// How alike two names are, with the reasons in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// From 0.0, unrelated, to 1.0, the same name.
    pub score: f32,
    /// One reason for each pair of words and each word left over.
    pub why: Vec<String>,
}

/// Compares two names of people, groups, organisations or places.
#[must_use]
pub fn compare(a: &str, b: &str) -> Comparison {
    let (left, right) = (parts(a), parts(b));
    if left.is_empty() || right.is_empty() {
        return Comparison { score: 0.0, why: Vec::new() };
    }
    let matches = assign(&left, &right);
    let mut why: Vec<String> = matches.iter().map(|m| m.reason(&left, &right)).collect();
    let score = weigh(&left, &right, &matches, &mut why);
    Comparison { score, why }
}

/// What a word does in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Given,
    Family,
    Patronymic,
    Initial,
    Number,
    Filler,
}

/// One word of a name, ready to be compared.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) role: Role,
    pub(crate) folded: String,
    /// The sounds as written, then those of the likely nominative forms.
    pub(crate) forms: Vec<Vec<u8>>,
    pub(crate) given: &'static [u16],
    abjad: bool,
}

impl Part {
    pub(crate) fn new(word: &str) -> Self {
        let folded = fold(word);
        let given = words::given_groups(word);
        let mut forms = vec![sounds(&folded)];
        for form in nominatives(word) {
            let form = sounds(&fold(&form));
            if !form.is_empty() && !forms.contains(&form) {
                forms.push(form);
            }
        }
        let given =
            if given.is_empty() && word.chars().any(is_cyrillic) { given_in_case(word) } else { given };
        let role = role(word, &folded, given);
        Self { text: word.to_owned(), role, folded, forms, given, abjad: is_abjad(word) }
    }

    fn weight(&self) -> f32 {
        match self.role {
            Role::Given => 1.0,
            Role::Family => 1.4,
            Role::Patronymic => 0.4,
            Role::Initial => 0.3,
            Role::Number => 1.5,
            Role::Filler => 0.08,
        }
    }

    /// Gives the likeness of two words, 0.0 when they cannot be the same.
    pub(crate) fn likeness(&self, other: &Self) -> f32 {
        self.likeness_to_forms(other, &other.forms)
    }

    /// Gives the likeness to a word that stands in the nominative, as those of
    /// a register do: the other word's guessed forms are left out.
    pub(crate) fn likeness_to_entry(&self, entry: &Self) -> f32 {
        self.likeness_to_forms(entry, entry.forms.get(..1).unwrap_or(&[]))
    }

    fn likeness_to_forms(&self, other: &Self, others: &[Vec<u8>]) -> f32 {
        if self.folded == other.folded {
            return 1.0;
        }
        if self.role == Role::Initial || other.role == Role::Initial {
            return self.initial_likeness(other);
        }
        if self.role == Role::Number || other.role == Role::Number {
            return 0.0;
        }
        let shared = self.given.iter().any(|group| other.given.contains(group));
        if shared {
            return 0.97;
        }
        let abjad = self.abjad || other.abjad;
        let mut best = 0.0_f32;
        for (i, x) in self.forms.iter().enumerate() {
            for (j, y) in others.iter().enumerate() {
                // Only equal letters are worth 1.0.
                let guess = if i + j > 0 { 0.02 } else { 0.01 };
                best = best.max(likeness(x, y, abjad) - guess);
            }
        }
        let contradict = !self.given.is_empty() && !other.given.is_empty();
        if contradict && best < 0.93 { best.min(0.3) } else { best }
    }

    fn initial_likeness(&self, other: &Self) -> f32 {
        let (Some(x), Some(y)) = (self.folded.chars().next(), other.folded.chars().next()) else {
            return 0.0;
        };
        if x == y { 0.85 } else { 0.0 }
    }
}

/// Cuts a name into its words; at most 16 of them count.
pub(crate) fn parts(name: &str) -> Vec<Part> {
    let mut out = Vec::new();
    for token in tokens(name) {
        if token.text.contains('.') {
            out.extend(token.text.split('.').filter(|s| !s.is_empty()).map(Part::new));
        } else {
            let bare = token.text.strip_prefix("ال").filter(|rest| rest.chars().count() > 2);
            out.push(Part::new(bare.unwrap_or(token.text)));
        }
    }
    out.retain(|part| !part.folded.is_empty());
    out.truncate(16);
    name_a_family(&mut out);
    out
}

/// Makes a word that only ends like a patronymic the family name: there is one
/// patronymic at most, and it stands between a given and a family name. So
/// "Sergey Stankevich" and "Sergey Nikolayevich STANKEVICH" keep their surname.
fn name_a_family(parts: &mut [Part]) {
    let shouts = |p: &Part| p.text.chars().count() > 1 && !p.text.chars().any(char::is_lowercase);
    let mixed = parts.iter().any(|p| !shouts(p));
    let others = parts.iter().filter(|p| matches!(p.role, Role::Given | Role::Family)).count();
    let mut like: Vec<&mut Part> = parts.iter_mut().filter(|p| p.role == Role::Patronymic).collect();
    if like.len() < 2 && others >= 2 {
        return;
    }
    let loud = like.iter().position(|p| mixed && shouts(p));
    if let Some(part) = loud.or(like.len().checked_sub(1)).and_then(|at| like.get_mut(at)) {
        part.role = Role::Family;
    }
}

struct Match {
    left: usize,
    right: usize,
    /// The second word when two words are written as one on the other side.
    also_left: Option<usize>,
    also_right: Option<usize>,
    likeness: f32,
}

impl Match {
    fn reason(&self, left: &[Part], right: &[Part]) -> String {
        let name = |parts: &[Part], first: usize, second: Option<usize>| {
            let texts: Vec<&str> = [Some(first), second]
                .into_iter()
                .flatten()
                .filter_map(|i| parts.get(i))
                .map(|p| p.text.as_str())
                .collect();
            texts.join(" ")
        };
        let (a, b) = (name(left, self.left, self.also_left), name(right, self.right, self.also_right));
        if a == b { format!("{a} is equal") } else { format!("{a} ≈ {b} ({:.2})", self.likeness) }
    }
}

/// Pairs the words of two names, the most alike first.
fn assign(left: &[Part], right: &[Part]) -> Vec<Match> {
    let mut all = Vec::new();
    for (i, x) in left.iter().enumerate() {
        for (j, y) in right.iter().enumerate() {
            let likeness = x.likeness(y);
            if likeness >= 0.62 {
                all.push(Match { left: i, right: j, also_left: None, also_right: None, likeness });
            }
        }
    }
    joined(left, right, |i, j, likeness| {
        all.push(Match { left: i, right: j, also_left: Some(i + 1), also_right: None, likeness });
    });
    joined(right, left, |i, j, likeness| {
        all.push(Match { left: j, right: i, also_left: None, also_right: Some(i + 1), likeness });
    });
    all.sort_by(|a, b| {
        b.likeness
            .partial_cmp(&a.likeness)
            .unwrap_or(Ordering::Equal)
            .then((a.left, a.right).cmp(&(b.left, b.right)))
    });
    let (mut used_left, mut used_right) = (vec![false; left.len()], vec![false; right.len()]);
    all.retain(|m| {
        let lefts = [Some(m.left), m.also_left];
        let rights = [Some(m.right), m.also_right];
        let taken = |used: &[bool], at: usize| used.get(at).copied().unwrap_or(true);
        let free = lefts.iter().flatten().all(|i| !taken(&used_left, *i))
            && rights.iter().flatten().all(|j| !taken(&used_right, *j));
        if free {
            lefts
                .iter()
                .flatten()
                .for_each(|i| used_left.iter_mut().skip(*i).take(1).for_each(|u| *u = true));
            rights
                .iter()
                .flatten()
                .for_each(|j| used_right.iter_mut().skip(*j).take(1).for_each(|u| *u = true));
        }
        free
    });
    all
}

/// Finds neighbours on one side that are one word on the other.
fn joined(pairs: &[Part], singles: &[Part], mut found: impl FnMut(usize, usize, f32)) {
    for (i, two) in pairs.windows(2).enumerate() {
        let [x, y] = two else { continue };
        let both = Part::new(&format!("{}{}", x.folded, y.folded));
        for (j, single) in singles.iter().enumerate() {
            let length = single.folded.len();
            if length < 5 || length.abs_diff(both.folded.len()) > 3 {
                continue;
            }
            let likeness = both.likeness(single) - 0.02;
            if likeness >= 0.8 {
                found(i, j, likeness);
            }
        }
    }
}

fn weigh(left: &[Part], right: &[Part], matches: &[Match], why: &mut Vec<String>) -> f32 {
    let mut matched = 0.0;
    let mut alike = 0.0;
    let mut family = false;
    let (mut used_left, mut used_right) = (Vec::new(), Vec::new());
    for m in matches {
        let (Some(x), Some(y)) = (left.get(m.left), right.get(m.right)) else { continue };
        let weight = f32::midpoint(x.weight(), y.weight());
        matched += weight;
        alike += weight * m.likeness;
        family |= x.role == Role::Family || y.role == Role::Family;
        used_left.extend([Some(m.left), m.also_left].into_iter().flatten());
        used_right.extend([Some(m.right), m.also_right].into_iter().flatten());
    }
    if matched <= 0.0 {
        return 0.0;
    }
    let over_left = left_over(left, &used_left, why);
    let over_right = left_over(right, &used_right, why);
    let conflict = over_left.min(over_right);
    let extra = (over_left - over_right).abs();
    let score = alike / matched * matched / (matched + 3.0 * conflict + 0.35 * extra);
    let needs_family = [left, right].iter().all(|side| side.iter().any(|p| p.role == Role::Family));
    if needs_family && !family {
        why.push("no family name agrees".to_owned());
        return score.min(0.4);
    }
    score.clamp(0.0, 1.0)
}

fn left_over(parts: &[Part], used: &[usize], why: &mut Vec<String>) -> f32 {
    let mut weight = 0.0;
    for (i, part) in parts.iter().enumerate() {
        if !used.contains(&i) {
            weight += part.weight();
            if part.role != Role::Filler {
                why.push(format!("{} has no partner", part.text));
            }
        }
    }
    weight
}

fn role(word: &str, folded: &str, given: &[u16]) -> Role {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    if words::is_particle(folded) || words::is_legal_form(folded) {
        Role::Filler
    } else if word.chars().all(|c| c.is_ascii_digit()) {
        Role::Number
    } else if letters == 1 && !word.chars().any(|c| u32::from(c) > 0x2000) {
        Role::Initial
    } else if words::is_patronymic(folded) {
        Role::Patronymic
    } else if given.is_empty() {
        Role::Family
    } else {
        Role::Given
    }
}

fn given_in_case(word: &str) -> &'static [u16] {
    nominatives(word).iter().map(|form| words::given_groups(form)).find(|g| !g.is_empty()).unwrap_or(&[])
}

/// Guesses the nominative forms of a word that may stand in a Slavic case.
pub(crate) fn nominatives(word: &str) -> Vec<String> {
    let lower = word.to_lowercase();
    let mut forms = Vec::new();
    let table = if word.chars().any(is_cyrillic) { CYRILLIC_CASES } else { LATIN_CASES };
    for (ending, nominative) in table {
        if let Some(stem) = lower.strip_suffix(ending)
            && stem.chars().count() >= 3
        {
            forms.push(format!("{stem}{nominative}"));
        }
    }
    forms.truncate(4);
    forms
}

/// Case endings and what stands there in the nominative; longer ones first.
const CYRILLIC_CASES: &[(&str, &str)] = &[
    ("ого", "ый"),
    ("его", "ий"),
    ("ому", "ый"),
    ("ему", "ий"),
    ("ым", "ый"),
    ("ым", ""),
    ("им", "ий"),
    ("ової", "ова"),
    ("ові", ""),
    ("еві", ""),
    ("ой", "а"),
    ("ой", "ая"),
    ("ую", "ая"),
    ("ом", ""),
    ("ем", "й"),
    ("ем", ""),
    ("ём", "й"),
    ("ею", "я"),
    ("ей", "я"),
    ("ии", "ия"),
    ("ию", "ия"),
    ("а", ""),
    ("я", "й"),
    ("я", ""),
    ("у", ""),
    ("у", "а"),
    ("ю", "й"),
    ("ю", "я"),
    ("е", ""),
    ("е", "а"),
    ("ы", "а"),
    ("и", "а"),
    ("і", "а"),
];

const LATIN_CASES: &[(&str, &str)] = &[
    ("skiego", "ski"),
    ("skiemu", "ski"),
    ("skim", "ski"),
    ("ského", "sky"),
    ("owi", ""),
    ("ovi", ""),
    ("ego", "y"),
    ("ého", "y"),
    ("emu", "y"),
];

#[cfg(test)]
mod tests;
