//! Holds the six grounds on which a warning may be waived.
//!
//! A waiver is a positive decision by a named senior officer who did not write
//! the report. It always expires, and it never covers telling a protector or
//! the police. There is no way to build one here by default or by time-out.
//!
//! Source: doctrine 1, "Waiver justifications"; ICD 191 (six waivers).

use serde::{Deserialize, Serialize};

use super::fields::{At, Listed, always_filled, filled_if};
use super::limits::waiver_max_us;
use super::refused::Faults;
use super::threshold::VictimKind;
use super::words::words;
use crate::grade::Grade;

words! {
    /// Names the ground of a waiver.
    WaiverCode {
        /// The victim or the protectors already know the specific threat.
        Aware = "W-A",
        /// At risk only through own part in an armed conflict.
        Combatant = "W-B",
        /// Reasonable basis to believe the victim is a violent offender.
        Offender = "W-C",
        /// Any attempt would unduly endanger own people, sources or operations.
        OwnSources = "W-D",
        /// The same for the foreign government that gave the information.
        ForeignSources = "W-E",
        /// No reasonable way to warn.
        NoWay = "W-F",
    }
}

words! {
    /// Names what a victim is believed to be under W-C; a political label is
    /// not on the list and so cannot be given.
    Conduct {
        /// A terrorist.
        Terrorist = "terrorist",
        /// A direct supporter of terrorists.
        TerroristSupporter = "direct_supporter",
        /// An assassin.
        Assassin = "assassin",
        /// A drug trafficker.
        DrugTrafficker = "drug_trafficker",
        /// Involved in violent crimes.
        ViolentCrimes = "violent_crimes",
    }
}

words! {
    /// Names a way to warn that spares sources.
    Mitigation {
        /// A form of words.
        Wording = "wording",
        /// A trusted intermediary.
        Intermediary = "intermediary",
        /// An anonymous message.
        Anonymous = "anonymous",
    }
}

/// Records an attempt to warn in a way that spares sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// What was tried.
    pub tried: Mitigation,
    /// Why it does not cure the danger.
    pub result: String,
}

/// Records one channel that did not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelTried {
    /// Which channel.
    pub channel: String,
    /// When, in microseconds.
    #[serde(rename = "time")]
    pub time_us: i64,
    /// What came of it.
    pub result: String,
}

/// Records who already knows (W-A).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Awareness {
    /// Who is aware.
    pub who: String,
    /// How that is known.
    pub how_known: String,
    /// Since when, in microseconds.
    #[serde(rename = "date")]
    pub date_us: i64,
    /// Which details they have.
    pub details: String,
}

/// Records that the originator was asked (W-E).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OriginatorAsked {
    /// When, in microseconds.
    #[serde(rename = "date")]
    pub date_us: i64,
    /// What the originator answered, or that it did not.
    pub answer: String,
    /// The audience it was asked about. Empty only in what was decided before this was asked for.
    #[serde(default)]
    pub audience: String,
    /// The exact text it was asked about. Empty only in what was decided before this was asked for.
    #[serde(default)]
    pub text: String,
}

/// Holds what single codes need beyond the basis.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Particulars {
    /// W-A: who is aware of what.
    pub awareness: Option<Awareness>,
    /// W-C: what the victim is believed to be.
    pub conduct: Option<Conduct>,
    /// W-C: the report that bears the basis.
    pub basis_report: Option<String>,
    /// W-C: grade of that report, C3 or better.
    pub basis_grade: Option<Grade>,
    /// W-E: the originator's answer.
    pub originator: Option<OriginatorAsked>,
    /// W-F: channels tried, with times and results.
    pub channels_tried: Option<Vec<ChannelTried>>,
}

filled_if! {
    Alternative: result;
    ChannelTried: channel, result;
    Awareness: who, how_known, details;
    OriginatorAsked: answer, audience, text;
    Particulars: awareness, basis_report, originator, channels_tried;
}
always_filled!(WaiverCode, Conduct, Mitigation);

/// Is a decision not to warn, for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The senior officer who decided.
    pub officer: String,
    /// The ground.
    pub code: WaiverCode,
    /// Why the ground holds.
    pub basis: String,
    /// What the code needs beyond that.
    pub particulars: Particulars,
    /// What was tried to warn all the same.
    pub alternatives_tried: Listed<Alternative>,
    /// When it ends, in microseconds.
    pub expiry_us: i64,
}

impl Waiver {
    /// Checks the waiver; `expiry` and the officer in the eyes of `at`.
    pub(super) fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_actor(&self.officer, faults);
        faults.guard(
            !at.duty.authors().iter().any(|author| same_person(author, &self.officer)),
            "the officer who waives may not be the author of the report",
        );
        at.is_ahead("expiry", self.expiry_us, waiver_max_us(at.duty.is_imminent()), faults);
        faults.guard(
            self.code != WaiverCode::Offender || at.duty.victim_kind() == Some(VictimKind::NamedPerson),
            "W-C is about one named person: whoever is beside them is warned",
        );
        self.check_code(faults);
    }

    fn check_code(&self, faults: &mut Faults) {
        let given = &self.particulars;
        match self.code {
            WaiverCode::Aware if given.awareness.is_none() => faults.missing("particulars.awareness"),
            WaiverCode::Offender => self.check_offender(faults),
            WaiverCode::OwnSources => faults.guard(
                Mitigation::ALL.iter().all(|each| self.has_tried(*each)),
                "W-D needs the recorded attempt at wording, intermediary and anonymous route",
            ),
            WaiverCode::ForeignSources => {
                if given.originator.is_none() {
                    faults.missing("particulars.originator");
                }
                faults.guard(
                    Mitigation::ALL.iter().all(|each| self.has_tried(*each)),
                    "W-E needs the recorded attempt at wording, intermediary and anonymous route",
                );
            }
            WaiverCode::NoWay if given.channels_tried.is_none() => {
                faults.missing("particulars.channels_tried");
            }
            WaiverCode::Aware | WaiverCode::Combatant | WaiverCode::NoWay => {}
        }
    }

    fn check_offender(&self, faults: &mut Faults) {
        if self.particulars.conduct.is_none() {
            faults.missing("particulars.conduct");
        }
        if self.particulars.basis_report.is_none() {
            faults.missing("particulars.basis_report");
        }
        match self.particulars.basis_grade {
            None => faults.missing("particulars.basis_grade"),
            Some(grade) => faults.guard(grade.reaches_c3(), "W-C needs a basis graded C3 or better"),
        }
    }

    fn has_tried(&self, mitigation: Mitigation) -> bool {
        self.alternatives_tried.0.iter().any(|each| each.tried == mitigation)
    }
}

/// Compares two ids of persons as a human would: blanks and case do not make
/// a second pair of eyes.
pub(super) fn same_person(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
