//! Steps from the signed text to the receiver's signature, or to silence.

use serde::{Deserialize, Serialize};

use super::fields::{At, By, Step, always_filled, filled_if, step};
use super::limits::UNREACHABLE_AFTER_US;
use super::refused::Faults;
use super::waiver::{ChannelTried, Particulars, Waiver, WaiverCode, same_person};
use super::{Actor, Authority, Duty, Fault, Listed, Ratified, Refused};
use crate::digest::Digest;

/// Records an attempt to reach the senior officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// Who was tried.
    pub who: String,
    /// When, in microseconds.
    #[serde(rename = "time")]
    pub time_us: i64,
}

filled_if! { Attempt: who; }
always_filled!(Ratified);

step! {
    /// Sends first: imminent, and no senior officer reachable in 10 minutes.
    expedite(Expedite): Expedite, [AssessedMet] => Dispatched {
        /// Why it cannot wait.
        expedite_reason: String = "expedite_reason",
        /// Who was tried and when; the first at least 10 minutes ago.
        who_tried: Vec<Attempt> = "who_tried",
        /// The text as sent.
        text: String = "text",
        /// To whom.
        audience: String = "audience",
        /// Who approved on the scene.
        approver_on_scene: String = "approver_on_scene",
    }
}

step! {
    /// Signs the text for one audience.
    release(Release): Release, [WarnApproved] => TearlineReady {
        /// For whom.
        audience: String = "audience",
        /// Hash of the exact text.
        text_hash: Digest = "text_hash",
        /// Its label.
        label: String = "label",
        /// Portions that were dropped; empty says none.
        dropped_portions: Listed<String> = "dropped_portions",
        /// How the text was changed; empty says not at all.
        transformations: Listed<String> = "transformations",
        /// Who signs; must be the one who acts.
        releaser: String = "releaser",
    }
}

step! {
    /// Sends the text.
    send(Sending): Send, [TearlineReady] => Dispatched {
        /// By which channel.
        channel: String = "channel",
        /// Reference of the address, never the address.
        address_ref: String = "address_ref",
        /// When.
        time_us: i64 = "time",
    }
}

step! {
    /// Confirms that the text arrived.
    receipt(Receipt): Receipt, [Dispatched] => Delivered {
        /// Receipt of the transport; this or `officer_statement`.
        transport_receipt: Option<String> = "transport_receipt",
        /// Statement of the officer; this or `transport_receipt`.
        officer_statement: Option<String> = "officer_statement",
        /// When.
        time_us: i64 = "time",
        /// Where.
        place: Option<String> = "place",
        /// Who saw it.
        witness: Option<String> = "witness",
    }
}

step! {
    /// Records that no channel worked.
    fail(Failure): Fail, [Dispatched] => DeliveryFailed {
        /// Which channel.
        channel: String = "channel",
        /// What went wrong.
        error: String = "error",
        /// When.
        time_us: i64 = "time",
    }
}

step! {
    /// Tries again, the same way or another.
    retry_alternate(RetryAlternate): RetryAlternate, [DeliveryFailed] => Dispatched {
        /// By which channel.
        channel: String = "channel",
        /// When.
        time_us: i64 = "time",
    }
}

step! {
    /// Waives because every channel was tried (W-F); the senior officer acts.
    exhausted(Exhausted): Exhausted, [DeliveryFailed] => Waived {
        /// What was tried, when and with what result.
        channels_tried: Vec<ChannelTried> = "channels_tried",
        /// When it is decided anew; absent takes the longest allowed.
        expiry_us: Option<i64> = "expiry",
    }
}

step! {
    /// Records the receiver's signature over the text.
    ack(Ack): Ack, [Delivered] => Acknowledged {
        /// Who signed.
        receiver: String = "receiver",
        /// With which key.
        key_id: String = "key_id",
        /// Hash of the text signed; must be that of the text sent.
        text_hash: Digest = "text_hash",
        /// When.
        time_us: i64 = "time",
    }
}

step! {
    /// Records that the receiver stayed silent past the limit.
    timeout(Timeout): Timeout, [Delivered] => NoAckEscalated {
        /// Step of the ladder, 1 to 3, in order.
        step: u8 = "step",
        /// Who was told.
        notified: Vec<String> = "notified",
    }
}

step! {
    /// Records that the receiver answered after all.
    late_ack(LateAck): Ack, [NoAckEscalated] => Acknowledged {
        /// Who answered.
        receiver: String = "receiver",
        /// When.
        time_us: i64 = "time",
    }
}

step! {
    /// Goes the next way of the ladder.
    alternate_route(AlternateRoute): AlternateRoute, [NoAckEscalated] => Dispatched {
        /// By which channel.
        channel: String = "channel",
        /// To whom; channel and receiver together must be new.
        receiver: String = "receiver",
        /// When.
        time_us: i64 = "time",
    }
}

/// Reviews an expedited dispatch; no step of the table, since the state stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ratification {
    /// The senior officer; must be the one who acts, and not the approver.
    pub officer: String,
    /// What was found.
    pub result: Ratified,
    /// Why.
    pub reasons: String,
}

impl Duty {
    /// Records the review that follows an expedited dispatch.
    ///
    /// A late review is accepted: refusing it would leave none at all.
    ///
    /// # Errors
    ///
    /// [`Refused`] if nothing awaits review, or the officer is no human, not
    /// the one who acts, or the one who approved on the scene.
    pub fn ratify(self, fields: Ratification, actor: &Actor, now_us: i64) -> Result<Self, Refused> {
        let mut next = self.clone();
        let mut faults = Faults::default();
        let at = At { duty: &self, actor, now_us };
        at.is_actor(&fields.officer, &mut faults);
        if fields.reasons.trim().is_empty() {
            faults.missing("reasons");
        }
        match &mut next.now.authority {
            Some(Authority::Expedited { approver, ratified, .. }) if ratified.is_none() => {
                let other = !same_person(approver, &fields.officer);
                faults.guard(other, "the reviewer may not be the one who approved on the scene");
                *ratified = Some(fields.result);
            }
            _ => faults.push(Fault::NotPermitted),
        }
        if faults.is_empty() { Ok(next) } else { Err(self.refuse("ratify", faults.into_vec())) }
    }
}

impl Step for Expedite {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        faults.guard(at.duty.is_imminent(), "only an imminent threat may be expedited");
        for attempt in &self.who_tried {
            at.is_past("who_tried", attempt.time_us, faults);
        }
        let first_us = self.who_tried.iter().map(|attempt| attempt.time_us).min();
        faults.guard(
            first_us.is_some_and(|first_us| at.now_us.saturating_sub(first_us) >= UNREACHABLE_AFTER_US),
            "the senior officer must have been tried for 10 minutes",
        );
    }

    fn record(self, duty: &mut Duty, by: &By<'_>) {
        duty.now.text_hash = Some(Digest::of(self.text.as_bytes()));
        duty.now.audience = Some(self.audience);
        duty.now.authority = Some(Authority::Expedited {
            reason: self.expedite_reason,
            approver: self.approver_on_scene,
            at_us: by.now_us,
            ratified: None,
        });
        start_delivery(duty);
    }
}

impl Step for Release {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_actor(&self.releaser, faults);
        faults.guard(
            at.duty.ratification_due_us().is_none(),
            "the expedited dispatch has not been reviewed, and a new text would hide it",
        );
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now.text_hash = Some(self.text_hash);
        duty.now.audience = Some(self.audience);
        duty.now.authority = Some(Authority::Released { releaser: self.releaser });
        start_delivery(duty);
    }
}

impl Step for Sending {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_past("time", self.time_us, faults);
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now.tried.push((self.channel, self.address_ref));
    }
}

impl Step for Receipt {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        if self.transport_receipt.is_none() && self.officer_statement.is_none() {
            faults.missing("transport_receipt|officer_statement");
        }
        at.is_past("time", self.time_us, faults);
    }

    fn record(self, duty: &mut Duty, by: &By<'_>) {
        duty.now.first_delivered_us.get_or_insert(self.time_us.min(by.now_us));
    }
}

impl Step for Failure {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_past("time", self.time_us, faults);
    }
}

impl Step for RetryAlternate {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_past("time", self.time_us, faults);
    }
}

impl Exhausted {
    fn waiver(self, duty: &Duty, by: &By<'_>) -> Waiver {
        Waiver {
            officer: by.actor.human().unwrap_or_default().to_owned(),
            code: WaiverCode::NoWay,
            basis: "every channel was tried".to_owned(),
            particulars: Particulars { channels_tried: Some(self.channels_tried), ..Particulars::default() },
            alternatives_tried: Listed::default(),
            expiry_us: self.expiry_us.unwrap_or_else(|| by.now_us.saturating_add(duty.waiver_max_us())),
        }
    }
}

impl Step for Exhausted {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        self.clone().waiver(at.duty, &By { actor: at.actor, now_us: at.now_us }).check(at, faults);
    }

    fn record(self, duty: &mut Duty, by: &By<'_>) {
        duty.now.waiver = Some(self.waiver(duty, by));
    }
}

impl Step for Ack {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_past("time", self.time_us, faults);
        faults.guard(
            at.duty.text_hash() == Some(self.text_hash),
            "the signature is not over the text that was sent",
        );
    }
}

impl Step for Timeout {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        let next = at.duty.next_ladder_step();
        if self.step != next {
            faults.invalid("step", format!("the next step of the ladder is {next}"));
        }
        let due_us = at.duty.ladder_due_us(next);
        faults.guard(
            due_us.is_some_and(|due_us| at.now_us >= due_us),
            "the time to acknowledge has not passed",
        );
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now.ladder_step = self.step;
    }
}

impl Step for LateAck {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_past("time", self.time_us, faults);
    }
}

impl Step for AlternateRoute {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_past("time", self.time_us, faults);
        let same = |(channel, receiver): &(String, String)| {
            same_person(channel, &self.channel) && same_person(receiver, &self.receiver)
        };
        faults.guard(
            !at.duty.now.tried.iter().any(same),
            "this channel to this receiver was tried: the ladder goes another way",
        );
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now.tried.push((self.channel, self.receiver));
    }
}

/// Forgets the delivery of an earlier text: its receipts say nothing about
/// this one.
fn start_delivery(duty: &mut Duty) {
    duty.now.tried.clear();
    duty.now.ladder_step = 0;
    duty.now.first_delivered_us = None;
}
