//! Cuts a version, has it approved by a second person, and sends it.
//!
//! Rule: `model::tearline` and the gate. Three acts by at least two people: somebody proposes a
//! version, somebody else approves exactly that text, and then it may be sent. The approved text is
//! hashed and frozen; a correction is a new release.

use super::timers::{self, Timer};
use super::visible::shown;
use super::{chain, compose, deliver, determine, partners, share, tasks, ways};
use crate::ctx::Ctx;
use crate::db::{Table, Tx};
use crate::error::{Error, Result};
use crate::seal::Sealer;
use crate::{journal, outbox};
use aldis_model::duty::{State, public_equivalence_due};
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::{HOUR_US, MINUTE_US};
use aldis_model::{Digest, Id, Label, Labelled, Released, Time};

mod code_words;
mod correct;
mod expedited;
mod together;
mod view;

pub use together::send_together;
pub use view::{Release, find, of_warning};

pub(super) use expedited::expedited;
pub(super) use together::look_at_spread;
pub(super) use view::find_for_delivery;

/// What a release does to what was sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Warns for the first time.
    Alert,
    /// Corrects or renews.
    Update,
    /// Takes back.
    Cancel,
}

impl Purpose {
    /// All purposes.
    pub const ALL: [Self; 3] = [Self::Alert, Self::Update, Self::Cancel];

    /// Returns the word in storage and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Update => "update",
            Self::Cancel => "cancel",
        }
    }

    /// Finds the purpose by its word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == word)
    }
}

/// Proposes the version of a warning for one audience, and returns the release's id.
///
/// # Errors
///
/// [`Error::Blocked`] with every problem; [`Error::NotFound`]; [`Error::Refused`] if an update or
/// cancel has nothing to replace.
pub fn propose(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    warning: &Id,
    audience: &str,
    purpose: Purpose,
) -> Result<Id> {
    ctx.may(Action::Draft)?;
    let found = compose::find(tx, ctx, warning)?.into_inner();
    let recipient = partners::known(tx, ctx, audience)?.into_inner();
    let made = compose::version(tx, ctx, sealer, &found, &recipient)?;
    if !made.problems.is_empty() {
        return Err(Error::Blocked(made.problems));
    }
    let (Some(cut), Some(text)) = (&made.cut, made.text()) else { return Err(Error::NotFound) };
    let replaces = last_sent(tx, ctx, &found.case, &recipient.id)?;
    if purpose != Purpose::Alert && replaces.is_none() {
        return Err(Error::Refused(format!(
            "{} was sent nothing yet that could be replaced",
            recipient.name
        )));
    }
    let id = ctx.id("L");
    let about = about(tx, &found, &recipient)?;
    let label = tx.label(&about)?;
    let list = |numbers: &[i64]| numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    let hash = Digest::of(text.get().as_bytes());
    tx.insert(
        Table::Release,
        PROPOSE,
        &[
            (&id).into(),
            warning.into(),
            (&recipient.id).into(),
            purpose.as_str().into(),
            text.get().as_str().into(),
            hash.into(),
            cut.tlp.as_str().into(),
            label,
            list(&cut.dropped).into(),
            list(&made.declassified).into(),
            code_words::pick(ctx).into(),
            replaces.filter(|_| purpose != Purpose::Alert).as_ref().map(Id::as_str).into(),
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let task = tasks::New {
        kind: Task::Approve,
        priority: Priority::Critical,
        case: Some(&found.case),
        thing: id.as_str(),
        note: &recipient.title,
        label: &about,
        due: ctx.now.plus(15 * MINUTE_US),
    };
    tasks::open(tx, ctx, &task)?;
    tasks::close_within(tx, ctx, Task::Consented, found.case.as_str(), &about)?;
    let event = Event::new(Kind::ReleaseChecked, about)
        .case(Some(&found.case))
        .with("release", &id)
        .with("warning", warning)
        .with("audience", &recipient.name)
        .with("text_hash", hash)
        .with("purpose", purpose.as_str())
        .with("problems", "none")
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Says who here may know of a version, and lets nobody else follow its duty.
///
/// The row of a version says what was left out, names the case and says that somebody is written to: it is as
/// closed as its warning and as its audience, however open the version itself is.
fn about(tx: &mut Tx<'_>, warning: &compose::Warning, recipient: &partners::Recipient) -> Result<Label> {
    let label = warning.label.join(&partners::label_of(tx, &recipient.name)?);
    let duty = determine::seen_by_machine(tx, warning.duty.as_str())?;
    determine::raise(tx, &duty, &label)?;
    Ok(label)
}

/// Approves exactly the text that was proposed.
///
/// # Errors
///
/// [`Error::SecondPerson`] if the approver wrote or proposed it; [`Error::Conflict`] if the cut would
/// now give another text; [`Error::Blocked`]; [`Error::Refused`] if nobody decided to warn.
pub fn approve(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer, release: &Id) -> Result<()> {
    ctx.may(Action::Approve)?;
    let found = find(tx, ctx, release)?.into_inner();
    let warning = compose::find(tx, ctx, &found.warning)?.into_inner();
    ctx.may_approve_of(&[&warning.author, &found.drafted_by])?;
    let recipient = partners::audience(tx, &found.audience)?;
    let made = compose::version(tx, ctx, sealer, &warning, &recipient)?;
    if !made.problems.is_empty() {
        return Err(Error::Blocked(made.problems));
    }
    let text = made.text().map(Released::into_inner).unwrap_or_default();
    if Digest::of(text.as_bytes()) != found.text_hash {
        return Err(Error::Conflict("the text changed since it was proposed: propose it again".to_owned()));
    }
    let duty = determine::find(tx, ctx, &warning.duty)?.into_inner();
    let is_interim = check_decision(&duty, &found, &recipient)?;
    let cap = (recipient.channel == "cap").then(|| serde_json::to_string(&warning.cap));
    let cap = cap.transpose().map_err(Error::broken)?;
    tx.update(Table::Release, APPROVE, &[release.into(), ctx.now.into(), ctx.actor.id.as_str().into()])?;
    tasks::close(tx, ctx, Task::Approve, release.as_str())?;
    if is_interim {
        tasks::close(tx, ctx, Task::Interim, duty.id.as_str())?;
    }
    let task = tasks::New {
        kind: Task::Send,
        priority: Priority::Critical,
        case: Some(&warning.case),
        thing: release.as_str(),
        note: &recipient.title,
        label: &found.label,
        due: ctx.now.plus(5 * MINUTE_US),
    };
    tasks::open(tx, ctx, &task)?;
    let event = Event::new(Kind::ReleaseApproved, found.label.clone())
        .case(Some(&warning.case))
        .with("release", release)
        .with("audience", &found.audience)
        .with("text", &found.body)
        .with("text_hash", found.text_hash)
        .with("tlp", &found.tlp)
        .with("dropped", &found.dropped)
        .with("declassified", &found.declassified)
        .with_some("cap", cap)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    for (subject, label) in &made.identities {
        let event = Event::new(Kind::IdentityReleased, found.label.join(label))
            .case(Some(&warning.case))
            .with("subject", subject)
            .with("release", release)
            .with("audience", &found.audience)
            .with("by", &ctx.actor.name);
        journal::append(tx, ctx, event)?;
    }
    let transformed =
        if found.declassified.is_empty() { vec![] } else { vec!["written anew below its basis"] };
    let fields = serde_json::json!({
        "audience": found.audience,
        "text_hash": found.text_hash,
        "label": found.tlp,
        "dropped_portions": found.dropped.split(',').filter(|p| !p.is_empty()).collect::<Vec<_>>(),
        "transformations": transformed,
        "releaser": ctx.actor.id,
    });
    if discharges(tx, &warning.duty, &recipient)? {
        determine::follow(tx, ctx, &warning.duty, "release", fields)?;
    }
    ask_about_the_public(tx, ctx, &warning, &recipient)
}

/// Says whether a version fulfils the decision to warn: one for somebody who can answer does. Telling
/// our own people does not, and telling the public only where nobody else is to be told.
fn discharges(tx: &mut Tx<'_>, duty: &Id, recipient: &partners::Recipient) -> Result<bool> {
    match recipient.ladder.as_str() {
        "own" => Ok(false),
        "public" | "community" => Ok(tx.rows(ANSWERABLE, &[duty.into()])?.is_empty()),
        _ => Ok(true),
    }
}

/// Requires that the last decision was to warn; what was sent may be taken back whatever was decided since.
///
/// While others dispute, whoever protects the victim is warned without waiting for the ruling: then it
/// returns `true`.
fn check_decision(
    duty: &determine::Seen,
    release: &Release,
    recipient: &partners::Recipient,
) -> Result<bool> {
    if duty.state == State::Disputed && ["officers", "partner"].contains(&recipient.ladder.as_str()) {
        return Ok(true);
    }
    let decided = |state: &State| matches!(state, State::WarnApproved | State::Waived | State::Reopened);
    let last = duty.path.iter().rev().map(|(state, _)| *state).find(decided);
    match last {
        Some(State::WarnApproved) => Ok(false),
        Some(_) if release.kind == Purpose::Cancel.as_str() => Ok(false),
        Some(State::Waived) => {
            Err(Error::refused("the decision is to waive: nothing may be released under it"))
        }
        _ => Err(Error::refused("nobody has decided to warn yet: the case is not before its release")),
    }
}

/// Opens the decision about the public when our own people are told of what threatens anybody.
///
/// Source: 7 FAM 052, no double standard.
pub(super) fn ask_about_the_public(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    warning: &compose::Warning,
    recipient: &partners::Recipient,
) -> Result<()> {
    let due = public_equivalence_due(recipient.ladder == "own", warning.targeted);
    if !due || !tx.rows(PUBLIC_SENT, &[(&warning.case).into()])?.is_empty() {
        return Ok(());
    }
    let task = tasks::New {
        kind: Task::PublicEquivalence,
        priority: Priority::Critical,
        case: Some(&warning.case),
        thing: warning.id.as_str(),
        note: &warning.subject,
        label: &warning.label,
        due: ctx.now.plus(HOUR_US),
    };
    tasks::open(tx, ctx, &task)?;
    let event = Event::new(Kind::NdsOpened, warning.label.clone()).case(Some(&warning.case));
    journal::append(tx, ctx, event.with("warning", &warning.id).with("because", &recipient.name)).map(|_| ())
}

/// Rejects a proposed version with a reason.
///
/// # Errors
///
/// [`Error::Refused`] without a reason; [`Error::Conflict`] if it was decided before.
pub fn reject(tx: &mut Tx<'_>, ctx: &Ctx, release: &Id, reason: &str) -> Result<()> {
    ctx.may(Action::Approve)?;
    if reason.trim().is_empty() {
        return Err(Error::refused("say why it is rejected: the author must know what to change"));
    }
    let found = find(tx, ctx, release)?.into_inner();
    tx.update(Table::Release, REJECT, &[release.into(), ctx.now.into(), reason.into()])?;
    tasks::close(tx, ctx, Task::Approve, release.as_str())?;
    let event =
        Event::new(Kind::ReleaseRejected, found.label).case(Some(&found.case)).with("release", release);
    journal::append(tx, ctx, event.with("reason", reason).with("by", &ctx.actor.name)).map(|_| ())
}

/// Puts an approved version on its way, not before a time if one is given, and returns the delivery.
///
/// # Errors
///
/// [`Error::SecondPerson`] if nobody approved it; [`Error::Conflict`] if it was sent before.
pub fn send(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    release: &Id,
    not_before: Option<Time>,
) -> Result<Id> {
    ctx.may(Action::Deliver)?;
    let found = find(tx, ctx, release)?.into_inner();
    if found.approved_at.is_none() {
        return Err(Error::SecondPerson(format!("{release} waits for a second person's approval")));
    }
    if found.kind != "cancel" && found.ends_at.is_some_and(|end| end <= not_before.unwrap_or(ctx.now)) {
        return Err(Error::refused("the window this warns of would be over: write the warning anew"));
    }
    queue(tx, ctx, sealer, release, not_before)
}

/// Puts a release on its way for a verb that has checked that it may go, and returns the delivery.
pub(super) fn queue(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    release: &Id,
    not_before: Option<Time>,
) -> Result<Id> {
    let found = view::find_for_delivery(tx, release)?;
    let recipient = partners::audience(tx, &found.audience)?;
    let due = not_before.unwrap_or(ctx.now).max(ctx.now);
    tx.update(
        Table::Release,
        SEND,
        &[release.into(), ctx.now.into(), not_before.into(), found.ends_at.into()],
    )?;
    let delivery = ctx.id("V");
    let label = tx.label(&found.label)?;
    let ways = ways::of(tx, &recipient)?;
    let message = ways.iter().any(|way| way.channel == "node").then(|| ctx.id("M"));
    let linked = ways.iter().any(|way| ways::brings_link(&way.channel));
    let token = linked.then(|| sealer.link_token(&delivery));
    tx.insert(
        Table::Delivery,
        QUEUE,
        &[
            (&delivery).into(),
            release.into(),
            recipient.channel.as_str().into(),
            label,
            message.as_ref().map(Id::as_str).into(),
            ctx.now.into(),
            token.as_ref().map(|token| Digest::of(token.as_bytes())).into(),
            token.map(|_| ctx.now.plus(LINK_LIFE_US)).into(),
        ],
    )?;
    tasks::close(tx, ctx, Task::Send, release.as_str())?;
    if found.kind != Purpose::Alert.as_str() {
        tasks::close_within(tx, ctx, Task::Write, found.case.as_str(), &found.label)?;
        correct::for_the_others(tx, ctx, &found)?;
    }
    if recipient.channel == "hand" {
        let task = tasks::New {
            kind: Task::HandOver,
            priority: Priority::Critical,
            case: Some(&found.case),
            thing: delivery.as_str(),
            note: &recipient.title,
            label: &found.label,
            due: due.plus(HOUR_US),
        };
        tasks::open(tx, ctx, &task)?;
    } else {
        let lane = ways::lane(&recipient.channel, &recipient.address);
        outbox::put_in(tx, ctx, &lane, outbox::Work::Send, delivery.as_str(), due)?;
    }
    if share::version::is_shared(tx, &recipient)? {
        outbox::put(tx, ctx, outbox::Work::Share, release.as_str(), due)?;
    }
    // Whoever was asked whether the threat still stands has now said so.
    if let Some(row) = tx.rows(REPLACED_WARNING, &[release.into()])?.first() {
        tasks::close_within(tx, ctx, Task::Lapse, &row.text(0)?, &found.label)?;
    }
    if deliver::is_answered_by(recipient.ladder.as_str()) {
        let (_, ttl) = deliver::duty_of(tx, release)?;
        chain::freeze(tx, ctx, &delivery, &found.label, deliver::ttl(&ttl))?;
    }
    // Whatever warned of a window must ask, before it ends, whether the threat still stands.
    if let Some(end) = found.ends_at.filter(|end| *end > ctx.now) {
        let ask = end.plus(-LAPSE_AHEAD_US).max(ctx.now);
        timers::keep(tx, ctx, Timer::Lapse, found.warning.as_str(), ask)?;
        timers::keep(tx, ctx, Timer::Window, found.warning.as_str(), end)?;
    }
    let event = Event::new(Kind::ReleaseSent, found.label)
        .case(Some(&found.case))
        .with("release", release)
        .with("delivery", &delivery)
        .with("audience", &found.audience)
        .with("channel", &recipient.channel)
        .with("text_hash", found.text_hash)
        .with_some("not_before", not_before)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(delivery)
}

/// Finds the last release sent to an audience in a case, of those the actor may see.
fn last_sent(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, audience: &Id) -> Result<Option<Id>> {
    let rows = tx.rows(LAST_SENT, &[case.into(), audience.into()])?;
    let sent = shown(ctx, rows.iter().map(|row| Ok(Labelled::new(row.id(0)?, row.label(1)?))))?;
    Ok(sent.into_inner().into_iter().next())
}

/// How long before the end of a window the desk is asked whether the threat still stands.
const LAPSE_AHEAD_US: i64 = 3 * HOUR_US;

/// How long a recipient's link shows its message.
const LINK_LIFE_US: i64 = 30 * 24 * HOUR_US;

const PROPOSE: &str = "-- desk::release::propose
    INSERT INTO release (id, warning_id, audience_id, kind, body, text_hash, tlp, label, dropped, declassified,
                         code_words, replaces, drafted_by, drafted_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

const APPROVE: &str = "-- desk::release::approve
    UPDATE release SET approved_at = $2, approved_by = $3
     WHERE id = $1 AND approved_at IS NULL AND rejected_at IS NULL";

const REJECT: &str = "-- desk::release::reject
    UPDATE release SET rejected_at = $2, reason = $3
     WHERE id = $1 AND approved_at IS NULL AND rejected_at IS NULL";

const SEND: &str = "-- desk::release::send
    UPDATE release SET sent_at = $2, not_before = $3, lapse_at = $4
     WHERE id = $1 AND approved_at IS NOT NULL AND sent_at IS NULL";

const QUEUE: &str = "-- desk::release::send delivery
    INSERT INTO delivery (id, release_id, channel, progress, label, attempts, message, ladder_step, queued_at,
                          token_hash, token_until)
    VALUES ($1, $2, $3, 'queued', $4, 0, $5, 0, $6, $7, $8)";

const LAST_SENT: &str = "-- desk::release::last_sent
    SELECT r.id, r.label FROM release r JOIN warning w ON w.id = r.warning_id
     WHERE w.case_id = $1 AND r.audience_id = $2 AND r.sent_at IS NOT NULL
     ORDER BY r.sent_at DESC, r.id DESC";

const ANSWERABLE: &str = "-- desk::release::discharges
    SELECT r.id FROM release r JOIN warning w ON w.id = r.warning_id JOIN audience a ON a.id = r.audience_id
     WHERE w.duty_id = $1 AND r.rejected_at IS NULL AND a.ladder IN ('officers', 'partner', 'clients', 'person')
     LIMIT 1";

const REPLACED_WARNING: &str = "-- desk::release::send replaced
    SELECT old.warning_id FROM release new JOIN release old ON old.id = new.replaces WHERE new.id = $1";

const PUBLIC_SENT: &str = "-- desk::release::ask_about_the_public
    SELECT r.id FROM release r JOIN warning w ON w.id = r.warning_id JOIN audience a ON a.id = r.audience_id
     WHERE w.case_id = $1 AND a.ladder = 'public' AND r.sent_at IS NOT NULL LIMIT 1";
