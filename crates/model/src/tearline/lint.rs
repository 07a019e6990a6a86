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

/// What an outgoing text is compared with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Above<'a> {
    /// The sentences of the warning that this audience does not get.
    pub withheld: &'a [String],
    /// The reports behind the warning that this audience may not see.
    pub reports: &'a [String],
    /// Who the case names: suspects, and organisations and persons somebody accepted in its reports.
    pub actors: &'a [String],
    /// What everybody reads: the subject and the area.
    pub open: &'a str,
    /// Whom to ask; it may stand in the text.
    pub contact: &'a str,
}

/// Reads an outgoing text as its audience would.
///
/// Nothing above the line means that the audience may see everything; then only the patterns are searched.
pub fn lint(outgoing: &str, above: &Above<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for phrase in source_phrases(outgoing) {
        problems.push(Problem {
            rule: "TF-05",
            says: format!("\"{phrase}\" points at the source: say what is feared, not how it is known"),
        });
    }
    for kind in super::traces::traces(outgoing, above.contact) {
        problems.push(Problem { rule: "TF-09", says: format!("it contains {kind}: leave it out") });
    }
    for text in above.withheld.iter().chain(above.reports) {
        compare(outgoing, text, &mut problems);
    }
    super::names::find(outgoing, above, &mut problems);
    let mut seen = BTreeSet::new();
    problems.retain(|problem| seen.insert((problem.rule, problem.says.clone())));
    problems
}

/// Lists the words in a text that point at a source or a method.
pub(super) fn source_phrases(text: &str) -> impl Iterator<Item = &'static str> {
    let lower = text.to_lowercase();
    SOURCE_PHRASES.into_iter().filter(move |phrase| contains_words(&lower, phrase))
}

/// Finds five words in a row that stand in both texts.
pub(super) fn overlap(outgoing: &str, above: &str) -> Option<String> {
    let (ours, theirs) = (words(outgoing), words(above));
    let runs: BTreeSet<&[String]> = theirs.windows(OVERLAP_WORDS).collect();
    ours.windows(OVERLAP_WORDS).find(|run| runs.contains(run)).map(|run| run.join(" "))
}

fn compare(outgoing: &str, above: &str, problems: &mut Vec<Problem>) {
    if let Some(run) = overlap(outgoing, above) {
        let says = format!("\"{run}\" stands word for word above the line: say it another way");
        problems.push(Problem { rule: "TF-08", says });
    }
    let (ours, theirs) = (words(outgoing), words(above));
    let theirs: BTreeSet<&String> = theirs.iter().collect();
    for word in ours.iter().filter(|word| LANGUAGES.contains(&word.as_str()) && theirs.contains(word)) {
        let says = format!("\"{word}\" tells which language was overheard: leave it out");
        problems.push(Problem { rule: "TF-09", says });
    }
}

pub(super) fn words(text: &str) -> Vec<String> {
    let split = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    split.map(str::to_lowercase).collect()
}

pub(super) fn contains_words(lower: &str, phrase: &str) -> bool {
    lower.match_indices(phrase).any(|(at, _)| {
        let before = lower.get(..at).and_then(|text| text.chars().next_back());
        let after = lower.get(at + phrase.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

const OVERLAP_WORDS: usize = 5;

const SOURCE_PHRASES: [&str; 34] = [
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
    "sensitive source",
    "human source",
    "confidential source",
    "undercover",
    "infiltrated",
    "eavesdropped",
    "tapped",
    "reliable reporting",
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
        let reports = [ABOVE.to_owned()];
        let above = Above { reports: &reports, ..Above::default() };
        lint(outgoing, &above).into_iter().map(|problem| problem.rule).collect()
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
    fn what_can_be_looked_up_blocks_unless_it_is_whom_to_ask() {
        assert_eq!(rules("See 192.0.2.7."), ["TF-09"]);
        let above = Above { contact: "+358 9 1234 5678", ..Above::default() };
        assert!(lint("Call +358 9 1234 5678.", &above).is_empty());
    }
}
