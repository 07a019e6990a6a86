//! The words by which somebody who was warned can ask whether it is real.

use crate::ctx::Ctx;

/// Picks three plain words that an officer can read out to somebody who asks "is this real?".
pub(super) fn pick(ctx: &Ctx) -> String {
    let word = |byte: &u8| WORDS.get(usize::from(byte % 64)).copied().unwrap_or("lamp");
    ctx.random::<3>("words").iter().map(word).collect::<Vec<_>>().join(" ")
}

const WORDS: [&str; 64] = [
    "apple", "autumn", "bakery", "basket", "bell", "birch", "blue", "bridge", "candle", "carpet", "castle",
    "cedar", "cherry", "clay", "cloud", "copper", "corner", "cotton", "desert", "eagle", "ember", "fern",
    "field", "finch", "forest", "garden", "glass", "green", "hammer", "harbour", "hazel", "honey", "island",
    "ivory", "kettle", "lamp", "lemon", "linen", "maple", "meadow", "mirror", "morning", "needle", "north",
    "oak", "olive", "orange", "paper", "pepper", "pilot", "plum", "river", "saddle", "seven", "silver",
    "spring", "stone", "summer", "table", "thunder", "violet", "walnut", "willow", "winter",
];
