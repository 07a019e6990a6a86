//! The one gate between what is known here and what anyone may read.
//!
//! A [`Labelled`] value cannot be shown, written or serialised. The only way to a value that can is
//! [`Gate::release`], and what it returns, [`Released`], can be made nowhere else. Every sink (page,
//! mail, envelope, CAP, feed, error text) takes `Released` and nothing else.
//!
//! Deliberately absent: any way from `Labelled` to its value that does not name an audience.
//!
//! Source: TLP 2.0 (FIRST, August 2022), sections 2 to 4; release rules RR-01 and RR-02 of
//! `docs/reference/release-rules.md`.

use crate::digest::Digest;
use crate::label::{Label, Tlp, key};
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;

/// A value with the label that guards it.
#[derive(Clone)]
pub struct Labelled<T> {
    value: T,
    label: Label,
    digest: Option<Digest>,
}

impl<T> Labelled<T> {
    /// Puts a label on a value.
    pub const fn new(value: T, label: Label) -> Self {
        Self { value, label, digest: None }
    }

    /// Derives a value from this one; the label stays.
    pub fn map<U>(self, derive: impl FnOnce(T) -> U) -> Labelled<U> {
        Labelled { value: derive(self.value), label: self.label, digest: None }
    }

    /// Puts two values together under the join of their labels.
    pub fn zip<U>(self, other: Labelled<U>) -> Labelled<(T, U)> {
        Labelled::new((self.value, other.value), self.label.join(&other.label))
    }
}

impl Labelled<String> {
    /// Labels a text and remembers its hash, which an originator's consent names.
    pub fn text(text: String, label: Label) -> Self {
        let digest = Some(Digest::of(text.as_bytes()));
        Self { value: text, label, digest }
    }
}

/// A value that one audience may see.
#[derive(Clone, PartialEq, Eq)]
pub struct Released<T>(T);

impl<T> Released<T> {
    /// Returns the value for reading.
    pub const fn get(&self) -> &T {
        &self.0
    }

    /// Returns the value.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Puts two released values together.
    pub fn zip<U>(self, other: Released<U>) -> Released<(T, U)> {
        Released((self.0, other.0))
    }

    /// Turns the value into another form of itself, such as a page or a message.
    pub fn map<U>(self, form: impl FnOnce(T) -> U) -> Released<U> {
        Released(form(self.0))
    }
}

impl<T> Released<Vec<T>> {
    /// Puts values together that were released one by one.
    pub fn collect(values: impl IntoIterator<Item = Released<T>>) -> Self {
        Self(values.into_iter().map(|value| value.0).collect())
    }
}

impl Released<&'static str> {
    /// Passes words that stand in the program itself: they are the same in every world.
    pub const fn constant(text: &'static str) -> Self {
        Self(text)
    }
}

impl<T: fmt::Display> fmt::Display for Released<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Serialize> Serialize for Released<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The ladder of audiences, from the desk to the public.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ladder {
    /// A0: the originating desk and its own organisation.
    Own,
    /// A1: named officers of one partner.
    Officers,
    /// A2: a partner organisation.
    Partner,
    /// A3: a partner and its protected clients, or a venue's operator.
    Clients,
    /// A4: a community.
    Community,
    /// A5: the person at risk.
    Person,
    /// A6: the public.
    Public,
}

impl Ladder {
    /// All rungs, from the desk to the public.
    pub const ALL: [Self; 7] = [
        Self::Own,
        Self::Officers,
        Self::Partner,
        Self::Clients,
        Self::Community,
        Self::Person,
        Self::Public,
    ];

    /// Returns the word used in storage, files and the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Officers => "officers",
            Self::Partner => "partner",
            Self::Clients => "clients",
            Self::Community => "community",
            Self::Person => "person",
            Self::Public => "public",
        }
    }

    /// Finds the rung by its word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rung| rung.as_str() == word)
    }

    /// Returns the highest TLP label this rung may ever receive.
    pub const fn ceiling(self) -> Tlp {
        match self {
            Self::Own | Self::Officers | Self::Person => Tlp::Red,
            Self::Partner => Tlp::AmberStrict,
            Self::Clients => Tlp::Amber,
            Self::Community => Tlp::Green,
            Self::Public => Tlp::Clear,
        }
    }
}

/// Somebody who may be shown something: an officer at a screen, a partner, a person, the public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// The name labels refer to, upper case.
    pub id: String,
    /// The organisation it belongs to, upper case.
    pub org: String,
    /// Its rung.
    pub ladder: Ladder,
    /// The highest TLP label it may receive; never above its rung's.
    pub ceiling: Tlp,
    /// The compartments it holds.
    pub compartments: BTreeSet<String>,
}

impl Audience {
    /// Describes an audience; a ceiling above the rung's is lowered to it.
    pub fn new(id: &str, org: &str, ladder: Ladder, ceiling: Tlp) -> Self {
        Self {
            id: key(id),
            org: key(org),
            ladder,
            ceiling: ceiling.min(ladder.ceiling()),
            compartments: BTreeSet::new(),
        }
    }

    /// Describes the public.
    pub fn public() -> Self {
        Self::new("PUBLIC", "PUBLIC", Ladder::Public, Tlp::Clear)
    }

    fn is_named_by(&self, label: &Label) -> bool {
        label.rel_to.as_ref().is_some_and(|set| set.contains(&self.id) || set.contains(&self.org))
    }
}

/// An originator's consent to the release of one text to one audience.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Consent {
    /// Who consents, upper case.
    pub originator: String,
    /// To whom the text may go, upper case.
    pub audience: String,
    /// The hash of the exact text.
    pub text: Digest,
}

/// Decides what may pass, with the consents that are on file.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    consents: BTreeSet<Consent>,
}

impl Gate {
    /// Builds a gate from the consents on file; none means that nothing originator-controlled
    /// leaves the house.
    pub fn new(consents: impl IntoIterator<Item = Consent>) -> Self {
        Self { consents: consents.into_iter().collect() }
    }

    /// Passes a value to an audience, or says nothing at all.
    pub fn release<T>(&self, audience: &Audience, thing: Labelled<T>) -> Option<Released<T>> {
        let consented = |originator: &String| {
            *originator == audience.org
                || thing.digest.is_some_and(|text| {
                    let audience = audience.id.clone();
                    self.consents.contains(&Consent { originator: originator.clone(), audience, text })
                })
        };
        let allowed = may_see(audience, &thing.label)
            && (audience.ladder == Ladder::Own || thing.label.originators.iter().all(consented));
        allowed.then_some(Released(thing.value))
    }
}

/// Says whether whoever received something under a TLP label may pass it on to a rung of the ladder, seen
/// from the receiver: its own people, its clients, its community, everybody.
///
/// RED is for those who were named and goes nowhere.
///
/// Source: TLP 2.0 (FIRST, August 2022), section 3; release rule RR-10.
pub fn may_pass_on(tlp: Tlp, to: Ladder) -> bool {
    let farthest = match to {
        Ladder::Own => Tlp::AmberStrict,
        Ladder::Clients => Tlp::Amber,
        Ladder::Officers | Ladder::Partner | Ladder::Community => Tlp::Green,
        Ladder::Person | Ladder::Public => Tlp::Clear,
    };
    tlp <= farthest
}

/// Says whether the label by itself lets the audience see a thing; consent comes on top.
///
/// The store asks the same question for each distinct label, so that a list shows exactly what the
/// gate would pass one by one.
pub fn may_see(audience: &Audience, label: &Label) -> bool {
    let held = label.compartments.is_subset(&audience.compartments);
    let under_ceiling = label.tlp <= audience.ceiling;
    let inside = audience.ladder == Ladder::Own;
    let named = audience.is_named_by(label);
    let releasable = inside || label.rel_to.is_none() || named;
    let by_name = inside
        || match audience.ladder {
            // A person at risk reads what is meant for this person, or what anybody may read.
            Ladder::Person => label.tlp == Tlp::Clear || (named && label.unnamed == Tlp::Clear),
            _ => label.tlp != Tlp::Red || (named && label.unnamed != Tlp::Red),
        };
    held && under_ceiling && releasable && by_name && (inside || label.caveats.is_empty())
}

#[cfg(test)]
mod tests;
