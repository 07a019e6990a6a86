//! What waits for a second person: every text word for word, with what it leaves out, and two buttons.
//!
//! The buttons are those of the warning's and the report's own pages; this page only brings together what
//! a reader may see.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use crate::desk::opinions::{self, NewOpinion, Opinion};
use crate::desk::partners::{self, Recipient};
use crate::desk::release::{self, Release};
use crate::desk::{gather, watch};
use crate::error::{Error, Result};
use aldis_model::role::{Action, Role};
use aldis_model::task::Task;
use aldis_model::{Id, Released};
use aldis_wire::stix::map::View;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "approvals.html")]
struct Page {
    frame: Frame,
    releases: Vec<Release>,
    opinions: Vec<Opinion>,
    me: String,
    role: Role,
}

impl Page {
    fn may_approve(&self) -> bool {
        self.role.may(Action::Approve)
    }
}

/// Lists what waits for a second person.
pub(crate) async fn all(visit: Visit) -> Response {
    visit.show(|desk| list(desk)).await
}

fn list(desk: &Desk) -> Result<Response> {
    let (releases, opinions) = desk.read(|tx, ctx| {
        let waiting = watch::floor(tx, ctx)?.into_inner().waiting;
        let of = |kind: Task| {
            let here = waiting.iter().filter(move |one| one.kind == kind.as_str());
            here.map(|one| one.thing.parse::<Id>()).collect::<std::result::Result<Vec<_>, _>>()
        };
        let (mut releases, mut opinions) = (Vec::new(), Vec::new());
        for id in of(Task::Approve)? {
            releases.extend(seen(release::find(tx, ctx, &id))?);
        }
        for id in of(Task::Opinion)? {
            opinions.extend(seen(opinions::find(tx, ctx, &id))?);
        }
        Ok((Released::collect(releases), Released::collect(opinions)))
    })?;
    let frame = desk.frame("watch", "Second approval wanted");
    let (me, role) = (desk.ctx.actor.id.clone(), desk.ctx.actor.role);
    page(releases.zip(opinions).map(|(releases, opinions)| Page { frame, releases, opinions, me, role }))
}

/// Leaves out what the reader may not see.
fn seen<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

#[derive(Template)]
#[template(path = "opinions.html")]
struct OfReport {
    frame: Frame,
    report: Id,
    title: String,
    opinions: Vec<Opinion>,
    audiences: Vec<Recipient>,
    me: String,
    role: Role,
    typed: Fields,
}

impl OfReport {
    fn may_write(&self) -> bool {
        self.role.may(Action::Draft)
    }

    fn may_approve(&self) -> bool {
        self.role.may(Action::Approve)
    }
}

/// Shows the opinions about a report.
pub(crate) async fn of_report(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?, &Fields::default())).await
}

fn show(desk: &Desk, id: &Id, typed: &Fields) -> Result<Response> {
    let found = desk.read(|tx, ctx| Ok(gather::find(tx, ctx, id)?.zip(opinions::of_report(tx, ctx, id)?)))?;
    let audiences = desk.read(partners::audiences)?;
    let frame = desk.frame("gather", &format!("Opinions about report {id}"));
    let (me, role, typed, report) =
        (desk.ctx.actor.id.clone(), desk.ctx.actor.role, typed.clone(), id.clone());
    page(found.map(|(read, opinions)| {
        // An opinion goes to whoever gave the report and to nobody else.
        let audiences = audiences.into_iter().filter(|who| who.org == read.originator).collect();
        OfReport { frame, report, title: read.title, opinions, audiences, me, role, typed }
    }))
}

/// Takes one form of the page.
pub(crate) async fn act(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let report: Id = id.parse()?;
            desk.read(|tx, ctx| gather::find(tx, ctx, &report))?;
            let done = verb(desk, &report, fields);
            desk.done(done, |()| format!("/reports/{report}/opinions"), |desk| show(desk, &report, fields))
        })
        .await
}

fn verb(desk: &Desk, report: &Id, fields: &Fields) -> Result<()> {
    let sealer = &desk.node.sealer;
    if fields.get("do") == "propose" {
        let view =
            View::find(fields.get("view")).ok_or_else(|| Error::refused("choose what we think of it"))?;
        let new = NewOpinion {
            report,
            audience: fields.get("audience"),
            object: fields.some("object"),
            view,
            explanation: fields.get("explanation"),
            label: super::words::label(fields.get("tlp"), "")?,
        };
        return desk.write(|tx, ctx| opinions::propose(tx, ctx, sealer, &new)).map(|_| ());
    }
    let id: Id = fields.get("opinion").parse()?;
    if desk.read(|tx, ctx| opinions::find(tx, ctx, &id))?.get().report != *report {
        return Err(Error::NotFound);
    }
    let reason = fields.get("reason");
    desk.write(|tx, ctx| match fields.get("do") {
        "approve" => opinions::approve(tx, ctx, sealer, &id),
        "reject" => opinions::reject(tx, ctx, &id, reason),
        "withdraw" => opinions::withdraw(tx, ctx, &id, reason),
        _ => Err(Error::NotFound),
    })
}
