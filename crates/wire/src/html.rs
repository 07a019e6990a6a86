//! Reads a web page into a document: its main text, not its furniture.
//!
//! The text is taken from JSON-LD `articleBody`, else from the readable part
//! of the page, else from its paragraphs, else from the whole body. Scripts,
//! styles and templates never appear. Every date is kept with its origin.
//! The page is measured before it is parsed ([`guard`]) and again before it is
//! walked, so that no page takes a deep stack or a long time.
//!
//! Absent on purpose: frames, scripts, linked resources, and the readers'
//! comments below an article.
//!
//! Source: HTML Living Standard; schema.org `Article`; readability through
//! `dom_smoothie`.

mod guard;
mod linked;
mod walk;

use crate::article::{DateCandidate, Document, Kind};
use crate::{Error, Limits, Result, text};
use dom_query::Document as Page;
use dom_smoothie::{Article, Config, Readability};
use linked::Linked;
use walk::Skip;

/// Reads one page.
///
/// # Errors
///
/// The bounds of `limits`; [`Error::NotText`]; [`Error::Malformed`] if the
/// page holds no text at all.
pub(crate) fn read(bytes: &[u8], charset: Option<&str>, limits: &Limits) -> Result<Document> {
    limits.admit(bytes)?;
    let declared = guard::declared_charset(bytes);
    let source = text::decode(bytes, charset.or(declared.as_deref()))?;
    let page = parse(&source, limits)?;
    let linked = Linked::read(&page);
    let mut document = Document::new(Kind::Html, String::new());
    document.dates = dates(&page, &linked);
    document.language = attribute(&page, "html[lang]", "lang").or(linked.language.clone());
    document.link = attribute(&page, "link[rel=canonical]", "href");
    document.author = linked.author.clone().or_else(|| attribute(&page, "meta[name=author]", "content"));
    let title = page.select_single("title").text();
    let heading = page.select_single("h1").text();
    let paragraphs = walk::paragraphs(&page);
    let whole = walk::text(&page, Skip::Furniture);
    let article = readable(page, limits);
    document.title = linked.headline.clone().as_deref().and_then(text::line);
    if let Some(article) = &article {
        document.title = document.title.or_else(|| text::line(&article.title));
        document.author = document.author.or_else(|| article.byline.as_deref().and_then(text::line));
    }
    document.title = document.title.or_else(|| text::line(&title)).or_else(|| text::line(&heading));
    let main =
        article.map(|article| walk::text(&Page::from(article.content), Skip::Hidden)).unwrap_or_default();
    document.text = choose(linked.body(limits)?, main, paragraphs, whole);
    if document.text.is_empty() {
        return Err(Error::malformed("a page without text", 0));
    }
    limits.admit_text(&document.text)?;
    Ok(document)
}

/// Makes plain text of a piece of markup inside a feed, a mail or JSON-LD.
///
/// # Errors
///
/// The bounds of `limits`.
pub(crate) fn fragment_text(source: &str, limits: &Limits) -> Result<String> {
    let text = walk::text(&parse(source, limits)?, Skip::Hidden);
    limits.admit_text(&text)?;
    Ok(text)
}

fn parse(source: &str, limits: &Limits) -> Result<Page> {
    guard::admit(source, limits)?;
    let page = Page::from(source);
    walk::admit(&page, limits)?;
    Ok(page)
}

/// Finds the readable part; a page without one is no error.
fn readable(page: Page, limits: &Limits) -> Option<Article> {
    let config =
        Config { max_elements_to_parse: limits.elements, disable_json_ld: true, ..Config::default() };
    Readability::with_document(page, None, Some(config)).ok()?.parse().ok()
}

/// Prefers what the publisher calls the body, unless it is only a teaser.
fn choose(linked: Option<String>, main: String, paragraphs: String, whole: String) -> String {
    let linked = linked.filter(|linked| linked.len() * 2 >= main.len());
    let found = [linked.unwrap_or_default(), main, paragraphs, whole];
    found.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

fn attribute(page: &Page, selector: &str, name: &str) -> Option<String> {
    page.select_single(selector).attr(name).and_then(|value| text::line(&value))
}

fn dates(page: &Page, linked: &Linked) -> Vec<DateCandidate> {
    let mut dates = Vec::new();
    for (origin, raw) in &linked.dates {
        dates.extend(DateCandidate::found(&format!("json-ld {origin}"), raw));
    }
    for node in page.select("meta[content]").nodes() {
        let name = ["property", "name", "itemprop", "http-equiv"].into_iter().find_map(|key| node.attr(key));
        let Some(name) = name.map(|name| name.to_ascii_lowercase()) else { continue };
        if META_DATES.contains(&name.as_str()) {
            dates.extend(DateCandidate::found(&format!("meta {name}"), &node.attr_or("content", "")));
        }
    }
    for node in page.select("time").nodes() {
        let stamp = node.attr("datetime").filter(|stamp| !stamp.trim().is_empty());
        dates.extend(DateCandidate::found("time", &stamp.unwrap_or_else(|| node.text())));
    }
    dates.truncate(MOST_DATES);
    dates
}

const META_DATES: [&str; 16] = [
    "article:published_time",
    "article:modified_time",
    "og:updated_time",
    "og:published_time",
    "datepublished",
    "datemodified",
    "datecreated",
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.modified",
    "last-modified",
];

/// More dates than this say nothing any more.
const MOST_DATES: usize = 50;

#[cfg(test)]
mod tests;
