//! `aldis stix pattern` and `aldis stix match`, as a script meets them.

use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn aldis(args: &[&str], stdin: &str) -> (i32, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_aldis"));
    program.env_clear().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn seen(second: u32, name: &str) -> Value {
    json!({
        "type": "observed-data", "id": format!("observed-data--{second}"), "number_observed": 1,
        "first_observed": format!("2031-05-04T08:00:{second:02}Z"),
        "last_observed": format!("2031-05-04T08:00:{second:02}Z"),
        "objects": { "0": { "type": "file", "name": name } },
    })
}

#[test]
fn a_pattern_is_checked_from_an_argument_a_file_and_stdin() {
    assert_eq!(aldis(&["stix", "pattern", "check", "[file:size = 1]"], "").0, 0);
    let (code, out, _) = aldis(&["stix", "pattern", "check", "[file:size =]", "--json"], "");
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &found["valid"], &found["problems"][0]["column"]), (1, &json!(false), &json!(13)));
    let lines = "# note\n\n[file:size = 1]\n[EXISTS file:size]\n";
    assert_eq!(
        aldis(&["stix", "pattern", "check", "-"], lines),
        (0, "2 patterns, 0 invalid\n".into(), String::new())
    );
    let (code, out, _) = aldis(&["stix", "pattern", "check", "-", "--stix-version", "2.0"], lines);
    assert_eq!(code, 1);
    assert!(out.starts_with("-:4: line 1, column 9: expected “:”"), "{out}");
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "patterns.txt", lines);
    assert_eq!(aldis(&["stix", "pattern", "check", file.to_str().unwrap()], "").0, 0);
}

#[test]
fn a_match_says_which_observations_and_its_code_says_whether() {
    let folder = tempfile::tempdir().unwrap();
    let data = json!([seen(1, "a"), seen(2, "b"), seen(3, "c")]).to_string();
    let file = write(folder.path(), "observed.json", &data);
    let file = file.to_str().unwrap();
    let (code, out, _) =
        aldis(&["stix", "match", "[file:name = 'a'] FOLLOWEDBY [file:name = 'c']", file], "");
    assert_eq!(
        (code, out.as_str()),
        (0, "match: observation 1 (observed-data--1), observation 3 (observed-data--3)\n")
    );
    let none = aldis(&["stix", "match", "[file:name = 'c'] FOLLOWEDBY [file:name = 'a']", file], "");
    assert_eq!((none.0, none.1.as_str()), (1, "no match\n"));
    for (pattern, words) in [
        ("[file:name = ", "line 1, column 14"),
        ("[file:name MATCHES '(?=a)']", "look-ahead"),
        ("[file:name = t'2031-05-04T08:00:00Z']", "timestamp"),
    ] {
        let (code, out, err) = aldis(&["stix", "match", pattern, file], "");
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(words), "{err}");
    }
    assert_eq!(aldis(&["stix", "match", "[file:size = 1]", "-"], "{\"type\": ").0, 2);
}

#[test]
fn many_patterns_meet_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    let patterns = write(
        folder.path(),
        "patterns.txt",
        "# two\n[file:name = 'b']\n[file:name = 'a'] FOLLOWEDBY [file:name = 'c']\n[file:name MATCHES '(?=a)']\n",
    );
    let patterns = patterns.to_str().unwrap();
    let stream: String =
        [seen(1, "a"), seen(2, "b"), seen(3, "c")].iter().map(|one| format!("{one}\n")).collect();
    let (code, _, err) = aldis(&["stix", "match", "--patterns", patterns, "-"], &stream);
    assert_eq!(code, 2);
    assert!(err.contains(":4: ") && err.contains("--skip-invalid"), "{err}");
    let args = ["stix", "match", "--patterns", patterns, "--skip-invalid", "-", "--json"];
    let (code, out, _) = aldis(&args, &stream);
    let found: Value = serde_json::from_str(&out).unwrap();
    let hits: Vec<_> =
        found["items"].as_array().unwrap().iter().map(|it| (&it["line"], &it["observations"])).collect();
    assert_eq!(code, 0);
    assert_eq!(hits, [(&json!(2), &json!([2])), (&json!(3), &json!([1, 3]))]);
    assert_eq!(aldis(&args, &seen(1, "x").to_string()).0, 1);
}
