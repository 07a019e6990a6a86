//! States how large a log is and what its root is.
//!
//! A [`Checkpoint`] has exactly one text, so that a signature over it cannot be
//! read in two ways. The key of a log carries the log's origin as its name;
//! [`Checkpoint::open`] insists on it, because a key that also signs for others
//! would otherwise pass their log off as this one.
//!
//! Source: C2SP tlog-checkpoint v1.0.

use crate::note::{self, Signer, Verifier};
use crate::{Error, Hash, Result, malformed};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::fmt::Write as _;

/// The head of a log: origin, size, root and extension lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// States the head of the log `origin`.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the origin is empty or holds a control character.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self> {
        check_line(origin)?;
        Ok(Self { origin: origin.to_owned(), size, root, extensions: Vec::new() })
    }

    /// Adds an extension line, which nobody but the signer vouches for.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the line is empty or holds a control character.
    pub fn with_extension(mut self, line: &str) -> Result<Self> {
        check_line(line)?;
        self.extensions.push(line.to_owned());
        Ok(self)
    }

    /// Tells the name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Tells the number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Tells the root at that size.
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Lists the extension lines in their order, without newlines.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// Writes the text that is signed.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root));
        for line in &self.extensions {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// Reads the text of a checkpoint, without its signatures.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] for every text that [`Checkpoint::to_text`] would
    /// not write.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.strip_suffix('\n').ok_or(malformed(CHECKPOINT, "no newline at the end"))?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(malformed(CHECKPOINT, "fewer than three lines"));
        };
        let checkpoint = Self::new(origin, read_size(size)?, read_root(root)?)?;
        lines.try_fold(checkpoint, Self::with_extension)
    }

    /// Signs the checkpoint; the first key should be that of the log.
    ///
    /// # Errors
    ///
    /// Those of [`note::sign`].
    pub fn sign(&self, signers: &[&Signer]) -> Result<String> {
        note::sign(&self.to_text(), signers)
    }

    /// Opens a checkpoint that the key of the log has signed.
    ///
    /// # Errors
    ///
    /// Those of [`note::open`] and [`Checkpoint::parse`];
    /// [`Error::WrongOrigin`] if the checkpoint is of another log than the key.
    pub fn open(note: &[u8], log: &Verifier) -> Result<Self> {
        let checkpoint = Self::parse(note::open(note, &[log])?.text())?;
        if checkpoint.origin == log.name() {
            Ok(checkpoint)
        } else {
            Err(Error::WrongOrigin { expected: log.name().to_owned(), found: checkpoint.origin })
        }
    }
}

fn check_line(line: &str) -> Result<()> {
    if line.is_empty() {
        return Err(malformed(CHECKPOINT, "empty line"));
    }
    if line.bytes().any(|byte| byte < 0x20) {
        return Err(malformed(CHECKPOINT, "control character"));
    }
    Ok(())
}

/// Reads a decimal number that has one spelling only: no sign, no leading zero.
pub(crate) fn read_size(text: &str) -> Result<u64> {
    text.parse::<u64>()
        .ok()
        .filter(|size| size.to_string() == text)
        .ok_or(malformed(CHECKPOINT, "size not a plain decimal number"))
}

fn read_root(text: &str) -> Result<Hash> {
    BASE64_STANDARD
        .decode(text)
        .ok()
        .and_then(|root| root.try_into().ok())
        .ok_or(malformed(CHECKPOINT, "root not 32 bytes of base64"))
}

const CHECKPOINT: &str = "checkpoint";

#[cfg(test)]
mod tests;
