//! Who is on duty, handing over, taking a call, and the shelf.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use super::words::utc;
use crate::desk::chain;
use crate::desk::shelves::{self, Shelved};
use crate::desk::shifts::{self, Offer, Shift};
use crate::desk::watch::{self, Waiting};
use crate::error::{Error, Result};
use aldis_model::Id;
use aldis_model::role::{Action, Role};
use aldis_model::time::HOUR_US;
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "duty.html")]
struct Page {
    frame: Frame,
    shifts: Vec<Shift>,
    offers: Vec<Offer>,
    waiting: Vec<Waiting>,
    shelved: Vec<Shelved>,
    role: Role,
}

impl Page {
    fn may_answer(&self) -> bool {
        self.role.may(Action::Answer)
    }

    fn hours(&self) -> [i64; 5] {
        [1, 2, 4, 8, 12]
    }

    /// Returns the shifts of the reader that run now.
    fn own(&self) -> Vec<&Shift> {
        self.shifts.iter().filter(|shift| shift.own && shift.starts_at <= self.frame.as_of).collect()
    }

    /// Returns what people are called about.
    fn calls(&self) -> Vec<&Waiting> {
        let called = |row: &&Waiting| ["unanswered", "dismissed"].contains(&row.kind.as_str());
        self.waiting.iter().filter(called).collect()
    }
}

/// Shows the page.
pub(crate) async fn all(visit: Visit) -> Response {
    visit.show(|desk| show(desk)).await
}

fn show(desk: &Desk) -> Result<Response> {
    let floor = desk.read(watch::floor)?;
    let (shifts, offers) = desk.read(|tx, ctx| Ok((shifts::list(tx, ctx)?, shifts::offers(tx, ctx)?)))?;
    let (frame, role) = (desk.frame("watch", "On duty"), desk.ctx.actor.role);
    page(floor.map(|floor| Page {
        frame,
        shifts,
        offers,
        waiting: floor.waiting,
        shelved: floor.shelved,
        role,
    }))
}

/// Takes one form of the page.
pub(crate) async fn act(visit: Visit, fields: Fields) -> Response {
    visit
        .act(fields, |desk, fields| {
            let done = verb(desk, fields);
            desk.done(done, |()| "/duty".to_owned(), show)
        })
        .await
}

fn verb(desk: &Desk, fields: &Fields) -> Result<()> {
    let thing: Id = fields.some("thing").ok_or_else(|| Error::refused("choose what it is about"))?.parse()?;
    match fields.get("do") {
        "take" => desk.write(|tx, ctx| chain::take(tx, ctx, &thing, fields.get("words"))),
        "offer" => {
            let until = utc(fields.get("until"))?;
            let (taker, words) = (fields.get("taker"), fields.get("words"));
            desk.write(|tx, ctx| shifts::offer(tx, ctx, &thing, taker, until, words)).map(|_| ())
        }
        "accept" => desk.write(|tx, ctx| shifts::accept(tx, ctx, &thing)),
        "shelve" => {
            let hours: i64 =
                fields.get("hours").parse().map_err(|_| Error::refused("choose for how long"))?;
            let until = desk.ctx.now.plus(hours.saturating_mul(HOUR_US));
            desk.write(|tx, ctx| shelves::put(tx, ctx, &thing, until, fields.get("reason")))
        }
        "back" => desk.write(|tx, ctx| shelves::bring_back(tx, ctx, &thing)),
        _ => Err(Error::NotFound),
    }
}
