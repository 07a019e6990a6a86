//! Any two texts as names: the score is a share, symmetric, and 1 for the same.
#![no_main]

use aldis_names::name::Name;
use aldis_names::{pair, sound};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = sound::of_bytes(bytes);
    let text = String::from_utf8_lossy(bytes);
    let (a, b) = text.split_once('\n').unwrap_or((&text, ""));
    let _ = sound::forms(a);
    let (x, y) = (Name::new(a), Name::new(b));
    let score = pair::score(&x, &y);
    assert!((0.0..=1.0).contains(&score) && score == pair::score(&y, &x));
    assert!(x.is_empty() || pair::score(&x, &x) == 1.0);
    let found = pair::compare(a, b);
    assert_eq!(found.why.len(), found.reasons.len());
});
