//! Any two texts compared for what they share, and any bytes as a grade of another scale.
#![no_main]

use aldis_model::provenance::{Print, compare};
use aldis_model::scale::{Code, notes};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (one, other) = text.split_at(text.floor_char_boundary(text.len() / 2));
    let _ = compare(&Print::of(one), &Print::of(other), one, |_| true);
    let _ = notes(&text);
    for scale in Code::ALL {
        let _ = scale.read(&text);
    }
});
