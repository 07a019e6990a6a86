//! Remembers what was imported from other tools, so that the same thing is recognised.
//!
//! A thing is known by its maker and the name the maker gave it. The same version comes in once; a later
//! one is a new report beside the old; an earlier one, and the same one with another content, stay out.
//!
//! Deliberately absent: taking the report in, which is [`super::gather`], and lists of people,
//! which are [`super::lists`].

use super::gather;
use super::visible::Visible;
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::Result;
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::label::key;
use aldis_model::role::Action;
use aldis_model::{Digest, Id, Label};

/// One version of a foreign thing.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// Who made it.
    pub maker: &'a str,
    /// The name its maker gave it.
    pub foreign_id: &'a str,
    /// When this version was made, in microseconds since 1970; `None` if it does not say.
    pub at_us: Option<i64>,
    /// The hash of what is to be taken in.
    pub sha256: Digest,
}

/// What is known of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing: it is new.
    New,
    /// An earlier version is this report.
    Later(Id),
    /// It is this report already.
    Same(Id),
    /// This report is a later version.
    Earlier(Id),
    /// This report is the same version with another content.
    Differs(Id),
}

/// Looks whether a version is known to the officer: a report he may not see is not there.
///
/// # Errors
///
/// [`crate::error::Error::Forbidden`].
pub fn look(tx: &mut Tx<'_>, ctx: &Ctx, version: &Version<'_>) -> Result<Known> {
    ctx.may(Action::Gather)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!("{KNOWN} AND {} ORDER BY i.version DESC, i.id", visible.condition("r.label", 2));
    let rows = tx.rows(&sql, &visible.with(&[version.foreign_id.into(), key(version.maker).into()]))?;
    let at = version.at_us.unwrap_or(NO_TIME);
    let mut newest = None;
    for row in &rows {
        let (known_at, sha256, report) = (row.int(0)?, row.parsed::<Digest>(1)?, row.id(2)?);
        if sha256 == version.sha256 {
            return Ok(Known::Same(report));
        }
        if known_at == at {
            // Without a time nothing says which is the later one: another content is a new version.
            return Ok(if at == NO_TIME { Known::Later(report) } else { Known::Differs(report) });
        }
        newest.get_or_insert((known_at, report));
    }
    Ok(match newest {
        None => Known::New,
        Some((known_at, report)) if known_at > at => Known::Earlier(report),
        Some((_, report)) => Known::Later(report),
    })
}

/// Remembers that a version became a report with this label, and which earlier one it follows.
///
/// # Errors
///
/// [`crate::error::Error::Forbidden`]; [`crate::error::Error::NotFound`] if the officer may not see that one.
pub fn remember(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    version: &Version<'_>,
    report: &Id,
    label: &Label,
    follows: Option<&Id>,
) -> Result<()> {
    ctx.may(Action::Gather)?;
    tx.insert(
        Table::Import,
        INSERT,
        &[
            (&ctx.id("IM")).into(),
            key(version.maker).into(),
            version.foreign_id.into(),
            version.at_us.unwrap_or(NO_TIME).into(),
            version.sha256.into(),
            report.into(),
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    // The record names both reports: it is for those who may see both.
    let label = match follows {
        Some(earlier) => gather::find(tx, ctx, earlier)?.get().label.join(label),
        None => label.clone(),
    };
    let event = Event::new(Kind::ReportImported, label)
        .with("report", report)
        .with("maker", key(version.maker))
        .with("foreign_id", version.foreign_id)
        .with("sha256", version.sha256)
        .with_some("follows", follows);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Stands for a version that does not say when it was made.
const NO_TIME: i64 = -1;

const KNOWN: &str = "-- desk::imports::look
    SELECT i.version, i.sha256, i.report_id FROM import i JOIN report r ON r.id = i.report_id
     WHERE i.foreign_id = $1 AND i.maker = $2";

const INSERT: &str = "-- desk::imports::remember
    INSERT INTO import (id, maker, foreign_id, version, sha256, report_id, imported_by, imported_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
