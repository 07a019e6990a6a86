//! Media types: what a client will read, and what it says it sends.
//!
//! Other servers refuse clients that leave the version out, write a space after the semicolon or send
//! `*/*`. All of these are meant for us and are taken.
//!
//! Source: TAXII 2.1 section 1.6.8; RFC 9110 sections 8.3 and 12.5.1.

/// The media type of every answer, also of every refusal.
pub const MEDIA: &str = "application/taxii+json;version=2.1";

/// The media type of every object.
pub const STIX_MEDIA: &str = "application/stix+json;version=2.1";

const TAXII: &str = "application/taxii+json";

/// Says whether a client with this `Accept` can be answered; without one, it can.
pub fn accepts(accept: &str) -> bool {
    accept.trim().is_empty() || accept.split(',').any(|range| takes(range, &["*/*", "application/*", TAXII]))
}

/// Says whether a body of this `Content-Type` is TAXII 2.1.
pub fn is_body(content_type: &str) -> bool {
    takes(content_type, &[TAXII])
}

fn takes(range: &str, kinds: &[&str]) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let known = kinds.iter().any(|known| known.eq_ignore_ascii_case(kind));
    known
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            let (name, value) = (name.trim(), value.trim().trim_matches('"'));
            if name.eq_ignore_ascii_case("version") {
                // A wildcard with a version names no media type that we know.
                return value == "2.1";
            }
            !name.eq_ignore_ascii_case("q") || value.parse::<f32>().is_ok_and(|weight| weight > 0.0)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_meant_for_us_is_taken_however_it_is_written() {
        for good in [
            "application/taxii+json;version=2.1",
            "application/taxii+json; version=2.1",
            "application/taxii+json",
            "Application/TAXII+json;Version=\"2.1\"",
            "text/html, application/taxii+json;q=0.5",
            "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
            "*/*",
            "application/*;q=0.1",
            "",
        ] {
            assert!(accepts(good), "{good}");
        }
        assert!(is_body("application/taxii+json") && is_body("application/taxii+json; version=2.1"));
    }

    #[test]
    fn another_version_or_type_is_not() {
        for bad in [
            "application/taxii+json;version=2.0",
            "application/vnd.oasis.taxii+json; version=2.0",
            "application/json",
            "text/html",
            "application/taxii+json;q=0",
            "application/taxii+json;q=much",
        ] {
            assert!(!accepts(bad), "{bad}");
            assert!(!is_body(bad), "{bad}");
        }
        assert!(!is_body("*/*") && !is_body(""));
    }
}
