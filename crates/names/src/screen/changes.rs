//! What changed in an index file since it was built: a journal beside it.
//!
//! The first line of the journal names the build it belongs to. Each line after
//! it is one change, a checksum and JSON, made whole or not at all: it is written
//! in one piece and synced before it is reported. A last line that a crash cut
//! off counts for nothing, and the next change takes its place. A journal of
//! another build is void.
//!
//! Absent: merging a long journal into its index. Build the index anew.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::base::checksum;
use super::types::{Entry, Refused};

/// Entries added, and identifiers removed before that.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) remove: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) add: Vec<Entry>,
}

/// A journal that is open for one change at a time.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    build: u64,
    /// The bytes that are whole; what stands behind them was cut off.
    whole: u64,
}

impl Journal {
    /// Opens the journal of an index for writing, makes it if there is none,
    /// and waits for whoever else changes it. Gives what it holds so far.
    pub(super) fn open(index: &Path, build: u64) -> Result<(Self, Vec<Change>), Refused> {
        let path = beside(index);
        let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(Refused::Io)?;
        file.lock().map_err(Refused::Io)?;
        let (changes, whole) = parse(&bytes(&file)?, build)?;
        Ok((Self { file, path, build, whole }, changes))
    }

    /// Appends one change; it is on the disk when this returns.
    pub(super) fn append(&mut self, change: &Change) -> Result<(), Refused> {
        let json = serde_json::to_string(change).map_err(|error| Refused::Io(error.into()))?;
        let mut text = if self.whole == 0 { head(self.build) } else { String::new() };
        text.push_str(&format!("{:016x} {json}\n", checksum(json.as_bytes())));
        if self.whole + text.len() as u64 > BYTES_MAX {
            return Err(Refused::Entry(format!(
                "the changes since the build fill {} MiB; build the index anew",
                BYTES_MAX >> 20
            )));
        }
        let written = self.write(text.as_bytes());
        if written.is_err() {
            // What may have been written is no change: it was not reported.
            let _ = self.file.set_len(self.whole);
        } else {
            self.whole += text.len() as u64;
        }
        written.map_err(Refused::Io)
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.set_len(self.whole)?;
        self.file.seek(SeekFrom::Start(self.whole))?;
        self.file.write_all(bytes)?;
        self.file.sync_all()?;
        if self.whole > 0 {
            return Ok(());
        }
        // A new file is only there after a crash if its folder says so.
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

/// Gives the changes of an index file, none if it has no journal.
pub(super) fn read(index: &Path, build: u64) -> Result<Vec<Change>, Refused> {
    match File::open(beside(index)) {
        Ok(file) => Ok(parse(&bytes(&file)?, build)?.0),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Refused::Io(error)),
    }
}

/// Removes the journal of an index that was built anew.
pub(super) fn forget(index: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(beside(index)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Gives the number of a build, as [`super::base::Base::sum`] does, from the
/// head of its file alone: only whole files are ever put there.
pub(super) fn build_of(index: &Path) -> Result<u64, Refused> {
    let mut head = [0; 32];
    File::open(index).and_then(|mut file| file.read_exact(&mut head)).map_err(Refused::Io)?;
    let sum = head.last_chunk().copied().unwrap_or_default();
    Ok(u64::from_le_bytes(sum))
}

/// Where the journal of an index stands.
pub(super) fn beside(index: &Path) -> PathBuf {
    let mut name = index.file_name().unwrap_or_default().to_owned();
    name.push(".changes");
    index.with_file_name(name)
}

fn bytes(file: &File) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let mut file = file.take(BYTES_MAX + 1);
    file.read_to_end(&mut bytes).map_err(Refused::Io)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Refused::File("its changes are longer than any journal".to_owned()));
    }
    Ok(bytes)
}

/// Reads the changes, and tells how many bytes are whole.
fn parse(bytes: &[u8], build: u64) -> Result<(Vec<Change>, u64), Refused> {
    let head = head(build);
    let Some(mut rest) = bytes.strip_prefix(head.as_bytes()) else { return Ok((Vec::new(), 0)) };
    let (mut changes, mut whole) = (Vec::new(), head.len());
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, after) = rest.split_at_checked(end + 1).unwrap_or((rest, &[]));
        match change(line.trim_ascii_end()) {
            Some(change) => changes.push(change),
            // Only the last line can have been cut off by a crash.
            None if !after.contains(&b'\n') => break,
            None => {
                return Err(Refused::File(format!("change {} of its journal is damaged", changes.len() + 1)));
            }
        }
        whole += line.len();
        rest = after;
    }
    Ok((changes, whole as u64))
}

fn change(line: &[u8]) -> Option<Change> {
    let (sum, json) = line.split_at_checked(16)?;
    let json = json.strip_prefix(b" ")?;
    let sum = u64::from_str_radix(str::from_utf8(sum).ok()?, 16).ok()?;
    (sum == checksum(json)).then(|| serde_json::from_slice(json).ok())?
}

fn head(build: u64) -> String {
    format!("aldis-names-changes 1 {build:016x}\n")
}

/// The longest journal: some hundred thousand entries, read within a second.
const BYTES_MAX: u64 = 64 << 20;

#[cfg(test)]
mod tests;
