//! Counts how often names are used, by their consonants.

use std::collections::BTreeMap;

use aldis_names::often::{ROOMS, room};
use aldis_names::sound;

use super::costs::log2;
use super::tokens::Pair;

/// Gives the table: how much a name says, in 1/8 bit.
#[must_use]
pub fn learn(pairs: &[Pair]) -> Vec<u8> {
    let mut latin: BTreeMap<&str, u64> = BTreeMap::new();
    let mut native: BTreeMap<&str, u64> = BTreeMap::new();
    for pair in pairs {
        let most = latin.entry(&pair.latin).or_default();
        *most = (*most).max(u64::from(pair.count));
        *native.entry(&pair.other).or_default() += u64::from(pair.count);
    }
    let total: u64 = latin.values().sum();
    let rooms = |names: &BTreeMap<&str, u64>| {
        let mut rooms = vec![0_u64; ROOMS];
        for (name, count) in names {
            if let Some(n) = rooms.get_mut(room(&sound::of(name))) {
                *n += count;
            }
        }
        rooms
    };
    let (latin, native) = (rooms(&latin), rooms(&native));
    latin
        .iter()
        .zip(&native)
        .map(|(a, b)| {
            // Half a sighting for what was never seen.
            let bits = log2(2 * total.max(1)) - log2(2 * (*a).max(*b) + 1);
            u8::try_from((bits / 32).clamp(8, 255)).unwrap_or(u8::MAX)
        })
        .collect()
}
