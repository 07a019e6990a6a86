//! Warnings: the list, and one warning with its versions, releases and answers.

use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::compose::{self, Preview, Warning};
use crate::desk::deliver::{self, Delivery};
use crate::desk::inbound::{self, Inbound};
use crate::desk::partners::{self, Recipient};
use crate::desk::release::{self, Release};
use crate::desk::watch;
use crate::error::Result;
use crate::seal::Sealer;
use aldis_model::{Id, Label, Released, Time};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "warnings.html")]
struct List {
    frame: Frame,
    warnings: Vec<Warning>,
    inbound: Vec<Inbound>,
}

/// Lists our warnings and those of partners.
pub(crate) async fn list(visit: Visit) -> Response {
    visit
        .show(|desk| {
            let frame = desk.frame("warnings", "Warnings");
            let found =
                desk.read(|tx, ctx| Ok(compose::list(tx, ctx, None)?.zip(inbound::list(tx, ctx)?)))?;
            page(found.map(|(warnings, inbound)| List { frame, warnings, inbound }))
        })
        .await
}

/// One state of the rail, and when it was first reached.
pub(crate) struct Station {
    pub(crate) name: &'static str,
    pub(crate) reached: bool,
    pub(crate) at: Option<Time>,
}

#[derive(Template)]
#[template(path = "warning.html")]
struct Page {
    frame: Frame,
    own_hand: bool,
    exercise: bool,
    warning: Warning,
    sentences: Vec<(i64, Label, String)>,
    audiences: Vec<(Recipient, bool)>,
    previews: Vec<Preview>,
    releases: Vec<Release>,
    deliveries: Vec<Delivery>,
    rail: Vec<Station>,
    open: Vec<(String, String)>,
}

impl Page {
    /// Says whether a task of a kind waits about a thing.
    fn waits(&self, kind: &str, thing: &Id) -> bool {
        self.open.iter().any(|(open, about)| open == kind && about == thing.as_str())
    }

    /// Returns the last release proposed for an audience, if it is not rejected.
    fn last_for(&self, audience: &str) -> Option<&Release> {
        self.releases
            .iter()
            .rev()
            .find(|release| release.audience == audience && release.rejected_at.is_none())
    }

    /// Says whether anything was sent to an audience before.
    fn was_sent(&self, audience: &str) -> bool {
        self.releases.iter().any(|release| release.audience == audience && release.sent_at.is_some())
    }
}

/// Shows a warning; `?to=` chooses whose versions are shown.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?)).await
}

/// Shows a warning to an officer, after whatever was just done with it.
pub(super) fn show(desk: &Desk, id: &Id) -> Result<Response> {
    let frame = desk.frame("warnings", &format!("Warning {id}"));
    let (me, exercise) = (desk.ctx.actor.id.clone(), desk.ctx.exercise);
    let audiences = desk.read(partners::audiences)?;
    let asked: Vec<String> = desk.asked_all("to").into_iter().map(str::to_owned).collect();
    let found = desk.read(|tx, ctx| whole(tx, ctx, id))?;
    let audiences = chosen(audiences, &asked, &found.get().1);
    let names: Vec<&str> = audiences.iter().filter(|(_, on)| *on).map(|(who, _)| who.name.as_str()).collect();
    let previews = desk.read(|tx, ctx| previews(tx, ctx, &desk.node.sealer, id, &names))?;
    page(found.zip(previews).map(|(((warning, sentences), releases, deliveries, open), previews)| Page {
        own_hand: warning.author == me,
        rail: rail(&warning, &releases, &deliveries),
        frame,
        exercise,
        warning,
        sentences,
        audiences,
        previews,
        releases,
        deliveries,
        open,
    }))
}

type Whole = ((Warning, Vec<(i64, Label, String)>), Vec<Release>, Vec<Delivery>, Vec<(String, String)>);

fn whole(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Whole>> {
    let (warning, sentences) = (compose::find(tx, ctx, id)?, compose::sentences(tx, ctx, id)?);
    let (releases, deliveries) = (release::of_warning(tx, ctx, id)?, deliver::of_warning(tx, ctx, id)?);
    let waiting = watch::floor(tx, ctx)?.map(|floor| floor.waiting);
    let open = waiting.map(|rows| rows.into_iter().map(|row| (row.kind, row.thing)).collect());
    let all = warning.zip(sentences).zip(releases).zip(deliveries).zip(open);
    Ok(all.map(|(((texts, releases), deliveries), open)| (texts, releases, deliveries, open)))
}

/// Chooses whose versions are shown: who was asked for, else who has a release, else the first few.
fn chosen(all: Vec<Recipient>, asked: &[String], releases: &[Release]) -> Vec<(Recipient, bool)> {
    let wanted = |at: usize, who: &Recipient| match (asked.is_empty(), releases.is_empty()) {
        (false, _) => asked.contains(&who.name),
        (true, false) if all_shown(releases, who) => true,
        (true, _) => at < VERSIONS_FIRST,
    };
    all.into_iter()
        .enumerate()
        .map(|(at, who)| {
            let on = wanted(at, &who);
            (who, on)
        })
        .collect()
}

fn all_shown(releases: &[Release], who: &Recipient) -> bool {
    releases.iter().any(|release| release.audience == who.name)
}

fn previews(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    id: &Id,
    audiences: &[&str],
) -> Result<Released<Vec<Preview>>> {
    let each = audiences.iter().map(|audience| compose::preview(tx, ctx, sealer, id, audience));
    Ok(Released::collect(each.collect::<Result<Vec<_>>>()?))
}

fn rail(warning: &Warning, releases: &[Release], deliveries: &[Delivery]) -> Vec<Station> {
    let station = |name, at: Option<Time>| Station { name, reached: at.is_some(), at };
    let answered = deliveries.iter().filter_map(|delivery| delivery.answered_at).min();
    let opened = deliveries.iter().any(|delivery| delivery.progress == "opened");
    vec![
        station("Drafted", Some(warning.created_at)),
        station("Approved", releases.iter().filter_map(|release| release.approved_at).min()),
        station("Sent", releases.iter().filter_map(|release| release.sent_at).min()),
        station("Delivered", deliveries.iter().filter_map(|delivery| delivery.delivered_at).min()),
        // Whoever answered has opened it; of a mere opening the time is in the record.
        Station { name: "Opened", reached: opened || answered.is_some(), at: answered },
        station("Answered", answered),
        station("Acted", deliveries.iter().filter_map(|delivery| delivery.acted_at).min()),
    ]
}

/// Names the act of sending, so that no button says "yes": nobody sends an exercise by mistake for a
/// warning, or a warning for an exercise.
pub(crate) fn send_words(release: &Release, exercise: &bool) -> String {
    match (*exercise, release.channel.as_str()) {
        (true, _) => format!("Send exercise message to {} inside this server", release.title),
        (false, "cap") => format!("Publish to {} now", release.title),
        (false, "hand") => format!("Release to {} for delivery in person", release.title),
        (false, _) => format!("Send to {} now", release.title),
    }
}

/// Says what stands behind "delivered": a machine's receipt is never more than that.
pub(crate) fn receipt_words(delivery: &Delivery) -> &'static str {
    match (delivery.delivered_at.is_some(), delivery.channel.as_str()) {
        (false, _) => "none yet",
        (true, "node") => "receipt (machine, signed)",
        (true, "mail") => "receipt (mail server)",
        (true, "webhook") => "receipt (webhook's status)",
        (true, "text") => "receipt (gateway's status)",
        (true, "cap") => "published",
        (true, _) => "officer's statement",
    }
}

const VERSIONS_FIRST: usize = 6;
