//! The timestamp of TAXII: RFC 3339 in UTC, to the microsecond.
//!
//! Source: TAXII 2.1 section 1.6.6 and 2; RFC 3339.

use crate::stix::Timestamp;
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::fmt::temporal::DateTimePrinter;

/// Reads a timestamp as microseconds since 1970, further digits cut; `None` if it is none.
pub fn read_time(text: &str) -> Option<i64> {
    Timestamp::parse(text).ok().map(|time| time.unix_us())
}

/// Writes microseconds since 1970 with six digits after the second.
pub fn time_text(us: i64) -> String {
    written(us, true)
}

/// Writes a version as STIX writes one: three digits after the second, six if there are more.
///
/// Source: STIX 2.1 section 3.6.
pub fn version_text(us: i64) -> String {
    let us = us.min(LAST_US);
    written(us, us % 1_000 != 0)
}

fn written(us: i64, micros: bool) -> String {
    // A leap second at the end of the year 9999 counts as a moment nothing could write.
    let since = SignedDuration::from_micros(us.clamp(FIRST_US, LAST_US));
    let time = DateTime::constant(1970, 1, 1, 0, 0, 0, 0).saturating_add(since);
    let mut text = String::with_capacity(27);
    // Writing into a String cannot fail.
    let printer = DateTimePrinter::new().precision(Some(if micros { 6 } else { 3 }));
    let _ = printer.print_datetime(&time, &mut text);
    text.push('Z');
    text
}

/// The first and the last moment a timestamp can name: the years 0000 and 9999.
const FIRST_US: i64 = -62_167_219_200_000_000;
const LAST_US: i64 = 253_402_300_799_999_999;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_are_kept_to_the_microsecond() {
        assert_eq!(time_text(1_500_000), "1970-01-01T00:00:01.500000Z");
        assert_eq!(version_text(1_500_000), "1970-01-01T00:00:01.500Z");
        assert_eq!(version_text(1_500_001), "1970-01-01T00:00:01.500001Z");
        assert_eq!(read_time("1970-01-01T00:00:01.5000019Z"), Some(1_500_001));
        assert_eq!(read_time("1970-01-01T00:00:01+00:00"), None);
        assert_eq!(read_time("yesterday"), None);
    }

    #[test]
    fn every_moment_a_timestamp_names_is_written_the_leap_second_of_9999_but_one_early() {
        for text in
            ["0000-01-01T00:00:00.000000Z", "1969-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"]
        {
            assert_eq!(time_text(read_time(text).unwrap()), text);
        }
        let leap = read_time("9999-12-31T23:59:60Z").unwrap();
        assert_eq!(version_text(leap), "9999-12-31T23:59:59.999999Z");
    }

    proptest! {
        #[test]
        fn a_time_reads_back(us in FIRST_US..=LAST_US) {
            prop_assert_eq!(read_time(&time_text(us)), Some(us));
            prop_assert_eq!(read_time(&version_text(us)), Some(us));
        }
    }
}
