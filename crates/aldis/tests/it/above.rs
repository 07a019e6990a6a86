//! What a reader below the wall may not learn by a way around: whom we write to, what was asked about them,
//! what became of a case that was closed to him, and that something above him waits.

use crate::desk::{Decided, Desk, House, decision, kind, sentence};
use crate::store::on_both;
use aldis::desk::release::Purpose;
use aldis::desk::{case, compose, consent, deliver, determine, partners, release, review};
use aldis_model::gate::Ladder;
use aldis_model::{Id, Tlp};

on_both!(
    that_we_write_to_a_person_is_as_closed_as_the_entry,
    what_was_asked_about_a_person_is_as_closed_as_the_entry,
    what_was_asked_about_a_sentence_is_as_closed_as_its_warning,
    a_correction_above_a_reader_asks_nothing_of_him,
    a_case_that_closes_takes_its_versions_with_it,
    a_task_above_a_reader_takes_none_away_from_him,
);

/// Enters somebody everybody here may know of, whom only few may know that we write to.
fn person(desk: &Desk) -> Id {
    let person = desk.registers("Ada Quill", "TLP:GREEN");
    let new = partners::NewAudience {
        name: person.as_str(),
        title: "the witness at the mill",
        ladder: Ladder::Person,
        org: person.as_str(),
        ceiling: Tlp::Red,
        channel: "hand",
        address: "",
        language: "en",
    };
    desk.write("Keeper", |tx, ctx| partners::add_audience(tx, ctx, &new)).unwrap();
    person
}

/// Takes a GREEN report to the decision to warn.
fn decided(desk: &Desk) -> Decided {
    let report = desk.take_in("Somebody may set the mill on fire.", "TLP:GREEN");
    let (case, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    desk.step("Senior", &duty, "decide_warn", decision()).unwrap();
    Decided { report, case, duty }
}

/// Writes a warning in which nothing is restricted.
fn written(desk: &Desk, duty: &Id) -> Id {
    let draft = compose::Draft {
        ends_at: None,
        portions: vec![sentence("Keep away from the river bank tonight.", "CLEAR", &[])],
        ..crate::desk::draft(duty)
    };
    desk.draft(duty, &draft).unwrap()
}

/// Everything Junior, cleared for GREEN, reads about a warning and its case.
fn junior_reads(desk: &Desk, case: &Id, warning: &Id) -> String {
    let tail = desk.read("Junior", |tx, ctx| review::tail(tx, ctx, 200)).unwrap().into_inner();
    let tail: Vec<_> = tail.iter().filter(|entry| !entry.kind.starts_with("list.entry")).collect();
    let releases = desk.read("Junior", |tx, ctx| release::of_warning(tx, ctx, warning));
    let deliveries = desk.read("Junior", |tx, ctx| deliver::list(tx, ctx, false, None, 50));
    let asked = desk.read("Junior", |tx, ctx| consent::of_case(tx, ctx, case));
    let duties = desk.read("Junior", |tx, ctx| determine::of_case(tx, ctx, case));
    let floor = desk.read("Junior", aldis::desk::watch::floor).unwrap().into_inner();
    format!(
        "{tail:?} {:?} {:?} {:?} {:?} {:?}",
        releases.map(|one| format!("{:?}", one.get())),
        deliveries.map(|one| format!("{:?}", one.get())),
        asked.map(|one| format!("{:?}", one.get())),
        duties.map(|one| format!("{:?}", one.get())),
        (floor.waiting, floor.sent)
    )
}

fn that_we_write_to_a_person_is_as_closed_as_the_entry(house: &House) {
    let (desk, _alba) = house.pair();
    let (person, decided) = (person(&desk), decided(&desk));
    let warning = written(&desk, &decided.duty);
    desk.released(&warning, "STAFF", Purpose::Alert);
    assert!(junior_reads(&desk, &decided.case, &warning).contains("STAFF"), "he reads what is open to him");
    let release = desk.propose(&warning, person.as_str(), Purpose::Alert).unwrap();
    desk.approve("Senior", &release).unwrap();
    let delivery = desk.send(&release).unwrap();
    let statement = deliver::Statement { words: "read out at the door", ..deliver::Statement::default() };
    desk.write("Senior", |tx, ctx| deliver::by_hand(tx, ctx, &delivery, &statement)).unwrap();
    let read = junior_reads(&desk, &decided.case, &warning);
    for told in [person.as_str(), "the witness", release.as_str(), delivery.as_str(), "at the door"] {
        assert!(!read.contains(told), "{told} is in {read}");
    }
    assert!(read.contains("STAFF"), "what was open stays open");
    assert_eq!(kind(desk.read("Junior", |tx, ctx| release::find(tx, ctx, &release)).map(drop)), "not found");
    assert_eq!(desk.state(&decided.duty), "DELIVERED", "whoever may see the version may follow the duty");
    assert_eq!(desk.findings(), []);
}

fn what_was_asked_about_a_person_is_as_closed_as_the_entry(house: &House) {
    let (desk, _alba) = house.pair();
    let (person, decided) = (person(&desk), decided(&desk));
    let warning = written(&desk, &decided.duty);
    let ask = |by: &str, audience: &str| {
        desk.write(by, |tx, ctx| consent::ask(tx, ctx, &decided.case, "ALBA", audience, "Keep away."))
    };
    desk.unchanged(|| {
        // Whether there is such a person here is no answer to whoever tries names.
        assert_eq!(kind(ask("Junior", person.as_str())), "not found");
        assert_eq!(kind(ask("Junior", "PR-00000000")), "not found");
        assert_eq!(kind(ask("Analyst", "PR-00000000")), "not found");
    });
    let open = ask("Junior", "HALL").unwrap();
    let closed = ask("Analyst", person.as_str()).unwrap();
    let answer =
        |by: &str, id: &Id| desk.write(by, |tx, ctx| consent::answered(tx, ctx, id, true, "by telephone"));
    desk.unchanged(|| assert_eq!(kind(answer("Junior", &closed)), "not found"));
    answer("Junior", &open).unwrap();
    answer("Analyst", &closed).unwrap();
    let read = junior_reads(&desk, &decided.case, &warning);
    assert!(read.contains(open.as_str()) && !read.contains(closed.as_str()), "{read}");
    assert!(!read.contains(person.as_str()), "{read}");
    let all = desk.read("Analyst", |tx, ctx| consent::of_case(tx, ctx, &decided.case)).unwrap();
    assert_eq!(all.get().len(), 2);
    assert_eq!(desk.findings(), []);
}

fn what_was_asked_about_a_sentence_is_as_closed_as_its_warning(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = decided(&desk);
    let warning = written(&desk, &decided.duty);
    let above = "They mean the barn behind the mill.";
    let closed = compose::Draft {
        ends_at: None,
        portions: vec![sentence(above, "AMBER+STRICT REL ALBA", &[])],
        ..crate::desk::draft(&decided.duty)
    };
    desk.draft(&decided.duty, &closed).unwrap();
    let ask = |by: &str, text: &str| {
        desk.write(by, |tx, ctx| consent::ask(tx, ctx, &decided.case, "BETA", "HALL", text)).unwrap()
    };
    let (hidden, open) = (ask("Analyst", above), ask("Analyst", "Keep away."));
    let read = junior_reads(&desk, &decided.case, &warning);
    assert!(!read.contains("the barn") && !read.contains(hidden.as_str()), "{read}");
    assert!(read.contains(open.as_str()));
    desk.unchanged(|| {
        let answered = desk.write("Junior", |tx, ctx| consent::answered(tx, ctx, &hidden, true, "yes"));
        assert_eq!(kind(answered), "not found");
    });
    // Whoever guesses the words is told nothing by what becomes of his own question.
    let guessed = ask("Junior", above);
    assert!(junior_reads(&desk, &decided.case, &warning).contains(guessed.as_str()));
    assert_eq!(desk.findings(), []);
}

fn a_correction_above_a_reader_asks_nothing_of_him(house: &House) {
    let (desk, _alba) = house.pair();
    let (person, decided) = (person(&desk), decided(&desk));
    let warning = written(&desk, &decided.duty);
    desk.released(&warning, "STAFF", Purpose::Alert);
    desk.released(&warning, person.as_str(), Purpose::Alert);
    desk.released(&warning, person.as_str(), Purpose::Update);
    assert_eq!(desk.floor("Senior", "correct").len(), 1, "our own people got the text, too");
    assert_eq!(desk.floor("Junior", "correct").len(), 0, "he may not know that somebody was told otherwise");
    desk.released(&warning, "STAFF", Purpose::Update);
    assert_eq!(desk.floor("Senior", "correct").len(), 0);
    assert_eq!(desk.findings(), []);
}

fn a_case_that_closes_takes_its_versions_with_it(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = decided(&desk);
    let warning = written(&desk, &decided.duty);
    let (release, delivery) = desk.released(&warning, "HALL", Purpose::Alert);
    desk.work();
    let sees = |id: &Id| kind(desk.read("Junior", |tx, ctx| deliver::find(tx, ctx, id)).map(drop));
    assert_eq!(sees(&delivery), "done");
    let above = desk.take_in("An agent in the crew says who pays them.", "TLP:RED");
    desk.write("Analyst", |tx, ctx| case::link(tx, ctx, &decided.case, &above, case::Relation::Basis))
        .unwrap();
    assert_eq!(sees(&delivery), "not found");
    assert_eq!(kind(desk.read("Junior", |tx, ctx| release::find(tx, ctx, &release)).map(drop)), "not found");
    // What happens to it from then on is as closed: an answer, silence, a new text.
    desk.later(24 * 60);
    desk.work();
    let read = junior_reads(&desk, &decided.case, &warning);
    let late: Vec<_> = read.match_indices("ack.timeout").chain(read.match_indices("escalation.")).collect();
    assert_eq!(late, [], "{read}");
    assert_eq!(desk.floor("Junior", "unanswered").len(), 0);
    assert_eq!(desk.floor("Senior", "unanswered").len(), 1);
    assert_eq!(desk.findings(), []);
}

/// Both reports are above the case, one of them above Junior as well.
fn a_task_above_a_reader_takes_none_away_from_him(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("Somebody may set the mill on fire.", "TLP:CLEAR");
    let (_, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    let waiver = serde_json::json!({
        "waiver_code": "W-A", "basis": "they know", "alternatives_tried": [], "expiry": "2031-05-05T08:00:00Z",
        "particulars": { "awareness": {
            "who": "the hall", "how_known": "told us", "date": "2031-05-04T07:00:00Z", "details": "all" } }
    });
    desk.step("Senior", &duty, "decide_waive", waiver).unwrap();
    let about = |label: &str| {
        let report = desk.take_in("Smoke near Lantern Hall was seen by a guard.", label);
        for proposal in
            desk.read("Analyst", |tx, ctx| aldis::desk::gather::proposals(tx, ctx, &report)).unwrap().get()
        {
            if proposal.quoted.contains("Lantern Hall") {
                let accept = |tx: &mut aldis::db::Tx<'_>, ctx: &aldis::ctx::Ctx| {
                    aldis::desk::gather::decide(tx, ctx, &proposal.id, true)
                };
                desk.write("Analyst", accept).unwrap();
            }
        }
    };
    about("TLP:RED");
    assert_eq!(desk.floor("Junior", "reopen").len(), 0);
    assert_eq!(desk.floor("Senior", "reopen").len(), 1);
    about("TLP:GREEN");
    assert_eq!(desk.floor("Junior", "reopen").len(), 1, "as if there were nothing above him");
    about("TLP:GREEN");
    assert_eq!(desk.floor("Junior", "reopen").len(), 1, "and still once");
    assert_eq!(desk.findings(), []);
}
