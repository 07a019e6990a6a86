//! Polls and feeds the TAXII 2.1 servers of others.
//!
//! What to ask and what an answer means is decided in [`aldis_wire::poll`]; here requests are carried.
//! Adding objects stands in `push`.
//! Nothing is followed to another host, every body is bounded, and a secret leaves only over TLS or to
//! this machine itself. What arrived is handed on before the mark moves, so that a poll that is killed
//! loses nothing.
//!
//! Source: TAXII 2.1 (OASIS, June 2021), sections 3 to 5.

mod push;

pub use push::Added;

use super::guard;
use crate::error::{Error, Result};
use aldis_wire::poll::{self, Collection, Follow, Mark, Retry, Step};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::ops::ControlFlow;
use std::time::Duration;
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};
use zeroize::Zeroizing;

/// How we say who we are.
pub enum Login {
    /// Not at all.
    Open,
    /// Name and password.
    Basic(String, Zeroizing<String>),
    /// A token.
    Bearer(Zeroizing<String>),
}

impl Login {
    /// Reads what stands in the file of a password or token: one line.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if it is anything else, or longer than 4,096 bytes.
    pub fn secret(bytes: &[u8]) -> Result<Zeroizing<String>> {
        let text = std::str::from_utf8(bytes).map_err(|_| Error::refused("the secret is not text"))?;
        let line = text.trim_end_matches(['\r', '\n']);
        if line.is_empty() || line.contains('\n') || bytes.len() > SECRET_MAX {
            return Err(Error::refused("the file of the secret holds one line, and nothing else"));
        }
        Ok(Zeroizing::new(line.to_owned()))
    }
}

/// Files for TLS, as PEM; none of them is needed for a server that the world knows.
#[derive(Default)]
pub struct Tls {
    /// Authorities to trust in place of the usual ones.
    pub authorities: Option<Vec<u8>>,
    /// Our certificate with its chain, and its key.
    pub ours: Option<(Vec<u8>, Zeroizing<Vec<u8>>)>,
}

/// What surrounds a request: none of it is asked for here.
pub trait Surroundings {
    /// Returns the time, microseconds since 1970.
    fn now_us(&self) -> i64;
    /// Returns a random byte.
    fn spread(&self) -> u8;
    /// Waits before a request is repeated; `false` if it is to be given up.
    fn pause(&self, wait: Duration) -> bool;
}

/// A server of somebody else.
pub struct Elsewhere<'a> {
    agent: ureq::Agent,
    address: String,
    login: Option<Zeroizing<String>>,
    around: &'a dyn Surroundings,
}

/// An answer that was a success.
struct Answer {
    body: Vec<u8>,
    last: Option<String>,
}

/// A refusal: its status, `Retry-After`, and what it says.
type Refusal = (u16, Option<String>, Error);

/// An answer that was none, after all repetitions.
enum Missed {
    /// The server refused, with its status.
    Refused(u16, Error),
    /// There was no usable answer.
    Failed(Error),
}

impl From<Missed> for Error {
    fn from(missed: Missed) -> Self {
        match missed {
            Missed::Refused(_, error) | Missed::Failed(error) => error,
        }
    }
}

impl<'a> Elsewhere<'a> {
    /// Names a server by the address of its discovery, such as `https://host/taxii2/`, or of one root.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if it is no address, if a secret would travel in the open, or if a file for
    /// TLS cannot be read.
    pub fn new(address: &str, login: Login, tls: &Tls, around: &'a dyn Surroundings) -> Result<Self> {
        guard::target(address).map_err(|why| {
            Error::Refused(format!("the address of the server: {}", why.replace("a webhook", "it")))
        })?;
        let login = match login {
            Login::Open => None,
            Login::Basic(name, _) if name.contains(':') || name.chars().any(char::is_control) => {
                return Err(Error::refused("a name for Basic has no colon in it"));
            }
            Login::Basic(name, secret) => {
                let both = Zeroizing::new(format!("{name}:{}", *secret));
                Some(Zeroizing::new(format!("Basic {}", STANDARD.encode(both.as_bytes()))))
            }
            Login::Bearer(token)
                if !token.bytes().all(|byte| byte.is_ascii_graphic()) || token.is_empty() =>
            {
                return Err(Error::refused("a token is one word of ASCII"));
            }
            Login::Bearer(token) => Some(Zeroizing::new(format!("Bearer {}", *token))),
        };
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(120)))
            .timeout_connect(Some(Duration::from_secs(20)))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .tls_config(tls_config(tls)?)
            .build();
        let address = format!("{}/", address.trim_end_matches('/'));
        Ok(Self { agent: config.into(), address, login, around })
    }

    /// Lists the roots of the server as absolute addresses, the recommended one first.
    ///
    /// # Errors
    ///
    /// [`Error::Remote`] if it does not answer as TAXII 2.1.
    pub fn roots(&self) -> Result<Vec<String>> {
        let read = poll::discovery(&self.get(&self.address, &[])?.body).map_err(remote)?;
        let mut roots = Vec::new();
        for root in read.default.iter().chain(&read.api_roots) {
            let root = poll::resolve(&self.address, root).map_err(remote)?;
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        Ok(roots)
    }

    /// Lists the collections of a root.
    ///
    /// # Errors
    ///
    /// As [`Elsewhere::roots`].
    pub fn collections(&self, root: &str) -> Result<Vec<Collection>> {
        let root = self.own(root)?;
        poll::collections(&self.get(&format!("{root}collections/"), &[])?.body).map_err(remote)
    }

    /// Finds the root that has a collection, if none was named: a server's recommended root need not.
    ///
    /// # Errors
    ///
    /// As [`Elsewhere::roots`], and if no root lists the collection.
    pub fn root_of(&self, named: Option<&str>, collection: &str) -> Result<String> {
        if let Some(root) = named {
            return Ok(root.to_owned());
        }
        let roots = self.roots()?;
        if let [root] = roots.as_slice() {
            return Ok(root.clone());
        }
        let mut refused = None;
        for root in &roots {
            match self.collections(root) {
                Ok(all) if all.iter().any(|one| one.id == collection) => return Ok(root.clone()),
                Ok(_) => {}
                // A root that is not for us says nothing about the others.
                Err(error) => refused = Some(error),
            }
        }
        Err(refused.unwrap_or_else(|| {
            Error::Remote(format!(
                "none of the server's {} API roots lists the collection: see `aldis taxii collections`, or name the root",
                roots.len()
            ))
        }))
    }

    /// Follows a collection from its mark to its end, or until `keep` breaks off, and returns how many
    /// objects were new.
    ///
    /// `keep` takes the new objects of a page and the mark that then holds; both have to be stored
    /// together. Poll again with that mark to go on after anything went wrong.
    ///
    /// # Errors
    ///
    /// [`Error::Remote`] if the server does not answer as TAXII 2.1 or repeats itself; what `keep`
    /// returns.
    pub fn poll(
        &self,
        root: &str,
        collection: &str,
        mark: Mark,
        overlap_s: u32,
        mut keep: impl FnMut(&[&str], &Mark) -> Result<ControlFlow<()>>,
    ) -> Result<u64> {
        let address = format!("{}collections/{}/objects/", self.own(root)?, sound(collection)?);
        let mut follow = Follow::new(mark, overlap_s, PAGE);
        let mut new = 0;
        loop {
            let answer = match self.get(&address, &follow.query()) {
                Ok(answer) => answer,
                // Some servers use a cursor up, or forget it when they start again.
                Err(Missed::Refused(400 | 404 | 410 | 422 | 500, _)) if follow.lose_cursor() => continue,
                Err(missed) => return Err(missed.into()),
            };
            let page =
                poll::page(if answer.body.is_empty() { b"{}" } else { &answer.body }).map_err(remote)?;
            let (objects, step) = follow.take(&page, answer.last.as_deref()).map_err(remote)?;
            let kept = keep(&objects, follow.mark())?;
            new += objects.len() as u64;
            if step == Step::Done || kept.is_break() {
                return Ok(new);
            }
        }
    }

    /// Refuses a root on another host, whoever named it.
    fn own(&self, root: &str) -> Result<String> {
        poll::resolve(&self.address, root).map_err(Error::refused)
    }

    fn get(&self, url: &str, query: &[(&'static str, String)]) -> std::result::Result<Answer, Missed> {
        self.ask(url, query, None)
    }

    fn ask(
        &self,
        url: &str,
        query: &[(&'static str, String)],
        body: Option<&str>,
    ) -> std::result::Result<Answer, Missed> {
        for attempt in 0.. {
            let (status, after, missed) = match self.once(url, query, body) {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err((status, after, error))) => (Some(status), after, Missed::Refused(status, error)),
                Err(error) => (None, None, Missed::Failed(error)),
            };
            match poll::retry(status, after.as_deref(), self.around.now_us(), attempt, self.around.spread()) {
                Retry::Wait(seconds) if self.around.pause(Duration::from_secs(seconds)) => {}
                Retry::Wait(_) | Retry::Stop => return Err(missed),
            }
        }
        Err(Missed::Failed(Error::Remote("no answer".to_owned())))
    }

    fn once(
        &self,
        url: &str,
        query: &[(&'static str, String)],
        body: Option<&str>,
    ) -> Result<std::result::Result<Answer, Refusal>> {
        let mut request = ureq::http::Request::builder()
            .method(if body.is_some() { "POST" } else { "GET" })
            .uri(with_query(url, query))
            .header("Accept", MEDIA);
        if let Some(login) = &self.login {
            request = request.header("Authorization", login.as_str());
        }
        if body.is_some() {
            request = request.header("Content-Type", MEDIA);
        }
        let request = request.body(body.unwrap_or_default().to_owned()).map_err(Error::refused)?;
        let mut reply = self.agent.run(request).map_err(remote)?;
        let text =
            |name: &str| reply.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let status = reply.status().as_u16();
        let (kind, last, after) =
            (text("content-type"), text("x-taxii-date-added-last"), text("retry-after"));
        let limit = if reply.status().is_success() { PAGE_MAX } else { ERROR_MAX };
        let body = reply.body_mut().with_config().limit(limit).read_to_vec();
        if reply.status().is_success() {
            let body = match body {
                // It would be as long the next time.
                Err(ureq::Error::BodyExceedsLimit(_)) => {
                    let says = format!("the server answers with more than {} MiB", PAGE_MAX >> 20);
                    return Ok(Err((NOT_AGAIN, None, Error::Remote(says))));
                }
                body => body.map_err(remote)?,
            };
            if let Err(error) = poll::kind_is_readable(kind.as_deref().unwrap_or_default()) {
                return Ok(Err((NOT_AGAIN, None, remote(error))));
            }
            return Ok(Ok(Answer { body, last }));
        }
        let says = poll::says(&body.unwrap_or_default());
        Ok(Err((
            status,
            after,
            Error::Remote(format!("the server answers {status} {}", words(status, &says))),
        )))
    }
}

fn words(status: u16, says: &str) -> &str {
    match status {
        _ if !says.is_empty() => says,
        300..=399 => "and leads elsewhere: name the address it leads to, if you trust it",
        401 => "it does not know us: check name, password or token",
        403 => "it does not let us do this",
        404 => "there is no such root or collection, or not for us",
        406 | 415 => "it does not speak TAXII 2.1",
        413 => "the envelope is larger than it takes",
        _ => "and says no more",
    }
}

/// Writes an address with its query, everything but letters, digits and `-._~` escaped.
fn with_query(url: &str, query: &[(&'static str, String)]) -> String {
    let escaped = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    let parts: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    if parts.is_empty() { url.to_owned() } else { format!("{url}?{}", parts.join("&")) }
}

fn sound(collection: &str) -> Result<&str> {
    let sound = !collection.is_empty()
        && collection.len() <= 200
        && collection.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if sound { Ok(collection) } else { Err(Error::refused("a collection is named by its id")) }
}

fn tls_config(tls: &Tls) -> Result<TlsConfig> {
    let certificates = |pem: &[u8], what: &str| -> Result<Vec<Certificate<'static>>> {
        let found: Vec<_> = parse_pem(pem)
            .filter_map(|item| if let Ok(PemItem::Certificate(one)) = item { Some(one) } else { None })
            .collect();
        if found.is_empty() {
            Err(Error::Refused(format!("{what}: no certificate in PEM form")))
        } else {
            Ok(found)
        }
    };
    let mut config = TlsConfig::builder();
    if let Some(pem) = &tls.authorities {
        config = config.root_certs(RootCerts::new_with_certs(&certificates(pem, "the authorities")?));
    }
    if let Some((chain, key)) = &tls.ours {
        let key =
            PrivateKey::from_pem(key).map_err(|_| Error::refused("our key: no private key in PEM form"))?;
        config = config
            .client_cert(Some(ClientCert::new_with_certs(&certificates(chain, "our certificate")?, key)));
    }
    Ok(config.build())
}

fn remote(error: impl std::fmt::Display) -> Error {
    Error::Remote(error.to_string())
}

/// The longest password or token, in bytes.
pub const SECRET_MAX: usize = 4_096;
/// How many objects are asked for, and sent, at a time.
const PAGE: u32 = 1_000;
/// The largest page, in bytes.
const PAGE_MAX: u64 = 64 << 20;
/// How much of an error is read.
const ERROR_MAX: u64 = 64 << 10;
/// Stands for an answer that a repetition will not change.
const NOT_AGAIN: u16 = 406;
const MEDIA: &str = "application/taxii+json;version=2.1";
