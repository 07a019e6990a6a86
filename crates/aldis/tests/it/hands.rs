//! Many hands: a destination that hangs delays nobody else, one piece that fails takes no other along, and
//! what a crash or a stop leaves behind is carried later.

use crate::desk::{Desk, House, draft};
use crate::store::on_both;
use aldis::desk::deliver;
use aldis::desk::release::Purpose;
use aldis::exchange::{Carried, Channels, Parcel, worker};
use aldis::sim::SimNet;
use aldis_model::Id;
use aldis_model::gate::Ladder;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

on_both!(
    a_destination_that_hangs_delays_neither_timers_nor_other_recipients,
    one_that_cannot_be_started_takes_no_other_along,
    what_a_panic_leaves_behind_is_carried_when_its_lease_runs_out,
    a_stop_finishes_what_has_begun_and_leaves_the_rest,
);

const WORKERS: usize = 8;

/// A network with one host that accepts and never answers, until it is let go, and one that panics.
struct Slow {
    net: Arc<SimNet>,
    let_go: Mutex<bool>,
    moved: Condvar,
    hanging: AtomicUsize,
    carried: AtomicUsize,
    panics: AtomicBool,
}

impl Channels for Slow {
    fn carry(&self, parcel: &Parcel) -> Carried {
        if let Parcel::Webhook { url, .. } = parcel {
            if url.starts_with("https://hang.example/") {
                self.hanging.fetch_add(1, Ordering::SeqCst);
                let gate = self.let_go.lock().unwrap();
                drop(self.moved.wait_while(gate, |let_go| !*let_go).unwrap());
                self.hanging.fetch_sub(1, Ordering::SeqCst);
            }
            assert!(
                !(url.ends_with("/panic") && self.panics.load(Ordering::SeqCst)),
                "as a broken library does"
            );
        }
        self.carried.fetch_add(1, Ordering::SeqCst);
        self.net.carry(parcel)
    }

    fn workers(&self) -> usize {
        WORKERS
    }
}

impl Slow {
    fn let_go(&self) {
        *self.let_go.lock().unwrap() = true;
        self.moved.notify_all();
    }
}

/// Lets go also when a test fails: its other thread would wait for ever.
struct LetGo<'a>(&'a Slow);

impl Drop for LetGo<'_> {
    fn drop(&mut self) {
        self.0.let_go();
    }
}

fn desk(house: &House) -> (Desk, Arc<Slow>) {
    let slow = Arc::new(Slow {
        net: house.net.clone(),
        let_go: Mutex::new(false),
        moved: Condvar::new(),
        hanging: AtomicUsize::new(0),
        carried: AtomicUsize::new(0),
        panics: AtomicBool::new(true),
    });
    let folder = tempfile::tempdir().unwrap();
    let place = house.store.place(folder.path());
    let desk = Desk::open(place, folder, "NORTHPORT", &house.clock, &house.net, slow.clone());
    desk.audience("HALL", Ladder::Clients, "mail", "door@hall.test");
    (desk, slow)
}

/// Tells `count` audiences by webhooks on one host.
fn told_by_webhook(desk: &Desk, warning: &Id, host: &str, count: usize) -> Vec<Id> {
    let tell = |number| {
        let name = format!("{host}-{number}").replace('.', "-");
        desk.audience(&name, Ladder::Clients, "webhook", &format!("https://{host}/{number}"));
        desk.released(warning, &name, Purpose::Alert).1
    };
    (0..count).map(tell).collect()
}

fn warning(desk: &Desk) -> Id {
    let decided = desk.decided();
    desk.draft(&decided.duty, &draft(&decided.report)).unwrap()
}

fn progress(desk: &Desk, delivery: &Id) -> String {
    desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, delivery)).unwrap().get().progress.clone()
}

/// Waits for what another thread does; half a minute is for a machine with much else to do.
fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..3_000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{what}");
}

fn a_destination_that_hangs_delays_neither_timers_nor_other_recipients(house: &House) {
    let (desk, slow) = desk(house);
    // Somebody was warned four hours ago and has not answered.
    let earlier = desk.sent_to("HALL");
    desk.work();
    assert_eq!(progress(&desk, &earlier.delivery), "delivered");
    desk.later(4 * 60);
    // More than may be claimed at once go to the host that hangs, and they are the first in the queue.
    let warning = warning(&desk);
    let hanging = told_by_webhook(&desk, &warning, "hang.example", 80);
    desk.clock.set(desk.now().plus(1));
    let others = told_by_webhook(&desk, &warning, "quick.example", 3);
    std::thread::scope(|scope| {
        let _end = LetGo(&slow);
        let working = scope.spawn(|| worker::carry_due(&desk.node));
        until("the host takes hands", || slow.hanging.load(Ordering::SeqCst) > 0);
        until("others behind it are carried", || others.iter().all(|id| progress(&desk, id) == "delivered"));
        // What is sent only now does not wait for the end of what hangs either.
        let (_, late) = desk.released(&warning, "HALL", Purpose::Alert);
        until("one that comes later is carried", || progress(&desk, &late) == "delivered");
        assert_eq!(worker::fire_due(&desk.node).unwrap(), 1, "the timer fires on time");
        let step = desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, &earlier.delivery)).unwrap();
        assert_eq!(step.get().ladder_step, 1);
        assert!(hanging.iter().all(|id| progress(&desk, id) == "queued"));
        let held = slow.hanging.load(Ordering::SeqCst);
        assert!((1..=4).contains(&held), "{held} hands hang");
        assert!(!working.is_finished());
        slow.let_go();
        working.join().unwrap().unwrap();
    });
    assert!(hanging.iter().all(|id| progress(&desk, id) == "delivered"));
    assert_eq!(slow.carried.load(Ordering::SeqCst), 1 + 80 + 3 + 1, "each once");
    assert_eq!(desk.findings(), []);
}

fn one_that_cannot_be_started_takes_no_other_along(house: &House) {
    let (desk, _slow) = desk(house);
    let warning = warning(&desk);
    let all = told_by_webhook(&desk, &warning, "quick.example", 6);
    // The gate no longer gives what was approved of one of them.
    let spoil = |text: &str, instead: &str| {
        desk.place.tamper(&format!(
            "UPDATE release SET body = replace(body, '{text}', '{instead}')
              WHERE id = (SELECT release_id FROM delivery WHERE id = '{}')",
            all[2]
        ));
    };
    spoil("Avoid", "Enter");
    worker::carry_due(&desk.node).unwrap();
    for (number, id) in all.iter().enumerate() {
        assert_eq!(progress(&desk, id), if number == 2 { "queued" } else { "delivered" });
    }
    assert_eq!(worker::carry_due(&desk.node).unwrap(), 0, "it does not spin");
    spoil("Enter", "Avoid");
    desk.later(2);
    worker::carry_due(&desk.node).unwrap();
    assert_eq!(progress(&desk, &all[2]), "delivered");
    assert_eq!(desk.findings(), []);
}

fn what_a_panic_leaves_behind_is_carried_when_its_lease_runs_out(house: &House) {
    let (desk, slow) = desk(house);
    let warning = warning(&desk);
    desk.audience("PANIC", Ladder::Clients, "webhook", "https://quick.example/panic");
    let mut all = vec![desk.released(&warning, "PANIC", Purpose::Alert).1];
    all.extend(told_by_webhook(&desk, &warning, "quick.example", 20));
    assert!(worker::carry_due(&desk.node).unwrap_err().to_string().contains("panicked"));
    slow.panics.store(false, Ordering::SeqCst);
    // The lease is two minutes; what was carried before is not carried again.
    desk.later(3);
    worker::carry_due(&desk.node).unwrap();
    assert!(all.iter().all(|id| progress(&desk, id) == "delivered"));
    assert_eq!(slow.carried.load(Ordering::SeqCst), all.len());
    assert_eq!(desk.findings(), []);
}

fn a_stop_finishes_what_has_begun_and_leaves_the_rest(house: &House) {
    let (desk, slow) = desk(house);
    let warning = warning(&desk);
    let all = told_by_webhook(&desk, &warning, "hang.example", 20);
    let go_on = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let _end = LetGo(&slow);
        let working = scope.spawn(|| worker::carry_while(&desk.node, &|| go_on.load(Ordering::SeqCst)));
        until("the first hang", || slow.hanging.load(Ordering::SeqCst) == 4);
        go_on.store(false, Ordering::SeqCst);
        let waiting = "SELECT count(*) FROM outbox WHERE kind = 'send' AND leased_until = 0";
        until("the rest is put back", || desk.count(waiting) == 16);
        slow.let_go();
        working.join().unwrap().unwrap();
    });
    let delivered = all.iter().filter(|id| progress(&desk, id) == "delivered").count();
    assert_eq!((delivered, slow.carried.load(Ordering::SeqCst)), (4, 4));
    worker::carry_due(&desk.node).unwrap();
    assert!(all.iter().all(|id| progress(&desk, id) == "delivered"));
    assert_eq!(slow.carried.load(Ordering::SeqCst), 20, "each once");
    assert_eq!(desk.findings(), []);
}
