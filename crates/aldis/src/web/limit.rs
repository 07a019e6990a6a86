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
pub(crate) struct Limits(Mutex<BTreeMap<(Digest, bool), (i64, u32)>>);

impl Limits {
    /// Counts one request to a token and says whether it is still within its limit.
    pub(crate) fn allows(&self, token: &str, is_post: bool, now: Time) -> bool {
        let minute = now.micros() / MINUTE_US;
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= TOKENS_MAX {
            seen.retain(|_, (at, _)| *at == minute);
        }
        let entry = seen.entry((Digest::of(token.as_bytes()), is_post)).or_insert((minute, 0));
        if entry.0 != minute {
            *entry = (minute, 0);
        }
        entry.1 += 1;
        entry.1 <= if is_post { POSTS_PER_MINUTE } else { GETS_PER_MINUTE }
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
}
