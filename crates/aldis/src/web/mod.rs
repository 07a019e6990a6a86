//! The console and everything else that speaks HTTP.
//!
//! Pages are made on the server and hold no script. A page takes its data out of a `Released`; the
//! only functions that answer with data are in [`reply`], and they take nothing else. A handler reads
//! the request, calls one verb and shows one page.
//!
//! Deliberately absent: passwords, scripts, sessions without a row in the store, and any answer that
//! tells "you may not see it" from "there is no such thing".

mod door;
mod fields;
mod limit;
mod machine;
mod reply;
mod visit;
mod watch;
mod words;

pub mod recipient;

use crate::node::Node;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use std::sync::Arc;

/// What every handler is handed.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) node: Arc<Node>,
    pub(crate) limits: Arc<limit::Limits>,
}

/// Builds the router of a node: console, public feed, exchange with partners, recipient pages.
pub fn router(node: Arc<Node>) -> Router {
    let web = Web { node, limits: Arc::default() };
    Router::new()
        .merge(machine_routes())
        .merge(door_routes())
        .merge(desk_routes())
        .fallback(visit::unknown)
        .method_not_allowed_fallback(visit::unknown)
        .layer(from_fn(reply::headers))
        .with_state(web)
}

fn machine_routes() -> Router<Web> {
    Router::new()
        .route("/exchange/v1/messages", post(machine::exchange).layer(DefaultBodyLimit::max(ENVELOPE_MAX)))
        .route("/feed/alerts.atom", get(machine::feed))
        .route("/cap/{file}", get(machine::cap))
        .route("/log/checkpoint", get(machine::checkpoint))
        .route("/health/live", get(machine::live))
        .route("/health/ready", get(machine::ready))
        .route("/a/{token}", get(recipient::show).post(recipient::answer))
}

fn door_routes() -> Router<Web> {
    Router::new()
        .route("/app.css", get(reply::stylesheet))
        .route("/sign-in", get(door::explain))
        .route("/in/{token}", get(door::ask).post(door::enter))
        .route("/sign-out", post(door::leave))
}

fn desk_routes() -> Router<Web> {
    Router::new().route("/", get(watch::floor)).route("/watch", get(watch::floor))
}

/// One byte more than the exchange takes, so that it can say itself what is wrong.
const ENVELOPE_MAX: usize = (256 << 10) + 1;

/// The areas of the navigation: short name, path, name as shown.
pub(crate) const AREAS: &[(&str, &str, &str)] = &[
    ("watch", "/watch", "Watch"),
    ("gather", "/gather", "Gather"),
    ("warnings", "/warnings", "Warnings"),
    ("people", "/people", "People at risk"),
    ("partners", "/partners", "Partners"),
    ("record", "/record", "Record"),
];
