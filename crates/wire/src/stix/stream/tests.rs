use super::*;
use proptest::prelude::*;

/// Gives its bytes in pieces of a chosen size.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let some = self.1.min(self.0.len()).min(into.len());
        let (now, later) = self.0.split_at(some);
        into[..some].copy_from_slice(now);
        self.0 = later;
        Ok(some)
    }
}

type Read1 = (Vec<(Option<usize>, String)>, Result<()>, String);

fn read(text: &[u8], step: usize) -> Read1 {
    let mut stream = Stream::new(Slow(text, step), Limits { bytes: 4_096, depth: 8, values: 1_000 });
    let mut pieces = Vec::new();
    loop {
        match stream.next_piece() {
            Ok(Some(piece)) => {
                pieces.push((piece.number, String::from_utf8_lossy(piece.bytes).into_owned()));
            }
            Ok(None) => break (pieces, Ok(()), String::from_utf8(stream.head()).unwrap()),
            Err(error) => break (pieces, Err(error), String::new()),
        }
    }
}

fn numbered(texts: &[&str]) -> Vec<(Option<usize>, String)> {
    texts.iter().enumerate().map(|(at, text)| (Some(at), (*text).to_owned())).collect()
}

#[test]
fn a_bundle_gives_its_objects_as_they_came_whatever_the_blocks() {
    let text = r#" { "type" : "bundle", "objects":[ {"a":"x]}\\\"","b":[{}]} ,{"c":1.0}, 7 ],"id":"b" } "#;
    for step in 1..text.len() {
        let (pieces, end, head) = read(text.as_bytes(), step);
        assert_eq!(pieces, numbered(&[r#"{"a":"x]}\\\"","b":[{}]}"#, r#"{"c":1.0}"#, "7"]), "{step}");
        assert_eq!(end, Ok(()));
        assert_eq!(head, r#"{"type":"bundle","id":"b"}"#);
    }
}

#[test]
fn an_envelope_a_list_and_one_object_are_read() {
    assert_eq!(read(br#"{"more":true,"objects":[{},{}]}"#, 9).0, numbered(&["{}", "{}"]));
    assert_eq!(read(b"[{},[1]]", 9).0, numbered(&["{}", "[1]"]));
    assert_eq!(read(b"[]", 9).0, []);
    assert_eq!(read(b"{}", 9).0, [(None, "{}".to_owned())]);
    let alone = r#"{"type":"x","objects":[{}]}"#;
    assert_eq!(read(alone.as_bytes(), 9).0, [(None, alone.to_owned())]);
    let observed = r#"{"objects":{"0":{}},"type":"observed-data"}"#;
    assert_eq!(read(observed.as_bytes(), 9).0, [(None, observed.to_owned())]);
}

#[test]
fn a_text_that_does_not_end_well_is_refused_after_what_was_good() {
    let says = |text: &str| read(text.as_bytes(), 5).1.unwrap_err().to_string();
    assert!(says(r#"{"objects":[{"a":1},{"a"#).starts_with("$.objects[1]: the text ends inside a value"));
    assert_eq!(read(br#"{"objects":[{"a":1},{"a"#, 5).0, numbered(&[r#"{"a":1}"#]));
    assert!(says(r#"{"objects":[{} {}]}"#).starts_with("$.objects[1]: a comma or ] is missing"));
    assert!(says(r#"{"objects":[],"objects":[]}"#).starts_with("$.objects: the key is there twice"));
    assert!(says(r#"{"objects":[],"obj\u0065cts":[]}"#).starts_with("$.objects: the key is there twice"));
    assert!(says("").starts_with("$: there is nothing to read"));
    assert!(says("7").starts_with("$: neither an object nor a list"));
    assert!(says("[{}] []").starts_with("$: something follows"));
    assert!(says(r#"{"a":1 "b":2}"#).starts_with("$: a comma or } is missing"));
    assert!(says(r#"{"a" 1}"#).starts_with("$: a colon is missing"));
    assert!(says("[[[[[[[[[[").starts_with("$[0]: the text ends inside a value"));
    let head = format!("{{\"a\":\"{}\"}}", "x".repeat(5_000));
    assert_eq!(read(head.as_bytes(), 999).1, Err(Error::TooLarge { limit: 4_096 }));
    assert_eq!(read(br#"{"a":[[[[[[[[[]]]]]]]]]}"#, 9).1, Err(Error::TooDeep { limit: 8 }));
}

#[test]
fn an_object_beyond_the_limits_is_passed_over_and_the_next_one_follows() {
    let text = format!("[{{\"a\":\"{}\"}},[[[[[[[[[[]]]]]]]]]],{{}}]", "x".repeat(5_000));
    let mut stream = Stream::new(Slow(text.as_bytes(), 999), Limits { bytes: 4_096, depth: 8, values: 9 });
    let mut next = || {
        let piece = stream.next_piece().unwrap()?;
        Some((piece.number, piece.bytes.to_vec(), piece.refused))
    };
    assert_eq!(next(), Some((Some(0), Vec::new(), Some(Error::TooLarge { limit: 4_096 }))));
    assert_eq!(next(), Some((Some(1), Vec::new(), Some(Error::TooDeep { limit: 8 }))));
    assert_eq!(next(), Some((Some(2), b"{}".to_vec(), None)));
    assert_eq!(next(), None);
}

proptest! {
    #[test]
    fn any_bytes_end_and_the_blocks_make_no_difference(
        text in r#"[\[\]{}:,"\\a0 \n]{0,40}"#, step in 1_usize..7
    ) {
        let (pieces, end, head) = read(text.as_bytes(), step);
        let (again, other, same) = read(text.as_bytes(), 64);
        prop_assert_eq!(pieces, again);
        prop_assert_eq!(end.is_ok(), other.is_ok());
        prop_assert_eq!(head, same);
    }
}

#[test]
fn values_one_after_the_other_are_read_where_that_is_asked_for() {
    let text = b"{\"a\":1}\n{\"type\":\"bundle\",\"objects\":[{\"b\":2},3]}\n\n[4]\n{\"c\":5}\n";
    let mut stream = Stream::new(&text[..], Limits::default()).many();
    let mut found = Vec::new();
    while let Some(piece) = stream.next_piece().unwrap() {
        found.push(String::from_utf8(piece.bytes.to_vec()).unwrap());
    }
    assert_eq!(found, ["{\"a\":1}", "{\"b\":2}", "3", "4", "{\"c\":5}"]);
    let mut alone = Stream::new(&text[..], Limits::default());
    assert!(alone.next_piece().is_err());
}
