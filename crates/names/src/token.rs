//! Cuts running text into words with byte spans.
//!
//! Every span lies on character boundaries and the words come in text order
//! without overlap. A possessive ending is not part of the word, and letters
//! with dots between them ("U.S.") are one word, because both would otherwise
//! spoil the quoted name. Hyphens separate words; the text between two words is
//! kept by its offsets, so a caller can look at it.

use crate::Span;
use crate::fold::is_invisible;

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'t> {
    /// The word as it is written.
    pub text: &'t str,
    /// Where it stands.
    pub span: Span,
}

impl Token<'_> {
    /// Tells whether the word begins with a capital letter.
    #[must_use]
    pub fn is_capital(&self) -> bool {
        self.text.chars().find(|c| !is_invisible(*c)).is_some_and(char::is_uppercase)
    }

    /// Tells whether the word has at least two letters and all are capitals.
    #[must_use]
    pub fn is_all_caps(&self) -> bool {
        let letters = self.text.chars().filter(|c| c.is_alphabetic()).count();
        letters >= 2 && self.text.chars().all(|c| !c.is_alphabetic() || c.is_uppercase())
    }

    /// Tells whether the word belongs to a script that has no capitals.
    #[must_use]
    pub fn is_caseless(&self) -> bool {
        self.text.chars().any(char::is_alphabetic)
            && self.text.chars().all(|c| !c.is_uppercase() && !c.is_lowercase())
    }
}

/// Splits `text` into its words.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if !first.is_alphanumeric() {
            continue;
        }
        let mut end = start + first.len_utf8();
        while let Some(&(at, c)) = chars.peek() {
            let joins = is_apostrophe(c) && text.get(at + c.len_utf8()..).is_some_and(starts_with_letter);
            if !(is_word(c) || joins || is_dot_of_acronym(text, start, at, c)) {
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        let end = without_possessive(text, start, end);
        if let Some(word) = text.get(start..end) {
            found.push(Token { text: word, span: Span { start, end } });
        }
    }
    found
}

/// Gives the text between two words, empty when they are out of order.
#[must_use]
pub fn gap<'t>(text: &'t str, left: &Token<'_>, right: &Token<'_>) -> &'t str {
    text.get(left.span.end..right.span.start).unwrap_or("")
}

/// Tells whether `c` is one of the signs written for an apostrophe.
#[must_use]
pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2bc}' | '\u{2b9}' | '`')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_invisible(c) || is_mark(c)
}

fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x300..=0x36f | 0x591..=0x5c7 | 0x610..=0x61a | 0x64b..=0x65f | 0x670 | 0x900..=0x903 | 0x93a..=0x94f)
}

fn starts_with_letter(rest: &str) -> bool {
    rest.chars().next().is_some_and(char::is_alphabetic)
}

/// A dot continues "U.S." only while the word is capitals and dots in turn.
fn is_dot_of_acronym(text: &str, start: usize, at: usize, c: char) -> bool {
    if c != '.' {
        return false;
    }
    let before = text.get(start..at).unwrap_or("");
    // Longer ones are no acronyms, and looking back each time would take forever.
    if before.len() > 24 {
        return false;
    }
    let turns = before.chars().enumerate().all(|(i, b)| if i % 2 == 0 { b.is_uppercase() } else { b == '.' });
    let mut after = text.get(at + 1..).unwrap_or("").chars();
    let next_is_letter = after.next().is_some_and(char::is_uppercase) && after.next() == Some('.');
    turns && before.chars().count() % 2 == 1 && (next_is_letter || before.contains('.'))
}

fn without_possessive(text: &str, start: usize, end: usize) -> usize {
    let word = text.get(start..end).unwrap_or("");
    let mut back = word.char_indices().rev();
    let (Some((_, last)), Some((at, mark))) = (back.next(), back.next()) else {
        return end;
    };
    if matches!(last, 's' | 'S') && is_apostrophe(mark) && at > 0 { start + at } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        tokens(text).iter().map(|t| t.text).collect()
    }

    #[test]
    fn a_possessive_ending_is_not_part_of_the_word() {
        assert_eq!(
            words("Russia’s spies and Putin's O'Neill"),
            ["Russia", "spies", "and", "Putin", "O'Neill"]
        );
    }

    #[test]
    fn letters_with_dots_are_one_word() {
        assert_eq!(words("the U.S. soil. A dog"), ["the", "U.S.", "soil", "A", "dog"]);
    }

    #[test]
    fn hyphens_separate_words() {
        assert_eq!(words("ISIS-K"), ["ISIS", "K"]);
    }
}
