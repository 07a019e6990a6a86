//! What is done with a warning: proposing, approving, sending, delivering, answering, deciding.

use super::fields::Fields;
use super::visit::{Desk, Visit};
use super::warning::show;
use super::words::utc;
use crate::desk::acknowledge::{self, Said};
use crate::desk::cap_receipt;
use crate::desk::deliver::{self, Reply, Statement};
use crate::desk::escalate;
use crate::desk::release::{self, Purpose};
use crate::error::{Error, Result};
use aldis_model::Id;
use aldis_model::answer::Answer;
use aldis_model::task::Task;
use axum::extract::Path;
use axum::response::Response;

/// Proposes the version for one audience.
pub(crate) async fn propose(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_warning(visit, id, fields, |desk, id, fields| {
        let purpose = Purpose::find(fields.get("purpose"));
        let purpose = purpose.ok_or_else(|| Error::refused("choose alert, update or cancel"))?;
        let (sealer, audience) = (&desk.node.sealer, fields.get("audience"));
        desk.write(|tx, ctx| release::propose(tx, ctx, sealer, id, audience, purpose))
            .map(|id| format!("#{id}"))
    })
    .await
}

/// Decides about a window that ends.
pub(crate) async fn lapse(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_warning(visit, id, fields, |desk, id, fields| {
        let (decision, reason) = (fields.get("decision"), fields.get("reason"));
        desk.write(|tx, ctx| escalate::decide_lapse(tx, ctx, id, decision, reason)).map(|()| String::new())
    })
    .await
}

/// Decides whether the public gets what our own people got.
pub(crate) async fn public(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_warning(visit, id, fields, |desk, id, fields| {
        let (decision, reason) = (fields.get("decision"), fields.get("reason"));
        desk.write(|tx, ctx| escalate::decide_public(tx, ctx, id, decision, reason)).map(|()| String::new())
    })
    .await
}

/// Approves exactly the text that was proposed.
pub(crate) async fn approve(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_release(visit, id, fields, |desk, id, _| {
        desk.write(|tx, ctx| release::approve(tx, ctx, &desk.node.sealer, id))
    })
    .await
}

/// Rejects a proposed version.
pub(crate) async fn reject(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_release(visit, id, fields, |desk, id, fields| {
        desk.write(|tx, ctx| release::reject(tx, ctx, id, fields.get("reason")))
    })
    .await
}

/// Puts an approved version on its way.
pub(crate) async fn send(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_release(visit, id, fields, |desk, id, fields| {
        let not_before = fields.some("not_before").map(utc).transpose()?;
        desk.write(|tx, ctx| release::send(tx, ctx, &desk.node.sealer, id, not_before)).map(|_| ())
    })
    .await
}

/// States a delivery in person.
pub(crate) async fn hand(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_delivery(visit, id, fields, |desk, id, fields| {
        let statement = Statement {
            words: fields.get("words"),
            at: fields.some("at").map(utc).transpose()?,
            place: fields.some("place"),
            witness: fields.some("witness"),
            reply: reply(fields)?,
        };
        desk.write(|tx, ctx| deliver::by_hand(tx, ctx, id, &statement))
    })
    .await
}

/// Reads what the person said on the spot; an answer and its words belong together.
fn reply(fields: &Fields) -> Result<Option<Reply<'_>>> {
    match (fields.some("reply"), fields.some("reply_words")) {
        (None, None) => Ok(None),
        (Some(answer), words) => {
            let answer = Answer::find(answer).ok_or_else(|| Error::refused("choose the answer"))?;
            Ok(Some(Reply { answer, words: words.unwrap_or_default() }))
        }
        (None, Some(_)) => Err(Error::refused("choose what the person's words come to")),
    }
}

/// Records an answer that an officer was told.
pub(crate) async fn told(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_delivery(visit, id, fields, |desk, id, fields| {
        let answer = Answer::find(fields.get("answer")).ok_or_else(|| Error::refused("choose the answer"))?;
        let by = fields.some("by").ok_or_else(|| Error::refused("say who answered"))?;
        let said = Said {
            answer,
            note: fields.get("note"),
            by,
            at: fields.some("at").map(utc).transpose()?.unwrap_or(desk.ctx.now),
            key_id: None,
            text_hash: None,
            evidence: None,
        };
        desk.write(|tx, ctx| acknowledge::told(tx, ctx, id, &said))
    })
    .await
}

/// Settles what an answer, its absence or a passing on beyond the label asks for.
pub(crate) async fn settle(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_delivery(visit, id, fields, |desk, id, fields| {
        let kinds = [Task::Dismissed, Task::CallBack, Task::WrongRecipient, Task::NoAction, Task::Beyond];
        let kind =
            kinds.into_iter().find(|kind| kind.as_str() == fields.get("kind")).ok_or(Error::NotFound)?;
        desk.write(|tx, ctx| acknowledge::settle(tx, ctx, id, kind, fields.get("decision")))
    })
    .await
}

/// Settles what a receiver that rejected the public alert waits for.
pub(crate) async fn settle_receiver(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_release(visit, id, fields, |desk, id, fields| {
        desk.write(|tx, ctx| cap_receipt::settle(tx, ctx, id, fields.get("decision")))
    })
    .await
}

/// Tries a failed delivery again, by the first of its ways or the one named.
pub(crate) async fn retry(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    on_delivery(visit, id, fields, |desk, id, fields| {
        let by = fields.some("by");
        desk.write(|tx, ctx| deliver::retry(tx, ctx, id, by))
    })
    .await
}

async fn on_warning(
    visit: Visit,
    id: String,
    fields: Fields,
    verb: impl FnOnce(&Desk, &Id, &Fields) -> Result<String> + Send + 'static,
) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let id: Id = id.parse()?;
            let done = verb(desk, &id, fields);
            desk.done(done, |part| format!("/warnings/{id}{part}"), |desk| show(desk, &id))
        })
        .await
}

async fn on_release(
    visit: Visit,
    id: String,
    fields: Fields,
    verb: impl FnOnce(&Desk, &Id, &Fields) -> Result<()> + Send + 'static,
) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let id: Id = id.parse()?;
            let warning = desk.read(|tx, ctx| release::find(tx, ctx, &id))?.get().warning.clone();
            let done = verb(desk, &id, fields);
            desk.done(done, |()| format!("/warnings/{warning}#{id}"), |desk| show(desk, &warning))
        })
        .await
}

async fn on_delivery(
    visit: Visit,
    id: String,
    fields: Fields,
    verb: impl FnOnce(&Desk, &Id, &Fields) -> Result<()> + Send + 'static,
) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let id: Id = id.parse()?;
            let warning = desk.read(|tx, ctx| deliver::find(tx, ctx, &id))?.get().warning.clone();
            let done = verb(desk, &id, fields);
            desk.done(done, |()| format!("/warnings/{warning}#{id}"), |desk| show(desk, &warning))
        })
        .await
}
