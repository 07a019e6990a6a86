//! Calls our own people, step by step, when a recipient is silent or does not accept a warning.
//!
//! The chain of a delivery is frozen when it is sent: whoever sets another one later changes what is sent
//! from then on, not what runs. A run ends when as many people as are wanted have taken it, when the reason
//! is gone, or when the chain is through; then the record says that nobody answered. Taking it is not the
//! end: after the time for an action the chain begins anew if the reason still stands.
//!
//! Rule: `model::chain`. Whom a step reaches is decided when it is called, by who is on duty then and may
//! see the warning. What a call is here: a row on the watch floor and an entry in the record that names
//! those who were on duty; this module rings nobody.

use super::timers::{self, Due, Timer};
use super::{deliver, office, release, shifts, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx, Value};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::chain::{Chain, Step, Why, action_us, step_us};
use aldis_model::duty::Ttl;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::{Id, Label, Labelled, Released, Time, Tlp};
use serde::Serialize;

/// Sets the chain of a priority for whatever is sent from now on.
///
/// # Errors
///
/// [`Error::Forbidden`] unless an administrator acts; [`Error::Refused`] if there can be no such chain, or
/// it names an officer who is not here.
pub fn set(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    priority: Priority,
    steps: &str,
    quorum: i64,
    repeats: i64,
) -> Result<()> {
    ctx.may(Action::Administer)?;
    let chain = Chain::read(priority, steps, quorum, repeats).map_err(Error::refused)?;
    for step in chain.steps() {
        if let Step::Officer(name) = step {
            office::by_name(tx, &ctx.org, name).map_err(|error| match error {
                Error::NotFound => {
                    Error::Refused(format!("there is no officer {name:?}: add the officer first"))
                }
                other => other,
            })?;
        }
    }
    for row in tx.rows(CONFIGURED, &[priority.number().into()])? {
        let id = row.text(0)?;
        tx.update(Table::Chain, END_CHAIN, &[id.into(), ctx.now.into()])?;
    }
    let values = [
        (&ctx.id("CH")).into(),
        priority.number().into(),
        chain.text().into(),
        quorum.into(),
        repeats.into(),
        ctx.actor.id.as_str().into(),
        ctx.now.into(),
    ];
    tx.insert(Table::Chain, SET, &values)?;
    let event = Event::new(Kind::ChainSet, Label::plain(Tlp::Green))
        .with("priority", priority.number())
        .with("steps", chain.text())
        .with("quorum", quorum)
        .with("repeats", repeats)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Returns the chains of the three priorities as they hold for what is sent now.
///
/// # Errors
///
/// [`Error::Forbidden`]; [`Error::Broken`] if the store fails.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Chain>> {
    ctx.may(Action::Administer).or_else(|_| ctx.may(Action::ReadDesk))?;
    [Priority::Critical, Priority::High, Priority::Routine]
        .into_iter()
        .map(|priority| configured(tx, priority))
        .collect()
}

/// A delivery's chain, and how far it has run.
#[derive(Clone, Debug, Serialize)]
pub struct Running {
    /// Its id.
    pub id: Id,
    /// The delivery.
    pub delivery: Id,
    /// The audience's title.
    pub title: String,
    /// 1, 2 or 3.
    pub priority: i64,
    /// The steps as they were frozen.
    pub steps: String,
    /// How many people must take it.
    pub quorum: i64,
    /// How often it begins again.
    pub repeats: i64,
    /// silence or dismissal; empty before anybody was called.
    pub why: String,
    /// How often it was started.
    pub run: i64,
    /// The calls of this run.
    pub calls: i64,
    /// When this run began.
    pub started_at: Option<Time>,
    /// When it ended.
    pub ended_at: Option<Time>,
    /// Who took it in this run, in order.
    pub taken: Vec<Taken>,
    /// Who may see it.
    pub label: Label,
}

/// Somebody who took a call.
#[derive(Clone, Debug, Serialize)]
pub struct Taken {
    /// The officer's name.
    pub by: String,
    /// What he says he does.
    pub words: String,
    /// How much later than the first step's time, in seconds; 0 in time.
    pub late_s: i64,
    /// When.
    pub at: Time,
}

impl Running {
    fn chain(&self) -> Result<Chain> {
        let priority = Priority::from_number(self.priority);
        Chain::read(priority, &self.steps, self.quorum, self.repeats).map_err(Error::broken)
    }

    fn why(&self) -> Option<Why> {
        Why::find(&self.why)
    }

    /// Says whether people are being called.
    pub const fn is_calling(&self) -> bool {
        self.run > 0 && self.ended_at.is_none()
    }
}

/// Finds the chain of a delivery the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id) -> Result<Released<Running>> {
    deliver::find(tx, ctx, delivery)?;
    let running = read(tx, delivery)?.ok_or(Error::NotFound)?;
    let label = running.label.clone();
    ctx.show(Labelled::new(running, label))
}

/// Takes a call: says that this officer sees to it.
///
/// A late word is kept with its lateness, also when nobody is called any more; a second one of the same
/// officer in the same run changes nothing.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if nobody was called, or the words are longer than 500 letters.
pub fn take(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, words: &str) -> Result<()> {
    ctx.may(Action::Answer)?;
    let found = deliver::find(tx, ctx, delivery)?.into_inner();
    let running = read(tx, delivery)?.filter(|running| running.run > 0);
    let Some(running) = running else {
        return Err(Error::refused("nobody was called about this delivery: there is nothing to take"));
    };
    let words = words.trim();
    if words.len() > WORDS_MAX {
        return Err(Error::refused("the words are too long: at most 500 letters"));
    }
    let (id, me) = (&running.id, ctx.actor.id.as_str());
    if !tx.rows(HAS_TAKEN, &[id.into(), running.run.into(), me.into()])?.is_empty() {
        return Ok(());
    }
    let chain = running.chain()?;
    let in_time = running.started_at.unwrap_or(ctx.now).plus(step_us(chain.priority()));
    let late_us = ctx.now.since(in_time).max(0);
    let values = [
        (&ctx.id("CA")).into(),
        id.into(),
        running.run.into(),
        me.into(),
        words.into(),
        late_us.into(),
        ctx.now.into(),
    ];
    tx.insert(Table::CallAnswer, TAKE, &values)?;
    let people = i64::try_from(running.taken.len()).map_err(Error::broken)? + 1;
    let ends = running.is_calling() && chain.is_taken(people);
    if ends {
        let again = ctx.now.plus(action_us(chain.priority()));
        timers::stop(tx, ctx, Timer::Call, delivery.as_str())?;
        tx.update(Table::Escalation, END, &[id.into(), ctx.now.into()])?;
        timers::set(tx, ctx, Timer::Taken, delivery.as_str(), running.run, again)?;
        if let Some(kind) = running.why().map(task_of) {
            tasks::move_up(tx, kind, delivery.as_str(), chain.place(running.calls), again)?;
        }
    }
    let event = Event::new(Kind::EscalationTaken, found.label)
        .case(Some(&found.case))
        .with("delivery", delivery)
        .with("by", &ctx.actor.name)
        .with("words", words)
        .with("late_s", late_us / 1_000_000)
        .with("people", people)
        .with("wanted", chain.quorum())
        .with("outcome", if ends { "taken" } else { "more are called" });
    journal::append(tx, ctx, event).map(|_| ())
}

/// Freezes the chain that holds now for a delivery that is being sent.
pub(super) fn freeze(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id, label: &Label, ttl: Ttl) -> Result<()> {
    let chain = configured(tx, priority_of(ttl))?;
    let label = tx.label(label)?;
    let values = [
        (&ctx.id("ES")).into(),
        delivery.into(),
        chain.priority().number().into(),
        chain.text().into(),
        chain.quorum().into(),
        chain.repeats().into(),
        label,
        ctx.now.into(),
    ];
    tx.insert(Table::Escalation, FREEZE, &values)
}

/// Starts calling, unless people are being called for this reason already.
pub(super) fn start(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &Id,
    carried: &release::Release,
    ttl: Ttl,
    why: Why,
) -> Result<()> {
    let running = match read(tx, delivery)? {
        Some(running) => running,
        None => {
            // Sent before chains were frozen, or to somebody who was not expected to answer.
            freeze(tx, ctx, delivery, &carried.label, ttl)?;
            read(tx, delivery)?.ok_or_else(|| Error::broken("a frozen chain is not there"))?
        }
    };
    if running.run > 0 && running.why() == Some(why) {
        let people = i64::try_from(running.taken.len()).map_err(Error::broken)?;
        // A chain that is through was called often enough; one that was taken begins anew.
        if running.is_calling() || !running.chain()?.is_taken(people) {
            return Ok(());
        }
    }
    timers::stop(tx, ctx, Timer::Call, delivery.as_str())?;
    timers::stop(tx, ctx, Timer::Taken, delivery.as_str())?;
    let run = running.run + 1;
    let values = [(&running.id).into(), why.as_str().into(), run.into(), ctx.now.into()];
    tx.update(Table::Escalation, START, &values)?;
    let started = Running { why: why.as_str().to_owned(), run, calls: 0, taken: Vec::new(), ..running };
    call(tx, ctx, &started, carried)
}

/// Stops calling because the reason is gone; the caller's next entry speaks of it.
pub(super) fn stop(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &Id) -> Result<()> {
    timers::stop(tx, ctx, Timer::Call, delivery.as_str())?;
    timers::stop(tx, ctx, Timer::Taken, delivery.as_str())?;
    if let Some(running) = read(tx, delivery)?.filter(Running::is_calling) {
        tx.update(Table::Escalation, END, &[(&running.id).into(), ctx.now.into()])?;
    }
    Ok(())
}

/// Calls the next step, or begins anew when it was taken and the reason still stands.
pub(super) fn due(tx: &mut Tx<'_>, ctx: &Ctx, due: &Due) -> Result<()> {
    let delivery: Id = due.thing.parse()?;
    let found = deliver::read(tx, &delivery)?;
    let carried = release::find_for_delivery(tx, &found.release)?;
    let running = read(tx, &delivery)?.ok_or(Error::NotFound)?;
    if due.kind == Timer::Call && running.is_calling() {
        return call(tx, ctx, &running, &carried);
    }
    let (_, ttl) = deliver::duty_of(tx, &found.release)?;
    start(tx, ctx, &delivery, &carried, deliver::ttl(&ttl), running.why().unwrap_or(Why::Silence))
}

fn call(tx: &mut Tx<'_>, ctx: &Ctx, running: &Running, carried: &release::Release) -> Result<()> {
    let chain = running.chain()?;
    let delivery = running.delivery.as_str();
    let event = |kind| {
        Event::new(kind, running.label.clone())
            .case(Some(&carried.case))
            .with("delivery", delivery)
            .with("audience", &carried.audience)
            .with("why", &running.why)
            .with("run", running.run)
    };
    let (mut number, mut empty) = (running.calls + 1, Vec::new());
    let (step, people) = loop {
        let Some(step) = chain.at(number) else {
            tx.update(Table::Escalation, END, &[(&running.id).into(), ctx.now.into()])?;
            let ended = event(Kind::EscalationEnded).with("calls", running.calls);
            return journal::append(tx, ctx, ended.with("outcome", "nobody answered")).map(|_| ());
        };
        let people = shifts::reached(tx, ctx, step, &running.label)?;
        // An office with nobody in it is no call, while there is somebody in another.
        let all_empty = empty.len() + 1 >= chain.steps().len();
        if !people.is_empty() || all_empty || !shifts::is_kept(tx, ctx.now)? {
            break (step, people);
        }
        empty.push(words_of(step));
        number += 1;
    };
    let next = chain.next(ctx.now);
    tx.update(Table::Escalation, CALLED, &[(&running.id).into(), number.into()])?;
    timers::set(tx, ctx, Timer::Call, delivery, number, next)?;
    if let Some(kind) = running.why().map(task_of) {
        tasks::move_up(tx, kind, delivery, chain.place(number), next)?;
    }
    let called = event(Kind::EscalationCalled)
        .with("call", number)
        .with("step", chain.place(number))
        .with("called", words_of(step))
        .with("on_duty", people.join(", "))
        .with("nobody_on_duty", empty.join(", "))
        .with("wanted", chain.quorum())
        .with("next_at", next);
    journal::append(tx, ctx, called).map(|_| ())
}

/// Returns the priority of a warning by its threat-to-life grade.
pub(super) const fn priority_of(ttl: Ttl) -> Priority {
    match ttl {
        Ttl::Critical => Priority::Critical,
        Ttl::High => Priority::High,
        _ => Priority::Routine,
    }
}

const fn task_of(why: Why) -> Task {
    match why {
        Why::Silence => Task::Unanswered,
        Why::Dismissal => Task::Dismissed,
    }
}

fn words_of(step: &Step) -> String {
    match step {
        Step::Office(office) => office.words().to_owned(),
        Step::Officer(name) => name.clone(),
    }
}

fn configured(tx: &mut Tx<'_>, priority: Priority) -> Result<Chain> {
    let rows = tx.rows(CONFIGURED, &[priority.number().into()])?;
    let Some(row) = rows.first() else { return Ok(Chain::built_in(priority)) };
    Chain::read(priority, &row.text(1)?, row.int(2)?, row.int(3)?).map_err(Error::broken)
}

fn read(tx: &mut Tx<'_>, delivery: &Id) -> Result<Option<Running>> {
    let rows = tx.rows(SELECT, &[delivery.into()])?;
    let Some(row) = rows.first() else { return Ok(None) };
    let mut running = running(row)?;
    let by: [Value; 2] = [(&running.id).into(), running.run.into()];
    for row in tx.rows(TAKEN, &by)? {
        let late_s = row.int(2)? / 1_000_000;
        running.taken.push(Taken { by: row.text(0)?, words: row.text(1)?, late_s, at: row.time(3)? });
    }
    Ok(Some(running))
}

fn running(row: &Row) -> Result<Running> {
    Ok(Running {
        id: row.id(0)?,
        delivery: row.id(1)?,
        priority: row.int(2)?,
        steps: row.text(3)?,
        quorum: row.int(4)?,
        repeats: row.int(5)?,
        label: row.label(6)?,
        why: row.opt_text(7)?.unwrap_or_default(),
        run: row.int(8)?,
        calls: row.int(9)?,
        started_at: row.opt_time(10)?,
        ended_at: row.opt_time(11)?,
        title: row.text(12)?,
        taken: Vec::new(),
    })
}

const WORDS_MAX: usize = 500;

const CONFIGURED: &str = "-- desk::chain::configured
    SELECT id, steps, quorum, repeats FROM chain WHERE priority = $1 AND ended_at IS NULL ORDER BY id";

const END_CHAIN: &str = "-- desk::chain::set end
    UPDATE chain SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

const SET: &str = "-- desk::chain::set
    INSERT INTO chain (id, priority, steps, quorum, repeats, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";

const FREEZE: &str = "-- desk::chain::freeze
    INSERT INTO escalation (id, delivery_id, priority, steps, quorum, repeats, label, frozen_at, run, calls)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0)";

const START: &str = "-- desk::chain::start
    UPDATE escalation SET why = $2, run = $3, calls = 0, started_at = $4, ended_at = NULL WHERE id = $1";

const CALLED: &str = "-- desk::chain::call
    UPDATE escalation SET calls = $2 WHERE id = $1 AND ended_at IS NULL";

const END: &str = "-- desk::chain::end
    UPDATE escalation SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

const HAS_TAKEN: &str = "-- desk::chain::take before
    SELECT id FROM call_answer WHERE escalation_id = $1 AND run = $2 AND officer_id = $3";

const TAKE: &str = "-- desk::chain::take
    INSERT INTO call_answer (id, escalation_id, run, officer_id, words, late_us, said_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)";

const TAKEN: &str = "-- desk::chain::read taken
    SELECT coalesce(o.name, c.officer_id), c.words, c.late_us, c.said_at
      FROM call_answer c LEFT JOIN officer o ON o.id = c.officer_id
     WHERE c.escalation_id = $1 AND c.run = $2 ORDER BY c.said_at, c.id";

const SELECT: &str = "-- desk::chain::read
    SELECT e.id, e.delivery_id, e.priority, e.steps, e.quorum, e.repeats, e.label, e.why, e.run, e.calls,
           e.started_at, e.ended_at, a.title
      FROM escalation e JOIN delivery d ON d.id = e.delivery_id
      JOIN release r ON r.id = d.release_id JOIN audience a ON a.id = r.audience_id
     WHERE e.delivery_id = $1";
