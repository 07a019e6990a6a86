//! A mail server: SMTP with STARTTLS or TLS from the first byte, and a password if it asks for one.
//!
//! The mail says that a message waits and where. Its headers name no organisation, no case and no
//! machine. A connection is kept for the next mail only after the server took one in full: an attempt that
//! ended in any other way may have left half a conversation behind, and what follows on such a connection
//! cannot be believed.
//!
//! Source: RFC 5321; RFC 3207 (STARTTLS); RFC 8314 (TLS); RFC 4954 (AUTH); RFC 5322.

use super::{Carried, Channel, Limits, Missed, Parcel, Rehearsal, one_line, wrong_parcel};
use crate::config;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message, transport::smtp};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, UNIX_EPOCH};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

pub(super) struct Mail {
    config: Option<config::Mail>,
    attempt: Duration,
    // A whole attempt can only be ended from outside, which is what the runtime is for.
    runtime: OnceLock<Option<Runtime>>,
    kept: Mutex<Vec<Kept>>,
}

/// A connection on which the last mail was taken, and how many were.
struct Kept {
    connection: AsyncSmtpConnection,
    taken: u32,
}

impl Mail {
    pub(super) fn new(ways: &config::Ways) -> Self {
        let attempt = Duration::from_secs(ways.attempt_s);
        Self { config: ways.mail.clone(), attempt, runtime: OnceLock::new(), kept: Mutex::new(Vec::new()) }
    }

    fn config(&self) -> Result<&config::Mail, Missed> {
        self.config.as_ref().ok_or_else(|| Missed::for_good("no mail server is configured: set [mail]"))
    }

    fn message(&self, parcel: &Parcel) -> Result<Message, Missed> {
        let Parcel::Mail { id, to, at, subject, body } = parcel else { return Err(wrong_parcel()) };
        let wrong = |what: &str| Missed::for_good(format!("{what} is not a mail address"));
        let from: Mailbox = self.config()?.from.parse().map_err(|_| wrong("mail.from"))?;
        // Parsed again, though it was when it was stored: a line break here would be a header there.
        let to: Address = to.parse().map_err(|_| wrong("the recipient's address"))?;
        let domain = from.email.domain().to_owned();
        let sent = Duration::from_micros(u64::try_from(at.micros()).unwrap_or_default());
        Message::builder()
            .from(from)
            .to(to.into())
            .subject(subject.get().as_str())
            .date(UNIX_EPOCH + sent)
            .message_id(Some(format!("<{id}@{domain}>")))
            .body(body.get().clone())
            .map_err(Missed::for_good)
    }

    async fn deliver(&self, mail: &config::Mail, message: &Message) -> Carried {
        let (envelope, bytes) = (message.envelope(), message.formatted());
        let mut again = None;
        if let Some(mut kept) = self.reuse().await {
            match kept.connection.send(envelope, &bytes).await {
                // The server gave up the connection under us: it may have the mail, and knows its id.
                Err(error) if error.status().is_none() => {}
                done => again = Some((kept, done)),
            }
        }
        let (mut kept, done) = match again {
            Some(done) => done,
            None => {
                let mut fresh = Kept { connection: connect(mail, self.attempt).await?, taken: 0 };
                let done = fresh.connection.send(envelope, &bytes).await;
                (fresh, done)
            }
        };
        let reply = done.map_err(missed)?;
        let said = one_line(&reply.message().collect::<Vec<_>>().join(" "));
        kept.taken += 1;
        if kept.taken < MAILS_A_CONNECTION {
            let mut all = lock(&self.kept);
            if all.len() < KEPT_MAX {
                all.push(kept);
            }
        }
        Ok(format!("{} {said}", reply.code()).into_bytes())
    }

    /// Takes a kept connection whose server still answers.
    async fn reuse(&self) -> Option<Kept> {
        loop {
            let mut kept = lock(&self.kept).pop()?;
            if kept.connection.test_connected().await {
                return Some(kept);
            }
        }
    }
}

async fn connect(mail: &config::Mail, attempt: Duration) -> Result<AsyncSmtpConnection, Missed> {
    let domain = mail.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain.trim_end_matches('>'));
    let hello = ClientId::Domain(domain.to_owned());
    let here = mail.host == "127.0.0.1" || mail.host == "::1" || mail.host == "localhost";
    let (wrapped, upgraded) = match mail.security.as_str() {
        "tls" => (Some(tls(mail)?), None),
        "starttls" => (None, Some(tls(mail)?)),
        "none" if here => (None, None),
        other => {
            let says =
                format!("mail.security is {other:?}: tls, starttls, or none for a server on this machine");
            return Err(Missed::for_good(says));
        }
    };
    let place = (mail.host.as_str(), mail.port);
    let mut connection = match wrapped {
        Some(tls) => AsyncSmtpConnection::connect_tokio1(place, Some(attempt), &hello, Some(tls), None).await,
        None => {
            let unreachable = |error| Missed::again(format!("mail server: {error}"));
            let stream = TcpStream::connect(place).await.map_err(unreachable)?;
            // The library writes the end of a mail by itself: with Nagle's algorithm that waits for the
            // server to acknowledge the text, 40 ms on most systems.
            stream.set_nodelay(true).map_err(unreachable)?;
            AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await
        }
    }
    .map_err(missed)?;
    if let Some(tls) = upgraded {
        if !connection.can_starttls() {
            let says = "the mail server offers no STARTTLS: nothing was sent in the clear";
            return Err(Missed::again(says));
        }
        connection.starttls(tls, &hello).await.map_err(missed)?;
    }
    if let Some(user) = &mail.user {
        let file = mail.password_file.as_ref();
        let file = file.ok_or_else(|| Missed::for_good("mail.user needs mail.password_file"))?;
        let password = std::fs::read_to_string(file)
            .map_err(|error| Missed::again(format!("mail.password_file {}: {error}", file.display())))?;
        let credentials = Credentials::new(user.clone(), password.trim_end().to_owned());
        connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(missed)?;
    }
    Ok(connection)
}

/// With a CA file, that authority alone is believed; without, the public ones are.
fn tls(mail: &config::Mail) -> Result<TlsParameters, Missed> {
    let mut builder = TlsParameters::builder(mail.host.clone());
    if let Some(file) = &mail.ca_file {
        let wrong = |says: String| Missed::again(format!("mail.ca_file {}: {says}", file.display()));
        let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
        let authority = Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(authority);
    }
    builder.build().map_err(missed)
}

fn missed(error: smtp::Error) -> Missed {
    let mut says = format!("mail server: {error}");
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        says = format!("{says}: {inner}");
        cause = inner.source();
    }
    Missed { says: one_line(&says), again: !error.is_permanent() }
}

impl Channel for Mail {
    fn rehearse(&self, parcel: &Parcel) -> Result<Rehearsal, Missed> {
        let (mail, message) = (self.config()?, self.message(parcel)?);
        let envelope = message.envelope();
        let from = envelope.from().map(ToString::to_string).unwrap_or_default();
        let to: Vec<String> = envelope.to().iter().map(ToString::to_string).collect();
        let how = vec![
            format!("SMTP to {}:{}, {}", mail.host, mail.port, mail.security),
            format!("MAIL FROM:<{from}>"),
            format!("RCPT TO:<{}>", to.join(", ")),
        ];
        Ok(Rehearsal { how, bytes: message.formatted() })
    }

    fn send(&self, parcel: &Parcel) -> Carried {
        let (mail, message) = (self.config()?, self.message(parcel)?);
        let build = || {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            builder.worker_threads(1).thread_name("mail").enable_all().build().ok()
        };
        let runtime = self.runtime.get_or_init(build).as_ref();
        let runtime = runtime.ok_or_else(|| Missed::again("no thread could be started for mail"))?;
        let attempt = runtime
            .block_on(async { tokio::time::timeout(self.attempt, self.deliver(mail, &message)).await });
        attempt.unwrap_or_else(|_| {
            let says = format!("the mail server did not finish within {} s", self.attempt.as_secs());
            Err(Missed::again(says))
        })
    }

    fn limits(&self) -> Limits {
        Limits { attempt: self.attempt, answer_max: 64 << 10 }
    }
}

impl Drop for Mail {
    fn drop(&mut self) {
        // Waiting for it here would panic inside another runtime.
        if let Some(runtime) = self.runtime.take().flatten() {
            runtime.shutdown_background();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Servers close a connection after some hundred mails; ours ends before.
const MAILS_A_CONNECTION: u32 = 100;

const KEPT_MAX: usize = 64;
