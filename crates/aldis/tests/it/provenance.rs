//! Reports that go back to one origin count once, whoever repeats it.

use crate::desk::{Desk, House, kind, says};
use crate::store::on_both;
use aldis::desk::case::{self, Relation};
use aldis::desk::grade::{self, Graded};
use aldis::desk::provenance::{self, NewTie};
use aldis::error::Result;
use aldis_model::Id;
use aldis_model::provenance::Tie;

on_both!(
    four_reports_of_one_blog_confirm_nothing,
    a_person_may_say_that_a_report_is_its_own,
    a_tie_is_as_closed_as_both_its_reports,
    a_second_run_proposes_nothing_anew,
    whoever_may_not_grade_ties_nothing,
    a_report_in_a_compartment_is_compared_like_any_other,
    ties_above_a_reader_take_the_place_of_none_of_his,
);

const BLOG: &str = "They say the traitor Yusuf Haddad, the baker of Port Sant, will be dealt with soon.";

fn take(desk: &Desk, source: &str, text: &str, label: &str) -> Id {
    let incoming = aldis::desk::gather::Incoming {
        bytes: text.as_bytes(),
        media_type: Some("text/plain"),
        channel: "feed",
        source,
        originator: Some(source),
        origin: None,
        label: label.parse().unwrap(),
    };
    let documents = aldis::desk::gather::read(&incoming).unwrap();
    let ctx = desk.by("Duty");
    let id =
        desk.node.db.write(|tx| aldis::desk::gather::accept(tx, &ctx, &incoming, &documents[0])).unwrap();
    desk.later(60);
    desk.work();
    id
}

fn a_report_in_a_compartment_is_compared_like_any_other(house: &House) {
    let desk = house.desk("NORTHPORT");
    let first = take(&desk, "anonymous blog", BLOG, "GREEN COMP LAMP");
    let second = take(&desk, "P1", BLOG, "GREEN COMP LAMP");
    let ties = desk.column("SELECT report_id || ' ' || upstream_id || ' ' || label FROM tie");
    assert_eq!(ties, [format!("{second} {first} TLP:GREEN COMP LAMP")]);
    for _ in 0..10 {
        desk.later(1);
        desk.work();
    }
    assert_eq!(desk.open_tasks("stuck"), 0);
    assert_eq!(desk.findings(), []);
}

fn ties_above_a_reader_take_the_place_of_none_of_his(house: &House) {
    let desk = house.desk("NORTHPORT");
    for _ in 0..12 {
        desk.take_in(BLOG, "RED");
    }
    let first = take(&desk, "anonymous blog", BLOG, "GREEN");
    let second = take(&desk, "P1", BLOG, "GREEN");
    let ties = desk.read("Junior", |tx, ctx| provenance::of_report(tx, ctx, &second)).unwrap().into_inner();
    assert_eq!(ties.iter().map(|tie| tie.upstream.clone()).collect::<Vec<_>>(), [Some(first)]);
}

fn four(desk: &Desk) -> Vec<Id> {
    vec![
        take(desk, "anonymous blog", BLOG, "CLEAR"),
        take(desk, "news site", "A blog reports that a man named Haddad faces threats.", "CLEAR"),
        take(desk, "P1", "Threat to Yusuf HADDAD, source: media. Confidence 70.", "GREEN"),
        take(desk, "P2", "P1 reports threat to Y. Haddad. Confidence 85.", "GREEN"),
    ]
}

fn case_of(desk: &Desk, reports: &[Id]) -> Id {
    let (case, _) = desk.case_on(&reports[0]);
    for report in &reports[1..] {
        desk.write("Analyst", |tx, ctx| case::link(tx, ctx, &case, report, Relation::Basis)).unwrap();
    }
    case
}

fn confirm(desk: &Desk, report: &Id) -> Result<()> {
    let graded = Graded {
        grade: "B1".parse().unwrap(),
        likelihood: None,
        confidence: None,
        reasons: "two said so".into(),
    };
    desk.write("Analyst", |tx, ctx| grade::grade(tx, ctx, report, &graded))
}

fn independent(desk: &Desk, by: &str, reports: &[Id]) -> usize {
    desk.read(by, |tx, ctx| provenance::origins(tx, ctx, reports)).unwrap().get().independent
}

fn four_reports_of_one_blog_confirm_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    let reports = four(&desk);
    case_of(&desk, &reports);
    let origins =
        desk.read("Analyst", |tx, ctx| provenance::origins(tx, ctx, &reports)).unwrap().into_inner();
    assert_eq!(origins.independent, 1);
    let roots: std::collections::BTreeSet<_> = origins.roots.values().flatten().collect();
    assert_eq!(roots.len(), 1, "all ways end at the blog: {roots:?}");
    for report in &reports {
        desk.unchanged(|| assert!(says(confirm(&desk, report)).contains("two independent origins")));
    }
    let other = take(&desk, "patrol", "Two men asked the baker for his street.", "GREEN");
    let (case, _) = desk.case_on(&other);
    desk.write("Analyst", |tx, ctx| case::link(tx, ctx, &case, &reports[0], Relation::Basis)).unwrap();
    confirm(&desk, &reports[0]).unwrap();
    assert_eq!(desk.findings(), []);
}

fn a_person_may_say_that_a_report_is_its_own(house: &House) {
    let desk = house.desk("NORTHPORT");
    let reports = four(&desk);
    case_of(&desk, &reports);
    let ties =
        desk.read("Analyst", |tx, ctx| provenance::of_report(tx, ctx, &reports[1])).unwrap().into_inner();
    assert_eq!(ties.len(), 1);
    let decide = |confirm, why: &str| {
        desk.write("Analyst", |tx, ctx| provenance::decide(tx, ctx, &ties[0].id, confirm, why))
    };
    desk.unchanged(|| assert_eq!(kind(decide(false, " ")), "refused"));
    decide(false, "the editor spoke with the family").unwrap();
    desk.unchanged(|| assert_eq!(kind(decide(true, "no")), "conflict", "the first decision stands"));
    assert_eq!(independent(&desk, "Analyst", &reports[..2]), 2);
    confirm(&desk, &reports[0]).unwrap();
    // A person sees what no machine can: a translation, or a newspaper nobody took in.
    let tie = |report: &Id, upstream: Option<&Id>, name: &str| {
        let new = NewTie { upstream, name, relation: Tie::Translates, why: "word for word in Dari" };
        desk.write("Analyst", |tx, ctx| provenance::tie(tx, ctx, report, &new))
    };
    tie(&reports[1], Some(&reports[0]), "").unwrap();
    desk.unchanged(|| {
        assert_eq!(kind(tie(&reports[1], Some(&reports[0]), "")), "conflict");
        assert!(says(tie(&reports[1], Some(&reports[1]), "")).contains("itself"));
        assert_eq!(kind(tie(&reports[1], None, " ")), "refused");
        assert!(says(confirm(&desk, &reports[0])).contains("independent"));
    });
    assert_eq!(independent(&desk, "Analyst", &reports[..2]), 1);
    tie(&reports[0], None, "The Courier").unwrap();
    let origins =
        desk.read("Analyst", |tx, ctx| provenance::origins(tx, ctx, &reports)).unwrap().into_inner();
    assert!(origins.roots.values().flatten().any(|root| root == "the courier"), "{origins:?}");
    assert_eq!(desk.findings(), []);
}

fn a_tie_is_as_closed_as_both_its_reports(house: &House) {
    let desk = house.desk("NORTHPORT");
    let secret = take(&desk, "anonymous blog", BLOG, "RED");
    let open = take(&desk, "news site", BLOG, "GREEN");
    let ties =
        |by: &str| desk.read(by, |tx, ctx| provenance::of_report(tx, ctx, &open)).unwrap().into_inner();
    assert_eq!((ties("Analyst").len(), ties("Junior").len()), (1, 0));
    let hidden = ties("Analyst")[0].id.clone();
    let decide = desk.write("Junior", |tx, ctx| provenance::decide(tx, ctx, &hidden, false, "no"));
    assert_eq!(kind(decide), "not found");
    let new = NewTie { upstream: Some(&secret), name: "", relation: Tie::Cites, why: "guessed" };
    let guessed = desk.write("Junior", |tx, ctx| provenance::tie(tx, ctx, &open, &new));
    assert_eq!(kind(guessed), "not found", "as if there were no such report");
    let both = [open.clone(), secret];
    let seen = desk.read("Junior", |tx, ctx| provenance::origins(tx, ctx, &both)).unwrap().into_inner();
    assert_eq!((seen.independent, seen.ties.len(), seen.roots.len()), (1, 0, 1));
}

fn a_second_run_proposes_nothing_anew(house: &House) {
    let desk = house.desk("NORTHPORT");
    let reports = four(&desk);
    desk.unchanged(|| {
        for report in &reports {
            desk.write("system", |tx, ctx| provenance::propose(tx, ctx, report)).unwrap();
        }
        desk.work();
    });
}

fn whoever_may_not_grade_ties_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    let reports = four(&desk);
    let tie = desk.read("Analyst", |tx, ctx| provenance::of_report(tx, ctx, &reports[1])).unwrap().get()[0]
        .id
        .clone();
    desk.unchanged(|| {
        for by in ["Duty", "Keeper", "Liaison", "Auditor", "system"] {
            let decided = desk.write(by, |tx, ctx| provenance::decide(tx, ctx, &tie, true, "x"));
            assert_eq!(kind(decided), "forbidden", "{by}");
            let new = NewTie { upstream: Some(&reports[0]), name: "", relation: Tie::Cites, why: "x" };
            let tied = desk.write(by, |tx, ctx| provenance::tie(tx, ctx, &reports[3], &new));
            assert_eq!(kind(tied), "forbidden", "{by}");
        }
    });
}
