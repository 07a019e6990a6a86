//! How far a long comparison has come, in a file, so that it can be stopped and taken up again.
//!
//! A pair of worlds is counted when all of it was asked; what was half asked is asked again.

use super::Tally;
use aldis::error::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// What was asked so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Which program asked: figures of two programs are not added up.
    program: String,
    /// The seed of the first pair.
    first: u64,
    /// Whether it asks over sockets.
    http: bool,
    /// All pairs from `first` up to this one, which is not among them, are done.
    next: u64,
    /// Done pairs beyond `next`.
    beyond: BTreeSet<u64>,
    /// What came of them.
    pub tally: Tally,
    /// How long it took, over all runs.
    pub seconds: f64,
    #[serde(skip)]
    file: Option<PathBuf>,
}

impl Progress {
    /// Starts at a seed, or takes up what the file holds.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the file was written by another program or for other pairs;
    /// [`Error::Broken`] if it cannot be read.
    pub fn open(file: Option<&Path>, program: &str, first: u64, http: bool) -> Result<Self> {
        let new = Self {
            program: program.to_owned(),
            first,
            http,
            next: first,
            file: file.map(Path::to_owned),
            ..Self::default()
        };
        let Some(path) = file.filter(|path| path.exists()) else { return Ok(new) };
        let held: Self = serde_json::from_slice(&fs::read(path)?).map_err(Error::broken)?;
        if (&held.program, held.first, held.http) != (&new.program, first, http) {
            let says = "the file was written by another build or with other options: name another file";
            return Err(Error::refused(says));
        }
        Ok(Self { file: new.file, ..held })
    }

    /// Returns the first seeds that are not done.
    pub fn open_seeds(&self) -> impl Iterator<Item = u64> + use<> {
        let beyond = self.beyond.clone();
        (self.next..).filter(move |seed| !beyond.contains(seed))
    }

    /// Counts a pair and writes the file.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the file cannot be written.
    pub fn done(&mut self, seed: u64, tally: Tally) -> Result<()> {
        self.tally.add(tally);
        self.beyond.insert(seed);
        while self.beyond.remove(&self.next) {
            self.next += 1;
        }
        let Some(path) = &self.file else { return Ok(()) };
        // Written beside it and put in its place, so that whoever stops the program loses one pair.
        let beside = path.with_extension("new");
        fs::write(&beside, serde_json::to_vec(self).map_err(Error::broken)?)?;
        Ok(fs::rename(beside, path)?)
    }
}

/// Names the running program by the hash of its file.
///
/// # Errors
///
/// [`Error::Broken`] if it cannot be read.
pub fn program() -> Result<String> {
    let hash = Sha256::digest(fs::read(std::env::current_exe()?)?);
    let mut text = String::new();
    for byte in hash.iter().take(8) {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(requests: u64) -> Tally {
        Tally { worlds: 1, requests, ..Tally::default() }
    }

    #[test]
    fn what_was_stopped_is_taken_up_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("so-far.json");
        let open = || Progress::open(Some(&file), "a", 1, false).unwrap();
        let mut first = open();
        first.done(2, tally(5)).unwrap();
        first.done(1, tally(7)).unwrap();
        first.done(4, tally(11)).unwrap();
        let again = open();
        assert_eq!(again.tally, Tally { worlds: 3, requests: 23, ..Tally::default() });
        assert_eq!(again.open_seeds().take(3).collect::<Vec<_>>(), [3, 5, 6]);
        assert_eq!(again, first);
    }

    #[test]
    fn figures_of_two_programs_are_not_added_up() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("so-far.json");
        Progress::open(Some(&file), "a", 1, false).unwrap().done(1, tally(5)).unwrap();
        for (program, first, http) in [("b", 1, false), ("a", 2, false), ("a", 1, true)] {
            assert!(Progress::open(Some(&file), program, first, http).is_err(), "{program} {first} {http}");
        }
    }
}
