//! Reads the date forms of foreign documents into RFC 3339.
//!
//! A date without an hour or without an offset is no instant: it yields
//! `None`, and the caller keeps the raw words. Guessing a zone here would
//! quietly move a deadline.
//!
//! Source: RFC 3339; RFC 5322 section 3.3; ISO 8601 as in RFC 9557.

use jiff::Timestamp;
use jiff::fmt::{rfc2822, temporal::Pieces};
use jiff::tz::Offset;

/// Longest date that is looked at, in bytes.
const LONGEST: usize = 100;

/// Rewrites a date with time and offset as RFC 3339, keeping its offset.
pub(crate) fn rfc3339(raw: &str) -> Option<String> {
    let raw = raw.trim();
    if raw.len() > LONGEST {
        return None;
    }
    let (timestamp, offset) = iso(raw).or_else(|| mail(raw))?;
    Some(timestamp.display_with_offset(offset).to_string())
}

/// Reads an RFC 3339 time in UTC, as microseconds.
///
/// `None` unless the text ends in `Z` and names a real instant.
pub fn utc_us(text: &str) -> Option<i64> {
    let shape = text.len() >= 20 && text.len() <= 27 && text.is_ascii() && text.ends_with('Z');
    let separated = text.as_bytes().get(10) == Some(&b'T');
    if !shape || !separated {
        return None;
    }
    iso(text).map(|(timestamp, _)| timestamp.as_microsecond())
}

/// Writes microseconds since 1970 as RFC 3339 in UTC, in whole seconds.
///
/// `None` outside the years 0 to 9999.
pub fn utc_text(us: i64) -> Option<String> {
    let timestamp = Timestamp::from_second(us.div_euclid(1_000_000)).ok()?;
    Some(timestamp.to_string()).filter(|text| text.len() == 20)
}

/// Writes an RFC 3339 time in UTC as mail and RSS do; `None` if it is none.
pub(crate) fn mail_date(text: &str) -> Option<String> {
    let timestamp = Timestamp::from_microsecond(utc_us(text)?).ok()?;
    Some(timestamp.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string())
}

fn iso(raw: &str) -> Option<(Timestamp, Offset)> {
    let pieces = Pieces::parse(raw).ok()?;
    let offset = pieces.to_numeric_offset()?;
    let timestamp = offset.to_timestamp(pieces.date().to_datetime(pieces.time()?)).ok()?;
    Some((timestamp, offset))
}

fn mail(raw: &str) -> Option<(Timestamp, Offset)> {
    let zoned = rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_zoned_datetime(raw).ok()?;
    Some((zoned.timestamp(), zoned.offset()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_keeps_its_offset_and_a_bare_date_is_no_instant() {
        assert_eq!(rfc3339("2031-03-07T18:05:00+03:00").as_deref(), Some("2031-03-07T18:05:00+03:00"));
        assert_eq!(rfc3339("Fri, 7 Mar 2031 18:05:00 +0300").as_deref(), Some("2031-03-07T18:05:00+03:00"));
        assert_eq!(rfc3339("2031-03-07"), None);
        assert_eq!(rfc3339("2031-03-07T18:05"), None);
        assert_eq!(rfc3339("last Friday"), None);
    }

    #[test]
    fn exchange_times_are_utc_only() {
        assert_eq!(utc_us("1970-01-01T00:00:01Z"), Some(1_000_000));
        assert_eq!(utc_us("1970-01-01T00:00:01.5Z"), Some(1_500_000));
        assert_eq!(utc_us("1970-01-01T03:00:01+03:00"), None);
        assert_eq!(utc_us("2031-04-31T00:00:00Z"), None);
        assert_eq!(utc_text(1_500_000).as_deref(), Some("1970-01-01T00:00:01Z"));
    }
}
