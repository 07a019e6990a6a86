//! Any text as a query, a cursor, a header, an addition: what passes is told the same again.
#![no_main]

use aldis_wire::taxii::{Cursor, Object, Query, accepts, is_body, objects, page, read_time, time_text};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        asked(text);
    }
    let found = objects(bytes).unwrap_or_default();
    for raw in &found {
        if let Ok(object) = Object::read(raw) {
            assert_eq!(object.raw, raw.trim());
            assert!(object.id.starts_with(&object.kind));
        }
    }
    // Written on a page, with a cursor before them, the objects are cut out again as they were.
    let bodies: Vec<Vec<u8>> = found.iter().map(|raw| raw.as_bytes().to_vec()).collect();
    let cursor = Cursor { after: 7, filter: Default::default() };
    let written = page(&bodies, Some((&cursor, "a")));
    if !found.is_empty() {
        assert_eq!(objects(&written).as_ref(), Ok(&found));
    }
});

fn asked(text: &str) {
    let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    if let Ok(query) = Query::read(pairs) {
        assert_ne!(query.limit, Some(0));
        let cursor = Cursor { after: 7, filter: query.filter };
        assert_eq!(Cursor::read(&cursor.write("a"), "a").as_ref(), Ok(&cursor));
        assert!(Cursor::read(&cursor.write("a"), "b").is_err());
    }
    if let Ok(cursor) = Cursor::read(text, "a") {
        assert_eq!(Cursor::read(&cursor.write("a"), "a"), Ok(cursor));
    }
    // Whoever may send this may also be answered in it.
    assert!(!is_body(text) || accepts(text));
    if let Some(us) = read_time(text) {
        let last = 253_402_300_799_999_999;
        assert_eq!(read_time(&time_text(us)), Some(us.min(last)));
    }
}
