//! Puts a partner's copy of a thing of ours into the collections that the partner only reads.
//!
//! In a collection that it may add to, the copy would meet the partner's own objects. Whatever the thing
//! names goes with it, so that it can be read by itself: markings, the extension, who we are.
//!
//! Source: STIX 2.1 section 3.2; `docs/reference/stix-mapping.md`.

use super::collections::{self, Collection};
use super::publish::{StixObject, publish};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::partners::Recipient;
use crate::error::{Error, Result};
use aldis_model::{Id, Released, Time};
use aldis_wire::stix::map::{self, Key, Sheet, Thing};

/// What surrounds one copy.
pub(super) struct Copy<'a> {
    /// The secret of the audience.
    pub(super) key: &'a Key,
    /// The word of TLP 2.0.
    pub(super) tlp: &'a str,
    /// When the first version of it was made.
    pub(super) created: Time,
    /// When this one was.
    pub(super) modified: Time,
    /// Whether it is taken back.
    pub(super) revoked: bool,
    /// Since when the audience knows us: a date of the oldest of its collections.
    pub(super) since: Time,
}

impl Copy<'_> {
    /// Returns what a writer is told of the thing.
    pub(super) fn sheet<'a>(&'a self, ctx: &'a Ctx) -> Sheet<'a> {
        Sheet {
            key: self.key,
            organisation: &ctx.org,
            tlp: self.tlp,
            created_us: self.created.micros(),
            modified_us: self.modified.micros(),
            revoked: self.revoked,
            exercise: ctx.exercise,
        }
    }

    /// Writes a thing with everything it names.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the thing has no form.
    pub(super) fn write(&self, ctx: &Ctx, own: &str, thing: &Thing) -> Result<Vec<String>> {
        let sheet = self.sheet(ctx);
        let since_us = self.since.micros();
        let about_us = Sheet {
            key: self.key,
            organisation: &ctx.org,
            tlp: OURSELVES_TLP,
            created_us: since_us,
            modified_us: since_us,
            revoked: false,
            exercise: ctx.exercise,
        };
        let mut objects =
            vec![map::project(), map::definition(), map::ourselves(&about_us).map_err(Error::refused)?];
        objects.extend([OURSELVES_TLP, self.tlp].into_iter().filter_map(map::marking));
        // Under GREEN both markings are one.
        objects.dedup();
        objects.push(map::object(&sheet, own, thing).map_err(Error::refused)?);
        Ok(objects.iter().map(ToString::to_string).collect())
    }
}

/// Lists the collections that the audience's partner only reads, oldest first.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub(super) fn read_by(tx: &mut Tx<'_>, recipient: &Recipient) -> Result<Vec<Collection>> {
    // What the public is told is published for all, and is nobody's collection.
    if !["officers", "partner", "clients"].contains(&recipient.ladder.as_str()) {
        return Ok(Vec::new());
    }
    collections::read_only(tx, &recipient.org)
}

/// Publishes what the gate released, in the form `objects`, and returns how many objects were new.
///
/// # Errors
///
/// As [`publish`], but for a collection whose partner may no longer receive it: that one is passed over.
pub(super) fn put_into<T: Clone>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    open: &[Collection],
    of: &Id,
    released: &Released<T>,
    objects: &[String],
) -> Result<usize> {
    let mut published = 0;
    for collection in open {
        let texts = objects.iter().map(|text| released.clone().map(|_| StixObject::new(text.clone())));
        match publish(tx, ctx, &collection.id, of, texts.collect()) {
            Ok(new) => published += new,
            // It is told by other ways or not at all.
            Err(Error::Forbidden(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(published)
}

/// Turns a label as it is printed into the word of TLP 2.0.
pub(super) fn word(tlp: &str) -> String {
    tlp.trim_start_matches("TLP:").to_lowercase()
}

/// The marking on our own name, which every partner knows.
const OURSELVES_TLP: &str = "green";
