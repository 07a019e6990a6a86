//! A partner's warning: its text, and our answer.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use crate::desk::inbound::{self, Inbound};
use crate::error::{Error, Result};
use aldis_model::Id;
use aldis_model::answer::Answer;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "inbound.html")]
struct Page {
    frame: Frame,
    inbound: Inbound,
    given: Fields,
}

/// Shows a partner's warning.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?, &Fields::default())).await
}

fn show(desk: &Desk, id: &Id, given: &Fields) -> Result<Response> {
    let found = desk.read(|tx, ctx| inbound::find(tx, ctx, id))?;
    let (frame, given) = (desk.frame("warnings", &format!("From a partner: {id}")), given.clone());
    page(found.map(|inbound| Page { frame, inbound, given }))
}

/// Records that a person reads it.
pub(crate) async fn open(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    act(visit, id, fields, |desk, id, _| desk.write(|tx, ctx| inbound::open(tx, ctx, id))).await
}

/// Answers it.
pub(crate) async fn answer(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    act(visit, id, fields, |desk, id, fields| {
        let answer = Answer::find(fields.get("answer")).ok_or_else(|| Error::refused("choose an answer"))?;
        let signer = desk.node.signer();
        desk.write(|tx, ctx| inbound::answer(tx, ctx, signer, id, answer, fields.get("words")))
    })
    .await
}

async fn act(
    visit: Visit,
    id: String,
    fields: Fields,
    verb: impl FnOnce(&Desk, &Id, &Fields) -> Result<()> + Send + 'static,
) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let id: Id = id.parse()?;
            let done = verb(desk, &id, fields);
            desk.done(done, |()| format!("/inbound/{id}"), |desk| show(desk, &id, fields))
        })
        .await
}
