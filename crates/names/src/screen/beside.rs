//! Weighs what stands beside a mention, and how far a word that only means the
//! same may stand for another.
//!
//! A given and a family name that stand together by chance mostly belong to
//! longer names: "in Rossiya Sergei Lavrov", "Juan Carlos Salas", "Viktor
//! Vasilyev, Nikolai Kardashev". Such a mention must be more surprising than
//! others to be reported.

use super::evidence::script;
use super::memo::{EQUAL, EQUAL_TRAINED, is_common};
use super::name::{Role, is_given};
use super::region::{Casing, Doing, Item};
use super::store::{NameRef, Store};
use super::tally::{Note, Places, Tally, worth};
use super::text::{CAPITAL, COMMA, TIED};
use super::verify::{Page, overlap};
use crate::fold::fold;
use crate::words;

impl<S: Store> Page<'_, S> {
    /// Weighs what stands directly before and behind the mention: a name that
    /// runs on is another name.
    pub(super) fn neighbours(&self, tally: &mut Tally, used: &[usize], places: Places) {
        let Places { first, last, family, given } = places;
        let covered = |item: &Item| used.iter().any(|u| overlap(self.items.get(*u), Some(item)));
        let part = |item: &&Item| {
            let letters = self.letters(item);
            self.casing == Casing::Usual
                && item.doing == Doing::Name
                && !covered(item)
                && self.word(item).has(CAPITAL)
                && !words::is_title(letters)
                && !is_common(letters)
        };
        let at = |at: usize| self.items.get(at);
        let before = first
            .checked_sub(1)
            .and_then(at)
            .filter(part)
            .filter(|_| !at(first).is_some_and(|item| self.word(item).has(COMMA)));
        let after = at(last + 1).filter(part).filter(|item| !self.word(item).has(COMMA));
        let comma = (first + 1..=last).any(|place| at(place).is_some_and(|item| self.word(item).has(COMMA)));
        let mut note = |item: &Item, bits: f32| {
            tally.doubt = tally.doubt.max(bits);
            tally.extra += BESIDE;
            tally.notes.push(Note::Beside(*item, false));
        };
        if comma {
            // "Viktor Vasilyev, Nikolai Kardashev" are two men of a list.
            let listed = before.or(after.filter(|_| !self.is_patronymic(last + 1)));
            listed.into_iter().for_each(|item| note(item, 3.0));
            return;
        }
        let turned = given.is_some_and(|given| family < given);
        // "in Rossiya Sergei Lavrov": the given name belongs to what follows.
        if let (true, Some(item)) = (turned, after.filter(|_| !self.is_patronymic(last + 1))) {
            note(item, 9.0);
        }
        if let (true, Some(item)) = (turned, before) {
            note(item, if is_given(self.letters(item)) { 6.0 } else { 3.0 });
        }
        // "Juan Carlos Salas" is not Juan Carlos, nor "Franz Joseph I" a Joseph.
        let shown = at(family).filter(|_| family == last).filter(|item| is_given(self.letters(item)));
        if let (Some(item), Some(_)) =
            (after.or(at(last + 1).filter(|item| is_ordinal(self.letters(item)))), shown)
        {
            note(item, 6.0);
        }
        // San Francisco and Hong Kong are nobody.
        let heads = |item: &Item| HEADS.contains(&self.letters(item).to_lowercase().as_str());
        if let Some(item) = (first..=last).filter_map(at).find(|item| heads(item)) {
            note(item, 6.0);
        }
        // "Pope Francis" is no Papa: a title before a name stands for no word of it.
        let titled = turned || given.is_none();
        if titled && let Some(item) = at(first).filter(|item| words::is_title(self.letters(item))) {
            note(item, 9.0);
        }
        if let Some(given) = given
            && let Some(item) = at(given.max(family)).filter(|item| self.word(item).has(TIED))
            && given.abs_diff(family) == 1
        {
            note(item, 6.0);
        }
    }

    /// Doubts a word with an article that the name has not: "the historian" is no Mor.
    pub(super) fn articles(&self, tally: &mut Tally, name: NameRef<'_>) {
        if name.parts().any(|(_, role)| role == Role::Filler) {
            return;
        }
        for (at, word, _, role) in tally.read.clone() {
            let Some(item) = self.items.get(at).filter(|_| role != Role::Patronymic) else { continue };
            let article =
                ["ال", "وال", "بال", "لل"].iter().any(|article| self.letters(item).starts_with(article));
            let own = fold(self.store.word(word));
            if article && !(own.starts_with('a') || own.starts_with('e')) {
                tally.doubt = tally.doubt.max(6.0);
                tally.extra += BESIDE;
            }
        }
    }

    /// Takes back what was given for words that mean the same but sound unlike,
    /// where that is not to be expected: a family name is not translated, and a
    /// text of the register's own script spells the name as it is.
    pub(super) fn meanings(&self, tally: &mut Tally) {
        let words: Vec<(usize, u32, u8, Role)> = tally.read.clone();
        for (at, word, likeness, role) in words {
            let Some(item) = self.items.get(at) else { continue };
            let (text, name) = (self.letters(item), self.store.word(word));
            if script(text) != script(name) {
                continue;
            }
            let family = role == Role::Family;
            if family {
                tally.sure = SURE_SAME;
            }
            if !(likeness == EQUAL_TRAINED || likeness == EQUAL && family) {
                continue;
            }
            let sound = crate::sound::of(name);
            let forms = crate::sound::forms(text);
            let alike = forms.as_slice().iter().map(|form| crate::align::likeness(form, &sound));
            let alike = alike.fold(0.0, f32::max);
            if alike < ALIKE {
                let less = alike.max(0.4);
                tally.alike -= worth(role) * (f32::from(likeness) / 255.0 - less);
                if family {
                    tally.family = tally.family.min(less);
                }
            }
        }
    }
}

/// Words less alike than this do not sound like one.
const ALIKE: f32 = 0.74;

/// The number of a ruler, by which no other person is called.
fn is_ordinal(word: &str) -> bool {
    matches!(
        word,
        "I" | "II" | "III" | "IV" | "V" | "VI" | "VII" | "VIII" | "IX" | "X" | "XI" | "XII" | "XIV" | "XVI"
    )
}

/// Words that begin the names of places.
const HEADS: [&str; 25] = [
    "san",
    "santa",
    "sao",
    "saint",
    "sankt",
    "new",
    "los",
    "las",
    "hong",
    "fort",
    "port",
    "сан",
    "санта",
    "нью",
    "лос",
    "лас",
    "гонг",
    "сент",
    "سان",
    "هونغ",
    "هنگ",
    "نيو",
    "نیو",
    "لوس",
    "سانت",
];

/// What a word that runs on beside the mention takes from the score.
const BESIDE: f32 = 0.1;

/// The same where text and register are of one script.
const SURE_SAME: f32 = 0.92;
