//! The real program: a node made by its own commands, served by one process or two.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A node and the processes that serve it.
pub struct Served {
    children: Vec<Child>,
    /// `host:port` of each process.
    pub hosts: Vec<String>,
    /// The header `Authorization` of a partner's tool.
    pub authorization: String,
    program: PathBuf,
    folder: PathBuf,
    database: Option<String>,
}

impl Drop for Served {
    fn drop(&mut self) {
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Served {
    /// Makes a node in `folder` and starts `processes` servers on it.
    ///
    /// # Errors
    ///
    /// Whatever the program says on its way.
    pub fn start(
        program: &Path,
        folder: &Path,
        database: Option<&str>,
        processes: usize,
    ) -> io::Result<Self> {
        let mut served = Self {
            children: Vec::new(),
            hosts: Vec::new(),
            authorization: String::new(),
            program: program.to_owned(),
            folder: folder.to_owned(),
            database: database.map(str::to_owned),
        };
        served.run(&["init", "--organisation", "Northport"])?;
        served.run(&["user", "add", "Noor", "--role", "liaison", "--as", "admin"])?;
        served.run(&["partner", "add", "alba", "--title", "Alba", "--as", "Noor"])?;
        let made = served.run(&["taxii", "credential", "add", "alba", "--way", "basic", "--as", "Noor"])?;
        let pair = format!("{}:{}", text(&made, "user"), text(&made, "password"));
        served.authorization = format!("Basic {}", base64(pair.as_bytes()));
        for _ in 0..processes {
            served.serve()?;
        }
        Ok(served)
    }

    /// Adds a collection and returns the path of its objects.
    ///
    /// # Errors
    ///
    /// Whatever the program says.
    pub fn collection(&self) -> io::Result<String> {
        let words =
            ["taxii", "collection", "add", "alba", "--title", "B", "--access", "read-write", "--as", "Noor"];
        let made = self.run(&words)?;
        Ok(format!("/taxii2/desk/collections/{}/objects/", text(&made, "id")))
    }

    /// Returns the greatest and the present resident memory of the first process, in MiB.
    pub fn memory_mib(&self) -> (u64, u64) {
        let id = self.children.first().map_or(0, Child::id);
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let kib = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        };
        (kib("VmHWM").unwrap_or(0) / 1024, kib("VmRSS").unwrap_or(0) / 1024)
    }

    /// Returns the processor time of all processes so far, in seconds.
    pub fn processor_s(&self) -> f64 {
        self.children.iter().map(|child| used_s(child.id())).sum()
    }

    /// Runs a command of the program and returns its JSON.
    ///
    /// # Errors
    ///
    /// What it says when it fails.
    pub fn run(&self, words: &[&str]) -> io::Result<serde_json::Value> {
        let output = self.command().args(words).arg("--json").output()?;
        if !output.status.success() {
            return Err(io::Error::other(format!("{words:?}: {}", String::from_utf8_lossy(&output.stderr))));
        }
        Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().env("ALDIS_DATA", self.folder.join("aldis-data")).current_dir(&self.folder);
        if let Some(database) = &self.database {
            command.env("ALDIS_DB", database);
        }
        command
    }

    fn serve(&mut self) -> io::Result<()> {
        let host = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let mut child = self
            .command()
            .args(["serve", "--json", "--listen", &host])
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        self.children.push(child);
        self.hosts.push(host);
        if line.contains("console") { Ok(()) } else { Err(io::Error::other("the server did not start")) }
    }
}

fn text(value: &serde_json::Value, name: &str) -> String {
    value.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// Returns the processor time of one process so far, in seconds.
pub fn used_s(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u32 =
        after_name.split_whitespace().skip(11).take(2).filter_map(|word| word.parse::<u32>().ok()).sum();
    f64::from(ticks) / 100.0
}

/// Writes bytes in base 64.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let index = (bits >> (18 - 6 * at) & 63) as usize;
            let letter = LETTERS.get(index).map_or('=', |letter| char::from(*letter));
            text.push(if at > chunk.len() { '=' } else { letter });
        }
    }
    text
}
