//! A release as its readers here see it, and as the machine reads it to carry it.

use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::desk::compose;
use crate::desk::visible::shown;
use crate::error::Result;
use aldis_model::role::Action;
use aldis_model::{Digest, Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// A release as its reader sees it here.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// Its id.
    pub id: Id,
    /// The warning it is cut from.
    pub warning: Id,
    /// The case.
    pub case: Id,
    /// The audience's name.
    pub audience: String,
    /// The audience's title.
    pub title: String,
    /// How it is told.
    pub channel: String,
    /// alert, update or cancel.
    pub kind: String,
    /// The subject line.
    pub subject: String,
    /// The text, frozen.
    pub body: String,
    /// Its hash.
    pub text_hash: Digest,
    /// The label printed on it.
    pub tlp: String,
    /// Who here may read it.
    pub label: Label,
    /// The places of dropped portions.
    pub dropped: String,
    /// The places of declassified portions.
    pub declassified: String,
    /// The "is this real?" words.
    pub code_words: String,
    /// What it replaces.
    pub replaces: Option<Id>,
    /// Who proposed it.
    pub drafted_by: String,
    /// When.
    pub drafted_at: Time,
    /// When it was approved.
    pub approved_at: Option<Time>,
    /// By whom, by name.
    pub approved_by: Option<String>,
    /// When it was rejected.
    pub rejected_at: Option<Time>,
    /// Why.
    pub reason: Option<String>,
    /// When it was sent.
    pub sent_at: Option<Time>,
    /// When the window it warns of ends.
    pub ends_at: Option<Time>,
}

/// Finds a release the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Release>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(&format!("{SELECT} WHERE r.id = $1"), &[id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Reads a release for the machine, which carries what it may not decide.
pub(in crate::desk) fn find_for_delivery(tx: &mut Tx<'_>, id: &Id) -> Result<Release> {
    release(&tx.row(&format!("{SELECT} WHERE r.id = $1"), &[id.into()])?)
}

/// Lists the releases of a warning in the order they were proposed.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may not see the warning.
pub fn of_warning(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Id) -> Result<Released<Vec<Release>>> {
    compose::find(tx, ctx, warning)?;
    let sql = format!("{SELECT} WHERE r.warning_id = $1 ORDER BY r.drafted_at, r.id");
    let rows = tx.rows(&sql, &[warning.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Release>> {
    let found = release(row)?;
    let label = found.label.clone();
    Ok(Labelled::new(found, label))
}

fn release(row: &Row) -> Result<Release> {
    Ok(Release {
        id: row.id(0)?,
        warning: row.id(1)?,
        case: row.id(2)?,
        audience: row.text(3)?,
        title: row.text(4)?,
        channel: row.text(5)?,
        kind: row.text(6)?,
        subject: row.text(7)?,
        body: row.text(8)?,
        text_hash: row.parsed(9)?,
        tlp: row.text(10)?,
        label: row.label(11)?,
        dropped: row.text(12)?,
        declassified: row.text(13)?,
        code_words: row.text(14)?,
        replaces: row.opt_id(15)?,
        drafted_by: row.text(16)?,
        drafted_at: row.time(17)?,
        approved_at: row.opt_time(18)?,
        approved_by: row.opt_text(19)?,
        rejected_at: row.opt_time(20)?,
        reason: row.opt_text(21)?,
        sent_at: row.opt_time(22)?,
        ends_at: row.opt_time(23)?,
    })
}

const SELECT: &str = "-- desk::release::find
    SELECT r.id, r.warning_id, w.case_id, a.name, a.title, a.channel, r.kind, w.subject, r.body, r.text_hash,
           r.tlp, r.label, r.dropped, r.declassified, r.code_words, r.replaces, r.drafted_by, r.drafted_at,
           r.approved_at, o.name, r.rejected_at, r.reason, r.sent_at, w.ends_at
      FROM release r
      JOIN warning w ON w.id = r.warning_id
      JOIN audience a ON a.id = r.audience_id
      LEFT JOIN officer o ON o.id = r.approved_by";
