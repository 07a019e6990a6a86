//! Compares the prints of two texts and says how the later may rest on the earlier.

use super::{Print, Tie};
use std::collections::BTreeSet;

/// Is a tie that a machine proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How the later rests on the earlier.
    pub tie: Tie,
    /// How much of the shorter text both share, in percent.
    pub shared_pct: u8,
    /// Why, for the person who decides: at most two words of the texts stand in it.
    pub why: String,
}

/// Proposes how `later` rests on `earlier`; `None` if nothing points to it.
///
/// `source` is who gave the earlier text, as written, and the organisation it came from. `rare` tells
/// whether a gram is in few texts: what everybody writes under every article ties nothing.
#[must_use]
pub fn compare(later: &Print, earlier: &Print, source: &str, rare: impl Fn(u64) -> bool) -> Option<Found> {
    let shared: Vec<u64> =
        later.grams.iter().filter(|gram| earlier.grams.binary_search(gram).is_ok()).copied().collect();
    let shorter = later.grams.len().min(earlier.grams.len());
    let shared_pct = (shared.len() * 100).checked_div(shorter).unwrap_or(0);
    let shared_pct = u8::try_from(shared_pct).unwrap_or(100);
    let uncommon = shared.iter().filter(|gram| rare(**gram)).count();
    let found = |tie, why| Some(Found { tie, shared_pct, why });
    if shared_pct >= REPRINT_PCT && uncommon > 0 {
        return found(Tie::Reprints, format!("{shared_pct} % of the shorter text stands in both"));
    }
    if uncommon > 0 {
        let runs = if uncommon == 1 { "a rare run".to_owned() } else { format!("{uncommon} rare runs") };
        return found(Tie::Quotes, format!("{runs} of 8 words in both, {shared_pct} % of the shorter text"));
    }
    if later.links.iter().any(|link| earlier.links.contains(link)) {
        return found(Tie::Cites, "both name the same web page".to_owned());
    }
    let named = named_upstream(later, source)?;
    let about = later.names.iter().find(|name| earlier.names.contains(name))?;
    found(Tie::Cites, format!("names \"{named}\" as its source, and both name \"{about}\""))
}

/// Tells whether a gram that is in `texts` of `all` texts compared is rare: in at most 20 of them, or
/// in one of fifty.
#[must_use]
pub const fn is_rare(texts: usize, all: usize) -> bool {
    texts <= RARE_TEXTS || texts * 50 <= all
}

/// Finds the word by which `later` names the giver of the earlier text.
fn named_upstream<'a>(later: &'a Print, source: &str) -> Option<&'a str> {
    let source = source.to_lowercase();
    let words: BTreeSet<&str> =
        source.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= 2).collect();
    let open = words.iter().any(|word| OPEN.contains(word));
    let names = |word: &&String| words.contains(word.as_str()) || (open && GENERIC.contains(&word.as_str()));
    later.upstreams.iter().find(names).map(String::as_str)
}

const REPRINT_PCT: u8 = 80;
const RARE_TEXTS: usize = 20;

const GENERIC: [&str; 7] = ["media", "press", "news", "internet", "web", "reports", "newspapers"];
const OPEN: [&str; 10] =
    ["web", "news", "blog", "site", "media", "paper", "press", "agency", "feed", "radio"];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tie(later: &str, earlier: &str, source: &str) -> Option<Tie> {
        compare(&Print::of(later), &Print::of(earlier), source, |_| true).map(|found| found.tie)
    }

    const BLOG: &str = "They say the traitor Yusuf Haddad, the baker of Port Sant, will be dealt with soon.";

    #[test]
    fn the_same_words_are_a_reprint_and_a_part_is_a_quotation() {
        assert_eq!(tie(&BLOG.to_uppercase(), BLOG, ""), Some(Tie::Reprints));
        let quoting = "Our town is quiet this week and nobody knows more than what stands on a page: the traitor \
                       Yusuf Haddad, the baker of Port Sant, will be on everybody's lips until the autumn fair.";
        assert_eq!(tie(quoting, BLOG, ""), Some(Tie::Quotes));
    }

    #[test]
    fn a_named_upstream_ties_only_what_is_about_the_same() {
        let paper = "A blog reports that a man named Haddad faces threats.";
        assert_eq!(tie(paper, BLOG, "open web: anonymous blog"), Some(Tie::Cites));
        assert_eq!(tie(paper, BLOG, "patrol"), None);
        assert_eq!(tie(paper, "A van stood before the house of Velin.", "a blog"), None);
        let p1 = "Threat to Yusuf HADDAD, source: media. Confidence 70.";
        assert_eq!(tie(p1, paper, "news site"), Some(Tie::Cites));
        assert_eq!(tie("P1 reports threat to Y. Haddad. Confidence 85.", p1, "P1 P1"), Some(Tie::Cites));
    }

    #[test]
    fn the_same_page_ties() {
        let one = "Seen at https://blog.example/post/7 this morning.";
        assert_eq!(tie("Look: http://www.blog.example/post/7/?x=1", one, ""), Some(Tie::Cites));
        assert_eq!(tie("Look: http://www.blog.example/post/8", one, ""), None);
    }

    #[test]
    fn what_stands_under_every_article_ties_nothing() {
        let foot = "Subscribe to our letter and get all the news of the day in the morning";
        let (one, other) = (format!("A fire in Lowtown. {foot}"), format!("A concert in Hightown. {foot}"));
        let common = compare(&Print::of(&other), &Print::of(&one), "", |_| false);
        assert_eq!(common, None);
        assert!(is_rare(20, 20) && !is_rare(21, 1_000) && is_rare(21, 1_050));
    }

    #[test]
    fn two_reports_of_the_same_event_in_own_words_are_not_tied() {
        let one = "A contact with direct access says a cell means to attack a concert audience within days.";
        let two = "Separate reporting: men linked to the branch discuss striking a crowded hall.";
        assert_eq!(tie(two, one, "own collection"), None);
    }

    proptest! {
        #[test]
        fn any_two_texts_are_compared_within_bounds(one: String, other: String, source: String) {
            let (a, b) = (Print::of(&one), Print::of(&other));
            if let Some(found) = compare(&a, &b, &source, |_| true) {
                prop_assert!(found.shared_pct <= 100);
            }
            prop_assert!(a.links.len() <= 50 && a.upstreams.len() <= 50 && a.names.len() <= 200);
            prop_assert_eq!(Print::grams_from(&a.gram_bytes()), a.grams);
        }
    }
}
