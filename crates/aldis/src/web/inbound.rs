//! A partner's warning: what it says, until when an answer is wanted, and what a person answers.
//!
//! Looking at the page answers nothing and opens nothing: both are acts of their own.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use crate::desk::consent;
use crate::desk::inbound::{self, Inbound};
use crate::error::{Error, Result};
use aldis_model::Id;
use aldis_model::answer::Answer;
use aldis_model::role::Action;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "inbound-list.html")]
struct All {
    frame: Frame,
    inbound: Vec<Inbound>,
    questions: Vec<consent::Inbound>,
}

/// Lists the partners' warnings, and their questions for our consent.
pub(crate) async fn all(visit: Visit) -> Response {
    visit
        .show(|desk| {
            let frame = desk.frame("partners", "Warnings from partners");
            let found = desk.read(|tx, ctx| Ok(inbound::list(tx, ctx)?.zip(consent::list(tx, ctx)?)))?;
            page(found.map(|(inbound, questions)| All { frame, inbound, questions }))
        })
        .await
}

#[derive(Template)]
#[template(path = "inbound.html")]
struct One {
    frame: Frame,
    inbound: Inbound,
    may_answer: bool,
    choices: &'static [(Answer, &'static str)],
    typed: Fields,
}

/// Shows one.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?, &Fields::default())).await
}

fn show(desk: &Desk, id: &Id, typed: &Fields) -> Result<Response> {
    let found = desk.read(|tx, ctx| inbound::find(tx, ctx, id))?;
    let mut frame = desk.frame("partners", "");
    frame.here = format!("/inbound/{id}");
    let (may_answer, typed) = (desk.ctx.actor.role.may(Action::Answer), typed.clone());
    page(found.map(|inbound| {
        frame.title = format!("{}: {}", kind_words(&inbound.kind), inbound.subject);
        // The first answer stands; only what was done about it can still be said.
        let choices = if inbound.answered_at.is_some() { &ACTED } else { CHOICES.as_slice() };
        One { frame, inbound, may_answer, choices, typed }
    }))
}

/// Records that a person is reading it.
pub(crate) async fn open(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let id: Id = id.parse()?;
            let opened = desk.write(|tx, ctx| inbound::open(tx, ctx, &id));
            desk.done(opened, |()| format!("/inbound/{id}"), |desk| show(desk, &id, fields))
        })
        .await
}

/// Answers it.
pub(crate) async fn answer(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let id: Id = id.parse()?;
            let chosen = Answer::find(fields.get("answer")).ok_or(Error::refused("choose an answer"));
            let answered = chosen.and_then(|answer| {
                let signer = desk.node.signer();
                desk.write(|tx, ctx| inbound::answer(tx, ctx, signer, &id, answer, fields.get("words")))
            });
            desk.done(answered, |()| format!("/inbound/{id}"), |desk| show(desk, &id, fields))
        })
        .await
}

/// Says what a partner sent.
fn kind_words(kind: &str) -> &str {
    match kind {
        "alert" => "Warning",
        "update" => "Update",
        "cancel" => "Cancelled",
        other => other,
    }
}

const CHOICES: [(Answer, &str); 5] = [
    (Answer::Read, "We have read it"),
    (Answer::CallMe, "We have read it; call us"),
    (Answer::DoNotAccept, "We do not accept it: say why below"),
    (Answer::NotMe, "It is not meant for us"),
    ACTED[0],
];

const ACTED: [(Answer, &str); 1] = [(Answer::Acted, "We have acted: say what was done below")];
