//! Reads RSS and Atom feeds, one document for each entry.
//!
//! The text of an entry is its content, else its summary, as plain text. A
//! document type is refused before the feed library sees the bytes.
//!
//! Absent on purpose: following the links of entries, media, podcasts.
//!
//! Source: RFC 4287; RSS 2.0, 0.91, 0.92 and 1.0, through `feed-rs`.

use crate::article::{DateCandidate, Document, Kind};
use crate::{Error, Limits, Result, html, text, xml};
use feed_rs::model::{Entry, Text};
use feed_rs::parser::Builder;

/// Reads every entry of a feed, in its order.
///
/// # Errors
///
/// The bounds of `limits`; [`Error::NotText`]; [`Error::Malformed`].
pub(crate) fn read(bytes: &[u8], charset: Option<&str>, limits: &Limits) -> Result<Vec<Document>> {
    limits.admit(bytes)?;
    let declared = xml::declared_encoding(bytes);
    let text = text::decode(bytes, declared.as_deref().or(charset))?;
    // Decoded already, so the declaration would be wrong for what follows.
    let text = xml::without_declaration(&text);
    xml::scan(text, limits)?;
    // The default makes ids by chance; this crate knows no chance.
    let parser = Builder::new().id_generator(|_, _, _| String::new()).sanitize_content(false).build();
    let feed =
        parser.parse(text.as_bytes()).map_err(|_| Error::malformed("not a feed that can be read", 0))?;
    if feed.entries.len() > limits.entries {
        return Err(Error::TooMany { limit: limits.entries });
    }
    let language = feed.language;
    feed.entries.into_iter().map(|entry| document(entry, language.as_deref(), limits)).collect()
}

fn document(entry: Entry, language: Option<&str>, limits: &Limits) -> Result<Document> {
    let content = entry.content.and_then(|content| Some((content.content_type.to_string(), content.body?)));
    let summary = entry.summary.map(|summary| (summary.content_type.to_string(), summary.content));
    let text = match content.filter(|(_, body)| !body.trim().is_empty()).or(summary) {
        Some((media_type, body)) => plain(&media_type, &body, limits)?,
        None => String::new(),
    };
    let mut document = Document::new(Kind::Feed, text);
    document.title = entry.title.map(|title| title_text(&title, limits)).transpose()?.flatten();
    document.language = entry.language.or_else(|| language.map(str::to_owned));
    document.author = entry
        .authors
        .into_iter()
        .find_map(|author| author.name.or(author.email))
        .and_then(|name| text::line(&name));
    document.id = text::line(&entry.id);
    let page = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
    document.link = page.or(entry.links.first()).and_then(|link| text::line(&link.href));
    for (origin, date) in [("feed published", entry.published), ("feed updated", entry.updated)] {
        document.dates.extend(date.and_then(|date| DateCandidate::found(origin, &date.to_rfc3339())));
    }
    Ok(document)
}

fn title_text(title: &Text, limits: &Limits) -> Result<Option<String>> {
    Ok(text::line(&plain(title.content_type.as_ref(), &title.content, limits)?))
}

/// Makes plain text of what may be markup; RSS does not say which it is.
fn plain(media_type: &str, body: &str, limits: &Limits) -> Result<String> {
    limits.admit_text(body)?;
    let markup = body.contains("</")
        || body.contains("/>")
        || body.contains("<br")
        || body.contains("<p>")
        || body.contains("<img");
    let escaped = media_type.contains("html") && body.contains('&');
    if markup || escaped { html::fragment_text(body, limits) } else { Ok(text::tidy(body)) }
}
