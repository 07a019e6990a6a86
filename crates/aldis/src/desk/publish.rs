//! Shows the public what was released to it: CAP 1.2 alerts and a feed of them.
//!
//! Everything here is read from releases that were cut for the public, approved and published; it is
//! passed by the gate for the public once more. Nothing of the case, the duty or another audience is
//! read at all.
//!
//! Source: CAP 1.2 (OASIS, July 2010); RFC 4287; RSS 2.0.11.

use super::compose::CapDraft;
use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::error::{Error, Result};
use aldis_model::gate::{Audience, Gate};
use aldis_model::time::HOUR_US;
use aldis_model::{Label, Labelled, Released, Time};
use aldis_wire::atom::{AtomEntry, AtomFeed};
use aldis_wire::cap::{
    self, Alert, Area, Category, Certainty, Circle, Info, MsgType, Named, Point, Reference, ResponseType,
    Severity, Status, Urgency,
};

/// What the feed says of this node.
#[derive(Clone, Copy, Debug)]
pub struct Publisher<'a> {
    /// The organisation as shown.
    pub title: &'a str,
    /// How others reach the server.
    pub url: &'a str,
    /// The name in `sender`.
    pub sender: &'a str,
}

/// Writes one published alert as CAP 1.2.
///
/// # Errors
///
/// [`Error::NotFound`] if nothing of this id was published; [`Error::Broken`] if CAP refuses it.
pub fn alert(tx: &mut Tx<'_>, ctx: &Ctx, publisher: &Publisher<'_>, id: &str) -> Result<Released<String>> {
    let rows = tx.rows(&format!("{PUBLISHED} AND r.id = $1"), &[id.into()])?;
    let row = rows.first().ok_or(Error::NotFound)?;
    let published = published(row)?;
    let references = references(tx, publisher, &published)?;
    let alert = to_cap(ctx, publisher, &published, references)?;
    let text = cap::write(&alert).map_err(|problems| Error::Broken(format!("CAP: {problems:?}")))?;
    pass(Labelled::new(text, published.label))
}

/// Writes the feed of published alerts as Atom, newest first. Empty is a valid feed.
///
/// An alert stays until a day after it expired, so that its correction is still found beside it.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn feed(tx: &mut Tx<'_>, ctx: &Ctx, publisher: &Publisher<'_>) -> Result<Released<String>> {
    Ok(standing(tx, ctx, publisher)?.map(|feed| feed.write()))
}

/// Writes the same feed as RSS.
///
/// # Errors
///
/// As [`feed`].
pub fn rss(tx: &mut Tx<'_>, ctx: &Ctx, publisher: &Publisher<'_>) -> Result<Released<String>> {
    let itself = format!("{}/feed/alerts.rss", publisher.url);
    Ok(standing(tx, ctx, publisher)?.map(|feed| aldis_wire::rss::write(&feed, publisher.url, &itself)))
}

fn standing(tx: &mut Tx<'_>, ctx: &Ctx, publisher: &Publisher<'_>) -> Result<Released<AtomFeed>> {
    let rows = tx.rows(&format!("{PUBLISHED} ORDER BY d.delivered_at DESC, r.id DESC LIMIT 200"), &[])?;
    let mut entries = Vec::new();
    let mut updated = Time::from_micros(0);
    for row in &rows {
        let published = published(row)?;
        let gone = published.expires.is_some_and(|end| end.plus(24 * HOUR_US) < ctx.now);
        // What was taken back before it was published was never there.
        let idle = published.kind == "cancel" && references(tx, publisher, &published)?.is_empty();
        if gone || idle {
            continue;
        }
        let sent = published.sent;
        let entry = AtomEntry {
            id: format!("urn:aldis:{}:{}", publisher.sender, published.id),
            title: published.subject.clone(),
            updated: published.sent.to_string(),
            summary: published.body.replace('\n', " "),
            href: format!("{}/cap/{}.xml", publisher.url, published.id),
        };
        if let Ok(entry) = pass(Labelled::new(entry, published.label)) {
            updated = updated.max(sent);
            entries.push(entry);
        }
    }
    Ok(Released::collect(entries).map(|entries| AtomFeed {
        id: format!("urn:aldis:{}:alerts", publisher.sender),
        title: format!("Public alerts of {}", publisher.title),
        author: publisher.title.to_owned(),
        href: Some(format!("{}/feed/alerts.atom", publisher.url)),
        updated: updated.to_string(),
        entries,
    }))
}

fn pass<T>(thing: Labelled<T>) -> Result<Released<T>> {
    Gate::default().release(&Audience::public(), thing).ok_or(Error::NotFound)
}

struct Published {
    id: String,
    kind: String,
    subject: String,
    body: String,
    sent: Time,
    expires: Option<Time>,
    cap: CapDraft,
    replaces: Option<String>,
    /// What is printed on the version, to whose every sentence its originators consented. The row's own
    /// label says who here may read about it.
    label: Label,
}

fn published(row: &Row) -> Result<Published> {
    Ok(Published {
        id: row.text(0)?,
        kind: row.text(1)?,
        subject: row.text(2)?,
        body: row.text(3)?,
        sent: row.time(4)?,
        expires: row.opt_time(5)?,
        cap: serde_json::from_str(&row.text(6)?).map_err(Error::broken)?,
        replaces: row.opt_text(8)?,
        label: row.label(7)?,
    })
}

/// Follows what a message replaces back to the first alert.
fn references(tx: &mut Tx<'_>, publisher: &Publisher<'_>, last: &Published) -> Result<Vec<Reference>> {
    let mut references = Vec::new();
    let mut next = last.replaces.clone();
    while let Some(id) = next.take().filter(|_| references.len() < REFERENCES_MAX) {
        let rows = tx.rows(&format!("{PUBLISHED} AND r.id = $1"), &[id.into()])?;
        let Some(row) = rows.first() else { break };
        let earlier = published(row)?;
        let sent = time(earlier.sent)?;
        references.push(Reference { sender: publisher.sender.to_owned(), identifier: earlier.id, sent });
        next = earlier.replaces;
    }
    Ok(references)
}

fn to_cap(
    ctx: &Ctx,
    publisher: &Publisher<'_>,
    from: &Published,
    references: Vec<Reference>,
) -> Result<Alert> {
    let mut alert = Alert::new(from.id.as_str(), publisher.sender, time(from.sent)?);
    alert.status = if ctx.exercise { Status::Exercise } else { Status::Actual };
    alert.msg_type = match from.kind.as_str() {
        "cancel" if references.is_empty() => return Err(Error::NotFound),
        "cancel" => MsgType::Cancel,
        "update" if !references.is_empty() => MsgType::Update,
        _ => MsgType::Alert,
    };
    if ctx.exercise {
        alert.note = Some("Exercise: nothing has happened.".to_owned());
    }
    alert.references = references;
    let cap = &from.cap;
    let mut info = Info::new(Category::Security, cap.event.as_str());
    info.language = Some(cap.language.clone());
    info.categories = cap.category.iter().filter_map(|word| Category::parse(word)).collect();
    info.response_types = cap.response.iter().filter_map(|word| ResponseType::parse(word)).collect();
    info.urgency = Urgency::parse(&cap.urgency).unwrap_or(Urgency::Unknown);
    info.severity = Severity::parse(&cap.severity).unwrap_or(Severity::Unknown);
    info.certainty = Certainty::parse(&cap.certainty).unwrap_or(Certainty::Unknown);
    info.expires = from.expires.map(time).transpose()?;
    info.sender_name = Some(publisher.title.to_owned());
    info.headline = Some(from.subject.clone());
    info.description = Some(from.body.clone());
    info.instruction = Some(from.body.lines().last().unwrap_or_default().to_owned());
    info.web = (!cap.web.is_empty()).then(|| cap.web.clone());
    info.contact = (!cap.contact.is_empty()).then(|| cap.contact.clone());
    if !cap.area.is_empty() {
        info.areas.push(area(cap)?);
    }
    alert.infos.push(info);
    Ok(alert)
}

fn area(cap: &CapDraft) -> Result<Area> {
    let unreadable = || Error::broken("an area that was accepted cannot be read");
    let mut area = Area {
        description: cap.area.clone(),
        polygons: Vec::new(),
        circles: Vec::new(),
        geocodes: Vec::new(),
        altitude_ft: None,
        ceiling_ft: None,
    };
    if !cap.polygon.is_empty() {
        area.polygons.push(polygon(&cap.polygon).ok_or_else(unreadable)?);
    }
    if !cap.circle.is_empty() {
        area.circles.push(circle(&cap.circle).ok_or_else(unreadable)?);
    }
    for code in &cap.geocode {
        let (name, value) = code.split_once('=').ok_or_else(unreadable)?;
        area.geocodes.push(Named { name: name.to_owned(), value: value.to_owned() });
    }
    Ok(area)
}

/// Reads `lat,lon lat,lon …`: at least four points, the last one the first.
pub(super) fn polygon(text: &str) -> Option<Vec<Point>> {
    let points: Vec<Point> = text.split_whitespace().map(point).collect::<Option<_>>()?;
    (points.len() >= 4 && points.first() == points.last()).then_some(points)
}

/// Reads `lat,lon radius-km`.
pub(super) fn circle(text: &str) -> Option<Circle> {
    let (center, radius) = text.trim().split_once(' ')?;
    let radius_km: f64 = radius.trim().parse().ok()?;
    (0.0..20_038.0).contains(&radius_km).then_some(Circle { center: point(center)?, radius_km })
}

fn point(text: &str) -> Option<Point> {
    let (lat, lon) = text.split_once(',')?;
    let (lat, lon): (f64, f64) = (lat.parse().ok()?, lon.parse().ok()?);
    ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then_some(Point { lat, lon })
}

fn time(time: Time) -> Result<cap::Time> {
    cap::Time::utc(time.micros()).ok_or_else(|| Error::broken("a time CAP cannot write"))
}

const REFERENCES_MAX: usize = 50;

const PUBLISHED: &str = "-- desk::publish
    SELECT r.id, r.kind, w.subject, r.body, d.delivered_at, r.lapse_at, w.cap, r.tlp, r.replaces
      FROM delivery d
      JOIN release r ON r.id = d.release_id
      JOIN warning w ON w.id = r.warning_id
      JOIN audience a ON a.id = r.audience_id
     WHERE a.ladder = 'public' AND d.channel = 'cap' AND d.delivered_at IS NOT NULL";
