//! Shows offline that a leaf is in a log.
//!
//! The file carries its own checkpoint, so that the key of the log is all a
//! partner needs, today or in ten years. The extra bytes are not covered by any
//! signature; use them only for what proves itself, such as a disclosure.
//! Deliberately absent: witness quorums (C2SP tlog-policy).
//!
//! Source: C2SP tlog-proof, commit 0065ea5. Beyond it we refuse an empty extra
//! line, more than 64 hashes and more than [`MAX_EXTRA`] bytes.

use crate::checkpoint::{Checkpoint, read_size};
use crate::note::{MAX_TEXT, Verifier};
use crate::tree::{leaf_hash, verify_inclusion};
use crate::{Error, Hash, Result, malformed};
use base64::{Engine, prelude::BASE64_STANDARD};

/// The largest extra data, in bytes.
pub const MAX_EXTRA: usize = 64 << 10;

/// The content of a `.tlog-proof` file; nothing of it is checked before [`Proof::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    index: u64,
    hashes: Vec<Hash>,
    extra: Option<Vec<u8>>,
    checkpoint: String,
}

impl Proof {
    /// Puts together what [`crate::inclusion_proof`] and [`Checkpoint::sign`] made.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] above 64 hashes or [`MAX_TEXT`].
    pub fn new(index: u64, hashes: Vec<Hash>, checkpoint: String) -> Result<Self> {
        if hashes.len() > MAX_HASHES {
            return Err(Error::TooLarge { what: "list of hashes", max: MAX_HASHES });
        }
        if checkpoint.len() > MAX_TEXT {
            return Err(Error::TooLarge { what: "checkpoint", max: MAX_TEXT });
        }
        Ok(Self { index, hashes, extra: None, checkpoint })
    }

    /// Adds extra data, which no signature covers.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if it is empty; [`Error::TooLarge`] above [`MAX_EXTRA`].
    pub fn with_extra(mut self, extra: Vec<u8>) -> Result<Self> {
        if extra.is_empty() {
            return Err(malformed(PROOF, "empty extra data"));
        }
        if extra.len() > MAX_EXTRA {
            return Err(Error::TooLarge { what: "extra data", max: MAX_EXTRA });
        }
        self.extra = Some(extra);
        Ok(self)
    }

    /// Tells the claimed index of the leaf.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Lists the hashes from the leaf's sibling up to the root's child.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Gives the extra data, which no signature covers.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// Gives the signed checkpoint as it was received.
    pub fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// Writes the file.
    pub fn encode(&self) -> String {
        let mut text = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            text.push_str(&format!("extra {}\n", BASE64_STANDARD.encode(extra)));
        }
        text.push_str(&format!("index {}\n", self.index));
        for hash in &self.hashes {
            text.push_str(&format!("{}\n", BASE64_STANDARD.encode(hash)));
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    /// Reads the file without believing it.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] for every text that [`Proof::encode`] would not
    /// write; [`Error::TooLarge`] above the limits of [`Proof::new`] and
    /// [`Proof::with_extra`].
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > 2 * MAX_TEXT {
            return Err(Error::TooLarge { what: PROOF, max: 2 * MAX_TEXT });
        }
        let text = str::from_utf8(bytes).map_err(|_| malformed(PROOF, "not UTF-8"))?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(malformed(PROOF, "no blank line"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(malformed(PROOF, "unknown first line"));
        }
        let extra = lines.next_if(|line| line.starts_with(EXTRA)).and_then(|line| line.strip_prefix(EXTRA));
        let index = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .and_then(|index| read_size(index).ok())
            .ok_or(malformed(PROOF, "no index"))?;
        let proof = Self::new(index, lines.map(read_hash).collect::<Result<_>>()?, checkpoint.to_owned())?;
        match extra {
            None => Ok(proof),
            Some(extra) => proof
                .with_extra(BASE64_STANDARD.decode(extra).map_err(|_| malformed(PROOF, "extra not base64"))?),
        }
    }

    /// Checks that `leaf` is in the log whose key is `log`, and gives the checkpoint that covers it.
    ///
    /// # Errors
    ///
    /// Those of [`Checkpoint::open`]; [`Error::OutOfRange`] or
    /// [`Error::NotProven`] if the leaf is not below the signed root.
    pub fn verify(&self, leaf: &[u8], log: &Verifier) -> Result<Checkpoint> {
        let checkpoint = Checkpoint::open(self.checkpoint.as_bytes(), log)?;
        verify_inclusion(&leaf_hash(leaf), self.index, checkpoint.size(), &self.hashes, checkpoint.root())?;
        Ok(checkpoint)
    }
}

fn read_hash(line: &str) -> Result<Hash> {
    BASE64_STANDARD
        .decode(line)
        .ok()
        .and_then(|hash| hash.try_into().ok())
        .ok_or(malformed(PROOF, "hash not 32 bytes of base64"))
}

const HEADER: &str = "c2sp.org/tlog-proof@v1";
const EXTRA: &str = "extra ";
/// The depth of the deepest tree whose size fits 64 bits.
const MAX_HASHES: usize = 64;
const PROOF: &str = "proof";

#[cfg(test)]
mod tests;
