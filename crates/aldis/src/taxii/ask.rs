//! Reads a request: which resource, and in which form the answer may be.
//!
//! Source: TAXII 2.1 sections 1.6.8, 4 and 5.

use super::answer::Refusal;
use aldis_wire::taxii::{accepts, is_body};
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};

/// The one API root of a node.
pub(crate) const ROOT: &str = "desk";

/// A resource by its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// `/taxii2/`
    Discovery,
    /// `/taxii2/desk/`
    Root,
    /// `/taxii2/desk/status/{id}/`
    Status(String),
    /// `/taxii2/desk/collections/`
    Collections,
    /// `/taxii2/desk/collections/{id}/`
    Collection(String),
    /// `/taxii2/desk/collections/{id}/manifest/`
    Manifest(String),
    /// `/taxii2/desk/collections/{id}/objects/`
    Objects(String),
    /// `/taxii2/desk/collections/{id}/objects/{object}/`
    Object(String, String),
    /// `/taxii2/desk/collections/{id}/objects/{object}/versions/`
    Versions(String, String),
}

impl Place {
    /// Finds the resource of a path, with or without a slash at its end.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let path = path.strip_prefix("/taxii2")?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let plain =
            |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !parts.iter().all(plain) {
            return None;
        }
        let (one, two) =
            (|id: &str| id.to_owned(), |id: &str, object: &str| (id.to_owned(), object.to_owned()));
        let rest = match parts.split_first() {
            None => return Some(Self::Discovery),
            Some((root, rest)) if *root == ROOT => rest,
            Some(_) => return None,
        };
        Some(match rest {
            [] => Self::Root,
            ["status", id] => Self::Status(one(id)),
            ["collections"] => Self::Collections,
            ["collections", id] => Self::Collection(one(id)),
            ["collections", id, "manifest"] => Self::Manifest(one(id)),
            ["collections", id, "objects"] => Self::Objects(one(id)),
            ["collections", id, "objects", object] => {
                let (id, object) = two(id, object);
                Self::Object(id, object)
            }
            ["collections", id, "objects", object, "versions"] => {
                let (id, object) = two(id, object);
                Self::Versions(id, object)
            }
            _ => return None,
        })
    }

    /// Lists the methods the resource knows, for the header `Allow`.
    pub(crate) const fn methods(&self) -> &'static str {
        match self {
            Self::Objects(_) => "GET, HEAD, POST",
            Self::Object(..) => "GET, HEAD, DELETE",
            _ => "GET, HEAD",
        }
    }

    /// Names the resource for a cursor, which is good for it alone.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Manifest(id) => format!("{id}/manifest"),
            Self::Objects(id) => format!("{id}/objects"),
            Self::Object(id, object) => format!("{id}/objects/{object}"),
            Self::Versions(id, object) => format!("{id}/objects/{object}/versions"),
            _ => String::new(),
        }
    }
}

/// Checks method and media types before anything else is done.
pub(crate) fn check(
    place: &Place,
    method: &Method,
    headers: &HeaderMap,
    content_max: usize,
) -> Result<(), Refusal> {
    if !place.methods().split(", ").any(|known| known == method.as_str()) {
        return Err(Refusal::Method(place.methods()));
    }
    // Several headers of one name are one list.
    let mut accept = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if accept.peek().is_some() && !accept.any(accepts) {
        return Err(Refusal::NotAcceptable);
    }
    if method == Method::POST {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if !text(CONTENT_TYPE).is_some_and(is_body) {
            return Err(Refusal::NotTaxii);
        }
        let length = text(CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
        if length.is_some_and(|length| length > content_max) {
            return Err(Refusal::TooLarge);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_slash_forms_name_one_resource_and_nothing_else_does() {
        for (path, place) in [
            ("/taxii2", Place::Discovery),
            ("/taxii2/desk", Place::Root),
            ("/taxii2/desk/status/1", Place::Status("1".into())),
            ("/taxii2/desk/collections", Place::Collections),
            ("/taxii2/desk/collections/a", Place::Collection("a".into())),
            ("/taxii2/desk/collections/a/manifest", Place::Manifest("a".into())),
            ("/taxii2/desk/collections/a/objects", Place::Objects("a".into())),
            ("/taxii2/desk/collections/a/objects/b--1", Place::Object("a".into(), "b--1".into())),
            ("/taxii2/desk/collections/a/objects/b/versions", Place::Versions("a".into(), "b".into())),
        ] {
            assert_eq!(Place::of(path), Some(place.clone()), "{path}");
            assert_eq!(Place::of(&format!("{path}/")), Some(place), "{path}/");
        }
        for path in [
            "/",
            "/taxii",
            "/taxii2//",
            "/taxii2/other",
            "/taxii2/desk/collections/a/b",
            "/taxii2/desk/%61",
            "/taxii2/desk/collections//objects",
        ] {
            assert_eq!(Place::of(path), None, "{path}");
        }
    }
}
