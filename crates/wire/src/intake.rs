//! What a thing in another tool's format amounts to for a desk: one intake, one report.
//!
//! An intake has a document as every other foreign text has one, and what is known beside it: the name
//! and version that its maker gave it, so that the same thing is recognised when it comes again, who
//! made it, what its markings say, and the people it lists. Many small objects become one document,
//! never many: nobody reads ten thousand reports.
//!
//! Deliberately absent: grades (a number that comes in never becomes one), and any decision about the
//! people that are listed.
//!
//! Source: `docs/reference/import.md`.

use crate::article::{Document, Kind};
use crate::stix::marking::Said;
use crate::text;

/// One foreign thing, as a desk takes it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// The name its maker gave it, such as a UUID; never empty.
    pub id: String,
    /// When this version was made, in microseconds since 1970 UTC; `None` if it does not say.
    pub version_us: Option<i64>,
    /// The organisation that made it, if it says so.
    pub maker: Option<String>,
    /// Title, text and dates.
    pub document: Document,
    /// What the markings say of the whole and of every part, without repetition.
    pub said: Vec<Said>,
    /// Whether the thing as a whole is not marked, or one of several that stand side by side: whoever
    /// takes it in has to say who may see it.
    pub unmarked: bool,
    /// The people that are listed in it, one entry each.
    pub people: Vec<Entry>,
    /// How many things it holds: attributes, objects, indicators.
    pub things: usize,
    /// Whether its maker takes it back.
    pub withdrawn: bool,
}

/// One person in a list, as far as the rules about lists need to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Everything that is said of the person beside the name.
    pub reason: String,
    /// The legal basis that is named; empty if none is.
    pub legal_basis: String,
    /// The purpose that is named; empty if none is.
    pub purpose: String,
    /// The evidence that is named, one text each.
    pub evidence: Vec<String>,
}

/// A text that is put together out of many small things, and kept within bounds.
#[derive(Debug, Default)]
pub(crate) struct Page {
    text: String,
    lines: usize,
    left_out: usize,
}

impl Page {
    /// Adds a whole paragraph, with its lines as they are.
    pub(crate) fn paragraph(&mut self, words: &str) {
        let words = words.trim();
        if words.is_empty() {
            return;
        }
        if self.text.len() + words.len() > TEXT {
            self.left_out += 1;
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(words);
    }

    /// Adds one line; long ones are cut, and beyond the bounds they are counted only.
    pub(crate) fn line(&mut self, words: &str) {
        let Some(words) = text::line(words) else { return };
        if self.lines >= LINES || self.text.len() + words.len() > TEXT {
            self.left_out += 1;
            return;
        }
        self.lines += 1;
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&words);
    }

    /// Ends the text and says how much is not in it.
    pub(crate) fn finish(mut self) -> String {
        if self.left_out > 0 {
            let left_out = self.left_out;
            self.text.push_str(&format!("\n\n{left_out} more are not shown here; they are in the original."));
        }
        self.text
    }
}

/// Starts a document of one kind.
pub(crate) fn document(kind: Kind, title: &str, text: String) -> Document {
    let mut document = Document::new(kind, text);
    document.title = text::line(title);
    document
}

/// Adds what a marking says, once.
pub(crate) fn say(said: &mut Vec<Said>, new: Said) {
    if !said.contains(&new) {
        said.push(new);
    }
}

/// How long a text may become, in bytes.
const TEXT: usize = 1024 * 1024;

/// How many small things are shown, one a line.
const LINES: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted_and_named() {
        let mut page = Page::default();
        page.paragraph("The first\nparagraph");
        (0..LINES + 3).for_each(|number| page.line(&format!("line {number}\u{7} of many")));
        let text = page.finish();
        assert!(text.starts_with("The first\nparagraph\nline 0 of many\n"));
        assert!(text.ends_with("line 499 of many\n\n3 more are not shown here; they are in the original."));
    }

    #[test]
    fn a_text_never_outgrows_its_bound() {
        let mut page = Page::default();
        let long = "word ".repeat(TEXT / 5 - 10);
        page.paragraph(&long);
        page.paragraph("a second paragraph that does not fit into what is left of it, by a few letters");
        assert!(page.finish().len() < TEXT + 100);
    }
}
