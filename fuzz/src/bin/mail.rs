//! Any bytes as a mail message.
#![no_main]

use aldis_wire::{Limits, article};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = article::read_all(bytes, Some("message/rfc822"), &Limits::default());
});
