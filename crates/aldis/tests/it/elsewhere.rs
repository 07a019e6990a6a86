//! Polling and feeding another server, against a small one that behaves as it is told.

use aldis::error::Error;
use aldis::exchange::elsewhere::{Elsewhere, Login, Surroundings, Tls};
use aldis_model::Label;
use aldis_model::gate::{Audience, Gate, Labelled};
use aldis_wire::poll::{self, Mark};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Time stands still, and nobody waits.
#[derive(Default)]
pub struct Still(RefCell<Vec<u64>>);

impl Surroundings for Still {
    fn now_us(&self) -> i64 {
        0
    }

    fn spread(&self) -> u8 {
        0
    }

    fn pause(&self, wait: Duration) -> bool {
        self.0.borrow_mut().push(wait.as_secs());
        true
    }
}

/// Answers each request with the next of `answers` (status, headers, body), and keeps what was asked.
pub fn serve(answers: Vec<(u16, &'static str, String)>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/taxii2/", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    std::thread::spawn(move || {
        let mut answers: VecDeque<_> = answers.into();
        while let Some((status, headers, body)) = answers.pop_front() {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut text, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                text.push_str(&line);
                if line.trim().is_empty() {
                    break;
                }
            }
            let mut sent = vec![0; length];
            reader.read_exact(&mut sent).unwrap();
            text.push_str(&String::from_utf8(sent).unwrap());
            kept.lock().unwrap().push(text);
            let kind = if headers.contains("Content-Type") {
                ""
            } else {
                "Content-Type: application/taxii+json;version=2.1\r\n"
            };
            let head = format!(
                "HTTP/1.1 {status} X\r\nConnection: close\r\n{kind}{headers}Content-Length: {}\r\n\r\n",
                body.len()
            );
            let mut stream = stream;
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body.as_bytes()).unwrap();
        }
    });
    (address, asked)
}

fn open<'a>(address: &str, around: &'a Still) -> Elsewhere<'a> {
    Elsewhere::new(address, Login::Open, &Tls::default(), around).unwrap()
}

fn object(number: u32) -> String {
    format!(r#"{{"id":"note--{number}","modified":"2030-01-01T00:00:00.000Z"}}"#)
}

fn page(numbers: &[u32], next: Option<&str>) -> String {
    let objects: Vec<String> = numbers.iter().map(|number| object(*number)).collect();
    let tail = next.map(|next| format!(r#","more":true,"next":"{next}""#)).unwrap_or_default();
    format!(r#"{{"objects":[{}]{tail}}}"#, objects.join(","))
}

pub const LAST: &str = "X-TAXII-Date-Added-Last: 2030-01-01T00:00:05.000000Z\r\n";

#[test]
fn a_poll_follows_pages_waits_when_told_and_resumes_where_it_stopped() {
    let (address, asked) = serve(vec![
        (200, LAST, page(&[1, 2], Some("a b&c"))),
        (503, "Retry-After: 7\r\n", String::new()),
        (200, LAST, page(&[3], Some("d"))),
        (403, "", r#"{"title":"Not now"}"#.into()),
        (400, "", r#"{"title":"I forgot the cursor"}"#.into()),
        (200, LAST, page(&[2, 3, 4], None)),
    ]);
    let still = Still::default();
    let server = open(&address, &still);
    let (mut got, mut kept) = (Vec::new(), Mark::default());
    let mut keep = |objects: &[&str], mark: &Mark| {
        got.extend(objects.iter().map(|object| (*object).to_owned()));
        kept = mark.clone();
        Ok(ControlFlow::Continue(()))
    };
    let failed = server.poll("/api1/", "c-1", Mark::default(), 0, &mut keep).unwrap_err();
    assert!(failed.to_string().contains("403 Not now"), "{failed}");
    assert_eq!(failed.exit_code(), 9);
    let from = kept.clone();
    let mut keep = |objects: &[&str], mark: &Mark| {
        got.extend(objects.iter().map(|object| (*object).to_owned()));
        kept = mark.clone();
        Ok(ControlFlow::Continue(()))
    };
    assert_eq!(server.poll("/api1/", "c-1", from, 0, &mut keep).unwrap(), 1);
    assert_eq!(got, (1..=4).map(object).collect::<Vec<_>>());
    assert_eq!(kept.added_after.as_deref(), Some("2030-01-01T00:00:05.000000Z"));
    assert_eq!(*still.0.borrow(), [7]);
    let asked = asked.lock().unwrap();
    let lines: Vec<&str> = asked.iter().map(|text| text.lines().next().unwrap()).collect();
    let objects = "GET /api1/collections/c-1/objects/?limit=1000";
    assert_eq!(lines[0], format!("{objects} HTTP/1.1"));
    assert_eq!(lines[1], format!("{objects}&next=a%20b%26c HTTP/1.1"));
    assert_eq!(lines[5], format!("{objects} HTTP/1.1"));
    assert!(asked[0].to_lowercase().contains("accept: application/taxii+json;version=2.1"), "{}", asked[0]);
}

#[test]
fn roots_are_absolute_or_relative_and_a_root_elsewhere_is_refused() {
    let still = Still::default();
    let (address, _) = serve(vec![
        (200, "", r#"{"title":"x","default":"/api2/","api_roots":["/api1/","/api2/"]}"#.into()),
        (200, "", r#"{"title":"x","api_roots":["https://b.example/api1/"]}"#.into()),
        (200, "", r#"{"collections":[{"id":"c-1","title":"t","can_read":true,"can_write":false}]}"#.into()),
    ]);
    let server = open(&address, &still);
    let host = address.trim_end_matches("/taxii2/");
    let roots = server.roots().unwrap();
    assert_eq!(roots, [format!("{host}/api2/"), format!("{host}/api1/")]);
    assert!(server.roots().unwrap_err().to_string().contains("another host"));
    assert!(server.collections("https://b.example/api1/").is_err());
    assert_eq!(server.collections(&roots[0]).unwrap()[0].id, "c-1");
}

#[test]
fn what_is_no_taxii_2_1_is_refused_at_once_and_says_what_it_is() {
    let still = Still::default();
    for (status, headers, body, says) in [
        (200, "Content-Type: text/html\r\n", "<html>", "a web page"),
        (200, "Content-Type: application/vnd.oasis.taxii+json; version=2.0\r\n", "{}", "TAXII 2.0"),
        (200, "", "{\"api_roots\": 7}", "not a discovery"),
        (302, "Location: https://b.example/\r\n", "", "leads elsewhere"),
        (401, "WWW-Authenticate: Basic\r\n", "", "does not know us"),
        (406, "", "", "does not speak TAXII 2.1"),
    ] {
        let (address, asked) = serve(vec![(status, headers, body.to_owned())]);
        let error = open(&address, &still).roots().unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!((error.exit_code(), asked.lock().unwrap().len()), (9, 1));
    }
    assert!(still.0.borrow().is_empty());
}

#[test]
fn a_secret_travels_over_tls_or_to_this_machine_only() {
    let still = Still::default();
    let login = || Login::Basic("noor".into(), "word".to_owned().into());
    assert!(matches!(
        Elsewhere::new("http://a.example/taxii2/", login(), &Tls::default(), &still),
        Err(Error::Refused(_))
    ));
    assert!(Elsewhere::new("https://a.example/taxii2/", login(), &Tls::default(), &still).is_ok());
    let bad = Tls { authorities: Some(b"no pem".to_vec()), ours: None };
    assert!(Elsewhere::new("https://a.example/taxii2/", Login::Open, &bad, &still).is_err());
    assert!(
        Elsewhere::new(
            "https://a.example/",
            Login::Bearer("two words".to_owned().into()),
            &Tls::default(),
            &still
        )
        .is_err()
    );

    let (address, asked) = serve(vec![(200, "", "{}".into()), (200, "", "{}".into())]);
    Elsewhere::new(&address, login(), &Tls::default(), &still).unwrap().roots().unwrap();
    let token = Login::Bearer("t0ken".to_owned().into());
    Elsewhere::new(&address, token, &Tls::default(), &still).unwrap().roots().unwrap();
    let asked: Vec<String> = asked.lock().unwrap().iter().map(|text| text.to_lowercase()).collect();
    assert!(asked[0].contains("authorization: basic bm9vcjp3b3jk"), "{}", asked[0]);
    assert!(asked[1].contains("authorization: bearer t0ken"), "{}", asked[1]);
}

fn released(texts: &[String]) -> aldis_model::Released<Vec<String>> {
    let labelled = Labelled::new(texts.to_vec(), Label::clear());
    Gate::default().release(&Audience::public(), labelled).unwrap()
}

#[test]
fn an_addition_waits_for_its_status_and_names_what_failed() {
    let pending = r#"{"id":"s-1","status":"pending","pending_count":2}"#;
    let complete = r#"{"id":"s-1","status":"complete","success_count":1,"failure_count":1,
        "failures":[{"id":"note--2","message":"no"}]}"#;
    let unnamed = r#"{"id":"s-2","status":"complete","success_count":1,"failure_count":1}"#;
    let (address, asked) = serve(vec![
        (202, "", pending.into()),
        (200, "", pending.into()),
        (200, "", complete.into()),
        (202, "", unnamed.into()),
    ]);
    let still = Still::default();
    let server = open(&address, &still);
    let texts = [object(1), object(2)];
    let added = server.add("/api1/", "c-1", &released(&texts)).unwrap();
    assert_eq!(added.accepted, [poll::key(&texts[0])]);
    assert_eq!(added.refused, [("note--2".to_owned(), "no".to_owned())]);
    let added = server.add("/api1/", "c-1", &released(&texts)).unwrap();
    assert!(added.accepted.is_empty(), "nothing says which one failed");
    assert_eq!(added.refused.len(), 1);
    assert_eq!(*still.0.borrow(), [1, 2]);
    let asked = asked.lock().unwrap();
    assert!(asked[2].starts_with("GET /api1/status/s-1/ "), "{}", asked[2]);
    assert!(server.add("/api1/", "../c", &released(&texts)).is_err());
    assert_eq!(asked.len(), 4);
}

#[test]
fn an_envelope_that_is_too_large_is_halved_and_one_object_that_is_is_named() {
    let all = |id: &str| format!(r#"{{"id":"{id}","status":"complete","success_count":1}}"#);
    let too_large = || (413, "", r#"{"title":"Too much"}"#.to_owned());
    let (address, asked) =
        serve(vec![too_large(), (202, "", all("s-1")), too_large(), (202, "", all("s-2")), too_large()]);
    let still = Still::default();
    let texts: Vec<String> = (1..=3).map(object).collect();
    let added = open(&address, &still).add("/api1/", "c-1", &released(&texts)).unwrap();
    assert_eq!(added.accepted, [poll::key(&texts[0]), poll::key(&texts[1])]);
    assert_eq!(added.refused.len(), 1);
    assert_eq!(added.refused[0].0, "note--3");
    assert!(asked.lock().unwrap()[3].contains("note--2"));
}

/// An indicator as STIX 2.1 wants it, under a marking.
fn indicator(number: u32, marking: &str) -> String {
    format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-{number:012}","created":"2030-01-01T00:00:00.000Z","modified":"2030-01-01T00:00:00.000Z","pattern":"[url:value = 'https://a.example']","pattern_type":"stix","valid_from":"2030-01-01T00:00:00Z"{marking}}}"#
    )
}

fn marked(word: &str) -> String {
    let id = aldis_wire::stix::marking::tlp_2_id(word).unwrap();
    format!(r#","object_marking_refs":["{id}"]"#)
}

#[test]
fn a_push_sends_what_may_leave_once_and_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let discovery = r#"{"title":"x","api_roots":["/api1/"]}"#;
    let api = r#"{"title":"x","versions":["application/taxii+json;version=2.1"],"max_content_length":1000}"#;
    let all = |id: &str| format!(r#"{{"id":"{id}","status":"complete","success_count":2}}"#);
    let (address, asked) = serve(vec![
        (200, "", discovery.into()),
        (200, "", api.into()),
        (200, "", discovery.into()),
        (200, "", api.into()),
        (202, "", all("s-1")),
        (403, "", r#"{"title":"Enough"}"#.into()),
        (200, "", discovery.into()),
        (200, "", api.into()),
        (202, "", all("s-2")),
        (200, "", discovery.into()),
        (200, "", api.into()),
    ]);
    let objects = [
        indicator(1, &marked("green")),
        indicator(2, &marked("clear")),
        indicator(3, &marked("amber")),
        indicator(4, ""),
        r#"{"type":"indicator","id":"indicator--5"}"#.to_owned(),
        indicator(6, &marked("green")),
    ];
    let bundle = format!(
        r#"{{"type":"bundle","id":"bundle--5f8ae28f-040e-4bec-b801-76d9651afce6","objects":[{}]}}"#,
        objects.join(",")
    );
    std::fs::write(folder.path().join("bundle.json"), bundle).unwrap();
    let run = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_aldis"));
        command.current_dir(folder.path()).env_clear().args(["taxii", "push", &address, "bundle.json"]);
        let done = command.args(["--collection", "c-1", "--json"]).args(more).output().unwrap();
        let told = String::from_utf8(done.stderr).unwrap();
        (done.status.code(), serde_json::from_slice(&done.stdout).unwrap_or(serde_json::Value::Null), told)
    };
    let counts = |told: &serde_json::Value| {
        ["sent", "known", "withheld", "refused"].map(|name| told[name].as_u64().unwrap())
    };
    let (code, told, said) = run(&["--ceiling", "TLP:RED"]);
    assert_eq!((code, told), (Some(2), serde_json::Value::Null), "{said}");

    let (code, told, said) = run(&["--dry-run"]);
    assert_eq!(code, Some(11), "{said}");
    assert_eq!(counts(&told), [3, 0, 2, 1]);
    assert!(!folder.path().join("bundle.json.sent").exists());

    let (code, told, said) = run(&[]);
    assert_eq!((code, counts(&told)), (Some(11), [2, 0, 2, 1]), "{said}");
    assert_eq!(told["complete"], false);
    assert_eq!(told["failures"][0]["id"], "indicator--5");
    let (code, told, said) = run(&[]);
    assert_eq!((code, counts(&told)), (Some(11), [1, 2, 2, 1]), "{said}");
    let (code, told, said) = run(&[]);
    assert_eq!((code, counts(&told)), (Some(11), [0, 3, 2, 1]), "{said}");
    assert_eq!(told["complete"], true);

    let asked = asked.lock().unwrap();
    let bodies: Vec<&String> = asked.iter().filter(|text| text.starts_with("POST ")).collect();
    assert_eq!(bodies.len(), 3);
    // What was in flight when it stopped comes again, what was accepted does not.
    assert!(bodies[0].contains("000001") && bodies[0].contains("000002") && !bodies[0].contains("000006"));
    assert!(bodies[2].contains("000006") && !bodies[2].contains("000001"));
    for withheld in ["000003", "000004"] {
        assert!(asked.iter().all(|text| !text.contains(withheld)), "{withheld} stays here");
    }
}

#[test]
fn the_command_keeps_what_came_and_exits_with_11_when_it_stopped_and_9_when_nothing_came() {
    let folder = tempfile::tempdir().unwrap();
    let discovery = r#"{"title":"x","api_roots":["/api1/"]}"#;
    let (address, asked) = serve(vec![
        (200, "", discovery.into()),
        (200, LAST, page(&[1, 2], Some("n"))),
        (403, "", r#"{"title":"Enough"}"#.into()),
        (200, "", discovery.into()),
        (200, LAST, page(&[2, 3], None)),
        (401, "", String::new()),
    ]);
    let run = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_aldis"));
        command.current_dir(folder.path()).env_clear().args(["taxii", "poll", &address, "--json"]);
        let done = command.args(["--collection", "c-1", "--to", "feed.jsonl"]).args(more).output().unwrap();
        (
            done.status.code(),
            String::from_utf8(done.stdout).unwrap() + &String::from_utf8(done.stderr).unwrap(),
        )
    };
    std::fs::write(folder.path().join("secret"), "word\n").unwrap();
    let kept = || std::fs::read_to_string(folder.path().join("feed.jsonl")).unwrap_or_default();
    let lines = |numbers: &[u32]| numbers.iter().map(|number| object(*number) + "\n").collect::<String>();

    // What could not be kept is not asked for.
    let (code, said) = run(&["--mark", "no/such/folder"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(asked.lock().unwrap().is_empty() && !folder.path().join("feed.jsonl").exists());

    let (code, said) = run(&["--user", "noor", "--secret-file", "secret"]);
    assert_eq!(code, Some(11), "{said}");
    assert!(said.contains("Enough") && !said.contains("word"), "{said}");
    assert_eq!(kept(), lines(&[1, 2]));
    let (code, said) = run(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(kept(), lines(&[1, 2, 3]));
    let (code, said) = run(&[]);
    assert_eq!(code, Some(9), "{said}");
    assert_eq!(kept(), lines(&[1, 2, 3]));
    assert!(asked.lock().unwrap()[4].contains("&next=n "), "the stopped poll goes on from its page");
    std::fs::write(folder.path().join("feed.jsonl.mark"), "no mark").unwrap();
    assert_eq!(run(&[]).0, Some(2));
}

#[test]
fn the_command_looks_for_the_root_that_has_the_collection() {
    let folder = tempfile::tempdir().unwrap();
    let roots = r#"{"title":"x","default":"/api1/","api_roots":["/api1/","/api2/","/api3/"]}"#;
    let list = |id: &str| {
        format!(r#"{{"collections":[{{"id":"{id}","title":"t","can_read":true,"can_write":false}}]}}"#)
    };
    let (address, asked) = serve(vec![
        (200, "", roots.into()),
        (403, "", r#"{"title":"Not for you"}"#.into()),
        (200, "", list("c-1")),
        (200, LAST, page(&[1], None)),
        (200, "", roots.into()),
        (200, "", "{}".into()),
        (200, "", list("c-1")),
        (200, "", list("c-2")),
    ]);
    let run = |collection: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_aldis"));
        command.current_dir(folder.path()).env_clear().args([
            "taxii",
            "poll",
            &address,
            "--to",
            "feed.jsonl",
        ]);
        let done = command.args(["--collection", collection]).output().unwrap();
        (done.status.code(), String::from_utf8(done.stderr).unwrap())
    };
    let (code, said) = run("c-1");
    assert_eq!(code, Some(0), "{said}");
    assert!(asked.lock().unwrap()[3].starts_with("GET /api2/collections/c-1/objects/"));
    let (code, said) = run("c-9");
    assert_eq!(code, Some(9), "{said}");
    assert!(said.contains("none of the server's 3 API roots lists the collection"), "{said}");
}
