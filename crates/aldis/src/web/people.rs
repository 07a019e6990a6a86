//! The register of people, groups and places at risk: cover names only.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use super::words;
use crate::desk::register::{self, NewSubject, Subject};
use crate::error::Result;
use aldis_model::Id;
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    frame: Frame,
    subjects: Vec<Subject>,
    tlps: Vec<&'static str>,
    given: Fields,
}

/// Lists the register.
pub(crate) async fn list(visit: Visit) -> Response {
    visit.show(|desk| show(desk, &Fields::default())).await
}

fn show(desk: &Desk, given: &Fields) -> Result<Response> {
    let subjects = desk.read(register::list)?;
    let (frame, given) = (desk.frame("people", "People at risk"), given.clone());
    page(subjects.map(|subjects| Page { frame, subjects, tlps: words::tlps(), given }))
}

/// Adds an entry; its names go straight to the sealer.
pub(crate) async fn add(visit: Visit, fields: Fields) -> Response {
    visit
        .act(fields, |desk, fields| {
            let added = entry(desk, fields);
            desk.done(added, |id| format!("/people#{id}"), |desk| show(desk, fields))
        })
        .await
}

fn entry(desk: &Desk, fields: &Fields) -> Result<Id> {
    let names: Vec<String> = fields.get("names").lines().map(|name| name.trim().to_owned()).collect();
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let new = NewSubject {
        kind: fields.get("kind"),
        names: &names,
        category: fields.get("category"),
        tier: fields.get("tier"),
        purpose: fields.get("purpose"),
        label: words::label(fields.get("tlp"), fields.get("rest"))?,
    };
    desk.write(|tx, ctx| register::add(tx, ctx, &desk.node.sealer, &new))
}
