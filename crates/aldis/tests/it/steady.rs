//! The node's own time: a moved clock fires nothing, is on record, and asks a person.

use crate::desk::{House, keys, kind};
use crate::store::{Place, on_both};
use aldis::config::Config;
use aldis::ctx::{Actor, Clock, Ctx};
use aldis::desk::timers::{self, Timer};
use aldis::desk::watch;
use aldis::node::Node;
use aldis::sim::{SimChance, SimNet, world};
use aldis_model::clock::Reading;
use aldis_model::event::{Event, Kind};
use aldis_model::role::Role;
use aldis_model::{Label, Time, Tlp};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

on_both!(
    a_moved_clock_moves_no_timer_and_asks_a_person,
    a_restart_goes_on_where_the_node_was,
    what_a_person_says_is_followed_and_lasting_timers_move_along,
);

const HOUR_US: i64 = 3_600_000_000;
const YEAR_US: i64 = 366 * 24 * HOUR_US;

/// A machine whose wall clock and count are moved by hand.
struct Machine {
    wall: AtomicI64,
    count: AtomicI64,
    boot: Mutex<String>,
}

impl Machine {
    fn new() -> Arc<Self> {
        let wall: Time = "2031-05-04T08:00:00Z".parse().unwrap();
        let boot = Mutex::new("first".to_owned());
        Arc::new(Self { wall: AtomicI64::new(wall.micros()), count: AtomicI64::new(1_000_000), boot })
    }

    fn pass(&self, us: i64) {
        self.wall.fetch_add(us, Ordering::SeqCst);
        self.count.fetch_add(us, Ordering::SeqCst);
    }

    fn shift(&self, us: i64) {
        self.wall.fetch_add(us, Ordering::SeqCst);
    }

    fn reboot(&self, off_us: i64) {
        self.wall.fetch_add(off_us, Ordering::SeqCst);
        self.count.store(5_000_000, Ordering::SeqCst);
        self.boot.lock().unwrap().push('x');
    }
}

impl Clock for Machine {
    fn now(&self) -> Time {
        Time::from_micros(self.wall.load(Ordering::SeqCst))
    }

    fn reading(&self) -> Option<Reading> {
        let steady_us = self.count.load(Ordering::SeqCst);
        Some(Reading { wall: self.now(), steady_us, boot: self.boot.lock().unwrap().clone() })
    }
}

struct Rig {
    machine: Arc<Machine>,
    starts: AtomicI64,
    place: Place,
    folder: tempfile::TempDir,
}

impl Rig {
    fn new(house: &House) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            machine: Machine::new(),
            starts: AtomicI64::new(0),
            place: house.store.place(folder.path()),
            folder,
        }
    }

    fn open(&self, house: &House) -> Arc<Node> {
        let net: &Arc<SimNet> = &house.net;
        let mut world = world(&house.clock, net, "NORTHPORT");
        world.clock = self.machine.clone();
        // A real machine gives other chance after each start.
        world.chance = SimChance::new(&format!("start {}", self.starts.fetch_add(1, Ordering::SeqCst)));
        Node::open(
            Config::new(self.folder.path(), "NORTHPORT"),
            self.place.open().unwrap(),
            &keys("NORTHPORT"),
            world,
        )
        .unwrap()
    }
}

fn look(node: &Node) {
    node.steady.as_ref().unwrap().look(&node.db, &node.system()).unwrap();
}

fn senior(node: &Node) -> Ctx {
    node.ctx(Actor::officer("U-SENIOR", "Senior", Role::Senior, "NORTHPORT", Tlp::Red, BTreeSet::new()))
}

/// Arms a timer that counts how long something lasts.
fn arm(node: &Node, after_us: i64) -> Time {
    let ctx = node.system();
    let due = ctx.now.plus(after_us);
    node.db
        .write(|tx| {
            timers::set(tx, &ctx, Timer::Ack, "V-00000000", 1, due)?;
            aldis::journal::append(tx, &ctx, Event::new(Kind::CaseState, Label::plain(Tlp::Red)))
        })
        .unwrap();
    due
}

fn is_due(node: &Node) -> bool {
    node.db.read(|tx| timers::next_due(tx, node.system().now)).unwrap().is_some()
}

fn jumps(node: &Node) -> i64 {
    let row = node.db.read(|tx| tx.row("SELECT count(*) FROM entry WHERE kind = 'clock.jump'", &[]));
    row.unwrap().int(0).unwrap()
}

fn a_moved_clock_moves_no_timer_and_asks_a_person(house: &House) {
    let rig = Rig::new(house);
    let node = rig.open(house);
    let due = arm(&node, 4 * HOUR_US);
    let mut passed = 0;
    for (number, moved) in
        [HOUR_US, -HOUR_US, 24 * HOUR_US, -30 * 24 * HOUR_US, YEAR_US, -2 * YEAR_US].into_iter().enumerate()
    {
        rig.machine.shift(moved);
        rig.machine.pass(60_000_000);
        passed += 60_000_000;
        look(&node);
        assert!(!is_due(&node), "after {moved}");
        assert_eq!(node.system().now.since(due), passed - 4 * HOUR_US);
        assert_eq!(jumps(&node), i64::try_from(number).unwrap() + 1);
        look(&node);
        assert_eq!(jumps(&node), i64::try_from(number).unwrap() + 1, "said once");
    }
    let floor = node.db.read(|tx| watch::floor(tx, &senior(&node))).unwrap().into_inner();
    assert_eq!(floor.waiting.iter().filter(|one| one.kind == "clock").count(), 1, "one question");
    rig.machine.pass(4 * HOUR_US - passed);
    assert!(is_due(&node), "and it is due when its time has passed");
}

fn a_restart_goes_on_where_the_node_was(house: &House) {
    let rig = Rig::new(house);
    let node = rig.open(house);
    arm(&node, 4 * HOUR_US);
    let before = node.system().now;
    drop(node);
    // Stopped, moved by a year, started again.
    rig.machine.shift(YEAR_US);
    rig.machine.pass(HOUR_US);
    let node = rig.open(house);
    assert_eq!(node.system().now.since(before), HOUR_US);
    assert!(!is_due(&node));
    look(&node);
    assert_eq!(jumps(&node), 1);
    drop(node);
    // The whole machine was off for an hour: there is only the wall, and it is believed.
    rig.machine.reboot(HOUR_US);
    let node = rig.open(house);
    assert_eq!(node.system().now.since(before), 2 * HOUR_US);
    drop(node);
    // It came back two years earlier: it is not.
    rig.machine.reboot(-2 * YEAR_US);
    let node = rig.open(house);
    assert_eq!(node.system().now.since(before), 2 * HOUR_US);
    look(&node);
    assert!(!is_due(&node));
    assert_eq!(jumps(&node), 2);
}

fn what_a_person_says_is_followed_and_lasting_timers_move_along(house: &House) {
    let rig = Rig::new(house);
    let node = rig.open(house);
    arm(&node, 4 * HOUR_US);
    rig.machine.shift(YEAR_US);
    look(&node);
    let steady = node.steady.as_ref().unwrap();
    let duty = node.ctx(Actor::officer("U-DUTY", "Duty", Role::Duty, "NORTHPORT", Tlp::Red, BTreeSet::new()));
    assert_eq!(kind(steady.follow(&node.db, &duty, "the radio says so")), "forbidden");
    assert_eq!(kind(steady.follow(&node.db, &senior(&node), " ")), "refused");
    assert_eq!(steady.follow(&node.db, &senior(&node), "the radio says so").unwrap(), 1);
    assert_eq!(node.system().now, rig.machine.now());
    assert!(!is_due(&node), "four hours are four hours");
    let open = |node: &Node| {
        let floor = node.db.read(|tx| watch::floor(tx, &senior(node))).unwrap().into_inner();
        floor.waiting.iter().filter(|one| one.kind == "clock").count()
    };
    assert_eq!(open(&node), 0);
    look(&node);
    assert_eq!(jumps(&node), 1);
    rig.machine.pass(4 * HOUR_US);
    assert!(is_due(&node));
    // The other word: the clock is wrong, the node's time stands.
    rig.machine.shift(-YEAR_US);
    look(&node);
    let stands = node.system().now;
    let (steady, ctx) = (node.steady.as_ref().unwrap(), senior(&node));
    node.db.write(|tx| steady.keep(tx, &ctx, "set back by hand")).unwrap();
    look(&node);
    assert_eq!((node.system().now, open(&node), jumps(&node)), (stands, 0, 2));
}
