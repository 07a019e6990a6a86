//! The briefing of the day: what one reader may know, what he opened, and who else did.

use super::fields::Fields;
use super::reply::{page, see};
use super::visit::{Desk, Frame, Visit};
use crate::desk::brief::{self, Brief, Reader};
use crate::error::Result;
use aldis_model::{Id, Released};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "briefs.html")]
struct Day {
    frame: Frame,
    briefs: Vec<Brief>,
}

#[derive(Template)]
#[template(path = "brief.html")]
struct One {
    frame: Frame,
    brief: Brief,
    readers: Vec<Reader>,
}

/// Lists the briefs of the last day.
pub(crate) async fn day(visit: Visit) -> Response {
    visit
        .show(|desk| {
            let found = desk.read(|tx, ctx| brief::of_day(tx, ctx, ctx.now))?;
            let frame = desk.frame("watch", "Briefing of the day");
            page(found.map(|briefs| Day { frame, briefs }))
        })
        .await
}

/// Shows one; its text only to who opened it.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?)).await
}

fn show(desk: &Desk, id: &Id) -> Result<Response> {
    let found = desk.read(|tx, ctx| brief::find(tx, ctx, id))?;
    // Who may not read the record is not shown who opened it.
    let readers = desk.read(|tx, ctx| brief::readers(tx, ctx, id));
    let readers = readers.unwrap_or_else(|_| Released::collect([]));
    let mut frame = desk.frame("watch", "");
    frame.here = format!("/briefing/{id}");
    page(found.zip(readers).map(|(brief, readers)| {
        frame.title.clone_from(&brief.title);
        One { frame, brief, readers }
    }))
}

/// Opens one.
pub(crate) async fn open(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, _| {
            let id: Id = id.parse()?;
            desk.write(|tx, ctx| brief::open(tx, ctx, &id))?;
            Ok(see(&format!("/briefing/{id}")))
        })
        .await
}
