//! Publishes released content to a partner's collection.
//!
//! This is the only way something of our own gets there. The content arrives as `Released`, which the
//! gate alone can make, and belongs to an approved version for an audience of that very partner, or
//! for the public, or to an approved opinion for it: a `Released` does not say for whom it was made, the
//! version or the opinion does.

use super::collections;
use super::put::{self, New, Origin};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::gate::may_see;
use aldis_model::role::Action;
use aldis_model::{Id, Label, Released, Tlp};
use aldis_wire::taxii::Object;

/// One STIX object of a released version, as the text that will be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StixObject(String);

impl StixObject {
    /// Wraps an object that was written as JSON; it is read and checked when it is published.
    pub fn new(json: String) -> Self {
        Self(json)
    }
}

/// Publishes objects of `release`, a version or an opinion, to a collection and returns how many were new.
///
/// An object that is there already with the same content is passed over, so that a repetition does
/// no harm.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such collection, version or opinion; [`Error::Forbidden`] if it
/// is not approved, is for somebody else, or is above what the partner may receive; [`Error::Refused`]
/// if an object cannot be read; [`Error::Conflict`] if another content is there under its id and
/// version. Nothing is published then.
pub fn publish(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    collection: &str,
    release: &Id,
    objects: Vec<Released<StixObject>>,
) -> Result<usize> {
    ctx.may(Action::Deliver)?;
    let collection = collections::find(tx, collection)?;
    let version = tx.row(RELEASE, &[release.into()])?;
    let (for_whom, ladder) = (version.text(0)?, version.text(1)?);
    let for_partner = for_whom == collection.partner || ladder == "public";
    if version.opt_time(3)?.is_none() || version.opt_time(4)?.is_some() || !for_partner {
        return Err(Error::Forbidden(
            "only an approved version for this partner can be published to it".to_owned(),
        ));
    }
    let tlp: Tlp = version.parsed(2)?;
    let label =
        if tlp == Tlp::Clear { Label::clear() } else { Label::plain(tlp).releasable_to(&collection.partner) };
    if !may_see(&collection.audience(), &label) {
        return Err(Error::Forbidden("this version is above what the partner may receive".to_owned()));
    }
    let texts: Vec<String> = objects.into_iter().map(|object| object.into_inner().0).collect();
    let read =
        texts.iter().map(|text| Object::read(text).map_err(Error::refused)).collect::<Result<Vec<_>>>()?;
    let news: Vec<New<'_>> = read.iter().map(|object| new(object, &label)).collect();
    let (id, source) = (put::batch_id(ctx), ctx.org.as_str());
    let is_version = version.text(6)? == "version";
    let of_version = Some(release).filter(|_| is_version);
    let origin = Origin { id, kind: "published", source, release: of_version, label: &label };
    let (done, batch) = put::put(tx, ctx, &collection, &origin, &news)?;
    if done.iter().any(|put| matches!(put, put::Put::Clash(_))) {
        return Err(Error::Conflict(
            "another content is there under this id and version: make a new version".to_owned(),
        ));
    }
    let Some(batch) = batch else { return Ok(0) };
    let event = Event::new(Kind::TaxiiPublished, version.label(5)?)
        .with("collection", &collection.id)
        .with("partner", &collection.partner)
        .with(if is_version { "release" } else { "opinion" }, release)
        .with("batch", &batch.id)
        .with("objects", batch.objects)
        .with("digest", batch.digest);
    journal::append(tx, ctx, event)?;
    Ok(usize::try_from(batch.objects).unwrap_or_default())
}

fn new<'a>(object: &'a Object<'_>, label: &'a Label) -> New<'a> {
    New { id: &object.id, kind: &object.kind, version: object.version, label, body: object.raw.as_bytes() }
}

const RELEASE: &str = "-- desk::share::publish
    SELECT a.org, a.ladder, r.tlp, r.approved_at, r.rejected_at, r.label, 'version'
      FROM release r JOIN audience a ON a.id = r.audience_id WHERE r.id = $1
     UNION ALL
    SELECT a.org, a.ladder, o.tlp, o.approved_at, o.rejected_at, o.label, 'opinion'
      FROM opinion o JOIN audience a ON a.id = o.audience_id WHERE o.id = $1";
