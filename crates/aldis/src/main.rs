//! The program `aldis`: asks the machine for the time, for chance and for its surroundings, once.
//!
//! Nothing else in the project may ask; everything is handed on in [`aldis::cli::Surroundings`].

use aldis::cli::{self, Surroundings};
use aldis::ctx::{Chance, Clock};
use aldis_model::Time;
#[cfg(target_os = "linux")]
use aldis_model::clock::Reading;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() -> ExitCode {
    let utf8 = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let around = Surroundings {
        vars: std::env::vars_os().filter_map(utf8).collect(),
        clock: Arc::new(OsClock),
        chance: Arc::new(OsChance),
    };
    cli::run(&around, std::env::args_os())
}

struct OsClock;

impl Clock for OsClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    fn now(&self) -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    #[cfg(target_os = "linux")]
    fn reading(&self) -> Option<Reading> {
        let boot = BOOT.get_or_init(|| read("/proc/sys/kernel/random/boot_id")).clone()?;
        let count = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        let steady_us = count.tv_sec.saturating_mul(1_000_000).saturating_add(count.tv_nsec / 1_000);
        Some(Reading { wall: self.now(), steady_us, boot })
    }

    fn machine(&self) -> String {
        read("/etc/machine-id").unwrap_or_default()
    }
}

/// Does not change while the machine runs.
#[cfg(target_os = "linux")]
static BOOT: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();

fn read(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

struct OsChance;

impl Chance for OsChance {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for chance")]
    fn fill(&self, _: &str, out: &mut [u8]) {
        if getrandom::fill(out).is_err() {
            // Without chance, keys and tokens could be guessed: better no program at all.
            std::process::abort();
        }
    }
}
