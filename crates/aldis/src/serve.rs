//! Runs a node: the server that people and partners speak to, the worker that does what is due, and the
//! threads that read feeds.
//!
//! Timers have a thread of their own. All end together. A piece of work that has begun is finished first;
//! what is left stays in the outbox and is done after the next start.

use crate::error::{Error, Result};
use crate::exchange::{feeds, worker};
use crate::node::Node;
use crate::taxii::{self, tls};
use crate::web;
use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
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
    let (ticking, stopped_ticking) = channel::<()>();
    let timed = Arc::clone(&node);
    let timers = std::thread::Builder::new()
        .name("timers".to_owned())
        .spawn(move || keep_time(&timed, &stopped_ticking))?;
    let worker = std::thread::Builder::new().name("worker".to_owned()).spawn(move || work(&node, &ended))?;
    let served = axum::serve(listener, router).with_graceful_shutdown(stopped(told)).await;
    if let Some(secured) = secured {
        secured.await.map_err(Error::broken)??;
    }
    drop((running, polling));
    drop(ticking);
    let joined_timers = tokio::task::spawn_blocking(move || timers.join()).await;
    joined_timers.map_err(Error::broken)?.map_err(|_| Error::broken("the timers' thread panicked"))?;
    let joined = tokio::task::spawn_blocking(move || worker.join()).await;
    joined.map_err(Error::broken)?.map_err(|_| Error::broken("the worker panicked"))?;
    Ok(served?)
}

/// Fires timers and looks at the machine's clock, again and again, on a thread that waits for no channel.
fn keep_time(node: &Node, ended: &Receiver<()>) {
    let (mut turn, mut failing) = (0_u32, false);
    loop {
        let looked = match node.steady.as_ref().filter(|_| turn.is_multiple_of(LOOK_EVERY)) {
            Some(steady) => steady.look(&node.db, &node.system()),
            None => Ok(()),
        };
        match looked.and_then(|()| worker::fire_due(node)) {
            Ok(_) => failing = false,
            // Said once: it is tried again several times a second.
            Err(error) if !failing => {
                failing = true;
                eprintln!("aldis: timers wait, none is lost: {error}");
            }
            Err(_) => {}
        }
        turn = turn.wrapping_add(1);
        if ended.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

/// Does what is due, again and again, until the other end of the channel is gone.
fn work(node: &Node, ended: &Receiver<()>) {
    loop {
        let go_on = || matches!(ended.try_recv(), Err(TryRecvError::Empty));
        if let Err(error) = worker::carry_while(node, &go_on) {
            eprintln!("aldis: the worker will try again: {error}");
        }
        if ended.recv_timeout(PAUSE) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

const PAUSE: Duration = Duration::from_millis(300);

/// Between two looks for a timer that is due.
const TICK: Duration = Duration::from_millis(100);

/// The machine's clock is looked at once in so many of them.
const LOOK_EVERY: u32 = 10;
