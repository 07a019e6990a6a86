//! The shipped models are those of the training log.

use sha2::{Digest, Sha256};

#[test]
fn every_model_has_the_hash_of_the_training_log() {
    let log = include_str!("../models/training.log");
    let models: [(&str, &[u8]); 4] = [
        ("costs.bin", include_bytes!("../models/costs.bin")),
        ("often.bin", include_bytes!("../models/often.bin")),
        ("equal.bin", include_bytes!("../models/equal.bin")),
        ("pairs.bin", include_bytes!("../models/pairs.bin")),
    ];
    for (name, bytes) in models {
        let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let line = format!("{name} sha256 {hash} {} bytes", bytes.len());
        assert!(log.lines().any(|l| l == line), "{name} is not what was trained: {line}");
    }
    let total: usize = models.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(total <= 3 << 20, "the models take {total} bytes");
}

/// The keys of the dictionary are hashes of letters as the tables read them, so a
/// change of the tables without a new training would silently empty it.
#[test]
fn the_dictionary_was_made_with_the_letters_of_this_build() {
    use aldis_names::equal::classes;
    for (a, b) in [("Johann", "约翰"), ("Georgios", "乔治"), ("John", "Jean")] {
        assert!(classes(a).meets(&classes(b)), "{a} / {b}");
    }
    assert!(!classes("Johann").meets(&classes("乔治")));
}
