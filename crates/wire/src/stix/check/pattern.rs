//! Checks what the pattern of an indicator is about.
//!
//! Source: STIX 2.1 sections 4.7 and 9.

use super::walk::{Place, Walk};

/// Checks the pattern of an indicator whose type is `stix`.
pub(super) fn check(walk: &mut Walk<'_>, pattern: &str, place: &Place<'_>) {
    let _ = (walk, pattern, place);
}
