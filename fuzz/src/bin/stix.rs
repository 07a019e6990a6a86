//! Any bytes as STIX: another JSON reader agrees on what is read, nothing that
//! is read is lost, and the stream gives what the whole gives.
#![no_main]

use aldis_wire::stix::{Envelope, Limits, Stream, Tree, check, observable_id, version};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { bytes: 1 << 20, depth: 64, values: 100_000 };
    let options = check::Options::default();
    let tree = Tree::read(bytes, &limits);
    let theirs = serde_json::from_slice::<serde_json::Value>(bytes);
    if let Ok(tree) = &tree {
        let root = tree.root();
        let theirs = theirs.as_ref().expect("what is read here is JSON");
        let text = std::str::from_utf8(bytes).expect("read as UTF-8");
        assert_eq!(root.raw(), text.trim_matches([' ', '\n', '\r', '\t']));
        assert_eq!(&serde_json::to_value(root).expect("a value"), theirs);
        let canonical = root.canonical().expect("every value has a canonical form");
        let again = Tree::read(canonical.as_bytes(), &limits).expect("the canonical form is JSON");
        assert_eq!(again.root().canonical().expect("again"), canonical);
        let _ = observable_id(root);
        let findings = check::check_value(root, &options);
        assert!(findings.problems.iter().all(|p| p.path.starts_with('$')));
    }
    if let Ok(envelope) = Envelope::read(bytes, &limits) {
        assert!(version::compare(&envelope, &envelope).is_ok());
    }
    for block in [1, 7] {
        let mut stream = Stream::new(Slow(bytes, block), limits);
        while let Ok(Some(piece)) = stream.next_piece() {
            if let (None, Ok(tree)) = (piece.number, &tree) {
                assert_eq!(Tree::read(piece.bytes, &limits).is_ok(), true, "{}", tree.root().raw());
            }
        }
    }
    let _ = check::check_stream(bytes, limits, &options, |_| {});
});

/// Gives its bytes in small blocks.
struct Slow<'a>(&'a [u8], usize);

impl std::io::Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let some = self.1.min(self.0.len()).min(into.len());
        let (now, later) = self.0.split_at(some);
        into[..some].copy_from_slice(now);
        self.0 = later;
        Ok(some)
    }
}
