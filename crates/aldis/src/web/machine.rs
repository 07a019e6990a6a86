//! What machines ask: the public feed, partners' envelopes, the log's checkpoint, health.

use super::Web;
use super::reply::{self, text};
use super::visit::{Visit, blocking, plain};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::publish::{self, Publisher};
use crate::error::{Error, Result};
use crate::{exchange as node_exchange, log};
use aldis_model::Released;
use aldis_model::role::Action;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

/// Takes a partner's envelope and answers with our signed receipt.
pub(crate) async fn exchange(
    State(web): State<Web>,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Response {
    blocking(move || {
        let taken = body.map_err(|_| Error::refused("an envelope has at most 256 KiB"));
        match taken.and_then(|bytes| node_exchange::receive(&web.node, &bytes)) {
            Ok(receipt) => text(reply::PLAIN, plain(receipt)),
            Err(error) => reply::problem(&web, &error),
        }
    })
    .await
}

/// Answers with the feed of public alerts.
pub(crate) async fn feed(visit: Visit) -> Response {
    alerts(visit, "application/atom+xml; charset=utf-8", publish::feed).await
}

/// Answers with the same feed as RSS.
pub(crate) async fn rss(visit: Visit) -> Response {
    alerts(visit, "application/rss+xml; charset=utf-8", publish::rss).await
}

/// A verb that writes the feed in one form.
type Written = fn(&mut Tx<'_>, &Ctx, &Publisher<'_>) -> Result<Released<String>>;

async fn alerts(visit: Visit, media: &'static str, written: Written) -> Response {
    visit
        .open(move |web| {
            let (ctx, sender) = (web.node.system(), web.node.config.origin());
            let feed = web.node.db.read(|tx| written(tx, &ctx, &publisher(web, &sender)))?;
            Ok(text(media, feed))
        })
        .await
}

/// Answers with one public alert.
pub(crate) async fn cap(visit: Visit, Path(file): Path<String>) -> Response {
    visit
        .open(move |web| {
            let id = file.strip_suffix(".xml").ok_or(Error::NotFound)?;
            let (ctx, sender) = (web.node.system(), web.node.config.origin());
            let alert = web.node.db.read(|tx| publish::alert(tx, &ctx, &publisher(web, &sender), id))?;
            Ok(text("application/cap+xml; charset=utf-8", alert))
        })
        .await
}

fn publisher<'a>(web: &'a Web, sender: &'a str) -> Publisher<'a> {
    Publisher { title: &web.node.config.title, url: &web.node.config.public_url, sender }
}

/// Answers with the last signed checkpoint, to somebody who may read the record: to anybody else its
/// size would tell how busy the desk is, and its root that something hidden changed.
pub(crate) async fn checkpoint(visit: Visit) -> Response {
    visit
        .show(|desk| {
            desk.ctx.may(Action::ReadRecord)?;
            let head = desk.node.db.read(log::head)?.ok_or(Error::NotFound)?;
            Ok(text(reply::PLAIN, plain(head.note)))
        })
        .await
}

/// Says that the process runs.
pub(crate) async fn live() -> Response {
    reply::with(StatusCode::OK, reply::PLAIN, "live\n")
}

/// Says whether the store answers.
pub(crate) async fn ready(State(web): State<Web>) -> Response {
    blocking(move || match web.node.db.read(log::head) {
        Ok(_) => reply::with(StatusCode::OK, reply::PLAIN, "ready\n"),
        Err(_) => reply::with(StatusCode::SERVICE_UNAVAILABLE, reply::PLAIN, "not ready\n"),
    })
    .await
}
