//! A partner's node: the signed envelope by HTTP, answered by the node's signed receipt.
//!
//! Source: `docs/reference/exchange.md`.

use super::{Carried, Channel, Limits, Missed, Parcel, Rehearsal, wrong_parcel};
use crate::config::Ways;
use std::fmt::Display;
use std::time::Duration;

pub(super) struct Node {
    agent: ureq::Agent,
    attempt: Duration,
}

impl Node {
    pub(super) fn new(ways: &Ways) -> Self {
        let attempt = Duration::from_secs(ways.attempt_s);
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(attempt))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .max_idle_connections(ways.workers)
            .max_idle_connections_per_host(ways.workers)
            .build();
        Self { agent: config.into(), attempt }
    }
}

impl Channel for Node {
    fn rehearse(&self, parcel: &Parcel) -> Result<Rehearsal, Missed> {
        let Parcel::Envelope { url, body } = parcel else { return Err(wrong_parcel()) };
        let how = vec![format!("POST {url}{PATH}"), format!("Content-Type: {KIND}")];
        Ok(Rehearsal { how, bytes: body.get().clone().into_bytes() })
    }

    fn send(&self, parcel: &Parcel) -> Carried {
        let Parcel::Envelope { url, body } = parcel else { return Err(wrong_parcel()) };
        let missed = |error: &dyn Display| Missed::again(format!("cannot reach the partner's node: {error}"));
        let post = self.agent.post(format!("{url}{PATH}")).content_type(KIND);
        let mut reply = post.send(body.get().as_str()).map_err(|error| missed(&error))?;
        let status = reply.status();
        let limit = self.limits().answer_max;
        let bytes =
            reply.body_mut().with_config().limit(limit).read_to_vec().map_err(|error| missed(&error))?;
        if status.is_success() {
            return Ok(bytes);
        }
        Err(missed(&format_args!("it answered {status}")))
    }

    fn limits(&self) -> Limits {
        Limits { attempt: self.attempt, answer_max: 256 << 10 }
    }
}

const PATH: &str = "/exchange/v1/messages";
const KIND: &str = "text/plain; charset=utf-8";
