//! Any bytes as an alert; what passes the strict rules comes back the same.
#![no_main]

use aldis_wire::{Limits, cap};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(reading) = cap::read(bytes, &Limits::default()) else { return };
    let Ok(written) = cap::write(&reading.alert) else { return };
    let again = cap::read(written.as_bytes(), &Limits::default()).expect("what was written is read");
    assert_eq!(again.alert, reading.alert);
    assert_eq!(cap::write(&again.alert).as_ref(), Ok(&written));
});
