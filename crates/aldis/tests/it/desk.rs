//! A desk to test on: nodes in memory with officers and partners, on either database, and the short
//! ways to a report, a decided duty, a warning and a delivery.

use crate::store::{Place, Store};
use aldis::config::Config;
use aldis::ctx::{Actor, Ctx};
use aldis::db::{Db, Tx};
use aldis::desk::compose::{CapDraft, Draft, Sentence};
use aldis::desk::release::Purpose;
use aldis::desk::{case, compose, determine, gather, office, partners, register, release, watch};
use aldis::error::{Error, Result};
use aldis::exchange::{Channels, worker};
use aldis::log::{self, Finding};
use aldis::node::{Keys, Node};
use aldis::sim::{SimClock, SimNet, world};
use aldis_model::duty::VictimKind;
use aldis_model::gate::Ladder;
use aldis_model::role::Role;
use aldis_model::{Id, Time, Tlp};
use serde_json::json;
use std::sync::Arc;

/// The surroundings of one test.
pub struct House {
    pub store: Store,
    pub clock: Arc<SimClock>,
    pub net: Arc<SimNet>,
}

impl House {
    pub fn on(store: Store) -> Self {
        let clock = clock();
        let net = SimNet::new(clock.clone());
        Self { store, clock, net }
    }

    /// Opens the desk of an organisation on a database of its own.
    pub fn desk(&self, org: &str) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let place = self.store.place(folder.path());
        let channels = self.net.clone();
        Desk::open(place, folder, org, &self.clock, &self.net, channels)
    }

    /// Opens two desks that know each other, with the audiences of every rung at the first.
    pub fn pair(&self) -> (Desk, Desk) {
        let (north, alba) = (self.desk("NORTHPORT"), self.desk("ALBA"));
        north.knows(&alba);
        alba.knows(&north);
        north.audiences();
        (north, alba)
    }
}

pub struct Desk {
    pub node: Arc<Node>,
    pub clock: Arc<SimClock>,
    #[allow(dead_code, reason = "for tests of the console")]
    pub net: Arc<SimNet>,
    pub folder: tempfile::TempDir,
    pub place: Place,
}

pub fn clock() -> Arc<SimClock> {
    SimClock::at("2031-05-04T08:00:00Z".parse().unwrap())
}

impl Desk {
    /// Opens a desk of an organisation on SQLite.
    #[allow(dead_code, reason = "for tests of the console")]
    pub fn new(org: &str, clock: &Arc<SimClock>, net: &Arc<SimNet>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Store::Sqlite.place(folder.path());
        Self::open(place, folder, org, clock, net, net.clone())
    }

    /// Opens a desk at a place, whose parcels go by `channels`.
    pub fn open(
        place: Place,
        folder: tempfile::TempDir,
        org: &str,
        clock: &Arc<SimClock>,
        net: &Arc<SimNet>,
        channels: Arc<dyn Channels>,
    ) -> Self {
        let url = format!("http://{}.test", org.to_lowercase());
        Self::open_at(&url, place, folder, org, clock, net, channels)
    }

    /// Opens a desk that others reach at `url`.
    pub fn open_at(
        url: &str,
        place: Place,
        folder: tempfile::TempDir,
        org: &str,
        clock: &Arc<SimClock>,
        net: &Arc<SimNet>,
        channels: Arc<dyn Channels>,
    ) -> Self {
        let mut config = Config::new(folder.path(), org);
        config.public_url = url.to_owned();
        let mut world = world(clock, net, org);
        world.channels = channels;
        let node = Node::open(config, place.open().unwrap(), &keys(org), world).unwrap();
        net.join(&node);
        let desk = Self { node, clock: clock.clone(), net: net.clone(), folder, place };
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

    pub fn db(&self) -> &Db {
        &self.node.db
    }

    pub fn admin(&self) -> Ctx {
        let org = &self.node.config.org;
        self.node.ctx(Actor::officer("root", "root", Role::Admin, org, Tlp::Clear, Default::default()))
    }

    pub fn by(&self, name: &str) -> Ctx {
        if name == "root" {
            return self.admin();
        }
        if name == "system" {
            return self.node.system();
        }
        let actor = self.node.db.read(|tx| office::by_name(tx, &self.node.config.org, name)).unwrap();
        self.node.ctx(actor)
    }

    /// Runs a writing verb as somebody.
    pub fn write<T>(&self, name: &str, verb: impl FnOnce(&mut Tx<'_>, &Ctx) -> Result<T>) -> Result<T> {
        let ctx = self.by(name);
        self.node.db.write(|tx| verb(tx, &ctx))
    }

    /// Runs a reading verb as somebody.
    pub fn read<T>(&self, name: &str, verb: impl FnOnce(&mut Tx<'_>, &Ctx) -> Result<T>) -> Result<T> {
        let ctx = self.by(name);
        self.node.db.read(|tx| verb(tx, &ctx))
    }

    /// Adds one more officer and returns the name.
    pub fn office(&self, name: &str, role: Role) -> String {
        let new = office::NewOfficer { name, role, ceiling: Tlp::Red, compartments: &[], email: None };
        self.write("root", |tx, ctx| office::add(tx, ctx, &new)).unwrap();
        name.to_owned()
    }

    #[allow(dead_code, reason = "for tests of the console")]
    pub fn at(&self, time: &str) {
        self.clock.set(time.parse().unwrap());
    }

    pub fn now(&self) -> Time {
        self.node.system().now
    }

    /// Moves the clock.
    pub fn later(&self, minutes: i64) {
        self.clock.set(self.now().plus(minutes * 60_000_000));
    }

    pub fn work(&self) {
        worker::run_due(&self.node).unwrap();
    }

    /// Reads numbers behind the verbs.
    pub fn count(&self, sql: &str) -> i64 {
        self.node.db.read(|tx| tx.row(sql, &[])?.int(0)).unwrap()
    }

    /// Enters a person into the register, as a journalist who asked for protection; returns the cover name.
    pub fn registers(&self, name: &str, label: &str) -> Id {
        self.registers_as(name, "journalist", "T2", label)
    }

    /// Enters a person of a category and tier into the register.
    pub fn registers_as(&self, name: &str, category: &str, tier: &str, label: &str) -> Id {
        let names = [name.to_owned()];
        let (purpose, label) = ("asked for protection", label.parse().unwrap());
        let new = register::NewSubject { kind: "person", names: &names, category, tier, purpose, label };
        self.write("Keeper", |tx, ctx| register::add(tx, ctx, &self.node.sealer, &new)).unwrap()
    }

    /// Reads the first column of some rows behind the verbs.
    pub fn column(&self, sql: &str) -> Vec<String> {
        let text = |row: &aldis::db::Row| row.opt_text(0).map(Option::unwrap_or_default);
        self.node.db.read(|tx| tx.rows(sql, &[])?.iter().map(text).collect()).unwrap()
    }

    /// Counts the entries of the ledger.
    pub fn entries(&self) -> i64 {
        self.count("SELECT count(*) FROM entry")
    }

    /// Lists the kinds of the entries, oldest first.
    pub fn kinds(&self) -> Vec<String> {
        self.column("SELECT kind FROM entry ORDER BY idx")
    }

    /// Counts open tasks of a kind.
    pub fn open_tasks(&self, kind: &str) -> i64 {
        self.count(&format!("SELECT count(*) FROM task WHERE kind = '{kind}' AND done_at IS NULL"))
    }

    /// Lists what of a kind waits on somebody's watch floor, and is not on the shelf.
    pub fn floor(&self, by: &str, kind: &str) -> Vec<watch::Waiting> {
        let floor = self.read(by, watch::floor).unwrap().into_inner();
        floor.waiting.into_iter().filter(|waiting| waiting.kind == kind).collect()
    }

    /// Does something that must change nothing.
    pub fn unchanged<T>(&self, act: impl FnOnce() -> T) -> T {
        let before = self.dump();
        let done = act();
        assert_eq!(before, self.dump(), "something changed");
        done
    }

    /// Writes down everything the ledger commits to, and the ledger.
    pub fn dump(&self) -> Vec<String> {
        dump(&self.node.db).unwrap()
    }

    /// Says what does not fit in the ledger.
    pub fn findings(&self) -> Vec<Finding> {
        self.node.publish().unwrap();
        log::verify(&self.node.db, self.node.log.folder(), &self.node.verifier()).unwrap().findings
    }

    pub fn knows(&self, other: &Desk) {
        let key = other.node.verifier().to_string();
        let new = partners::NewPartner {
            name: &other.node.config.org,
            title: &other.node.config.title,
            url: Some(&other.node.config.public_url),
            verifier: Some(&key),
            verified_how: Some("read out by telephone"),
            ceiling: Tlp::AmberStrict,
        };
        self.write("Liaison", |tx, ctx| partners::add(tx, ctx, &new)).unwrap();
    }

    pub fn audience(&self, name: &str, ladder: Ladder, channel: &str, address: &str) {
        let new = partners::NewAudience {
            name,
            title: name,
            ladder,
            org: if ladder == Ladder::Own { &self.node.config.org } else { name },
            ceiling: ladder.ceiling(),
            channel,
            address,
            language: "en",
        };
        self.write("Liaison", |tx, ctx| partners::add_audience(tx, ctx, &new)).unwrap();
    }

    /// Adds one audience for each way a warning goes.
    pub fn audiences(&self) {
        self.audience("ALBA", Ladder::Partner, "node", "ALBA");
        self.audiences_without_node();
    }

    /// Adds the audiences that need no partner.
    pub fn audiences_without_node(&self) {
        self.audience("PUBLIC", Ladder::Public, "cap", "");
        self.audience("HALL", Ladder::Clients, "mail", "door@hall.test");
        self.audience("OFFICER", Ladder::Officers, "hand", "");
        self.audience("STAFF", Ladder::Own, "hand", "");
    }

    /// Takes in a text.
    pub fn take_in(&self, text: &str, label: &str) -> Id {
        self.take_from(text, label, None, None)
    }

    /// Takes in a text that came from another organisation, or goes back to a named root.
    pub fn take_from(&self, text: &str, label: &str, originator: Option<&str>, origin: Option<&str>) -> Id {
        let incoming = gather::Incoming {
            bytes: text.as_bytes(),
            media_type: Some("text/plain"),
            channel: "manual",
            source: "own collection",
            originator,
            origin,
            label: label.parse().unwrap(),
        };
        let documents = gather::read(&incoming).unwrap();
        self.write("Duty", |tx, ctx| gather::accept(tx, ctx, &incoming, &documents[0])).unwrap()
    }

    /// Opens a case on a report with one victim; returns case and duty.
    pub fn case_on(&self, report: &Id) -> (Id, Id) {
        let case =
            self.write("Analyst", |tx, ctx| case::open(tx, ctx, "Concert in Lowtown", report)).unwrap();
        let victim = |tx: &mut Tx<'_>, ctx: &Ctx| {
            case::add_victim(tx, ctx, &case, VictimKind::Location, "Lantern Hall")
        };
        let duty = self.write("Analyst", victim).unwrap();
        (case, duty)
    }

    /// Takes one step of the duty.
    pub fn step(&self, by: &str, duty: &Id, event: &str, fields: serde_json::Value) -> Result<String> {
        let fields = fields.as_object().unwrap().clone();
        let state = self.write(by, |tx, ctx| determine::act(tx, ctx, duty, event, &fields))?;
        Ok(state.as_str().to_owned())
    }

    /// Takes the duty to the senior officer's desk.
    pub fn submitted(&self, report: &Id, duty: &Id) {
        self.step("Analyst", duty, "triage", triage()).unwrap();
        self.step("Analyst", duty, "assess", assessment(report)).unwrap();
        let fields = json!({"case_summary": "Attack on a hall", "proposed_decision": "warn"});
        self.step("Analyst", duty, "submit", fields).unwrap();
    }

    /// Takes in a RED report and has it decided that somebody is warned.
    pub fn decided(&self) -> Decided {
        let report = self.take_in(REPORT, "TLP:RED");
        let (case, duty) = self.case_on(&report);
        self.submitted(&report, &duty);
        self.step("Senior", &duty, "decide_warn", decision()).unwrap();
        Decided { report, case, duty }
    }

    /// Drafts a warning.
    pub fn draft(&self, duty: &Id, draft: &Draft) -> Result<Id> {
        self.write("Analyst", |tx, ctx| compose::draft(tx, ctx, duty, draft))
    }

    pub fn propose(&self, warning: &Id, audience: &str, purpose: Purpose) -> Result<Id> {
        let sealer = &self.node.sealer;
        self.write("Analyst", |tx, ctx| release::propose(tx, ctx, sealer, warning, audience, purpose))
    }

    pub fn approve(&self, by: &str, release: &Id) -> Result<()> {
        self.write(by, |tx, ctx| release::approve(tx, ctx, &self.node.sealer, release))
    }

    pub fn send(&self, release: &Id) -> Result<Id> {
        self.write("Senior", |tx, ctx| release::send(tx, ctx, &self.node.sealer, release, None))
    }

    /// Proposes, approves and sends; returns release and delivery.
    pub fn released(&self, warning: &Id, audience: &str, purpose: Purpose) -> (Id, Id) {
        let release = self.propose(warning, audience, purpose).unwrap();
        self.approve("Senior", &release).unwrap();
        let delivery = self.send(&release).unwrap();
        (release, delivery)
    }

    /// Goes all the way to a delivery that was queued for an audience.
    pub fn sent_to(&self, audience: &str) -> Sent {
        let decided = self.decided();
        let warning = self.draft(&decided.duty, &draft(&decided.report)).unwrap();
        let (release, delivery) = self.released(&warning, audience, Purpose::Alert);
        Sent { case: decided.case, duty: decided.duty, warning, release, delivery }
    }

    /// Returns the state of a duty.
    pub fn state(&self, duty: &Id) -> String {
        let found = self.read("Senior", |tx, ctx| determine::find(tx, ctx, duty)).unwrap();
        found.get().state.as_str().to_owned()
    }
}

pub struct Decided {
    pub report: Id,
    pub case: Id,
    pub duty: Id,
}

pub struct Sent {
    pub case: Id,
    pub duty: Id,
    pub warning: Id,
    pub release: Id,
    pub delivery: Id,
}

pub const REPORT: &str = "A contact with direct access says men of the Grey Tide mean to attack a concert in \
                          Lowtown tomorrow. The Lantern Hall was named.";

pub fn keys(org: &str) -> Keys {
    let byte = org.bytes().fold(7, u8::wrapping_add);
    Keys { signing: [byte; 32], seal: [byte.wrapping_add(1); 32] }
}

pub fn triage() -> serde_json::Value {
    json!({"harm_types": ["intentional_killing"], "first_impression_ttl": "TTL-HIGH"})
}

pub fn assessment(report: &Id) -> serde_json::Value {
    json!({
        "harm": ["intentional_killing"], "impending": "near_<=7d", "victim_kind": "location",
        "place": "Lantern Hall", "source_grade": "B", "info_grade": "2",
        "specific_elements": ["who", "where", "when"], "confidence": "moderate",
        "independent_sources": [{"report": report.as_str(), "origins": ["OWN"]}], "reasons": "direct access"
    })
}

pub fn decision() -> serde_json::Value {
    json!({
        "deliverer": "foreign_liaison", "method": "node", "means": "signed envelope",
        "substance_limits": "no source", "deadline": "2031-05-05T08:00:00Z"
    })
}

pub fn sentence(text: &str, label: &str, basis: &[&Id]) -> Sentence {
    let basis = basis.iter().map(|id| (*id).clone()).collect();
    Sentence { text: text.into(), label: label.parse().unwrap(), basis, transformed: vec![] }
}

/// A warning with a sentence for the partner and one for everybody.
pub fn draft(report: &Id) -> Draft {
    Draft {
        subject: "Security alert for Lowtown".into(),
        ends_at: Some("2031-05-06T08:00:00Z".parse().unwrap()),
        targeted: false,
        cap: CapDraft { area: "Lowtown".into(), geocode: vec!["LOCAL=7".into()], ..CapDraft::default() },
        portions: vec![
            sentence("The Grey Tide plans violence at the Lantern Hall.", "AMBER+STRICT REL ALBA", &[report]),
            sentence("Avoid large gatherings in Lowtown over the next 48 hours.", "CLEAR", &[report]),
        ],
    }
}

/// Writes down every row that the ledger commits to, and the ledger itself.
pub fn dump(db: &Db) -> Result<Vec<String>> {
    db.read(|tx| {
        let mut lines = Vec::new();
        for table in aldis::db::TABLES {
            for row in tx.rows(table.select_all(), &[])? {
                lines.push(format!("{table} {row:?}"));
            }
        }
        for row in
            tx.rows("SELECT idx, leaf, fields, kind, case_id, label, at FROM entry ORDER BY idx", &[])?
        {
            lines.push(format!("entry {row:?}"));
        }
        Ok(lines)
    })
}

/// Names the kind of an error, so that a test reads as one line.
pub fn kind<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    match result {
        Ok(_) => "done",
        Err(Error::Refused(_)) => "refused",
        Err(Error::Forbidden(_)) => "forbidden",
        Err(Error::NotFound) => "not found",
        Err(Error::Conflict(_)) => "conflict",
        Err(Error::SecondPerson(_)) => "second person",
        Err(Error::Blocked(_)) => "blocked",
        Err(Error::Proof(_)) => "proof",
        Err(Error::Remote(_)) => "remote",
        Err(Error::Broken(_)) => "broken",
    }
}

/// Returns the words of an error.
pub fn says<T: std::fmt::Debug>(result: Result<T>) -> String {
    result.unwrap_err().to_string()
}
