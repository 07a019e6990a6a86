//! The name of somebody at risk: to that person's protector under RED, and to nobody else.

use crate::desk::{Desk, House, draft, kind, says, sentence};
use crate::store::on_both;
use aldis::desk::release::{self, Purpose};
use aldis::desk::{protectors, review};
use aldis::error::{Error, Result};
use aldis_model::Id;

on_both!(
    a_name_goes_to_the_protector_under_red_only,
    who_may_not_see_the_entry_approves_no_name,
    a_protector_is_a_rung_of_officers_named_by_who_keeps_the_register,
);

const NAME: &str = "Ilse Brandvold";

/// Leaves a row in the table of this room.
pub fn every_kind_of_row(desk: &Desk) {
    let person = desk.registers("Marte Ostby", "RED");
    let id = protects(desk, "Keeper", &person, "OFFICER", "asked for it").unwrap();
    desk.write("Keeper", |tx, ctx| protectors::end(tx, ctx, &id, "moved away")).unwrap();
}

fn protects(desk: &Desk, by: &str, subject: &Id, audience: &str, basis: &str) -> Result<Id> {
    desk.write(by, |tx, ctx| protectors::name(tx, ctx, subject, audience, basis))
}

/// Proposes a version that names her, labelled so, for an audience.
fn naming(desk: &Desk, label: &str, audience: &str) -> Result<Id> {
    let decided = desk.decided();
    let mut written = draft(&decided.report);
    written.portions =
        vec![sentence(&format!("{NAME} needs an escort on Monday."), label, &[&decided.report])];
    let warning = desk.draft(&decided.duty, &written).unwrap();
    desk.propose(&warning, audience, Purpose::Alert)
}

fn blocked<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
    match result {
        Err(Error::Blocked(problems)) => {
            problems.into_iter().map(|p| format!("{}: {}", p.rule, p.says)).collect()
        }
        other => panic!("blocked, not {other:?}"),
    }
}

fn released(desk: &Desk, subject: &Id) -> Vec<String> {
    let tail = desk.read("Auditor", |tx, ctx| review::tail(tx, ctx, usize::MAX)).unwrap().into_inner();
    let told =
        tail.iter().filter(|e| e.kind == "identity.released" && e.field("subject") == subject.as_str());
    told.map(|e| format!("{} by {}", e.field("audience"), e.field("by"))).collect()
}

fn a_name_goes_to_the_protector_under_red_only(house: &House) {
    let (desk, _alba) = house.pair();
    let person = desk.registers(NAME, "RED");
    assert!(blocked(naming(&desk, "RED REL OFFICER", "OFFICER"))[0].starts_with("RR-06"));
    let id = protects(&desk, "Keeper", &person, "OFFICER", "she said yes on 2 May").unwrap();
    assert!(blocked(naming(&desk, "AMBER REL OFFICER", "OFFICER"))[0].contains("under RED only"));
    for (label, other) in [("CLEAR", "PUBLIC"), ("AMBER REL HALL", "HALL"), ("AMBER+STRICT REL ALBA", "ALBA")]
    {
        assert!(blocked(naming(&desk, label, other))[0].contains("without the name"), "{other}");
    }
    let release = naming(&desk, "RED REL OFFICER", "OFFICER").unwrap();
    assert_eq!(released(&desk, &person), Vec::<String>::new(), "proposed is not told");
    desk.write("Senior", |tx, ctx| release::approve(tx, ctx, &desk.node.sealer, &release)).unwrap();
    assert_eq!(released(&desk, &person), ["OFFICER by Senior"]);
    let late = naming(&desk, "RED REL OFFICER", "OFFICER").unwrap();
    desk.write("Keeper", |tx, ctx| protectors::end(tx, ctx, &id, "moved away")).unwrap();
    let late = desk.write("Senior", |tx, ctx| release::approve(tx, ctx, &desk.node.sealer, &late));
    assert!(blocked(late)[0].starts_with("RR-06"), "a protector no more");
    let again = desk.write("Keeper", |tx, ctx| protectors::end(tx, ctx, &id, "moved away"));
    assert_eq!(kind(again), "not found");
}

fn who_may_not_see_the_entry_approves_no_name(house: &House) {
    let (desk, _alba) = house.pair();
    // The entry is in a compartment that the keeper holds and the approver does not.
    let person = desk.registers_as(NAME, "witness", "T1", "RED COMP LAMP");
    let hidden = protects(&desk, "Senior", &person, "OFFICER", "asked");
    assert_eq!(kind(hidden), "forbidden");
    let found = blocked(naming(&desk, "RED REL OFFICER", "OFFICER"));
    assert!(found[0].contains("somebody") && !found[0].contains(person.as_str()), "{found:?}");
}

fn a_protector_is_a_rung_of_officers_named_by_who_keeps_the_register(house: &House) {
    let (desk, _alba) = house.pair();
    let person = desk.registers(NAME, "RED");
    desk.unchanged(|| {
        assert_eq!(kind(protects(&desk, "Analyst", &person, "OFFICER", "asked")), "forbidden");
        assert!(says(protects(&desk, "Keeper", &person, "OFFICER", " ")).contains("basis"));
        for other in ["PUBLIC", "HALL", "ALBA", "STAFF"] {
            assert!(says(protects(&desk, "Keeper", &person, other, "asked")).contains("named officers only"));
        }
        assert_eq!(kind(protects(&desk, "Keeper", &person, "NOBODY", "asked")), "not found");
        let nobody: Id = "PR-00000000".parse().unwrap();
        assert_eq!(kind(protects(&desk, "Keeper", &nobody, "OFFICER", "asked")), "not found");
    });
    protects(&desk, "Keeper", &person, "OFFICER", "asked").unwrap();
    desk.unchanged(|| assert_eq!(kind(protects(&desk, "Keeper", &person, "OFFICER", "asked")), "conflict"));
    let list = desk.read("Auditor", |tx, ctx| protectors::of_subject(tx, ctx, &person)).unwrap();
    assert_eq!(list.get()[0].audience, "OFFICER");
    let hidden = desk.read("Junior", |tx, ctx| protectors::of_subject(tx, ctx, &person).map(|_| ()));
    assert_eq!(kind(hidden), "not found");
}
