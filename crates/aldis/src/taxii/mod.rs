//! TAXII 2.1: partners' own tools read and bring STIX objects by HTTP.
//!
//! One API root, `/taxii2/desk/`. A request is read in [`ask`], its sender found in [`door`], one verb
//! of [`crate::desk::share`] is called, and [`answer`] writes what came of it. Nobody is told anything
//! before he said who he is, not even which paths there are.
//!
//! Source: TAXII 2.1 (OASIS, June 2021); `docs/reference/taxii.md`.

mod answer;
mod ask;
mod door;
mod handle;
pub mod secret;
pub mod tls;

use crate::node::Node;
use axum::Router;
use axum::routing::any;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What every request is handed.
#[derive(Clone)]
pub(crate) struct Taxii {
    pub(crate) node: Arc<Node>,
    pub(crate) door: Arc<door::Door>,
    /// How many bodies may be held in memory at a time.
    pub(crate) bodies: Arc<Semaphore>,
}

/// Builds the routes of the server, to stand beside others.
pub fn routes(node: Arc<Node>) -> Router {
    Router::new()
        .route("/taxii2", any(handle::request))
        .route("/taxii2/", any(handle::request))
        .route("/taxii2/{*rest}", any(handle::request))
        .with_state(taxii(node))
}

/// Builds a router that answers every path as this server does.
pub fn router(node: Arc<Node>) -> Router {
    Router::new().fallback(handle::request).with_state(taxii(node))
}

fn taxii(node: Arc<Node>) -> Taxii {
    let door = Arc::new(door::Door::new(&node.system()));
    Taxii { node, door, bodies: Arc::new(Semaphore::new(BODIES_MAX)) }
}

const BODIES_MAX: usize = 4;

/// The largest body of an addition, in bytes.
pub const CONTENT_MAX: usize = 10 << 20;

/// The most objects on one page, whatever the limit.
pub const PAGE_MAX: usize = 1_000;
