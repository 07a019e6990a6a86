//! Other people's clients: `taxii2-client` and `stix2` from PyPI against the real program, and a
//! program that is killed while it is written to.

use crate::store::is_required;
use serde_json::Value;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The real program, serving a node of its own.
struct Server {
    child: Child,
    url: String,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_aldis"));
    program.env_clear().current_dir(folder);
    program
}

fn run(folder: &Path, words: &[&str]) -> Value {
    let output = program(folder).args(words).arg("--json").output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &["init", "--organisation", "Northport"]);
        run(folder.path(), &["user", "add", "Noor", "--role", "liaison", "--as", "admin"]);
        run(folder.path(), &["partner", "add", "alba", "--title", "Alba", "--as", "Noor"]);
        Self::serve(folder)
    }

    fn serve(folder: tempfile::TempDir) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = format!("http://{free}");
        let mut child = program(folder.path())
            .args(["serve", "--json", "--listen", &free.to_string()])
            .env("ALDIS_PUBLIC_URL", &url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("console"), "{line}");
        Self { child, url, folder }
    }

    fn collection(&self, access: &str) -> String {
        let words =
            ["taxii", "collection", "add", "alba", "--title", "Shared", "--access", access, "--as", "Noor"];
        run(self.folder.path(), &words)["id"].as_str().unwrap().to_owned()
    }

    fn credential(&self, way: &str) -> Value {
        run(self.folder.path(), &["taxii", "credential", "add", "alba", "--way", way, "--as", "Noor"])
    }
}

#[test]
fn taxii2_client_and_stix2_find_their_way() {
    let found =
        Command::new("python3").args(["-c", "import taxii2client, stix2"]).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        assert!(
            !is_required("taxii"),
            "ALDIS_REQUIRE wants taxii2-client and stix2, and they are not installed"
        );
        println!("skipped: taxii2-client and stix2 not installed");
        return;
    }
    let server = Server::start();
    let (both, read) = (server.collection("read-write"), server.collection("read"));
    let (basic, bearer) = (server.credential("basic"), server.credential("bearer"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let output = Command::new("python3")
        .args(["-c", include_str!("clients.py"), &server.url])
        .args([text(&basic["user"]), text(&basic["password"]), text(&bearer["token"]), both, read])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.ends_with("all done\n"), "{said}");
    let verified = run(server.folder.path(), &["log", "verify"]);
    assert!(verified["objects"].as_u64().unwrap() > 10_000, "{verified}");
}

#[test]
fn a_program_that_is_killed_while_it_is_written_to_keeps_additions_whole() {
    const EACH: u32 = 200;
    let mut server = Server::start();
    let (own, token) = (server.collection("read-write"), server.credential("bearer"));
    let token = token["token"].as_str().unwrap().to_owned();
    let mut acknowledged = 0;
    for round in 0..3 {
        let address = server.url.trim_start_matches("http://").to_owned();
        let mut stream = TcpStream::connect(&address).unwrap();
        for batch in 0..10 {
            let first = (round * 100 + batch) * EACH;
            let objects: Vec<String> =
                (first..first + EACH).map(|number| super::indicator(number, 1)).collect();
            let body = super::envelope(&objects);
            let head = format!(
                "POST /taxii2/desk/collections/{own}/objects/ HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\
                 authorization: Bearer {token}\r\ncontent-type: application/taxii+json\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(body.as_bytes()).unwrap();
            if batch == 3 + round {
                // The rest of this one is on its way or half done.
                break;
            }
            let mut reader = BufReader::new(&stream);
            let (mut line, mut length) = (String::new(), 0);
            reader.read_line(&mut line).unwrap();
            assert!(line.contains(" 202 "), "{line}");
            while line != "\r\n" {
                line.clear();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
            }
            std::io::Read::read_exact(&mut reader, &mut vec![0; length]).unwrap();
            acknowledged += i64::from(EACH);
        }
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        let folder = std::mem::replace(&mut server.folder, tempfile::tempdir().unwrap());
        server = Server::serve(folder);
    }
    let db = aldis::db::Db::open_sqlite(&server.folder.path().join("aldis-data/aldis.db")).unwrap();
    let kept = db.read(|tx| tx.row("SELECT count(*) FROM taxii_object", &[])?.int(0)).unwrap();
    assert!(kept >= acknowledged && kept % i64::from(EACH) == 0, "{kept} of {acknowledged}");
    let verified = run(server.folder.path(), &["log", "verify"]);
    assert_eq!(verified["objects"], kept);
}
