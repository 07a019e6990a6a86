//! A partner's question for our consent: the exact text, who would read it, and what a person here says.
//!
//! Looking at the page answers nothing.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use crate::desk::consent::{self, Inbound};
use crate::error::{Error, Result};
use aldis_model::Id;
use aldis_model::role::Action;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "consent.html")]
struct One {
    frame: Frame,
    asked: Inbound,
    may_answer: bool,
    typed: Fields,
}

/// Shows one.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?, &Fields::default())).await
}

fn show(desk: &Desk, id: &Id, typed: &Fields) -> Result<Response> {
    let found = desk.read(|tx, ctx| consent::find(tx, ctx, id))?;
    let mut frame = desk.frame("partners", "Consent asked of us");
    frame.here = format!("/inbound/consents/{id}");
    let (may_answer, typed) = (desk.ctx.actor.role.may(Action::Decide), typed.clone());
    page(found.map(|asked| One { frame, asked, may_answer, typed }))
}

/// Answers it.
pub(crate) async fn reply(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let id: Id = id.parse()?;
            let chosen = match fields.get("answer") {
                "yes" => Ok(true),
                "no" => Ok(false),
                _ => Err(Error::refused("choose yes or no")),
            };
            let replied = chosen.and_then(|yes| {
                let signer = desk.node.signer();
                desk.write(|tx, ctx| consent::reply(tx, ctx, signer, &id, yes, fields.get("words")))
            });
            desk.done(replied, |()| format!("/inbound/consents/{id}"), |desk| show(desk, &id, fields))
        })
        .await
}
