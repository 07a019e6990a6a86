//! Judges whether a threat meets the threshold, and how urgent it is.
//!
//! Everything here suggests; a human enters the result. A weak grade never
//! makes a threat "not credible" by itself, and doubt that an analyst records is
//! resolved in favour of warning. The threat-to-life grade drives clocks and
//! never blocks a warning.
//!
//! Source: doctrine 1, "Threshold" and "Threat-to-life grading" (our proposal).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::words::words;
use crate::grade::{Grade, InfoCredibility, SourceReliability};
use crate::provenance::disjoint_count;

words! {
    /// Names the harm that is threatened.
    Harm {
        /// Deliberate killing of a specific individual or group.
        IntentionalKilling = "intentional_killing",
        /// Substantial risk of death, or serious permanent impairment.
        SeriousBodilyInjury = "serious_bodily_injury",
        /// Taking by force or threat of force.
        Kidnapping = "kidnapping",
    }
}

words! {
    /// Says how near the harm is; all but the last satisfy the threshold.
    Impending {
        /// Within 24 hours.
        Imminent = "imminent_<=24h",
        /// Within 7 days.
        Near = "near_<=7d",
        /// Dated, later than 7 days.
        Dated = "dated_>7d",
        /// No date, but somebody is actively planning.
        ActivePlanning = "undated_but_active_planning",
        /// Nothing points to it happening.
        NotImpending = "not_impending",
    }
}

words! {
    /// Says what kind of victim is identifiable.
    VictimKind {
        /// A person with a name.
        NamedPerson = "named_person",
        /// A group one can point at.
        IdentifiableGroup = "identifiable_group",
        /// An institution.
        Institution = "institution",
        /// A place of business.
        PlaceOfBusiness = "place_of_business",
        /// A structure.
        Structure = "structure",
        /// A location.
        Location = "location",
    }
}

words! {
    /// Judges whether the threat is to be believed.
    Credible {
        /// The grades carry it.
        GradedCredible = "graded_credible",
        /// The grades do not carry it, but it may well be so.
        Plausible = "plausible",
        /// A human found that it is not so; never suggested.
        NotCredible = "not_credible",
        /// There is no basis for a judgement.
        CannotJudge = "cannot_judge",
    }
}

words! {
    /// Names what is known about the threat.
    Detail {
        /// Whom it is against.
        Who = "who",
        /// Where it is to happen.
        Where = "where",
        /// When it is to happen.
        When = "when",
        /// By what means.
        How = "how",
        /// Who is behind it.
        ByWhom = "by_whom",
    }
}

words! {
    /// Names an element of the threshold.
    Element {
        /// Killing, injury or kidnapping.
        Harm = "harm",
        /// It is impending.
        Impending = "impending",
        /// Somebody or something identifiable.
        Victim = "victim",
        /// It is to be believed.
        Credible = "credible",
        /// Enough is known for a warning to mean something.
        Specific = "specific",
    }
}

words! {
    /// Grades the threat to life; it drives clocks and never blocks a warning.
    Ttl {
        /// Credible, specific, within 24 hours or attackers in position.
        Critical = "TTL-CRITICAL",
        /// Credible, specific, within 7 days or active planning.
        High = "TTL-HIGH",
        /// Credible intent; date, capability or access uncertain.
        Medium = "TTL-MEDIUM",
        /// Hostility without known capability or planning.
        Low = "TTL-LOW",
        /// No basis.
        None = "TTL-NONE",
    }
}

/// Cites one report on which an assessment rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Id of the report.
    pub report: String,
    /// Where the information ultimately comes from; empty means unknown, and
    /// the unknown cannot be shown to be independent of anything.
    pub origins: Vec<String>,
    /// Grade of this report, if it has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Whether that grade was mapped from another scale: it helps a reader and cannot by itself make a
    /// threat credible.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mapped: bool,
}

/// Counts reports that share no origin with each other.
///
/// Reports with a common upstream count once. The result is exact for 0, 1 and
/// "2 or more", which is all that any rule asks; beyond that it may be low.
#[must_use]
pub fn independent_count<'a>(evidence: impl IntoIterator<Item = &'a Evidence>) -> usize {
    disjoint_count(evidence.into_iter().map(origins_of).collect())
}

/// Suggests how credible a threat is; never suggests "not credible".
///
/// Graded credible is a source A to C with information 1 to 3, or two
/// independent reports that reach 3 each. Otherwise information 1 to 3 from a
/// weak or unknown source is plausible and everything else cannot be judged. Where every report has only
/// a grade mapped from another scale, nothing is graded credible.
#[must_use]
pub fn suggest_credible(source: SourceReliability, info: InfoCredibility, evidence: &[Evidence]) -> Credible {
    let reaches_3 = |each: &&Evidence| !each.mapped && each.grade.is_some_and(|grade| grade.info.reaches_3());
    let two_independent = independent_count(evidence.iter().filter(reaches_3)) >= 2;
    let only_mapped = !evidence.is_empty() && evidence.iter().all(|each| each.mapped);
    if ((Grade { source, info }).reaches_c3() && !only_mapped) || two_independent {
        Credible::GradedCredible
    } else if info.reaches_3() {
        Credible::Plausible
    } else {
        Credible::CannotJudge
    }
}

/// Holds the elements of the threshold as judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elements {
    /// The harms threatened; empty if none.
    pub harm: Vec<Harm>,
    /// How near it is.
    pub impending: Impending,
    /// What kind of victim is identifiable, if any.
    pub victim: Option<VictimKind>,
    /// Whether it is to be believed.
    pub credible: Credible,
    /// What is known.
    pub specific: Vec<Detail>,
    /// Elements on which the analyst records a doubt; only `credible` and
    /// `specific` can be doubtful, any other word has no effect.
    pub doubts: Vec<Element>,
    /// The attackers are believed to be in position.
    pub attackers_in_position: bool,
}

impl Elements {
    /// Tells whether enough is known: who or where, and one thing more.
    #[must_use]
    pub fn is_specific(&self) -> bool {
        let known: BTreeSet<Detail> = self.specific.iter().copied().collect();
        known.len() >= 2 && (known.contains(&Detail::Who) || known.contains(&Detail::Where))
    }

    /// Lists the elements that are absent, in the order of the table.
    ///
    /// A recorded doubt on credible or specific is resolved in favour of
    /// warning; a human's "not credible" is a judgement and no doubt.
    #[must_use]
    pub fn missing(&self) -> Vec<Element> {
        let absent = |element: &Element| match element {
            Element::Harm => self.harm.is_empty(),
            Element::Impending => self.impending == Impending::NotImpending,
            Element::Victim => self.victim.is_none(),
            Element::Credible => !self.is_credible(),
            Element::Specific => !self.is_specific() && !self.doubts.contains(element),
        };
        Element::ALL.iter().copied().filter(absent).collect()
    }

    /// Tells whether the threshold is met.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.missing().is_empty()
    }

    /// Suggests the threat-to-life grade.
    #[must_use]
    pub fn suggest_ttl(&self) -> Ttl {
        if self.harm.is_empty() {
            return Ttl::None;
        }
        if !self.is_credible() {
            return Ttl::Low;
        }
        let specific = self.is_specific() || self.doubts.contains(&Element::Specific);
        match self.impending {
            Impending::Imminent if specific => Ttl::Critical,
            _ if specific && self.attackers_in_position => Ttl::Critical,
            Impending::Near | Impending::ActivePlanning if specific => Ttl::High,
            Impending::NotImpending => Ttl::Low,
            _ => Ttl::Medium,
        }
    }

    fn is_credible(&self) -> bool {
        match self.credible {
            Credible::GradedCredible | Credible::Plausible => true,
            Credible::CannotJudge => self.doubts.contains(&Element::Credible),
            Credible::NotCredible => false,
        }
    }
}

fn origins_of(evidence: &Evidence) -> BTreeSet<String> {
    evidence
        .origins
        .iter()
        .map(|origin| origin.trim().to_lowercase())
        .filter(|origin| !origin.is_empty())
        .collect()
}
