//! Writes the feed of public alerts as RSS, for readers that know no Atom.
//!
//! It says what [`AtomFeed`] says and nothing more; a feed without items is valid.
//!
//! Source: RSS 2.0.11 (RSS Advisory Board, March 2009); RFC 822, section 5, with the year in four digits.

use crate::atom::{AtomFeed, clean, value};
use crate::time::mail_date;
use std::fmt::Write as _;

/// Writes a feed as RSS 2.0 in UTF-8. `page` is the address of the publisher, `itself` that of the feed.
///
/// Everything is escaped; characters that XML forbids are left out, and so is a date that is none.
pub fn write(feed: &AtomFeed, page: &str, itself: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n  <channel>\n");
    value(&mut out, 2, "title", &feed.title);
    value(&mut out, 2, "link", page);
    value(&mut out, 2, "description", &feed.title);
    let _ = writeln!(
        out,
        "    <atom:link rel=\"self\" type=\"application/rss+xml\" href=\"{}\"/>",
        clean(itself)
    );
    if let Some(date) = mail_date(&feed.updated) {
        value(&mut out, 2, "lastBuildDate", &date);
    }
    for entry in &feed.entries {
        out.push_str("    <item>\n");
        value(&mut out, 3, "title", &entry.title);
        value(&mut out, 3, "link", &entry.href);
        value(&mut out, 3, "description", &entry.summary);
        let _ = writeln!(out, "      <guid isPermaLink=\"false\">{}</guid>", clean(&entry.id));
        if let Some(date) = mail_date(&entry.updated) {
            value(&mut out, 3, "pubDate", &date);
        }
        out.push_str("    </item>\n");
    }
    out.push_str("  </channel>\n</rss>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atom::AtomEntry;
    use crate::atom::tests::feed;
    use crate::{Kind, Limits, article};

    #[test]
    fn an_empty_feed_is_a_valid_feed_without_documents() {
        let written =
            write(&feed(Vec::new()), "https://freedonia.example", "https://freedonia.example/rss?a=1&b");
        assert!(written.contains("Alerts &lt;of&gt; Freedonia &amp; friends"), "{written}");
        assert!(written.contains("href=\"https://freedonia.example/rss?a=1&amp;b\""), "{written}");
        assert!(
            written.contains("<lastBuildDate>Fri, 07 Mar 2031 15:05:00 +0000</lastBuildDate>"),
            "{written}"
        );
        assert_eq!(article::read_all(written.as_bytes(), None, &Limits::default()).unwrap(), []);
    }

    #[test]
    fn an_item_comes_back_as_it_was_written() {
        let entry = AtomEntry {
            id: "urn:example:1".into(),
            title: "Avoid crowds & noise\u{8}".into(),
            updated: "2031-03-07T15:05:00Z".into(),
            summary: "Stay away from \"gatherings\".".into(),
            href: "https://freedonia.example/1.xml".into(),
        };
        let written = write(&feed(vec![entry]), "https://freedonia.example", "https://freedonia.example/rss");
        let documents = article::read_all(written.as_bytes(), None, &Limits::default()).unwrap();
        assert_eq!(documents.len(), 1);
        assert_eq!(documents[0].kind, Kind::Feed);
        assert_eq!(documents[0].title.as_deref(), Some("Avoid crowds & noise"));
        assert_eq!(documents[0].text, "Stay away from \"gatherings\".");
        assert_eq!(documents[0].link.as_deref(), Some("https://freedonia.example/1.xml"));
        assert!(written.contains("<pubDate>Fri, 07 Mar 2031 15:05:00 +0000</pubDate>"), "{written}");
    }
}
