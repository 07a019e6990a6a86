//! Lists inside one CAP element: words separated by white space, quoted when
//! a word holds a space itself.
//!
//! Source: CAP 1.2 section 3.2.1, `addresses`, `references` and `incidents`.

/// Splits a list; an open quotation mark runs to the end.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

/// Joins a list, with quotation marks where they are needed.
pub(crate) fn join(words: &[String]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| {
            if word.is_empty() || word.contains(char::is_whitespace) {
                format!("\"{word}\"")
            } else {
                word.clone()
            }
        })
        .collect();
    quoted.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_word_keeps_its_space() {
        let words = split(" a \"b c\"\n d");
        assert_eq!(words, ["a", "b c", "d"]);
        assert_eq!(split(&join(&words)), words);
        assert_eq!(split("a \"b c"), ["a", "b c"]);
    }
}
