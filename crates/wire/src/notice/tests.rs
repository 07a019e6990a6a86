use super::*;

const LINES: [&str; 2] = ["Do not go to the Lantern Hall on 6 May 2031.", "Police will be at the gate."];

fn made(language: &str, lines: &[String]) -> Result<Vec<u8>, NotPrinted> {
    let notice = Notice {
        language,
        lines,
        label: "TLP:AMBER",
        code_words: "harbour amber violin",
        reference: "4f1c 22ab",
        exercise: false,
    };
    pdf(&notice)
}

fn lines() -> Vec<String> {
    LINES.map(str::to_owned).to_vec()
}

#[test]
fn every_language_has_a_page_that_is_the_same_each_time() {
    for words in &words::ALL {
        let first = made(words.code, &lines()).unwrap();
        assert!(first.starts_with(b"%PDF-1."), "{}", words.code);
        assert_eq!(first, made(words.code, &lines()).unwrap(), "{}", words.code);
        assert!(first.len() < 80_000, "{} has {} bytes", words.code, first.len());
    }
}

#[test]
fn a_text_that_does_not_fit_is_refused_and_not_cut() {
    let long = vec!["This sentence is about as long as sentences in a warning are. ".repeat(6); 12];
    assert_eq!(made("en", &long), Err(NotPrinted::TooLong));
    assert_eq!(made("en", &["a".repeat(17_000)]), Err(NotPrinted::TooLong));
    // One that fills the page in smaller letters is printed in those.
    assert!(made("en", &long[..3]).is_ok());
}

#[test]
fn a_letter_that_cannot_be_printed_is_an_error_and_no_box() {
    for text in ["見る", "😀", "אבג"] {
        let made = made("en", &[format!("Seen: {text}")]);
        assert!(matches!(&made, Err(NotPrinted::Letters(_))), "{text}: {:?}", made.map(|pdf| pdf.len()));
    }
    // The scripts of the five languages mix freely.
    let mixed = ["Lantern Hall, Ліхтарна зала, Зал, قاعة الفانوس، تالار فانوس ۱۲۳".to_owned()];
    for words in &words::ALL {
        assert!(made(words.code, &mixed).is_ok(), "{}", words.code);
    }
}
