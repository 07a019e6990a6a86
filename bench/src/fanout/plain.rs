//! The limit: the same messages in a plain loop over the same client libraries, with no store behind.

use aldis::error::{Error, Result};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpStream;

/// Sends `count` mails over `hands` kept connections; returns nothing but whether all were taken.
///
/// Nagle's algorithm is off: with it the library waits 40 ms a mail for the end of its text, and nothing
/// would be a match for it.
///
/// # Errors
///
/// [`Error::Broken`] if the receiver does not take one.
pub fn mails(port: u16, count: usize, hands: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let next = Arc::new(AtomicUsize::new(0));
    let hand = |next: Arc<AtomicUsize>| async move {
        let hello = ClientId::Domain("post.test".to_owned());
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let connection = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello);
        let mut connection = connection.await.map_err(Error::broken)?;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok::<_, Error>(());
            }
            let to: Address = format!("r{number:05}@hall.test").parse().map_err(Error::broken)?;
            let from: Address = "messages@post.test".parse().map_err(Error::broken)?;
            let message = Message::builder()
                .from(from.into())
                .to(to.into())
                .subject("A message for you")
                .body(MAIL.to_owned())
                .map_err(Error::broken)?;
            connection.send(message.envelope(), &message.formatted()).await.map_err(Error::broken)?;
        }
    };
    runtime.block_on(async {
        let hands: Vec<_> = (0..hands).map(|_| tokio::spawn(hand(Arc::clone(&next)))).collect();
        for hand in hands {
            hand.await.map_err(Error::broken)??;
        }
        Ok(())
    })
}

/// Posts `count` webhooks over `hands` kept connections.
///
/// # Errors
///
/// As [`mails`].
pub fn webhooks(port: u16, count: usize, hands: usize) -> Result<()> {
    let config = ureq::Agent::config_builder()
        .proxy(None)
        .max_idle_connections(hands)
        .max_idle_connections_per_host(hands)
        .build();
    let agent = ureq::Agent::new_with_config(config);
    each(count, hands, || {
        let agent = agent.clone();
        Ok(move |number: usize| {
            let url = format!("http://127.0.0.1:{port}/r{number:05}");
            let post = agent.post(&url).header("content-type", "application/json");
            let mut reply = post.send(WEBHOOK).map_err(Error::broken)?;
            reply.body_mut().read_to_vec().map_err(Error::broken).map(|_| ())
        })
    })
}

fn each<S, M>(count: usize, hands: usize, make: M) -> Result<()>
where
    S: FnMut(usize) -> Result<()>,
    M: Fn() -> Result<S> + Sync,
{
    let next = AtomicUsize::new(0);
    let hand = || {
        let mut send = make()?;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok::<_, Error>(());
            }
            send(number)?;
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..hands).map(|_| scope.spawn(hand)).collect();
        for thread in threads {
            thread.join().map_err(|_| Error::broken("a client panicked"))??;
        }
        Ok(())
    })
}

/// As long as what the program sends.
const MAIL: &str = "There is a message for you:\n\nhttp://northport.test/a/0123456789012345678901234567890123456\n\n\
                    Please open it and answer there.\n";

const WEBHOOK: &str = "{\"type\":\"message.waiting\",\"timestamp\":\"2031-05-04T08:00:00Z\",\
                       \"data\":{\"link\":\"http://northport.test/a/0123456789012345678901234567890123456\"}}";
