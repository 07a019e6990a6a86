//! One world: a node on a store of its own, with a clock, chance and a post office.

use super::chance::Acts;
use super::door::{Server, Within};
use super::post::Post;
use aldis::config::Config;
use aldis::ctx::{Actor, Ctx};
use aldis::db::{Db, Tx};
use aldis::desk::{escalate, timers};
use aldis::error::Result;
use aldis::exchange::worker;
use aldis::node::{Keys, Node, World as Surroundings};
use aldis::sim::SimClock;
use aldis_model::role::Role;
use aldis_model::{Time, Tlp};
use axum::http::Request;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// One of the two worlds.
pub struct World {
    /// The node.
    pub node: Arc<Node>,
    /// Its clock.
    pub clock: Arc<SimClock>,
    /// Its chance.
    pub acts: Arc<Acts>,
    /// What left it.
    pub post: Arc<Post>,
    within: OnceLock<Within>,
    server: OnceLock<Server>,
    // Removed with the world, if the world made it.
    _folder: Option<tempfile::TempDir>,
}

impl World {
    /// Opens an empty world. The same seed gives the same ids to the same acts.
    ///
    /// # Errors
    ///
    /// [`aldis::error::Error::Broken`] if the disk fails.
    pub fn new(seed: u64) -> Result<Self> {
        let folder = folder()?;
        let world = Self::open(seed, folder.path())?;
        Ok(Self { _folder: Some(folder), ..world })
    }

    /// Opens a world in a folder that stays.
    ///
    /// # Errors
    ///
    /// As [`World::new`].
    pub fn open(seed: u64, folder: &Path) -> Result<Self> {
        let db = Db::open_sqlite(&folder.join("aldis.db"))?;
        let clock = SimClock::at(START.parse()?);
        let acts = Arc::new(Acts::new(&seed.to_string()));
        let post = Arc::new(Post::new());
        let around = Surroundings { clock: clock.clone(), chance: acts.clone(), channels: post.clone() };
        let mut config = Config::new(folder, ORG);
        config.public_url = "http://northport.test".to_owned();
        let node = Node::open(config, db, &Keys { signing: [7; 32], seal: [8; 32] }, around)?;
        Ok(Self { node, clock, acts, post, within: OnceLock::new(), server: OnceLock::new(), _folder: None })
    }

    /// Starts the world's server: from now on it is asked over a socket.
    ///
    /// # Errors
    ///
    /// [`aldis::error::Error::Broken`] if the machine gives no thread or no port.
    pub fn serve(&self) -> Result<()> {
        let server = Server::start(self)?;
        // A second start would change nothing.
        let _ = self.server.set(server);
        Ok(())
    }

    /// Says whether the world's server was started.
    pub fn is_served(&self) -> bool {
        self.server.get().is_some()
    }

    /// Sends a request, over the socket if the world's server was started, as an act of its own, and
    /// returns every byte of the answer.
    ///
    /// # Errors
    ///
    /// [`aldis::error::Error::Broken`] if there is no answer, or the machine gives no thread.
    pub fn send(&self, act: &str, request: Request<String>) -> Result<Vec<u8>> {
        self.acts.begin(act);
        if let Some(server) = self.server.get() {
            return server.send(request);
        }
        let within = match self.within.get() {
            Some(within) => within,
            None => {
                let new = Within::of(self)?;
                self.within.get_or_init(|| new)
            }
        };
        within.send(request)
    }

    /// Describes the act of somebody who may see everything.
    pub fn cleared(&self, name: &str, role: Role) -> Ctx {
        let all = COMPARTMENTS.iter().map(|name| (*name).to_owned()).collect();
        self.officer(name, role, Tlp::Red, all)
    }

    /// Describes the act of an officer with a ceiling and compartments.
    pub fn officer(&self, name: &str, role: Role, ceiling: Tlp, compartments: BTreeSet<String>) -> Ctx {
        let id = format!("U-{}", name.to_uppercase());
        self.node.ctx(Actor::officer(&id, name, role, ORG, ceiling, compartments))
    }

    /// Does one act and what follows from it.
    ///
    /// # Errors
    ///
    /// Whatever the verb gives.
    pub fn act<T>(&self, name: &str, verb: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.acts.begin(name);
        let done = self.node.db.write(verb)?;
        worker::run_due(&self.node)?;
        Ok(done)
    }

    /// Moves the clock, firing each timer at its time as an act of its own.
    ///
    /// # Errors
    ///
    /// [`aldis::error::Error::Broken`] if the store fails.
    pub fn advance(&self, to: Time) -> Result<()> {
        while let Some(at) = self.node.db.read(timers::next_at)?.filter(|at| *at <= to) {
            self.clock.set(at);
            let ctx = self.node.system();
            // All that are due at this moment, before the worker fires the rest in one act.
            while let Some(due) = self.node.db.read(|tx| timers::next_due(tx, at))? {
                // With its moment: a review comes again under the same step.
                self.acts.begin(&format!("timer {} {} {at}", due.thing, due.step));
                self.node.db.write(|tx| escalate::tick(tx, &ctx))?;
            }
            worker::run_due(&self.node)?;
        }
        self.clock.set(to);
        Ok(())
    }
}

/// Opens a folder in memory where there is one: the comparison is not about disks.
fn folder() -> Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    Ok(if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? })
}

/// The organisation both worlds belong to.
pub const ORG: &str = "NORTHPORT";

/// Every compartment there is.
pub const COMPARTMENTS: [&str; 2] = ["TIDE", "REEF"];

const START: &str = "2031-05-04T08:00:00Z";
