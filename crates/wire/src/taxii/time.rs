//! The timestamp of TAXII: RFC 3339 in UTC, to the microsecond.
//!
//! Source: TAXII 2.1 section 1.6.6 and 2; RFC 3339.

use crate::stix::Timestamp;

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
    written(us, us % 1_000 != 0)
}

fn written(us: i64, micros: bool) -> String {
    let form = if micros { "%Y-%m-%dT%H:%M:%S.%6fZ" } else { "%Y-%m-%dT%H:%M:%S.%3fZ" };
    // Microseconds that jiff cannot place lie beyond the year 9999, where no timestamp is read.
    jiff::Timestamp::from_microsecond(us).map(|time| time.strftime(form).to_string()).unwrap_or_default()
}

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

    proptest! {
        #[test]
        fn a_time_reads_back(us in 0_i64..253_402_207_200_000_000) {
            prop_assert_eq!(read_time(&time_text(us)), Some(us));
            prop_assert_eq!(read_time(&version_text(us)), Some(us));
        }
    }
}
