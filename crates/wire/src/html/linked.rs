//! Reads the JSON-LD that publishers put into pages for search engines.
//!
//! Only plain strings of an article are taken. JSON that does not parse is
//! passed over: it is common, and the page itself remains.
//!
//! Absent on purpose: contexts, which are never loaded.
//!
//! Source: JSON-LD 1.1; schema.org `Article` and its kinds.

use crate::{Limits, Result, html, text};
use dom_query::Document as Page;
use serde_json::Value;

/// What an article says about itself.
#[derive(Default)]
pub(crate) struct Linked {
    pub(crate) headline: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) language: Option<String>,
    /// Name of the property and its words.
    pub(crate) dates: Vec<(&'static str, String)>,
    body: Option<String>,
}

impl Linked {
    /// Reads the first article that the page describes.
    pub(crate) fn read(page: &Page) -> Self {
        let mut linked = Self::default();
        for node in page.select("script[type='application/ld+json']").nodes().iter().take(MOST_BLOCKS) {
            let Ok(value) = serde_json::from_str::<Value>(node.text().trim()) else { continue };
            linked.look(&value);
        }
        linked
    }

    /// The body as plain text; publishers put markup into it against the rules.
    ///
    /// # Errors
    ///
    /// The bounds of `limits`.
    pub(crate) fn body(&self, limits: &Limits) -> Result<Option<String>> {
        let Some(body) = &self.body else { return Ok(None) };
        let markup = body.contains("</") || body.contains("<br") || body.contains("/>");
        let plain = if markup { html::fragment_text(body, limits)? } else { text::tidy(body) };
        Ok(Some(plain).filter(|plain| !plain.is_empty()))
    }

    fn look(&mut self, root: &Value) {
        // The parser bounds the depth of JSON; the list bounds the rest.
        let mut waiting = vec![root];
        let mut looked = 0;
        while let Some(value) = waiting.pop() {
            looked += 1;
            if looked > MOST_VALUES {
                return;
            }
            match value {
                Value::Array(values) => waiting.extend(values.iter().rev().take(MOST_VALUES)),
                Value::Object(object) => {
                    if is_article(value) {
                        self.take(value);
                    }
                    let inner = ["@graph", "mainEntity", "mainEntityOfPage"];
                    waiting.extend(inner.iter().filter_map(|name| object.get(*name)));
                }
                _ => {}
            }
        }
    }

    fn take(&mut self, article: &Value) {
        let string = |name: &str| article.get(name).and_then(Value::as_str).map(str::to_owned);
        self.headline = self.headline.take().or_else(|| string("headline"));
        self.language = self.language.take().or_else(|| string("inLanguage"));
        self.body = self.body.take().or_else(|| string("articleBody"));
        self.author = self.author.take().or_else(|| author(article.get("author")?));
        for name in ["datePublished", "dateModified", "dateCreated"] {
            self.dates.extend(string(name).map(|raw| (name, raw)));
        }
    }
}

fn is_article(value: &Value) -> bool {
    let named =
        |kind: &Value| kind.as_str().is_some_and(|kind| kind.ends_with("Article") || KINDS.contains(&kind));
    match value.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(named),
        Some(kind) => named(kind),
        None => false,
    }
}

fn author(value: &Value) -> Option<String> {
    let first = value.get(0).unwrap_or(value);
    first.as_str().or_else(|| first.get("name")?.as_str()).and_then(text::line)
}

const KINDS: [&str; 4] = ["BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting"];
const MOST_BLOCKS: usize = 20;
const MOST_VALUES: usize = 1_000;
