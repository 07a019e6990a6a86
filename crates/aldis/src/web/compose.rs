//! The composer: a warning sentence by sentence, each with its own label.
//!
//! What was typed is never lost: with a problem the page comes back with everything in it.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit};
use super::words::{self, utc};
use crate::desk::case::{self, Linked};
use crate::desk::compose::{self, CapDraft, Draft, Sentence};
use crate::desk::determine::{self, Seen};
use crate::error::{Error, Result};
use aldis_model::{Id, Label};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

/// One sentence as it is typed.
struct Row {
    number: usize,
    tlp: String,
    rest: String,
    text: String,
    basis: Vec<String>,
}

#[derive(Template)]
#[template(path = "compose.html")]
struct Page {
    frame: Frame,
    duty: Seen,
    reports: Vec<Linked>,
    rows: Vec<Row>,
    tlps: Vec<&'static str>,
    given: Fields,
}

/// Shows the composer; `?from=` starts from an earlier warning of the same duty.
pub(crate) async fn blank(visit: Visit, Path(duty): Path<String>) -> Response {
    visit
        .show(move |desk| {
            let duty: Id = duty.parse()?;
            let given = match desk.asked("from") {
                "" => cap_fields(&CapDraft::default()),
                from => copied(desk, &from.parse()?)?,
            };
            show(desk, &duty, &given, ROWS_FIRST)
        })
        .await
}

fn show(desk: &Desk, duty: &Id, given: &Fields, least: usize) -> Result<Response> {
    let frame = desk.frame("warnings", "Write once, release by label");
    let given = given.clone();
    let found = desk.read(|tx, ctx| {
        let duty = determine::find(tx, ctx, duty)?;
        let reports = case::reports(tx, ctx, &duty.get().case)?;
        Ok(duty.zip(reports))
    })?;
    page(found.map(|(duty, reports)| {
        let rows = rows(&given, least, &reports);
        Page { frame, duty, reports, rows, tlps: words::tlps(), given }
    }))
}

/// Lays out what was typed, and empty rows up to `least`.
fn rows(given: &Fields, least: usize, reports: &[Linked]) -> Vec<Row> {
    let typed = (1..=ROWS_MAX).rev().find(|number| given.some(&format!("text{number}")).is_some());
    // A single report is what every sentence rests on, unless somebody says otherwise.
    let only = match reports {
        [one] => vec![one.report.to_string()],
        _ => Vec::new(),
    };
    let copied = given.has("copied", "yes");
    let row = |number: usize| {
        let typed = given.some(&format!("tlp{number}")).is_some();
        let own = given.all(&format!("basis{number}")).into_iter().map(str::to_owned).collect();
        Row {
            number,
            tlp: given.some(&format!("tlp{number}")).unwrap_or("TLP:RED").to_owned(),
            rest: given.get(&format!("rest{number}")).to_owned(),
            text: given.get(&format!("text{number}")).to_owned(),
            basis: if typed && !copied { own } else { only.clone() },
        }
    };
    (1..=typed.unwrap_or(0).max(least).min(ROWS_MAX)).map(row).collect()
}

/// Takes the form: adds rows, or stores the draft and leads to what each audience would read.
pub(crate) async fn write(visit: Visit, Path(duty): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let duty: Id = duty.parse()?;
            if fields.has("do", "more") {
                let least = (1..=ROWS_MAX).filter(|n| fields.some(&format!("tlp{n}")).is_some()).count() + 2;
                return show(desk, &duty, fields, least);
            }
            let stored =
                draft(fields).and_then(|draft| desk.write(|tx, ctx| compose::draft(tx, ctx, &duty, &draft)));
            desk.done(stored, |id| format!("/warnings/{id}"), |desk| show(desk, &duty, fields, ROWS_FIRST))
        })
        .await
}

fn draft(fields: &Fields) -> Result<Draft> {
    let typed = (1..=ROWS_MAX).filter(|number| fields.some(&format!("text{number}")).is_some());
    Ok(Draft {
        subject: fields.get("subject").to_owned(),
        ends_at: fields.some("ends_at").map(utc).transpose()?,
        targeted: fields.has("targeted", "yes"),
        cap: cap(fields),
        portions: typed.map(|number| sentence(fields, number)).collect::<Result<_>>()?,
    })
}

fn sentence(fields: &Fields, number: usize) -> Result<Sentence> {
    let (tlp, rest) = (fields.get(&format!("tlp{number}")), fields.get(&format!("rest{number}")));
    let label =
        restricted(tlp, rest).map_err(|error| Error::Refused(format!("sentence {number}: {error}")))?;
    let basis = fields.all(&format!("basis{number}"));
    Ok(Sentence {
        text: fields.get(&format!("text{number}")).to_owned(),
        label,
        basis: basis.into_iter().map(str::parse).collect::<std::result::Result<_, _>>()?,
        transformed: Vec::new(),
    })
}

/// Reads `ALBA, CARDA` as the audiences a sentence may go to; other restrictions are written out.
fn restricted(tlp: &str, rest: &str) -> Result<Label> {
    let upper = rest.to_uppercase();
    // `TLP:RED` is no audience but a second label, and what contradicts itself is refused.
    let written = upper.contains("TLP:")
        || ["REL ", "COMP ", "ORCON", "CAV "].iter().any(|word| upper.starts_with(word));
    if rest.is_empty() || written {
        return words::label(tlp, rest);
    }
    let names: Vec<&str> = rest.split(',').map(str::trim).collect();
    words::label(tlp, &format!("REL {}", names.join(",")))
}

fn cap(fields: &Fields) -> CapDraft {
    let text = |name: &str| fields.get(name).to_owned();
    CapDraft {
        category: fields.list("category"),
        event: text("event"),
        response: fields.list("response"),
        urgency: text("urgency"),
        severity: text("severity"),
        certainty: text("certainty"),
        area: text("area"),
        polygon: text("polygon"),
        circle: text("circle"),
        geocode: fields.list("geocode"),
        language: text("language"),
        web: text("web"),
        contact: text("contact"),
    }
}

fn cap_fields(cap: &CapDraft) -> Fields {
    let pairs = [
        ("category", cap.category.join(", ")),
        ("event", cap.event.clone()),
        ("response", cap.response.join(", ")),
        ("urgency", cap.urgency.clone()),
        ("severity", cap.severity.clone()),
        ("certainty", cap.certainty.clone()),
        ("area", cap.area.clone()),
        ("polygon", cap.polygon.clone()),
        ("circle", cap.circle.clone()),
        ("geocode", cap.geocode.join(", ")),
        ("language", cap.language.clone()),
        ("web", cap.web.clone()),
        ("contact", cap.contact.clone()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Fills the form from an earlier warning, as far as this officer may see it.
fn copied(desk: &Desk, from: &Id) -> Result<Fields> {
    let found =
        desk.read(|tx, ctx| Ok(compose::find(tx, ctx, from)?.zip(compose::sentences(tx, ctx, from)?)))?;
    let (warning, sentences) = found.into_inner();
    let mut fields = cap_fields(&warning.cap);
    // What a sentence rests on is not copied: whoever writes it anew says so anew.
    fields.push("copied".to_owned(), "yes".to_owned());
    fields.push("subject".to_owned(), warning.subject);
    fields.push("ends_at".to_owned(), warning.ends_at.map(words::control).unwrap_or_default());
    if warning.targeted {
        fields.push("targeted".to_owned(), "yes".to_owned());
    }
    for (position, label, text) in sentences {
        let whole = label.to_string();
        let (tlp, rest) = whole.split_once(' ').unwrap_or((&whole, ""));
        fields.push(format!("tlp{position}"), tlp.to_owned());
        let names = rest.strip_prefix("REL ").filter(|names| !names.contains(' ')).unwrap_or(rest);
        fields.push(format!("rest{position}"), names.to_owned());
        fields.push(format!("text{position}"), text);
    }
    Ok(fields)
}

/// Lists the words of CAP that a form offers for one of its three scales.
pub(crate) fn cap_words(scale: &str) -> &'static [&'static str] {
    match scale {
        "urgency" => &["Immediate", "Expected", "Future", "Past", "Unknown"],
        "severity" => &["Extreme", "Severe", "Moderate", "Minor", "Unknown"],
        _ => &["Observed", "Likely", "Possible", "Unlikely", "Unknown"],
    }
}

const ROWS_FIRST: usize = 4;
const ROWS_MAX: usize = 40;
