//! The register of people, groups and places at risk, by cover name.
//!
//! A name, and what tells its bearer from a namesake, goes in and never comes out: not in the list, not
//! after the form was taken, and not when the form comes back with a problem.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use super::words;
use crate::desk::alarms::{self, Alarms, often};
use crate::desk::register::{self, NewSubject, Subject};
use crate::error::Result;
use crate::seal::Discriminators;
use aldis_model::Id;
use aldis_model::role::Action;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "people.html")]
struct Page {
    frame: Frame,
    subjects: Vec<Subject>,
    alarms: Vec<Alarms>,
    tiers: Vec<(&'static str, &'static str, usize)>,
    may_add: bool,
    typed: Fields,
}

impl Page {
    /// Says what an entry costs in false alarms, and whether that was predicted well.
    fn cost(&self, subject: &Subject) -> String {
        let found = self.alarms.iter().find(|alarms| alarms.subject == subject.id.as_str());
        found.map_or_else(String::new, |alarms| {
            let seen = format!(
                "{}; {} rejected of {:.1} expected",
                often(alarms.alarms_a_day),
                alarms.rejected,
                alarms.predicted
            );
            if alarms.stands_out { format!("{seen}: more than twice off") } else { seen }
        })
    }
}

/// Lists the register.
pub(crate) async fn all(visit: Visit) -> Response {
    visit.show(|desk| show(desk, &Fields::default())).await
}

fn show(desk: &Desk, typed: &Fields) -> Result<Response> {
    let listed = |tx: &mut crate::db::Tx<'_>, ctx: &crate::ctx::Ctx| {
        Ok(register::list(tx, ctx)?.zip(alarms::by_subject(tx, ctx, &desk.node.sealer)?))
    };
    let found = desk.read(listed)?;
    let frame = desk.frame("people", "People at risk");
    let (may_add, typed) = (desk.ctx.actor.role.may(Action::Register), typed.clone());
    page(found.map(|(subjects, alarms)| {
        let count = |tier: &str| subjects.iter().filter(|subject| subject.tier == tier).count();
        let tiers = TIERS.iter().map(|(tier, meaning)| (*tier, *meaning, count(tier))).collect();
        Page { frame, subjects, alarms, tiers, may_add, typed }
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
                let (known, noisy) = (discriminators(fields)?, fields.get("noisy") == "yes");
                desk.write(|tx, ctx| register::enter(tx, ctx, &desk.node.sealer, &new, &known, noisy))
            });
            desk.done(added, |(id, _)| format!("/people#{id}"), |desk| show(desk, fields))
        })
        .await
}

/// Adds to an entry what tells it from namesakes.
pub(crate) async fn describe(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let done = id.parse::<Id>().map_err(Into::into).and_then(|id| {
                let known = discriminators(fields)?;
                desk.write(|tx, ctx| register::describe(tx, ctx, &desk.node.sealer, &id, &known))?;
                Ok(id)
            });
            desk.done(done, |id| format!("/people#{id}"), |desk| show(desk, &Fields::default()))
        })
        .await
}

fn discriminators(fields: &Fields) -> Result<Discriminators> {
    let [places, organisations, roles] = ["places", "organisations", "roles"].map(|name| fields.list(name));
    Discriminators::read(fields.get("birth_year"), &places, &organisations, &roles)
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
