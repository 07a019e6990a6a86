//! Labels: who may see a thing, as a lattice.
//!
//! A label only ever grows stricter when things are put together: [`Label::join`] takes the highest
//! TLP, the intersection of the releasable-to sets and the union of everything that restricts. What
//! is not understood restricts most. Making a text less restricted is never a join; it is a named
//! person's act (see `tearline`).
//!
//! Source: TLP 2.0 (FIRST, August 2022), sections 2 to 4.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The five labels of the Traffic Light Protocol, from free to closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tlp {
    /// No limit on disclosure.
    Clear,
    /// The recipient's community.
    Green,
    /// The recipient's organisation and its clients.
    Amber,
    /// The recipient's organisation only.
    AmberStrict,
    /// The named recipients only.
    Red,
}

impl Tlp {
    /// All labels, from free to closed.
    pub const ALL: [Self; 5] = [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// Returns the label as printed, such as `TLP:AMBER+STRICT`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clear => "TLP:CLEAR",
            Self::Green => "TLP:GREEN",
            Self::Amber => "TLP:AMBER",
            Self::AmberStrict => "TLP:AMBER+STRICT",
            Self::Red => "TLP:RED",
        }
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Tlp {
    type Err = NotALabel;

    fn from_str(text: &str) -> Result<Self, NotALabel> {
        let upper = text.trim().to_ascii_uppercase();
        let word = upper.strip_prefix("TLP:").unwrap_or(&upper);
        Self::ALL
            .into_iter()
            .find(|tlp| tlp.as_str().strip_prefix("TLP:") == Some(word))
            .ok_or_else(|| NotALabel::new(text))
    }
}

/// Who may see a thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label {
    /// The Traffic Light Protocol label.
    pub tlp: Tlp,
    /// Audiences or organisations it may go to; `None` means wherever the TLP allows, an empty set
    /// means nobody outside.
    pub rel_to: Option<BTreeSet<String>>,
    /// The highest TLP label among the parts that name nobody. Putting "RED" and "CLEAR, releasable
    /// to A" together must not show the RED part to A, and a set of names alone could not say so.
    pub unnamed: Tlp,
    /// Compartments a reader must hold, every one of them.
    pub compartments: BTreeSet<String>,
    /// Organisations that must consent to each further release of the exact text.
    pub originators: BTreeSet<String>,
    /// Foreign caveats, carried as they came; any of them keeps the thing inside.
    pub caveats: BTreeSet<String>,
}

impl Label {
    /// Builds a label that is a TLP label and nothing else.
    pub const fn plain(tlp: Tlp) -> Self {
        Self {
            tlp,
            rel_to: None,
            unnamed: tlp,
            compartments: BTreeSet::new(),
            originators: BTreeSet::new(),
            caveats: BTreeSet::new(),
        }
    }

    /// Builds the label of what is public.
    pub const fn clear() -> Self {
        Self::plain(Tlp::Clear)
    }

    /// Reads a label that came from outside; what is not understood becomes TLP:RED with a caveat.
    ///
    /// Failing open here would publish a foreign secret because of a spelling mistake.
    pub fn foreign(text: &str) -> Self {
        text.parse().unwrap_or_else(|_| {
            let mut label = Self::plain(Tlp::Red);
            label.caveats.insert("UNKNOWN".to_owned());
            label
        })
    }

    /// Names who must consent, where the label says `ORCON` and no more.
    pub fn with_originator(mut self, originator: &str) -> Self {
        if self.originators.remove(UNNAMED) {
            self.originators.insert(key(originator));
        }
        self
    }

    /// Restricts the label to `audience` in addition to whoever it named before.
    pub fn releasable_to(mut self, audience: &str) -> Self {
        self.rel_to.get_or_insert_with(BTreeSet::new).insert(key(audience));
        self.unnamed = Tlp::Clear;
        self
    }

    /// Combines two labels into the least strict one that is at least as strict as both.
    pub fn join(&self, other: &Self) -> Self {
        let rel_to = match (&self.rel_to, &other.rel_to) {
            (None, set) | (set, None) => set.clone(),
            (Some(a), Some(b)) => Some(a.intersection(b).cloned().collect()),
        };
        Self {
            tlp: self.tlp.max(other.tlp),
            rel_to,
            unnamed: self.unnamed.max(other.unnamed),
            compartments: self.compartments.union(&other.compartments).cloned().collect(),
            originators: self.originators.union(&other.originators).cloned().collect(),
            caveats: self.caveats.union(&other.caveats).cloned().collect(),
        }
    }

    /// Says whether `self` is at least as strict as `other`.
    pub fn covers(&self, other: &Self) -> bool {
        &self.join(other) == self
    }
}

/// Turns an organisation's or audience's name into the form labels compare.
pub fn key(name: &str) -> String {
    let mapped = name.trim().chars().map(|c| if c.is_alphanumeric() { c } else { '-' });
    mapped.flat_map(char::to_uppercase).collect()
}

/// Stands for the originator until the source is known.
const UNNAMED: &str = "?";

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tlp.as_str())?;
        let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(",");
        match &self.rel_to {
            Some(set) if set.is_empty() => f.write_str(" REL NOBODY")?,
            Some(set) => write!(f, " REL {}", list(set))?,
            None => {}
        }
        if self.rel_to.is_some() && self.unnamed > Tlp::Clear {
            write!(f, " HELD {}", self.unnamed)?;
        }
        for (word, set) in
            [("COMP", &self.compartments), ("ORCON", &self.originators), ("CAV", &self.caveats)]
        {
            if !set.is_empty() {
                write!(f, " {word} {}", list(set))?;
            }
        }
        Ok(())
    }
}

/// The text is not a label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a label: write TLP:CLEAR, GREEN, AMBER, AMBER+STRICT or RED, then REL, COMP, ORCON or CAV with names, each at most once"
)]
pub struct NotALabel(String);

impl NotALabel {
    fn new(text: &str) -> Self {
        Self(text.chars().take(80).collect())
    }
}

impl FromStr for Label {
    type Err = NotALabel;

    fn from_str(text: &str) -> Result<Self, NotALabel> {
        let bad = || NotALabel::new(text);
        let mut words = text.split_whitespace().filter(|word| *word != "+").peekable();
        let mut label = Self::plain(words.next().ok_or_else(bad)?.parse()?);
        let (mut held, mut seen) = (None, BTreeSet::new());
        while let Some(word) = words.next() {
            let word = word.to_ascii_uppercase();
            // Said twice it says two things, and nobody knows which was meant.
            if !seen.insert(word.clone()) {
                return Err(bad());
            }
            if word == "HELD" {
                held = Some(words.next().ok_or_else(bad)?.parse()?);
                continue;
            }
            let is_list = |next: &&str| !KEYWORDS.contains(&next.to_ascii_uppercase().as_str());
            let names = match words.next_if(is_list) {
                Some(list) => names(list).ok_or_else(bad)?,
                None if word == "ORCON" => BTreeSet::from([UNNAMED.to_owned()]),
                None => return Err(bad()),
            };
            match word.as_str() {
                "REL" if names.contains("NOBODY") && names.len() > 1 => return Err(bad()),
                "REL" if names.contains("NOBODY") => label.rel_to = Some(BTreeSet::new()),
                "REL" => label.rel_to = Some(names),
                "COMP" => label.compartments.extend(names),
                "ORCON" => label.originators.extend(names),
                "CAV" => label.caveats.extend(names),
                _ => return Err(bad()),
            }
        }
        match (&label.rel_to, held) {
            (Some(_), Some(held)) if held > label.tlp => return Err(bad()),
            (Some(_), held) => label.unnamed = held.unwrap_or(Tlp::Clear),
            (None, Some(_)) => return Err(bad()),
            (None, None) => {}
        }
        Ok(label)
    }
}

const KEYWORDS: [&str; 5] = ["REL", "HELD", "COMP", "ORCON", "CAV"];

fn names(list: &str) -> Option<BTreeSet<String>> {
    let names: BTreeSet<String> =
        list.split(',').map(|name| if name == UNNAMED { name.to_owned() } else { key(name) }).collect();
    let good = names.iter().all(|name| !name.is_empty() && name.len() <= 128);
    (good && names.len() <= 64).then_some(names)
}

impl TryFrom<String> for Label {
    type Error = NotALabel;

    fn try_from(text: String) -> Result<Self, NotALabel> {
        text.parse()
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.to_string()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn labels() -> impl Strategy<Value = Label> {
        let set = || prop::collection::btree_set("[A-D]", 0..3);
        let parts = (
            0_usize..5,
            0_usize..5,
            prop::option::of(set()),
            set(),
            set(),
            prop::collection::btree_set("[X-Z]", 0..2),
        );
        parts.prop_map(|(tlp, held, rel_to, compartments, originators, caveats)| Label {
            tlp: Tlp::ALL[tlp],
            unnamed: if rel_to.is_none() { Tlp::ALL[tlp] } else { Tlp::ALL[held.min(tlp)] },
            rel_to,
            compartments,
            originators,
            caveats,
        })
    }

    #[test]
    fn a_label_is_read_as_officers_write_it() {
        let label: Label = "TLP:RED + ORCON".parse().unwrap();
        assert_eq!(label.with_originator("ALLY").to_string(), "TLP:RED ORCON ALLY");
        let label: Label = "amber+strict rel liaison,ally".parse().unwrap();
        assert_eq!(label.to_string(), "TLP:AMBER+STRICT REL ALLY,LIAISON");
    }

    #[test]
    fn an_unknown_foreign_label_is_red_and_stays_inside() {
        let label = Label::foreign("TLP:WHITE");
        assert_eq!(label.tlp, Tlp::Red);
        assert!(!label.caveats.is_empty());
        assert!("TLP:PURPLE".parse::<Label>().is_err());
        assert!("RED REL".parse::<Label>().is_err());
        assert!("RED FOO BAR".parse::<Label>().is_err());
    }

    #[test]
    fn the_join_takes_the_strictest_of_each_part() {
        let join = |a: &str, b: &str| a.parse::<Label>().unwrap().join(&b.parse().unwrap()).to_string();
        assert_eq!(join("GREEN", "RED"), "TLP:RED");
        assert_eq!(join("GREEN CAV EYES", "GREEN CAV NOFORN"), "TLP:GREEN CAV EYES,NOFORN");
        assert_eq!(join("GREEN COMP LAMP", "GREEN COMP TIDE"), "TLP:GREEN COMP LAMP,TIDE");
        assert_eq!(join("GREEN ORCON ALLY", "GREEN"), "TLP:GREEN ORCON ALLY");
        assert_eq!(join("GREEN REL A,B", "GREEN REL B,C"), "TLP:GREEN REL B");
        assert_eq!(join("GREEN REL A", "AMBER"), "TLP:AMBER REL A HELD TLP:AMBER");
    }

    #[test]
    fn a_label_that_contradicts_itself_is_none_and_from_outside_red() {
        for text in [
            "TLP:CLEAR TLP:RED",
            "RED REL NOBODY REL ALLY",
            "RED REL ALLY REL BETA",
            "RED REL NOBODY,ALLY",
            "RED REL ALLY HELD RED HELD CLEAR",
            "GREEN REL ALLY HELD RED",
            "RED COMP LAMP COMP TIDE",
            "CLEAR GREEN",
            "AMBER STRICT",
            "",
        ] {
            assert!(text.parse::<Label>().is_err(), "{text}");
            let label = Label::foreign(text);
            assert!(label.tlp == Tlp::Red && !label.caveats.is_empty(), "{text}");
        }
        // What is allowed by name and forbidden by a caveat stays inside, whoever is named.
        let both: Label = "GREEN REL ALLY CAV NOFORN".parse().unwrap();
        let ally = crate::Audience::new("ALLY", "ALLY", crate::gate::Ladder::Partner, Tlp::Red);
        assert!(!crate::gate::may_see(&ally, &both));
    }

    proptest! {
        #[test]
        fn a_label_reads_back_what_it_shows(label in labels()) {
            prop_assert_eq!(label.to_string().parse::<Label>().unwrap(), label);
        }

        #[test]
        fn join_is_a_least_upper_bound(a in labels(), b in labels(), c in labels()) {
            prop_assert_eq!(a.join(&b), b.join(&a));
            prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
            prop_assert_eq!(a.join(&a), a.clone());
            prop_assert!(a.join(&b).covers(&a) && a.join(&b).covers(&b));
            if c.covers(&a) && c.covers(&b) { prop_assert!(c.covers(&a.join(&b))); }
        }

        #[test]
        fn reading_a_label_never_panics(text in ".{0,80}") {
            let _ = text.parse::<Label>();
            let _ = Label::foreign(&text);
        }
    }
}
