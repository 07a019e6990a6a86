//! Which alerts hold, once updates and cancellations have come in any order.
//!
//! A [`Lineage`] keeps what arrived and works out the rest from the references alone: the same
//! messages give the same state in whatever order they came. Only the sender of a message may
//! replace or withdraw it. Nothing is ever overwritten: a second message under a known name is
//! counted, not taken.
//!
//! A question about one message costs as much as the messages it is joined with by references.
//!
//! Source: CAP 1.2 section 3.2.1, `msgType` and `references`.

use super::{Alert, MsgType, Reference, Time};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Every message of the senders we listen to, and what follows from it.
#[derive(Debug, Clone, Default)]
pub struct Lineage {
    messages: BTreeMap<Name, Message>,
    /// Who refers to a message, also to one that has not come.
    referrers: BTreeMap<Name, BTreeSet<Name>>,
}

/// Sender, identifier and time: what a reference consists of.
type Name = (String, String, i64);

#[derive(Debug, Clone)]
struct Message {
    alert: Alert,
    digest: [u8; 32],
    /// Digests of other messages that came under the same name.
    others: BTreeSet<[u8; 32]>,
}

/// What the arrival of a message changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It was not known.
    New,
    /// The same bytes were here before: nothing changed.
    Replay,
    /// Other bytes stand under its name: the first stay, both are kept.
    Conflict,
}

/// Whether people should act on a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It holds.
    Active,
    /// A later update of its sender took its place.
    Superseded,
    /// Its sender withdrew it, or what took its place.
    Cancelled,
    /// It never asks people to act: a cancellation, an Ack, an Error.
    Silent,
}

/// Something a person should know about the messages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// The name of the first message has come with other bytes.
    Integrity(String),
    /// The first message wants to replace or withdraw the second, which is another sender's.
    Unauthorised(String, String),
    /// The first message refers to the second, which has not come.
    Dangling(String, String),
    /// These updates of one message both hold.
    Fork(Vec<String>),
    /// The update came when all it replaces had already expired.
    StaleUpdate(String),
}

/// A partner's answer to one of our messages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Receipt {
    /// Who answers, as the answer says; nothing is verified here.
    pub sender: String,
    /// Accepted by an Ack, rejected by an Error.
    pub accepted: bool,
    /// The reason an Error gives.
    pub note: Option<String>,
}

impl Lineage {
    /// Takes a message in, with the SHA-256 of its bytes.
    pub fn receive(&mut self, alert: Alert, digest: [u8; 32]) -> Arrival {
        let key = name(&alert.reference());
        match self.messages.entry(key.clone()) {
            Entry::Vacant(place) => {
                for reference in &alert.references {
                    self.referrers.entry(name(reference)).or_default().insert(key.clone());
                }
                place.insert(Message { alert, digest, others: BTreeSet::new() });
                Arrival::New
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                if known.digest == digest || known.others.contains(&digest) {
                    return Arrival::Replay;
                }
                known.others.insert(digest);
                Arrival::Conflict
            }
        }
    }

    /// The state of a message; `None` if it has not come.
    pub fn state(&self, message: &Reference) -> Option<State> {
        self.messages.get(&name(message)).map(|found| self.state_of(found))
    }

    /// The identifiers of the messages that hold at `now`, in order. One with expired content
    /// holds no longer; content without an end holds until it is replaced.
    pub fn active(&self, now: Time) -> Vec<&str> {
        let holds = |message: &&Message| {
            self.state_of(message) == State::Active
                && end(&message.alert).is_none_or(|end| end > now.unix_us())
        };
        self.messages.values().filter(holds).map(|message| message.alert.identifier.as_str()).collect()
    }

    /// How a message came to be: itself, then what it replaced or withdrew, the nearest first.
    pub fn history(&self, message: &Reference) -> Vec<&str> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![name(message)]);
        let mut history = Vec::new();
        while let Some(next) = open.pop() {
            let Some((key, found)) = self.messages.get_key_value(&next) else { continue };
            if seen.insert(key) {
                history.push(found.alert.identifier.as_str());
                open.extend(found.alert.references.iter().rev().map(name));
            }
        }
        history
    }

    /// How many separate events the messages are about: those joined by references count once.
    pub fn events(&self) -> usize {
        let mut root: BTreeMap<Name, Name> = BTreeMap::new();
        for (key, message) in &self.messages {
            for other in message.alert.references.iter().map(name).chain([key.clone()]) {
                let (one, two) = (find(&mut root, key.clone()), find(&mut root, other));
                root.insert(one, two);
            }
        }
        let keys: Vec<Name> = root.keys().cloned().collect();
        keys.into_iter().map(|key| find(&mut root, key)).collect::<BTreeSet<Name>>().len()
    }

    /// The answers of others to a message, in order of their senders.
    pub fn receipts(&self, message: &Reference) -> Vec<Receipt> {
        let answers = self
            .referring_to(&name(message))
            .filter(|answer| matches!(answer.alert.msg_type, MsgType::Ack | MsgType::Error));
        let mut receipts: Vec<Receipt> = answers
            .map(|answer| Receipt {
                sender: answer.alert.sender.clone(),
                accepted: answer.alert.msg_type == MsgType::Ack,
                note: answer.alert.note.clone(),
            })
            .collect();
        receipts.sort();
        receipts
    }

    /// Everything a person should look at, in order and without repetition.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = BTreeSet::new();
        for message in self.messages.values() {
            let own = || message.alert.identifier.clone();
            if !message.others.is_empty() {
                findings.insert(Finding::Integrity(own()));
            }
            for reference in &message.alert.references {
                let named = || reference.identifier.clone();
                match self.messages.get(&name(reference)) {
                    None => findings.insert(Finding::Dangling(own(), named())),
                    Some(_) if acts(&message.alert) && reference.sender != message.alert.sender => {
                        findings.insert(Finding::Unauthorised(own(), named()))
                    }
                    Some(_) => continue,
                };
            }
            if self.is_stale(message) {
                findings.insert(Finding::StaleUpdate(own()));
            }
            let heirs: Vec<String> = self
                .heirs(message)
                .filter(|heir| self.state_of(heir) == State::Active)
                .map(|heir| heir.alert.identifier.clone())
                .collect();
            if heirs.len() > 1 {
                findings.insert(Finding::Fork(heirs));
            }
        }
        findings.into_iter().collect()
    }

    fn state_of(&self, message: &Message) -> State {
        if !matches!(message.alert.msg_type, MsgType::Alert | MsgType::Update) {
            return State::Silent;
        }
        // Breadth first over what took its place; a message is looked at once.
        let (mut seen, mut open) = (BTreeSet::new(), vec![message]);
        let (mut replaced, mut withdrawn, mut holds) = (false, false, false);
        while let Some(next) = open.pop() {
            if !seen.insert(name(&next.alert.reference())) {
                continue;
            }
            let mut last = true;
            for heir in self.heirs(next) {
                last = false;
                if heir.alert.msg_type == MsgType::Cancel {
                    withdrawn = true;
                } else {
                    replaced = true;
                    open.push(heir);
                }
            }
            holds |= last;
        }
        match (replaced, withdrawn) {
            (false, false) => State::Active,
            (_, true) if !holds => State::Cancelled,
            (true, _) => State::Superseded,
            (false, true) => State::Cancelled,
        }
    }

    /// Updates and cancellations of a message by its own sender.
    fn heirs<'a>(&'a self, message: &'a Message) -> impl Iterator<Item = &'a Message> {
        self.referring_to(&name(&message.alert.reference()))
            .filter(|heir| acts(&heir.alert) && heir.alert.sender == message.alert.sender)
    }

    fn referring_to(&self, message: &Name) -> impl Iterator<Item = &Message> + use<'_> {
        let names = self.referrers.get(message).into_iter().flatten();
        names.filter_map(|name| self.messages.get(name))
    }

    fn is_stale(&self, message: &Message) -> bool {
        let known: Option<Vec<&Message>> =
            message.alert.references.iter().map(|reference| self.messages.get(&name(reference))).collect();
        let over = |old: &&Message| end(&old.alert).is_some_and(|end| end <= message.alert.sent.unix_us());
        message.alert.msg_type == MsgType::Update
            && known.is_some_and(|old| !old.is_empty() && old.iter().all(over))
    }
}

/// When the last content of an alert ends, in microseconds since 1970; `None` if some has no end.
fn end(alert: &Alert) -> Option<i64> {
    let ends: Option<Vec<i64>> = alert.infos.iter().map(|info| info.expires.map(Time::unix_us)).collect();
    ends.and_then(|ends| ends.into_iter().max())
}

fn acts(alert: &Alert) -> bool {
    matches!(alert.msg_type, MsgType::Update | MsgType::Cancel)
}

fn name(reference: &Reference) -> Name {
    (reference.sender.clone(), reference.identifier.clone(), reference.sent.unix_us())
}

fn find(root: &mut BTreeMap<Name, Name>, mut key: Name) -> Name {
    while let Some(up) = root.get(&key).filter(|up| **up != key).cloned() {
        key = up;
    }
    root.entry(key.clone()).or_insert_with(|| key.clone());
    key
}

#[cfg(test)]
mod tests;
