//! Who asks: the session behind a request, and the thread its handler may wait on.
//!
//! A [`Visit`] is the request before anybody knows who sent it; a [`Desk`] is an officer at work. The
//! store is synchronous, so that every handler's body runs on a thread that may block.

use super::fields::Fields;
use super::{Web, reply};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::office;
use crate::error::{Error, Result};
use crate::node::Node;
use aldis_model::{Released, Time};
use axum::extract::{FromRequestParts, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE, REFRESH};
use axum::http::request::Parts;
use axum::response::Response;
use std::convert::Infallible;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// A request before anybody knows who sent it.
pub(crate) struct Visit {
    pub(crate) web: Web,
    cookie: Option<String>,
    here: String,
    query: Vec<(String, String)>,
    json: bool,
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> std::result::Result<Self, Infallible> {
        let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let accept = parts.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self {
            web: web.clone(),
            cookie: cookie(parts),
            here: parts.uri.path().to_owned(),
            query: query.map(|query| query.0).unwrap_or_default(),
            json: accept.contains("application/json"),
        })
    }
}

fn cookie(parts: &Parts) -> Option<String> {
    let all = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, token)| token.to_owned())
}

impl Visit {
    /// Runs a handler that needs nobody to be signed in.
    pub(crate) async fn open(self, body: impl FnOnce(&Web) -> Result<Response> + Send + 'static) -> Response {
        blocking(move || {
            let done = body(&self.web);
            done.unwrap_or_else(|error| self.refuse(None, &error))
        })
        .await
    }

    /// Runs a handler that shows an officer something and changes nothing.
    pub(crate) async fn show(
        self,
        body: impl FnOnce(&mut Desk) -> Result<Response> + Send + 'static,
    ) -> Response {
        blocking(move || match self.desk() {
            Ok(mut desk) => {
                let mut response = body(&mut desk).unwrap_or_else(|error| self.refuse(Some(&desk), &error));
                self.again(&mut response);
                response
            }
            Err(Error::NotFound) => reply::see("/sign-in"),
            Err(error) => self.refuse(None, &error),
        })
        .await
    }

    /// Runs a handler that changes something, if the form carries the session's word.
    pub(crate) async fn act(
        self,
        fields: Fields,
        body: impl FnOnce(&mut Desk, &Fields) -> Result<Response> + Send + 'static,
    ) -> Response {
        self.show(move |desk| {
            let given = fields.get("csrf").as_bytes();
            if !bool::from(given.ct_eq(desk.csrf.as_bytes())) {
                return Err(Error::Forbidden(
                    "this form is not from your session: open the page again and repeat it".to_owned(),
                ));
            }
            body(desk, &fields)
        })
        .await
    }

    fn desk(&self) -> Result<Desk> {
        let token = self.cookie.as_deref().ok_or(Error::NotFound)?;
        let node = Arc::clone(&self.web.node);
        let system = node.system();
        let (actor, csrf) = node.db.read(|tx| office::session(tx, &system, token))?;
        let ctx = node.ctx(actor);
        let here = self.here.clone();
        Ok(Desk { node, ctx, csrf, here, query: self.query.clone(), problems: Vec::new() })
    }

    fn refuse(&self, desk: Option<&Desk>, error: &Error) -> Response {
        if self.json {
            return reply::problem(&self.web, error);
        }
        reply::refused(&self.web, desk.map(|desk| desk.frame("", "")), error)
    }

    /// Lets the browser load the page again if it was asked to: off unless the reader chose it.
    ///
    /// Source: WCAG 2.2, 2.2.1.
    fn again(&self, response: &mut Response) {
        let wanted = self.query.iter().find(|(name, _)| name == "refresh");
        let Some(seconds) = wanted.and_then(|(_, value)| value.parse::<u32>().ok()) else { return };
        let is_page = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == reply::HTML);
        if is_page && response.status().is_success() {
            reply::set(response, REFRESH, &seconds.clamp(10, 3_600).to_string());
        }
    }

    /// Returns the session's token, if the browser sent one.
    pub(crate) fn token(&self) -> Option<&str> {
        self.cookie.as_deref()
    }
}

/// Runs a body on a thread that may block.
pub(crate) async fn blocking(body: impl FnOnce() -> Response + Send + 'static) -> Response {
    let failed = |_| reply::with(axum::http::StatusCode::INTERNAL_SERVER_ERROR, reply::PLAIN, "failed\n");
    tokio::task::spawn_blocking(body).await.unwrap_or_else(failed)
}

/// Answers whatever no route knows.
pub(crate) async fn unknown(State(web): State<Web>, visit: Visit) -> Response {
    if visit.json || visit.here.starts_with("/exchange/") {
        return reply::problem(&web, &Error::NotFound);
    }
    reply::refused(&web, None, &Error::NotFound)
}

/// An officer at work.
pub(crate) struct Desk {
    pub(crate) node: Arc<Node>,
    pub(crate) ctx: Ctx,
    csrf: String,
    here: String,
    query: Vec<(String, String)>,
    problems: Vec<Problem>,
}

impl Desk {
    /// Runs a reading verb as this officer.
    pub(crate) fn read<T>(&self, verb: impl FnOnce(&mut Tx<'_>, &Ctx) -> Result<T>) -> Result<T> {
        self.node.db.read(|tx| verb(tx, &self.ctx))
    }

    /// Runs a verb as this officer.
    pub(crate) fn write<T>(&self, verb: impl FnOnce(&mut Tx<'_>, &Ctx) -> Result<T>) -> Result<T> {
        self.node.db.write(|tx| verb(tx, &self.ctx))
    }

    /// Returns a value of the query; empty if there is none.
    pub(crate) fn asked(&self, name: &str) -> &str {
        self.query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Returns all values of the query under a name.
    pub(crate) fn asked_all(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Describes the frame around a page.
    pub(crate) fn frame(&self, area: &'static str, title: &str) -> Frame {
        Frame {
            org: self.node.config.title.clone(),
            officer: self.ctx.actor.name.clone(),
            role: self.ctx.actor.role.as_str(),
            csrf: self.csrf.clone(),
            area,
            title: title.to_owned(),
            as_of: self.ctx.now,
            here: self.here.clone(),
            exercise: self.ctx.exercise,
            problems: self.problems.clone(),
            trouble: self.node.db.trouble().is_some(),
        }
    }

    /// Leads on after a verb, or shows the page it was asked from with what is wrong on top.
    pub(crate) fn done<T>(
        &mut self,
        result: Result<T>,
        next: impl FnOnce(T) -> String,
        page: impl FnOnce(&Self) -> Result<Response>,
    ) -> Result<Response> {
        match result {
            Ok(done) => Ok(reply::see(&next(done))),
            Err(error @ (Error::NotFound | Error::Broken(_) | Error::Remote(_))) => Err(error),
            Err(error) => {
                self.problems = reply::says(&error).into_iter().map(Problem::of).collect();
                let mut response = page(self)?;
                if let Ok(status) = axum::http::StatusCode::from_u16(error.status()) {
                    *response.status_mut() = status;
                }
                Ok(response)
            }
        }
    }
}

/// What stands around every page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The organisation as shown.
    pub(crate) org: String,
    /// Who is signed in; empty if nobody.
    pub(crate) officer: String,
    /// In which role.
    pub(crate) role: &'static str,
    /// The word every form carries.
    pub(crate) csrf: String,
    /// The area of the navigation the page belongs to.
    pub(crate) area: &'static str,
    /// The page's title.
    pub(crate) title: String,
    /// When the page was made.
    pub(crate) as_of: Time,
    /// The page's path.
    pub(crate) here: String,
    /// Whether this is an exercise.
    pub(crate) exercise: bool,
    /// What is wrong with what was just tried.
    pub(crate) problems: Vec<Problem>,
    /// Whether the store keeps nothing of what is done.
    pub(crate) trouble: bool,
}

/// One line of what is wrong, and the part of the page it is about.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// What is wrong.
    pub(crate) says: String,
    /// The id of the part of the page; empty if it is about all of it.
    pub(crate) anchor: String,
}

impl Problem {
    /// Finds out what a line is about.
    fn of(says: String) -> Self {
        let after = |word: &str| says.split_once(word).map(|(_, rest)| rest);
        let number = |rest: &str| rest.chars().take_while(char::is_ascii_digit).collect::<String>();
        let anchor = match (after("sentence ").map(number), after("subject")) {
            (Some(number), _) if !number.is_empty() => format!("s{number}"),
            (_, Some(_)) => "subject".to_owned(),
            _ => String::new(),
        };
        Self { says, anchor }
    }
}

impl Frame {
    /// Describes the frame of a page for somebody who is not signed in.
    pub(crate) fn bare(web: &Web) -> Self {
        Self {
            org: web.node.config.title.clone(),
            officer: String::new(),
            role: "",
            csrf: String::new(),
            area: "",
            title: String::new(),
            as_of: Time::from_micros(0),
            here: String::new(),
            exercise: web.node.config.exercise,
            problems: Vec::new(),
            trouble: false,
        }
    }
}

/// Releases a page that holds nothing but the program's own words and the operator's settings.
pub(crate) fn plain<T>(page: T) -> Released<T> {
    Released::constant("").map(|_| page)
}

/// Builds the cookie of a session.
pub(crate) fn session_cookie(node: &Node, token: &str, seconds: u32) -> String {
    let secure = if node.config.public_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{COOKIE_NAME}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

const COOKIE_NAME: &str = "aldis";
