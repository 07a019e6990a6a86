//! Patterns against the verdicts of the OASIS tools, and against what this crate promises of them.

use aldis_wire::pattern::{Limits, Observation, Pattern, PatternError, Version};
use serde_json::Value;
use std::path::Path;

fn version(case: &Value) -> Version {
    if case["stix_version"] == "2.0" { Version::V20 } else { Version::V21 }
}

fn lines(folder: &Path, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Says why a pattern is invalid; `None` if it is valid.
fn fault(text: &str, version: Version) -> Option<String> {
    match Pattern::parse(text, version, &Limits::default()) {
        Err(error) => Some(error.to_string()),
        Ok(pattern) => {
            pattern.findings().into_iter().find(|finding| !finding.warning).map(|found| found.says)
        }
    }
}

fn verdict(
    pattern: &str,
    version: Version,
    seen: &[Observation],
) -> Result<Option<Vec<usize>>, PatternError> {
    Pattern::parse(pattern, version, &Limits::default())?.compile(&Limits::default())?.matches(seen)
}

/// Patterns of the corpus that the reference accepts and this crate refuses, with the sentence it follows.
const STRICTER: [(&str, &str); 4] = [
    ("[x:created = t'2024-02-30T12:00:00Z']", CALENDAR),
    ("[x:created = t'2024-04-31T12:00:00Z']", CALENDAR),
    ("[x:created = t'2023-02-29T12:00:00Z']", CALENDAR),
    ("[x:created = t'2023-04-31T12:00:00Z']", CALENDAR),
];
const CALENDAR: &str = "RFC 3339, section 5.7: the day is one that the month has";

#[test]
fn every_syntax_verdict_is_the_reference_one_or_listed() {
    let Some(folder) = crate::corpus("stix/patterns") else { return };
    let mut wrong = Vec::new();
    let (mut agree, mut stricter) = (0, 0);
    for case in lines(&folder, "pattern-syntax.jsonl") {
        let text = case["pattern"].as_str().unwrap();
        let found = fault(text, version(&case));
        if found.is_none() == case["valid"].as_bool().unwrap() {
            agree += 1;
        } else if STRICTER.iter().any(|(listed, _)| *listed == text) {
            stricter += 1;
        } else {
            wrong.push(format!("{text}: reference {}, here {found:?}", case["valid"]));
        }
    }
    println!("pattern syntax: {agree} agree, {stricter} stricter as listed, {} differ", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_match_verdict_is_the_reference_one() {
    let Some(folder) = crate::corpus("stix/patterns") else { return };
    let mut wrong = Vec::new();
    let mut agree = 0;
    for case in lines(&folder, "pattern-match.jsonl") {
        let text = case["pattern"].as_str().unwrap();
        let path = folder.join(case["observations"].as_str().unwrap());
        let document = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let seen = Observation::read(vec![document]).unwrap();
        let found = verdict(text, version(&case), &seen);
        let here = match &found {
            Ok(Some(_)) => "match",
            Ok(None) => "nomatch",
            Err(_) => "error",
        };
        if case["expect"] == here {
            agree += 1;
        } else {
            wrong.push(format!("{}: {text}: reference {}, here {found:?}", case["test"], case["expect"]));
        }
    }
    println!("pattern match: {agree} agree, {} differ", wrong.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_error_says_where_and_what_was_expected() {
    for (text, expected) in [
        (
            "[file:name == ]",
            "line 1, column 15: expected a constant: number, string, true, false, h'…', b'…' or t'…', found “]”",
        ),
        ("[file.name = 1]", "line 1, column 6: expected “:” after the object type, found “.”"),
        ("file:size = 1", "line 1, column 1: expected “[” or “(”, where an observation starts, found “file”"),
        (
            "[a:b = 1]\n AND",
            "line 2, column 5: expected “[” or “(”, where an observation starts, found the end",
        ),
        ("[a:b = 'x]", "line 1, column 8: expected a closing quote for this string, found “'x]”"),
        (
            "[a:b-c = 1]",
            "line 1, column 4: expected a property; a name with “-” stands in single quotes, found “b-c”",
        ),
        (
            "[a:b = 1] WITHIN 0 SECONDS",
            "line 1, column 18: expected a number of seconds above 0 and at most 10^12, found “0”",
        ),
        (
            "[a:b = t'2024-02-30T00:00:00Z']",
            "line 1, column 8: expected an existing moment as t'YYYY-MM-DDThh:mm:ss[.fraction]Z', found “t'2024-02-30T00:00:00Z']”",
        ),
    ] {
        assert_eq!(fault(text, Version::V21).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn the_two_versions_differ_where_their_grammars_do() {
    for (text, v20, v21) in [
        ("[EXISTS a:b]", false, true),
        ("[NOT EXISTS a:b.c[*]]", false, true),
        ("[a:b = 1] REPEATS 2 TIMES REPEATS 3 TIMES", true, false),
        ("([a:b = 1] REPEATS 2 TIMES) REPEATS 3 TIMES", true, true),
        ("[a:b = 1] START '2024-01-01T00:00:00Z' STOP '2024-01-02T00:00:00Z'", false, false),
    ] {
        assert_eq!(fault(text, Version::V20).is_none(), v20, "2.0: {text}");
        assert_eq!(fault(text, Version::V21).is_none(), v21, "2.1: {text}");
    }
}

#[test]
fn every_place_for_space_and_comments_is_one() {
    let text =
        "/* a */ ( [ a : b /* c */ . 'd' [ * ] NOT\tIN\n( 1 , 2 ) // rest\n ] ) \u{2003}WITHIN +.5 SECONDS";
    assert_eq!(fault(text, Version::V21), None);
    let pattern = Pattern::parse(text, Version::V21, &Limits::default()).unwrap();
    assert_eq!(pattern.to_string(), "[a:b.d[*] NOT IN (1, 2)] WITHIN 0.5 SECONDS");
}

#[test]
fn a_comparison_that_means_nothing_is_a_finding() {
    for (text, rule) in [
        ("[file:hashes.'SHA-256' = 'f00']", "hash"),
        ("[file:hashes.MD5 IN ('f00')]", "hash"),
        ("[a:b ISSUBSET '10.0.0.0/33']", "network"),
        ("[a:b MATCHES '(']", "expression"),
        ("[a:b MATCHES '(?=x)']", "expression-not-matched"),
        ("[a:b IN (1, 'x')]", "set-of-one-kind"),
    ] {
        let found = Pattern::parse(text, Version::V21, &Limits::default()).unwrap().findings();
        let rules: Vec<_> = found.iter().map(|found| found.rule).collect();
        assert_eq!(rules, [rule], "{text}");
    }
    for text in ["[file:hashes.MD5 IN ('79054025255fb1a26e4bc422aef54eb4')]", "[file:hashes.MD5 LIKE 'a%']"] {
        assert_eq!(fault(text, Version::V21), None, "{text}");
    }
}

fn numbered(count: usize, times: u64) -> Vec<Observation> {
    let one = |at: usize| {
        serde_json::json!({
            "type": "observed-data",
            "first_observed": format!("2024-01-01T{:02}:{:02}:{:02}Z", at / 3600, at / 60 % 60, at % 60),
            "last_observed": format!("2024-01-01T{:02}:{:02}:{:02}Z", at / 3600, at / 60 % 60, at % 60),
            "number_observed": times,
            "objects": { "0": { "type": "a", "x": at, "n_refs": ["0", "0", "0", "0", "0", "0", "0", "0"] } },
        })
    };
    Observation::read((0..count).map(one).collect()).unwrap()
}

#[test]
fn bombs_are_refused_with_a_reason() {
    let limits = Limits::default();
    let deep = format!("{}[a:b = 1]{}", "(".repeat(100_000), ")".repeat(100_000));
    let long = "[a:b = 1] AND ".repeat(100_000);
    let many = format!("[{}a:b = 1]", "a:b = 1 OR ".repeat(20_000));
    let path = format!("[a:b{} = 1]", ".c".repeat(1_000));
    let row = format!("[a:b = 1]{}", " WITHIN 5 SECONDS".repeat(1_000));
    for text in [deep, long, many, path, row] {
        let refusal = Pattern::parse(&text, Version::V20, &limits);
        assert!(matches!(refusal, Err(PatternError::TooLarge { .. })), "{}", &text[..40]);
    }
    for text in ["[a:b MATCHES '((x{1000}){1000}){1000}']", "[a:b MATCHES '(a|b|(?=c))']"] {
        assert!(verdict(text, Version::V21, &numbered(1, 1)).is_err(), "{text}");
    }
}

#[test]
fn a_hostile_match_ends_with_an_answer_or_a_reason() {
    let wide = format!("[a:{}x > 0]", "n_refs[*].".repeat(20));
    assert!(matches!(verdict(&wide, Version::V21, &numbered(3, 1)), Err(PatternError::TooMuchWork { .. })));
    let seen = numbered(500, 1);
    for (text, expected) in [
        ("[a:x >= 0] REPEATS 1000000000 TIMES", false),
        ("([a:x >= 0] FOLLOWEDBY [a:x >= 0]) REPEATS 1000000000 TIMES REPEATS 1000000000 TIMES", false),
        ("[a:x >= 0] REPEATS 300 TIMES WITHIN 299 SECONDS", true),
        ("[a:x >= 0] REPEATS 300 TIMES WITHIN 298 SECONDS", false),
        ("[a:x > 5] FOLLOWEDBY [a:x < 5] FOLLOWEDBY [a:x > 0]", false),
        ("[a:x >= 0] REPEATS 500 TIMES AND [a:x >= 0]", false),
        ("[a:x MATCHES '^(a+)+$'] OR [a:x = 499]", true),
        (
            "[a:x >= 0] FOLLOWEDBY [a:x >= 0] FOLLOWEDBY [a:x >= 0] FOLLOWEDBY [a:x >= 0] FOLLOWEDBY [a:x < 0]",
            false,
        ),
        ("([a:x = 1] AND [a:x = 400]) WITHIN 60 SECONDS", false),
    ] {
        assert_eq!(verdict(text, Version::V20, &seen).unwrap().is_some(), expected, "{text}");
    }
    // More of a pattern than a stack should bear, and too many alternatives: a reason, and soon.
    for text in [
        "([a:x >= 0] FOLLOWEDBY [a:x >= 0]) REPEATS 240 TIMES",
        "([a:x = 7] FOLLOWEDBY [a:x >= 0] FOLLOWEDBY [a:x = 7] FOLLOWEDBY [a:x >= 0]) WITHIN 5000 SECONDS",
    ] {
        let found = verdict(text, Version::V21, &seen);
        assert!(matches!(found, Err(PatternError::TooMuchWork { .. }) | Ok(None)), "{text}: {found:?}");
    }
    let many = numbered(3, 999_999_999);
    assert!(verdict("[a:x >= 0] REPEATS 2999999997 TIMES", Version::V21, &many).unwrap().is_some());
    assert!(verdict("[a:x >= 0] REPEATS 2999999998 TIMES", Version::V21, &many).unwrap().is_none());
}

#[test]
fn observed_data_that_cannot_be_read_is_refused_with_its_place() {
    let case = |patch: &dyn Fn(&mut Value)| {
        let mut document = serde_json::json!({
            "type": "observed-data", "id": "observed-data--1", "number_observed": 1, "objects": {},
            "first_observed": "2024-01-01T00:00:00Z", "last_observed": "2024-01-01T00:00:00Z",
        });
        patch(&mut document);
        Observation::read(vec![document]).map(|seen| seen.len()).map_err(|error| error.to_string())
    };
    assert_eq!(case(&|_| ()), Ok(1));
    let says = |rule: &str| Err(format!("observed-data--1: {rule}"));
    assert_eq!(
        case(&|d| d["number_observed"] = 0.into()),
        says("number_observed is not a whole number above 0")
    );
    assert_eq!(
        case(&|d| d["last_observed"] = "2024-01-01".into()),
        says("last_observed is not a moment in UTC that ends in Z")
    );
    assert_eq!(case(&|d| d["objects"] = Value::Null), says("has neither object_refs nor objects"));
}
