//! The only ways to answer: resources, pages and refusals, all of one media type.
//!
//! What holds data arrives as `Released`. A thing that is not there and a thing of somebody else are
//! refused with the same bytes.
//!
//! Source: TAXII 2.1 sections 3.6, 4, 5 and 1.6.9; RFC 9110.

use super::ask::ROOT;
use super::{CONTENT_MAX, Taxii};
use crate::desk::share::Collection;
use crate::desk::share::read::Page;
use crate::desk::share::status::{Outcome, Status};
use crate::error::Error;
use aldis_model::Released;
use aldis_wire::taxii::{MEDIA, STIX_MEDIA, time_text, version_text};
use axum::body::Body;
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

/// Why a request was not answered with what it asked for.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The sender is nobody we know.
    Stranger,
    /// Somebody was wrong too often.
    Later,
    /// The resource does not know the method; it knows these.
    Method(&'static str),
    /// The client reads nothing that we write.
    NotAcceptable,
    /// The body is not TAXII 2.1.
    NotTaxii,
    /// The body is too large.
    TooLarge,
    /// The request cannot be read.
    Unreadable(String),
    /// A verb refused.
    Verb(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Verb(error)
    }
}

impl From<aldis_wire::Error> for Refusal {
    fn from(error: aldis_wire::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// Answers with a refusal.
pub(crate) fn refused(taxii: &Taxii, refusal: &Refusal) -> Response {
    let (status, title, says) = match refusal {
        Refusal::Stranger => {
            (401, "Unauthorized", "say who you are: Basic, Bearer or a client certificate".to_owned())
        }
        Refusal::Later => {
            (429, "Too many wrong credentials", "wait a minute and check the password".to_owned())
        }
        Refusal::Method(known) => (405, "Method not allowed", format!("this resource knows {known}")),
        Refusal::NotAcceptable => (406, "Not acceptable", format!("answers here are {MEDIA}")),
        Refusal::NotTaxii => (415, "Unsupported media type", format!("send {MEDIA}")),
        Refusal::TooLarge => (413, "Content too large", format!("a body has at most {CONTENT_MAX} bytes")),
        Refusal::Unreadable(says) => (400, "Bad request", says.clone()),
        Refusal::Verb(Error::NotFound) => (404, "Not found", "not here, or not for you".to_owned()),
        Refusal::Verb(Error::Forbidden(says)) => (403, "Forbidden", says.clone()),
        Refusal::Verb(Error::Refused(says)) => (422, "Unprocessable", says.clone()),
        Refusal::Verb(Error::Conflict(says)) => (409, "Conflict", says.clone()),
        Refusal::Verb(error) => return broken(taxii, error),
    };
    let mut response =
        problem(status, json!({ "title": title, "description": says, "http_status": status.to_string() }));
    match refusal {
        Refusal::Stranger => {
            set(&mut response, WWW_AUTHENTICATE, "Basic realm=\"taxii\", charset=\"UTF-8\"");
            let bearer = HeaderValue::from_static("Bearer realm=\"taxii\"");
            response.headers_mut().append(WWW_AUTHENTICATE, bearer);
        }
        Refusal::Later => set(&mut response, RETRY_AFTER, "60"),
        Refusal::Method(known) => set(&mut response, ALLOW, known),
        _ => {}
    }
    response
}

/// Gives a failure of the machine a number to quote, and prints the whole of it once under that number.
fn broken(taxii: &Taxii, error: &Error) -> Response {
    let number = taxii.node.system().id("E").to_string();
    eprintln!("aldis: {number}: {error}");
    problem(500, json!({ "title": "Something failed here", "error_id": number, "http_status": "500" }))
}

fn problem(status: u16, body: Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with(status, body.to_string())
}

/// Answers `/taxii2/`.
pub(crate) fn discovery(taxii: &Taxii) -> Response {
    let config = &taxii.node.config;
    let root = format!("{}/taxii2/{ROOT}/", config.public_url);
    ok(json!({ "title": config.title, "default": root, "api_roots": [root] }))
}

/// Answers the API root.
pub(crate) fn root(taxii: &Taxii) -> Response {
    let title = &taxii.node.config.title;
    ok(json!({ "title": title, "versions": [MEDIA], "max_content_length": CONTENT_MAX }))
}

/// Answers the list of collections.
pub(crate) fn collections(own: Released<Vec<Collection>>) -> Response {
    if own.get().is_empty() {
        return ok(json!({}));
    }
    ok(json!({ "collections": own.get().iter().map(one).collect::<Vec<_>>() }))
}

/// Answers one collection.
pub(crate) fn collection(own: Released<Collection>) -> Response {
    ok(one(own.get()))
}

fn one(collection: &Collection) -> Value {
    let mut shown = json!({
        "id": collection.id,
        "title": collection.title,
        "can_read": collection.can_read,
        "can_write": collection.can_write,
        "media_types": [STIX_MEDIA],
    });
    if let (Some(text), Some(fields)) = (&collection.description, shown.as_object_mut()) {
        fields.insert("description".to_owned(), json!(text));
    }
    shown
}

/// Answers with what came of an addition.
pub(crate) fn status(code: StatusCode, status: Released<Status>) -> Response {
    let status = status.into_inner();
    let done: Vec<Value> = status.stored.iter().chain(&status.repeated).map(outcome).collect();
    let failed: Vec<Value> = status.failures.iter().map(outcome).collect();
    let mut shown = json!({
        "id": status.id,
        "status": "complete",
        "request_timestamp": time_text(status.asked_at.micros()),
        "total_count": done.len() + failed.len(),
        "success_count": done.len(),
        "failure_count": failed.len(),
        "pending_count": 0,
    });
    if let Some(fields) = shown.as_object_mut() {
        for (name, list) in [("successes", done), ("failures", failed)] {
            if !list.is_empty() {
                fields.insert(name.to_owned(), Value::Array(list));
            }
        }
    }
    with(code, shown.to_string())
}

fn outcome(outcome: &Outcome) -> Value {
    let mut shown = json!({ "id": outcome.id, "version": version_text(outcome.version) });
    if let (false, Some(fields)) = (outcome.message.is_empty(), shown.as_object_mut()) {
        fields.insert("message".to_owned(), json!(outcome.message));
    }
    shown
}

/// Answers with a page, whose bytes `write` makes, and the dates of its first and last object.
pub(crate) fn page(page: Released<Page>, write: impl FnOnce(&Page) -> Vec<u8>) -> Response {
    let page = page.into_inner();
    let mut response = with(StatusCode::OK, write(&page));
    for (name, date) in [(ADDED_FIRST, page.first), (ADDED_LAST, page.last)] {
        if let Some(date) = date {
            set(&mut response, HeaderName::from_static(name), &time_text(date));
        }
    }
    response
}

/// Answers that something was done, with an empty resource.
pub(crate) fn done() -> Response {
    ok(json!({}))
}

fn ok(body: Value) -> Response {
    with(StatusCode::OK, body.to_string())
}

fn with(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

const ADDED_FIRST: &str = "x-taxii-date-added-first";
const ADDED_LAST: &str = "x-taxii-date-added-last";
