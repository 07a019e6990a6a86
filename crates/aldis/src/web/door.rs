//! Signing in and out. There is no password: a one-time link is traded for a cookie by a click, so
//! that a mail scanner that follows the link does not use it up.

use super::reply::{self, page};
use super::visit::{Frame, Visit, plain, session_cookie};
use crate::desk::office;
use askama::Template;
use axum::extract::Path;
use axum::http::header::SET_COOKIE;
use axum::response::Response;

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignIn {
    frame: Frame,
    token: String,
}

fn sign_in(frame: Frame, token: String) -> SignIn {
    SignIn { frame: Frame { title: "Sign in".to_owned(), ..frame }, token }
}

/// Explains how one signs in.
pub(crate) async fn explain(visit: Visit) -> Response {
    visit.open(|web| page(plain(sign_in(Frame::bare(web), String::new())))).await
}

/// Shows the button behind a one-time link. Whether the link is good is not said before it is used.
pub(crate) async fn ask(visit: Visit, Path(token): Path<String>) -> Response {
    visit.open(|web| page(plain(sign_in(Frame::bare(web), token)))).await
}

/// Trades the link for a session.
pub(crate) async fn enter(visit: Visit, Path(token): Path<String>) -> Response {
    visit
        .open(move |web| {
            let ctx = web.node.system();
            let session = web.node.db.write(|tx| office::sign_in(tx, &ctx, &token))?;
            let mut response = reply::see("/watch");
            reply::set(&mut response, SET_COOKIE, &session_cookie(&web.node, &session.token, SESSION_S));
            Ok(response)
        })
        .await
}

/// Ends the session.
pub(crate) async fn leave(visit: Visit, fields: super::fields::Fields) -> Response {
    let token = visit.token().unwrap_or_default().to_owned();
    visit
        .act(fields, move |desk, _| {
            desk.write(|tx, _| office::sign_out(tx, &token))?;
            let mut response = reply::see("/sign-in");
            reply::set(&mut response, SET_COOKIE, &session_cookie(&desk.node, "", 0));
            Ok(response)
        })
        .await
}

const SESSION_S: u32 = 12 * 3_600;
