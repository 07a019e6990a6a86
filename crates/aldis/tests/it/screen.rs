//! Screening: who may be meant is proposed under a cover name, and the name is nowhere.

use crate::desk::{House, kind};
use crate::store::{Place, on_both};
use aldis::desk::{alarms, register, review, screen, watch};
use aldis::error::Error;
use aldis::seal::Discriminators;
use aldis_model::Id;
use std::fs;
use std::path::Path;

on_both!(
    screening_twice_changes_nothing,
    a_hit_is_decided_once_by_a_person,
    a_registered_name_stands_nowhere_but_sealed,
    a_report_about_nobody_is_screened_too,
    an_entry_needs_a_name_a_kind_a_tier_and_a_purpose,
    a_hit_keeps_its_evidence_and_whether_the_whole_name_was_seen,
    what_tells_from_namesakes_stands_nowhere_but_sealed,
    a_sealed_row_cannot_be_moved_to_another_entry,
    somebody_who_asks_sees_his_part_of_the_register_and_leaves_a_trace,
    predicted_and_rejected_alarms_are_those_the_reader_may_see,
);

/// Registered in one spelling, and reported in another.
const REGISTERED: &str = "Zdravomira Quelthorpe";
const REPORTED: &str = "Здравомира Квелторп";

fn screening_twice_changes_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    let cover = desk.registers("Ilse Brandvold", "AMBER");
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
    desk.registers("Ilse Brandvold", "AMBER");
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
    let cover = desk.registers(REGISTERED, "AMBER");
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
    desk.registers("Ilse Brandvold", "AMBER");
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

fn a_hit_keeps_its_evidence_and_whether_the_whole_name_was_seen(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.registers("Ilse Brandvold", "AMBER");
    let report = desk.take_in("Ilse Brandvold was seen near the hall.", "GREEN");
    desk.work();
    let hits = desk.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &report)).unwrap().into_inner();
    assert_eq!(hits[0].full, Some(true));
    assert!(hits[0].bits.unwrap() > 0.0);
    let words = desk.column("SELECT words FROM report_words");
    assert_eq!(words, ["{\"latin\":7}"]);
    // A hit of a program that kept no evidence is shown without it.
    desk.place.tamper("DELETE FROM hit_evidence");
    let hits = desk.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &report)).unwrap().into_inner();
    assert_eq!((hits[0].full, hits[0].bits), (None, None));
}

fn what_tells_from_namesakes_stands_nowhere_but_sealed(house: &House) {
    let desk = house.desk("NORTHPORT");
    let cover = desk.registers("Ilse Brandvold", "AMBER");
    let known = Discriminators {
        birth_year: Some(1971),
        places: vec!["Quelthorpia".to_owned()],
        organisations: Vec::new(),
        roles: vec!["archivist".to_owned()],
    };
    let sealer = &desk.node.sealer;
    desk.write("Keeper", |tx, ctx| register::describe(tx, ctx, sealer, &cover, &known)).unwrap();
    desk.take_in("Ilse Brandvold was seen near the hall.", "GREEN");
    desk.work();
    assert_eq!(desk.count("SELECT count(*) FROM sealed_discriminator"), 3);
    let shown = desk.dump().join("\n");
    let mut all = Vec::new();
    files(desk.folder.path(), &mut all);
    let kept: Vec<Vec<u8>> = all.iter().map(|path| fs::read(path).unwrap()).collect();
    for word in ["birth-year", "Quelthorpia", "archivist"] {
        assert!(!holds(shown.as_bytes(), word), "{word}");
        assert!(!kept.iter().any(|bytes| holds(bytes, word)), "{word} in a file");
    }
    desk.unchanged(|| {
        let nothing = Discriminators::default();
        let refused = desk.write("Keeper", |tx, ctx| register::describe(tx, ctx, sealer, &cover, &nothing));
        assert_eq!(kind(refused), "refused");
        let unknown: Id = "PR-00000000".parse().unwrap();
        let unknown = desk.write("Keeper", |tx, ctx| register::describe(tx, ctx, sealer, &unknown, &known));
        assert_eq!(kind(unknown), "not found");
    });
    assert_eq!(desk.findings(), []);
}

fn a_sealed_row_cannot_be_moved_to_another_entry(house: &House) {
    let desk = house.desk("NORTHPORT");
    let (one, two) = (desk.registers("Ilse Brandvold", "AMBER"), desk.registers("Joren Maas", "AMBER"));
    let known = Discriminators { birth_year: Some(1971), ..Discriminators::default() };
    let sealer = &desk.node.sealer;
    desk.write("Keeper", |tx, ctx| register::describe(tx, ctx, sealer, &one, &known)).unwrap();
    let screened = || desk.read("Analyst", |tx, _| sealer.prices(tx).map(|prices| prices.len()));
    assert_eq!(screened().unwrap(), 2);
    desk.place.tamper(&format!("UPDATE sealed_discriminator SET subject_id = '{two}'"));
    assert!(matches!(screened(), Err(Error::Broken(says)) if !says.contains("1971")));
}

fn somebody_who_asks_sees_his_part_of_the_register_and_leaves_a_trace(house: &House) {
    let desk = house.desk("NORTHPORT");
    let seen = desk.registers("Ilse Brandvold", "GREEN");
    desk.registers("Joren Maas", "RED COMP OAK");
    let sealer = &desk.node.sealer;
    let text = "Ilse Brandvold met Joren Maas.";
    let before = desk.entries();
    let mut screener = desk.write("Analyst", |tx, ctx| screen::ask(tx, ctx, sealer)).unwrap();
    let found = screener.screen(text);
    assert_eq!(found.iter().map(|one| one.subject.as_str()).collect::<Vec<_>>(), [seen.as_str()]);
    assert_eq!(found[0].quoted, "Ilse Brandvold");
    assert!(!found[0].why.contains("Brandvold"), "{}", found[0].why);
    // In pieces it is the same, wherever they are cut.
    for size in [1, 5, 100] {
        let (mut pieces, mut reading) = (Vec::new(), screener.begin());
        text.as_bytes().chunks(size).for_each(|piece| reading.feed(piece, &mut |one| pieces.push(one)));
        reading.finish(&mut |one| pieces.push(one));
        assert_eq!(pieces, found, "{size}");
    }
    assert_eq!(desk.entries(), before + 1, "that somebody asked is on the record");
    assert_eq!(desk.kinds().last().unwrap(), "screen.asked");
    assert!(!holds(desk.dump().join("\n").as_bytes(), "Joren Maas"), "what was asked is not");
    assert_eq!(desk.findings(), []);
}

fn predicted_and_rejected_alarms_are_those_the_reader_may_see(house: &House) {
    let desk = house.desk("NORTHPORT");
    let cover = desk.registers("Ilse Brandvold", "GREEN");
    let sealer = &desk.node.sealer;
    let reject = |label: &str| {
        let report = desk.take_in("Ilse Brandvold was seen near the hall.", label);
        desk.work();
        let hits = desk.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &report)).unwrap().into_inner();
        desk.write("Analyst", |tx, ctx| screen::decide(tx, ctx, &hits[0].id, false, "another")).unwrap();
    };
    let told = |by: &str| {
        let found = desk.read(by, |tx, ctx| alarms::by_subject(tx, ctx, sealer)).unwrap().into_inner();
        found.into_iter().map(|one| (one.subject, one.rejected, one.undecided)).collect::<Vec<_>>()
    };
    reject("GREEN");
    desk.take_in("Ilse Brandvold was seen again.", "GREEN");
    desk.work();
    assert_eq!(told("Analyst"), [(cover.to_string(), 1, 1)]);
    let junior = told("Junior");
    assert_eq!(junior, told("Analyst"), "all of it is for both");
    reject("RED");
    assert_eq!(told("Analyst"), [(cover.to_string(), 2, 1)]);
    assert_eq!(told("Junior"), junior, "what is above moves nothing");
    desk.registers("Joren Maas", "RED");
    assert_eq!(told("Analyst").len(), 2);
    assert_eq!(told("Junior"), junior);
    let totals = desk.read("Analyst", |tx, _| alarms::totals(tx, sealer)).unwrap();
    assert_eq!((totals.reports, totals.rejected, totals.undecided, totals.confirmed), (3, 2, 1, 0));
}
