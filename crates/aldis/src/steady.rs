//! The node's own time, which no hand on the machine's clock moves.
//!
//! Tied to the machine's steady count in one row of the store, so that a server and the commands beside it
//! tell the same time, and a restart of either goes on where it was. A clock without a steady count (an
//! exercise, a system that has none) is taken as it is.
//!
//! Rule: `model::clock`. Decision: `docs/design/0008-the-nodes-own-time.md`.

use crate::ctx::{Clock, Ctx};
use crate::db::{Db, Row, Tx};
use crate::desk::clock;
use crate::error::{Error, Result};
use aldis_model::Time;
use aldis_model::clock::{Anchor, Seen};
use aldis_model::time::SECOND_US;
use std::sync::{Arc, Mutex, PoisonError};

/// A clock that goes by the steady count.
pub struct Steady {
    base: Arc<dyn Clock>,
    machine: String,
    anchor: Mutex<Anchor>,
}

impl Clock for Steady {
    fn now(&self) -> Time {
        let anchor = self.held();
        match self.base.reading() {
            Some(reading) if reading.boot == anchor.boot => anchor.at(reading.steady_us),
            _ => self.base.now(),
        }
    }
}

impl Steady {
    /// Ties the node to the machine; `None` if the clock has no steady count.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the store fails.
    pub fn open(db: &Db, base: &Arc<dyn Clock>) -> Result<Option<Arc<Self>>> {
        let Some(reading) = base.reading() else { return Ok(None) };
        let machine = clock::machine_of(&base.machine());
        let known = db.read(|tx| load(tx, &machine))?;
        let anchor = match known {
            Some(known) if known.boot == reading.boot && reading.steady_us >= known.steady_us => known,
            _ => db.write(|tx| {
                // Another process may have tied it meanwhile.
                let tied = match load(tx, &machine)? {
                    Some(known) => known.resumed(&reading).0,
                    None => Anchor::first(&reading),
                };
                save(tx, &machine, &tied)?;
                Ok(tied)
            })?,
        };
        Ok(Some(Arc::new(Self { base: Arc::clone(base), machine, anchor: Mutex::new(anchor) })))
    }

    /// Looks at the machine's clock: follows small differences, records a jump and asks a person.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the store fails; the time goes on by the count.
    pub fn look(&self, db: &Db, ctx: &Ctx) -> Result<()> {
        let Some(reading) = self.base.reading() else { return Ok(()) };
        // Another process may have set it: by a person's word.
        let known = db.read(|tx| load(tx, &self.machine))?.unwrap_or_else(|| Anchor::first(&reading));
        let (looked, seen) = known.looked(&reading);
        let old = reading.steady_us.saturating_sub(known.seen_us) > KEEP_EVERY_US;
        let (before, after) = (known.at(reading.steady_us), looked.at(reading.steady_us));
        if let Seen::Jumped(ahead_us) = seen {
            let ctx = ctx.at(after);
            db.write(|tx| {
                save(tx, &self.machine, &looked)?;
                clock::jumped(tx, &ctx, &self.machine, ahead_us)
            })?;
        } else if old || after.since(before) > SLIP_US {
            db.write(|tx| save(tx, &self.machine, &looked))?;
        } else {
            *self.held() = known;
            return Ok(());
        }
        *self.held() = looked;
        Ok(())
    }

    /// Sets the node's time to the machine's clock, as a person said, and returns how many timers moved.
    ///
    /// # Errors
    ///
    /// As [`clock::follow`].
    pub fn follow(&self, db: &Db, ctx: &Ctx, reason: &str) -> Result<usize> {
        let reading = self.base.reading().ok_or_else(no_count)?;
        let (tied, moved) = db.write(|tx| {
            let known = load(tx, &self.machine)?.ok_or(Error::NotFound)?;
            let (tied, moved_us) = known.follows(&reading);
            save(tx, &self.machine, &tied)?;
            let ctx = ctx.at(reading.wall);
            Ok((tied, clock::follow(tx, &ctx, &self.machine, moved_us, reason)?))
        })?;
        *self.held() = tied;
        Ok(moved)
    }

    /// Keeps the node's time, as a person said.
    ///
    /// # Errors
    ///
    /// As [`clock::keep`].
    pub fn keep(&self, tx: &mut Tx<'_>, ctx: &Ctx, reason: &str) -> Result<()> {
        clock::keep(tx, ctx, &self.machine, reason)
    }

    /// Says how far the machine's clock is ahead of the node now, in microseconds; negative if behind.
    pub fn ahead_us(&self) -> i64 {
        let anchor = self.held();
        self.base.reading().map_or(0, |reading| reading.wall.since(anchor.at(reading.steady_us)))
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Anchor> {
        self.anchor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says that this machine has no steady count.
pub(crate) fn no_count() -> Error {
    Error::refused(
        "this machine has no steady count: the node goes by its clock, and there is nothing to decide",
    )
}

fn load(tx: &mut Tx<'_>, machine: &str) -> Result<Option<Anchor>> {
    let anchor = |row: &Row| {
        let asked_us = row.opt_time(5)?.map(Time::micros);
        Ok(Anchor {
            boot: row.text(0)?,
            steady_us: row.int(1)?,
            node: row.time(2)?,
            wall: row.time(3)?,
            seen_us: row.int(4)?,
            asked_us,
        })
    };
    tx.rows(LOAD, &[machine.into()])?.first().map(anchor).transpose()
}

fn save(tx: &mut Tx<'_>, machine: &str, anchor: &Anchor) -> Result<()> {
    let values = [
        machine.into(),
        anchor.boot.as_str().into(),
        anchor.steady_us.into(),
        anchor.node.into(),
        anchor.wall.into(),
        anchor.seen_us.into(),
        anchor.asked_us.map(Time::from_micros).into(),
    ];
    tx.exec(SAVE, &values).map(|_| ())
}

/// So much is lost at most of what a machine's restart is measured by.
const KEEP_EVERY_US: i64 = 10 * SECOND_US;

/// A smaller difference waits for the next time the row is kept.
const SLIP_US: i64 = SECOND_US / 10;

const LOAD: &str = "-- steady::load
    SELECT boot, steady_us, node_at, wall_at, seen_us, asked_us FROM clock WHERE id = $1";

const SAVE: &str = "-- steady::save
    INSERT INTO clock (id, boot, steady_us, node_at, wall_at, seen_us, asked_us)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (id) DO UPDATE SET boot = excluded.boot, steady_us = excluded.steady_us,
        node_at = excluded.node_at, wall_at = excluded.wall_at, seen_us = excluded.seen_us,
        asked_us = excluded.asked_us";
