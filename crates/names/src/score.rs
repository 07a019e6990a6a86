//! The words of a name as the index and the mentions see them.
//!
//! Whole names are compared by [`crate::pair`]. What stands here serves the
//! callers that have not moved to [`crate::name`] yet.

use crate::fold::{fold, is_abjad, is_cyrillic};
use crate::skeleton::{likeness, sounds};
use crate::token::tokens;
use crate::words;

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
