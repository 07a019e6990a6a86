//! The program `aldis`: asks the machine for the time, for chance and for its surroundings, once.
//!
//! Nothing else in the project may ask; everything is handed on in [`aldis::cli::Surroundings`].

use aldis::cli::{self, Surroundings};
use aldis::ctx::{Chance, Clock};
use aldis_model::Time;
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
