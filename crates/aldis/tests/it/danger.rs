//! Danger, tier and measures of somebody at risk: what a machine suggests, what people decide.

use crate::desk::{Desk, House, REPORT, kind};
use crate::store::on_both;
use aldis::desk::danger::{self, Known};
use aldis::desk::measures::{self, NewMeasure};
use aldis::desk::{office, register, review, watch};
use aldis_model::measure::Status;
use aldis_model::risk::Tier;
use aldis_model::role::Role;
use aldis_model::{Id, Tlp};
use std::collections::BTreeMap;

on_both!(
    a_lower_tier_needs_another_person_and_below_a_floor_a_senior_officer,
    a_tier_is_reviewed_before_its_time_is_over,
    a_measure_waits_for_the_persons_yes_and_a_refusal_ends_that_measure_only,
    who_may_not_see_the_entry_finds_no_danger_and_no_measure,
    a_closed_case_moves_nothing_for_who_sees_the_person_only,
);

fn person(desk: &Desk) -> Id {
    desk.registers_as("Joren Maas", "witness", "T1", "RED")
}

/// Leaves a row in each table of this room.
pub fn every_kind_of_row(desk: &Desk) {
    let subject = person(desk);
    rate(desk, &subject, 4, &["E01"]).unwrap();
    set(desk, "Senior", &subject, Tier::T5, "a plan").unwrap();
    let new = NewMeasure { measure: "M40", case: None, owner: "city police", reasons: "a plan" };
    desk.write("Keeper", |tx, ctx| measures::propose(tx, ctx, &subject, &new)).unwrap();
}

fn rate(desk: &Desk, subject: &Id, intent: u8, events: &[&str]) -> aldis::error::Result<Id> {
    let factors = BTreeMap::from([("I".to_owned(), intent), ("K".to_owned(), 3), ("V1".to_owned(), 2)]);
    let events: Vec<String> = events.iter().map(|event| (*event).to_owned()).collect();
    let known = Known { case: None, impact: "critical", factors: &factors, events: &events };
    desk.write("Keeper", |tx, ctx| danger::rate(tx, ctx, subject, &known))
}

fn set(desk: &Desk, by: &str, subject: &Id, tier: Tier, why: &str) -> aldis::error::Result<()> {
    desk.write(by, |tx, ctx| danger::set_tier(tx, ctx, subject, None, tier, why))
}

fn tier(desk: &Desk, subject: &Id) -> String {
    desk.read("Keeper", |tx, ctx| register::find(tx, ctx, subject)).unwrap().get().tier.clone()
}

fn a_lower_tier_needs_another_person_and_below_a_floor_a_senior_officer(house: &House) {
    let desk = house.desk("NORTHPORT");
    let subject = person(&desk);
    desk.unchanged(|| {
        assert_eq!(kind(rate(&desk, &subject, 5, &[]).map(|_| ())), "refused");
        assert_eq!(kind(rate(&desk, &subject, 4, &["E99"]).map(|_| ())), "refused");
    });
    rate(&desk, &subject, 4, &["E01"]).unwrap();
    assert_eq!(tier(&desk, &subject), "T1", "a rating sets nothing");
    desk.unchanged(|| {
        assert_eq!(kind(set(&desk, "Keeper", &subject, Tier::T4, "patrols")), "second person");
        assert_eq!(kind(set(&desk, "Senior", &subject, Tier::T5, " ")), "refused");
        assert_eq!(kind(set(&desk, "Analyst", &subject, Tier::T5, "a plan")), "forbidden");
    });
    set(&desk, "Keeper", &subject, Tier::T5, "a plan").unwrap();
    set(&desk, "Senior", &subject, Tier::T4, "moved away").unwrap();
    assert_eq!(tier(&desk, &subject), "T4");
}

fn a_tier_is_reviewed_before_its_time_is_over(house: &House) {
    let desk = house.desk("NORTHPORT");
    let subject = person(&desk);
    set(&desk, "Senior", &subject, Tier::T5, "a plan").unwrap();
    let waits = |desk: &Desk| {
        let floor = desk.read("Senior", watch::floor).unwrap().into_inner();
        let note = format!("{subject} in T5");
        floor.waiting.iter().filter(|task| task.kind == "review" && task.note == note).count()
    };
    desk.later(17 * 60);
    desk.work();
    assert_eq!(waits(&desk), 0);
    desk.later(60);
    desk.work();
    assert_eq!(waits(&desk), 1, "three quarters of a day have passed");
    set(&desk, "Senior", &subject, Tier::T5, "nothing has changed").unwrap();
    assert_eq!(waits(&desk), 0);
}

fn a_measure_waits_for_the_persons_yes_and_a_refusal_ends_that_measure_only(house: &House) {
    let desk = house.desk("NORTHPORT");
    let subject = person(&desk);
    let propose = |measure: &str| {
        let new = NewMeasure { measure, case: None, owner: "city police", reasons: "a plan" };
        desk.write("Keeper", |tx, ctx| measures::propose(tx, ctx, &subject, &new))
    };
    let change = |id: &Id, status: Status| {
        desk.write("Duty", |tx, ctx| measures::change(tx, ctx, id, status, "said at the door"))
    };
    let (shelter, visit, arrest) =
        (propose("M48").unwrap(), propose("M40").unwrap(), propose("M45").unwrap());
    desk.unchanged(|| {
        assert_eq!(kind(propose("M99").map(|_| ())), "refused");
        assert_eq!(kind(propose("M48").map(|_| ())), "conflict");
        assert_eq!(kind(change(&shelter, Status::InPlace)), "refused");
    });
    change(&arrest, Status::InPlace).unwrap();
    change(&visit, Status::Accepted).unwrap();
    change(&visit, Status::InPlace).unwrap();
    change(&shelter, Status::Refused).unwrap();
    assert_eq!(kind(change(&shelter, Status::InPlace)), "refused");
    let list = desk.read("Keeper", |tx, ctx| measures::of_subject(tx, ctx, &subject)).unwrap().into_inner();
    let mut found: Vec<_> = list.iter().map(|one| (one.measure.as_str(), one.status.as_str())).collect();
    found.sort_unstable();
    assert_eq!(found, [("M40", "in_place"), ("M45", "in_place"), ("M48", "refused")]);
    change(&shelter, Status::Proposed).unwrap();
    assert!(desk.findings().is_empty());
}

fn who_may_not_see_the_entry_finds_no_danger_and_no_measure(house: &House) {
    let desk = house.desk("NORTHPORT");
    let subject = person(&desk);
    rate(&desk, &subject, 4, &[]).unwrap();
    let nobody: Id = "PR-00000000".parse().unwrap();
    for id in [&subject, &nobody] {
        let danger = desk.read("Junior", |tx, ctx| danger::of_subject(tx, ctx, id).map(|_| ()));
        let measures = desk.read("Junior", |tx, ctx| measures::of_subject(tx, ctx, id).map(|_| ()));
        assert_eq!((kind(danger), kind(measures)), ("not found", "not found"));
    }
    let seen = desk.read("Junior", |tx, ctx| review::tail(tx, ctx, 500)).unwrap().into_inner();
    assert!(seen.iter().all(|entry| !entry.kind.starts_with("tier.")));
}

fn a_closed_case_moves_nothing_for_who_sees_the_person_only(house: &House) {
    let desk = house.desk("NORTHPORT");
    let subject = desk.registers_as("Joren Maas", "witness", "T1", "GREEN");
    let (case, _) = desk.case_on(&desk.take_in(REPORT, "RED"));
    let new = office::NewOfficer {
        name: "Novice",
        role: Role::CaseOfficer,
        ceiling: Tlp::Green,
        compartments: &[],
        email: None,
    };
    let admin = desk.admin();
    desk.node.db.write(|tx| office::add(tx, &admin, &new)).unwrap();
    let rate = |by: &str, case: Option<&Id>| {
        let factors = BTreeMap::from([("I".to_owned(), 4), ("K".to_owned(), 3), ("V1".to_owned(), 2)]);
        let known = Known { case, impact: "critical", factors: &factors, events: &[] };
        desk.write(by, |tx, ctx| danger::rate(tx, ctx, &subject, &known)).unwrap()
    };
    let set = |by: &str, case: Option<&Id>, tier: Tier| {
        desk.write(by, |tx, ctx| danger::set_tier(tx, ctx, &subject, case, tier, "patrols are near"))
    };
    let propose = |by: &str, case: Option<&Id>| {
        let new = NewMeasure { measure: "M40", case, owner: "city police", reasons: "a plan" };
        desk.write(by, |tx, ctx| measures::propose(tx, ctx, &subject, &new)).map(|_| ())
    };
    // His own rating binds him, whatever was rated above him since.
    rate("Novice", None);
    rate("Keeper", Some(&case));
    desk.unchanged(|| {
        assert_eq!(kind(set("Novice", None, Tier::T1)), "second person");
    });
    // Each reader finds the last tier that he may see, and waits for the review of that one.
    set("Senior", None, Tier::T4).unwrap();
    set("Senior", Some(&case), Tier::T5).unwrap();
    let tier = |by: &str| {
        let listed = desk.read(by, register::list).unwrap().into_inner();
        let found = desk.read(by, |tx, ctx| register::find(tx, ctx, &subject)).unwrap().into_inner();
        assert_eq!(listed[0].tier, found.tier);
        found.tier
    };
    assert_eq!((tier("Novice").as_str(), tier("Keeper").as_str()), ("T4", "T5"));
    let reviews = |by: &str| {
        let floor = desk.read(by, watch::floor).unwrap().into_inner();
        floor
            .waiting
            .into_iter()
            .filter(|task| task.kind == "review")
            .map(|task| task.note)
            .collect::<Vec<_>>()
    };
    desk.later(7 * 24 * 60);
    desk.work();
    let [t4, t5] = ["T4", "T5"].map(|tier| format!("{subject} in {tier}"));
    assert_eq!(reviews("Novice"), [t4.as_str()]);
    assert_eq!(reviews("Keeper").len(), 2, "{t5} as well");
    set("Senior", Some(&case), Tier::T5).unwrap();
    assert_eq!((reviews("Novice"), reviews("Keeper")), (vec![t4.clone()], vec![t4]));
    set("Senior", None, Tier::T4).unwrap();
    assert_eq!(reviews("Keeper").len(), 0);
    let record = desk.read("Junior", |tx, ctx| review::tail(tx, ctx, 500)).unwrap().into_inner();
    let before = |entry: &review::Happened| entry.field("before").to_owned();
    let set = record.iter().filter(|entry| entry.kind == "tier.set").map(before).collect::<Vec<_>>();
    assert_eq!(set, ["T4", "T1"], "newest first; the T5 between them is nowhere");
    // A measure that is under way above him is none that he could run into.
    propose("Keeper", Some(&case)).unwrap();
    propose("Novice", None).unwrap();
    assert_eq!(kind(propose("Keeper", None)), "conflict");
    assert_eq!(kind(propose("Novice", None)), "conflict");
    for number in 0..101 {
        desk.later(1);
        if number == 0 {
            rate("Novice", None);
        }
        rate("Keeper", Some(&case));
    }
    let found = desk.read("Novice", |tx, ctx| danger::of_subject(tx, ctx, &subject)).unwrap().into_inner();
    assert_eq!(found.len(), 2, "what is hidden takes no place of what he may see");
    assert_eq!(desk.findings(), []);
}
