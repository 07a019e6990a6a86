//! Finds names in an outgoing text that stand only above the line.
//!
//! Two kinds of name are known: those of the case, which people named or accepted (who is suspected, an
//! organisation, a person), and runs of two or more capitalised words in a sentence that is withheld.
//! The second kind may stand in the outgoing text if the author wrote it into the subject or the area,
//! which everybody reads.
//!
//! Source: transformations TF-02 and TF-04 of `docs/reference/release-rules.md`; policy rule PP-04 of the
//! CAP conformance set ("above-the-line term").

use super::lint::{Above, Problem, words};

/// Finds names that stand only in what this audience may not see.
pub(super) fn find(outgoing: &str, above: &Above<'_>, problems: &mut Vec<Problem>) {
    let ours = words(outgoing);
    let open = words(above.open);
    let is_in = |text: &[String], name: &[String]| {
        !name.is_empty() && text.windows(name.len()).any(|window| window == name)
    };
    let withheld: Vec<Vec<String>> = above.withheld.iter().map(|text| words(text)).collect();
    for actor in above.actors {
        let name = words(actor);
        if is_in(&ours, &name) && withheld.iter().any(|text| is_in(text, &name)) {
            let says = format!(
                "\"{actor}\" stands only in what this audience may not see: say it more generally, such as \
                 \"a group\" or \"extremists\""
            );
            problems.push(Problem { rule: "TF-04", says });
        }
    }
    for run in above.withheld.iter().flat_map(|text| runs(text)) {
        let name = words(&run);
        let known = problems.iter().any(|problem| problem.says.contains(&run));
        if is_in(&ours, &name) && !is_in(&open, &name) && !known {
            let says = format!(
                "\"{run}\" stands only in a sentence this audience may not see: say it more generally, or put it \
                 into the subject or the area if everybody may know"
            );
            problems.push(Problem { rule: "TF-02", says });
        }
    }
}

/// Lists runs of two or more capitalised words, such as names of halls, towns and groups.
///
/// A word that begins a sentence is capitalised anyway, so a run that begins with one counts without it.
fn runs(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut run: Vec<&str> = Vec::new();
    let mut begins = true;
    let mut run_begins = true;
    for token in text.split_whitespace().chain(["."]) {
        let word = token.trim_matches(|c: char| !c.is_alphanumeric());
        let ends = token.ends_with(['.', '!', '?', ':', ';', ',', '\u{201d}', '"', ')']);
        if word.chars().next().is_some_and(char::is_uppercase) {
            if run.is_empty() {
                run_begins = begins;
            }
            run.push(word);
        }
        if ends || !word.chars().next().is_some_and(char::is_uppercase) {
            let kept = if run_begins { run.get(1..).unwrap_or_default() } else { run.as_slice() };
            if kept.len() >= 2 {
                found.push(kept.join(" "));
            }
            run.clear();
        }
        begins = token.ends_with(['.', '!', '?', ':']);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tearline::lint;

    const WITHHELD: &str = "A cell of the Khorvan Province plans an attack on the Lantern Hall in New Velmora. \
                            Ali leads it.";

    fn found(outgoing: &str, actors: &[&str], open: &str) -> Vec<&'static str> {
        let actors: Vec<String> = actors.iter().map(|actor| (*actor).to_owned()).collect();
        let withheld = [WITHHELD.to_owned()];
        let above = Above { withheld: &withheld, actors: &actors, open, ..Above::default() };
        lint(outgoing, &above).into_iter().map(|problem| problem.rule).collect()
    }

    #[test]
    fn a_name_from_a_withheld_sentence_blocks() {
        assert_eq!(found("The Khorvan Province group may attack.", &[], ""), ["TF-02"]);
        assert_eq!(found("Keep away from Lantern Hall.", &[], ""), ["TF-02"]);
        assert!(found("Extremists may attack; keep away from concert halls.", &[], "").is_empty());
    }

    #[test]
    fn a_named_actor_blocks_even_in_one_word_and_in_the_subject() {
        assert_eq!(found("Ali may attack.", &["Ali"], "Ali"), ["TF-04"]);
        assert_eq!(found("Khorvan Province may attack.", &["Khorvan Province"], ""), ["TF-04"]);
        assert!(found("Somebody may attack.", &["Ali"], "").is_empty());
    }

    #[test]
    fn an_actor_who_is_not_withheld_may_be_named() {
        assert!(found("The Grey Tide may attack.", &["Grey Tide"], "").is_empty());
    }

    #[test]
    fn what_everybody_reads_in_the_subject_or_the_area_may_be_said() {
        assert_eq!(found("Avoid large gatherings in New Velmora.", &[], ""), ["TF-02"]);
        assert!(found("Avoid large gatherings in New Velmora.", &[], "Alert for New Velmora").is_empty());
    }

    #[test]
    fn the_first_word_of_a_sentence_makes_no_name() {
        assert_eq!(runs("Heard by telephone. The Grey Tide. A man."), ["Grey Tide"]);
        assert_eq!(runs("in the Lantern Hall, Lowtown"), ["Lantern Hall"]);
    }
}
