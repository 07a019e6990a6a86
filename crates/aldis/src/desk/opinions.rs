//! Answers a partner's object with a STIX opinion: what we think of it, and why.
//!
//! Rule: `model::tearline`. As with a warning, one person writes it, a second one approves exactly that
//! text, and the outbox publishes it ([`super::share::opinion`]). It goes to whoever gave the report and
//! to nobody else, because it names that partner's own object. The explanation is a text that leaves:
//! the lint reads it, and no name of the register may stand in it.
//!
//! Deliberately absent: an opinion under TLP:RED, which is for named people and not for tools; consents
//! of third parties: what needs one is said without it; changing a text: withdraw it and say it anew.
//!
//! Source: STIX 2.1 section 4.15; `docs/reference/stix-mapping.md`; `docs/reference/release-rules.md`.

use super::visible::shown;
use super::{compose, gather, partners, share, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::seal::Sealer;
use crate::{journal, outbox};
use aldis_model::event::{Event, Kind};
use aldis_model::gate::{Audience, Gate, may_see};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::tearline::{self, Above, Basis, Portion, Problem};
use aldis_model::time::HOUR_US;
use aldis_model::{Id, Label, Labelled, Released, Time, Tlp};
use aldis_wire::stix;
use aldis_wire::stix::map::View;
use serde::Serialize;

/// An opinion as its author writes it.
#[derive(Clone, Debug)]
pub struct NewOpinion<'a> {
    /// The report it is about.
    pub report: &'a Id,
    /// An audience of the partner that gave the report.
    pub audience: &'a str,
    /// The partner's own STIX id of the object; `None`: it is read from the report as it arrived.
    pub object: Option<&'a str>,
    /// What we think of it.
    pub view: View,
    /// Why; written for the partner.
    pub explanation: &'a str,
    /// Who may see the explanation.
    pub label: Label,
}

/// An opinion as its reader sees it here.
#[derive(Clone, Debug, Serialize)]
pub struct Opinion {
    /// Its id.
    pub id: Id,
    /// The report it is about.
    pub report: Id,
    /// The audience's name.
    pub audience: String,
    /// The partner's own STIX id of the object.
    pub object: String,
    /// strongly-disagree, disagree, neutral, agree or strongly-agree.
    pub view: String,
    /// Why, frozen.
    pub explanation: String,
    /// The label of the explanation.
    pub outside: Label,
    /// How it is marked.
    pub tlp: String,
    /// Who here may know of it.
    pub label: Label,
    /// Who wrote it.
    pub said_by: String,
    /// When.
    pub said_at: Time,
    /// When it was approved.
    pub approved_at: Option<Time>,
    /// When it was rejected.
    pub rejected_at: Option<Time>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Time>,
    /// Why it was rejected or withdrawn.
    pub reason: Option<String>,
}

/// Proposes an opinion and returns its id; a second person must approve it.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Blocked`] with every problem of the explanation; [`Error::Refused`] if
/// the audience is not of the partner that gave the report or reads no collection, if the object has no
/// STIX id, or if the explanation is empty, too long or TLP:RED.
pub fn propose(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer, new: &NewOpinion<'_>) -> Result<Id> {
    ctx.may(Action::Draft)?;
    let report = gather::find(tx, ctx, new.report)?.into_inner();
    let recipient = partners::known(tx, ctx, new.audience)?.into_inner();
    if recipient.org != report.originator {
        return Err(Error::Refused(format!(
            "{} did not give this report: an opinion names the giver's own object and goes to nobody else",
            recipient.name
        )));
    }
    let explanation = new.explanation.trim();
    if explanation.is_empty() || explanation.len() > EXPLANATION_MAX {
        return Err(Error::refused("say why in 1 to 4,000 letters: a bare word helps nobody"));
    }
    if new.label.tlp == Tlp::Red {
        return Err(Error::refused("TLP:RED is for named people: tell them, a tool cannot keep it"));
    }
    let object = object_of(tx, ctx, new)?;
    if !share::version::is_shared(tx, &recipient)? {
        return Err(Error::Refused(format!(
            "{} reads no collection here: add one with `aldis taxii collection add`",
            recipient.org
        )));
    }
    let problems = problems(tx, ctx, sealer, &report, &recipient.audience(), explanation, &new.label)?;
    if !problems.is_empty() {
        return Err(Error::Blocked(problems));
    }
    let (id, label) = (ctx.id("OP"), report.label.join(&compose::inside(&new.label)));
    let stored = tx.label(&label)?;
    tx.insert(
        Table::Opinion,
        PROPOSE,
        &[
            (&id).into(),
            new.report.into(),
            (&recipient.id).into(),
            object.as_str().into(),
            new.view.word().into(),
            explanation.into(),
            new.label.to_string().into(),
            new.label.tlp.as_str().into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let task = tasks::New {
        kind: Task::Opinion,
        priority: Priority::Routine,
        case: None,
        thing: id.as_str(),
        note: &recipient.title,
        label: &label,
        due: ctx.now.plus(DECIDED_WITHIN_US),
    };
    tasks::open(tx, ctx, &task)?;
    let event = about(Kind::OpinionProposed, &label, &id, new.report, &recipient.name)
        .with("view", new.view.word())
        .with("explanation", explanation)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Approves exactly the text that was proposed; it is published next.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::SecondPerson`] for its author; [`Error::Blocked`] if a problem has come
/// up since; [`Error::Conflict`] if it was decided before.
pub fn approve(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer, opinion: &Id) -> Result<()> {
    ctx.may(Action::Approve)?;
    let found = find(tx, ctx, opinion)?.into_inner();
    ctx.may_approve_of(&[&found.said_by])?;
    let report = gather::find(tx, ctx, &found.report)?.into_inner();
    let who = partners::audience(tx, &found.audience)?.audience();
    let problems = problems(tx, ctx, sealer, &report, &who, &found.explanation, &found.outside)?;
    if !problems.is_empty() {
        return Err(Error::Blocked(problems));
    }
    tx.update(Table::Opinion, APPROVE, &[opinion.into(), ctx.now.into(), ctx.actor.id.as_str().into()])?;
    tasks::close(tx, ctx, Task::Opinion, opinion.as_str())?;
    outbox::put(tx, ctx, outbox::Work::Opinion, opinion.as_str(), ctx.now)?;
    let event = about(Kind::OpinionApproved, &found.label, opinion, &found.report, &found.audience)
        .with("view", &found.view)
        .with("explanation", &found.explanation)
        .with("tlp", &found.tlp)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Rejects a proposed opinion with a reason.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a reason; [`Error::Conflict`] if it was decided before.
pub fn reject(tx: &mut Tx<'_>, ctx: &Ctx, opinion: &Id, reason: &str) -> Result<()> {
    let found = to_end(tx, ctx, opinion, reason)?;
    tx.update(Table::Opinion, REJECT, &[opinion.into(), ctx.now.into(), reason.trim().into()])?;
    tasks::close(tx, ctx, Task::Opinion, opinion.as_str())?;
    let event = about(Kind::OpinionRejected, &found.label, opinion, &found.report, &found.audience);
    journal::append(tx, ctx, event.with("reason", reason.trim()).with("by", &ctx.actor.name)).map(|_| ())
}

/// Withdraws an approved opinion with a reason, which stays here; the partner finds it revoked.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] without a reason; [`Error::Conflict`] if it was never approved
/// or is withdrawn already.
pub fn withdraw(tx: &mut Tx<'_>, ctx: &Ctx, opinion: &Id, reason: &str) -> Result<()> {
    let found = to_end(tx, ctx, opinion, reason)?;
    tx.update(Table::Opinion, WITHDRAW, &[opinion.into(), ctx.now.into(), reason.trim().into()])?;
    outbox::put(tx, ctx, outbox::Work::Opinion, opinion.as_str(), ctx.now)?;
    let event = about(Kind::OpinionWithdrawn, &found.label, opinion, &found.report, &found.audience);
    journal::append(tx, ctx, event.with("reason", reason.trim()).with("by", &ctx.actor.name)).map(|_| ())
}

fn to_end(tx: &mut Tx<'_>, ctx: &Ctx, opinion: &Id, reason: &str) -> Result<Opinion> {
    ctx.may(Action::Approve)?;
    if reason.trim().is_empty() || reason.len() > EXPLANATION_MAX {
        return Err(Error::refused("say why in 1 to 4,000 letters"));
    }
    Ok(find(tx, ctx, opinion)?.into_inner())
}

/// Finds an opinion the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Opinion>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(&format!("{SELECT} WHERE o.id = $1"), &[id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Lists the opinions about a report, oldest first.
///
/// # Errors
///
/// [`Error::NotFound`] if the reader may not see the report.
pub fn of_report(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id) -> Result<Released<Vec<Opinion>>> {
    ctx.may(Action::ReadDesk)?;
    gather::find(tx, ctx, report)?;
    let rows =
        tx.rows(&format!("{SELECT} WHERE o.report_id = $1 ORDER BY o.said_at, o.id"), &[report.into()])?;
    shown(ctx, rows.iter().map(labelled))
}

/// Reads an opinion for the machine, which publishes what it may not decide.
pub(super) fn find_to_publish(tx: &mut Tx<'_>, id: &Id) -> Result<Opinion> {
    opinion(&tx.row(&format!("{SELECT} WHERE o.id = $1"), &[id.into()])?)
}

/// Finds out which object of the partner is meant.
fn object_of(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewOpinion<'_>) -> Result<String> {
    if let Some(named) = new.object {
        let id = stix::Id::parse(named.trim()).map_err(Error::refused)?;
        return Ok(id.as_str().to_owned());
    }
    let original = gather::original(tx, ctx, new.report)?;
    let found = named_in(original.get());
    found.ok_or_else(|| {
        Error::refused("the report did not arrive as one STIX object: name the partner's object by its id")
    })
}

/// Reads the id of the one object that arrived: alone, or as the only report of a bundle.
fn named_in(original: &[u8]) -> Option<String> {
    let arrived: serde_json::Value = serde_json::from_slice(original).ok()?;
    let is = |object: &serde_json::Value, kind: &str| object.get("type").is_some_and(|found| found == kind);
    let object = if is(&arrived, "bundle") {
        let mut reports = arrived.get("objects")?.as_array()?.iter().filter(|object| is(object, "report"));
        reports.next().filter(|_| reports.next().is_none())?
    } else {
        &arrived
    };
    Some(stix::Id::parse(object.get("id")?.as_str()?).ok()?.as_str().to_owned())
}

/// Looks for what blocks an explanation.
fn problems(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    report: &gather::Report,
    who: &Audience,
    explanation: &str,
    label: &Label,
) -> Result<Vec<Problem>> {
    let text = Labelled::text(explanation.to_owned(), label.clone());
    let portion = Portion { position: 1, text, label: label.clone(), basis: vec![report.id.clone()] };
    if tearline::cut(&Gate::default(), who, &[portion]).is_err() {
        let says = format!("its label, {label}, does not let it go to {}", who.id);
        return Ok(vec![Problem { rule: "RR-01", says }]);
    }
    let mut problems = Vec::new();
    let basis = [Basis { originator: report.originator.clone(), label: report.label.clone() }];
    for originator in tearline::consents_needed(&ctx.org, who, &basis) {
        let says =
            format!("{originator} controls what the report says: an opinion about it needs more than ours");
        problems.push(Problem { rule: "RR-01", says });
    }
    let mut above = Vec::new();
    for row in tx.rows(BESIDE, &[(&report.id).into()])? {
        let label = row.label(1)?;
        // What the partner gave us itself may be quoted to it.
        if row.text(2)? != who.org && !may_see(who, &label) {
            above.extend(ctx.show(Labelled::new(row.text(0)?, label)).ok().map(Released::into_inner));
        }
    }
    let above = Above { reports: &above, ..Above::default() };
    problems.extend(tearline::lint(explanation, &above));
    problems.extend(compose::registered(tx, ctx, sealer, who, explanation)?);
    Ok(problems)
}

fn about(kind: Kind, label: &Label, id: &Id, report: &Id, audience: &str) -> Event {
    Event::new(kind, label.clone()).with("opinion", id).with("report", report).with("audience", audience)
}

fn labelled(row: &Row) -> Result<Labelled<Opinion>> {
    let found = opinion(row)?;
    let label = found.label.clone();
    Ok(Labelled::new(found, label))
}

fn opinion(row: &Row) -> Result<Opinion> {
    Ok(Opinion {
        id: row.id(0)?,
        report: row.id(1)?,
        audience: row.text(2)?,
        object: row.text(3)?,
        view: row.text(4)?,
        explanation: row.text(5)?,
        outside: row.label(6)?,
        tlp: row.text(7)?,
        label: row.label(8)?,
        said_by: row.text(9)?,
        said_at: row.time(10)?,
        approved_at: row.opt_time(11)?,
        rejected_at: row.opt_time(12)?,
        withdrawn_at: row.opt_time(13)?,
        reason: row.opt_text(14)?,
    })
}

const EXPLANATION_MAX: usize = 4_000;

/// A partner that polls waits for the answer; nobody's life hangs on it.
const DECIDED_WITHIN_US: i64 = 8 * HOUR_US;

const PROPOSE: &str = "-- desk::opinions::propose
    INSERT INTO opinion (id, report_id, audience_id, object, view, explanation, outside, tlp, label, said_by,
                         said_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const APPROVE: &str = "-- desk::opinions::approve
    UPDATE opinion SET approved_at = $2, approved_by = $3
     WHERE id = $1 AND approved_at IS NULL AND rejected_at IS NULL";

const REJECT: &str = "-- desk::opinions::reject
    UPDATE opinion SET rejected_at = $2, reason = $3
     WHERE id = $1 AND approved_at IS NULL AND rejected_at IS NULL";

const WITHDRAW: &str = "-- desk::opinions::withdraw
    UPDATE opinion SET withdrawn_at = $2, reason = $3
     WHERE id = $1 AND approved_at IS NOT NULL AND withdrawn_at IS NULL";

const SELECT: &str = "-- desk::opinions::find
    SELECT o.id, o.report_id, a.name, o.object, o.view, o.explanation, o.outside, o.tlp, o.label, o.said_by,
           o.said_at, o.approved_at, o.rejected_at, o.withdrawn_at, o.reason
      FROM opinion o JOIN audience a ON a.id = o.audience_id";

const BESIDE: &str = "-- desk::opinions::problems reports of the same cases
    SELECT r.body, r.label, r.originator FROM report r
     WHERE r.id <> $1 AND r.id IN (SELECT b.report_id FROM case_report a JOIN case_report b ON b.case_id = a.case_id
                                    WHERE a.report_id = $1)
     ORDER BY r.id";
