//! Remembers up to where each partner has read each collection: one line a collection, not one a poll.
//!
//! What rises is gathered in memory and written by the worker, so that a poll costs no write; after a
//! crash a mark may be a moment behind, never ahead. The ledger is told at most once an hour.

use super::PARTNER;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::Result;
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Action;
use aldis_model::time::HOUR_US;
use aldis_model::{Label, Time};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What was read since the worker last looked, by collection.
#[derive(Default)]
pub struct Marks(Mutex<BTreeMap<String, Mark>>);

#[derive(Clone, Copy, Default)]
struct Mark {
    up_to: i64,
    polled_at: Time,
    /// What the store holds already.
    written: i64,
}

impl Marks {
    /// Notes that a collection was read up to what was added at `up_to`.
    pub fn note(&self, collection: &str, up_to: i64, now: Time) {
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = match marks.get_mut(collection) {
            Some(mark) => mark,
            None => marks.entry(collection.to_owned()).or_default(),
        };
        if up_to > mark.up_to {
            (mark.up_to, mark.polled_at) = (up_to, now);
        }
    }

    /// Lists what has risen since it was last written.
    pub fn risen(&self) -> Vec<(String, i64, Time)> {
        let marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let risen = marks.iter().filter(|(_, mark)| mark.up_to > mark.written);
        risen.map(|(id, mark)| (id.clone(), mark.up_to, mark.polled_at)).collect()
    }

    /// Notes what the store holds now.
    pub fn written(&self, risen: &[(String, i64, Time)]) {
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, up_to, _) in risen {
            if let Some(mark) = marks.get_mut(id) {
                mark.written = *up_to;
            }
        }
    }
}

/// Writes marks; one that stands higher already stays.
///
/// # Errors
///
/// [`crate::error::Error::Broken`] if the store fails.
pub fn record(tx: &mut Tx<'_>, ctx: &Ctx, risen: &[(String, i64, Time)]) -> Result<()> {
    ctx.may(Action::Deliver)?;
    for (collection, up_to, polled_at) in risen {
        tx.exec(RAISE, &[collection.as_str().into(), (*up_to).into(), (*polled_at).into()])?;
        let row = tx.row(FIND, &[collection.as_str().into()])?;
        if ctx.now.since(row.time(0)?) < HOUR_US {
            continue;
        }
        tx.exec(ENTERED, &[collection.as_str().into(), ctx.now.into()])?;
        let label: Label = PARTNER.join(&row.label(1)?);
        let event = Event::new(Kind::TaxiiPolled, label)
            .with("collection", collection)
            .with("partner", row.text(2)?)
            .with("up_to", aldis_wire::taxii::time_text(row.int(3)?));
        journal::append(tx, ctx, event)?;
    }
    Ok(())
}

const RAISE: &str = "-- desk::share::mark::record
    INSERT INTO taxii_mark (collection_id, up_to, polled_at, entered_at) VALUES ($1, $2, $3, 0)
    ON CONFLICT (collection_id) DO UPDATE SET up_to = excluded.up_to, polled_at = excluded.polled_at
     WHERE excluded.up_to > taxii_mark.up_to";

const FIND: &str = "-- desk::share::mark::record find
    SELECT m.entered_at, c.label, p.name, m.up_to
      FROM taxii_mark m JOIN taxii_collection c ON c.id = m.collection_id JOIN partner p ON p.id = c.partner_id
     WHERE m.collection_id = $1";

const ENTERED: &str = "-- desk::share::mark::record entered
    UPDATE taxii_mark SET entered_at = $2 WHERE collection_id = $1";
