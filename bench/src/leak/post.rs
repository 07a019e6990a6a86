//! A post office that keeps what it carries and answers as the partners' nodes would.

use aldis::error::{Error, Result};
use aldis::exchange::{self, Channels, Parcel};
use aldis_ledger::{Signer, note};
use aldis_model::Digest;
use aldis_wire::exchange::{Message, Receipt};
use std::sync::{Mutex, PoisonError};

/// One thing that was carried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// A node's URL or a mail address.
    pub to: String,
    /// Every byte that went there.
    pub bytes: String,
}

/// The post office.
pub struct Post {
    partners: Vec<(&'static str, Signer)>,
    carried: Mutex<Vec<Carried>>,
}

impl Post {
    /// Opens it for the partners of [`PARTNERS`].
    pub fn new() -> Self {
        let signer = |(name, seed): &(&'static str, u8)| {
            Signer::new(&format!("aldis/{name}"), &[*seed; 32]).ok().map(|signer| (*name, signer))
        };
        Self { partners: PARTNERS.iter().filter_map(signer).collect(), carried: Mutex::default() }
    }

    /// Returns everything that was carried to an address, in order.
    pub fn carried_to(&self, address: &str) -> Vec<Carried> {
        let carried = self.carried.lock().unwrap_or_else(PoisonError::into_inner);
        carried.iter().filter(|thing| thing.to == address).cloned().collect()
    }

    /// Returns the key a partner signs with.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such partner.
    pub fn signer(&self, partner: &str) -> Result<&Signer> {
        let found = self.partners.iter().find(|(name, _)| *name == partner);
        found.map(|(_, signer)| signer).ok_or(Error::NotFound)
    }

    /// Signs a message as its sender would.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the sender is no partner; [`Error::Broken`] if it cannot be signed.
    pub fn sign(&self, message: Message) -> Result<String> {
        let signer = self.signer(message.from())?;
        let line = message.checked().map_err(Error::broken)?.to_line();
        note::sign(&line, &[signer]).map_err(Error::broken)
    }

    fn receipt(&self, envelope: &str) -> Result<String> {
        let line = envelope.lines().next().unwrap_or_default();
        let message = Message::parse(&format!("{line}\n")).map_err(Error::broken)?;
        let hash = Digest::of(envelope.as_bytes());
        self.sign(Message::Receipt(Receipt {
            id: format!("RC-{}", hash.to_string().get(..8).unwrap_or_default().to_uppercase()),
            from: message.to().to_owned(),
            to: message.from().to_owned(),
            message: message.id().to_owned(),
            hash: hash.to_string(),
            received_at: "2031-05-04T08:00:00Z".to_owned(),
        }))
    }
}

impl Default for Post {
    fn default() -> Self {
        Self::new()
    }
}

impl Channels for Post {
    fn carry(&self, parcel: &Parcel) -> exchange::Carried {
        let (to, bytes, reply) = match parcel {
            Parcel::Envelope { url, body } => (url, body.get().clone(), self.receipt(body.get())?),
            Parcel::Mail { to, subject, body, .. } => {
                (to, format!("{subject}\n{body}"), "250 2.0.0 taken".to_owned())
            }
            Parcel::Webhook { url, thin, full, .. } => {
                (url, format!("{thin}\n{full}"), "HTTP 200".to_owned())
            }
            Parcel::Text { to, words, link, .. } => (to, format!("{words} {link}"), "HTTP 200".to_owned()),
        };
        let mut carried = self.carried.lock().unwrap_or_else(PoisonError::into_inner);
        carried.push(Carried { to: to.clone(), bytes });
        Ok(reply.into_bytes())
    }
}

/// Returns where a partner's node listens.
pub fn url(partner: &str) -> String {
    format!("http://{}.test", partner.to_lowercase())
}

/// The partners and what their keys are made from. The first is compared, the second is not.
pub const PARTNERS: [(&str, u8); 2] = [("BOREAS", 41), ("CORVUS", 42)];
