//! Short messages to telephones and chats, by a gateway the operator names.
//!
//! The gateway gets `{"id", "to", "text"}`, signed like a webhook and with the operator's token. The text
//! says that a message waits and where to read it, or which number to call; it fits in one message.

use super::webhook::{Poster, Signed};
use super::{Carried, Channel, Limits, Missed, Parcel, Rehearsal, wrong_parcel};
use crate::config;
use aldis_wire::sms;
use serde_json::json;

pub(super) struct Text {
    config: Option<config::Gateway>,
    poster: Poster,
}

impl Text {
    pub(super) fn new(ways: &config::Ways, seed: &[u8; 32]) -> Self {
        Self { config: ways.gateway.clone(), poster: Poster::new(ways, seed) }
    }

    fn config(&self) -> Result<&config::Gateway, Missed> {
        let none = || Missed::for_good("no gateway for short messages is configured: set [gateway]");
        self.config.as_ref().ok_or_else(none)
    }

    fn body(&self, parcel: &Parcel) -> Result<String, Missed> {
        let Parcel::Text { id, to, words, link, .. } = parcel else { return Err(wrong_parcel()) };
        let place = self.config()?.call.as_deref().unwrap_or_else(|| link.get());
        let text = sms::waiting(words.get(), place).ok_or_else(|| {
            Missed::for_good(
                "the link is longer than one short message: shorten public_url or set gateway.call",
            )
        })?;
        Ok(json!({ "id": id, "to": to, "text": text }).to_string())
    }

    fn signed<'a>(&'a self, parcel: &'a Parcel, body: &'a str) -> Result<Signed<'a>, Missed> {
        let Parcel::Text { id, at, .. } = parcel else { return Err(wrong_parcel()) };
        let gateway = self.config()?;
        let bearer = gateway.token_file.as_ref().map(|file| {
            std::fs::read_to_string(file)
                .map(|token| token.trim().to_owned())
                .map_err(|error| Missed::again(format!("gateway.token_file {}: {error}", file.display())))
        });
        Ok(Signed { url: &gateway.url, bearer: bearer.transpose()?, id, at: *at, body })
    }
}

impl Channel for Text {
    fn rehearse(&self, parcel: &Parcel) -> Result<Rehearsal, Missed> {
        let body = self.body(parcel)?;
        self.poster.rehearse(&self.signed(parcel, &body)?)
    }

    fn send(&self, parcel: &Parcel) -> Carried {
        let body = self.body(parcel)?;
        self.poster.post(&self.signed(parcel, &body)?)
    }

    fn limits(&self) -> Limits {
        self.poster.limits
    }
}
