//! Holds the notes against another implementation and against the collected vectors.

use super::*;
use proptest::prelude::*;
use signed_note as other;
use std::fs;
use std::path::PathBuf;

const TEXT: &str = "Ognuno sta solo\n\nsul cuor della terra\n";

#[test]
fn a_signed_note_opens_for_those_who_know_a_key() {
    let (a, b) = (signer("a.example/log", 1), signer("b.example", 2));
    let note = sign(TEXT, &[&a, &b]).unwrap();
    let opened = open(note.as_bytes(), &[&b.verifier()]).unwrap();
    assert_eq!(opened.text(), TEXT);
    assert!(opened.signed_by(&b.verifier()) && !opened.signed_by(&a.verifier()));
    assert_eq!(opened.known().len(), 1);
    assert_eq!(opened.unknown()[0].name, "a.example/log");
    let stranger = signer("c.example", 3).verifier();
    assert_eq!(open(note.as_bytes(), &[&stranger]), Err(Error::Unsigned));
    assert_eq!(open(note.as_bytes(), &[]), Err(Error::Unsigned));
}

#[test]
fn a_known_key_that_did_not_sign_spoils_the_note() {
    let (a, b) = (signer("a.example", 1), signer("b.example", 2));
    let note = sign(TEXT, &[&a, &b]).unwrap().replace("terra", "luna");
    let wrong = |name: &str| Err(Error::WrongSignature { name: name.to_owned() });
    assert_eq!(open(note.as_bytes(), &[&b.verifier()]), wrong("b.example"));

    // One good signature does not outweigh a bad one, not even by the same key.
    let forged = sign("other\n", &[&a]).unwrap().replacen("other\n\n", "", 1);
    let note = sign(TEXT, &[&b, &a]).unwrap() + &forged;
    assert_eq!(open(note.as_bytes(), &[&b.verifier()]).unwrap().unknown().len(), 2);
    assert_eq!(open(note.as_bytes(), &[&b.verifier(), &a.verifier()]), wrong("a.example"));
}

#[test]
fn a_key_counts_once_and_only_under_its_name() {
    let a = signer("a.example", 1);
    let note = sign(TEXT, &[&a, &a]).unwrap();
    assert_eq!(open(note.as_bytes(), &[&a.verifier()]).unwrap().known().len(), 1);
    let renamed = Verifier::new("b.example", a.verifier().public_key()).unwrap();
    assert_eq!(open(note.as_bytes(), &[&renamed]), Err(Error::Unsigned));
}

#[test]
fn the_limits_hold() {
    let a = signer("a.example", 1);
    let text = "x".repeat(MAX_TEXT - 1) + "\n";
    let note = sign(&text, &[&a; MAX_SIGNATURES]).unwrap();
    assert!(open(note.as_bytes(), &[&a.verifier()]).is_ok());
    let seventeenth = sign("x\n", &[&a]).unwrap().replacen("x\n\n", "", 1);
    let too_large = |result: Result<Opened>| matches!(result, Err(Error::TooLarge { .. }));
    assert!(too_large(open((note.clone() + &seventeenth).as_bytes(), &[&a.verifier()])));
    assert!(too_large(open(format!("x{note}").as_bytes(), &[&a.verifier()])));
    assert!(too_large(open(&vec![b'x'; 2 * MAX_TEXT], &[&a.verifier()])));
    assert!(matches!(sign(&format!("x{text}"), &[&a]), Err(Error::TooLarge { .. })));
    assert!(matches!(sign("x\n", &[&a; 17]), Err(Error::TooLarge { .. })));
    assert_eq!(sign("x\n", &[]), Err(Error::Unsigned));
}

#[test]
fn texts_and_names_that_could_be_misread_are_refused() {
    let a = signer("a.example", 1);
    for text in ["", "no newline", "tab\there\n", "return\r\n", "nul\0\n"] {
        assert!(sign(text, &[&a]).is_err(), "{text:?}");
    }
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\nb", "a\u{1}b", "a\u{2028}"] {
        assert!(Signer::new(name, &[1; 32]).is_err(), "{name:?}");
    }
}

#[test]
fn a_key_is_read_as_written_and_nothing_else() {
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(Verifier::parse(key).unwrap().to_string(), key);
    assert_eq!(Verifier::parse(key).unwrap().id(), 0xc74f_20a3);
    for wrong in [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "EnochRoot+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+",
        "PeterNeumann+c74f20a3+AQ==",
    ] {
        assert!(Verifier::parse(wrong).is_err(), "{wrong}");
    }
    // The neutral point would accept a signature over every text.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert!(Verifier::new("a.example", &neutral).is_err());
}

#[test]
fn the_debug_form_keeps_the_secret() {
    assert_eq!(format!("{:?}", signer("a.example", 1)), "Signer { name: \"a.example\", .. }");
}

#[test]
fn every_accepted_vector_opens_here_and_elsewhere() {
    let (keys, notes) = vectors("accepted");
    assert!(notes.len() >= 3);
    for (path, note) in notes {
        let opened = open(&note, &keys.iter().collect::<Vec<_>>());
        assert!(opened.is_ok(), "{}: {opened:?}", path.display());
        assert!(opens_elsewhere(&note, &keys), "{}", path.display());
    }
}

#[test]
fn every_rejected_vector_is_refused() {
    let (keys, notes) = vectors("rejected");
    assert!(notes.len() >= 15);
    for (path, note) in notes {
        assert!(open(&note, &keys.iter().collect::<Vec<_>>()).is_err(), "{}", path.display());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_one_signs_the_other_opens(
        text in "(\\PC{0,20}\n){1,5}",
        seed in any::<[u8; 32]>(),
        name in "[a-z]{1,9}(/[a-z]{1,9})?",
    ) {
        let ours = Signer::new(&name, &seed).unwrap();
        let note = sign(&text, &[&ours]).unwrap();
        prop_assert!(opens_elsewhere(note.as_bytes(), &[ours.verifier()]));

        let theirs = their_signer(&name, &seed);
        let mut note = other::Note::new(text.as_bytes(), &[]).unwrap();
        note.add_sigs(&[&theirs]).unwrap();
        let opened = open(&note.to_bytes(), &[&ours.verifier()]).unwrap();
        prop_assert_eq!(opened.text(), text);
        prop_assert!(opened.signed_by(&ours.verifier()));
    }

    #[test]
    fn no_flipped_bit_goes_unnoticed(at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let a = signer("a.example", 1);
        let mut note = sign(TEXT, &[&a]).unwrap().into_bytes();
        let at = at.index(note.len());
        note[at] ^= 1_u8 << bit;
        prop_assert!(open(&note, &[&a.verifier()]).is_err());
    }

    #[test]
    fn any_bytes_are_read_without_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        text in "\\PC{0,30}\n\n— \\PC{0,30}\n",
    ) {
        let key = signer("a.example", 1).verifier();
        prop_assert!(open(&bytes, &[&key]).is_err());
        prop_assert!(open(text.as_bytes(), &[&key]).is_err());
        prop_assert!(Verifier::parse(&String::from_utf8_lossy(&bytes)).is_err());
        let key = format!("a+{text}+{text}");
        prop_assert!(Verifier::parse(&key).is_err());
    }
}

fn signer(name: &str, seed: u8) -> Signer {
    Signer::new(name, &[seed; 32]).unwrap()
}

fn their_signer(name: &str, seed: &[u8; 32]) -> other::StandardSigner {
    let id = Signer::new(name, seed).unwrap().verifier().id();
    let key = BASE64_STANDARD.encode([&[0x01], seed.as_slice()].concat());
    other::StandardSigner::new(&format!("PRIVATE+KEY+{name}+{id:08x}+{key}")).unwrap()
}

fn opens_elsewhere(note: &[u8], keys: &[Verifier]) -> bool {
    let verifier = |key: &Verifier| -> Box<dyn other::Verifier> {
        Box::new(other::StandardVerifier::new(&key.to_string()).unwrap())
    };
    let known = other::VerifierList::new(keys.iter().map(verifier).collect());
    other::Note::from_bytes(note).is_ok_and(|note| note.verify(&known).is_ok())
}

/// The known keys and the notes of one folder of vectors.
fn vectors(outcome: &str) -> (Vec<Verifier>, Vec<(PathBuf, Vec<u8>)>) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vectors").join(outcome).join("note");
    let keys = fs::read_to_string(folder.join("known.keys")).unwrap();
    let notes = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    (keys.lines().map(|key| Verifier::parse(key).unwrap()).collect(), notes)
}
