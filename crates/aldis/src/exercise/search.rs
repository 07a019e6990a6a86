//! Searches bytes for words the way a reader would find them.

/// Splits `A or "B"` into its alternatives.
pub(super) fn alternatives(phrase: &str) -> Vec<String> {
    phrase.split(" or ").map(|one| one.trim().trim_matches('"').to_owned()).collect()
}

/// Finds a phrase as whole words in the bytes as they are and as a browser, a JSON reader or a URL
/// reader would show them.
///
/// Capitals do not matter, unless the phrase is all capitals: `ALLY` is a name, `ally` a word.
pub(super) fn stands_in(bytes: &[u8], phrase: &str) -> Option<String> {
    let raw = String::from_utf8_lossy(bytes).into_owned();
    let unescaped = raw
        .replace("&amp;", "&")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    let spoken = raw.replace("\\n", "\n").replace("\\\"", "\"").replace("%20", " ").replace('+', " ");
    let variants = [raw, unescaped, spoken];
    variants.into_iter().find_map(|text| whole_words(&text, phrase))
}

fn whole_words(text: &str, phrase: &str) -> Option<String> {
    let exact = !phrase.chars().any(char::is_lowercase);
    let (haystack, needle) = if exact {
        (text.to_owned(), phrase.to_owned())
    } else {
        (text.to_lowercase(), phrase.to_lowercase())
    };
    // Line breaks and runs of blanks do not hide a phrase.
    let haystack = haystack.split_whitespace().collect::<Vec<_>>().join(" ");
    let needle = needle.split_whitespace().collect::<Vec<_>>().join(" ");
    let at = haystack.match_indices(&needle).map(|(at, _)| at).find(|at| {
        let before = haystack.get(..*at).and_then(|text| text.chars().next_back());
        let after = haystack.get(at + needle.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })?;
    let start = (0..=at.saturating_sub(EXCERPT)).rev().find(|at| haystack.is_char_boundary(*at)).unwrap_or(0);
    let end = (at + needle.len() + EXCERPT).min(haystack.len());
    let end = (end..=haystack.len()).find(|at| haystack.is_char_boundary(*at)).unwrap_or(haystack.len());
    haystack.get(start..end).map(str::to_owned)
}

const EXCERPT: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_across_line_breaks_and_entities() {
        assert!(stands_in(b"avoid large\n  gatherings", "large gatherings").is_some());
        assert!(stands_in(b"the &quot;cell&quot; said", "\"cell\"").is_some());
        assert!(stands_in(b"{\"text\":\"one\\nDari\"}", "Dari").is_some());
    }

    #[test]
    fn a_part_of_a_word_is_not_the_word() {
        assert!(stands_in(b"the Darien gap", "Dari").is_none());
        assert!(stands_in(b"naturally", "ALLY").is_none());
        assert!(stands_in(b"our ally", "ALLY").is_none());
        assert!(stands_in(b"from ALLY, yesterday", "ALLY").is_some());
    }

    #[test]
    fn alternatives_are_split_at_or() {
        assert_eq!(
            alternatives("ISIS-K or \"Islamic State affiliate\""),
            ["ISIS-K", "Islamic State affiliate"]
        );
    }
}
