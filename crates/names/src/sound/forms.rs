//! What a word of a running text may also be, without allocation.

use super::codes::*;
use super::{Sounds, Writing, of};

/// How many forms one word has at most, itself included.
pub const FORMS_MAX: usize = 6;

/// The forms of a word: the first is the word itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Forms {
    all: [Sounds; FORMS_MAX],
    len: usize,
}

impl Forms {
    /// Gives the forms; the first is the word as it stands.
    #[must_use]
    pub fn as_slice(&self) -> &[Sounds] {
        self.all.get(..self.len).unwrap_or(&[])
    }

    fn push(&mut self, form: Sounds) {
        if form.is_empty() || self.as_slice().contains(&form) {
            return;
        }
        if let Some(slot) = self.all.get_mut(self.len) {
            *slot = form;
            self.len += 1;
        }
    }
}

/// Gives a word and what it may also be: the nominative of a Slavic case, the
/// word without the Arabic article, conjunctions and prepositions, or without a
/// Hebrew prefix. A word without sounds has no forms.
#[must_use]
pub fn forms(word: &str) -> Forms {
    let sounds = of(word);
    let mut out = Forms::default();
    out.push(sounds);
    match sounds.writing() {
        Writing::Abjad => clitics(word, &mut out),
        Writing::Alphabet => cases(word, &sounds, &mut out),
        Writing::Han | Writing::Syllables | Writing::Indic => {}
    }
    out
}

/// Gives a word ending in -eev or -eyev as the other spelling has it: "Poteev" is
/// Poteyev, and Russian ее has that glide, which most letters do not show.
pub(crate) fn glided(word: &str) -> Option<Sounds> {
    let sounds = of(word);
    let codes = sounds.codes();
    let at = codes.windows(2).rposition(|pair| pair == [E, V])?;
    let tail = codes.get(at..)?;
    if let Some(head) = codes.get(..at).and_then(|head| head.strip_suffix(&[E, J])) {
        return Some(sounds.spelled(&[head, tail]));
    }
    let double = ["eev", "еев", "EEV", "ЕЕВ"].iter().any(|double| word.contains(double));
    double.then(|| sounds.spelled(&[codes.get(..at).unwrap_or(&[]), &[E, J], tail]))
}

fn clitics(word: &str, out: &mut Forms) {
    let mut chars = word.chars();
    let first = chars.next();
    let after_one = chars.as_str();
    let letters = word.chars().count();
    // What Persian readers make of letters that came with Arabic words.
    let persian = |code: u8| match code {
        Q => GH,
        DH => Z,
        TH => S,
        other => other,
    };
    if let Some(sounds) = out.as_slice().first().copied()
        && sounds.codes().iter().any(|code| persian(*code) != *code)
    {
        let mut form = sounds;
        while !form.is_empty() {
            form.pop();
        }
        sounds.codes().iter().for_each(|code| form.push(persian(*code)));
        out.push(form);
    }
    // Persian and Egyptian writers end a name in the letter that others read as an a.
    if word.ends_with(['ى', 'ﻯ', 'ﻰ'])
        && let Some(mut form) = out.as_slice().first().copied()
    {
        form.pop();
        form.push(YEH);
        out.push(form);
    }
    if let Some(rest) =
        ["وال", "فال", "بال", "كال", "ولل", "ال", "لل"].iter().find_map(|p| word.strip_prefix(p))
        && rest.chars().count() >= 3
    {
        out.push(of(rest));
    }
    let one = matches!(first, Some('و' | 'ف' | 'ب' | 'ل' | 'ك' | 'ו' | 'ה' | 'ב' | 'ל' | 'מ' | 'ש' | 'כ'));
    if one && letters >= 4 {
        out.push(of(after_one));
    }
}

/// Case endings by sound, and what stands there in the nominative. Longer ones
/// first; the letters are those of the tables, so Latin spellings meet them too.
#[rustfmt::skip]
const CASES: &[(&[u8], &[u8])] = &[
    (&[O, G, O], &[Y]),
    (&[O, G, O], &[O, J]),
    (&[E, G, O], &[I]),
    (&[E, GE, O], &[I]),
    (&[O, M, U], &[Y]),
    (&[E, M, U], &[I]),
    (&[O, V, I], &[]),
    (&[E, V, I], &[]),
    (&[O, W, I], &[]),
    (&[O, J, U], &[A]),
    (&[Y, M], &[Y]),
    (&[Y, M], &[]),
    (&[I, M], &[I]),
    (&[I, M], &[O, J]),
    (&[O, J], &[A]),
    (&[O, J], &[A, J, A]),
    (&[U, J, U], &[A, J, A]),
    (&[E, J], &[J, A]),
    (&[E, J, U], &[J, A]),
    (&[O, M], &[]),
    (&[E, M], &[E, J]),
    (&[E, M], &[J]),
    (&[E, M], &[]),
    (&[YO, M], &[J]),
    (&[A, M, I], &[]),
    (&[I, J, U], &[I, J, A]),
    (&[E, J, A], &[E, J]),
    (&[I, J, A], &[I]),
    (&[J, A], &[J]),
    (&[J, A], &[]),
    (&[J, U], &[J]),
    (&[J, U], &[J, A]),
    (&[J, U], &[]),
    (&[A], &[]),
    (&[U], &[A]),
    (&[U], &[]),
    (&[E], &[]),
    (&[E], &[A]),
    (&[Y], &[A]),
    (&[I], &[J, A]),
    (&[I], &[A]),
    (&[I], &[I, J, A]),
];

fn cases(word: &str, sounds: &Sounds, out: &mut Forms) {
    let slavic = word.chars().any(|c| matches!(u32::from(c), 0x400..=0x52f));
    let mut sounds = *sounds;
    if sounds.codes().contains(&YO) {
        // Most Russian texts write ё without its dots.
        let mut plain = sounds;
        while !plain.is_empty() {
            plain.pop();
        }
        sounds.codes().iter().for_each(|code| plain.push(if *code == YO { E } else { *code }));
        out.push(plain);
        sounds = plain;
    }
    for (ending, nominative) in CASES {
        // Latin texts of Poland and Bohemia bend foreign names in a few ways only.
        if !slavic && ending.len() < 2 && *ending != [A] && *ending != [E] && *ending != [U] {
            continue;
        }
        let Some(stem) = sounds.codes().strip_suffix(*ending) else { continue };
        // "Ильи" and "Изы": short words bend by one vowel.
        let least = if slavic && ending.len() == 1 && nominative.contains(&A) { 2 } else { 3 };
        if stem.len() < least {
            continue;
        }
        let mut form = sounds;
        for _ in 0..ending.len() {
            form.pop();
        }
        for code in *nominative {
            form.push(*code);
        }
        out.push(form);
    }
}
