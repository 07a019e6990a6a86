//! Writes an Atom feed of public alerts.
//!
//! A feed without entries is valid: a reader must be able to tell "nothing to
//! warn of" from "nobody answers". The same feed always gives the same bytes,
//! so that an entity tag can be their hash.
//!
//! Absent on purpose: the alerts themselves; each entry links to its CAP file.
//!
//! Source: RFC 4287 sections 3 and 4.

use crate::cap::MEDIA_TYPE;
use crate::xml;
use quick_xml::escape::escape;
use std::fmt::Write as _;

/// A feed of one publisher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtomFeed {
    /// Permanent IRI of the feed.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The publisher, named as the author of every entry.
    pub author: String,
    /// Where the feed itself is.
    pub href: Option<String>,
    /// RFC 3339 time of the last change.
    pub updated: String,
    /// The alerts, newest first.
    pub entries: Vec<AtomEntry>,
}

/// One alert in a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtomEntry {
    /// Permanent IRI of the alert.
    pub id: String,
    /// Its headline.
    pub title: String,
    /// RFC 3339 time of issue.
    pub updated: String,
    /// Its text, as plain text.
    pub summary: String,
    /// Where the CAP file is.
    pub href: String,
}

impl AtomFeed {
    /// Writes the feed as UTF-8 XML.
    ///
    /// Everything is escaped; characters that XML forbids are left out.
    pub fn write(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        out.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
        value(&mut out, 1, "id", &self.id);
        value(&mut out, 1, "title", &self.title);
        value(&mut out, 1, "updated", &self.updated);
        let _ = writeln!(out, "  <author><name>{}</name></author>", clean(&self.author));
        if let Some(href) = &self.href {
            let _ = writeln!(
                out,
                "  <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>",
                clean(href)
            );
        }
        for entry in &self.entries {
            out.push_str("  <entry>\n");
            value(&mut out, 2, "id", &entry.id);
            value(&mut out, 2, "title", &entry.title);
            value(&mut out, 2, "updated", &entry.updated);
            value(&mut out, 2, "summary", &entry.summary);
            let href = clean(&entry.href);
            let _ = writeln!(out, "    <link rel=\"alternate\" type=\"{MEDIA_TYPE}\" href=\"{href}\"/>");
            out.push_str("  </entry>\n");
        }
        out.push_str("</feed>\n");
        out
    }
}

/// Writes an element that holds a text, on a line of its own.
pub(crate) fn value(out: &mut String, depth: usize, name: &str, text: &str) {
    let _ = writeln!(out, "{:indent$}<{name}>{}</{name}>", "", clean(text), indent = depth * 2);
}

pub(crate) fn clean(text: &str) -> String {
    let legal: String = text.chars().filter(|c| xml::is_legal(*c)).collect();
    escape(legal).into_owned()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Kind, Limits, article};

    pub(crate) fn feed(entries: Vec<AtomEntry>) -> AtomFeed {
        AtomFeed {
            id: "urn:example:feed".into(),
            title: "Alerts <of> Freedonia & friends".into(),
            author: "Embassy of Freedonia".into(),
            href: Some("https://freedonia.example/feed?a=1&b=\"2\"".into()),
            updated: "2031-03-07T15:05:00Z".into(),
            entries,
        }
    }

    #[test]
    fn an_empty_feed_is_a_valid_feed_without_documents() {
        let written = feed(Vec::new()).write();
        assert!(written.contains("Alerts &lt;of&gt; Freedonia &amp; friends"));
        assert!(written.contains("href=\"https://freedonia.example/feed?a=1&amp;b=&quot;2&quot;\""));
        assert_eq!(article::read_all(written.as_bytes(), None, &Limits::default()).unwrap(), []);
    }

    #[test]
    fn an_entry_comes_back_as_it_was_written() {
        let written = feed(vec![AtomEntry {
            id: "urn:example:1".into(),
            title: "Avoid <crowds> & noise\u{8}".into(),
            updated: "2031-03-07T15:05:00Z".into(),
            summary: "Stay away from \"gatherings\".".into(),
            href: "https://freedonia.example/1.xml".into(),
        }])
        .write();
        let documents = article::read_all(written.as_bytes(), None, &Limits::default()).unwrap();
        assert_eq!(documents.len(), 1);
        assert_eq!(documents[0].kind, Kind::Feed);
        assert_eq!(documents[0].title.as_deref(), Some("Avoid <crowds> & noise"));
        assert_eq!(documents[0].text, "Stay away from \"gatherings\".");
        assert_eq!(documents[0].link.as_deref(), Some("https://freedonia.example/1.xml"));
    }
}
