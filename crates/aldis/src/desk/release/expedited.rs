//! The release of a warning that is sent before it is decided.

use super::{Purpose, code_words};
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::desk::{compose, partners};
use crate::error::Result;
use aldis_model::{Digest, Id};

/// Freezes the text under the name of who approved it on the scene, and returns the release's id.
///
/// Not a verb: [`crate::desk::expedite`] checks what must hold and writes the record.
pub(in crate::desk) fn expedited(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    warning: &compose::Warning,
    recipient: &partners::Recipient,
    text: &str,
    approver: &str,
) -> Result<Id> {
    let id = ctx.id("L");
    let about = super::about(tx, warning, recipient)?;
    let label = tx.label(&about)?;
    tx.insert(
        Table::Release,
        EXPEDITED,
        &[
            (&id).into(),
            (&warning.id).into(),
            (&recipient.id).into(),
            Purpose::Alert.as_str().into(),
            text.into(),
            Digest::of(text.as_bytes()).into(),
            recipient.audience().ceiling.as_str().into(),
            label,
            code_words::pick(ctx).into(),
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
            approver.into(),
        ],
    )?;
    Ok(id)
}

const EXPEDITED: &str = "-- desk::release::expedited
    INSERT INTO release (id, warning_id, audience_id, kind, body, text_hash, tlp, label, dropped, declassified,
                         code_words, drafted_by, drafted_at, approved_by, approved_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', $9, $10, $11, $12, $11)";
