//! Runs a node: the server that people and partners speak to, the worker that does what is due, and the
//! threads that read feeds.
//!
//! They end together. A piece of work that has begun is finished first; what is left stays in the
//! outbox and is done after the next start.

use crate::error::{Error, Result};
use crate::exchange::{feeds, worker};
use crate::node::Node;
use crate::taxii::{self, tls};
use crate::web;
use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Where a node listens for client certificates.
pub struct WithTls {
    /// The socket.
    pub listener: TcpListener,
    /// The server's certificate and key.
    pub acceptor: TlsAcceptor,
}

/// Serves the node on `listener`, and partners' tools on a listener with TLS if there is one, until
/// `stop` completes.
///
/// # Errors
///
/// [`Error::Broken`] if a listener or the worker fails.
pub async fn serve(
    node: Arc<Node>,
    listener: TcpListener,
    with_tls: Option<WithTls>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let (running, ended) = channel::<()>();
    // Dropping the sender tells both servers.
    let (tell, told) = tokio::sync::watch::channel(());
    tokio::spawn(async move {
        stop.await;
        drop(tell);
    });
    let stopped =
        |mut told: tokio::sync::watch::Receiver<()>| async move { while told.changed().await.is_ok() {} };
    let secured = with_tls.map(|with| tls::listen(with.listener, with.acceptor)).transpose()?;
    let secured = secured.map(|listener| {
        let service = taxii::router(Arc::clone(&node)).into_make_service_with_connect_info::<tls::Peer>();
        let stopped = stopped(told.clone());
        tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(stopped).await })
    });
    let router = web::router(Arc::clone(&node));
    let polling = feeds::start(&node)?;
    let worker = std::thread::Builder::new().name("worker".to_owned()).spawn(move || work(&node, &ended))?;
    let served = axum::serve(listener, router).with_graceful_shutdown(stopped(told)).await;
    if let Some(secured) = secured {
        secured.await.map_err(Error::broken)??;
    }
    drop((running, polling));
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
