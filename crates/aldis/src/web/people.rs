//! The register of people, groups and places at risk, by cover name.
//!
//! A name goes in and never comes out: not in the list, not after the form was taken, and not when
//! the form comes back with a problem.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use super::words;
use crate::desk::register::{self, NewSubject, Subject};
use crate::error::Result;
use aldis_model::role::Action;
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    frame: Frame,
    subjects: Vec<Subject>,
    tiers: Vec<(&'static str, &'static str, usize)>,
    may_add: bool,
    typed: Fields,
}

/// Lists the register.
pub(crate) async fn all(visit: Visit) -> Response {
    visit.show(|desk| show(desk, &Fields::default())).await
}

fn show(desk: &Desk, typed: &Fields) -> Result<Response> {
    let found = desk.read(register::list)?;
    let frame = desk.frame("people", "People at risk");
    let (may_add, typed) = (desk.ctx.actor.role.may(Action::Register), typed.clone());
    page(found.map(|subjects| {
        let count = |tier: &str| subjects.iter().filter(|subject| subject.tier == tier).count();
        let tiers = TIERS.iter().map(|(tier, meaning)| (*tier, *meaning, count(tier))).collect();
        Page { frame, subjects, tiers, may_add, typed }
    }))
}

/// Adds an entry.
pub(crate) async fn add(visit: Visit, fields: Fields) -> Response {
    visit
        .act(fields, |desk, fields| {
            let added = words::label(fields.get("tlp"), fields.get("rest")).and_then(|label| {
                let lines = fields.get("names").lines().map(str::trim).filter(|name| !name.is_empty());
                let new = NewSubject {
                    kind: fields.get("kind"),
                    names: &lines.map(str::to_owned).collect::<Vec<_>>(),
                    category: fields.get("category"),
                    tier: fields.get("tier"),
                    purpose: fields.get("purpose"),
                    label,
                };
                desk.write(|tx, ctx| register::add(tx, ctx, &desk.node.sealer, &new))
            });
            desk.done(added, |id| format!("/people#{id}"), |desk| show(desk, fields))
        })
        .await
}

const KINDS: [(&str, &str); 3] = [("person", "Person"), ("group", "Group"), ("place", "Place")];

const TIERS: [(&str, &str); 6] = [
    ("T0", "noted"),
    ("T1", "advice"),
    ("T2", "enhanced advice"),
    ("T3", "physical changes"),
    ("T4", "police assistance"),
    ("T5", "emergency"),
];
