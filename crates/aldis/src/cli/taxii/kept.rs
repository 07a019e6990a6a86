//! What a poll keeps: objects in a file, one a line, and beside it a mark of how far they go.
//!
//! The mark says how long the file was when it was written. Objects that were appended after that
//! belong to a page that was not finished: they are cut off before the poll goes on and come again, so
//! that a poll that is killed at any moment leaves each object once and whole. For this the file belongs
//! to one mark, and a lock beside the mark keeps a second poll away.

use crate::error::{Error, Result};
use aldis_wire::poll::Mark;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The two files of a poll, for as long as it runs.
pub(super) struct Kept {
    objects: PathBuf,
    mark_file: PathBuf,
    length: u64,
    // Unlocked when it is dropped, and when the process ends in any way.
    _lock: File,
}

/// A mark as it stands in its file.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    mark: Mark,
    /// How long the file of the objects was; none in marks that were written before it was kept.
    length: Option<u64>,
}

impl Kept {
    /// Opens the files of a poll for this process alone and returns them with the mark; what an
    /// unfinished page left in the file of the objects is cut off.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] if another poll runs. [`Error::Refused`] if the mark cannot be read, if there
    /// is none and the file holds something, or if the file has more behind the mark than a page has.
    pub(super) fn open(objects: &Path, mark_file: &Path) -> Result<(Self, Mark)> {
        let lock = lock(mark_file)?;
        let stored = read(mark_file)?;
        let size = size(objects)?;
        let length = match &stored {
            None if size > 0 => {
                return Err(Error::Refused(format!(
                    "{} holds something and has no mark: name a new file, or its mark with --mark",
                    objects.display()
                )));
            }
            // A file that was moved away or emptied was taken care of by somebody.
            stored => stored.as_ref().and_then(|stored| stored.length).unwrap_or(size).min(size),
        };
        if size - length > UNFINISHED_MAX {
            return Err(Error::Refused(format!(
                "{} has grown by more than a page since the poll wrote to it: name a new file",
                objects.display()
            )));
        }
        if size > length {
            OpenOptions::new().write(true).open(objects)?.set_len(length)?;
        }
        let mark = stored.map(|stored| stored.mark).unwrap_or_default();
        let mut kept =
            Self { objects: objects.to_owned(), mark_file: mark_file.to_owned(), length, _lock: lock };
        kept.write_mark(&mark)?;
        Ok((kept, mark))
    }

    /// Reads the mark for a poll that keeps nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if it cannot be read.
    pub(super) fn look(mark_file: &Path) -> Result<Mark> {
        Ok(read(mark_file)?.map(|stored| stored.mark).unwrap_or_default())
    }

    /// Appends objects and waits until they are on the disk, then the mark: it must not run ahead.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the disk fails; the next poll cuts off what was appended.
    pub(super) fn page(&mut self, objects: &[&str], mark: &Mark) -> Result<()> {
        let mut lines = String::new();
        for object in objects {
            // An object may have been sent over several lines; in JSON a line break is only blank space.
            lines.extend(object.chars().map(|c| if c == '\n' || c == '\r' { ' ' } else { c }));
            lines.push('\n');
        }
        if !lines.is_empty() {
            let mut file = OpenOptions::new().create(true).append(true).open(&self.objects)?;
            file.write_all(lines.as_bytes())?;
            file.sync_data()?;
            self.length = file.metadata()?.len();
        }
        self.write_mark(mark)
    }

    fn write_mark(&mut self, mark: &Mark) -> Result<()> {
        let stored = Stored { mark: mark.clone(), length: Some(self.length) };
        let text = serde_json::to_vec(&stored).map_err(Error::broken)?;
        let fresh = beside(&self.mark_file, ".new");
        let mut written = File::create(&fresh)?;
        written.write_all(&text)?;
        written.sync_data()?;
        Ok(fs::rename(&fresh, &self.mark_file)?)
    }
}

fn lock(mark_file: &Path) -> Result<File> {
    let name = beside(mark_file, ".lock");
    let unusable = |error: std::io::Error| Error::Refused(format!("{}: {error}", name.display()));
    let file = OpenOptions::new().create(true).append(true).open(&name).map_err(unusable)?;
    let busy = format!(
        "another poll is running with {}: wait for it, or name another --mark and --to",
        mark_file.display()
    );
    super::lock::hold(&file, &name, busy)?;
    Ok(file)
}

fn read(mark_file: &Path) -> Result<Option<Stored>> {
    let unreadable = |says: &str| Error::Refused(format!("{}: {says}", mark_file.display()));
    match fs::read(mark_file) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|_| unreadable("is no mark of a poll: name another file with --mark")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(&error.to_string())),
    }
}

fn size(file: &Path) -> Result<u64> {
    match fs::metadata(file) {
        Ok(found) => Ok(found.len()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
        Err(error) => Err(Error::Refused(format!("{}: {error}", file.display()))),
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The most that an unfinished page can leave behind, in bytes: a page is at most 64 MiB.
const UNFINISHED_MAX: u64 = 65 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let (objects, mark) = (folder.path().join("feed.jsonl"), folder.path().join("feed.jsonl.mark"));
        (folder, objects, mark)
    }

    fn at(date: &str) -> Mark {
        Mark { added_after: Some(date.to_owned()), ..Mark::default() }
    }

    #[test]
    fn what_an_unfinished_page_left_is_cut_off() {
        let (_folder, objects, mark_file) = files();
        let (mut kept, _) = Kept::open(&objects, &mark_file).unwrap();
        kept.page(&["{\"a\":\n1}"], &at("x")).unwrap();
        drop(kept);
        // Killed while it appended: one object whole, one torn, and the mark not moved.
        OpenOptions::new().append(true).open(&objects).unwrap().write_all(b"{\"b\":2}\n{\"c\"").unwrap();
        let (mut kept, mark) = Kept::open(&objects, &mark_file).unwrap();
        assert_eq!(mark, at("x"));
        kept.page(&["{\"b\":2}", "{\"c\":3}"], &at("y")).unwrap();
        assert_eq!(fs::read_to_string(&objects).unwrap(), "{\"a\": 1}\n{\"b\":2}\n{\"c\":3}\n");
    }

    #[test]
    fn a_second_poll_is_kept_away_while_the_first_runs() {
        let (_folder, objects, mark_file) = files();
        let (kept, _) = Kept::open(&objects, &mark_file).unwrap();
        assert!(matches!(Kept::open(&objects, &mark_file), Err(Error::Conflict(_))));
        drop(kept);
        Kept::open(&objects, &mark_file).unwrap();
    }

    #[test]
    fn a_file_of_somebody_else_is_not_touched() {
        let (_folder, objects, mark_file) = files();
        fs::write(&objects, "not ours").unwrap();
        assert!(matches!(Kept::open(&objects, &mark_file), Err(Error::Refused(_))));
        fs::write(&mark_file, "{\"length\":0,\"seen\":7}").unwrap();
        assert!(matches!(Kept::open(&objects, &mark_file), Err(Error::Refused(_))));
        assert_eq!(fs::read(&objects).unwrap(), b"not ours");
        // More behind the mark than a poll can have left.
        fs::write(&mark_file, "{\"length\":0}").unwrap();
        File::create(&objects).unwrap().set_len(UNFINISHED_MAX + 1).unwrap();
        assert!(matches!(Kept::open(&objects, &mark_file), Err(Error::Refused(_))));
        assert_eq!(size(&objects).unwrap(), UNFINISHED_MAX + 1);
    }

    #[test]
    fn a_file_that_was_moved_away_begins_anew_and_a_mark_without_a_length_cuts_nothing() {
        let (_folder, objects, mark_file) = files();
        let (mut kept, _) = Kept::open(&objects, &mark_file).unwrap();
        kept.page(&["1"], &at("x")).unwrap();
        drop(kept);
        fs::remove_file(&objects).unwrap();
        let (mut kept, mark) = Kept::open(&objects, &mark_file).unwrap();
        kept.page(&["2"], &mark).unwrap();
        drop(kept);
        assert_eq!(fs::read(&objects).unwrap(), b"2\n");
        fs::write(&mark_file, "{\"added_after\":\"x\"}").unwrap();
        assert_eq!(Kept::open(&objects, &mark_file).unwrap().1, at("x"));
        assert_eq!(fs::read(&objects).unwrap(), b"2\n");
    }
}
