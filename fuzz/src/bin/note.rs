//! Any bytes as a signed note that nobody known has signed.
#![no_main]

use aldis_ledger::note;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = note::open(bytes, &[]);
});
