//! Screening: who may be meant is proposed under a cover name, and the name is nowhere.

use crate::desk::{Desk, House, kind};
use crate::store::{Place, on_both};
use aldis::desk::{register, review, screen, watch};
use aldis_model::Id;
use std::fs;
use std::path::Path;

on_both!(
    screening_twice_changes_nothing,
    a_hit_is_decided_once_by_a_person,
    a_registered_name_stands_nowhere_but_sealed,
    a_report_about_nobody_is_screened_too,
    an_entry_needs_a_name_a_kind_a_tier_and_a_purpose,
);

/// Registered in one spelling, and reported in another.
const REGISTERED: &str = "Zdravomira Quelthorpe";
const REPORTED: &str = "Здравомира Квелторп";

fn registered(desk: &Desk, name: &str) -> Id {
    let names = [name.to_owned()];
    let subject = register::NewSubject {
        kind: "person",
        names: &names,
        category: "journalist",
        tier: "T2",
        purpose: "asked for protection",
        label: "AMBER".parse().unwrap(),
    };
    desk.write("Keeper", |tx, ctx| register::add(tx, ctx, &desk.node.sealer, &subject)).unwrap()
}

fn screening_twice_changes_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    let cover = registered(&desk, "Ilse Brandvold");
    let report = desk.take_in("Ilse Brandvold was seen near the hall.", "GREEN");
    desk.work();
    let hits = desk.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &report)).unwrap().into_inner();
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].subject, cover.as_str());
    assert_eq!(hits[0].quoted, "Ilse Brandvold");
    assert_eq!(hits[0].label.to_string(), "TLP:AMBER", "the join of the report's and the entry's");
    desk.unchanged(|| {
        desk.write("Analyst", |tx, ctx| screen::run(tx, ctx, &desk.node.sealer, &report)).unwrap()
    });
    let unknown: Id = "R-00000000".parse().unwrap();
    let unknown = desk.write("Analyst", |tx, ctx| screen::run(tx, ctx, &desk.node.sealer, &unknown));
    assert_eq!(kind(unknown), "not found");
}

fn a_hit_is_decided_once_by_a_person(house: &House) {
    let desk = house.desk("NORTHPORT");
    registered(&desk, "Ilse Brandvold");
    let report = desk.take_in("Ilse Brandvold was seen near the hall.", "GREEN");
    desk.work();
    let hit =
        desk.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &report)).unwrap().into_inner()[0].id.clone();
    assert_eq!(desk.open_tasks("match"), 1);
    desk.write("Analyst", |tx, ctx| screen::decide(tx, ctx, &hit, false, "another person")).unwrap();
    assert_eq!(desk.open_tasks("match"), 0);
    desk.unchanged(|| {
        let again = desk.write("Second", |tx, ctx| screen::decide(tx, ctx, &hit, true, "no"));
        assert_eq!(kind(again), "conflict");
    });
    let hits = desk.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &report)).unwrap().into_inner();
    assert_eq!(hits[0].decided.as_deref(), Some("rejected"));
    assert_eq!(desk.findings(), []);
}

/// Searches bytes for a name in the forms a program might write it in.
fn holds(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms =
        [name.as_bytes().to_vec(), name.to_lowercase().into_bytes(), name.to_uppercase().into_bytes(), wide];
    forms.iter().any(|form| bytes.windows(form.len()).any(|window| window == form.as_slice()))
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn a_registered_name_stands_nowhere_but_sealed(house: &House) {
    let desk = house.desk("NORTHPORT");
    let cover = registered(&desk, REGISTERED);
    let report = desk.take_in(&format!("{REPORTED} was seen near the hall."), "GREEN");
    desk.work();
    let hits = desk.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &report)).unwrap().into_inner();
    assert_eq!(hits.iter().map(|hit| hit.subject.as_str()).collect::<Vec<_>>(), [cover.as_str()]);
    desk.write("Analyst", |tx, ctx| screen::decide(tx, ctx, &hits[0].id, true, "same person")).unwrap();
    let shown = [
        format!("{hits:?}"),
        format!("{:?}", desk.read("Analyst", register::list).unwrap().get()),
        format!("{:?}", desk.read("Analyst", watch::floor).unwrap().get()),
        format!("{:?}", desk.read("Auditor", |tx, ctx| review::tail(tx, ctx, 500)).unwrap().get()),
        desk.dump().join("\n"),
    ];
    for (at, text) in shown.iter().enumerate() {
        for part in REGISTERED.split(' ') {
            assert!(!holds(text.as_bytes(), part), "{part} in answer {at}");
        }
    }
    // The search itself works: the words of the report are found in what was kept.
    assert!(holds(shown[4].as_bytes(), REPORTED));
    let mut all = Vec::new();
    files(desk.folder.path(), &mut all);
    if let Place::Sqlite(_) = desk.place {
        let with_text = all.iter().filter(|path| holds(&fs::read(path).unwrap(), REPORTED)).count();
        assert!(with_text >= 1, "the report stands in the database or its log of writes");
    }
    assert!(all.len() >= 3);
    for path in all {
        let bytes = fs::read(&path).unwrap();
        for part in REGISTERED.split(' ') {
            assert!(!holds(&bytes, part), "{part} in {}", path.display());
        }
    }
}

fn a_report_about_nobody_is_screened_too(house: &House) {
    let desk = house.desk("NORTHPORT");
    registered(&desk, "Ilse Brandvold");
    let report = desk.take_in("The ferry was two hours late.", "GREEN");
    desk.work();
    assert!(desk.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &report)).unwrap().get().is_empty());
    // Nobody matched: the run is on record and no hit is. A "no hit" of its own would tell a reader who
    // may not see every entry whether there is a match hidden from him.
    assert!(desk.kinds().contains(&"screen.run".to_owned()));
    assert!(!desk.kinds().contains(&"screen.hit".to_owned()));
    assert_eq!(desk.count("SELECT count(*) FROM report WHERE screened_at IS NULL"), 0);
}

fn an_entry_needs_a_name_a_kind_a_tier_and_a_purpose(house: &House) {
    let desk = house.desk("NORTHPORT");
    let one = ["Ilse Brandvold".to_owned()];
    let blank = [" ".to_owned()];
    let long = ["x".repeat(201)];
    let good = register::NewSubject {
        kind: "person",
        names: &one,
        category: "journalist",
        tier: "T2",
        purpose: "asked for protection",
        label: "RED".parse().unwrap(),
    };
    desk.unchanged(|| {
        for bad in [
            register::NewSubject { kind: "animal", ..good.clone() },
            register::NewSubject { names: &[], ..good.clone() },
            register::NewSubject { names: &blank, ..good.clone() },
            register::NewSubject { names: &long, ..good.clone() },
            register::NewSubject { tier: "T6", ..good.clone() },
            register::NewSubject { purpose: " ", ..good.clone() },
        ] {
            let refused = desk.write("Keeper", |tx, ctx| register::add(tx, ctx, &desk.node.sealer, &bad));
            assert_eq!(kind(refused), "refused", "{bad:?}");
        }
    });
}
