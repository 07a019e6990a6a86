//! No bytes make a reader panic, and what is written can be read.

use aldis_wire::cap::Time;
use aldis_wire::{Limits, article, cap, exchange::Message};
use proptest::prelude::*;

const HINTS: [Option<&str>; 5] =
    [None, Some("text/plain"), Some("text/html"), Some("message/rfc822"), Some("application/rss+xml")];

/// Pieces that readers look for, in any order: random bytes alone never get
/// past the first check.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<",
        ">",
        "</",
        "/>",
        "<div>",
        "</div>",
        "<p>",
        "<b a=1>",
        "</b>",
        "<svg>",
        "<title>",
        "<script>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE html>",
        "<?xml version='1.0'?>",
        "<rss version='2.0'>",
        "<channel>",
        "<item>",
        "</item>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<entry>",
        "</entry>",
        "<content>",
        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>",
        "<info>",
        "</info>",
        "<polygon>",
        "</polygon>",
        "1,2 3,4",
        "&amp;",
        "&#x1;",
        "&x;",
        "From: a@b\n",
        "Date: Fri, 7 Mar 2031 18:05:00 +0300\n",
        "Content-Type: multipart/mixed; boundary=b\n",
        "Content-Type: message/rfc822\n",
        "Content-Transfer-Encoding: base64\n",
        "\n",
        "\n\n",
        "--b\n",
        "--b--",
        "text",
        "é",
        "\u{a0}",
        "=",
        "\"",
        "'",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        for hint in HINTS {
            let _ = article::read_all(&bytes, hint, &Limits::default());
        }
        let _ = cap::read(&bytes, &Limits::default());
        let _ = Message::parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn pieces_of_markup_never_panic(source in soup()) {
        for hint in HINTS {
            let _ = article::read_all(source.as_bytes(), hint, &Limits::default());
        }
        let _ = cap::read(source.as_bytes(), &Limits::default());
    }

    #[test]
    fn broken_vectors_never_panic(cut in 0usize..3_000, at in 0usize..3_000, byte in any::<u8>()) {
        for source in [
            &include_bytes!("../../../../vectors/accepted/cap/alert.xml")[..],
            include_bytes!("../../../../vectors/accepted/mail/multipart.eml"),
            include_bytes!("../../../../vectors/accepted/feed/rss.xml"),
            include_bytes!("../../../../vectors/accepted/html/article.html"),
        ] {
            let mut bytes = source[..cut.min(source.len())].to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            for hint in HINTS {
                let _ = article::read_all(&bytes, hint, &Limits::default());
            }
        }
    }

    #[test]
    fn plain_text_passes_byte_for_byte(text in "[^\0\u{feff}]{0,400}") {
        let document = article::read(text.as_bytes(), Some("text/plain"), &Limits::default()).unwrap();
        prop_assert_eq!(document.text, text);
    }

    #[test]
    fn a_time_comes_back_as_it_was_written(seconds in -60_000_000_000i64..250_000_000_000, offset in -840i16..=840) {
        if let Some(time) = Time::with_offset(seconds * 1_000_000, offset) {
            prop_assert_eq!(Time::parse(&time.to_string()), Some((time, true)));
        }
    }
}
