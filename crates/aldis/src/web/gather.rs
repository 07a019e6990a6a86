//! Reports: the list of what came in, and the form that takes one in.

use super::fields::Fields;
use super::reply::{page, see};
use super::visit::{Desk, Frame, Visit};
use super::words;
use crate::desk::gather::{self, Incoming, Report};
use crate::error::{Error, Result};
use aldis_model::Id;
use askama::Template;
use axum::extract::Multipart;
use axum::response::Response;

#[derive(Template)]
#[template(path = "gather.html")]
struct Page {
    frame: Frame,
    reports: Vec<Report>,
    older: Option<Id>,
    tlps: Vec<&'static str>,
    given: Fields,
}

/// Lists the reports.
pub(crate) async fn list(visit: Visit) -> Response {
    visit.show(|desk| show(desk, &Fields::default())).await
}

fn show(desk: &Desk, given: &Fields) -> Result<Response> {
    let before = Some(desk.asked("before")).filter(|text| !text.is_empty());
    let before = before.map(str::parse::<Id>).transpose()?;
    let reports = desk.read(|tx, ctx| gather::list(tx, ctx, before.as_ref(), PAGE))?;
    let (frame, given) = (desk.frame("gather", "Gather"), given.clone());
    page(reports.map(|reports| Page {
        frame,
        older: reports.last().filter(|_| reports.len() == PAGE).map(|report| report.id.clone()),
        reports,
        tlps: words::tlps(),
        given,
    }))
}

/// What the form brought as a file.
struct File {
    kind: Option<String>,
    bytes: Vec<u8>,
}

/// Takes in a report: pasted text or a file.
pub(crate) async fn take_in(visit: Visit, parts: Multipart) -> Response {
    match read(parts).await {
        Ok((fields, file)) => visit.act(fields, move |desk, fields| taken(desk, fields, file)).await,
        Err(error) => visit.open(move |_| Err(error)).await,
    }
}

async fn read(mut parts: Multipart) -> Result<(Fields, Option<File>)> {
    let broken = |_| Error::refused("the form could not be read: a file has at most 10 MB");
    let (mut fields, mut file) = (Fields::default(), None);
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let kind = part.content_type().map(str::to_owned);
        let bytes = part.bytes().await.map_err(broken)?.to_vec();
        if name == "file" {
            file = Some(File { kind, bytes }).filter(|file| !file.bytes.is_empty());
        } else {
            fields.push(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok((fields, file))
}

fn taken(desk: &mut Desk, fields: &Fields, file: Option<File>) -> Result<Response> {
    let done = accept(desk, fields, file);
    let first = |reports: Vec<Id>| match reports.as_slice() {
        [one] => format!("/reports/{one}"),
        _ => "/gather".to_owned(),
    };
    desk.done(done, first, |desk| show(desk, fields))
}

fn accept(desk: &Desk, fields: &Fields, file: Option<File>) -> Result<Vec<Id>> {
    let channel = if file.is_some() { "file" } else { "manual" };
    let file = file.unwrap_or_else(|| File {
        kind: Some("text/plain; charset=utf-8".to_owned()),
        bytes: fields.get("text").as_bytes().to_vec(),
    });
    if file.bytes.is_empty() {
        return Err(Error::refused("paste a text or choose a file"));
    }
    // Browsers call what they do not know a stream of bytes; then the bytes speak for themselves.
    let kind = file.kind.as_deref().filter(|kind| *kind != "application/octet-stream");
    let incoming = Incoming {
        bytes: &file.bytes,
        media_type: kind,
        channel,
        source: fields.get("source"),
        originator: fields.some("originator"),
        origin: fields.some("origin"),
        label: words::label(fields.get("tlp"), fields.get("rest"))?,
    };
    let documents = gather::read(&incoming)?;
    desk.write(|tx, ctx| {
        documents.iter().map(|document| gather::accept(tx, ctx, &incoming, document)).collect()
    })
}

/// Leads from the id of anything to the page where it stands.
pub(crate) async fn go(visit: Visit, axum::extract::Path(id): axum::extract::Path<String>) -> Response {
    visit
        .show(move |desk| {
            let id: Id = id.parse()?;
            Ok(see(&place(desk, &id)?))
        })
        .await
}

fn place(desk: &Desk, id: &Id) -> Result<String> {
    use crate::desk::{danger, deliver, determine, identity, opinions, release};
    Ok(match id.prefix() {
        "R" => format!("/reports/{id}"),
        "C" => format!("/cases/{id}"),
        "W" => format!("/warnings/{id}#decide"),
        "CI" => format!("/inbound/consents/{id}"),
        "IN" => format!("/inbound/{id}"),
        "LO" => format!("/lists#{id}"),
        "A" => "/partners#audiences".to_owned(),
        "PR" | "GR" | "PL" => format!("/people/{id}"),
        "NA" => {
            let opening = desk.read(|tx, ctx| identity::find(tx, ctx, id))?;
            format!("/people/{}#name", opening.get().subject)
        }
        "H" => format!("/reports/{}#{id}", super::report::of_hit(desk, id)?),
        "D" => {
            let duty = desk.read(|tx, ctx| determine::find(tx, ctx, id))?;
            format!("/cases/{}#{id}", duty.get().case)
        }
        "L" => {
            let release = desk.read(|tx, ctx| release::find(tx, ctx, id))?;
            format!("/warnings/{}#{id}", release.get().warning)
        }
        "OP" => {
            let opinion = desk.read(|tx, ctx| opinions::find(tx, ctx, id))?;
            format!("/reports/{}/opinions#{id}", opinion.get().report)
        }
        "V" => {
            let delivery = desk.read(|tx, ctx| deliver::find(tx, ctx, id))?;
            format!("/warnings/{}#{id}", delivery.get().warning)
        }
        "TR" => format!("/people#{}", desk.read(|tx, ctx| danger::subject_of(tx, ctx, id))?.get()),
        _ => return Err(Error::NotFound),
    })
}

const PAGE: usize = 50;
