//! Takes what a partner's tool brings: every object that can be read, in one transaction.
//!
//! An object that breaks a rule fails alone and is not stored. What is stored is labelled by its
//! markings before anything else is done with it.

use super::collections;
use super::put::{self, New, Origin, Put};
use super::status::{self, Outcome, Status};
use super::{PARTNER, label};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::Label;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_wire::taxii::Object;

/// One object of an addition: read, or the reason why not.
#[derive(Clone, Debug)]
pub enum Brought<'a> {
    /// It can be stored.
    Object(Object<'a>),
    /// It breaks a rule.
    Broken {
        /// Its id, as far as one can be made out.
        id: String,
        /// The rule, with the path of the place.
        says: String,
    },
}

impl<'a> Brought<'a> {
    /// Reads one object of an addition.
    pub fn read(raw: &'a str) -> Self {
        match Object::read(raw) {
            Ok(object) => Self::Object(object),
            Err(error) => {
                let value: Option<serde_json::Value> = serde_json::from_str(raw).ok();
                let id = value.and_then(|value| value.get("id")?.as_str().map(str::to_owned));
                let id = id.filter(|id| id.len() <= 300).unwrap_or_else(|| "unknown".to_owned());
                Self::Broken { id, says: error.to_string() }
            }
        }
    }
}

/// Adds objects to a collection of the partner whose tool asks.
///
/// # Errors
///
/// [`Error::NotFound`] if it has no such collection; [`Error::Forbidden`] if it may not add to it.
pub fn take(tx: &mut Tx<'_>, ctx: &Ctx, collection: &str, brought: &[Brought<'_>]) -> Result<Status> {
    ctx.may(Action::Gather)?;
    let collection = collections::own_one(tx, ctx, collection)?.into_inner();
    if !collection.can_write {
        return Err(Error::Forbidden("nothing can be added to this collection".to_owned()));
    }
    let labels: Vec<Label> =
        brought.iter().filter_map(object).map(|object| label::of(&object.markings)).collect();
    let news: Vec<New<'_>> = brought.iter().filter_map(object).zip(&labels).map(new).collect();
    let label = labels.iter().fold(PARTNER.join(&collection.label), |all, one| all.join(one));
    let id = put::batch_id(ctx);
    let (release, source) = (None, collection.partner.as_str());
    let origin = Origin { id: id.clone(), kind: "taken", source, release, label: &label };
    let (done, batch) = put::put(tx, ctx, &collection, &origin, &news)?;
    if let Some(batch) = &batch {
        let event = Event::new(Kind::TaxiiTaken, label.clone())
            .with("collection", &collection.id)
            .with("partner", &collection.partner)
            .with("batch", &batch.id)
            .with("objects", batch.objects)
            .with("digest", batch.digest);
        journal::append(tx, ctx, event)?;
    }
    let status = outcome(ctx, id, brought, done);
    status::keep(tx, ctx, &status, batch.as_ref().map(|batch| (batch.first_place, batch.last_place)))?;
    Ok(status)
}

fn object<'a, 'b>(brought: &'a Brought<'b>) -> Option<&'a Object<'b>> {
    match brought {
        Brought::Object(object) => Some(object),
        Brought::Broken { .. } => None,
    }
}

fn new<'a>((object, label): (&'a Object<'_>, &'a Label)) -> New<'a> {
    New { id: &object.id, kind: &object.kind, version: object.version, label, body: object.raw.as_bytes() }
}

fn outcome(ctx: &Ctx, id: String, brought: &[Brought<'_>], done: Vec<Put>) -> Status {
    let mut status = Status::new(id, ctx.now);
    let mut done = done.into_iter();
    for one in brought {
        match (one, object(one).and_then(|_| done.next())) {
            (Brought::Broken { id, says }, _) => {
                status.failures.push(Outcome::failed(id, ctx.now.micros(), says))
            }
            (Brought::Object(object), Some(Put::Clash(version))) => {
                status.failures.push(Outcome::failed(&object.id, version, CLASH));
            }
            (Brought::Object(object), Some(Put::Same(version))) => {
                status.repeated.push(Outcome::done(&object.id, version));
            }
            (Brought::Object(object), Some(Put::Stored(version))) => {
                status.stored.push(Outcome::done(&object.id, version));
            }
            (Brought::Object(_), None) => {}
        }
    }
    status
}

const CLASH: &str = "another content is here under this id and version: make a new version";
