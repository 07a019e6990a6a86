//! How a world's server is asked: within the process, or over a socket.
//!
//! Both ways return every byte of the answer: status, headers and body. Left out is `date`, which hyper
//! writes from the clock of the machine and which is the same for whoever asks, and `connection`,
//! which depends on whether a body that nobody reads had arrived yet.

use super::world::World;
use aldis::error::{Error, Result};
use aldis::web;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// A server of a world on a socket of 127.0.0.1; it ends when it is dropped.
pub struct Server {
    url: String,
    agent: ureq::Agent,
    // Dropping it ends the server.
    _runtime: Runtime,
}

impl Server {
    /// Starts the server of a world.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the machine gives no thread or no port.
    pub fn start(world: &World) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = web::router(Arc::clone(&world.node));
        runtime.spawn(async move { axum::serve(listener, router).await });
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        Ok(Self { url, agent: agent.into(), _runtime: runtime })
    }

    /// Sends a request and returns every byte of the answer.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the server did not answer, or with more than a page can hold.
    pub fn send(&self, request: Request<String>) -> Result<Vec<u8>> {
        let (mut head, body) = request.into_parts();
        head.uri = format!("{}{}", self.url, head.uri).parse().map_err(Error::broken)?;
        let mut reply = self.agent.run(Request::from_parts(head, body)).map_err(Error::broken)?;
        let (status, headers) = (reply.status(), reply.headers().clone());
        let body = reply.body_mut().with_config().limit(PAGE_MAX).read_to_vec().map_err(Error::broken)?;
        Ok(answer(status, headers, &body))
    }
}

/// The routes of a world, called within this process.
pub struct Within {
    router: Router,
    runtime: Runtime,
}

impl Within {
    /// Builds the routes of a world.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the machine gives no thread.
    pub fn of(world: &World) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { router: web::router(Arc::clone(&world.node)), runtime })
    }

    /// Sends a request and returns every byte of the answer.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the answer is more than a page can hold.
    pub fn send(&self, request: Request<String>) -> Result<Vec<u8>> {
        self.runtime.block_on(async {
            let Ok(response) = self.router.clone().oneshot(request.map(Body::from)).await;
            let (head, body) = response.into_parts();
            let most = usize::try_from(PAGE_MAX).unwrap_or(usize::MAX);
            let body = to_bytes(body, most).await.map_err(Error::broken)?;
            Ok(answer(head.status, head.headers, &body))
        })
    }
}

fn answer(status: StatusCode, mut headers: HeaderMap, body: &[u8]) -> Vec<u8> {
    headers.remove("date");
    headers.remove("connection");
    let mut bytes = format!("{status} {headers:?}\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

const PAGE_MAX: u64 = 8 << 20;
