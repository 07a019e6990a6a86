//! Does what the outbox holds and fires the timers that are due.
//!
//! Claim in a transaction, carry outside any, record in another. It returns when nothing is due, so that a
//! server can sleep and an exercise can move its clock.
//!
//! Where the channels carry one parcel at a time, as in an exercise, pieces are done one by one in their
//! order; where they carry several, [`crew`] does it.

mod crew;

use super::pack::{Token, pack};
use super::{Missed, Parcel, check_receipt};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::deliver::{self, Attempt, Next};
use crate::desk::share::{mark, opinion, version};
use crate::desk::{escalate, inbound, letter, partners, provenance, screen, stuck, timers};
use crate::error::{self, Error};
use crate::node::Node;
use crate::outbox::{self, Leased, Work};
use aldis_model::time::{MINUTE_US, SECOND_US};
use aldis_model::{Id, Released, Time};

/// Does everything that is due now, and publishes the log. Returns how many pieces were done.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails; a piece that fails is put back and does not stop the rest.
pub fn run_due(node: &Node) -> error::Result<usize> {
    until_idle(node, &|| true, &|| fire_some(node, 1))
}

/// Carries what the outbox holds, and fires no timer: where another thread does.
///
/// # Errors
///
/// As [`run_due`].
pub fn carry_due(node: &Node) -> error::Result<usize> {
    carry_while(node, &|| true)
}

/// As [`carry_due`], until `go_on` says no: then what has begun is finished, and the rest stays where it is.
///
/// # Errors
///
/// As [`run_due`].
pub fn carry_while(node: &Node, go_on: &dyn Fn() -> bool) -> error::Result<usize> {
    until_idle(node, go_on, &|| Ok(0))
}

/// Goes round and round until neither a timer nor the outbox has anything due.
fn until_idle(
    node: &Node,
    go_on: &dyn Fn() -> bool,
    fire: &dyn Fn() -> error::Result<usize>,
) -> error::Result<usize> {
    let workers = node.world.channels.workers();
    if workers > 1 {
        return crew::run(node, workers, go_on, fire);
    }
    let mut done = 0;
    loop {
        note_marks(node)?;
        let fired = fire()?;
        let pieces = usize::from(go_on() && one(node)?);
        if fired == 0 && pieces == 0 {
            node.publish()?;
            return Ok(done);
        }
        done += pieces.max(1);
    }
}

/// Writes down up to where partners' tools have read.
fn note_marks(node: &Node) -> error::Result<()> {
    let risen = node.marks.risen();
    if !risen.is_empty() {
        let ctx = node.system();
        node.db.write(|tx| mark::record(tx, &ctx, &risen))?;
        node.marks.written(&risen);
    }
    Ok(())
}

/// Fires the timers that are due, many in a transaction, and publishes the log. Returns how many.
///
/// It waits for no channel: a delivery that hangs delays no escalation.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails; what was due stays due.
pub fn fire_due(node: &Node) -> error::Result<usize> {
    let mut fired = 0;
    loop {
        match fire_some(node, TIMERS_AT_ONCE)? {
            0 => break,
            some => fired += some,
        }
    }
    if fired > 0 {
        node.publish()?;
    }
    Ok(fired)
}

/// Fires up to `most`; if one of them fails, the one that has been due longest by itself.
fn fire_some(node: &Node, most: usize) -> error::Result<usize> {
    let ctx = node.system();
    if most > 1
        && let Ok(fired) = node.db.write(|tx| escalate::tick_some(tx, &ctx, most))
    {
        return Ok(fired);
    }
    let Some(due) = node.db.read(|tx| timers::next_due(tx, ctx.now))? else { return Ok(0) };
    match node.db.write(|tx| escalate::tick(tx, &ctx)) {
        Ok(fired) => Ok(usize::from(fired)),
        Err(error) => node.db.write(|tx| escalate::failed(tx, &ctx, &due, &error)).map(|()| 1),
    }
}

/// Does the piece that has been due longest; says whether there was one.
fn one(node: &Node) -> error::Result<bool> {
    let ctx = node.system();
    let Some(leased) = node.db.write(|tx| outbox::lease(tx, ctx.now))? else { return Ok(false) };
    match leased.work {
        Work::Send => send(node, &leased)?,
        _ => drop(piece(node, &leased)?),
    }
    Ok(true)
}

/// Does a piece that is not a delivery; says whether whoever it waits for has answered.
fn piece(node: &Node, leased: &Leased) -> error::Result<bool> {
    let done = match leased.work {
        Work::Screen => screen_report(node, &leased.thing).map(|()| Told::Done),
        Work::Compare => compare_report(node, &leased.thing).map(|()| Told::Done),
        Work::Send => return send(node, leased).map(|()| true),
        Work::Answer => send_answer(node, leased),
        Work::Opened => send_opened(node, leased),
        Work::Share => share_version(node, &leased.thing).map(|()| Told::Done),
        Work::Opinion => share_opinion(node, &leased.thing).map(|()| Told::Done),
    };
    let ctx = node.system();
    match done {
        Ok(Told::Done) => node.db.write(|tx| finished(tx, &ctx, leased)).map(|()| true),
        Ok(Told::Again(at, why)) => node
            .db
            .write(|tx| {
                stuck::failed(tx, &ctx, leased, &why)?;
                outbox::again(tx, &leased.id, at)
            })
            .map(|()| false),
        Err(error) => later(node, leased, &error).map(|()| true),
    }
}

/// What came of a word for a partner.
enum Told {
    /// It is there, or there is nowhere to carry it.
    Done,
    /// It must be tried again at this time, because of this.
    Again(Time, String),
}

/// Marks a piece as done, and takes it off the watch floor if it stood there.
fn finished(tx: &mut Tx<'_>, ctx: &Ctx, leased: &Leased) -> error::Result<()> {
    stuck::through(tx, ctx, leased)?;
    outbox::done(tx, &leased.id, ctx.now)
}

/// Puts back what failed here, not there: it waits, so that a broken piece does not spin.
fn later(node: &Node, leased: &Leased, why: &Error) -> error::Result<()> {
    let ctx = node.system();
    let why = match why {
        // A problem quotes the text, which may name somebody; a task never does.
        Error::Blocked(_) => "the text is blocked now".to_owned(),
        other => other.to_string(),
    };
    node.db.write(|tx| {
        stuck::failed(tx, &ctx, leased, &why)?;
        outbox::again(tx, &leased.id, ctx.now.plus(MINUTE_US))
    })
}

fn screen_report(node: &Node, report: &str) -> error::Result<()> {
    let (ctx, id) = (node.system(), report.parse::<Id>()?);
    node.db.write(|tx| screen::run(tx, &ctx, &node.sealer, &id))
}

fn compare_report(node: &Node, report: &str) -> error::Result<()> {
    let (ctx, id) = (node.system(), report.parse::<Id>()?);
    node.db.write(|tx| provenance::propose(tx, &ctx, &id))
}

/// Publishes a version in one transaction; a repetition finds it there and changes nothing.
fn share_version(node: &Node, release: &str) -> error::Result<()> {
    let (ctx, id) = (node.system(), release.parse::<Id>()?);
    node.db.write(|tx| version::share(tx, &ctx, &node.sealer, &id)).map(|_| ())
}

/// As [`share_version`], for an opinion.
fn share_opinion(node: &Node, thing: &str) -> error::Result<()> {
    let (ctx, id) = (node.system(), thing.parse::<Id>()?);
    node.db.write(|tx| opinion::share(tx, &ctx, &node.sealer, &id)).map(|_| ())
}

/// Carries one delivery.
fn send(node: &Node, leased: &Leased) -> error::Result<()> {
    let ctx = node.system();
    match node.db.write(|tx| begin(tx, &ctx, leased)) {
        Ok(None) => Ok(()),
        Ok(Some(attempt)) => settle(node, leased, &carry(node, &attempt)),
        Err(error) => put_back(node, leased, &error),
    }
}

/// Starts a leased delivery; `None` if nothing is left to carry.
fn begin(tx: &mut Tx<'_>, ctx: &Ctx, leased: &Leased) -> error::Result<Option<Box<Attempt>>> {
    let started = deliver::start(tx, ctx, &leased.thing.parse()?)?;
    if started.is_none() {
        finished(tx, ctx, leased)?;
    }
    Ok(started.map(Box::new))
}

/// Records what came of a delivery, and what is left to do of it.
fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    leased: &Leased,
    carried: &Result<String, Missed>,
) -> error::Result<()> {
    let id: Id = leased.thing.parse()?;
    let missed = match carried {
        Ok(evidence) => {
            deliver::arrived(tx, ctx, &id, evidence)?;
            return finished(tx, ctx, leased);
        }
        Err(missed) => missed,
    };
    match deliver::missed(tx, ctx, &id, missed)? {
        Next::Again(at) => outbox::again(tx, &leased.id, at),
        Next::Other(lane) => outbox::again_in(tx, &leased.id, &lane, ctx.now),
        Next::ByHand | Next::Failed => finished(tx, ctx, leased),
    }
}

/// Records what came of a delivery in a commit of its own; if it cannot be, it is looked at again.
fn settle(node: &Node, leased: &Leased, carried: &Result<String, Missed>) -> error::Result<()> {
    let ctx = node.system();
    match node.db.write(|tx| record(tx, &ctx, leased, carried)) {
        Ok(()) => Ok(()),
        Err(error) => put_back(node, leased, &error),
    }
}

fn put_back(node: &Node, leased: &Leased, error: &Error) -> error::Result<()> {
    match error {
        // The recipient's answer was quicker than our record of its receipt, or a person took it over: the
        // next look finds that nothing is left to carry. If there is, it is carried again.
        Error::Conflict(_) if leased.attempts < CONFLICTS_MAX => {
            let ctx = node.system();
            node.db.write(|tx| outbox::again(tx, &leased.id, ctx.now))
        }
        _ => later(node, leased, error),
    }
}

/// Carries an attempt and returns what proves that it arrived.
fn carry(node: &Node, attempt: &Attempt) -> Result<String, Missed> {
    let channel = attempt.recipient.channel.as_str();
    if channel == "cap" {
        // Nothing is sent: whoever wants it fetches it.
        return Ok(format!("published at {}/cap/{}.xml", node.config.public_url, attempt.release.get().id));
    }
    let parcel = pack(node, attempt, Token::Real, node.world.clock.now())?;
    let reply = node.world.channels.carry(&parcel)?;
    match &parcel {
        Parcel::Envelope { body, .. } => {
            let partner = node.db.read(|tx| partners::by_name(tx, &attempt.recipient.address))?;
            check_receipt(&node.config.org, &partner, body.get(), &reply)?;
            String::from_utf8(reply).map_err(Missed::again)
        }
        Parcel::Mail { id, .. } => {
            Ok(format!("mail server: {} (Message-ID {id})", String::from_utf8_lossy(&reply)))
        }
        Parcel::Webhook { .. } => Ok(format!("webhook: {}", String::from_utf8_lossy(&reply))),
        Parcel::Text { .. } => Ok(format!("gateway: {}", String::from_utf8_lossy(&reply))),
    }
}

fn send_opened(node: &Node, leased: &Leased) -> error::Result<Told> {
    let (ctx, id) = (node.system(), leased.thing.parse::<Id>()?);
    let (partner, message) = node.db.read(|tx| inbound::opened_message(tx, &ctx, &id))?;
    let signed = letter::sign(message, node.signer())?;
    reply_to(node, leased, &partner, &signed)
}

fn send_answer(node: &Node, leased: &Leased) -> error::Result<Told> {
    let (partner, signed) = node.db.read(|tx| letter::read(tx, &leased.thing))?;
    reply_to(node, leased, &partner, &signed)
}

/// Carries what we say about a partner's warning.
fn reply_to(node: &Node, leased: &Leased, partner: &partners::Partner, signed: &str) -> error::Result<Told> {
    let Some(url) = partner.url.clone() else { return Ok(Told::Done) };
    let parcel = Parcel::Envelope { url, body: Released::constant("").map(|_| signed.to_owned()) };
    let reply = node.world.channels.carry(&parcel);
    let arrived = reply.and_then(|reply| Ok(check_receipt(&node.config.org, partner, signed, &reply)?));
    let wait = (10 * SECOND_US) << leased.attempts.min(5);
    let again = |missed: Missed| Told::Again(node.world.clock.now().plus(wait), missed.says);
    Ok(arrived.err().map_or(Told::Done, again))
}

/// How often a delivery that somebody else changed meanwhile is looked at again at once.
const CONFLICTS_MAX: i64 = 20;

/// Timers that share one transaction: enough to spread what a commit costs, few enough that the next
/// writer does not wait long.
const TIMERS_AT_ONCE: usize = 64;
