//! Real servers to send to, written in Python with libraries that are not ours. Each ends with the test.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail loudly")]

use crate::store::is_required;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// A running server, and the folder it writes into.
pub struct Server {
    pub port: u16,
    pub folder: tempfile::TempDir,
    child: Child,
    // It stops when this end of its input closes, also if the test panics.
    _input: ChildStdin,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An authority and a certificate of it for 127.0.0.1.
pub struct Certificates {
    folder: tempfile::TempDir,
}

impl Certificates {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let run = |words: &str| {
            let args: Vec<&str> = words.split(' ').collect();
            let done = Command::new("openssl").current_dir(folder.path()).args(args).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        std::fs::write(folder.path().join("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost").unwrap();
        let new = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        run(&format!("req -x509 {new} -keyout ca.key -out ca.pem -days 30 -subj /CN=Authority"));
        run(&format!("req -new {new} -keyout key.pem -out req.pem -subj /CN=localhost"));
        run(
            "x509 -req -in req.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem -days 30 -extfile names",
        );
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn authority(&self) -> PathBuf {
        self.path("ca.pem")
    }

    fn args(&self) -> [String; 2] {
        ["cert.pem", "key.pem"].map(|name| self.path(name).display().to_string())
    }
}

/// Says whether Python has these modules; if not, the test is skipped, unless that is not allowed.
pub fn has(modules: &str, wanted: &str) -> bool {
    let found =
        Command::new("python3").args(["-c", &format!("import {modules}")]).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    assert!(found || !is_required(wanted), "ALDIS_REQUIRE wants {wanted}, and python3 has no {modules}");
    if !found {
        println!("skipped: python3 has no {modules}");
    }
    found
}

/// Starts a mail server: `plain`, `starttls` or `tls`.
pub fn smtp(mode: &str, certificates: Option<&Certificates>) -> Server {
    let mut args = vec![mode.to_owned()];
    args.extend(certificates.map(Certificates::args).into_iter().flatten());
    start("smtp.py", &args)
}

/// Starts a receiver of webhooks.
pub fn hook(public: &str, secret: Option<&str>, certificates: Option<&Certificates>) -> Server {
    let mut args = vec![public.to_owned(), secret.unwrap_or("-").to_owned()];
    args.extend(certificates.map(Certificates::args).into_iter().flatten());
    start("hook.py", &args)
}

/// Starts the TAXII server of OASIS with one empty collection.
pub fn medallion(collection: &str) -> Server {
    start("taxii.py", &[collection.to_owned()])
}

fn start(script: &str, args: &[String]) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/servers").join(script);
    let mut child = Command::new("python3")
        .arg(script)
        .arg(folder.path())
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let input = child.stdin.take().unwrap();
    // It says on its output when it listens; waiting for that line needs no clock.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next().expect("the server says its port").unwrap();
    let port = line.strip_prefix("port ").unwrap().parse().unwrap();
    Server { port, folder, child, _input: input }
}

impl Server {
    /// Returns what a mail server took, oldest first: what it noted, an empty line, the mail.
    pub fn mails(&self) -> Vec<String> {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    /// Returns what a receiver of webhooks was asked, oldest first.
    pub fn requests(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.folder.path().join("requests")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}
