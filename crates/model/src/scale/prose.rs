//! Reads a judgement as a careful reader would: are the words of likelihood used as agreed?
//!
//! These are notes to the author and block nothing.
//!
//! Source: ICD 203 D.6.e(2)(a) and (b): no mixing of the two rows of terms in one product without
//! saying so, no likelihood and confidence in one sentence.

/// Something an author should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Terms of both rows of ICD 203; the first found of each.
    MixedRows(&'static str, &'static str),
    /// A likelihood and a confidence in one sentence; the two terms.
    OneSentence(&'static str, &'static str),
}

impl Note {
    /// Says what is meant and what to do.
    #[must_use]
    pub fn says(&self) -> String {
        match self {
            Self::MixedRows(one, other) => format!(
                "\"{one}\" and \"{other}\" are from the two rows of likelihood words: use one row, or say that both are used"
            ),
            Self::OneSentence(likelihood, confidence) => format!(
                "\"{likelihood}\" is about the event and \"{confidence}\" about its basis: say them in two sentences"
            ),
        }
    }
}

/// Reads a text and returns what an author should look at, in order; empty is fine.
#[must_use]
pub fn notes(text: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    let all = words(text);
    if let (Some(one), Some(other)) = (first(&all, &ROW_A), first(&all, &ROW_B)) {
        notes.push(Note::MixedRows(one, other));
    }
    for sentence in text.split(['.', '!', '?', '\n']) {
        let said = words(sentence);
        let likelihood = first(&said, &ROW_A).or_else(|| first(&said, &ROW_B));
        if let (Some(likelihood), Some(confidence)) = (likelihood, first(&said, &CONFIDENCE)) {
            notes.push(Note::OneSentence(likelihood, confidence));
        }
    }
    notes
}

fn words(text: &str) -> Vec<String> {
    let split = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    split.map(str::to_lowercase).collect()
}

/// Finds the first term of a list that stands in the words, whole.
fn first(said: &[String], terms: &[&'static str]) -> Option<&'static str> {
    let stands = |term: &&&'static str| {
        let term: Vec<&str> = term.split(' ').collect();
        said.windows(term.len()).any(|run| run.iter().zip(&term).all(|(one, other)| one == other))
    };
    terms.iter().find(stands).copied()
}

// "remote" alone is left out: a remote village is no judgement.
const ROW_A: [&str; 9] = [
    "almost no chance",
    "very unlikely",
    "very likely",
    "unlikely",
    "roughly even chance",
    "likely",
    "almost certain",
    "almost certainly",
    "even chance",
];
const ROW_B: [&str; 9] = [
    "remote chance",
    "highly improbable",
    "highly probable",
    "improbable",
    "roughly even odds",
    "probable",
    "probably",
    "nearly certain",
    "even odds",
];
const CONFIDENCE: [&str; 6] = [
    "low confidence",
    "moderate confidence",
    "high confidence",
    "confidence is low",
    "confidence is moderate",
    "confidence is high",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_and_two_sentences_are_fine() {
        assert!(
            notes("An attack is likely. It is very unlikely tonight. We have high confidence.").is_empty()
        );
        assert!(notes("A remote village. It will probably rain, and it is highly probable.").is_empty());
        assert!(notes("").is_empty());
    }

    #[test]
    fn both_rows_are_noted_once() {
        let found = notes("An attack is likely; a second one is improbable.");
        assert_eq!(found, [Note::MixedRows("likely", "improbable")]);
        assert!(found.iter().all(|note| note.says().contains("one row")));
    }

    #[test]
    fn likelihood_and_confidence_in_one_sentence_are_noted() {
        let found = notes("We judge with high confidence that an attack is very likely.");
        assert_eq!(found, [Note::OneSentence("very likely", "high confidence")]);
    }
}
