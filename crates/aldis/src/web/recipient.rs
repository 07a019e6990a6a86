//! What a recipient sees behind a link: a message, then an answer, then a receipt.
//!
//! One request, no script, no picture, and no name of an organisation or a product: whoever looks
//! over the recipient's shoulder learns nothing from the frame. Reading changes nothing, because mail
//! scanners follow links; only a form that is sent is an answer.
//!
//! Source: WCAG 2.2; GOV.UK Design System, "Exit this page".

mod words;

pub use words::{MailWords, mail_words};

use super::Web;
use super::fields::Fields;
use super::reply;
use super::visit::blocking;
use crate::desk::acknowledge::{self, Link, Message};
use crate::desk::phrase;
use crate::error::Error;
use aldis_model::answer::Answer;
use aldis_model::{Digest, Released};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;
use words::Words;

#[derive(Template)]
#[template(path = "recipient.html")]
struct Page<'a> {
    style: &'static str,
    words: &'static Words,
    languages: &'static [Words],
    path: String,
    exercise: bool,
    problem: &'static str,
    given: &'a Fields,
    receipt: String,
    /// The word the right phrase gave; empty where none is needed.
    word: &'a str,
    message: Message,
}

#[derive(Template)]
#[template(path = "recipient-done.html")]
struct Done<'a> {
    style: &'static str,
    words: &'static Words,
    exercise: bool,
    title: &'a str,
    says: &'a str,
    receipt: String,
    languages: &'static [Words],
    /// Where a phrase may be given; empty: nowhere.
    ask_at: String,
}

/// What a link's query may hold: a language, and the receipt after an answer.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    l: Option<String>,
    done: Option<String>,
}

/// Shows the message, or the receipt after an answer.
pub(crate) async fn show(
    State(web): State<Web>,
    Path(token): Path<String>,
    query: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = query.map(|query| query.0).unwrap_or_default();
    blocking(move || {
        let now = web.node.world.clock.now();
        if !web.limits.allows(&token, false, now) {
            return slow(&web, &asked);
        }
        let found = behind(&web, token.as_str().into());
        let language = found.as_ref().map_or("en", |found| found.get().language.as_str()).to_owned();
        let words = Words::of(asked.l.as_deref().unwrap_or(&language));
        match (asked.done.as_deref(), found) {
            (Some(done), Ok(found)) if found.get().answered.is_some() => receipt(&web, words, &token, done),
            (Some(done), Err(Error::NotFound)) => receipt(&web, words, &token, done),
            (_, Ok(found)) => message(&web, words, token.as_str().into(), "", &Fields::default(), found),
            (None, Err(error)) | (Some(_), Err(error)) => gone(&web, words, &token, &error),
        }
    })
    .await
}

/// Takes the answer and leads to its receipt.
pub(crate) async fn answer(
    State(web): State<Web>,
    Path(token): Path<String>,
    query: Result<Query<Asked>, QueryRejection>,
    fields: Fields,
) -> Response {
    let asked = query.map(|query| query.0).unwrap_or_default();
    blocking(move || {
        let ctx = web.node.system();
        if !web.limits.allows(&token, true, ctx.now) {
            return slow(&web, &asked);
        }
        let words = Words::of(asked.l.as_deref().unwrap_or("en"));
        if fields.some("w").is_some() {
            return opened(&web, words, &token, fields.get("w"));
        }
        let link = Link { token: &token, word: fields.some("k") };
        let Some(answer) = Answer::find(fields.get("a")).filter(|answer| *answer != Answer::Acted) else {
            return again(&web, words, link, words.choose, &fields);
        };
        let note = fields.get("f");
        match web.node.db.write(|tx| acknowledge::on_page(tx, &ctx, link, answer, note)) {
            // Behind a phrase a second request would show nothing, so the receipt is the answer.
            Ok(()) if link.word.is_some() => receipt(&web, words, &token, &code(&token, answer)),
            Ok(()) => reply::see(&format!("/a/{token}?l={}&done={}", words.code, code(&token, answer))),
            Err(Error::Conflict(_)) => conflict(&web, words),
            Err(Error::Refused(_)) => again(&web, words, link, words.reason, &fields),
            Err(error) => gone(&web, words, &token, &error),
        }
    })
    .await
}

fn behind(web: &Web, link: Link<'_>) -> Result<Released<Message>, Error> {
    let ctx = web.node.system();
    web.node.db.read(|tx| acknowledge::behind_link(tx, &ctx, link))
}

/// Shows the message to whoever gave the right phrase; everybody else sees what an unknown link shows.
fn opened(web: &Web, words: &'static Words, token: &str, given: &str) -> Response {
    let ctx = web.node.system();
    let word = web.node.db.write(|tx| phrase::give(tx, &ctx, &web.node.sealer, token, given));
    let word = match word {
        Ok(Some(word)) => word,
        Ok(None) => return gone(web, words, token, &Error::NotFound),
        Err(error) => return gone(web, words, token, &error),
    };
    let link = Link { token, word: Some(&word) };
    match behind(web, link) {
        Ok(found) => message(web, words, link, "", &Fields::default(), found),
        Err(error) => gone(web, words, token, &error),
    }
}

fn again(
    web: &Web,
    words: &'static Words,
    link: Link<'_>,
    problem: &'static str,
    given: &Fields,
) -> Response {
    match behind(web, link) {
        Ok(found) => {
            let mut response = message(web, words, link, problem, given, found);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            response
        }
        Err(error) => gone(web, words, link.token, &error),
    }
}

fn message(
    web: &Web,
    words: &'static Words,
    link: Link<'_>,
    problem: &'static str,
    given: &Fields,
    found: Released<Message>,
) -> Response {
    let exercise = web.node.config.exercise;
    let (path, word) = (format!("/a/{}", link.token), link.word.unwrap_or_default());
    let receipt = found.get().answered.map(|answer| code(link.token, answer)).unwrap_or_default();
    page(found.map(|message| Page {
        style: STYLE,
        words,
        languages: words::ALL,
        path,
        exercise,
        problem,
        given,
        receipt,
        word,
        message,
    }))
}

/// Shows the receipt if it is one that this link can have.
fn receipt(web: &Web, words: &'static Words, token: &str, given: &str) -> Response {
    let known = Answer::ALL.iter().any(|answer| code(token, *answer) == given);
    if !known {
        return gone(web, words, token, &Error::NotFound);
    }
    done(web, StatusCode::OK, words, words.received, words.close, given.to_owned(), "")
}

fn conflict(web: &Web, words: &'static Words) -> Response {
    done(web, StatusCode::CONFLICT, words, words.received, words.other, String::new(), "")
}

fn slow(web: &Web, asked: &Asked) -> Response {
    let words = Words::of(asked.l.as_deref().unwrap_or("en"));
    done(web, StatusCode::TOO_MANY_REQUESTS, words, words.title, words.slow, String::new(), "")
}

/// Says that there is nothing, and asks for a phrase: the same for a link that does not exist, one that
/// has run out, one that wants a phrase, a wrong phrase and a locked one.
fn gone(web: &Web, words: &'static Words, token: &str, error: &Error) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    done(web, status, words, words.title, words.gone, String::new(), token)
}

fn done(
    web: &Web,
    status: StatusCode,
    words: &'static Words,
    title: &'static str,
    says: &'static str,
    receipt: String,
    token: &str,
) -> Response {
    let exercise = web.node.config.exercise;
    let fit = (1..=64).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let ask_at = if fit { format!("/a/{token}") } else { String::new() };
    let languages = words::ALL;
    let done = Done { style: STYLE, words, exercise, title, says, receipt, languages, ask_at };
    let mut response = page(super::visit::plain(done));
    *response.status_mut() = status;
    response
}

fn page<T: Template>(made: Released<T>) -> Response {
    let failed = |_| reply::with(StatusCode::INTERNAL_SERVER_ERROR, reply::PLAIN, "");
    let mut response = reply::page(made).unwrap_or_else(failed);
    reply::set(&mut response, CONTENT_SECURITY_POLICY, &POLICY);
    response
}

/// Derives the receipt of an answer: the desk can derive it too, and the same answer has the same one.
fn code(token: &str, answer: Answer) -> String {
    let digest = Digest::of(format!("receipt\0{token}\0{answer}").as_bytes()).to_string();
    let part = |from: usize| digest.get(from..from + 4).unwrap_or_default().to_uppercase();
    format!("{}-{}", part(0), part(4))
}

const STYLE: &str = include_str!("recipient.css");

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
});
