//! A node on a real disk with real chance, for benches that measure or break it.

use crate::dice::Dice;
use crate::leak::flow::Flow;
use crate::leak::script;
use crate::leak::world::{ORG, World};
use aldis::config::Config;
use aldis::ctx::{Actor, Chance, Clock, Ctx};
use aldis::db::Db;
use aldis::desk::deliver::{self, Statement};
use aldis::desk::{gather, partners, release};
use aldis::error::{Error, Result};
use aldis::exchange::Refusing;
use aldis::node::{Keys, Node, World as Around};
use aldis_model::gate::Ladder;
use aldis_model::role::Role;
use aldis_model::{Id, Label, Time, Tlp};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

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
pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Arc<Node>> {
    let db = Db::open_sqlite(&folder.join("aldis.db"))?;
    let around = Around { clock, chance: Arc::new(Machine), channels: Arc::new(Refusing) };
    let keys = Keys { signing: [7; 32], seal: [8; 32] };
    Node::open(Config::new(folder, ORG), db, &keys, around)
}

/// Returns the clock of a store whose case stands at noon, `since_s` seconds of the machine's time.
///
/// # Errors
///
/// [`Error::Refused`] never in fact: the moment is written here.
pub fn noon(since_s: u64) -> Result<Arc<dyn Clock>> {
    Ok(Arc::new(Shifted::new("2031-05-04T12:00:00Z".parse()?, UNIX_EPOCH + Duration::from_secs(since_s))))
}

/// Prepares a warning in `folder` that may be cut and sent, and the audience HALL it goes to by hand.
///
/// # Errors
///
/// As the verbs.
pub fn prepare(folder: &Path) -> Result<Id> {
    let world = World::open(1, folder)?;
    let liaison = world.cleared("Liaison", Role::Liaison);
    let hall = partners::NewAudience {
        name: "HALL",
        title: "The hall",
        ladder: Ladder::Clients,
        org: "HALL",
        ceiling: Tlp::Amber,
        channel: "hand",
        address: "",
        language: "en",
    };
    world.act("hall", |tx| partners::add_audience(tx, &liaison, &hall))?;
    let mut flow = Flow::new(script::plain_plan(&mut Dice::new(7)));
    for number in 0.. {
        if let Some(warning) = flow.warning {
            return Ok(warning);
        }
        flow.step(&world, &format!("prepare {number}"))?;
    }
    Err(Error::NotFound)
}

/// Cuts a prepared warning for the hall, has it approved and hands it over; returns the delivery.
///
/// # Errors
///
/// As the verbs.
pub fn hand_over(node: &Node, warning: &Id) -> Result<Id> {
    let (analyst, senior) = (officer(node, "Analyst", Role::Analyst), officer(node, "Senior", Role::Senior));
    let sealer = &node.sealer;
    let alert = release::Purpose::Alert;
    let id = node.db.write(|tx| release::propose(tx, &analyst, sealer, warning, "HALL", alert))?;
    node.db.write(|tx| release::approve(tx, &senior, sealer, &id))?;
    let delivery = node.db.write(|tx| release::send(tx, &senior, sealer, &id, None))?;
    let handed =
        Statement { words: "read out at the door", at: None, place: None, witness: None, reply: None };
    node.db.write(|tx| deliver::by_hand(tx, &senior, &delivery, &handed))?;
    Ok(delivery)
}

/// Takes in a report that anybody may see.
///
/// # Errors
///
/// As the verb.
pub fn take_in(node: &Node) -> Result<Id> {
    let incoming = gather::Incoming {
        bytes: b"Boats were seen at the old quay.",
        media_type: Some("text/plain"),
        channel: "manual",
        source: "own collection",
        originator: None,
        origin: None,
        label: Label::clear(),
    };
    let documents = gather::read(&incoming)?;
    let document = documents.first().ok_or(Error::NotFound)?;
    let duty = officer(node, "Duty", Role::Duty);
    node.db.write(|tx| gather::accept(tx, &duty, &incoming, document))
}

/// Describes the act of an officer who may see everything.
pub fn officer(node: &Node, name: &str, role: Role) -> Ctx {
    let id = format!("U-{}", name.to_uppercase());
    node.ctx(Actor::officer(&id, name, role, &node.config.org, Tlp::Red, BTreeSet::new()))
}
