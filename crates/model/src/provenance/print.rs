//! Takes the print of a text: what a later text would share with it if it came from there.

use std::collections::BTreeSet;

/// Words in one gram: shorter runs are shared by chance.
pub const GRAM_WORDS: usize = 8;

/// Is what is kept of a text for comparing: never the text.
///
/// Grams are hashes of runs of 8 words, sorted; of a long text only a fixed part of them, the same part
/// in every text, so that shares can still be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Print {
    /// Hashes of runs of 8 words, ascending, at most 4096. A text of fewer words has one.
    pub grams: Vec<u64>,
    /// Addresses of web pages, normalised; at most 50.
    pub links: Vec<String>,
    /// Words by which the text names where it has its information from, lower case; at most 50.
    pub upstreams: Vec<String>,
    /// Capitalised words inside sentences, lower case; at most 200.
    pub names: Vec<String>,
}

impl Print {
    /// Takes the print of `text`; anything beyond the first megabyte is not read.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = head(text);
        let tokens: Vec<&str> = text.split_whitespace().collect();
        let words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        Self {
            grams: grams(&words),
            links: capped(tokens.iter().filter_map(|token| link(token)), LINKS_MAX),
            upstreams: capped(upstreams(&tokens).into_iter(), UPSTREAMS_MAX),
            names: capped(names(&tokens).into_iter(), NAMES_MAX),
        }
    }

    /// Writes the grams as bytes, 8 each, big-endian.
    #[must_use]
    pub fn gram_bytes(&self) -> Vec<u8> {
        self.grams.iter().flat_map(|gram| gram.to_be_bytes()).collect()
    }

    /// Reads what [`Print::gram_bytes`] wrote; a rest of fewer than 8 bytes is dropped.
    #[must_use]
    pub fn grams_from(bytes: &[u8]) -> Vec<u64> {
        let (whole, _) = bytes.as_chunks::<8>();
        whole.iter().map(|eight| u64::from_be_bytes(*eight)).collect()
    }
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(READ_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

fn capped(items: impl Iterator<Item = String>, max: usize) -> Vec<String> {
    let all: BTreeSet<String> = items.take(max * 10).collect();
    all.into_iter().take(max).collect()
}

fn grams(words: &[String]) -> Vec<u64> {
    if words.is_empty() {
        return Vec::new();
    }
    let runs = words.windows(GRAM_WORDS.min(words.len()));
    let all: BTreeSet<u64> = runs.map(hash).collect();
    let mut kept: Vec<u64> = all.into_iter().collect();
    // Halving by the lowest bits keeps the same grams of every text, whatever its length.
    let mut bits = 1;
    while kept.len() > GRAMS_MAX && bits < 64 {
        let mask = (1_u64 << bits) - 1;
        kept.retain(|gram| gram & mask == 0);
        bits += 1;
    }
    kept
}

/// FNV-1a, 64 bits: a hash that is the same on every machine; nothing secret depends on it.
fn hash(words: &[String]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([b' ']));
    let fnv = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    // The low bits of FNV are weak, and the thinning above looks at them.
    (fnv ^ (fnv >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn link(token: &str) -> Option<String> {
    let lower = token.trim_matches(|c: char| "<>()[]\"'.,;!".contains(c)).to_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"))?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let rest = rest.trim_start_matches("www.").trim_end_matches('/');
    // The front page of a site is no report of anything.
    rest.contains('/').then(|| rest.to_owned())
}

/// Finds the words by which a text names its source: "P1 reports", "according to P1", "source: P1".
fn upstreams(tokens: &[&str]) -> Vec<String> {
    let plain: Vec<String> = tokens.iter().map(|token| bare(token)).collect();
    let at = |index: usize| plain.get(index).map_or("", String::as_str);
    let mut found = Vec::new();
    for (index, token) in plain.iter().enumerate() {
        if index > 0 && SAYS.contains(&token.as_str()) {
            found.push(at(index - 1).to_owned());
        }
        let named = match token.as_str() {
            "according" if at(index + 1) == "to" => index + 2,
            "source" | "sources" if tokens.get(index).is_some_and(|token| token.ends_with(':')) => index + 1,
            "citing" | "quoting" => index + 1,
            "reported" | "published" if at(index + 1) == "by" => index + 2,
            _ => continue,
        };
        found.extend(
            plain.iter().skip(named).filter(|word| !ARTICLES.contains(&word.as_str())).take(2).cloned(),
        );
    }
    found.retain(|word| word.chars().count() >= 2 && !NOBODY.contains(&word.as_str()));
    found
}

/// Finds capitalised words that do not begin a sentence.
fn names(tokens: &[&str]) -> Vec<String> {
    let mut first = true;
    let mut found = Vec::new();
    for token in tokens {
        let word = bare(token);
        let letters = word.chars().count();
        let mut shown = token.chars().filter(|c| c.is_alphabetic());
        let capital = shown.next().is_some_and(char::is_uppercase);
        let shouted = capital && letters >= 3 && shown.all(char::is_uppercase);
        if letters >= 3 && capital && (!first || shouted) {
            found.push(word.clone());
        }
        first = token.ends_with(['.', '!', '?', ':']) && letters > 1;
    }
    found
}

fn bare(token: &str) -> String {
    let token = token.trim_matches(|c: char| !c.is_alphanumeric());
    token.strip_suffix("'s").or_else(|| token.strip_suffix("’s")).unwrap_or(token).to_lowercase()
}

/// Most grams kept of one text.
const GRAMS_MAX: usize = 4_096;

const READ_MAX: usize = 1 << 20;
const LINKS_MAX: usize = 50;
const UPSTREAMS_MAX: usize = 50;
const NAMES_MAX: usize = 200;

const SAYS: [&str; 8] = ["reports", "reported", "says", "said", "writes", "wrote", "claims", "claimed"];
const ARTICLES: [&str; 3] = ["a", "an", "the"];
const NOBODY: [&str; 14] = [
    "he", "she", "they", "it", "we", "who", "which", "that", "and", "also", "media's", "contact", "one", "as",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_shorter_than_a_gram_has_one() {
        assert_eq!(Print::of("Threat to Yusuf").grams.len(), 1);
        assert_eq!(Print::of("").grams.len(), 0);
        assert_eq!(Print::of("one two three four five six seven eight nine").grams.len(), 2);
    }

    #[test]
    fn case_and_punctuation_make_no_other_gram() {
        assert_eq!(Print::of("Threat to Yusuf HADDAD!").grams, Print::of("threat, to yusuf: haddad").grams);
    }

    #[test]
    fn a_long_text_keeps_the_grams_its_half_keeps_too() {
        let words: Vec<String> = (0..40_000).map(|n| format!("w{n}")).collect();
        let (whole, half) = (Print::of(&words.join(" ")), Print::of(&words[..20_000].join(" ")));
        assert!(whole.grams.len() <= GRAMS_MAX && whole.grams.len() > GRAMS_MAX / 4);
        assert!(whole.grams.iter().filter(|gram| half.grams.contains(gram)).count() > whole.grams.len() / 3);
    }

    #[test]
    fn grams_read_back() {
        let print = Print::of("one two three four five six seven eight nine ten");
        assert_eq!(Print::grams_from(&print.gram_bytes()), print.grams);
        assert_eq!(Print::grams_from(&[1, 2, 3]), Vec::<u64>::new());
    }

    #[test]
    fn upstreams_are_named_in_five_ways() {
        for (text, word) in [
            ("A blog reports that a man faces threats.", "blog"),
            ("P1 reports threat to Y.", "p1"),
            ("Threat, source: media. Confidence 70.", "media"),
            ("They will strike, according to the Courier.", "courier"),
            ("Quoting Radio North, he was seen.", "radio"),
            ("First published by the Courier.", "courier"),
        ] {
            assert!(Print::of(text).upstreams.contains(&word.to_owned()), "{text}: {:?}", Print::of(text));
        }
        assert!(Print::of("He says it will happen.").upstreams.is_empty());
    }

    #[test]
    fn names_are_capitals_inside_a_sentence() {
        assert_eq!(
            Print::of("They say the traitor Yusuf Haddad, the baker of Port Sant.").names,
            ["haddad", "port", "sant", "yusuf"]
        );
        assert_eq!(Print::of("P1 reports threat to Y. Haddad. Confidence 85.").names, ["haddad"]);
        assert_eq!(Print::of("Threat to Yusuf HADDAD").names, ["haddad", "yusuf"]);
    }

    #[test]
    fn a_link_is_the_page_and_not_how_it_was_reached() {
        let print =
            Print::of("See <https://www.Blog.example/post/7/?from=mail#top>, or http://blog.example/");
        assert_eq!(print.links, ["blog.example/post/7"]);
    }
}
