//! Any bytes as a text: screening ends, quotes what it points at, and finds the
//! same in pieces as in the whole. The first line of the bytes is watched too.
#![no_main]

use aldis_names::NameKind;
use aldis_names::screen::{Entry, Facts, Hit, Index, Options, Partial, Scratch, Stream};

fn hits(index: &Index, bytes: &[u8], piece: usize) -> Vec<Hit> {
    let options = Options { partial: Partial::Review, score_min: 0.5, bits_min: 0.0 };
    let (mut hits, mut scratch) = (Vec::new(), Scratch::default());
    let mut stream = Stream::new(index, options);
    bytes.chunks(piece).for_each(|part| stream.feed(part, &mut scratch, &mut |hit| hits.push(hit)));
    stream.finish(&mut scratch, &mut |hit| hits.push(hit));
    hits
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut index = Index::new();
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let line: String = String::from_utf8_lossy(line).chars().take(90).collect();
    for (id, name) in [("a", "Sergei Skripal"), ("b", line.as_str())] {
        let _ = index.add(&Entry {
            id: id.to_owned(),
            kind: NameKind::Person,
            names: vec![name.to_owned()],
            allow: Vec::new(),
            facts: Facts::default(),
        });
    }
    let whole = hits(&index, bytes, bytes.len().max(1));
    assert_eq!(whole, hits(&index, bytes, 7));
    for hit in whole {
        assert!(hit.span.end <= bytes.len());
        if let Ok(text) = std::str::from_utf8(bytes) {
            assert_eq!(text.get(hit.span.start..hit.span.end), Some(hit.quoted.as_str()));
        }
    }
});
