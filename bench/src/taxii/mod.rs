//! Measures the TAXII server from outside: the real program over real sockets, and peers beside it.

pub mod idle;
pub mod load;
pub mod lost;
pub mod node;
pub mod wire;

use std::fmt::Write;

/// Writes an indicator of about 0.7 kB, as other tools write them.
pub fn indicator(number: u64) -> String {
    let hash = format!("{:064x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"{}","created_by_ref":"identity--f431f809-377b-45e0-aa1c-6a4751cae5ff","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"File hash {number}","description":"Seen beside a loader that fetches its second stage from a compromised site; confirmed by two sensors.","indicator_types":["malicious-activity"],"pattern":"[file:hashes.'SHA-256' = '{hash}']","pattern_type":"stix","valid_from":"2024-01-01T00:00:00Z","confidence":75,"labels":["malicious-activity"],"object_marking_refs":["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"]}}"#,
        id(number)
    )
}

/// Returns the id of an indicator; the numbers are scattered as random ids are.
pub fn id(number: u64) -> String {
    let mixed = u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15)) << 64 | u128::from(number);
    let hex = format!("{mixed:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("indicator--{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// Writes an envelope of indicators.
pub fn envelope(from: u64, count: u64) -> String {
    let mut body = String::from("{\"objects\":[");
    for number in from..from + count {
        let comma = if number == from { "" } else { "," };
        // Writing into a String cannot fail.
        let _ = write!(body, "{comma}{}", indicator(number));
    }
    body.push_str("]}");
    body
}
