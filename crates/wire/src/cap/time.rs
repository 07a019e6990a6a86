//! The date and time form of CAP, which is narrower than RFC 3339.
//!
//! No fraction, no `Z`; UTC is written `-00:00`. A [`Time`] can only be
//! written correctly; the reader reports what it had to forgive.
//!
//! Source: CAP 1.2 section 3.3.2 "DateTime Data Type".

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time as Clock};
use jiff::tz::Offset;
use std::fmt;

/// An instant in whole seconds with the offset it is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    unix_s: i64,
    offset_min: i16,
}

impl Time {
    /// Makes a time in UTC from microseconds since 1970; parts of a second are cut.
    ///
    /// `None` outside the years 1 to 9999.
    pub fn utc(unix_us: i64) -> Option<Self> {
        Self::with_offset(unix_us, 0)
    }

    /// Makes a time written in an offset of minutes east of UTC.
    ///
    /// `None` outside the years 1 to 9999 or 14 hours.
    pub fn with_offset(unix_us: i64, offset_min: i16) -> Option<Self> {
        let time = Self { unix_s: unix_us.div_euclid(1_000_000), offset_min };
        let civil = time.civil()?;
        (offset_min.abs() <= MOST_OFFSET_MIN && (1..=9999).contains(&civil.year())).then_some(time)
    }

    /// Reads a time, and says whether it was written as the standard demands.
    ///
    /// Forgiven: `Z`, a fraction, `+00:00` counts as right because the schema
    /// accepts it. `None` without offset or for a date that does not exist.
    pub fn parse(text: &str) -> Option<(Self, bool)> {
        let (civil, rest) = text.split_at_checked(19)?;
        let shaped = civil.bytes().zip(SHAPE.bytes()).all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            shape => byte == shape,
        });
        if !shaped {
            return None;
        }
        let number = |from: usize, to: usize| civil.get(from..to)?.parse::<i16>().ok();
        let small = |from: usize, to: usize| i8::try_from(number(from, to)?).ok();
        let date = Date::new(number(0, 4)?, small(5, 7)?, small(8, 10)?).ok()?;
        let clock = Clock::new(small(11, 13)?, small(14, 16)?, small(17, 19)?, 0).ok()?;
        let (fraction, zone) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at_checked(rest.bytes().take_while(u8::is_ascii_digit).count())?,
            None => ("", rest),
        };
        if rest.starts_with('.') && fraction.is_empty() {
            return None;
        }
        let offset_min = if zone == "Z" { 0 } else { offset(zone)? };
        let unix_s = Offset::UTC.to_timestamp(DateTime::from_parts(date, clock)).ok()?.as_second()
            - i64::from(offset_min) * 60;
        let time = Self::with_offset(unix_s.checked_mul(1_000_000)?, offset_min)?;
        Some((time, zone != "Z" && fraction.is_empty()))
    }

    /// Microseconds since 1970.
    pub fn unix_us(self) -> i64 {
        self.unix_s * 1_000_000
    }

    /// Minutes east of UTC.
    pub fn offset_min(self) -> i16 {
        self.offset_min
    }

    fn civil(self) -> Option<DateTime> {
        let local = self.unix_s.checked_add(i64::from(self.offset_min) * 60)?;
        Some(Offset::UTC.to_datetime(Timestamp::from_second(local).ok()?))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The constructors admit only times that have a civil form.
        let civil = self.civil().unwrap_or_default();
        let sign = if self.offset_min > 0 { '+' } else { '-' };
        let minutes = self.offset_min.unsigned_abs();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            civil.year(),
            civil.month(),
            civil.day(),
            civil.hour(),
            civil.minute(),
            civil.second(),
            minutes / 60,
            minutes % 60
        )
    }
}

fn offset(zone: &str) -> Option<i16> {
    let (sign, rest) = zone.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let minutes: i16 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
    let total = hours.parse::<i16>().ok()? * 60 + minutes;
    match sign {
        "+" => Some(total),
        "-" => Some(-total),
        _ => None,
    }
    .filter(|total| total.abs() <= MOST_OFFSET_MIN)
}

const SHAPE: &str = "0000-00-00T00:00:00";

/// XML Schema allows 14 hours.
const MOST_OFFSET_MIN: i16 = 14 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_is_written_with_a_minus() {
        assert_eq!(Time::utc(1_999_999).unwrap().to_string(), "1970-01-01T00:00:01-00:00");
        assert_eq!(Time::with_offset(0, 180).unwrap().to_string(), "1970-01-01T03:00:00+03:00");
        assert_eq!(Time::with_offset(0, -570).unwrap().to_string(), "1969-12-31T14:30:00-09:30");
        assert_eq!(Time::utc(-1).unwrap().to_string(), "1969-12-31T23:59:59-00:00");
        assert_eq!(Time::utc(i64::MAX), None);
        assert_eq!(Time::with_offset(0, 900), None);
    }

    #[test]
    fn forgiven_forms_are_told_apart_from_right_ones() {
        let exact = |text: &str| Time::parse(text).map(|(_, exact)| exact);
        assert_eq!(exact("2031-03-07T18:05:00+03:00"), Some(true));
        assert_eq!(exact("2031-03-07T18:05:00-00:00"), Some(true));
        assert_eq!(exact("2031-03-07T18:05:00Z"), Some(false));
        assert_eq!(exact("2031-03-07T18:05:00.123+03:00"), Some(false));
        for wrong in [
            "",
            "2031-03-07T18:05:00",
            "2031-04-31T18:05:00+03:00",
            "2031-03-07T18:05:00,03:00",
            "2031-03-07T18:05:00.+03:00",
            "2031-03-07 18:05:00+03:00",
            "tomorrow at the latest, é",
        ] {
            assert_eq!(exact(wrong), None, "{wrong}");
        }
    }
}
