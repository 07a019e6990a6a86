//! Reads foreign bytes of any known kind into documents.
//!
//! The kind is decided by looking at the bytes; a media type only breaks a
//! tie, except that `text/plain` is believed: text about markup stays text.
//! Plain text passes byte for byte, with its no-break spaces, so that a span
//! in the document is a span in the original.
//!
//! Absent on purpose: PDF and office files, which need a process of their own,
//! and the language of plain text, which is found later.
//!
//! Source: the kinds are those of `GATHER` section 5; sniffing is narrower
//! than the MIME Sniffing Standard.

use crate::{Error, Limits, Result, cap, feed, html, mail, text, xml};
use serde::{Deserialize, Serialize};

/// What the bytes were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Plain text.
    Text,
    /// A web page.
    Html,
    /// One entry of an RSS or Atom feed.
    Feed,
    /// A mail message.
    Mail,
    /// A CAP alert.
    Cap,
    /// A STIX object with what it refers to; read by `stix`, never found by looking at bytes.
    Stix,
    /// A MISP event; read by `misp`, never found by looking at bytes.
    Misp,
}

/// One foreign text, as read; nothing in it is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What the bytes were.
    pub kind: Kind,
    /// The title, as one line.
    pub title: Option<String>,
    /// The canonical text that spans count in.
    pub text: String,
    /// The language that the document claims, as an RFC 5646 tag.
    pub language: Option<String>,
    /// Every date found, with its origin, in the order found.
    pub dates: Vec<DateCandidate>,
    /// The author that the document claims.
    pub author: Option<String>,
    /// The name it gives itself: message id, entry id or alert identifier.
    pub id: Option<String>,
    /// The address it gives itself; never followed here.
    pub link: Option<String>,
    /// Attachments by name, type and size; their bytes are not kept.
    pub parts: Vec<Part>,
}

impl Document {
    pub(crate) fn new(kind: Kind, text: String) -> Self {
        Self {
            kind,
            title: None,
            text,
            language: None,
            dates: Vec::new(),
            author: None,
            id: None,
            link: None,
            parts: Vec::new(),
        }
    }
}

/// A date found in a document. Which one is right is for a person to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DateCandidate {
    /// Where it was found, as in `json-ld datePublished`.
    pub origin: String,
    /// The words as found.
    pub raw: String,
    /// The instant, if the words name one with an offset.
    pub rfc3339: Option<String>,
}

impl DateCandidate {
    /// Makes a candidate out of found words; `None` for empty or absurdly long ones.
    pub(crate) fn found(origin: &str, raw: &str) -> Option<Self> {
        let raw = text::line(raw).filter(|raw| raw.len() <= 100)?;
        Some(Self { origin: origin.into(), rfc3339: crate::time::rfc3339(&raw), raw })
    }
}

/// An attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its file name.
    pub name: Option<String>,
    /// Its media type as claimed.
    pub media_type: String,
    /// Its size in bytes, decoded.
    pub size: usize,
}

/// Reads bytes that hold one document.
///
/// # Errors
///
/// As [`read_all`]; [`Error::Malformed`] if there is not exactly one document.
pub fn read(bytes: &[u8], media_type_hint: Option<&str>, limits: &Limits) -> Result<Document> {
    let mut documents = read_all(bytes, media_type_hint, limits)?;
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => Ok(document),
        _ => Err(Error::malformed("there is not exactly one document", 0)),
    }
}

/// Reads bytes into their documents: one for each entry of a feed, else one.
///
/// A feed without entries gives an empty list.
///
/// # Errors
///
/// Every [`Error`]: the bounds of `limits`, bytes that are no text, a kind
/// that is not read here, and whatever breaks the rules of the kind.
pub fn read_all(bytes: &[u8], media_type_hint: Option<&str>, limits: &Limits) -> Result<Vec<Document>> {
    limits.admit(bytes)?;
    let hint = Hint::new(media_type_hint.unwrap_or_default());
    match sniff(bytes, &hint)? {
        Kind::Text => Ok(vec![plain(bytes, limits)?]),
        Kind::Html => Ok(vec![html::read(bytes, hint.charset.as_deref(), limits)?]),
        Kind::Feed => feed::read(bytes, hint.charset.as_deref(), limits),
        Kind::Mail => Ok(vec![mail::read(bytes, limits)?]),
        Kind::Cap => Ok(vec![alert(bytes, limits)?]),
        Kind::Stix | Kind::Misp => Err(Error::unsupported("objects of another tool: import them")),
    }
}

struct Hint {
    media_type: String,
    charset: Option<String>,
}

impl Hint {
    fn new(value: &str) -> Self {
        let (media_type, rest) = value.split_once(';').unwrap_or((value, ""));
        let charset = rest.split(';').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
        });
        Self { media_type: media_type.trim().to_ascii_lowercase(), charset }
    }
}

fn sniff(bytes: &[u8], hint: &Hint) -> Result<Kind> {
    let wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if !wide && (bytes.contains(&0) || BINARY.iter().any(|magic| bytes.starts_with(magic))) {
        return Err(Error::unsupported("the bytes are no text"));
    }
    match hint.media_type.as_str() {
        "text/plain" => return Ok(Kind::Text),
        "message/rfc822" => return Ok(Kind::Mail),
        _ => {}
    }
    let head = head(bytes);
    let root = xml::root_name(&head).unwrap_or_default();
    match root.as_str() {
        "alert" => return Ok(Kind::Cap),
        "rss" | "feed" | "RDF" | "entry" => return Ok(Kind::Feed),
        _ => {}
    }
    let lower = head.to_ascii_lowercase();
    let page = lower.trim_start().starts_with("<!doctype html")
        || HTML.contains(&root.to_ascii_lowercase().as_str());
    if page || matches!(hint.media_type.as_str(), "text/html" | "application/xhtml+xml") {
        return Ok(Kind::Html);
    }
    if head.trim_start().starts_with("<?xml") {
        return Err(Error::unsupported("XML of an unknown kind"));
    }
    Ok(if mail::looks_like(&head) { Kind::Mail } else { Kind::Text })
}

/// The first bytes as text, whatever their encoding: names of elements and
/// header fields are ASCII.
fn head(bytes: &[u8]) -> String {
    let head = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    let (text, _) = match encoding_rs::Encoding::for_bom(head) {
        Some((encoding, length)) => {
            encoding.decode_without_bom_handling(head.get(length..).unwrap_or_default())
        }
        None => encoding_rs::UTF_8.decode_without_bom_handling(head),
    };
    text.into_owned()
}

fn plain(bytes: &[u8], limits: &Limits) -> Result<Document> {
    let text = text::utf8(bytes)?;
    limits.admit_text(text)?;
    let mut document = Document::new(Kind::Text, text.to_owned());
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if first.chars().count() <= LONGEST_TITLE {
        document.title = text::line(first);
    }
    Ok(document)
}

fn alert(bytes: &[u8], limits: &Limits) -> Result<Document> {
    let alert = cap::read(bytes, limits)?.alert;
    let info = alert.infos.first();
    let mut paragraphs = Vec::new();
    for info in &alert.infos {
        let texts = [&info.headline, &info.description, &info.instruction];
        paragraphs.extend(texts.into_iter().flatten().map(String::as_str));
        paragraphs.extend(info.areas.iter().map(|area| area.description.as_str()));
    }
    let mut document = Document::new(Kind::Cap, paragraphs.join("\n\n"));
    document.title = info.and_then(|info| text::line(info.headline.as_ref().unwrap_or(&info.event)));
    document.language = info.and_then(|info| info.language.clone());
    document.author = info.and_then(|info| info.sender_name.clone()).or_else(|| Some(alert.sender.clone()));
    document.link = info.and_then(|info| info.web.clone());
    document.dates.extend(DateCandidate::found("cap sent", &alert.sent.to_string()));
    for (origin, time) in info.into_iter().flat_map(|info| {
        [("cap effective", info.effective), ("cap onset", info.onset), ("cap expires", info.expires)]
    }) {
        document.dates.extend(time.and_then(|time| DateCandidate::found(origin, &time.to_string())));
    }
    document.id = Some(alert.identifier);
    Ok(document)
}

/// Root elements of a page or of a piece of one.
const HTML: [&str; 22] = [
    "html",
    "head",
    "body",
    "title",
    "meta",
    "link",
    "script",
    "style",
    "main",
    "article",
    "section",
    "header",
    "nav",
    "div",
    "p",
    "h1",
    "h2",
    "table",
    "span",
    "ul",
    "ol",
    "blockquote",
];

/// Beginnings of files that are no text.
const BINARY: [&[u8]; 6] = [b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf", b"\x1f\x8b"];

/// How many bytes decide on the kind.
const LOOKED_AT: usize = 4096;

/// A longer first line is the beginning of the text, in characters.
const LONGEST_TITLE: usize = 200;
