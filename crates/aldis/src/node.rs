//! One node: a store, its keys, and the world it may ask.
//!
//! Everything that runs (server, command, exercise, demo) is handed a node. The world (clock,
//! chance, channels) comes in through [`World`], so that an exercise can run on a simulated one.

use crate::config::Config;
use crate::ctx::{Actor, Chance, Clock, Ctx};
use crate::db::Db;
use crate::desk::share::Marks;
use crate::error::{Error, Result};
use crate::exchange::Channels;
use crate::log::Log;
use crate::seal::Sealer;
use crate::steady::Steady;
use aldis_ledger::{Signer, Verifier};
use std::sync::Arc;

/// What a node asks of the world around it.
#[derive(Clone)]
pub struct World {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub chance: Arc<dyn Chance>,
    /// Carries what is released.
    pub channels: Arc<dyn Channels>,
}

/// One running node.
pub struct Node {
    /// What the operator set.
    pub config: Config,
    /// The store.
    pub db: Db,
    /// The published log.
    pub log: Log,
    /// The keeper of names.
    pub sealer: Sealer,
    /// The world around.
    pub world: World,
    /// Up to where partners' tools have read.
    pub marks: Marks,
    /// Its own time, if the machine has a steady count.
    pub steady: Option<Arc<Steady>>,
    signer: Signer,
}

/// The two secrets of a node, 32 bytes each.
#[derive(Clone)]
pub struct Keys {
    /// Signs checkpoints, envelopes, receipts and answers.
    pub signing: [u8; 32],
    /// Seals names.
    pub seal: [u8; 32],
}

impl Node {
    /// Puts a node together and brings its published log up to date.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the configuration or the schema does not fit; [`Error::Proof`] if the store
    /// does not hold what was published; [`Error::Broken`] if the store or the log cannot be used.
    pub fn open(config: Config, db: Db, keys: &Keys, mut world: World) -> Result<Arc<Self>> {
        let signer = Signer::new(&config.origin(), &keys.signing).map_err(Error::refused)?;
        let log = Log::open(&config.data.join("log"), &db, &signer.verifier())?;
        let sealer = Sealer::new(keys.seal);
        let steady = Steady::open(&db, &world.clock)?;
        if let Some(steady) = &steady {
            world.clock = Arc::clone(steady) as Arc<dyn Clock>;
        }
        let marks = Marks::default();
        let node = Self { config, db, log, sealer, world, marks, steady, signer };
        node.publish()?;
        Ok(Arc::new(node))
    }

    /// Returns the context for an act of `actor` at this moment.
    pub fn ctx(&self, actor: Actor) -> Ctx {
        let now = self.world.clock.now();
        Ctx::new(now, actor, &self.config.org, self.config.exercise, self.world.chance.clone())
    }

    /// Returns the context for what the program does by itself.
    pub fn system(&self) -> Ctx {
        self.ctx(Actor::system(&self.config.org))
    }

    /// Returns the key this node signs with.
    pub const fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Returns the key others verify this node by.
    pub fn verifier(&self) -> Verifier {
        self.signer.verifier()
    }

    /// Publishes what was committed since the last checkpoint.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if tiles cannot be written, [`Error::Proof`] if the store holds less than
    /// was published before: a backup was restored over a living log.
    pub fn publish(&self) -> Result<u64> {
        self.log.publish(&self.db, &self.signer, self.world.clock.now())
    }
}
