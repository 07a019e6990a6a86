//! What a case rests on: origins of its reports, elements of each threshold, suspects, forecasts.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use super::words::utc;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::case::{self, Case};
use crate::desk::determine::{self, Seen};
use crate::desk::elements::{self, Stated, Threshold};
use crate::desk::expedite::{self, Expedited};
use crate::desk::forecasts::{self, Forecast, NewForecast};
use crate::desk::provenance::{self, Origins};
use crate::desk::suspects::{self, NewSuspect, Suspect};
use crate::desk::{reading, sources, threat};
use crate::error::{Error, Result};
use aldis_model::duty::{Credible, Detail, Duty, Element, Harm, Impending, Ratified, State, Ttl, VictimKind};
use aldis_model::forecast::{Outcome, Yardstick};
use aldis_model::grade::{Confidence, Likelihood};
use aldis_model::role::{Action, Role};
use aldis_model::{Id, Released};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "basis.html")]
struct Page {
    frame: Frame,
    case: Case,
    origins: Origins,
    statement: String,
    duties: Vec<(Seen, Threshold)>,
    suspects: Vec<Suspect>,
    forecasts: Vec<Forecast>,
    role: Role,
}

impl Page {
    fn origins_words(&self) -> &'static str {
        match self.origins.independent {
            0 => "No independent origin.",
            1 => "One independent origin: nothing here is confirmed by another.",
            _ => "Two or more independent origins.",
        }
    }

    fn may_assess(&self) -> bool {
        self.role.may(Action::Assess)
    }

    fn may_decide(&self) -> bool {
        self.role.may(Action::Decide)
    }

    fn may_expedite(&self, duty: &Seen) -> bool {
        self.role.may(Action::Draft) && duty.state == State::AssessedMet
    }

    fn likelihoods(&self) -> &'static [Likelihood] {
        Likelihood::ALL
    }

    fn awaits_review(&self, duty: &Seen) -> bool {
        let machine: Option<Duty> = serde_json::from_str(duty.machine()).ok();
        self.may_decide() && machine.is_some_and(|machine| machine.ratification_due_us().is_some())
    }

    fn findings(&self) -> [(Element, Vec<&'static str>); 5] {
        [
            (Element::Harm, Harm::ALL.iter().map(|each| each.as_str()).collect()),
            (Element::Impending, Impending::ALL.iter().map(|each| each.as_str()).collect()),
            (Element::Victim, VictimKind::ALL.iter().map(|each| each.as_str()).collect()),
            (Element::Credible, Credible::ALL.iter().map(|each| each.as_str()).collect()),
            (Element::Specific, Detail::ALL.iter().map(|each| each.as_str()).collect()),
        ]
    }

    fn ttls(&self) -> &'static [Ttl] {
        Ttl::ALL
    }

    fn results(&self) -> &'static [Ratified] {
        Ratified::ALL
    }

    fn outcomes(&self) -> &'static [Outcome] {
        Outcome::ALL
    }

    fn confidences(&self) -> &'static [Confidence] {
        Confidence::ALL
    }

    fn yardsticks(&self) -> Vec<(&'static str, Vec<&'static str>)> {
        Yardstick::ALL.iter().map(|each| (each.as_str(), each.words())).collect()
    }
}

/// Shows what a case rests on.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?)).await
}

type Whole = (((((Case, Origins), String), Vec<(Seen, Threshold)>), Vec<Suspect>), Vec<Forecast>);

fn show(desk: &Desk, id: &Id) -> Result<Response> {
    let found = desk.read(|tx, ctx| whole(tx, ctx, id))?;
    let frame = desk.frame("warnings", &format!("Basis of case {id}"));
    let role = desk.ctx.actor.role;
    page(found.map(|(((((case, origins), statement), duties), suspects), forecasts)| Page {
        frame,
        case,
        origins,
        statement,
        duties,
        suspects,
        forecasts,
        role,
    }))
}

fn whole(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Whole>> {
    let case = case::find(tx, ctx, id)?;
    let linked = case::reports(tx, ctx, id)?;
    let basis = linked.get().iter().filter(|linked| linked.relation == "basis");
    let ids: Vec<Id> = basis.map(|linked| linked.report.clone()).collect();
    let (origins, statement) = (provenance::origins(tx, ctx, &ids)?, sources::statement(tx, ctx, id)?);
    let mut duties = Vec::new();
    for duty in determine::of_case(tx, ctx, id)?.get() {
        duties.push(determine::find(tx, ctx, &duty.id)?.zip(elements::of_duty(tx, ctx, &duty.id)?));
    }
    let (suspects, forecasts) = (suspects::of_case(tx, ctx, id)?, forecasts::of_case(tx, ctx, id)?);
    Ok(case.zip(origins).zip(statement).zip(Released::collect(duties)).zip(suspects).zip(forecasts))
}

/// Takes one form of the page.
pub(crate) async fn act(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let case: Id = id.parse()?;
            let done = verb(desk, &case, fields);
            desk.done(done, |part| format!("/cases/{case}/basis#{part}"), |desk| show(desk, &case))
        })
        .await
}

fn verb(desk: &Desk, case: &Id, fields: &Fields) -> Result<String> {
    let duty = || fields.get("duty").parse::<Id>();
    let reasons = fields.get("reasons");
    match fields.get("do") {
        "element" => {
            let duty = duty()?;
            state(desk, &duty, fields)?;
            Ok(duty.to_string())
        }
        "ttl" => {
            let (duty, ttl): (Id, Ttl) = (duty()?, fields.get("ttl").parse().map_err(Error::refused)?);
            desk.write(|tx, ctx| threat::set_ttl(tx, ctx, &duty, ttl, reasons))?;
            Ok(duty.to_string())
        }
        "read" => {
            let (duty, says) = (duty()?, fields.get("agrees"));
            desk.write(|tx, ctx| match says {
                "ask" => reading::ask(tx, ctx, &duty, reasons),
                _ => reading::second(tx, ctx, &duty, says == "yes", reasons).map(|_| ()),
            })?;
            Ok(duty.to_string())
        }
        "ratify" => {
            let result: Ratified = fields.get("result").parse().map_err(Error::refused)?;
            let duty = duty()?;
            desk.write(|tx, ctx| expedite::ratify(tx, ctx, &duty, result, reasons))?;
            Ok(duty.to_string())
        }
        "suspect" => suspect(desk, case, fields).map(|_| "suspects".to_owned()),
        "expedite" => {
            let duty = duty()?;
            let sent = expedited(fields)?;
            desk.write(|tx, ctx| expedite::expedite(tx, ctx, &desk.node.sealer, &duty, &sent))?;
            Ok(duty.to_string())
        }
        "forecast" => forecast(desk, case, fields).map(|_| "forecasts".to_owned()),
        "resolve" => {
            let forecast: Id = fields.get("forecast").parse()?;
            let outcome: Outcome = fields.get("outcome").parse().map_err(Error::refused)?;
            desk.write(|tx, ctx| forecasts::resolve(tx, ctx, &forecast, outcome))?;
            Ok("forecasts".to_owned())
        }
        _ => Err(Error::NotFound),
    }
}

fn state(desk: &Desk, duty: &Id, fields: &Fields) -> Result<Id> {
    let choose = || Error::refused("choose an element and what is found");
    let (element, finding) = fields.get("finding").split_once(' ').ok_or_else(choose)?;
    let element: Element = element.parse().map_err(Error::refused)?;
    let report: Option<Id> = fields.some("report").map(str::parse).transpose()?;
    let stated = Stated {
        element,
        finding,
        report: report.as_ref(),
        quoted: fields.get("quoted"),
        statement: fields.get("statement"),
    };
    desk.write(|tx, ctx| elements::state(tx, ctx, duty, &stated))
}

fn suspect(desk: &Desk, case: &Id, fields: &Fields) -> Result<Id> {
    let chain: Vec<Id> =
        fields.all("chain").into_iter().map(str::parse).collect::<std::result::Result<_, _>>()?;
    let choose = |_| Error::refused("choose a word for the likelihood");
    let likelihood: Likelihood = fields.get("likelihood").parse().map_err(choose)?;
    let new =
        NewSuspect { name: fields.get("name"), likelihood, chain: &chain, reasons: fields.get("reasons") };
    desk.write(|tx, ctx| suspects::name(tx, ctx, case, &new))
}

fn expedited(fields: &Fields) -> Result<Expedited> {
    let tried = fields.get("tried").lines().map(str::trim).filter(|line| !line.is_empty());
    let tried = tried.map(|line| {
        let (who, at) =
            line.split_once('|').ok_or_else(|| Error::refused("write who was tried as name | time"))?;
        Ok((who.trim().to_owned(), utc(at.trim())?))
    });
    Ok(Expedited {
        reason: fields.get("reason").to_owned(),
        tried: tried.collect::<Result<_>>()?,
        subject: fields.get("subject").to_owned(),
        text: fields.get("text").to_owned(),
        audience: fields.get("audience").to_owned(),
        approver: fields.get("approver").to_owned(),
    })
}

fn forecast(desk: &Desk, case: &Id, fields: &Fields) -> Result<Id> {
    let choose = || Error::refused("choose a word for the likelihood");
    let (yardstick, likelihood) = fields.get("likelihood").split_once(' ').ok_or_else(choose)?;
    let new = NewForecast {
        question: fields.get("question"),
        partner: fields.some("partner"),
        yardstick: yardstick.parse().map_err(Error::refused)?,
        likelihood,
        confidence: fields.some("confidence").map(str::parse).transpose().map_err(Error::refused)?,
        until: None,
        reasons: fields.get("reasons"),
    };
    desk.write(|tx, ctx| forecasts::give(tx, ctx, case, &new))
}
