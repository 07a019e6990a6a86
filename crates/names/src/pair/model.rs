//! The trained model: features to a score.

use super::FEATURES;

/// The score from which two names are shown as one.
pub const MATCH_SCORE: f32 = 0.5;

/// Gives the score.
pub(super) fn score(features: &[u8; FEATURES]) -> f32 {
    let [bits, low, high, ..] = *features;
    f32::from(low).min(f32::from(high)) / 255.0 * f32::from(bits.min(30)) / 30.0
}
