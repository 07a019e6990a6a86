use super::*;
use crate::outbox::{Room as _, Work};

const WORKERS: usize = 16;

fn job(id: usize, lane: &str) -> Job {
    let leased = Leased {
        id: format!("O-{id:08}"),
        work: Work::Answer,
        thing: String::new(),
        attempts: 0,
        lane: lane.to_owned(),
    };
    Job { leased, attempt: None, at: at_s(0) }
}

fn at_s(seconds: i64) -> Time {
    Time::from_micros(seconds * SECOND_US)
}

fn some(range: std::ops::Range<usize>, lane: &str) -> Vec<Job> {
    range.map(|id| job(id, lane)).collect()
}

/// Takes what hands could take now, without waiting.
fn taken(floor: &Floor) -> Vec<Job> {
    (0..floor.wanting()).map(|_| floor.next().unwrap()).collect()
}

fn back(floor: &Floor) -> usize {
    floor.take_back(at_s(1), false).len()
}

#[test]
fn a_new_destination_holds_few_hands_and_one_more_with_each_that_arrives() {
    let floor = Floor::new(WORKERS);
    floor.put(some(0..60, "webhook a"));
    let mut held = taken(&floor);
    assert_eq!(held.len(), AT_FIRST);
    for more in 1..=WORKERS {
        let done = held.remove(0);
        floor.report(&done.leased, Went::Well, Made::Recorded);
        held.extend(taken(&floor));
        assert_eq!(held.len(), (AT_FIRST + more).min(WORKERS));
    }
}

#[test]
fn one_that_hangs_is_left_with_one_hand_and_gives_back_what_waits() {
    let floor = Floor::new(WORKERS);
    floor.put(some(0..60, "webhook a"));
    floor.put(some(60..70, "webhook b"));
    let held = taken(&floor);
    let lanes = |lane: &str| held.iter().filter(|job| job.leased.lane == lane).count();
    assert_eq!((lanes("webhook a"), lanes("webhook b")), (AT_FIRST, AT_FIRST), "neither waits for the other");
    assert_eq!(back(&floor), 0);
    for job in held.iter().filter(|job| job.leased.lane == "webhook a") {
        floor.report(&job.leased, Went::Badly, Made::Recorded);
    }
    assert_eq!(back(&floor), 55, "but one");
    let again = taken(&floor);
    assert_eq!(again.len(), 1);
    let mut room = floor.room();
    assert_eq!(room.full(), ["webhook a"]);
    assert!(!room.take("webhook a") && room.take("webhook b"));
    floor.report(&again[0].leased, Went::Well, Made::Recorded);
    assert!(floor.room().take("webhook a"), "it answers again");
}

#[test]
fn what_waited_too_long_goes_back_before_its_lease_ends() {
    let floor = Floor::new(WORKERS);
    floor.put(some(0..10, "mail"));
    let held = taken(&floor);
    assert_eq!(floor.take_back(at_s(60), false).len(), 0);
    assert_eq!(floor.take_back(at_s(61), false).len(), 10 - held.len());
    assert!(!floor.is_idle(), "what is carried is still out");
}

#[test]
fn a_piece_is_out_once_and_there_is_an_end_to_what_may_be_out() {
    let floor = Floor::new(WORKERS);
    floor.put(some(0..4, "mail"));
    floor.put(some(0..4, "mail"));
    assert_eq!(taken(&floor).len(), 4);
    assert_eq!(floor.wanting(), 0);
    let mut lane = 0;
    while floor.room().left() > 0 {
        let from = 1_000 * (lane + 1);
        floor.put(some(from..from + AT_FIRST, &format!("webhook {lane}")));
        drop(taken(&floor));
        lane += 1;
    }
    assert_eq!(floor.lock().out.len(), OUT_MAX);
    assert_eq!(floor.take_back(at_s(1), true).len(), 0, "all of it is being carried");
}

#[test]
fn the_house_is_not_slowed_by_its_own_work() {
    let floor = Floor::new(WORKERS);
    floor.put(some(0..40, ""));
    assert_eq!(taken(&floor).len(), WORKERS);
}
