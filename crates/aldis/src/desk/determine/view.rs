//! A duty as its readers see it.

use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::desk::case;
use crate::desk::visible::shown;
use crate::error::{Error, Result};
use aldis_model::duty::{Duty, State};
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// A duty as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Its id.
    pub id: Id,
    /// Its case.
    pub case: Id,
    /// What is threatened: person, group, place.
    pub victim_kind: String,
    /// Who or what, by cover name.
    pub victim: String,
    /// Its state.
    pub state: State,
    /// The threat-to-life grade.
    pub ttl: String,
    /// Who assessed it.
    pub author: String,
    /// Its label.
    pub label: Label,
    /// When it last moved.
    pub changed_at: Time,
    /// When the next step is late.
    pub due_at: Option<Time>,
    /// The states it passed, with times.
    pub path: Vec<(State, Time)>,
    #[serde(skip)]
    pub(in crate::desk) machine: String,
}

impl Seen {
    /// Returns the state machine as it is stored, JSON.
    pub(crate) fn machine(&self) -> &str {
        &self.machine
    }
}

/// Finds a duty the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Seen>> {
    ctx.may(Action::ReadDesk).or_else(|_| ctx.may(Action::ReadRecord))?;
    let row = tx.row(&format!("{SELECT} WHERE d.id = $1"), &[id.into()])?;
    let (seen, label) = read(&row)?;
    ctx.show(Labelled::new(seen, label))
}

/// Lists the duties of a case, oldest first.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may not see the case.
pub fn of_case(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id) -> Result<Released<Vec<Seen>>> {
    case::find(tx, ctx, case)?;
    let rows = tx.rows(&format!("{SELECT} WHERE d.case_id = $1 ORDER BY d.id"), &[case.into()])?;
    shown(ctx, rows.iter().map(|row| read(row).map(|(seen, label)| Labelled::new(seen, label))))
}

pub(super) fn read(row: &Row) -> Result<(Seen, Label)> {
    let machine = row.text(7)?;
    let duty: Duty = serde_json::from_str(&machine).map_err(Error::broken)?;
    let label = row.label(8)?;
    let seen = Seen {
        id: row.id(0)?,
        case: row.id(1)?,
        victim_kind: row.text(2)?,
        victim: row.text(3)?,
        state: row.parsed(4)?,
        ttl: row.text(5)?,
        author: row.text(6)?,
        label: label.clone(),
        changed_at: row.time(9)?,
        due_at: duty.due_us().map(Time::from_micros),
        path: duty.trace().iter().map(|p| (p.state, Time::from_micros(p.at_us))).collect(),
        machine,
    };
    Ok((seen, label))
}

pub(super) const SELECT: &str = "-- desk::determine::find
    SELECT d.id, d.case_id, d.victim_kind, d.victim, d.state, d.ttl, d.author, d.machine, d.label, d.changed_at
      FROM duty d";
