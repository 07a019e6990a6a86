//! Stands in for `crate::serve` until it exists: does what is due and waits to be stopped.

use crate::error::{Error, Result};
use crate::exchange::worker;
use crate::node::Node;
use std::sync::Arc;

pub(super) async fn serve(
    node: Arc<Node>,
    _listener: tokio::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    tokio::task::spawn_blocking(move || worker::run_due(&node)).await.map_err(Error::broken)??;
    stop.await;
    Ok(())
}
