//! Any bytes as an article, by looking at them and as a web page.
#![no_main]

use aldis_wire::{Limits, article};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = article::read_all(bytes, None, &Limits::default());
    let _ = article::read_all(bytes, Some("text/html"), &Limits::default());
});
