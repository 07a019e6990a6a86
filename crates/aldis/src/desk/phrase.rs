//! The phrase or PIN that a recipient gives before the page behind a link shows anything.
//!
//! A case officer sets it when somebody else may hold the recipient's telephone. What is kept is a hash
//! keyed with the node's sealing key, so that the store alone does not let anybody try phrases. After
//! five wrong ones it is locked and an officer is told. A wrong phrase, a locked one and a link that
//! does not exist are answered alike.

use super::{partners, tasks};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use crate::seal::Sealer;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::task::{Priority, Task};
use aldis_model::time::HOUR_US;
use aldis_model::{Digest, Id, Label};

/// Sets the phrase of an audience, in place of any other; pages opened before ask for it again.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if it is shorter than six letters or digits, or longer than 64.
pub fn set(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer, audience: &str, phrase: &str) -> Result<()> {
    ctx.may(Action::Register).or_else(|_| ctx.may(Action::Partner))?;
    let recipient = partners::known(tx, ctx, audience)?.into_inner();
    let length = plain(phrase).chars().count();
    if !(LETTERS_MIN..=LETTERS_MAX).contains(&length) {
        return Err(Error::refused("a phrase has 6 to 64 letters or digits: three words are easy to keep"));
    }
    let label = partners::label_of(tx, &recipient.name)?;
    close_old(tx, ctx, &recipient)?;
    let id = ctx.id("PH");
    let stored = tx.label(&label)?;
    tx.insert(
        Table::Phrase,
        SET,
        &[
            (&id).into(),
            (&recipient.id).into(),
            sealer.phrase_hash(&id, &plain(phrase)).into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    say(tx, ctx, Kind::PhraseSet, label, &recipient.name)
}

/// Takes the phrase of an audience away: the page shows itself to whoever has the link.
///
/// # Errors
///
/// [`Error::NotFound`] if there is none.
pub fn end(tx: &mut Tx<'_>, ctx: &Ctx, audience: &str) -> Result<()> {
    ctx.may(Action::Register).or_else(|_| ctx.may(Action::Partner))?;
    let recipient = partners::known(tx, ctx, audience)?.into_inner();
    if in_force(tx, &recipient.id)?.is_none() {
        return Err(Error::NotFound);
    }
    let label = partners::label_of(tx, &recipient.name)?;
    close_old(tx, ctx, &recipient)?;
    say(tx, ctx, Kind::PhraseEnded, label, &recipient.name)
}

fn close_old(tx: &mut Tx<'_>, ctx: &Ctx, recipient: &partners::Recipient) -> Result<()> {
    if let Some(old) = in_force(tx, &recipient.id)? {
        tx.update(Table::Phrase, END, &[(&old.id).into(), ctx.now.into()])?;
    }
    tasks::close(tx, ctx, Task::PhraseLocked, recipient.id.as_str())
}

/// Takes what somebody wrote on the page behind a link; returns the word that opens the page, or none.
///
/// None says nothing about why: no such link, no phrase wanted, a wrong one, or a locked one.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn give(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    token: &str,
    phrase: &str,
) -> Result<Option<String>> {
    let rows = tx.rows(BEHIND, &[Digest::of(token.as_bytes()).into()])?;
    let found = match rows.first() {
        Some(row) => {
            in_force(tx, &row.id(0)?)?.map(|held| Ok::<_, Error>((held, row.text(1)?))).transpose()?
        }
        None => None,
    };
    // As much is computed for a link that does not exist.
    let nobody: Id = "PH-00000000".parse()?;
    let id = found.as_ref().map_or(&nobody, |(held, _)| &held.id);
    let given = sealer.phrase_hash(id, &plain(phrase));
    let Some((held, audience)) = found.filter(|(held, _)| !held.locked) else { return Ok(None) };
    if given.to_string() != held.hash {
        wrong(tx, ctx, &held, &audience)?;
        return Ok(None);
    }
    let word = ctx.token();
    let opened = Digest::of(word.as_bytes()).to_string();
    tx.update(Table::Phrase, RIGHT, &[(&held.id).into(), opened.into()])?;
    say(tx, ctx, Kind::PhraseGiven, held.label, &audience)?;
    Ok(Some(word))
}

fn wrong(tx: &mut Tx<'_>, ctx: &Ctx, held: &Held, audience: &str) -> Result<()> {
    let tries = held.tries + 1;
    tx.update(Table::Phrase, WRONG, &[(&held.id).into(), tries.into()])?;
    if tries < TRIES_MAX {
        return say(tx, ctx, Kind::PhraseWrong, held.label.clone(), audience);
    }
    tx.update(Table::Phrase, LOCK, &[(&held.id).into(), ctx.now.into()])?;
    let new = tasks::New {
        kind: Task::PhraseLocked,
        priority: Priority::Critical,
        case: None,
        thing: held.audience.as_str(),
        note: audience,
        label: &held.label,
        due: ctx.now.plus(HOUR_US),
    };
    tasks::open(tx, ctx, &new)?;
    say(tx, ctx, Kind::PhraseLocked, held.label.clone(), audience)
}

/// Refuses what a link alone may not see: [`Error::NotFound`], unless no phrase is in force or the word
/// is the one the right phrase gave.
///
/// Not a verb: what shows or answers a message calls it.
pub(super) fn passes(tx: &mut Tx<'_>, audience: &Id, word: Option<&str>) -> Result<()> {
    match in_force(tx, audience)? {
        None => Ok(()),
        Some(held) => {
            let word = word.map(|word| Digest::of(word.as_bytes()).to_string());
            if word.is_some() && word == held.opened { Ok(()) } else { Err(Error::NotFound) }
        }
    }
}

/// Says whether the page of an audience asks for a phrase, for the officer's page.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn is_set(tx: &mut Tx<'_>, ctx: &Ctx, audience: &str) -> Result<bool> {
    ctx.may(Action::ReadDesk)?;
    let recipient = partners::known(tx, ctx, audience)?.into_inner();
    Ok(in_force(tx, &recipient.id)?.is_some())
}

/// A phrase in force.
struct Held {
    id: Id,
    audience: Id,
    hash: String,
    tries: i64,
    opened: Option<String>,
    label: Label,
    locked: bool,
}

fn in_force(tx: &mut Tx<'_>, audience: &Id) -> Result<Option<Held>> {
    let held = |row: &Row| {
        Ok(Held {
            id: row.id(0)?,
            audience: row.id(1)?,
            hash: row.text(2)?,
            tries: row.int(3)?,
            opened: row.opt_text(4)?,
            label: row.label(5)?,
            locked: row.opt_time(6)?.is_some(),
        })
    };
    tx.rows(IN_FORCE, &[audience.into()])?.first().map(held).transpose()
}

fn say(tx: &mut Tx<'_>, ctx: &Ctx, kind: Kind, label: Label, audience: &str) -> Result<()> {
    let event = Event::new(kind, label).with("audience", audience).with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

/// Keeps what was meant: letters and digits in small letters, digits of any script as 0 to 9.
fn plain(phrase: &str) -> String {
    let digit = |c: char| match u32::from(c) {
        at @ 0x0660..=0x0669 => char::from_digit(at - 0x0660, 10),
        at @ 0x06F0..=0x06F9 => char::from_digit(at - 0x06F0, 10),
        _ => None,
    };
    let kept = phrase.chars().filter(|c| c.is_alphanumeric());
    kept.map(|c| digit(c).unwrap_or(c)).flat_map(char::to_lowercase).take(LETTERS_MAX + 1).collect()
}

const LETTERS_MIN: usize = 6;
const LETTERS_MAX: usize = 64;
const TRIES_MAX: i64 = 5;

const SET: &str = "-- desk::phrase::set
    INSERT INTO phrase (id, audience_id, hash, tries, label, set_by, set_at) VALUES ($1, $2, $3, 0, $4, $5, $6)";

const END: &str = "-- desk::phrase::end
    UPDATE phrase SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

const BEHIND: &str = "-- desk::phrase::give
    SELECT a.id, a.name FROM delivery d JOIN release r ON r.id = d.release_id
      JOIN audience a ON a.id = r.audience_id WHERE d.token_hash = $1";

const RIGHT: &str = "-- desk::phrase::give right
    UPDATE phrase SET tries = 0, opened = $2 WHERE id = $1 AND ended_at IS NULL AND locked_at IS NULL";

const WRONG: &str = "-- desk::phrase::give wrong
    UPDATE phrase SET tries = $2 WHERE id = $1 AND ended_at IS NULL AND locked_at IS NULL";

const LOCK: &str = "-- desk::phrase::give locked
    UPDATE phrase SET locked_at = $2 WHERE id = $1 AND locked_at IS NULL";

const IN_FORCE: &str = "-- desk::phrase::in_force
    SELECT id, audience_id, hash, tries, opened, label, locked_at
      FROM phrase WHERE audience_id = $1 AND ended_at IS NULL ORDER BY set_at DESC, id DESC LIMIT 1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_the_same_however_it_is_typed() {
        assert_eq!(plain("Three  green-Apples"), plain("three green apples"));
        assert_eq!(plain("١٢٣٤٥٦"), plain("123456"));
        assert_eq!(plain("۱۲۳۴۵۶"), "123456");
        assert_ne!(plain("three green apples"), plain("three green pears"));
    }
}
