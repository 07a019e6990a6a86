//! The board of competing explanations, and the files that came with claims.

use super::fields::Fields;
use super::reply::{file, page};
use super::visit::{Desk, Frame, Visit};
use crate::desk::board::{self, Board, NewItem};
use crate::desk::case::{self, Case, Linked};
use crate::error::{Error, Result};
use aldis_model::Id;
use aldis_model::ach::Rating;
use aldis_model::role::{Action, Role};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "board.html")]
struct Page {
    frame: Frame,
    case: Case,
    reports: Vec<Linked>,
    board: Board,
    role: Role,
}

impl Page {
    fn may_assess(&self) -> bool {
        self.role.may(Action::Assess)
    }

    fn ratings(&self) -> [(Rating, &'static str); 6] {
        [
            (Rating::VeryConsistent, "very consistent"),
            (Rating::Consistent, "consistent"),
            (Rating::Neutral, "neither"),
            (Rating::Inconsistent, "inconsistent"),
            (Rating::VeryInconsistent, "very inconsistent"),
            (Rating::NotApplicable, "does not apply"),
        ]
    }
}

/// Shows the board of a case.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?)).await
}

fn show(desk: &Desk, id: &Id) -> Result<Response> {
    let found = desk.read(|tx, ctx| {
        Ok(case::find(tx, ctx, id)?.zip(case::reports(tx, ctx, id)?).zip(board::of_case(tx, ctx, id)?))
    })?;
    let frame = desk.frame("warnings", &format!("Board of case {id}"));
    let role = desk.ctx.actor.role;
    page(found.map(|((case, reports), board)| Page { frame, case, reports, board, role }))
}

/// Returns the file of an item as plain bytes to keep: whatever it is, no browser shows it as a page.
pub(crate) async fn bytes(visit: Visit, Path(id): Path<String>) -> Response {
    visit
        .show(move |desk| {
            let id: Id = id.parse()?;
            let bytes = desk.read(|tx, ctx| board::file(tx, ctx, &id))?;
            Ok(file(&format!("{id}.txt"), bytes))
        })
        .await
}

/// Takes one form of the page.
pub(crate) async fn act(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let case: Id = id.parse()?;
            let done = verb(desk, &case, fields);
            desk.done(done, |()| format!("/cases/{case}/board"), |desk| show(desk, &case))
        })
        .await
}

fn verb(desk: &Desk, case: &Id, fields: &Fields) -> Result<()> {
    match fields.get("do") {
        "suppose" => desk.write(|tx, ctx| board::suppose(tx, ctx, case, fields.get("body"))).map(|_| ()),
        "add" => {
            let report: Option<Id> = fields.some("report").map(str::parse).transpose()?;
            let claimed = fields.get("claimed");
            let new = NewItem { body: fields.get("body"), report: report.as_ref(), claimed, file: None };
            desk.write(|tx, ctx| board::add(tx, ctx, case, &new)).map(|_| ())
        }
        "rate" => rate(desk, case, fields),
        _ => Err(Error::NotFound),
    }
}

/// Gives every rating of one item at once: either all of them or none.
fn rate(desk: &Desk, case: &Id, fields: &Fields) -> Result<()> {
    let item: Id = fields.get("evidence").parse()?;
    let hypotheses = desk.read(|tx, ctx| board::of_case(tx, ctx, case))?.into_inner().hypotheses;
    let given = hypotheses.iter().filter_map(|one| Some((&one.id, fields.some(one.id.as_str())?)));
    let given: Vec<(&Id, &str)> = given.collect();
    if given.is_empty() {
        return Err(Error::refused("choose at least one rating"));
    }
    desk.write(|tx, ctx| {
        for (hypothesis, word) in &given {
            let rating: Rating = word.parse().map_err(Error::refused)?;
            board::rate(tx, ctx, hypothesis, &item, rating)?;
        }
        Ok(())
    })
}
