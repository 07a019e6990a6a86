//! Walls: what one viewer may see, and with that every label on either side.

use super::world::COMPARTMENTS;
use crate::dice::Dice;
use aldis_model::{Label, Tlp};
use std::collections::BTreeSet;

/// A clearance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wall {
    /// The highest TLP label.
    pub ceiling: Tlp,
    /// The compartments.
    pub compartments: BTreeSet<String>,
}

impl Wall {
    /// Picks a wall with something above it.
    pub fn pick(dice: &mut Dice) -> Self {
        let (ceiling, held) = dice.pick(&WALLS).copied().unwrap_or((Tlp::Green, 0));
        let compartments = COMPARTMENTS.iter().take(held).map(|name| (*name).to_owned()).collect();
        Self { ceiling, compartments }
    }

    /// Lists the clearances below this one, itself first; what is hidden from it is hidden from them.
    pub fn and_below(&self) -> Vec<Self> {
        let mut walls = vec![self.clone()];
        let lower = Tlp::ALL.into_iter().rev().find(|tlp| *tlp < self.ceiling);
        walls.extend(lower.map(|ceiling| Self { ceiling, compartments: self.compartments.clone() }));
        if !self.compartments.is_empty() {
            walls.push(Self { ceiling: self.ceiling, compartments: BTreeSet::new() });
        }
        walls
    }

    /// Lists the labels this clearance may see, or those it may not.
    pub fn labels(&self, seen: bool) -> Vec<Label> {
        // Reckoned here and not by the gate: a broken gate would move the wall with it.
        let sees = |label: &Label| {
            label.tlp <= self.ceiling
                && label.compartments.iter().all(|name| self.compartments.contains(name))
        };
        let all = LABELS.iter().filter_map(|text| text.parse().ok());
        all.filter(|label| sees(label) == seen).collect()
    }
}

impl Wall {
    /// Lists those of the labels that are a TLP label and no more: only these come over the wire.
    pub fn plain(&self, seen: bool) -> Vec<Label> {
        self.labels(seen).into_iter().filter(|label| *label == Label::plain(label.tlp)).collect()
    }
}

const WALLS: [(Tlp, usize); 8] = [
    (Tlp::Clear, 0),
    (Tlp::Green, 0),
    (Tlp::Green, 1),
    (Tlp::Amber, 0),
    (Tlp::Amber, 1),
    (Tlp::AmberStrict, 1),
    (Tlp::Red, 0),
    (Tlp::Red, 1),
];

const LABELS: [&str; 20] = [
    "CLEAR",
    "GREEN",
    "AMBER",
    "AMBER+STRICT",
    "RED",
    "GREEN COMP TIDE",
    "GREEN COMP REEF",
    "AMBER COMP TIDE",
    "AMBER COMP REEF",
    "RED COMP TIDE",
    "RED COMP REEF",
    "RED COMP TIDE,REEF",
    "CLEAR COMP REEF",
    "AMBER+STRICT COMP TIDE",
    "AMBER REL BOREAS",
    "RED REL CORVUS",
    "GREEN CAV NOFORN",
    "AMBER CAV EYES",
    "RED REL NOBODY",
    "RED CAV EYES COMP REEF",
];
