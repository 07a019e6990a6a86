//! The words of the screening interface.

use std::fmt;

use crate::NameKind;
use crate::Span;

/// One entry of a register: its names and what else is known of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What the caller knows the entry by; 1 to 255 bytes, unique in a register.
    pub id: String,
    /// What the names belong to; it decides how strictly they are read.
    pub kind: NameKind,
    /// Its names and spellings, in any script; 1 to 10,000, each of at most 400 bytes.
    pub names: Vec<String>,
    /// Single words among `names` that may alarm although they are ordinary words.
    #[serde(default)]
    pub allow: Vec<String>,
    /// What raises or lowers a hit when it stands near the mention.
    #[serde(default)]
    pub facts: Facts,
}

/// What is known of an entry beside its names. Empty means not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// Years of birth, each from 1800 to 2100.
    pub born: Vec<u16>,
    /// Places: of birth, of living, of office.
    pub places: Vec<String>,
    /// Organisations the entry belongs to.
    pub organisations: Vec<String>,
    /// Roles, as in "colonel" or "editor".
    pub roles: Vec<String>,
}

/// How a text is screened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Hits below it are not reported; 0.0 to 1.0.
    pub score_min: f32,
    /// Hits that ordinary text produces more often than once in 2 to the power
    /// of this are not reported. Meant for up to 2^17 names: each doubling beyond
    /// asks for one bit more, but for scripts without vowels.
    pub bits_min: f32,
    /// What becomes of a surname without a given name.
    pub partial: Partial,
}

/// What becomes of a family name that stands without a given name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partial {
    /// It is not reported.
    Never,
    /// It is reported where the same text also has a full hit of the entry.
    WithFull,
    /// It is reported wherever it stands; for small registers that a person reviews.
    Review,
}

/// A place in a text that may name an entry of the register.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Hit {
    /// The entry.
    pub id: String,
    /// The kind of the entry.
    pub kind: NameKind,
    /// Where in the text, in bytes.
    pub span: Span,
    /// The text of the span.
    pub quoted: String,
    /// The name of the register that matched, its words in the order registered.
    pub name: String,
    /// From 0.0 to 1.0: how well the words fit.
    pub score: f32,
    /// How surprising the hit is: ordinary text of this script has one in 2 to
    /// the power of `bits` words.
    pub bits: f32,
    /// Whether a whole name was seen, not a family name alone.
    pub full: bool,
    /// Why, one reason for each word and each fact.
    pub why: Vec<Reason>,
}

/// One reason of a hit. It spells out the registered name: whoever may not see
/// that must not see reasons either.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "rule")]
pub enum Reason {
    /// A word of the text stands for a word of the name.
    Word {
        /// As the text has it.
        text: String,
        /// As the register has it.
        name: String,
        /// From 0.0 to 1.0; 1.0 means the same letters.
        likeness: f32,
    },
    /// An initial stands for a word of the name.
    Initial {
        /// As the text has it.
        text: String,
        /// As the register has it.
        name: String,
    },
    /// A word of the name is not in the text.
    Missing {
        /// As the register has it.
        name: String,
    },
    /// A word of the text stands inside the mention and not in the name.
    Extra {
        /// As the text has it.
        text: String,
    },
    /// The family name stands alone.
    Alone,
    /// The family name stands alone, and the entry is named in full elsewhere in the text.
    Resolved,
    /// Another given name stands where the entry's would be.
    OtherGiven {
        /// As the text has it.
        text: String,
    },
    /// A fact of the entry stands near.
    Agrees {
        /// Which: "born", "place", "organisation" or "role".
        fact: &'static str,
        /// As the text has it.
        text: String,
    },
    /// Something near contradicts a fact of the entry.
    Contradicts {
        /// Which: "born".
        fact: &'static str,
        /// As the text has it.
        text: String,
    },
}

/// A writing system with its own price for a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Script {
    /// English, French, Turkish, Polish and the rest.
    Latin,
    /// Russian, Ukrainian, Bulgarian and the rest.
    Cyrillic,
    /// Arabic, Persian, Urdu.
    Arabic,
    /// Hebrew.
    Hebrew,
    /// Chinese, Japanese, Korean.
    Han,
    /// Everything else.
    Other,
}

/// What watching a name will cost in false alarms.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Price {
    /// For each script in which the name can be found.
    pub alarms: Vec<Alarm>,
}

/// The price in one script.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Alarm {
    /// The script of the texts.
    pub script: Script,
    /// Expected false alarms in a million words of ordinary text.
    pub per_million_words: f32,
}

/// The size of an index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Stats {
    /// Entries that can be found.
    pub entries: usize,
    /// Names that can be found.
    pub names: usize,
    /// Different words in them.
    pub words: usize,
    /// Bytes of the base, in the file or in memory.
    pub base_bytes: usize,
    /// Entries added since the base was built.
    pub added: usize,
    /// Entries removed from the base since it was built.
    pub removed: usize,
}

/// What a change did to an index file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Changed {
    /// Entries that were not there before.
    pub added: usize,
    /// Entries that took the place of one with the same identifier.
    pub replaced: usize,
    /// Entries that were taken out.
    pub removed: usize,
    /// Entries that can be found now.
    pub entries: usize,
}

/// Why an entry or a file was refused.
#[derive(Debug)]
pub enum Refused {
    /// There is no entry with this identifier.
    Absent(String),
    /// The entry cannot be watched, and why.
    Entry(String),
    /// The file is not an index, is damaged, or is of another version.
    File(String),
    /// The file cannot be read or written.
    Io(std::io::Error),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent(id) => write!(f, "no entry has the identifier {id:?}"),
            Self::Entry(why) => write!(f, "the entry is refused: {why}"),
            Self::File(why) => write!(f, "the index file is refused: {why}; build it anew"),
            Self::Io(_) => write!(f, "the index file cannot be read or written"),
        }
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Io(error) = self { Some(error) } else { None }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word { text, name, .. } if text == name => write!(f, "{text} is equal"),
            Self::Word { text, name, likeness } => write!(f, "{text} ≈ {name} ({likeness:.2})"),
            Self::Initial { text, name } => write!(f, "{text} is the initial of {name}"),
            Self::Missing { name } => write!(f, "{name} is not in the text"),
            Self::Extra { text } => write!(f, "{text} is not in the name"),
            Self::Alone => write!(f, "family name alone"),
            Self::Resolved => write!(f, "family name alone; named in full elsewhere in the text"),
            Self::OtherGiven { text } => write!(f, "{text} stands where the given name would be"),
            Self::Agrees { fact, text } => write!(f, "{fact} agrees: {text}"),
            Self::Contradicts { fact, text } => write!(f, "{fact} contradicts: {text}"),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { score_min: SCORE_MIN, bits_min: BITS_MIN, partial: Partial::WithFull }
    }
}

/// The shipped threshold of the score.
const SCORE_MIN: f32 = 0.86;
/// The shipped threshold of the evidence.
const BITS_MIN: f32 = 22.0;

/// The entries an index is built from.
#[derive(Debug, Clone, Default)]
pub struct Register {
    pub(super) entries: Vec<Entry>,
}

impl Register {
    /// Makes an empty register.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one entry.
    ///
    /// # Errors
    ///
    /// [`Refused::Entry`] if the identifier is empty or too long, or no name has a letter.
    pub fn push(&mut self, entry: Entry) -> Result<(), Refused> {
        check(&entry)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Counts the entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Tells whether it has no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

pub(super) fn check(entry: &Entry) -> Result<(), Refused> {
    let refused = |why: &str| Err(Refused::Entry(why.to_owned()));
    if entry.id.is_empty() || entry.id.len() > 255 {
        return refused("an identifier has 1 to 255 bytes");
    }
    if entry.names.is_empty() || entry.names.len() > 10_000 {
        return refused("an entry has 1 to 10,000 names");
    }
    if entry.names.iter().any(|name| name.len() > 400) {
        return refused("a name has at most 400 bytes");
    }
    if !entry.names.iter().any(|name| name.chars().any(char::is_alphanumeric)) {
        return refused("no name has a letter");
    }
    Ok(())
}
