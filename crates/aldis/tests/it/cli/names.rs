//! Names on the command line: compared, built into an index, sought in texts, priced.

use super::{Cli, Ran, program, ran};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a command that needs no node, in a folder of its own.
fn bare(folder: &Path, args: &[&str]) -> Ran {
    ran(program().current_dir(folder).args(args).stdin(Stdio::null()).output().unwrap())
}

fn score(a: &str, b: &str) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    bare(folder.path(), &["names", "compare", a, b, "--json"]).ok().json()["score"].as_f64().unwrap()
}

#[test]
fn damaged_and_transliterated_names_score_above_namesakes_and_are_explained() {
    for (a, b) in [
        ("Scrifal", "Скрипаль"),
        ("Scrifal", "Skripal"),
        ("Navalni", "Навальный"),
        ("Skripal", "سكريبال"),
        ("Скрипаль", "سكريبال"),
        ("Poteev", "Poteyev"),
        ("Alexander Poteev", "Aleksandr Nikolayevich Poteyev"),
        ("Aleksandr Poteyev", "Александр Николаевич Потеев"),
    ] {
        assert!(score(a, b) > 0.7, "{a} / {b}: {}", score(a, b));
        assert!((score(a, b) - score(b, a)).abs() < 1e-6, "{a} / {b} is not symmetric");
    }
    for (a, b) in [
        ("Sergei Skripal", "Yulia Skripal"),
        ("Alexei Navalny", "Yulia Navalnaya"),
        ("Aleksandr Nikolayevich Poteyev", "Aleksandr Borisovich Krylov"),
    ] {
        assert!(score(a, b) < 0.5, "{a} / {b}: {}", score(a, b));
    }
    let folder = tempfile::tempdir().unwrap();
    let args = ["names", "compare", "Alexander Poteev", "Aleksandr Nikolayevich Poteyev", "--explain"];
    let text = bare(folder.path(), &args).ok().text();
    for part in ["Poteev", "Poteyev", "Nikolayevich has no partner"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let found = bare(folder.path(), &[&args[..], &["--json"]].concat()).ok().json();
    assert_eq!(found["schema"], "aldis.comparison/1");
    assert!(found["why"].as_array().unwrap().len() >= 3, "{found}");
}

#[test]
fn pairs_are_answered_row_by_row_and_a_bad_row_is_named() {
    let cli = Cli::new();
    let pairs = "id,a,b\np1,Scrifal,Skripal\n\"p,2\",Sergei Skripal,Yulia Skripal\n";
    let found = cli.with_stdin(&["names", "compare", "--pairs", "-", "--json"], pairs.as_bytes()).ok().text();
    let rows: Vec<Value> = found.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(), ["p1", "p,2"]);
    assert!(rows[0]["score"].as_f64() > rows[1]["score"].as_f64());
    let csv =
        cli.with_stdin(&["names", "compare", "--pairs", "-", "--explain"], pairs.as_bytes()).ok().text();
    assert_eq!(csv.lines().next(), Some("id,score,why"));
    assert!(csv.contains("\"p,2\","), "{csv}");
    let unnumbered = cli.with_stdin(&["names", "compare", "--pairs", "-"], b"b,a\nPoteev,Poteyev\n").ok();
    assert!(unnumbered.text().starts_with("id,score\n1,"), "without an id the row's number");
    cli.with_stdin(&["names", "compare", "--pairs", "-"], b"left,right\na,b\n").refused(2, "columns a and b");
    cli.with_stdin(&["names", "compare", "--pairs", "-"], b"a,b\nx\n").refused(2, "-: ");
    cli.run("names compare --pairs missing.csv").refused(2, "missing.csv");
    cli.run("names compare Poteev").refused(2, "required");
    let long = "x".repeat(5000);
    cli.args(&["names", "compare", &long, "y"]).refused(2, "at most 4096 bytes");
}

#[test]
fn a_text_is_compared_with_the_register_and_gives_cover_names_and_places_only() {
    let cli = Cli::new();
    let add = |names: &str, label: &str| {
        let add =
            ["person", "add", "--kind", "person", "--category", "artist", "--tier", "T2", "--label", label];
        let rest = ["--purpose", "asked for protection", "--as", "Lena", "--json"];
        cli.with_stdin(&[&add[..], &rest].concat(), names.as_bytes()).id()
    };
    let cover = add("Ilmari Vesterholt\n", "RED");
    let hidden = add("Joren Maas\n", "RED COMP OAK");
    let text = "Ääni sanoi:\nkaksi miestä kysyi, missä Ilmari Westerholt asuu.\nJoren Maas ei ole täällä.\n";
    let size = cli.json("log head").ok().json()["size"].as_u64().unwrap();
    let found = cli.with_stdin(&["screen", "-", "--as", "Mara", "--json"], text.as_bytes()).ok();
    assert!(!found.text().contains("Vesterholt") && !found.text().contains(&hidden), "{}", found.text());
    let found = found.json();
    assert_eq!((&found["schema"], &found["total_visible"]), (&json!("aldis.list/1"), &json!(1)), "{found}");
    let hit = &found["items"][0];
    assert_eq!(
        (&hit["id"], &hit["quoted"], &hit["line"]),
        (&json!(cover), &json!("Ilmari Westerholt"), &json!(2))
    );
    let at = |name: &str| usize::try_from(hit[name].as_u64().unwrap()).unwrap();
    assert_eq!(&text[at("start")..at("end")], "Ilmari Westerholt");
    let letters: String =
        text.chars().skip(at("char_start")).take(at("char_end") - at("char_start")).collect();
    assert_eq!(letters, "Ilmari Westerholt");
    assert!(hit["score"].as_f64().unwrap() <= 1.0 && hit["bits"].as_f64().unwrap() > 0.0);
    assert_eq!((&hit["full"], hit.get("name")), (&json!(true), None));
    // That somebody asked is on the record, and what they asked is not.
    assert!(cli.json("log head").ok().json()["size"].as_u64().unwrap() > size);
    assert!(!cli.json("log tail --as Omar").text().contains("Westerholt"));

    let told = cli.with_stdin(&["screen", "-", "--as", "Mara"], text.as_bytes()).ok();
    assert!(told.text().contains(&cover) && told.err.contains("1 found"), "{}{}", told.text(), told.err);
    cli.with_stdin(&["screen", "-", "--as", "Noor"], text.as_bytes()).refused(4, "may not screen");
    cli.with_stdin(&["screen", "-"], text.as_bytes()).refused(4, "which officer acts");

    // Bytes that are no text do not hide a name, and move no place.
    let broken = [b"\xff\xfe\x80 \n".as_slice(), text.as_bytes()].concat();
    let found = cli.with_stdin(&["screen", "-", "--as", "Mara", "--jsonl"], &broken).ok().json();
    assert_eq!((&found["start"], &found["line"]), (&json!(at("start") + 5), &json!(3)));
    let empty = cli.with_stdin(&["screen", "-", "--as", "Mara", "--json"], b"").ok().json();
    assert_eq!(empty["items"], json!([]));
    cli.args(&["screen", ".", "--as", "Mara"]).refused(2, "is a folder");
    cli.args(&["screen", "missing.txt", "--as", "Mara"]).refused(2, "missing.txt");
}

#[test]
fn a_long_text_is_read_in_pieces_and_tells_its_progress() {
    let cli = Cli::new();
    let add = ["person", "add", "--kind", "person", "--name", "Ilmari Vesterholt", "--category", "artist"];
    let rest = ["--tier", "T2", "--label", "RED", "--purpose", "asked", "--as", "Lena", "--json"];
    cli.args(&[&add[..], &rest].concat()).id();
    let line = "the ferry was late again and nobody of note was on it\n".repeat(1 + (9 << 20) / 54);
    let text = format!("{line}Ilmari Vesterholt waved.\n");
    let path = cli.file("long.txt", text.as_bytes());
    let found = cli.args(&["screen", path.to_str().unwrap(), "--as", "Mara", "--jsonl"]).ok();
    let lines = u64::try_from(text.lines().count()).unwrap();
    assert_eq!(found.json()["line"], json!(lines));
    assert!(found.err.contains("aldis.progress/1"), "{}", found.err);
}

const REGISTER: &str = r#"{"id":"a","type":"person","names":["Sergei Skripal","Сергей Скрипаль"],"birth_year":1951}
{"id":"b","type":"PER","names":["Alexei Navalny"],"src":"x"}
{"id":"c","type":"place","names":["Lantern Hall"]}
"#;

#[test]
fn an_index_is_built_from_rows_and_sought_in_texts_and_documents() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, bytes: &str| {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    };
    at("public.jsonl", REGISTER);
    let built = bare(folder.path(), &["names", "build", "public.jsonl", "-o", "public.names", "--json"]).ok();
    assert!(built.err.contains("passed over: src"), "{}", built.err);
    assert_eq!(built.json()["entries"], json!(3));
    let csv =
        "id,type,names,birth_year\na,person,Sergei Skripal|Сергей Скрипаль,1951\nb,person,Alexei Navalny,\n";
    at("public.csv", csv);
    bare(folder.path(), &["names", "build", "public.csv", "-o", "csv.names"]).ok();
    let stats = bare(folder.path(), &["names", "stats", "public.names", "--json"]).ok().json();
    assert_eq!((&stats["entries"], &stats["names"]), (&json!(3), &json!(4)));
    assert!(stats["bytes_per_name"].as_f64().unwrap() > 0.0);

    at(
        "news.txt",
        "Mr Skripal said nothing.\nSergei Scrifal and Alexei Navalni were poisoned, years apart.\n",
    );
    for index in ["public.names", "csv.names"] {
        let found = bare(folder.path(), &["screen", "news.txt", "--index", index, "--json"]).ok().json();
        let who: Vec<&str> =
            found["items"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap()).collect();
        assert!(who.contains(&"a") && who.contains(&"b"), "{index}: {found}");
        let hit = found["items"].as_array().unwrap().iter().find(|hit| hit["id"] == "b").unwrap();
        assert_eq!(
            (&hit["name"], &hit["line"]),
            (&json!("Alexei Navalny"), &json!(2)),
            "public names are shown"
        );
    }
    let documents =
        "{\"id\":\"one\",\"text\":\"Alexei Navalni spoke.\"}\n\n{\"id\":\"two\",\"text\":\"Nobody.\"}\n";
    at("documents.jsonl", documents);
    let args = ["screen", "documents.jsonl", "--index", "public.names", "--jsonl"];
    let found = bare(folder.path(), &args).ok().json();
    assert_eq!((&found["document"], &found["id"]), (&json!("one"), &json!("b")));
    at("broken.jsonl", "{\"id\":\"one\",\"text\":\"Nobody.\"}\n{\"id\":2}\n");
    let args = ["screen", "broken.jsonl", "--index", "public.names"];
    bare(folder.path(), &args).refused(2, "broken.jsonl, line 2");
    let args = ["screen", "news.txt", "--index", "public.names", "--score", "7"];
    bare(folder.path(), &args).refused(2, "--score is 0 to 1");
    let args = ["screen", "news.txt", "--index", "public.names", "--partial", "often"];
    bare(folder.path(), &args).refused(2, "never, with-full or review");
    at("damaged.names", "not an index");
    bare(folder.path(), &["screen", "news.txt", "--index", "damaged.names"]).refused(2, "damaged.names");
    bare(folder.path(), &["names", "stats", "missing.names"]).refused(2, "missing.names");
}

#[test]
fn an_index_is_changed_in_place_and_the_next_screening_sees_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, bytes: &str| std::fs::write(folder.path().join(name), bytes).unwrap();
    let run = |args: &[&str]| bare(folder.path(), args);
    at("public.jsonl", REGISTER);
    run(&["names", "build", "public.jsonl", "-o", "public.names"]).ok();
    at("news.txt", "Then Sergei Scrifal, Alexei Navalni and Ilmari Westerholt were in town.\n");
    let found = || {
        let found = run(&["screen", "news.txt", "--index", "public.names", "--json"]).ok().json();
        let hits = found["items"].as_array().unwrap().clone();
        hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(), ["a", "b"]);
    at("new.jsonl", "{\"id\":\"n\",\"type\":\"person\",\"names\":[\"Ilmari Vesterholt\"]}\n");
    let add = ["names", "add", "public.names", "new.jsonl"];
    let dry = run(&[&add[..], &["--dry-run"]].concat()).ok().text();
    assert!(dry.contains("1 added, 4 entries; nothing was written"), "{dry}");
    assert_eq!(found(), ["a", "b"], "a dry run changes nothing");
    assert_eq!(run(&[&add[..], &["--json"]].concat()).ok().json()["added"], json!(1));
    assert_eq!(found(), ["a", "b", "n"]);
    assert_eq!(run(&[&add[..], &["--json"]].concat()).ok().json()["replaced"], json!(1));
    run(&["names", "remove", "public.names", "a", "nobody"]).refused(3, "nobody");
    assert_eq!(found(), ["a", "b", "n"], "all of it or nothing");
    let removed = run(&["names", "remove", "public.names", "a", "n", "--json"]).ok().json();
    assert_eq!((&removed["removed"], &removed["entries"]), (&json!(2), &json!(2)));
    assert_eq!(found(), ["b"]);
    let stats = run(&["names", "stats", "public.names", "--json"]).ok().json();
    assert_eq!((&stats["entries"], &stats["added"], &stats["removed"]), (&json!(2), &json!(0), &json!(1)));

    at("bad.jsonl", "{\"id\":\"x\",\"type\":\"ship\",\"names\":[\"Aurora\"]}\n");
    run(&["names", "add", "public.names", "bad.jsonl"]).refused(2, "bad.jsonl");
    run(&["names", "add", "missing.names", "new.jsonl"]).refused(2, "missing.names");
    run(&["names", "remove", "new.jsonl", "n"]).refused(2, "new.jsonl");
    // A crash in the middle of a change leaves what was there before.
    let journal = folder.path().join("public.names.changes");
    let whole = std::fs::read(&journal).unwrap();
    std::fs::write(&journal, &whole[..whole.len() - 5]).unwrap();
    assert_eq!(found(), ["a", "b", "n"]);
    let mut damaged = whole;
    damaged[60] ^= 1;
    std::fs::write(&journal, damaged).unwrap();
    run(&["screen", "news.txt", "--index", "public.names"]).refused(2, "damaged");
    run(&["names", "build", "public.jsonl", "-o", "public.names"]).ok();
    assert_eq!(found(), ["a", "b"], "a new build begins without changes");
}

#[test]
fn the_names_of_the_trade_are_found_in_a_text_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        ("skripal", "Sergei Skripal"),
        ("navalny", "Alexei Navalny"),
        ("short", "Aleksandr Poteyev"),
        ("long", "Александр Николаевич Потеев"),
    ];
    let rows: String = rows
        .iter()
        .map(|(id, name)| format!("{}\n", json!({ "id": id, "type": "person", "names": [name] })))
        .collect();
    std::fs::write(folder.path().join("public.jsonl"), rows).unwrap();
    bare(folder.path(), &["names", "build", "public.jsonl", "-o", "public.names"]).ok();
    for (text, ids, why) in [
        ("In the town Sergei Scrifal lived.", &["skripal"][..], "Scrifal ≈ Skripal"),
        ("В городе жил Сергей Скрипаль.", &["skripal"], "Скрипаль ≈ Skripal"),
        ("وقال سيرغي سكريبال في المدينة", &["skripal"], "سكريبال ≈ Skripal"),
        ("In the town Alexei Navalni spoke.", &["navalny"], "Navalni ≈ Navalny"),
        ("In the town Alexander Poteev lived.", &["long", "short"], "Николаевич is not in the text"),
        ("In the town Aleksandr Poteyev lived.", &["long", "short"], "Poteyev is equal"),
        (
            "In the town Aleksandr Nikolayevich Poteyev lived.",
            &["long", "short"],
            "Nikolayevich ≈ Николаевич",
        ),
    ] {
        std::fs::write(folder.path().join("news.txt"), text).unwrap();
        let found =
            bare(folder.path(), &["screen", "news.txt", "--index", "public.names", "--json"]).ok().json();
        let hits = found["items"].as_array().unwrap();
        let mut who: Vec<&str> = hits.iter().map(|hit| hit["id"].as_str().unwrap()).collect();
        who.sort_unstable();
        assert_eq!(who, ids, "{text}: {found}");
        let whys: Vec<&str> = hits
            .iter()
            .flat_map(|hit| hit["why"].as_array().unwrap())
            .map(|why| why.as_str().unwrap())
            .collect();
        assert!(whys.iter().any(|said| said.starts_with(why)), "{text}: {whys:?}");
        assert!(hits.iter().all(|hit| hit["full"] == true && hit["bits"].as_f64() > Some(0.0)), "{found}");
    }
}

#[test]
fn a_bad_row_is_named_with_its_line_and_nothing_is_written_unless_it_may_be_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let bad = format!(
        "{REGISTER}{}",
        "{\"id\":\"a\",\"type\":\"person\",\"names\":[\"Twice\"]}\n\
         {\"id\":\"d\",\"type\":\"ship\",\"names\":[\"Aurora\"]}\n\
         not json\n\
         {\"id\":\"e\",\"type\":\"person\",\"names\":[]}\n\
         {\"id\":\"f\",\"type\":\"person\",\"names\":[\"...\"]}\n"
    );
    std::fs::write(folder.path().join("bad.jsonl"), bad).unwrap();
    let build = ["names", "build", "bad.jsonl", "-o", "out.names"];
    let refused = bare(folder.path(), &build);
    for (line, says) in
        [(4, "line 1 already"), (5, "not a type"), (6, "expected"), (7, "name"), (8, "letter")]
    {
        let named = refused.err.lines().find(|told| told.contains(&format!("bad.jsonl, line {line}: ")));
        assert!(named.is_some_and(|told| told.contains(says)), "line {line}, {says}: {}", refused.err);
    }
    refused.refused(2, "nothing was written");
    assert!(!folder.path().join("out.names").exists());
    let done = bare(folder.path(), &[&build[..], &["--skip-bad", "--json"]].concat());
    assert_eq!(done.code, 11, "{}", done.err);
    assert_eq!((&done.json()["entries"], &done.json()["bad_count"]), (&json!(3), &json!(5)));
    bare(folder.path(), &["names", "stats", "out.names"]).ok();
    let dry = ["names", "build", "bad.jsonl", "-o", "dry.names", "--skip-bad", "--dry-run"];
    assert_eq!(bare(folder.path(), &dry).code, 11);
    assert!(!folder.path().join("dry.names").exists());
    std::fs::write(folder.path().join("list.xls"), "").unwrap();
    bare(folder.path(), &["names", "build", "list.xls", "-o", "x"]).refused(2, ".jsonl or .csv");
    std::fs::write(folder.path().join("short.csv"), "id,names\n1,x\n").unwrap();
    bare(folder.path(), &["names", "build", "short.csv", "-o", "x"]).refused(2, "columns id, type and names");
    std::fs::write(folder.path().join("empty.jsonl"), "\n").unwrap();
    bare(folder.path(), &["names", "build", "empty.jsonl", "-o", "x"]).refused(2, "no row");
}

#[test]
fn what_a_name_costs_is_said_before_it_is_kept_and_afterwards() {
    let cli = Cli::new();
    let add = |name: &str, more: &[&str]| {
        let add =
            ["person", "add", "--kind", "person", "--name", name, "--category", "artist", "--tier", "T2"];
        let rest = ["--label", "RED", "--purpose", "asked", "--as", "Lena", "--json"];
        cli.args(&[&add[..], &rest, more].concat())
    };
    let quiet = add("Ilmari Vesterholt", &["--birth-year", "1971", "--role", "painter"]);
    assert!(quiet.err.contains("false alarm") && quiet.err.contains("100000 words a day"), "{}", quiet.err);
    let made = quiet.ok().json();
    assert_eq!((&made["discriminators"], &made["forecast"]["days"]), (&json!(2), &Value::Null));
    assert!(made["forecast"]["alarms_a_day"].as_f64().unwrap() < 1.0);
    add("Ilmari Vesterholt", &["--birth-year", "71"]).refused(2, "four digits");
    let cover = made["id"].as_str().unwrap();
    cli.run(&format!("person describe {cover} --place Northport --as Lena")).ok();
    cli.run(&format!("person describe {cover} --as Lena")).refused(2, "birth year, place");
    cli.run(&format!("person describe {cover} --place Northport --as Mara")).refused(4, "may not");
    cli.run("person describe PR-00000000 --place Northport --as Lena").refused(3, "PR-00000000");

    let report = cli.add("They were asking where Ilmari Vesterholt lives.");
    let shown = cli.run(&format!("report show {report} --as Mara")).ok().text();
    assert!(shown.contains(" bits, "), "{shown}");
    let stats = cli.run("names stats --as Lena").ok().text();
    assert!(stats.contains(cover) && !stats.contains("Vesterholt"), "{stats}");
    let stats = cli.json("names stats --as Lena").ok().json();
    assert_eq!((&stats["items"][0]["subject"], &stats["items"][0]["undecided"]), (&json!(cover), &json!(1)));
    let doctor = cli.json("doctor").ok().json();
    let alarms =
        doctor["checks"].as_array().unwrap().iter().find(|check| check["name"] == "false alarms").unwrap();
    assert!(alarms["says"].as_str().unwrap().contains("1 undecided"), "{alarms}");
    assert!(!doctor.to_string().contains(cover), "no name, not even a cover name");
}

#[test]
fn the_commands_of_the_guide_to_screening_do_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guide = std::fs::read_to_string(root.join("docs/how-to/screen-a-text.md")).unwrap();
    let blocks: Vec<&str> =
        guide.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 4);
    let script = format!("set -eu\n{}", blocks.join("\n"));
    let bin = Path::new(env!("CARGO_BIN_EXE_aldis")).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display());
    let done = Command::new("bash")
        .args(["-c", &script])
        .current_dir(&folder)
        .env_clear()
        .env("PATH", path)
        .output()
        .unwrap();
    let done = ran(done);
    assert_eq!(done.code, 0, "{}{}", done.text(), done.err);
    // What the guide shows as printed is printed, but for the cover names.
    for shown in guide.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        for line in shown.lines().filter(|line| !line.trim().is_empty() && !line.contains('…')) {
            assert!(done.text().contains(line.trim()), "{line:?} is not in {}", done.text());
        }
    }
}
