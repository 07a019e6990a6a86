//! Reads what a command is given and writes what it is asked to write: files, stdin, stdout.

use super::session::{Result, Session};
use crate::error::Error;
use std::io::{self, Read};
use std::path::Path;

/// Reads a file, or stdin for `-`, up to one byte more than `max`.
pub(super) fn read_input(path: &str, max: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    if path == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let unreadable = |error: io::Error| Error::Refused(format!("{path}: {error}"));
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Writes bytes to a new or existing file, or to stdout for `None` and `-`.
pub(super) fn write_output(session: &Session<'_>, path: Option<&Path>, bytes: &[u8]) -> Result<()> {
    match path {
        Some(path) if path != Path::new("-") => std::fs::write(path, bytes)
            .map_err(|error| Error::Refused(format!("{}: {error}", path.display())).into()),
        _ => Ok(session.out.bytes(bytes)?),
    }
}
