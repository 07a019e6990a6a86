//! A desk to test on: two nodes in memory, with officers and partners.

use aldis::config::Config;
use aldis::ctx::{Actor, Ctx};
use aldis::db::Db;
use aldis::desk::{office, partners};
use aldis::exchange::worker;
use aldis::node::{Keys, Node};
use aldis::sim::{SimClock, SimNet, world};
use aldis_model::gate::Ladder;
use aldis_model::role::Role;
use aldis_model::{Time, Tlp};
use std::sync::Arc;

pub struct Desk {
    pub node: Arc<Node>,
    pub clock: Arc<SimClock>,
    pub net: Arc<SimNet>,
    pub folder: tempfile::TempDir,
}

pub fn clock() -> Arc<SimClock> {
    SimClock::at("2031-05-04T08:00:00Z".parse().unwrap())
}

impl Desk {
    /// Opens a desk of an organisation on SQLite.
    pub fn new(org: &str, clock: &Arc<SimClock>, net: &Arc<SimNet>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("aldis.db")).unwrap();
        Self::on(db, folder, org, clock, net)
    }

    pub fn on(
        db: Db,
        folder: tempfile::TempDir,
        org: &str,
        clock: &Arc<SimClock>,
        net: &Arc<SimNet>,
    ) -> Self {
        let mut config = Config::new(folder.path(), org);
        config.public_url = format!("http://{}.test", org.to_lowercase());
        let byte = org.bytes().fold(7, u8::wrapping_add);
        let keys = Keys { signing: [byte; 32], seal: [byte.wrapping_add(1); 32] };
        let node = Node::open(config, db, &keys, world(clock, net, org)).unwrap();
        net.join(&node);
        let desk = Self { node, clock: clock.clone(), net: net.clone(), folder };
        for (name, role, ceiling) in [
            ("Duty", Role::Duty, Tlp::Red),
            ("Analyst", Role::Analyst, Tlp::Red),
            ("Second", Role::Analyst, Tlp::Red),
            ("Senior", Role::Senior, Tlp::Red),
            ("Keeper", Role::CaseOfficer, Tlp::Red),
            ("Liaison", Role::Liaison, Tlp::Red),
            ("Auditor", Role::Auditor, Tlp::Red),
            ("Junior", Role::Analyst, Tlp::Green),
        ] {
            let ctx = desk.admin();
            let new = office::NewOfficer { name, role, ceiling, compartments: &[], email: None };
            desk.node.db.write(|tx| office::add(tx, &ctx, &new)).unwrap();
        }
        desk
    }

    pub fn admin(&self) -> Ctx {
        let org = &self.node.config.org;
        self.node.ctx(Actor::officer("root", "root", Role::Admin, org, Tlp::Clear, Default::default()))
    }

    pub fn by(&self, name: &str) -> Ctx {
        let actor = self.node.db.read(|tx| office::by_name(tx, &self.node.config.org, name)).unwrap();
        self.node.ctx(actor)
    }

    pub fn at(&self, time: &str) {
        let time: Time = time.parse().unwrap();
        self.clock.set(time);
    }

    pub fn work(&self) {
        worker::run_due(&self.node).unwrap();
    }

    pub fn knows(&self, other: &Desk) {
        let ctx = self.by("Liaison");
        let key = other.node.verifier().to_string();
        let new = partners::NewPartner {
            name: &other.node.config.org,
            title: &other.node.config.title,
            url: Some(&other.node.config.public_url),
            verifier: Some(&key),
            verified_how: Some("read out by telephone"),
            ceiling: Tlp::AmberStrict,
        };
        self.node.db.write(|tx| partners::add(tx, &ctx, &new)).unwrap();
    }

    pub fn audience(&self, name: &str, ladder: Ladder, channel: &str, address: &str) {
        let ctx = self.by("Liaison");
        let new = partners::NewAudience {
            name,
            title: name,
            ladder,
            org: name,
            ceiling: ladder.ceiling(),
            channel,
            address,
            language: "en",
        };
        self.node.db.write(|tx| partners::add_audience(tx, &ctx, &new)).unwrap();
    }
}
