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

/// Lets the peak of memory begin anew, where the kernel allows it.
pub fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// Returns the most memory of this process since [`forget_peak`], in MiB; 0 where the kernel does not
/// tell.
pub fn peak_mib() -> u64 {
    status_mib("VmHWM:")
}

/// Returns the memory of this process now, in MiB; 0 where the kernel does not tell.
pub fn memory_mib() -> u64 {
    status_mib("VmRSS:")
}

fn status_mib(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).map_or(0, |kib| kib >> 10)
}
