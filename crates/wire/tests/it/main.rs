//! Everything that this crate promises about foreign bytes, in one binary.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod cap;
mod corpora;
mod documents;
mod exchange;
mod hostile;
mod misp;
mod notice;
mod pattern_properties;
mod patterns;
mod properties;
mod stix;
mod vectors;

use std::path::{Path, PathBuf};

/// Finds a folder of third-party files beside the project, or says why a test
/// does nothing: those files are never copied into the project.
fn corpus(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: the corpus `{name}` is not beside the project");
    None
}

/// Reads every file of a folder in the order of names.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}
