//! Partners, whose nodes ours speaks to, and audiences, for whom versions are cut.
//!
//! A partner's key is entered with a word on how a human checked it; without a checked key nothing
//! from that partner is believed and nothing is sent to its node.
//!
//! Who our partners are is TLP:GREEN. That a person at risk is somebody we write to is TLP:RED and as
//! closed as the entry in the register.

use super::visible::{Visible, shown};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_ledger::Verifier;
use aldis_model::event::{Event, Kind};
use aldis_model::gate::{Audience, Ladder};
use aldis_model::label::key;
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time, Tlp};
use serde::Serialize;

/// A partner to be added.
#[derive(Clone, Debug)]
pub struct NewPartner<'a> {
    /// The short name labels use.
    pub name: &'a str,
    /// The name as shown.
    pub title: &'a str,
    /// Where its node listens; none: it has no node.
    pub url: Option<&'a str>,
    /// The verifier key of its node.
    pub verifier: Option<&'a str>,
    /// How a human checked the key.
    pub verified_how: Option<&'a str>,
    /// The highest TLP label it may receive.
    pub ceiling: Tlp,
}

/// Adds a partner and returns its id.
///
/// # Errors
///
/// [`Error::Refused`] if the key cannot be read, or a node is given without a checked key.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewPartner<'_>) -> Result<Id> {
    ctx.may(Action::Partner)?;
    check_cleared(ctx)?;
    let name = key(new.name);
    if name.is_empty() || name.len() > 64 || name == ctx.org {
        return Err(Error::refused("a partner has a name of 1 to 64 letters that is not our own"));
    }
    if let Some(verifier) = new.verifier {
        Verifier::parse(verifier).map_err(|error| Error::Refused(format!("the partner's key: {error}")))?;
    }
    let checked = new.verified_how.is_some_and(|how| !how.trim().is_empty());
    if new.url.is_some() && (new.verifier.is_none() || !checked) {
        return Err(Error::refused("a partner's node needs its key and a word on how a person checked it"));
    }
    if new.url.is_some_and(|url| !(url.starts_with("https://") || url.starts_with("http://"))) {
        return Err(Error::refused("a node's address starts with https:// (or http:// on a closed network)"));
    }
    let id = ctx.id("PA");
    tx.insert(
        Table::Partner,
        ADD,
        &[
            (&id).into(),
            name.as_str().into(),
            new.title.into(),
            new.url.map(|url| url.trim_end_matches('/')).into(),
            new.verifier.into(),
            new.verified_how.into(),
            new.ceiling.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(Kind::PartnerAdded, PARTNER)
        .with("partner", &name)
        .with_some("verifier", new.verifier)
        .with_some("verified_how", new.verified_how)
        .with("ceiling", new.ceiling);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// A partner.
#[derive(Clone, Debug, Serialize)]
pub struct Partner {
    /// Its id.
    pub id: Id,
    /// Its short name.
    pub name: String,
    /// Its name as shown.
    pub title: String,
    /// Where its node listens.
    pub url: Option<String>,
    /// Its node's key.
    pub verifier: Option<String>,
    /// How the key was checked.
    pub verified_how: Option<String>,
    /// The highest TLP label it may receive.
    pub ceiling: String,
    /// When it was suspended, if it was.
    pub suspended_at: Option<Time>,
    /// Deliveries made to it.
    pub sent: i64,
    /// Of these, answered by a human.
    pub answered: i64,
    /// Of these, not accepted.
    pub disputed: i64,
}

/// Lists the partners by name, with counts of what the reader may see.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Partner>> {
    ctx.may(Action::ReadDesk)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let [deliveries, answers] = ["d.label", "n.label"].map(|column| visible.condition(column, 0));
    let of_partner = "FROM delivery d JOIN release r ON r.id = d.release_id
                        JOIN audience a ON a.id = r.audience_id";
    let sql = format!(
        "-- desk::partners::list
        SELECT p.id, p.name, p.title, p.url, p.verifier, p.verified_how, p.ceiling, p.suspended_at,
               (SELECT count(*) {of_partner}
                 WHERE a.org = p.name AND d.sent_at IS NOT NULL AND {deliveries}),
               (SELECT count(*) {of_partner}
                 WHERE a.org = p.name AND d.answered_at IS NOT NULL AND {deliveries}),
               (SELECT count(*) {of_partner} JOIN answer n ON n.delivery_id = d.id
                 WHERE a.org = p.name AND n.answer = 'do_not_accept' AND {answers})
          FROM partner p ORDER BY p.name"
    );
    let rows = tx.rows(&sql, &visible.with(&[]))?;
    let labelled = |row: &Row| Ok(Labelled::new(partner(row)?, PARTNER));
    Ok(shown(ctx, rows.iter().map(labelled))?.into_inner())
}

/// Finds a partner by its short name; a suspended one is not found.
///
/// # Errors
///
/// [`Error::NotFound`].
pub(crate) fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Partner> {
    partner(&tx.row(BY_NAME, &[key(name).into()])?)
}

fn partner(row: &Row) -> Result<Partner> {
    Ok(Partner {
        id: row.id(0)?,
        name: row.text(1)?,
        title: row.text(2)?,
        url: row.opt_text(3)?,
        verifier: row.opt_text(4)?,
        verified_how: row.opt_text(5)?,
        ceiling: row.text(6)?,
        suspended_at: row.opt_time(7)?,
        sent: row.int(8)?,
        answered: row.int(9)?,
        disputed: row.int(10)?,
    })
}

/// An audience to be added.
#[derive(Clone, Debug)]
pub struct NewAudience<'a> {
    /// The name labels use; a cover name for a person at risk.
    pub name: &'a str,
    /// The name as shown.
    pub title: &'a str,
    /// Its rung on the ladder.
    pub ladder: Ladder,
    /// The organisation it belongs to.
    pub org: &'a str,
    /// The highest TLP label it may receive.
    pub ceiling: Tlp,
    /// `node`, `mail`, `webhook`, `text`, `hand` or `cap`.
    pub channel: &'a str,
    /// The partner's name, a mail address, a URL, a number or chat name, or empty.
    pub address: &'a str,
    /// The language of the recipient page.
    pub language: &'a str,
}

/// Adds an audience and returns its id.
///
/// # Errors
///
/// [`Error::Refused`] if channel and address do not fit each other.
pub fn add_audience(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewAudience<'_>) -> Result<Id> {
    ctx.may(Action::Partner).or_else(|_| ctx.may(Action::Register))?;
    let name = key(new.name);
    if name.is_empty() || name.len() > 64 {
        return Err(Error::refused("an audience has a name of 1 to 64 letters"));
    }
    if new.ladder == Ladder::Own && key(new.org) != ctx.org {
        return Err(Error::refused("the rung own is for our own organisation only"));
    }
    check_name(tx, ctx, &name, new.ladder)?;
    let limit = new.check_way(tx)?;
    let ceiling = new.ceiling.min(new.ladder.ceiling()).min(limit);
    let id = ctx.id("A");
    tx.insert(
        Table::Audience,
        ADD_AUDIENCE,
        &[
            (&id).into(),
            name.as_str().into(),
            new.title.into(),
            new.ladder.as_str().into(),
            key(new.org).into(),
            ceiling.as_str().into(),
            new.channel.into(),
            super::ways::kept(new.channel, new.address).into(),
            new.language.into(),
            ctx.now.into(),
        ],
    )?;
    let label = label_of(tx, &name)?;
    let event = Event::new(Kind::AudienceAdded, label).with("audience", &name);
    journal::append(tx, ctx, event.with("ladder", new.ladder.as_str()).with("channel", new.channel))?;
    Ok(id)
}

/// Keeps the names of people at risk apart from all others: names are unique, and a taken one would
/// tell somebody who may not see the register that we write to a person in it.
fn check_name(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, ladder: Ladder) -> Result<()> {
    if ladder != Ladder::Person {
        if name.starts_with(COVER) {
            return Err(Error::refused("a cover name is an audience on the rung person only"));
        }
        return check_cleared(ctx);
    }
    let entries = tx.rows(ENTRY, &[name.into()])?;
    let known = entries.first().map(|row| row.label(0)).transpose()?.and_then(|entry| {
        let label = Label::plain(Tlp::Red).join(&entry);
        ctx.show(Labelled::new((), label)).ok()
    });
    match known {
        Some(_) => Ok(()),
        None => Err(Error::refused(
            "a person at risk is an audience under the cover name of an entry you may see, such as PR-7K2MQ4ZD",
        )),
    }
}

/// Names are unique: whoever may not know of the partners must not learn of one because its name is taken.
fn check_cleared(ctx: &Ctx) -> Result<()> {
    let says = "whoever adds a partner or an audience must be cleared for TLP:GREEN";
    let cleared = ctx.show(Labelled::new((), PARTNER));
    cleared.map(|_| ()).map_err(|_| Error::Forbidden(says.to_owned()))
}

/// An audience as stored.
#[derive(Clone, Debug, Serialize)]
pub struct Recipient {
    /// Its id.
    pub id: Id,
    /// The name labels use.
    pub name: String,
    /// The name as shown.
    pub title: String,
    /// Its rung.
    pub ladder: String,
    /// Its organisation.
    pub org: String,
    /// The highest TLP label it may receive.
    pub ceiling: String,
    /// How it is told.
    pub channel: String,
    /// Where.
    pub address: String,
    /// The language of its page.
    pub language: String,
}

impl Recipient {
    /// Describes it to the gate. What cannot be read becomes the public, which sees least.
    pub fn audience(&self) -> Audience {
        described(&self.name, &self.org, &self.ladder, &self.ceiling)
    }
}

/// Describes an audience to the gate by its stored words. What cannot be read becomes the public.
pub(super) fn described(name: &str, org: &str, ladder: &str, ceiling: &str) -> Audience {
    match (Ladder::find(ladder), ceiling.parse::<Tlp>()) {
        (Some(ladder), Ok(ceiling)) => Audience::new(name, org, ladder, ceiling),
        _ => Audience::public(),
    }
}

/// Lists the audiences by rung and name.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn audiences(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Recipient>> {
    ctx.may(Action::ReadDesk)?;
    let rows = tx.rows(&format!("{AUDIENCES} ORDER BY a.name"), &[])?;
    let labelled = |row: &Row| Ok(Labelled::new(recipient(row)?, label(row)?));
    Ok(shown(ctx, rows.iter().map(labelled))?.into_inner())
}

/// Finds an audience the actor may know of, by its name.
///
/// # Errors
///
/// [`Error::NotFound`].
pub(super) fn known(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<Released<Recipient>> {
    let row = tx.row(&audience_sql(), &[key(name).into()])?;
    ctx.show(Labelled::new(recipient(&row)?, label(&row)?))
}

/// Finds an audience by its name, for the machine and for what is already known of it.
///
/// # Errors
///
/// [`Error::NotFound`].
pub(crate) fn audience(tx: &mut Tx<'_>, name: &str) -> Result<Recipient> {
    recipient(&tx.row(&audience_sql(), &[key(name).into()])?)
}

/// Says who here may know that somebody of this name is, or may be, told something: as [`label_of`], and the
/// same whether there is such an audience or not.
pub(super) fn label_of_name(tx: &mut Tx<'_>, name: &str) -> Result<Label> {
    if !name.starts_with(COVER) {
        return Ok(PARTNER);
    }
    let entry = tx.rows(ENTRY, &[name.into()])?.first().map(|row| row.label(0)).transpose()?;
    let person = Label::plain(Tlp::Red);
    Ok(entry.map_or(person.clone(), |entry| person.join(&entry)))
}

/// Refuses the name of a person at risk that the actor may not know, as one that is not there.
///
/// # Errors
///
/// [`Error::NotFound`].
pub(super) fn check_known(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<()> {
    if name.starts_with(COVER) { known(tx, ctx, name).map(|_| ()) } else { Ok(()) }
}

/// Says who here may know of an audience, by its name.
pub(super) fn label_of(tx: &mut Tx<'_>, name: &str) -> Result<Label> {
    label(&tx.row(&audience_sql(), &[key(name).into()])?)
}

/// Says who here may know of an audience.
fn label(row: &Row) -> Result<Label> {
    if row.text(3)? != Ladder::Person.as_str() {
        return Ok(PARTNER);
    }
    let entry = row.opt_text(9)?.map(|text| Label::foreign(&text));
    let person = Label::plain(Tlp::Red);
    Ok(entry.map_or(person.clone(), |entry| person.join(&entry)))
}

fn recipient(row: &Row) -> Result<Recipient> {
    Ok(Recipient {
        id: row.id(0)?,
        name: row.text(1)?,
        title: row.text(2)?,
        ladder: row.text(3)?,
        org: row.text(4)?,
        ceiling: row.text(5)?,
        channel: row.text(6)?,
        address: row.text(7)?,
        language: row.text(8)?,
    })
}

const ADD: &str = "-- desk::partners::add
    INSERT INTO partner (id, name, title, url, verifier, verified_how, ceiling, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

const BY_NAME: &str = "-- desk::partners::by_name
    SELECT id, name, title, url, verifier, verified_how, ceiling, suspended_at,
           CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT)
      FROM partner WHERE name = $1 AND suspended_at IS NULL";

const ADD_AUDIENCE: &str = "-- desk::partners::add_audience
    INSERT INTO audience (id, name, title, ladder, org, ceiling, channel, address, language, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const AUDIENCES: &str = "-- desk::partners::audiences
    SELECT a.id, a.name, a.title, a.ladder, a.org, a.ceiling, a.channel, a.address, a.language, s.label
      FROM audience a LEFT JOIN subject s ON s.id = a.name";

fn audience_sql() -> String {
    format!("{AUDIENCES} WHERE a.name = $1")
}

const ENTRY: &str = "-- desk::partners::check_name
    SELECT label FROM subject WHERE id = $1 AND kind = 'person'";

/// How the cover name of a person begins; no other audience has such a name.
const COVER: &str = "PR-";

/// Who here may know of a partner.
const PARTNER: Label = Label::plain(Tlp::Green);
