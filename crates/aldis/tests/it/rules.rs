//! The release rules that need more than one version: ids, one time for all, corrections for everybody, and
//! what comes back about the label. And the page that says which test holds which rule.

use crate::desk::{Desk, House, draft, kind, says};
use crate::store::on_both;
use aldis::desk::deliver::{self, Statement};
use aldis::desk::release::{self, Purpose};
use aldis::desk::{acknowledge, inbound, onward};
use aldis::exchange;
use aldis_ledger::note;
use aldis_model::answer::Answer;
use aldis_model::gate::Ladder;
use aldis_model::task::Task;
use aldis_model::{Digest, Id, Time};
use aldis_wire::exchange::{self as wire, Message};
use std::path::Path;

on_both!(
    ids_in_versions_are_random_and_tell_nothing_of_each_other,
    those_told_together_are_told_at_one_time,
    what_leaves_late_is_a_missed_limit,
    a_correction_goes_to_everybody_who_got_the_text_and_is_answered,
    an_answer_accepts_the_label_that_was_sent,
    a_partner_says_to_whom_it_passed_a_warning_on,
    passing_on_is_logged_once_and_beyond_its_label_as_such,
    passing_on_beyond_the_label_waits_for_whoever_approved_the_text,
);

/// Writes one warning and approves its version for each audience.
fn approved(desk: &Desk, audiences: &[&str]) -> (Id, Vec<Id>) {
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    let approve = |audience: &&str| {
        let release = desk.propose(&warning, audience, Purpose::Alert).unwrap();
        desk.approve("Senior", &release).unwrap();
        release
    };
    let releases = audiences.iter().map(approve).collect();
    (warning, releases)
}

fn together(desk: &Desk, releases: &[Id], at: Option<Time>) -> aldis::error::Result<Vec<Id>> {
    let sealer = &desk.node.sealer;
    desk.write("Senior", |tx, ctx| release::send_together(tx, ctx, sealer, releases, at))
}

fn ids_in_versions_are_random_and_tell_nothing_of_each_other(house: &House) {
    let (desk, _alba) = house.pair();
    let (warning, releases) = approved(&desk, &["ALBA", "PUBLIC"]);
    together(&desk, &releases, None).unwrap();
    desk.work();
    let [to_alba, to_public] = releases.as_slice() else { panic!("two releases") };
    assert_ne!(to_alba, to_public);
    let publisher =
        aldis::desk::publish::Publisher { title: "N", url: "http://n.test", sender: "aldis/NORTHPORT" };
    let alert = desk
        .read("system", |tx, ctx| aldis::desk::publish::alert(tx, ctx, &publisher, to_public.as_str()))
        .unwrap()
        .into_inner();
    let envelope = house.net.envelopes().last().unwrap().body.clone();
    assert!(alert.contains(to_public.as_str()) && envelope.contains(to_alba.as_str()));
    for (bytes, other) in [(&alert, to_alba), (&envelope, to_public)] {
        for inside in desk
            .column("SELECT id FROM case_file UNION SELECT id FROM report UNION SELECT id FROM duty UNION SELECT id FROM portion")
            .iter()
            .map(String::as_str)
            .chain([warning.as_str(), other.as_str()])
        {
            assert!(!bytes.contains(inside), "{inside} is in {bytes}");
        }
    }
}

fn those_told_together_are_told_at_one_time(house: &House) {
    let (desk, _alba) = house.pair();
    let (_, releases) = approved(&desk, &["STAFF", "PUBLIC"]);
    let (_, elsewhere) = approved(&desk, &["ALBA"]);
    let later = desk.now().plus(3_600_000_000);
    desk.unchanged(|| {
        assert!(says(together(&desk, &[], None)).contains("name the releases"));
        let mixed = [releases[0].clone(), elsewhere[0].clone()];
        assert!(says(together(&desk, &mixed, None)).contains("of one warning"));
        let twice = [releases[0].clone(), releases[0].clone()];
        assert_eq!(kind(together(&desk, &twice, None)), "conflict", "all or none");
    });
    let deliveries = together(&desk, &releases, Some(later)).unwrap();
    let times = desk.column("SELECT CAST(not_before AS TEXT) FROM release WHERE not_before IS NOT NULL");
    assert!(times.len() == 2 && times[0] == times[1], "{times:?}");
    let published = || desk.count("SELECT count(*) FROM delivery WHERE channel = 'cap' AND delivered_at > 0");
    desk.later(59);
    desk.work();
    assert_eq!(published(), 0);
    desk.later(1);
    desk.work();
    assert_eq!(published(), 1);
    desk.later(9);
    handed(&desk, &deliveries[0]);
    assert!(!desk.kinds().contains(&"limit.missed".to_owned()), "nine minutes are together");
    assert_eq!(desk.findings(), []);
}

fn handed(desk: &Desk, delivery: &Id) {
    let statement = Statement { words: "read out to the shift", ..Statement::default() };
    desk.write("Duty", |tx, ctx| deliver::by_hand(tx, ctx, delivery, &statement)).unwrap();
}

fn what_leaves_late_is_a_missed_limit(house: &House) {
    let (desk, _alba) = house.pair();
    let (_, releases) = approved(&desk, &["STAFF", "PUBLIC"]);
    let deliveries = together(&desk, &releases, None).unwrap();
    desk.work();
    desk.later(11);
    handed(&desk, &deliveries[0]);
    let missed = desk.column("SELECT fields FROM entry WHERE kind = 'limit.missed'");
    assert!(missed.len() == 1 && missed[0].contains("within 10 minutes"), "{missed:?}");
    assert_eq!(desk.findings(), []);
}

fn a_correction_goes_to_everybody_who_got_the_text_and_is_answered(house: &House) {
    let (desk, _alba) = house.pair();
    let (warning, releases) = approved(&desk, &["ALBA", "HALL", "PUBLIC"]);
    together(&desk, &releases, None).unwrap();
    desk.work();
    assert_eq!(desk.open_tasks("correct"), 0);
    let (_, to_alba) = desk.released(&warning, "ALBA", Purpose::Update);
    assert_eq!(desk.open_tasks("correct"), 2, "the hall and the public got the text, too");
    desk.released(&warning, "HALL", Purpose::Update);
    assert_eq!(desk.open_tasks("correct"), 1);
    desk.released(&warning, "PUBLIC", Purpose::Cancel);
    assert_eq!(desk.open_tasks("correct"), 0);
    desk.work();
    // The correction waits for an answer of its own, and silence is called out.
    desk.later(241);
    desk.work();
    let unanswered = format!("SELECT count(*) FROM task WHERE kind = 'unanswered' AND thing = '{to_alba}'");
    assert_eq!(desk.count(&unanswered), 1);
    assert_eq!(desk.findings(), []);
}

fn sent(house: &House) -> (Desk, Desk, Id) {
    let (north, alba) = house.pair();
    north.sent_to("ALBA");
    north.work();
    let got = alba.read("Liaison", inbound::list).unwrap().into_inner();
    let id = got[0].id.clone();
    (north, alba, id)
}

fn signed(message: Message, by: &Desk) -> String {
    note::sign(&message.checked().unwrap().to_line(), &[by.node.signer()]).unwrap()
}

fn an_answer_accepts_the_label_that_was_sent(house: &House) {
    let (north, alba, id) = sent(house);
    let message = north.column("SELECT message FROM delivery")[0].clone();
    let other = wire::Answer {
        id: "M-ANSWER01".into(),
        from: "ALBA".into(),
        to: "NORTHPORT".into(),
        message: message.clone(),
        release: message,
        text_hash: north.column("SELECT text_hash FROM release")[0].clone(),
        answer: wire::AnswerKind::Read,
        label: Some("TLP:GREEN".into()),
        note: None,
        by: "liaison".into(),
        at: "2031-05-04T08:00:00Z".into(),
    };
    let other = signed(Message::Answer(other), &alba);
    north.unchanged(|| {
        assert!(says(exchange::receive(&north.node, other.as_bytes())).contains("another label"))
    });
    let signer = alba.node.signer();
    alba.write("Liaison", |tx, ctx| inbound::answer(tx, ctx, signer, &id, Answer::Read, "")).unwrap();
    alba.work();
    let kept = north.column("SELECT fields FROM entry WHERE kind = 'ack.received'");
    let entry = aldis_ledger::Entry::from_json(&kept[0]).unwrap();
    assert_eq!(entry.value("label_accepted"), Some("TLP:AMBER+STRICT"));
    assert_eq!(north.findings(), []);
}

fn a_partner_says_to_whom_it_passed_a_warning_on(house: &House) {
    let (north, alba, id) = sent(house);
    let signer = alba.node.signer();
    let pass_on = |by: &str, who: &str, rung| {
        alba.write(by, |tx, ctx| onward::pass_on(tx, ctx, signer, &id, who, rung))
    };
    alba.unchanged(|| {
        let says = says(pass_on("Liaison", "three halls", Ladder::Clients));
        assert!(says.contains("TLP:AMBER+STRICT does not let it go"), "{says}");
        assert_eq!(kind(pass_on("Liaison", " ", Ladder::Own)), "refused");
        assert_eq!(kind(pass_on("Auditor", "our staff", Ladder::Own)), "forbidden");
        assert_eq!(kind(pass_on("Junior", "our staff", Ladder::Own)), "not found");
    });
    pass_on("Liaison", "our staff in the city", Ladder::Own).unwrap();
    alba.work();
    let told = north.column("SELECT fields FROM entry WHERE kind = 'release.passed_on'");
    assert_eq!(told.len(), 1);
    let entry = aldis_ledger::Entry::from_json(&told[0]).unwrap();
    assert_eq!(entry.value("audience"), Some("our staff in the city"));
    assert_eq!(entry.value("within_label"), Some("yes"));
    assert_eq!(north.floor("Senior", "beyond").len(), 0, "what the label allows waits for nobody");
    assert_eq!((north.findings(), alba.findings()), (vec![], vec![]));
}

/// A partner's word that it showed our warning to everybody.
fn shown_to_all(north: &Desk, from: &str, hash: &str) -> Message {
    Message::Onward(wire::Onward {
        id: "M-ONWARD01".into(),
        from: from.into(),
        to: "NORTHPORT".into(),
        message: north.column("SELECT message FROM delivery")[0].clone(),
        text_hash: hash.into(),
        audience: "Ada Quill and everybody in the square".into(),
        rung: "public".into(),
        label: "TLP:CLEAR".into(),
        by: "liaison".into(),
        at: "2031-05-04T08:00:00Z".into(),
    })
}

fn passing_on_beyond_the_label_waits_for_whoever_approved_the_text(house: &House) {
    let (north, alba, _) = sent(house);
    let hash = north.column("SELECT text_hash FROM release")[0].clone();
    let envelope = signed(shown_to_all(&north, "ALBA", &hash), &alba);
    for _ in 0..2 {
        exchange::receive(&north.node, envelope.as_bytes()).unwrap();
    }
    let waiting = north.floor("Senior", "beyond");
    let [task] = waiting.as_slice() else { panic!("one task: {waiting:?}") };
    assert_eq!(task.note, "for Senior: TLP:AMBER+STRICT was shown to public by ALBA", "and no name");
    assert_eq!((task.priority, task.due_at), (1, north.now().plus(3_600_000_000)));
    assert_eq!(north.floor("Junior", "beyond").len(), 0, "the warning is above him");
    let delivery: Id = task.thing.parse().unwrap();
    let settle = |by: &str, words: &str| {
        north.write(by, |tx, ctx| acknowledge::settle(tx, ctx, &delivery, Task::Beyond, words))
    };
    north.unchanged(|| {
        assert_eq!(kind(settle("Senior", " ")), "refused");
        assert_eq!(kind(settle("Auditor", "they took it down")), "forbidden");
        assert_eq!(kind(settle("Junior", "they took it down")), "not found");
    });
    settle("Liaison", "they took it down; the square was told to ask us").unwrap();
    assert_eq!(north.floor("Senior", "beyond").len(), 0);
    assert!(north.kinds().contains(&"release.passing_on_settled".to_owned()));
    assert_eq!(north.findings(), []);
}

fn passing_on_is_logged_once_and_beyond_its_label_as_such(house: &House) {
    let (north, alba, _) = sent(house);
    let beta = house.desk("BETA");
    north.knows(&beta);
    let word = |from: &str, hash: &str| shown_to_all(&north, from, hash);
    let hash = north.column("SELECT text_hash FROM release")[0].clone();
    north.unchanged(|| {
        let theirs = signed(word("BETA", &hash), &beta);
        assert_eq!(kind(exchange::receive(&north.node, theirs.as_bytes())), "not found");
        let other = signed(word("ALBA", &Digest::of(b"another text").to_string()), &alba);
        assert_eq!(kind(exchange::receive(&north.node, other.as_bytes())), "proof");
    });
    let envelope = signed(word("ALBA", &hash), &alba);
    exchange::receive(&north.node, envelope.as_bytes()).unwrap();
    north.unchanged(|| exchange::receive(&north.node, envelope.as_bytes()).unwrap());
    let told = north.column("SELECT fields FROM entry WHERE kind = 'release.passed_on'");
    let entry = aldis_ledger::Entry::from_json(&told[0]).unwrap();
    // The partner may say what it likes of the label: what was printed counts.
    assert_eq!((entry.value("within_label"), entry.value("printed")), (Some("no"), Some("TLP:AMBER+STRICT")));
    assert_eq!(north.findings(), []);
}

/// Each row of the page names a file and a test in it; both must be there.
#[test]
fn the_page_on_the_release_gate_names_code_and_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/explanation/release-gate.md")).unwrap();
    let mut rules = std::collections::BTreeSet::new();
    for row in page.lines().filter(|line| line.starts_with("| RR-") || line.starts_with("| TF-")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [rule, _, code, tests] = cells.as_slice() else { panic!("four cells: {row}") };
        rules.insert((*rule).to_owned());
        let quoted =
            |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
        for file in quoted(code) {
            assert!(root.join("crates").join(&file).exists(), "{rule}: {file} is not there");
        }
        let tests = quoted(tests);
        assert!(!tests.is_empty(), "{rule} has no test");
        for test in tests {
            let (file, name) = test.split_once("::").unwrap();
            let text = std::fs::read_to_string(root.join(file)).unwrap_or_else(|_| panic!("{rule}: {file}"));
            assert!(text.contains(&format!("fn {name}(")), "{rule}: {name} is not in {file}");
        }
    }
    let wanted = (1..=10).map(|number| format!("RR-{number:02}"));
    for rule in wanted.chain((1..=11).map(|number| format!("TF-{number:02}"))) {
        assert!(rules.contains(&rule), "{rule} is not on the page");
    }
}
