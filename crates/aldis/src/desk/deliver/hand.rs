//! Takes an officer's statement that a release was handed over in person, and what the person said.
//!
//! No key is needed: the officer answers for the statement, a witness for the officer. What the person
//! says on the spot is kept in the person's words, as an answer that was spoken.

use super::{ARRIVED, after_delivery, duty_of, find};
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::desk::acknowledge::{self, Said, Under};
use crate::desk::determine::{self, Leg};
use crate::desk::{partners, release, tasks};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::answer::Answer;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::Task;
use aldis_model::{Id, Time};
use serde_json::{Value, json};

/// What an officer says about a delivery in person.
#[derive(Clone, Copy, Debug, Default)]
pub struct Statement<'a> {
    /// What was handed over, to whom, and how it was taken.
    pub words: &'a str,
    /// When; none: now.
    pub at: Option<Time>,
    /// Where.
    pub place: Option<&'a str>,
    /// Who saw it.
    pub witness: Option<&'a str>,
    /// What the person said to it, if anything.
    pub reply: Option<Reply<'a>>,
}

/// What the person said on the spot.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    /// The answer it comes to.
    pub answer: Answer,
    /// The person's own words.
    pub words: &'a str,
}

/// Records an officer's statement that the release was handed over, and the answer given on the spot.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a statement, if it was handed over in the future or
/// before it was sent, or if a reply has no words; [`Error::Conflict`] if it was delivered before.
pub fn by_hand(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, statement: &Statement<'_>) -> Result<()> {
    ctx.may(Action::Deliver)?;
    if statement.words.trim().is_empty() {
        return Err(Error::refused("say what was handed over, to whom and how it was taken"));
    }
    if statement.reply.is_some_and(|reply| reply.words.trim().is_empty()) {
        return Err(Error::refused("write down what the person said, in the person's words"));
    }
    let found = find(tx, ctx, delivery)?.into_inner();
    let carried = release::find(tx, ctx, &found.release)?.into_inner();
    let at = statement.at.unwrap_or(ctx.now);
    if at > ctx.now || carried.sent_at.is_some_and(|sent| at < sent) {
        return Err(Error::refused(
            "it cannot have been handed over in the future, nor before it was released",
        ));
    }
    let duty = duty_of(tx, &found.release)?;
    let (hash, leg) = (carried.text_hash, Leg::of(&carried));
    let fields = json!({ "channel": "hand", "address_ref": carried.audience, "time": at.micros() });
    let again = json!({ "channel": "hand", "time": at.micros() });
    // By hand is also the other way where a machine failed.
    determine::follow_leg(tx, ctx, &duty.0, leg, "send", fields)?;
    determine::follow_leg(tx, ctx, &duty.0, leg, "retry_alternate", again)?;
    tx.update(Table::Delivery, ARRIVED, &[delivery.into(), at.into(), statement.words.into()])?;
    tasks::close(tx, ctx, Task::Undelivered, delivery.as_str())?;
    tasks::close(tx, ctx, Task::HandOver, delivery.as_str())?;
    let language = partners::audience(tx, &carried.audience)?.language;
    let event = Event::new(Kind::TransportReceipt, carried.label.clone())
        .case(Some(&carried.case))
        .with("delivery", delivery)
        .with("release", &carried.id)
        .with("audience", &carried.audience)
        .with("channel", "hand")
        .with("language", language)
        .with("text_hash", hash)
        .with("statement", statement.words)
        .with("handed_over_at", at)
        .with_some("place", statement.place)
        .with_some("witness", statement.witness)
        .with_some("person_said", statement.reply.map(|reply| reply.words))
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    let mut receipt = json!({ "officer_statement": statement.words });
    if let Value::Object(map) = &mut receipt {
        let said = [("place", statement.place), ("witness", statement.witness)];
        map.extend(said.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
    }
    after_delivery(tx, ctx, delivery, &carried, receipt)?;
    match statement.reply {
        Some(reply) => answered(tx, ctx, delivery, statement, reply, at),
        None => Ok(()),
    }
}

/// Records what the person said: an answer by word of mouth, with the witness if there was one.
fn answered(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &Id,
    statement: &Statement<'_>,
    reply: Reply<'_>,
    at: Time,
) -> Result<()> {
    let (by, key_id) = match statement.witness {
        Some(witness) => (format!("in person, witnessed by {witness}"), "none: spoken, witnessed"),
        None => ("in person".to_owned(), "none: spoken"),
    };
    let said = Said {
        answer: reply.answer,
        note: reply.words,
        by: &by,
        at,
        key_id: Some(key_id),
        text_hash: None,
        evidence: None,
    };
    acknowledge::record(tx, ctx, delivery, &said, Under::Unsaid)
}
