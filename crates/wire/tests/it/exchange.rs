//! The bodies between nodes: what they hold and what they refuse.

use aldis_wire::Error;
use aldis_wire::exchange::{
    Answer, AnswerKind, ConsentAnswer, ConsentRequest, Message, Onward, Receipt, Warning, WarningKind,
};

fn warning() -> Warning {
    Warning {
        id: "m1".into(),
        from: "freedonia.example".into(),
        to: "velmora.example".into(),
        release: "r1".into(),
        subject: "Crowds".into(),
        text: "Line one.\nLine two with \"quotes\".".into(),
        label: "TLP:AMBER".into(),
        not_before: Some("2031-03-07T18:00:00Z".into()),
        expires: "2031-03-09T18:00:00Z".into(),
        sent_at: "2031-03-07T15:05:00Z".into(),
        kind: WarningKind::Alert,
        replaces: None,
        answer_by: Some("2031-03-07T16:00:00Z".into()),
    }
}

fn answer() -> Answer {
    Answer {
        id: "m3".into(),
        from: "velmora.example".into(),
        to: "freedonia.example".into(),
        message: "m1".into(),
        release: "r1".into(),
        text_hash: "0f".repeat(32),
        answer: AnswerKind::Acted,
        label: Some("TLP:AMBER".into()),
        note: None,
        by: "duty officer".into(),
        at: "2031-03-07T15:20:00Z".into(),
    }
}

fn onward() -> Onward {
    Onward {
        id: "m4".into(),
        from: "velmora.example".into(),
        to: "freedonia.example".into(),
        message: "m1".into(),
        text_hash: "0f".repeat(32),
        audience: "The halls of Velmora".into(),
        rung: "clients".into(),
        label: "TLP:AMBER".into(),
        by: "liaison".into(),
        at: "2031-03-07T15:20:00Z".into(),
    }
}

fn consent_request() -> ConsentRequest {
    ConsentRequest {
        id: "m5".into(),
        from: "freedonia.example".into(),
        to: "velmora.example".into(),
        text: "Avoid large gatherings in Lowtown.".into(),
        audience: "the public".into(),
        rung: "public".into(),
        label: "TLP:CLEAR".into(),
        answer_by: "2031-03-07T16:20:00Z".into(),
        by: "analyst".into(),
        at: "2031-03-07T15:20:00Z".into(),
    }
}

fn consent_answer() -> ConsentAnswer {
    ConsentAnswer {
        id: "m6".into(),
        from: "velmora.example".into(),
        to: "freedonia.example".into(),
        message: "m5".into(),
        text_hash: "0f".repeat(32),
        consents: false,
        note: Some("not before Friday".into()),
        by: "senior".into(),
        at: "2031-03-07T15:40:00Z".into(),
    }
}

#[test]
fn consent_is_asked_for_one_text_and_one_audience() {
    Message::ConsentRequest(consent_request()).checked().unwrap();
    for change in [
        |request: &mut ConsentRequest| request.text.clear(),
        |request: &mut ConsentRequest| request.audience = "two\nlines".into(),
        |request: &mut ConsentRequest| request.rung.clear(),
        |request: &mut ConsentRequest| request.answer_by = "soon".into(),
        |request: &mut ConsentRequest| request.text = "x".repeat(65 * 1024),
    ] {
        let mut changed = consent_request();
        change(&mut changed);
        Message::ConsentRequest(changed).checked().unwrap_err();
    }
}

#[test]
fn an_answer_on_consent_names_the_hash_of_the_text() {
    Message::ConsentAnswer(consent_answer()).checked().unwrap();
    for change in [
        |answer: &mut ConsentAnswer| answer.text_hash = "0f".into(),
        |answer: &mut ConsentAnswer| answer.message = "two words".into(),
        |answer: &mut ConsentAnswer| answer.note = Some(" ".into()),
        |answer: &mut ConsentAnswer| answer.at = "yesterday".into(),
    ] {
        let mut changed = consent_answer();
        change(&mut changed);
        Message::ConsentAnswer(changed).checked().unwrap_err();
    }
}

#[test]
fn word_that_a_warning_was_passed_on_names_who_and_what() {
    for change in [
        |onward: &mut Onward| onward.audience.clear(),
        |onward: &mut Onward| onward.text_hash = "0f".into(),
        |onward: &mut Onward| onward.rung = "far away".into(),
        |onward: &mut Onward| onward.label.clear(),
        |onward: &mut Onward| onward.at = "yesterday".into(),
    ] {
        let mut changed = onward();
        change(&mut changed);
        Message::Onward(changed).checked().unwrap_err();
    }
}

fn refused(change: impl FnOnce(&mut Warning)) -> Error {
    let mut changed = warning();
    change(&mut changed);
    Message::Warning(changed).checked().unwrap_err()
}

#[test]
fn every_message_comes_back_as_it_was_written() {
    let receipt = Receipt {
        id: "m2".into(),
        from: "velmora.example".into(),
        to: "freedonia.example".into(),
        message: "m1".into(),
        hash: "a0".repeat(32),
        received_at: "2031-03-07T15:05:01.25Z".into(),
    };
    let onward = Message::Onward(onward());
    for message in [Message::Warning(warning()), Message::Receipt(receipt), Message::Answer(answer()), onward]
    {
        let line = message.to_line();
        assert!(line.ends_with("}\n") && line.matches('\n').count() == 1, "{line}");
        assert!(line.starts_with("{\"type\":\"aldis."), "{line}");
        assert_eq!(Message::parse(&line).unwrap(), message);
        assert_eq!(Message::parse(&line).unwrap().to_line(), line);
    }
}

#[test]
fn unknown_fields_and_versions_are_refused_apart() {
    let line = Message::Warning(warning()).to_line();
    let extra = line.replace("\"id\":", "\"urgent\":true,\"id\":");
    assert!(matches!(Message::parse(&extra), Err(Error::Malformed { .. })));
    let twice = line.replace("\"id\":", "\"id\":\"m0\",\"id\":");
    assert!(matches!(Message::parse(&twice), Err(Error::Malformed { .. })));
    let newer = line.replace("aldis.warning/1", "aldis.warning/2");
    assert!(matches!(Message::parse(&newer), Err(Error::Unsupported { .. })));
    for wrong in ["", "{}", "[]", "null", "{\"type\":7}", "not json"] {
        assert!(Message::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn an_error_never_quotes_the_message() {
    let line = Message::Warning(warning()).to_line().replace("\"alert\"", "\"secret words\"");
    let error = Message::parse(&line).unwrap_err().to_string();
    assert!(!error.contains("secret"), "{error}");
}

#[test]
fn times_are_utc_and_in_order() {
    for wrong in
        ["", "2031-03-09", "2031-03-09T18:00:00", "2031-03-09T18:00:00+03:00", "2031-02-30T18:00:00Z"]
    {
        refused(|warning| warning.expires = wrong.into());
        refused(|warning| warning.sent_at = wrong.into());
    }
    refused(|warning| warning.expires = "2031-03-07T15:05:00Z".into());
    refused(|warning| warning.not_before = Some("2031-03-09T18:00:00Z".into()));
}

#[test]
fn texts_are_bounded_and_plain() {
    assert_eq!(refused(|warning| warning.text = "x".repeat(65_537)), Error::TooLarge { limit: 65_536 });
    assert_eq!(refused(|warning| warning.subject = "x".repeat(1_025)), Error::TooLarge { limit: 1_024 });
    for wrong in ["", " ", "a\u{1b}[2Jb", "a\0b", "a\rb", "a\u{202e}b"] {
        refused(|warning| warning.text = wrong.into());
    }
    refused(|warning| warning.subject = "two\nlines".into());
    refused(|warning| warning.id = "a b".into());
    let mut longest = warning();
    longest.text = "\u{1f4a1}".repeat(16_384);
    let line = Message::Warning(longest).checked().unwrap().to_line();
    assert!(Message::parse(&line).is_ok());
}

#[test]
fn an_update_names_what_it_replaces() {
    refused(|warning| warning.kind = WarningKind::Update);
    refused(|warning| warning.replaces = Some("m0".into()));
    refused(|warning| {
        warning.kind = WarningKind::Cancel;
        warning.replaces = Some("m1".into());
    });
    let mut update = warning();
    update.kind = WarningKind::Update;
    update.replaces = Some("m0".into());
    assert!(Message::Warning(update).checked().is_ok());
}

#[test]
fn a_refusal_says_why() {
    let mut refusal = answer();
    refusal.answer = AnswerKind::DoNotAccept;
    assert!(Message::Answer(refusal.clone()).checked().is_err());
    refusal.note = Some("We know the source.".into());
    assert!(Message::Answer(refusal).checked().is_ok());
    let mut wrong = answer();
    wrong.text_hash = "0F".repeat(32);
    assert!(Message::Answer(wrong).checked().is_err());
}
