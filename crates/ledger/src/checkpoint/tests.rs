//! Holds the checkpoint against the standard's example and another implementation.

use super::*;
use proptest::prelude::*;
use tlog_tiles::checkpoint as other;

const TEXT: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

#[test]
fn the_example_of_the_standard_is_read_and_written() {
    let checkpoint = Checkpoint::parse(TEXT).unwrap();
    assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
    assert_eq!(checkpoint.size(), 20_852_163);
    assert_eq!(checkpoint.to_text(), TEXT);
    let extended = checkpoint.with_extension("epoch 2").unwrap();
    assert_eq!(extended.to_text(), format!("{TEXT}epoch 2\n"));
    assert_eq!(Checkpoint::parse(&extended.to_text()), Ok(extended));
}

#[test]
fn a_second_spelling_is_refused() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    for text in [
        String::new(),
        "\n".to_owned(),
        format!("o\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("o\n01\n{root}\n"),
        format!("o\n+1\n{root}\n"),
        format!("o\n-1\n{root}\n"),
        format!("o\n 1\n{root}\n"),
        format!("o\n18446744073709551616\n{root}\n"),
        format!("o\n1\n{root}\n\n"),
        format!("o\n1\n{root}\n\nextension\n"),
        format!("o\r\n1\r\n{root}\r\n"),
        "o\n1\n".to_owned(),
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n".to_owned(),
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n".to_owned(),
        "o\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I=\n".to_owned(),
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n".to_owned(),
    ] {
        assert!(Checkpoint::parse(&text).is_err(), "{text:?}");
    }
    assert!(Checkpoint::new("", 0, [0; 32]).is_err());
    assert!(Checkpoint::new("a\nb", 0, [0; 32]).is_err());
    assert!(Checkpoint::new("o", 0, [0; 32]).unwrap().with_extension("").is_err());
}

#[test]
fn only_the_key_of_the_log_opens_its_checkpoint() {
    let log = Signer::new("a.example/log", &[1; 32]).unwrap();
    let witness = Signer::new("w.example", &[2; 32]).unwrap();
    let checkpoint = Checkpoint::new("a.example/log", 7, [7; 32]).unwrap();
    let note = checkpoint.sign(&[&log, &witness]).unwrap();
    assert_eq!(Checkpoint::open(note.as_bytes(), &log.verifier()), Ok(checkpoint));
    let expected = Err(Error::WrongOrigin { expected: "w.example".into(), found: "a.example/log".into() });
    assert_eq!(Checkpoint::open(note.as_bytes(), &witness.verifier()), expected);
    let enlarged = note.replacen("\n7\n", "\n8\n", 1);
    assert!(matches!(
        Checkpoint::open(enlarged.as_bytes(), &log.verifier()),
        Err(Error::WrongSignature { .. })
    ));
    let prose = note::sign("not a checkpoint\n", &[&log]).unwrap();
    assert!(matches!(Checkpoint::open(prose.as_bytes(), &log.verifier()), Err(Error::Malformed { .. })));
}

proptest! {
    #[test]
    fn both_implementations_write_the_same_text(
        origin in "[!-~]{1,20}",
        size in any::<u64>(),
        root in any::<Hash>(),
        lines in prop::collection::vec("[ -~]{1,9}", 0..3),
    ) {
        let ours = Checkpoint::new(&origin, size, root).unwrap();
        let ours = lines.iter().try_fold(ours, |ours, line| ours.with_extension(line)).unwrap();
        let extension: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let theirs = other::Checkpoint::new(&origin, size, tlog_tiles::Hash(root), &extension).unwrap();
        prop_assert_eq!(ours.to_text().into_bytes(), theirs.to_bytes());
        prop_assert_eq!(Checkpoint::parse(&ours.to_text()), Ok(ours));
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,60}", root in "[A-Za-z0-9+/]{42}[A-Z]=") {
        let _ = Checkpoint::parse(&text);
        let text = format!("o\n1\n{root}\n{text}\n");
        if let Ok(checkpoint) = Checkpoint::parse(&text) {
            prop_assert_eq!(checkpoint.to_text(), text);
        }
    }
}
