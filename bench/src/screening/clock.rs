//! Time of the wall and time on a processor: on a machine with other work only
//! the second is what a thing costs.

use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

/// Microseconds that something took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Took {
    /// Until it was done.
    pub wall_us: f64,
    /// While this thread had a processor.
    pub processor_us: f64,
}

/// Takes the time of some work.
pub fn time<T>(work: impl FnOnce() -> T) -> Took {
    #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
    let (begun, processor) = (Instant::now(), processor_us());
    std::hint::black_box(work());
    let processor_us = processor_us() - processor;
    Took { wall_us: begun.elapsed().as_secs_f64() * 1e6, processor_us }
}

/// Gives the microseconds this thread has had a processor.
#[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
fn processor_us() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// Gives the hundredth `part` of many times, 50 for the median, each kind by itself.
#[must_use]
pub fn part(all: &[Took], part: usize) -> Took {
    let at = |kind: fn(&Took) -> f64| {
        let mut times: Vec<f64> = all.iter().map(kind).collect();
        times.sort_by(f64::total_cmp);
        times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).copied().unwrap_or(0.0)
    };
    Took { wall_us: at(|took| took.wall_us), processor_us: at(|took| took.processor_us) }
}
