//! Cuts a warning down to what one audience may see, and looks for what gives the source away.
//!
//! A cut keeps whole portions in their order. It leaves no mark where something was dropped: no
//! block, no number, no gap (RR-05). An empty version is refused, because an empty warning would
//! itself say that something is being kept back.
//!
//! The lint reads the version as its audience would and compares it with everything above the line.
//! It finds what a tired author leaves in; it proves nothing, which is why a second person approves.
//!
//! Source: `docs/reference/release-rules.md`; TLP 2.0, sections 2 to 4.

use crate::gate::{Audience, Gate, Labelled, Ladder, Released};
use crate::id::Id;
use crate::label::{Label, Tlp};
use std::collections::BTreeSet;

mod ladder;
mod lint;
mod names;
mod traces;
mod transform;

pub use ladder::{Told, smaller_gets_less};
pub use lint::{Above, Problem, lint};
pub use transform::{Transformation, Window};

/// One sentence of a warning, above the line.
#[derive(Clone)]
pub struct Portion {
    /// Its place in the warning, from 1.
    pub position: i64,
    /// The text, behind the gate.
    pub text: Labelled<String>,
    /// Its label, for cutting and for the author's page.
    pub label: Label,
    /// The reports it rests on.
    pub basis: Vec<Id>,
}

/// What one audience gets.
pub struct Cut {
    /// The kept texts, in their order.
    pub kept: Vec<(i64, Released<String>)>,
    /// The places of the dropped portions; for the private record only.
    pub dropped: Vec<i64>,
    /// The highest TLP label among the kept portions, printed on the version.
    pub tlp: Tlp,
}

/// No portion may travel to this audience.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing in this warning may go to {audience}")]
pub struct Withheld {
    /// Who would have got it.
    pub audience: String,
}

/// Keeps the portions that `audience` may see, in their order.
///
/// # Errors
///
/// [`Withheld`] if no portion may travel.
pub fn cut(gate: &Gate, audience: &Audience, portions: &[Portion]) -> Result<Cut, Withheld> {
    let mut cut = Cut { kept: Vec::new(), dropped: Vec::new(), tlp: Tlp::Clear };
    for portion in portions {
        match gate.release(audience, portion.text.clone()) {
            Some(text) => {
                cut.kept.push((portion.position, text));
                cut.tlp = cut.tlp.max(portion.label.tlp);
            }
            None => cut.dropped.push(portion.position),
        }
    }
    if cut.kept.is_empty() {
        return Err(Withheld { audience: audience.id.clone() });
    }
    Ok(cut)
}

impl Cut {
    /// Joins the kept texts into the version's text, one portion a line.
    pub fn text(&self) -> Option<Released<String>> {
        let mut texts = self.kept.iter().map(|(_, text)| text.clone());
        let first = texts.next()?;
        Some(texts.fold(first, |all, next| all.map(|all| format!("{all}\n{}", next.into_inner()))))
    }
}

/// A report a portion rests on, as far as its originator matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// Who it came from, upper case; our own organisation for our own collection.
    pub originator: String,
    /// Its label.
    pub label: Label,
}

/// Names the organisations whose consent a portion needs before it goes to `audience`.
///
/// Two cases: the report is originator-controlled, or everything the portion says comes from
/// partners and their label does not reach this audience by itself. Empty means that none is needed.
pub fn consents_needed(own_org: &str, audience: &Audience, basis: &[Basis]) -> BTreeSet<String> {
    let elsewhere = |org: &String| org != own_org && *org != audience.org;
    let controlled = basis.iter().flat_map(|report| report.label.originators.iter());
    let mut needed: BTreeSet<String> = controlled.filter(|org| elsewhere(org)).cloned().collect();
    let only_partners = !basis.is_empty() && basis.iter().all(|report| report.originator != own_org);
    if only_partners {
        let beyond = basis.iter().filter(|report| !reaches(audience, &report.label));
        needed.extend(beyond.map(|report| report.originator.clone()).filter(elsewhere));
    }
    needed
}

/// Says whether a label that a partner gave *us* lets a report go on to an audience.
///
/// The partner's label speaks of its recipient, which is our organisation: AMBER+STRICT stops here,
/// AMBER reaches our clients, GREEN the community, CLEAR everybody. A name after REL reaches as well.
fn reaches(audience: &Audience, label: &Label) -> bool {
    let named = label.rel_to.as_ref().map(|set| set.contains(&audience.id) || set.contains(&audience.org));
    let farthest = match audience.ladder {
        Ladder::Own => Tlp::Red,
        Ladder::Clients => Tlp::Amber,
        Ladder::Officers | Ladder::Partner | Ladder::Community => Tlp::Green,
        Ladder::Person | Ladder::Public => Tlp::Clear,
    };
    label.caveats.is_empty() && named.unwrap_or(label.tlp <= farthest)
}

/// Says whether a portion is less restricted than what it rests on, which only a named person may do.
pub fn is_declassified(portion: &Label, basis: &[Basis]) -> bool {
    !basis.iter().all(|report| portion.covers(&report.label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portion(position: i64, label: &str, text: &str) -> Portion {
        let label: Label = label.parse().unwrap();
        Portion { position, text: Labelled::text(text.into(), label.clone()), label, basis: vec![] }
    }

    fn warning() -> Vec<Portion> {
        vec![
            portion(1, "RED REL LIAISON", "The hall was named."),
            portion(2, "AMBER", "A concert may be attacked."),
            portion(3, "CLEAR", "Avoid large gatherings."),
        ]
    }

    #[test]
    fn the_public_version_keeps_only_clear_portions() {
        let cut = cut(&Gate::default(), &Audience::public(), &warning()).unwrap();
        assert_eq!(cut.text().unwrap().get(), "Avoid large gatherings.");
        assert_eq!(cut.dropped, [1, 2]);
        assert_eq!(cut.tlp, Tlp::Clear);
    }

    #[test]
    fn named_officers_get_the_fuller_version_from_the_same_text() {
        let liaison = Audience::new("LIAISON", "LIAISON", Ladder::Officers, Tlp::Red);
        let cut = cut(&Gate::default(), &liaison, &warning()).unwrap();
        assert_eq!(cut.kept.len(), 3);
        assert_eq!(cut.tlp, Tlp::Red);
    }

    #[test]
    fn an_empty_version_is_refused() {
        let above = [portion(1, "RED", "The hall was named.")];
        assert!(cut(&Gate::default(), &Audience::public(), &above).is_err());
    }

    #[test]
    fn what_only_a_partner_said_needs_that_partners_consent() {
        let liaison = Audience::new("LIAISON", "LIAISON", Ladder::Officers, Tlp::Red);
        let ally = Basis { originator: "ALLY".into(), label: "AMBER+STRICT REL DESK".parse().unwrap() };
        let own = Basis { originator: "DESK".into(), label: "RED".parse().unwrap() };
        assert_eq!(consents_needed("DESK", &liaison, std::slice::from_ref(&ally)).len(), 1);
        assert!(consents_needed("DESK", &liaison, &[own.clone(), ally.clone()]).is_empty());
        let to_ally = Audience::new("ALLY", "ALLY", Ladder::Partner, Tlp::AmberStrict);
        assert!(consents_needed("DESK", &to_ally, &[ally]).is_empty());
        assert!(consents_needed("DESK", &liaison, &[own]).is_empty());
    }

    #[test]
    fn a_label_given_to_us_stops_at_us_unless_it_is_meant_to_go_on() {
        let liaison = Audience::new("LIAISON", "LIAISON", Ladder::Officers, Tlp::Red);
        let needed = |label: &str| {
            let basis = Basis { originator: "ALLY".into(), label: label.parse().unwrap() };
            !consents_needed("DESK", &liaison, &[basis]).is_empty()
        };
        assert!(needed("AMBER+STRICT") && needed("AMBER") && needed("RED"));
        assert!(!needed("GREEN") && !needed("CLEAR") && !needed("AMBER+STRICT REL LIAISON"));
    }

    #[test]
    fn originator_control_counts_even_beside_our_own_report() {
        let liaison = Audience::new("LIAISON", "LIAISON", Ladder::Officers, Tlp::Red);
        let ally = Basis { originator: "ALLY".into(), label: "AMBER ORCON ALLY".parse().unwrap() };
        let own = Basis { originator: "DESK".into(), label: "RED".parse().unwrap() };
        assert_eq!(consents_needed("DESK", &liaison, &[own, ally]).len(), 1);
    }

    #[test]
    fn a_clear_sentence_from_a_red_report_is_a_declassification() {
        let red = Basis { originator: "DESK".into(), label: "RED".parse().unwrap() };
        assert!(is_declassified(&Label::clear(), std::slice::from_ref(&red)));
        assert!(!is_declassified(&"RED".parse().unwrap(), &[red]));
    }
}
