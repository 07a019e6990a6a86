//! The timestamp of STIX: RFC 3339 in UTC, with as many digits as were written.
//!
//! Source: STIX 2.1 section 2.16; RFC 3339 section 5.6.

use crate::{Error, Result};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// An instant as `2016-01-20T12:31:12.12345Z` writes it.
///
/// The digits are kept as they came. Order and equality are those of the
/// instant: `…:12Z`, `…:12.0Z` and `…:12.000Z` are equal, and no digit is
/// rounded away.
#[derive(Debug, Clone)]
pub struct Timestamp {
    text: Box<str>,
}

impl Timestamp {
    /// Reads a timestamp.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the form is another, the zone is not `Z`, or
    /// the day or the hour does not exist; 30 February is refused.
    pub fn parse(text: &str) -> Result<Self> {
        check(text).map_err(|what| Error::malformed(what, 0))?;
        Ok(Self { text: text.into() })
    }

    /// Returns the timestamp as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns how many digits follow the second, 0 if none.
    pub fn precision(&self) -> usize {
        self.text.len().saturating_sub(SECONDS + 2)
    }

    /// Returns whole microseconds since 1970; further digits are cut.
    ///
    /// A leap second is counted as the first moment of the next minute.
    pub fn unix_us(&self) -> i64 {
        let number = |from: usize, to: usize| -> i64 {
            self.text.get(from..to).and_then(|digits| digits.parse().ok()).unwrap_or_default()
        };
        let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
        let seconds = days(year, month, day) * 86_400 + number(11, 13) * 3_600 + number(14, 16) * 60;
        let fraction = fraction(&self.text);
        let us = (0..6).fold(0, |us, at| {
            us * 10 + fraction.as_bytes().get(at).map_or(0, |digit| i64::from(digit.wrapping_sub(b'0')))
        });
        (seconds + number(17, 19)) * 1_000_000 + us
    }
}

/// Compares two timestamps that were checked, as instants.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let seconds = |text: &str| text.as_bytes().get(..SECONDS).map(<[u8]>::to_vec);
    let fractions = || fraction(a).cmp(fraction(b));
    if a.get(..SECONDS) == b.get(..SECONDS) { fractions() } else { seconds(a).cmp(&seconds(b)) }
}

/// The digits after the second without zeros at the end.
fn fraction(text: &str) -> &str {
    text.get(SECONDS + 1..text.len().saturating_sub(1)).unwrap_or_default().trim_end_matches('0')
}

/// Checks a timestamp, or says which rule it breaks.
pub(super) fn check(text: &str) -> std::result::Result<(), &'static str> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() <= LONGEST
        && SHAPE.bytes().enumerate().all(|(at, shape)| match (shape, bytes.get(at)) {
            (b'0', Some(byte)) => byte.is_ascii_digit(),
            (shape, byte) => byte == Some(&shape),
        });
    if !shaped {
        return Err("a timestamp is written YYYY-MM-DDTHH:MM:SS[.s]Z");
    }
    let rest = bytes.get(SECONDS..).unwrap_or_default();
    match rest {
        [b'Z'] => {}
        [b'.', digits @ .., b'Z'] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {}
        _ => return Err("a timestamp ends with Z, for UTC, after at most a fraction of a second"),
    }
    let number = |at: usize| -> u32 {
        let digit = |at: usize| bytes.get(at).map_or(0, |byte| u32::from(byte.wrapping_sub(b'0')));
        digit(at) * 10 + digit(at + 1)
    };
    let (year, month, day) = (number(0) * 100 + number(2), number(5), number(8));
    if day == 0 || day > month_length(year, month) {
        return Err("the day of the timestamp does not exist");
    }
    let (hour, minute, second) = (number(11), number(14), number(17));
    let leap = second == 60 && minute == 59 && hour == 23;
    if hour > 23 || minute > 59 || (second > 59 && !leap) {
        return Err("the hour of the timestamp does not exist");
    }
    Ok(())
}

fn month_length(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March here, so that the leap day comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.text, &other.text)
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.get(..SECONDS).hash(state);
        fraction(&self.text).hash(state);
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Timestamp {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

const SHAPE: &str = "0000-00-00T00:00:00";

/// The length of the part up to the second.
const SECONDS: usize = SHAPE.len();

/// The longest timestamp, in characters: more digits than any clock has.
const LONGEST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn the_digits_stay_and_the_instant_is_compared() {
        assert_eq!(at("2016-01-20T12:31:12.10Z").as_str(), "2016-01-20T12:31:12.10Z");
        assert_eq!(at("2016-01-20T12:31:12.10Z").precision(), 2);
        assert_eq!(at("2016-01-20T12:31:12Z").precision(), 0);
        assert_eq!(at("2016-01-20T12:31:12Z"), at("2016-01-20T12:31:12.000Z"));
        assert!(at("2016-01-20T12:31:12.9Z") > at("2016-01-20T12:31:12.123456789Z"));
        assert!(at("2016-01-20T12:31:12.0000000001Z") > at("2016-01-20T12:31:12Z"));
        assert_eq!(at("1970-01-01T00:00:01.5Z").unix_us(), 1_500_000);
        assert_eq!(at("1969-12-31T23:59:59.999999Z").unix_us(), -1);
        assert_eq!(at("2016-12-31T23:59:60Z").unix_us(), at("2017-01-01T00:00:00Z").unix_us());
    }

    #[test]
    fn a_day_or_an_hour_that_does_not_exist_is_refused() {
        for wrong in [
            "2023-02-30T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2023-04-31T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-00-01T00:00:00Z",
            "2023-01-00T00:00:00Z",
            "2023-01-01T24:00:00Z",
            "2023-01-01T23:60:00Z",
            "2023-01-01T12:00:60Z",
            "2023-01-01T12:00:00",
            "2023-01-01T12:00:00.Z",
            "2023-01-01T12:00:00+00:00",
            "2023-01-01t12:00:00z",
            "2023-01-01 12:00:00Z",
            "2023-01-01T12:00:00,5Z",
            "2023-01-01",
            "",
            "é023-01-01T12:00:00Z",
        ] {
            assert!(Timestamp::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Timestamp::parse("2024-02-29T00:00:00Z").is_ok());
        assert!(Timestamp::parse("2000-02-29T00:00:00Z").is_ok());
    }

    proptest! {
        #[test]
        fn a_clock_library_agrees(us in -62_135_596_800_000_000_i64..253_402_207_200_000_000) {
            let theirs = jiff::Timestamp::from_microsecond(us).unwrap();
            prop_assert_eq!(at(&theirs.to_string()).unix_us(), us);
        }

        #[test]
        fn order_is_that_of_the_instant(a in 0_i64..5_000_000, b in 0_i64..5_000_000) {
            let text = |us: i64| jiff::Timestamp::from_microsecond(us).unwrap().to_string();
            prop_assert_eq!(at(&text(a)).cmp(&at(&text(b))), a.cmp(&b));
        }
    }
}
