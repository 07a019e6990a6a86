//! Writes a sent version as a file for another tool: a MISP event or a STIX bundle.
//!
//! The same copy that a collection would get: the ids are those of the audience, a correction keeps them,
//! and what is taken back says so. It is for tools of organisations: what is RED, and what was written for
//! a person or for our own people, has no such form.
//!
//! Deliberately absent: sending the file anywhere, and a version that was not sent.
//!
//! Source: `docs/reference/misp.md`, `docs/reference/stix-mapping.md`; release rules RR-01, RR-04, RR-06.

use super::copy::{self, Copy};
use super::version;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::deliver::{self, SUPERSEDED};
use crate::desk::partners::{self, Recipient};
use crate::desk::release::{self, Purpose};
use crate::error::{Error, Result};
use crate::journal;
use crate::seal::Sealer;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::{Digest, Id, Released};
use aldis_wire::misp::{self, SharingGroup};
use aldis_wire::stix::map::Thing;

/// In which form.
#[derive(Clone, Copy, Debug)]
pub enum Form<'a> {
    /// A MISP event, for a sharing group of the reader's if there is one.
    Misp(Option<&'a SharingGroup>),
    /// A STIX 2.1 bundle.
    Stix,
}

impl Form<'_> {
    /// Returns the word of the command line.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Misp(_) => "misp",
            Self::Stix => "stix",
        }
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// For which audience.
    pub audience: String,
    /// The label printed on it.
    pub tlp: String,
    /// The file.
    pub text: String,
}

/// Writes a sent version and records that it was handed out.
///
/// # Errors
///
/// [`Error::NotFound`] if there is no such version or the officer may not see it;
/// [`Error::SecondPerson`] if it was not approved; [`Error::Refused`] if it was not sent, or has no form
/// for a tool; [`Error::Conflict`] if a later version replaced it; [`Error::Forbidden`] if its partner is
/// suspended; [`Error::Broken`] if the gate no longer gives what was approved. Nothing is recorded then.
pub fn export(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    release: &Id,
    form: Form<'_>,
) -> Result<Released<Exported>> {
    ctx.may(Action::Deliver)?;
    let carried = release::find(tx, ctx, release)?.into_inner();
    let Some(sent_at) = carried.sent_at else {
        return Err(match carried.approved_at {
            None => Error::SecondPerson("a second person must approve it first".to_owned()),
            Some(_) => Error::refused("only a version that was sent is exported: aldis warning send"),
        });
    };
    if !tx.rows(SUPERSEDED, &[release.into()])?.is_empty() {
        return Err(Error::Conflict("a later version replaced it: export that one".to_owned()));
    }
    let recipient = partners::audience(tx, &carried.audience)?;
    let tlp = copy::word(&carried.tlp);
    for_tools(tx, &recipient, &tlp)?;
    let (first, first_at) = version::first(tx, &carried)?;
    let since = copy::read_by(tx, &recipient)?.first().map_or(first_at, |oldest| oldest.created_at);
    let (key, label, case) =
        (sealer.audience_key(&recipient.id), carried.label.clone(), carried.case.clone());
    let copy = Copy {
        key: &key,
        tlp: &tlp,
        created: first_at,
        modified: sent_at.max(first_at),
        revoked: carried.kind == Purpose::Cancel.as_str(),
        since,
    };
    let released = deliver::pass(tx, &recipient.audience(), carried)?;
    let thing = version::thing(released.get(), first_at);
    let text = match form {
        Form::Misp(group) => {
            misp::event(&copy.sheet(ctx), first.as_str(), &thing, group).map_err(Error::refused)?.to_string()
        }
        Form::Stix => bundle(&copy, ctx, first.as_str(), &thing)?,
    };
    let event = Event::new(Kind::ReleaseExported, label)
        .case(Some(&case))
        .with("release", release)
        .with("audience", &recipient.name)
        .with("form", form.as_str())
        .with("sha256", Digest::of(text.as_bytes()))
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(released.map(|version| Exported { audience: recipient.name, tlp: version.tlp, text }))
}

/// Refuses what is not for tools of an organisation.
fn for_tools(tx: &mut Tx<'_>, recipient: &Recipient, tlp: &str) -> Result<()> {
    if tlp == "red" {
        return Err(Error::refused("what is TLP:RED is for named people and has no form for a tool"));
    }
    match recipient.ladder.as_str() {
        "public" | "community" => Ok(()),
        "officers" | "partner" | "clients" => {
            if !tx.rows(SUSPENDED, &[recipient.org.as_str().into()])?.is_empty() {
                return Err(Error::Forbidden("this partner is suspended: nothing is given to it".to_owned()));
            }
            Ok(())
        }
        _ => Err(Error::refused(
            "what was written for a person, or for our own people, has no form for a tool",
        )),
    }
}

fn bundle(copy: &Copy<'_>, ctx: &Ctx, own: &str, thing: &Thing) -> Result<String> {
    let objects = copy.write(ctx, own, thing)?.join(",");
    let id = copy.key.id("bundle", &objects);
    Ok(format!(r#"{{"type":"bundle","id":"{id}","objects":[{objects}]}}"#))
}

const SUSPENDED: &str = "-- desk::share::export suspended
    SELECT id FROM partner WHERE name = $1 AND suspended_at IS NOT NULL";
