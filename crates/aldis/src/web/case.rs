//! One case: its reports, the duties to warn its victims and their next steps, its warnings.

use super::fields::Fields;
use super::reply::page;
use super::steps::{self, Input, Next};
use super::visit::{Desk, Frame, Visit};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::case::{self, Case, Linked};
use crate::desk::compose::{self, Warning};
use crate::desk::consent::{self, Asked, Question};
use crate::desk::determine::{self, Seen};
use crate::desk::provenance;
use crate::error::Result;
use aldis_model::duty::VictimKind;
use aldis_model::{Id, Released};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "case.html")]
struct Page {
    frame: Frame,
    case: Case,
    reports: Vec<Linked>,
    duties: Vec<(Seen, Next)>,
    warnings: Vec<Warning>,
    consents: Vec<Asked>,
    independent: usize,
    given: Fields,
}

impl Page {
    fn origins_words(&self) -> &'static str {
        match self.independent {
            0 => "No basis report has a known origin.",
            1 => "All basis reports meet one origin.",
            _ => "The basis has two or more independent origins.",
        }
    }

    fn kinds(&self) -> &'static [VictimKind] {
        VictimKind::ALL
    }
}

/// Shows a case.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?, &Fields::default())).await
}

fn show(desk: &Desk, id: &Id, given: &Fields) -> Result<Response> {
    let found = desk.read(|tx, ctx| whole(tx, ctx, id))?;
    let frame = desk.frame("warnings", &format!("Case {id}"));
    let (role, given, now) = (desk.ctx.actor.role, given.clone(), desk.ctx.now);
    page(found.map(|(((((case, reports), duties), warnings), consents), independent)| {
        // What was typed belongs to the duty it was typed for.
        let nothing = Fields::default();
        let own = |duty: &Seen| if given.has("duty", duty.id.as_str()) { &given } else { &nothing };
        let next = |duty: &Seen| steps::next(duty, role, &reports, own(duty), now);
        let duties = duties
            .into_iter()
            .map(|duty| {
                let next = next(&duty);
                (duty, next)
            })
            .collect();
        Page { frame, case, reports, duties, warnings, consents, independent, given }
    }))
}

type Whole = (((((Case, Vec<Linked>), Vec<Seen>), Vec<Warning>), Vec<Asked>), usize);

fn whole(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Whole>> {
    let (case, reports) = (case::find(tx, ctx, id)?, case::reports(tx, ctx, id)?);
    let (duties, warnings) = (determine::of_case(tx, ctx, id)?, compose::list(tx, ctx, Some(id))?);
    let basis = reports.get().iter().filter(|linked| linked.relation == "basis");
    let ids: Vec<Id> = basis.map(|linked| linked.report.clone()).collect();
    let independent = provenance::origins(tx, ctx, &ids)?.map(|origins| origins.independent);
    let consents = consent::of_case(tx, ctx, id)?;
    Ok(case.zip(reports).zip(duties).zip(warnings).zip(consents).zip(independent))
}

/// Takes a step of a duty.
pub(crate) async fn step(visit: Visit, Path((id, duty)): Path<(String, String)>, fields: Fields) -> Response {
    act(visit, id, fields, move |desk, case, fields| {
        let duty: Id = duty.parse()?;
        let (reports, from) = desk.read(|tx, ctx| {
            Ok((case::reports(tx, ctx, case)?, determine::find(tx, ctx, &duty)?.get().state))
        })?;
        let event = fields.get("event");
        let map = steps::read(from, event, fields, reports.get());
        desk.write(|tx, ctx| determine::act(tx, ctx, &duty, event, &map))?;
        Ok(format!("#{duty}"))
    })
    .await
}

/// Names somebody it may concern.
pub(crate) async fn victim(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    act(visit, id, fields, |desk, case, fields| {
        let kind: VictimKind = fields.get("kind").parse().map_err(crate::error::Error::refused)?;
        let duty = desk.write(|tx, ctx| case::add_victim(tx, ctx, case, kind, fields.get("victim")))?;
        Ok(format!("#{duty}"))
    })
    .await
}

/// Asks an originator for consent through its node, or records that it was asked by voice.
pub(crate) async fn ask(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    act(visit, id, fields, |desk, case, fields| {
        let (originator, audience, text) =
            (fields.get("originator"), fields.get("audience"), fields.get("text"));
        if fields.get("way") == "node" {
            let (node, asked) = (&desk.node, Question { case, originator, audience, text });
            let shown_as = fields.get("shown_as");
            desk.write(|tx, ctx| consent::ask_node(tx, ctx, &node.sealer, node.signer(), &asked, shown_as))?;
        } else {
            desk.write(|tx, ctx| consent::ask(tx, ctx, case, originator, audience, text))?;
        }
        Ok("#consent".to_owned())
    })
    .await
}

/// Records what an originator answered.
pub(crate) async fn consented(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    act(visit, id, fields, |desk, _, fields| {
        let (consent, yes): (Id, bool) = (fields.get("consent").parse()?, fields.get("answer") == "yes");
        desk.write(|tx, ctx| consent::answered(tx, ctx, &consent, yes, fields.get("words")))?;
        Ok("#consent".to_owned())
    })
    .await
}

/// Runs a verb on the case and shows the part of it that changed.
async fn act(
    visit: Visit,
    id: String,
    fields: Fields,
    verb: impl FnOnce(&Desk, &Id, &Fields) -> Result<String> + Send + 'static,
) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let id: Id = id.parse()?;
            let done = verb(desk, &id, fields);
            desk.done(done, |part| format!("/cases/{id}{part}"), |desk| show(desk, &id, fields))
        })
        .await
}
