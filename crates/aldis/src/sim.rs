//! A world of one's own: a clock that is moved, chance that repeats, and a network in memory.
//!
//! Exercises and tests run on it. Envelopes travel between nodes over the real wire format; mail
//! goes into boxes; everything that was carried is kept, so that every byte an audience could obtain
//! can be searched afterwards.

use crate::ctx::{Chance, Clock};
use crate::error::Error;
use crate::exchange::{self, Carried, Channels, Missed, Parcel};
use crate::node::{Node, World};
use aldis_model::{Digest, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// A clock that stands until it is moved.
pub struct SimClock(AtomicI64);

impl SimClock {
    /// Starts the clock at a time.
    pub fn at(time: Time) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(time.micros())))
    }

    /// Moves the clock, also backwards.
    pub fn set(&self, time: Time) {
        self.0.store(time.micros(), Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn now(&self) -> Time {
        Time::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Chance that repeats: each stream is its own sequence, so that what happens in one leaves the
/// others alone.
pub struct SimChance {
    seed: String,
    counters: Mutex<BTreeMap<String, u64>>,
}

impl SimChance {
    /// Starts from a seed.
    pub fn new(seed: &str) -> Arc<Self> {
        Arc::new(Self { seed: seed.to_owned(), counters: Mutex::new(BTreeMap::new()) })
    }
}

impl Chance for SimChance {
    fn fill(&self, stream: &str, out: &mut [u8]) {
        let mut counters = lock(&self.counters);
        let counter = counters.entry(stream.to_owned()).or_default();
        for chunk in out.chunks_mut(32) {
            *counter += 1;
            let block = Digest::of(format!("{}\0{stream}\0{counter}", self.seed).as_bytes());
            for (to, from) in chunk.iter_mut().zip(block.bytes()) {
                *to = *from;
            }
        }
    }
}

/// A mail that was carried.
#[derive(Clone, Debug)]
pub struct SimMail {
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// When.
    pub at: Time,
}

/// An envelope that was carried.
#[derive(Clone, Debug)]
pub struct SimEnvelope {
    /// The address of the receiving node.
    pub url: String,
    /// The bytes that went.
    pub body: String,
    /// The bytes that came back.
    pub reply: String,
}

/// What was carried to a webhook, or by a gateway to a telephone.
#[derive(Clone, Debug)]
pub struct SimPost {
    /// The channel.
    pub channel: &'static str,
    /// The target, or the number.
    pub to: String,
    /// The body, or the link.
    pub body: String,
}

/// A network in memory.
pub struct SimNet {
    clock: Arc<SimClock>,
    nodes: Mutex<BTreeMap<String, Weak<Node>>>,
    down: Mutex<BTreeSet<String>>,
    mail: Mutex<Vec<SimMail>>,
    envelopes: Mutex<Vec<SimEnvelope>>,
    posts: Mutex<Vec<SimPost>>,
}

impl SimNet {
    /// Starts an empty network.
    pub fn new(clock: Arc<SimClock>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            nodes: Mutex::default(),
            down: Mutex::default(),
            mail: Mutex::default(),
            envelopes: Mutex::default(),
            posts: Mutex::default(),
        })
    }

    /// Lets a node be reached under its public URL.
    pub fn join(&self, node: &Arc<Node>) {
        lock(&self.nodes).insert(node.config.public_url.clone(), Arc::downgrade(node));
    }

    /// Returns what was carried to webhooks and telephones so far.
    pub fn posts(&self) -> Vec<SimPost> {
        lock(&self.posts).clone()
    }

    /// Cuts an address off, or mends it: a node's URL, `mail`, `webhook`, `text`, or `URL reply` for a node whose replies
    /// are lost on the way.
    pub fn cut(&self, address: &str, down: bool) {
        let mut all = lock(&self.down);
        if down {
            all.insert(address.to_owned());
        } else {
            all.remove(address);
        }
    }

    /// Returns the mail carried so far.
    pub fn mail(&self) -> Vec<SimMail> {
        lock(&self.mail).clone()
    }

    /// Returns the envelopes carried so far.
    pub fn envelopes(&self) -> Vec<SimEnvelope> {
        lock(&self.envelopes).clone()
    }

    fn is_down(&self, address: &str) -> bool {
        lock(&self.down).contains(address)
    }
}

impl Channels for SimNet {
    fn carry(&self, parcel: &Parcel) -> Carried {
        match parcel {
            Parcel::Envelope { url, body } => {
                let node = lock(&self.nodes).get(url).and_then(Weak::upgrade);
                let node = node.filter(|_| !self.is_down(url));
                let node = node.ok_or_else(|| Error::Remote(format!("{url} does not answer")))?;
                let reply = exchange::receive(&node, body.get().as_bytes())
                    .map_err(|error| Error::Remote(format!("{url} answered {}: {error}", error.status())))?;
                let kept = SimEnvelope { url: url.clone(), body: body.get().clone(), reply: reply.clone() };
                lock(&self.envelopes).push(kept);
                if self.is_down(&format!("{url} reply")) {
                    return Err(Error::Remote(format!("{url} took it, and its reply was lost")).into());
                }
                Ok(reply.into_bytes())
            }
            Parcel::Mail { .. } if self.is_down("mail") => {
                Err(Error::Remote("the mail server does not answer".to_owned()).into())
            }
            Parcel::Mail { to, subject, body, .. } => {
                let (to, subject, body) = (to.clone(), subject.get().clone(), body.get().clone());
                lock(&self.mail).push(SimMail { to, subject, body, at: self.clock.now() });
                Ok(b"250 2.0.0 taken".to_vec())
            }
            Parcel::Webhook { .. } | Parcel::Text { .. } if self.is_down(parcel.channel()) => {
                Err(Missed::again(format!("the {} does not answer", parcel.channel())))
            }
            Parcel::Webhook { url: to, thin: body, .. } | Parcel::Text { to, link: body, .. } => {
                let sent = SimPost { channel: parcel.channel(), to: to.clone(), body: body.get().clone() };
                lock(&self.posts).push(sent);
                Ok(b"HTTP 200, answer: empty".to_vec())
            }
        }
    }
}

/// Puts a simulated world together.
pub fn world(clock: &Arc<SimClock>, net: &Arc<SimNet>, seed: &str) -> World {
    World { clock: clock.clone(), chance: SimChance::new(seed), channels: net.clone() }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
