//! Shows that a proof convinces those it should and nobody else.

use super::*;
use crate::note::Signer;
use crate::tree::{Tree, inclusion_proof};
use proptest::prelude::*;

const LEAF: &[u8] = b"leaf 5";

#[test]
fn a_proof_has_the_text_of_the_standard() {
    let proof = Proof::new(73_894, vec![[1; 32], [2; 32]], "o\n1\nr\n\nsignature\n".into()).unwrap();
    let hashes = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\nAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
    let rest = format!("index 73894\n{hashes}\n\no\n1\nr\n\nsignature\n");
    assert_eq!(proof.encode(), format!("c2sp.org/tlog-proof@v1\n{rest}"));
    let proof = proof.with_extra(b"hello".to_vec()).unwrap();
    assert_eq!(proof.encode(), format!("c2sp.org/tlog-proof@v1\nextra aGVsbG8=\n{rest}"));
    assert_eq!((proof.index(), proof.hashes()), (73_894, [[1; 32], [2; 32]].as_slice()));
    assert_eq!(proof.extra(), Some(b"hello".as_slice()));
    assert_eq!(Proof::parse(proof.encode().as_bytes()), Ok(proof));
}

#[test]
fn a_proof_verifies_offline_with_the_key_of_the_log() {
    let checkpoint = proof(5).verify(LEAF, &log().verifier()).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), ("a.example/log", 11));
    let read = Proof::parse(proof(5).encode().as_bytes()).unwrap();
    assert!(read.verify(LEAF, &log().verifier()).is_ok());
    assert_eq!(read.verify(b"leaf 6", &log().verifier()), Err(Error::NotProven("inclusion proof")));
    let other = Signer::new("b.example/log", &[2; 32]).unwrap().verifier();
    assert_eq!(read.verify(LEAF, &other), Err(Error::Unsigned));
    let alone: Tree = [leaf_hash(LEAF)].into_iter().collect();
    let checkpoint = Checkpoint::new("a.example/log", 1, alone.root()).unwrap().sign(&[&log()]).unwrap();
    let single = Proof::parse(Proof::new(0, vec![], checkpoint).unwrap().encode().as_bytes()).unwrap();
    assert!(single.verify(LEAF, &log().verifier()).is_ok());
}

#[test]
fn the_extra_data_is_not_covered() {
    let proof = proof(5).with_extra(b"anything".to_vec()).unwrap();
    assert!(proof.verify(LEAF, &log().verifier()).is_ok());
}

#[test]
fn a_second_spelling_is_refused() {
    let good = proof(5).with_extra(b"x".to_vec()).unwrap().encode();
    assert!(Proof::parse(good.as_bytes()).is_ok());
    for (from, to) in [
        ("@v1\n", "@v2\n"),
        ("@v1\n", "@v1\r\n"),
        ("@v1\n", "@v1\n\n"),
        ("extra eA==", "extra eA"),
        ("extra eA==", "extra "),
        ("extra eA==", "extra eA==\nextra eA=="),
        ("extra eA==", "extra"),
        ("index 5", "index 05"),
        ("index 5", "index +5"),
        ("index 5", "index  5"),
        ("index 5", "index 18446744073709551616"),
        ("index 5\n", ""),
        ("index 5\n", "index 5\nAQ==\n"),
        ("index 5\n", "index 5\n \n"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        assert!(Proof::parse(bad.as_bytes()).is_err(), "{to:?}");
    }
    let swapped = good.replacen("extra eA==\nindex 5", "index 5\nextra eA==", 1);
    assert!(Proof::parse(swapped.as_bytes()).is_err());
}

#[test]
fn the_limits_hold() {
    assert!(Proof::new(0, vec![[0; 32]; 65], String::new()).is_err());
    assert!(Proof::new(0, vec![], "x".repeat(MAX_TEXT + 1)).is_err());
    assert!(proof(5).with_extra(vec![]).is_err());
    assert!(proof(5).with_extra(vec![0; MAX_EXTRA + 1]).is_err());
    assert!(matches!(Proof::parse(&vec![b'x'; 2 * MAX_TEXT + 1]), Err(Error::TooLarge { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_flipped_bit_goes_unnoticed(at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut bytes = proof(5).encode().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        let verdict = Proof::parse(&bytes).and_then(|proof| proof.verify(LEAF, &log().verifier()));
        prop_assert!(verdict.is_err());
    }

    #[test]
    fn any_bytes_are_read_without_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        text in "\\PC{0,40}",
    ) {
        prop_assert!(Proof::parse(&bytes).is_err());
        for (before, after) in [("", "\n\n"), ("index 1\n\n", ""), ("index 1\n", "\n\n")] {
            let text = format!("{HEADER}\n{before}{text}{after}");
            if let Ok(proof) = Proof::parse(text.as_bytes()) {
                prop_assert_eq!(proof.encode(), text);
                prop_assert!(proof.verify(LEAF, &log().verifier()).is_err());
            }
        }
    }
}

fn log() -> Signer {
    Signer::new("a.example/log", &[1; 32]).unwrap()
}

fn proof(index: u64) -> Proof {
    let tree: Tree = (0..11).map(|index| leaf_hash(format!("leaf {index}").as_bytes())).collect();
    let checkpoint = Checkpoint::new("a.example/log", 11, tree.root()).unwrap().sign(&[&log()]).unwrap();
    Proof::new(index, inclusion_proof(&tree, index, 11).unwrap(), checkpoint).unwrap()
}
