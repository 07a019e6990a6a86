//! What the machine says of itself beside a figure, because other work on it moves the figure.

use std::fs;

/// Returns the load of the last minute as the kernel counts it; `?` where it does not.
pub fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|word| !word.is_empty()).unwrap_or("?").to_owned()
}

/// Describes the machine in one line: processors and load.
pub fn line() -> String {
    let cpus = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("machine: {cpus} processors, load {}", load())
}
