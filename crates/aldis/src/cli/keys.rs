//! Keeps the two secrets of a node in files of their own, readable by their owner only.

use crate::error::{Error, Result};
use crate::node::Keys;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The files under a node's folder that hold its secrets.
pub(super) const FILES: [&str; 2] = ["keys/signing.key", "keys/seal.key"];

/// Reads the secrets of the node in `data`.
///
/// # Errors
///
/// [`Error::Refused`] if a file is missing or does not hold 64 hexadecimal digits.
pub(super) fn read(data: &Path) -> Result<Keys> {
    let [signing, seal] = FILES.map(|file| data.join(file));
    Ok(Keys { signing: read_one(&signing)?, seal: read_one(&seal)? })
}

fn read_one(path: &Path) -> Result<[u8; 32]> {
    let text = fs::read_to_string(path).map_err(|error| {
        Error::Refused(format!("{}: {error}: restore it from your backup", path.display()))
    })?;
    let text = zeroize::Zeroizing::new(text);
    let wrong = || Error::Refused(format!("{} does not hold a key of 64 hexadecimal digits", path.display()));
    let digits = text.trim().as_bytes();
    if digits.len() != 64 {
        return Err(wrong());
    }
    let mut key = [0; 32];
    for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(key)
}

/// Writes the secrets into new files.
///
/// # Errors
///
/// [`Error::Conflict`] if one of them exists: a key that is overwritten is lost.
pub(super) fn create(data: &Path, keys: &Keys) -> Result<()> {
    create_folder(&data.join("keys"))?;
    let [signing, seal] = FILES.map(|file| data.join(file));
    create_file(&signing, hex(&keys.signing).as_bytes())?;
    create_file(&seal, hex(&keys.seal).as_bytes())
}

/// Creates a folder that only its owner may enter; an existing one is left as it is.
///
/// # Errors
///
/// [`Error::Refused`] if it cannot be created.
pub(super) fn create_folder(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| Error::Refused(format!("{}: {error}", path.display())))
}

/// Writes a new file that only its owner may read.
///
/// # Errors
///
/// [`Error::Conflict`] if it exists, [`Error::Broken`] if it cannot be written.
pub(super) fn create_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Error::Conflict(format!("{} exists", path.display())),
        _ => Error::Broken(format!("{}: {error}", path.display())),
    })?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

/// Returns the files, and the folder itself, that others than their owner may read.
#[cfg(unix)]
pub(super) fn open_to_others(data: &Path) -> Vec<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let places = std::iter::once(data.to_owned()).chain(FILES.map(|file| data.join(file)));
    let open = |path: &PathBuf| fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0);
    places.filter(open).collect()
}

/// Returns nothing: this system has no such modes.
#[cfg(not(unix))]
pub(super) fn open_to_others(_: &Path) -> Vec<PathBuf> {
    Vec::new()
}

fn hex(key: &[u8; 32]) -> zeroize::Zeroizing<String> {
    let mut text = zeroize::Zeroizing::new(String::with_capacity(65));
    for byte in key {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    text
}
