//! A correction goes to everybody who got the text: whoever has not got it yet is a task.
//!
//! The version for each audience is cut, approved and acknowledged by itself, as the first one was.

use super::Release;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::tasks;
use crate::error::Result;
use aldis_model::task::{Priority, Task};
use aldis_model::time::HOUR_US;

/// Asks for the correction of what every other audience of the corrected warning was sent, and closes the
/// task of this one.
pub(super) fn for_the_others(tx: &mut Tx<'_>, ctx: &Ctx, correction: &Release) -> Result<()> {
    let Some(replaced) = &correction.replaces else { return Ok(()) };
    tasks::close(tx, ctx, Task::Correct, replaced.as_str())?;
    for row in tx.rows(OTHERS, &[replaced.into(), (&correction.warning).into()])? {
        let (thing, title) = (row.id(0)?, row.text(1)?);
        // It says that somebody else was told otherwise: whoever may not know of that is asked nothing.
        let label = row.label(2)?.join(&correction.label);
        let new = tasks::New {
            kind: Task::Correct,
            priority: Priority::Critical,
            case: Some(&correction.case),
            thing: thing.as_str(),
            note: &title,
            label: &label,
            due: ctx.now.plus(HOUR_US),
        };
        tasks::open(tx, ctx, &new)?;
    }
    Ok(())
}

// What was sent to another audience of the same warning and not replaced by something that was sent. A
// version of the correction itself needs none.
const OTHERS: &str = "-- desk::release::correct
    SELECT r.id, a.title, r.label
      FROM release old
      JOIN release r ON r.warning_id = old.warning_id AND r.audience_id <> old.audience_id
      JOIN audience a ON a.id = r.audience_id
     WHERE old.id = $1 AND r.sent_at IS NOT NULL
       AND NOT (r.warning_id = $2 AND r.replaces IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM release later WHERE later.replaces = r.id AND later.sent_at IS NOT NULL)
     ORDER BY r.id";
