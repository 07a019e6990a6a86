//! The words by which somebody who was warned can ask whether it is real.

use crate::ctx::Ctx;

/// Picks three different plain words that an officer can read out to somebody who asks "is this real?".
pub(super) fn pick(ctx: &Ctx) -> String {
    three(ctx.random("words"))
}

/// Takes a word for each number out of those that are left: one said twice sounds like a slip.
fn three(numbers: [u8; 3]) -> String {
    let mut left = WORDS.to_vec();
    let picked = numbers.map(|number| left.remove(usize::from(number) % left.len().max(1)));
    picked.join(" ")
}

const WORDS: [&str; 64] = [
    "apple", "autumn", "bakery", "basket", "bell", "birch", "blue", "bridge", "candle", "carpet", "castle",
    "cedar", "cherry", "clay", "cloud", "copper", "corner", "cotton", "desert", "eagle", "ember", "fern",
    "field", "finch", "forest", "garden", "glass", "green", "hammer", "harbour", "hazel", "honey", "island",
    "ivory", "kettle", "lamp", "lemon", "linen", "maple", "meadow", "mirror", "morning", "needle", "north",
    "oak", "olive", "orange", "paper", "pepper", "pilot", "plum", "river", "saddle", "seven", "silver",
    "spring", "stone", "summer", "table", "thunder", "violet", "walnut", "willow", "winter",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_word_is_said_twice(numbers: [u8; 3]) {
            let text = three(numbers);
            let words: std::collections::BTreeSet<&str> = text.split(' ').collect();
            prop_assert_eq!(words.len(), 3, "{}", text);
            prop_assert!(words.iter().all(|word| WORDS.contains(word)));
        }
    }
}
