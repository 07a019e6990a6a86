//! Partners, whose nodes ours speaks to, and audiences, for whom versions are cut.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit, plain};
use super::words;
use crate::desk::partners::{self, NewAudience, NewPartner, Partner, Recipient};
use crate::error::{Error, Result};
use aldis_model::gate::Ladder;
use aldis_model::{Id, Tlp};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "partners.html")]
struct Page {
    frame: Frame,
    own_key: String,
    partners: Vec<Partner>,
    audiences: Vec<Recipient>,
    tlps: Vec<&'static str>,
    given: Fields,
}

impl Page {
    fn rungs(&self) -> [Ladder; 7] {
        Ladder::ALL
    }
}

/// Lists partners and audiences.
pub(crate) async fn list(visit: Visit) -> Response {
    visit.show(|desk| show(desk, &Fields::default())).await
}

fn show(desk: &Desk, given: &Fields) -> Result<Response> {
    let (partners, audiences) =
        desk.read(|tx, ctx| Ok((partners::list(tx, ctx)?, partners::audiences(tx, ctx)?)))?;
    let frame = desk.frame("partners", "Partners");
    let own_key = desk.node.verifier().to_string();
    page(plain(Page { frame, own_key, partners, audiences, tlps: words::tlps(), given: given.clone() }))
}

/// Adds a partner.
pub(crate) async fn add(visit: Visit, fields: Fields) -> Response {
    act(visit, fields, |desk, fields| {
        let new = NewPartner {
            name: fields.get("name"),
            title: fields.some("title").unwrap_or(fields.get("name")),
            url: fields.some("url"),
            verifier: fields.some("verifier"),
            verified_how: fields.some("verified_how"),
            ceiling: fields.get("ceiling").parse()?,
        };
        desk.write(|tx, ctx| partners::add(tx, ctx, &new))
    })
    .await
}

/// Adds an audience.
pub(crate) async fn add_audience(visit: Visit, fields: Fields) -> Response {
    act(visit, fields, |desk, fields| {
        let ladder = Ladder::find(fields.get("ladder"));
        let ladder = ladder.ok_or_else(|| Error::refused("choose the rung of the audience"))?;
        let name = fields.get("name");
        let new = NewAudience {
            name,
            title: fields.some("title").unwrap_or(name),
            ladder,
            org: fields.some("org").unwrap_or(name),
            ceiling: fields.get("ceiling").parse::<Tlp>()?,
            channel: fields.get("channel"),
            address: fields.get("address"),
            language: fields.some("language").unwrap_or("en"),
        };
        desk.write(|tx, ctx| partners::add_audience(tx, ctx, &new))
    })
    .await
}

async fn act(
    visit: Visit,
    fields: Fields,
    verb: impl FnOnce(&Desk, &Fields) -> Result<Id> + Send + 'static,
) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let done = verb(desk, fields);
            desk.done(done, |id| format!("/partners#{id}"), |desk| show(desk, fields))
        })
        .await
}
