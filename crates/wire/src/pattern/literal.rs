//! Reads the constants of a pattern: times, spans, bytes and escaped text.
//!
//! Source: STIX 2.1 (OASIS Standard, June 2021), sections 2 and 9.1; RFC 3339; RFC 4648.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use std::borrow::Cow;
use std::fmt;

/// A moment in nanoseconds since 1970, UTC; finer fractions are cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub(super) i128);

/// A length of time in nanoseconds, more than 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub(super) i128);

impl Time {
    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction]Z`, upper case only; `None` for anything else.
    ///
    /// A day that the month does not have is refused; second 60 is the second after 59.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (whole, rest) = (bytes.get(..19)?, bytes.get(19..)?);
        for (at, mark) in [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')] {
            if whole.get(at) != Some(&mark) {
                return None;
            }
        }
        let number = |from: usize, to: usize| -> Option<i16> {
            whole
                .get(from..to)?
                .iter()
                .try_fold(0_i16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0')))
        };
        let small = |from: usize| -> Option<i8> { i8::try_from(number(from, from + 2)?).ok() };
        let second = small(17)?;
        let leap = i128::from(second == 60);
        let second = if leap == 1 { 59 } else { second };
        let date =
            DateTime::new(number(0, 4)?, small(5)?, small(8)?, small(11)?, small(14)?, second, 0).ok()?;
        let whole = Offset::UTC.to_timestamp(date).ok()?.as_second();
        let fraction = fraction_ns(rest.strip_suffix(b"Z")?)?;
        Some(Self((i128::from(whole) + leap) * SECOND + fraction))
    }
}

/// Reads nothing, or a point and digits, as nanoseconds.
fn fraction_ns(digits: &[u8]) -> Option<i128> {
    if digits.is_empty() {
        return Some(0);
    }
    let digits = digits.strip_prefix(b".")?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let shown = digits.iter().chain(std::iter::repeat(&b'0')).take(9);
    Some(shown.fold(0, |sum, digit| sum * 10 + i128::from(digit - b'0')))
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_nanosecond(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => write!(f, "9999-12-30T22:00:00.999999999Z"),
        }
    }
}

impl Span {
    /// Reads a decimal number of seconds; `None` if it is 0 or above 10¹² seconds.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('+').unwrap_or(text);
        let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        if whole > SPAN_S_MAX {
            return None;
        }
        let mut ns = whole * SECOND + fraction_ns(fraction.as_bytes())?;
        // A span below a nanosecond is still a span.
        if ns == 0 && fraction.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0') {
            ns = 1;
        }
        (ns > 0).then_some(Self(ns))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / SECOND, self.0 % SECOND);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let fraction = format!("{rest:09}");
        write!(f, "{whole}.{}", fraction.trim_end_matches('0'))
    }
}

/// Undoes `\'` and `\\`.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            c => text.push(c),
        }
    }
    Cow::Owned(text)
}

/// Reads pairs of hexadecimal digits.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for pair in text.as_bytes().chunks(2) {
        let [high, low] = pair else { return None };
        bytes.push(digit(high)? << 4 | digit(low)?);
    }
    Some(bytes)
}

/// Reads base64 with its padding; bits beyond the last byte are let pass.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    BASE64.decode(text).ok()
}

/// Writes bytes as pairs of hexadecimal digits.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

const BASE64: base64::engine::GeneralPurpose = base64::engine::GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

const SECOND: i128 = 1_000_000_000;
const SPAN_S_MAX: i128 = 1_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_the_month_lacks_is_no_time() {
        assert!(Time::parse("2024-02-29T12:00:00Z").is_some());
        for text in ["2024-02-30T12:00:00Z", "2023-02-29T12:00:00Z", "2024-04-31T12:00:00Z"] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_exact_form_is_a_time() {
        for text in
            ["2010-05-21T13:21:43", "2010-05-21t13:21:43Z", "2010-05-21T13:21:43z", "2010-05-21T13:21Z"]
        {
            assert_eq!(Time::parse(text), None, "{text}");
        }
        assert_eq!(Time::parse("1970-01-01T00:00:01.5Z"), Some(Time(1_500_000_000)));
        assert_eq!(Time::parse("1970-01-01T00:00:60Z"), Some(Time(60 * SECOND)));
    }

    #[test]
    fn a_span_is_read_to_the_nanosecond_and_never_zero() {
        assert_eq!(Span::parse(".0001"), Some(Span(100_000)));
        assert_eq!(Span::parse("0"), None);
        assert_eq!(Span::parse("0.0"), None);
        assert_eq!(Span::parse("0.00000000001"), Some(Span(1)));
        assert_eq!(Span::parse("1.50").map(|span| span.to_string()).as_deref(), Some("1.5"));
    }
}
