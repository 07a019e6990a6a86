//! Inputs made to exhaust: each ends in an error or a result, on the small
//! stack of a test thread.

use aldis_wire::{Error, Limits, article, cap};

fn all(source: &[u8], hint: Option<&str>) -> aldis_wire::Result<usize> {
    article::read_all(source, hint, &Limits::default()).map(|documents| documents.len())
}

#[test]
fn a_hundred_megabytes_are_refused_unread() {
    let bytes = vec![b'<'; 100 * 1024 * 1024];
    for hint in [None, Some("text/plain"), Some("text/html"), Some("message/rfc822")] {
        assert_eq!(all(&bytes, hint), Err(Error::TooLarge { limit: 10 * 1024 * 1024 }));
    }
    assert!(matches!(cap::read(&bytes, &Limits::default()), Err(Error::TooLarge { .. })));
}

#[test]
fn entity_bombs_are_refused_in_feeds_and_alerts() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    for root in ["rss version='2.0'", "feed xmlns='http://www.w3.org/2005/Atom'", "alert"] {
        let name = root.split(' ').next().unwrap();
        let source = format!("<?xml version='1.0'?>{bomb}<{root}><title>&b;</title></{name}>");
        let refused = all(source.as_bytes(), None);
        assert!(
            matches!(&refused, Err(Error::Malformed { what, .. }) if what.contains("document type")),
            "{refused:?}"
        );
    }
}

#[test]
fn deep_xml_is_refused() {
    for root in ["rss version='2.0'", "alert"] {
        let source = format!("<{root}>{}", "<a>".repeat(100_000));
        assert_eq!(all(source.as_bytes(), None), Err(Error::TooDeep { limit: 64 }));
        let wide = format!("<{root}>{}", "<a/>".repeat(300_000));
        assert_eq!(all(wide.as_bytes(), None), Err(Error::TooMany { limit: 200_000 }));
    }
}

#[test]
fn nested_messages_neither_overflow_nor_multiply() {
    let mut source = String::from("From: a@b.example\nDate: x\n");
    for _ in 0..900 {
        source.push_str("Content-Type: message/rfc822\n\n");
    }
    source.push_str("Content-Type: text/plain\n\nend");
    assert_eq!(all(source.as_bytes(), None), Ok(1));
    let crowd = "Content-Type: message/rfc822\n\n".repeat(100_000);
    let refused = all(format!("From: a@b.example\nDate: x\n{crowd}").as_bytes(), None);
    assert_eq!(refused, Err(Error::TooMany { limit: 1_000 }));
}

#[test]
fn an_encoded_message_inside_a_message_is_refused() {
    for (outer, inner) in [
        ("message/rfc822", ""),
        ("multipart/digest; boundary=b", "--b\n"),
        ("multipart/mixed; boundary=b", "--b\nContent-Type: message/rfc822\n"),
    ] {
        let encoding = "Content-Transfer-Encoding: base64\n";
        let (before, after) = if inner.is_empty() { (encoding, "") } else { ("", encoding) };
        let source = format!(
            "From: a@b.example\nDate: x\n{before}Content-Type: {outer}\n\n{inner}{after}\nRnJvbTogYQoKYg==\n--b--\n"
        );
        assert!(matches!(all(source.as_bytes(), None), Err(Error::Unsupported { .. })), "{outer}");
    }
}

#[test]
fn a_crowd_of_parameters_references_or_entities_is_bounded() {
    let parameters: String = (0..300_000).map(|n| format!("a*{n}=\"x\"; ")).collect();
    let mail = format!("From: a@b.example\nDate: x\nContent-Type: text/plain; {parameters}\n\nx");
    assert_eq!(all(mail.as_bytes(), None), Err(Error::TooLarge { limit: 8 * 1024 }));
    for page in ["&amp;", "< "] {
        assert_eq!(
            all(page.repeat(1_000_000).as_bytes(), Some("text/html")),
            Err(Error::TooMany { limit: 200_000 })
        );
    }
    let references: String = (0..20_000).map(|n| format!("a,{n},2031-03-07T17:00:00+03:00 ")).collect();
    let alert = include_str!("../../../../vectors/accepted/cap/alert.xml")
        .replace("  <info>", &format!("  <references>{references}</references>\n  <info>"));
    assert_eq!(cap::read(alert.as_bytes(), &Limits::default()).unwrap().alert.references.len(), 20_000);
}

#[test]
fn a_crowd_of_parts_is_refused() {
    let parts = "--b\n\nx\n".repeat(20_000);
    let source =
        format!("From: a@b.example\nDate: x\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--");
    assert_eq!(all(source.as_bytes(), None), Err(Error::TooMany { limit: 1_000 }));
}

#[test]
fn a_large_flat_page_ends_in_time() {
    let page = format!("<title>t</title>{}", "<div><p>Some words, and some more.</p></div>".repeat(20_000));
    assert_eq!(all(page.as_bytes(), None), Ok(1));
}

#[test]
fn a_huge_polygon_is_read_and_noted() {
    let points = "1.0,2.0 ".repeat(50_000);
    let source = include_str!("../../../../vectors/accepted/cap/alert.xml");
    let start = source.find("<polygon>").unwrap() + 9;
    let end = source.find("</polygon>").unwrap();
    let huge = format!("{}{points}{}", &source[..start], &source[end..]);
    let reading = cap::read(huge.as_bytes(), &Limits::default()).unwrap();
    assert!(reading.findings.iter().any(|finding| finding.rule == "at most 100 points"));
}
