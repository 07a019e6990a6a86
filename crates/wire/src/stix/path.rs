//! Writes where in an object something stands.
//!
//! Source: RFC 9535 section 2.7, with dots where a name allows it.

/// Writes one step into an object: `.name`, or `['a name']`.
///
/// A name is cut at 80 characters and written without control characters: the
/// path goes to a screen and a log.
pub(super) fn step(key: &str) -> String {
    let simple = !key.is_empty()
        && key.len() <= LONGEST
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if simple {
        return format!(".{key}");
    }
    let shown: String =
        key.chars().take(LONGEST).map(|c| if c.is_control() || c == '\'' { '?' } else { c }).collect();
    format!("['{shown}']")
}

/// The longest part of a key that is shown, in characters.
const LONGEST: usize = 80;
