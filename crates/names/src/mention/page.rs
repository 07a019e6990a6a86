//! A text cut into words, with what rules need to know about each of them.

use std::collections::{HashMap, HashSet};

use crate::Span;
use crate::gazetteer;
use crate::score::Part;
use crate::token::{Token, gap, tokens};
use crate::words;

/// A word and its surroundings.
pub(super) struct Word<'t> {
    pub(super) token: Token<'t>,
    pub(super) part: Part,
    /// A sentence, line or quotation begins here.
    pub(super) opens: bool,
    /// The line is a headline or all in capitals: capitals say little.
    pub(super) loud: bool,
    /// A date, a teaser or the title of a work: no name is sought here.
    pub(super) closed: bool,
    pub(super) common: bool,
    pub(super) demonym: bool,
    pub(super) title: bool,
}

impl Word<'_> {
    pub(super) fn is_name_like(&self) -> bool {
        !self.closed && self.token.is_capital()
    }

    pub(super) fn is_given(&self) -> bool {
        !self.part.given.is_empty()
    }

    /// Tells whether the word is in no list and so may be anybody's name.
    pub(super) fn is_plain(&self) -> bool {
        !(self.common || self.demonym || self.title)
    }
}

/// A text and its words.
pub(super) struct Page<'t> {
    pub(super) text: &'t str,
    pub(super) words: Vec<Word<'t>>,
    /// Folded words that the text also writes small: they are vocabulary.
    small: HashSet<String>,
}

impl<'t> Page<'t> {
    pub(super) fn new(text: &'t str, dates: &[Span]) -> Self {
        let mut memo: HashMap<&str, (Part, bool, bool, bool)> = HashMap::new();
        let mut words: Vec<Word<'t>> = Vec::new();
        let works = works(text);
        for line in lines(text) {
            let (closed, loud) = line_kind(line.1);
            let first = words.len();
            for mut token in tokens(line.1) {
                token.span.start += line.0;
                token.span.end += line.0;
                let before = text.get(..token.span.start).unwrap_or("").trim_end_matches(' ');
                let opens =
                    words.len() == first || before.ends_with(['.', '!', '?', ':', '“', '"', '‘', '«', '•']);
                let head = token
                    .text
                    .char_indices()
                    .nth(40)
                    .map_or(token.text, |(end, _)| token.text.get(..end).unwrap_or(""));
                let (part, common, demonym, title) = memo
                    .entry(head)
                    .or_insert_with(|| {
                        let demonym = gazetteer::is_demonym(head);
                        (Part::new(head), words::is_common(head), demonym, words::is_title(head))
                    })
                    .clone();
                let inside = |spans: &[Span]| {
                    let at = spans.partition_point(|s| s.end <= token.span.start);
                    spans.get(at).is_some_and(|s| s.start <= token.span.start)
                };
                let closed = closed || inside(dates) || inside(&works);
                words.push(Word { token, part, opens, loud, closed, common, demonym, title });
            }
        }
        let small = words.iter().filter(|w| !w.token.is_capital()).map(|w| w.part.folded.clone()).collect();
        Self { text, words, small }
    }

    /// Tells whether a word is rather vocabulary than somebody's name.
    pub(super) fn is_ordinary(&self, word: &Word<'_>) -> bool {
        let folded = word.part.folded.as_str();
        words::is_ordinary(folded) || (!word.is_given() && self.small.contains(folded))
    }

    /// Gives the text between word `at` and the one after it.
    pub(super) fn gap_after(&self, at: usize) -> &'t str {
        match (self.words.get(at), self.words.get(at + 1)) {
            (Some(left), Some(right)) => gap(self.text, &left.token, &right.token),
            (Some(left), None) => self.text.get(left.token.span.end..).unwrap_or(""),
            _ => "",
        }
    }

    pub(super) fn span(&self, from: usize, to: usize) -> Option<Span> {
        let (first, last) = (self.words.get(from)?, self.words.get(to.checked_sub(1)?)?);
        Some(Span { start: first.token.span.start, end: last.token.span.end })
    }

    pub(super) fn folded(&self, from: usize, to: usize) -> Vec<&str> {
        self.words.get(from..to).unwrap_or(&[]).iter().map(|w| w.part.folded.as_str()).collect()
    }
}

/// Gives each line with its offset.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

/// Tells whether a line is a teaser, and whether its capitals say little.
fn line_kind(line: &str) -> (bool, bool) {
    let bare = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let shout: String = bare.chars().take(16).collect();
    let teaser = TEASERS.iter().any(|t| shout.starts_with(t));
    let words = tokens(line);
    let long: Vec<&Token<'_>> = words.iter().filter(|t| t.text.chars().count() >= 4).collect();
    let capital = long.iter().filter(|t| t.is_capital()).count();
    let prose = line.trim_end().ends_with(['.', '!', '?', '”', '"']);
    let byline = bare.starts_with("By ") || bare.starts_with("Автор");
    let capitals = words.iter().filter(|t| t.is_capital()).count();
    let headline = !prose
        && capitals * 10 >= words.len() * 6
        && !byline
        && words.len() >= 5
        && long.len() >= 3
        && capital * 10 >= long.len() * 7;
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let shouted = letters > 6 && line.chars().filter(|c| c.is_uppercase()).count() * 10 > letters * 8;
    (teaser, headline || shouted)
}

/// Finds the quoted titles of works: capitals throughout and either long, or
/// with a colon or a possessive that a nickname would not have.
fn works(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('“')).map(|i| at + i) {
        let start = open + '“'.len_utf8();
        let rest = text.get(start..).unwrap_or("");
        let Some(length) = rest.find(['”', '“', '\n']) else { break };
        let inner = rest.get(..length).unwrap_or("");
        let words = tokens(inner);
        let all = words.iter().filter(|t| t.text.chars().count() >= 4).all(Token::is_capital);
        let marked = inner.contains(':') || inner.contains("'s ") || inner.contains("’s ");
        let first = words.first().is_some_and(Token::is_capital);
        if all && first && (2..=12).contains(&words.len()) && (marked || words.len() >= 4) {
            found.push(Span { start, end: start + length });
        }
        at = start + length;
    }
    found
}

const TEASERS: &[&str] = &[
    "READ NEXT",
    "READ MORE",
    "READ ALSO",
    "ALSO READ",
    "RELATED:",
    "SEE ALSO",
    "Read more:",
    "Read next:",
    "Related:",
    "See also:",
    "Latest News",
    "Newspapers ",
    "Читайте также",
    "Читайте такж",
];
