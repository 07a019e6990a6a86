//! Any text as a query, a cursor, an addition: what passes is told the same again.
#![no_main]

use aldis_wire::taxii::{Cursor, Object, Query, accepts, is_body, objects};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        if let Ok(query) = Query::read(pairs) {
            assert_ne!(query.limit, Some(0));
            let cursor = Cursor { after: 7, filter: query.filter };
            assert_eq!(Cursor::read(&cursor.write("a"), "a").as_ref(), Ok(&cursor));
        }
        let _ = (accepts(text), is_body(text), Cursor::read(text, "a"));
    }
    for raw in objects(bytes).unwrap_or_default() {
        if let Ok(object) = Object::read(raw) {
            assert_eq!(object.raw, raw.trim());
            assert!(object.id.starts_with(&object.kind));
        }
    }
});
