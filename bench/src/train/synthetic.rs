//! Makes labelled pairs of names from spellings of tokens, for scripts that the
//! labelled rows do not show.
//!
//! A person gets a given name and a surname that both have a native spelling of
//! one script. Pairs of one person differ in script, order, spelling, initials
//! and slips of typing; pairs of two persons share a part, or have parts that
//! are near by sound.

use std::collections::BTreeMap;

use aldis_names::sound::{self, Writing};

use super::labelled::Labelled;
use super::tokens::Pair;

/// A linear congruential generator with an output mix: the same draws everywhere.
pub struct Draws(u64);

impl Draws {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Draws from 0 up to `below`; 0 if that is 0.
    pub fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ self.0 >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd) >> 32;
        usize::try_from(mixed).unwrap_or(0).checked_rem(below).unwrap_or(0)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

struct Tokens<'p> {
    latin: &'p str,
    often: u32,
    /// For each writing the spellings and how often.
    natives: BTreeMap<Writing, Vec<(&'p str, u32)>>,
}

/// Makes `count` pairs.
#[must_use]
pub fn make(pairs: &[Pair], pivots: &[Pair], count: usize) -> Vec<Labelled> {
    let mut by_latin: BTreeMap<&str, Tokens<'_>> = BTreeMap::new();
    for pair in pairs {
        let token = by_latin.entry(&pair.latin).or_insert_with(|| Tokens {
            latin: &pair.latin,
            often: 0,
            natives: BTreeMap::new(),
        });
        token.often = token.often.max(pair.count);
        token.natives.entry(sound::of(&pair.other).writing()).or_default().push((&pair.other, pair.count));
    }
    let mut variants: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for pair in pivots.iter().filter(|p| p.count >= 3) {
        variants.entry(&pair.latin).or_default().push(&pair.other);
        variants.entry(&pair.other).or_default().push(&pair.latin);
    }
    let usable = |t: &&Tokens<'_>| t.latin.chars().count() >= 3 && t.latin.chars().all(char::is_alphabetic);
    let mut tokens: Vec<&Tokens<'_>> = by_latin.values().filter(usable).collect();
    // Neighbours in this order have near sounds.
    tokens.sort_by_cached_key(|t| (sound::of(t.latin).skeleton().reverse_bits(), t.latin.to_owned()));
    let given: Vec<usize> =
        (0..tokens.len()).filter(|i| tokens.get(*i).is_some_and(|t| t.often >= 12)).collect();
    let mut maker = Maker { tokens, given, variants, draws: Draws::new(7) };
    (0..count).filter_map(|at| maker.pair(at)).collect()
}

struct Maker<'p> {
    tokens: Vec<&'p Tokens<'p>>,
    given: Vec<usize>,
    variants: BTreeMap<&'p str, Vec<&'p str>>,
    draws: Draws,
}

impl Maker<'_> {
    fn pair(&mut self, at: usize) -> Option<Labelled> {
        let middle = self.draws.chance(25);
        let mut person = vec![self.given_name()];
        if middle {
            person.push(self.given_name());
        }
        person.push(self.surname());
        let same = self.draws.chance(50);
        let mut other = person.clone();
        let category = if same { "made-same" } else { self.change(&mut other) };
        if !same && other == person {
            return None;
        }
        let (left, right) = (self.writing(), self.writing());
        let a = self.write(&person, left, same);
        let b = self.write(&other, right, same);
        let (a, b) = (a?, b?);
        if !same && a.eq_ignore_ascii_case(&b) {
            return None;
        }
        // Slips fall on both kinds of pairs, or a slip would tell the kind.
        let noisy = a == b || left == right && self.draws.chance(35);
        let a = if noisy { self.spoil(&a) } else { a };
        let b = if self.draws.chance(12) { self.without_middle(&b) } else { b };
        Some(Labelled {
            id: format!("made-{at}"),
            kind: "PER".into(),
            a,
            b,
            same,
            category: category.into(),
            src: "made".into(),
            ..Labelled::default()
        })
    }

    fn given_name(&mut self) -> usize {
        let at = self.draws.below(self.given.len());
        self.given.get(at).copied().unwrap_or(0)
    }

    fn surname(&mut self) -> usize {
        // Half of the names people bear are common ones.
        if self.draws.chance(30) { self.given_name() } else { self.draws.below(self.tokens.len()) }
    }

    fn writing(&mut self) -> Option<Writing> {
        match self.draws.below(100) {
            0..45 => None,
            45..67 => Some(Writing::Alphabet),
            67..81 => Some(Writing::Abjad),
            81..91 => Some(Writing::Han),
            _ => Some(Writing::Syllables),
        }
    }

    /// Makes another person of it: one part is another name, near or not.
    fn change(&mut self, person: &mut [usize]) -> &'static str {
        let near = self.draws.chance(55);
        let which = if self.draws.chance(55) { person.len() - 1 } else { 0 };
        if near {
            for at in 0..person.len() {
                if at != which && !self.draws.chance(45) {
                    continue;
                }
                let step = 1 + self.draws.below(6);
                let up = self.draws.chance(50);
                if let Some(part) = person.get_mut(at) {
                    *part = if up {
                        (*part + step).min(self.tokens.len() - 1)
                    } else {
                        part.saturating_sub(step)
                    };
                }
            }
            return "made-near";
        }
        let fresh = if which == 0 { self.given_name() } else { self.surname() };
        if let Some(part) = person.get_mut(which) {
            *part = fresh;
        }
        "made-share"
    }

    fn write(&mut self, person: &[usize], writing: Option<Writing>, vary: bool) -> Option<String> {
        let mut words = Vec::new();
        for at in person {
            let token = self.tokens.get(*at)?;
            words.push(match writing {
                None => {
                    let variants = self.variants.get(token.latin);
                    let pick = self.draws.below(variants.map_or(1, Vec::len));
                    let chosen =
                        if vary && self.draws.chance(25) { variants.and_then(|v| v.get(pick)) } else { None };
                    capital(chosen.unwrap_or(&token.latin))
                }
                Some(writing) => {
                    let natives = token.natives.get(&writing)?;
                    let total: u32 = natives.iter().map(|n| n.1).sum();
                    let mut draw = u32::try_from(self.draws.below(total as usize)).unwrap_or(0);
                    let found = natives.iter().find(|(_, n)| {
                        let here = draw < *n;
                        draw = draw.saturating_sub(*n);
                        here
                    });
                    capital(found?.0)
                }
            });
        }
        let mut gap = " ";
        if writing == Some(Writing::Han) {
            gap = "·";
        } else {
            match self.draws.below(100) {
                0..18 => words.rotate_right(1),
                18..24 => {
                    if let (true, Some(last)) = (words.len() > 1, words.pop()) {
                        let rest = words.join(" ");
                        return Some(format!("{last}, {rest}"));
                    }
                }
                24..34 => {
                    if let Some(last) = words.last_mut() {
                        *last = last.to_uppercase();
                    }
                }
                34..36 => words = words.iter().map(|w| w.to_uppercase()).collect(),
                _ => {}
            }
        }
        Some(words.join(gap))
    }

    /// Makes a slip: of typing, of the eye, of the space bar, or an initial.
    fn spoil(&mut self, name: &str) -> String {
        let mut letters: Vec<char> = name.chars().collect();
        let at = 1 + self.draws.below(letters.len().saturating_sub(2));
        let last = letters.len().saturating_sub(1);
        match self.draws.below(9) {
            0 => drop(letters.remove(at.min(last))),
            1 => letters.swap(at, (at + 1).min(last)),
            2 => letters.insert(at, letters.get(at).copied().unwrap_or('a')),
            3 => {
                let vowels = ['a', 'e', 'i', 'o', 'u'];
                let pick = vowels.get(self.draws.below(5)).copied().unwrap_or('a');
                if let Some(vowel) = letters.iter_mut().skip(at).find(|c| vowels.contains(c)) {
                    *vowel = pick;
                }
            }
            4 => {
                for letter in &mut letters {
                    *letter = match *letter {
                        'l' => '1',
                        'o' => '0',
                        's' => '5',
                        other => other,
                    };
                }
            }
            5 => {
                letters.retain(|c| *c != ' ');
                if self.draws.chance(70) {
                    return letters.iter().collect::<String>().to_uppercase();
                }
            }
            6 | 7 => {
                let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
                if let (true, Some(first)) = (words.len() > 1, words.first_mut()) {
                    *first = first.chars().take(1).chain(['.']).collect();
                }
                return words.join(" ");
            }
            _ => {
                let pick = char::from(b'a' + u8::try_from(self.draws.below(26)).unwrap_or(0));
                if let Some(letter) = letters.get_mut(at) {
                    *letter = pick;
                }
            }
        }
        letters.into_iter().collect()
    }

    fn without_middle(&mut self, name: &str) -> String {
        let words: Vec<&str> = name.split(' ').collect();
        match words.as_slice() {
            [first, _, last] => format!("{first} {last}"),
            _ => name.to_owned(),
        }
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
