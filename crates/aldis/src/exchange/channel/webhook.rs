//! A webhook: one signed POST, by default with nothing but "a message waits" and a link.
//!
//! No redirect is followed, no private network is entered, and of the answer no more is read than is
//! shown. A status says whether to try again: 408, 425, 429 and 5xx may pass by themselves, every other
//! refusal will be the same next time.
//!
//! Source: Standard Webhooks 1.0.0; RFC 9110, section 15.

use super::{Carried, Channel, Limits, Missed, Parcel, Rehearsal, one_line, wrong_parcel};
use crate::config;
use crate::exchange::guard::{self, Guarded};
use aldis_model::Time;
use aldis_wire::webhook::Key;
use std::io::Read;
use std::path::Path;
use std::time::Duration;
use ureq::http::StatusCode;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::transport::DefaultConnector;

pub(super) struct Webhook {
    full: bool,
    poster: Poster,
}

/// Signs and posts; shared with the gateway for short messages.
pub(super) struct Poster {
    agent: Result<ureq::Agent, String>,
    key: Result<Key, String>,
    pub(super) limits: Limits,
}

/// One signed message, ready to be posted or shown.
pub(super) struct Signed<'a> {
    pub(super) url: &'a str,
    pub(super) bearer: Option<String>,
    pub(super) id: &'a str,
    pub(super) at: Time,
    pub(super) body: &'a str,
}

impl Webhook {
    pub(super) fn new(ways: &config::Ways, seed: &[u8; 32]) -> Self {
        Self { full: ways.webhook.payload == "full", poster: Poster::new(ways, seed) }
    }

    fn signed<'a>(&self, parcel: &'a Parcel) -> Result<Signed<'a>, Missed> {
        let Parcel::Webhook { id, url, at, thin, full } = parcel else { return Err(wrong_parcel()) };
        let body = if self.full { full.get() } else { thin.get() };
        Ok(Signed { url, bearer: None, id, at: *at, body })
    }
}

impl Channel for Webhook {
    fn rehearse(&self, parcel: &Parcel) -> Result<Rehearsal, Missed> {
        self.poster.rehearse(&self.signed(parcel)?)
    }

    fn send(&self, parcel: &Parcel) -> Carried {
        self.poster.post(&self.signed(parcel)?)
    }

    fn limits(&self) -> Limits {
        self.poster.limits
    }
}

impl Poster {
    pub(super) fn new(ways: &config::Ways, seed: &[u8; 32]) -> Self {
        let limits = Limits { attempt: Duration::from_secs(ways.attempt_s), answer_max: ANSWER_MAX };
        Self { agent: agent(ways), key: signing_key(&ways.webhook, seed), limits }
    }

    fn headers(&self, signed: &Signed<'_>) -> Result<Vec<(&'static str, String)>, Missed> {
        let key = self.key.as_ref().map_err(Missed::again)?;
        let at_s = signed.at.micros().div_euclid(1_000_000);
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", signed.id.to_owned()),
            ("webhook-timestamp", at_s.to_string()),
            ("webhook-signature", key.sign(signed.id, at_s, signed.body)),
        ];
        headers.extend(signed.bearer.as_ref().map(|token| ("authorization", format!("Bearer {token}"))));
        Ok(headers)
    }

    pub(super) fn rehearse(&self, signed: &Signed<'_>) -> Result<Rehearsal, Missed> {
        guard::target(signed.url).map_err(Missed::for_good)?;
        let mut how = vec![format!("POST {}", signed.url)];
        how.extend(self.headers(signed)?.into_iter().map(|(name, value)| match name {
            "authorization" => format!("{name}: Bearer (the token is not shown)"),
            _ => format!("{name}: {value}"),
        }));
        Ok(Rehearsal { how, bytes: signed.body.as_bytes().to_vec() })
    }

    pub(super) fn post(&self, signed: &Signed<'_>) -> Carried {
        guard::target(signed.url).map_err(Missed::for_good)?;
        let mut request = self.agent.as_ref().map_err(Missed::again)?.post(signed.url);
        for (name, value) in self.headers(signed)? {
            request = request.header(name, value);
        }
        let mut reply = request.send(signed.body).map_err(|error| missed(&error))?;
        let status = reply.status();
        let said = answer(&mut reply);
        let line = format!("HTTP {}, webhook-id {}, answer: {said}", status.as_u16(), signed.id);
        if status.is_success() { Ok(line.into_bytes()) } else { Err(refused(status, line)) }
    }
}

/// Returns the key webhooks are signed with.
///
/// # Errors
///
/// Says what is wrong with `webhook.secret_file`.
pub fn signing_key(config: &config::Webhook, seed: &[u8; 32]) -> Result<Key, String> {
    let key = Key::derived(seed);
    match &config.secret_file {
        None => Ok(key),
        Some(file) => {
            let wrong = |says: String| format!("webhook.secret_file {}: {says}", file.display());
            let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
            key.with_secret(&text).map_err(wrong)
        }
    }
}

fn agent(ways: &config::Ways) -> Result<ureq::Agent, String> {
    let config = &ways.webhook;
    let mut tls = TlsConfig::builder();
    if let Some(file) = &config.ca_file {
        tls = tls.root_certs(RootCerts::new_with_certs(&authorities(file)?));
    }
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(ways.attempt_s)))
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .user_agent("webhook/1")
        .max_idle_connections(ways.workers)
        .max_idle_connections_per_host(ways.workers)
        .tls_config(tls.build())
        .build();
    Ok(ureq::Agent::with_parts(agent, DefaultConnector::default(), Guarded::new(&config.allow)))
}

/// Reads the authorities in a file: these alone are believed.
fn authorities(file: &Path) -> Result<Vec<Certificate<'static>>, String> {
    let wrong = |says: String| format!("webhook.ca_file {}: {says}", file.display());
    let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
    let found: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() { Err(wrong("holds no certificate".to_owned())) } else { Ok(found) }
}

/// Reads what is shown of an answer. A receiver that says "taken" and then more than anybody reads has
/// still taken it.
fn answer(reply: &mut ureq::http::Response<ureq::Body>) -> String {
    let mut bytes = Vec::new();
    let body = reply.body_mut().as_reader();
    match body.take(ANSWER_MAX + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.is_empty() => "empty".to_owned(),
        Ok(_) if bytes.len() as u64 > ANSWER_MAX => format!("longer than {ANSWER_MAX} bytes, not read"),
        Ok(_) => one_line(&String::from_utf8_lossy(&bytes)),
        Err(_) => "broken off".to_owned(),
    }
}

fn missed(error: &ureq::Error) -> Missed {
    let says = format!("webhook: {error}");
    match error {
        ureq::Error::Other(inner) if inner.is::<guard::Private>() => Missed::for_good(says),
        ureq::Error::BadUri(_) => Missed::for_good(says),
        _ => Missed::again(says),
    }
}

fn refused(status: StatusCode, line: String) -> Missed {
    match status.as_u16() {
        408 | 425 | 429 | 500..=599 => Missed::again(line),
        300..=399 => Missed::for_good(format!("{line}; redirects are not followed: enter the new target")),
        _ => Missed::for_good(line),
    }
}

const ANSWER_MAX: u64 = 16 << 10;
