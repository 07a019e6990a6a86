//! What was sent to a collection of another server, so that it is not sent twice.
//!
//! A file with one key a line, appended to after each envelope. Only the newest million is held in memory:
//! what is older is sent again, which the standard makes a success.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

/// The keys of accepted objects.
#[derive(Default)]
pub(super) struct Sent {
    file: Option<File>,
    known: BTreeSet<u128>,
    order: VecDeque<u128>,
}

/// The first line of the file.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Head {
    root: String,
    collection: String,
}

impl Sent {
    /// Opens the file for this process alone; a line that was not finished is cut off.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] if another push runs with it; [`Error::Refused`] if it is another file or
    /// belongs to another collection.
    pub(super) fn open(name: &Path, root: &str, collection: &str) -> Result<Self> {
        let unusable = |says: &str| Error::Refused(format!("{}: {says}", name.display()));
        let options = OpenOptions::new().read(true).append(true).create(true).open(name);
        let mut file = options.map_err(|error| unusable(&error.to_string()))?;
        let busy =
            format!("another push is running with {}: wait for it, or name another --sent", name.display());
        super::lock::hold(&file, name, busy)?;
        let head = Head { root: root.to_owned(), collection: collection.to_owned() };
        let head_line = serde_json::to_string(&head).map_err(Error::broken)?;
        let mut sent = Self::default();
        let whole = sent.read(&file, &head).map_err(|says| unusable(&says))?;
        file.set_len(whole)?;
        file.seek(SeekFrom::End(0))?;
        if whole == 0 {
            file.write_all(format!("{head_line}\n").as_bytes())?;
        }
        sent.file = Some(file);
        Ok(sent)
    }

    /// Reads the lines and returns where the last whole one ends.
    fn read(&mut self, file: &File, head: &Head) -> std::result::Result<u64, String> {
        let (mut lines, mut line, mut whole) = (BufReader::new(file), Vec::new(), 0);
        loop {
            line.clear();
            // No line of ours is longer: a file of something else is not read whole.
            let limit = std::io::Read::take(&mut lines, LINE_MAX).read_until(b'\n', &mut line);
            let count = limit.map_err(|error| error.to_string())?;
            if count == 0 {
                return Ok(whole);
            }
            let text = std::str::from_utf8(&line).unwrap_or_default();
            let ended = text.strip_suffix('\n');
            match (whole, ended) {
                (0, Some(first)) => match serde_json::from_str::<Head>(first) {
                    Ok(found) if found == *head => {}
                    Ok(_) => return Err("belongs to another collection: name another --sent".to_owned()),
                    Err(_) => return Err(FOREIGN.to_owned()),
                },
                (_, Some(key)) => match u128::from_str_radix(key, 16) {
                    Ok(key) if count == 33 => self.remember(key),
                    _ => return Err(FOREIGN.to_owned()),
                },
                // The last line was not finished; nothing else is as short.
                (1.., None) if count < 33 => return Ok(whole),
                (0, None) if text.starts_with("{\"root\":") => return Ok(0),
                _ => return Err(FOREIGN.to_owned()),
            }
            whole += count as u64;
        }
    }

    /// Says whether an object was accepted before.
    pub(super) fn knows(&self, key: &str) -> bool {
        u128::from_str_radix(key, 16).is_ok_and(|key| self.known.contains(&key))
    }

    /// Keeps what was accepted now.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the disk fails.
    pub(super) fn keep(&mut self, keys: &[String]) -> Result<()> {
        let mut lines = String::new();
        for key in keys {
            if let Ok(number) = u128::from_str_radix(key, 16) {
                self.remember(number);
                lines.push_str(key);
                lines.push('\n');
            }
        }
        if let Some(file) = self.file.as_mut().filter(|_| !lines.is_empty()) {
            file.write_all(lines.as_bytes())?;
            file.sync_data()?;
        }
        Ok(())
    }

    fn remember(&mut self, key: u128) {
        if self.known.insert(key) {
            self.order.push_back(key);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

const REMEMBERED: usize = 1_000_000;
const LINE_MAX: u64 = 4_096;
const FOREIGN: &str = "is no list of what was sent: name another file with --sent";

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const KEY: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn what_was_accepted_is_known_the_next_time_and_a_torn_line_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("sent");
        let mut sent = Sent::open(&name, "r", "c").unwrap();
        assert!(!sent.knows(KEY));
        sent.keep(&[KEY.to_owned()]).unwrap();
        assert!(matches!(Sent::open(&name, "r", "c"), Err(Error::Conflict(_))), "another push runs");
        drop(sent);
        let whole = fs::read(&name).unwrap();
        for torn in ["", "0", "00112233445566778899aabbccddeef"] {
            fs::write(&name, [whole.as_slice(), torn.as_bytes()].concat()).unwrap();
            assert!(Sent::open(&name, "r", "c").unwrap().knows(KEY));
            assert_eq!(fs::read(&name).unwrap(), whole, "{torn}");
        }
        fs::write(&name, "{\"root\":\"r\",\"coll").unwrap();
        assert!(!Sent::open(&name, "r", "c").unwrap().knows(KEY));
    }

    #[test]
    fn a_file_of_something_else_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("sent");
        drop(Sent::open(&name, "r", "c").unwrap());
        assert!(matches!(Sent::open(&name, "r", "other"), Err(Error::Refused(_))));
        for foreign in
            ["a letter", "a letter\nof two lines\n", "{\"root\":\"r\",\"collection\":\"c\"}\nxyz\n"]
        {
            fs::write(&name, foreign).unwrap();
            assert!(matches!(Sent::open(&name, "r", "c"), Err(Error::Refused(_))), "{foreign}");
            assert_eq!(fs::read(&name).unwrap(), foreign.as_bytes());
        }
    }

    #[test]
    fn only_the_newest_are_held() {
        let mut sent = Sent::default();
        (0..=REMEMBERED as u128).for_each(|key| sent.remember(key));
        assert_eq!((sent.known.len(), sent.order.len()), (REMEMBERED, REMEMBERED));
        assert!(!sent.knows("0") && sent.knows("1"));
    }
}
