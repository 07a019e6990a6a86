//! Somebody at risk, by cover name: what a machine suggests, the tier people set, and measures.
//!
//! The page shows no address, and a name once: in the answer to whoever asked for it, after a second person
//! agreed. A rating sets nothing; the tier is set by a person, with reasons.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use crate::desk::danger::{self, Danger, Known};
use crate::desk::identity::{self, Opening};
use crate::desk::measures::{self, Measure, NewMeasure};
use crate::desk::protectors::{self, Protector};
use crate::desk::register::{self, Subject};
use crate::error::{Error, Result};
use aldis_model::measure::{self, MEASURES, Status};
use aldis_model::risk::{EVENTS, FACTORS, IMPACTS, Tier};
use aldis_model::role::{Action, Role};
use aldis_model::{Id, Released};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "person.html")]
struct Page {
    frame: Frame,
    subject: Subject,
    ratings: Vec<Danger>,
    measures: Vec<Measure>,
    openings: Vec<Opening>,
    protectors: Vec<Protector>,
    names: Vec<String>,
    me: String,
    role: Role,
    typed: Fields,
}

impl Page {
    fn may_ask(&self) -> bool {
        self.role.may(Action::Deliver)
    }

    /// Says whether the reader can agree to a request: nobody can to an own one.
    fn may_agree(&self, opening: &Opening) -> bool {
        let may = self.role.may(Action::Register) || self.role.may(Action::Decide);
        may && opening.asked_by != self.me && opening.waits(self.frame.as_of)
    }

    /// Says whether the reader can read the name by a request.
    fn may_read(&self, opening: &Opening) -> bool {
        let agreed = opening.agreed.is_some() && opening.is_open(self.frame.as_of);
        agreed && opening.asked_by == self.me
    }

    fn may_rate(&self) -> bool {
        self.role.may(Action::Register)
    }

    fn may_set(&self) -> bool {
        self.role.may(Action::Register) || self.role.may(Action::Decide)
    }

    fn may_change(&self) -> bool {
        self.role.may(Action::Answer)
    }

    /// Returns the values of a factor, the least first.
    fn values(&self, most: &u8) -> Vec<String> {
        (0..=*most).map(|value| value.to_string()).collect()
    }

    /// Returns what may become of a measure now.
    fn next(&self, of: &Measure) -> Vec<&'static str> {
        let (Some(was), Some(known)) = (Status::find(&of.status), measure::find(&of.measure)) else {
            return Vec::new();
        };
        let agreed = of.agreed_at.is_some();
        let fits = |status: &Status| was.may_become(*status, known.consent, agreed);
        Status::ALL.into_iter().filter(fits).map(Status::as_str).collect()
    }

    /// Says whether the person must agree to a measure.
    fn consent(&self, of: &Measure) -> &'static str {
        match (measure::find(&of.measure).is_some_and(|known| known.consent), of.agreed_at) {
            (false, _) => "not needed",
            (true, None) => "needed, not on file",
            (true, Some(_)) => "given",
        }
    }
}

/// Shows somebody.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?, &Fields::default(), None)).await
}

/// Shows the page; with the names only in the one answer to whoever has just opened them.
fn show(desk: &Desk, id: &Id, typed: &Fields, names: Option<Released<Vec<String>>>) -> Result<Response> {
    let found = desk.read(|tx, ctx| {
        let subject = register::find(tx, ctx, id)?;
        let known = subject.zip(danger::of_subject(tx, ctx, id)?).zip(measures::of_subject(tx, ctx, id)?);
        let named = identity::of_subject(tx, ctx, id)?.zip(protectors::of_subject(tx, ctx, id)?);
        Ok(known.zip(named))
    })?;
    let names = names.unwrap_or_else(|| Released::collect(Vec::new()));
    let frame = desk.frame("people", &format!("At risk: {id}"));
    let (role, me, typed) = (desk.ctx.actor.role, desk.ctx.actor.id.clone(), typed.clone());
    page(found.zip(names).map(|((((subject, ratings), measures), (openings, protectors)), names)| Page {
        frame,
        subject,
        ratings,
        measures,
        openings,
        protectors,
        names,
        me,
        role,
        typed,
    }))
}

/// Takes one form of the page.
pub(crate) async fn act(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let subject: Id = id.parse()?;
            // Who may not see the entry learns nothing of what the form would have done.
            desk.read(|tx, ctx| register::find(tx, ctx, &subject))?;
            if fields.get("do") == "read-name" {
                return read_name(desk, &subject, fields);
            }
            let done = verb(desk, &subject, fields);
            let again = |desk: &Desk| show(desk, &subject, fields, None);
            desk.done(done, |part| format!("/people/{subject}{part}"), again)
        })
        .await
}

/// Opens the name: the answer to this form is the one page that shows it.
fn read_name(desk: &mut Desk, subject: &Id, fields: &Fields) -> Result<Response> {
    let id: Id = fields.get("id").parse()?;
    match desk.write(|tx, ctx| identity::read(tx, ctx, &desk.node.sealer, &id)) {
        Ok(names) => show(desk, subject, &Fields::default(), Some(names)),
        Err(error) => {
            let again = |desk: &Desk| show(desk, subject, fields, None);
            desk.done(Err::<(), _>(error), |()| String::new(), again)
        }
    }
}

fn verb(desk: &Desk, subject: &Id, fields: &Fields) -> Result<&'static str> {
    match fields.get("do") {
        "rate" => rate(desk, subject, fields).map(|_| "#danger"),
        "tier" => {
            let tier: Tier = fields.get("tier").parse().map_err(Error::refused)?;
            let (case, reasons) = (case_of(fields)?, fields.get("reasons"));
            desk.write(|tx, ctx| danger::set_tier(tx, ctx, subject, case.as_ref(), tier, reasons))?;
            Ok("")
        }
        "propose" => {
            let case = case_of(fields)?;
            let new = NewMeasure {
                measure: fields.get("measure"),
                case: case.as_ref(),
                owner: fields.get("owner"),
                reasons: fields.get("reasons"),
            };
            desk.write(|tx, ctx| measures::propose(tx, ctx, subject, &new)).map(|_| "#measures")
        }
        "change" => {
            let id: Id = fields.get("id").parse()?;
            let status = Status::find(fields.get("status"))
                .ok_or_else(|| Error::refused("choose what has become of the measure"))?;
            desk.write(|tx, ctx| measures::change(tx, ctx, &id, status, fields.get("words")))?;
            Ok("#measures")
        }
        "ask-name" => {
            let (case, reason) = (case_of(fields)?, fields.get("reasons"));
            desk.write(|tx, ctx| identity::ask(tx, ctx, subject, case.as_ref(), reason)).map(|_| "#name")
        }
        "agree" | "keep-sealed" => {
            let (id, agrees): (Id, bool) = (fields.get("id").parse()?, fields.get("do") == "agree");
            desk.write(|tx, ctx| identity::decide(tx, ctx, &id, agrees, fields.get("words")))?;
            Ok("#name")
        }
        "protector" => {
            let (audience, basis) = (fields.get("audience"), fields.get("basis"));
            desk.write(|tx, ctx| protectors::name(tx, ctx, subject, audience, basis)).map(|_| "#protectors")
        }
        "unprotect" => {
            let id: Id = fields.get("id").parse()?;
            desk.write(|tx, ctx| protectors::end(tx, ctx, &id, fields.get("reasons")))?;
            Ok("#protectors")
        }
        _ => Err(Error::NotFound),
    }
}

fn rate(desk: &Desk, subject: &Id, fields: &Fields) -> Result<Id> {
    let mut factors = BTreeMap::new();
    for (name, _, _) in FACTORS {
        let Some(value) = fields.some(name) else { continue };
        let value = value.parse().map_err(|_| Error::Refused(format!("{name} is a number")))?;
        factors.insert(name.to_owned(), value);
    }
    let events: Vec<String> = fields.all("event").into_iter().map(str::to_owned).collect();
    let case = case_of(fields)?;
    let known =
        Known { case: case.as_ref(), impact: fields.get("impact"), factors: &factors, events: &events };
    desk.write(|tx, ctx| danger::rate(tx, ctx, subject, &known))
}

fn case_of(fields: &Fields) -> Result<Option<Id>> {
    Ok(fields.some("case").map(str::parse).transpose()?)
}
