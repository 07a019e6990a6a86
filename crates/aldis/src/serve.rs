//! Runs a node: the server that people and partners speak to, and the worker that does what is due.
//!
//! Both end together. A piece of work that has begun is finished first; what is left stays in the
//! outbox and is done after the next start.

use crate::error::{Error, Result};
use crate::exchange::worker;
use crate::node::Node;
use crate::web;
use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use tokio::net::TcpListener;

/// Serves the node on `listener` until `stop` completes.
///
/// # Errors
///
/// [`Error::Broken`] if the listener or the worker fails.
pub async fn serve(
    node: Arc<Node>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let (running, ended) = channel::<()>();
    let router = web::router(Arc::clone(&node));
    let worker = std::thread::Builder::new().name("worker".to_owned()).spawn(move || work(&node, &ended))?;
    let served = axum::serve(listener, router).with_graceful_shutdown(stop).await;
    drop(running);
    let joined = tokio::task::spawn_blocking(move || worker.join()).await;
    joined.map_err(Error::broken)?.map_err(|_| Error::broken("the worker panicked"))?;
    Ok(served?)
}

/// Does what is due, again and again, until the other end of the channel is gone.
fn work(node: &Node, ended: &Receiver<()>) {
    loop {
        if let Err(error) = worker::run_due(node) {
            eprintln!("aldis: the worker will try again: {error}");
        }
        if ended.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

const PAUSE: Duration = Duration::from_millis(300);
