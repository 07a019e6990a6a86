//! Counts requests to a recipient link, so that a token cannot be worn down and an answer not be tried
//! again and again.
//!
//! In memory and by the minute: after a restart everybody may ask again.

use aldis_model::time::MINUTE_US;
use aldis_model::{Digest, Time};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What has been asked within the running minute.
#[derive(Default)]
pub(crate) struct Limits(Mutex<Minute>);

/// One minute and the requests in it, by token and kind.
#[derive(Default)]
struct Minute {
    number: i64,
    seen: BTreeMap<(Digest, bool), u32>,
}

impl Limits {
    /// Counts one request to a token and says whether it is still within its limit.
    ///
    /// Whoever sends thousands of tokens in a minute must not keep the recipients of others from answering: when
    /// as many are counted as there is room for, further tokens pass uncounted until the minute is over.
    pub(crate) fn allows(&self, token: &str, is_post: bool, now: Time) -> bool {
        let number = now.micros() / MINUTE_US;
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != number {
            *minute = Minute { number, seen: BTreeMap::new() };
        }
        let key = (Digest::of(token.as_bytes()), is_post);
        if minute.seen.len() >= TOKENS_MAX && !minute.seen.contains_key(&key) {
            return true;
        }
        let asked = minute.seen.entry(key).or_insert(0);
        *asked = asked.saturating_add(1);
        *asked <= if is_post { POSTS_PER_MINUTE } else { GETS_PER_MINUTE }
    }
}

const POSTS_PER_MINUTE: u32 = 5;
const GETS_PER_MINUTE: u32 = 60;
const TOKENS_MAX: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_posts_a_minute_pass_and_the_sixth_waits_for_the_next_minute() {
        let (limits, now) = (Limits::default(), Time::from_micros(0));
        assert!((0..5).all(|_| limits.allows("a", true, now)));
        assert!(!limits.allows("a", true, now));
        assert!(limits.allows("b", true, now) && limits.allows("a", false, now));
        assert!(limits.allows("a", true, now.plus(MINUTE_US)));
    }

    #[test]
    fn a_flood_of_tokens_keeps_nobody_out_and_takes_no_more_room() {
        let (limits, now) = (Limits::default(), Time::from_micros(0));
        assert!((0..5).all(|_| limits.allows("a", true, now)));
        for number in 0..2 * TOKENS_MAX {
            assert!(limits.allows(&format!("x{number}"), true, now));
        }
        assert!(limits.0.lock().unwrap().seen.len() <= TOKENS_MAX);
        assert!(!limits.allows("a", true, now), "who was counted stays counted");
        assert!(limits.allows("b", true, now));
        limits.allows("a", true, now.plus(MINUTE_US));
        assert_eq!(limits.0.lock().unwrap().seen.len(), 1, "a new minute begins empty");
    }
}
