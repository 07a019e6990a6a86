//! The ways out: a partner's node over HTTP, a mail server, nothing at all.
//!
//! One small trait, so that an exercise can put its own world in place of the network. What is
//! carried has passed the gate; a channel cannot ask for more.

use crate::config::Mail;
use crate::error::{Error, Result};
use aldis_model::Released;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport};
use std::time::Duration;

/// One thing to carry.
pub enum Parcel {
    /// A signed envelope for a partner's node.
    Envelope {
        /// Where its node listens.
        url: String,
        /// The signed note.
        body: Released<String>,
    },
    /// A mail to one address.
    Mail {
        /// The address.
        to: String,
        /// The subject: generic, because others may see it.
        subject: Released<String>,
        /// The text.
        body: Released<String>,
    },
}

/// Carries parcels.
pub trait Channels: Send + Sync {
    /// Carries one parcel and returns what the other side said.
    ///
    /// # Errors
    ///
    /// [`Error::Remote`] if it did not arrive; the caller tries again later.
    fn carry(&self, parcel: &Parcel) -> Result<Vec<u8>>;
}

/// Carries nothing: an exercise mode node.
pub struct Refusing;

impl Channels for Refusing {
    fn carry(&self, _: &Parcel) -> Result<Vec<u8>> {
        Err(Error::Remote("exercise mode: nothing leaves this server".to_owned()))
    }
}

/// Carries over the real network.
pub struct Live {
    agent: ureq::Agent,
    mail: Option<Mail>,
}

impl Live {
    /// Builds the channels of a live node.
    pub fn new(mail: Option<Mail>) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(20)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self { agent: config.into(), mail }
    }

    fn post(&self, url: &str, body: &str) -> Result<Vec<u8>> {
        let url = format!("{url}/exchange/v1/messages");
        let remote = |error: ureq::Error| Error::Remote(error.to_string());
        let mut reply =
            self.agent.post(&url).content_type("text/plain; charset=utf-8").send(body).map_err(remote)?;
        let status = reply.status();
        let bytes = reply.body_mut().with_config().limit(REPLY_MAX).read_to_vec().map_err(remote)?;
        if status.is_success() {
            return Ok(bytes);
        }
        Err(Error::Remote(format!("the partner's node answered {status}")))
    }

    fn mail(&self, to: &str, subject: &str, body: &str) -> Result<Vec<u8>> {
        let mail =
            self.mail.as_ref().ok_or_else(|| Error::Remote("no mail server is configured".to_owned()))?;
        let from: Mailbox = mail.from.parse().map_err(Error::refused)?;
        let to: Mailbox = to.parse().map_err(Error::refused)?;
        let message = Message::builder()
            .from(from)
            .to(to)
            .subject(subject)
            .body(body.to_owned())
            .map_err(Error::broken)?;
        let reply = transport(mail)?.send(&message).map_err(|error| Error::Remote(error.to_string()))?;
        let said = reply.message().collect::<Vec<_>>().join(" ");
        Ok(format!("{} {said}", reply.code()).into_bytes())
    }
}

impl Channels for Live {
    fn carry(&self, parcel: &Parcel) -> Result<Vec<u8>> {
        match parcel {
            Parcel::Envelope { url, body } => self.post(url, body.get()),
            Parcel::Mail { to, subject, body } => self.mail(to, subject.get(), body.get()),
        }
    }
}

fn transport(mail: &Mail) -> Result<SmtpTransport> {
    let remote = |error: lettre::transport::smtp::Error| Error::Remote(error.to_string());
    let builder = match mail.security.as_str() {
        "tls" => SmtpTransport::relay(&mail.host).map_err(remote)?,
        "starttls" => SmtpTransport::starttls_relay(&mail.host).map_err(remote)?,
        "none" if mail.host == "127.0.0.1" || mail.host == "localhost" => {
            SmtpTransport::builder_dangerous(&mail.host)
        }
        other => {
            return Err(Error::Refused(format!(
                "mail security {other:?}: tls, starttls, or none on this machine"
            )));
        }
    };
    let builder = builder.port(mail.port).timeout(Some(Duration::from_secs(20)));
    match (&mail.user, &mail.password_file) {
        (Some(user), Some(file)) => {
            let password = std::fs::read_to_string(file)?;
            let credentials = Credentials::new(user.clone(), password.trim_end().to_owned());
            Ok(builder.credentials(credentials).build())
        }
        _ => Ok(builder.build()),
    }
}

const REPLY_MAX: u64 = 256 << 10;
