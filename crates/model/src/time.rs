//! One instant, in microseconds since 1970 UTC.
//!
//! Shown and read as RFC 3339 in UTC with seconds, because that is what an officer writes in a log.
//!
//! Source: RFC 3339, section 5.6.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// An instant in microseconds UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time(i64);

/// One second in microseconds.
pub const SECOND_US: i64 = 1_000_000;
/// One minute in microseconds.
pub const MINUTE_US: i64 = 60 * SECOND_US;
/// One hour in microseconds.
pub const HOUR_US: i64 = 60 * MINUTE_US;

impl Time {
    /// Wraps microseconds since 1970 UTC.
    pub const fn from_micros(us: i64) -> Self {
        Self(us)
    }

    /// Returns microseconds since 1970 UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Returns the instant `us` microseconds later; saturates at the ends of time.
    pub const fn plus(self, us: i64) -> Self {
        Self(self.0.saturating_add(us))
    }

    /// Returns the microseconds from `earlier` to `self`; negative when `earlier` is later.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Shows `HH:MM:SSZ`, for the "As of" line of a page.
    pub fn clock(self) -> String {
        self.to_string().get(11..20).unwrap_or_default().to_owned()
    }

    /// Shows `YYYY-MM-DD HH:MMZ`, for lists.
    pub fn minute(self) -> String {
        let full = self.to_string();
        match (full.get(..10), full.get(11..16)) {
            (Some(day), Some(minute)) => format!("{day} {minute}Z"),
            _ => full,
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(stamp) => write!(f, "{}", stamp.strftime("%Y-%m-%dT%H:%M:%SZ")),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time: write it as 2024-03-05T09:10:00Z")]
pub struct NotATime(String);

impl FromStr for Time {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let stamp: jiff::Timestamp = text.trim().parse().map_err(|_| NotATime(text.to_owned()))?;
        Ok(Self(stamp.as_microsecond()))
    }
}

impl TryFrom<String> for Time {
    type Error = NotATime;

    fn try_from(text: String) -> Result<Self, NotATime> {
        text.parse()
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_what_it_shows() {
        let time: Time = "2024-03-05T09:10:00Z".parse().unwrap();
        assert_eq!(time.to_string(), "2024-03-05T09:10:00Z");
        assert_eq!(time.minute(), "2024-03-05 09:10Z");
        assert_eq!(time.clock(), "09:10:00Z");
    }

    #[test]
    fn an_offset_is_turned_into_utc() {
        let time: Time = "2024-03-05T12:10:00+03:00".parse().unwrap();
        assert_eq!(time.to_string(), "2024-03-05T09:10:00Z");
    }

    #[test]
    fn a_text_without_offset_or_with_30_february_is_refused() {
        assert!("2024-03-05T09:10:00".parse::<Time>().is_err());
        assert!("2024-02-30T09:10:00Z".parse::<Time>().is_err());
    }
}
