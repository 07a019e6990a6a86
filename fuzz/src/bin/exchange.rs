//! Any text as a body of the exchange; what passes comes back the same.
#![no_main]

use aldis_wire::exchange::Message;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(message) = Message::parse(text) {
        assert_eq!(Message::parse(&message.to_line()).as_ref(), Ok(&message));
    }
});
