//! What a document keeps of text, feeds, mail and alerts.

use aldis_wire::{Document, Error, Kind, Limits, Part, Result, article};

fn read(source: &str) -> Result<Document> {
    article::read(source.as_bytes(), None, &Limits::default())
}

#[test]
fn plain_text_is_kept_byte_for_byte_and_its_first_line_is_the_title() {
    let source = "\n\n  A short title \n\nBody\u{a0}text,\ttabs\r\nand all. \n";
    let document = read(source).unwrap();
    assert_eq!((document.kind, document.text.as_str()), (Kind::Text, source));
    assert_eq!(document.title.as_deref(), Some("A short title"));
    assert_eq!(read(&"long ".repeat(100)).unwrap().title, None);
}

#[test]
fn a_wrong_byte_is_named_by_its_offset() {
    let refused = article::read(b"abc\xfe\xffdef", None, &Limits::default());
    assert_eq!(refused, Err(Error::NotText { encoding: "UTF-8".into(), at: 3 }));
    assert_eq!(refused.unwrap_err().to_string(), "not valid UTF-8 text (at byte 3)");
}

#[test]
fn text_about_markup_stays_text_when_it_says_so() {
    let source = "<p>this is about a tag</p>";
    let hinted =
        article::read(source.as_bytes(), Some("text/plain; charset=utf-8"), &Limits::default()).unwrap();
    assert_eq!((hinted.kind, hinted.text.as_str()), (Kind::Text, source));
    assert_eq!(read(source).unwrap().kind, Kind::Html);
    assert_eq!(read("<- see above").unwrap().kind, Kind::Text);
}

#[test]
fn files_that_are_no_text_are_unsupported() {
    for bytes in [&b"%PDF-1.7 x"[..], b"PK\x03\x04", b"a\0b", b"\x89PNG\r\n"] {
        assert!(matches!(article::read(bytes, None, &Limits::default()), Err(Error::Unsupported { .. })));
    }
    assert!(matches!(read("<?xml version='1.0'?><other/>"), Err(Error::Unsupported { .. })));
}

#[test]
fn a_feed_gives_one_document_for_each_entry() {
    let source = "<?xml version='1.0'?><rss version='2.0'><channel><title>Gazette</title><language>en</language>\
        <item><title>First &amp; last</title><link>https://gazette.example/1</link><guid>g1</guid>\
        <pubDate>Fri, 07 Mar 2031 18:05:00 +0300</pubDate>\
        <description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;script&gt;x&lt;/script&gt;&lt;/p&gt;</description></item>\
        <item><title>Second</title><description>Plain 1 &lt; 2</description></item></channel></rss>";
    let documents = article::read_all(source.as_bytes(), None, &Limits::default()).unwrap();
    assert_eq!(documents.len(), 2);
    let first = &documents[0];
    assert_eq!((first.kind, first.text.as_str()), (Kind::Feed, "One\n\nTwo"));
    assert_eq!(first.title.as_deref(), Some("First & last"));
    assert_eq!(first.link.as_deref(), Some("https://gazette.example/1"));
    assert_eq!(first.id.as_deref(), Some("g1"));
    assert_eq!(first.dates[0].rfc3339.as_deref(), Some("2031-03-07T15:05:00+00:00"));
    assert_eq!(documents[1].text, "Plain 1 < 2");
    assert!(read(source).is_err(), "one document was asked for");
}

#[test]
fn a_mail_keeps_its_text_and_lists_its_attachments() {
    let source = "From: Desk <desk@freedonia.example>\r\nTo: duty@velmora.example\r\n\
        Subject: =?utf-8?q?Caf=C3=A9?= meeting\r\nDate: Fri, 7 Mar 2031 18:05:00 +0300\r\n\
        Message-ID: <1@freedonia.example>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
        Body text.\r\n--b\r\nContent-Type: application/pdf; name=\"plan.pdf\"\r\n\
        Content-Disposition: attachment; filename=\"plan.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        AAECAw==\r\n--b--\r\n";
    let document = read(source).unwrap();
    assert_eq!((document.kind, document.text.as_str()), (Kind::Mail, "Body text."));
    assert_eq!(document.title.as_deref(), Some("Café meeting"));
    assert_eq!(document.author.as_deref(), Some("Desk <desk@freedonia.example>"));
    assert_eq!(document.dates[0].rfc3339.as_deref(), Some("2031-03-07T18:05:00+03:00"));
    let part = Part { name: Some("plan.pdf".into()), media_type: "application/pdf".into(), size: 4 };
    assert_eq!(document.parts, [part]);
}

#[test]
fn a_mail_with_only_html_gives_its_text() {
    let source = "From: a@b.example\nDate: Fri, 7 Mar 2031 18:05:00 +0300\nContent-Type: text/html\n\n\
        <style>p{}</style><p>One<p>Two<script>x</script>";
    assert_eq!(read(source).unwrap().text, "One\n\nTwo");
}

#[test]
fn a_memo_is_no_mail() {
    assert_eq!(read("Subject: crowds\nDate: today\n\ntext").unwrap().kind, Kind::Text);
    assert_eq!(read("From: the desk\n\ntext").unwrap().kind, Kind::Text);
}

#[test]
fn an_alert_is_a_document_too() {
    let source = include_str!("../../../../vectors/accepted/cap/alert.xml");
    let document = read(source).unwrap();
    assert_eq!(document.kind, Kind::Cap);
    assert!(document.text.contains("Stay away from the harbour."));
    assert_eq!(document.dates[0].origin, "cap sent");
    assert_eq!(document.dates.last().unwrap().origin, "cap expires");
}
