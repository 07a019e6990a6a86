//! Finds in a text what can be looked up or leads back to whoever was heard: an address, a number, a
//! handle, a picture's file, a manner of speaking.
//!
//! Deliberately absent: a guess. What is searched has a form; what has none is for the second person.
//!
//! Source: transformation TF-09; E.164 (a number has at most 15 digits); RFC 4291, section 2.2.

use std::collections::BTreeSet;

/// Names what a text contains that can be looked up; whom to ask (`contact`) is meant to be.
///
/// Empty means that nothing with such a form was found.
pub(super) fn traces(text: &str, contact: &str) -> BTreeSet<&'static str> {
    let split = |c: char| c.is_whitespace() || ",;()<>\"".contains(c);
    let tokens = text.split(split).map(|token| token.trim_end_matches(['.', ':', '!', '?']));
    let told = |token: &str| !token.is_empty() && contact.contains(token);
    let mut found: BTreeSet<&'static str> = tokens.filter(|token| !told(token)).filter_map(trace).collect();
    let own = digits(contact);
    if numbers(text).iter().any(|number| own.is_empty() || !own.contains(&digits(number))) {
        found.insert("a telephone number");
    }
    let lower = text.to_lowercase();
    if MANNERS.iter().any(|word| super::lint::contains_words(&lower, word)) {
        found.insert("how somebody speaks");
    }
    found
}

fn trace(token: &str) -> Option<&'static str> {
    let lower = token.to_lowercase();
    let numbers: Vec<&str> = token.split('.').collect();
    if numbers.len() == 4 && numbers.iter().all(|part| part.parse::<u8>().is_ok())
        || token.len() > 5 && token.matches(':').count() >= 2 && token.parse::<std::net::Ipv6Addr>().is_ok()
    {
        return Some("an IP address");
    }
    if ACCOUNTS.iter().any(|site| lower.contains(site)) {
        return Some("a link to an account");
    }
    if lower.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && PICTURES.contains(&end)) {
        return Some("the file of a picture");
    }
    match token.split_once('@') {
        Some(("", handle)) if handle.len() >= 3 => Some("a handle"),
        Some((user, host)) if !user.is_empty() && host.contains('.') => Some("an e-mail address"),
        _ => None,
    }
}

/// Finds telephone numbers, as they are written.
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        let goes_on = c.is_numeric() || (!run.is_empty() && " -./()".contains(c));
        if goes_on || (run.is_empty() && (c == '+' || c == '(')) {
            run.push(c);
            continue;
        }
        let number = run.trim_end_matches(|c: char| !c.is_numeric());
        if is_number(number) {
            found.push(number.to_owned());
        }
        run.clear();
    }
    found
}

/// Tells a telephone number from a date, a span of hours and an amount.
fn is_number(text: &str) -> bool {
    let groups: Vec<usize> = text
        .split(|c: char| !c.is_numeric())
        .map(|group| group.chars().count())
        .filter(|length| *length > 0)
        .collect();
    let count: usize = groups.iter().sum();
    let is_date = matches!(groups.as_slice(), [2, 2, 4] | [1, 2, 4] | [2, 1, 4] | [1, 1, 4] | [4, 2, 2, ..]);
    let international = text.starts_with('+');
    // A plus says what follows, so a short one counts.
    let least = if international { 6 } else { 7 };
    if !(least..=15).contains(&count) || (is_date && !international) {
        return false;
    }
    // Zero in the digits of Europe, Arabia and Persia; two of them call abroad.
    let trunk = text.trim_start_matches('(').starts_with(['0', '\u{660}', '\u{6f0}']) && groups != [4, 4];
    let american = matches!(groups.as_slice(), [3, 4] | [3, 3, 4] | [1, 3, 3, 4]) && !text.contains('.');
    international || trunk || american
}

fn digits(text: &str) -> String {
    text.chars().filter(|c| c.is_numeric()).collect()
}

const ACCOUNTS: [&str; 7] =
    ["t.me/", "wa.me/", "vk.com/", "facebook.com/", "instagram.com/", "twitter.com/", "x.com/"];

const PICTURES: [&str; 7] = ["jpg", "jpeg", "png", "heic", "gif", "tiff", "webp"];

const MANNERS: [&str; 6] = ["dialect", "accent", "native speaker", "spoke in", "speaking in", "slang"];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(text: &str) -> Vec<&'static str> {
        traces(text, "").into_iter().collect()
    }

    #[test]
    fn numbers_are_found_as_people_write_them() {
        for text in [
            "Call +44 20 7946 0958 now.",
            "Call (020) 7946-0958.",
            "Call 0044 20 7946 0958",
            "He uses 555-0100.",
            "Ring 1 202 555 0100",
            "Ring ٠٢٠٧٩٤٦٠٩٥٨",
            "Ring +10 00 00",
        ] {
            assert_eq!(one(text), ["a telephone number"], "{text}");
        }
    }

    #[test]
    fn dates_hours_and_amounts_are_no_telephone_numbers() {
        for text in [
            "On 2031-05-04 and 04.05.2031.",
            "Between 0800-0930 and 2031-05-04 08:00.",
            "Up to 10 000 people came, 1 200 000 live there.",
            "Call 112 or 999.",
            "Flat 12, room 4-0-7.",
        ] {
            assert_eq!(one(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn addresses_accounts_pictures_and_manners_are_found() {
        for (text, what) in [
            ("See 192.0.2.7.", "an IP address"),
            ("From 2001:db8::7 on", "an IP address"),
            ("Write to a.b@example.org.", "an e-mail address"),
            ("Posted by @falcon_77", "a handle"),
            ("Seen on t.me/falcon", "a link to an account"),
            ("As in IMG_2031.HEIC.", "the file of a picture"),
            ("They spoke in a southern dialect.", "how somebody speaks"),
        ] {
            assert_eq!(one(text), [what], "{text}");
        }
        assert!(one("At 08:00:30 avoid the square.").is_empty());
    }

    #[test]
    fn whom_to_ask_may_stand_in_the_text() {
        let contact = "the desk, +358 9 1234 5678 or desk@example.org";
        assert!(traces("Call +358 9 1234 5678 or write to desk@example.org.", contact).is_empty());
        assert_eq!(traces("Call +358 9 1234 5679.", contact).len(), 1);
        assert_eq!(traces("Write to desk@example.com.", contact).len(), 1);
    }

    proptest! {
        #[test]
        fn no_international_number_gets_through(
            before in "[a-z ]{0,20}", number in "\\+[1-9][0-9]{1,2}( [0-9]{2,4}){2,3}", after in "[a-z ,]{0,20}",
        ) {
            let text = format!("{before} {number} {after}");
            prop_assert!(traces(&text, "").contains("a telephone number"), "{}", text);
        }

        #[test]
        fn looking_never_panics(text in ".{0,200}", contact in ".{0,40}") {
            let _ = traces(&text, &contact);
        }
    }
}
