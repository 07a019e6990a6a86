//! Measures: what can be done for a person at risk, and whether that person must agree.
//!
//! The machine lists; people choose. A refusal is kept without penalty, and a measure that needs a yes
//! is never put in force without one.
//!
//! Source: our own catalogue; `docs/reference/protection.md`.

use crate::risk::Tier;

/// One measure of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its number, such as `M43`.
    pub id: &'static str,
    /// The lowest tier it is meant for.
    pub tier: Tier,
    /// What is done.
    pub title: &'static str,
    /// How long it takes to put in force, in hours; none: by the case.
    pub lead_h: Option<i64>,
    /// Whether it is put in force only with the person's own yes.
    pub consent: bool,
}

/// Finds a measure by its number.
pub fn find(id: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|measure| measure.id == id)
}

/// What has become of a measure for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Proposed to the person or decided upon, nothing more.
    Proposed,
    /// The person said yes.
    Accepted,
    /// The person said no.
    Refused,
    /// Asked of whoever carries it out.
    Ordered,
    /// In force.
    InPlace,
    /// Tried and failed.
    Failed,
    /// Over.
    Ended,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Proposed,
        Self::Accepted,
        Self::Refused,
        Self::Ordered,
        Self::InPlace,
        Self::Failed,
        Self::Ended,
    ];

    /// Returns its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Ordered => "ordered",
            Self::InPlace => "in_place",
            Self::Failed => "failed",
            Self::Ended => "ended",
        }
    }

    /// Finds a status by its word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Says whether a measure may go from this status to `next`.
    ///
    /// `consent`: the person must agree, and `agreed`: has said yes. A refused measure may be
    /// proposed again, and only that.
    pub const fn may_become(self, next: Self, consent: bool, agreed: bool) -> bool {
        use Status as S;
        let allowed = match self {
            S::Proposed => matches!(next, S::Accepted | S::Refused | S::Ordered | S::InPlace | S::Ended),
            S::Accepted => matches!(next, S::Refused | S::Ordered | S::InPlace | S::Failed | S::Ended),
            S::Refused => matches!(next, S::Proposed),
            S::Ordered => matches!(next, S::Refused | S::InPlace | S::Failed | S::Ended),
            S::InPlace => matches!(next, S::Refused | S::Failed | S::Ended),
            S::Failed => matches!(next, S::Proposed | S::Ordered | S::Ended),
            S::Ended => matches!(next, S::Proposed),
        };
        let in_force = matches!(next, S::Ordered | S::InPlace);
        allowed && (!in_force || !consent || agreed)
    }
}

const fn row(id: &'static str, tier: Tier, lead_h: i64, consent: bool, title: &'static str) -> Measure {
    Measure { id, tier, title, lead_h: if lead_h > 0 { Some(lead_h) } else { None }, consent }
}

/// The catalogue.
pub const MEASURES: [Measure; 58] = [
    row("M01", Tier::T1, 168, true, "Personal security briefing (60 min, own language)"),
    row(
        "M02",
        Tier::T1,
        168,
        true,
        "How to recognise an approach under cover: journalist, scholar, tourist, recruiter, romance",
    ),
    row("M03", Tier::T1, 24, true, "One number to call, code word and what to say"),
    row("M04", Tier::T1, 24, true, "Incident diary with time, place, plate, description"),
    row(
        "M05",
        Tier::T1,
        24,
        true,
        "Check contacts with an embassy or visa centre of the actor beforehand; alternatives",
    ),
    row("M06", Tier::T1, 24, true, "Written notice of rights: data held, complaint, withdrawal"),
    row("M07", Tier::T1, 168, true, "Password manager, hardware-key MFA, recovery options checked"),
    row("M08", Tier::T1, 24, true, "Operating-system updates, lock-down mode on phones"),
    row("M09", Tier::T1, 168, true, "Social media review: location, routine, family"),
    row("M10", Tier::T2, 720, true, "Data-broker, electoral and company-register removal requests"),
    row("M11", Tier::T2, 72, true, "Spyware check of devices by a qualified lab; isolate if positive"),
    row("M12", Tier::T2, 168, true, "Separate number and address for public contact"),
    row(
        "M13",
        Tier::T2,
        24,
        true,
        "Secure channel with the desk; agreed verification phrase against impersonation",
    ),
    row("M14", Tier::T2, 24, true, "Vary routes and times; note fixed points and drop them"),
    row("M15", Tier::T2, 24, true, "Daily check-in with missed-call procedure"),
    row("M16", Tier::T2, 72, true, "Travel risk check per trip: transit states, wanted notices, visa traps"),
    row("M17", Tier::T2, 336, true, "Legal review of wanted notices; request for deletion"),
    row("M18", Tier::T2, 1440, true, "Status regularisation or travel-document support"),
    row("M19", Tier::T2, 72, true, "Family contact plan; what relatives may be told"),
    row("M20", Tier::T2, 168, true, "Safety advice for partner and children; school informed if agreed"),
    row("M21", Tier::T2, 168, true, "Psychological support offered"),
    row("M22", Tier::T2, 168, true, "Employer or editor security contact named"),
    row("M23", Tier::T2, 72, true, "Event checklist: venue, entry list, exit, host briefing"),
    row("M24", Tier::T2, 168, true, "Named police contact and first meeting"),
    row("M25", Tier::T3, 72, true, "Home security survey by a qualified adviser"),
    row("M26", Tier::T3, 336, true, "Locks, door reinforcement, window film"),
    row("M27", Tier::T3, 336, true, "Lighting, cameras, video door phone with retention limits"),
    row("M28", Tier::T3, 72, true, "Monitored alarm and personal alarm with location on demand"),
    row("M29", Tier::T3, 24, true, "Mail and parcel procedure; do not open unexpected items; whom to call"),
    row("M30", Tier::T3, 24, true, "Food, drink and door-handle precautions after poisoning precedents"),
    row("M31", Tier::T3, 168, true, "Vehicle check routine, parking, dash camera"),
    row("M32", Tier::T3, 168, true, "Safe room and evacuation route; rehearsal"),
    row("M33", Tier::T3, 24, true, "Remote work or changed workplace"),
    row("M34", Tier::T3, 24, true, "No announced public appearances for the period"),
    row("M35", Tier::T3, 72, true, "Driver or trusted companion on fixed journeys"),
    row("M36", Tier::T3, 168, true, "Workplace access control, reception briefing, visitor verification"),
    row("M37", Tier::T3, 72, true, "Hostile-vehicle and perimeter measures at an organisation under threat"),
    row("M38", Tier::T3, 168, true, "Staff see-check-notify briefing at home building or office"),
    row("M39", Tier::T3, 24, true, "Address and number flagged in the control room with response plan"),
    row("M40", Tier::T3, 24, true, "Patrol visits at varied times"),
    row(
        "M41",
        Tier::T3,
        48,
        true,
        "Retrospective check: did cameras, visitor logs or requests show reconnaissance?",
    ),
    row(
        "M42",
        Tier::T3,
        24,
        true,
        "Partner query under blind matching: has any partner seen interest in this category?",
    ),
    row("M43", Tier::T4, 2, true, "Threat-to-life notice in person, with interpreter, record of reaction"),
    row("M44", Tier::T4, 24, false, "Disruption visit or notice to the suspected threatener"),
    row("M45", Tier::T4, 0, false, "Arrest, bail, visa or diplomatic action against the threatener"),
    row("M46", Tier::T4, 24, true, "Police escort for specified journeys (court, airport, event)"),
    row("M47", Tier::T4, 4, true, "Static post or marked vehicle at home or office"),
    row("M48", Tier::T4, 4, true, "Temporary move to a friend, hotel or shelter, 3-30 days"),
    row("M49", Tier::T4, 168, true, "Organisation moves the function to another site or country"),
    row(
        "M50",
        Tier::T4,
        24,
        false,
        "Children and dependants moved or escorted; child-protection agency told with care",
    ),
    row(
        "M51",
        Tier::T4,
        168,
        true,
        "Court measures: non-disclosure of address, anonymised filings, restraining order",
    ),
    row("M52", Tier::T4, 1, true, "24-hour duty officer watch on new reports about this entry"),
    row("M53", Tier::T5, 4, true, "Close protection team"),
    row("M54", Tier::T5, 1, true, "Immediate extraction to a safe place"),
    row("M55", Tier::T5, 72, true, "Emergency visa, evacuation flight or transfer to another state"),
    row(
        "M56",
        Tier::T5,
        336,
        true,
        "Entry to a protected-persons or witness scheme: agreement, assessment, new place, possibly new identity",
    ),
    row("M57", Tier::T5, 24, true, "Public alert or public attribution to deter, without naming the person"),
    row(
        "M58",
        Tier::T5,
        24,
        true,
        "Medical preparedness: toxicology contact, antidote plan, hospital briefed",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_there_once() {
        for (number, measure) in (1..).zip(&MEASURES) {
            assert_eq!(measure.id, format!("M{number:02}"));
        }
    }

    #[test]
    fn nothing_that_needs_a_yes_is_put_in_force_without_one() {
        for from in Status::ALL {
            for to in [Status::Ordered, Status::InPlace] {
                assert!(!from.may_become(to, true, false), "{from:?} to {to:?}");
            }
        }
        assert!(Status::Proposed.may_become(Status::InPlace, false, false));
        assert!(Status::Accepted.may_become(Status::InPlace, true, true));
    }

    #[test]
    fn a_refusal_is_final_until_it_is_proposed_again() {
        for to in Status::ALL {
            assert_eq!(Status::Refused.may_become(to, false, true), to == Status::Proposed);
        }
    }
}
