//! The texts that have a form of their own.
//!
//! Source: STIX 2.1 sections 2.1, 2.8 and those of the objects; RFC 3986;
//! RFC 1034; RFC 5890; RFC 5322; RFC 5646; NISTIR 7695 (CPE 2.3).

use super::table::TABLE;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Says which rule a text breaks.
type Check = Result<(), &'static str>;

fn demand(good: bool, rule: &'static str) -> Check {
    if good { Ok(()) } else { Err(rule) }
}

/// Checks a text by the name that the tables give its form.
pub(super) fn check(name: &str, text: &str) -> Check {
    match name {
        "ipv4" => demand(ipv4(text), "not an IPv4 address or CIDR block"),
        "ipv6" => demand(ipv6(text), "not an IPv6 address or CIDR block"),
        "mac" => demand(mac(text), "not a MAC address as aa:bb:cc:dd:ee:ff in lower case"),
        "domain" => demand(domain(text), "not a domain name"),
        "email" => demand(email(text), "not an email address, without a display name"),
        "lang" => demand(language(text), "not a language code as RFC 5646 defines it"),
        "cpe" => demand(cpe(text), "not a CPE name of version 2.3"),
        "charset" => demand(
            TABLE.has("charset", &text.to_ascii_lowercase()),
            "not the name of a character set in the IANA registry",
        ),
        "mime" => demand(mime(text), "not a media type as type/subtype with a registered type"),
        "registry-key" => {
            demand(!short_hive(text), "the hive must be written out, such as HKEY_LOCAL_MACHINE")
        }
        "relationship-type" => demand(
            !text.is_empty() && text.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-')),
            "a relationship type is written in a-z, 0-9 and hyphens",
        ),
        "selector" => demand(selector(text), "not a selector: names and [n], joined by dots"),
        "country" => demand(
            TABLE.has("iso-3166-1", &text.to_ascii_lowercase()),
            "should be a two-letter country code of ISO 3166-1",
        ),
        "product" => demand(
            !text.is_empty() && text.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-')),
            "should be in lower case with hyphens between words",
        ),
        "kill-chain" => demand(word(text), "should be in lower case with hyphens between words"),
        "protocol" => demand(protocol(text), "should be a service name of the IANA registry in lower case"),
        "priority" => demand(text.len() > 6 && text.ends_with("_CLASS"), "should end with _CLASS"),
        "pe-type" => demand(matches!(text, "exe" | "dll" | "sys"), "should be exe, dll or sys"),
        _ => Ok(()),
    }
}

/// Says whether a value of an open vocabulary has the recommended form.
pub(super) fn word(text: &str) -> bool {
    let cased = text.chars().any(char::is_lowercase);
    cased && !text.chars().any(|c| c.is_uppercase() || c == '_' || c == ' ')
}

/// Says whether a text is base64 with padding, and not empty.
pub(super) fn base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    !body.is_empty()
        && padding <= 2
        && text.len().is_multiple_of(4)
        && body.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'+' || c == b'/')
}

/// Says whether a text is an even number of digits 0-9 and a-f, and not empty.
pub(super) fn hex(text: &str) -> bool {
    let digits = text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    !text.is_empty() && text.len().is_multiple_of(2) && digits
}

/// Says whether a text is a property name.
///
/// Source: STIX 2.1 section 3.1.
pub(super) fn property_name(name: &str) -> bool {
    let letters = name.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    letters
        && ((3..=250).contains(&name.len()) && name.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
            || name == "id")
}

/// Says whether a text is the key of a dictionary.
///
/// Source: STIX 2.1 section 2.3.
pub(super) fn dictionary_key(key: &str) -> bool {
    (1..=250).contains(&key.len()) && key.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
}

/// Says whether a text is a URI.
///
/// Source: RFC 3986 sections 3 and 3.2.
pub(super) fn url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let scheme_good = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.'));
    let (body, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (path, query) = body.split_once('?').unwrap_or((body, ""));
    let path = match path.strip_prefix("//") {
        None => path,
        Some(path) => {
            let (authority, path) = path.split_at(path.find('/').unwrap_or(path.len()));
            if !self::authority(authority) {
                return false;
            }
            path
        }
    };
    scheme_good && marks(path, b"/:@") && marks(query, b"/:@?") && marks(fragment, b"/:@?")
}

fn authority(text: &str) -> bool {
    let (user, place) = text.rsplit_once('@').unwrap_or(("", text));
    let (host, port) = match place.rfind(']') {
        Some(at) => place.split_at(at + 1),
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let port_good =
        port.is_empty() || port.strip_prefix(':').is_some_and(|p| p.bytes().all(|c| c.is_ascii_digit()));
    let literal = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let host_good = match literal {
        Some(inner) => inner.starts_with('v') || inner.parse::<Ipv6Addr>().is_ok(),
        None => marks(host, b""),
    };
    port_good && host_good && marks(user, b":")
}

/// Says whether a text is made of unreserved marks, sub-delimiters, escapes and `more`.
fn marks(text: &str, more: &[u8]) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'%' => [bytes.next(), bytes.next()].iter().all(|c| c.is_some_and(|c| c.is_ascii_hexdigit())),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b','
            | b';' | b'=' => true,
            other => other.is_ascii_alphanumeric() || more.contains(&other),
        };
        if !good {
            return false;
        }
    }
    true
}

/// Splits `/bits` off and says whether it is a plain number up to `most`.
fn block(text: &str, most: u8) -> (&str, bool) {
    let Some((address, bits)) = text.split_once('/') else { return (text, true) };
    let plain = bits.len() == 1 || !bits.starts_with('0');
    let digits = !bits.is_empty() && bits.bytes().all(|c| c.is_ascii_digit());
    (address, plain && digits && bits.parse::<u8>().is_ok_and(|bits| bits <= most))
}

fn ipv4(text: &str) -> bool {
    let (address, good) = block(text, 32);
    good && address.parse::<Ipv4Addr>().is_ok()
}

fn ipv6(text: &str) -> bool {
    let (address, good) = block(text, 128);
    let address = match address.split_once('%') {
        Some((_, "")) => return false,
        Some((address, _)) => address,
        None => address,
    };
    good && address.parse::<Ipv6Addr>().is_ok()
}

fn mac(text: &str) -> bool {
    text.len() == 17
        && text.bytes().enumerate().all(|(at, c)| match at % 3 {
            2 => c == b':',
            _ => matches!(c, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// Letters of other scripts pass: the label they stand for is an A-label or U-label.
fn domain(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| {
                c.is_alphanumeric() || c == '-' || (!c.is_ascii() && !c.is_whitespace() && !c.is_control())
            })
    };
    name.len() <= 253 && name.split('.').all(label)
}

fn email(text: &str) -> bool {
    let Some((local, place)) = text.rsplit_once('@') else { return false };
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let dotted = !local.is_empty() && local.split('.').all(|part| !part.is_empty() && part.chars().all(atom));
    let quoted = local.len() > 2
        && local
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .is_some_and(|inner| !inner.contains('"'));
    let literal = place.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let place_good =
        literal.map_or_else(|| domain(place) && !place.ends_with('.'), |inner| !inner.is_empty());
    local.len() <= 64 && place_good && (dotted || quoted)
}

/// Well-formed, with a two-letter language that exists. The three-letter codes
/// are some eight thousand, and any of them is taken; longer ones are reserved.
fn language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let letters = first.bytes().all(|c| c.is_ascii_alphabetic());
    let known = match first.len() {
        2 => TABLE.has("iso-639-1", &first.to_ascii_lowercase()),
        3 => true,
        _ => first.eq_ignore_ascii_case("x") || first.eq_ignore_ascii_case("i"),
    };
    let rest =
        parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric()));
    let whole = first.len() > 1 || text.len() > 2;
    letters && known && rest && whole
}

fn mime(text: &str) -> bool {
    let Some((kind, sub)) = text.split_once('/') else { return false };
    let registered =
        ["application", "audio", "font", "image", "message", "model", "multipart", "text", "video"];
    let mark = |c: u8| c.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&c);
    registered.contains(&kind) && (1..=127).contains(&sub.len()) && sub.bytes().all(mark)
}

/// The name of a service: letters, digits and single hyphens, in lower case.
///
/// Source: RFC 6335 section 5.1.
fn protocol(text: &str) -> bool {
    (1..=15).contains(&text.len())
        && text.bytes().any(|c| c.is_ascii_lowercase())
        && text.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

fn short_hive(text: &str) -> bool {
    let hive = text.split('\\').next().unwrap_or_default();
    ["HKLM", "HKCC", "HKCR", "HKCU", "HKU"].iter().any(|short| hive.eq_ignore_ascii_case(short))
}

/// Names of 1 to 250 characters and `[n]`, joined by dots; the first is a property.
fn selector(text: &str) -> bool {
    let mut parts = text.split('.');
    let name = |part: &str| {
        (1..=250).contains(&part.len())
            && part.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
    };
    let first = parts.next().is_some_and(property_name);
    first
        && parts.all(|part| match part.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(digits) => !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit()),
            None => name(part),
        })
}

/// A formatted string of eleven components.
///
/// Source: NISTIR 7695 section 6.2.
fn cpe(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("cpe:2.3:") else { return false };
    let mut components: Vec<String> = vec![String::new()];
    let mut escaped = false;
    for c in rest.chars() {
        if c == ':' && !escaped {
            components.push(String::new());
        } else if let Some(last) = components.last_mut() {
            last.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    let language = |text: &str| matches!(text, "*" | "-") || (text.len() <= 6 && self::language(text));
    components.len() == 11
        && components.iter().enumerate().all(|(at, text)| match at {
            0 => matches!(text.as_str(), "a" | "h" | "o" | "*" | "-"),
            6 => language(text),
            _ => component(text),
        })
}

fn component(text: &str) -> bool {
    if matches!(text, "*" | "-") {
        return true;
    }
    let inner = text.trim_start_matches('?').trim_end_matches('?');
    let inner = inner.strip_prefix('*').unwrap_or(inner);
    let inner = match inner.strip_suffix('*') {
        Some(rest) if !rest.ends_with('\\') => rest,
        _ => inner,
    };
    let mut bytes = inner.bytes();
    let mut good = !inner.is_empty();
    while let Some(byte) = bytes.next() {
        good &= match byte {
            b'\\' => bytes.next().is_some_and(|next| next.is_ascii_punctuation()),
            other => other.is_ascii_alphanumeric() || matches!(other, b'-' | b'.' | b'_'),
        };
    }
    good
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sort(name: &str, good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(check(name, text), Ok(()), "{name} {text}");
        }
        for text in bad {
            assert!(check(name, text).is_err(), "{name} {text}");
        }
    }

    #[test]
    fn addresses_are_told_from_what_is_none() {
        sort(
            "ipv4",
            &["1.2.3.4", "1.2.3.4/0", "1.2.3.4/32"],
            &["1.2.3.4/33", "1.2.3.4/01", "01.2.3.4", "1.2.3", "foo", "1.2.3.4/"],
        );
        sort(
            "ipv6",
            &["::1", "::", "fe80::1%eth0", "::ffff:1.2.3.4", "fe80::/10"],
            &["1::2::3", "12345::", "::1/129", "::1/03", "::1/", "foo", "fe80::1%"],
        );
        sort("mac", &["aa:bb:cc:dd:ee:0f"], &["AA:bb:cc:dd:ee:ff", "aa-bb-cc-dd-ee-ff", "aa:bb"]);
        sort(
            "domain",
            &["example.com", "example.com.", "xn--bcher-kva.example", "bücher.example", "localhost"],
            &["exa_mple.com", "-a.com", "a..b", "a b.com", "*.a.com", "exam[.]ple.com", "", "."],
        );
        sort(
            "email",
            &["a@b.example", "jo.hn+x@b.co.uk", "\"a b\"@b.example", "a@[192.0.2.1]"],
            &["a b@c.example", "A B <a@b.example>", "a@@b.c", "@b.c", "a@", "a..b@c.example"],
        );
        for good in
            ["http://a.b/", "mailto:a@b", "http://[::1]/", "urn:x:y", "HTTP://A", "http://u:p@a.b:80/x?y#z"]
        {
            assert!(url(good), "{good}");
        }
        for bad in [
            "foo",
            "www.g.com",
            "http://a b",
            "http://a.b/ü",
            "http://a.b/%zz",
            "http://a.b/[x]",
            "http://a.b:x/",
            "http://a.b/#a#b",
            "1a:b",
        ] {
            assert!(!url(bad), "{bad}");
        }
    }

    #[test]
    fn names_of_registries_are_told_from_what_is_none() {
        sort(
            "lang",
            &["en", "en-US", "ckb", "zh-Hant-TW", "x-foo", "de-CH-1901"],
            &["zz", "en_US", "e", "", "en-", "x", "1n", "abcd"],
        );
        sort(
            "cpe",
            &[
                "cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:*",
                r"cpe:2.3:a:micro\:soft:word:2000:*:*:en-us:*:*:*:*",
            ],
            &[
                "cpe:/a:microsoft:word",
                "cpe:2.3:a:m:w:2000:*:*:*:*:*:*",
                "cpe:2.3:x:m:w:2:*:*:*:*:*:*:*",
                "cpe:2.3:a:M W:w:2:*:*:*:*:*:*:*",
            ],
        );
        sort("protocol", &["ipv4", "http", "tcp"], &["foo_bar", "IPv4", "a--b", "", "1"]);
        sort("mime", &["application/zip", "text/x-foo"], &["x/y", "bla/blabla", "text", "text/"]);
        sort("registry-key", &[r"HKEY_LOCAL_MACHINE\HKLM"], &[r"HKLM\x", "hkcu"]);
        sort(
            "selector",
            &["id", "labels.[1]", "hashes.MD5", "x_a.b"],
            &["", "ab", "labels.[x]", "labels..a", "labels.[]"],
        );
    }
}
