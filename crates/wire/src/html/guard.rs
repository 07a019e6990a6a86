//! Measures a page before it is parsed.
//!
//! One pass over the tags, without a tree, gives upper estimates of what the
//! parser would build: how deep, how many elements, how many attributes on one
//! tag (their comparison is quadratic), how many single characters, and how
//! many copies of unclosed `<b>`
//! and the like (each block repeats them). Estimates err on the high side; the
//! exact depth is measured after parsing.
//!
//! Source: HTML Living Standard section 13.2.4 (stack of open elements, scopes,
//! list of active formatting elements) and 13.2.5 (tokens).

use crate::{Error, Limits, Result};

/// Refuses a page that would be too deep or too large to parse.
///
/// # Errors
///
/// [`Error::TooDeep`] and [`Error::TooMany`].
pub(crate) fn admit(source: &str, limits: &Limits) -> Result<()> {
    // The parser takes each of them for a text of its own.
    let mut pieces = source.bytes().filter(|byte| *byte == b'&').count();
    if pieces > limits.elements {
        return Err(Error::TooMany { limit: limits.elements });
    }
    let mut measure = Measure::default();
    let mut rest = source;
    while let Some((_, tag)) = rest.split_once('<') {
        pieces += usize::from(!tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'));
        rest = measure.tag(tag);
        if measure.open.len() > limits.html_depth.saturating_mul(DEPTH_SLACK) {
            return Err(Error::TooDeep { limit: limits.html_depth });
        }
        let crowded = measure.elements > limits.elements
            || pieces > limits.elements
            || measure.attributes > MOST_ATTRIBUTES;
        if crowded || measure.cost > limits.elements.saturating_mul(COST_SLACK) {
            return Err(Error::TooMany { limit: limits.elements });
        }
    }
    Ok(())
}

/// Names the encoding that a page declares in its first kilobyte.
pub(crate) fn declared_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(1024))?).to_ascii_lowercase();
    let value = head.split_once("charset=")?.1.trim_start_matches(['"', '\'', ' ']);
    let end = value
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':'))
        .unwrap_or(value.len());
    value.get(..end).filter(|label| !label.is_empty()).map(str::to_owned)
}

#[derive(Default)]
struct Measure<'a> {
    /// Names of open elements, those with a required end tag only.
    open: Vec<&'a str>,
    /// How many of them are svg or math, where HTML's rules do not hold.
    foreign: usize,
    /// Open formatting elements, by their place in [`FORMATTING`].
    formatting: [usize; FORMATTING.len()],
    elements: usize,
    attributes: usize,
    cost: usize,
}

impl<'a> Measure<'a> {
    /// Takes the text after a `<` and returns what follows the tag.
    fn tag(&mut self, tag: &'a str) -> &'a str {
        if let Some(comment) = tag.strip_prefix("!--") {
            return after(comment, "-->");
        }
        if tag.starts_with(['!', '?']) {
            return after(tag, ">");
        }
        let closing = tag.starts_with('/');
        let named = tag.strip_prefix('/').unwrap_or(tag);
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return tag;
        }
        let end = named.find([' ', '\t', '\n', '\r', '\u{c}', '/', '>']).unwrap_or(named.len());
        let (name, rest) = named.split_at_checked(end).unwrap_or((named, ""));
        let (attributes, self_closing, rest) = skip_attributes(rest);
        self.attributes = attributes;
        self.cost = self.cost.saturating_add(1 + self.formatting.iter().sum::<usize>());
        if closing {
            self.close(name);
            return rest;
        }
        self.elements += 1;
        self.start(name, self_closing);
        let raw = self.foreign == 0 && RAW.iter().any(|raw| raw.eq_ignore_ascii_case(name));
        if raw { after_raw(rest, name) } else { rest }
    }

    fn start(&mut self, name: &'a str, self_closing: bool) {
        let foreign = is_one_of(name, &["svg", "math"]);
        if let Some(count) = place(name, &FORMATTING).and_then(|place| self.formatting.get_mut(place)) {
            *count += 1;
        }
        let closed = if foreign || self.foreign > 0 { self_closing } else { is_one_of(name, &UNCOUNTED) };
        if !closed {
            self.open.push(name);
            self.foreign += usize::from(foreign);
        }
    }

    /// Pops to the matching start tag, unless the parser would ignore the end
    /// tag because something stands between that it may not close.
    fn close(&mut self, name: &str) {
        if let Some(count) = place(name, &FORMATTING).and_then(|place| self.formatting.get_mut(place)) {
            *count = count.saturating_sub(1);
        }
        let special = is_one_of(name, &BLOCKS);
        let wall = |open: &str| is_one_of(open, &SCOPES) || (!special && is_one_of(open, &BLOCKS));
        let mut found = None;
        for (index, open) in self.open.iter().enumerate().rev() {
            if open.eq_ignore_ascii_case(name) {
                found = Some(index);
                break;
            }
            if wall(open) {
                break;
            }
        }
        if let Some(index) = found {
            let lost = self.open.iter().skip(index).filter(|open| is_one_of(open, &["svg", "math"])).count();
            self.foreign = self.foreign.saturating_sub(lost);
            self.open.truncate(index);
        }
    }
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

/// Skips raw text such as a script, up to and without its end tag.
fn after_raw<'a>(text: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("</")) {
        let at = from + found;
        let ends = text.get(at + 2..at + 2 + name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name));
        if ends {
            return text.get(at..).unwrap_or_default();
        }
        from = at + 2;
    }
    ""
}

/// Skips to the end of a tag and counts its attributes from above.
fn skip_attributes(text: &str) -> (usize, bool, &str) {
    let mut quote = None;
    let mut count = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '>') => return (count, before == '/', text.get(at + 1..).unwrap_or_default()),
            (None, '"' | '\'') if before == '=' => {
                quote = Some(c);
                count += 1;
            }
            (None, '/' | ' ' | '\t' | '\n' | '\r') => {
                count += usize::from(!matches!(before, ' ' | '\t' | '\n' | '\r'))
            }
            _ => {}
        }
        // White space between "=" and the quotation mark changes nothing.
        if !(before == '=' && c.is_ascii_whitespace()) {
            before = c;
        }
    }
    (count, false, "")
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    place(name, names).is_some()
}

fn place(name: &str, names: &[&str]) -> Option<usize> {
    names.iter().position(|other| other.eq_ignore_ascii_case(name))
}

/// Elements whose content is no markup.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// Elements that the parser copies into every later block until closed.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// Void elements and those that end by themselves, outside svg and math.
const UNCOUNTED: [&str; 32] = [
    "p", "li", "dd", "dt", "option", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup", "caption",
    "html", "head", "body", "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
    "param", "source", "track", "wbr", "frame", "keygen",
];

/// Elements that an end tag outside them cannot close.
const SCOPES: [&str; 9] =
    ["applet", "caption", "table", "marquee", "object", "template", "svg", "math", "select"];

/// Elements that an end tag of an ordinary element cannot close.
const BLOCKS: [&str; 36] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "button",
    "center",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "pre",
    "search",
    "section",
    "summary",
    "ul",
    "table",
    "template",
];

/// Misplaced end tags make the estimate of the depth too high.
const DEPTH_SLACK: usize = 4;

/// Copies of formatting elements that are borne for each element allowed.
const COST_SLACK: usize = 5;

const MOST_ATTRIBUTES: usize = 512;
