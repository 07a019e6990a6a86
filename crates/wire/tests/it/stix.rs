//! Verdicts on STIX objects, beside those of the reference validator.

use aldis_wire::stix::{Limits, Tree, check};
use serde_json::Value;
use std::path::Path;

/// The verdict on one case, with the options that it names. Schemas of the user, the
/// interoperability profile and STIX 2.0 are not there: such cases run without them.
fn verdict(case: &Value) -> (bool, String) {
    let given = &case["options"];
    let is = |name: &str| given[name].as_bool().unwrap_or(false);
    let mut options = check::Options::default();
    options.strict = is("strict");
    options.strict_types = is("strict_types");
    options.strict_properties = is("strict_properties");
    let names = |list: &str| given[list].as_array().cloned().unwrap_or_default();
    let on = names("enabled");
    if !on.is_empty() {
        options.enable_only(&on.iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>()).unwrap();
    }
    for name in names("disabled") {
        options.disable(name.as_str().unwrap()).unwrap();
    }
    let text = match &case["instance"] {
        Value::String(text) => text.clone(),
        other => serde_json::to_string(other).unwrap(),
    };
    match check::check(text.as_bytes(), &Limits::default(), &options) {
        Err(error) => (false, error.to_string()),
        Ok(findings) => {
            let all: Vec<String> = findings.problems.iter().map(ToString::to_string).collect();
            (findings.is_valid(options.strict), all.join(" | "))
        }
    }
}

/// The cases that differ: number, and the sentence that we follow.
fn differences() -> Vec<(usize, String)> {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/stix/differences.txt"));
    let lines = text.unwrap();
    lines
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (number, why) = line.split_once(' ').unwrap();
            (number.parse().unwrap(), why.to_owned())
        })
        .collect()
}

#[test]
fn every_case_gives_the_reference_verdict_or_its_difference_is_listed() {
    let Some(folder) = crate::corpus("stix/stix-validator") else { return };
    let text = std::fs::read_to_string(folder.join("cases-v21.jsonl")).unwrap();
    let listed = differences();
    let (mut same, mut wrong) = (0, Vec::new());
    for (at, line) in text.lines().enumerate() {
        let case: Value = serde_json::from_str(line).unwrap();
        let theirs = case["reference_verdict"].as_bool().unwrap();
        let ours = verdict(&case);
        let agrees = ours.0 == theirs;
        let expected = !listed.iter().any(|(number, _)| *number == at + 1);
        same += usize::from(agrees);
        if agrees != expected {
            wrong.push(format!(
                "{} {}: theirs {theirs} {}, ours {ours:?}, {} {}",
                at + 1,
                case["test"].as_str().unwrap(),
                case["errors"],
                case["options"],
                case["instance"]
            ));
        }
    }
    println!(
        "stix-validator: {same} of {} cases agree, {} differences listed",
        text.lines().count(),
        listed.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Every file of the examples, by path.
fn examples() -> Vec<(String, Vec<u8>)> {
    fn walk(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "json") {
                found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    if let Some(folder) = crate::corpus("stix/stix-examples") {
        walk(&folder, &mut found);
    }
    found.sort();
    found
}

#[test]
fn the_examples_are_judged() {
    for (name, bytes) in examples() {
        let findings = check::check(&bytes, &Limits::default(), &check::Options::default());
        match findings {
            Err(error) => println!("{name}: {error}"),
            Ok(findings) => {
                let musts = findings.problems.iter().filter(|p| p.severity == check::Severity::Must);
                for problem in musts.take(3) {
                    println!("{name}: {problem}");
                }
            }
        }
    }
}

#[test]
fn foreign_bundles_come_back_unchanged() {
    let Some(folder) = crate::corpus("stix/misp-stix") else { return };
    let text = std::fs::read_to_string(folder.join("test_external_stix21_bundles.jsonl")).unwrap();
    let mut bundles = 0;
    for line in text.lines() {
        let tree = Tree::read(line.as_bytes(), &Limits::default()).unwrap();
        let bundle = tree.root().get("bundle").unwrap();
        let theirs: Value = serde_json::from_str::<Value>(line).unwrap()["bundle"].clone();
        assert_eq!(serde_json::to_value(bundle).unwrap(), theirs);
        assert!(line.contains(bundle.raw()));
        bundles += 1;
    }
    println!("misp-stix: {bundles} bundles unchanged");
    assert!(bundles >= 115);
}
