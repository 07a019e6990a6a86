//! Reads what became of objects that were added to a collection of another server.

use super::read::json;
use crate::{Error, Result};
use serde::Deserialize;

/// How far an addition has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its id, to ask again.
    pub id: String,
    /// Whether the server has finished.
    pub complete: bool,
    /// The objects that were added, by id; some servers list none and only count.
    pub successes: Vec<String>,
    /// The objects that were not, with what the server says.
    pub failures: Vec<(String, String)>,
    /// How many were added, by the server's count.
    pub success_count: u64,
    /// How many were not.
    pub failure_count: u64,
    /// How many wait.
    pub pending_count: u64,
}

/// Reads a status.
///
/// # Errors
///
/// [`Error::Malformed`] if it is none, or has an id that cannot stand in an address.
pub fn status(body: &[u8]) -> Result<Status> {
    #[derive(Deserialize)]
    struct Read {
        id: String,
        status: String,
        #[serde(default)]
        success_count: u64,
        #[serde(default)]
        failure_count: u64,
        #[serde(default)]
        pending_count: u64,
        #[serde(default)]
        successes: Vec<Detail>,
        #[serde(default)]
        failures: Vec<Detail>,
    }
    // The standard lists objects; older servers list bare ids.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Detail {
        Full { id: String, message: Option<String> },
        Bare(String),
    }
    let split = |detail: Detail| match detail {
        Detail::Full { id, message } => {
            let says = message.unwrap_or_default();
            (id, says.chars().filter(|c| !c.is_control()).take(200).collect())
        }
        Detail::Bare(id) => (id, String::new()),
    };
    let read: Read = json(body, "a status of TAXII 2.1")?;
    if read.id.is_empty()
        || read.id.len() > 200
        || !read.id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    {
        return Err(Error::malformed("a status has an id that cannot stand in an address", 0));
    }
    Ok(Status {
        id: read.id,
        complete: read.status == "complete",
        successes: read.successes.into_iter().map(|detail| split(detail).0).collect(),
        failures: read.failures.into_iter().map(split).collect(),
        success_count: read.success_count,
        failure_count: read.failure_count,
        pending_count: read.pending_count,
    })
}
