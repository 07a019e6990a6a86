//! What came after its time: answers of recipients, and calls of ours that were taken late.
//!
//! A late word is kept with its lateness and never made into one in time. Whoever takes over a shift, or
//! looks afterwards, finds them here.
//!
//! Rule: `model::duty::ack_limit_us` for answers, `model::chain::step_us` for calls.

use super::visible::{Visible, shown};
use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::error::Result;
use aldis_model::role::Action;
use aldis_model::{Id, Labelled, Released, Time};
use serde::Serialize;

/// A word that came late.
#[derive(Clone, Debug, Serialize)]
pub struct Late {
    /// The delivery it is about.
    pub delivery: Id,
    /// The warning.
    pub warning: Id,
    /// The audience's title.
    pub title: String,
    /// read, call_me, do_not_accept, not_me or acted; call-taken if an officer of ours took a call.
    pub what: String,
    /// Who said it, as far as known.
    pub by: String,
    /// The words with it.
    pub words: String,
    /// How much later than its limit, in seconds, from 1.
    pub late_s: i64,
    /// When it was taken down.
    pub at: Time,
}

impl Late {
    /// Says in words what came late.
    pub fn says(&self) -> &str {
        match aldis_model::answer::Answer::find(&self.what) {
            Some(answer) => answer.words(),
            None => "call taken by us",
        }
    }

    /// Says how late, as a person reads it.
    pub fn lateness(&self) -> String {
        match self.late_s {
            ..60 => format!("{} s", self.late_s),
            60..7_200 => format!("{} min", self.late_s / 60),
            7_200..172_800 => format!("{} h {:02}", self.late_s / 3_600, self.late_s % 3_600 / 60),
            _ => format!("{} days", self.late_s / 86_400),
        }
    }
}

/// Lists late answers and late calls that the reader may see, newest first, at most `limit` from 1 to 500.
///
/// # Errors
///
/// [`crate::error::Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, limit: usize) -> Result<Released<Vec<Late>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let limit = limit.clamp(1, 500);
    let most = visible.with(&[i64::try_from(limit).unwrap_or(500).into()]);
    let may_see =
        |own: &str| format!("{} AND {}", visible.condition(own, 1), visible.condition("d.label", 1));
    let order = "ORDER BY 9 DESC, 1 DESC LIMIT $1";
    let mut rows = tx.rows(&format!("{ANSWERS} AND {} {order}", may_see("l.label")), &most)?;
    rows.extend(tx.rows(&format!("{CALLS} AND {} {order}", may_see("e.label")), &most)?);
    let found = shown(ctx, rows.iter().map(labelled))?;
    Ok(found.map(|mut found: Vec<Late>| {
        found.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.delivery.as_str().cmp(a.delivery.as_str())));
        found.truncate(limit);
        found
    }))
}

fn labelled(row: &Row) -> Result<Labelled<Late>> {
    let late = Late {
        delivery: row.id(1)?,
        warning: row.id(2)?,
        title: row.text(3)?,
        what: row.text(4)?,
        by: row.text(5)?,
        words: row.text(6)?,
        late_s: (row.int(7)? + 999_999) / 1_000_000,
        at: row.time(8)?,
    };
    Ok(Labelled::new(late, row.label(9)?.join(&row.label(10)?)))
}

const ANSWERS: &str = "-- desk::late::list answers
    SELECT l.id, d.id, r.warning_id, a.title, l.answer, l.said_by, l.note, l.late_us, l.recorded_at, l.label, d.label
      FROM answer l JOIN delivery d ON d.id = l.delivery_id
      JOIN release r ON r.id = d.release_id JOIN audience a ON a.id = r.audience_id
     WHERE l.late_us > 0";

const CALLS: &str = "-- desk::late::list calls
    SELECT l.id, d.id, r.warning_id, a.title, 'call-taken', coalesce(o.name, l.officer_id), l.words, l.late_us,
           l.said_at, e.label, d.label
      FROM call_answer l JOIN escalation e ON e.id = l.escalation_id
      JOIN delivery d ON d.id = e.delivery_id JOIN release r ON r.id = d.release_id
      JOIN audience a ON a.id = r.audience_id LEFT JOIN officer o ON o.id = l.officer_id
     WHERE l.late_us > 0";
