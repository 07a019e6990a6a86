//! The store: group commit, refusals that leave nothing, panics, and schemas it does not know.

use crate::desk::{Desk, House, kind, says};
use crate::store::{Place, Store, on_both};
use aldis::ctx::Ctx;
use aldis::db::{Db, Table, Tx};
use aldis::desk::case;
use aldis::desk::gather::{self, Incoming};
use aldis::error::{Error, Result};
use aldis_model::Id;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::Duration;

on_both!(
    writers_at_once_are_all_kept_and_the_refused_leave_nothing,
    a_verb_that_panics_leaves_nothing_and_stops_nobody,
    a_newer_schema_is_refused_with_what_to_do,
    a_schema_version_that_is_no_number_is_refused,
    a_database_is_opened_again_as_it_was,
    a_row_that_exists_is_a_conflict,
    a_text_with_a_zero_byte_is_refused_alike,
    a_brief_read_is_broken_off_and_the_next_one_is_whole,
    a_reading_verb_cannot_write,
);

fn accept(tx: &mut Tx<'_>, ctx: &Ctx, text: &str) -> Result<Id> {
    let incoming = Incoming {
        bytes: text.as_bytes(),
        media_type: Some("text/plain"),
        channel: "manual",
        source: "own collection",
        originator: None,
        origin: None,
        label: "GREEN".parse().unwrap(),
    };
    let documents = gather::read(&incoming)?;
    gather::accept(tx, ctx, &incoming, &documents[0])
}

fn writers_at_once_are_all_kept_and_the_refused_leave_nothing(house: &House) {
    let (threads, writes) = if house.store == Store::Sqlite { (16, 50) } else { (8, 12) };
    let desk = house.desk("NORTHPORT");
    let before = desk.entries();
    let done = AtomicBool::new(false);
    let kept = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| watch_consistency(&desk, &done));
        let writers: Vec<_> = (0..threads)
            .map(|thread| {
                let (desk, kept) = (&desk, &kept);
                scope.spawn(move || {
                    for number in 0..writes {
                        let text = format!("Report {number} of writer {thread}.");
                        let ctx = desk.by("Duty");
                        let id = desk.db().write(|tx| accept(tx, &ctx, &text)).unwrap();
                        kept.lock().unwrap().push(id.to_string());
                        // Writes everything and is refused at the end.
                        let refused: Result<()> = desk.db().write(|tx| {
                            accept(tx, &ctx, "This must not be kept.")?;
                            Err(Error::refused("second thoughts"))
                        });
                        assert_eq!(kind(refused), "refused");
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::SeqCst);
        assert!(reader.join().unwrap() > 0, "no reader ever looked");
    });
    let mut kept = kept.into_inner().unwrap();
    kept.sort();
    assert_eq!(desk.column("SELECT id FROM report ORDER BY id"), kept);
    assert_eq!(kept.len(), threads * writes);
    assert_eq!(desk.count("SELECT count(*) FROM report WHERE body LIKE '%must not be kept%'"), 0);
    let entries = i64::try_from(threads * writes).unwrap() + before;
    assert_eq!(desk.entries(), entries);
    assert_eq!(desk.count("SELECT max(idx) + 1 FROM entry"), entries, "the numbers have gaps");
    assert_eq!(desk.findings(), []);
}

/// Looks at the store again and again: a report without its entry must never be seen.
fn watch_consistency(desk: &Desk, done: &AtomicBool) -> usize {
    let mut looked = 0;
    while !done.load(Ordering::SeqCst) {
        let (reports, entries, tasks) = desk
            .db()
            .read(|tx| {
                let reports = tx.row("SELECT count(*) FROM report", &[])?.int(0)?;
                let of_kind = "SELECT count(*) FROM entry WHERE kind = 'report.received'";
                let entries = tx.row(of_kind, &[])?.int(0)?;
                Ok((reports, entries, tx.row("SELECT count(*) FROM task", &[])?.int(0)?))
            })
            .unwrap();
        assert_eq!((reports, reports), (entries, tasks));
        looked += 1;
        std::thread::sleep(Duration::from_millis(2));
    }
    looked
}

fn a_verb_that_panics_leaves_nothing_and_stops_nobody(house: &House) {
    let desk = house.desk("NORTHPORT");
    let ctx = desk.by("Duty");
    let before = desk.entries();
    // One writer waits for its commit behind the one that panics.
    let together = Barrier::new(2);
    std::thread::scope(|scope| {
        let panics = scope.spawn(|| {
            let verb = |tx: &mut Tx<'_>| -> Result<()> {
                together.wait();
                accept(tx, &ctx, "Half of it.")?;
                std::thread::sleep(Duration::from_millis(30));
                panic!("a defect in a verb")
            };
            catch_unwind(AssertUnwindSafe(|| desk.db().write(verb))).is_err()
        });
        together.wait();
        desk.db().write(|tx| accept(tx, &ctx, "All of it.")).unwrap();
        assert!(panics.join().unwrap());
    });
    desk.db().write(|tx| accept(tx, &ctx, "Afterwards.")).unwrap();
    assert_eq!(desk.entries(), before + 2);
    assert_eq!(desk.column("SELECT body FROM report ORDER BY body"), ["Afterwards.", "All of it."]);
    assert_eq!(desk.findings(), []);
}

fn set_version(place: &Place, version: &str) {
    let db = place.open().unwrap();
    let sql = "UPDATE meta SET value = $1 WHERE name = 'schema'";
    assert_eq!(db.write(|tx| tx.exec(sql, &[version.into()])).unwrap(), 1);
}

fn a_newer_schema_is_refused_with_what_to_do(house: &House) {
    let folder = tempfile::tempdir().unwrap();
    let place = house.store.place(folder.path());
    set_version(&place, "999");
    let refused = place.open().map(|_| ());
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    let words = says(refused);
    assert!(words.contains("999") && words.contains("use the newer program"), "{words}");
}

fn a_schema_version_that_is_no_number_is_refused(house: &House) {
    let folder = tempfile::tempdir().unwrap();
    let place = house.store.place(folder.path());
    set_version(&place, "the good one");
    let refused = place.open().map(|_| ());
    assert_eq!(kind(refused), "refused");
}

fn a_database_is_opened_again_as_it_was(house: &House) {
    let desk = house.desk("NORTHPORT");
    desk.take_in("Something happened.", "GREEN");
    let again: Db = desk.place.open().unwrap();
    assert_eq!(crate::desk::dump(&again).unwrap(), desk.dump());
    assert_eq!(again.kind(), if house.store == Store::Sqlite { "SQLite" } else { "PostgreSQL" });
}

fn a_row_that_exists_is_a_conflict(house: &House) {
    let desk = house.desk("NORTHPORT");
    let insert = "INSERT INTO timer (id, kind, thing, step, due_at) VALUES ($1, 'ack', 'x', 1, 1)";
    // Not through `insert`: a verb that writes a row and says nothing of it in the ledger is stopped.
    desk.db().write(|tx| tx.exec(insert, &["TI-1".into()])).unwrap();
    let again = desk.db().write(|tx| tx.insert(Table::Timer, insert, &["TI-1".into()]));
    assert_eq!(kind(again), "conflict");
    let dangling = "INSERT INTO proposal (id, report_id, kind, quoted, span_start, span_end, note)
                    VALUES ('P-1', 'R-NONE', 'person', '', 0, 0, '')";
    assert_eq!(kind(desk.db().write(|tx| tx.exec(dangling, &[]))), "conflict");
}

fn a_text_with_a_zero_byte_is_refused_alike(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("Something happened.", "GREEN");
    let opened = desk.write("Duty", |tx, ctx| case::open(tx, ctx, "Before\0after", &report));
    assert_eq!(kind(opened), "refused");
    assert_eq!(
        kind(desk.read("Duty", |tx, _| tx.rows("SELECT id FROM report WHERE id = $1", &["\0".into()]))),
        "refused"
    );
    assert_eq!(desk.findings(), []);
}

fn a_brief_read_is_broken_off_and_the_next_one_is_whole(house: &House) {
    let desk = house.desk("NORTHPORT");
    let count = |most: u32| {
        let sql = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most})
             SELECT count(*) FROM n"
        );
        move |tx: &mut Tx<'_>| tx.row(&sql, &[])?.int(0)
    };
    let brief = |found: Option<i64>| if house.store == Store::Sqlite { found } else { None };
    for _ in 0..3 {
        assert_eq!(desk.db().read_briefly(count(100)).unwrap(), brief(Some(100)));
        assert_eq!(desk.db().read_briefly(count(200_000)).unwrap(), None);
        // On the same connection, which has no limit now.
        assert_eq!(desk.db().read(count(200_000)).unwrap(), 200_000);
    }
    // A refusal is the verb's own answer and no reason to ask again.
    let refused = desk.db().read_briefly(|_| Err::<(), _>(Error::NotFound));
    if house.store == Store::Sqlite {
        assert!(matches!(refused, Err(Error::NotFound)));
    } else {
        assert!(matches!(refused, Ok(None)));
    }
}

fn a_reading_verb_cannot_write(house: &House) {
    let desk = house.desk("NORTHPORT");
    let write = |tx: &mut Tx<'_>| tx.exec("INSERT INTO label (text) VALUES ('TLP:RED written')", &[]);
    assert!(desk.db().read(write).is_err());
    assert!(desk.db().read_onward(write).is_err());
    let count =
        |tx: &mut Tx<'_>| tx.row("SELECT count(*) FROM label WHERE text = 'TLP:RED written'", &[])?.int(0);
    assert_eq!(desk.db().read_onward(count).unwrap(), 0);
    // The session that was refused still reads and writes.
    assert_eq!(desk.db().read(count).unwrap(), 0);
}
