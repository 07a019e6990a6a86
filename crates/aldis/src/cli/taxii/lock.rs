//! Keeps a second run away from a file that a poll or a push goes on with.

use crate::error::{Error, Result};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Locks an open file for this process alone, until it is closed or the process ends in any way.
///
/// # Errors
///
/// [`Error::Conflict`] with `busy` if another process holds it; [`Error::Refused`] if it cannot be locked.
pub(super) fn hold(file: &File, name: &Path, busy: String) -> Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(Error::Conflict(busy)),
        Err(TryLockError::Error(error)) => Err(Error::Refused(format!("{}: {error}", name.display()))),
    }
}
