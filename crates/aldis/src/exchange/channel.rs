//! The ways out, one file each, behind one small trait.
//!
//! A channel can show the bytes it would send, send them, and say what became of it. What it is given
//! has passed the gate; it cannot ask for more. Every channel bears a repetition: the same parcel carries
//! the same id, so that its receiver can tell.
//!
//! | word | file | carries |
//! |---|---|---|
//! | `node` | `channel/node.rs` | the signed envelope |
//! | `mail` | `channel/mail.rs` | a link |
//! | `webhook` | `channel/webhook.rs` | a link, or the text if the operator says so |
//! | `text` | `channel/text.rs` | a link or a number to call, in one short message |
//! | `hand` | `desk/deliver/hand.rs`, `exchange/notice.rs` | the printed notice; an officer carries it |
//! | `cap` | `web/machine.rs` | nothing is sent: the alert is published and fetched |

mod mail;
mod node;
mod text;
mod webhook;

pub use webhook::signing_key;

use crate::config::Ways;
use crate::error::Error;
use aldis_model::{Released, Time};
use std::fmt;
use std::time::Duration;

/// One thing to carry.
#[derive(Clone)]
pub enum Parcel {
    /// A signed envelope for a partner's node.
    Envelope {
        /// Where its node listens.
        url: String,
        /// The signed note.
        body: Released<String>,
    },
    /// A mail to one address.
    Mail {
        /// The same for every attempt; says nothing.
        id: String,
        /// The address.
        to: String,
        /// When the release was sent: the date every attempt carries.
        at: Time,
        /// The subject: generic, because others may see it.
        subject: Released<String>,
        /// The text.
        body: Released<String>,
    },
    /// A signed message to a webhook.
    Webhook {
        /// The same for every attempt; says nothing.
        id: String,
        /// The target.
        url: String,
        /// The time of this attempt.
        at: Time,
        /// What says that a message waits, as JSON.
        thin: Released<String>,
        /// The same with the text, as JSON.
        full: Released<String>,
    },
    /// A short message to a telephone or into a chat, by the operator's gateway.
    Text {
        /// The same for every attempt; says nothing.
        id: String,
        /// The number, or `chat:` and a name.
        to: String,
        /// The time of this attempt.
        at: Time,
        /// The words for "message waiting".
        words: Released<String>,
        /// The recipient's link.
        link: Released<String>,
    },
}

impl Parcel {
    /// Returns the word of the channel that carries it.
    pub const fn channel(&self) -> &'static str {
        match self {
            Self::Envelope { .. } => "node",
            Self::Mail { .. } => "mail",
            Self::Webhook { .. } => "webhook",
            Self::Text { .. } => "text",
        }
    }
}

/// Why a parcel did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// What happened, and what to do if somebody here can do something.
    pub says: String,
    /// Whether another attempt by the same channel can succeed.
    pub again: bool,
}

impl Missed {
    /// Builds a miss after which the channel is tried again.
    pub fn again(says: impl fmt::Display) -> Self {
        Self { says: says.to_string(), again: true }
    }

    /// Builds a miss that every further attempt would repeat.
    pub fn for_good(says: impl fmt::Display) -> Self {
        Self { says: says.to_string(), again: false }
    }
}

impl From<Error> for Missed {
    fn from(error: Error) -> Self {
        Self { again: !matches!(error, Error::Refused(_)), says: error.to_string() }
    }
}

/// What the other side said, or why nothing arrived.
pub type Carried = std::result::Result<Vec<u8>, Missed>;

/// What a channel would send, shown and not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// How and where to, in a line a fact.
    pub how: Vec<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What bounds a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest an attempt takes, from looking up the name to the end of the answer.
    pub attempt: Duration,
    /// The most of an answer that is read, in bytes.
    pub answer_max: u64,
}

/// One way out.
pub trait Channel: Send + Sync {
    /// Shows exactly what would be sent.
    ///
    /// # Errors
    ///
    /// [`Missed`] if the channel is not configured or the parcel cannot be put into its form.
    fn rehearse(&self, parcel: &Parcel) -> std::result::Result<Rehearsal, Missed>;

    /// Sends, and returns what the other side said: the proof.
    ///
    /// # Errors
    ///
    /// [`Missed`] if it did not arrive, or nobody knows whether it did.
    fn send(&self, parcel: &Parcel) -> Carried;

    /// Returns what bounds it.
    fn limits(&self) -> Limits;
}

/// Carries parcels: the channels of a node, or a world in their place.
pub trait Channels: Send + Sync {
    /// Carries one parcel and returns what the other side said.
    ///
    /// # Errors
    ///
    /// [`Missed`] if it did not arrive.
    fn carry(&self, parcel: &Parcel) -> Carried;

    /// Shows what would be carried, and carries nothing.
    ///
    /// # Errors
    ///
    /// [`Missed`] if the channel is not configured.
    fn rehearse(&self, parcel: &Parcel) -> std::result::Result<Rehearsal, Missed> {
        Err(Missed::for_good(format!("{} has no channel here", parcel.channel())))
    }

    /// Says how many parcels may be carried at once to one destination; one keeps the order of all.
    fn workers(&self) -> usize {
        1
    }
}

/// Carries nothing and knows no channel.
pub struct Refusing;

impl Channels for Refusing {
    fn carry(&self, _: &Parcel) -> Carried {
        Err(Missed::again(EXERCISE))
    }
}

/// The channels of an exercise: they show what they would send, and send nothing.
pub struct Rehearsing(pub Live);

impl Channels for Rehearsing {
    fn carry(&self, _: &Parcel) -> Carried {
        Err(Missed::again(EXERCISE))
    }

    fn rehearse(&self, parcel: &Parcel) -> std::result::Result<Rehearsal, Missed> {
        self.0.rehearse(parcel)
    }
}

/// Carries over the real network.
pub struct Live {
    node: node::Node,
    mail: mail::Mail,
    webhook: webhook::Webhook,
    text: text::Text,
    workers: usize,
}

impl Live {
    /// Builds the channels of a live node. What is wrong in the configuration is said when a parcel needs
    /// it, so that a mistake in one channel does not silence the others. `seed` is the node's signing key.
    pub fn new(ways: &Ways, seed: &[u8; 32]) -> Self {
        Self {
            node: node::Node::new(ways),
            mail: mail::Mail::new(ways),
            webhook: webhook::Webhook::new(ways, seed),
            text: text::Text::new(ways, seed),
            workers: ways.workers.clamp(1, WORKERS_MAX),
        }
    }

    fn channel(&self, parcel: &Parcel) -> &dyn Channel {
        match parcel {
            Parcel::Envelope { .. } => &self.node,
            Parcel::Mail { .. } => &self.mail,
            Parcel::Webhook { .. } => &self.webhook,
            Parcel::Text { .. } => &self.text,
        }
    }
}

impl Channels for Live {
    fn carry(&self, parcel: &Parcel) -> Carried {
        self.channel(parcel).send(parcel)
    }

    fn rehearse(&self, parcel: &Parcel) -> std::result::Result<Rehearsal, Missed> {
        self.channel(parcel).rehearse(parcel)
    }

    fn workers(&self) -> usize {
        self.workers
    }
}

/// Shortens what a stranger said to one printable line.
fn one_line(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(ANSWER_SHOWN).collect::<String>().trim().to_owned()
}

fn wrong_parcel() -> Missed {
    Missed::for_good("this channel does not carry that")
}

const WORKERS_MAX: usize = 64;
const ANSWER_SHOWN: usize = 300;
const EXERCISE: &str = "exercise mode: nothing leaves this server";
