//! The command line, as a person or a script meets it: the real program in a folder of its own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail loudly"
)]

mod names;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A node of its own, and the program to work on it.
struct Cli {
    folder: tempfile::TempDir,
}

/// What one command gave.
struct Ran {
    code: i32,
    out: Vec<u8>,
    err: String,
}

impl Ran {
    fn text(&self) -> String {
        String::from_utf8(self.out.clone()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.text(), self.err);
        self
    }

    /// The last field `id` of the answer to `--json`.
    fn id(self) -> String {
        self.ok().json()["id"].as_str().unwrap().to_owned()
    }

    fn refused(self, code: i32, words: &str) {
        assert_eq!(self.code, code, "{}{}", self.text(), self.err);
        assert!(self.err.contains(words), "{:?} is not in {}", words, self.err);
    }
}

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_aldis"));
    program.env_clear();
    program
}

fn ran(output: Output) -> Ran {
    let err = String::from_utf8(output.stderr).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: output.stdout, err }
}

impl Cli {
    /// Makes a node with an administrator and one officer a role.
    fn new() -> Self {
        let cli = Self { folder: tempfile::tempdir().unwrap() };
        cli.run("init --organisation Northport").ok();
        for (name, role) in [
            ("Mara", "analyst"),
            ("Kofi", "analyst"),
            ("Ines", "senior"),
            ("Noor", "liaison"),
            ("Omar", "auditor"),
            ("Lena", "case-officer"),
        ] {
            cli.run(&format!("user add {name} --role {role} --as admin")).ok();
        }
        cli
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("aldis-data")
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn args(&self, args: &[&str]) -> Ran {
        ran(program().current_dir(&self.folder).args(args).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs words that are separated by spaces.
    fn run(&self, words: &str) -> Ran {
        self.args(&words.split(' ').collect::<Vec<_>>())
    }

    /// The same with `--json`.
    fn json(&self, words: &str) -> Ran {
        self.run(&format!("{words} --json"))
    }

    fn with_stdin(&self, args: &[&str], stdin: &[u8]) -> Ran {
        let mut child = program()
            .current_dir(&self.folder)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses early closes the pipe early.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        ran(child.wait_with_output().unwrap())
    }

    fn add(&self, text: &str) -> String {
        let path = self.file("note.txt", text.as_bytes());
        self.args(&["report", "add", path.to_str().unwrap(), "--as", "Mara", "--json"]).id()
    }

    fn step(&self, by: &str, duty: &str, event: &str, fields: Value) -> Ran {
        self.args(&["case", "step", duty, event, "--fields", &fields.to_string(), "--as", by, "--json"])
    }

    /// Opens a case with a duty that has been assessed and is before the senior officer.
    fn submitted(&self) -> (String, String, String) {
        let report = self.add(
            "A contact with direct access says men of the Grey Tide mean to attack a concert in Lowtown \
             tomorrow. The Lantern Hall was named.",
        );
        self.run(&format!("report open {report} --as Mara")).ok();
        let title = "Concert in Lowtown";
        let case = self
            .args(&["case", "open", "--title", title, "--report", &report, "--as", "Mara", "--json"])
            .id();
        let victim =
            ["case", "victim", &case, "--kind", "location", "Lantern Hall", "--as", "Mara", "--json"];
        let duty = self.args(&victim).id();
        let triage = json!({ "harm_types": ["intentional_killing"], "first_impression_ttl": "TTL-HIGH" });
        self.step("Mara", &duty, "triage", triage).ok();
        let assess = json!({
            "harm": ["intentional_killing"], "impending": "near_<=7d", "victim_kind": "location",
            "place": "Lantern Hall", "source_grade": "B", "info_grade": "2",
            "specific_elements": ["who", "where", "when"], "confidence": "moderate",
            "independent_sources": [{ "report": report, "origins": ["OWN"] }], "reasons": "direct access"
        });
        self.step("Mara", &duty, "assess", assess).ok();
        let submit = json!({ "case_summary": "Attack on a hall", "proposed_decision": "warn" });
        self.step("Mara", &duty, "submit", submit).ok();
        (report, case, duty)
    }
}

fn in_hours(hours: u64) -> String {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let micros = i64::try_from(now + hours * 3_600).unwrap() * 1_000_000;
    aldis_model::Time::from_micros(micros).to_string()
}

#[test]
fn a_report_becomes_a_sent_warning_and_a_flipped_byte_is_found() {
    let cli = Cli::new();
    let (report, case, duty) = cli.submitted();

    // Lists and objects are what they promise to be.
    let list = cli.json("report list --as Mara").ok().json();
    assert_eq!(list["schema"], "aldis.list/1");
    assert_eq!((list["items"][0]["id"].as_str(), &list["total_visible"]), (Some(&*report), &json!(1)));
    assert_eq!(list["next"], Value::Null);
    let shown = cli.json(&format!("report show {report} --as Mara")).ok().json();
    assert_eq!(shown["schema"], "aldis.report/1");
    assert!(shown["proposals"].as_array().unwrap().iter().any(|one| one["quoted"] == "Lantern Hall"));

    let grade = ["report", "grade", &report, "B2", "--likelihood", "likely", "--confidence", "moderate"];
    cli.args(&[&grade[..], &["--reasons", "direct access", "--as", "Mara"]].concat()).ok();
    let decide = json!({
        "deliverer": "foreign_liaison", "method": "hand", "means": "in person",
        "substance_limits": "no source", "deadline": in_hours(24)
    });
    cli.step("Ines", &duty, "decide_warn", decide).ok();
    let audience = ["audience", "add", "ALBA", "--ladder", "partner", "--channel", "hand", "--as", "Noor"];
    cli.args(&audience).ok();
    cli.run("audience add PUBLIC --ladder public --channel cap --as Noor").ok();

    let draft = json!({
        "subject": "Security alert for Lowtown", "ends_at": in_hours(48),
        "cap": { "area": "Lowtown", "geocode": ["LOCAL=7"] },
        "portions": [
            { "text": "The Grey Tide plans violence at the Lantern Hall.", "label": "AMBER+STRICT REL ALBA", "basis": [report] },
            { "text": "Avoid large gatherings in Lowtown over the next 48 hours.", "label": "CLEAR", "basis": [report] }
        ]
    });
    let new = ["warning", "new", &duty, "--file", "-", "--as", "Mara", "--json"];
    let warning =
        serde_json::from_slice::<Value>(&cli.with_stdin(&new, draft.to_string().as_bytes()).ok().out);
    let warning = warning.unwrap()["id"].as_str().unwrap().to_owned();
    let preview = cli.json(&format!("warning preview {warning} --for PUBLIC --as Mara")).ok().json();
    assert_eq!(preview["portions"][0][2], Value::Null, "{preview}");
    cli.run(&format!("warning preview {warning} --for NOBODY --as Mara")).refused(3, "audience NOBODY");
    cli.run(&format!("warning lint {warning} --as Mara")).ok();

    for (audience, sure) in [("ALBA", ""), ("PUBLIC", " --yes")] {
        let release = cli.json(&format!("warning propose {warning} --for {audience} --as Mara")).id();
        cli.run(&format!("warning send {release}{sure} --as Ines")).refused(6, "second person");
        cli.run(&format!("warning approve {release} --as Kofi")).refused(4, "may not approve");
        // Whoever proposes cannot approve, whatever the role.
        let own = cli.json(&format!("warning propose {warning} --for {audience} --as Ines")).id();
        cli.run(&format!("warning approve {own} --as Ines")).refused(6, "second person");
        cli.run(&format!("warning approve {release} --as Ines")).ok();
        let plan = cli.json(&format!("warning send {release} --dry-run --as Ines")).ok().json();
        assert_eq!(plan["recipients"][0]["audience"], audience);
        if !sure.is_empty() {
            cli.run(&format!("warning send {release} --as Ines")).refused(2, "--yes");
        }
        let delivery = cli.json(&format!("warning send {release}{sure} --as Ines")).ok().json();
        let progress = if audience == "PUBLIC" { "delivered" } else { "queued" };
        assert_eq!(delivery["progress"], progress);
        if audience == "ALBA" {
            let id = delivery["id"].as_str().unwrap();
            cli.args(&["warning", "hand", id, "--statement", "read out to the manager", "--as", "Noor"]).ok();
            let told = ["warning", "told", id, "--answer", "dispute", "--by", "the manager", "--as", "Noor"];
            cli.args(&told).refused(2, "needs a reason");
            cli.args(&[&told[..], &["--note", "blackmail"]].concat()).ok();
            let settle = ["warning", "settle", id, "--kind", "dismissed", "--decision", "tell the public"];
            cli.args(&[&settle[..], &["--as", "Ines"]].concat()).ok();
        }
    }
    let timeline = cli.json(&format!("timeline {case} --as Omar")).ok().json();
    let kinds: Vec<&str> =
        timeline["items"].as_array().unwrap().iter().filter_map(|e| e["kind"].as_str()).collect();
    assert!(kinds.contains(&"dismissal.received") && kinds.contains(&"cap.published"), "{kinds:?}");
    let questions = cli.json(&format!("timeline {case} --questions --as Omar")).ok().json();
    assert!(questions["items"].as_array().unwrap().len() > 10);
    assert_eq!(cli.run("watch --check --as Mara").code, 0);

    proves_an_entry(&cli);
    let verdict = cli.json("log verify").ok().json();
    assert!(verdict["whole"] == true && verdict["entries"].as_u64() > Some(20), "{verdict}");

    // One byte of a report, changed behind the program's back.
    let db = rusqlite::Connection::open(cli.data().join("aldis.db")).unwrap();
    let sql = "UPDATE report SET body = replace(body, 'tomorrow', 'tomorroW') WHERE id = ?1";
    assert_eq!(db.execute(sql, [&report]).unwrap(), 1);
    drop(db);
    let broken = cli.json("log verify");
    assert_eq!(broken.code, 8);
    let findings = broken.json()["findings"].to_string();
    assert!(findings.contains(&format!("row report {report}")), "{findings}");
}

/// An entry is proven on another machine: no node, no database, only files and the key.
fn proves_an_entry(cli: &Cli) {
    let tail = cli.json("log tail --limit 500 --as Omar").ok().json();
    let number = tail["items"].as_array().unwrap().last().unwrap()["index"].as_i64().unwrap();
    let entry = cli.run(&format!("log entry {number} --as Omar")).ok().out;
    let proof = cli.run(&format!("log prove {number} --as Omar")).ok().out;
    let key = cli.run("partner key").ok().text().trim().to_owned();
    let away = tempfile::tempdir().unwrap();
    std::fs::write(away.path().join("entry"), &entry).unwrap();
    std::fs::write(away.path().join("proof"), &proof).unwrap();
    let check = |key: &str| {
        let args = ["log", "check", "proof", "--entry", "entry", "--key", key, "--json"];
        ran(program().current_dir(&away).args(args).output().unwrap())
    };
    assert!(check(&key).ok().json()["index"].is_u64());
    let other = Cli { folder: tempfile::tempdir().unwrap() };
    other.run("init --organisation Alba").ok();
    check(other.run("partner key").ok().text().trim()).refused(8, "proof-invalid");
    let forged = String::from_utf8(entry).unwrap().replacen("NORTHPORT", "SOUTHPORT", 1);
    std::fs::write(away.path().join("entry"), forged).unwrap();
    assert_eq!(check(&key).code, 8);
    cli.run("log prove 9999 --as Omar").refused(3, "entry 9999");
}

#[test]
fn a_step_that_is_not_in_the_table_or_lacks_fields_is_refused() {
    let cli = Cli::new();
    let (_, _, duty) = cli.submitted();
    cli.step("Mara", &duty, "release", json!({})).refused(2, "not a step one takes by hand");
    cli.step("Ines", &duty, "close", json!({ "outcome": "none" })).refused(2, "not a permitted step");
    let missing = cli.step("Ines", &duty, "decide_warn", json!({ "method": "node" }));
    for field in ["deliverer", "means", "substance_limits", "deadline"] {
        assert!(missing.err.contains(&format!("missing {field}")), "{}", missing.err);
    }
    assert_eq!(missing.code, 2);
    let waive = json!({
        "waiver_code": "W-Z", "basis": "none", "alternatives_tried": [], "expiry": in_hours(10)
    });
    cli.step("Ines", &duty, "decide_waive", waive).refused(2, "waiver_code");
    cli.step("Mara", &duty, "decide_warn", json!({})).refused(4, "may not decide");
}

#[test]
fn what_is_unknown_is_named_and_has_its_own_exit_code() {
    let cli = Cli::new();
    cli.run("report show R-00000000 --as Mara").refused(3, "R-00000000");
    cli.run("report show nonsense --as Mara").refused(3, "nonsense");
    cli.run("report list").refused(4, "aldis user add");
    cli.run("report list --as Nobody").refused(4, "Nobody");
    cli.run("user add X --role analyst --as Mara").refused(4, "may not administer");
    cli.run("user add X --role king --as admin").refused(2, "liaison");
    cli.run("user add Mara --role senior --as admin").refused(5, "already");
    cli.run("init --organisation Other").refused(5, "nothing was changed");
    cli.run("frobnicate").refused(2, "frobnicate");
    let problem = cli.json("report show R-00000000 --as Mara");
    let problem: Value = serde_json::from_str(problem.err.trim()).unwrap();
    assert_eq!(problem["type"], "https://aldis.example/problems/not-found");
    assert_eq!((&problem["status"], &problem["code"]), (&json!(404), &json!("not-found")));
    let usage = cli.json("report grade");
    assert_eq!(usage.code, 2);
    assert_eq!(serde_json::from_str::<Value>(usage.err.trim()).unwrap()["code"], "validation");
}

#[test]
fn an_unknown_setting_is_an_error_that_lists_the_known_ones() {
    let cli = Cli::new();
    let path = cli.data().join("aldis.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\nlistne = \"x\"\n")).unwrap();
    let refused = cli.run("report list --as Mara");
    assert!(refused.err.contains("listne") && refused.err.contains("public_url"), "{}", refused.err);
    refused.refused(2, "known keys");
    assert_eq!(cli.run("doctor").code, 1);
}

#[test]
fn bytes_that_are_no_report_are_refused_and_nothing_is_stored() {
    let cli = Cli::new();
    let size = || cli.json("log head").ok().json()["size"].clone();
    let before = size();
    let add = |path: &Path| cli.args(&["report", "add", path.to_str().unwrap(), "--as", "Mara"]);
    add(&cli.file("bad.txt", b"caf\xff\xfe\x80 tomorrow")).refused(2, "UTF-8");
    add(&cli.file("empty.txt", b"")).refused(2, "nothing was stored");
    let huge = cli.folder.path().join("huge.txt");
    std::fs::File::create(&huge).unwrap().set_len(100 << 20).unwrap();
    add(&huge).refused(2, "longer than");
    add(Path::new("missing.txt")).refused(2, "missing.txt");
    add(Path::new("https://example.org/a.html")).refused(2, "fetching comes with sources");
    add(cli.folder.path()).refused(2, "directory");
    cli.run("report add note.txt --label SECRET --as Mara").refused(2, "not a label");
    assert_eq!(size(), before);
    assert_eq!(cli.json("report list --as Mara").ok().json()["total_visible"], 0);

    // A dry run gives an answer and keeps nothing either.
    let note = cli.file("note.txt", b"A note about the Lantern Hall.");
    cli.args(&["report", "add", note.to_str().unwrap(), "--dry-run", "--as", "Mara"]).ok();
    assert_eq!(size(), before);
}

#[test]
fn a_dry_run_of_a_word_about_the_clock_keeps_nothing() {
    let cli = Cli::new();
    let size = || {
        // Whoever opens the node publishes what is left of earlier commands.
        cli.run("report list --as Mara").ok();
        cli.json("log head").ok().json()["size"].clone()
    };
    let before = size();
    cli.run("clock keep --reason radio --dry-run --as Ines").ok();
    assert_eq!(size(), before);
    cli.run("clock keep --reason radio --as Ines").ok();
    assert_ne!(size(), before);
}

#[test]
fn secrets_are_closed_to_others_and_the_doctor_says_when_they_are_not() {
    use std::os::unix::fs::PermissionsExt;
    let cli = Cli::new();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&cli.data()), 0o700);
    let key = cli.data().join("keys/signing.key");
    assert_eq!(mode(&key), 0o600);
    cli.run("doctor").ok();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let found = cli.json("doctor");
    assert_eq!(found.code, 1);
    assert!(found.text().contains("chmod go-rwx"), "{}", found.text());
}

#[test]
fn names_from_stdin_are_sealed_and_a_report_finds_them() {
    let cli = Cli::new();
    let add = ["person", "add", "--kind", "person", "--category", "artist", "--tier", "T2"];
    let rest = ["--purpose", "asked for protection", "--label", "RED", "--as", "Lena", "--json"];
    let made = cli.with_stdin(&[&add[..], &rest].concat(), "Ilmari Vesterholt\n\n".as_bytes());
    let cover = made.id();
    let report = cli.add("They were asking where Ilmari Vesterholt lives.");
    let shown = cli.json(&format!("report show {report} --as Mara")).ok().json();
    assert_eq!(shown["hits"][0]["subject"], json!(cover));
    assert!(!cli.json("person list --as Mara").ok().text().contains("Vesterholt"));
    let listed = cli.json("person list --as Mara").ok().json();
    assert_eq!(listed["items"][0]["id"], json!(cover));
}

#[test]
fn the_reference_and_the_help_cover_every_command() {
    let docs = ran(program().arg("docs").output().unwrap()).ok().text();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let kept = std::fs::read_to_string(root.join("docs/reference/cli.md")).unwrap();
    assert!(docs == kept, "write it again: cargo run -p aldis -- docs > docs/reference/cli.md");
    let mut commands = 0;
    for line in docs.lines() {
        let Some(path) = line.trim_start_matches('#').strip_prefix(" aldis ") else { continue };
        let mut args: Vec<&str> = path.split(' ').collect();
        args.push("--help");
        let help = ran(program().args(&args).output().unwrap()).ok().text();
        assert!(help.lines().count() <= 40, "aldis {path}: the help has {} lines", help.lines().count());
        if help.contains("\nCommands:") {
            continue;
        }
        commands += 1;
        let examples =
            help.split("Examples:\n").nth(1).unwrap_or_else(|| panic!("aldis {path}: no examples"));
        assert_eq!(
            examples.matches("$ aldis").count().max(examples.matches("  $ ").count()),
            2,
            "{path}: {examples}"
        );
    }
    assert!(commands > 50, "{commands}");
}

#[test]
fn a_server_says_where_it_is_and_stops_when_it_is_told_to() {
    let cli = Cli::new();
    let mut server = program()
        .current_dir(&cli.folder)
        .args(["serve", "--listen", "127.0.0.1:0", "--exercise", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let started: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&started["schema"], &started["exercise"]), (&json!("aldis.serve/1"), &json!(true)));
    let address = started["console"].as_str().unwrap().trim_start_matches("http://").trim_end_matches('/');
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    // Commands work beside a running server.
    cli.add("A note about the Lantern Hall.");
    assert!(Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap().success());
    assert!(server.wait().unwrap().success());
    cli.run("log verify").ok();
    cli.run("serve --dry-run").refused(2, "--exercise");
}

#[test]
fn completion_manual_and_version_need_no_node() {
    for words in ["completion bash", "completion fish", "man", "version --json", "--version"] {
        let made = ran(program().args(words.split(' ')).output().unwrap()).ok();
        assert!(!made.out.is_empty(), "{words}");
    }
    let folder = tempfile::tempdir().unwrap();
    ran(program().args(["man", "-o"]).arg(folder.path()).output().unwrap()).ok();
    assert!(folder.path().join("aldis-report-add.1").exists());
}

#[test]
fn published_articles_stay_as_they_came_and_name_who_is_in_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/articles");
    if !folder.exists() {
        println!("skipped: no articles beside this repository");
        return;
    }
    let cli = Cli::new();
    let mut cover = Vec::new();
    for name in ["Sergei Skripal", "Alexei Navalny", "Aleksandr Poteyev"] {
        let add =
            ["person", "add", "--kind", "person", "--name", name, "--category", "public", "--tier", "T1"];
        let rest = ["--purpose", "named in published articles", "--label", "CLEAR", "--as", "Lena", "--json"];
        cover.push(cli.args(&[&add[..], &rest].concat()).id());
    }
    let wanted = [("000", 2, "Poteyev"), ("002", 1, "Navalny"), ("003", 0, "Scrifal"), ("003", 1, "Navalni")];
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut seen = 0;
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "txt")) {
        let name = file.file_name().unwrap().to_str().unwrap();
        let add = ["report", "add", file.to_str().unwrap(), "--label", "CLEAR", "--as", "Mara", "--json"];
        let report = cli.args(&add).id();
        let original = cli.run(&format!("report original {report} --as Mara")).ok().out;
        assert!(original == std::fs::read(file).unwrap(), "{name} changed");
        let shown = cli.json(&format!("report show {report} --as Mara")).ok().json();
        let body = shown["body"].as_str().unwrap();
        for found in shown["proposals"].as_array().unwrap().iter().chain(shown["hits"].as_array().unwrap()) {
            let at = |name: &str| usize::try_from(found[name].as_u64().unwrap()).unwrap();
            assert_eq!(found["quoted"], body[at("start")..at("end")], "{name}");
        }
        for (start, who, words) in wanted.iter().filter(|(start, ..)| name.starts_with(start)) {
            let hits = shown["hits"].as_array().unwrap();
            let hit = |hit: &Value| {
                hit["subject"] == json!(cover[*who]) && hit["quoted"].as_str().unwrap().contains(words)
            };
            assert!(hits.iter().any(hit), "{words} in {start}: {hits:#?}");
            seen += 1;
        }
    }
    assert_eq!(seen, wanted.len());
}

#[test]
fn stix_files_are_judged_object_by_object_without_a_node() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        ran(program().current_dir(folder.path()).args(args).stdin(Stdio::null()).output().unwrap())
    };
    let tool = |number: u32, more: &str| {
        format!(
            r#"{{"type":"tool","spec_version":"2.1","id":"tool--{number:08x}-0000-4000-8000-000000000000",
            "created":"2031-03-07T18:05:00.000Z","modified":"2031-03-07T18:05:00.000Z","name":"Tool {number}"{more}}}"#
        )
    };
    let red = r#","object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]"#;
    let bundle = |objects: &[String]| {
        let id = "bundle--00000001-0000-4000-8000-000000000000";
        format!(r#"{{"type":"bundle","id":"{id}","objects":[{}]}}"#, objects.join(","))
    };
    let good = bundle(&[tool(1, red), tool(2, r#","colour":"red""#)]);
    std::fs::write(folder.path().join("good.json"), &good).unwrap();
    let shown = run(&["stix", "validate", "good.json"]).ok();
    assert!(
        shown.text().contains("warning  objects[1] tool--00000002-0000-4000-8000-000000000000\n  $.colour: ")
    );
    assert!(shown.err.contains("good.json: valid; 2 objects, 0 invalid, 1 warnings"), "{}", shown.err);
    assert_eq!(run(&["stix", "validate", "good.json", "--strict"]).code, 1);
    run(&["stix", "validate", "good.json", "--strict", "--disable", "extensions-use,custom-prefix,102"]).ok();
    run(&["stix", "validate", "good.json", "--disable", "nonsense"])
        .refused(2, "there is no check named nonsense");

    let bad = bundle(&[tool(1, r#","name":"twice""#), tool(2, r#","aliases":[]"#), tool(3, "")]);
    std::fs::write(folder.path().join("bad.json"), &bad).unwrap();
    let judged = run(&["stix", "validate", "bad.json", "--json"]);
    assert_eq!(judged.code, 1);
    let judged = judged.json();
    assert_eq!(judged["schema"], "aldis.stix-verdicts/1");
    assert_eq!(
        (&judged["objects"], &judged["invalid"], &judged["valid"]),
        (&json!(3), &json!(2), &json!(false))
    );
    assert!(
        judged["items"][0]["problems"][0]["what"]
            .as_str()
            .unwrap()
            .starts_with("$.name: the key is there twice")
    );
    assert_eq!(judged["items"][1]["problems"][0]["path"], "$.aliases");
    assert_eq!(judged["items"][1]["problems"][0]["section"], "2.12");
    assert_eq!(judged["items"][2]["valid"], true);

    std::fs::write(folder.path().join("cut.json"), &good[..good.len() - 40]).unwrap();
    let cut = run(&["stix", "validate", "cut.json"]);
    assert_eq!(cut.code, 1);
    assert!(cut.text().contains("the text ends inside a value"), "{}", cut.text());
    run(&["stix", "validate", "none.json"]).refused(2, "none.json: ");

    let shown = run(&["stix", "show", "good.json", "--json"]).ok().json();
    assert_eq!(shown["items"][0]["label"], "TLP:RED");
    assert_eq!(shown["items"][1]["label"], Value::Null);
    assert_eq!(shown["items"][0]["name"], "Tool 1");
    assert!(run(&["stix", "show", "good.json"]).ok().text().contains("unmarked"));
}
