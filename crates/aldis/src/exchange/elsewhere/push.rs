//! Adds objects to a collection of another server, an envelope at a time.
//!
//! An envelope whose answer was lost is sent once more: the standard makes an exact repetition a success.
//! One that is larger than the server takes is halved.
//!
//! Source: TAXII 2.1 (OASIS, June 2021), sections 3.5, 4.3 and 5.5.

use super::{Elsewhere, Missed, remote, sound};
use crate::error::{Error, Result};
use aldis_model::Released;
use aldis_wire::poll::{self, Status};
use std::collections::BTreeSet;
use std::time::Duration;

/// What came of an addition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// The objects the server took, by [`poll::key`].
    pub accepted: Vec<String>,
    /// Those it did not, by id, with what it says; an empty id stands for some of them, unnamed.
    pub refused: Vec<(String, String)>,
}

impl Elsewhere<'_> {
    /// Asks a root how long an envelope may be, in bytes; none if it does not say.
    ///
    /// # Errors
    ///
    /// [`Error::Remote`] if it does not answer as TAXII 2.1.
    pub fn takes(&self, root: &str) -> Result<Option<u64>> {
        let answer = self.get(&self.own(root)?, &[])?;
        Ok(poll::root(&answer.body).map_err(remote)?.max_content_length)
    }

    /// Adds objects to a collection, in one envelope if the server takes it whole, and waits until the
    /// server has finished with them.
    ///
    /// # Errors
    ///
    /// [`Error::Remote`] if the server refuses an envelope or does not finish one: none of its objects
    /// counts as accepted then, and sending them again does no harm.
    pub fn add(&self, root: &str, collection: &str, objects: &Released<Vec<String>>) -> Result<Added> {
        let root = self.own(root)?;
        let address = format!("{root}collections/{}/objects/", sound(collection)?);
        let mut added = Added::default();
        let mut open = vec![objects.get().as_slice()];
        while let Some(part) = open.pop() {
            if part.is_empty() {
                continue;
            }
            let envelope = format!("{{\"objects\":[{}]}}", part.join(","));
            match self.ask(&address, &[], Some(&envelope)) {
                Ok(answer) => {
                    let status = self.wait_for(&root, poll::status(&answer.body).map_err(remote)?)?;
                    sort(part, status, &mut added);
                }
                Err(Missed::Refused(413, _)) if part.len() > 1 => {
                    let (first, rest) = part.split_at(part.len() / 2);
                    open.extend([rest, first]);
                }
                Err(Missed::Refused(413, error)) => {
                    let id = part.first().and_then(|object| id_of(object)).unwrap_or_default();
                    added.refused.push((id, error.to_string()));
                }
                Err(missed) => return Err(missed.into()),
            }
        }
        Ok(added)
    }

    fn wait_for(&self, root: &str, mut status: Status) -> Result<Status> {
        for attempt in 0..STATUS_ASKED {
            if status.complete {
                return Ok(status);
            }
            if !self.around.pause(Duration::from_secs(1 << attempt.min(5))) {
                break;
            }
            let answer = self.get(&format!("{root}status/{}/", status.id), &[])?;
            status = poll::status(&answer.body).map_err(remote)?;
        }
        Err(Error::Remote(format!(
            "the server has not finished the addition {}: push again later",
            status.id
        )))
    }
}

/// Says which objects of an envelope were accepted.
fn sort(part: &[String], status: Status, added: &mut Added) {
    let failed: BTreeSet<&str> = status.failures.iter().map(|(id, _)| id.as_str()).collect();
    // Without a whole list nothing says which ones failed: none is taken for accepted.
    if status.failure_count > status.failures.len() as u64 {
        added.refused.push((String::new(), "the server says that some failed and not which".to_owned()));
    } else {
        let taken = part.iter().filter(|one| id_of(one).is_none_or(|id| !failed.contains(id.as_str())));
        added.accepted.extend(taken.map(|object| poll::key(object)));
    }
    added.refused.extend(status.failures);
}

fn id_of(object: &str) -> Option<String> {
    let read: serde_json::Value = serde_json::from_str(object).ok()?;
    Some(read.get("id")?.as_str()?.to_owned())
}

/// How often an addition is asked after.
const STATUS_ASKED: u32 = 12;
