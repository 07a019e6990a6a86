//! Lists of people that partners offered: counts, what the sender is told, and the review.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use crate::desk::lists::{self, Offer};
use crate::error::Result;
use aldis_model::Id;
use aldis_model::role::Action;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "lists.html")]
struct Page {
    frame: Frame,
    lists: Vec<Offer>,
    may_tell: bool,
    may_review: bool,
}

/// Shows what was offered.
pub(crate) async fn all(visit: Visit) -> Response {
    visit.show(|desk| show(desk)).await
}

fn show(desk: &Desk) -> Result<Response> {
    let found = desk.read(lists::all)?;
    let frame = desk.frame("people", "Lists offered");
    let role = desk.ctx.actor.role;
    let (may_tell, may_review) = (role.may(Action::Answer), role.may(Action::Oversee));
    page(found.map(|lists| Page { frame, lists, may_tell, may_review }))
}

/// Records that the sender was told, or what the reviewer says.
pub(crate) async fn act(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let done = id.parse::<Id>().map_err(Into::into).and_then(|id| {
                desk.write(|tx, ctx| match fields.some("how") {
                    Some(how) => lists::told(tx, ctx, &id, how).map(|_| ()),
                    None => lists::review(tx, ctx, &id, fields.get("words")),
                })?;
                Ok(id)
            });
            desk.done(done, |id| format!("/lists#{id}"), show)
        })
        .await
}
