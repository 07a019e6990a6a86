//! The place of an object: one number that is its collection, its order and when it was added.
//!
//! The upper bits are the collection's number, the lower 51 the microseconds since 2020. So the
//! table's own key keeps a collection together and in order, a page is one walk along it, and the date
//! a client names is a place without a look into an index. It holds until the year 2091 and for 4,095
//! collections; both ends are refused, not wrapped.

use crate::error::{Error, Result};

/// The bits of the date.
const BITS: u32 = 51;

/// The greatest date a place can hold, in microseconds since 2020.
const SPAN: i64 = (1 << BITS) - 1;

/// 2020-01-01, in microseconds since 1970.
const EPOCH_US: i64 = 1_577_836_800_000_000;

/// The greatest number of a collection.
pub(super) const NUMBER_MAX: i64 = 4_095;

/// Returns the first date that can be given after `last`, not before `now`.
///
/// It is later than every date before it in the collection even if the clock went back.
pub(super) fn next(now: i64, last: Option<i64>) -> i64 {
    let after = last.map_or(EPOCH_US + 1, |last| added(last) + 1);
    now.max(after)
}

/// Returns the place of what was added to collection `number` at `added`.
///
/// # Errors
///
/// [`Error::Broken`] after the year 2091.
pub(super) fn place(number: i64, added: i64) -> Result<i64> {
    let since = added - EPOCH_US;
    if !(0..=SPAN).contains(&since) {
        return Err(Error::broken("the clock stands before 2020 or after 2091"));
    }
    Ok((number << BITS) | since)
}

/// Returns when the thing at a place was added, in microseconds since 1970.
pub(super) const fn added(place: i64) -> i64 {
    (place & SPAN) + EPOCH_US
}

/// Returns the place after which everything added after `after` stands; `None` is before everything.
pub(super) fn after(number: i64, after: Option<i64>) -> i64 {
    let since = after.map_or(0, |after| after.saturating_sub(EPOCH_US).clamp(0, SPAN));
    (number << BITS) | since
}

/// Returns the last place a collection can have.
pub(super) const fn end(number: i64) -> i64 {
    (number << BITS) | SPAN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_gives_back_its_date_and_keeps_the_order() {
        let now = 1_930_000_000_000_000;
        let first = place(7, next(now, None)).unwrap();
        assert_eq!(added(first), now);
        // The clock goes back by an hour.
        let second = place(7, next(now - 3_600_000_000, Some(first))).unwrap();
        assert_eq!(added(second), now + 1);
        assert!(after(7, None) < first && after(7, Some(now)) == first && second < end(7));
        assert!(end(6) < after(7, None));
        assert!(place(NUMBER_MAX, EPOCH_US + SPAN).unwrap() > 0);
        assert!(place(1, EPOCH_US + SPAN + 1).is_err() && place(1, 0).is_err());
        assert_eq!(after(1, Some(i64::MIN)), 1 << 51);
    }
}
