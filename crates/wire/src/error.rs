//! Says how foreign bytes are refused, and how much of them is accepted.
//!
//! An [`Error`] carries a place and a rule, never a passage of the input: the
//! log must not become a second copy of a report.

/// The result of every reader in this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why foreign bytes were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The input, or one text in it, is longer than allowed.
    #[error("longer than {limit} bytes")]
    TooLarge {
        /// The limit that was passed, in bytes.
        limit: usize,
    },
    /// Elements are nested deeper than allowed.
    #[error("nested deeper than {limit} levels")]
    TooDeep {
        /// The limit that was passed, in levels.
        limit: usize,
    },
    /// There are more elements, entries or parts than allowed.
    #[error("more than {limit} elements")]
    TooMany {
        /// The limit that was passed.
        limit: usize,
    },
    /// The bytes break a rule of their format.
    #[error("{what} (at byte {at})")]
    Malformed {
        /// The rule that is broken.
        what: String,
        /// The offset in bytes, 0 when the place is unknown.
        at: usize,
    },
    /// The bytes are of a kind that is not read here.
    #[error("not a readable kind: {what}")]
    Unsupported {
        /// What the bytes seem to be.
        what: String,
    },
    /// The bytes are not valid text in the encoding that applies to them.
    #[error("not valid {encoding} text (at byte {at})")]
    NotText {
        /// The encoding that was tried, normally `UTF-8`.
        encoding: String,
        /// The offset of the first wrong byte.
        at: usize,
    },
}

impl Error {
    pub(crate) fn malformed(what: impl Into<String>, at: usize) -> Self {
        Self::Malformed { what: what.into(), at }
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }
}

/// How much of a foreign input is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of the whole input in bytes.
    pub bytes: usize,
    /// Nesting of XML elements.
    pub xml_depth: usize,
    /// Nesting of HTML elements; pages nest deeper than feeds.
    pub html_depth: usize,
    /// Number of elements in one XML or HTML input.
    pub elements: usize,
    /// Length of the text of one document or element in bytes.
    pub text: usize,
    /// Number of entries in a feed and of parts in a mail.
    pub entries: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 10 * 1024 * 1024,
            xml_depth: 64,
            html_depth: 200,
            elements: 200_000,
            text: 4 * 1024 * 1024,
            entries: 1_000,
        }
    }
}

impl Limits {
    /// Refuses `bytes` if they are more than allowed.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`].
    pub(crate) fn admit(&self, bytes: &[u8]) -> Result<()> {
        if bytes.len() > self.bytes {
            return Err(Error::TooLarge { limit: self.bytes });
        }
        Ok(())
    }

    /// Refuses a text that is longer than allowed.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`].
    pub(crate) fn admit_text(&self, text: &str) -> Result<()> {
        if text.len() > self.text {
            return Err(Error::TooLarge { limit: self.text });
        }
        Ok(())
    }
}
