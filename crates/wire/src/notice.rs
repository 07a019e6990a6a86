//! Writes the printed notice that an officer hands to a person: one page A4, as accessible PDF.
//!
//! The page says why it is there, what may be told, the words by which the person can check that it is
//! real, and leaves room for the officer's statement. It names no organisation, no product and no person:
//! whoever finds the paper learns as little as can be. What stands above and below the text is in the
//! person's language; the text is printed as it was approved.
//!
//! The document is tagged, has a title, a language and an outline, and is the same to the byte each time
//! it is made. A letter that the fonts here do not have is an error, never a box.
//!
//! Source: ISO 14289-1 (PDF/UA-1); ISO 32000-1 (PDF 1.7); UAX #9 and #14 through parley.

mod page;
mod words;

use page::{Align, Block, Page};
use std::fmt;
use words::Words;

/// What is printed.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// The person's language, such as `uk`; one we have no words in becomes English.
    pub language: &'a str,
    /// The text, line by line, as approved.
    pub lines: &'a [String],
    /// The label printed on it, such as `TLP:AMBER`.
    pub label: &'a str,
    /// The "is this real?" words.
    pub code_words: &'a str,
    /// What the officer's record names this paper by; a few letters.
    pub reference: &'a str,
    /// Whether this is an exercise: then the page says so above everything.
    pub exercise: bool,
}

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPrinted {
    /// The text does not fit on one page in the smallest letters that can still be read.
    TooLong,
    /// The fonts here do not have these letters.
    Letters(String),
    /// The document could not be written; the text is for the log.
    Broken(String),
}

impl fmt::Display for NotPrinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the text is longer than one page: write a shorter version"),
            Self::Letters(letters) => write!(f, "the notice cannot print these letters: {letters}"),
            Self::Broken(what) => write!(f, "the notice could not be written: {what}"),
        }
    }
}

impl std::error::Error for NotPrinted {}

/// Writes the notice as PDF.
///
/// # Errors
///
/// [`NotPrinted`].
pub fn pdf(notice: &Notice<'_>) -> Result<Vec<u8>, NotPrinted> {
    if notice.lines.iter().map(String::len).sum::<usize>() > TEXT_MAX {
        return Err(NotPrinted::TooLong);
    }
    let words = Words::of(notice.language);
    let blocks = blocks(notice, words);
    // The largest letters that fit: the reader may be old, afraid, and without glasses.
    let mut page = Page::new(words)?;
    for size in SIZES {
        match page.draw(&blocks, size) {
            Err(NotPrinted::TooLong) => {}
            done => return done,
        }
    }
    Err(NotPrinted::TooLong)
}

fn blocks<'a>(notice: &Notice<'a>, words: &'static Words) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    if notice.exercise {
        blocks.push(Block::strong(words.exercise));
    }
    blocks.push(Block::heading(words.title, 1));
    blocks.push(Block::text(words.why));
    blocks.push(Block::heading(words.tell, 2));
    let lines = notice.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
    blocks.extend(lines.map(Block::text));
    blocks.push(Block::text(notice.label).aligned(Align::End));
    blocks.push(Block::heading(words.real, 2));
    blocks.push(Block::text(words.ask));
    blocks.push(Block::strong(notice.code_words).aligned(Align::Middle));
    blocks.push(Block::heading(words.now, 2));
    blocks.extend([words.emergency, words.answer, words.keep].map(Block::text));
    blocks.push(Block::heading(words.officer, 2));
    blocks.extend([words.when, words.who, words.witness, words.said].map(Block::blank));
    blocks.push(Block::small(notice.reference).aligned(Align::End));
    blocks
}

/// Sizes that are tried, in points.
const SIZES: [f32; 4] = [13.0, 12.0, 11.0, 10.0];

/// More than fits on any page, in bytes.
const TEXT_MAX: usize = 16_000;

#[cfg(test)]
mod tests;
