//! What can go wrong, as far as a caller can do something about it.
//!
//! Outside there are few answers: refused (and why), waiting for a second person, blocked by a
//! release rule, not found, conflict, broken. A thing somebody may not see is *not found*.

use aldis_model::tearline::Problem;
use std::fmt;

/// The result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something was not done. Nothing has changed when one of these comes back.
#[derive(Debug)]
pub enum Error {
    /// The input or the act is wrong; says what is wrong and what to do.
    Refused(String),
    /// The person is not allowed to do this, whatever the thing.
    Forbidden(String),
    /// There is no such thing, or the person may not see it.
    NotFound,
    /// It changed meanwhile, or was done before with another content.
    Conflict(String),
    /// A second person must act first.
    SecondPerson(String),
    /// Release rules block it.
    Blocked(Vec<Problem>),
    /// A proof or a signature is wrong.
    Proof(String),
    /// Another machine cannot be reached.
    Remote(String),
    /// The store or the machine failed; the text is for the operator's log.
    Broken(String),
}

impl Error {
    /// Builds a refusal.
    pub fn refused(says: impl fmt::Display) -> Self {
        Self::Refused(says.to_string())
    }

    /// Builds a failure of the machine.
    pub fn broken(what: impl fmt::Display) -> Self {
        Self::Broken(what.to_string())
    }

    /// Returns the exit code of the command line.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(_) => 2,
            Self::NotFound => 3,
            Self::Forbidden(_) => 4,
            Self::Conflict(_) => 5,
            Self::SecondPerson(_) => 6,
            Self::Blocked(_) => 7,
            Self::Proof(_) => 8,
            Self::Remote(_) => 9,
            Self::Broken(_) => 1,
        }
    }

    /// Returns the HTTP status. Forbidden is told apart from not found only where the refusal does
    /// not depend on the thing.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Refused(_) => 422,
            Self::Forbidden(_) => 403,
            Self::NotFound => 404,
            Self::Conflict(_) | Self::SecondPerson(_) | Self::Blocked(_) => 409,
            Self::Proof(_) => 400,
            Self::Remote(_) => 502,
            Self::Broken(_) => 500,
        }
    }

    /// Returns the slug of the problem, the last part of its `type`.
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Refused(_) => "validation",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound => "not-found",
            Self::Conflict(_) => "conflict",
            Self::SecondPerson(_) => "second-person-needed",
            Self::Blocked(_) => "label-blocked",
            Self::Proof(_) => "proof-invalid",
            Self::Remote(_) => "remote-unreachable",
            Self::Broken(_) => "broken",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(says) | Self::Conflict(says) | Self::SecondPerson(says) | Self::Proof(says) => {
                f.write_str(says)
            }
            Self::Forbidden(says) => f.write_str(says),
            Self::Remote(says) => write!(f, "cannot reach the other side: {says}"),
            Self::NotFound => f.write_str("not found"),
            Self::Blocked(problems) => {
                f.write_str("the release rules block this:")?;
                problems.iter().try_for_each(|problem| write!(f, "\n  {}: {}", problem.rule, problem.says))
            }
            Self::Broken(what) => write!(f, "something failed here: {what}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(code, Some(text))
                if code.code == rusqlite::ErrorCode::ConstraintViolation =>
            {
                Self::Conflict(format!("this exists already or refers to something missing ({text})"))
            }
            rusqlite::Error::SqliteFailure(code, _) if code.code == rusqlite::ErrorCode::DiskFull => {
                Self::Broken(DISK_FULL.to_owned())
            }
            _ => Self::Broken(format!("store: {error}")),
        }
    }
}

/// What everybody is told whose act found no room.
pub(crate) const DISK_FULL: &str = "the disk is full: nothing of this was kept; make room and do it again";

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        match error.code().map(postgres::error::SqlState::code) {
            Some(code) if code.starts_with("23") => {
                Self::Conflict("this exists already or refers to something missing".to_owned())
            }
            Some("53100") => Self::Broken(DISK_FULL.to_owned()),
            _ => Self::Broken(format!("store: {error}")),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(format!("file: {error}"))
    }
}

impl From<aldis_model::label::NotALabel> for Error {
    fn from(error: aldis_model::label::NotALabel) -> Self {
        Self::refused(error)
    }
}

impl From<aldis_model::id::NotAnId> for Error {
    fn from(_: aldis_model::id::NotAnId) -> Self {
        // A malformed id is answered like an unknown one.
        Self::NotFound
    }
}

impl From<aldis_model::time::NotATime> for Error {
    fn from(error: aldis_model::time::NotATime) -> Self {
        Self::refused(error)
    }
}
