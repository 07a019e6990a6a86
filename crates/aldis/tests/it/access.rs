//! Who may do what: the matrix as a reviewed file, every verb without the right, and a junior officer
//! for whom what is above the ceiling does not exist.

use crate::desk::{Desk, House, draft, kind};
use crate::store::on_both;
use aldis::desk::acknowledge::{self, Said};
use aldis::desk::case::{self, Relation};
use aldis::desk::deliver::{self, Statement};
use aldis::desk::release::{self, Purpose};
use aldis::desk::{
    alarms, compose, consent, determine, escalate, gather, grade, identity, inbound, office, onward,
    partners, register, review, screen, watch, ways,
};
use aldis::seal::Discriminators;
use aldis_model::Id;
use aldis_model::answer::Answer;
use aldis_model::duty::VictimKind;
use aldis_model::gate::Ladder;
use aldis_model::role::{Action as A, Role};
use aldis_model::task::Task;
use serde_json::Map;
use std::fmt::Write;
use std::path::Path;

on_both!(
    whoever_may_not_is_told_so_and_nothing_happens,
    what_is_above_the_ceiling_does_not_exist,
    counts_and_lists_do_not_move_with_what_is_above,
);

/// Prints who may do what.
fn matrix() -> String {
    let mut text = String::from(
        "# Who may do what. Made by `ALDIS_BLESS=1 cargo test -p aldis access`; review every change.\n",
    );
    for action in A::ALL {
        let roles: Vec<_> =
            Role::ALL.iter().filter(|role| role.may(*action)).map(|role| role.as_str()).collect();
        writeln!(text, "{action}: {}", roles.join(", ")).unwrap();
    }
    text
}

#[test]
fn the_matrix_is_the_one_that_was_reviewed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/access.txt");
    if std::env::var_os("ALDIS_BLESS").is_some() {
        std::fs::write(&path, matrix()).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(reviewed, matrix(), "review the change and run with ALDIS_BLESS=1");
}

/// Tries as one officer every verb whose actions that officer's role may not do; returns how many.
fn every_forbidden_verb(desk: &Desk, by: &str, known: &Known) -> usize {
    let Known { report, case, duty, warning, release, delivery, hit, proposal, inbound } = known;
    let sealer = &desk.node.sealer;
    let role = desk.by(by).actor.role;
    let mut tried = 0;
    macro_rules! try_it {
        ($way:ident, $name:literal, [$($action:expr),+], $verb:expr) => {
            if ![$($action),+].into_iter().any(|action| role.may(action)) {
                assert_eq!(kind(desk.$way(by, $verb).map(|_| ())), "forbidden", "{} by {by}", $name);
                tried += 1;
            }
        };
    }
    let incoming = gather::Incoming {
        bytes: b"Something happened.",
        media_type: None,
        channel: "manual",
        source: "own collection",
        originator: None,
        origin: None,
        label: "GREEN".parse().unwrap(),
    };
    let documents = gather::read(&incoming).unwrap();
    let graded = grade::Graded {
        grade: "B2".parse().unwrap(),
        likelihood: None,
        confidence: None,
        reasons: "seen".into(),
    };
    let names = ["Ilse Brandvold".to_owned()];
    let subject = register::NewSubject {
        kind: "person",
        names: &names,
        category: "journalist",
        tier: "T2",
        purpose: "asked",
        label: "GREEN".parse().unwrap(),
    };
    let partner = partners::NewPartner {
        name: "GAMMA",
        title: "Gamma",
        url: None,
        verifier: None,
        verified_how: None,
        ceiling: aldis_model::Tlp::Green,
    };
    let audience = partners::NewAudience {
        name: "GAMMA",
        title: "Gamma",
        ladder: Ladder::Partner,
        org: "GAMMA",
        ceiling: aldis_model::Tlp::Green,
        channel: "hand",
        address: "",
        language: "en",
    };
    let officer = office::NewOfficer {
        name: "New",
        role: Role::Duty,
        ceiling: aldis_model::Tlp::Green,
        compartments: &[],
        email: None,
    };
    let said = Said {
        answer: Answer::Read,
        note: "",
        by: "them",
        at: desk.now(),
        key_id: None,
        text_hash: None,
        evidence: None,
    };
    let handed = Statement { words: "handed over", at: None, place: None, witness: None, reply: None };
    let text = draft(report);
    try_it!(write, "gather::accept", [A::Gather], |tx, ctx| gather::accept(
        tx,
        ctx,
        &incoming,
        &documents[0]
    ));
    try_it!(write, "gather::open", [A::Triage], |tx, ctx| gather::open(tx, ctx, report));
    try_it!(write, "gather::decide", [A::Screen], |tx, ctx| gather::decide(tx, ctx, proposal, true));
    try_it!(write, "screen::run", [A::Screen], |tx, ctx| screen::run(tx, ctx, sealer, report));
    try_it!(write, "screen::decide", [A::Screen], |tx, ctx| screen::decide(tx, ctx, hit, true, "same"));
    try_it!(write, "grade::grade", [A::Grade], |tx, ctx| grade::grade(tx, ctx, report, &graded));
    try_it!(write, "case::open", [A::Triage], |tx, ctx| case::open(tx, ctx, "Title", report));
    try_it!(write, "case::link", [A::Triage], |tx, ctx| case::link(tx, ctx, case, report, Relation::Context));
    try_it!(write, "case::add_victim", [A::Triage], |tx, ctx| case::add_victim(
        tx,
        ctx,
        case,
        VictimKind::Location,
        "Hall"
    ));
    for (event, action) in determine::BY_HAND {
        try_it!(write, "determine::act", [action], |tx, ctx| determine::act(
            tx,
            ctx,
            duty,
            event,
            &Map::new()
        ));
    }
    try_it!(write, "compose::draft", [A::Draft], |tx, ctx| compose::draft(tx, ctx, duty, &text));
    try_it!(write, "consent::ask", [A::Draft], |tx, ctx| consent::ask(
        tx, ctx, case, "ALBA", "PUBLIC", "text"
    ));
    let asked = consent::Question { case, originator: "ALBA", audience: "PUBLIC", text: "text" };
    let signer = desk.node.signer();
    try_it!(write, "consent::ask_node", [A::Draft], |tx, ctx| consent::ask_node(
        tx, ctx, sealer, signer, &asked, ""
    ));
    try_it!(read, "consent::rehearse", [A::Draft], |tx, ctx| consent::rehearse(tx, ctx, sealer, &asked, ""));
    try_it!(read, "consent::of_case", [A::ReadDesk], |tx, ctx| consent::of_case(tx, ctx, case));
    try_it!(read, "consent::list", [A::ReadDesk], consent::list);
    try_it!(read, "consent::find", [A::ReadDesk], |tx, ctx| consent::find(tx, ctx, case));
    try_it!(write, "consent::reply", [A::Decide], |tx, ctx| consent::reply(
        tx, ctx, signer, case, true, "yes"
    ));
    try_it!(write, "consent::answered", [A::Answer], |tx, ctx| consent::answered(tx, ctx, case, true, "yes"));
    try_it!(write, "release::propose", [A::Draft], |tx, ctx| release::propose(
        tx,
        ctx,
        sealer,
        warning,
        "PUBLIC",
        Purpose::Alert
    ));
    try_it!(write, "release::approve", [A::Approve], |tx, ctx| release::approve(tx, ctx, sealer, release));
    try_it!(write, "release::reject", [A::Approve], |tx, ctx| release::reject(tx, ctx, release, "no"));
    try_it!(write, "release::send", [A::Deliver], |tx, ctx| release::send(tx, ctx, sealer, release, None));
    try_it!(write, "release::send_together", [A::Deliver], |tx, ctx| {
        release::send_together(tx, ctx, sealer, std::slice::from_ref(release), None).map(|_| ())
    });
    try_it!(write, "deliver::start", [A::Deliver], |tx, ctx| deliver::start(tx, ctx, delivery).map(|_| ()));
    try_it!(write, "deliver::arrived", [A::Deliver], |tx, ctx| deliver::arrived(tx, ctx, delivery, "250 ok"));
    try_it!(write, "deliver::missed", [A::Deliver], |tx, ctx| deliver::missed(
        tx,
        ctx,
        delivery,
        &aldis::exchange::Missed::again("gone")
    )
    .map(|_| ()));
    try_it!(write, "deliver::by_hand", [A::Deliver], |tx, ctx| deliver::by_hand(tx, ctx, delivery, &handed));
    try_it!(read, "deliver::rehearse", [A::Deliver], |tx, ctx| deliver::rehearse(tx, ctx, delivery, None)
        .map(|_| ()));
    try_it!(write, "deliver::retry", [A::Deliver], |tx, ctx| deliver::retry(tx, ctx, delivery, None));
    try_it!(write, "acknowledge::told", [A::Answer], |tx, ctx| acknowledge::told(tx, ctx, delivery, &said));
    try_it!(write, "acknowledge::settle dismissed", [A::Decide], |tx, ctx| {
        acknowledge::settle(tx, ctx, delivery, Task::Dismissed, "so be it")
    });
    try_it!(write, "acknowledge::settle", [A::Answer], |tx, ctx| acknowledge::settle(
        tx,
        ctx,
        delivery,
        Task::CallBack,
        "called"
    ));
    try_it!(write, "escalate::tick", [A::Escalate], escalate::tick);
    try_it!(write, "escalate::decide_lapse", [A::Decide], |tx, ctx| escalate::decide_lapse(
        tx,
        ctx,
        warning,
        "renew",
        "it stands"
    ));
    try_it!(write, "escalate::decide_public", [A::Decide], |tx, ctx| escalate::decide_public(
        tx, ctx, warning, "delay", "later"
    ));
    try_it!(write, "inbound::open", [A::Answer], |tx, ctx| inbound::open(tx, ctx, inbound).map(|_| ()));
    try_it!(write, "inbound::answer", [A::Answer], |tx, ctx| {
        inbound::answer(tx, ctx, desk.node.signer(), inbound, Answer::Read, "")
    });
    try_it!(write, "onward::pass_on", [A::Answer], |tx, ctx| {
        onward::pass_on(tx, ctx, desk.node.signer(), inbound, "our staff", Ladder::Own)
    });
    try_it!(write, "register::add", [A::Register], |tx, ctx| register::add(tx, ctx, sealer, &subject));
    let (names, known) = (subject.names, Discriminators { birth_year: Some(1971), ..Default::default() });
    let someone: Id = "PR-00000000".parse().unwrap();
    try_it!(write, "register::enter", [A::Register], |tx, ctx| register::enter(
        tx, ctx, sealer, &subject, &known, false
    )
    .map(|_| ()));
    try_it!(write, "register::describe", [A::Register], |tx, ctx| register::describe(
        tx, ctx, sealer, &someone, &known
    ));
    let factors = std::collections::BTreeMap::from([("I".to_owned(), 1), ("K".to_owned(), 1)]);
    let danger = aldis::desk::danger::Known { case: None, impact: "severe", factors: &factors, events: &[] };
    try_it!(write, "danger::rate", [A::Register], |tx, ctx| aldis::desk::danger::rate(
        tx, ctx, &someone, &danger
    ));
    try_it!(write, "danger::set_tier", [A::Register, A::Decide], |tx, ctx| aldis::desk::danger::set_tier(
        tx,
        ctx,
        &someone,
        None,
        aldis_model::risk::Tier::T1,
        "asked"
    ));
    let measure =
        aldis::desk::measures::NewMeasure { measure: "M01", case: None, owner: "desk", reasons: "asked" };
    try_it!(write, "measures::propose", [A::Register, A::Decide], |tx, ctx| aldis::desk::measures::propose(
        tx, ctx, &someone, &measure
    ));
    try_it!(write, "protectors::name", [A::Register], |tx, ctx| aldis::desk::protectors::name(
        tx, ctx, &someone, "ALBA", "asked"
    ));
    try_it!(write, "protectors::end", [A::Register], |tx, ctx| aldis::desk::protectors::end(
        tx, ctx, &someone, "over"
    ));
    try_it!(write, "measures::change", [A::Answer], |tx, ctx| aldis::desk::measures::change(
        tx,
        ctx,
        &someone,
        aldis_model::measure::Status::Ended,
        "over"
    ));
    try_it!(write, "identity::ask", [A::Deliver], |tx, ctx| identity::ask(tx, ctx, &someone, None, "why"));
    try_it!(write, "identity::decide", [A::Register, A::Decide], |tx, ctx| {
        identity::decide(tx, ctx, &someone, true, "")
    });
    try_it!(write, "identity::read", [A::Deliver], |tx, ctx| identity::read(tx, ctx, sealer, &someone)
        .map(|_| ()));
    try_it!(write, "screen::ask", [A::Screen], |tx, ctx| screen::ask(tx, ctx, sealer).map(|_| ()));
    try_it!(read, "alarms::forecast", [A::Register], |tx, ctx| alarms::forecast(
        tx, ctx, sealer, "person", names, &known
    )
    .map(|_| ()));
    try_it!(read, "alarms::by_subject", [A::ReadDesk], |tx, ctx| alarms::by_subject(tx, ctx, sealer)
        .map(|_| ()));
    try_it!(write, "partners::add", [A::Partner], |tx, ctx| partners::add(tx, ctx, &partner));
    try_it!(write, "ways::add", [A::Partner, A::Register], |tx, ctx| ways::add(tx, ctx, "HALL", "hand", "")
        .map(|_| ()));
    try_it!(write, "ways::end", [A::Partner, A::Register], |tx, ctx| ways::end(tx, ctx, report));
    try_it!(read, "ways::list", [A::ReadDesk], |tx, ctx| ways::list(tx, ctx, "HALL").map(|_| ()));
    try_it!(write, "partners::add_audience", [A::Partner, A::Register], |tx, ctx| partners::add_audience(
        tx, ctx, &audience
    ));
    try_it!(write, "office::add", [A::Administer], |tx, ctx| office::add(tx, ctx, &officer));
    try_it!(write, "office::invite", [A::Administer], |tx, ctx| office::invite(tx, ctx, "Duty"));
    try_it!(read, "gather::find", [A::ReadDesk, A::Screen], |tx, ctx| gather::find(tx, ctx, report)
        .map(|_| ()));
    try_it!(read, "gather::original", [A::ReadDesk], |tx, ctx| gather::original(tx, ctx, report).map(|_| ()));
    try_it!(read, "gather::list", [A::ReadDesk], |tx, ctx| gather::list(tx, ctx, None, 9).map(|_| ()));
    try_it!(read, "case::list", [A::ReadDesk, A::ReadRecord], |tx, ctx| case::list(tx, ctx).map(|_| ()));
    try_it!(read, "determine::find", [A::ReadDesk, A::ReadRecord], |tx, ctx| determine::find(tx, ctx, duty)
        .map(|_| ()));
    try_it!(read, "compose::list", [A::ReadDesk], |tx, ctx| compose::list(tx, ctx, None).map(|_| ()));
    try_it!(read, "release::find", [A::ReadDesk], |tx, ctx| release::find(tx, ctx, release).map(|_| ()));
    try_it!(read, "deliver::list", [A::ReadDesk], |tx, ctx| deliver::list(tx, ctx, false, None, 9)
        .map(|_| ()));
    try_it!(read, "deliver::waiting", [A::ReadDesk], |tx, ctx| deliver::waiting(tx, ctx).map(|_| ()));
    try_it!(read, "inbound::list", [A::ReadDesk], |tx, ctx| inbound::list(tx, ctx).map(|_| ()));
    try_it!(read, "register::list", [A::ReadDesk], |tx, ctx| register::list(tx, ctx).map(|_| ()));
    try_it!(read, "watch::floor", [A::ReadDesk], |tx, ctx| watch::floor(tx, ctx).map(|_| ()));
    try_it!(read, "review::tail", [A::ReadRecord], |tx, ctx| review::tail(tx, ctx, 9).map(|_| ()));
    try_it!(read, "review::entry", [A::ReadRecord], |tx, ctx| review::entry(tx, ctx, 0).map(|_| ()));
    tried
}

/// Things that are all above a junior officer's ceiling.
struct Known {
    report: Id,
    case: Id,
    duty: Id,
    warning: Id,
    release: Id,
    delivery: Id,
    hit: Id,
    proposal: Id,
    inbound: Id,
}

fn known(desk: &Desk) -> Known {
    desk.registers_as("Joren Maas", "witness", "T1", "RED");
    let sent = desk.sent_to("ALBA");
    let report = desk.take_in("Joren Maas was seen at the Lantern Hall.", "RED");
    desk.work();
    let first = |sql: &str| desk.column(sql).first().expect("a sample").parse::<Id>().unwrap();
    Known {
        hit: first("SELECT id FROM hit ORDER BY id"),
        proposal: first(&format!("SELECT id FROM proposal WHERE report_id = '{report}' ORDER BY id")),
        inbound: "IN-00000000".parse().unwrap(),
        report,
        case: sent.case,
        duty: sent.duty,
        warning: sent.warning,
        release: sent.release,
        delivery: sent.delivery,
    }
}

const OFFICERS: [&str; 8] = ["Duty", "Analyst", "Senior", "Keeper", "Liaison", "Auditor", "root", "system"];

fn whoever_may_not_is_told_so_and_nothing_happens(house: &House) {
    let (desk, _alba) = house.pair();
    let known = known(&desk);
    let tried = desk.unchanged(|| OFFICERS.map(|by| every_forbidden_verb(&desk, by, &known)));
    assert!(tried.iter().all(|tried| *tried > 2), "{tried:?}");
    assert!(
        tried[6] > 50 && tried[5] > 40,
        "the administrator and the auditor do hardly anything: {tried:?}"
    );
}

/// What somebody is shown who asks for one thing after the other.
fn asked(desk: &Desk, by: &str, known: &Known) -> Vec<(&'static str, &'static str)> {
    let Known { report, case, duty, warning, release, delivery, hit, proposal, .. } = known;
    let sealer = &desk.node.sealer;
    let text = draft(report);
    vec![
        ("report", kind(desk.read(by, |tx, ctx| gather::find(tx, ctx, report).map(|_| ())))),
        ("original", kind(desk.read(by, |tx, ctx| gather::original(tx, ctx, report).map(|_| ())))),
        ("proposals", kind(desk.read(by, |tx, ctx| gather::proposals(tx, ctx, report).map(|_| ())))),
        ("page", kind(desk.read(by, |tx, ctx| gather::list(tx, ctx, Some(report), 9).map(|_| ())))),
        ("hits", kind(desk.read(by, |tx, ctx| screen::hits(tx, ctx, report).map(|_| ())))),
        ("grades", kind(desk.read(by, |tx, ctx| grade::given(tx, ctx, report).map(|_| ())))),
        ("case", kind(desk.read(by, |tx, ctx| case::find(tx, ctx, case).map(|_| ())))),
        ("reports", kind(desk.read(by, |tx, ctx| case::reports(tx, ctx, case).map(|_| ())))),
        ("duty", kind(desk.read(by, |tx, ctx| determine::find(tx, ctx, duty).map(|_| ())))),
        ("duties", kind(desk.read(by, |tx, ctx| determine::of_case(tx, ctx, case).map(|_| ())))),
        ("warning", kind(desk.read(by, |tx, ctx| compose::find(tx, ctx, warning).map(|_| ())))),
        ("sentences", kind(desk.read(by, |tx, ctx| compose::sentences(tx, ctx, warning).map(|_| ())))),
        (
            "preview",
            kind(desk.read(by, |tx, ctx| compose::preview(tx, ctx, sealer, warning, "PUBLIC").map(|_| ()))),
        ),
        ("release", kind(desk.read(by, |tx, ctx| release::find(tx, ctx, release).map(|_| ())))),
        ("releases", kind(desk.read(by, |tx, ctx| release::of_warning(tx, ctx, warning).map(|_| ())))),
        ("delivery", kind(desk.read(by, |tx, ctx| deliver::find(tx, ctx, delivery).map(|_| ())))),
        ("timeline", kind(desk.read(by, |tx, ctx| review::timeline(tx, ctx, case, None).map(|_| ())))),
        ("open", kind(desk.write(by, |tx, ctx| gather::open(tx, ctx, report).map(|_| ())))),
        ("decide a proposal", kind(desk.write(by, |tx, ctx| gather::decide(tx, ctx, proposal, true)))),
        ("decide a hit", kind(desk.write(by, |tx, ctx| screen::decide(tx, ctx, hit, true, "same")))),
        ("open a case", kind(desk.write(by, |tx, ctx| case::open(tx, ctx, "Title", report).map(|_| ())))),
        ("draft", kind(desk.write(by, |tx, ctx| compose::draft(tx, ctx, duty, &text).map(|_| ())))),
        (
            "propose",
            kind(desk.write(by, |tx, ctx| {
                release::propose(tx, ctx, sealer, warning, "PUBLIC", Purpose::Alert).map(|_| ())
            })),
        ),
    ]
}

fn what_is_above_the_ceiling_does_not_exist(house: &House) {
    let (desk, _alba) = house.pair();
    let above = known(&desk);
    let unknown = Known {
        report: "R-00000000".parse().unwrap(),
        case: "C-00000000".parse().unwrap(),
        duty: "D-00000000".parse().unwrap(),
        warning: "W-00000000".parse().unwrap(),
        release: "L-00000000".parse().unwrap(),
        delivery: "V-00000000".parse().unwrap(),
        hit: "H-00000000".parse().unwrap(),
        proposal: "P-00000000".parse().unwrap(),
        inbound: "IN-00000000".parse().unwrap(),
    };
    desk.unchanged(|| {
        let hidden = asked(&desk, "Junior", &above);
        assert_eq!(hidden, asked(&desk, "Junior", &unknown), "above and unknown are the same");
        assert!(hidden.iter().all(|(_, came)| *came == "not found"), "{hidden:?}");
    });
}

/// Everything a junior officer can list, as text.
fn lists(desk: &Desk) -> Vec<String> {
    let by = "Junior";
    vec![
        format!("{:?}", desk.read(by, |tx, ctx| gather::list(tx, ctx, None, 500)).unwrap().get()),
        format!("{:?}", desk.read(by, case::list).unwrap().get()),
        format!("{:?}", desk.read(by, |tx, ctx| compose::list(tx, ctx, None)).unwrap().get()),
        format!("{:?}", desk.read(by, deliver::waiting).unwrap().get()),
        format!("{:?}", desk.read(by, inbound::list).unwrap().get()),
        format!("{:?}", desk.read(by, register::list).unwrap().get()),
        {
            let sealer = &desk.node.sealer;
            format!("{:?}", desk.read(by, |tx, ctx| alarms::by_subject(tx, ctx, sealer)).unwrap().get())
        },
        format!("{:?}", desk.read(by, partners::list).unwrap()),
        {
            let floor = desk.read(by, watch::floor).unwrap().into_inner();
            format!("{:?} {:?} {} {}", floor.waiting, floor.sent, floor.new_in_10_min, floor.new_in_hour)
        },
    ]
}

fn counts_and_lists_do_not_move_with_what_is_above(house: &House) {
    let (desk, alba) = house.pair();
    desk.take_in("The ferry was late.", "GREEN");
    desk.work();
    let before = lists(&desk);
    let record = |desk: &Desk| {
        let tail = desk.read("Junior", |tx, ctx| review::tail(tx, ctx, 500)).unwrap().into_inner();
        tail.into_iter().map(|entry| format!("{} {:?}", entry.kind, entry.fields)).collect::<Vec<_>>()
    };
    let recorded = record(&desk);
    known(&desk);
    let got = alba.read("Liaison", inbound::list).unwrap().into_inner();
    alba.write("Liaison", |tx, ctx| {
        inbound::answer(tx, ctx, alba.node.signer(), &got[0].id, Answer::DoNotAccept, "blackmail")
    })
    .unwrap();
    alba.work();
    assert_eq!(desk.column("SELECT answer FROM answer"), ["do_not_accept"]);
    assert_eq!(before, lists(&desk));
    assert_eq!(recorded, record(&desk));
}
