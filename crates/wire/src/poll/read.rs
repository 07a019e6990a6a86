//! Reads what a server answers.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Discovery {
    /// Its name; empty if it gives none.
    #[serde(default)]
    pub title: String,
    /// The root it recommends.
    pub default: Option<String>,
    /// All roots, absolute or relative, as written; may be empty.
    #[serde(default)]
    pub api_roots: Vec<String>,
}

/// One collection of a root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Its id.
    pub id: String,
    /// Its name; empty if it gives none.
    #[serde(default)]
    pub title: String,
    /// Whether we may read it.
    #[serde(default)]
    pub can_read: bool,
    /// Whether we may add to it.
    #[serde(default)]
    pub can_write: bool,
}

/// One page of objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<'a> {
    /// The objects, each as the text that arrived; may be empty.
    pub objects: Vec<&'a str>,
    /// Whether the server says that more follow. A page that has `next` and does not say is taken to.
    pub more: bool,
    /// What to ask for the next page.
    pub next: Option<String>,
}

/// How many collections or roots one server may list.
const MOST: usize = 10_000;
/// How long an id, a cursor or an address may be, in bytes.
const LONGEST: usize = 4_096;

/// Reads the answer of `/taxii2/`.
///
/// # Errors
///
/// [`Error::Malformed`] if it is no JSON of that form; [`Error::TooMany`].
pub fn discovery(body: &[u8]) -> Result<Discovery> {
    let read: Discovery = json(body, "a discovery of TAXII 2.1")?;
    if read.api_roots.len() > MOST {
        return Err(Error::TooMany { limit: MOST });
    }
    Ok(read)
}

/// What a root says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Root {
    /// Its name; empty if it gives none.
    #[serde(default)]
    pub title: String,
    /// How long the body of an addition may be, in bytes; none if it does not say.
    pub max_content_length: Option<u64>,
}

/// Reads the answer of a root.
///
/// # Errors
///
/// [`Error::Malformed`] if it is no JSON of that form.
pub fn root(body: &[u8]) -> Result<Root> {
    json(body, "an API root of TAXII 2.1")
}

/// Reads the list of collections of a root; a server without any may leave the list out.
///
/// # Errors
///
/// As [`discovery`].
pub fn collections(body: &[u8]) -> Result<Vec<Collection>> {
    #[derive(Deserialize)]
    struct List {
        #[serde(default)]
        collections: Vec<Collection>,
    }
    let read: List = json(body, "a list of collections")?;
    if read.collections.len() > MOST {
        return Err(Error::TooMany { limit: MOST });
    }
    let sound = |id: &str| {
        !id.is_empty()
            && id.len() <= 200
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    // An id becomes a part of an address: one with a slash or dots would lead elsewhere.
    if read.collections.iter().any(|one| !sound(&one.id) || one.id.bytes().all(|b| b == b'.')) {
        return Err(Error::malformed("a collection has an id that cannot stand in an address", 0));
    }
    Ok(read.collections)
}

/// Reads a page.
///
/// # Errors
///
/// [`Error::Unsupported`] if it is a bundle, as servers of TAXII 2.0 send; [`Error::Malformed`] if it
/// is no envelope; [`Error::TooLarge`] if `next` is.
pub fn page(body: &[u8]) -> Result<Page<'_>> {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow, default)]
        objects: Vec<&'a RawValue>,
        more: Option<bool>,
        next: Option<String>,
        #[serde(rename = "type")]
        kind: Option<String>,
    }
    let read: Envelope<'_> = json(body, "an envelope of TAXII 2.1")?;
    if read.kind.as_deref() == Some("bundle") {
        return Err(Error::unsupported(
            "a bundle, which is TAXII 2.0: this server cannot be polled, only TAXII 2.1 can",
        ));
    }
    if read.next.as_ref().is_some_and(|next| next.len() > LONGEST) {
        return Err(Error::TooLarge { limit: LONGEST });
    }
    let next = read.next.filter(|next| !next.is_empty());
    let more = read.more.unwrap_or(next.is_some());
    Ok(Page { objects: read.objects.into_iter().map(RawValue::get).collect(), more, next })
}

/// Names an object and its version, to know it again; the content stands in when it has no version.
pub fn key(object: &str) -> String {
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        id: std::borrow::Cow<'a, str>,
        #[serde(borrow)]
        modified: Option<std::borrow::Cow<'a, str>>,
        #[serde(borrow)]
        created: Option<std::borrow::Cow<'a, str>>,
    }
    use sha2::Digest;
    let named: Option<Named<'_>> = serde_json::from_str(object).ok();
    // Hashed together with the content: two contents under one version are two things, and a key has
    // one length whatever a server sends.
    let mut digest = sha2::Sha256::new();
    match named
        .as_ref()
        .and_then(|named| Some((&named.id, named.modified.as_ref().or(named.created.as_ref())?)))
    {
        Some((id, version)) => digest.update(format!("{id}\n{version}\n")),
        None => digest.update("\n\n"),
    }
    digest.update(object);
    digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Makes an absolute root of what a discovery lists, which may be relative to the server.
///
/// # Errors
///
/// [`Error::Unsupported`] if it leads away from the server: a password entered for one host must not
/// go to another because an answer says so. [`Error::Malformed`] if it is no address.
pub fn resolve(server: &str, root: &str) -> Result<String> {
    let origin = origin(server)?;
    if root.len() > LONGEST
        || root.chars().any(|c| c.is_control() || c.is_whitespace())
        || root.contains(['?', '#'])
    {
        return Err(Error::malformed("an API root is no address", 0));
    }
    let path = match root.strip_prefix(origin) {
        Some(path) if path.is_empty() || path.starts_with('/') => path,
        _ if root.contains("://") || root.starts_with("//") || root.contains('\\') => {
            return Err(Error::unsupported(
                "an API root on another host: name that host yourself if you trust it",
            ));
        }
        _ => root,
    };
    let path = path.trim_matches('/');
    if path.split('/').any(|part| part == "..") {
        return Err(Error::malformed("an API root is no address", 0));
    }
    Ok(if path.is_empty() { format!("{origin}/") } else { format!("{origin}/{path}/") })
}

/// Cuts scheme, host and port off an address.
fn origin(url: &str) -> Result<&str> {
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))
        .ok_or_else(|| Error::unsupported("an address that begins with neither https:// nor http://"))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.contains('@') || host.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Error::malformed("an address without a host, or with a password in it", 0));
    }
    Ok(url.get(..url.len() - rest.len() + host.len()).unwrap_or(url))
}

/// Says whether an answer of this Content-Type is read: TAXII 2.1 with or without its version, and
/// plain JSON, which some servers send.
///
/// # Errors
///
/// [`Error::Unsupported`] says what it seems to be instead.
pub fn kind_is_readable(content_type: &str) -> Result<()> {
    let mut parts = content_type.split(';').map(|part| part.trim().to_ascii_lowercase());
    let kind = parts.next().unwrap_or_default();
    let version =
        parts.find_map(|part| part.strip_prefix("version=").map(|v| v.trim_matches('"').to_owned()));
    match (kind.as_str(), version.as_deref()) {
        ("application/vnd.oasis.taxii+json" | "application/vnd.oasis.stix+json", _)
        | ("application/taxii+json", Some("2.0")) => {
            Err(Error::unsupported("TAXII 2.0: this server cannot be polled, only TAXII 2.1 can"))
        }
        ("application/taxii+json", None | Some("2.1"))
        | ("application/json" | "application/stix+json" | "", _) => Ok(()),
        ("application/taxii+json", Some(_)) => Err(Error::unsupported("another version of TAXII than 2.1")),
        ("text/html", _) => Err(Error::unsupported(
            "a web page: the address is not that of a TAXII server, or something stands before it",
        )),
        _ => Err(Error::unsupported("an answer that is neither TAXII nor JSON")),
    }
}

/// Returns what an error answer says, in one short line; empty if it says nothing readable.
pub fn says(body: &[u8]) -> String {
    let read: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    // `title` is the standard's; servers send the others.
    let names = ["title", "name", "description", "message", "error", "detail"];
    let text = names.iter().find_map(|name| read.get(name)?.as_str()).unwrap_or_default();
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

pub(super) fn json<'a, T: Deserialize<'a>>(body: &'a [u8], what: &str) -> Result<T> {
    let text = std::str::from_utf8(body)
        .map_err(|error| Error::NotText { encoding: "UTF-8".into(), at: error.valid_up_to() })?;
    serde_json::from_str(text).map_err(|error| {
        Error::malformed(
            format!("the answer is not {what}, line {} column {}", error.line(), error.column()),
            0,
        )
    })
}
