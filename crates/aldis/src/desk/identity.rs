//! Opens a sealed name: one officer asks and says why, a second one agrees, the first reads it once.
//!
//! What is read goes to whoever asked and is kept nowhere: the record holds the cover name, who asked,
//! who agreed, why and when, under the label of the entry and of the case. A request nobody agreed to
//! within [`AGREE_WITHIN_US`], or that was not read within [`READ_WITHIN_US`] of the agreement, is over:
//! it is asked anew, so that an old yes opens nothing.
//!
//! Source: `docs/reference/after-action.md`, AQ-31.

use super::visible::{Visible, shown};
use super::{danger, register, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use crate::seal::Sealer;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::{HOUR_US, MINUTE_US};
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// How long a request waits for a second person.
pub const AGREE_WITHIN_US: i64 = 8 * HOUR_US;

/// How long a yes stands.
pub const READ_WITHIN_US: i64 = 15 * MINUTE_US;

/// Asks for the sealed name of an entry and returns the request's id; nothing is opened.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a reason or with one longer than 500 bytes;
/// [`Error::Conflict`] if this officer's request for the entry under the same label is still open.
pub fn ask(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id, case: Option<&Id>, reason: &str) -> Result<Id> {
    ctx.may(Action::Deliver)?;
    let label = danger::about(tx, ctx, subject, case)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.len() > REASON_MAX {
        return Err(Error::refused("say what the name is needed for, in 1 to 500 letters"));
    }
    for row in tx.rows(OF_SUBJECT, &[subject.into()])? {
        let before = opening(&row)?;
        // One under another label does not stop this one: who sees only this one would learn of it.
        if before.asked_by == ctx.actor.id && before.label == label && before.is_open(ctx.now) {
            return Err(Error::Conflict(format!("{} is open: it waits or can be read", before.id)));
        }
    }
    let (id, due) = (ctx.id("NA"), ctx.now.plus(READ_WITHIN_US));
    let stored = tx.label(&label)?;
    tx.insert(
        Table::NameOpening,
        ASK,
        &[
            (&id).into(),
            subject.into(),
            case.map(Id::as_str).into(),
            reason.into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let (kind, priority, note) = (Task::OpenName, Priority::High, subject.as_str());
    tasks::open(tx, ctx, &tasks::New { kind, priority, case, thing: id.as_str(), note, label: &label, due })?;
    let event = Event::new(Kind::IdentityAsked, label)
        .case(case)
        .with("subject", subject)
        .with("opening", &id)
        .with("reason", reason)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Agrees that a name is opened, or refuses with a reason; the name is shown to nobody by this.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::SecondPerson`] if the officer asked for it; [`Error::Refused`] if it
/// was asked too long ago, or for a refusal without a reason; [`Error::Conflict`] if it was decided.
pub fn decide(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id, agrees: bool, words: &str) -> Result<()> {
    ctx.may(Action::Register).or_else(|_| ctx.may(Action::Decide))?;
    let found = find(tx, ctx, id)?.into_inner();
    ctx.is_second_to(&[&found.asked_by], "whoever asks for a name cannot agree: a second person must")?;
    let words = words.trim();
    if words.len() > REASON_MAX || !agrees && words.is_empty() {
        return Err(Error::refused("say why the name stays sealed, in 1 to 500 letters"));
    }
    if agrees && found.agreed.is_none() && !found.is_open(ctx.now) {
        return Err(Error::refused("this was asked too long ago: whoever needs the name asks again"));
    }
    let answer = if agrees { "yes" } else { "no" };
    let by = ctx.actor.id.as_str();
    let values = [id.into(), answer.into(), by.into(), ctx.now.into(), words.into()];
    tx.update(Table::NameOpening, DECIDE, &values)?;
    tasks::close(tx, ctx, Task::OpenName, id.as_str())?;
    let kind = if agrees { Kind::IdentityAgreed } else { Kind::IdentityRefused };
    say(tx, ctx, kind, &found, &[("words", words)])
}

/// Hands the names of an entry to whoever asked, once, after another has agreed.
///
/// # Errors
///
/// [`Error::NotFound`], also for anybody but the one who asked; [`Error::Refused`] if nobody agreed or
/// the yes is older than [`READ_WITHIN_US`]; [`Error::Conflict`] if it was read before.
pub fn read(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer, id: &Id) -> Result<Released<Vec<String>>> {
    ctx.may(Action::Deliver)?;
    let found = find(tx, ctx, id)?.into_inner();
    if found.asked_by != ctx.actor.id {
        return Err(Error::NotFound);
    }
    if found.agreed.as_deref() != Some("yes") {
        return Err(Error::refused("nobody has agreed to this: the name stays sealed"));
    }
    if found.read_at.is_none() && !found.is_open(ctx.now) {
        return Err(Error::refused("the yes is older than 15 minutes: ask again"));
    }
    tx.update(Table::NameOpening, READ, &[id.into(), ctx.now.into()])?;
    let names = ctx.show(Labelled::new(sealer.names(tx, &found.subject)?, found.label.clone()))?;
    let agreed_by = found.agreed_by_name.clone().unwrap_or_default();
    say(tx, ctx, Kind::IdentityRead, &found, &[("reason", &found.reason), ("agreed_by", &agreed_by)])?;
    Ok(names)
}

fn say(tx: &mut Tx<'_>, ctx: &Ctx, kind: Kind, of: &Opening, more: &[(&'static str, &str)]) -> Result<()> {
    let mut event = Event::new(kind, of.label.clone())
        .case(of.case.as_ref())
        .with("subject", &of.subject)
        .with("opening", &of.id);
    for (name, value) in more.iter().filter(|(_, value)| !value.is_empty()) {
        event = event.with(name, value);
    }
    journal::append(tx, ctx, event.with("by", &ctx.actor.name)).map(|_| ())
}

/// A request for a sealed name, as its reader sees it: no name.
#[derive(Clone, Debug, Serialize)]
pub struct Opening {
    /// Its id.
    pub id: Id,
    /// The cover name.
    pub subject: Id,
    /// The case it is for.
    pub case: Option<Id>,
    /// What the name is needed for.
    pub reason: String,
    /// Who may see it.
    pub label: Label,
    /// The id of who asked.
    #[serde(skip)]
    pub asked_by: String,
    /// Who asked.
    pub asked_by_name: String,
    /// When.
    pub asked_at: Time,
    /// yes or no; none while it waits.
    pub agreed: Option<String>,
    /// Who said so.
    pub agreed_by_name: Option<String>,
    /// When.
    pub agreed_at: Option<Time>,
    /// Why not.
    pub words: Option<String>,
    /// When whoever asked read the name.
    pub read_at: Option<Time>,
}

impl Opening {
    /// Says whether it still waits for a second person, or was agreed to and can be read now.
    pub fn is_open(&self, now: Time) -> bool {
        match (self.agreed.as_deref(), self.agreed_at, self.read_at) {
            (None, _, _) => now <= self.asked_at.plus(AGREE_WITHIN_US),
            (Some("yes"), Some(at), None) => now <= at.plus(READ_WITHIN_US),
            _ => false,
        }
    }

    /// Says whether a second person can agree now.
    pub fn waits(&self, now: Time) -> bool {
        self.agreed.is_none() && self.is_open(now)
    }

    /// Says in words how far it is.
    pub fn state(&self, now: Time) -> &'static str {
        match (self.agreed.as_deref(), self.read_at) {
            (_, Some(_)) => "read",
            (Some("no"), None) => "refused",
            (Some(_), None) if self.is_open(now) => "agreed, not read yet",
            (Some(_), None) => "agreed, never read",
            (None, None) if self.is_open(now) => "waits for a second person",
            (None, None) => "nobody agreed in time",
        }
    }
}

/// Finds a request the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Opening>> {
    ctx.may(Action::ReadDesk)?;
    ctx.show(labelled(&tx.row(&format!("{SELECT} WHERE n.id = $1"), &[id.into()])?)?)
}

/// Lists the requests for an entry's name that the reader may see, newest first, at most 100.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may not see the entry.
pub fn of_subject(tx: &mut Tx<'_>, ctx: &Ctx, subject: &Id) -> Result<Released<Vec<Opening>>> {
    register::find(tx, ctx, subject)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let order = "ORDER BY n.asked_at DESC, n.id DESC LIMIT 100";
    let sql = format!("{SELECT} WHERE n.subject_id = $1 AND {} {order}", visible.condition("n.label", 1));
    let rows = tx.rows(&sql, &visible.with(&[subject.into()]))?;
    shown(ctx, rows.iter().map(labelled))
}

fn labelled(row: &Row) -> Result<Labelled<Opening>> {
    let opening = opening(row)?;
    let label = opening.label.clone();
    Ok(Labelled::new(opening, label))
}

fn opening(row: &Row) -> Result<Opening> {
    Ok(Opening {
        id: row.id(0)?,
        subject: row.id(1)?,
        case: row.opt_id(2)?,
        reason: row.text(3)?,
        label: row.label(4)?,
        asked_by: row.text(5)?,
        asked_by_name: row.text(6)?,
        asked_at: row.time(7)?,
        agreed: row.opt_text(8)?,
        agreed_by_name: row.opt_text(9)?,
        agreed_at: row.opt_time(10)?,
        words: row.opt_text(11)?,
        read_at: row.opt_time(12)?,
    })
}

const REASON_MAX: usize = 500;

const ASK: &str = "-- desk::identity::ask
    INSERT INTO name_opening (id, subject_id, case_id, reason, label, asked_by, asked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const DECIDE: &str = "-- desk::identity::decide
    UPDATE name_opening SET agreed = $2, agreed_by = $3, agreed_at = $4, words = $5
     WHERE id = $1 AND agreed IS NULL";

const READ: &str = "-- desk::identity::read
    UPDATE name_opening SET read_at = $2 WHERE id = $1 AND agreed = 'yes' AND read_at IS NULL";

const SELECT: &str = "-- desk::identity::find
    SELECT n.id, n.subject_id, n.case_id, n.reason, n.label, n.asked_by, coalesce(a.name, n.asked_by), n.asked_at,
           n.agreed, coalesce(b.name, n.agreed_by), n.agreed_at, n.words, n.read_at
      FROM name_opening n LEFT JOIN officer a ON a.id = n.asked_by LEFT JOIN officer b ON b.id = n.agreed_by";

const OF_SUBJECT: &str = "-- desk::identity::ask before
    SELECT n.id, n.subject_id, n.case_id, n.reason, n.label, n.asked_by, n.asked_by, n.asked_at,
           n.agreed, n.agreed_by, n.agreed_at, n.words, n.read_at
      FROM name_opening n WHERE n.subject_id = $1 ORDER BY n.asked_at, n.id";
