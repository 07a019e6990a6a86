//! Invented words, so that no two texts share five in a row.

use crate::dice::Dice;

/// Writes a sentence of random words.
pub fn sentence(dice: &mut Dice, length: usize) -> String {
    let words: Vec<&str> = (0..length).filter_map(|_| dice.pick(&WORDS)).copied().collect();
    format!("{}.", words.join(" "))
}

/// Names the register may hold in both worlds.
pub const SEEN_NAMES: [&str; 2] = ["Marisol Quintavalle", "Oleander Voskresh"];

/// Names of people at risk who are told themselves.
pub const AUDIENCE_NAMES: [&str; 2] = ["Ottoline Brackwater", "Casimir Lindqvist"];

/// Names the register holds in one world only.
pub const HIDDEN_NAMES: [&str; 3] = ["Teodric Hallowane", "Zaira Benmoussi", "Kaspar Ingvarsdal"];

const WORDS: [&str; 96] = [
    "anvil", "barge", "beacon", "bramble", "brine", "canal", "cargo", "cellar", "chalk", "chapel", "cistern",
    "cliff", "cobble", "copse", "crane", "culvert", "dike", "dock", "dune", "eddy", "engine", "estuary",
    "fathom", "fence", "ferry", "fjord", "flint", "fog", "ford", "furnace", "gable", "gale", "gantry",
    "gorge", "granite", "gravel", "gully", "gutter", "hangar", "haven", "hawser", "heath", "hinge", "hoist",
    "hollow", "hull", "inlet", "jetty", "joist", "keel", "kiln", "knoll", "ladder", "lagoon", "lantern",
    "lathe", "ledge", "levee", "lock", "loft", "marsh", "mast", "mill", "moor", "mortar", "moss", "nook",
    "orchard", "paddock", "pier", "pillar", "plank", "pond", "pulley", "quarry", "quay", "rafter", "ravine",
    "reed", "ridge", "rivet", "rope", "rudder", "sand", "scaffold", "shale", "shed", "shoal", "sluice",
    "spar", "stable", "strait", "thicket", "tram", "tunnel", "weir",
];
