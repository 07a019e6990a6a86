//! The words of a text as the mentions see them.
//!
//! Whole names are compared by [`crate::pair`] and texts screened by
//! [`crate::screen`]; both read words through [`crate::sound`].

use crate::fold::{fold, is_abjad, is_cyrillic};
use crate::likeness::{likeness, sounds};
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
        Self { role, folded, forms, given, abjad: is_abjad(word) }
    }

    /// Gives the likeness of two words, 0.0 when they cannot be the same.
    pub(crate) fn likeness(&self, other: &Self) -> f32 {
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
            for (j, y) in other.forms.iter().enumerate() {
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
    ("еем", "ей"),
    ("ем", "ь"),
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
    ("ьи", "ья"),
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
