//! Maps a file into memory: the only unchecked line of the crate.

use std::fs::File;

/// The bytes of a file.
#[derive(Debug)]
pub(super) struct Mapped(memmap2::Mmap);

impl Mapped {
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

/// Maps a file for reading.
///
/// Whoever writes into the file afterwards, in place, changes what is read: so
/// the crate itself only ever puts a whole new file in its place.
pub(super) fn map(file: &File) -> std::io::Result<Mapped> {
    #[expect(unsafe_code, reason = "index files are replaced by renaming, never written in place")]
    // SAFETY: the bytes are only read through checked slices of `u8`, for which every value is valid.
    unsafe { memmap2::Mmap::map(file) }.map(Mapped)
}
