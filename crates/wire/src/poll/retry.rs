//! Says whether an answer is worth asking again for, and when.

/// What to do after an answer that is no success.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Ask again after so many seconds.
    Wait(u64),
    /// It will not get better by itself.
    Stop,
}

/// How often a request is repeated.
const TIMES: u32 = 6;
/// The longest wait, in seconds. A server that wants more is asked again at the next poll.
const LONGEST_S: u64 = 300;

/// Decides after the attempt number `attempt`, from 0; `status` is none if there was no answer.
///
/// `spread` is a random byte: clients that fail together should not return together.
///
/// Source: RFC 9110 section 10.2.3; RFC 6585 section 4; TAXII 2.1 section 3.6.
pub fn retry(status: Option<u16>, retry_after: Option<&str>, now_us: i64, attempt: u32, spread: u8) -> Retry {
    if attempt >= TIMES || !matches!(status, None | Some(408 | 425 | 429 | 500 | 502 | 503 | 504)) {
        return Retry::Stop;
    }
    let own = (1_u64 << attempt.min(6)) + (1_u64 << attempt.min(6)) * u64::from(spread) / 256;
    match retry_after.and_then(|text| seconds(text, now_us)) {
        Some(wait) if wait > LONGEST_S => Retry::Stop,
        Some(wait) => Retry::Wait(wait.max(own)),
        None => Retry::Wait(own),
    }
}

fn seconds(text: &str, now_us: i64) -> Option<u64> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(seconds);
    }
    let at = jiff::fmt::rfc2822::parse(text.trim()).ok()?.timestamp().as_microsecond();
    Some(u64::try_from(at.saturating_sub(now_us)).unwrap_or(0).div_ceil(1_000_000))
}
