//! The ways to an audience: the one it was added with, and others for when that one fails.
//!
//! A way is a channel and an address that fits it. The order is: the audience's own way first, then the
//! others in the order they were added. What is taken out of use stays on record.

use super::partners::{self, NewAudience, Recipient};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::gate::Ladder;
use aldis_model::role::Action;
use aldis_model::{Id, Time, Tlp};
use serde::Serialize;

/// One way to an audience.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Way {
    /// Its id; none for the audience's own way.
    pub id: Option<Id>,
    /// The channel.
    pub channel: String,
    /// Where.
    pub address: String,
    /// When it was added; none for the audience's own way.
    pub added_at: Option<Time>,
}

impl Way {
    /// Names whom a delivery by this way waits for.
    pub(super) fn lane(&self) -> String {
        lane(&self.channel, &self.address)
    }

    /// An officer at the door, who needs no address.
    pub(super) fn by_hand() -> Self {
        Self { id: None, channel: "hand".to_owned(), address: String::new(), added_at: None }
    }
}

/// Adds a way that is tried after all others of the audience, and returns its id.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if channel and address do not fit each other or the audience;
/// [`Error::Conflict`] if it is told by this channel already.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, audience: &str, channel: &str, address: &str) -> Result<Id> {
    ctx.may(Action::Partner).or_else(|_| ctx.may(Action::Register))?;
    let recipient = partners::known(tx, ctx, audience)?.into_inner();
    let ladder = Ladder::find(&recipient.ladder).unwrap_or(Ladder::Public);
    if channel == "cap" || recipient.channel == "cap" {
        return Err(Error::refused("what is published for all has no other way: CAP stands alone"));
    }
    let limit = check(tx, ladder, channel, address)?;
    if recipient.ceiling.parse::<Tlp>().unwrap_or(Tlp::Red) > limit {
        return Err(Error::Refused(format!(
            "{} may receive {}, and what goes to {address:?} at most {limit}",
            recipient.name, recipient.ceiling
        )));
    }
    if of(tx, &recipient)?.iter().any(|way| way.channel == channel) {
        return Err(Error::Conflict(format!("{} is told by {channel} already", recipient.name)));
    }
    let id = ctx.id("WY");
    let values = [
        (&id).into(),
        (&recipient.id).into(),
        channel.into(),
        kept(channel, address).into(),
        ctx.actor.id.as_str().into(),
        ctx.now.into(),
    ];
    tx.insert(Table::Way, ADD, &values)?;
    record(tx, ctx, &recipient, channel, "added")?;
    Ok(id)
}

/// Takes a way out of use.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Conflict`] if it is out of use.
pub fn end(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<()> {
    ctx.may(Action::Partner).or_else(|_| ctx.may(Action::Register))?;
    let row = tx.row(ONE, &[id.into()])?;
    let recipient = partners::known(tx, ctx, &row.text(0)?)?.into_inner();
    tx.update(Table::Way, END, &[id.into(), ctx.now.into()])?;
    record(tx, ctx, &recipient, &row.text(1)?, "ended")
}

/// Lists the ways to an audience the actor may know of, in the order they are tried.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, audience: &str) -> Result<Vec<Way>> {
    ctx.may(Action::ReadDesk)?;
    let recipient = partners::known(tx, ctx, audience)?.into_inner();
    of(tx, &recipient)
}

/// Lists the ways to a recipient, in the order they are tried.
pub(super) fn of(tx: &mut Tx<'_>, recipient: &Recipient) -> Result<Vec<Way>> {
    let own = Way {
        id: None,
        channel: recipient.channel.clone(),
        address: recipient.address.clone(),
        added_at: None,
    };
    let others = tx.rows(OTHERS, &[(&recipient.id).into()])?;
    std::iter::once(Ok(own)).chain(others.iter().map(way)).collect()
}

/// Checks that channel and address fit, and returns the highest label that may go that way.
///
/// # Errors
///
/// [`Error::Refused`] with what is wrong.
pub(super) fn check(tx: &mut Tx<'_>, ladder: Ladder, channel: &str, address: &str) -> Result<Tlp> {
    let refused = |says: String| Err(Error::Refused(says));
    match channel {
        "node" => match partners::by_name(tx, address) {
            Ok(partner) if partner.url.is_some() => Ok(partner.ceiling.parse().unwrap_or(Tlp::Clear)),
            _ => refused(format!("there is no partner {address:?} with a node: add it first")),
        },
        // An address that would add a header has a line break, and no address has one.
        "mail" => match address.parse::<lettre::Address>() {
            Ok(_) => Ok(Tlp::Red),
            Err(_) => refused(format!("{address:?} is not a mail address")),
        },
        "webhook" => match crate::exchange::guard::target(address) {
            Ok(_) => Ok(Tlp::Red),
            Err(says) => refused(format!("{address:?}: {says}")),
        },
        "text" if is_text_address(address) => Ok(Tlp::Red),
        "text" => refused(format!(
            "{address:?} is not a number such as +441632960001, nor chat: and a name the gateway knows"
        )),
        "cap" if ladder == Ladder::Public => Ok(Tlp::Clear),
        "cap" => Err(Error::refused("CAP is read by the public: use ladder public with it")),
        "hand" => Ok(Tlp::Red),
        other => refused(format!("{other:?} is not a channel: node, mail, webhook, text, hand or cap")),
    }
}

/// The form an address is kept in: a partner is known by its name in key form, also when its answer
/// comes back.
pub(super) fn kept(channel: &str, address: &str) -> String {
    if channel == "node" { aldis_model::label::key(address) } else { address.to_owned() }
}

/// Names whom a piece of work for this address waits for: what goes to one destination waits behind nothing
/// that goes to another. Empty if nobody outside is asked.
pub(super) fn lane(channel: &str, address: &str) -> String {
    match channel {
        "mail" | "text" => channel.to_owned(),
        "node" => format!("node {address}"),
        "webhook" => {
            let target = crate::exchange::guard::target(address).ok();
            let host = target.as_ref().and_then(|target| target.authority());
            format!("webhook {}", host.map_or("", |host| host.as_str()).to_ascii_lowercase())
        }
        _ => String::new(),
    }
}

/// Says whether the recipient reads what a channel brings behind a link.
pub(super) fn brings_link(channel: &str) -> bool {
    ["mail", "webhook", "text"].contains(&channel)
}

/// A telephone number (E.164: up to 15 digits) or a name in a chat.
fn is_text_address(address: &str) -> bool {
    let digits = |rest: &str| (7..=15).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit());
    let named = |rest: &str| {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_.@:-".contains(&b);
        (1..=100).contains(&rest.len()) && rest.bytes().all(allowed)
    };
    match address.strip_prefix('+') {
        Some(rest) => !rest.starts_with('0') && digits(rest),
        None => address.strip_prefix("chat:").is_some_and(named),
    }
}

fn record(tx: &mut Tx<'_>, ctx: &Ctx, recipient: &Recipient, channel: &str, what: &str) -> Result<()> {
    let label = partners::label_of(tx, &recipient.name)?;
    let event = Event::new(Kind::AudienceAdded, label)
        .with("audience", &recipient.name)
        .with("way", what)
        .with("channel", channel)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event).map(|_| ())
}

fn way(row: &Row) -> Result<Way> {
    Ok(Way {
        id: Some(row.id(0)?),
        channel: row.text(1)?,
        address: row.text(2)?,
        added_at: Some(row.time(3)?),
    })
}

impl NewAudience<'_> {
    /// Checks channel and address of a new audience.
    pub(super) fn check_way(&self, tx: &mut Tx<'_>) -> Result<Tlp> {
        check(tx, self.ladder, self.channel, self.address)
    }
}

const ADD: &str = "-- desk::ways::add
    INSERT INTO way (id, audience_id, channel, address, added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6)";

const ONE: &str = "-- desk::ways::end audience
    SELECT a.name, w.channel FROM way w JOIN audience a ON a.id = w.audience_id WHERE w.id = $1";

const END: &str = "-- desk::ways::end
    UPDATE way SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";

const OTHERS: &str = "-- desk::ways::of
    SELECT id, channel, address, added_at FROM way
     WHERE audience_id = $1 AND ended_at IS NULL ORDER BY added_at, id";
