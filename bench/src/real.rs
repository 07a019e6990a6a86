//! A node on a real disk with real chance, for benches that measure or break it.

use aldis::config::Config;
use aldis::ctx::{Actor, Chance, Clock, Ctx};
use aldis::db::Db;
use aldis::error::Result;
use aldis::exchange::Refusing;
use aldis::node::{Keys, Node, World};
use aldis_model::role::Role;
use aldis_model::{Time, Tlp};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// A clock that runs with the machine's, but starts where the prepared case stands.
pub struct Shifted {
    start: Time,
    since: SystemTime,
}

impl Shifted {
    /// Starts at `start`; `since` is when that was on the machine's clock.
    pub const fn new(start: Time, since: SystemTime) -> Self {
        Self { start, since }
    }
}

impl Clock for Shifted {
    fn now(&self) -> Time {
        #[allow(clippy::disallowed_methods, reason = "a bench has no main that hands the time down")]
        let passed = SystemTime::now().duration_since(self.since).unwrap_or_default();
        self.start.plus(i64::try_from(passed.as_micros()).unwrap_or(0))
    }
}

/// The machine's own chance.
pub struct Machine;

impl Chance for Machine {
    fn fill(&self, _: &str, out: &mut [u8]) {
        #[allow(clippy::disallowed_methods, reason = "a bench has no main that hands chance down")]
        let filled = getrandom::fill(out);
        assert!(filled.is_ok(), "the machine gives no random bytes");
    }
}

/// Opens the node in `folder`, creating it as needed. Nothing leaves it.
///
/// # Errors
///
/// [`aldis::error::Error::Broken`] if the disk fails.
pub fn open(folder: &Path, clock: Shifted) -> Result<Arc<Node>> {
    let db = Db::open_sqlite(&folder.join("aldis.db"))?;
    let around = World { clock: Arc::new(clock), chance: Arc::new(Machine), channels: Arc::new(Refusing) };
    let keys = Keys { signing: [7; 32], seal: [8; 32] };
    Node::open(Config::new(folder, crate::leak::world::ORG), db, &keys, around)
}

/// Describes the act of an officer who may see everything.
pub fn officer(node: &Node, name: &str, role: Role) -> Ctx {
    let id = format!("U-{}", name.to_uppercase());
    node.ctx(Actor::officer(&id, name, role, &node.config.org, Tlp::Red, BTreeSet::new()))
}
