//! Any bytes as a feed. The sniffer needs a root element, so one is given.
#![no_main]

use aldis_wire::{Limits, article};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = article::read_all(bytes, None, &Limits::default());
    for root in [&b"<rss version=\"2.0\"><channel>"[..], b"<feed xmlns=\"http://www.w3.org/2005/Atom\">"] {
        let _ = article::read_all(&[root, bytes].concat(), None, &Limits::default());
    }
});
