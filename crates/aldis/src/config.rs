//! What the operator sets: flag over environment over file over default.
//!
//! Unknown keys are errors. Secrets are never here: keys and passwords stand in files of their own.

use crate::error::{Error, Result};
use aldis_model::label::key;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The settings of one node.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the node keeps its files.
    pub data: PathBuf,
    /// The organisation in key form, such as `NORTHPORT`.
    pub org: String,
    /// The organisation as shown.
    pub title: String,
    /// Where the server listens.
    pub listen: String,
    /// How others reach the server, without a slash at the end.
    pub public_url: String,
    /// A PostgreSQL URL; empty means the embedded database.
    pub database: String,
    /// Whether this is an exercise, in which nothing leaves.
    pub exercise: bool,
    /// How mail is sent, if it is.
    pub mail: Option<Mail>,
}

/// How mail is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The server's name.
    pub host: String,
    /// The server's port.
    pub port: u16,
    /// The sender's address.
    pub from: String,
    /// `none` (only on this machine), `starttls` or `tls`.
    #[serde(default = "starttls")]
    pub security: String,
    /// The user, if the server asks for one.
    pub user: Option<String>,
    /// The file that holds the password.
    pub password_file: Option<PathBuf>,
}

fn starttls() -> String {
    "starttls".to_owned()
}

/// The file `aldis.toml`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The organisation's name as shown.
    pub organisation: String,
    /// See [`Config::listen`].
    #[serde(default = "listen")]
    pub listen: String,
    /// See [`Config::public_url`].
    pub public_url: Option<String>,
    /// See [`Config::database`].
    pub database: Option<String>,
    /// See [`Config::exercise`].
    #[serde(default)]
    pub exercise: bool,
    /// See [`Config::mail`].
    pub mail: Option<Mail>,
}

fn listen() -> String {
    "127.0.0.1:8080".to_owned()
}

/// What flags and environment set over the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// See [`Config::listen`].
    pub listen: Option<String>,
    /// See [`Config::public_url`].
    pub public_url: Option<String>,
    /// See [`Config::database`].
    pub database: Option<String>,
    /// See [`Config::exercise`].
    pub exercise: bool,
}

impl Config {
    /// Describes a node with defaults for everything but its place and name.
    pub fn new(data: &Path, title: &str) -> Self {
        Self {
            data: data.to_owned(),
            org: key(title),
            title: title.to_owned(),
            listen: listen(),
            public_url: "http://127.0.0.1:8080".to_owned(),
            database: String::new(),
            exercise: false,
            mail: None,
        }
    }

    /// Reads `aldis.toml` in `data`.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if there is none, or it says something this program does not know.
    pub fn load(data: &Path, overrides: Overrides) -> Result<Self> {
        let path = data.join("aldis.toml");
        let text = std::fs::read_to_string(&path).map_err(|_| {
            Error::Refused(format!(
                "no {}: create a node with `aldis init {}`",
                path.display(),
                data.display()
            ))
        })?;
        let file: File = toml::from_str(&text).map_err(|error| {
            let known = "organisation, listen, public_url, database, exercise, mail";
            Error::Refused(format!("{}: {}\nknown keys: {known}", path.display(), error.message()))
        })?;
        let listen = overrides.listen.unwrap_or(file.listen);
        let url = overrides.public_url.or(file.public_url).unwrap_or_else(|| format!("http://{listen}"));
        Ok(Self {
            data: data.to_owned(),
            org: key(&file.organisation),
            title: file.organisation,
            listen,
            public_url: url.trim_end_matches('/').to_owned(),
            database: overrides.database.or(file.database).unwrap_or_default(),
            exercise: overrides.exercise || file.exercise,
            mail: file.mail,
        })
    }

    /// Returns the name the node signs with.
    pub fn origin(&self) -> String {
        format!("aldis/{}", self.org)
    }
}
