//! Who is on duty, handing over, and what can wait on the shelf.

use crate::desk::{Desk, House, kind, says};
use crate::store::on_both;
use aldis::desk::case::{self, Relation};
use aldis::desk::{review, shelves, shifts, watch};
use aldis_model::Id;
use aldis_model::chain::Office;

on_both!(
    a_shift_is_handed_over_when_the_next_accepts,
    the_next_gets_what_he_may_see_and_hears_of_nothing_else,
    a_shift_that_cannot_be_is_refused,
    a_shelved_task_is_out_of_sight_until_its_time,
    a_shelf_needs_a_reason_and_an_end,
    a_shelf_closes_with_the_case_of_its_task,
);

const HOUR_US: i64 = 3_600_000_000;

fn a_shelf_closes_with_the_case_of_its_task(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("Somebody means the hall.", "GREEN");
    let (case, duty) = desk.case_on(&report);
    desk.step("Analyst", &duty, "triage", crate::desk::triage()).unwrap();
    let id: Id = desk.column(&format!("SELECT id FROM task WHERE case_id = '{case}' AND done_at IS NULL"))[0]
        .parse()
        .unwrap();
    let until = desk.now().plus(HOUR_US);
    desk.write("Senior", |tx, ctx| shelves::put(tx, ctx, &id, until, "the hall is closed")).unwrap();
    let seen = |who: &str| desk.read(who, shelves::list).unwrap().get().len();
    assert_eq!((seen("Junior"), seen("Senior")), (1, 1));
    let above = desk.take_in("The source heard it in the room.", "RED");
    desk.write("Senior", |tx, ctx| case::link(tx, ctx, &case, &above, Relation::Basis)).unwrap();
    assert_eq!((seen("Junior"), seen("Senior")), (0, 1), "the task is above him now");
    desk.later(61);
    desk.work();
    let told = desk.read("Junior", |tx, ctx| review::tail(tx, ctx, 100)).unwrap().into_inner();
    assert!(told.iter().all(|entry| entry.kind != "task.returned"), "{told:?}");
    let kept = desk.kinds().into_iter().filter(|kind| kind == "task.returned").count();
    assert_eq!(kept, 1);
    assert_eq!(desk.findings(), []);
}

fn on_duty(desk: &Desk, who: &str) -> Id {
    let set = |tx: &mut aldis::db::Tx<'_>, ctx: &aldis::ctx::Ctx| {
        shifts::set(tx, ctx, Office::Desk, who, ctx.now, ctx.now.plus(8 * HOUR_US))
    };
    desk.write("Senior", set).unwrap()
}

fn offer(desk: &Desk, shift: &Id, by: &str, to: &str) -> aldis::error::Result<shifts::Offered> {
    desk.write(by, |tx, ctx| shifts::offer(tx, ctx, shift, to, ctx.now.plus(12 * HOUR_US), "mind the gate"))
}

fn task(desk: &Desk, who: &str) -> Id {
    desk.read(who, watch::floor).unwrap().into_inner().waiting[0].id.clone()
}

/// Leaves a row in each table of this room.
pub fn every_kind_of_row(desk: &Desk) {
    desk.take_in("The gate was left open.", "GREEN");
    desk.work();
    let shift = on_duty(desk, "Duty");
    offer(desk, &shift, "Duty", "Senior").unwrap();
    let id = task(desk, "Senior");
    let until = desk.now().plus(HOUR_US);
    desk.write("Senior", |tx, ctx| shelves::put(tx, ctx, &id, until, "asked again in an hour")).unwrap();
    desk.write("Senior", |tx, ctx| shelves::bring_back(tx, ctx, &id)).unwrap();
}

fn a_shift_is_handed_over_when_the_next_accepts(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.take_in("The gate was left open.", "GREEN");
    desk.work();
    let shift = on_duty(&desk, "Duty");
    let made = offer(&desk, &shift, "Duty", "Second").unwrap();
    assert_eq!((made.items, made.stay), (1, 0));
    let seen = desk.read("Second", shifts::offers).unwrap();
    assert_eq!((seen[0].mine, seen[0].items.len(), seen[0].words.as_str()), (true, 1, "mind the gate"));
    assert!(desk.read("Liaison", shifts::offers).unwrap().is_empty(), "it is between the two");
    desk.unchanged(|| {
        for who in ["Duty", "Liaison"] {
            let stolen = desk.write(who, |tx, ctx| shifts::accept(tx, ctx, &made.id));
            assert_eq!(kind(stolen), "not found", "{who}");
        }
    });
    desk.later(5);
    desk.write("Second", |tx, ctx| shifts::accept(tx, ctx, &made.id)).unwrap();
    let roster = desk.read("Duty", shifts::list).unwrap();
    assert_eq!(roster.iter().map(|one| one.officer.as_str()).collect::<Vec<_>>(), ["Second"]);
    assert_eq!(kind(desk.write("Second", |tx, ctx| shifts::accept(tx, ctx, &made.id))), "conflict");
    for kind in ["hand_over.offered", "hand_over.accepted", "hand_over.item"] {
        assert_eq!(desk.kinds().iter().filter(|one| *one == kind).count(), 1, "{kind}");
    }
    assert_eq!(desk.findings(), []);
}

fn the_next_gets_what_he_may_see_and_hears_of_nothing_else(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.take_in("The gate was left open.", "GREEN");
    desk.take_in("They named the hall.", "RED");
    desk.work();
    let shift = on_duty(&desk, "Duty");
    let made = offer(&desk, &shift, "Duty", "Junior").unwrap();
    assert_eq!((made.items, made.stay), (1, 1), "the giver is told what stays");
    desk.write("Junior", |tx, ctx| shifts::accept(tx, ctx, &made.id)).unwrap();
    let seen = desk.read("Junior", shifts::offers).unwrap();
    assert!(seen.is_empty());
    assert_eq!(desk.kinds().iter().filter(|one| *one == "hand_over.item").count(), 1);
    let tail = desk.read("Auditor", |tx, ctx| review::tail(tx, ctx, 500)).unwrap().into_inner();
    let offered = tail.iter().find(|entry| entry.kind == "hand_over.offered").unwrap();
    assert_eq!(offered.field("items"), "", "an entry open to all counts nothing");
    assert_eq!(desk.findings(), []);
}

fn a_shift_that_cannot_be_is_refused(house: &House) {
    let desk = house.desk("NORTHPORT");
    let shift = on_duty(&desk, "Duty");
    desk.unchanged(|| {
        let set = |by: &str, who: &str, hours: i64| {
            desk.write(by, |tx, ctx| {
                shifts::set(tx, ctx, Office::Head, who, ctx.now, ctx.now.plus(hours * HOUR_US))
            })
        };
        assert_eq!(kind(set("Duty", "Duty", 8)), "forbidden");
        assert_eq!(kind(set("Senior", "Nobody", 8)), "not found");
        assert_eq!(kind(set("Senior", "Duty", 0)), "refused");
        assert_eq!(kind(set("Senior", "Duty", 49)), "refused");
        assert_eq!(kind(offer(&desk, &shift, "Duty", "Duty")), "refused");
        assert_eq!(kind(offer(&desk, &shift, "Second", "Senior")), "not found", "it is not his shift");
    });
    desk.write("Senior", |tx, ctx| shifts::end(tx, ctx, &shift)).unwrap();
    assert_eq!(kind(offer(&desk, &shift, "Duty", "Second")), "not found");
    assert_eq!(desk.findings(), []);
}

fn a_shelved_task_is_out_of_sight_until_its_time(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.take_in("They named the hall.", "RED");
    desk.work();
    let id = task(&desk, "Duty");
    let put = |by: &str, hours: i64, reason: &str| {
        desk.write(by, |tx, ctx| shelves::put(tx, ctx, &id, ctx.now.plus(hours * HOUR_US), reason))
    };
    assert_eq!(kind(put("Junior", 2, "later")), "not found");
    put("Duty", 2, "the source is asked at ten").unwrap();
    assert_eq!(kind(put("Duty", 2, "again")), "conflict");
    let floor = |who: &str| desk.read(who, watch::floor).unwrap().into_inner();
    assert_eq!((floor("Duty").waiting.len(), floor("Duty").shelved.len()), (0, 1));
    assert_eq!(floor("Duty").shelved[0].reason, "the source is asked at ten");
    assert!(floor("Junior").shelved.is_empty(), "not even a count of what is above");
    desk.later(119);
    desk.work();
    assert_eq!(floor("Duty").waiting.len(), 0);
    desk.later(1);
    desk.work();
    assert_eq!((floor("Duty").waiting.len(), floor("Duty").shelved.len()), (1, 0), "it came back by itself");
    assert!(desk.kinds().contains(&"task.returned".to_owned()));
    assert_eq!(desk.findings(), []);
}

fn a_shelf_needs_a_reason_and_an_end(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.take_in("The gate was left open.", "GREEN");
    desk.work();
    let id = task(&desk, "Duty");
    let put = |minutes: i64, reason: &str| {
        desk.write("Duty", |tx, ctx| shelves::put(tx, ctx, &id, ctx.now.plus(minutes * 60_000_000), reason))
    };
    desk.unchanged(|| {
        assert!(says(put(60, " ")).contains("say why"));
        assert!(says(put(0, "later")).contains("12 hours"));
        assert!(says(put(12 * 60 + 1, "later")).contains("12 hours"));
        let auditor =
            desk.write("Auditor", |tx, ctx| shelves::put(tx, ctx, &id, ctx.now.plus(HOUR_US), "later"));
        assert_eq!(kind(auditor), "forbidden");
    });
    put(60, "later").unwrap();
    desk.write("Duty", |tx, ctx| shelves::bring_back(tx, ctx, &id)).unwrap();
    assert_eq!(kind(desk.write("Duty", |tx, ctx| shelves::bring_back(tx, ctx, &id))), "not found");
    desk.later(90);
    desk.work();
    assert_eq!(desk.kinds().iter().filter(|one| *one == "task.returned").count(), 1);
    assert_eq!(desk.findings(), []);
}

#[test]
fn on_the_page_a_task_is_shelved_brought_back_and_handed_over() {
    let house = House::on(crate::store::Store::Sqlite);
    let desk = house.desk("NORTHPORT");
    desk.take_in("They named the hall.", "RED");
    desk.work();
    let (shift, id) = (on_duty(&desk, "Duty"), task(&desk, "Duty"));
    let mut duty = crate::browser::Browser::signed_in(&desk.node, &desk.admin(), "Duty");
    let mut second = crate::browser::Browser::signed_in(&desk.node, &desk.admin(), "Second");
    let mut junior = crate::browser::Browser::signed_in(&desk.node, &desk.admin(), "Junior");
    let shelve = [("do", "shelve"), ("thing", id.as_str()), ("hours", "2"), ("reason", "asked at ten")];
    assert_eq!(junior.act("/duty", &shelve).status, 404, "not there for whom it is above");
    let without = [("do", "shelve"), ("thing", id.as_str()), ("hours", ""), ("reason", "asked at ten")];
    assert!(duty.act("/duty", &without).body.contains("choose for how long"));
    assert_eq!(duty.act("/duty", &shelve).leads_to(), "/duty");
    assert!(duty.get("/duty").body.contains("asked at ten"));
    assert!(!junior.get("/duty").body.contains("asked at ten"));
    assert_eq!(duty.act("/duty", &[("do", "back"), ("thing", id.as_str())]).leads_to(), "/duty");
    let until = desk.now().plus(8 * HOUR_US).to_string();
    let offer = [("do", "offer"), ("thing", shift.as_str()), ("taker", "Second"), ("until", until.as_str())];
    assert_eq!(duty.act("/duty", &offer).leads_to(), "/duty");
    let made = desk.column("SELECT id FROM hand_over")[0].clone();
    assert!(second.get("/duty").body.contains("Accept: I am on duty"));
    assert!(!duty.get("/duty").body.contains("Accept: I am on duty"));
    assert_eq!(second.act("/duty", &[("do", "accept"), ("thing", made.as_str())]).leads_to(), "/duty");
    assert_eq!(desk.read("Duty", shifts::list).unwrap()[0].officer, "Second");
}
