//! What the operator sets: flag over environment over file over default.
//!
//! Unknown keys are errors. Secrets are never here: keys and passwords stand in files of their own.

mod feed;

pub use feed::Feed;

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
    /// The ways out.
    pub ways: Ways,
    /// Where partners' tools may come with a client certificate, if they may.
    pub tls: Option<Tls>,
    /// Which versions a TAXII deletion without `match[version]` means: all of them, or the last.
    pub delete_all_versions: bool,
    /// The collections of other servers that are read.
    pub feeds: Vec<Feed>,
}

/// The ways out, as far as the operator set them up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ways {
    /// How mail is sent, if it is.
    pub mail: Option<Mail>,
    /// How webhooks are called.
    pub webhook: Webhook,
    /// Who sends short messages, if anybody does.
    pub gateway: Option<Gateway>,
    /// How many deliveries are carried at once to one destination, 1 to 64.
    pub workers: usize,
    /// The longest an attempt takes, 1 to 25 seconds.
    pub attempt_s: u64,
}

impl Default for Ways {
    fn default() -> Self {
        Self {
            mail: None,
            webhook: Webhook::default(),
            gateway: None,
            workers: workers(),
            attempt_s: attempt_s(),
        }
    }
}

impl Ways {
    /// Says what cannot work, before anything is sent.
    fn check(&self) -> std::result::Result<(), String> {
        if !(1..=64).contains(&self.workers) {
            return Err("delivery_workers is 1 to 64".to_owned());
        }
        // A piece is leased for two minutes: an attempt, and what is recorded of it, must end well before.
        if !(1..=25).contains(&self.attempt_s) {
            return Err("delivery_attempt_s is 1 to 25".to_owned());
        }
        if !["thin", "full"].contains(&self.webhook.payload.as_str()) {
            return Err("webhook.payload is thin or full".to_owned());
        }
        if let Some(gateway) = &self.gateway {
            crate::exchange::guard::target(&gateway.url).map_err(|says| format!("gateway.url: {says}"))?;
        }
        if let Some(mail) = &self.mail {
            let from = mail.from.parse::<lettre::message::Mailbox>();
            from.map_err(|_| "mail.from is not a mail address".to_owned())?;
            if !["none", "starttls", "tls"].contains(&mail.security.as_str()) {
                return Err("mail.security is tls, starttls, or none for a server on this machine".to_owned());
            }
            if mail.user.is_some() != mail.password_file.is_some() {
                return Err("mail.user and mail.password_file belong together".to_owned());
            }
        }
        Ok(())
    }
}

const fn workers() -> usize {
    16
}

const fn attempt_s() -> u64 {
    20
}

/// How webhooks are called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// `thin`, a link and nothing else, or `full`, with the text.
    #[serde(default = "thin")]
    pub payload: String,
    /// Hosts that may lead into a private network, as written in the URL.
    #[serde(default)]
    pub allow: Vec<String>,
    /// The only authorities believed, in PEM; none: the public ones.
    pub ca_file: Option<PathBuf>,
    /// The file of a secret shared with receivers that know no public-key signatures.
    pub secret_file: Option<PathBuf>,
}

impl Default for Webhook {
    fn default() -> Self {
        Self { payload: thin(), allow: Vec::new(), ca_file: None, secret_file: None }
    }
}

fn thin() -> String {
    "thin".to_owned()
}

/// Who sends short messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Where it listens.
    pub url: String,
    /// The file of the token it wants, if it wants one.
    pub token_file: Option<PathBuf>,
    /// The number to call; with it, no link is sent.
    pub call: Option<String>,
}

/// Where partners' tools come with a client certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Where to listen.
    pub listen: String,
    /// The file with the server's certificate and those above it, in PEM.
    pub certificate: PathBuf,
    /// The file with the certificate's key, in PEM.
    pub key: PathBuf,
}

/// How TAXII behaves where the standard leaves it open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taxii {
    /// See [`Config::delete_all_versions`].
    #[serde(default)]
    pub delete_all_versions: bool,
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
    /// The only authorities believed, in PEM; none: the public ones.
    pub ca_file: Option<PathBuf>,
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
    /// See [`Ways::mail`].
    pub mail: Option<Mail>,
    /// See [`Ways::webhook`].
    #[serde(default)]
    pub webhook: Webhook,
    /// See [`Ways::gateway`].
    pub gateway: Option<Gateway>,
    /// See [`Ways::workers`].
    #[serde(default = "workers")]
    pub delivery_workers: usize,
    /// See [`Ways::attempt_s`].
    #[serde(default = "attempt_s")]
    pub delivery_attempt_s: u64,
    /// See [`Config::tls`].
    pub tls: Option<Tls>,
    /// See [`Taxii`].
    pub taxii: Option<Taxii>,
    /// See [`Config::feeds`].
    #[serde(default)]
    pub feeds: Vec<Feed>,
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
            ways: Ways::default(),
            tls: None,
            delete_all_versions: false,
            feeds: Vec::new(),
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
            let known = "organisation, listen, public_url, database, exercise, delivery_workers, delivery_attempt_s, mail, webhook, gateway, tls, taxii, feeds";
            Error::Refused(format!("{}: {}\nknown keys: {known}", path.display(), error.message()))
        })?;
        let ways = Ways {
            mail: file.mail,
            webhook: file.webhook,
            gateway: file.gateway,
            workers: file.delivery_workers,
            attempt_s: file.delivery_attempt_s,
        };
        ways.check().map_err(|says| Error::Refused(format!("{}: {says}", path.display())))?;
        let org = key(&file.organisation);
        feed::check(&file.feeds, &org)
            .map_err(|says| Error::Refused(format!("{}: {says}", path.display())))?;
        let listen = overrides.listen.unwrap_or(file.listen);
        let url = overrides.public_url.or(file.public_url).unwrap_or_else(|| format!("http://{listen}"));
        Ok(Self {
            data: data.to_owned(),
            org,
            title: file.organisation,
            listen,
            public_url: url.trim_end_matches('/').to_owned(),
            database: overrides.database.or(file.database).unwrap_or_default(),
            exercise: overrides.exercise || file.exercise,
            ways,
            tls: file.tls,
            delete_all_versions: file.taxii.is_some_and(|taxii| taxii.delete_all_versions),
            feeds: file.feeds,
        })
    }

    /// Returns the name the node signs with.
    pub fn origin(&self) -> String {
        format!("aldis/{}", self.org)
    }
}
