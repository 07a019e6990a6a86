//! The ledger: whatever is changed behind the program's back is found and named.

use crate::desk::{Desk, House, draft, kind, says};
use crate::store::{Place, Store, on_both};
use aldis::db::{Db, TABLES, Table, Value};
use aldis::desk::release::Purpose;
use aldis::desk::{consent, gather, grade, inbound, register, review, screen};
use aldis::log::{self, Log};
use aldis::seal::Discriminators;
use aldis_ledger::{Entry, Proof};
use aldis_model::answer::Answer;
use aldis_model::grade::Grade;
use std::fs;
use std::path::{Path, PathBuf};

on_both!(
    every_column_of_every_covered_table_is_held_by_an_entry,
    a_row_that_appears_or_disappears_is_named,
    a_label_that_disappears_and_hides_its_rows_is_named,
    every_part_of_an_entry_is_held_by_its_leaf,
    an_entry_that_disappears_is_named,
    every_byte_of_the_published_log_is_held_by_the_entries,
    a_changed_checkpoint_is_named,
    a_checkpoint_that_disappears_from_the_store_is_named,
    a_store_that_holds_less_than_was_published_signs_nothing,
    a_store_that_went_another_way_signs_nothing,
    an_erased_field_is_gone_and_the_entry_still_verifies,
    a_proof_holds_for_its_leaf_and_for_no_other,
    a_log_that_could_not_be_written_is_written_the_next_time,
    a_checkpoint_file_left_behind_by_a_crash_is_renewed,
);

/// Fills every covered table with at least one row.
fn rich(house: &House) -> Desk {
    let (north, alba) = house.pair();
    let sealer = &north.node.sealer;
    let who = north.registers("Ilse Brandvold", "RED");
    let known = Discriminators { birth_year: Some(1971), ..Discriminators::default() };
    north.write("Keeper", |tx, ctx| register::describe(tx, ctx, sealer, &who, &known)).unwrap();
    let named = north.take_in("Ilse Brandvold was seen near the Lantern Hall on 3 May 2031.", "RED");
    north.work();
    let proposals = north.read("Analyst", |tx, ctx| gather::proposals(tx, ctx, &named)).unwrap();
    let proposal = proposals.get().first().expect("a name or a date is proposed").id.clone();
    north.write("Analyst", |tx, ctx| gather::decide(tx, ctx, &proposal, true)).unwrap();
    let hits = north.read("Analyst", |tx, ctx| screen::hits(tx, ctx, &named)).unwrap();
    let hit = hits.get().first().expect("she is in the register").id.clone();
    north.write("Analyst", |tx, ctx| screen::decide(tx, ctx, &hit, true, "same journalist")).unwrap();
    let graded = grade::Graded {
        grade: "B2".parse::<Grade>().unwrap(),
        likelihood: None,
        confidence: None,
        reasons: "seen by an officer".into(),
    };
    north.write("Analyst", |tx, ctx| grade::grade(tx, ctx, &named, &graded)).unwrap();
    let sent = north.sent_to("ALBA");
    crate::threshold::every_kind_of_row(&north, &named);
    crate::opinion::every_kind_of_row(&north, &sent.case);
    crate::danger::every_kind_of_row(&north);
    crate::protectors::every_kind_of_row(&north);
    crate::phrase::every_kind_of_row(&north);
    crate::identity::every_kind_of_row(&north);
    crate::lists::every_kind_of_row(&north);
    crate::brief::every_kind_of_row(&north);
    north.released(&sent.warning, "PUBLIC", aldis::desk::release::Purpose::Alert);
    north.work();
    crate::cap_receipt::every_kind_of_row(&north);
    north.sent_to("PUBLIC");
    north.work();
    crate::cap_receipt::every_kind_of_row(&north);
    crate::taxii::shared(&north, "ALBA", &sent.release);
    crate::opinions::every_kind_of_row(&north);
    crate::import::every_kind_of_row(&north);
    let asked = north
        .write("Analyst", |tx, ctx| consent::ask(tx, ctx, &sent.case, "ALBA", "PUBLIC", "Avoid the hall."));
    north.write("Liaison", |tx, ctx| consent::answered(tx, ctx, &asked.unwrap(), true, "fine")).unwrap();
    north
        .write("Liaison", |tx, ctx| aldis::desk::ways::add(tx, ctx, "HALL", "text", "+441632960001"))
        .unwrap();
    north.work();
    let got = alba.read("Liaison", inbound::list).unwrap().into_inner();
    alba.write("Liaison", |tx, ctx| {
        inbound::answer(tx, ctx, alba.node.signer(), &got[0].id, Answer::Read, "")
    })
    .unwrap();
    crate::consent::ask_about_open_sentence(&north, &sent.case, "ALBA", "PUBLIC");
    north.work();
    crate::consent::reply_to_question(&alba);
    alba.work();
    // And the other way round, so that there is an inbound warning here.
    alba.audience("NORTHPORT", aldis_model::gate::Ladder::Partner, "node", "NORTHPORT");
    let theirs = alba.decided();
    let mut text = draft(&theirs.report);
    text.portions.remove(0);
    let warning = alba.draft(&theirs.duty, &text).unwrap();
    alba.released(&warning, "NORTHPORT", Purpose::Alert);
    alba.audience("PUBLIC", aldis_model::gate::Ladder::Public, "cap", "");
    crate::consent::ask_about_open_sentence(&alba, &theirs.case, "NORTHPORT", "PUBLIC");
    alba.work();
    north.work();
    crate::consent::reply_to_question(&north);
    crate::chain::every_kind_of_row(&north, &sent.warning);
    crate::shifts::every_kind_of_row(&north);
    assert_eq!(north.findings(), []);
    north
}

fn findings_of(desk: &Desk) -> Vec<String> {
    let verdict = log::verify(desk.db(), desk.node.log.folder(), &desk.node.verifier()).unwrap();
    verdict.findings.iter().map(|finding| format!("{}: {}", finding.place, finding.says)).collect()
}

fn quoted(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Blob(_) => panic!("blobs are flipped by themselves"),
    }
}

/// Changes a value a little, in SQL.
fn changed(store: Store, value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        // Past the next one: places within a warning are unique.
        Value::Int(number) => (number + 7).to_string(),
        Value::Text(text) => quoted(&Value::Text(format!("{text}."))),
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            if let Some(last) = bytes.last_mut() {
                *last ^= 1;
            }
            blob(store, &bytes)
        }
    }
}

fn blob(store: Store, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match store {
        Store::Sqlite => format!("X'{hex}'"),
        Store::Pg => format!("'\\x{hex}'::bytea"),
    }
}

fn original(store: Store, value: &Value) -> String {
    match value {
        Value::Blob(bytes) => blob(store, bytes),
        other => quoted(other),
    }
}

fn every_column_of_every_covered_table_is_held_by_an_entry(house: &House) {
    let desk = rich(house);
    for table in TABLES {
        let rows = desk.db().read(|tx| tx.rows(table.select_all(), &[])).unwrap();
        let first = rows.first().unwrap_or_else(|| panic!("no sample row in {table}"));
        let Ok(id) = first.text(0) else { panic!("{table} has no id") };
        for (at, column) in table.columns().split(", ").enumerate() {
            // A sample whose column holds something, if there is one.
            let filled = rows.iter().find(|row| !matches!(value(row, at), Value::Null)).unwrap_or(first);
            let (of, held) = (filled.text(0).unwrap_or_else(|_| id.clone()), value(filled, at));
            let to = match (&held, is_number(column)) {
                (Value::Null, true) => "1".to_owned(),
                (Value::Null, false) => "'x'".to_owned(),
                (held, _) => changed(house.store, held),
            };
            let after = if column == "id" { format!("{of}.") } else { of.clone() };
            desk.place.tamper(&format!("UPDATE {table} SET {column} = {to} WHERE id = '{of}'"));
            let found = findings_of(&desk);
            let place = format!("row {table} {of}:");
            assert!(found.iter().any(|line| line.starts_with(&place)), "{table}.{column}: {found:?}");
            let back = original(house.store, &held);
            desk.place.tamper(&format!("UPDATE {table} SET {column} = {back} WHERE id = '{after}'"));
        }
    }
    assert_eq!(findings_of(&desk), [""; 0], "a change was not undone");
}

fn value(row: &aldis::db::Row, at: usize) -> Value {
    if let Ok(None) = row.opt_text(at) {
        return Value::Null;
    }
    row.text(at)
        .map(Value::Text)
        .or_else(|_| row.int(at).map(Value::Int))
        .or_else(|_| row.blob(at).map(Value::Blob))
        .unwrap()
}

fn is_number(column: &str) -> bool {
    column.ends_with("_at") || ["answer_by", "not_before", "token_until"].contains(&column)
}

fn a_row_that_appears_or_disappears_is_named(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("Something happened.", "GREEN");
    desk.work();
    desk.place
        .tamper("INSERT INTO timer (id, kind, thing, step, due_at) VALUES ('TI-X', 'ack', 'V-1', 1, 9)");
    assert!(findings_of(&desk).contains(&"row timer TI-X: no entry speaks of it".to_owned()));
    desk.place.tamper("DELETE FROM timer WHERE id = 'TI-X'");
    desk.place.tamper(&format!("DELETE FROM report WHERE id = '{report}'"));
    assert!(findings_of(&desk).contains(&format!("row report {report}: is gone")));
}

fn a_label_that_disappears_and_hides_its_rows_is_named(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.take_in("Something happened.", "RED");
    desk.work();
    desk.place.tamper("DELETE FROM label WHERE text = 'TLP:RED'");
    let found = findings_of(&desk);
    assert!(found.contains(&"label TLP:RED: is used by report and not listed".to_owned()), "{found:?}");
}

fn every_part_of_an_entry_is_held_by_its_leaf(house: &House) {
    let desk = house.desk("NORTHPORT");
    let sent = {
        desk.audiences_without_node();
        desk.decided()
    };
    desk.work();
    let case = sent.case.as_str();
    let sql = format!("SELECT idx FROM entry WHERE case_id = '{case}' ORDER BY idx LIMIT 1");
    let index = desk.count(&sql);
    let sql = "SELECT leaf, fields, kind, case_id, label, at FROM entry WHERE idx = $1";
    let row = desk.db().read(|tx| tx.row(sql, &[index.into()])).unwrap();
    let fields = row.text(1).unwrap();
    let spelled = fields.replacen("Lowtown", "Hightown", 1);
    assert_ne!(fields, spelled, "the entry names the case");
    desk.place.tamper("INSERT INTO label (text) VALUES ('TLP:BLACK')");
    for (column, at, to) in [
        ("leaf", 0, changed(house.store, &value(&row, 0))),
        ("fields", 1, quoted(&Value::Text(spelled))),
        ("fields", 1, "'{}'".to_owned()),
        ("kind", 2, "'case.closed'".to_owned()),
        ("case_id", 3, "'C-ELSEWHERE'".to_owned()),
        ("case_id", 3, "NULL".to_owned()),
        ("label", 4, "'TLP:BLACK'".to_owned()),
        ("at", 5, changed(house.store, &value(&row, 5))),
    ] {
        desk.place.tamper(&format!("UPDATE entry SET {column} = {to} WHERE idx = {index}"));
        let found = findings_of(&desk);
        let place = format!("entry {index}:");
        assert!(found.iter().any(|line| line.starts_with(&place)), "{column} = {to}: {found:?}");
        let back = original(house.store, &value(&row, at));
        desk.place.tamper(&format!("UPDATE entry SET {column} = {back} WHERE idx = {index}"));
    }
    assert_eq!(findings_of(&desk), [""; 0]);
}

fn an_entry_that_disappears_is_named(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.take_in("Something happened.", "GREEN");
    desk.work();
    desk.place.tamper("DELETE FROM entry WHERE idx = 3");
    assert!(findings_of(&desk).contains(&"entry 3: missing".to_owned()));
    let desk = house.desk("NORTHPORT");
    desk.take_in("Something happened.", "GREEN");
    desk.work();
    let last = desk.entries() - 1;
    desk.place.tamper(&format!("DELETE FROM entry WHERE idx = {last}"));
    let found = findings_of(&desk);
    assert!(found.iter().any(|line| line.contains("do not give the signed root")), "{found:?}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn every_byte_of_the_published_log_is_held_by_the_entries(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.take_in("Something happened.", "GREEN");
    desk.work();
    let size = desk.entries();
    let current: Vec<PathBuf> = files(desk.node.log.folder())
        .into_iter()
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name == "checkpoint" || name == size.to_string()
        })
        .collect();
    assert!(current.len() >= 3, "a hash tile, a bundle and the checkpoint: {current:?}");
    for path in current {
        let good = fs::read(&path).unwrap();
        for at in [0, good.len() / 3, good.len() / 2, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            fs::write(&path, &bad).unwrap();
            let found = findings_of(&desk);
            let name = path.strip_prefix(desk.node.log.folder()).unwrap().display().to_string();
            assert!(found.iter().any(|line| line.contains(&name)), "{name} at {at}: {found:?}");
        }
        fs::remove_file(&path).unwrap();
        assert_eq!(findings_of(&desk).len(), 1, "{} is gone", path.display());
        fs::write(&path, &good).unwrap();
    }
    assert_eq!(findings_of(&desk), [""; 0]);
}

fn a_changed_checkpoint_is_named(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.work();
    let size = desk.count("SELECT max(size) FROM checkpoint");
    let sql = "SELECT root, note FROM checkpoint WHERE size = $1";
    let row = desk.db().read(|tx| tx.row(sql, &[size.into()])).unwrap();
    let note = row.text(1).unwrap();
    for (column, to) in [
        ("root", changed(house.store, &value(&row, 0))),
        ("note", quoted(&Value::Text(note.replacen(&size.to_string(), "99", 1)))),
        ("note", quoted(&Value::Text("nothing".into()))),
    ] {
        let at = if column == "root" { 0 } else { 1 };
        desk.place.tamper(&format!("UPDATE checkpoint SET {column} = {to} WHERE size = {size}"));
        let found = findings_of(&desk);
        assert!(found.iter().any(|line| line.starts_with(&format!("checkpoint {size}:"))), "{found:?}");
        let back = original(house.store, &value(&row, at));
        desk.place.tamper(&format!("UPDATE checkpoint SET {column} = {back} WHERE size = {size}"));
    }
    assert_eq!(findings_of(&desk), [""; 0]);
}

fn a_checkpoint_that_disappears_from_the_store_is_named(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.work();
    desk.place.tamper("DELETE FROM checkpoint");
    let found = findings_of(&desk);
    assert!(found.iter().any(|line| line.starts_with("tile checkpoint:")), "{found:?}");
}

/// Takes the store back to what it held at `entries`, as a restored backup does.
fn restore(desk: &Desk, entries: i64) {
    desk.place.tamper(&format!("DELETE FROM entry WHERE idx >= {entries}"));
    desk.place.tamper(&format!("DELETE FROM checkpoint WHERE size > {entries}"));
}

fn a_store_that_holds_less_than_was_published_signs_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.work();
    let backup = desk.entries();
    desk.take_in("This came after the backup.", "GREEN");
    desk.work();
    restore(&desk, backup);
    // While the node runs, and after it was started again: the folder remembers what was signed.
    assert_eq!(kind(desk.node.publish()), "proof");
    let opened = Log::open(desk.node.log.folder(), desk.db(), &desk.node.verifier()).map(|_| ());
    assert!(says(opened).contains("backup"));
}

fn a_store_that_went_another_way_signs_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.work();
    let backup = desk.entries();
    desk.take_in("This came after the backup.", "GREEN");
    desk.work();
    let published = desk.entries();
    restore(&desk, backup);
    desk.place.tamper("DELETE FROM proposal; DELETE FROM task; DELETE FROM outbox; DELETE FROM report");
    desk.take_in("This came instead.", "GREEN");
    desk.take_in("And this.", "GREEN");
    assert!(desk.entries() >= published);
    let opened = Log::open(desk.node.log.folder(), desk.db(), &desk.node.verifier()).map(|_| ());
    assert_eq!(kind(opened), "proof");
}

fn an_erased_field_is_gone_and_the_entry_still_verifies(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("Something happened.", "GREEN");
    let (case, _) = desk.case_on(&report);
    desk.work();
    let sql = "SELECT idx, fields FROM entry WHERE kind = 'case.opened'";
    let row = desk.db().read(|tx| tx.row(sql, &[])).unwrap();
    let mut entry = Entry::from_json(&row.text(1).unwrap()).unwrap();
    assert_eq!(entry.value("title"), Some("Concert in Lowtown"));
    entry.erase("title").unwrap();
    let json = entry.to_json();
    assert!(!json.contains("Lowtown"));
    desk.db()
        .write(|tx| {
            tx.exec("UPDATE entry SET fields = $2 WHERE idx = $1", &[row.int(0)?.into(), json.into()])
        })
        .unwrap();
    assert_eq!(findings_of(&desk), [""; 0]);
    let timeline = desk.read("Auditor", |tx, ctx| review::timeline(tx, ctx, &case, None)).unwrap();
    let opened = timeline.get().iter().find(|entry| entry.kind == "case.opened").unwrap();
    assert!(!opened.fields.contains_key("title") && opened.fields.contains_key("report"));
}

fn a_proof_holds_for_its_leaf_and_for_no_other(house: &House) {
    let desk = house.desk("NORTHPORT");
    for number in 0..5 {
        desk.take_in(&format!("Report {number}."), "GREEN");
    }
    desk.work();
    let size = desk.entries();
    let leaf = |index: i64| {
        let sql = "SELECT leaf FROM entry WHERE idx = $1";
        desk.db().read(|tx| tx.row(sql, &[index.into()])?.blob(0)).unwrap()
    };
    let verifier = desk.node.verifier();
    for index in 0..size {
        let proof = desk.node.log.prove(desk.db(), u64::try_from(index).unwrap()).unwrap();
        let proof = Proof::parse(proof.encode().as_bytes()).unwrap();
        assert!(proof.verify(&leaf(index), &verifier).is_ok());
        assert!(proof.verify(&leaf((index + 1) % size), &verifier).is_err());
    }
    let other = house.desk("ALBA");
    let proof = desk.node.log.prove(desk.db(), 0).unwrap();
    assert!(proof.verify(&leaf(0), &other.node.verifier()).is_err());
    let beyond = desk.node.log.prove(desk.db(), u64::try_from(size).unwrap());
    assert_eq!(kind(beyond), "not found");
}

fn a_log_that_could_not_be_written_is_written_the_next_time(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.work();
    let tiles = desk.node.log.folder().join("tile");
    let aside = desk.node.log.folder().join("aside");
    desk.take_in("Something happened.", "GREEN");
    fs::rename(&tiles, &aside).unwrap();
    fs::write(&tiles, "in the way").unwrap();
    assert_eq!(kind(desk.node.publish()), "broken");
    fs::remove_file(&tiles).unwrap();
    fs::rename(&aside, &tiles).unwrap();
    let size = desk.node.publish().unwrap();
    assert_eq!(size, u64::try_from(desk.count("SELECT max(size) FROM checkpoint")).unwrap());
    assert_eq!(i64::try_from(size).unwrap(), desk.entries());
    assert_eq!(findings_of(&desk), [""; 0]);
}

fn a_checkpoint_file_left_behind_by_a_crash_is_renewed(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.work();
    let file = desk.node.log.folder().join("checkpoint");
    let older = fs::read(&file).unwrap();
    desk.take_in("Something happened.", "GREEN");
    desk.work();
    // As if the machine had stopped between the store's commit and the file.
    fs::write(&file, older).unwrap();
    Log::open(desk.node.log.folder(), desk.db(), &desk.node.verifier()).unwrap();
    assert_eq!(findings_of(&desk), [""; 0]);
}

#[test]
fn a_byte_flipped_in_the_database_file_is_found_or_changes_nothing() {
    let house = House::on(Store::Sqlite);
    let desk = house.desk("NORTHPORT");
    desk.audiences_without_node();
    desk.decided();
    desk.work();
    let Place::Sqlite(path) = &desk.place else { panic!("on SQLite") };
    let rusqlite = rusqlite::Connection::open(path).unwrap();
    rusqlite.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(rusqlite);
    let good = fs::read(path).unwrap();
    let held = desk.dump();
    let folder = tempfile::tempdir().unwrap();
    let (mut state, mut silent, mut found) = (0x9E37_79B9_7F4A_7C15_u64, 0, 0);
    for _ in 0..500 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(state >> 33).unwrap() % good.len();
        let mut bad = good.clone();
        bad[at] ^= 1 << ((state >> 20) % 8);
        let copy = folder.path().join("copy.db");
        fs::write(&copy, &bad).unwrap();
        if is_found(&copy, &desk) {
            found += 1;
        } else {
            assert_eq!(crate::desk::dump(&Db::open_sqlite(&copy).unwrap()).unwrap(), held, "byte {at}");
            silent += 1;
        }
        for rest in ["copy.db", "copy.db-wal", "copy.db-shm"] {
            let _ = fs::remove_file(folder.path().join(rest));
        }
    }
    assert!(found > 20 && silent > 20, "found {found}, without effect {silent}");
}

fn is_found(copy: &Path, desk: &Desk) -> bool {
    let Ok(db) = Db::open_sqlite(copy) else { return true };
    let verdict = log::verify(&db, desk.node.log.folder(), &desk.node.verifier());
    !verdict.is_ok_and(|verdict| verdict.findings.is_empty())
}

#[test]
fn every_table_has_an_id_as_its_first_column() {
    assert!(TABLES.iter().all(|table: &Table| table.columns().starts_with("id, ")));
}
