//! The threads that read feeds, for as long as the server runs.

use super::poll;
use crate::config::Feed;
use crate::error::{Error, Result};
use crate::exchange::elsewhere::Surroundings;
use crate::node::Node;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Feeds that are being read, until this is dropped.
///
/// A thread that waits ends at once. One that is speaking with a server is not waited for: the process may
/// end in the middle of it, which loses nothing.
#[must_use]
pub struct Polling {
    running: Vec<Sender<()>>,
}

impl Polling {
    /// Returns how many feeds are being read.
    pub fn count(&self) -> usize {
        self.running.len()
    }
}

/// Starts a thread for each feed; none in an exercise, in which nobody outside is asked for anything.
///
/// # Errors
///
/// [`Error::Broken`] if a thread cannot be started.
pub fn start(node: &Arc<Node>) -> Result<Polling> {
    let feeds = if node.config.exercise { &[][..] } else { &node.config.feeds };
    let mut running = Vec::new();
    for feed in feeds {
        let (tell, told) = channel();
        let (node, feed) = (Arc::clone(node), feed.clone());
        std::thread::Builder::new()
            .name(format!("feed {}", feed.name))
            .spawn(move || follow(&node, &feed, told))?;
        running.push(tell);
    }
    Ok(Polling { running })
}

fn follow(node: &Node, feed: &Feed, told: Receiver<()>) {
    let around = Around { node, told };
    loop {
        match poll(node, feed, &around) {
            Ok(_) | Err(Error::Conflict(_)) => {}
            Err(error) => eprintln!("aldis: feed {} will be read again: {error}", feed.name),
        }
        if !around.pause(LOOK) {
            return;
        }
    }
}

/// The world around a feed, which ends with the server.
struct Around<'a> {
    node: &'a Node,
    told: Receiver<()>,
}

impl Surroundings for Around<'_> {
    fn now_us(&self) -> i64 {
        self.node.world.clock.now().micros()
    }

    fn spread(&self) -> u8 {
        let mut random = [0];
        self.node.world.chance.fill("wait", &mut random);
        let [spread] = random;
        spread
    }

    fn pause(&self, wait: Duration) -> bool {
        self.told.recv_timeout(wait) == Err(RecvTimeoutError::Timeout)
    }
}

/// How often it is looked whether a feed is due.
const LOOK: Duration = Duration::from_secs(5);
