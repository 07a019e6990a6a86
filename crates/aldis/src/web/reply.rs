//! The only ways to answer: pages, files and refusals.
//!
//! Whatever holds data arrives as `Released`. A refusal holds the words of [`Error`] and nothing
//! else; a thing that is not there and a thing one may not see are answered with the same bytes.
//!
//! Source: CSP Level 3 (W3C); RFC 9457.

use super::Web;
use super::visit::Frame;
use crate::error::{Error, Result};
use aldis_model::Released;
use askama::Template;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::json;

/// Answers with a page.
pub(crate) fn page<T: Template>(page: Released<T>) -> Result<Response> {
    Ok(with(StatusCode::OK, HTML, page.get().render().map_err(Error::broken)?))
}

/// Answers with a text of a given type.
pub(crate) fn text(kind: &'static str, text: Released<String>) -> Response {
    with(StatusCode::OK, kind, text.into_inner())
}

/// Answers with a file to keep, byte for byte.
pub(crate) fn file(name: &str, bytes: Released<Vec<u8>>) -> Response {
    let mut response = with(StatusCode::OK, PLAIN, bytes.into_inner());
    set(&mut response, CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""));
    response
}

/// Leads the browser elsewhere after a form was taken.
pub(crate) fn see(place: &str) -> Response {
    let mut response = with(StatusCode::SEE_OTHER, PLAIN, "");
    set(&mut response, LOCATION, place);
    response
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    frame: Frame,
    says: Vec<String>,
    number: &'a str,
}

/// Answers with a refusal as a page.
///
/// What is not found is answered without a name or a time on it, so that the bytes are always the same.
pub(crate) fn refused(web: &Web, frame: Option<Frame>, error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let number = number(web, error);
    let title = title(error);
    let mut frame = frame.filter(|_| !matches!(error, Error::NotFound)).unwrap_or_else(|| Frame::bare(web));
    frame.title = title.to_owned();
    let says = if number.is_empty() { says(error) } else { Vec::new() };
    let page = Refused { frame, says, number: &number };
    with(status, HTML, page.render().unwrap_or_else(|_| title.to_owned()))
}

/// Answers with a refusal as RFC 9457 has it.
pub(crate) fn problem(web: &Web, error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let number = number(web, error);
    let detail = if number.is_empty() { error.to_string() } else { format!("reference {number}") };
    let body = json!({
        "type": format!("/problems/{}", error.slug()),
        "title": title(error),
        "status": error.status(),
        "detail": detail,
    });
    with(status, "application/problem+json", format!("{body}\n"))
}

/// Gives a failure of the machine a number to quote, and prints the whole of it once under that number.
fn number(web: &Web, error: &Error) -> String {
    if !matches!(error, Error::Broken(_) | Error::Remote(_)) {
        return String::new();
    }
    let number = web.node.system().id("E").to_string();
    eprintln!("aldis: {number}: {error}");
    number
}

/// Says what failed, a line each.
pub(crate) fn says(error: &Error) -> Vec<String> {
    match error {
        Error::Blocked(problems) => problems.iter().map(|p| format!("{}: {}", p.rule, p.says)).collect(),
        Error::NotFound => Vec::new(),
        other => vec![other.to_string()],
    }
}

const fn title(error: &Error) -> &'static str {
    match error {
        Error::NotFound => "Not found",
        Error::Forbidden(_) => "Not for your role",
        Error::Broken(_) | Error::Remote(_) => "Something failed here",
        _ => "There is a problem",
    }
}

/// Answers with the one stylesheet of the console.
pub(crate) async fn stylesheet() -> Response {
    let mut response = with(StatusCode::OK, "text/css; charset=utf-8", include_str!("app.css"));
    set(&mut response, CACHE_CONTROL, "public, max-age=300");
    response
}

/// Puts an answer together.
pub(crate) fn with(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, kind);
    response
}

/// Sets a header; a value that cannot stand in one is left out.
pub(crate) fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Puts on every answer what keeps it from leaking or being framed.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let all = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, CSP),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ] {
        all.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

pub(crate) const HTML: &str = "text/html; charset=utf-8";
pub(crate) const PLAIN: &str = "text/plain; charset=utf-8";

const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                   frame-ancestors 'none'; base-uri 'none'";
