//! Grades and cases: what confirms a report, what a case rests on, and who may see it then.

use crate::desk::{Desk, House, draft, kind, says};
use crate::store::on_both;
use aldis::desk::case::{self, Relation};
use aldis::desk::grade::{self, Graded};
use aldis::desk::{compose, determine, watch};
use aldis_model::Id;
use aldis_model::duty::VictimKind;

on_both!(
    confirmed_needs_a_second_origin_that_is_a_basis,
    a_second_grade_stands_beside_the_first,
    a_report_is_linked_to_a_case_once,
    a_stricter_basis_restricts_the_case_and_what_tells_of_it,
    context_and_statements_leave_the_label_alone,
    a_case_needs_a_title_and_a_victim_needs_a_name,
);

fn graded(grade: &str) -> Graded {
    Graded { grade: grade.parse().unwrap(), likelihood: None, confidence: None, reasons: "seen".into() }
}

fn link(desk: &Desk, case: &Id, report: &Id, relation: Relation) -> aldis::error::Result<()> {
    desk.write("Analyst", |tx, ctx| case::link(tx, ctx, case, report, relation))
}

fn confirmed_needs_a_second_origin_that_is_a_basis(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_from("The hall was named.", "GREEN", None, Some("the blog"));
    let (case, _) = desk.case_on(&report);
    let confirm = || desk.write("Analyst", |tx, ctx| grade::grade(tx, ctx, &report, &graded("B1")));
    let refused = || desk.unchanged(|| assert_eq!(kind(confirm()), "refused"));
    refused();
    // A second report that goes back to the same blog confirms nothing.
    let echo = desk.take_from("A paper wrote so too.", "GREEN", None, Some("The Blog"));
    link(&desk, &case, &echo, Relation::Basis).unwrap();
    refused();
    // Another origin as context or statement does not either.
    let aside = desk.take_from("There are two halls.", "GREEN", None, Some("the map"));
    link(&desk, &case, &aside, Relation::Context).unwrap();
    let said = desk.take_from("They said so in public.", "GREEN", None, Some("the party"));
    link(&desk, &case, &said, Relation::Statement).unwrap();
    refused();
    let other = desk.take_from("An officer saw them there.", "GREEN", None, Some("the patrol"));
    link(&desk, &case, &other, Relation::Basis).unwrap();
    confirm().unwrap();
    // Context cannot lean on the basis of the case it only explains.
    let context = desk.write("Analyst", |tx, ctx| grade::grade(tx, ctx, &aside, &graded("A1")));
    assert_eq!(kind(context), "refused");
}

fn a_second_grade_stands_beside_the_first(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    desk.write("Analyst", |tx, ctx| grade::grade(tx, ctx, &report, &graded("C3"))).unwrap();
    desk.later(1);
    desk.write("Second", |tx, ctx| grade::grade(tx, ctx, &report, &graded("B2"))).unwrap();
    let given = desk.read("Senior", |tx, ctx| grade::given(tx, ctx, &report)).unwrap().into_inner();
    let given: Vec<_> = given.iter().map(|g| (g.grade.as_str(), g.by.as_str())).collect();
    assert_eq!(given, [("C3", "Analyst"), ("B2", "Second")]);
    assert!(desk.kinds().ends_with(&["report.graded".to_owned(), "report.regraded".to_owned()]));
}

fn a_report_is_linked_to_a_case_once(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (case, _) = desk.case_on(&report);
    desk.unchanged(|| {
        assert_eq!(kind(link(&desk, &case, &report, Relation::Context)), "conflict");
        let unknown: Id = "R-00000000".parse().unwrap();
        assert_eq!(kind(link(&desk, &case, &unknown, Relation::Basis)), "not found");
        let unknown: Id = "C-00000000".parse().unwrap();
        assert_eq!(kind(link(&desk, &unknown, &report, Relation::Basis)), "not found");
    });
}

fn a_stricter_basis_restricts_the_case_and_what_tells_of_it(house: &House) {
    let desk = house.desk("NORTHPORT");
    let open = desk.take_in("The hall was named.", "GREEN");
    let (case, duty) = desk.case_on(&open);
    let mut text = draft(&open);
    text.portions.remove(0);
    let warning = desk.draft(&duty, &text).unwrap();
    desk.read("Junior", |tx, ctx| case::find(tx, ctx, &case)).unwrap();
    desk.read("Junior", |tx, ctx| determine::find(tx, ctx, &duty)).unwrap();
    desk.read("Junior", |tx, ctx| compose::find(tx, ctx, &warning)).unwrap();
    let secret = desk.take_in("Our man at the table says so.", "RED");
    link(&desk, &case, &secret, Relation::Basis).unwrap();
    let found = desk.read("Analyst", |tx, ctx| case::find(tx, ctx, &case)).unwrap().into_inner();
    assert_eq!(found.label.to_string(), "TLP:RED");
    assert_eq!(kind(desk.read("Junior", |tx, ctx| case::find(tx, ctx, &case)).map(|_| ())), "not found");
    assert_eq!(kind(desk.read("Junior", |tx, ctx| determine::find(tx, ctx, &duty)).map(|_| ())), "not found");
    assert_eq!(
        kind(desk.read("Junior", |tx, ctx| compose::find(tx, ctx, &warning)).map(|_| ())),
        "not found"
    );
    let floor = desk.read("Junior", watch::floor).unwrap().into_inner();
    assert!(floor.waiting.iter().all(|task| task.case.is_none()), "{floor:?}");
    assert_eq!(desk.findings(), []);
}

fn context_and_statements_leave_the_label_alone(house: &House) {
    let desk = house.desk("NORTHPORT");
    let open = desk.take_in("The hall was named.", "GREEN");
    let (case, _) = desk.case_on(&open);
    for relation in [Relation::Context, Relation::Statement] {
        let secret = desk.take_in("Our man at the table says so.", "RED");
        link(&desk, &case, &secret, relation).unwrap();
    }
    let found = desk.read("Junior", |tx, ctx| case::find(tx, ctx, &case)).unwrap().into_inner();
    assert_eq!(found.label.to_string(), "TLP:GREEN");
    // The case is seen, and the reports that are above the reader are not.
    let reports = desk.read("Junior", |tx, ctx| case::reports(tx, ctx, &case)).unwrap().into_inner();
    assert_eq!(reports.len(), 1);
    let reports = desk.read("Senior", |tx, ctx| case::reports(tx, ctx, &case)).unwrap().into_inner();
    assert_eq!(reports.len(), 3);
}

fn a_case_needs_a_title_and_a_victim_needs_a_name(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("The hall was named.", "GREEN");
    let (case, _) = desk.case_on(&report);
    desk.unchanged(|| {
        let untitled = desk.write("Analyst", |tx, ctx| case::open(tx, ctx, "  ", &report));
        assert!(says(untitled).contains("title"));
        let long = "x".repeat(201);
        let long = desk.write("Analyst", |tx, ctx| case::open(tx, ctx, &long, &report));
        assert_eq!(kind(long), "refused");
        let nobody =
            desk.write("Analyst", |tx, ctx| case::add_victim(tx, ctx, &case, VictimKind::NamedPerson, " "));
        assert!(says(nobody).contains("who or what is threatened"));
    });
}
