//! The first line as a pattern, the rest as observed data: what was read comes back from its text,
//! and the engine says what the pattern alone says.
#![no_main]

use aldis_wire::pattern::{Engine, Limits, Observation, Pattern, PatternError, Version};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let limits = Limits { work: 100_000, ..Limits::default() };
    let _ = Pattern::parse(line, Version::V20, &limits);
    let Ok(pattern) = Pattern::parse(line, Version::V21, &limits) else { return };
    let written = pattern.to_string();
    assert_eq!(Pattern::parse(&written, Version::V21, &limits).as_ref(), Ok(&pattern), "{written}");
    let _ = pattern.findings();
    let document = serde_json::from_str(rest).unwrap_or_else(|_| serde_json::from_str(SEEN).unwrap());
    let Ok(seen) = Observation::read(vec![document]) else { return };
    let seen: Vec<Observation> = seen.into_iter().take(16).collect();
    let Ok(alone) = pattern.clone().compile(&limits) else { return };
    let Ok(for_engine) = pattern.compile(&limits) else { return };
    let found = alone.matches(&seen);
    let Ok(mut engine) = Engine::new(vec![for_engine], 64, &limits) else { return };
    let (mut hit, mut refused) = (false, false);
    for one in &seen {
        let step = engine.push(one);
        hit |= !step.hits.is_empty();
        refused |= !step.refused.is_empty();
    }
    match found {
        // Bad data or a bound: one may meet it where the other does not look.
        Err(PatternError::Data { .. } | PatternError::TooMuchWork { .. }) => {}
        found if !refused => assert_eq!(found.is_ok_and(|found| found.is_some()), hit, "{line}"),
        _ => {}
    }
});

const SEEN: &str = r#"[
{"type":"observed-data","first_observed":"2024-01-01T00:00:00Z","last_observed":"2024-01-01T00:00:02Z","number_observed":2,
 "objects":{"0":{"type":"file","name":"a","size":5,"hashes":{"MD5":"x"},"parent_directory_ref":"1"},"1":{"type":"directory","path":"b"}}},
{"type":"observed-data","first_observed":"2024-01-01T00:00:01Z","last_observed":"2024-01-01T00:00:01Z","number_observed":1,
 "objects":{"0":{"type":"a","b":[1,"x",true,{"c":["198.51.100.7"]}],"x_bin":"/9g=","n_refs":["0","1"]},"1":{"type":"ipv4-addr","value":"198.51.100.7"}}},
{"type":"observed-data","first_observed":"2024-01-01T00:00:05Z","last_observed":"2024-01-01T00:00:09Z","number_observed":1,
 "objects":{"0":{"type":"a","b":"2024-01-01T00:00:00Z","x_hex":"ffd8"},"1":{"type":"file","name":"b"}}}]"#;
