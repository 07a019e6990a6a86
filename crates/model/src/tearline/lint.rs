//! Looks for what gives away a source, a method or a person in an outgoing text.
//!
//! Source: transformations TF-05, TF-08 and TF-09 of `docs/reference/release-rules.md`.

use std::collections::BTreeSet;

/// Something in an outgoing text that blocks its release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The rule, such as `TF-08`.
    pub rule: &'static str,
    /// What is wrong and what to do, for the author; never shown to the audience.
    pub says: String,
}

/// Reads an outgoing text as its audience would.
///
/// `above` holds the texts this audience may not see: withheld portions and the reports behind the
/// warning. Empty when the audience may see everything, and then only the patterns are searched.
pub fn lint(outgoing: &str, above: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let lower = outgoing.to_lowercase();
    for phrase in SOURCE_PHRASES.iter().filter(|phrase| contains_words(&lower, phrase)) {
        problems.push(Problem {
            rule: "TF-05",
            says: format!("\"{phrase}\" points at the source: say what is feared, not how it is known"),
        });
    }
    for kind in patterns(outgoing) {
        problems.push(Problem { rule: "TF-09", says: format!("it contains {kind}: leave it out") });
    }
    for text in above {
        compare(outgoing, text, &mut problems);
    }
    problems.dedup();
    problems
}

fn compare(outgoing: &str, above: &str, problems: &mut Vec<Problem>) {
    let ours = words(outgoing);
    let theirs = words(above);
    let runs: BTreeSet<&[String]> = theirs.windows(OVERLAP_WORDS).collect();
    if let Some(run) = ours.windows(OVERLAP_WORDS).find(|run| runs.contains(run)) {
        let says = format!("\"{}\" stands word for word above the line: say it another way", run.join(" "));
        problems.push(Problem { rule: "TF-08", says });
    }
    let theirs: BTreeSet<&String> = theirs.iter().collect();
    for word in ours.iter().filter(|word| LANGUAGES.contains(&word.as_str()) && theirs.contains(word)) {
        let says = format!("\"{word}\" tells which language was overheard: leave it out");
        problems.push(Problem { rule: "TF-09", says });
    }
}

fn words(text: &str) -> Vec<String> {
    let split = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    split.map(str::to_lowercase).collect()
}

fn contains_words(lower: &str, phrase: &str) -> bool {
    lower.match_indices(phrase).any(|(at, _)| {
        let before = lower.get(..at).and_then(|text| text.chars().next_back());
        let after = lower.get(at + phrase.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// Names what a text contains that can be looked up: an address, a number, a handle.
fn patterns(text: &str) -> BTreeSet<&'static str> {
    let tokens = text.split(|c: char| c.is_whitespace() || ",;()<>\"".contains(c));
    tokens.filter_map(|token| pattern(token.trim_end_matches(['.', ':', '!', '?']))).collect()
}

fn pattern(token: &str) -> Option<&'static str> {
    let numbers: Vec<&str> = token.split('.').collect();
    if numbers.len() == 4 && numbers.iter().all(|part| part.parse::<u8>().is_ok()) {
        return Some("an IP address");
    }
    match token.split_once('@') {
        Some(("", handle)) if handle.len() >= 3 => Some("a handle"),
        Some((user, host)) if !user.is_empty() && host.contains('.') => Some("an e-mail address"),
        _ => None,
    }
}

const OVERLAP_WORDS: usize = 5;

const SOURCE_PHRASES: [&str; 26] = [
    "a source",
    "our source",
    "the source",
    "sources inside",
    "a contact",
    "our contact",
    "direct access",
    "informant",
    "agent in place",
    "asset",
    "intercept",
    "intercepted",
    "overheard",
    "wiretap",
    "heard by telephone",
    "by telephone",
    "telephone call",
    "signals intelligence",
    "sigint",
    "humint",
    "a member of the cell",
    "from inside",
    "defector told",
    "liaison reporting",
    "partner service",
    "own collection",
];

const LANGUAGES: [&str; 24] = [
    "arabic",
    "armenian",
    "azeri",
    "chechen",
    "dari",
    "farsi",
    "georgian",
    "hebrew",
    "kazakh",
    "korean",
    "kurdish",
    "kyrgyz",
    "mandarin",
    "pashto",
    "persian",
    "russian",
    "serbian",
    "somali",
    "tajik",
    "turkish",
    "turkmen",
    "ukrainian",
    "urdu",
    "uzbek",
];

#[cfg(test)]
mod tests {
    use super::*;

    const ABOVE: &str = "A contact with direct access says a cell means to attack a concert audience in the \
                         city within days. Heard by telephone in Dari.";

    fn rules(outgoing: &str) -> Vec<&'static str> {
        lint(outgoing, &[ABOVE.to_owned()]).into_iter().map(|problem| problem.rule).collect()
    }

    #[test]
    fn advice_in_other_words_passes() {
        assert!(rules("Avoid large gatherings in the city over the next 48 hours.").is_empty());
    }

    #[test]
    fn words_that_point_at_a_source_block() {
        assert_eq!(rules("Our contact warned us."), ["TF-05"]);
        assert!(rules("Contact the desk.").is_empty());
    }

    #[test]
    fn five_words_from_above_the_line_block() {
        assert_eq!(rules("They may strike at a concert audience."), Vec::<&str>::new());
        assert_eq!(rules("A cell means to attack a concert."), ["TF-08"]);
    }

    #[test]
    fn the_overheard_language_blocks_only_when_it_stands_above_the_line() {
        assert_eq!(rules("The speakers used Dari."), ["TF-09"]);
        assert!(rules("Leaflets in Arabic are at the desk.").is_empty());
    }

    #[test]
    fn addresses_and_handles_block() {
        for text in ["See 192.0.2.7.", "Write to a.b@example.org.", "Posted by @falcon_77"] {
            assert_eq!(rules(text), ["TF-09"], "{text}");
        }
    }
}
